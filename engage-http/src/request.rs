//! What a handler is given, and how it reads it.

use std::collections::HashMap;
use std::fmt::Display;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use engage_core::chat::Sight;
use engage_core::secret::SecretToken;
use engage_core::sessions::Visitor;
use engage_core::{Actor, Audience, Engage, Error, ErrorKind, Identity, Result, Staff};
use http::request::Parts;
use http::{Response, StatusCode, header};
use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::watch;

use crate::body::{self, Body};
use crate::cookies::SessionCookie;
use crate::patience::Patience;
use crate::pointer::{escaped, pointer};
use crate::problem::malformed;
use crate::query::Query;
use crate::routes::{Route, SOCKET};
use crate::wire::ByeCode;

/// How often the host is asked again who holds an open socket.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// A request on its way through a handler.
#[derive(Debug)]
pub(crate) struct Cx {
    pub(crate) engage: Engage,
    pub(crate) route: Arc<Route>,
    pub(crate) parts: Parts,
    pub(crate) params: HashMap<&'static str, String>,
    /// Behind a lock only so that a `&Cx` may cross an await.
    pub(crate) body: Mutex<Body>,
    pub(crate) body_cap: usize,
    pub(crate) patience: Patience,
    pub(crate) caller: Caller,
    /// Where this side is mounted, without a slash at the end; empty at the root.
    pub(crate) base: String,
    pub(crate) cookie: SessionCookie,
    pub(crate) token: Option<SecretToken>,
    /// Where it comes from, for limits.
    pub(crate) address: Option<IpAddr>,
}

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// Nobody that is known.
    Nobody,
    /// A visitor.
    Visitor(Box<Visitor>),
    /// An agent or admin.
    Staff(Staff),
}

/// What the host says of who is there.
#[derive(Debug, Clone)]
pub enum Identified {
    /// The host has not said how to know people: the admin side is closed.
    NoResolver,
    /// Nobody is signed in.
    Nobody,
    /// Somebody is.
    Known(Box<Identity>),
    /// The host could not tell: answered with 503, never taken for nobody.
    Failed,
}

/// Whether a request, whose path has the mount taken off, asks for the WebSocket. Elsewhere `Upgrade` means nothing, as
/// RFC 9110 allows: what guards the socket guards its path.
pub fn is_upgrade(parts: &Parts) -> bool {
    let asks = |upgrade: &http::HeaderValue| upgrade.as_bytes().eq_ignore_ascii_case(b"websocket");
    parts.method == http::Method::GET
        && parts.uri.path() == SOCKET
        && parts.headers.get(header::UPGRADE).is_some_and(asks)
}

impl Identified {
    /// What the host's own function has answered.
    pub fn told<E: Display>(answer: Result<Option<Identity>, E>) -> Self {
        match answer {
            Ok(Some(identity)) => Self::Known(Box::new(identity)),
            Ok(None) => Self::Nobody,
            Err(error) => {
                tracing::warn!(target: "engage::http", %error, "the host could not tell who is there");
                Self::Failed
            }
        }
    }

    /// An extractor of the host has refused with a status.
    pub fn refused(status: u16) -> Self {
        if status >= 500 { Self::Failed } else { Self::Nobody }
    }

    /// Asked again: why somebody who was let in as `before` must go, if they must.
    fn revokes(&self, before: &Identity) -> Option<ByeCode> {
        match self {
            // When the host cannot tell, what it said last stands.
            Self::Failed => None,
            Self::Known(now) if now.id != before.id => Some(ByeCode::Unauthenticated),
            Self::Known(now) if now.role < before.role => Some(ByeCode::Forbidden),
            // Other rights: back in with those.
            Self::Known(now) if now.role != before.role || now.teams != before.teams => Some(ByeCode::Unauthenticated),
            Self::Known(_) => None,
            Self::Nobody | Self::NoResolver => Some(ByeCode::Unauthenticated),
        }
    }
}

/// Asks the host again every 5 s whether `known` is still who was let in, and tells `revoked` when not. Ends with the
/// connection.
pub async fn watch_identity<F: Future<Output = Identified>>(
    known: Identity,
    revoked: watch::Sender<Option<ByeCode>>,
    ask: impl Fn() -> F,
) {
    while revoked.borrow().is_none() {
        tokio::select! {
            () = tokio::time::sleep(ASK_AGAIN) => {}
            () = revoked.closed() => return,
        }
        revoked.send_replace(ask().await.revokes(&known));
    }
}

impl Caller {
    /// The same person always has the same key; for rate limits and idempotency.
    pub(crate) fn key(&self) -> Option<String> {
        match self {
            Self::Nobody => None,
            Self::Visitor(visitor) => Some(format!("visitor:{}", visitor.contact.id)),
            Self::Staff(staff) => Some(format!("staff:{}", staff.agent.id)),
        }
    }

    pub(crate) fn actor(&self) -> Result<Actor> {
        match self {
            Self::Nobody => Err(Error::new(ErrorKind::Unauthenticated, "there is no session")),
            Self::Visitor(visitor) => Ok(Actor::Visitor(visitor.contact.id)),
            Self::Staff(staff) => Ok(Actor::Staff(staff.clone())),
        }
    }
}

impl Cx {
    /// Who acts.
    pub(crate) fn actor(&self) -> Result<Actor> {
        self.caller.actor()
    }

    /// Who looks.
    pub(crate) fn sight(&self) -> Result<Sight> {
        Ok((&self.actor()?).into())
    }

    /// The numbering that the caller follows.
    pub(crate) fn audience(&self) -> Result<Audience> {
        Ok(self.actor()?.audience())
    }

    /// The visitor who calls.
    pub(crate) fn visitor(&self) -> Result<&Visitor> {
        match &self.caller {
            Caller::Visitor(visitor) => Ok(visitor),
            _ => Err(Error::new(ErrorKind::Unauthenticated, "there is no session")),
        }
    }

    /// The member of staff who calls.
    pub(crate) fn staff(&self) -> Result<&Staff> {
        match &self.caller {
            Caller::Staff(staff) => Ok(staff),
            _ => Err(Error::new(ErrorKind::Forbidden, "only staff may do this")),
        }
    }

    /// A path parameter. One that is no id names nothing.
    pub(crate) fn param<T: FromStr>(&self, name: &str) -> Result<T> {
        let text = self.params.get(name).map_or("", String::as_str);
        text.parse().map_err(|_| Error::not_found("what the path names"))
    }

    /// The query, as the route declares it.
    pub(crate) fn query(&self) -> Result<Query<'_>> {
        Query::read(&self.route.query, self.parts.uri.query().unwrap_or_default())
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// 415 for another media type, 413 over the cap, 400 for what is not JSON, 422 with the field for what does not fit.
    pub(crate) async fn json<T: DeserializeOwned>(&self) -> Result<T> {
        let bytes = self.bytes().await?;
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let field = pointer(error.path(), without_place(&error.inner().to_string()));
            let inner = error.into_inner();
            // Of some JSON that does not fit an enum, serde_json says that it is none.
            if !inner.is_data() && serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_err() {
                return malformed(plain(&inner));
            }
            let detail = plain(&inner);
            Error::invalid(&field, "wrong_type", detail)
        })?;
        reader.end().map_err(|_| malformed("something follows the JSON"))?;
        // serde would take the members of an object in their order too.
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err(Error::invalid("", "wrong_type", "an object is expected"));
        }
        refuse_nul(&bytes)?;
        Ok(value)
    }

    /// The body of a form that a browser has sent by itself.
    pub(crate) async fn form(&self) -> Result<bytes::Bytes> {
        self.raw("application/x-www-form-urlencoded").await
    }

    /// The raw body of a request with a mail.
    pub(crate) async fn mail(&self) -> Result<bytes::Bytes> {
        self.raw("message/rfc822").await
    }

    /// The raw body of a request with JSON.
    pub(crate) async fn bytes(&self) -> Result<bytes::Bytes> {
        self.raw("application/json").await
    }

    /// Some of a file's bytes.
    pub(crate) async fn part(&self) -> Result<bytes::Bytes> {
        self.raw("application/offset+octet-stream").await
    }

    async fn raw(&self, media_type: &str) -> Result<bytes::Bytes> {
        let fits = |value: &http::HeaderValue| is_utf8(value.as_bytes(), media_type);
        if !self.parts.headers.get(header::CONTENT_TYPE).is_some_and(fits) {
            return Err(Error::new(ErrorKind::Invalid, format!("the body must be {media_type} in UTF-8"))
                .with_code("unsupported_media_type"));
        }
        let too_large = || {
            Error::new(ErrorKind::Invalid, format!("the body has more than {} bytes", self.body_cap))
                .with_code("too_large")
        };
        let declared =
            self.parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        if declared.is_some_and(|length: u64| length > self.body_cap as u64) {
            return Err(too_large());
        }
        let taken = std::mem::replace(&mut *self.body.lock(), body::empty());
        let reading = tokio::time::timeout(Duration::from_secs(15), body::collect(taken, self.body_cap));
        let read = self.patience.apart(reading).await;
        match read {
            Ok(Ok(read)) => read.ok_or_else(too_large),
            Ok(Err(_)) => Err(malformed("the body broke off")),
            Err(_) => Err(malformed("the body took too long")),
        }
    }
}

/// 200 with JSON.
pub(crate) fn ok(value: &impl Serialize) -> Result<Response<Body>> {
    json(StatusCode::OK, value)
}

/// 201 with JSON, or 200 for a replay.
pub(crate) fn created(replayed: bool, value: &impl Serialize) -> Result<Response<Body>> {
    json(if replayed { StatusCode::OK } else { StatusCode::CREATED }, value)
}

/// 204.
pub(crate) fn no_content() -> Response<Body> {
    let mut response = Response::new(body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

fn json(status: StatusCode, value: &impl Serialize) -> Result<Response<Body>> {
    let mut response = Response::new(body::full(serde_json::to_vec(value)?));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    Ok(response)
}

fn is_utf8(value: &[u8], media_type: &str) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let mut parts = text.split(';').map(str::trim);
    parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case(media_type))
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
                value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
}

/// What serde says, without the place, which means nothing to people.
fn plain(error: &serde_json::Error) -> String {
    without_place(&error.to_string()).chars().take(300).collect()
}

fn without_place(said: &str) -> &str {
    said.rsplit_once(" at line ").map_or(said, |(text, _)| text)
}

/// U+0000 has no place in a text; Postgres refuses it.
fn refuse_nul(bytes: &[u8]) -> Result<()> {
    if !bytes.windows(6).any(|window| window == b"\\u0000") {
        return Ok(());
    }
    let value: Value = serde_json::from_slice(bytes)?;
    match find_nul(&value) {
        Some(field) => Err(Error::invalid(&field, "control_character", "the text holds U+0000")),
        None => Ok(()),
    }
}

fn find_nul(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| find_nul(item).map(|rest| format!("/{index}{rest}")))
        }
        Value::Object(members) => members.iter().find_map(|(key, item)| {
            if key.contains('\0') {
                Some(String::new())
            } else {
                find_nul(item).map(|rest| format!("/{}{rest}", escaped(key)))
            }
        }),
        _ => None,
    }
}
