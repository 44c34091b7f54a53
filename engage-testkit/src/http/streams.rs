//! Server-sent events and long polling, on the same cursor as the socket.

use std::time::Duration;

use serde_json::json;

use super::Host;

fn entries(conversation: &str, query: &str) -> String {
    format!("/v1/chat/conversations/{conversation}/entries?{query}")
}

/// A stream tells what a socket with one subscription would.
pub async fn a_stream_tells_what_a_socket_would(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("1").await;
    visitor.says(&conversation, "m2", "2").await;
    let mut stream = visitor.events(&conversation, "&after=1").await;
    let first = stream.next().await.unwrap();
    assert_eq!((first.name.as_str(), &first.id), ("subscribed", &None));
    let wanted = json!({
        "type": "subscribed", "conversation": conversation, "recovered": true, "seq": 2, "reads": first.data["reads"],
    });
    assert_eq!(first.data, wanted);
    let second = stream.next().await.unwrap();
    assert_eq!((second.name.as_str(), second.seq(), &second.data["body"]), ("message", Some("2"), &json!("2")));

    agent.says(&conversation, "a1", "3").await;
    agent.put(&format!("/v1/chat/conversations/{conversation}/read"), json!({ "seq": 3 })).await.is(200);
    agent.post(&format!("/v1/chat/conversations/{conversation}/typing"), json!({ "typing": true })).await.is(204);
    agent.put(&format!("/v1/chat/conversations/{conversation}/status"), json!({ "status": "closed" })).await.is(200);
    let message = stream.until("message").await;
    assert_eq!((message.seq(), &message.data["type"]), (Some("3"), &json!("message")));
    let status = stream.until("status").await;
    assert_eq!((status.seq(), &status.data["status"]), (Some("4"), &json!("closed")));
}

/// Marks and typing come on a stream too, without an id: they are no place to resume from.
pub async fn a_stream_tells_marks_and_typing(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("1").await;
    let mut stream = visitor.events(&conversation, "&after=1").await;
    stream.until("subscribed").await;
    agent.put(&format!("/v1/chat/conversations/{conversation}/read"), json!({ "seq": 1 })).await.is(200);
    let read = stream.until("read").await;
    assert_eq!((&read.id, &read.data["reader"], &read.data["seq"]), (&None, &json!({ "kind": "agent" }), &json!(1)));
    agent.post(&format!("/v1/chat/conversations/{conversation}/typing"), json!({ "typing": true })).await.is(204);
    let typing = stream.until("typing").await;
    assert_eq!((&typing.id, &typing.data["typing"]), (&None, &json!(true)));
}

/// A browser that comes back says where it was, and that wins over the address it began with.
pub async fn a_stream_resumes_where_it_was(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("1").await;
    for n in 2..=4 {
        visitor.says(&conversation, &format!("m{n}"), &n.to_string()).await;
    }
    let path = format!("/v1/chat/events?conversation={conversation}&after=0");
    let mut stream = visitor.get(&path).header("last-event-id", "3").events().await;
    assert_eq!(stream.next().await.unwrap().data["recovered"], true);
    let last = stream.next().await.unwrap();
    assert_eq!(last.seq(), Some("4"));
    let id = last.id.unwrap();
    visitor.says(&conversation, "m5", "5").await;
    let mut stream = visitor.get(&path).header("last-event-id", &id).events().await;
    assert_eq!(stream.next().await.unwrap().data["recovered"], true, "by its own words");
    assert_eq!(stream.next().await.unwrap().seq(), Some("5"));
    for held in [path.replace("after=0", "after=4&epoch=another"), path.clone()] {
        let asked = visitor.get(&held);
        let asked = if held == path { asked.header("last-event-id", "4.another") } else { asked };
        let first = asked.events().await.next().await.unwrap();
        assert_eq!((&first.data["recovered"], first.seq()), (&json!(false), Some("5")), "of another history");
    }

    let mut anew = visitor.events(&conversation, "").await;
    let subscribed = anew.next().await.unwrap();
    assert_eq!(subscribed.data["recovered"], false);
    assert_eq!(subscribed.seq(), Some("5"), "from here on, once the snapshot is fetched");
    for bad in ["-1", "x", "1e5", ".5", "99999999999999999999"] {
        visitor.get(&path).header("last-event-id", bad).await.refused(400, "malformed");
    }
    for bad in ["-1", "x", ""] {
        visitor.get(&format!("/v1/chat/events?conversation={conversation}&after={bad}")).await.invalid("/after");
    }
}

/// A poll is answered at once when there is something, otherwise when there is, or empty when its time is over.
pub async fn polling_waits_for_what_is_new(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("1").await;
    let at_once = visitor.get(&entries(&conversation, "after=0&wait=25")).await.is(200);
    assert_eq!(at_once["entries"][0]["body"], "1");
    let elsewhere = visitor.get(&entries(&conversation, "after=0&wait=25&epoch=another")).await.is(200);
    assert_eq!((&elsewhere["entries"], &elsewhere["epoch"]), (&json!([]), &at_once["epoch"]), "of another history");

    let empty = tokio::time::Instant::now();
    assert_eq!(visitor.get(&entries(&conversation, "after=1&wait=1")).await.is(200)["entries"], json!([]));
    assert!(empty.elapsed() >= Duration::from_secs(1), "it waited");

    let poll = tokio::spawn(visitor.get(&entries(&conversation, "after=1&wait=25")).into_future());
    tokio::time::sleep(Duration::from_millis(300)).await;
    agent.put(&format!("/v1/chat/conversations/{conversation}/read"), json!({ "seq": 1 })).await.is(200);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!poll.is_finished(), "a mark is nothing to come back for");
    agent.says(&conversation, "a1", "2").await;
    assert_eq!(poll.await.unwrap().is(200)["entries"][0]["body"], "2");
    visitor.get(&entries(&conversation, "after=1&wait=26")).await.invalid("/wait");
}

/// A client without a socket misses nothing: what it polls is the conversation.
pub async fn polling_alone_is_a_whole_client(host: Host) {
    const MANY: usize = 30;
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let writing = async {
        for n in 0..MANY {
            agent.says(&conversation, &format!("a{n}"), &n.to_string()).await;
            agent.notes(&conversation, &format!("n{n}"), "a note").await;
        }
    };
    let reading = async {
        let (mut at, mut bodies) = (1, Vec::new());
        while bodies.len() < MANY {
            let page = visitor.get(&entries(&conversation, &format!("after={at}&wait=10&limit=7"))).await.is(200);
            for entry in page["entries"].as_array().unwrap() {
                assert_eq!(entry["seq"], at + 1, "without a hole");
                at += 1;
                bodies.push(entry["body"].as_str().unwrap().to_owned());
            }
        }
        bodies
    };
    let ((), bodies) = tokio::join!(writing, reading);
    assert_eq!(bodies, (0..MANY).map(|n| n.to_string()).collect::<Vec<_>>());
}
