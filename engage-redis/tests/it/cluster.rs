//! The same on a cluster of three, whose primaries are killed.

use engage_core::bus::Bus;
use engage_core::cache::Cache;
use engage_redis::Redis;

use crate::contract::put;
use crate::groups::Cluster;
use crate::server::{Server, eventually};
use crate::together::{Node, everything_works, heard, shared};

/// The channel of the bus, and what the keys of the cache have in common.
const BUS: &str = "engage:bus";
const CACHE: &str = "{engage}:cache:";

async fn connect(cluster: &Cluster) -> Redis {
    let redis = Redis::connect_cluster(cluster.urls().iter().map(String::as_str)).await.unwrap();
    eventually("the cluster answers", async || redis.ping().await.is_ok()).await;
    redis
}

#[tokio::test]
async fn everything_works_on_a_cluster() {
    let cluster = Cluster::start().await;
    let redis = connect(&cluster).await;
    let one = cluster.servers[2].url();
    everything_works(&redis, &Redis::connect_cluster([one.as_str()]).await.unwrap()).await;
}

/// A message of the bus stays on its shard: others neither carry nor count it.
#[tokio::test]
async fn the_bus_is_sharded() {
    let cluster = Cluster::start().await;
    let redis = connect(&cluster).await;
    let (mut here, mut there) = (Node::new(&redis), Node::new(&redis));
    heard(&mut here, &mut there).await;
    let owner = cluster.primary_of(BUS).await;
    for (number, server) in cluster.servers.iter().enumerate() {
        assert_eq!(calls(server, "publish").await, 0, "to all nodes of the cluster");
        assert_eq!(calls(server, "spublish").await > 0, number == owner, "to node {number} of the cluster");
    }
}

/// How often a server has run a command.
async fn calls(server: &Server, command: &str) -> u64 {
    let mut ask = redis::cmd("INFO");
    let said: String = ask.arg("commandstats").query_async(&mut server.client().await).await.unwrap();
    let line = said.lines().find_map(|line| line.strip_prefix(&format!("cmdstat_{command}:calls=")).map(str::to_owned));
    line.map_or(0, |line| line.split(',').next().unwrap().parse().unwrap())
}

/// Without replicas the slots are not served until it is back, empty.
#[tokio::test]
async fn a_killed_primary_that_comes_back_is_used_again() {
    let mut cluster = Cluster::start().await;
    let redis = connect(&cluster).await;
    let (mut here, mut there) = (Node::new(&redis), Node::new(&redis));
    heard(&mut here, &mut there).await;
    put(&here.cache, "key", "1", &[]).await;
    for shard in [BUS, CACHE] {
        let killed = cluster.primary_of(shard).await;
        cluster.servers[killed].kill();
        here.lagged().await;
        there.lagged().await;
        cluster.servers[killed].restart().await;
        cluster.whole().await;
        heard(&mut here, &mut there).await;
        there.cache_answers().await;
    }
    eventually("it came back empty", async || there.cache.get("key").await.is_ok_and(|value| value.is_none())).await;
    shared(&here, &there).await;
}

#[tokio::test]
async fn a_replica_takes_the_place_of_a_killed_primary() {
    let mut cluster = Cluster::start().await;
    // One whose bus and cache lie on the same shard.
    let mut prefix = String::new();
    for number in 0..100 {
        prefix = format!("site{number}");
        let (bus, cache) = (format!("{prefix}:bus"), format!("{{{prefix}}}:cache:"));
        if cluster.primary_of(&bus).await == cluster.primary_of(&cache).await {
            break;
        }
    }
    cluster.add_replica(&prefix).await;
    let redis = connect(&cluster).await.with_prefix(&prefix).unwrap();
    let (mut here, mut there) = (Node::new(&redis), Node::new(&redis));
    heard(&mut here, &mut there).await;
    put(&here.cache, "key", "1", &[]).await;
    let killed = cluster.primary_of(&prefix).await;
    cluster.servers[killed].kill();
    here.lagged().await;
    there.lagged().await;
    heard(&mut here, &mut there).await;
    here.cache_answers().await;
    there.cache_answers().await;
    eventually("a drop arrives", async || there.cache.remove("key").await.is_ok()).await;
    eventually("it is dropped", async || here.cache.get("key").await.is_ok_and(|value| value.is_none())).await;
    shared(&here, &there).await;
}

/// The shard of the bus is moved to another server while everybody is well.
#[tokio::test]
async fn a_bus_whose_slot_moves_says_so_and_goes_on() {
    let cluster = Cluster::start().await;
    let redis = connect(&cluster).await;
    let (mut here, mut there) = (Node::new(&redis), Node::new(&redis));
    heard(&mut here, &mut there).await;
    let (from, slot): (usize, u64) = {
        let mut ask = redis::cmd("CLUSTER");
        let slot = ask.arg("KEYSLOT").arg(BUS).query_async(&mut cluster.servers[0].client().await).await.unwrap();
        (cluster.primary_of(BUS).await, slot)
    };
    let to = (from + 1) % 3;
    let id: String = crate::groups::ask(&cluster.servers[to], "CLUSTER MYID").await.unwrap();
    for number in [to, from, 3 - to - from] {
        let mut set = redis::cmd("CLUSTER");
        set.arg("SETSLOT").arg(slot).arg("NODE").arg(&id);
        set.exec_async(&mut cluster.servers[number].client().await).await.unwrap();
    }
    here.lagged().await;
    heard(&mut here, &mut there).await;
    assert!(here.bus.is_live() && there.bus.is_live());
}

#[tokio::test]
async fn urls_that_cannot_be_used_are_refused_without_being_repeated() {
    for url in ["", "nonsense", "http://user:hunter2@example.test/", "redis://:hunter2@127.0.0.1:port/"] {
        let error = Redis::connect(url).await.unwrap_err();
        assert_eq!(error.kind(), engage_core::ErrorKind::Invalid, "{url}");
        assert!(!format!("{error:?}").contains("hunter2"));
        assert!(Redis::connect_cluster([url]).await.is_err(), "{url}");
        assert!(Redis::connect_sentinels(url, ["redis://127.0.0.1:1/"]).await.is_err(), "{url}");
        assert!(Redis::connect_sentinels("redis://acme/", [url]).await.is_err(), "{url}");
    }
    assert!(Redis::connect_cluster([]).await.is_err());
    assert!(Redis::connect_sentinels("redis://acme/", []).await.is_err());
    for service in ["redis:///", "redis://user:hunter2@acme:6379/0", "unix:///tmp/redis"] {
        let error = Redis::connect_sentinels(service, ["redis://127.0.0.1:1/"]).await.unwrap_err();
        assert_eq!(error.kind(), engage_core::ErrorKind::Invalid, "{service}");
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn nothing_shows_the_password() {
    let redis = Redis::connect("redis://user:hunter2@127.0.0.1:1/").await.unwrap();
    let shown = format!(
        "{redis:?} {:?} {:?} {:?} {:?}",
        redis.cache(),
        redis.bus(),
        redis.rate_limiter(),
        redis.streams_sink("k")
    );
    assert!(!shown.contains("hunter2") && !shown.contains("127.0.0.1"), "{shown}");
    for prefix in ["", "{a}", "a b", "ü", &"p".repeat(65)] {
        assert!(redis.clone().with_prefix(prefix).is_err(), "{prefix:?}");
    }
}
