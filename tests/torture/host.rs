//! The host's app: both mounts, and people by a header.

use std::net::SocketAddr;

use axum::Router;
use axum::http::HeaderMap;
use engage::axum::{EngageRoutes as _, RouterExt as _};
use engage::{Engage, Identity};
use engage_testkit::http::Directory;
use tokio::net::TcpListener;

/// Serves `engage` until `stopping` ends.
pub(crate) async fn serve(engage: &Engage, listener: TcpListener, stopping: impl Future<Output = ()> + Send + 'static) {
    let app = Router::new()
        .engage("/engage", engage.routes().identity(identify))
        .engage("/admin/engage", engage.admin_routes().identity(identify));
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, app).with_graceful_shutdown(stopping).await.unwrap();
}

async fn identify(headers: HeaderMap) -> Result<Option<Identity>, std::io::Error> {
    Directory::default().identify(headers.get(Directory::HEADER).and_then(|value| value.to_str().ok()))
}
