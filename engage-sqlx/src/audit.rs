//! The audit log. Its lines are written with the changes that they tell of, see [`crate::effects`].

use std::sync::Arc;

use async_trait::async_trait;
use engage_core::Result;
use engage_core::audit::{AuditEntry, AuditStore};
use engage_core::clock::Timestamp;
use engage_core::ids::AuditId;
use uuid::Uuid;

use crate::db::Db;
use crate::driver::{Row, params};

/// The audit log in the database.
#[derive(Debug)]
pub(crate) struct Audit {
    pub(crate) db: Db,
    pub(crate) sql: Arc<AuditStatements>,
}

statements! {
    /// What the audit log is asked.
    struct AuditStatements {
        list = "SELECT id, at, actor, action, target, detail FROM {audit} WHERE id < $1 ORDER BY id DESC LIMIT $2";
        prune = "DELETE FROM {audit} WHERE id IN (SELECT id FROM {audit} WHERE at < $1 ORDER BY at LIMIT $2)";
    }
}

#[async_trait]
impl AuditStore for Audit {
    async fn list(&self, before: Option<AuditId>, limit: usize) -> Result<Vec<AuditEntry>> {
        let before = before.unwrap_or(AuditId(Uuid::max()));
        self.db.fetch(&self.sql.list, params![before, limit]).await?.iter().map(read).collect()
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64> {
        self.db.execute_one(&self.sql.prune, params![before, limit]).await
    }
}

fn read(row: &Row) -> Result<AuditEntry> {
    let mut columns = row.columns();
    Ok(AuditEntry {
        id: columns.take()?,
        at: columns.take()?,
        actor: columns.take()?,
        action: columns.take()?,
        target: columns.take()?,
        detail: serde_json::from_str(&columns.take::<String>()?)?,
    })
}
