//! Between actix's types, which are of `http` 0.2, and those of `http` 1.
use actix_web::body::{BodyStream, SizedStream};
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use engage_http::{Body, body};
use futures_util::{StreamExt as _, stream};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, header};
use http_body_util::BodyExt as _;
use tokio::sync::mpsc;

/// How many pieces of a body wait between the worker and the handler.
const PIECES: usize = 8;

/// Method and headers; `None` when `http` 1 does not take them.
pub(crate) fn parts(request: &HttpRequest) -> Option<Parts> {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.method = Method::from_bytes(request.method().as_str().as_bytes()).ok()?;
    for (name, value) in request.headers() {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
        parts.headers.append(name, HeaderValue::from_bytes(value.as_bytes()).ok()?);
    }
    Some(parts)
}

/// The body, pumped out of the worker's thread, which it cannot leave by itself.
pub(crate) fn request_body(parts: &Parts, mut payload: web::Payload) -> Body {
    let length = parts.headers.get(header::CONTENT_LENGTH);
    if length.is_none_or(|length| length == "0") && !parts.headers.contains_key(header::TRANSFER_ENCODING) {
        return body::empty();
    }
    let (pieces, received) = mpsc::channel::<Result<Bytes, String>>(PIECES);
    actix_web::rt::spawn(async move {
        while let Some(piece) = payload.next().await {
            if pieces.send(piece.map_err(|error| error.to_string())).await.is_err() {
                return;
            }
        }
    });
    body::stream(stream::unfold(received, async |mut received| received.recv().await.map(|piece| (piece, received))))
}

/// The answer.
pub(crate) fn response(response: http::Response<Body>) -> HttpResponse {
    let (parts, body) = response.into_parts();
    let status = actix_web::http::StatusCode::from_u16(parts.status.as_u16());
    let mut answer = HttpResponse::build(status.unwrap_or(actix_web::http::StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in &parts.headers {
        answer.append_header((name.as_str(), value.as_bytes()));
    }
    match http_body::Body::size_hint(&body).exact() {
        Some(size) => answer.body(SizedStream::new(size, body.into_data_stream())),
        None => answer.body(BodyStream::new(body.into_data_stream())),
    }
}
