//! A client on an in-memory link, and the engage that it talks to.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use engage_core::chat::Send as Say;
use engage_core::clock::ManualClock;
use engage_core::entropy::SeededEntropy;
use engage_core::ids::{ContactId, ConversationId};
use engage_core::memory::{self, MemoryBackend};
use engage_core::{Actor, Engage, Identity};
use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::socket::{Connection, Message, drive};

/// One direction of a link, with room for so many messages.
#[derive(Debug)]
struct Lane {
    queue: VecDeque<Message>,
    room: usize,
    is_cut: bool,
    wakers: Vec<Waker>,
}

impl Lane {
    fn wake(&mut self) {
        self.wakers.drain(..).for_each(Waker::wake);
    }
}

/// One end of a link.
#[derive(Debug)]
pub(super) struct End {
    incoming: Arc<Mutex<Lane>>,
    outgoing: Arc<Mutex<Lane>>,
}

/// Two ends; so many messages may be on their way to the first.
pub(super) fn link(room: usize) -> (End, End) {
    let lane = |room| Arc::new(Mutex::new(Lane { queue: VecDeque::new(), room, is_cut: false, wakers: Vec::new() }));
    let (there, back) = (lane(10_000), lane(room));
    (End { incoming: Arc::clone(&back), outgoing: Arc::clone(&there) }, End { incoming: there, outgoing: back })
}

impl Drop for End {
    fn drop(&mut self) {
        for lane in [&self.incoming, &self.outgoing] {
            let mut lane = lane.lock();
            lane.is_cut = true;
            lane.wake();
        }
    }
}

impl Stream for End {
    type Item = Result<Message, Infallible>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut lane = self.incoming.lock();
        if let Some(message) = lane.queue.pop_front() {
            lane.wake();
            return Poll::Ready(Some(Ok(message)));
        }
        if lane.is_cut {
            return Poll::Ready(None);
        }
        lane.wakers.push(cx.waker().clone());
        Poll::Pending
    }
}

impl Sink<Message> for End {
    type Error = &'static str;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        let mut lane = self.outgoing.lock();
        if lane.is_cut {
            return Poll::Ready(Err("the link is cut"));
        }
        if lane.queue.len() < lane.room {
            return Poll::Ready(Ok(()));
        }
        lane.wakers.push(cx.waker().clone());
        Poll::Pending
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Self::Error> {
        let mut lane = self.outgoing.lock();
        lane.queue.push_back(message);
        lane.wake();
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.poll_ready(cx)
    }

    fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }
}

/// A client.
pub(super) struct Client {
    pub(super) end: End,
    pub(super) driving: JoinHandle<()>,
}

impl Client {
    /// Connects, but says nothing yet.
    pub(super) fn connect(engage: &Engage, actor: &Actor) -> Self {
        Self::with(Connection::new(engage.clone(), actor.clone()), 10_000)
    }

    /// The same on a link with room for so many messages on their way to the client.
    pub(super) fn with(connection: Connection, room: usize) -> Self {
        let (end, socket) = link(room);
        Self { end, driving: tokio::spawn(drive(connection, socket)) }
    }

    /// Connects and says hello; gives the welcome too.
    pub(super) async fn hello(engage: &Engage, actor: &Actor, mut hello: Value) -> (Self, Value) {
        let mut client = Self::connect(engage, actor);
        hello["type"] = json!("hello");
        hello["protocol"] = json!(1);
        client.send(hello).await;
        let welcome = client.expect("welcome").await;
        (client, welcome)
    }

    /// Connects, says hello and follows a conversation from its end.
    pub(super) async fn following(engage: &Engage, actor: &Actor, conversation: ConversationId) -> Self {
        let (mut client, _) = Self::hello(engage, actor, json!({})).await;
        client.send(json!({ "type": "subscribe", "ref": "s", "conversation": conversation })).await;
        assert_eq!(client.expect("subscribed").await["recovered"], false);
        client
    }

    pub(super) async fn send(&mut self, frame: Value) {
        self.message(Message::Text(frame.to_string().into())).await;
    }

    pub(super) async fn message(&mut self, message: Message) {
        self.end.send(message).await.unwrap();
    }

    pub(super) async fn say(&mut self, conversation: ConversationId, id: &str, body: &str) {
        self.send(json!({ "type": "send", "conversation": conversation, "client_message_id": id, "body": body })).await;
    }

    /// The next message as it comes.
    pub(super) async fn raw(&mut self) -> Option<Message> {
        let next = tokio::time::timeout(Duration::from_secs(300), self.end.next()).await.expect("nothing came");
        next.map(|message| match message {
            Ok(message) => message,
            Err(never) => match never {},
        })
    }

    /// The next frame, presence included.
    pub(super) async fn any(&mut self) -> Value {
        match self.raw().await {
            Some(Message::Text(bytes)) => serde_json::from_slice(&bytes).unwrap(),
            other => panic!("{other:?} is no frame"),
        }
    }

    /// The next frame but for presence and places in the queue, which come whenever they change.
    pub(super) async fn next(&mut self) -> Value {
        loop {
            let frame = self.any().await;
            if frame["type"] != "presence" && frame["type"] != "queue" {
                return frame;
            }
        }
    }

    pub(super) async fn expect(&mut self, kind: &str) -> Value {
        let frame = self.next().await;
        assert_eq!(frame["type"], kind, "{frame}");
        frame
    }

    /// The next frame of this type; what comes before is let go.
    pub(super) async fn until(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.any().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The text of the next message.
    pub(super) async fn body(&mut self) -> String {
        self.expect("message").await["body"].as_str().unwrap().to_owned()
    }

    /// Nothing comes for a while.
    pub(super) async fn silence(&mut self) {
        if let Ok(message) = tokio::time::timeout(Duration::from_secs(1), self.next()).await {
            panic!("there is no silence but {message}");
        }
    }

    /// The last words: `bye`, then the close with its code, then the end, on both sides.
    pub(super) async fn bye(mut self) -> Value {
        let bye = self.until("bye").await;
        let Some(Message::Close(code, reason)) = self.raw().await else { panic!("no close after {bye}") };
        assert_eq!(bye["code"], reason);
        drop(self.end);
        tokio::time::timeout(Duration::from_millis(10), self.driving).await.expect("the driver ends").unwrap();
        json!({ "close": code, "code": bye["code"], "reconnect": bye["reconnect"], "retry_after_ms": bye["retry_after_ms"] })
    }
}

/// An engage on memory that assigns nothing by itself.
pub(super) async fn engage() -> Engage {
    engage_at(ManualClock::default()).await
}

/// The same with a clock that the test moves.
pub(super) async fn engage_at(clock: ManualClock) -> Engage {
    engage_on(memory::backend(), clock).await
}

/// The same on a database that the test puts back.
pub(super) async fn engage_on(backend: MemoryBackend, clock: ManualClock) -> Engage {
    let builder = Engage::builder(backend).clock(clock).entropy(SeededEntropy::new(1));
    let engage = builder.build().await.unwrap();
    engage.settings().set(&Actor::System, "chat.auto_assign", json!(false), 0).await.unwrap();
    engage
}

pub(super) async fn visitor(engage: &Engage) -> (Actor, ContactId) {
    let contact = engage.contacts().create_anonymous().await.unwrap();
    (Actor::Visitor(contact.id), contact.id)
}

pub(super) fn agent(id: &str, teams: &[&str]) -> Actor {
    Actor::Staff(Identity::agent(id).name(format!("Agent {id}")).teams(teams.iter().copied()).staff().unwrap())
}

/// A conversation with its first message.
pub(super) async fn opened(engage: &Engage, contact: ContactId) -> ConversationId {
    engage.chat().open(contact, "first", "Hello", None).await.unwrap().conversation.id
}

/// Somebody says something, by no socket.
pub(super) async fn said(engage: &Engage, by: &Actor, conversation: ConversationId, text: &str) {
    engage.chat().send(by.clone(), something(conversation, text, false)).await.unwrap();
}

pub(super) async fn noted(engage: &Engage, by: &Actor, conversation: ConversationId, text: &str) {
    engage.chat().send(by.clone(), something(conversation, text, true)).await.unwrap();
}

fn something(conversation: ConversationId, text: &str, note: bool) -> Say {
    let client_message_id = text.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    Say {
        conversation,
        client_message_id,
        body: text.to_owned(),
        reply_to: None,
        note,
        files: Vec::new(),
        mentions: Vec::new(),
    }
}
