//! A WebSocket client that keeps what it is told.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::client::PATIENCE;
use super::{Answer, Client, Seen};

/// An open socket.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TokioIo<Upgraded>>,
    seen: Seen,
    /// What came while something else was waited for.
    passed: VecDeque<Value>,
    /// The answer to `hello`; null before.
    pub welcome: Value,
}

/// How a connection ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Closed {
    /// The close code; 1006 without a close.
    pub code: u16,
    /// The last frames, `bye` at their end.
    pub frames: Vec<Value>,
}

/// Headers of a handshake (RFC 6455, 4.1), with the key of its example.
pub(super) const HANDSHAKE: [(&str, &str); 4] = [
    ("connection", "upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

impl Client {
    /// Opens the socket without a word.
    pub async fn connect(&self) -> Socket {
        self.try_connect(&[]).await.unwrap_or_else(|refused| panic!("no socket: {refused}"))
    }

    /// Opens the socket with further headers.
    ///
    /// # Errors
    /// The answer that refuses it.
    pub async fn try_connect(&self, headers: &[(&'static str, &str)]) -> Result<Socket, Answer> {
        let mut request = self.get("/v1/chat/socket");
        for (name, value) in HANDSHAKE.iter().chain(headers) {
            request = request.header(name, value);
        }
        request.upgrade().await
    }

    /// Opens the socket and says hello.
    pub async fn chat(&self) -> Socket {
        self.chat_from(json!({})).await
    }

    /// Opens the socket and says hello with further members.
    pub async fn chat_from(&self, mut members: Value) -> Socket {
        let mut socket = self.connect().await;
        members["type"] = "hello".into();
        members["protocol"] = 1.into();
        socket.send(members).await;
        socket.welcome = socket.until("welcome").await;
        socket
    }

    /// Opens the socket, says hello and follows a conversation from its beginning.
    pub async fn follow(&self, conversation: &str) -> Socket {
        let mut socket = self.chat().await;
        socket.subscribe(conversation, Some(0)).await;
        socket
    }
}

impl super::Request {
    /// Sends it, and takes over the connection when the server switches to the WebSocket.
    ///
    /// # Errors
    /// The answer that refuses it, checked as any other.
    pub async fn upgrade(self) -> Result<Socket, Answer> {
        let seen = self.seen().clone();
        let (asked, response) = self.open().await;
        if response.status() != 101 {
            return Err(Answer::checked(asked, response, &seen).await);
        }
        let upgraded = hyper::upgrade::on(response).await.expect("the connection is handed over");
        let stream = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Client, None).await;
        Ok(Socket { stream, seen, passed: VecDeque::new(), welcome: Value::Null })
    }
}

impl Socket {
    /// Sends a frame.
    pub async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    /// Sends any text.
    pub async fn send_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.expect("the socket is open");
    }

    /// Sends any message; says whether the socket was still open.
    pub async fn send_raw(&mut self, message: Message) -> bool {
        self.stream.send(message).await.is_ok()
    }

    /// Follows a conversation; gives the answer.
    pub async fn subscribe(&mut self, conversation: &str, seq: Option<i64>) -> Value {
        let mut frame = json!({ "type": "subscribe", "ref": "sub", "conversation": conversation });
        if let Some(seq) = seq {
            frame["seq"] = seq.into();
        }
        self.send(frame).await;
        self.until("subscribed").await
    }

    /// Says something; gives the `ack` or the `error`.
    pub async fn say(&mut self, conversation: &str, id: &str, body: &str) -> Value {
        self.send(json!({ "type": "send", "conversation": conversation, "client_message_id": id, "body": body })).await;
        self.find(&format!("the answer to {id}"), |frame| {
            frame["client_message_id"] == id && frame["type"] == "ack" || frame["ref"] == id
        })
        .await
    }

    /// The next frame of a type. What else comes is kept for later.
    pub async fn until(&mut self, kind: &str) -> Value {
        self.find(kind, |frame| frame["type"] == kind).await
    }

    /// The next frame that is wanted. What else comes is kept for later.
    pub async fn find(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.passed.iter().position(&wanted) {
            return self.passed.remove(at).expect("it is there");
        }
        let waiting = async {
            loop {
                match self.receive().await {
                    Ok(frame) if wanted(&frame) => return frame,
                    Ok(frame) => self.passed.push_back(frame),
                    Err(code) => panic!("closed with {code} instead of {what}; before: {:?}", self.passed),
                }
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(found) => found,
            Err(_) => panic!("no {what} within {PATIENCE:?}; instead: {:?}", self.passed),
        }
    }

    /// All that has come when the answer to a `ping` comes: what was sent before is there then.
    pub async fn settled(&mut self) -> Vec<Value> {
        let n = 7_000_000 + i64::try_from(self.passed.len()).unwrap_or(0);
        self.send(json!({ "type": "ping", "n": n })).await;
        self.find("pong", |frame| frame["type"] == "pong" && frame["n"] == n).await;
        self.passed.drain(..).collect()
    }

    /// What comes in some time, for what must not come.
    pub async fn within(&mut self, time: Duration) -> Vec<Value> {
        let deadline = tokio::time::Instant::now() + time;
        while let Ok(received) = tokio::time::timeout_at(deadline, self.receive()).await {
            match received {
                Ok(frame) => self.passed.push_back(frame),
                Err(code) => panic!("closed with {code}; before: {:?}", self.passed),
            }
        }
        self.passed.drain(..).collect()
    }

    /// The very next frame; `None` when the connection ends first.
    pub async fn first(&mut self) -> Option<Value> {
        tokio::time::timeout(PATIENCE, self.receive()).await.expect("a frame or the end").ok()
    }

    /// Waits for the end.
    pub async fn closed(mut self) -> Closed {
        let waiting = async {
            loop {
                match self.receive().await {
                    Ok(frame) => self.passed.push_back(frame),
                    Err(code) => return code,
                }
            }
        };
        let code = tokio::time::timeout(PATIENCE, waiting).await;
        match code {
            Ok(code) => Closed { code, frames: self.passed.into() },
            Err(_) => panic!("still open after {PATIENCE:?}; told: {:?}", self.passed),
        }
    }

    /// Closes it.
    pub async fn close(mut self) {
        let _ = self.stream.close(None).await;
        let _ = self.closed().await;
    }

    /// The next frame, or the code of the close. Answers pings.
    async fn receive(&mut self) -> Result<Value, u16> {
        loop {
            let text = match self.stream.next().await {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(close))) => return Err(close.map_or(1005, |close| close.code.into())),
                Some(Ok(Message::Binary(_))) => panic!("the server sent a binary frame"),
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => return Err(1006),
            };
            self.seen.add(Bytes::copy_from_slice(text.as_bytes()));
            let frame: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text} is no JSON: {error}"));
            assert!(frame["type"].is_string(), "a frame without a type: {text}");
            if frame["type"] == "ping" {
                let _ = self.stream.send(Message::text(json!({ "type": "pong", "n": frame["n"] }).to_string())).await;
                continue;
            }
            return Ok(frame);
        }
    }
}

impl Closed {
    /// It ended with this code, and `bye` said so.
    pub fn is(&self, code: u16, bye: &str) {
        let last = self.frames.last().cloned().unwrap_or_default();
        assert_eq!(
            (self.code, last["type"].as_str(), last["code"].as_str()),
            (code, Some("bye"), Some(bye)),
            "{self:?}"
        );
    }
}
