//! The same under sentinels, who name another primary when the first is gone.

use std::time::Duration;

use engage_core::bus::Bus;
use engage_core::cache::Cache;
use engage_core::rate::{Quota, RateLimiter};
use engage_core::sink::EventSink;
use engage_redis::Redis;

use crate::contract::{self, get, put};
use crate::groups::{Watched, ask};
use crate::server::eventually;
use crate::together::{Node, event, everything_works, heard, shared};

async fn connect(watched: &Watched) -> Redis {
    let urls = watched.urls();
    Redis::connect_sentinels(&Watched::service(), urls.iter().map(String::as_str)).await.unwrap()
}

#[tokio::test]
async fn everything_works_under_sentinels() {
    let watched = Watched::start().await;
    everything_works(&connect(&watched).await, &connect(&watched).await).await;
}

#[tokio::test]
async fn after_a_failover_everything_goes_on_by_itself() {
    let mut watched = Watched::start().await;
    let redis = connect(&watched).await;
    let (mut here, mut there) = (Node::new(&redis), Node::new(&connect(&watched).await));
    heard(&mut here, &mut there).await;
    put(&here.cache, "key", "1", &[]).await;

    watched.servers[0].kill();
    here.lagged().await;
    there.lagged().await;
    // Meanwhile nobody waits for long, and a drop that nobody confirms is made up for.
    here.cache.remove("key").await.unwrap_err();
    watched.promoted(1).await;
    heard(&mut here, &mut there).await;
    here.cache_answers().await;
    there.cache_answers().await;
    eventually("dropped", async || there.cache.get("key").await.is_ok_and(|value| value.is_none())).await;
    shared(&here, &there).await;

    let sink = redis.streams_sink("events");
    eventually("an event is taken", async || sink.deliver(&event()).await.is_ok()).await;
    let limiter = redis.rate_limiter();
    eventually("limits are counted in Redis, not by each node for itself", async || {
        limiter.check("someone", Quota { burst: 2, per: contract::HOUR }).await.unwrap();
        ask(&watched.servers[1], "EXISTS engage:rate:someone").await == Some(1)
    })
    .await;

    // The old primary comes back believing that it is one still, until a sentinel tells it.
    watched.servers[0].restart().await;
    heard(&mut here, &mut there).await;
    shared(&here, &there).await;
}

/// A replica that heard of the entry, and not of its drop, becomes the primary.
#[tokio::test]
async fn a_drop_that_was_lost_in_a_failover_is_made_up_for() {
    let mut watched = Watched::start().await;
    let (here, there) = (connect(&watched).await.cache(), connect(&watched).await.cache());
    put(&here, "key", "old", &[]).await;
    assert_eq!(get(&there, "key").await.as_deref(), Some("old"));
    let entry = "EXISTS {engage}:cache:entry:key";
    eventually("the replica has it", async || ask(&watched.servers[1], entry).await == Some(1)).await;
    // So that each has seen who answers.
    tokio::time::sleep(Duration::from_millis(300)).await;

    watched.servers[1].hang();
    let _: Option<i64> = ask(&watched.servers[0], "CLIENT KILL TYPE replica").await;
    here.remove("key").await.unwrap();
    watched.servers[0].kill();
    watched.servers[1].resume();
    watched.promoted(1).await;
    eventually("the cache is used again", async || here.get("key").await.is_ok_and(|value| value.is_none())).await;
    eventually("by all", async || there.get("key").await.is_ok_and(|value| value.is_none())).await;
}

/// It answers nothing and breaks no link.
#[tokio::test]
async fn a_hung_primary_is_left() {
    let watched = Watched::start().await;
    let redis = connect(&watched).await;
    let (mut here, mut there) = (Node::new(&redis), Node::new(&redis));
    heard(&mut here, &mut there).await;
    watched.servers[0].hang();
    watched.promoted(1).await;
    heard(&mut here, &mut there).await;
    here.cache_answers().await;
    shared(&here, &there).await;
}

/// As after a network was divided: the sentinels name another primary, and the old one serves whoever still asks it.
#[tokio::test]
async fn a_primary_that_lives_on_is_left_all_the_same() {
    let watched = Watched::start().await;
    let redis = connect(&watched).await;
    let (mut here, mut there) = (Node::new(&redis), Node::new(&redis));
    heard(&mut here, &mut there).await;
    let _: Option<String> = ask(&watched.servers[1], "REPLICAOF NO ONE").await;
    watched.watch_instead(1).await;
    here.lagged().await;
    there.lagged().await;
    heard(&mut here, &mut there).await;
    here.cache_answers().await;
    put(&here.cache, "key", "1", &[]).await;
    let keys: i64 = ask(&watched.servers[1], "DBSIZE").await.unwrap();
    assert!(keys > 0, "on the new one");
}

#[tokio::test]
async fn sentinels_that_are_away_or_hang_are_done_without() {
    let mut watched = Watched::start().await;
    watched.sentinels[0].hang();
    watched.sentinels[1].kill();
    let redis = connect(&watched).await;
    redis.ping().await.unwrap();
    // What they named goes on without them.
    watched.sentinels[2].kill();
    let cache = redis.cache();
    put(&cache, "key", "1", &[]).await;
    assert_eq!(get(&cache, "key").await.as_deref(), Some("1"));

    // Whoever starts now finds nobody, which is no error, and Redis as soon as somebody says where it is.
    let late = connect(&watched).await;
    late.ping().await.unwrap_err();
    let (bus, cache) = (late.bus(), late.cache());
    assert!(cache.get("key").await.is_err() && !bus.is_live());
    watched.sentinels[2].restart().await;
    eventually("it is found", async || late.ping().await.is_ok() && cache.get("key").await.is_ok()).await;
    eventually("the bus is live", async || bus.is_live()).await;
}

#[tokio::test]
async fn a_wrong_password_is_no_error_at_start_and_never_shown() {
    let watched = Watched::start().await;
    let urls = watched.urls();
    let service = Watched::service().replace("of-the-servers", "hunter2");
    let redis = Redis::connect_sentinels(&service, urls.iter().map(String::as_str)).await.unwrap();
    let error = redis.ping().await.unwrap_err();
    assert_eq!(error.kind(), engage_core::ErrorKind::Unavailable);
    let shown = format!("{redis:?} {:?} {error:?}", redis.bus());
    assert!(!shown.contains("hunter2") && !shown.contains("127.0.0.1"), "{shown}");
}
