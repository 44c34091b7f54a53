//! What visitors have looked at.

use std::sync::Arc;

use engage_core::Result;
use engage_core::chat::Page;
use engage_core::clock::Timestamp;
use engage_core::ids::ContactId;
use serde::Serialize;

use super::{Chat, ChatSql};
use crate::batch::{Hex, json};
use crate::driver::{Connection, Row, params};

statements! {
    /// What the trail asks.
    struct PageStatements {
        latest = "SELECT p.url, p.title, p.at FROM {pages} p
            WHERE p.contact_id = $1 AND p.at >= $2 ORDER BY p.at DESC LIMIT $3";
        add = "INSERT INTO {pages} (contact_id, at, url, title)
            SELECT b.contact_id, b.at, b.url, b.title
            FROM {@rows $1 AS b (contact_id uuid, at bigint, url text, title text)}
            WHERE true ON CONFLICT (contact_id, at) DO NOTHING";
        trim = "DELETE FROM {pages} WHERE contact_id = $1 AND at < (
            SELECT min(kept.at) FROM (
                SELECT p.at FROM {pages} p WHERE p.contact_id = $1 ORDER BY p.at DESC LIMIT $2) AS kept)";
        give = "UPDATE {pages} SET contact_id = $2 WHERE contact_id = $1
            AND at NOT IN (SELECT p.at FROM {pages} p WHERE p.contact_id = $2)";
        prune = "DELETE FROM {pages} WHERE (contact_id, at) IN (
            SELECT p.contact_id, p.at FROM {pages} p WHERE p.at < $1 ORDER BY p.at LIMIT $2)";
    }
}

#[derive(Serialize)]
struct PageRow<'p> {
    contact_id: Hex,
    at: i64,
    url: &'p str,
    title: &'p str,
}

impl Chat {
    pub(super) async fn add_some_pages(&self, contact: ContactId, pages: &[Page]) -> Result<Vec<Page>> {
        let (sql, pages) = (Arc::clone(&self.sql), pages.to_vec());
        self.db.write(move |connection| Box::pin(async move { add(connection, &sql, contact, &pages).await })).await
    }

    pub(super) async fn read_pages(&self, contact: ContactId, since: Timestamp, limit: usize) -> Result<Vec<Page>> {
        self.db.fetch(&self.sql.pages.latest, params![contact, since, limit]).await?.iter().map(read).collect()
    }

    pub(super) async fn give_pages(&self, from: ContactId, into: ContactId) -> Result<()> {
        self.db.execute_one(&self.sql.pages.give, params![from, into]).await.map(|_| ())
    }

    pub(super) async fn delete_pages(&self, before: Timestamp, limit: usize) -> Result<u64> {
        self.db.execute_one(&self.sql.pages.prune, params![before, limit]).await
    }
}

async fn add(connection: &mut dyn Connection, sql: &ChatSql, contact: ContactId, pages: &[Page]) -> Result<Vec<Page>> {
    let latest = connection.fetch(&sql.pages.latest, params![contact, i64::MIN, 1_usize]).await?;
    let latest = latest.first().map(read).transpose()?;
    let news = Page::after(latest.as_ref(), pages);
    if news.is_empty() {
        return Ok(news);
    }
    let rows = news.iter().map(|page| PageRow {
        contact_id: Hex(contact.0),
        at: page.at.timestamp_micros(),
        url: &page.url,
        title: &page.title,
    });
    connection.execute(&sql.pages.add, params![&json(rows)?]).await?;
    connection.execute(&sql.pages.trim, params![contact, Page::KEPT]).await?;
    Ok(news)
}

/// A row of url, title and at.
fn read(row: &Row) -> Result<Page> {
    let mut columns = row.columns();
    Ok(Page { url: columns.take()?, title: columns.take()?, at: columns.take()? })
}
