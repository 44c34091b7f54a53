//! Hints between nodes.

use std::time::Duration;

use engage_core::bus::{Bus, BusEvent, Hint, Hints};
use engage_core::cache::Invalidation;
use engage_redis::{Redis, RedisBus};

use crate::server::{self, Server, eventually};

/// A hint that is told apart by a number.
fn hint(n: u32) -> Hint {
    Hint::Invalidate(Invalidation::Key(n.to_string()))
}

async fn live(bus: &RedisBus) {
    eventually("the bus is live", async || bus.is_live()).await;
}

/// The next event, within 20 s.
async fn next(hints: &mut Hints) -> BusEvent {
    tokio::time::timeout(Duration::from_secs(20), hints.next())
        .await
        .expect("no event within 20 s")
        .expect("the bus ended")
}

async fn next_hint(hints: &mut Hints) -> Hint {
    loop {
        if let BusEvent::Hint(hint) = next(hints).await {
            return hint;
        }
    }
}

async fn lagged(hints: &mut Hints) {
    while next(hints).await != BusEvent::Lagged {}
}

/// All that arrives within a moment.
async fn rest(hints: &mut Hints) -> Vec<BusEvent> {
    let mut events = Vec::new();
    while let Ok(Some(event)) = tokio::time::timeout(Duration::from_millis(300), hints.next()).await {
        events.push(event);
    }
    events
}

/// Two live nodes that have heard of each other.
async fn two(redis: &Redis) -> (RedisBus, RedisBus) {
    let (here, there) = (redis.bus(), redis.bus());
    live(&here).await;
    live(&there).await;
    let mut hints = there.subscribe();
    // A node's first message tells that it is there.
    here.publish(hint(0));
    assert_eq!(next_hint(&mut hints).await, hint(0));
    (here, there)
}

#[tokio::test]
async fn a_hint_reaches_every_node_once() {
    let (here, there) = two(&server::shared().await).await;
    let (mut own, mut others) = (here.subscribe(), there.subscribe());
    here.publish(hint(1));
    assert_eq!(own.next().await, Some(BusEvent::Hint(hint(1))), "the own node has it at once");
    assert_eq!(next(&mut others).await, BusEvent::Hint(hint(1)));
    there.publish(hint(2));
    assert_eq!(next(&mut own).await, BusEvent::Hint(hint(2)));
    assert_eq!(rest(&mut own).await, []);
    assert_eq!(rest(&mut others).await, [BusEvent::Hint(hint(2))], "its own, once");
}

#[tokio::test]
async fn prefixes_are_apart() {
    let (here, there) = (server::shared().await.bus(), server::shared().await.bus());
    live(&here).await;
    live(&there).await;
    let mut hints = there.subscribe();
    here.publish(hint(1));
    assert_eq!(rest(&mut hints).await, []);
}

#[tokio::test]
async fn many_hints_travel_in_few_messages() {
    let server = Server::start().await;
    let (here, there) = two(&Redis::connect(&server.url()).await.unwrap()).await;
    let mut hints = there.subscribe();
    let before = published(&server).await;
    for n in 0..2000 {
        here.publish(hint(n));
    }
    for n in 0..2000 {
        assert_eq!(next(&mut hints).await, BusEvent::Hint(hint(n)));
    }
    let messages = published(&server).await - before;
    assert!(messages < 500, "{messages}");
}

/// How often the server has run PUBLISH.
async fn published(server: &Server) -> u64 {
    let mut connection = server.client().await;
    let stats: String = redis::cmd("INFO").arg("commandstats").query_async(&mut connection).await.unwrap();
    let line = stats.lines().find_map(|line| line.strip_prefix("cmdstat_publish:calls=")).unwrap();
    line.split(',').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn what_does_not_fit_into_the_queue_is_told_as_lagged() {
    let (here, there) = two(&server::shared().await).await;
    let mut hints = there.subscribe();
    // Without a pause the publisher has no chance to empty the queue.
    for n in 0..10_000 {
        here.publish(hint(n));
    }
    lagged(&mut hints).await;
    here.publish(hint(77_777));
    while next_hint(&mut hints).await != hint(77_777) {}
}

#[tokio::test]
async fn a_hole_in_another_nodes_count_is_told_as_lagged() {
    let server = Server::start().await;
    let bus = Redis::connect(&server.url()).await.unwrap().bus();
    live(&bus).await;
    let mut hints = bus.subscribe();
    let mut raw = server.client().await;
    let mut send = async |payload: &str| {
        let mut publish = redis::cmd("PUBLISH");
        publish.arg("engage:bus").arg(payload).exec_async(&mut raw).await.unwrap();
    };
    let ready = r#"{"hint":"outbox_ready"}"#;
    for seq in [1, 2, 2, 1, 3] {
        send(&format!(r#"{{"node":"other","seq":{seq},"hints":[{ready}]}}"#)).await;
        assert_eq!(next(&mut hints).await, BusEvent::Hint(Hint::OutboxReady));
    }
    assert_eq!(rest(&mut hints).await, [], "late and doubled ones are no hole");
    send(r#"{"node":"other","seq":5,"hints":[]}"#).await;
    assert_eq!(rest(&mut hints).await, [BusEvent::Lagged]);
    send(&format!(r#"{{"node":"other","seq":6,"hints":[{{"hint":"of_tomorrow"}},{ready}]}}"#)).await;
    assert_eq!(
        rest(&mut hints).await,
        [BusEvent::Hint(Hint::OutboxReady), BusEvent::Lagged],
        "what is not understood is lost"
    );
}

/// Killed between a commit and its hint, for instance.
#[tokio::test]
async fn a_node_that_falls_silent_is_told_as_lagged() {
    let (here, there) = two(&server::shared().await).await;
    let mut hints = there.subscribe();
    assert_eq!(rest(&mut hints).await, []);
    drop(here);
    assert_eq!(next(&mut hints).await, BusEvent::Lagged);
    assert_eq!(rest(&mut hints).await, [], "once");
}

#[tokio::test]
async fn malformed_payloads_are_ignored() {
    let server = Server::start().await;
    let bus = Redis::connect(&server.url()).await.unwrap().bus();
    live(&bus).await;
    let mut hints = bus.subscribe();
    let mut raw = server.client().await;
    let deep = "[".repeat(100_000);
    let large = format!(r#"{{"node":"{}","seq":1,"hints":[]}}"#, "n".repeat(1 << 20));
    let payloads: [&[u8]; 7] =
        [b"", b"\0", b"null", b"\xff\xfe\xfd", b"{\"node\":\"x\"}", deep.as_bytes(), large.as_bytes()];
    for payload in payloads {
        redis::cmd("PUBLISH").arg("engage:bus").arg(payload).exec_async(&mut raw).await.unwrap();
    }
    assert_eq!(rest(&mut hints).await, []);
    assert!(bus.is_live());
    let good = r#"{"node":"other","seq":1,"hints":[{"hint":"outbox_ready"}]}"#;
    redis::cmd("PUBLISH").arg("engage:bus").arg(good).exec_async(&mut raw).await.unwrap();
    assert_eq!(next(&mut hints).await, BusEvent::Hint(Hint::OutboxReady));
}

#[tokio::test]
async fn after_a_kill_and_restart_both_nodes_catch_up_and_go_on() {
    let mut server = Server::start().await;
    let (here, there) = two(&Redis::connect(&server.url()).await.unwrap()).await;
    let (mut own, mut others) = (here.subscribe(), there.subscribe());
    server.kill();
    lagged(&mut own).await;
    lagged(&mut others).await;
    eventually("both notice", async || !here.is_live() && !there.is_live()).await;
    // While it is down, the own node is served, and the other one is not.
    here.publish(hint(1));
    assert_eq!(next_hint(&mut own).await, hint(1));
    server.restart().await;
    lagged(&mut others).await;
    live(&here).await;
    live(&there).await;
    here.publish(hint(2));
    while next_hint(&mut others).await != hint(2) {}
    assert_eq!(next_hint(&mut own).await, hint(2));
}

#[tokio::test]
async fn a_hung_redis_is_noticed_and_caught_up_with() {
    let server = Server::start().await;
    let redis = Redis::connect(&server.url()).await.unwrap();
    let bus = redis.bus();
    live(&bus).await;
    let mut hints = bus.subscribe();
    server.hang();
    eventually("the bus is not live", async || !bus.is_live()).await;
    lagged(&mut hints).await;
    server.resume();
    lagged(&mut hints).await;
    live(&bus).await;
}

#[tokio::test]
async fn a_cut_subscription_is_told_as_lagged() {
    let server = Server::start().await;
    let bus = Redis::connect(&server.url()).await.unwrap().bus();
    live(&bus).await;
    let mut hints = bus.subscribe();
    let mut kill = redis::cmd("CLIENT");
    let cut: i64 = kill.arg("KILL").arg("TYPE").arg("pubsub").query_async(&mut server.client().await).await.unwrap();
    assert_eq!(cut, 1);
    assert_eq!(next(&mut hints).await, BusEvent::Lagged, "at the end");
    assert_eq!(next(&mut hints).await, BusEvent::Lagged, "and when it listens again");
    live(&bus).await;
}

#[tokio::test]
async fn without_redis_a_node_still_hears_itself() {
    let mut server = Server::start().await;
    server.kill();
    let bus = Redis::connect(&server.url()).await.unwrap().bus();
    let mut hints = bus.subscribe();
    assert!(!bus.is_live());
    bus.publish(hint(1));
    assert_eq!(next_hint(&mut hints).await, hint(1));
    drop(bus);
    while tokio::time::timeout(Duration::from_secs(20), hints.next()).await.expect("the bus does not end").is_some() {}
}
