//! The port of the audit log.

use std::fmt::Debug;

use async_trait::async_trait;

use super::model::AuditEntry;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::ids::AuditId;

/// Reads the audit log. Lines are written only as [`crate::Effects`], with the change that they tell of.
#[async_trait]
pub trait AuditStore: Debug + Send + Sync + 'static {
    /// Up to `limit` lines older than `before`, newest first.
    async fn list(&self, before: Option<AuditId>, limit: usize) -> Result<Vec<AuditEntry>>;

    /// Deletes up to `limit` lines from before `before`; says how many.
    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64>;
}
