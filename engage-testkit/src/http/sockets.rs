//! The life of a socket.

use std::time::Duration;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::socket::HANDSHAKE;
use super::{Client, Host, Setup};

/// `hello` comes first, once, in this version, and in time.
pub async fn hello_comes_first(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("hello").await;
    let late = visitor.connect().await;
    let refused = async |frame: Value, field: &str| {
        let mut socket = visitor.connect().await;
        socket.send(frame.clone()).await;
        let closed = socket.closed().await;
        closed.is(4000, "protocol_error");
        let error = &closed.frames[0];
        assert_eq!((&error["type"], error["field"].as_str()), (&json!("error"), Some(field)), "{frame}: {closed:?}");
    };
    for kind in host.frames.iter().filter(|kind| *kind != "hello") {
        let mut socket = visitor.connect().await;
        socket.send(json!({ "type": kind })).await;
        socket.closed().await.is(4000, "protocol_error");
    }
    refused(json!({ "type": "ping" }), "/type").await;
    refused(json!({ "type": "subscribe", "ref": "r", "conversation": conversation }), "/type").await;
    refused(json!({ "type": "hello" }), "/protocol").await;
    refused(json!({ "type": "hello", "protocol": 2 }), "/protocol").await;
    refused(json!({ "type": "hello", "protocol": "1" }), "/protocol").await;
    let places: Vec<_> = (0..51)
        .map(|n| json!({ "conversation": format!("01890000-0000-7000-8000-0000000000{n:02x}"), "seq": 0 }))
        .collect();
    refused(json!({ "type": "hello", "protocol": 1, "resume": places }), "/resume").await;
    let place = json!({ "conversation": conversation, "seq": -1 });
    refused(json!({ "type": "hello", "protocol": 1, "resume": [place] }), "/resume/0/seq").await;

    let mut socket = visitor.chat().await;
    let wanted = json!({
        "type": "welcome", "protocol": 1, "heartbeat_ms": 25_000, "resumed": [], "inbox": null,
        "limits": { "body_chars": 10_000, "frame_bytes": 65_536, "replay_entries": 500 },
        "epoch": socket.welcome["epoch"].as_str().expect("an epoch"),
    });
    assert_eq!(socket.welcome, wanted);
    socket.send(json!({ "type": "hello", "protocol": 1 })).await;
    assert_eq!(socket.until("error").await["field"], "/type", "hello is said once");
    socket.settled().await;
    late.closed().await.is(4000, "protocol_error");
}

/// What cannot be read is answered with what is wrong; the socket stays.
pub async fn wrong_frames_are_told_what_is_wrong(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let mut socket = agent.chat().await;
    let id = conversation.as_str();
    for (frame, reference, field) in [
        (json!({ "type": "nonsense", "ref": "r" }), Some("r"), "/type"),
        (json!({ "ref": "r" }), Some("r"), "/type"),
        (json!({ "type": 7 }), None, "/type"),
        (json!({ "type": "subscribe", "conversation": id }), None, "/ref"),
        (json!({ "type": "subscribe", "ref": "r", "conversation": "x" }), Some("r"), "/conversation"),
        (json!({ "type": "subscribe", "ref": "r", "conversation": id.to_uppercase() }), Some("r"), "/conversation"),
        (json!({ "type": "subscribe", "ref": "r", "conversation": id, "seq": "1" }), Some("r"), "/seq"),
        (json!({ "type": "subscribe", "ref": "r", "conversation": id, "seq": -1 }), Some("r"), "/seq"),
        (json!({ "type": "subscribe", "ref": "r", "conversation": id, "more": 1 }), Some("r"), "/more"),
        (json!({ "type": "subscribe", "ref": "x".repeat(65), "conversation": id }), None, "/ref"),
        (json!({ "type": "send", "conversation": id, "client_message_id": "c", "body": 7 }), Some("c"), "/body"),
        (json!({ "type": "send", "conversation": id, "client_message_id": "c", "body": "" }), Some("c"), "/body"),
        (json!({ "type": "send", "conversation": id, "client_message_id": "c", "body": "\0" }), Some("c"), "/body"),
        (
            json!({ "type": "send", "conversation": id, "client_message_id": "a b", "body": "x" }),
            Some("a b"),
            "/client_message_id",
        ),
        (json!({ "type": "typing", "conversation": id, "typing": 1 }), None, "/typing"),
        (json!({ "type": "status", "ref": "r", "conversation": id, "status": "gone" }), Some("r"), "/status"),
        (json!({ "type": "assign", "ref": "r", "conversation": id }), Some("r"), "/agent"),
        (json!({ "type": "assign", "ref": "r", "conversation": id, "agent": "nobody" }), Some("r"), "/agent"),
        (json!({ "type": "team", "ref": "r", "conversation": id, "team": "" }), Some("r"), "/team"),
        (json!({ "type": "presence", "status": "offline" }), None, "/status"),
    ] {
        socket.send(frame.clone()).await;
        let error = socket.until("error").await;
        assert_eq!((error["ref"].as_str(), error["field"].as_str()), (reference, Some(field)), "{frame} -> {error}");
        assert!(error["code"].is_string() && error["detail"].is_string(), "{error}");
        // Beyond twenty errors the socket closes.
        if error["ref"] == "a b" {
            socket = agent.chat().await;
        }
    }
    for text in [
        "",
        "{",
        "null",
        "[]",
        "7",
        "[\"ping\",1]",
        "\"hello\"",
        "{\"type\":\"ping\"}{}",
        "{\"type\":\"ping\",\"type\":\"ping\"}",
    ] {
        let mut socket = agent.chat().await;
        socket.send_text(text).await;
        assert_eq!(socket.until("error").await["code"], "malformed", "{text:?}");
    }
    assert_eq!(visitor.bodies(&conversation).await, ["hello"]);
}

/// Over twenty errors, a binary frame or one that is too large end it, each with its code.
pub async fn what_no_client_does_ends_the_socket(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let mut socket = visitor.chat().await;
    for _ in 0..21 {
        socket.send(json!({ "type": "nonsense" })).await;
    }
    socket.closed().await.is(4000, "protocol_error");

    let mut socket = visitor.chat().await;
    socket.send_raw(Message::binary(b"{}".to_vec())).await;
    socket.closed().await.is(4000, "protocol_error");

    for bytes in [64 * 1024 + 1, 200_000, 2_000_000] {
        let mut socket = visitor.chat().await;
        socket.send_raw(Message::text("x".repeat(bytes))).await;
        let closed = socket.closed().await;
        // What is far too large the library refuses by itself.
        assert!(matches!(closed.code, 1009 | 1006 | 1000), "{bytes}: {closed:?}");
        if bytes == 64 * 1024 + 1 {
            closed.is(1009, "frame_too_large");
        }
    }
    let mut socket = visitor.chat().await;
    let mut frame = json!({ "type": "nonsense", "x": "" });
    frame["x"] = "x".repeat(64 * 1024 - frame.to_string().len()).into();
    socket.send(frame).await;
    assert_eq!(socket.until("error").await["field"], "/type", "64 KiB are let in");
}

/// A ping is answered, with its number if it has one; a close with a close.
pub async fn pings_and_closes_are_answered(host: Host) {
    let server = host.serve().await;
    let mut socket = server.visitor().await.chat().await;
    socket.send(json!({ "type": "ping", "n": 42 })).await;
    assert_eq!(socket.until("pong").await, json!({ "type": "pong", "n": 42 }));
    socket.send(json!({ "type": "ping" })).await;
    assert_eq!(socket.until("pong").await, json!({ "type": "pong" }));
    socket.send(json!({ "type": "pong", "n": 1 })).await;
    socket.send_raw(Message::Ping(vec![1, 2, 3].into())).await;
    socket.settled().await;
    socket.send_raw(Message::Close(None)).await;
    let closed = socket.closed().await;
    assert!(matches!(closed.code, 1000 | 1005), "{closed:?}");
}

/// A node that stops tells its sockets and streams to come back later, each at another moment, and finishes what is under way.
pub async fn a_stopping_node_sends_its_clients_away(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("hello").await;
    let mut sockets = Vec::new();
    for _ in 0..4 {
        sockets.push(visitor.follow(&conversation).await);
    }
    let greeting = visitor.connect().await;
    let mut stream = visitor.events(&conversation, "").await;
    stream.until("subscribed").await;
    let poll = format!("/v1/chat/conversations/{conversation}/entries?after=1&wait=25");
    let poll = tokio::spawn(visitor.get(&poll).into_future());
    tokio::time::sleep(Duration::from_millis(200)).await;
    sockets[0]
        .send(json!({ "type": "send", "conversation": conversation, "client_message_id": "last", "body": "last" }))
        .await;
    sockets[0].until("ack").await;

    let began = tokio::time::Instant::now();
    server.engage.shutdown(Duration::from_secs(20)).await;
    assert!(began.elapsed() < Duration::from_secs(15), "nothing held the stop up");
    let mut waits = std::collections::BTreeSet::new();
    for socket in sockets {
        let closed = socket.closed().await;
        closed.is(4001, "draining");
        let bye = closed.frames.last().unwrap();
        assert_eq!(bye["reconnect"], true);
        waits.insert(bye["retry_after_ms"].as_u64().unwrap());
    }
    assert!(waits.len() > 1 && waits.iter().all(|wait| *wait <= 5_000), "spread: {waits:?}");
    greeting.closed().await.is(4001, "draining");
    assert_eq!(stream.until("bye").await.data["code"], "draining");
    poll.await.unwrap().is(200);
}

/// A server that stops when engage has is held up by nobody, whatever clients are connected.
pub async fn connected_clients_do_not_hold_up_a_stop(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("hello").await;
    let (socket, mut stream) = (visitor.follow(&conversation).await, visitor.events(&conversation, "").await);
    let mute = visitor.connect().await;
    stream.until("subscribed").await;
    let poll = format!("/v1/chat/conversations/{conversation}/entries?after=1&wait=25");
    let poll = tokio::spawn(visitor.get(&poll).into_future());
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.engage.shutdown(Duration::from_secs(20)).await;
    tokio::time::timeout(Duration::from_secs(20), server.stop()).await.expect("the server stops");
    poll.await.unwrap().is(200);
    socket.closed().await.is(4001, "draining");
    drop(mute);
}

/// One person cannot send or connect without end.
pub async fn frames_and_connections_are_limited(host: Host) {
    let server = host.start(Setup { rate_limits: true, ..Setup::default() }).await;
    let visitor = server.visitor().await;
    let mut socket = visitor.chat().await;
    for n in 0..200 {
        if !socket.send_raw(Message::text(json!({ "type": "ping", "n": n }).to_string())).await {
            break;
        }
    }
    socket.closed().await.is(4429, "too_many");
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(visitor.connect().await);
    }
    visitor.connect().await.closed().await.is(4429, "too_many");
    server.visitor().await.chat().await.settled().await;
    drop(open.pop());
    let mut tries = 0;
    let mut again = loop {
        let mut socket = visitor.connect().await;
        socket.send(json!({ "type": "hello", "protocol": 1 })).await;
        if socket.first().await.is_some_and(|frame| frame["type"] == "welcome") {
            break socket;
        }
        tries += 1;
        assert!(tries < 20, "the place of the one that left is not given again");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    again.settled().await;
}

/// A socket opens at its path only, from the own site only, for who is known only.
pub async fn sockets_open_where_they_should(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    for origin in ["null", "https://evil.example", "http://localhost", "https://127.0.0.1.evil.example"] {
        let refused = visitor.try_connect(&[("origin", origin)]).await.unwrap_err();
        refused.refused(403, "cross_site");
    }
    for site in ["cross-site", "same-site", "nonsense"] {
        visitor.try_connect(&[("sec-fetch-site", site)]).await.unwrap_err().refused(403, "cross_site");
    }
    let own = format!("http://{}", server.address);
    visitor.try_connect(&[("origin", &own)]).await.unwrap().close().await;
    visitor.try_connect(&[("sec-fetch-site", "same-origin")]).await.unwrap().close().await;

    server.stranger().try_connect(&[]).await.unwrap_err().refused(401, "unauthenticated");
    server.staff("nobody").try_connect(&[]).await.unwrap_err().refused(401, "unauthenticated");
    server.staff("member:bob").try_connect(&[]).await.unwrap_err().refused(403, "forbidden");

    let upgrading = |client: &Client, path: &str| {
        HANDSHAKE.iter().fold(client.get(path), |request, (name, value)| request.header(name, value))
    };
    for path in ["/v1/session", "/v1/chat/conversations", "/health/live", "/loader.js"] {
        let answer = upgrading(&visitor, path).upgrade().await;
        assert_eq!(answer.expect_err("no socket here").status, 200, "{path}");
    }
    let refused = visitor.get("/v1/chat/socket").await;
    refused.refused(426, "upgrade_required");
    assert_eq!(refused.header("upgrade").to_ascii_lowercase(), "websocket");
    for (name, value) in [("sec-websocket-version", "7"), ("sec-websocket-key", ""), ("connection", "close")] {
        let refused = upgrading(&visitor, "/v1/chat/socket").header(name, value).upgrade().await.unwrap_err();
        assert!((400..500).contains(&refused.status), "{refused}");
    }
}
