//! Webhooks, and what came of their deliveries.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use engage_core::clock::Timestamp;
use engage_core::ids::{OutboxId, WebhookId};
use engage_core::outbox::Outbox;
use engage_core::webhooks::{Attempted, Delivery, Outcome, Webhook, WebhookSecret, WebhookStore};
use engage_core::{Effects, Error, ErrorKind, Result};
use uuid::Uuid;

use crate::db::Db;
use crate::driver::{Row, params};

/// Webhooks in the database.
#[derive(Debug)]
pub(crate) struct Webhooks {
    pub(crate) db: Db,
    pub(crate) sql: Arc<WebhookStatements>,
    pub(crate) outbox: Arc<dyn Outbox>,
}

macro_rules! columns {
    () => {
        "id, url, events, description, disabled, secret, previous_secret, previous_until, failing_since, version,
            created_at, updated_at"
    };
}

statements! {
    /// What webhooks ask.
    struct WebhookStatements {
        all = concat!("SELECT ", columns!(), " FROM {webhooks} ORDER BY id");
        get = concat!("SELECT ", columns!(), " FROM {webhooks} WHERE id = $1");
        create = "INSERT INTO {webhooks} (id, url, events, description, disabled, secret, previous_secret,
                previous_until, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING";
        update = "UPDATE {webhooks} SET url = $2, events = $3, description = $4, disabled = $5, secret = $6,
                previous_secret = $7, previous_until = $8, version = $9, created_at = $10, updated_at = $11,
                failing_since = CASE WHEN disabled IS NULL THEN failing_since END
            WHERE id = $1 AND version = $9 - 1";
        lock = "SELECT id FROM {webhooks} WHERE id = $1 {@for_update}";
        delete = "DELETE FROM {webhooks} WHERE id = $1";
        delete_deliveries = "DELETE FROM {webhook_deliveries} WHERE webhook_id = $1";
        succeeded = "UPDATE {webhooks} SET failing_since = NULL WHERE id = $1";
        failed = "UPDATE {webhooks} SET failing_since = COALESCE(failing_since, $2) WHERE id = $1";
        record = "INSERT INTO {webhook_deliveries} (id, webhook_id, event_id, event, attempts, first_at, last_at, took,
                delivered, status, error)
            VALUES ($1, $2, $3, $4, 1, $5, $5, $6, $7, $8, $9)
            ON CONFLICT (id) DO UPDATE SET attempts = {webhook_deliveries}.attempts + 1, last_at = excluded.last_at,
                took = excluded.took, delivered = excluded.delivered, status = excluded.status, error = excluded.error";
        deliveries = "SELECT id, webhook_id, event_id, event, attempts, first_at, last_at, took, delivered, status, error
            FROM {webhook_deliveries} WHERE webhook_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
        prune = "DELETE FROM {webhook_deliveries} WHERE id IN (
            SELECT id FROM {webhook_deliveries} WHERE last_at < $1 ORDER BY last_at LIMIT $2)";
    }
}

#[async_trait]
impl WebhookStore for Webhooks {
    async fn all(&self) -> Result<Vec<Webhook>> {
        self.db.fetch(&self.sql.all, params![]).await?.iter().map(read).collect()
    }

    async fn get(&self, id: WebhookId) -> Result<Option<Webhook>> {
        self.db.fetch_one(&self.sql.get, params![id]).await?.as_ref().map(read).transpose()
    }

    async fn put(&self, webhook: &Webhook, effects: &Effects) -> Result<()> {
        let (db, sql, webhook, effects) = (self.db.clone(), Arc::clone(&self.sql), webhook.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let statement = if webhook.version == 1 { &sql.create } else { &sql.update };
                    let events = serde_json::to_string(&webhook.events)?;
                    let disabled = webhook.disabled.map(serde_json::to_value).transpose()?;
                    let secret = webhook.secret.reveal();
                    let (previous, until) = match &webhook.previous {
                        Some((secret, until)) => (Some(secret.reveal()), Some(*until)),
                        None => (None, None),
                    };
                    let values = params![
                        webhook.id,
                        &webhook.url,
                        &events,
                        &webhook.description,
                        disabled.as_ref().and_then(|disabled| disabled.as_str()),
                        &secret,
                        previous.as_deref(),
                        until,
                        webhook.version,
                        webhook.created_at,
                        webhook.updated_at,
                    ];
                    if connection.execute(statement, values).await? == 0 {
                        return Err(Error::new(ErrorKind::Conflict, "the webhook was changed meanwhile"));
                    }
                    db.effects().write(connection, &effects).await
                })
            })
            .await
    }

    async fn delete(&self, id: WebhookId, effects: &Effects) -> Result<bool> {
        let sql = Arc::clone(&self.sql);
        self.db
            .write_found(effects, move |connection| {
                Box::pin(async move {
                    let found = connection.execute(&sql.delete, params![id]).await? > 0;
                    connection.execute(&sql.delete_deliveries, params![id]).await?;
                    Ok(found)
                })
            })
            .await
    }

    async fn send(&self, id: WebhookId, effects: &Effects) -> Result<bool> {
        let sql = Arc::clone(&self.sql);
        self.db
            .write_found(effects, move |connection| {
                Box::pin(async move { Ok(!connection.fetch(&sql.lock, params![id]).await?.is_empty()) })
            })
            .await
    }

    async fn record(&self, attempt: &Attempted) -> Result<()> {
        let (sql, attempt) = (Arc::clone(&self.sql), attempt.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let Attempted { delivery, webhook, event, name, at, took, outcome } = attempt;
                    let known = if outcome.delivered {
                        connection.execute(&sql.succeeded, params![webhook]).await?
                    } else {
                        connection.execute(&sql.failed, params![webhook, at]).await?
                    };
                    if known == 0 {
                        return Ok(());
                    }
                    let took = i64::try_from(took.as_micros()).unwrap_or(i64::MAX);
                    let (delivered, status) = (i64::from(outcome.delivered), outcome.status.map(i64::from));
                    let error = outcome.error.as_deref();
                    let values = params![delivery, webhook, event, &name, at, took, delivered, status, error];
                    connection.execute(&sql.record, values).await.map(drop)
                })
            })
            .await
    }

    async fn deliveries(&self, id: WebhookId, before: Option<OutboxId>, limit: usize) -> Result<Vec<Delivery>> {
        let before = before.unwrap_or(OutboxId(Uuid::max()));
        let rows = self.db.fetch(&self.sql.deliveries, params![id, before, limit]).await?;
        rows.iter().map(read_delivery).collect()
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64> {
        self.db.execute_one(&self.sql.prune, params![before, limit]).await
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::clone(&self.outbox)
    }
}

fn read(row: &Row) -> Result<Webhook> {
    let mut columns = row.columns();
    Ok(Webhook {
        id: columns.take()?,
        url: columns.take()?,
        events: serde_json::from_str(&columns.take::<String>()?)?,
        description: columns.take()?,
        disabled: columns
            .take::<Option<String>>()?
            .map(|disabled| serde_json::from_value(disabled.into()))
            .transpose()?,
        secret: read_secret(&columns.take::<String>()?)?,
        previous: match (columns.take::<Option<String>>()?, columns.take::<Option<Timestamp>>()?) {
            (Some(secret), Some(until)) => Some((read_secret(&secret)?, until)),
            _ => None,
        },
        failing_since: columns.take()?,
        version: columns.take()?,
        created_at: columns.take()?,
        updated_at: columns.take()?,
    })
}

fn read_secret(text: &str) -> Result<WebhookSecret> {
    WebhookSecret::parse(text).ok_or_else(|| Error::internal("a webhook's secret in the database is malformed"))
}

fn read_delivery(row: &Row) -> Result<Delivery> {
    let mut columns = row.columns();
    let (delivery, webhook, event, name) = (columns.take()?, columns.take()?, columns.take()?, columns.take()?);
    let (attempts, first_at, at) = (columns.take()?, columns.take()?, columns.take()?);
    let took = Duration::from_micros(u64::try_from(columns.take::<i64>()?).unwrap_or_default());
    let outcome = Outcome {
        delivered: columns.take::<i64>()? != 0,
        status: columns.take::<Option<i64>>()?.and_then(|status| u16::try_from(status).ok()),
        error: columns.take()?,
    };
    Ok(Delivery { attempts, first_at, last: Attempted { delivery, webhook, event, name, at, took, outcome } })
}
