//! Two layers: what the near one may do, and how it goes on alone.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use engage_core::cache::{Cache, Invalidation};
use engage_core::{Error, Result, async_trait};
use engage_redis::{Fetched, MemoryCache, SharedCache, TieredCache};
use tokio::sync::Notify;

use crate::contract::{HOUR, get, put};
use crate::server;

#[tokio::test]
async fn the_near_layer_copies_tags_and_ends_by_itself() {
    let redis = server::shared().await;
    let (here, there) = (TieredCache::new(MemoryCache::default(), redis.cache()), redis.cache());
    put(&there, "key", "1", &["tag"]).await;
    assert_eq!(get(&here, "key").await.as_deref(), Some("1"));
    // Dropped behind its back and without a bus: it is behind, for its own short time.
    there.remove("key").await.unwrap();
    assert_eq!(get(&here, "key").await.as_deref(), Some("1"), "a near copy answers");
    here.forget_local(&Invalidation::Tag("tag".to_owned())).await.unwrap();
    assert_eq!(get(&here, "key").await, None, "the copy had the tag");

    let here = TieredCache::new(MemoryCache::default(), redis.cache()).near_ttl(Duration::from_millis(50));
    put(&here, "key", "2", &[]).await;
    there.remove("key").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(get(&here, "key").await, None, "a copy ends by itself");
}

#[tokio::test]
async fn a_copy_does_not_outlive_the_entry() {
    let redis = server::shared().await;
    let (here, there) = (TieredCache::new(MemoryCache::default(), redis.cache()), redis.cache());
    let ttl = Duration::from_millis(150);
    there.put("key", Bytes::from_static(b"1"), ttl, &[]).await.unwrap();
    assert_eq!(get(&here, "key").await.as_deref(), Some("1"));
    tokio::time::sleep(ttl).await;
    assert_eq!(get(&here, "key").await, None);
}

/// A shared cache that is away, or that answers only when told to.
#[derive(Debug, Default)]
struct Fake {
    away: bool,
    asked: Arc<Notify>,
    answer: Arc<Notify>,
}

#[async_trait]
impl Cache for Fake {
    async fn get(&self, key: &str) -> Result<Option<Bytes>> {
        Ok(self.fetch(key).await?.map(|found| found.value))
    }
    async fn put(&self, _key: &str, _value: Bytes, _ttl: Duration, _tags: &[String]) -> Result<()> {
        self.check()
    }
    async fn remove(&self, _key: &str) -> Result<()> {
        self.check()
    }
    async fn remove_tag(&self, _tag: &str) -> Result<()> {
        self.check()
    }
    async fn forget_local(&self, _dropped: &Invalidation) -> Result<()> {
        Ok(())
    }
    async fn forget_all_local(&self) -> Result<()> {
        Ok(())
    }
}

impl Fake {
    fn check(&self) -> Result<()> {
        if self.away { Err(Error::unavailable("away")) } else { Ok(()) }
    }
}

#[async_trait]
impl SharedCache for Fake {
    async fn fetch(&self, _key: &str) -> Result<Option<Fetched>> {
        self.check()?;
        self.asked.notify_one();
        self.answer.notified().await;
        Ok(Some(Fetched { value: Bytes::from_static(b"old"), tags: vec!["tag".to_owned()], ttl: HOUR }))
    }
}

#[tokio::test]
async fn without_the_shared_layer_the_near_one_goes_on() {
    let cache = TieredCache::new(MemoryCache::default(), Fake { away: true, ..Fake::default() });
    assert!(cache.get("key").await.is_err(), "the caller goes to the database");
    put(&cache, "key", "1", &["tag"]).await;
    assert_eq!(get(&cache, "key").await.as_deref(), Some("1"));
    assert!(cache.remove_tag("tag").await.is_err(), "other nodes were not told");
    assert!(cache.get("key").await.is_err(), "but it is gone here");
    put(&cache, "key", "2", &[]).await;
    assert!(cache.remove("key").await.is_err());
    assert!(cache.get("key").await.is_err());
}

/// The shared layer answers with what was there, and before the copy is made it is dropped.
#[tokio::test]
async fn a_copy_that_a_drop_overtook_is_not_made() {
    let fake = Fake::default();
    let (asked, answer) = (Arc::clone(&fake.asked), Arc::clone(&fake.answer));
    let cache = Arc::new(TieredCache::new(MemoryCache::default(), fake));
    for round in 0..4 {
        let slow = tokio::spawn({
            let cache = Arc::clone(&cache);
            async move { get(&*cache, "key").await }
        });
        asked.notified().await;
        match round {
            0 => cache.remove("key").await.unwrap(),
            1 => cache.remove_tag("tag").await.unwrap(),
            2 => cache.forget_local(&Invalidation::Key("key".to_owned())).await.unwrap(),
            _ => cache.forget_all_local().await.unwrap(),
        }
        answer.notify_one();
        assert_eq!(slow.await.unwrap().as_deref(), Some("old"), "who asked before the drop may get it");
        // A near copy would answer at once; without one, the shared layer is asked.
        let asks = tokio::spawn({
            let cache = Arc::clone(&cache);
            async move { get(&*cache, "key").await }
        });
        tokio::time::timeout(Duration::from_secs(10), asked.notified()).await.expect("a stale copy answered");
        asks.abort();
    }
}
