//! Frames that no client of ours would send.

use engage_core::entropy::{Entropy as _, SeededEntropy};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::{Host, Socket};

/// How many random texts are tried,
const TEXTS: u64 = 10_000;
/// and in how many lanes at once.
const LANES: u64 = 10;

/// Random texts and broken frames are answered or end the socket; no one else notices.
pub async fn random_frames_harm_nobody(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let mut bystander = agent.follow(&conversation).await;
    let lanes = (0..LANES).map(|lane| {
        let (visitor, conversation) = (&visitor, &conversation);
        async move {
            let dice = Dice(SeededEntropy::new(14 + lane));
            for _ in 0..TEXTS / LANES / 20 {
                let mut socket = visitor.chat().await;
                // A socket bears twenty errors.
                for _ in 0..20 {
                    if !socket.send_raw(Message::text(dice.text(conversation))).await {
                        break;
                    }
                }
                drain(socket).await;
            }
            for _ in 0..200 / LANES {
                let mut socket = visitor.connect().await;
                socket.send_raw(Message::text(dice.text(conversation))).await;
                let closed = socket.closed().await;
                assert!(matches!(closed.code, 4000 | 1009), "before hello: {closed:?}");
            }
        }
    });
    join_all(lanes).await;
    visitor.says(&conversation, "after", "the server lives").await;
    bystander.find("the last message", |frame| frame["body"] == "the server lives").await;
}

/// Each member of each frame as what it should not be: an error or nothing, and the socket stays or ends in order.
pub async fn wrong_members_of_frames_are_told(host: Host) {
    let server = host.serve().await;
    let agent = server.agent("ada");
    let conversation = server.visitor().await.open_conversation("hello").await;
    let members = json!({
        "ref": "r", "conversation": conversation, "client_message_id": "c", "body": "hello", "reply_to": null, "seq": 1, "typing": true, "text": null,
        "status": "open", "snoozed_until": null, "agent": null, "expected": null, "team": null, "n": 1, "protocol": 1, "resume": [], "inbox": null,
        "url": "https://a.example/", "title": "A",
    });
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(""),
        json!("x"),
        json!("\0"),
        json!([]),
        json!([[[[[]]]]]),
        json!({}),
        json!({ "a": { "b": [] } }),
        json!("x".repeat(20_000)),
        json!("\u{202E}"),
    ];
    let mut socket = agent.chat().await;
    for kind in host.frames.iter().filter(|kind| *kind != "hello") {
        for name in members.as_object().unwrap().keys() {
            for value in &odd {
                let mut frame = fitting(kind, &members);
                frame[name] = value.clone();
                if !socket.send_raw(Message::text(frame.to_string())).await {
                    socket = agent.chat().await;
                }
            }
        }
        drain(socket).await;
        socket = agent.chat().await;
    }
    socket.settled().await;
    server.visitor().await.open_conversation("the server lives").await;
}

/// A frame of a kind, as it should be.
fn fitting(kind: &str, members: &Value) -> Value {
    let names: &[&str] = match kind {
        "subscribe" => &["ref", "conversation", "seq"],
        "unsubscribe" => &["conversation"],
        "send" | "note" => &["conversation", "client_message_id", "body", "reply_to"],
        "read" => &["conversation", "seq"],
        "typing" => &["conversation", "typing", "text"],
        "page" => &["url", "title"],
        "status" => &["ref", "conversation", "status", "snoozed_until"],
        "assign" => &["ref", "conversation", "agent", "expected"],
        "team" => &["ref", "conversation", "team"],
        "presence" => &["status"],
        "tickets" => &["follow", "only"],
        "ping" | "pong" => &["n"],
        _ => panic!("{kind} is new: what does it take?"),
    };
    let mut frame = json!({ "type": kind });
    for name in names {
        frame[*name] = members[*name].clone();
    }
    frame
}

/// Reads what there is to read, until the socket is still or has ended.
async fn drain(mut socket: Socket) {
    if socket.send_raw(Message::text(r#"{"type":"ping","n":8000000}"#)).await {
        while let Some(frame) = socket.first().await {
            assert_ne!(frame["code"], "internal", "{frame}");
            if frame["type"] == "pong" && frame["n"] == 8_000_000 {
                return;
            }
        }
    }
}

/// Randomness that is the same in every run.
struct Dice(SeededEntropy);

impl Dice {
    fn below(&self, most: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % most as u64).expect("small")
    }

    /// Garbage, garbage in the form of JSON, or a frame with a hole.
    fn text(&self, conversation: &str) -> String {
        let mut bytes = vec![0; self.below(200)];
        self.0.fill(&mut bytes);
        match self.below(3) {
            0 => String::from_utf8_lossy(&bytes).into_owned(),
            1 => bytes
                .iter()
                .map(|byte| {
                    ["{", "}", "[", "]", ",", ":", "\"", "type", "null", "1", "e", "-", "\\u", "send", " "]
                        [usize::from(*byte) % 15]
                })
                .collect(),
            _ => {
                let id = format!("r{}", self.below(1_000_000));
                let frame =
                    json!({ "type": "send", "conversation": conversation, "client_message_id": id, "body": "x" });
                let mut text = frame.to_string();
                let (at, with) = (self.below(text.len()), char::from(u8::try_from(self.below(128)).expect("small")));
                text.replace_range(at..=at, &with.to_string());
                text
            }
        }
    }
}
