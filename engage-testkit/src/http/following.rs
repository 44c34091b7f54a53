//! What a socket that follows conversations is told.

use std::time::Duration;

use serde_json::{Value, json};

use super::Host;
use super::front::set;

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

/// What a visitor types is shown to staff who follow that conversation, where the site has it so; to nobody else.
pub async fn what_is_typed_is_shown_to_staff_alone(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let (conversation, elsewhere) =
        (visitor.open_conversation("hello").await, server.visitor().await.open_conversation("hello").await);
    let (mut asking, mut tab) = (visitor.follow(&conversation).await, visitor.follow(&conversation).await);
    let (mut answering, mut other) = (agent.follow(&conversation).await, agent.follow(&elsewhere).await);
    let path = format!("/v1/chat/conversations/{conversation}/typing");
    let typed = |text: &str| json!({ "typing": true, "text": text });
    let frame = |text: &str| json!({ "type": "typing", "conversation": conversation, "typing": true, "text": text });

    asking.send(frame("Nobody shows this")).await;
    assert_eq!(answering.until("typing").await.get("text"), None, "the site does not show it");
    assert_eq!(visitor.get("/v1/session").await.is(200)["site"]["typing_preview"], false);
    set(&server, "chat.typing_preview", json!(true)).await.is(200);
    assert_eq!(visitor.get("/v1/session").await.is(200)["site"]["typing_preview"], true);

    visitor.post(&path, typed("Hel\r\nlo")).await.is(204);
    assert_eq!(answering.until("typing").await["text"], "Hel\nlo");
    tab.send(frame("")).await;
    assert_eq!(answering.until("typing").await["text"], "", "all of it was deleted");
    visitor.post(&path, json!({ "typing": false, "text": "Hello" })).await.is(204);
    let told = answering.until("typing").await;
    assert_eq!((&told["typing"], told.get("text")), (&json!(false), None));
    // What agents draft is nobody's affair.
    agent.post(&path, typed("Draft")).await.is(204);
    assert_eq!(asking.until("typing").await.get("text"), None);

    visitor.post(&path, typed(&"ü".repeat(1_000))).await.is(204);
    visitor.post(&path, typed(&"ü".repeat(1_001))).await.invalid("/text");
    visitor.post(&path, typed("\0")).await.invalid("/text");
    answering.until("typing").await;
    tab.send(frame("\u{7}")).await;
    // The last one counted less than half a second ago, perhaps.
    let refused = tab.settled().await;
    assert!(refused.iter().filter(|frame| frame["type"] == "error").all(|frame| frame["field"] == "/text"));
    for socket in [&mut asking, &mut tab, &mut other] {
        assert!(socket.settled().await.iter().all(|frame| frame.get("text").is_none()), "it is for those who answer");
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
