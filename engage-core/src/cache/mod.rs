//! Caches: hints that may vanish at any moment.

mod typed;

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

pub use typed::{CacheNode, Cached, CachedConfig};

use crate::error::Result;

/// A place to keep bytes for a while. Object-safe; implementations are in engage-redis.
///
/// # Contract
/// - Losing any or all entries at any moment is allowed. Returning one after its TTL, or after [`Cache::remove`] or
///   [`Cache::remove_tag`] returned on this node, is not.
/// - An error means that the cache is away; the caller goes to the database. Calls answer within 100 ms or fail.
#[async_trait]
pub trait Cache: Debug + Send + Sync + 'static {
    /// The bytes under `key`, if they are still there.
    async fn get(&self, key: &str) -> Result<Option<Bytes>>;

    /// Keeps `value` under `key` for at most `ttl`. Every one of `tags` can later drop it.
    async fn put(&self, key: &str, value: Bytes, ttl: Duration, tags: &[String]) -> Result<()>;

    /// Drops one entry.
    async fn remove(&self, key: &str) -> Result<()>;

    /// Drops every entry that was put with `tag`.
    async fn remove_tag(&self, tag: &str) -> Result<()>;

    /// What another node has dropped must be dropped from the layers that only this process has. Shared layers, which
    /// that node has already cleaned, do nothing.
    async fn forget_local(&self, dropped: &Invalidation) -> Result<()>;

    /// After a time without the bus: drops all that only this process has.
    async fn forget_all_local(&self) -> Result<()>;
}

/// What to drop, as it travels over the bus.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Invalidation {
    /// One entry.
    Key(String),
    /// All entries with a tag.
    Tag(String),
}

/// No cache: every question goes to the database.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoCache;

#[async_trait]
impl Cache for NoCache {
    async fn get(&self, _key: &str) -> Result<Option<Bytes>> {
        Ok(None)
    }

    async fn put(&self, _key: &str, _value: Bytes, _ttl: Duration, _tags: &[String]) -> Result<()> {
        Ok(())
    }

    async fn remove(&self, _key: &str) -> Result<()> {
        Ok(())
    }

    async fn remove_tag(&self, _tag: &str) -> Result<()> {
        Ok(())
    }

    async fn forget_local(&self, _dropped: &Invalidation) -> Result<()> {
        Ok(())
    }

    async fn forget_all_local(&self) -> Result<()> {
        Ok(())
    }
}
