//! Promises that were given up.

use engage_core::ids::OutboxId;
use engage_core::{Error, Result};
use http::Response;

use crate::body::Body;
use crate::request::{Cx, no_content, ok};
use crate::wire;

pub(crate) async fn dead(cx: Cx) -> Result<Response<Body>> {
    let limit = cx.query()?.limit();
    let mut letters = Vec::new();
    for outbox in cx.engage.outboxes() {
        letters.extend(outbox.dead_letters(limit).await?.into_iter().map(wire::DeadLetter::from));
    }
    ok(&wire::DeadLetterList { letters })
}

pub(crate) async fn release(cx: Cx) -> Result<Response<Body>> {
    let _: wire::Empty = cx.json().await?;
    let id: OutboxId = cx.param("id")?;
    for outbox in cx.engage.outboxes() {
        if outbox.release(id, cx.engage.context().clock.now()).await? {
            cx.engage.bus().publish(engage_core::bus::Hint::OutboxReady);
            return Ok(no_content());
        }
    }
    Err(Error::not_found("the dead letter"))
}

pub(crate) async fn discard(cx: Cx) -> Result<Response<Body>> {
    let id: OutboxId = cx.param("id")?;
    for outbox in cx.engage.outboxes() {
        if outbox.discard(id).await? {
            tracing::info!(target: "engage::outbox", %id, "a promise was given up for good");
            // Of a mail the ledger says so; what is none it does not know.
            cx.engage.mail().gave_up(id).await?;
            return Ok(no_content());
        }
    }
    Err(Error::not_found("the dead letter"))
}
