//! Where events are sent to, for admins.

use engage_core::Result;
use engage_core::ids::OutboxId;
use engage_core::webhooks::{NewWebhook, WebhookPatch};
use http::Response;

use crate::body::Body;
use crate::problem::malformed;
use crate::request::{Cx, created, no_content, ok};
use crate::wire;

pub(crate) async fn list(cx: Cx) -> Result<Response<Body>> {
    let webhooks = cx.engage.webhooks().list().await?;
    ok(&wire::WebhookList { webhooks: webhooks.iter().map(wire::WebhookInfo::from).collect() })
}

pub(crate) async fn create(cx: Cx) -> Result<Response<Body>> {
    let wire::CreateWebhook { url, events, description } = cx.json().await?;
    let webhook = cx.engage.webhooks().create(&cx.actor()?, NewWebhook { url, events, description }).await?;
    created(false, &wire::WebhookWithSecret::from(&webhook))
}

pub(crate) async fn show(cx: Cx) -> Result<Response<Body>> {
    ok(&wire::WebhookInfo::from(&cx.engage.webhooks().get(cx.param("id")?).await?))
}

pub(crate) async fn update(cx: Cx) -> Result<Response<Body>> {
    let wire::UpdateWebhook { expected_version, url, events, description, enabled } = cx.json().await?;
    let patch = WebhookPatch { url, events, description, enabled };
    let webhook = cx.engage.webhooks().update(&cx.actor()?, cx.param("id")?, patch, expected_version).await?;
    ok(&wire::WebhookInfo::from(&webhook))
}

pub(crate) async fn delete(cx: Cx) -> Result<Response<Body>> {
    cx.engage.webhooks().delete(&cx.actor()?, cx.param("id")?).await?;
    Ok(no_content())
}

pub(crate) async fn rotate(cx: Cx) -> Result<Response<Body>> {
    let wire::RotateSecret { expected_version } = cx.json().await?;
    let webhook = cx.engage.webhooks().rotate(&cx.actor()?, cx.param("id")?, expected_version).await?;
    ok(&wire::WebhookWithSecret::from(&webhook))
}

pub(crate) async fn test(cx: Cx) -> Result<Response<Body>> {
    let _: wire::Empty = cx.json().await?;
    let delivery = cx.engage.webhooks().test(cx.param("id")?).await?;
    cx.engage.bus().publish(engage_core::bus::Hint::OutboxReady);
    ok(&wire::TestSent { delivery })
}

pub(crate) async fn deliveries(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let limit = query.limit();
    let before = query.text("before").map(str::parse::<OutboxId>);
    let before = before.transpose().map_err(|_| malformed("before is no cursor"))?;
    let deliveries = cx.engage.webhooks().deliveries(cx.param("id")?, before, limit).await?;
    let next =
        (deliveries.len() == limit).then(|| deliveries.last().map(|last| last.last.delivery.to_string())).flatten();
    ok(&wire::DeliveryPage { deliveries: deliveries.into_iter().map(wire::DeliveryInfo::from).collect(), next })
}
