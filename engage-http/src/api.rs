//! The way of a request: route, limits, origin, identity, permission, handler, answer.

use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine as _;
use engage_core::idempotency::{Begun, IdempotentRequest};
use engage_core::{Engage, Error, ErrorKind, Result};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use sha2::{Digest, Sha256};

use crate::body::{self, Body};
use crate::cookies::SessionCookie;
use crate::limits::{Limits, Who};
use crate::origin;
use crate::patience::Patience;
use crate::problem;
use crate::request::{Caller, Cx, Identified};
use crate::routes::{Access, Route, Side, routes};
use crate::security;
use crate::socket::{Connection, Rules};

/// One side of engage, ready to be mounted. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Api(Arc<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    engage: Engage,
    side: Side,
    paths: Vec<Path>,
    matcher: matchit::Router<usize>,
    limits: Limits,
    cookie: SessionCookie,
}

/// A path and what can be done there.
#[derive(Debug, Clone)]
struct Path {
    template: &'static str,
    routes: Vec<Arc<Route>>,
}

/// What an adapter knows of a request besides the request.
#[derive(Debug, Clone)]
pub struct Info {
    /// The address of the peer.
    pub peer: Option<IpAddr>,
    /// Where this side is mounted, without a slash at the end; empty at the root.
    pub base: String,
    /// Who the host says is there.
    pub identity: Identified,
}

/// A route that was found, with what its path holds.
struct Found {
    route: Arc<Route>,
    params: std::collections::HashMap<&'static str, String>,
}

impl Api {
    /// A side of `engage`.
    pub fn new(engage: Engage, side: Side) -> Self {
        let mut paths: Vec<Path> = Vec::new();
        for route in routes().into_iter().filter(|route| route.is_on(side)).map(Arc::new) {
            match paths.iter_mut().find(|path| path.template == route.path) {
                Some(path) => path.routes.push(route),
                None => paths.push(Path { template: route.path, routes: vec![route] }),
            }
        }
        let mut matcher = matchit::Router::new();
        for (index, path) in paths.iter().enumerate() {
            if let Err(error) = matcher.insert(path.template, index) {
                tracing::error!(target: "engage::http", path = path.template, %error, "a path of the route table clashes");
            }
        }
        let cookie = SessionCookie::new(engage.public_url());
        let limits = Limits::new(&engage);
        Self(Arc::new(Inner { engage, side, paths, matcher, limits, cookie }))
    }

    /// The engage behind it.
    pub fn engage(&self) -> &Engage {
        &self.0.engage
    }

    /// What to register to be mounted under `mount`: each path with the template that it comes from. The mount itself comes
    /// with and without a slash at its end.
    pub fn paths(&self, mount: &str) -> Vec<(String, &'static str)> {
        let mount = mount.trim_end_matches('/');
        let itself = (!mount.is_empty() && self.0.paths.iter().any(|path| path.template == "/"))
            .then(|| (mount.to_owned(), "/"));
        self.0.paths.iter().map(|path| (format!("{mount}{}", path.template), path.template)).chain(itself).collect()
    }

    /// Whether the answer to a request depends on who the host says is there. If not, adapters need not ask.
    pub fn wants_identity(&self, method: &Method, path: &str) -> bool {
        self.find(method, path).is_ok_and(|found| found.route.access != Access::Public)
    }

    /// Answers a request whose path has the mount taken off. Every outcome is an answer.
    pub async fn handle(&self, request: Request<Body>, info: Info) -> Response<Body> {
        let request_id = self.request_id();
        let is_head = request.method() == Method::HEAD;
        let (parts, body) = request.into_parts();
        let is_safe = is_head || parts.method == Method::GET;
        let conditional = parts.headers.get(header::IF_NONE_MATCH).cloned();
        let mut response = match self.answer(parts, body, info, &request_id).await {
            Ok(response) => response,
            Err(refused) => refused.into_response(&request_id),
        };
        security::finish(&mut response, &request_id);
        if is_safe {
            response = security::conditional(response, conditional.as_ref()).await;
        }
        // The framework leaves out the body of an answer to HEAD, and reads the length from it.
        let is_endless = http_body::Body::size_hint(response.body()).exact().is_none();
        if is_head && is_endless { response.map(|_| body::empty()) } else { response }
    }

    /// Checks the handshake of a WebSocket, whose path has the mount taken off.
    ///
    /// # Errors
    /// The answer that refuses it.
    pub async fn accept(&self, parts: &Parts, info: Info) -> Result<Connection, Box<Response<Body>>> {
        let request_id = self.request_id();
        let accepted = async {
            let found = self.find(&parts.method, parts.uri.path())?;
            let (_, caller) = Patience::begin().bound(self.admit(&found.route, parts, &info)).await?;
            handshake(&parts.headers)?;
            let actor = caller.actor()?;
            let connection = Connection::new(self.0.engage.clone(), actor);
            Ok(match self.0.engage.rate_limiter() {
                Some(_) => connection.counted(),
                None => connection.rules(Rules::without_rate_limits),
            })
        };
        accepted.await.map_err(|refused: Refused| {
            let mut response = refused.into_response(&request_id);
            security::finish(&mut response, &request_id);
            Box::new(response)
        })
    }

    async fn answer(&self, parts: Parts, body: Body, info: Info, request_id: &str) -> Result<Response<Body>, Refused> {
        let Found { route, params } = self.find(&parts.method, parts.uri.path())?;
        let patience = Patience::begin();
        let (token, caller) = patience.bound(self.admit(&route, &parts, &info)).await?;
        let address = origin::address(info.peer, &parts.headers, self.0.engage.trusted_proxies());
        tracing::debug!(target: "engage::http", request_id, route = route.path, method = %parts.method, "request");
        let cx = Cx {
            engage: self.0.engage.clone(),
            route: Arc::clone(&route),
            parts,
            params,
            body: parking_lot::Mutex::new(body),
            body_cap: route.body_cap,
            patience: patience.clone(),
            caller,
            base: info.base,
            cookie: self.0.cookie,
            token,
            address,
        };
        // What a handler does goes on when the client leaves, or was told that it takes too long; a panic is one failed request.
        let running = match cx.parts.headers.get("idempotency-key").cloned() {
            Some(key) if route.idempotent => {
                let key = key.to_str().ok().filter(|key| (1..=255).contains(&key.len())).map(str::to_owned);
                let key = key.ok_or_else(|| problem::malformed("Idempotency-Key is 1 to 255 visible characters"))?;
                let api = self.clone();
                tokio::spawn(async move { api.answer_once(&route, cx, &key).await })
            }
            _ => tokio::spawn((route.handler)(cx)),
        };
        Ok(patience.bound(async { running.await.map_err(Error::internal)? }).await?)
    }

    /// The same request under the same key gets the same answer (draft-ietf-httpapi-idempotency-key-header-07).
    async fn answer_once(&self, route: &Route, cx: Cx, key: &str) -> Result<Response<Body>> {
        let body = cx.bytes().await?;
        let store = Arc::clone(&self.0.engage.stores().idempotency);
        let scope = format!("{}|{}|{}", cx.caller.key().unwrap_or_default(), cx.parts.method, cx.parts.uri.path());
        let fingerprint = Sha256::new().chain_update(&scope).chain_update([0]).chain_update(&body).finalize().into();
        let at = self.0.engage.context().clock.now();
        let request = IdempotentRequest {
            scope: scope.clone(),
            key: key.to_owned(),
            fingerprint,
            at,
            stale_before: at - chrono::TimeDelta::seconds(60),
            expired_before: at - chrono::TimeDelta::hours(24),
        };
        match store.begin(&request).await? {
            Begun::New => {}
            Begun::InFlight => {
                return Err(Error::new(ErrorKind::Conflict, "the first request is still under way")
                    .with_code("idempotency_in_flight"));
            }
            Begun::Mismatch => {
                return Err(Error::new(ErrorKind::Invalid, "the key was used for another request")
                    .with_code("idempotency_key_reused"));
            }
            Begun::Done { status, body } => {
                let mut response = Response::new(body::full(body));
                *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                return Ok(response);
            }
        }
        *cx.body.lock() = body::full(body);
        let running = tokio::spawn((route.handler)(cx)).await.map_err(Error::internal);
        match running.and_then(|outcome| outcome) {
            Ok(response) => {
                let (parts, body) = response.into_parts();
                let bytes = body.collect().await.map_err(Error::internal)?.to_bytes();
                store.finish(&scope, key, parts.status.as_u16(), &bytes).await?;
                Ok(Response::from_parts(parts, body::full(bytes)))
            }
            Err(error) => {
                // A failure has changed nothing, so the same request may be tried again.
                store.abandon(&scope, key).await?;
                Err(error)
            }
        }
    }

    fn find(&self, method: &Method, path: &str) -> Result<Found, Refused> {
        let path = if path.is_empty() { "/" } else { path };
        let matched = self.0.matcher.at(path).map_err(|_| Error::not_found("this path"))?;
        let entry = &self.0.paths[*matched.value];
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        let Some(route) = entry.routes.iter().find(|route| route.method == *wanted) else {
            let allowed = entry.routes.iter().map(|route| route.method.as_str());
            let allowed: Vec<_> =
                allowed.flat_map(|method| [method].into_iter().chain((method == "GET").then_some("HEAD"))).collect();
            return Err(Refused::Method(allowed.join(", ")));
        };
        let mut params = std::collections::HashMap::new();
        for (name, value) in matched.params.iter() {
            // The name comes from our own template.
            if let Some(known) = route.params().find(|known| *known == name) {
                params.insert(known, value.to_owned());
            }
        }
        Ok(Found { route: Arc::clone(route), params })
    }

    /// Limits, origin, identity and permission, the cheapest first.
    async fn admit(
        &self,
        route: &Route,
        parts: &Parts,
        info: &Info,
    ) -> Result<(Option<engage_core::secret::SecretToken>, Caller), Refused> {
        let Inner { engage, limits, cookie, side, .. } = &*self.0;
        if route.changes_something() {
            origin::same_site(&parts.headers, engage.public_url())?;
        }
        if let Some(address) = origin::address(info.peer, &parts.headers, engage.trusted_proxies()) {
            limits.check(route.rate, &Who::Address(&origin::rate_key(address))).await?;
        }
        let token = cookie.read(&parts.headers);
        let caller = match (route.access, side) {
            (Access::Public, _) => Caller::Nobody,
            (_, Side::Site) => self.visitor(token.as_ref(), &info.identity).await?,
            (_, Side::Admin) => self.staff(&info.identity)?,
        };
        route.access.allows(&caller)?;
        if let Some(person) = caller.key() {
            limits.check(route.rate, &Who::Person(&person)).await?;
        }
        Ok((token, caller))
    }

    async fn visitor(&self, token: Option<&engage_core::secret::SecretToken>, identity: &Identified) -> Result<Caller> {
        let identity = match identity {
            Identified::Failed => {
                return Err(Error::new(ErrorKind::Unavailable, "the site cannot tell who you are at present"));
            }
            Identified::Known(identity) => Some(&**identity),
            Identified::Nobody | Identified::NoResolver => None,
        };
        let visitor = self.0.engage.sessions().resolve(token, identity).await?;
        Ok(visitor.map_or(Caller::Nobody, |visitor| Caller::Visitor(Box::new(visitor))))
    }

    fn staff(&self, identity: &Identified) -> Result<Caller> {
        match identity {
            Identified::Failed => {
                Err(Error::new(ErrorKind::Unavailable, "the site cannot tell who you are at present"))
            }
            Identified::NoResolver => Err(Error::new(
                ErrorKind::Forbidden,
                "the host has not said who is staff: give admin_routes() an identity",
            )),
            Identified::Nobody => Err(Error::new(ErrorKind::Unauthenticated, "sign in first")),
            Identified::Known(identity) => {
                identity.staff().map(Caller::Staff).ok_or_else(|| Error::new(ErrorKind::Forbidden, "this is for staff"))
            }
        }
    }

    fn request_id(&self) -> String {
        let id: uuid::Uuid = self.0.engage.context().ids.next();
        id.simple().to_string()
    }
}

/// What the frameworks' own checks would refuse without a problem document (RFC 6455, 4.2.1).
fn handshake(headers: &HeaderMap) -> Result<()> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if text(header::SEC_WEBSOCKET_VERSION) != "13" {
        return Err(Error::new(ErrorKind::Invalid, "only version 13 is spoken").with_code("upgrade_required"));
    }
    let upgrades = text(header::CONNECTION).split(',').any(|option| option.trim().eq_ignore_ascii_case("upgrade"));
    let key = base64::engine::general_purpose::STANDARD.decode(text(header::SEC_WEBSOCKET_KEY));
    if upgrades && key.is_ok_and(|key| key.len() == 16) {
        Ok(())
    } else {
        Err(problem::malformed("this is no handshake of a WebSocket"))
    }
}

/// Why a request gets no further.
enum Refused {
    Error(Error),
    Limited(crate::limits::Limited),
    Method(String),
}

impl Refused {
    fn into_response(self, request_id: &str) -> Response<Body> {
        let (error, retry_after, allow) = match self {
            Self::Error(error) => {
                let usual = match error.kind() {
                    ErrorKind::Unavailable | ErrorKind::Locked => Some(2),
                    ErrorKind::RateLimited => Some(60),
                    _ => None,
                };
                let wait = error.retry_after().map(|wait| wait.as_secs() + 1).or(usual);
                (error, wait, None)
            }
            Self::Limited(limited) => {
                let (error, wait) = limited.into_error();
                (error, wait, None)
            }
            Self::Method(allow) => {
                let error = Error::new(ErrorKind::Invalid, format!("only {allow} can be done here"))
                    .with_code("method_not_allowed");
                (error, None, Some(allow))
            }
        };
        let mut response = problem::respond(&error, problem::status_of(&error), request_id);
        let headers: &mut HeaderMap = response.headers_mut();
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(allow) = allow.and_then(|allow| HeaderValue::from_str(&allow).ok()) {
            headers.insert(header::ALLOW, allow);
        }
        if error.code() == "upgrade_required" {
            // RFC 9110, 15.5.22 and 7.8; RFC 6455, 4.4.
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
            headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        }
        if error.kind() == ErrorKind::Unauthenticated {
            // RFC 9110, 11.6.1 asks for a challenge; the session is a cookie's, or the host's own.
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Session"));
        }
        response
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<crate::limits::Limited> for Refused {
    fn from(limited: crate::limits::Limited) -> Self {
        Self::Limited(limited)
    }
}

/// Splits the path of a request that matched `template` under some mount: where the mount is, and the rest. Works however
/// deeply the host has nested the mount.
///
/// ```
/// use engage_http::split_mount;
/// assert_eq!(split_mount("/a/engage/v1/contacts/7", "/v1/contacts/{id}"), ("/a/engage", "/v1/contacts/7"));
/// assert_eq!(split_mount("/a/admin", "/"), ("/a/admin", ""));
/// assert_eq!(split_mount("/a/admin/", "/"), ("/a/admin", "/"));
/// ```
pub fn split_mount<'a>(path: &'a str, template: &str) -> (&'a str, &'a str) {
    let segments = template.trim_end_matches('/').matches('/').count();
    let rest = if segments == 0 {
        if path.ends_with('/') { path.len() - 1 } else { path.len() }
    } else {
        path.rmatch_indices('/').nth(segments - 1).map_or(0, |(at, _)| at)
    };
    path.split_at(rest)
}

/// The path under the mount, with the query. Empty for a mount that was asked for without the slash at its end.
pub fn inner_uri(inner: &str, query: Option<&str>) -> http::Uri {
    let rest =
        query.filter(|query| !query.is_empty()).map_or_else(|| inner.to_owned(), |query| format!("{inner}?{query}"));
    let mut parts = http::uri::Parts::default();
    parts.path_and_query = rest.parse().ok();
    http::Uri::from_parts(parts).unwrap_or_default()
}
