//! What every answer carries, and conditional requests.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use sha2::{Digest, Sha256};

use crate::body::{self, Body};

/// For pages of engage: own scripts, styles and connections, nothing inline, never in a frame.
pub(crate) const PAGE_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
     font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types engage";

/// For everything else, should a browser ever take it for a page.
const DATA_CSP: &str = "default-src 'none'; frame-ancestors 'none'";

/// Bodies up to this size get an `ETag`.
const ETAG_BYTES: u64 = 1024 * 1024;

/// Adds the headers that no answer goes without, where a handler has not set its own.
pub(crate) fn finish(response: &mut Response<Body>, request_id: &str) {
    let is_event_stream = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-request-id", id);
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, DATA_CSP),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_event_stream {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    }
}

/// Gives a 200 of known size an `ETag`, and answers 304 when the client has it already (RFC 9110, 13.1.2).
pub(crate) async fn conditional(response: Response<Body>, if_none_match: Option<&HeaderValue>) -> Response<Body> {
    let size = response.body().size_hint().exact().unwrap_or(u64::MAX);
    if response.status() != StatusCode::OK || size > ETAG_BYTES || size == 0 {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(collected) = body.collect().await else { return Response::from_parts(parts, body::empty()) };
    let bytes = collected.to_bytes();
    let tag = parts.headers.get(header::ETAG).cloned().or_else(|| {
        let digest = Sha256::digest(&bytes);
        HeaderValue::from_str(&format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest[..16]))).ok()
    });
    let Some(tag) = tag else { return Response::from_parts(parts, body::full(bytes)) };
    let known = knows(if_none_match, tag.as_bytes());
    parts.headers.insert(header::ETAG, tag);
    if known {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_ENCODING);
        return Response::from_parts(parts, body::empty());
    }
    Response::from_parts(parts, body::full(bytes))
}

/// Whether a client says that it has what `tag` stands for.
pub(crate) fn knows(if_none_match: Option<&HeaderValue>, tag: &[u8]) -> bool {
    let mut known = if_none_match.and_then(|value| value.to_str().ok()).into_iter().flat_map(|value| value.split(','));
    known.any(|one| {
        let one = one.trim().trim_start_matches("W/");
        one == "*" || one.as_bytes() == tag
    })
}
