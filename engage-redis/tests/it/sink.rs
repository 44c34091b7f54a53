//! Events in a stream.

use std::collections::HashMap;

use engage_core::clock::from_micros;
use engage_core::ids::OutboxId;
use engage_core::sink::{Event, EventSink};
use engage_redis::Redis;
use redis::streams::StreamRangeReply;

use crate::node::context;
use crate::server::{self, Server};

fn event(name: &str) -> Event {
    let data = serde_json::json!({"text": "ü\u{0}\"", "n": 1});
    Event { id: context().ids.next::<OutboxId>(), name: name.to_owned(), at: from_micros(1_767_225_600_000_001), data }
}

async fn entries(server: &Server, key: &str) -> Vec<HashMap<String, String>> {
    let reply: StreamRangeReply =
        redis::cmd("XRANGE").arg(key).arg("-").arg("+").query_async(&mut server.client().await).await.unwrap();
    let text = |value: redis::Value| redis::from_redis_value::<String>(value).unwrap();
    reply.ids.into_iter().map(|id| id.map.into_iter().map(|(field, value)| (field, text(value))).collect()).collect()
}

#[tokio::test]
async fn an_event_arrives_whole_and_a_repeat_has_the_same_id() {
    let server = Server::start().await;
    let sink = Redis::connect(&server.url()).await.unwrap().streams_sink("events");
    let (first, second) = (event("chat.message_sent"), event("chat.conversation_closed"));
    for event in [&first, &second, &first] {
        sink.deliver(event).await.unwrap();
    }
    let entries = entries(&server, "events").await;
    let ids: Vec<&str> = entries.iter().map(|entry| entry["id"].as_str()).collect();
    let (one, two) = (first.id.to_string(), second.id.to_string());
    assert_eq!(ids, [one.as_str(), &two, &one]);
    assert_eq!(entries[0]["name"], "chat.message_sent");
    assert_eq!(entries[0]["at"], "2026-01-01T00:00:00.000001Z");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&entries[0]["data"]).unwrap(), first.data);
}

#[tokio::test]
async fn the_stream_is_bounded() {
    let server = Server::start().await;
    let sink = Redis::connect(&server.url()).await.unwrap().streams_sink("events").max_len(100);
    for _ in 0..500 {
        sink.deliver(&event("a.happened")).await.unwrap();
    }
    let length: u64 = redis::cmd("XLEN").arg("events").query_async(&mut server.client().await).await.unwrap();
    assert!((100..300).contains(&length), "{length}");
}

/// As the outbox does: again and again, until it is taken over.
#[tokio::test]
async fn what_is_tried_until_it_is_accepted_arrives() {
    let mut server = Server::start().await;
    let sink = Redis::connect(&server.url()).await.unwrap().streams_sink("events");
    let event = event("a.happened");
    server.kill();
    let error = sink.deliver(&event).await.unwrap_err();
    assert!(error.is_retryable());
    server.restart().await;
    server::eventually("the event is accepted", async || sink.deliver(&event).await.is_ok()).await;
    let entries = entries(&server, "events").await;
    assert!(!entries.is_empty() && entries.iter().all(|entry| entry["id"] == event.id.to_string()));
}

#[tokio::test]
async fn a_key_of_another_type_is_an_error_and_not_a_loss() {
    let server = Server::start().await;
    let sink = Redis::connect(&server.url()).await.unwrap().streams_sink("events");
    redis::cmd("SET").arg("events").arg("text").exec_async(&mut server.client().await).await.unwrap();
    assert!(sink.deliver(&event("a.happened")).await.is_err());
}
