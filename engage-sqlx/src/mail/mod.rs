//! Mails, what became of them, and who gets none.

mod ledger;
mod received;
mod templates;

use std::sync::Arc;

use async_trait::async_trait;
use engage_core::clock::Timestamp;
use engage_core::ids::{OutboxId, ReceivedId};
use engage_core::mail::template::StoredTemplate;
use engage_core::mail::{
    Begun, MailQuery, MailRecord, MailStore, Received, ReceivedQuery, ReceivedState, Settled, Suppression,
    SuppressionQuery, SuppressionReason, Thread,
};
use engage_core::outbox::Outbox;
use engage_core::{Effects, Result};

use crate::db::Db;
use crate::driver::{Row, params};
use crate::names::Names;
use crate::sql::Statement;

use ledger::LedgerStatements;
use received::ReceivedStatements;
use templates::TemplateStatements;

/// Mail in the database.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) db: Db,
    pub(crate) sql: Arc<MailSql>,
    pub(crate) outbox: Arc<dyn Outbox>,
}

/// What mail asks.
#[derive(Debug)]
pub(crate) struct MailSql {
    ledger: LedgerStatements,
    received: ReceivedStatements,
    templates: TemplateStatements,
    own: MailStatements,
}

statements! {
    /// What suppressions and threads ask.
    struct MailStatements {
        suppress = "INSERT INTO {mail_suppressions} (address, reason, since) VALUES ($1, $2, $3)
            ON CONFLICT (address) DO NOTHING";
        unsuppress = "DELETE FROM {mail_suppressions} WHERE address = $1";
        suppression = "SELECT address, reason, since FROM {mail_suppressions} WHERE address = $1";
        suppressions = "SELECT address, reason, since FROM {mail_suppressions}
            WHERE address >= $1 AND address < $2 AND address > $3 ORDER BY address LIMIT $4";
        told = "SELECT upto, at FROM {mail_threads} WHERE thread = $1";
        tell_first = "INSERT INTO {mail_threads} (thread, upto, at) VALUES ($1, $2, $3) ON CONFLICT (thread) DO NOTHING";
        prune_told = "DELETE FROM {mail_threads} WHERE thread IN (
            SELECT thread FROM {mail_threads} WHERE at < $1 ORDER BY at LIMIT $2)";
        tell = "UPDATE {mail_threads} SET upto = $2, at = $3 WHERE thread = $1 AND upto = $4";
    }
}

impl MailSql {
    pub(crate) fn render(names: &Names) -> Self {
        Self {
            ledger: LedgerStatements::render(names),
            received: ReceivedStatements::render(names),
            templates: TemplateStatements::render(names),
            own: MailStatements::render(names),
        }
    }

    pub(crate) fn all(&self) -> Vec<&Statement> {
        [self.ledger.all(), self.received.all(), self.templates.all(), self.own.all()].concat()
    }
}

#[async_trait]
impl MailStore for Mail {
    async fn promise(&self, effects: &Effects) -> Result<()> {
        self.db.write_found(effects, |_| Box::pin(async { Ok(true) })).await.map(drop)
    }

    async fn begin(&self, fresh: &MailRecord) -> Result<Begun> {
        self.begin_attempt(fresh).await
    }

    async fn settle(&self, id: OutboxId, attempt: i32, settled: &Settled) -> Result<bool> {
        self.settle_attempt(id, attempt, settled).await
    }

    async fn get(&self, id: OutboxId) -> Result<Option<MailRecord>> {
        self.db.fetch_one(&self.sql.ledger.get, params![id]).await?.as_ref().map(ledger::read).transpose()
    }

    async fn by_message_id(&self, message_id: &str) -> Result<Option<MailRecord>> {
        let row = self.db.fetch_one(&self.sql.ledger.by_message_id, params![message_id]).await?;
        row.as_ref().map(ledger::read).transpose()
    }

    async fn list(&self, query: &MailQuery) -> Result<Vec<MailRecord>> {
        self.list_records(query).await
    }

    async fn thread(&self, thread: &Thread, recipient: &str, limit: usize) -> Result<Vec<String>> {
        let thread = thread.to_string();
        let rows = self.db.fetch(&self.sql.ledger.thread, params![&thread, recipient, limit]).await?;
        rows.iter().rev().map(Row::only).collect()
    }

    async fn replied_since(&self, recipient: &str, since: Timestamp, besides: OutboxId) -> Result<bool> {
        let values = params![recipient, since, besides];
        Ok(self.db.fetch_one(&self.sql.ledger.replied_since, values).await?.is_some())
    }

    async fn resend(&self, id: OutboxId, now: Timestamp, effects: &Effects) -> Result<bool> {
        let sql = Arc::clone(&self.sql);
        self.db
            .write_found(effects, move |connection| {
                Box::pin(async move { Ok(connection.execute(&sql.ledger.resend, params![id, now]).await? > 0) })
            })
            .await
    }

    async fn prune(&self, before: Timestamp, keep: usize, limit: usize) -> Result<u64> {
        let old = self.db.execute_one(&self.sql.ledger.prune, params![before, limit]).await?;
        let left = limit.saturating_sub(usize::try_from(old).unwrap_or(limit));
        Ok(old + self.db.execute_one(&self.sql.ledger.prune_kept, params![keep, left]).await?)
    }

    async fn suppression(&self, address: &str) -> Result<Option<Suppression>> {
        let row = self.db.fetch_one(&self.sql.own.suppression, params![address]).await?;
        row.as_ref().map(read_suppression).transpose()
    }

    async fn suppress(&self, suppression: &Suppression, effects: &Effects) -> Result<bool> {
        let (sql, own) = (Arc::clone(&self.sql), suppression.clone());
        self.db
            .write_found(effects, move |connection| {
                Box::pin(async move {
                    let values = params![&own.address, reason(own.reason), own.since];
                    Ok(connection.execute(&sql.own.suppress, values).await? > 0)
                })
            })
            .await
    }

    async fn unsuppress(&self, address: &str, effects: &Effects) -> Result<bool> {
        let (sql, address) = (Arc::clone(&self.sql), address.to_owned());
        self.db
            .write_found(effects, move |connection| {
                Box::pin(async move { Ok(connection.execute(&sql.own.unsuppress, params![&address]).await? > 0) })
            })
            .await
    }

    async fn suppressions(&self, query: &SuppressionQuery) -> Result<Vec<Suppression>> {
        // The greatest character there is stands behind all that begin like this.
        let beyond = format!("{}\u{10FFFF}", query.prefix);
        let values = params![&query.prefix, &beyond, query.after.as_deref().unwrap_or_default(), query.limit];
        self.db.fetch(&self.sql.own.suppressions, values).await?.iter().map(read_suppression).collect()
    }

    async fn template_heads(&self) -> Result<Vec<StoredTemplate>> {
        self.db.fetch(&self.sql.templates.heads, params![]).await?.iter().map(templates::read).collect()
    }

    async fn template(&self, name: &str, locale: &str, version: i64) -> Result<Option<StoredTemplate>> {
        let row = self.db.fetch_one(&self.sql.templates.get, params![name, locale, version]).await?;
        row.as_ref().map(templates::read).transpose()
    }

    async fn template_versions(&self, name: &str, locale: &str, limit: usize) -> Result<Vec<StoredTemplate>> {
        let rows = self.db.fetch(&self.sql.templates.versions, params![name, locale, limit]).await?;
        rows.iter().map(templates::read).collect()
    }

    async fn put_template(&self, template: &StoredTemplate, effects: &Effects) -> Result<()> {
        self.put_version(template, effects).await
    }

    async fn told(&self, thread: &Thread) -> Result<Option<(i64, Timestamp)>> {
        let thread = thread.to_string();
        let Some(row) = self.db.fetch_one(&self.sql.own.told, params![&thread]).await? else { return Ok(None) };
        let mut columns = row.columns();
        Ok(Some((columns.take()?, columns.take()?)))
    }

    async fn tell(
        &self,
        thread: &Thread,
        from: Option<i64>,
        upto: i64,
        at: Timestamp,
        effects: &Effects,
    ) -> Result<bool> {
        let (sql, thread) = (Arc::clone(&self.sql), thread.to_string());
        self.db
            .write_found(effects, move |connection| {
                Box::pin(async move {
                    let told = match from {
                        None => connection.execute(&sql.own.tell_first, params![&thread, upto, at]).await?,
                        Some(from) => connection.execute(&sql.own.tell, params![&thread, upto, at, from]).await?,
                    };
                    Ok(told > 0)
                })
            })
            .await
    }

    async fn receive(&self, received: &Received, effects: &Effects) -> Result<bool> {
        self.keep_received(received, effects).await
    }

    async fn received(&self, id: ReceivedId) -> Result<Option<Received>> {
        self.db.fetch_one(&self.sql.received.get, params![id]).await?.as_ref().map(received::read).transpose()
    }

    async fn received_by_message_id(&self, message_id: &str) -> Result<Option<Received>> {
        let row = self.db.fetch_one(&self.sql.received.by_message_id, params![message_id]).await?;
        row.as_ref().map(received::read).transpose()
    }

    async fn received_list(&self, query: &ReceivedQuery) -> Result<Vec<Received>> {
        self.list_received(query).await
    }

    async fn settle_received(&self, id: ReceivedId, state: ReceivedState) -> Result<()> {
        self.db.execute_one(&self.sql.received.settle, params![id, state.as_str()]).await.map(drop)
    }

    async fn prune_received(&self, before: Timestamp, limit: usize) -> Result<u64> {
        let old = self.db.execute_one(&self.sql.received.prune, params![before, limit]).await?;
        Ok(old + self.db.execute_one(&self.sql.own.prune_told, params![before, limit]).await?)
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::clone(&self.outbox)
    }
}

fn reason(reason: SuppressionReason) -> &'static str {
    match reason {
        SuppressionReason::Bounced => "bounced",
        SuppressionReason::Complained => "complained",
        SuppressionReason::ByHand => "by_hand",
    }
}

fn read_suppression(row: &Row) -> Result<Suppression> {
    let mut columns = row.columns();
    let (address, reason): (String, String) = (columns.take()?, columns.take()?);
    Ok(Suppression { address, reason: serde_json::from_value(reason.into())?, since: columns.take()? })
}
