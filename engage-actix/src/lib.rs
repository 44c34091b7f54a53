//! Mounts engage in an actix-web app.
//!
//! ```
//! use actix_web::{App, HttpRequest};
//! use engage_actix::{AppExt as _, EngageRoutes as _};
//! use engage_core::{Engage, Identity, memory};
//!
//! # #[actix_web::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Once, outside the factory that each worker runs.
//! let engage = Engage::builder(memory::backend()).site("Acme").build().await?;
//! let app = move || {
//!     App::new()
//!         .engage("/engage", engage.routes())
//!         .engage("/admin/engage", engage.admin_routes().identity(staff))
//! };
//! # let _ = app; Ok(()) }
//! // Any extractors, as in a handler.
//! async fn staff(request: HttpRequest) -> Result<Option<Identity>, std::io::Error> {
//!     Ok(request.headers().contains_key("x-staff").then(|| Identity::admin("7").name("Ada")))
//! }
//! ```

mod identity;
mod translate;
mod upgrade;

use actix_web::dev::{ServiceFactory, ServiceRequest};
use actix_web::{App, Error, HttpRequest, HttpResponse, Scope, web};
use engage_core::Engage;
use engage_http::{Api, Identified, Info, Side, inner_uri, is_upgrade, split_mount};

pub use identity::Resolve;

/// What [`Engage`] gives to be mounted.
pub trait EngageRoutes {
    /// Widgets and the visitors' API.
    fn routes(&self) -> Routes;

    /// The admin panel and its API. Closed until [`Routes::identity`] says who is staff.
    fn admin_routes(&self) -> Routes;
}

/// Mounts [`Routes`] in an `App` or a `Scope`.
pub trait AppExt {
    /// Mounts `routes` under `path`: `/`, `/engage`, `/a/b/engage`, with or without a slash at its end. No wildcard is used.
    #[must_use]
    fn engage(self, path: &str, routes: Routes) -> Self;
}

/// One side of engage, to be mounted. Cheap to clone.
#[must_use]
#[derive(Clone)]
pub struct Routes {
    api: Api,
    resolver: Option<identity::Resolver>,
}

impl EngageRoutes for Engage {
    fn routes(&self) -> Routes {
        Routes { api: Api::new(self.clone(), Side::Site), resolver: None }
    }

    fn admin_routes(&self) -> Routes {
        Routes { api: Api::new(self.clone(), Side::Admin), resolver: None }
    }
}

impl Routes {
    /// Says who is signed in at the host: an async function over any extractors that gives `Result<Option<Identity>, E>`.
    ///
    /// An error is answered with 503 and never taken for "nobody". An extractor that refuses with a 3xx or 4xx means nobody;
    /// one that refuses with a 5xx is an error. Open sockets of signed-in people ask again every 5 s.
    pub fn identity<Args: 'static>(mut self, resolve: impl Resolve<Args>) -> Self {
        self.resolver = Some(identity::boxed(resolve));
        self
    }
}

macro_rules! mounts {
    ($($place:ident)*) => {$(
        impl<T> AppExt for $place<T>
        where
            T: ServiceFactory<ServiceRequest, Config = (), Error = Error, InitError = ()>,
        {
            fn engage(self, path: &str, routes: Routes) -> Self {
                self.configure(|config| mount(config, path, &routes))
            }
        }
    )*};
}

mounts!(App Scope);

fn mount(config: &mut web::ServiceConfig, path: &str, routes: &Routes) {
    for (path, template) in routes.api.paths(path) {
        let routes = routes.clone();
        let handler = move |request: HttpRequest, payload: web::Payload| {
            let routes = routes.clone();
            async move { answer(&routes, template, request, payload).await }
        };
        config.service(web::resource(path).to(handler));
    }
}

async fn answer(routes: &Routes, template: &str, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let Some(mut parts) = translate::parts(&request) else { return HttpResponse::BadRequest().finish() };
    let (base, inner) = split_mount(request.path(), template);
    let identity = match &routes.resolver {
        None => Identified::NoResolver,
        Some(_) if !routes.api.wants_identity(&parts.method, inner) => Identified::Nobody,
        Some(resolver) => resolver(request.clone()).await,
    };
    let info = Info { peer: request.peer_addr().map(|peer| peer.ip()), base: base.to_owned(), identity };
    parts.uri = inner_uri(inner, Some(request.query_string()));
    if is_upgrade(&parts) {
        return upgrade::accept(routes, &parts, info, &request, payload).await;
    }
    let body = translate::request_body(&parts, payload);
    translate::response(routes.api.handle(http::Request::from_parts(parts, body), info).await)
}

impl std::fmt::Debug for Routes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Routes").field("api", &self.api).finish_non_exhaustive()
    }
}
