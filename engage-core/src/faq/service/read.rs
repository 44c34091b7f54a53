//! What readers see, and what they say of it.

use super::{Faq, writer};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::faq::events::{ARTICLE_RATED, ArticleRated};
use crate::faq::model::{Category, Listed, Page, Reader, Vote, checked_comment};
use crate::faq::store::Shelf;
use crate::identity::Actor;
use crate::ids::{ArticleId, CategoryId, ContactId};

impl Faq {
    /// What a reader may see of a category, or of all, in the order of the positions: in the language that they want, else in
    /// the site's, else in the article's own.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn shelf(
        &self,
        reader: Reader,
        wanted: Option<&str>,
        category: Option<CategoryId>,
        limit: usize,
    ) -> Result<Vec<Listed>> {
        let now = self.0.context.clock.now();
        self.0.store.shelf(&Shelf { category, ..Shelf::new(reader, self.locales(wanted), now, limit) }).await
    }

    /// The category that has or had a slug.
    ///
    /// # Errors
    /// `NotFound` when none has.
    pub async fn category(&self, slug: &str) -> Result<Category> {
        let id = self.0.store.category_of(slug).await?;
        let all = self.0.store.categories().await?;
        all.into_iter().find(|one| Some(one.id) == id).ok_or_else(|| Error::not_found("the category"))
    }

    /// The article that has or had a slug, as a reader sees it: [`Article::slug`](crate::faq::Article::slug) is the one to lead
    /// them to.
    ///
    /// # Errors
    /// `NotFound` when there is none for them.
    pub async fn page(&self, reader: Reader, slug: &str, wanted: Option<&str>) -> Result<Page> {
        let missing = || Error::not_found("the article");
        let id = self.0.store.article_of(slug).await?.ok_or_else(missing)?;
        self.page_of(reader, id, wanted).await
    }

    /// An article as a reader sees it.
    ///
    /// # Errors
    /// `NotFound` when there is none for them.
    pub async fn page_of(&self, reader: Reader, id: ArticleId, wanted: Option<&str>) -> Result<Page> {
        let missing = || Error::not_found("the article");
        let article = self.0.store.article(id).await?.ok_or_else(missing)?;
        if !article.is_seen_by(reader, self.0.context.clock.now()) {
            return Err(missing());
        }
        let found = article.live_for(&self.locales(wanted));
        let (locale, live) = found.and_then(|text| Some((text.locale.clone(), text.live?))).ok_or_else(missing)?;
        let text = self.0.store.revision(id, &locale, live).await?.ok_or_else(missing)?;
        let locales = article.texts.iter().filter(|text| text.live.is_some()).map(|text| text.locale.clone()).collect();
        Ok(Page { article, text, locales })
    }

    /// Says whether an article helped a person, in place of what they said before.
    ///
    /// # Errors
    /// `NotFound` when there is no such article for them; `Invalid` at `/comment`.
    pub async fn vote(
        &self,
        reader: Reader,
        contact: ContactId,
        article: ArticleId,
        helpful: bool,
        comment: Option<&str>,
    ) -> Result<Vote> {
        let comment = checked_comment(comment)?;
        self.page_of(reader, article, None).await?;
        let vote = Vote { article, contact, helpful, comment, at: self.0.context.clock.now() };
        let told = ArticleRated { article, contact, helpful, comment: vote.comment.clone() };
        self.0.store.vote(&vote, &self.0.announcer.tell(ARTICLE_RATED, &told)?).await?;
        Ok(vote)
    }

    /// What a person said of an article.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn vote_of(&self, article: ArticleId, contact: ContactId) -> Result<Option<Vote>> {
        self.0.store.vote_of(article, contact).await
    }

    /// What people said of an article in words, latest first, before `before`.
    ///
    /// # Errors
    /// `Forbidden` for who is not staff.
    pub async fn comments(
        &self,
        actor: &Actor,
        article: ArticleId,
        before: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<Vote>> {
        writer(actor)?;
        self.0.store.comments(article, before, limit).await
    }
}
