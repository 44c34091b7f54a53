//! The visitor's session.

use engage_core::contacts::{Contact, ContactPatch};
use engage_core::{Engage, Error, ErrorKind, Result};
use http::{Response, header};

use crate::body::Body;
use crate::request::{Caller, Cx, no_content, ok};
use crate::wire;

pub(crate) async fn create(cx: Cx) -> Result<Response<Body>> {
    let _: wire::Empty = cx.json().await?;
    if let Caller::Visitor(visitor) = &cx.caller {
        let mut response = ok(&info(&cx.engage, Some(&visitor.contact)))?;
        if visitor.is_member && cx.token.is_some() {
            // The host knows them; the session that they had before has ended.
            response.headers_mut().insert(header::SET_COOKIE, cx.cookie.clear());
        }
        return Ok(response);
    }
    let (visitor, token) = cx.engage.sessions().create().await?;
    let max_age = cx.engage.sessions().config().absolute.as_secs();
    let mut response = ok(&info(&cx.engage, Some(&visitor.contact)))?;
    response
        .headers_mut()
        .insert(header::SET_COOKIE, cx.cookie.set(&token, i64::try_from(max_age).unwrap_or(i64::MAX)));
    Ok(response)
}

pub(crate) async fn show(cx: Cx) -> Result<Response<Body>> {
    match &cx.caller {
        Caller::Visitor(visitor) => ok(&info(&cx.engage, Some(&visitor.contact))),
        _ => ok(&info(&cx.engage, None)),
    }
}

pub(crate) async fn update(cx: Cx) -> Result<Response<Body>> {
    let wire::UpdateSession { name, email } = cx.json().await?;
    let Caller::Visitor(visitor) = &cx.caller else {
        return Err(Error::new(ErrorKind::Unauthenticated, "there is no session"));
    };
    if visitor.is_member {
        return Err(Error::new(ErrorKind::Conflict, "the site knows who you are; change it there")
            .with_code("identity_managed"));
    }
    visitor.contact.may_write()?;
    let patch = ContactPatch { external_id: None, name, email, ..ContactPatch::default() }.checked()?;
    let contact = cx.engage.contacts().patch(visitor.contact.id, patch).await?;
    ok(&info(&cx.engage, Some(&contact)))
}

pub(crate) async fn end(cx: Cx) -> Result<Response<Body>> {
    if let Caller::Visitor(visitor) = &cx.caller
        && let Some(session) = &visitor.session
    {
        cx.engage.sessions().end(session).await?;
    }
    let mut response = no_content();
    response.headers_mut().insert(header::SET_COOKIE, cx.cookie.clear());
    Ok(response)
}

fn info(engage: &Engage, contact: Option<&Contact>) -> wire::SessionInfo {
    let reception = engage.front().reception();
    wire::SessionInfo {
        contact: contact.map(|contact| wire::Contact::from(&contact.card())),
        blocked: contact.is_some_and(|contact| contact.blocked.is_some()),
        site: wire::SiteInfo {
            files: wire::FileRules::of(engage),
            name: engage.site().to_owned(),
            greeting: engage.settings().get().chat_greeting.clone(),
            agents_online: reception.agents_online,
            is_open: reception.is_open,
            opens_at: reception.opens_at.map(Into::into),
            closed_message: reception.message,
            needs_email: reception.needs_email,
            typing_preview: engage.settings().get().chat_typing_preview,
            fields: engage.front().fields().iter().map(wire::Field::from).collect(),
            page_trail: engage.front().page_trail(),
            invitations: engage.front().invitations().iter().map(wire::Invitation::from).collect(),
        },
    }
}
