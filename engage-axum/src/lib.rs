//! Mounts engage in an axum app.
//!
//! ```
//! use axum::Router;
//! use engage_axum::{EngageRoutes as _, RouterExt as _};
//! use engage_core::{Engage, Identity, memory};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let engage = Engage::builder(memory::backend()).site("Acme").build().await?;
//! let app: Router = Router::new()
//!     .engage("/engage", engage.routes())
//!     .engage("/admin/engage", engage.admin_routes().identity(staff));
//! # let _ = app; Ok(()) }
//!
//! // Any extractors, as in a handler.
//! async fn staff(headers: http::HeaderMap) -> Result<Option<Identity>, std::io::Error> {
//!     Ok(headers.contains_key("x-staff").then(|| Identity::admin("7").name("Ada")))
//! }
//! ```

mod identity;
mod upgrade;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, OriginalUri, Request, State};
use axum::response::Response;
use axum::routing::any;
use engage_core::Engage;
use engage_http::{Api, Identified, Info, Side, inner_uri, is_upgrade, split_mount};

pub use identity::Resolve;

/// What [`Engage`] gives to be mounted.
pub trait EngageRoutes {
    /// Widgets and the visitors' API.
    fn routes<S>(&self) -> Routes<S>;

    /// The admin panel and its API. Closed until [`Routes::identity`] says who is staff.
    fn admin_routes<S>(&self) -> Routes<S>;
}

/// Mounts [`Routes`].
pub trait RouterExt<S> {
    /// Mounts `routes` under `path`: `/`, `/engage`, `/a/b/engage`, with or without a slash at its end. Each path is registered
    /// by itself; there is no wildcard and no fallback.
    #[must_use]
    fn engage(self, path: &str, routes: Routes<S>) -> Self;
}

/// One side of engage, to be mounted.
#[must_use]
pub struct Routes<S> {
    api: Api,
    resolver: Option<identity::Resolver<S>>,
}

impl EngageRoutes for Engage {
    fn routes<S>(&self) -> Routes<S> {
        Routes { api: Api::new(self.clone(), Side::Site), resolver: None }
    }

    fn admin_routes<S>(&self) -> Routes<S> {
        Routes { api: Api::new(self.clone(), Side::Admin), resolver: None }
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// Says who is signed in at the host: an async function over any extractors that gives `Result<Option<Identity>, E>`.
    ///
    /// An error is answered with 503 and never taken for "nobody". An extractor that refuses with a 3xx or 4xx means nobody;
    /// one that refuses with a 5xx is an error. Open sockets of signed-in people ask again every 5 s.
    pub fn identity<Args>(mut self, resolve: impl Resolve<Args, S>) -> Self {
        self.resolver = Some(identity::boxed(resolve));
        self
    }
}

impl<S: Clone + Send + Sync + 'static> RouterExt<S> for Router<S> {
    fn engage(mut self, path: &str, routes: Routes<S>) -> Self {
        let routes = Arc::new(routes);
        for (path, template) in routes.api.paths(path) {
            let routes = Arc::clone(&routes);
            let handler = any(move |State(state): State<S>, request: Request| async move {
                answer(&routes, template, state, request).await
            });
            self = self.route(&path, handler);
        }
        self
    }
}

async fn answer<S: Clone + Send + Sync + 'static>(
    routes: &Arc<Routes<S>>,
    template: &str,
    state: S,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let original =
        parts.extensions.get::<OriginalUri>().map_or_else(|| parts.uri.clone(), |original| original.0.clone());
    let (base, inner) = split_mount(original.path(), template);
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let identity = match &routes.resolver {
        None => Identified::NoResolver,
        Some(_) if !routes.api.wants_identity(&parts.method, inner) => Identified::Nobody,
        Some(resolver) => resolver(parts.clone(), state.clone()).await,
    };
    let info = Info { peer, base: base.to_owned(), identity };
    parts.uri = inner_uri(inner, original.query());
    if is_upgrade(&parts) {
        return upgrade::accept(routes, parts, info, state).await;
    }
    let body = engage_http::body::stream(body.into_data_stream());
    let response = routes.api.handle(Request::from_parts(parts, body), info).await;
    response.map(axum::body::Body::new)
}

impl<S> fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Routes").field("api", &self.api).finish_non_exhaustive()
    }
}
