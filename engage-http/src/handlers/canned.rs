//! Canned replies.

use engage_core::Result;
use engage_core::canned::NewCanned;
use engage_core::ids::ConversationId;
use http::Response;

use crate::body::Body;
use crate::cursor;
use crate::request::{Cx, created, no_content, ok};
use crate::wire;

pub(crate) async fn list(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let limit = query.limit();
    let after = query.text("after").map(cursor::read_text).transpose()?;
    let replies = cx.engage.canned().list(&cx.actor()?, query.text("search").unwrap_or_default(), after, limit).await?;
    let last = replies.last().filter(|_| replies.len() == limit);
    ok(&wire::CannedPage {
        next: last.map(|last| cursor::write_text(&last.shortcode)),
        replies: replies.iter().map(wire::Canned::from).collect(),
    })
}

pub(crate) async fn create(cx: Cx) -> Result<Response<Body>> {
    let wire::NewCanned { shortcode, text, team } = cx.json().await?;
    let reply = cx.engage.canned().create(&cx.actor()?, NewCanned { shortcode, text, team }).await?;
    created(false, &wire::Canned::from(&reply))
}

pub(crate) async fn show(cx: Cx) -> Result<Response<Body>> {
    ok(&wire::Canned::from(&cx.engage.canned().get(&cx.actor()?, cx.param("id")?).await?))
}

pub(crate) async fn update(cx: Cx) -> Result<Response<Body>> {
    let wire::SetCanned { shortcode, text, team, expected_version } = cx.json().await?;
    let (actor, id, new) = (cx.actor()?, cx.param("id")?, NewCanned { shortcode, text, team });
    ok(&wire::Canned::from(&cx.engage.canned().update(&actor, id, new, expected_version).await?))
}

pub(crate) async fn remove(cx: Cx) -> Result<Response<Body>> {
    cx.engage.canned().delete(&cx.actor()?, cx.param("id")?).await?;
    Ok(no_content())
}

pub(crate) async fn text(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let conversation: ConversationId = query.text("conversation").unwrap_or_default().parse()?;
    let text = cx.engage.canned().expand(&cx.actor()?, cx.param("id")?, conversation).await?;
    ok(&wire::CannedText { text })
}
