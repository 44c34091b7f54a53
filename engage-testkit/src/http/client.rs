//! An HTTP client that checks every answer for what no answer may lack.

use std::future::{Future, IntoFuture};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use serde_json::Value;
use tokio::net::TcpStream;

use super::Faults;

/// How long any exchange may take. A hang is a failure; slowness is not.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody who talks to one mount. Cheap to clone: clones share cookies and what they have seen.
#[derive(Debug, Clone)]
pub struct Client {
    address: SocketAddr,
    base: String,
    headers: HeaderMap,
    cookie: Arc<Mutex<Option<String>>>,
    seen: Seen,
}

/// Every byte that somebody was sent: heads, bodies and frames.
#[derive(Debug, Clone, Default)]
pub struct Seen(Arc<Mutex<Vec<Bytes>>>);

/// A request to be sent, by `.await`.
#[must_use]
#[derive(Debug)]
pub struct Request {
    client: Client,
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Bytes,
    may_fail: bool,
    is_foreign: bool,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked, for messages.
    pub asked: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Client {
    /// A client of what is mounted at `base`, a path without a slash at its end.
    pub fn new(address: SocketAddr, base: &str) -> Self {
        Self {
            address,
            base: base.to_owned(),
            headers: HeaderMap::new(),
            cookie: Arc::default(),
            seen: Seen::default(),
        }
    }

    /// The same, with a header on every request. Shares the cookies.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().expect("a header value"));
        self
    }

    /// The cookie that it has got, as `name=value`.
    pub fn cookie(&self) -> Option<String> {
        self.cookie.lock().clone()
    }

    /// Has that cookie from now on.
    pub fn set_cookie(&self, cookie: Option<String>) {
        *self.cookie.lock() = cookie;
    }

    /// Another device of somebody, with no cookies, on the same mount.
    #[must_use]
    pub fn elsewhere(&self) -> Self {
        Self { cookie: Arc::default(), seen: Seen::default(), ..self.clone() }
    }

    /// What it was sent.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the mount is.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A request to a path under the mount.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request {
            client: self.clone(),
            method: method.parse().expect("a method"),
            target: format!("{}{path}", self.base),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            may_fail: false,
            is_foreign: false,
        }
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Request {
        self.request("GET", path)
    }

    /// `POST` with JSON.
    pub fn post(&self, path: &str, body: Value) -> Request {
        self.request("POST", path).json(body)
    }

    /// `PUT` with JSON.
    pub fn put(&self, path: &str, body: Value) -> Request {
        self.request("PUT", path).json(body)
    }

    /// `PATCH` with JSON.
    pub fn patch(&self, path: &str, body: Value) -> Request {
        self.request("PATCH", path).json(body)
    }

    /// `DELETE`.
    pub fn delete(&self, path: &str) -> Request {
        self.request("DELETE", path)
    }
}

impl Request {
    /// With a header, in place of the client's own.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().expect("a header value"));
        self
    }

    /// With JSON.
    #[expect(clippy::needless_pass_by_value, reason = "bodies are written in place")]
    pub fn json(self, body: Value) -> Self {
        self.header("content-type", "application/json").body(serde_json::to_vec(&body).expect("JSON"))
    }

    /// With any body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// A fault of the server is what the rule is about.
    pub fn may_fail(mut self) -> Self {
        self.may_fail = true;
        self
    }

    /// Answered by the host, not by engage.
    pub fn of_the_host(mut self) -> Self {
        self.is_foreign = true;
        self
    }

    /// Sends it and gives the answer before its body has come.
    pub async fn open(self) -> (String, http::Response<Incoming>) {
        let asked = format!("{} {}", self.method, self.target);
        let opening = self.open_it();
        let answer = tokio::time::timeout(PATIENCE, opening).await;
        (asked.clone(), answer.unwrap_or_else(|_| panic!("{asked} was not answered within {PATIENCE:?}")))
    }

    async fn open_it(self) -> http::Response<Incoming> {
        let Self { client, method, target, headers, body, .. } = self;
        let mut request = http::Request::builder().method(method).uri(&target);
        let all = request.headers_mut().unwrap_or_else(|| panic!("{target} is no target"));
        all.insert(header::HOST, client.address.to_string().parse().expect("a host"));
        all.extend(client.headers.clone());
        if let Some(cookie) = client.cookie() {
            all.insert(header::COOKIE, cookie.parse().expect("a cookie"));
        }
        for (name, value) in &headers {
            all.insert(name.clone(), value.clone());
        }
        let stream = TcpStream::connect(client.address).await.expect("the server listens");
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("a connection");
        tokio::spawn(connection.with_upgrades());
        let request = request.body(Full::new(body)).expect("a request");
        let response =
            sender.send_request(request).await.unwrap_or_else(|error| panic!("{target} was not answered: {error}"));
        client.note(&response);
        response
    }

    pub(super) fn seen(&self) -> &Seen {
        &self.client.seen
    }

    async fn send(self) -> Answer {
        let (client, method) = (self.client.clone(), self.method.clone());
        let (may_fail, is_foreign) = (self.may_fail, self.is_foreign);
        let (asked, response) = self.open().await;
        let answer = Answer::of(asked, response, &client.seen).await;
        if !is_foreign {
            answer.check(&method, may_fail);
        }
        answer
    }
}

impl IntoFuture for Request {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl Client {
    /// Keeps cookies as a browser does, and notes what was seen.
    fn note(&self, response: &http::Response<Incoming>) {
        for (name, value) in response.headers() {
            self.seen.add(Bytes::copy_from_slice(name.as_str().as_bytes()));
            self.seen.add(Bytes::copy_from_slice(value.as_bytes()));
        }
        if let Some(set) = response.headers().get(header::SET_COOKIE).and_then(|set| set.to_str().ok()) {
            let cookie = set.split(';').next().unwrap_or_default();
            *self.cookie.lock() = (!set.contains("Max-Age=0")).then(|| cookie.to_owned());
        }
    }
}

impl Answer {
    async fn of(asked: String, response: http::Response<Incoming>, seen: &Seen) -> Self {
        let (head, body) = response.into_parts();
        let collected = tokio::time::timeout(PATIENCE, body.collect()).await;
        let body = collected.unwrap_or_else(|_| panic!("{asked}: the body did not end within {PATIENCE:?}"));
        let body = body.unwrap_or_else(|error| panic!("{asked}: the body broke off: {error}")).to_bytes();
        seen.add(body.clone());
        Self { asked, status: head.status.as_u16(), headers: head.headers, body }
    }

    pub(super) async fn checked(asked: String, response: http::Response<Incoming>, seen: &Seen) -> Self {
        let answer = Self::of(asked, response, seen).await;
        answer.check(&Method::GET, false);
        answer
    }

    /// The head of an answer whose body has no end, checked as any other.
    pub(super) fn check_head(asked: String, response: &http::Response<Incoming>) {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { asked, status, headers, body: Bytes::new() }.check(&Method::GET, false);
    }

    /// The status is this; gives the body as JSON, null when there is none.
    pub fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self}");
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// It is refused with this status and code; gives the problem document.
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let problem = self.is(status);
        assert_eq!(problem["code"], code, "{self}");
        problem
    }

    /// It is refused with 422 for a field, by its JSON pointer, or for something in it.
    pub fn invalid(&self, field: &str) {
        let problem = self.refused(422, "invalid");
        let is_named = |error: &Value| {
            let below = error["field"].as_str().and_then(|named| named.strip_prefix(field));
            below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
        };
        let named = problem["errors"].as_array().is_some_and(|errors| errors.iter().any(is_named));
        assert!(named, "{self}: {field} is not named");
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{self}: no JSON: {error}"))
    }

    /// A header that must be there.
    pub fn header(&self, name: &str) -> &str {
        self.try_header(name).unwrap_or_else(|| panic!("{self}: no {name}"))
    }

    /// A header.
    pub fn try_header(&self, name: &str) -> Option<&str> {
        let name: HeaderName = name.parse().expect("a header name");
        self.headers.get(name).map(|value: &HeaderValue| value.to_str().expect("text"))
    }

    /// What no answer may lack.
    fn check(&self, method: &Method, may_fail: bool) {
        assert!(self.status < 500 || may_fail, "{self}: a fault of the server");
        let id = self.header("x-request-id");
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{self}: {id:?} is no request id");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{self}");
        for (name, wanted) in [
            ("content-security-policy", "default-src 'none'"),
            ("content-security-policy", "frame-ancestors 'none'"),
            ("referrer-policy", ""),
            ("cache-control", ""),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert!(self.header(name).contains(wanted), "{self}: {name} is {:?}", self.header(name));
        }
        let is_file = ["/content", "/loader.js", "/assets/"].iter().any(|part| self.asked.contains(part));
        // Pages of the help centre are asked for again each time, with what is known of them.
        let is_page = self.asked.contains("/help") && !self.asked.contains("/v1/");
        let cached = self.header("cache-control");
        let is_asked_again = is_page && (cached == "private, no-cache" || self.asked.contains("/sitemap.xml"));
        assert!(is_file || is_asked_again || cached.contains("no-store"), "{self}: it may be kept");
        for loud in ["server", "x-powered-by", "access-control-allow-origin"] {
            assert!(!self.headers.contains_key(loud), "{self}: {loud} is told");
        }
        // Pages of forms and of the help centre say themselves what is wrong.
        let says_itself = (is_page || self.asked.contains("/forms/"))
            && self.try_header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        if self.status >= 400 && !says_itself {
            self.check_problem(method);
        }
    }

    fn check_problem(&self, method: &Method) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self}");
        assert_eq!(self.header("cache-control"), "no-store", "{self}");
        match self.status {
            401 => assert!(self.headers.contains_key("www-authenticate"), "{self}: no challenge"),
            405 => assert!(self.headers.contains_key("allow"), "{self}: nothing is allowed"),
            429 | 503 => assert!(self.header("retry-after").parse::<u32>().is_ok_and(|wait| wait > 0), "{self}"),
            _ => {}
        }
        if method == Method::HEAD {
            return assert!(self.body.is_empty(), "{self}");
        }
        let problem = self.json();
        assert_eq!(problem["type"], "about:blank", "{self}");
        assert_eq!(problem["status"], self.status, "{self}");
        let reason = StatusCode::from_u16(self.status).ok().and_then(|status| status.canonical_reason());
        assert_eq!(problem["title"].as_str(), reason, "{self}");
        assert!(problem["code"].as_str().is_some_and(|code| !code.is_empty()), "{self}: no code");
        assert_eq!(problem["request_id"], self.header("x-request-id"), "{self}");
        for error in problem["errors"].as_array().into_iter().flatten() {
            assert!(error["field"].as_str().is_some_and(|field| field.is_empty() || field.starts_with('/')), "{self}");
            assert!(error["code"].is_string() && error["detail"].is_string(), "{self}");
        }
        let text = String::from_utf8_lossy(&self.body);
        for inside in [Faults::SECRET, "sqlx", "SQLITE", "panicked", ".rs:", "engage_core", "no such table"] {
            assert!(!text.contains(inside), "{self}: {inside} is told");
        }
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body = String::from_utf8_lossy(&self.body[..self.body.len().min(600)]);
        write!(f, "{} -> {} {body}", self.asked, self.status)
    }
}

impl Seen {
    pub(super) fn add(&self, bytes: Bytes) {
        self.0.lock().push(bytes);
    }

    /// Where `needle` was seen, if it was.
    pub fn find(&self, needle: &str) -> Option<String> {
        let all = self.0.lock();
        let found = all.iter().map(|bytes| String::from_utf8_lossy(bytes)).find(|text| text.contains(needle));
        found.map(std::borrow::Cow::into_owned)
    }
}
