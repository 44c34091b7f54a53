//! The WebSocket in actix's terms.

use actix_web::{FromRequest as _, HttpRequest, HttpResponse, dev, web};
use actix_ws::{AggregatedMessage, CloseCode, CloseReason, Closed, Session};
use engage_http::socket::{self, FRAME_BYTES, Joined, Message, Unread};
use engage_http::{Identified, Info, watch_identity};
use futures_util::{StreamExt as _, sink};
use http::request::Parts;
use tokio::sync::watch;

use crate::{Routes, translate};

pub(crate) async fn accept(
    routes: &Routes,
    parts: &Parts,
    info: Info,
    request: &HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let identity = info.identity.clone();
    let mut connection = match routes.api.accept(parts, info).await {
        Ok(connection) => connection,
        Err(refused) => return translate::response(*refused),
    };
    let unread = Unread::default();
    let mut bytes: dev::Payload = dev::Payload::Stream { payload: Box::pin(unread.bound(payload)) };
    let payload = web::Payload::from_request(request, &mut bytes).await;
    let (response, session, messages) = match payload.and_then(|payload| actix_ws::handle(request, payload)) {
        Ok(accepted) => accepted,
        Err(error) => return error.error_response(),
    };
    if let (Identified::Known(known), Some(ask)) = (identity, routes.resolver.clone()) {
        let ((revoked, told), request) = (watch::channel(None), request.clone());
        connection = connection.revoked(told);
        actix_web::rt::spawn(watch_identity(*known, revoked, move || ask(request.clone())));
    }
    let messages = messages.max_frame_size(4 * FRAME_BYTES).aggregate_continuations();
    let incoming = messages.max_continuation_size(4 * FRAME_BYTES).map(move |received| {
        unread.clear();
        received.map(from_actix)
    });
    let outgoing = Box::pin(sink::unfold(Some(session), send));
    actix_web::rt::spawn(socket::drive(connection, Joined { incoming, outgoing }));
    response
}

/// Gives the session back, unless it is over.
async fn send(session: Option<Session>, message: Message) -> Result<Option<Session>, Closed> {
    let mut session = session.ok_or(Closed)?;
    match message {
        // Outgoing text is UTF-8: it comes from our own encoder.
        Message::Text(bytes) => session.text(bytestring::ByteString::try_from(bytes).map_err(|_| Closed)?).await?,
        Message::Binary(bytes) => session.binary(bytes).await?,
        Message::Ping(bytes) => session.ping(&bytes).await?,
        Message::Pong(bytes) => session.pong(&bytes).await?,
        Message::Close(code, reason) => {
            let reason = CloseReason { code: CloseCode::from(code), description: Some(reason.to_owned()) };
            session.close(Some(reason)).await?;
            return Ok(None);
        }
    }
    Ok(Some(session))
}

fn from_actix(message: AggregatedMessage) -> Message {
    match message {
        AggregatedMessage::Text(text) => Message::Text(text.into_bytes()),
        AggregatedMessage::Binary(bytes) => Message::Binary(bytes),
        AggregatedMessage::Ping(bytes) => Message::Ping(bytes),
        AggregatedMessage::Pong(bytes) => Message::Pong(bytes),
        AggregatedMessage::Close(reason) => Message::Close(reason.map_or(1005, |reason| reason.code.into()), ""),
    }
}
