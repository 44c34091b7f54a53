//! The outbox: leases by moving `due`, fenced by the attempt.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use engage_core::clock::{Timestamp, delta};
use engage_core::ids::OutboxId;
use engage_core::outbox::{Claimed, DeadLetter, Outbox, OutboxMessage};
use engage_core::{Effects, Result};

use crate::db::Db;
use crate::driver::{Columns, Row, params};

/// The outbox in the database.
#[derive(Debug)]
pub(crate) struct SqlOutbox {
    pub(crate) db: Db,
    pub(crate) sql: Arc<OutboxStatements>,
}

statements! {
    /// What the outbox is asked.
    struct OutboxStatements {
        // Materialized: else the planner may look for rows again and hold more than the limit.
        claim = "WITH picked AS MATERIALIZED (
                SELECT id FROM {outbox} WHERE dead = 0 AND due <= $1
                    AND NOT EXISTS (SELECT 1 FROM {@each $4 AS t}
                        WHERE topic = t.value OR substr(topic, 1, length(t.value) + 1) = t.value || ':')
                ORDER BY due, id LIMIT $3 {@skip_locked})
            UPDATE {outbox} SET due = $2, attempt = attempt + 1 WHERE id IN (SELECT id FROM picked)
            RETURNING id, topic, payload, since, attempt";
        complete = "DELETE FROM {outbox} WHERE id = $1 AND attempt = $2 AND dead = 0";
        retry = "UPDATE {outbox} SET due = $3, since = $3, error = $4 WHERE id = $1 AND attempt = $2 AND dead = 0";
        bury = "UPDATE {outbox} SET dead = 1, error = $3 WHERE id = $1 AND attempt = $2 AND dead = 0";
        dead_letters = "SELECT id, topic, payload, since, attempt, error FROM {outbox} WHERE dead = 1
            ORDER BY id DESC LIMIT $1";
        release = "UPDATE {outbox} SET dead = 0, attempt = 0, error = NULL, due = $2, since = $2
            WHERE id = $1 AND dead = 1";
        discard = "DELETE FROM {outbox} WHERE id = $1 AND dead = 1";
        next_due = "SELECT due FROM {outbox} WHERE dead = 0 ORDER BY due LIMIT 1";
    }
}

#[async_trait]
impl Outbox for SqlOutbox {
    async fn claim(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Vec<Claimed>> {
        self.claim_besides(now, lease, limit, &[]).await
    }

    async fn claim_besides(
        &self,
        now: Timestamp,
        lease: Duration,
        limit: usize,
        besides: &[String],
    ) -> Result<Vec<Claimed>> {
        let (sql, besides) = (Arc::clone(&self.sql), serde_json::to_string(besides)?);
        let claim = self.db.write(move |connection| {
            Box::pin(async move {
                let rows = connection.fetch(&sql.claim, params![now, now + delta(lease), limit, &besides]).await?;
                rows.iter().map(read_claimed).collect::<Result<Vec<_>>>()
            })
        });
        let mut claimed = claim.await?;
        claimed.sort_by_key(|claimed| (claimed.message.due, claimed.message.id));
        Ok(claimed)
    }

    async fn replace(&self, id: OutboxId, attempt: i32, instead: &[OutboxMessage]) -> Result<bool> {
        let (db, sql) = (self.db.clone(), Arc::clone(&self.sql));
        let instead = instead.iter().fold(Effects::none(), |effects, message| effects.and_send(message.clone()));
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    if connection.execute(&sql.complete, params![id, i64::from(attempt)]).await? == 0 {
                        return Ok(false);
                    }
                    db.effects().write(connection, &instead).await?;
                    Ok(true)
                })
            })
            .await
    }

    async fn complete(&self, id: OutboxId, attempt: i32) -> Result<bool> {
        Ok(self.db.execute_one(&self.sql.complete, params![id, i64::from(attempt)]).await? > 0)
    }

    async fn retry(&self, id: OutboxId, attempt: i32, due: Timestamp, error: &str) -> Result<bool> {
        Ok(self.db.execute_one(&self.sql.retry, params![id, i64::from(attempt), due, error]).await? > 0)
    }

    async fn bury(&self, id: OutboxId, attempt: i32, error: &str) -> Result<bool> {
        Ok(self.db.execute_one(&self.sql.bury, params![id, i64::from(attempt), error]).await? > 0)
    }

    async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>> {
        self.db.fetch(&self.sql.dead_letters, params![limit]).await?.iter().map(read_dead).collect()
    }

    async fn release(&self, id: OutboxId, now: Timestamp) -> Result<bool> {
        Ok(self.db.execute_one(&self.sql.release, params![id, now]).await? > 0)
    }

    async fn discard(&self, id: OutboxId) -> Result<bool> {
        Ok(self.db.execute_one(&self.sql.discard, params![id]).await? > 0)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        self.db.fetch_one(&self.sql.next_due, params![]).await?.as_ref().map(Row::only).transpose()
    }
}

fn read_claimed(row: &Row) -> Result<Claimed> {
    let mut columns = row.columns();
    Ok(Claimed { message: read_message(&mut columns)?, attempt: read_attempt(&mut columns)? })
}

fn read_dead(row: &Row) -> Result<DeadLetter> {
    let mut columns = row.columns();
    Ok(DeadLetter {
        message: read_message(&mut columns)?,
        attempts: read_attempt(&mut columns)?,
        error: columns.take::<Option<String>>()?.unwrap_or_default(),
    })
}

fn read_message(columns: &mut Columns<'_>) -> Result<OutboxMessage> {
    Ok(OutboxMessage {
        id: columns.take()?,
        topic: columns.take()?,
        payload: serde_json::from_str(&columns.take::<String>()?)?,
        due: columns.take()?,
    })
}

fn read_attempt(columns: &mut Columns<'_>) -> Result<i32> {
    i32::try_from(columns.take::<i64>()?).map_err(engage_core::Error::internal)
}
