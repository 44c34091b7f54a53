//! The servers under load, each a process of its own: says where it listens, and ends with whoever started it.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::http::HeaderMap;
use axum::serve::ListenerExt as _;
use engage::axum::{EngageRoutes as _, RouterExt as _};
use engage::redis::MemoryCache;
use engage::{Actor, Engage, Identity};
use tokio::io::AsyncReadExt as _;

use crate::{Result, relay};

/// By this header the client says which agent it is.
pub(crate) const AGENT: &str = "x-bench-agent";

/// The limit: passes on what it gets and keeps nothing.
pub(crate) async fn relay() -> Result {
    listen(relay::app()).await
}

/// engage on `database`, mounted as a host does.
pub(crate) async fn engage(database: &str) -> Result {
    tracing_subscriber::fmt().with_env_filter("engage=warn").with_writer(std::io::stderr).init();
    let engage = Engage::builder(engage::connect(database).await?)
        .site("Bench")
        .cache(MemoryCache::default())
        .without_rate_limits()
        .build()
        .await?;
    // Every conversation has its agent already; nobody is to be found for it beside the measurement.
    engage.settings().set(&Actor::System, "chat.auto_assign", false.into(), 0).await?;
    let app =
        Router::new().engage("/engage", engage.routes()).engage("/admin/engage", engage.admin_routes().identity(staff));
    listen(app).await
}

async fn staff(headers: HeaderMap) -> Result<Option<Identity>, Infallible> {
    let agent = headers.get(AGENT).and_then(|value| value.to_str().ok());
    Ok(agent.map(|agent| Identity::admin(agent).name(format!("Agent {agent}"))))
}

async fn listen(app: Router) -> Result {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{}", listener.local_addr()?.port());
    // Small frames leave at once: otherwise each waits for the other side's delayed acknowledgement.
    let listener = listener.tap_io(|socket| drop(socket.set_nodelay(true)));
    let serve = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>());
    let gone = async {
        let _ = tokio::io::stdin().read_u8().await;
    };
    tokio::select! {
        ended = serve => Ok(ended?),
        () = gone => Ok(()),
    }
}
