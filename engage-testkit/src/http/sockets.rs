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

/// What is sent without waiting keeps its order, for the sender, for others and in the database.
pub async fn pipelined_sends_keep_their_order(host: Host) {
    const MANY: i64 = 100;
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("0").await;
    let mut heard = agent.follow(&conversation).await;
    heard.until("message").await;
    let mut socket = visitor.chat().await;
    for n in 1..=MANY {
        let (id, body) = (format!("m{n}"), n.to_string());
        socket
            .send(json!({ "type": "send", "conversation": conversation, "client_message_id": id, "body": body }))
            .await;
    }
    for n in 1..=MANY {
        let ack = socket.find("an ack", |frame| frame["client_message_id"] == format!("m{n}")).await;
        assert_eq!((&ack["type"], &ack["seq"]), (&json!("ack"), &json!(n + 1)));
        let message = heard.until("message").await;
        assert_eq!((&message["seq"], message["body"].as_str()), (&json!(n + 1), Some(n.to_string().as_str())));
    }
    let page = agent.get(&format!("/v1/chat/conversations/{conversation}/entries?after=0&limit=200")).await.is(200);
    let bodies: Vec<_> = page["entries"].as_array().unwrap().iter().map(|entry| entry["body"].clone()).collect();
    assert_eq!(bodies, (0..=MANY).map(|n| json!(n.to_string())).collect::<Vec<_>>());
}

/// Two tabs of one visitor see the same, each its own acks.
pub async fn two_tabs_see_the_same(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("hello").await;
    let mut tabs = [visitor.follow(&conversation).await, visitor.follow(&conversation).await];
    tabs[0].say(&conversation, "t0", "from the first").await;
    tabs[1].say(&conversation, "t1", "from the second").await;
    let mut seen = Vec::new();
    for tab in &mut tabs {
        let mut bodies = Vec::new();
        for _ in 0..3 {
            bodies.push(tab.until("message").await["body"].clone());
        }
        let rest = tab.settled().await;
        assert!(rest.iter().all(|frame| frame["type"] != "ack" && frame["type"] != "message"), "{rest:?}");
        seen.push(bodies);
    }
    assert_eq!(seen[0], ["hello", "from the first", "from the second"]);
    assert_eq!(seen[0], seen[1]);
}

/// A resumed conversation gets its whole gap or is told that it does not: never a part.
pub async fn recovery_is_all_or_nothing(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("1").await;
    let mut sender = visitor.chat().await;
    for n in 2..=5 {
        sender.say(&conversation, &format!("m{n}"), &n.to_string()).await;
    }
    let seqs = |frames: Vec<Value>| -> Vec<i64> {
        frames.iter().filter(|frame| frame["type"] == "message").map(|frame| frame["seq"].as_i64().unwrap()).collect()
    };
    for (held, recovered, replay) in [
        (Some(0), true, vec![1, 2, 3, 4, 5]),
        (Some(3), true, vec![4, 5]),
        (Some(5), true, vec![]),
        (Some(6), false, vec![]),
        (None, false, vec![]),
    ] {
        let mut socket = visitor.chat().await;
        let subscribed = socket.subscribe(&conversation, held).await;
        let wanted = json!({
            "type": "subscribed", "ref": "sub", "conversation": conversation, "recovered": recovered, "seq": 5,
            "reads": subscribed["reads"],
        });
        assert_eq!(subscribed, wanted);
        assert_eq!(seqs(socket.settled().await), replay, "{held:?}");
        let Some(held) = held else { continue };
        let unknown = "01890000-0000-7000-8000-000000000000";
        let resume = json!([{ "conversation": unknown, "seq": 1 }, { "conversation": conversation, "seq": held }]);
        let mut socket = visitor.chat_from(json!({ "resume": resume })).await;
        let resumed = socket.welcome["resumed"].clone();
        assert_eq!(resumed[0], json!({ "conversation": unknown, "error": "not_found" }));
        assert_eq!((&resumed[1]["recovered"], &resumed[1]["seq"]), (&json!(recovered), &json!(5)));
        assert_eq!(seqs(socket.settled().await), replay, "resumed at {held}");
    }
}

/// Beyond 500 missing entries a client is told to fetch the snapshot; at 500 it gets them all.
pub async fn too_much_is_not_replayed(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("1").await;
    let mut sender = visitor.chat().await;
    for n in 2..=502 {
        let (id, body) = (format!("m{n}"), n.to_string());
        sender
            .send(json!({ "type": "send", "conversation": conversation, "client_message_id": id, "body": body }))
            .await;
    }
    sender.find("the last ack", |frame| frame["client_message_id"] == "m502").await;
    let mut socket = visitor.chat().await;
    assert_eq!(socket.subscribe(&conversation, Some(1)).await["recovered"], false);
    assert!(socket.settled().await.iter().all(|frame| frame["type"] != "message"));
    let mut socket = visitor.chat().await;
    assert_eq!(socket.subscribe(&conversation, Some(2)).await["recovered"], true);
    let replayed = socket.settled().await.iter().filter(|frame| frame["type"] == "message").count();
    assert_eq!(replayed, 500);
}

/// Subscriptions begin, end, begin again, and are not without number.
pub async fn subscriptions_begin_and_end(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("1").await;
    let mut socket = agent.follow(&conversation).await;
    assert_eq!(socket.until("message").await["seq"], 1);
    socket.send(json!({ "type": "unsubscribe", "conversation": conversation })).await;
    socket.settled().await;
    visitor.says(&conversation, "m2", "2").await;
    let quiet = socket.within(Duration::from_millis(300)).await;
    assert!(quiet.iter().all(|frame| frame["type"] != "message"), "{quiet:?}");
    assert_eq!(socket.subscribe(&conversation, Some(1)).await["recovered"], true);
    assert_eq!(socket.until("message").await["seq"], 2);
    assert_eq!(socket.subscribe(&conversation, Some(1)).await["seq"], 2, "again, from where the client says");
    assert_eq!(socket.until("message").await["seq"], 2);
    visitor.says(&conversation, "m3", "3").await;
    assert_eq!(socket.until("message").await["seq"], 3);
    let rest = socket.settled().await;
    assert!(rest.iter().all(|frame| frame["type"] != "message"), "once only: {rest:?}");

    let mut socket = visitor.chat().await;
    for n in 0..20 {
        let open = json!({ "client_message_id": format!("o{n}"), "body": "hello" });
        let opened = visitor.post("/v1/chat/conversations", open).await.is(201);
        socket.subscribe(opened["conversation"]["id"].as_str().unwrap(), Some(0)).await;
    }
    socket.send(json!({ "type": "subscribe", "ref": "more", "conversation": conversation })).await;
    let error = socket.until("error").await;
    assert_eq!((&error["code"], &error["ref"]), (&json!("too_many"), &json!("more")));
}

/// Who types is told to the other side, not to themselves, not too often, and not to staff's ids.
pub async fn typing_is_told_to_others(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let (mut asking, mut answering) = (visitor.follow(&conversation).await, agent.follow(&conversation).await);
    let typing = |typing: bool| json!({ "type": "typing", "conversation": conversation, "typing": typing });
    for _ in 0..5 {
        asking.send(typing(true)).await;
    }
    let told = answering.until("typing").await;
    let author = json!({ "kind": "visitor", "name": null, "id": visitor.contact().await["id"] });
    assert_eq!(told, json!({ "type": "typing", "conversation": conversation, "author": author, "typing": true }));
    asking.send(typing(false)).await;
    assert_eq!(answering.until("typing").await["typing"], false, "five at once count as one");
    answering.send(typing(true)).await;
    let told = asking.until("typing").await;
    assert_eq!(told["author"], json!({ "kind": "agent", "name": "Name of ada" }));
    let posted =
        visitor.post(&format!("/v1/chat/conversations/{conversation}/typing"), json!({ "typing": true })).await;
    posted.is(204);
    assert_eq!(answering.until("typing").await["typing"], true);
    for socket in [&mut asking, &mut answering] {
        assert!(socket.settled().await.iter().all(|frame| frame["type"] != "typing"), "nobody hears of themselves");
    }
    assert_eq!(visitor.snapshot(&conversation).await["conversation"]["seq"], 1, "nothing is stored");
}

/// The inbox tells what changed, from now on or since a cursor; a visitor's is only of their own.
pub async fn the_inbox_tells_what_changed(host: Host) {
    let server = host.serve().await;
    let (visitor, agent, other) = (server.visitor().await, server.agent("ada"), server.visitor().await);
    let first = visitor.open_conversation("hello").await;
    let mut socket = agent.chat_from(json!({ "inbox": null })).await;
    assert_eq!(socket.welcome["inbox"]["recovered"], false);
    let mut own = visitor.chat_from(json!({ "inbox": null })).await;
    let mut foreign = other.chat_from(json!({ "inbox": null })).await;
    let mut without = agent.chat().await;

    visitor.says(&first, "m2", "news").await;
    let frame = socket.until("inbox").await;
    let told = &frame["conversations"][0];
    assert_eq!((&told["id"], &told["unread"], &frame["gone"]), (&json!(first), &json!(2), &json!([])));
    assert_eq!(told["last_message"]["excerpt"], "news");
    assert_eq!(*told, agent.snapshot(&first).await["conversation"], "as it is now");
    assert_eq!(own.until("inbox").await["conversations"][0], visitor.snapshot(&first).await["conversation"]);
    let cursor = frame["cursor"].clone();
    socket.close().await;

    let second = other.open_conversation("another").await;
    visitor.says(&first, "m3", "more news").await;
    let mut socket = agent.chat_from(json!({ "inbox": cursor })).await;
    assert_eq!(socket.welcome["inbox"]["recovered"], true);
    let mut changed: Vec<String> = Vec::new();
    while changed.len() < 2 {
        let frame = socket.until("inbox").await;
        changed.extend(
            frame["conversations"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(changed, [second.clone(), first.clone()], "oldest change first");
    let listed = agent.get("/v1/chat/conversations").await.is(200)["inbox"].clone();
    let mut socket = agent.chat_from(json!({ "inbox": listed })).await;
    assert_eq!(socket.welcome["inbox"]["recovered"], true, "a list's cursor does too");
    assert!(socket.settled().await.iter().all(|frame| frame["type"] != "inbox"), "nothing has changed since");
    for forged in ["", "nonsense", "aTEuLTE", &"A".repeat(5_000)] {
        assert_eq!(agent.chat_from(json!({ "inbox": forged })).await.welcome["inbox"]["recovered"], false, "{forged}");
    }

    foreign.until("inbox").await;
    assert_eq!(other.seen().find(&first), None, "a visitor hears of no other's");
    assert!(without.settled().await.iter().all(|frame| frame["type"] != "inbox"), "who did not ask gets none");
}

/// Who does not read is told what they missed or is let go; nobody else waits for them.
pub async fn a_slow_reader_delays_nobody(host: Host) {
    const MANY: i64 = 500;
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("1").await;
    let mut slow = visitor.follow(&conversation).await;
    let mut quick = visitor.follow(&conversation).await;
    let mut sender = agent.chat().await;
    let body = "🦀".repeat(10_000);
    let sending = async {
        for n in 2..=MANY {
            let (id, body) = (format!("m{n}"), body.as_str());
            let frame = json!({ "type": "send", "conversation": conversation, "client_message_id": id, "body": body });
            sender.send(frame).await;
            // As many under way as a client may have.
            if n % 20 == 0 {
                sender.find("an ack", |frame| frame["client_message_id"] == id).await;
            }
        }
    };
    let reading = async {
        let mut at = 0;
        while at < MANY {
            let frame = quick
                .find("a message or a gap", |frame| matches!(frame["type"].as_str(), Some("message" | "gap")))
                .await;
            if frame["type"] == "gap" {
                assert_eq!(quick.subscribe(&conversation, Some(at)).await["recovered"], true);
                continue;
            }
            let seq = frame["seq"].as_i64().unwrap();
            assert!(seq <= at + 1, "a hole: {seq} after {at}");
            at = at.max(seq);
        }
    };
    tokio::join!(sending, reading);

    let (mut at, mut told) = (0, false);
    while let Some(frame) = slow.first().await {
        match frame["type"].as_str() {
            Some("message") => {
                assert_eq!(frame["seq"], at + 1, "without a hole");
                at += 1;
            }
            Some("gap") => {
                assert_eq!(frame["from"], at + 1, "it says from where");
                told = true;
                break;
            }
            Some("bye") => assert_eq!(frame["code"], "slow"),
            _ => {}
        }
        if at == MANY {
            break;
        }
    }
    assert!(told || at > 0, "what came before the end is whole");
    let mut again = visitor.chat().await;
    assert_eq!(again.subscribe(&conversation, Some(at)).await["recovered"], true);
    for seq in at + 1..=MANY {
        assert_eq!(again.until("message").await["seq"], seq);
    }
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
