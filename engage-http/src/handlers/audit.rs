//! The audit log.

use engage_core::Result;
use engage_core::ids::AuditId;
use http::Response;

use crate::body::Body;
use crate::problem::malformed;
use crate::request::{Cx, ok};
use crate::wire;

pub(crate) async fn list(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let limit = query.limit();
    let before = query
        .text("before")
        .map(|text| text.parse::<AuditId>().map_err(|_| malformed("before is no cursor")))
        .transpose()?;
    let entries = cx.engage.stores().audit.list(before, limit).await?;
    let next = (entries.len() == limit).then(|| entries.last().map(|last| last.id.to_string())).flatten();
    ok(&wire::AuditPage { entries: entries.into_iter().map(wire::AuditLine::from).collect(), next })
}
