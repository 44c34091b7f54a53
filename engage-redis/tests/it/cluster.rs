//! The same on a cluster of three.

use engage_core::bus::{Bus, BusEvent, Hint};
use engage_core::clock::from_micros;
use engage_core::ids::OutboxId;
use engage_core::rate::{Quota, RateLimiter};
use engage_core::sink::{Event, EventSink};
use engage_redis::Redis;

use crate::contract;
use crate::node::context;
use crate::server::{Server, eventually};

const SETTINGS: [&str; 4] = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];

async fn start() -> [Server; 3] {
    let servers = [Server::with(&SETTINGS).await, Server::with(&SETTINGS).await, Server::with(&SETTINGS).await];
    let slots = [(0, 5460), (5461, 10922), (10923, 16383)];
    for (server, (first, last)) in servers.iter().zip(slots) {
        let mut client = server.client().await;
        redis::cmd("CLUSTER").arg("ADDSLOTSRANGE").arg(first).arg(last).exec_async(&mut client).await.unwrap();
        for other in &servers {
            redis::cmd("CLUSTER").arg("MEET").arg("127.0.0.1").arg(other.port()).exec_async(&mut client).await.unwrap();
        }
    }
    for server in &servers {
        let mut client = server.client().await;
        eventually("the cluster is complete", async || {
            let info: String = redis::cmd("CLUSTER").arg("INFO").query_async(&mut client.clone()).await.unwrap();
            info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")
        })
        .await;
        redis::cmd("PING").exec_async(&mut client).await.unwrap();
    }
    servers
}

#[tokio::test]
async fn everything_works_on_a_cluster() {
    let servers = start().await;
    let urls: Vec<String> = servers.iter().map(Server::url).collect();
    let redis = Redis::connect_cluster(urls.iter().map(String::as_str)).await.unwrap();
    let other = Redis::connect_cluster([urls[2].as_str()]).await.unwrap();
    eventually("the cluster answers", async || redis.ping().await.is_ok() && other.ping().await.is_ok()).await;

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

    let at = from_micros(1_767_225_600_000_000);
    for key in ["events:a", "events:b", "events:c"] {
        let id = context().ids.next::<OutboxId>();
        let event = Event { id, name: "a.happened".to_owned(), at, data: serde_json::json!({}) };
        redis.streams_sink(key).deliver(&event).await.unwrap();
    }

    let (here, there) = (redis.bus(), other.bus());
    eventually("both are live", async || here.is_live() && there.is_live()).await;
    let mut hints = there.subscribe();
    here.publish(Hint::OutboxReady);
    let arrives = async { while hints.next().await != Some(BusEvent::Hint(Hint::OutboxReady)) {} };
    tokio::time::timeout(std::time::Duration::from_secs(20), arrives).await.unwrap();
}

#[tokio::test]
async fn urls_that_cannot_be_used_are_refused_without_being_repeated() {
    for url in ["", "nonsense", "http://user:hunter2@example.test/", "redis://:hunter2@127.0.0.1:port/"] {
        let error = Redis::connect(url).await.unwrap_err();
        assert_eq!(error.kind(), engage_core::ErrorKind::Invalid, "{url}");
        assert!(!format!("{error:?}").contains("hunter2"));
        assert!(Redis::connect_cluster([url]).await.is_err(), "{url}");
    }
    assert!(Redis::connect_cluster([]).await.is_err());
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
