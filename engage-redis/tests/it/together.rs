//! What two nodes see of each other, on any kind of Redis.

use std::time::Duration;

use engage_core::bus::{Bus, BusEvent, Hint, Hints};
use engage_core::cache::{Cache, Invalidation};
use engage_core::clock::from_micros;
use engage_core::ids::OutboxId;
use engage_core::rate::{Quota, RateLimiter};
use engage_core::sink::{Event, EventSink};
use engage_redis::{Redis, RedisBus, RedisCache};

use crate::contract;
use crate::node::context;
use crate::server::eventually;

/// A node's bus and cache.
pub(crate) struct Node {
    pub(crate) bus: RedisBus,
    pub(crate) cache: RedisCache,
    hints: Hints,
}

impl Node {
    pub(crate) fn new(redis: &Redis) -> Self {
        let bus = redis.bus();
        Self { hints: bus.subscribe(), bus, cache: redis.cache() }
    }

    /// Waits until it is told that it missed something.
    pub(crate) async fn lagged(&mut self) {
        let told = async { while self.hints.next().await.expect("the bus ended") != BusEvent::Lagged {} };
        tokio::time::timeout(Duration::from_secs(20), told).await.expect("nobody says that something was missed");
    }

    pub(crate) async fn cache_answers(&self) {
        eventually("the cache answers", async || self.cache.get("any").await.is_ok()).await;
    }

    /// Forgets what was told so far.
    async fn settle(&mut self) {
        while tokio::time::timeout(Duration::from_millis(100), self.hints.next()).await.is_ok() {}
    }
}

/// Both are live, and what one says the other hears; what was told until then is forgotten.
pub(crate) async fn heard(here: &mut Node, there: &mut Node) {
    eventually("both are live", async || here.bus.is_live() && there.bus.is_live()).await;
    let Node { hints, .. } = there;
    let hears = async {
        for number in 0_u64.. {
            let hint = Hint::Invalidate(Invalidation::Key(number.to_string()));
            here.bus.publish(hint.clone());
            let arrives = async { while hints.next().await != Some(BusEvent::Hint(hint.clone())) {} };
            if tokio::time::timeout(Duration::from_millis(500), arrives).await.is_ok() {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), hears).await.expect("one does not hear the other");
    here.settle().await;
    there.settle().await;
}

/// What one puts the other gets: soon, for each drops everything once when another process answers.
pub(crate) async fn shared(here: &Node, there: &Node) {
    eventually("the cache is shared", async || {
        // As a load does: it looks, and keeps what it found instead.
        let _ = here.cache.get("shared").await;
        let put = here.cache.put("shared", "value".into(), contract::HOUR, &[]).await;
        put.is_ok() && there.cache.get("shared").await.is_ok_and(|value| value.is_some())
    })
    .await;
}

/// An event for a sink.
pub(crate) fn event() -> Event {
    let (id, at) = (context().ids.next::<OutboxId>(), from_micros(1_767_225_600_000_000));
    Event { id, name: "a.happened".to_owned(), at, data: serde_json::json!({}) }
}

/// Caches, limits, sinks and the bus, on two ways to the same Redis.
pub(crate) async fn everything_works(redis: &Redis, other: &Redis) {
    eventually("it answers", async || redis.ping().await.is_ok() && other.ping().await.is_ok()).await;
    for prefix in ["one", "two", "three"] {
        contract::check(&redis.clone().with_prefix(prefix).unwrap().cache()).await;
    }
    let limiters = [redis.rate_limiter(), other.rate_limiter()];
    let quota = Quota { burst: 2, per: contract::HOUR };
    for key in ["a", "b", "c", "d", "e"] {
        assert!(limiters[0].check(key, quota).await.unwrap().allowed);
        assert!(limiters[1].check(key, quota).await.unwrap().allowed);
        assert!(!limiters[0].check(key, quota).await.unwrap().allowed, "{key}");
    }
    for key in ["events:a", "events:b", "events:c"] {
        redis.streams_sink(key).deliver(&event()).await.unwrap();
    }
    let (mut here, mut there) = (Node::new(redis), Node::new(other));
    heard(&mut here, &mut there).await;
    heard(&mut there, &mut here).await;
    contract::put(&here.cache, "shared", "1", &[]).await;
    assert_eq!(contract::get(&there.cache, "shared").await.as_deref(), Some("1"));
}
