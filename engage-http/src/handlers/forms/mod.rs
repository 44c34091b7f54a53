//! Forms: for those who fill them in, as JSON and as a page, and for staff.

mod desk;
mod page;

use engage_core::Result;
use engage_core::forms::Sending;
use http::Response;

pub(crate) use desk::{export, list, put, remove, remove_submission, set_state, show_submission, submissions};
pub(crate) use page::{send as send_page, show as show_page};

use crate::body::Body;
use crate::origin;
use crate::request::{Caller, Cx, created, ok};
use crate::wire;

pub(crate) async fn offer(cx: Cx) -> Result<Response<Body>> {
    let name: String = cx.param("name")?;
    let query = cx.query()?;
    let offer = match query.text("again") {
        Some(token) => cx.engage.forms().offer_again(&name, token).await?,
        None => cx.engage.forms().offer(&name).await?,
    };
    ok(&wire::FormOffer::from(&offer))
}

pub(crate) async fn submit(cx: Cx) -> Result<Response<Body>> {
    let wire::SendForm { token, answers, consent, work, page, locale, website } = cx.json().await?;
    let sending = Sending { token, answers, consent, work, page, locale, trap: website, ..sender(&cx) };
    let receipt = cx.engage.forms().submit(&cx.param::<String>("name")?, sending).await?;
    created(receipt.repeated, &wire::FormSent { thanks: receipt.thanks, repeated: receipt.repeated })
}

/// Who sends, and from where.
fn sender(cx: &Cx) -> Sending {
    let contact = if let Caller::Visitor(visitor) = &cx.caller { Some(visitor.contact.clone()) } else { None };
    Sending { contact, address: cx.address.map(origin::rate_key), ..Sending::default() }
}
