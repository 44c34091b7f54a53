//! The audit log in memory.

use async_trait::async_trait;

use super::model::AuditEntry;
use super::store::AuditStore;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::ids::AuditId;
use crate::memory::Memory;

#[async_trait]
impl AuditStore for Memory {
    async fn list(&self, before: Option<AuditId>, limit: usize) -> Result<Vec<AuditEntry>> {
        let tables = self.tables.lock();
        let older = tables.audit.values().rev().filter(|entry| before.is_none_or(|before| entry.id < before));
        Ok(older.take(limit).cloned().collect())
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64> {
        let mut tables = self.tables.lock();
        let old: Vec<_> =
            tables.audit.values().filter(|entry| entry.at < before).take(limit).map(|entry| entry.id).collect();
        for id in &old {
            tables.audit.remove(id);
        }
        Ok(old.len() as u64)
    }
}
