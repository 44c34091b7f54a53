//! The driver over an in-memory link, with engage on memory behind it. Time stands still unless everybody waits.

use std::time::Duration;

use engage_core::clock::ManualClock;
use engage_core::{Actor, memory};
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::client::{Client, agent, engage, engage_on, link, noted, opened, said, visitor};
use crate::socket::{Connection, Message, drive};
use crate::wire::ByeCode;

#[tokio::test(start_paused = true)]
async fn a_visitor_and_an_agent_chat() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let mut visitor = Client::following(&engage, &actor, conversation).await;
    let mut agent = Client::following(&engage, &agent("7", &[]), conversation).await;

    visitor.say(conversation, "v1", "Is anybody there?").await;
    let ack = visitor.until("ack").await;
    assert_eq!((&ack["client_message_id"], &ack["seq"], &ack["replayed"]), (&json!("v1"), &json!(2), &json!(false)));
    let seen = agent.expect("message").await;
    assert_eq!(
        (&seen["body"], &seen["seq"], &seen["author"]["kind"]),
        (&json!("Is anybody there?"), &json!(2), &json!("visitor"))
    );

    agent
        .send(json!({ "type": "note", "conversation": conversation, "client_message_id": "n1", "body": "canary" }))
        .await;
    agent.say(conversation, "a1", "Yes").await;
    let seen = visitor.until("message").await;
    let seen = if seen["author"]["kind"] == "visitor" { visitor.expect("message").await } else { seen };
    // The note has a number for staff only.
    assert_eq!((&seen["body"], &seen["seq"]), (&json!("Yes"), &json!(3)));
    assert_eq!(seen["author"], json!({ "kind": "agent", "name": "Agent 7" }));

    // The same again is the same; another text is a conflict.
    visitor.say(conversation, "v1", "Is anybody there?").await;
    let again = visitor.expect("ack").await;
    assert_eq!((&again["id"], &again["seq"], &again["replayed"]), (&ack["id"], &json!(2), &json!(true)));
    visitor.say(conversation, "v1", "Something else").await;
    let error = visitor.expect("error").await;
    assert_eq!((&error["ref"], &error["code"]), (&json!("v1"), &json!("client_message_id_reused")));
    visitor.say(conversation, "v2", "\u{0}").await;
    let error = visitor.expect("error").await;
    assert_eq!((&error["ref"], &error["code"], &error["field"]), (&json!("v2"), &json!("invalid"), &json!("/body")));
    visitor.silence().await;
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_without_waiting_keeps_its_order() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let mut reader = Client::following(&engage, &agent("7", &[]), conversation).await;
    let connection = Connection::new(engage.clone(), actor).rules(crate::socket::Rules::without_rate_limits);
    let mut sender = Client::with(connection, 10_000);
    sender.send(json!({ "type": "hello", "protocol": 1 })).await;
    for n in 0..500 {
        sender.say(conversation, &n.to_string(), &n.to_string()).await;
    }
    sender.expect("welcome").await;
    for n in 0..500 {
        assert_eq!(reader.body().await, n.to_string());
    }
    let mut acks = Vec::new();
    for _ in 0..500 {
        let ack = sender.expect("ack").await;
        acks.push((ack["seq"].as_i64().unwrap(), ack["client_message_id"].as_str().unwrap().parse::<i64>().unwrap()));
    }
    acks.sort_unstable();
    assert!(acks.iter().zip(0..).all(|((seq, id), n)| (*seq, *id) == (n + 2, n)), "{acks:?}");
}

#[tokio::test(start_paused = true)]
async fn a_resume_replays_what_was_missed_and_then_goes_on() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let other = engage.chat().open(contact, "second", "Hello again", None).await.unwrap().conversation.id;
    let staff = agent("7", &[]);
    for n in 2..=6 {
        said(&engage, &staff, conversation, &n.to_string()).await;
        noted(&engage, &staff, conversation, &format!("canary{n}")).await;
    }
    let resume = json!([
        { "conversation": conversation, "seq": 3 },
        { "conversation": uuid::Uuid::nil(), "seq": 3 },
        { "conversation": other, "seq": 1 },
    ]);
    let (mut client, welcome) = Client::hello(&engage, &actor, json!({ "resume": resume })).await;
    assert_eq!(
        (&welcome["protocol"], &welcome["heartbeat_ms"], &welcome["inbox"]),
        (&json!(1), &json!(25_000), &Value::Null)
    );
    assert_eq!(welcome["limits"], json!({ "body_chars": 10_000, "frame_bytes": 65_536, "replay_entries": 500 }));
    assert_eq!(
        welcome["resumed"],
        json!([
            { "conversation": conversation, "recovered": true, "seq": 6, "reads": [] },
            { "conversation": uuid::Uuid::nil(), "error": "not_found" },
            { "conversation": other, "recovered": true, "seq": 1, "reads": [] },
        ])
    );
    said(&engage, &staff, conversation, "7").await;
    for (seq, body) in [(4, "4"), (5, "5"), (6, "6"), (7, "7")] {
        let entry = client.expect("message").await;
        assert_eq!((&entry["seq"], &entry["body"]), (&json!(seq), &json!(body)));
    }
    said(&engage, &staff, other, "there").await;
    assert_eq!(client.expect("message").await["conversation"], json!(other));
}

/// The database is put back under people who talk: each socket ends, and who comes back with what is gone begins anew.
#[tokio::test(start_paused = true)]
async fn who_holds_what_is_gone_begins_anew() {
    let backend = memory::backend();
    let engage = engage_on(backend.clone(), ManualClock::default()).await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let staff = agent("7", &[]);
    let backup = backend.backup();
    said(&engage, &staff, conversation, "lost").await;
    let resume = json!([{ "conversation": conversation, "seq": 2 }]);
    let (mut talking, welcome) = Client::hello(&engage, &actor, json!({ "resume": resume })).await;
    assert_eq!(welcome["resumed"][0]["recovered"], true);
    let (listing, listed) = Client::hello(&engage, &staff, json!({ "inbox": null })).await;

    backend.restore(&backup);
    talking.say(conversation, "own", "in its place").await;
    assert_eq!(talking.next().await["code"], "rewound", "and neither ack nor message before it");
    let bye = listing.bye().await;
    assert_eq!((&bye["close"], &bye["reconnect"]), (&json!(4011), &json!(true)));

    let again = json!({ "resume": resume, "epoch": welcome["epoch"] });
    let (_talking, anew) = Client::hello(&engage, &actor, again).await;
    assert_eq!((&anew["resumed"][0]["recovered"], &anew["resumed"][0]["seq"]), (&json!(false), &json!(2)));
    assert_ne!(anew["epoch"], welcome["epoch"]);
    let again = json!({ "resume": resume, "epoch": anew["epoch"] });
    let (_talking, resumed) = Client::hello(&engage, &actor, again).await;
    assert_eq!(resumed["resumed"][0]["recovered"], true);
    for (epoch, recovered) in [(&listed["epoch"], false), (&anew["epoch"], true)] {
        let held = json!({ "inbox": listed["inbox"]["cursor"], "epoch": epoch });
        let (_listing, again) = Client::hello(&engage, &staff, held).await;
        assert_eq!(again["inbox"]["recovered"], recovered);
    }
}

#[tokio::test(start_paused = true)]
async fn who_holds_nothing_or_too_little_or_too_much_does_not_recover() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let staff = agent("7", &[]);
    for n in 2..=502 {
        said(&engage, &staff, conversation, &n.to_string()).await;
    }
    let (mut client, _) = Client::hello(&engage, &actor, json!({})).await;
    for (held, recovered) in
        [(None, false), (Some(0), false), (Some(1), false), (Some(503), false), (Some(502), true), (Some(2), true)]
    {
        client.send(json!({ "type": "subscribe", "ref": "r", "conversation": conversation, "seq": held })).await;
        let subscribed = client.expect("subscribed").await;
        let expected = json!({ "type": "subscribed", "ref": "r", "conversation": conversation, "recovered": recovered, "seq": 502, "reads": [] });
        assert_eq!(subscribed, expected, "{held:?}");
    }
    for seq in 3..=502 {
        assert_eq!(client.expect("message").await["seq"], json!(seq));
    }
    client.silence().await;
}

#[tokio::test(start_paused = true)]
async fn what_belongs_to_somebody_else_does_not_exist() {
    let engage = engage().await;
    let (_, contact) = visitor(&engage).await;
    let (stranger, _) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    for actor in [stranger, agent("8", &["sales"])] {
        let teams = engage.chat().set_team(Actor::System, conversation, Some("support")).await;
        teams.unwrap();
        let (mut client, _) = Client::hello(&engage, &actor, json!({})).await;
        client.send(json!({ "type": "subscribe", "ref": "r", "conversation": conversation, "seq": 1 })).await;
        assert_eq!(
            client.expect("subscribed").await,
            json!({ "type": "subscribed", "ref": "r", "conversation": conversation, "error": "not_found" })
        );
        client.say(conversation, "m", "Let me in").await;
        let error = client.expect("error").await;
        assert_eq!((&error["ref"], &error["code"]), (&json!("m"), &json!("not_found")));
        // Not even whether an id is taken.
        client.say(conversation, "first", "Hello").await;
        assert_eq!(client.expect("error").await["code"], "not_found");
        client.send(json!({ "type": "read", "conversation": conversation, "seq": 1 })).await;
        assert_eq!(client.expect("error").await["code"], "not_found");
        client.send(json!({ "type": "typing", "conversation": conversation, "typing": true })).await;
        assert_eq!(client.expect("error").await["code"], "not_found");
        said(
            &engage,
            &Actor::Visitor(contact),
            conversation,
            &format!("{actor:?}").chars().filter(char::is_ascii_alphanumeric).take(20).collect::<String>(),
        )
        .await;
        client.silence().await;
    }
}

#[tokio::test(start_paused = true)]
async fn staff_commands_are_done_in_order_and_refused_with_reason() {
    let engage = engage().await;
    let (_, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let mut client = Client::following(&engage, &agent("7", &["sales"]), conversation).await;
    client
        .send(json!({ "type": "assign", "ref": "1", "conversation": conversation, "agent": "7", "expected": null }))
        .await;
    client
        .send(json!({ "type": "assign", "ref": "2", "conversation": conversation, "agent": null, "expected": "8" }))
        .await;
    client.send(json!({ "type": "assign", "ref": "3", "conversation": conversation, "agent": "nobody" })).await;
    client.send(json!({ "type": "status", "ref": "4", "conversation": conversation, "status": "snoozed", "snoozed_until": "2020-01-01T00:00:00Z" })).await;
    client.send(json!({ "type": "status", "ref": "5", "conversation": conversation, "status": "closed" })).await;
    client.send(json!({ "type": "team", "ref": "6", "conversation": conversation, "team": "sales" })).await;
    let (mut answers, mut entries) = (Vec::new(), Vec::new());
    while answers.len() < 6 || entries.len() < 3 {
        let frame = client.next().await;
        match frame["type"].as_str().unwrap() {
            "ok" => answers.push((frame["ref"].as_str().unwrap().to_owned(), "ok".to_owned())),
            "error" => {
                answers.push((frame["ref"].as_str().unwrap().to_owned(), frame["code"].as_str().unwrap().to_owned()));
            }
            kind => entries.push(kind.to_owned()),
        }
    }
    let expected = [("1", "ok"), ("2", "conflict"), ("3", "invalid"), ("4", "invalid"), ("5", "ok"), ("6", "ok")];
    assert_eq!(answers, expected.map(|(reference, code)| (reference.to_owned(), code.to_owned())));
    assert_eq!(entries, ["assigned", "status", "team"]);
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_does_not_read_gets_a_gap_and_comes_back() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let staff = agent("7", &[]);
    // Room for few messages on the link, so that the rest waits in the hub's queue, which holds 256.
    let mut slow = Client::with(Connection::new(engage.clone(), actor.clone()), 4);
    slow.send(json!({ "type": "hello", "protocol": 1 })).await;
    slow.expect("welcome").await;
    slow.send(json!({ "type": "subscribe", "ref": "r", "conversation": conversation })).await;
    slow.until("subscribed").await;
    let mut quick = Client::following(&engage, &actor, conversation).await;
    for n in 2..=400 {
        said(&engage, &staff, conversation, &n.to_string()).await;
        assert_eq!(quick.body().await, n.to_string(), "nobody waits for the slow one");
    }
    let (mut last, mut frame) = (1, slow.next().await);
    while frame["type"] == "message" {
        assert_eq!(frame["seq"], json!(last + 1));
        last += 1;
        frame = slow.next().await;
    }
    assert_eq!(
        (&frame["type"], &frame["conversation"], &frame["from"]),
        (&json!("gap"), &json!(conversation), &json!(last + 1))
    );
    said(&engage, &staff, conversation, "401").await;
    slow.silence().await;
    slow.send(json!({ "type": "subscribe", "ref": "r", "conversation": conversation, "seq": last })).await;
    let subscribed = slow.expect("subscribed").await;
    assert_eq!((&subscribed["recovered"], &subscribed["seq"]), (&json!(true), &json!(401)));
    for seq in last + 1..=401 {
        assert_eq!(slow.expect("message").await["seq"], json!(seq));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_never_reads_is_given_up_after_ten_seconds() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let mut client = Client::with(Connection::new(engage.clone(), actor), 2);
    client.send(json!({ "type": "hello", "protocol": 1 })).await;
    client.expect("welcome").await;
    client.send(json!({ "type": "subscribe", "ref": "r", "conversation": conversation })).await;
    client.until("subscribed").await;
    let before = Instant::now();
    for n in 0..8 {
        said(&engage, &agent("7", &[]), conversation, &n.to_string()).await;
    }
    client.driving.await.unwrap();
    let took = before.elapsed();
    assert!((Duration::from_secs(10)..Duration::from_secs(12)).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_node_that_stops_says_so_and_answers_what_is_under_way() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        clients.push(Client::following(&engage, &actor, conversation).await);
    }
    let silent = Client::connect(&engage, &actor);
    let before = Instant::now();
    let stop = tokio::spawn({
        let engage = engage.clone();
        async move { engage.shutdown(Duration::from_secs(60)).await }
    });
    let mut waits = Vec::new();
    for client in clients {
        let bye = client.bye().await;
        assert_eq!((&bye["close"], &bye["code"], &bye["reconnect"]), (&json!(4001), &json!("draining"), &json!(true)));
        waits.push(bye["retry_after_ms"].as_u64().unwrap());
    }
    assert_eq!(silent.bye().await["code"], "draining");
    stop.await.unwrap();
    assert!(before.elapsed() < Duration::from_secs(5), "the sockets kept the shutdown for {:?}", before.elapsed());
    waits.sort_unstable();
    assert!(waits.iter().all(|wait| *wait < 5_000) && waits[19] - waits[0] > 2_000, "they come back spread: {waits:?}");
}

#[tokio::test(start_paused = true)]
async fn what_was_said_before_the_stop_is_acknowledged() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let (mut client, _) = Client::hello(&engage, &actor, json!({})).await;
    client.until("presence").await;
    // Both are there before the driver gets to run; the message comes first.
    client.say(conversation, "last", "One more thing").await;
    let stop = tokio::spawn(async move { engage.shutdown(Duration::from_secs(10)).await });
    assert_eq!(client.expect("ack").await["client_message_id"], "last");
    assert_eq!(client.bye().await["code"], "draining");
    stop.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_is_not_allowed_any_more_is_shown_out() {
    let engage = engage().await;
    for (code, close, reconnect) in [(ByeCode::Unauthenticated, 4401, true), (ByeCode::Forbidden, 4403, false)] {
        let (revoke, revoked) = watch::channel(None);
        let mut client = Client::with(Connection::new(engage.clone(), agent("7", &[])).revoked(revoked), 100);
        client.send(json!({ "type": "hello", "protocol": 1 })).await;
        client.expect("welcome").await;
        client.silence().await;
        revoke.send(Some(code)).unwrap();
        let bye = client.bye().await;
        assert_eq!(
            (&bye["close"], &bye["code"], &bye["reconnect"]),
            (&json!(close), &json!(code.name()), &json!(reconnect))
        );
    }
    // An adapter that watches no more does not end anybody.
    let (revoke, revoked) = watch::channel(None);
    let mut client = Client::with(Connection::new(engage.clone(), agent("7", &[])).revoked(revoked), 100);
    drop(revoke);
    client.send(json!({ "type": "hello", "protocol": 1 })).await;
    client.expect("welcome").await;
    client.silence().await;
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_session_ends_its_sockets() {
    let engage = engage().await;
    let (known, _) = engage.sessions().create().await.unwrap();
    let (actor, session) = (Actor::Visitor(known.contact.id), known.session.unwrap());
    let (wanting, _) = Client::hello(&engage, &actor, json!({ "inbox": null })).await;
    let (plain, _) = Client::hello(&engage, &actor, json!({})).await;
    let silent = Client::connect(&engage, &actor);
    tokio::task::yield_now().await;
    engage.sessions().end(&session).await.unwrap();
    for client in [wanting, plain, silent] {
        let bye = client.bye().await;
        assert_eq!((&bye["close"], &bye["reconnect"]), (&json!(4401), &json!(true)));
    }
}

#[tokio::test(start_paused = true)]
async fn without_hello_the_connection_ends_after_ten_seconds() {
    let engage = engage().await;
    let before = Instant::now();
    let bye = Client::connect(&engage, &agent("7", &[])).bye().await;
    assert_eq!(
        (&bye["close"], &bye["code"], &bye["reconnect"]),
        (&json!(4000), &json!("protocol_error"), &json!(false))
    );
    assert_eq!(before.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_silent_link_is_pinged_and_then_given_up() {
    let engage = engage().await;
    let (actor, _) = visitor(&engage).await;
    let (mut client, _) = Client::hello(&engage, &actor, json!({})).await;
    let before = Instant::now();
    assert_eq!(client.expect("ping").await["n"], 1);
    assert_eq!(before.elapsed().as_secs(), 25);
    client.send(json!({ "type": "pong", "n": 1 })).await;
    assert_eq!(client.expect("ping").await["n"], 2);
    client.message(Message::Ping("p".into())).await;
    assert_eq!(client.raw().await, Some(Message::Pong("p".into())));
    let bye = client.bye().await;
    assert_eq!((&bye["close"], before.elapsed().as_secs()), (&json!(4010), 100));
}

#[tokio::test(start_paused = true)]
async fn bad_frames_end_it_with_their_codes() {
    let engage = engage().await;
    let (actor, _) = visitor(&engage).await;
    let bad = [
        (Message::Binary("x".into()), 4000),
        (Message::Text(vec![b'"', 0xFF, b'"'].into()), 4000),
        (Message::Text("x".repeat(65_537).into()), 1009),
    ];
    for (message, close) in bad {
        let (mut client, _) = Client::hello(&engage, &actor, json!({})).await;
        client.message(message).await;
        assert_eq!(client.bye().await["close"], close);
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_library_refuses_to_read_was_too_large() {
    let engage = engage().await;
    let (actor, _) = visitor(&engage).await;
    let (end, socket) = link(100);
    let socket = socket.map(|message| match message {
        Ok(Message::Binary(_)) => Err("over the limit"),
        Ok(message) => Ok(message),
        Err(never) => match never {},
    });
    let mut client = Client { end, driving: tokio::spawn(drive(Connection::new(engage, actor), socket)) };
    client.message(Message::Binary("x".into())).await;
    let bye = client.bye().await;
    assert_eq!((&bye["close"], &bye["code"]), (&json!(1009), &json!("frame_too_large")));
}

#[tokio::test(start_paused = true)]
async fn when_the_client_goes_everything_ends() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let mut client = Client::following(&engage, &actor, conversation).await;
    client.say(conversation, "v1", "I am off").await;
    let Client { end, driving } = client;
    drop(end);
    tokio::time::timeout(Duration::from_millis(10), driving).await.expect("the driver ends").unwrap();
    tokio::time::timeout(Duration::from_secs(6), engage.shutdown(Duration::from_secs(60)))
        .await
        .expect("nobody is waited for");

    let engage = super::client::engage().await;
    let (actor, _) = visitor(&engage).await;
    let (mut client, _) = Client::hello(&engage, &actor, json!({})).await;
    client.message(Message::Close(1001, "")).await;
    while let Some(message) = client.raw().await {
        assert!(
            !matches!(&message, Message::Text(bytes) if bytes.starts_with(b"{\"type\":\"bye\"")),
            "who left hears no goodbye"
        );
        if matches!(message, Message::Close(1000, _)) {
            break;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_before_the_link_broke_is_stored() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let (mut client, _) = Client::hello(&engage, &actor, json!({})).await;
    client.until("presence").await;
    client.say(conversation, "v1", "Did you get this?").await;
    tokio::task::yield_now().await;
    drop(client);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let snapshot = engage.chat().snapshot(&actor, conversation).await.unwrap();
    assert_eq!(snapshot.entries.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_person_has_so_many_connections() {
    let engage = engage().await;
    let (actor, _) = visitor(&engage).await;
    let connect = |actor: &Actor| Client::with(Connection::new(engage.clone(), actor.clone()).counted(), 100);
    let mut clients: Vec<_> = (0..20).map(|_| connect(&actor)).collect();
    let bye = connect(&actor).bye().await;
    assert_eq!((&bye["close"], &bye["code"], &bye["reconnect"]), (&json!(4429), &json!("too_many"), &json!(true)));
    let (other, _) = visitor(&engage).await;
    clients.push(connect(&other));
    let Client { end, driving } = clients.remove(0);
    drop(end);
    driving.await.unwrap();
    clients.push(connect(&actor));
    for client in &mut clients {
        client.send(json!({ "type": "hello", "protocol": 1 })).await;
        client.expect("welcome").await;
    }
}

#[test]
fn the_driver_may_be_sent_where_its_socket_may() {
    fn is_send<T: Send>(_: impl FnOnce(Connection, super::client::End) -> T) {}
    is_send(crate::socket::drive::<super::client::End, std::convert::Infallible>);
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_after_a_session_is_let_in() {
    let engage = engage().await;
    let mut others = Vec::new();
    for _ in 0..3 {
        let (actor, _) = visitor(&engage).await;
        others.push(Client::hello(&engage, &actor, json!({})).await);
    }
    let (known, _) = engage.sessions().create().await.unwrap();
    let (actor, session) = (Actor::Visitor(known.contact.id), known.session.unwrap());
    let (client, _) = Client::hello(&engage, &actor, json!({})).await;
    let (a2, _) = visitor(&engage).await;
    others.push(Client::hello(&engage, &a2, json!({})).await);
    engage.sessions().end(&session).await.unwrap();
    client.bye().await;
    let (mut again, _) = Client::hello(&engage, &actor, json!({})).await;
    again.silence().await;
    said(&engage, &Actor::System, opened(&engage, known.contact.id).await, "x").await;
    again.silence().await;
}

#[tokio::test]
async fn an_idle_connection_keeps_little() {
    let engage = engage().await;
    let (actor, _) = visitor(&engage).await;
    let driving = drive(Connection::new(engage, actor), link(16).0);
    // The rest of its state is on the heap once, about a kibibyte. What is awaited seldom must be boxed, or this grows.
    assert!(size_of_val(&driving) <= 2_048, "{}", size_of_val(&driving));
}
