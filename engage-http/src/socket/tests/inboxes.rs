//! The list of conversations, who is there, who types and who has read.

use std::time::Duration;

use engage_core::Actor;
use engage_core::bus::Hint;
use engage_core::chat::{AgentStatus, Author, Draft, Preview, Typing};
use engage_core::clock::{Clock as _, ManualClock};
use engage_core::ids::ConversationId;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::client::{Client, agent, engage, engage_at, noted, opened, said, visitor};
use crate::cursor;
use crate::socket::{Connection, Rules};

fn ids(frame: &Value) -> Vec<ConversationId> {
    let conversations = frame["conversations"].as_array().unwrap().iter();
    conversations.map(|conversation| conversation["id"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn staff_hear_of_every_change_and_take_up_where_they_were() {
    let engage = engage().await;
    let (visitor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let staff = agent("7", &[]);
    let (mut client, welcome) = Client::hello(&engage, &staff, json!({ "inbox": null })).await;
    assert_eq!(welcome["inbox"]["recovered"], false, "nothing was held");
    client.silence().await;

    let before = Instant::now();
    said(&engage, &visitor, conversation, "1").await;
    let frame = client.expect("inbox").await;
    assert!(before.elapsed() < Duration::from_millis(10), "the first change after a rest is told at once");
    assert_eq!((ids(&frame), &frame["gone"]), (vec![conversation], &json!([])));
    let told = &frame["conversations"][0];
    assert_eq!((&told["seq"], &told["unread"], &told["last_message"]["excerpt"]), (&json!(2), &json!(2), &json!("1")));

    // A burst is told in few frames, the last of which holds the end of it.
    for n in 2..=50 {
        said(&engage, &visitor, conversation, &n.to_string()).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (mut frames, mut last) = (0, Value::Null);
    while let Ok(frame) = tokio::time::timeout(Duration::from_secs(1), client.next()).await {
        (frames, last) = (frames + 1, frame);
    }
    assert!((2..=5).contains(&frames), "{frames} frames in half a second");
    assert_eq!(last["conversations"][0]["last_message"]["excerpt"], "50");

    drop(client);
    let other = engage.chat().open(contact, "second", "Hello again", None).await.unwrap().conversation.id;
    let (mut client, welcome) = Client::hello(&engage, &staff, json!({ "inbox": last["cursor"] })).await;
    assert_eq!(welcome["inbox"], json!({ "recovered": true, "cursor": last["cursor"] }));
    assert_eq!(ids(&client.expect("inbox").await), [other]);
    client.silence().await;
}

#[tokio::test(start_paused = true)]
async fn a_list_that_cannot_be_recovered_is_fetched() {
    let engage = engage().await;
    let (_, contact) = visitor(&engage).await;
    for n in 0..201 {
        engage.chat().open(contact, &n.to_string(), "Hello", None).await.unwrap();
    }
    let head = cursor::write(engage.chat().inbox_head().await.unwrap());
    for (held, recovered) in
        [("forged", false), (&*cursor::write(10_000), false), (&*cursor::write(0), false), (&*cursor::write(1), true)]
    {
        let (mut client, welcome) = Client::hello(&engage, &agent("7", &[]), json!({ "inbox": held })).await;
        assert_eq!(welcome["inbox"]["recovered"], recovered, "{held}");
        if recovered {
            // Pages of a hundred.
            let (first, second) = (ids(&client.expect("inbox").await), ids(&client.expect("inbox").await));
            assert_eq!((first.len(), second.len()), (100, 100));
        } else {
            assert_eq!(welcome["inbox"]["cursor"], head);
        }
        client.silence().await;
    }
}

#[tokio::test(start_paused = true)]
async fn without_asking_nobody_hears_of_the_list() {
    let engage = engage().await;
    let (visitor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let (mut seven, welcome) = Client::hello(&engage, &agent("7", &[]), json!({})).await;
    assert_eq!(welcome["inbox"], Value::Null);
    let (mut client, _) = Client::hello(&engage, &visitor, json!({})).await;
    said(&engage, &visitor, conversation, "1").await;
    seven.silence().await;
    client.silence().await;
}

#[tokio::test(start_paused = true)]
async fn what_goes_to_another_team_leaves_the_agents_sight() {
    let engage = engage().await;
    let (visitor, contact) = visitor(&engage).await;
    let opened = engage.chat().open(contact, "sales", "Hello", Some("sales")).await.unwrap();
    let conversation = opened.conversation.id;
    let admin = Actor::Staff(engage_core::Identity::admin("1").staff().unwrap());
    let seller = agent("7", &["sales"]);
    let (mut list, _) = Client::hello(&engage, &seller, json!({ "inbox": null })).await;
    let mut client = Client::following(&engage, &seller, conversation).await;
    let mut all = Client::following(&engage, &admin, conversation).await;

    engage.chat().set_team(admin.clone(), conversation, Some("support")).await.unwrap();
    noted(&engage, &admin, conversation, "canary").await;
    let gap = client.expect("gap").await;
    assert_eq!((&gap["from"], &gap["to"]), (&json!(2), &json!(2)));
    let frame = list.expect("inbox").await;
    assert_eq!((ids(&frame), &frame["gone"]), (vec![], &json!([conversation])));
    said(&engage, &visitor, conversation, "canary too").await;
    client.silence().await;
    client.send(json!({ "type": "subscribe", "ref": "r", "conversation": conversation, "seq": 1 })).await;
    assert_eq!(client.expect("subscribed").await["error"], "not_found");
    assert_eq!(all.expect("team").await["team"], "support");
    assert_eq!(all.expect("note").await["body"], "canary");
    // Somebody who was never of the team hears of neither.
    let (mut stranger, _) = Client::hello(&engage, &agent("8", &["billing"]), json!({ "inbox": null })).await;
    said(&engage, &visitor, conversation, "canary three").await;
    stranger.silence().await;
}

#[tokio::test(start_paused = true)]
async fn what_ended_by_a_gap_makes_room() {
    let engage = engage().await;
    let (_, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let other = engage.chat().open(contact, "second", "Hello again", None).await.unwrap().conversation.id;
    let only_one = |mut rules: Rules| {
        rules.subscriptions = 1;
        rules
    };
    let mut client = Client::with(Connection::new(engage.clone(), agent("7", &[])).rules(only_one), 100);
    client.send(json!({ "type": "hello", "protocol": 1 })).await;
    client.expect("welcome").await;
    let subscribe = |conversation| json!({ "type": "subscribe", "ref": "r", "conversation": conversation });
    client.send(subscribe(conversation)).await;
    client.expect("subscribed").await;
    client.send(subscribe(other)).await;
    assert_eq!(client.expect("error").await["code"], "too_many");
    engage.chat().set_team(Actor::System, conversation, Some("sales")).await.unwrap();
    client.expect("gap").await;
    client.send(subscribe(other)).await;
    assert_eq!(client.expect("subscribed").await["seq"], 1);
}

#[tokio::test(start_paused = true)]
async fn visitors_hear_of_their_own_list_and_never_of_notes() {
    let engage = engage().await;
    let (visitor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let staff = agent("canary", &[]);
    let held = cursor::write(0);
    let (mut client, welcome) = Client::hello(&engage, &visitor, json!({ "inbox": held })).await;
    assert_eq!(welcome["inbox"], json!({ "recovered": false, "cursor": null }), "visitors always fetch");

    noted(&engage, &staff, conversation, "canary note").await;
    engage.chat().set_team(Actor::System, conversation, Some("canary-team")).await.unwrap();
    engage.chat().set_status(Actor::System, conversation, engage_core::chat::Status::Snoozed, None).await.unwrap();
    client.silence().await;

    said(&engage, &Actor::System, conversation, "Hello there").await;
    let frame = client.expect("inbox").await;
    assert!(!frame.to_string().contains("canary") && !frame.to_string().contains("snoozed"), "{frame}");
    assert_eq!((ids(&frame), &frame["conversations"][0]["seq"]), (vec![conversation], &json!(2)));
    let (_, other) = super::client::visitor(&engage).await;
    opened(&engage, other).await;
    client.silence().await;
}

#[tokio::test(start_paused = true)]
async fn presence_is_told_when_it_changes() {
    let engage = engage().await;
    let (visitor, _) = visitor(&engage).await;
    let (mut client, _) = Client::hello(&engage, &visitor, json!({})).await;
    assert_eq!(client.any().await, json!({ "type": "presence", "agents_online": false }));

    let (mut seven, _) = Client::hello(&engage, &agent("7", &[]), json!({})).await;
    assert_eq!(client.any().await, json!({ "type": "presence", "agents_online": true }));
    let online = json!({ "type": "presence", "agent": { "id": "7", "name": "Agent 7" }, "status": "online" });
    assert_eq!(seven.any().await, online);
    let (mut eight, _) = Client::hello(&engage, &agent("8", &[]), json!({})).await;
    let mut seen = [eight.any().await, eight.any().await];
    seen.sort_by_key(|frame| frame["agent"]["id"].to_string());
    assert_eq!(seen[0], online);
    assert_eq!(seven.any().await["agent"]["id"], "8");

    seven.send(json!({ "type": "presence", "status": "away" })).await;
    for client in [&mut seven, &mut eight] {
        let frame = client.any().await;
        assert_eq!((&frame["agent"]["id"], &frame["status"]), (&json!("7"), &json!("away")));
    }
    eight.send(json!({ "type": "presence", "status": "away" })).await;
    assert_eq!(client.any().await, json!({ "type": "presence", "agents_online": false }));
}

#[tokio::test(start_paused = true)]
async fn an_open_socket_keeps_its_agent_there() {
    let clock = ManualClock::default();
    let engage = engage_at(clock.clone()).await;
    let status = async || engage.stores().chat.agents(clock.now()).await.unwrap()[0].status;
    let (client, _) = Client::hello(&engage, &agent("7", &[]), json!({})).await;
    assert_eq!(status().await, AgentStatus::Online);
    clock.advance(Duration::from_secs(30));
    assert_eq!(status().await, AgentStatus::Offline, "nothing was heard since");
    tokio::time::sleep(Duration::from_secs(21)).await;
    assert_eq!(status().await, AgentStatus::Online);
    drop(client);
    clock.advance(Duration::from_secs(30));
    tokio::time::sleep(Duration::from_secs(21)).await;
    assert_eq!(status().await, AgentStatus::Offline);
}

#[tokio::test(start_paused = true)]
async fn typing_reaches_the_others() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let mut client = Client::following(&engage, &actor, conversation).await;
    let mut tab = Client::following(&engage, &actor, conversation).await;
    let mut seven = Client::following(&engage, &agent("7", &[]), conversation).await;
    let mut eight = Client::following(&engage, &agent("8", &[]), conversation).await;
    let typing = json!({ "type": "typing", "conversation": conversation, "typing": true });

    client.send(typing.clone()).await;
    client.send(typing.clone()).await;
    for other in [&mut seven, &mut eight] {
        let frame = other.expect("typing").await;
        assert_eq!((&frame["author"]["kind"], &frame["typing"]), (&json!("visitor"), &json!(true)));
        other.silence().await;
    }
    seven.send(typing).await;
    for other in [&mut client, &mut tab] {
        let frame = other.expect("typing").await;
        assert_eq!(
            frame["author"],
            json!({ "kind": "agent", "name": "Agent 7" }),
            "and nothing of what the visitor did"
        );
    }
    assert_eq!(eight.expect("typing").await["author"]["id"], "7");
    seven.silence().await;

    // While a note is written, only staff know.
    engage.chat().tell_typing(&agent("8", &[]), conversation, true, true);
    assert_eq!(seven.expect("typing").await["author"]["id"], "8");
    client.silence().await;
}

#[tokio::test(start_paused = true)]
async fn what_was_typed_goes_to_the_team_whose_it_is_then() {
    let engage = engage().await;
    engage.settings().set(&Actor::System, "chat.typing_preview", json!(true), 0).await.unwrap();
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let mut seven = Client::following(&engage, &agent("7", &["sales"]), conversation).await;
    let mut eight = Client::following(&engage, &agent("8", &[]), conversation).await;
    let typed = |team: Option<&str>| {
        let preview = Preview { draft: Draft::new("secret"), team: team.map(str::to_owned) };
        let author = Author::from(&actor);
        Hint::Typing(Typing { conversation, author, typing: true, staff_only: false, preview: Some(preview) })
    };
    engage.chat().preview(&actor, conversation, Draft::new("Hel")).await.unwrap();
    for client in [&mut seven, &mut eight] {
        assert_eq!(client.expect("typing").await["text"], "Hel");
    }
    // Another node says so before this one has heard that the conversation is another team's.
    engage.bus().publish(typed(Some("sales")));
    assert_eq!(seven.expect("typing").await["text"], "secret");
    eight.silence().await;
}

#[tokio::test(start_paused = true)]
async fn marks_only_move_forward_and_agents_are_one_to_visitors() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let (seven, eight) = (agent("7", &[]), agent("8", &[]));
    noted(&engage, &seven, conversation, "canary").await;
    for n in 2..=5 {
        said(&engage, &seven, conversation, &n.to_string()).await;
    }
    let mut client = Client::following(&engage, &actor, conversation).await;
    let mut tab = Client::following(&engage, &actor, conversation).await;
    let mut staff = Client::following(&engage, &seven, conversation).await;

    // In staff's numbering the note counts.
    engage.chat().mark_read(&seven, conversation, 4).await.unwrap();
    let told = json!({ "type": "read", "conversation": conversation, "reader": { "kind": "agent" }, "seq": 3 });
    assert_eq!(client.expect("read").await, told);
    let told = json!({ "type": "read", "conversation": conversation, "reader": { "kind": "agent", "id": "7", "name": "Agent 7" }, "seq": 4 });
    assert_eq!(staff.expect("read").await, told);
    engage.chat().mark_read(&eight, conversation, 3).await.unwrap();
    assert_eq!(staff.expect("read").await["reader"]["id"], "8");
    client.silence().await;
    engage.chat().mark_read(&eight, conversation, 6).await.unwrap();
    assert_eq!(client.expect("read").await["seq"], json!(5));
    engage.chat().mark_read(&seven, conversation, 1).await.unwrap();
    client.silence().await;

    // The visitor's own mark goes to their other tabs too.
    assert_eq!(tab.expect("read").await["seq"], 3);
    assert_eq!(tab.expect("read").await["seq"], 5);
    client.send(json!({ "type": "read", "conversation": conversation, "seq": 4 })).await;
    let told = json!({ "type": "read", "conversation": conversation, "reader": { "kind": "visitor" }, "seq": 4 });
    assert_eq!(tab.expect("read").await, told);
    assert_eq!(staff.until("read").await["reader"]["id"], "8");
    assert_eq!(staff.until("read").await["reader"], json!({ "kind": "visitor" }));

    let (_, welcome) =
        Client::hello(&engage, &actor, json!({ "resume": [{ "conversation": conversation, "seq": 5 }] })).await;
    let mut reads = welcome["resumed"][0]["reads"].as_array().unwrap().clone();
    reads.sort_by_key(ToString::to_string);
    assert_eq!(
        reads,
        [json!({ "reader": { "kind": "agent" }, "seq": 5 }), json!({ "reader": { "kind": "visitor" }, "seq": 4 })]
    );
}

#[tokio::test(start_paused = true)]
async fn who_unsubscribes_hears_no_more() {
    let engage = engage().await;
    let (actor, contact) = visitor(&engage).await;
    let conversation = opened(&engage, contact).await;
    let mut client = Client::following(&engage, &actor, conversation).await;
    said(&engage, &Actor::System, conversation, "1").await;
    assert_eq!(client.body().await, "1");
    client.send(json!({ "type": "unsubscribe", "conversation": conversation })).await;
    client.silence().await;
    said(&engage, &Actor::System, conversation, "2").await;
    client.silence().await;
}
