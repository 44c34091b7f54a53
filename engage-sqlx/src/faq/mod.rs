//! The help centre.

mod articles;
mod categories;
mod log;
mod publish;
mod read;
mod search;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use engage_core::clock::Timestamp;
use engage_core::faq::{
    Article, ArticleQuery, Category, FaqSearch, FaqStore, Followed, Found, Known, Listed, Publication, Report,
    Revision, RevisionLine, Searched, Shelf, Synonyms, Vote,
};
use engage_core::ids::{ArticleId, CategoryId, ContactId, SearchId};
use engage_core::outbox::Outbox;
use engage_core::{Effects, Error, ErrorKind, Result};

use crate::db::Db;
use crate::dialect::Dialect;
use crate::names::Names;
use crate::sql::Statement;

/// The help centre in the database.
#[derive(Debug)]
pub(crate) struct Faq {
    pub(crate) db: Db,
    pub(crate) sql: Arc<FaqSql>,
    pub(crate) dialect: Dialect,
    pub(crate) outbox: Arc<dyn Outbox>,
}

/// Everything that the help centre asks.
#[derive(Debug)]
pub(crate) struct FaqSql {
    categories: categories::CategoryStatements,
    articles: articles::ArticleStatements,
    publish: publish::PublishStatements,
    read: read::ReadStatements,
    search: search::SearchStatements,
    log: log::LogStatements,
}

impl FaqSql {
    pub(crate) fn render(names: &Names) -> Self {
        Self {
            categories: categories::CategoryStatements::render(names),
            articles: articles::ArticleStatements::render(names),
            publish: publish::PublishStatements::render(names),
            read: read::ReadStatements::render(names),
            search: search::SearchStatements::render(names),
            log: log::LogStatements::render(names),
        }
    }

    pub(crate) fn all(&self) -> Vec<&Statement> {
        let stands = [self.categories.all(), self.articles.all(), self.publish.all()].concat();
        [stands, self.read.all(), self.search.all(), self.log.all()].concat()
    }
}

#[async_trait]
impl FaqStore for Faq {
    async fn categories(&self) -> Result<Vec<Category>> {
        self.all_categories().await
    }

    async fn put_category(&self, category: &Category, effects: &Effects) -> Result<()> {
        self.write_category(category, effects).await
    }

    async fn delete_category(&self, id: CategoryId, effects: &Effects) -> Result<bool> {
        self.remove_category(id, effects).await
    }

    async fn create(&self, article: &Article, first: &Revision, effects: &Effects) -> Result<()> {
        self.insert(article, first, effects).await
    }

    async fn article(&self, id: ArticleId) -> Result<Option<Article>> {
        self.one(id).await
    }

    async fn article_of(&self, slug: &str) -> Result<Option<ArticleId>> {
        self.owner("article", slug).await.map(|id| id.map(ArticleId))
    }

    async fn category_of(&self, slug: &str) -> Result<Option<CategoryId>> {
        self.owner("category", slug).await.map(|id| id.map(CategoryId))
    }

    async fn list(&self, query: &ArticleQuery) -> Result<Vec<Article>> {
        self.some(query).await
    }

    async fn update(&self, article: &Article, effects: &Effects) -> Result<()> {
        self.place(article, effects).await
    }

    async fn delete(&self, id: ArticleId, effects: &Effects) -> Result<bool> {
        self.remove(id, effects).await
    }

    async fn revise(&self, revision: &Revision, effects: &Effects) -> Result<()> {
        self.next_revision(revision, effects).await
    }

    async fn revision(&self, article: ArticleId, locale: &str, number: i64) -> Result<Option<Revision>> {
        self.one_revision(article, locale, number).await
    }

    async fn revisions(
        &self,
        article: ArticleId,
        locale: &str,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<RevisionLine>> {
        self.lines(article, locale, before, limit).await
    }

    async fn publish(&self, publication: &Publication, effects: &Effects) -> Result<bool> {
        self.bring_out(publication, effects).await
    }

    async fn shelf(&self, query: &Shelf) -> Result<Vec<Listed>> {
        self.on_shelf(query).await
    }

    async fn search(&self, query: &FaqSearch) -> Result<Vec<Found>> {
        self.find(query).await
    }

    async fn known(&self, spellings: &BTreeSet<String>) -> Result<Vec<Known>> {
        self.spelt(spellings).await
    }

    async fn synonyms(&self, locale: &str) -> Result<Option<Synonyms>> {
        self.alike(locale).await
    }

    async fn put_synonyms(&self, synonyms: &Synonyms, effects: &Effects) -> Result<()> {
        self.write_synonyms(synonyms, effects).await
    }

    async fn vote(&self, vote: &Vote, effects: &Effects) -> Result<bool> {
        self.count_vote(vote, effects).await
    }

    async fn vote_of(&self, article: ArticleId, contact: ContactId) -> Result<Option<Vote>> {
        self.one_vote(article, contact).await
    }

    async fn comments(&self, article: ArticleId, before: Option<Timestamp>, limit: usize) -> Result<Vec<Vote>> {
        self.said(article, before, limit).await
    }

    async fn log(&self, searched: &Searched) -> Result<()> {
        self.note(searched).await
    }

    async fn follow(&self, id: SearchId, contact: Option<ContactId>, followed: Followed) -> Result<bool> {
        self.note_end(id, contact, followed).await
    }

    async fn report(&self, since: Timestamp, gaps: bool, limit: usize) -> Result<Report> {
        self.counted(since, gaps, limit).await
    }

    async fn move_contact(&self, from: ContactId, into: ContactId) -> Result<()> {
        self.move_person(from, into).await
    }

    async fn prune_searches(&self, before: Timestamp, limit: usize) -> Result<u64> {
        self.forget(before, limit).await
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::clone(&self.outbox)
    }
}

fn changed(what: &str) -> Error {
    Error::new(ErrorKind::Conflict, format!("the {what} was changed meanwhile"))
}

/// Ids are new, so what is taken is the slug.
fn taken(error: Error) -> Error {
    if error.kind() == ErrorKind::Conflict { error.with_code("slug_taken") } else { error }
}
