//! Saved views.

use engage_core::Result;
use engage_core::views::{NewView, ViewKind};
use http::Response;

use crate::body::Body;
use crate::request::{Cx, created, no_content, ok};
use crate::wire;

pub(crate) async fn list(cx: Cx) -> Result<Response<Body>> {
    let kind = match cx.query()?.word("kind") {
        "chat" => Some(ViewKind::Chat),
        "tickets" => Some(ViewKind::Tickets),
        _ => None,
    };
    let views = cx.engage.views().list(&cx.actor()?, kind).await?;
    ok(&wire::ViewList { views: views.iter().map(wire::View::from).collect() })
}

pub(crate) async fn create(cx: Cx) -> Result<Response<Body>> {
    let wire::NewView { kind, name, filter, shared } = cx.json().await?;
    let view = cx.engage.views().create(&cx.actor()?, NewView { name, filter: filter.of(kind)?, shared }).await?;
    created(false, &wire::View::from(&view))
}

pub(crate) async fn update(cx: Cx) -> Result<Response<Body>> {
    let wire::SetView { name, filter, shared, expected_version } = cx.json().await?;
    let (actor, id) = (cx.actor()?, cx.param("id")?);
    let kind = cx.engage.views().get(&actor, id).await?.filter.kind();
    let new = NewView { name, filter: filter.of(kind)?, shared };
    ok(&wire::View::from(&cx.engage.views().update(&actor, id, new, expected_version).await?))
}

pub(crate) async fn remove(cx: Cx) -> Result<Response<Body>> {
    cx.engage.views().delete(&cx.actor()?, cx.param("id")?).await?;
    Ok(no_content())
}
