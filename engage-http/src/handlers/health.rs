//! Whether all is well.

use engage_core::{Error, ErrorKind, Result};
use http::Response;

use crate::body::Body;
use crate::request::{Cx, ok};
use crate::wire::Health;

/// The process runs.
pub(crate) async fn live(_cx: Cx) -> Result<Response<Body>> {
    ok(&Health { status: "ok" })
}

/// The database answers within 2 s, and nothing that runs in the background has died. A cache or bus that is away makes
/// things slower, not unready.
pub(crate) async fn ready(cx: Cx) -> Result<Response<Body>> {
    if cx.engage.tasks().is_broken() {
        return Err(Error::new(ErrorKind::Unavailable, "a background task has died: this node is to be restarted"));
    }
    let health = cx.engage.stores().health.check();
    match tokio::time::timeout(std::time::Duration::from_secs(2), health).await {
        Ok(Ok(())) => ok(&Health { status: "ok" }),
        Ok(Err(error)) => Err(error),
        Err(late) => Err(Error::unavailable(late)),
    }
}
