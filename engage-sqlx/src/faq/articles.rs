//! Articles and their revisions.

use std::sync::Arc;

use engage_core::clock::Timestamp;
use engage_core::faq::{Article, Revision};
use engage_core::ids::ArticleId;
use engage_core::{Effects, Error, Result};

use super::{Faq, changed, taken};
use crate::driver::{Connection, Row, params};

statements! {
    /// What writes articles.
    struct ArticleStatements {
        category = "SELECT id FROM {faq_categories} WHERE id = $1 {@for_update}";
        create = "INSERT INTO {faq_articles} (id, category_id, slug, position, visibility, locale, publish_at, unpublish_at,
            version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        hold = "SELECT version FROM {faq_articles} WHERE id = $1 {@for_update}";
        update = "UPDATE {faq_articles} SET category_id = $2, slug = $3, position = $4, visibility = $5, publish_at = $6,
            unpublish_at = $7, version = $8, updated_at = $9 WHERE id = $1 AND version = $8 - 1";
        // What readers find follows.
        shown = "UPDATE {faq_docs} SET visibility = $2, from_at = $3, until_at = $4 WHERE article_id = $1";
        delete = "DELETE FROM {faq_articles} WHERE id = $1";
        head = "SELECT head FROM {faq_texts} WHERE article_id = $1 AND locale = $2";
        revise = "INSERT INTO {faq_revisions} (article_id, locale, number, title, markdown, html, source, by_id, by_name, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        text = "INSERT INTO {faq_texts} AS t (article_id, locale, title, head, live, source, updated_at)
            VALUES ($1, $2, $3, $4, NULL, $5, $6) ON CONFLICT (article_id, locale) DO UPDATE
            SET title = excluded.title, head = excluded.head, source = excluded.source, updated_at = excluded.updated_at";
    }
}

impl Faq {
    pub(super) async fn insert(&self, article: &Article, first: &Revision, effects: &Effects) -> Result<()> {
        let (db, sql, effects) = (self.db.clone(), Arc::clone(&self.sql), effects.clone());
        let (article, first) = (article.clone(), first.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    check_category(connection, &sql.articles, &article).await?;
                    let Article { id, category, slug, position, locale, .. } = &article;
                    let (visibility, from, until) =
                        (article.visibility.rank(), article.publish_at, article.unpublish_at);
                    let (version, created, updated) = (article.version, article.created_at, article.updated_at);
                    let values = params![
                        *id, *category, slug, *position, visibility, locale, from, until, version, created, updated
                    ];
                    connection.execute(&sql.articles.create, values).await.map_err(taken)?;
                    connection.execute(&sql.categories.name, params!["article", slug, *id]).await?;
                    write_revision(connection, &sql.articles, &first).await?;
                    db.effects().write(connection, &effects).await
                })
            })
            .await
    }

    pub(super) async fn place(&self, article: &Article, effects: &Effects) -> Result<()> {
        let (db, sql, article, effects) = (self.db.clone(), Arc::clone(&self.sql), article.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    check_category(connection, &sql.articles, &article).await?;
                    let Article { id, category, slug, position, publish_at, unpublish_at, .. } = &article;
                    let visibility = article.visibility.rank();
                    let values = params![
                        *id,
                        *category,
                        slug,
                        *position,
                        visibility,
                        *publish_at,
                        *unpublish_at,
                        article.version,
                        article.updated_at
                    ];
                    if connection.execute(&sql.articles.update, values).await.map_err(taken)? == 0 {
                        return Err(changed("article"));
                    }
                    let (from, until) = times(*publish_at, *unpublish_at);
                    connection.execute(&sql.articles.shown, params![*id, visibility, from, until]).await?;
                    connection.execute(&sql.categories.name, params!["article", slug, *id]).await?;
                    db.effects().write(connection, &effects).await
                })
            })
            .await
    }

    pub(super) async fn remove(&self, id: ArticleId, effects: &Effects) -> Result<bool> {
        let (db, sql, effects) = (self.db.clone(), Arc::clone(&self.sql), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    sql.publish.begin(connection).await?;
                    if connection.fetch(&sql.articles.hold, params![id]).await?.is_empty() {
                        return Ok(false);
                    }
                    sql.publish.forget(connection, id, None).await?;
                    connection.execute(&sql.articles.delete, params![id]).await?;
                    connection.execute(&sql.categories.nameless, params![id]).await?;
                    db.effects().write(connection, &effects).await?;
                    Ok(true)
                })
            })
            .await
    }

    pub(super) async fn next_revision(&self, revision: &Revision, effects: &Effects) -> Result<()> {
        let (db, sql, revision, effects) = (self.db.clone(), Arc::clone(&self.sql), revision.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let sql = &sql.articles;
                    if connection.fetch(&sql.hold, params![revision.article]).await?.is_empty() {
                        return Err(Error::not_found("the article"));
                    }
                    let head = connection.fetch(&sql.head, params![revision.article, &revision.locale]).await?;
                    if head.first().map_or(Ok(0), Row::only::<i64>)? + 1 != revision.number {
                        return Err(changed("text"));
                    }
                    write_revision(connection, sql, &revision).await?;
                    db.effects().write(connection, &effects).await
                })
            })
            .await
    }
}

/// Held until the commit, so that nobody removes it meanwhile.
async fn check_category(connection: &mut dyn Connection, sql: &ArticleStatements, article: &Article) -> Result<()> {
    let found = connection.fetch(&sql.category, params![article.category]).await?;
    if found.is_empty() { Err(Error::not_found("the category")) } else { Ok(()) }
}

async fn write_revision(connection: &mut dyn Connection, sql: &ArticleStatements, revision: &Revision) -> Result<()> {
    let Revision { article, locale, number, title, markdown, html, source, by, created_at } = revision;
    let (by_id, by_name) = (by.as_ref().map(|by| by.id.as_str()), by.as_ref().map(|by| by.name.as_str()));
    let values = params![*article, locale, *number, title, markdown, html, *source, by_id, by_name, *created_at];
    connection.execute(&sql.revise, values).await?;
    connection.execute(&sql.text, params![*article, locale, title, *number, *source, *created_at]).await?;
    Ok(())
}

/// Between which times it is seen.
pub(super) fn times(from: Option<Timestamp>, until: Option<Timestamp>) -> (i64, i64) {
    let micros = |at: Timestamp| at.timestamp_micros();
    (from.map_or(i64::MIN, micros), until.map_or(i64::MAX, micros))
}
