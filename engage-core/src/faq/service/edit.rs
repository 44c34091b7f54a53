//! Writing articles.

use super::shelve::short;
use super::{Faq, changed, writer};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::faq::events::{ARTICLE_PUBLISHED, ARTICLE_UNPUBLISHED, ArticlePublished, ArticleUnpublished};
use crate::faq::model::{
    Article, Rendered, Revision, RevisionLine, TextState, Visibility, check_times, checked_body, checked_locale,
    checked_slug, checked_title, slug_of,
};
use crate::faq::store::{ArticleQuery, Publication};
use crate::identity::Actor;
use crate::ids::{ArticleId, CategoryId};

/// How many languages an article may have.
const LOCALES: usize = 50;

/// What somebody says of a new article.
#[derive(Debug, Clone)]
pub struct NewArticle {
    /// In which category.
    pub category: CategoryId,
    /// 1 to 80 of `a-z 0-9 -`; `None`: made of the title.
    pub slug: Option<String>,
    /// Who sees it.
    pub visibility: Visibility,
    /// Its own language; `None`: the site's.
    pub locale: Option<String>,
    /// 1 to 150 characters.
    pub title: String,
    /// 1 to 50,000 characters.
    pub markdown: String,
}

/// Where an article stands and who sees it.
#[derive(Debug, Clone)]
pub struct SetArticle {
    /// In which category.
    pub category: CategoryId,
    /// 1 to 80 of `a-z 0-9 -`. The one before leads to this one from now on.
    pub slug: String,
    /// The smaller, the earlier.
    pub position: i64,
    /// Who sees it.
    pub visibility: Visibility,
    /// Not seen before.
    pub publish_at: Option<Timestamp>,
    /// Not seen from then on.
    pub unpublish_at: Option<Timestamp>,
}

/// A text to save.
#[derive(Debug, Clone)]
pub struct Draft {
    /// 1 to 150 characters.
    pub title: String,
    /// 1 to 50,000 characters.
    pub markdown: String,
    /// Of a translation the revision of the article's own language that it says; `None`: the newest.
    pub source: Option<i64>,
}

impl Faq {
    /// Makes an article with its first revision, which readers do not see yet.
    ///
    /// # Errors
    /// `Invalid` for what does not fit; `Forbidden` for who is not staff; `NotFound` when there is no such category; `Conflict`
    /// (`slug_taken`) when another has its slug.
    pub async fn create(&self, actor: &Actor, new: NewArticle) -> Result<Article> {
        let by = writer(actor)?;
        let (id, now) = (self.0.context.ids.next::<ArticleId>(), self.0.context.clock.now());
        let locale = new.locale.as_deref().map_or_else(|| Ok(self.0.config.locale.clone()), checked_locale)?;
        let (title, markdown) = (checked_title(&new.title)?, checked_body(&new.markdown)?);
        let slug = match &new.slug {
            Some(slug) => checked_slug(slug)?,
            None => slug_of(&title, &format!("a-{}", short(id.0))),
        };
        let html = self.0.markdown.render(&markdown)?.html;
        let text =
            TextState { locale: locale.clone(), title: title.clone(), head: 1, live: None, source: 0, updated_at: now };
        let first = Revision {
            article: id,
            locale: locale.clone(),
            number: 1,
            title,
            markdown,
            html,
            source: 0,
            by,
            created_at: now,
        };
        let article = Article {
            id,
            category: new.category,
            slug,
            position: now.timestamp(),
            visibility: new.visibility,
            locale,
            publish_at: None,
            unpublish_at: None,
            helpful: 0,
            unhelpful: 0,
            version: 1,
            created_at: now,
            updated_at: now,
            texts: vec![text],
        };
        self.0.store.create(&article, &first, &self.audited(actor, "faq.create", format!("article:{id}"))).await?;
        Ok(article)
    }

    /// An article.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for who is not staff.
    pub async fn article(&self, actor: &Actor, id: ArticleId) -> Result<Article> {
        writer(actor)?;
        self.0.store.article(id).await?.ok_or_else(|| Error::not_found("the article"))
    }

    /// A page of articles, in the order of their positions and ids.
    ///
    /// # Errors
    /// `Forbidden` for who is not staff.
    pub async fn list(&self, actor: &Actor, query: &ArticleQuery) -> Result<Vec<Article>> {
        writer(actor)?;
        self.0.store.list(query).await
    }

    /// Says where an article stands and who sees it, of which the caller has seen the version `expected`.
    ///
    /// # Errors
    /// As [`Faq::create`]; `Conflict` when it was changed meanwhile.
    pub async fn update(&self, actor: &Actor, id: ArticleId, set: SetArticle, expected: i64) -> Result<Article> {
        let before = self.article(actor, id).await?;
        if before.version != expected {
            return Err(changed("article"));
        }
        check_times(set.publish_at, set.unpublish_at)?;
        let article = Article {
            category: set.category,
            slug: checked_slug(&set.slug)?,
            position: set.position,
            visibility: set.visibility,
            publish_at: set.publish_at,
            unpublish_at: set.unpublish_at,
            version: expected + 1,
            updated_at: self.0.context.clock.now(),
            ..before
        };
        self.0.store.update(&article, &self.audited(actor, "faq.update", format!("article:{id}"))).await?;
        Ok(article)
    }

    /// Removes an article with all that was ever saved of it.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for who is not staff.
    pub async fn delete(&self, actor: &Actor, id: ArticleId) -> Result<()> {
        writer(actor)?;
        let was_there = self.0.store.delete(id, &self.audited(actor, "faq.delete", format!("article:{id}"))).await?;
        if was_there { Ok(()) } else { Err(Error::not_found("the article")) }
    }

    /// Saves a text as its next revision, when the newest is the one that the caller has seen: `expected`, 0 for a language that
    /// the article does not have. What is saved already is not saved again.
    ///
    /// # Errors
    /// `Invalid` for what does not fit; `NotFound`; `Conflict` when somebody else has saved one meanwhile: nothing is lost,
    /// as theirs is kept and the caller has their own.
    pub async fn save(
        &self,
        actor: &Actor,
        id: ArticleId,
        locale: &str,
        draft: Draft,
        expected: i64,
    ) -> Result<Revision> {
        let by = writer(actor)?;
        let article = self.article(actor, id).await?;
        let (locale, title) = (checked_locale(locale)?, checked_title(&draft.title)?);
        let markdown = checked_body(&draft.markdown)?;
        let before = article.text(&locale);
        if before.is_none() && article.texts.len() >= LOCALES {
            return Err(Error::invalid("/locale", "too_many", format!("an article has at most {LOCALES} languages")));
        }
        if before.map_or(0, |text| text.head) != expected {
            return Err(changed("text"));
        }
        let own = article.text(&article.locale).map_or(0, |text| text.head);
        let source = if locale == article.locale { 0 } else { draft.source.unwrap_or(own) };
        if !(0..=own).contains(&source) {
            return Err(Error::invalid("/source", "range", "there is no such revision of the article's own language"));
        }
        if let Some(saved) = self.0.store.revision(id, &locale, expected).await?
            && (&saved.title, &saved.markdown, saved.source) == (&title, &markdown, source)
        {
            return Ok(saved);
        }
        let (html, created_at) = (self.0.markdown.render(&markdown)?.html, self.0.context.clock.now());
        let number = expected + 1;
        let revision = Revision { article: id, locale, number, title, markdown, html, source, by, created_at };
        self.0.store.revise(&revision, &self.audited(actor, "faq.save", format!("article:{id}"))).await?;
        Ok(revision)
    }

    /// Saves an older revision once more, as the next one.
    ///
    /// # Errors
    /// As [`Faq::save`].
    pub async fn revert(
        &self,
        actor: &Actor,
        id: ArticleId,
        locale: &str,
        number: i64,
        expected: i64,
    ) -> Result<Revision> {
        let Revision { title, markdown, source, .. } = self.revision(actor, id, locale, number).await?;
        self.save(actor, id, locale, Draft { title, markdown, source: Some(source) }, expected).await
    }

    /// Lets readers see a revision, at once or within the article's times.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for who is not staff.
    pub async fn publish(&self, actor: &Actor, id: ArticleId, locale: &str, number: i64) -> Result<Article> {
        let by = writer(actor)?;
        let article = self.article(actor, id).await?;
        let revision = self.revision(actor, id, locale, number).await?;
        let at = self.0.context.clock.now();
        let text = self.0.markdown.render(&revision.markdown)?.text;
        let told = ArticlePublished {
            article: id,
            slug: article.slug,
            locale: revision.locale.clone(),
            revision: number,
            title: revision.title.clone(),
            by,
        };
        let mut effects = self.audited(actor, "faq.publish", format!("article:{id}"));
        effects.absorb(self.0.announcer.tell(ARTICLE_PUBLISHED, &told)?);
        self.0.store.publish(&Publication::of(&revision, text, at), &effects).await?;
        self.article(actor, id).await
    }

    /// Takes a text from readers. What was saved of it stays.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for who is not staff.
    pub async fn unpublish(&self, actor: &Actor, id: ArticleId, locale: &str) -> Result<Article> {
        let (by, locale) = (writer(actor)?, checked_locale(locale)?);
        let article = self.article(actor, id).await?;
        if article.text(&locale).is_none() {
            return Err(Error::not_found("the text"));
        }
        let told = ArticleUnpublished { article: id, locale: locale.clone(), by };
        let mut effects = self.audited(actor, "faq.unpublish", format!("article:{id}"));
        effects.absorb(self.0.announcer.tell(ARTICLE_UNPUBLISHED, &told)?);
        let publication = Publication::none(id, locale, self.0.context.clock.now());
        self.0.store.publish(&publication, &effects).await?;
        self.article(actor, id).await
    }

    /// A revision.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for who is not staff.
    pub async fn revision(&self, actor: &Actor, id: ArticleId, locale: &str, number: i64) -> Result<Revision> {
        writer(actor)?;
        let found = self.0.store.revision(id, &locale.to_ascii_lowercase(), number).await?;
        found.ok_or_else(|| Error::not_found("the revision"))
    }

    /// Revisions of a text, newest first, before the number `before`.
    ///
    /// # Errors
    /// `Forbidden` for who is not staff.
    pub async fn revisions(
        &self,
        actor: &Actor,
        id: ArticleId,
        locale: &str,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<RevisionLine>> {
        writer(actor)?;
        self.0.store.revisions(id, &locale.to_ascii_lowercase(), before, limit).await
    }

    /// What markdown would become.
    ///
    /// # Errors
    /// `Invalid` at `/markdown`; `Forbidden` for who is not staff.
    pub fn preview(&self, actor: &Actor, markdown: &str) -> Result<Rendered> {
        writer(actor)?;
        self.0.markdown.render(&checked_body(markdown)?)
    }
}
