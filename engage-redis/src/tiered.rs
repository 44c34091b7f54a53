//! Memory in front of a cache that nodes share.

use std::time::Duration;

use bytes::Bytes;
use engage_core::cache::{Cache, Invalidation};
use engage_core::{Result, async_trait};
use tokio::sync::RwLock;

/// A cache that several nodes share, and that can say all about an entry, so that a nearer layer may copy it.
#[async_trait]
pub trait SharedCache: Cache {
    /// Like [`Cache::get`], with what a copy needs to know.
    async fn fetch(&self, key: &str) -> Result<Option<Fetched>>;
}

/// An entry of a [`SharedCache`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// What was put.
    pub value: Bytes,
    /// The tags it was put with.
    pub tags: Vec<String>,
    /// How long it still lives, at most.
    pub ttl: Duration,
}

/// A near cache (`MemoryCache`) before a shared one (`RedisCache`).
///
/// The near one copies what the shared one has, for 5 s at most ([`TieredCache::near_ttl`]): that is how long a node which
/// the bus does not reach can be behind. When the shared one is away, the near one goes on alone.
#[derive(Debug)]
pub struct TieredCache<N, S> {
    near: N,
    shared: S,
    near_ttl: Duration,
    /// Counts drops: a copy that a drop overtook is not kept. Drops exclude keeping.
    drops: RwLock<u64>,
}

impl<N: Cache, S: SharedCache> TieredCache<N, S> {
    /// How long the near cache keeps anything, at most.
    pub const NEAR_TTL: Duration = Duration::from_secs(5);

    /// `near` before `shared`.
    pub fn new(near: N, shared: S) -> Self {
        Self { near, shared, near_ttl: Self::NEAR_TTL, drops: RwLock::new(0) }
    }

    /// Keeps entries in the near cache for this long at most.
    #[must_use]
    pub fn near_ttl(mut self, ttl: Duration) -> Self {
        self.near_ttl = ttl;
        self
    }

    async fn copy(&self, key: &str, found: &Fetched, began: u64) -> Result<()> {
        let drops = self.drops.read().await;
        if *drops == began {
            self.near.put(key, found.value.clone(), found.ttl.min(self.near_ttl), &found.tags).await?;
        }
        Ok(())
    }

    /// Drops something near, in a way that no copy under way brings it back.
    async fn drop_near(&self, dropped: &Invalidation) -> Result<()> {
        let mut drops = self.drops.write().await;
        *drops += 1;
        self.near.forget_local(dropped).await
    }
}

#[async_trait]
impl<N: Cache, S: SharedCache> Cache for TieredCache<N, S> {
    async fn get(&self, key: &str) -> Result<Option<Bytes>> {
        if let Some(value) = self.near.get(key).await? {
            return Ok(Some(value));
        }
        let began = *self.drops.read().await;
        let Some(found) = self.shared.fetch(key).await? else { return Ok(None) };
        self.copy(key, &found, began).await?;
        Ok(Some(found.value))
    }

    async fn put(&self, key: &str, value: Bytes, ttl: Duration, tags: &[String]) -> Result<()> {
        if let Err(error) = self.shared.put(key, value.clone(), ttl, tags).await {
            tracing::debug!(target: "engage::cache", %error, "the shared cache is away; the near one goes on alone");
        }
        self.near.put(key, value, ttl.min(self.near_ttl), tags).await
    }

    async fn remove(&self, key: &str) -> Result<()> {
        // The shared one first: what it still has could be copied again.
        let shared = self.shared.remove(key).await;
        self.drop_near(&Invalidation::Key(key.to_owned())).await?;
        shared
    }

    async fn remove_tag(&self, tag: &str) -> Result<()> {
        let shared = self.shared.remove_tag(tag).await;
        self.drop_near(&Invalidation::Tag(tag.to_owned())).await?;
        shared
    }

    async fn forget_local(&self, dropped: &Invalidation) -> Result<()> {
        self.drop_near(dropped).await?;
        self.shared.forget_local(dropped).await
    }

    async fn forget_all_local(&self) -> Result<()> {
        {
            let mut drops = self.drops.write().await;
            *drops += 1;
            self.near.forget_all_local().await?;
        }
        self.shared.forget_all_local().await
    }
}
