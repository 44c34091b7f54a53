//! The cache in this process's memory.

mod tags;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use engage_core::cache::{Cache, Invalidation};
use engage_core::{Result, async_trait};
use moka::Expiry;

use tags::{Tag, Tags};

/// A bounded cache in memory. Other nodes' drops reach it over the bus, through [`Cache::forget_local`].
#[derive(Debug)]
pub struct MemoryCache {
    entries: moka::future::Cache<String, Entry>,
    tags: Arc<Tags>,
    /// Counts how often everything was dropped; entries of an earlier count are gone.
    generation: AtomicU64,
}

#[derive(Debug, Clone)]
struct Entry {
    value: Bytes,
    ttl: Duration,
    tags: Arc<[Arc<Tag>]>,
    generation: u64,
}

impl MemoryCache {
    /// What [`MemoryCache::default`] takes at most, in bytes: 32 MiB.
    pub const MAX_BYTES: u64 = 32 << 20;
    /// What an entry takes beside its key, value and tags, roughly.
    const OVERHEAD: usize = 256;
    /// Longer TTLs count as this long.
    const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

    /// A cache that takes about `max_bytes` of memory at most, keys, tags and bookkeeping included.
    pub fn new(max_bytes: u64) -> Self {
        let entries = moka::future::Cache::builder()
            .max_capacity(max_bytes)
            .weigher(|key: &String, entry: &Entry| {
                let tags: usize = entry.tags.iter().map(|tag| tag.name().len() + size_of::<Tag>()).sum();
                u32::try_from(key.len() + entry.value.len() + tags + Self::OVERHEAD).unwrap_or(u32::MAX)
            })
            .expire_after(PerEntry)
            .build();
        Self { entries, tags: Arc::default(), generation: AtomicU64::new(0) }
    }

    fn is_good(&self, entry: &Entry) -> bool {
        entry.generation == self.generation.load(Ordering::Acquire) && !entry.tags.iter().any(|tag| tag.is_dropped())
    }
}

impl Default for MemoryCache {
    fn default() -> Self {
        Self::new(Self::MAX_BYTES)
    }
}

#[async_trait]
impl Cache for MemoryCache {
    async fn get(&self, key: &str) -> Result<Option<Bytes>> {
        let entry = self.entries.get(key).await;
        Ok(entry.filter(|entry| self.is_good(entry)).map(|entry| entry.value))
    }

    async fn put(&self, key: &str, value: Bytes, ttl: Duration, tags: &[String]) -> Result<()> {
        if ttl.is_zero() {
            return self.remove(key).await;
        }
        // Taken before the entry is in: a drop in between finds it.
        let generation = self.generation.load(Ordering::Acquire);
        let tags = tags.iter().map(|tag| self.tags.join(tag)).collect();
        let entry = Entry { value, ttl: ttl.min(Self::LONGEST), tags, generation };
        self.entries.insert(key.to_owned(), entry).await;
        Ok(())
    }

    async fn remove(&self, key: &str) -> Result<()> {
        self.entries.invalidate(key).await;
        Ok(())
    }

    async fn remove_tag(&self, tag: &str) -> Result<()> {
        // The entries' memory comes back when they expire or others need the room.
        self.tags.drop_tag(tag);
        Ok(())
    }

    async fn forget_local(&self, dropped: &Invalidation) -> Result<()> {
        match dropped {
            Invalidation::Key(key) => self.remove(key).await,
            Invalidation::Tag(tag) => self.remove_tag(tag).await,
        }
    }

    async fn forget_all_local(&self) -> Result<()> {
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.entries.invalidate_all();
        Ok(())
    }
}

/// Each entry ends by its own TTL.
struct PerEntry;

impl Expiry<String, Entry> for PerEntry {
    fn expire_after_create(&self, _key: &String, entry: &Entry, _at: Instant) -> Option<Duration> {
        Some(entry.ttl)
    }

    fn expire_after_update(
        &self,
        _key: &String,
        entry: &Entry,
        _at: Instant,
        _left: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.ttl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    async fn fill(cache: &MemoryCache, entries: usize) {
        for n in 0..entries {
            cache.put(&format!("key{n}"), Bytes::from(vec![0; 512]), HOUR, &[format!("tag{n}")]).await.unwrap();
        }
        cache.entries.run_pending_tasks().await;
    }

    #[tokio::test]
    async fn it_stays_within_its_bytes_and_its_tags_within_its_entries() {
        let cache = MemoryCache::new(64 << 10);
        fill(&cache, 5_000).await;
        assert!(cache.entries.weighted_size() <= 64 << 10);
        let entries = cache.entries.entry_count();
        assert!((1..=100).contains(&entries), "{entries} entries");
        // Evicted values are freed a little later than they are evicted.
        assert!(cache.tags.len() < 1_000, "{} tags for {entries} entries", cache.tags.len());
    }

    #[tokio::test]
    async fn tags_of_forgotten_entries_go() {
        let cache = MemoryCache::default();
        fill(&cache, 100).await;
        assert_eq!(cache.tags.len(), 100);
        cache.remove_tag("tag7").await.unwrap();
        assert_eq!(cache.tags.len(), 99);
        cache.forget_all_local().await.unwrap();
        for _ in 0..200 {
            // Each use frees some of what is waiting to be freed.
            fill(&cache, 1).await;
        }
        assert!(cache.tags.len() < 5, "{} tags for one entry", cache.tags.len());
    }

    #[tokio::test]
    async fn what_was_being_put_when_its_tag_was_dropped_is_not_returned() {
        let cache = MemoryCache::default();
        let value = Bytes::from_static(b"old");
        let begun = Entry { value, ttl: HOUR, tags: [cache.tags.join("tag")].into(), generation: 0 };
        cache.remove_tag("tag").await.unwrap();
        cache.entries.insert("key".to_owned(), begun).await;
        assert_eq!(cache.get("key").await.unwrap(), None);
        cache.put("key", Bytes::from_static(b"new"), HOUR, &["tag".to_owned()]).await.unwrap();
        assert_eq!(cache.get("key").await.unwrap().as_deref(), Some(&b"new"[..]));
    }

    #[tokio::test]
    async fn an_entry_larger_than_the_cache_is_not_kept() {
        let cache = MemoryCache::new(1 << 10);
        cache.put("key", Bytes::from(vec![0; 4 << 10]), HOUR, &[]).await.unwrap();
        cache.entries.run_pending_tasks().await;
        assert_eq!(cache.get("key").await.unwrap(), None);
    }
}
