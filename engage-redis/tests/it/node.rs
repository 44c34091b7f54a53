//! One node as engage makes it: a typed cache over a cache and a bus, before a database that is a number.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use engage_core::bus::Bus;
use engage_core::cache::{Cache, CacheNode, Cached, CachedConfig};
use engage_core::clock::SystemClock;
use engage_core::entropy::OsEntropy;
use engage_core::ids::Ids;
use engage_core::{Context, Tasks};

use crate::contract::HOUR;

/// A row of the database.
pub(crate) type Row = Arc<AtomicU64>;

/// A node; `reads` counts how often it asked the database.
pub(crate) struct Node {
    pub(crate) cached: Cached<u64>,
    pub(crate) reads: AtomicU64,
    _tasks: Tasks,
}

impl Node {
    pub(crate) fn new(cache: impl Cache, bus: Arc<dyn Bus>) -> Self {
        let cache = CacheNode::new(Arc::new(cache), bus, &context());
        let tasks = Tasks::default();
        cache.follow_bus(&tasks);
        let cached = cache.typed(CachedConfig { ttl: HOUR, negative_ttl: HOUR });
        Self { cached, reads: AtomicU64::new(0), _tasks: tasks }
    }

    /// Reads `key` through the cache; a row that is 0 does not exist. A load takes `takes`.
    pub(crate) async fn read(&self, key: &str, row: &Row, takes: Duration) -> Option<u64> {
        let load = || async {
            self.reads.fetch_add(1, Ordering::SeqCst);
            let value = row.load(Ordering::SeqCst);
            tokio::time::sleep(takes).await;
            Ok((value != 0).then_some(value))
        };
        self.cached.get(key, |_| vec![format!("tag:{key}")], load).await.unwrap()
    }

    pub(crate) fn reads(&self) -> u64 {
        self.reads.load(Ordering::SeqCst)
    }
}

pub(crate) fn context() -> Context {
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(OsEntropy));
    Context { clock: clock.clone(), entropy: entropy.clone(), ids: Ids::new(clock, entropy) }
}
