//! Reading through a cache.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use engage_core::bus::{Bus, LocalBus};
use engage_core::cache::{CacheNode, Cached, CachedConfig, Invalidation};
use engage_core::{Error, ErrorKind, Result, Tasks};
use futures_util::future::join_all;

use crate::support::{Door, MapCache, Site, eventually};

/// A database with one value, which counts how often it is asked.
#[derive(Debug, Default)]
struct Source {
    value: parking_lot::Mutex<Option<String>>,
    loads: AtomicUsize,
    door: Door,
}

impl Source {
    fn set(&self, value: Option<&str>) {
        *self.value.lock() = value.map(str::to_owned);
    }

    fn loads(&self) -> usize {
        self.loads.load(Ordering::SeqCst)
    }

    async fn load(&self) -> Result<Option<String>> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        let value = self.value.lock().clone();
        self.door.pass().await;
        Ok(value)
    }
}

async fn node(cache: &MapCache, bus: &Arc<dyn Bus>) -> CacheNode {
    let engage = Site::new().node().await;
    CacheNode::new(Arc::new(cache.clone()), Arc::clone(bus), engage.context())
}

async fn cached() -> (Cached<String>, MapCache, Arc<Source>) {
    let cache = MapCache::default();
    let bus: Arc<dyn Bus> = Arc::new(LocalBus::default());
    (typed(&node(&cache, &bus).await), cache, Arc::default())
}

fn typed(node: &CacheNode) -> Cached<String> {
    node.typed(CachedConfig { ttl: Duration::from_secs(60), negative_ttl: Duration::from_secs(60) })
}

async fn get(cached: &Cached<String>, source: &Source) -> Option<String> {
    cached.get("key", |_| vec!["tag".to_owned()], || source.load()).await.unwrap()
}

#[tokio::test]
async fn a_value_is_loaded_once_however_many_ask() {
    let (cached, _, source) = cached().await;
    source.set(Some("a"));
    source.door.shut();
    let all = join_all((0..50).map(|_| get(&cached, &source)));
    let (values, ()) = tokio::join!(all, async {
        source.door.awaited_by(1).await;
        tokio::task::yield_now().await;
        source.door.open();
    });
    assert!(values.iter().all(|value| value.as_deref() == Some("a")));
    assert_eq!(get(&cached, &source).await.as_deref(), Some("a"));
    assert_eq!(source.loads(), 1);
}

#[tokio::test]
async fn that_there_is_none_is_remembered() {
    let (cached, _, source) = cached().await;
    assert_eq!(get(&cached, &source).await, None);
    assert_eq!(get(&cached, &source).await, None);
    assert_eq!(source.loads(), 1);
    source.set(Some("a"));
    cached.invalidate("key").await;
    assert_eq!(get(&cached, &source).await.as_deref(), Some("a"));
}

#[tokio::test]
async fn an_error_is_not_remembered() {
    let (cached, _, source) = cached().await;
    source.set(Some("a"));
    let failed = cached.get("key", |_| Vec::new(), || async { Err(Error::new(ErrorKind::Unavailable, "away")) }).await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(get(&cached, &source).await.as_deref(), Some("a"));
}

#[tokio::test]
async fn a_value_is_dropped_by_key_and_by_tag() {
    let (cached, cache, source) = cached().await;
    let other: Arc<dyn Bus> = Arc::new(LocalBus::default());
    let node = node(&cache, &other).await;
    for (dropped, value) in [(Invalidation::Key("key".to_owned()), "b"), (Invalidation::Tag("tag".to_owned()), "c")] {
        source.set(Some("a"));
        node.invalidate(Invalidation::Key("key".to_owned())).await;
        assert_eq!(get(&cached, &source).await.as_deref(), Some("a"));
        source.set(Some(value));
        assert_eq!(get(&cached, &source).await.as_deref(), Some("a"), "not loaded again");
        node.invalidate(dropped).await;
        assert_eq!(get(&cached, &source).await.as_deref(), Some(value));
    }
}

/// Who asked before the change may get the old value; it must not stay.
#[tokio::test]
async fn a_load_that_a_drop_overtakes_is_not_kept_and_not_joined() {
    let (cached, _, source) = cached().await;
    source.set(Some("old"));
    source.door.shut();
    let (old, new) = tokio::join!(get(&cached, &source), async {
        source.door.awaited_by(1).await;
        source.set(Some("new"));
        cached.invalidate("key").await;
        let new = tokio::join!(get(&cached, &source), async {
            source.door.awaited_by(2).await;
            source.door.open();
        });
        new.0
    });
    assert_eq!(
        (old.as_deref(), new.as_deref()),
        (Some("old"), Some("new")),
        "who asks after the change gets the change"
    );
    assert_eq!(get(&cached, &source).await.as_deref(), Some("new"));
}

#[tokio::test]
async fn without_the_cache_the_source_answers() {
    let (cached, cache, source) = cached().await;
    cache.away.store(true, Ordering::Relaxed);
    source.set(Some("a"));
    assert_eq!(get(&cached, &source).await.as_deref(), Some("a"));
    source.set(Some("b"));
    cached.invalidate("key").await;
    assert_eq!(get(&cached, &source).await.as_deref(), Some("b"));
    cache.away.store(false, Ordering::Relaxed);
    assert_eq!(get(&cached, &source).await.as_deref(), Some("b"));
}

#[tokio::test]
async fn what_cannot_be_read_is_loaded_anew() {
    let (cached, cache, source) = cached().await;
    source.set(Some("a"));
    engage_core::cache::Cache::put(&cache, "key", "not JSON".into(), Duration::from_secs(60), &[]).await.unwrap();
    assert_eq!(get(&cached, &source).await.as_deref(), Some("a"));
}

#[tokio::test]
async fn a_drop_on_one_node_reaches_the_others() {
    let bus: Arc<dyn Bus> = Arc::new(LocalBus::default());
    let tasks = Tasks::default();
    let (here, there) = (node(&MapCache::default(), &bus).await, node(&MapCache::default(), &bus).await);
    there.follow_bus(&tasks);
    let source = Arc::new(Source::default());
    let (near, far) = (typed(&here), typed(&there));
    source.set(Some("a"));
    assert_eq!(get(&near, &source).await.as_deref(), Some("a"));
    assert_eq!(get(&far, &source).await.as_deref(), Some("a"));
    source.set(Some("b"));
    here.invalidate(Invalidation::Tag("tag".to_owned())).await;
    assert_eq!(get(&near, &source).await.as_deref(), Some("b"));
    eventually("the other node drops it too", || async { get(&far, &source).await.as_deref() == Some("b") }).await;
}
