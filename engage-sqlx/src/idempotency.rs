//! Answers by `Idempotency-Key`.

use std::sync::Arc;

use async_trait::async_trait;
use engage_core::clock::Timestamp;
use engage_core::idempotency::{Begun, IdempotencyStore, IdempotentRequest};
use engage_core::{Error, Result};

use crate::db::Db;
use crate::driver::{Row, params};

/// Idempotency records in the database.
#[derive(Debug)]
pub(crate) struct Idempotency {
    pub(crate) db: Db,
    pub(crate) sql: Arc<IdempotencyStatements>,
}

statements! {
    /// What the records are asked.
    struct IdempotencyStatements {
        claim = "INSERT INTO {idempotency} AS i (scope, key, fingerprint, at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (scope, key) DO UPDATE
            SET fingerprint = excluded.fingerprint, at = excluded.at, status = NULL, body = NULL
            WHERE (i.status IS NULL AND i.at < $5) OR (i.status IS NOT NULL AND i.at < $6)";
        get = "SELECT fingerprint, status, body FROM {idempotency} WHERE scope = $1 AND key = $2";
        finish = "UPDATE {idempotency} SET status = $3, body = $4 WHERE scope = $1 AND key = $2";
        abandon = "DELETE FROM {idempotency} WHERE scope = $1 AND key = $2 AND status IS NULL";
        prune = "DELETE FROM {idempotency} WHERE (scope, key) IN (
            SELECT scope, key FROM {idempotency} WHERE at < $1 ORDER BY at LIMIT $2)";
    }
}

#[async_trait]
impl IdempotencyStore for Idempotency {
    async fn begin(&self, request: &IdempotentRequest) -> Result<Begun> {
        let claim = params![
            &request.scope,
            &request.key,
            &request.fingerprint[..],
            request.at,
            request.stale_before,
            request.expired_before,
        ];
        // The record that was in the way may be gone when it is looked at: then the key is free again.
        for _ in 0..3 {
            if self.db.execute_one(&self.sql.claim, claim).await? > 0 {
                return Ok(Begun::New);
            }
            if let Some(row) = self.db.fetch_one(&self.sql.get, params![&request.scope, &request.key]).await? {
                return read(&row, &request.fingerprint);
            }
        }
        Ok(Begun::InFlight)
    }

    async fn finish(&self, scope: &str, key: &str, status: u16, body: &[u8]) -> Result<()> {
        let values = params![scope, key, i64::from(status), body];
        self.db.execute_one(&self.sql.finish, values).await.map(|_| ())
    }

    async fn abandon(&self, scope: &str, key: &str) -> Result<()> {
        self.db.execute_one(&self.sql.abandon, params![scope, key]).await.map(|_| ())
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64> {
        self.db.execute_one(&self.sql.prune, params![before, limit]).await
    }
}

fn read(row: &Row, fingerprint: &[u8; 32]) -> Result<Begun> {
    let mut columns = row.columns();
    if columns.take::<Vec<u8>>()? != fingerprint {
        return Ok(Begun::Mismatch);
    }
    Ok(match columns.take::<Option<i64>>()? {
        None => Begun::InFlight,
        Some(status) => Begun::Done {
            status: u16::try_from(status).map_err(Error::internal)?,
            body: columns.take::<Option<Vec<u8>>>()?.unwrap_or_default(),
        },
    })
}
