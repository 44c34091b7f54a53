//! The WebSocket in axum's terms.

use std::sync::Arc;

use axum::extract::FromRequestParts as _;
use axum::extract::ws::{CloseFrame, Message as AxumMessage, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::{IntoResponse as _, Response};
use engage_core::Identity;
use engage_http::socket::{self, FRAME_BYTES, Message};
use engage_http::wire::ByeCode;
use engage_http::{Identified, Info, watch_identity};
use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _, future};
use http::request::Parts;
use tokio::sync::watch;

use crate::Routes;

/// What a socket reads into. The library's own 128 KiB would be most of what an idle connection costs.
const READ_BUFFER: usize = 4 * 1024;
/// What may wait to be written before the reader counts as slow.
const WRITE_BUFFER: usize = 1024 * 1024;

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
        connection = connection.revoked(watched(routes, *known, parts, state));
    }
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(READ_BUFFER)
        .max_write_buffer_size(WRITE_BUFFER)
        .max_message_size(4 * FRAME_BYTES)
        .max_frame_size(4 * FRAME_BYTES)
        .on_upgrade(|socket| socket::drive(connection, translated(socket)))
}

fn watched<S: Clone + Send + Sync + 'static>(
    routes: &Routes<S>,
    known: Identity,
    parts: Parts,
    state: S,
) -> watch::Receiver<Option<ByeCode>> {
    let (revoked, receiver) = watch::channel(None);
    if let Some(resolver) = routes.resolver.clone() {
        tokio::spawn(watch_identity(known, revoked, move || resolver(parts.clone(), state.clone())));
    }
    receiver
}

fn translated(
    socket: WebSocket,
) -> impl Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> {
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
        Message::Close(code, reason) => {
            AxumMessage::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }))
        }
    })
}
