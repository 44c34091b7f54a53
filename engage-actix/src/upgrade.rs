//! The WebSocket in actix's terms.

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{AggregatedMessage, CloseCode, CloseReason, Closed, Session};
use engage_core::Identity;
use engage_http::socket::{self, FRAME_BYTES, Joined, Message};
use engage_http::wire::ByeCode;
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
    let (response, session, messages) = match actix_ws::handle(request, payload) {
        Ok(accepted) => accepted,
        Err(error) => return error.error_response(),
    };
    if let Identified::Known(known) = identity {
        connection = connection.revoked(watched(routes, *known, request.clone()));
    }
    let messages = messages.max_frame_size(4 * FRAME_BYTES).aggregate_continuations();
    let incoming = messages.max_continuation_size(4 * FRAME_BYTES).map(|received| received.map(from_actix));
    let outgoing = Box::pin(sink::unfold(Some(session), send));
    actix_web::rt::spawn(socket::drive(connection, Joined { incoming, outgoing }));
    response
}

fn watched(routes: &Routes, known: Identity, request: HttpRequest) -> watch::Receiver<Option<ByeCode>> {
    let (revoked, receiver) = watch::channel(None);
    if let Some(resolver) = routes.resolver.clone() {
        actix_web::rt::spawn(watch_identity(known, revoked, move || resolver(request.clone())));
    }
    receiver
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
