//! The limit: a bare WebSocket relay on the same framework. Every frame goes to the other side of the conversation as it
//! is, and its sender gets an acknowledgement. Nothing is parsed after the first frame, nothing is stored.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::any;
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use tokio::sync::mpsc;

use crate::wire::Hello;

// As engage's adapters have them.
const SOCKET_BUFFER: usize = 4 * 1024;
const WRITE_BUFFER: usize = 1024 * 1024;
const QUEUE: usize = 256;

const WELCOME: Utf8Bytes = Utf8Bytes::from_static(r#"{"type":"welcome"}"#);
const ACK: Utf8Bytes = Utf8Bytes::from_static(r#"{"type":"ack"}"#);

/// Who has come first to a conversation, until the other comes.
type Waiting = Arc<Mutex<HashMap<String, Ends>>>;

/// A way to the other side, and what comes from it.
type Ends = (mpsc::Sender<Utf8Bytes>, mpsc::Receiver<Utf8Bytes>);

pub(crate) fn app() -> Router {
    Router::new().route("/socket", any(accept)).with_state(Waiting::default())
}

async fn accept(State(waiting): State<Waiting>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .read_buffer_size(SOCKET_BUFFER)
        .write_buffer_size(SOCKET_BUFFER)
        .max_write_buffer_size(WRITE_BUFFER)
        .on_upgrade(|socket| async move {
            // Whatever ends it, the client is gone.
            let _ = relay(socket, &waiting).await;
        })
}

async fn relay(mut socket: WebSocket, waiting: &Waiting) -> Option<()> {
    let Message::Text(hello) = socket.next().await?.ok()? else { return None };
    let hello: Hello<'_> = serde_json::from_str(&hello).ok()?;
    let mut ends = hello.resume.first().map(|place| join(waiting, place.conversation));
    socket.send(Message::Text(WELCOME)).await.ok()?;
    loop {
        tokio::select! {
            frame = next_of(&mut ends) => {
                socket.feed(Message::Text(frame?)).await.ok()?;
                // What else is there leaves with the same write.
                while let Some(Some(frame)) = next_of(&mut ends).now_or_never() {
                    socket.feed(Message::Text(frame)).await.ok()?;
                }
                socket.flush().await.ok()?;
            }
            message = socket.next() => {
                if let (Message::Text(frame), Some((other, _))) = (message?.ok()?, &ends) {
                    other.send(frame).await.ok()?;
                    socket.send(Message::Text(ACK)).await.ok()?;
                }
            }
        }
    }
}

/// The end of a conversation that is still free.
fn join(waiting: &Waiting, conversation: &str) -> Ends {
    let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
    waiting.remove(conversation).unwrap_or_else(|| {
        let ((to_second, from_first), (to_first, from_second)) = (mpsc::channel(QUEUE), mpsc::channel(QUEUE));
        waiting.insert(conversation.to_owned(), (to_first, from_first));
        (to_second, from_second)
    })
}

/// What comes from the other side; never anything for who follows no conversation.
async fn next_of(ends: &mut Option<Ends>) -> Option<Utf8Bytes> {
    match ends {
        Some((_, incoming)) => incoming.recv().await,
        None => std::future::pending().await,
    }
}
