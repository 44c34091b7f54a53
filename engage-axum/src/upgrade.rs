//! The WebSocket in axum's terms.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts as _;
use axum::extract::ws::{CloseFrame, Message as AxumMessage, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::{IntoResponse as _, Response};
use engage_core::Identity;
use engage_http::socket::{self, FRAME_BYTES, Message};
use engage_http::wire::ByeCode;
use engage_http::{Identified, Info};
use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _, future};
use http::header;
use http::request::Parts;
use tokio::sync::watch;

use crate::Routes;

/// How often it is asked again who is there.
const ASK_AGAIN: Duration = Duration::from_secs(5);
/// What a socket reads into. The library's own 128 KiB would be most of what an idle connection costs.
const READ_BUFFER: usize = 4 * 1024;
/// What may wait to be written before the reader counts as slow.
const WRITE_BUFFER: usize = 1024 * 1024;

pub(crate) fn is_upgrade(parts: &Parts) -> bool {
    parts.headers.get(header::UPGRADE).is_some_and(|upgrade| upgrade.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

pub(crate) async fn accept<S>(routes: &Arc<Routes<S>>, mut parts: Parts, info: Info, state: S) -> Response
where
    S: Clone + Send + Sync + 'static,
{
    let identity = info.identity.clone();
    let mut connection = match routes.api.accept(&parts, info).await {
        Ok(connection) => connection,
        Err(refused) => return refused.map(axum::body::Body::new),
    };
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, &state).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    if let Identified::Known(known) = identity {
        connection = connection.revoked(watch_identity(routes, *known, parts, state));
    }
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(READ_BUFFER)
        .max_write_buffer_size(WRITE_BUFFER)
        .max_message_size(FRAME_BYTES + 1)
        .max_frame_size(FRAME_BYTES + 1)
        .on_upgrade(|socket| socket::drive(connection, translated(socket)))
}

/// Asks the host again and again whether it is still the same person, and says so when it is not.
fn watch_identity<S>(routes: &Arc<Routes<S>>, known: Identity, parts: Parts, state: S) -> watch::Receiver<Option<ByeCode>>
where
    S: Clone + Send + Sync + 'static,
{
    let (revoked, receiver) = watch::channel(None);
    let routes = Arc::clone(routes);
    tokio::spawn(async move {
        let Some(resolver) = &routes.resolver else { return };
        while revoked.borrow().is_none() {
            tokio::select! {
                () = tokio::time::sleep(ASK_AGAIN) => {}
                () = revoked.closed() => return,
            }
            revoked.send_replace(resolver(parts.clone(), state.clone()).await.revokes(&known));
        }
    });
    receiver
}

fn translated(socket: WebSocket) -> impl Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> {
    socket.map(|received| received.map(from_axum)).with(|message| future::ready(to_axum(message)))
}

fn from_axum(message: AxumMessage) -> Message {
    match message {
        AxumMessage::Text(_) => Message::Text(message.into_data()),
        AxumMessage::Binary(bytes) => Message::Binary(bytes),
        // tungstenite answers pings by itself.
        AxumMessage::Ping(bytes) | AxumMessage::Pong(bytes) => Message::Pong(bytes),
        AxumMessage::Close(frame) => Message::Close(frame.map_or(1005, |frame| frame.code), ""),
    }
}

fn to_axum(message: Message) -> Result<AxumMessage, axum::Error> {
    Ok(match message {
        Message::Text(bytes) => AxumMessage::Text(Utf8Bytes::try_from(bytes).map_err(axum::Error::new)?),
        Message::Binary(bytes) => AxumMessage::Binary(bytes),
        Message::Ping(bytes) => AxumMessage::Ping(bytes),
        Message::Pong(bytes) => AxumMessage::Pong(bytes),
        Message::Close(code, reason) => AxumMessage::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) })),
    })
}
