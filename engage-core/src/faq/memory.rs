//! The help centre in memory.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;

use super::model::{
    Article, Category, Clause, Count, Ended, Followed, Indexed, Listed, Report, Revision, RevisionLine, Searched,
    Synonyms, TextState, Vote,
};
use super::store::{ArticleQuery, FaqSearch, FaqStore, Found, Known, Publication, Searchable, Shelf};
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{ArticleId, CategoryId, ContactId, SearchId};
use crate::memory::Memory;
use crate::outbox::Outbox;

/// How many known words are told.
const KNOWN: usize = 500;

/// The tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct FaqTables {
    categories: BTreeMap<CategoryId, Category>,
    articles: BTreeMap<ArticleId, Article>,
    revisions: BTreeMap<(ArticleId, String, i64), Revision>,
    live: BTreeMap<(ArticleId, String), Searchable>,
    category_slugs: HashMap<String, CategoryId>,
    article_slugs: HashMap<String, ArticleId>,
    synonyms: HashMap<String, Synonyms>,
    votes: HashMap<(ArticleId, ContactId), Vote>,
    searches: BTreeMap<SearchId, Logged>,
}

#[derive(Debug, Clone)]
struct Logged {
    search: Searched,
    opened: Option<ArticleId>,
    ended: Option<Ended>,
}

#[async_trait]
impl FaqStore for Memory {
    async fn categories(&self) -> Result<Vec<Category>> {
        let mut all: Vec<Category> = self.tables.lock().faq.categories.values().cloned().collect();
        all.sort_by(|one, other| (one.position, &one.slug).cmp(&(other.position, &other.slug)));
        Ok(all)
    }

    async fn put_category(&self, category: &Category, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        let before = transaction.tables.faq.categories.get(&category.id);
        if before.map_or(0, |before| before.version) + 1 != category.version {
            return Err(changed("category"));
        }
        let all = &transaction.tables.faq.categories;
        if all.values().any(|other| other.id != category.id && other.slug == category.slug) {
            return Err(taken());
        }
        transaction.write(effects)?;
        transaction.tables.faq.category_slugs.insert(category.slug.clone(), category.id);
        transaction.tables.faq.categories.insert(category.id, category.clone());
        Ok(())
    }

    async fn delete_category(&self, id: CategoryId, effects: &Effects) -> Result<bool> {
        let mut transaction = self.begin();
        let faq = &transaction.tables.faq;
        if !faq.categories.contains_key(&id) {
            return Ok(false);
        }
        if faq.articles.values().any(|one| one.category == id)
            || faq.categories.values().any(|one| one.parent == Some(id))
        {
            return Err(Error::new(ErrorKind::Conflict, "something stands in the category").with_code("not_empty"));
        }
        transaction.write(effects)?;
        transaction.tables.faq.categories.remove(&id);
        transaction.tables.faq.category_slugs.retain(|_, owner| *owner != id);
        Ok(true)
    }

    async fn create(&self, article: &Article, first: &Revision, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        if transaction.tables.faq.articles.contains_key(&article.id) {
            return Err(Error::new(ErrorKind::Conflict, "an article with this id exists"));
        }
        transaction.tables.faq.check(article)?;
        transaction.write(effects)?;
        let faq = &mut transaction.tables.faq;
        faq.article_slugs.insert(article.slug.clone(), article.id);
        let texts = vec![state(first, None)];
        faq.articles.insert(article.id, Article { helpful: 0, unhelpful: 0, texts, ..article.clone() });
        faq.revisions.insert((first.article, first.locale.clone(), first.number), first.clone());
        Ok(())
    }

    async fn article(&self, id: ArticleId) -> Result<Option<Article>> {
        Ok(self.tables.lock().faq.articles.get(&id).cloned())
    }

    async fn article_of(&self, slug: &str) -> Result<Option<ArticleId>> {
        Ok(self.tables.lock().faq.article_slugs.get(slug).copied())
    }

    async fn category_of(&self, slug: &str) -> Result<Option<CategoryId>> {
        Ok(self.tables.lock().faq.category_slugs.get(slug).copied())
    }

    async fn list(&self, query: &ArticleQuery) -> Result<Vec<Article>> {
        let tables = self.tables.lock();
        let all =
            tables.faq.articles.values().filter(|one| query.category.is_none_or(|category| one.category == category));
        let mut all: Vec<Article> =
            all.filter(|one| query.after.is_none_or(|after| (one.position, one.id) > after)).cloned().collect();
        all.sort_by_key(|one| (one.position, one.id));
        all.truncate(query.limit);
        Ok(all)
    }

    async fn update(&self, article: &Article, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        let before = transaction.tables.faq.articles.get(&article.id).cloned();
        let before = before.filter(|before| before.version + 1 == article.version).ok_or_else(|| changed("article"))?;
        transaction.tables.faq.check(article)?;
        transaction.write(effects)?;
        let faq = &mut transaction.tables.faq;
        faq.article_slugs.insert(article.slug.clone(), article.id);
        let Article { helpful, unhelpful, texts, .. } = before;
        faq.articles.insert(article.id, Article { helpful, unhelpful, texts, ..article.clone() });
        Ok(())
    }

    async fn delete(&self, id: ArticleId, effects: &Effects) -> Result<bool> {
        let mut transaction = self.begin();
        if !transaction.tables.faq.articles.contains_key(&id) {
            return Ok(false);
        }
        transaction.write(effects)?;
        let faq = &mut transaction.tables.faq;
        faq.articles.remove(&id);
        faq.revisions.retain(|(article, ..), _| *article != id);
        faq.live.retain(|(article, _), _| *article != id);
        faq.article_slugs.retain(|_, owner| *owner != id);
        faq.votes.retain(|(article, _), _| *article != id);
        Ok(true)
    }

    async fn revise(&self, revision: &Revision, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        let article =
            transaction.tables.faq.articles.get(&revision.article).ok_or_else(|| Error::not_found("the article"))?;
        let before = article.text(&revision.locale);
        if before.map_or(0, |text| text.head) + 1 != revision.number {
            return Err(changed("text"));
        }
        let next = state(revision, before.and_then(|text| text.live));
        transaction.write(effects)?;
        let faq = &mut transaction.tables.faq;
        if let Some(article) = faq.articles.get_mut(&revision.article) {
            article.texts.retain(|text| text.locale != revision.locale);
            article.texts.push(next);
            article.texts.sort_by(|one, other| one.locale.cmp(&other.locale));
        }
        faq.revisions.insert((revision.article, revision.locale.clone(), revision.number), revision.clone());
        Ok(())
    }

    async fn revision(&self, article: ArticleId, locale: &str, number: i64) -> Result<Option<Revision>> {
        Ok(self.tables.lock().faq.revisions.get(&(article, locale.to_owned(), number)).cloned())
    }

    async fn revisions(
        &self,
        article: ArticleId,
        locale: &str,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<RevisionLine>> {
        let tables = self.tables.lock();
        let range = (article, locale.to_owned(), 0)..(article, locale.to_owned(), before.unwrap_or(i64::MAX));
        let line = |one: &Revision| RevisionLine {
            number: one.number,
            title: one.title.clone(),
            source: one.source,
            by: one.by.clone(),
            created_at: one.created_at,
        };
        Ok(tables.faq.revisions.range(range).rev().take(limit).map(|(_, one)| line(one)).collect())
    }

    async fn publish(&self, publication: &Publication, effects: &Effects) -> Result<bool> {
        let mut transaction = self.begin();
        let Publication { article, locale, text, at } = publication;
        let missing = || Error::not_found("the revision");
        let stored =
            transaction.tables.faq.articles.get(article).and_then(|one| one.text(locale)).ok_or_else(missing)?;
        let live = text.as_ref().map(|(number, _)| *number);
        if live.is_some_and(|number| number > stored.head || number < 1) {
            return Err(missing());
        }
        if stored.live == live {
            return Ok(false);
        }
        transaction.write(effects)?;
        let faq = &mut transaction.tables.faq;
        if let Some(article) = faq.articles.get_mut(article) {
            article.updated_at = *at;
            article.texts.iter_mut().filter(|text| text.locale == *locale).for_each(|text| text.live = live);
        }
        match text {
            Some((_, text)) => faq.live.insert((*article, locale.clone()), text.clone()),
            None => faq.live.remove(&(*article, locale.clone())),
        };
        Ok(true)
    }

    async fn shelf(&self, query: &Shelf) -> Result<Vec<Listed>> {
        let tables = self.tables.lock();
        let seen = tables.faq.articles.values().filter(|one| one.is_seen_by(query.reader, query.now));
        let seen = seen.filter(|one| query.category.is_none_or(|category| one.category == category));
        let mut listed: Vec<(i64, Listed)> = seen.filter_map(|one| tables.faq.listed(one, &query.locales)).collect();
        listed.sort_by_key(|(position, one)| (*position, one.id));
        Ok(listed.into_iter().take(query.limit).map(|(_, one)| one).collect())
    }

    async fn search(&self, query: &FaqSearch) -> Result<Vec<Found>> {
        let tables = self.tables.lock();
        let mut found: Vec<(usize, Found)> = Vec::new();
        for ((id, locale), text) in &tables.faq.live {
            let Some(article) = tables.faq.articles.get(id) else { continue };
            if !article.is_seen_by(query.reader, query.now) || !query.locales.contains(locale) {
                continue;
            }
            let words = text.words.distinct();
            let count = query.clauses.iter().filter(|clause| clause.is_in(&words)).count();
            if count == 0 || (!query.any && count < query.clauses.len()) {
                continue;
            }
            let found_text = Found {
                article: *id,
                category: article.category,
                slug: article.slug.clone(),
                locale: locale.clone(),
                title: text.title.clone(),
                text: text.text.clone(),
            };
            found.push((weight(&text.words, &query.clauses), found_text));
        }
        found.sort_by(|(one, a), (other, b)| {
            other.cmp(one).then_with(|| (a.article, &a.locale).cmp(&(b.article, &b.locale)))
        });
        Ok(found.into_iter().take(query.limit).map(|(_, found)| found).collect())
    }

    async fn known(&self, spellings: &BTreeSet<String>) -> Result<Vec<Known>> {
        let tables = self.tables.lock();
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for word in tables.faq.live.values().flat_map(|text| text.words.distinct()) {
            *counts.entry(word).or_default() += 1;
        }
        let is_meant = |word: &str| spellings.contains(word) || !Indexed::misspellings(word).is_disjoint(spellings);
        let known = counts.into_iter().filter(|(word, _)| is_meant(word)).take(KNOWN);
        Ok(known.map(|(word, texts)| Known { word: word.to_owned(), texts }).collect())
    }

    async fn synonyms(&self, locale: &str) -> Result<Option<Synonyms>> {
        Ok(self.tables.lock().faq.synonyms.get(locale).cloned())
    }

    async fn put_synonyms(&self, synonyms: &Synonyms, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        let before = transaction.tables.faq.synonyms.get(&synonyms.locale).map_or(0, |before| before.version);
        if before + 1 != synonyms.version {
            return Err(changed("synonyms"));
        }
        transaction.write(effects)?;
        transaction.tables.faq.synonyms.insert(synonyms.locale.clone(), synonyms.clone());
        Ok(())
    }

    async fn vote(&self, vote: &Vote, effects: &Effects) -> Result<bool> {
        let mut transaction = self.begin();
        if !transaction.tables.faq.articles.contains_key(&vote.article) {
            return Err(Error::not_found("the article"));
        }
        let key = (vote.article, vote.contact);
        let before = transaction.tables.faq.votes.get(&key).map(|before| (before.helpful, before.comment.clone()));
        if before == Some((vote.helpful, vote.comment.clone())) {
            return Ok(false);
        }
        transaction.write(effects)?;
        let faq = &mut transaction.tables.faq;
        if let Some(article) = faq.articles.get_mut(&vote.article) {
            match before {
                Some((true, _)) => article.helpful -= 1,
                Some((false, _)) => article.unhelpful -= 1,
                None => {}
            }
            *(if vote.helpful { &mut article.helpful } else { &mut article.unhelpful }) += 1;
        }
        faq.votes.insert(key, vote.clone());
        Ok(true)
    }

    async fn vote_of(&self, article: ArticleId, contact: ContactId) -> Result<Option<Vote>> {
        Ok(self.tables.lock().faq.votes.get(&(article, contact)).cloned())
    }

    async fn comments(&self, article: ArticleId, before: Option<Timestamp>, limit: usize) -> Result<Vec<Vote>> {
        let tables = self.tables.lock();
        let all = tables.faq.votes.values().filter(|vote| vote.article == article && vote.comment.is_some());
        let mut all: Vec<Vote> = all.filter(|vote| before.is_none_or(|before| vote.at < before)).cloned().collect();
        all.sort_by_key(|vote| std::cmp::Reverse(vote.at));
        all.truncate(limit);
        Ok(all)
    }

    async fn log(&self, searched: &Searched) -> Result<()> {
        let mut tables = self.tables.lock();
        tables.faq.searches.insert(searched.id, Logged { search: searched.clone(), opened: None, ended: None });
        Ok(())
    }

    async fn follow(&self, id: SearchId, contact: Option<ContactId>, followed: Followed) -> Result<bool> {
        let mut tables = self.tables.lock();
        let Some(logged) = tables.faq.searches.get_mut(&id) else { return Ok(false) };
        if logged.search.contact.is_some() && logged.search.contact != contact {
            return Ok(false);
        }
        match followed {
            Followed::Opened(article) => logged.opened = Some(article),
            Followed::Ended(ended) => logged.ended = Some(ended),
        }
        Ok(true)
    }

    async fn report(&self, since: Timestamp, gaps: bool, limit: usize) -> Result<Report> {
        let tables = self.tables.lock();
        let mut report = Report::default();
        let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
        for Logged { search, opened, ended } in tables.faq.searches.values().filter(|one| one.search.at >= since) {
            let without_result = i64::from(search.results == 0);
            let without_click = i64::from(search.results > 0 && opened.is_none());
            let ended = i64::from(ended.is_some());
            report.searches += 1;
            report.without_result += without_result;
            report.without_click += without_click;
            report.ended += ended;
            if search.source.suggests() {
                report.suggested += 1;
                report.deflected += i64::from(opened.is_some() && ended == 0);
                continue;
            }
            let count = counts.entry(&search.words).or_insert_with(|| Count {
                words: search.words.clone(),
                searches: 0,
                without_result: 0,
                without_click: 0,
                ended: 0,
            });
            count.searches += 1;
            count.without_result += without_result;
            count.without_click += without_click;
            count.ended += ended;
        }
        report.words = counts.into_values().filter(|count| !gaps || count.gap() > 0).collect();
        report.words.sort_by(|one, other| {
            let key = |count: &Count| if gaps { count.gap() } else { count.searches };
            key(other).cmp(&key(one)).then_with(|| one.words.cmp(&other.words))
        });
        report.words.truncate(limit);
        Ok(report)
    }

    async fn move_contact(&self, from: ContactId, into: ContactId) -> Result<()> {
        let mut tables = self.tables.lock();
        let faq = &mut tables.faq;
        let theirs: Vec<_> = faq.votes.keys().filter(|(_, contact)| *contact == from).copied().collect();
        for key in theirs.into_iter().filter(|_| from != into) {
            let (Some(vote), own) = (faq.votes.remove(&key), (key.0, into)) else { continue };
            // Of two votes of one person the kept one's counts; the other is taken back.
            match faq.votes.entry(own) {
                Entry::Vacant(place) => drop(place.insert(Vote { contact: into, ..vote })),
                Entry::Occupied(_) => {
                    let Some(article) = faq.articles.get_mut(&key.0) else { continue };
                    *(if vote.helpful { &mut article.helpful } else { &mut article.unhelpful }) -= 1;
                }
            }
        }
        for logged in faq.searches.values_mut().filter(|logged| logged.search.contact == Some(from)) {
            logged.search.contact = Some(into);
        }
        Ok(())
    }

    async fn prune_searches(&self, before: Timestamp, limit: usize) -> Result<u64> {
        let mut tables = self.tables.lock();
        let old = tables.faq.searches.values().filter(|one| one.search.at < before).map(|one| one.search.id);
        let old: Vec<SearchId> = old.take(limit).collect();
        old.iter().for_each(|id| drop(tables.faq.searches.remove(id)));
        Ok(old.len() as u64)
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.outbox.clone()
    }
}

impl FaqTables {
    fn check(&self, article: &Article) -> Result<()> {
        if !self.categories.contains_key(&article.category) {
            return Err(Error::not_found("the category"));
        }
        let is_taken = self.articles.values().any(|other| other.id != article.id && other.slug == article.slug);
        if is_taken { Err(taken()) } else { Ok(()) }
    }

    fn listed(&self, article: &Article, locales: &[String; 3]) -> Option<(i64, Listed)> {
        let text = article.live_for(locales)?;
        let live = self.live.get(&(article.id, text.locale.clone()))?;
        let listed = Listed {
            id: article.id,
            category: article.category,
            slug: article.slug.clone(),
            locale: text.locale.clone(),
            title: live.title.clone(),
            updated_at: article.updated_at,
        };
        Some((article.position, listed))
    }
}

fn state(revision: &Revision, live: Option<i64>) -> TextState {
    TextState {
        locale: revision.locale.clone(),
        title: revision.title.clone(),
        head: revision.number,
        live,
        source: revision.source,
        updated_at: revision.created_at,
    }
}

/// A word of the title counts ten times.
fn weight(words: &Indexed, clauses: &[Clause]) -> usize {
    let count = |words: &[String]| {
        let is_meant = |word: &String| clauses.iter().flat_map(Clause::terms).any(|term| term.matches(word));
        words.iter().filter(|word| is_meant(word)).count().min(5)
    };
    10 * count(&words.title) + count(&words.body)
}

fn changed(what: &str) -> Error {
    Error::new(ErrorKind::Conflict, format!("the {what} was changed meanwhile"))
}

fn taken() -> Error {
    Error::new(ErrorKind::Conflict, "another has this name in addresses").with_code("slug_taken")
}
