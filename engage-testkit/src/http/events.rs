//! A reader of server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde_json::Value;

use super::client::PATIENCE;
use super::{Answer, Client, Request, Seen};

/// An open stream.
#[derive(Debug)]
pub struct Events {
    body: Incoming,
    seen: Seen,
    text: String,
}

/// An event.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Event {
    /// Its id, if it has one of its own.
    pub id: Option<String>,
    /// Its name; empty for what is only a comment or a time to wait.
    pub name: String,
    /// What it says.
    pub data: Value,
}

impl Event {
    /// The number in its id, which has the epoch behind it.
    pub fn seq(&self) -> Option<&str> {
        self.id.as_deref().map(|id| id.split_once('.').expect("a number and an epoch").0)
    }
}

impl Client {
    /// Follows a conversation.
    pub async fn events(&self, conversation: &str, more: &str) -> Events {
        self.get(&format!("/v1/chat/events?conversation={conversation}{more}")).events().await
    }
}

impl Request {
    /// Sends it and reads the stream that comes back.
    pub async fn events(self) -> Events {
        let seen = self.seen().clone();
        let (asked, response) = self.open().await;
        assert_eq!(response.status(), 200, "{asked}");
        assert_eq!(response.headers()["content-type"], "text/event-stream", "{asked}");
        assert_eq!(response.headers()["x-accel-buffering"], "no", "{asked}");
        Answer::check_head(asked, &response);
        Events { body: response.into_body(), seen, text: String::new() }
    }
}

impl Events {
    /// The next event of a name. What else comes is passed over.
    pub async fn until(&mut self, name: &str) -> Event {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("the stream ended before a {name}"));
            if event.name == name {
                return event;
            }
        }
    }

    /// The next event; `None` at the end.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((one, rest)) = self.text.split_once("\n\n") {
                let event = Event::read(one);
                self.text = rest.to_owned();
                if !event.name.is_empty() {
                    return Some(event);
                }
                continue;
            }
            let frame = tokio::time::timeout(PATIENCE, self.body.frame()).await;
            let frame = frame.unwrap_or_else(|_| panic!("nothing came within {PATIENCE:?}, not even a comment"));
            let piece = frame?.expect("the stream goes on").into_data().ok()?;
            self.seen.add(piece.clone());
            self.text.push_str(std::str::from_utf8(&piece).expect("UTF-8"));
        }
    }
}

impl Event {
    fn read(text: &str) -> Self {
        let mut event = Self::default();
        for line in text.lines() {
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "id" => event.id = Some(value.to_owned()),
                "event" => value.clone_into(&mut event.name),
                "data" => event.data = serde_json::from_str(value).expect("data is JSON"),
                "" | "retry" => {}
                _ => panic!("a strange line: {line}"),
            }
        }
        event
    }
}
