//! People, for staff.

use engage_core::attributes::AttributePatch;
use engage_core::chat::{ListQuery, Listed, Opening, Sight};
use engage_core::contacts::{Contact, ContactPatch};
use engage_core::ids::{ContactId, ConversationId};
use engage_core::{Error, ErrorKind, Result};
use http::Response;

use crate::body::Body;
use crate::cursor;
use crate::handlers::chat::show_opened;
use crate::problem::malformed;
use crate::request::{Cx, ok};
use crate::wire;

pub(crate) async fn search(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let limit = query.limit();
    let before = query.text("before").map(cursor::read_text).transpose()?;
    let before = before.map(|id| id.parse().map_err(|_| malformed("this cursor is not one of ours"))).transpose()?;
    let words = query.text("query").unwrap_or_default();
    let found = cx.engage.contacts().search(&cx.actor()?, words, before, limit).await?;
    let last = found.last().filter(|_| found.len() == limit);
    ok(&wire::ContactPage {
        next: last.map(|last| cursor::write_text(&last.id.to_string())),
        contacts: found.iter().map(wire::ContactInfo::from).collect(),
    })
}

pub(crate) async fn show(cx: Cx) -> Result<Response<Body>> {
    ok(&wire::ContactInfo::from(&visible(&cx).await?))
}

pub(crate) async fn update(cx: Cx) -> Result<Response<Body>> {
    let wire::UpdateContact { name, email, attributes } = cx.json().await?;
    let contact = visible(&cx).await?;
    let attributes = AttributePatch::checked(attributes)?;
    let patch = ContactPatch { external_id: None, name, email, attributes }.checked()?;
    ok(&wire::ContactInfo::from(&cx.engage.contacts().patch(contact.id, patch).await?))
}

pub(crate) async fn block(cx: Cx) -> Result<Response<Body>> {
    let wire::SetBlocked { blocked, reason } = cx.json().await?;
    if !blocked && reason.is_some() {
        return Err(Error::invalid("/reason", "unexpected", "only with blocked"));
    }
    let (contact, contacts, actor) = (visible(&cx).await?, cx.engage.contacts(), cx.actor()?);
    let contact = match blocked {
        true => contacts.block(&actor, contact.id, reason.as_deref()).await?,
        false => contacts.unblock(&actor, contact.id).await?,
    };
    ok(&wire::ContactInfo::from(&contact))
}

pub(crate) async fn write(cx: Cx) -> Result<Response<Body>> {
    let wire::WriteToContact { client_message_id, body } = cx.json().await?;
    let contact = visible(&cx).await?;
    let opening = Opening::new(client_message_id, body);
    let opened = cx.engage.chat().write_to(cx.actor()?, contact.id, opening).await?;
    show_opened(&cx, &opened).await
}

/// How many pages of a contact's conversations are looked through at once for those that the caller sees.
const ROUNDS: usize = 10;

pub(crate) async fn conversations(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let (limit, audience) = (query.limit(), cx.audience()?);
    let mut before = query.text("before").map(cursor::read).transpose()?;
    let contact = visible(&cx).await?;
    let mut conversations = Vec::new();
    for _ in 0..ROUNDS {
        let page = page_of(&cx, contact.id, before, limit).await?;
        let is_last = page.len() < limit;
        before = page.last().map(|last| last.conversation.inbox_seq).filter(|_| !is_last);
        for row in page {
            if let Some(listed) = seen(&cx, row.conversation.id).await? {
                conversations.push(wire::Conversation::new(&listed, audience));
            }
            if conversations.len() == limit {
                before = Some(row.conversation.inbox_seq);
                break;
            }
        }
        if is_last || conversations.len() == limit {
            break;
        }
    }
    ok(&wire::ContactConversations { conversations, next: before.map(cursor::write) })
}

/// A page of all that there is of a contact, latest change first.
async fn page_of(cx: &Cx, contact: ContactId, before: Option<i64>, limit: usize) -> Result<Vec<Listed>> {
    let mut query = ListQuery::new(Sight::Visitor(contact), limit);
    query.before = before;
    cx.engage.chat().list(&query).await
}

/// A conversation as the caller sees it; `None` when it is another team's, and so does not exist for them.
async fn seen(cx: &Cx, id: ConversationId) -> Result<Option<Listed>> {
    match cx.engage.chat().get(&cx.actor()?, id).await {
        Ok(listed) => Ok(Some(listed)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

pub(crate) async fn merge(cx: Cx) -> Result<Response<Body>> {
    let wire::MergeContact { into } = cx.json().await?;
    let contact = visible(&cx).await?;
    cx.engage.contacts().merge(&cx.actor()?, contact.id, ContactId(into)).await?;
    let merged = cx.engage.contacts().get(ContactId(into)).await?.ok_or_else(|| Error::not_found("the contact"))?;
    ok(&wire::ContactInfo::from(&merged))
}

pub(crate) async fn revoke(cx: Cx) -> Result<Response<Body>> {
    let contact = visible(&cx).await?;
    let ended = cx.engage.sessions().revoke_all(contact.id).await?;
    ok(&wire::Revoked { ended })
}

/// The same for a contact who is named elsewhere.
pub(super) async fn visible_to(cx: &Cx, id: ContactId) -> Result<Contact> {
    let missing = || Error::not_found("the contact");
    let contact = cx.engage.contacts().get(id).await?.ok_or_else(missing)?;
    if is_visible(cx, &contact).await? { Ok(contact) } else { Err(missing()) }
}

/// A contact exists for staff who see one of its conversations or tickets; admins see all.
async fn visible(cx: &Cx) -> Result<Contact> {
    visible_to(cx, cx.param("id")?).await
}

async fn is_visible(cx: &Cx, contact: &Contact) -> Result<bool> {
    if cx.staff()?.admin {
        return Ok(true);
    }
    let actor = cx.actor()?;
    let mut before = None;
    loop {
        let page = page_of(cx, contact.id, before, 100).await?;
        let Some(last) = page.last() else { break };
        before = Some(last.conversation.inbox_seq);
        for row in page {
            if seen(cx, row.conversation.id).await?.is_some() {
                return Ok(true);
            }
        }
    }
    for ticket in cx.engage.stores().tickets.of_contact(contact.id, 200).await? {
        if cx.engage.tickets().get(&actor, ticket).await.is_ok() {
            return Ok(true);
        }
    }
    Ok(false)
}
