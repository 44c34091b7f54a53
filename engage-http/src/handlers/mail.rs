//! Mail: what became of it, who gets none, what it says, and what comes in.

use engage_core::mail::template::{self, TemplateText};
use engage_core::mail::{MailQuery, MailState, ReceivedQuery, ReceivedState, SuppressionQuery, SuppressionReason};
use engage_core::{Error, ErrorKind, Result};
use http::{Response, header};

use crate::body::Body;
use crate::cursor;
use crate::problem::malformed;
use crate::request::{Cx, created, no_content, ok};
use crate::wire;

pub(crate) async fn show(cx: Cx) -> Result<Response<Body>> {
    let mail = cx.engage.mail();
    let sender = mail.sender();
    ok(&wire::MailInfo {
        sending: mail.is_sending(),
        from: sender.address.to_string(),
        from_name: sender.name,
        inbound_token: mail.inbound_token(),
    })
}

pub(crate) async fn rotate_token(cx: Cx) -> Result<Response<Body>> {
    let _: wire::Empty = cx.json().await?;
    cx.engage.mail().rotate_inbound_token(&cx.actor()?).await?;
    show(cx).await
}

pub(crate) async fn ledger(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let mut asked = MailQuery::new(query.limit());
    asked.state = MailState::parse(query.word("state"));
    asked.recipient = query.text("recipient").map(str::to_lowercase).filter(|recipient| !recipient.is_empty());
    let before = query.text("before").map(str::parse).transpose();
    asked.before = before.map_err(|_| malformed("before is no cursor"))?;
    let records = cx.engage.mail().ledger(&asked).await?;
    let last = records.last().filter(|_| records.len() == asked.limit);
    ok(&wire::MailPage {
        next: last.map(|last| last.id.to_string()),
        mails: records.iter().map(wire::MailRow::from).collect(),
    })
}

pub(crate) async fn record(cx: Cx) -> Result<Response<Body>> {
    ok(&wire::MailDetail::from(cx.engage.mail().record(cx.param("id")?).await?))
}

pub(crate) async fn resend(cx: Cx) -> Result<Response<Body>> {
    let _: wire::Empty = cx.json().await?;
    cx.engage.mail().resend(&cx.actor()?, cx.param("id")?).await?;
    Ok(no_content())
}

pub(crate) async fn test(cx: Cx) -> Result<Response<Body>> {
    let wire::MailTest { to } = cx.json().await?;
    let mail = cx.engage.mail().test(&cx.actor()?, &to).await?;
    ok(&wire::MailTestSent { mail })
}

pub(crate) async fn templates(cx: Cx) -> Result<Response<Body>> {
    let changed = cx.engage.mail().changed_templates().await?;
    ok(&wire::TemplateList { templates: template::all().map(|own| wire::TemplateInfo::new(own, &changed)).collect() })
}

pub(crate) async fn template(cx: Cx) -> Result<Response<Body>> {
    let (name, locale) = named(&cx)?;
    let (text, version) = cx.engage.mail().template(&name, &locale).await?;
    let builtin = template::template(&name)?.builtin(&locale).map(wire::TemplateText::from);
    ok(&wire::TemplateShown { text: text.into(), version, builtin })
}

pub(crate) async fn set_template(cx: Cx) -> Result<Response<Body>> {
    let wire::SetTemplate { text, expected_version } = cx.json().await?;
    let (name, locale) = named(&cx)?;
    let text = text.map(TemplateText::from);
    let stored = cx.engage.mail().set_template(&cx.actor()?, &name, &locale, text, expected_version).await;
    ok(&wire::TemplateVersion::from(stored.map_err(below_text)?))
}

pub(crate) async fn versions(cx: Cx) -> Result<Response<Body>> {
    let (name, locale) = named(&cx)?;
    let versions = cx.engage.mail().template_versions(&name, &locale).await?;
    ok(&wire::TemplateVersionList { versions: versions.into_iter().map(wire::TemplateVersion::from).collect() })
}

pub(crate) async fn preview(cx: Cx) -> Result<Response<Body>> {
    let text: wire::TemplateText = cx.json().await?;
    let (name, locale) = named(&cx)?;
    ok(&wire::TemplatePreview::from(cx.engage.mail().preview(&name, &locale, &text.into())?))
}

pub(crate) async fn suppressions(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let mut asked = SuppressionQuery::new(query.limit());
    asked.prefix = query.text("search").unwrap_or_default().to_lowercase();
    asked.after = query.text("after").map(cursor::read_text).transpose()?;
    let found = cx.engage.mail().suppressions(&asked).await?;
    let last = found.last().filter(|_| found.len() == asked.limit);
    ok(&wire::SuppressionPage {
        next: last.map(|last| cursor::write_text(&last.address)),
        suppressions: found.into_iter().map(wire::SuppressionInfo::from).collect(),
    })
}

pub(crate) async fn suppress(cx: Cx) -> Result<Response<Body>> {
    let wire::SuppressAddress { address, reason } = cx.json().await?;
    let reason = reason.unwrap_or(SuppressionReason::ByHand);
    let suppressed = cx.engage.mail().suppress(&cx.actor()?, &address, reason).await?;
    created(false, &wire::SuppressionInfo::from(suppressed))
}

pub(crate) async fn unsuppress(cx: Cx) -> Result<Response<Body>> {
    let address: String = cx.param("address")?;
    cx.engage.mail().unsuppress(&cx.actor()?, &address).await?;
    Ok(no_content())
}

pub(crate) async fn inbox(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let mut asked = ReceivedQuery::new(query.limit());
    asked.state = ReceivedState::parse(query.word("state"));
    let before = query.text("before").map(str::parse).transpose();
    asked.before = before.map_err(|_| malformed("before is no cursor"))?;
    let found = cx.engage.mail().inbox(&asked).await?;
    let last = found.last().filter(|_| found.len() == asked.limit);
    ok(&wire::ReceivedPage {
        next: last.map(|last| last.id.to_string()),
        mails: found.iter().map(wire::ReceivedRow::from).collect(),
    })
}

pub(crate) async fn received(cx: Cx) -> Result<Response<Body>> {
    let (received, letter) = cx.engage.mail().received(cx.param("id")?).await?;
    ok(&wire::ReceivedDetail::new(&received, letter))
}

/// The token alone says who may: there is neither session nor cookie.
pub(crate) async fn receive(cx: Cx) -> Result<Response<Body>> {
    let bearer = cx.parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if !cx.engage.mail().is_inbound_token(token.trim()) {
        return Err(Error::new(ErrorKind::Unauthenticated, "the token for mail is missing or wrong"));
    }
    let bytes = cx.mail().await?;
    let received = cx.engage.mail().receive(&bytes).await?;
    cx.engage.bus().publish(engage_core::bus::Hint::OutboxReady);
    ok(&wire::MailReceived { id: received.id })
}

fn named(cx: &Cx) -> Result<(String, String)> {
    Ok((cx.param("name")?, cx.param("locale")?))
}

/// The fields stand below `/text` in the body.
fn below_text(error: Error) -> Error {
    let mut fields = error.fields().to_vec();
    if fields.is_empty() {
        return error;
    }
    for field in &mut fields {
        if matches!(field.field.as_str(), "/subject" | "/body") {
            field.field.insert_str(0, "/text");
        }
    }
    Error::invalid_fields(fields)
}
