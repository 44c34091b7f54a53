//! The contract on each cache, and what nodes that share one see of each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use engage_core::bus::LocalBus;
use engage_core::cache::{Cache, Invalidation};
use engage_redis::{MemoryCache, Redis, RedisCache, SharedCache, TieredCache};

use crate::contract::{self, HOUR, get, put};
use crate::node::{Node, Row};
use crate::server::{self, Server};

#[tokio::test]
async fn memory_keeps_to_the_contract() {
    let cache = MemoryCache::default();
    contract::check(&cache).await;
    local_layers_forget(&cache).await;
}

#[tokio::test]
async fn redis_keeps_to_the_contract() {
    contract::check(&server::shared().await.cache()).await;
}

#[tokio::test]
async fn tiered_keeps_to_the_contract() {
    let cache = TieredCache::new(MemoryCache::default(), server::shared().await.cache());
    contract::check(&cache).await;
}

async fn local_layers_forget(cache: &dyn Cache) {
    put(cache, "a", "1", &["tag"]).await;
    put(cache, "b", "1", &["tag"]).await;
    put(cache, "c", "1", &[]).await;
    cache.forget_local(&Invalidation::Key("a".to_owned())).await.unwrap();
    assert_eq!(get(cache, "a").await, None);
    assert_eq!(get(cache, "b").await.as_deref(), Some("1"));
    cache.forget_local(&Invalidation::Tag("tag".to_owned())).await.unwrap();
    assert_eq!(get(cache, "b").await, None);
    assert_eq!(get(cache, "c").await.as_deref(), Some("1"));
    cache.forget_all_local().await.unwrap();
    assert_eq!(get(cache, "c").await, None);
    put(cache, "c", "2", &[]).await;
    assert_eq!(get(cache, "c").await.as_deref(), Some("2"));
}

#[tokio::test]
async fn redis_shares_entries_and_drops_between_nodes_at_once() {
    let redis = server::shared().await;
    let (here, there) = (redis.cache(), redis.cache());
    put(&here, "key", "1", &["tag"]).await;
    assert_eq!(get(&there, "key").await.as_deref(), Some("1"));
    there.remove_tag("tag").await.unwrap();
    assert_eq!(get(&here, "key").await, None);
    put(&here, "key", "2", &[]).await;
    there.remove("key").await.unwrap();
    assert_eq!(get(&here, "key").await, None);
    let other = redis.with_prefix(&server::fresh_prefix()).unwrap().cache();
    put(&here, "key", "3", &[]).await;
    assert_eq!(get(&other, "key").await, None, "prefixes are apart");
}

#[tokio::test]
async fn a_fetched_entry_knows_its_tags_and_its_time() {
    let cache = server::shared().await.cache();
    let tags = ["a".to_owned(), "b".to_owned()];
    cache.put("key", Bytes::from_static(b"1"), HOUR, &tags).await.unwrap();
    let found = cache.fetch("key").await.unwrap().unwrap();
    assert_eq!(found.tags, tags);
    assert!(found.ttl <= HOUR && found.ttl > HOUR / 2, "{:?}", found.ttl);
}

/// One node loads, another drops while it does, the first keeps what it loaded: nobody may get it.
#[tokio::test]
async fn a_load_that_another_node_overtook_is_not_kept() {
    let redis = server::shared().await;
    let (slow, quick) = (redis.cache(), redis.cache());
    for dropped in ["key", "tag"] {
        assert_eq!(get(&slow, "key").await, None);
        // Between the miss and the put lies the load.
        if dropped == "key" {
            quick.remove("key").await.unwrap();
        } else {
            quick.remove_tag("tag").await.unwrap();
        }
        put(&slow, "key", "old", &["tag"]).await;
        assert_eq!(get(&slow, "key").await, None, "after the drop of the {dropped}");
        assert_eq!(get(&quick, "key").await, None, "after the drop of the {dropped}");
        put(&quick, "key", "new", &["tag"]).await;
        assert_eq!(get(&slow, "key").await.as_deref(), Some("new"));
        quick.remove("key").await.unwrap();
    }
}

#[tokio::test]
async fn a_flush_in_the_middle_of_a_load_brings_nothing_back() {
    let server = Server::start().await;
    let redis = Redis::connect(&server.url()).await.unwrap();
    let (slow, quick) = (redis.cache(), redis.cache());
    assert_eq!(get(&slow, "key").await, None);
    quick.remove("key").await.unwrap();
    redis::cmd("FLUSHALL").exec_async(&mut server.client().await).await.unwrap();
    // Somebody starts the clock anew.
    assert_eq!(get(&quick, "other").await, None);
    put(&slow, "key", "old", &[]).await;
    assert_eq!(get(&quick, "key").await, None);
}

#[tokio::test]
async fn an_evicted_mark_drops_its_entries() {
    let server = Server::start().await;
    let redis = Redis::connect(&server.url()).await.unwrap();
    let cache = redis.cache();
    for evicted in ["tag:red", "everything", "clock"] {
        put(&cache, "plain", "1", &[]).await;
        put(&cache, "red", "1", &["red"]).await;
        let key = format!("{{engage}}:cache:{evicted}");
        let gone: i64 = redis::cmd("DEL").arg(key).query_async(&mut server.client().await).await.unwrap();
        assert_eq!(gone, 1, "{evicted}");
        // The other marks are as good as before: nothing was dropped since.
        if evicted == "tag:red" {
            assert_eq!(get(&cache, "red").await, None, "{evicted}");
        }
        // Whatever is gone, what is dropped from now on stays dropped.
        put(&cache, "red", "2", &["red"]).await;
        cache.remove_tag("red").await.unwrap();
        assert_eq!(get(&cache, "red").await, None, "{evicted}");
        put(&cache, "red", "3", &["red"]).await;
        assert_eq!(get(&cache, "red").await.as_deref(), Some("3"), "{evicted}");
    }
}

#[tokio::test]
async fn what_is_too_large_is_not_kept_and_what_was_there_is_not_returned_instead() {
    let cache = server::shared().await.cache();
    put(&cache, "key", "small", &[]).await;
    cache.put("key", Bytes::from(vec![0; RedisCache::MAX_VALUE + 1]), HOUR, &[]).await.unwrap();
    assert_eq!(cache.get("key").await.unwrap(), None);
}

#[tokio::test]
async fn foreign_bytes_under_a_key_are_a_miss() {
    let server = Server::start().await;
    let cache = Redis::connect(&server.url()).await.unwrap().cache();
    for bytes in ["", "short", "0000000000000001v", "not sixteen digits at all"] {
        let mut set = redis::cmd("SET");
        set.arg("{engage}:cache:entry:key").arg(bytes).exec_async(&mut server.client().await).await.unwrap();
        assert_eq!(get(&cache, "key").await, None, "{bytes:?}");
    }
}

#[tokio::test]
async fn a_typed_value_is_loaded_once_and_so_is_that_there_is_none() {
    let node = Node::new(server::shared().await.cache(), Arc::new(LocalBus::default()));
    let row: Row = Row::default();
    let soon = Duration::from_millis(20);
    for _ in 0..3 {
        assert_eq!(node.read("row", &row, soon).await, None);
    }
    assert_eq!(node.reads(), 1, "negative entries count");
    row.store(7, Ordering::SeqCst);
    node.cached.invalidate("row").await;
    let reads = (0..20).map(|_| node.read("row", &row, soon));
    for value in futures(reads).await {
        assert_eq!(value, Some(7));
    }
    assert_eq!(node.reads(), 2, "one flight for all");
}

/// A node without anything in front of its cache; it loads one value at a time.
#[derive(Debug)]
struct Plain {
    cache: RedisCache,
    loading: tokio::sync::Mutex<u64>,
}

impl Plain {
    async fn read(&self, row: &Row, takes: Duration) -> u64 {
        let mut loads = self.loading.lock().await;
        if let Some(value) = self.cache.get("row").await.unwrap() {
            return String::from_utf8_lossy(&value).parse().unwrap();
        }
        *loads += 1;
        let value = row.load(Ordering::SeqCst);
        tokio::time::sleep(takes).await;
        self.cache.put("row", Bytes::from(value.to_string()), HOUR, &["tag".to_owned()]).await.unwrap();
        value
    }
}

/// Writers and readers on three nodes that share nothing but Redis, without a bus: whoever begins to read after a drop
/// returned anywhere sees at least what was written before it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn under_load_no_node_ever_reads_what_was_dropped() {
    let redis = server::shared().await;
    let nodes: Vec<Arc<Plain>> =
        (0..3).map(|_| Arc::new(Plain { cache: redis.cache(), loading: tokio::sync::Mutex::new(0) })).collect();
    let row: Row = Arc::new(AtomicU64::new(1));
    let dropped = Arc::new(AtomicU64::new(1));
    let done = Arc::new(AtomicBool::new(false));
    let mut readers = Vec::new();
    for reader in 0..6 {
        let (node, row, dropped, done) = (Arc::clone(&nodes[reader % 3]), row.clone(), dropped.clone(), done.clone());
        readers.push(tokio::spawn(async move {
            let mut reads = 0_u64;
            while !done.load(Ordering::SeqCst) {
                let at_least = dropped.load(Ordering::SeqCst);
                let value = node.read(&row, Duration::from_micros(reads % 7 * 300)).await;
                assert!(value >= at_least, "read {value} after the drop of what was before {at_least}");
                reads += 1;
            }
            reads
        }));
    }
    for version in 2..300 {
        row.store(version, Ordering::SeqCst);
        let cache = &nodes[usize::try_from(version).unwrap() % 3].cache;
        if version % 2 == 0 {
            cache.remove("row").await.unwrap();
        } else {
            cache.remove_tag("tag").await.unwrap();
        }
        dropped.store(version, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_micros(version % 5 * 400)).await;
    }
    done.store(true, Ordering::SeqCst);
    let mut reads = 0;
    for reader in readers {
        reads += reader.await.unwrap();
    }
    let mut loads = 0;
    for node in &nodes {
        loads += *node.loading.lock().await;
    }
    assert!(loads < reads, "{loads} loads for {reads} reads: the cache answered none");
}

async fn futures<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut all: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = all.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (future, done) in all.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(cx)
            {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
