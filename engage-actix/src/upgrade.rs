//! The WebSocket in actix's terms.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Closed, ProtocolError, Session};
use engage_core::Identity;
use engage_http::socket::{self, FRAME_BYTES, Message};
use engage_http::wire::ByeCode;
use engage_http::{Identified, Info};
use futures_util::future::LocalBoxFuture;
use futures_util::{Sink, Stream};
use http::header;
use http::request::Parts;
use tokio::sync::watch;

use crate::{Routes, translate};

/// How often it is asked again who is there.
const ASK_AGAIN: Duration = Duration::from_secs(5);

pub(crate) fn is_upgrade(parts: &Parts) -> bool {
    parts.headers.get(header::UPGRADE).is_some_and(|upgrade| upgrade.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

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
        Err(refused) => return translate::response(*refused).await,
    };
    let (response, session, messages) = match actix_ws::handle(request, payload) {
        Ok(accepted) => accepted,
        Err(error) => return error.error_response(),
    };
    if let Identified::Known(known) = identity {
        connection = connection.revoked(watch_identity(routes, *known, request.clone()));
    }
    let messages = messages.max_frame_size(FRAME_BYTES + 1).aggregate_continuations().max_continuation_size(FRAME_BYTES + 1);
    let socket = Socket { messages, session: Some(session), sending: None };
    actix_web::rt::spawn(socket::drive(connection, socket));
    response
}

/// Asks the host again and again whether it is still the same person, and says so when it is not.
fn watch_identity(routes: &Routes, known: Identity, request: HttpRequest) -> watch::Receiver<Option<ByeCode>> {
    let (revoked, receiver) = watch::channel(None);
    let routes = routes.clone();
    actix_web::rt::spawn(async move {
        let Some(resolver) = &routes.resolver else { return };
        while revoked.borrow().is_none() {
            tokio::select! {
                () = tokio::time::sleep(ASK_AGAIN) => {}
                () = revoked.closed() => return,
            }
            revoked.send_replace(resolver(request.clone()).await.revokes(&known));
        }
    });
    receiver
}

/// Both halves of actix's socket as one stream and sink. Its session takes one message at a time.
struct Socket {
    messages: AggregatedMessageStream,
    /// Taken while a message is on its way; gone after the close.
    session: Option<Session>,
    sending: Option<LocalBoxFuture<'static, Result<Option<Session>, Closed>>>,
}

impl Stream for Socket {
    type Item = Result<Message, ProtocolError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.messages).poll_next(cx).map(|received| received.map(|received| received.map(from_actix)))
    }
}

impl Sink<Message> for Socket {
    type Error = Closed;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Closed>> {
        let Some(sending) = &mut self.sending else {
            return Poll::Ready(if self.session.is_some() { Ok(()) } else { Err(Closed) });
        };
        let sent = std::task::ready!(sending.as_mut().poll(cx));
        self.sending = None;
        self.session = sent?;
        Poll::Ready(Ok(()))
    }

    fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), Closed> {
        let session = self.session.take().ok_or(Closed)?;
        self.sending = Some(Box::pin(send(session, message)));
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Closed>> {
        if self.sending.is_none() { Poll::Ready(Ok(())) } else { self.poll_ready(cx) }
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Closed>> {
        self.poll_flush(cx)
    }
}

/// Gives the session back, unless it is over.
async fn send(mut session: Session, message: Message) -> Result<Option<Session>, Closed> {
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

