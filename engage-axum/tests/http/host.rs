//! A host on axum with state, layers, routes and a fallback of its own.

use std::future::Future;
use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use axum::{Router, http::HeaderMap, http::StatusCode};
use engage_axum::{EngageRoutes as _, RouterExt as _, Routes};
use engage_core::{Engage, Identity};
use engage_http::Side;
use engage_http::wire::ClientFrame;
use engage_testkit::http::{Directory, Endpoint, Host, Server, Setup, variants};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::databases::Guard;

/// The host's own state.
#[derive(Clone)]
struct AppState {
    greeting: &'static str,
    directory: Directory,
}

/// Hosts over a kind of database.
pub(crate) fn on<F>(database: impl Fn(Setup) -> F + Clone + Send + Sync + 'static) -> Host
where
    F: Future<Output = (Engage, Guard)> + Send + 'static,
{
    let endpoints = engage_http::routes::routes().into_iter().map(|route| Endpoint {
        method: route.method.to_string(),
        path: route.path.to_owned(),
        site: route.side != Some(Side::Admin),
        admin: route.side != Some(Side::Site),
    });
    let start = move |setup: Setup| {
        let database = database.clone();
        async move {
            let (engage, guard) = database(setup.clone()).await;
            serve(engage, setup, guard).await
        }
    };
    Host::new(start, endpoints.collect(), variants::<ClientFrame>())
}

async fn serve(engage: Engage, setup: Setup, guard: Guard) -> Server {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = app(&engage, &setup).into_make_service_with_connect_info::<SocketAddr>();
    let (stop, stopping) = oneshot::channel::<()>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async { drop(stopping.await) });
    let serving = tokio::spawn(async move { serving.await.unwrap() });
    let running = Running(serving.abort_handle());
    let stopped = async move {
        drop(stop);
        serving.await.unwrap();
    };
    Server::new(address, engage, setup, (running, guard), stopped)
}

fn app(engage: &Engage, setup: &Setup) -> Router {
    let mounted = Router::new()
        .engage(&setup.site_mount, identified(engage.routes(), setup))
        .engage(&setup.admin_mount, identified(engage.admin_routes(), setup));
    let mounted = match &setup.nest {
        Some(prefix) => Router::new().nest(prefix, mounted),
        None => mounted,
    };
    mounted
        .route("/own", get(async |State(state): State<AppState>| state.greeting))
        .fallback(async || (StatusCode::NOT_FOUND, "nothing of the host's"))
        .layer(middleware::from_fn(mark))
        .with_state(AppState { greeting: "the host's own", directory: setup.directory.clone() })
}

fn identified(routes: Routes<AppState>, setup: &Setup) -> Routes<AppState> {
    if setup.identity { routes.identity(identify) } else { routes }
}

/// The host's own extractors, state among them.
async fn identify(State(state): State<AppState>, headers: HeaderMap) -> Result<Option<Identity>, std::io::Error> {
    state.directory.identify(headers.get(Directory::HEADER).and_then(|value| value.to_str().ok()))
}

/// The host's own layer.
async fn mark(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert("x-host", "axum".parse().unwrap());
    response
}

struct Running(AbortHandle);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}
