//! Conversations: opening, saying, reading.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::people::{messages, text};
use super::{Host, Server};
use crate::hostile;

const LIST: &str = "/v1/chat/conversations";

/// A message is answered with its entry, and both sides see it on every transport.
pub async fn a_message_is_answered_with_its_entry(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let mut socket = agent.follow(&conversation).await;
    assert_eq!(socket.until("message").await["body"], "hello");

    let entry = visitor.says(&conversation, "m1", "is anybody there?").await;
    let me = visitor.contact().await["id"].clone();
    let author = json!({ "kind": "visitor", "name": null, "id": me });
    let wanted = json!({
        "id": entry["id"], "conversation": conversation, "seq": 2, "at": entry["at"], "author": author,
        "type": "message", "body": "is anybody there?", "client_message_id": "m1", "reply_to": null,
    });
    assert_eq!(entry, wanted);
    assert_eq!(socket.until("message").await, wanted);

    let ack = socket.say(&conversation, "a1", "I am").await;
    let wanted = json!({
        "type": "ack", "client_message_id": "a1", "conversation": conversation, "id": ack["id"], "seq": 3, "at": ack["at"],
        "replayed": false,
    });
    assert_eq!(ack, wanted);
    let mut stream = visitor.events(&conversation, "&after=2").await;
    let told = stream.until("message").await;
    assert_eq!((told.seq(), &told.data["body"]), (Some("3"), &json!("I am")));
    assert_eq!(told.data["author"], json!({ "kind": "agent", "name": "Name of ada" }), "without the host's id");
    assert_eq!(visitor.bodies(&conversation).await, ["hello", "is anybody there?", "I am"]);
}

/// Opening again gives the same conversation, another text under the same id a conflict.
pub async fn opening_is_idempotent(host: Host) {
    let server = host.serve().await;
    let (visitor, other) = (server.visitor().await, server.visitor().await);
    let open = |body: &str| json!({ "client_message_id": "o", "body": body });
    let first = visitor.post(LIST, open("hello")).await.is(201);
    assert_eq!((&first["conversation"]["status"], &first["entry"]["seq"]), (&json!("open"), &json!(1)));
    assert_eq!(first["entry"]["conversation"], first["conversation"]["id"]);
    assert_eq!(visitor.post(LIST, open("hello")).await.is(200), first);
    visitor.post(LIST, open("something else")).await.refused(409, "client_message_id_reused");
    let others = other.post(LIST, open("something else")).await.is(201);
    assert_ne!(others["conversation"]["id"], first["conversation"]["id"], "ids are each visitor's own");
    let again = visitor.message(&text(&first["conversation"]["id"]), "o", "hello").await.is(200);
    assert_eq!(again, first["entry"]);
    assert_eq!(visitor.get(LIST).await.is(200)["conversations"].as_array().map(Vec::len), Some(1));
}

/// The same message again gives the first answer, whatever way it takes.
pub async fn sending_is_idempotent_on_every_transport(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("hello").await;
    let mut socket = visitor.chat().await;
    let posted = visitor.says(&conversation, "m1", "by HTTP").await;
    assert_eq!(visitor.message(&conversation, "m1", "by HTTP").await.is(200), posted);
    let ack = socket.say(&conversation, "m1", "by HTTP").await;
    assert_eq!((&ack["id"], &ack["seq"], &ack["replayed"]), (&posted["id"], &posted["seq"], &json!(true)));

    let ack = socket.say(&conversation, "m2", "by socket").await;
    assert_eq!(visitor.message(&conversation, "m2", "by socket").await.is(200)["id"], ack["id"]);
    for id in ["m1", "m2"] {
        visitor.message(&conversation, id, "something else").await.refused(409, "client_message_id_reused");
        let refused = socket.say(&conversation, id, "something else").await;
        assert_eq!((&refused["type"], &refused["code"]), (&json!("error"), &json!("client_message_id_reused")));
    }
    assert_eq!(visitor.bodies(&conversation).await, ["hello", "by HTTP", "by socket"]);
}

/// Of many equal messages at once, one is stored, and all get its entry.
pub async fn equal_sends_at_once_make_one_message(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("hello").await;
    let sends = (0..64).map(|_| async { visitor.message(&conversation, "same", "once").await });
    let answers = join_all(sends).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    let ids: std::collections::BTreeSet<_> = answers.iter().map(|answer| text(&answer.json()["id"])).collect();
    assert_eq!((created, ids.len()), (1, 1), "one is made, and it is the same to all");
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 201)));
    assert_eq!(visitor.bodies(&conversation).await, ["hello", "once"]);
}

/// A message may answer another one.
pub async fn a_reply_says_what_it_answers(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let first = visitor.says(&conversation, "m1", "a question").await;
    let reply = json!({ "client_message_id": "a1", "body": "an answer", "reply_to": first["id"] });
    assert_eq!(agent.post(&messages(&conversation), reply).await.is(201)["reply_to"], first["id"]);
    let snapshot = visitor.snapshot(&conversation).await;
    assert_eq!(snapshot["entries"][2]["reply_to"], first["id"]);
}

/// Entries are read by pages in either direction, in the reader's own numbering.
pub async fn entries_are_read_by_pages(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("1").await;
    for n in 2..=7 {
        visitor.says(&conversation, &format!("m{n}"), &n.to_string()).await;
    }
    agent.notes(&conversation, "n1", "a note").await;
    let page = async |client: &super::Client, query: &str| {
        let page = client.get(&format!("{LIST}/{conversation}/entries?{query}")).await.is(200);
        let seqs: Vec<_> =
            page["entries"].as_array().unwrap().iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
        (seqs, page["seq"].as_i64().unwrap(), page["has_more"].as_bool().unwrap())
    };
    assert_eq!(page(&visitor, "limit=3").await, (vec![5, 6, 7], 7, true));
    assert_eq!(page(&visitor, "before=5&limit=3").await, (vec![2, 3, 4], 7, true));
    assert_eq!(page(&visitor, "before=2").await, (vec![1], 7, false));
    assert_eq!(page(&visitor, "after=5").await, (vec![6, 7], 7, false));
    assert_eq!(page(&visitor, "after=2&limit=2").await, (vec![3, 4], 7, true));
    assert_eq!(page(&visitor, "after=7").await, (vec![], 7, false));
    assert_eq!(page(&visitor, "after=99").await, (vec![], 7, false));
    assert_eq!(page(&agent, "after=6").await, (vec![7, 8], 8, false), "staff's numbering has the note");
}

/// A snapshot holds the newest fifty entries.
pub async fn a_snapshot_holds_the_newest_entries(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("1").await;
    let mut socket = visitor.chat().await;
    for n in 2..=53 {
        socket.say(&conversation, &format!("m{n}"), &n.to_string()).await;
    }
    let snapshot = visitor.snapshot(&conversation).await;
    let seqs: Vec<_> =
        snapshot["entries"].as_array().unwrap().iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (4..=53).collect::<Vec<_>>());
    assert_eq!((&snapshot["has_more"], &snapshot["conversation"]["seq"]), (&json!(true), &json!(53)));
}

/// Lists come by pages, latest change first, each side with what it may know.
pub async fn lists_come_by_pages_latest_change_first(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let mut all = Vec::new();
    for n in 0..5 {
        let open = json!({ "client_message_id": format!("o{n}"), "body": format!("number {n}") });
        all.push(text(&visitor.post(LIST, open).await.is(201)["conversation"]["id"]));
    }
    visitor.says(&all[1], "bump", "again").await;
    all.remove(1);
    all.reverse();
    all.insert(0, text(&visitor.get(LIST).await.is(200)["conversations"][0]["id"]));
    for client in [&visitor, &agent] {
        let (mut got, mut query) = (Vec::new(), "?limit=2".to_owned());
        loop {
            let page = client.get(&format!("{LIST}{query}")).await.is(200);
            let ids = page["conversations"].as_array().unwrap().iter().map(|one| text(&one["id"]));
            got.extend(ids);
            let Some(next) = page["next"].as_str() else { break };
            query = format!("?limit=2&before={next}");
        }
        assert_eq!(got, all);
    }
}

/// Lists are filtered by status, and for staff by assignee.
pub async fn lists_are_filtered(host: Host) {
    let server = host.serve().await;
    let (visitor, ada, bob) = (server.visitor().await, server.agent("ada"), server.agent("bob"));
    bob.come_online().await;
    let mut ids = Vec::new();
    for n in 0..4 {
        let open = json!({ "client_message_id": format!("o{n}"), "body": "hello" });
        ids.push(text(&visitor.post(LIST, open).await.is(201)["conversation"]["id"]));
    }
    ada.put(&format!("{LIST}/{}/status", ids[1]), json!({ "status": "closed" })).await.is(200);
    ada.put(&format!("{LIST}/{}/status", ids[2]), json!({ "status": "snoozed" })).await.is(200);
    ada.put(&format!("{LIST}/{}/assignee", ids[3]), json!({ "agent": "bob" })).await.is(200);
    let names = |page: &Value| -> Vec<_> {
        let listed = page["conversations"].as_array().unwrap().iter().map(|one| text(&one["id"]));
        listed.map(|id| ids.iter().position(|known| *known == id).unwrap()).collect()
    };
    for (client, query, wanted) in [
        (&ada, "", vec![3, 0]),
        (&ada, "?status=closed", vec![1]),
        (&ada, "?status=snoozed", vec![2]),
        (&ada, "?status=all", vec![3, 2, 1, 0]),
        (&ada, "?assignee=none", vec![0]),
        (&ada, "?assignee=bob", vec![3]),
        (&ada, "?assignee=me", vec![]),
        (&bob, "?assignee=me", vec![3]),
        (&bob, "?assignee=%27%20OR%201%3D1", vec![]),
        (&visitor, "", vec![3, 2, 0]),
        (&visitor, "?status=closed", vec![1]),
        (&visitor, "?status=all", vec![3, 2, 1, 0]),
    ] {
        let mut got = names(&client.get(&format!("{LIST}{query}")).await.is(200));
        got.sort_unstable_by(|a, b| b.cmp(a));
        assert_eq!(got, wanted, "{query}");
    }
    visitor.get(&format!("{LIST}?status=snoozed")).await.invalid("/status");
    visitor.get(&format!("{LIST}?assignee=bob")).await.refused(403, "forbidden");
}

/// Unread is exact on both sides; marks move forward only, and the other side is told without learning who.
pub async fn unread_and_marks_are_exact(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("1").await;
    visitor.says(&conversation, "m2", "2").await;
    let unread = async |client: &super::Client| client.snapshot(&conversation).await["conversation"]["unread"].clone();
    assert_eq!((unread(&agent).await, unread(&visitor).await), (json!(2), json!(0)));

    let mut told = visitor.follow(&conversation).await;
    let path = format!("{LIST}/{conversation}/read");
    assert_eq!(agent.put(&path, json!({ "seq": 1 })).await.is(200), json!({ "seq": 1, "unread": 1 }));
    let mark = told.until("read").await;
    assert_eq!(mark, json!({ "type": "read", "conversation": conversation, "reader": { "kind": "agent" }, "seq": 1 }));
    assert_eq!(agent.put(&path, json!({ "seq": 2 })).await.is(200), json!({ "seq": 2, "unread": 0 }));
    assert_eq!(agent.put(&path, json!({ "seq": 1 })).await.is(200), json!({ "seq": 2, "unread": 0 }), "never back");
    assert_eq!(agent.put(&path, json!({ "seq": 99 })).await.is(200)["seq"], 2, "not beyond the end");

    agent.says(&conversation, "a1", "3").await;
    agent.notes(&conversation, "n1", "4, for staff").await;
    assert_eq!((unread(&agent).await, unread(&visitor).await), (json!(0), json!(1)));
    assert_eq!(unread(&server.agent("bob")).await, json!(4), "each agent reads for themselves");
    let mut socket = visitor.chat().await;
    let mut watching = agent.follow(&conversation).await;
    socket.send(json!({ "type": "read", "conversation": conversation, "seq": 3 })).await;
    let mark = watching
        .find("the visitor's mark", |frame| frame["type"] == "read" && frame["reader"]["kind"] == "visitor")
        .await;
    assert_eq!(mark["seq"], 3);
    assert_eq!(unread(&visitor).await, json!(0));
    let reads = visitor.snapshot(&conversation).await["reads"].clone();
    assert_eq!(reads.as_array().map(Vec::len), Some(2), "the visitor's own, and one for all of the staff: {reads}");
    let shown = agent.snapshot(&conversation).await["reads"].clone();
    assert!(shown.as_array().unwrap().iter().any(|mark| mark["reader"]["id"] == "ada"), "{shown}");
}

/// Texts come back as they were sent, on every transport; line breaks are unified and the ends trimmed.
pub async fn texts_come_back_as_they_were(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let mut socket = visitor.chat().await;
    let mut heard = agent.chat().await;
    heard.subscribe(&conversation, None).await;
    for (n, body) in hostile::texts().iter().enumerate() {
        let posted = visitor.says(&conversation, &format!("h{n}"), body).await;
        assert_eq!(posted["body"].as_str(), Some(body.trim()), "by HTTP");
        assert_eq!(heard.until("message").await["body"], posted["body"], "over the socket");
        let small = body.len() < 40_000;
        if small {
            assert_eq!(socket.say(&conversation, &format!("s{n}"), body).await["type"], "ack", "{body:?}");
            assert_eq!(heard.until("message").await["body"], posted["body"]);
        }
    }
    let entry = visitor.says(&conversation, "lines", "  one\r\ntwo\rthree\n").await;
    assert_eq!(entry["body"], "one\ntwo\nthree");
}

/// Texts with nothing to read, too long, or with control characters are refused, naming the field.
pub async fn texts_that_cannot_be_said_are_refused(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("hello").await;
    let mut socket = visitor.chat().await;
    let long = "x".repeat(10_001);
    for bad in ["", " ", "\n\t", "\u{200B}\u{200D}", "\u{202E}", "a\u{7}b", "\u{9B}31m", &long] {
        visitor.message(&conversation, "bad", bad).await.invalid("/body");
        let refused = socket.say(&conversation, "bad", bad).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("invalid"), &json!("/body")), "{bad:?}");
    }
    let long = "x".repeat(65);
    for bad in ["", "a b", "ü", "a/b", "~a", "a\nb", &long] {
        visitor.message(&conversation, bad, "hello").await.invalid("/client_message_id");
        visitor.post(LIST, json!({ "client_message_id": bad, "body": "hello" })).await.invalid("/client_message_id");
    }
    assert_eq!(visitor.bodies(&conversation).await, ["hello"], "nothing was stored");
    visitor.says(&conversation, "AZaz09-_.:", &"ü".repeat(10_000)).await;
}

/// Somebody else's conversation does not exist, whatever is asked of it.
pub async fn strangers_find_nothing(host: Host) {
    let server: Server = host.serve().await;
    let (visitor, other) = (server.visitor().await, server.visitor().await);
    let conversation = visitor.open_conversation("mine").await;
    let missing = "01890000-0000-7000-8000-000000000000";
    for id in [conversation.as_str(), missing] {
        let path = format!("{LIST}/{id}");
        let answers = [
            other.get(&path).await,
            other.get(&format!("{path}/entries")).await,
            other.message(id, "x", "hello").await,
            other.put(&format!("{path}/read"), json!({ "seq": 1 })).await,
            other.post(&format!("{path}/typing"), json!({ "typing": true })).await,
            other.get(&format!("/v1/chat/events?conversation={id}")).await,
        ];
        for answer in answers {
            answer.refused(404, "not_found");
        }
        let mut socket = other.chat().await;
        assert_eq!(socket.subscribe(id, Some(0)).await["error"], "not_found");
        assert_eq!(socket.say(id, "x", "hello").await["code"], "not_found");
    }
    assert_eq!(other.get(LIST).await.is(200)["conversations"], json!([]));
    assert_eq!(other.seen().find("mine"), None);
}
