//! What is written by mail becomes a reply, or a new ticket.

use async_trait::async_trait;

use super::super::super::model::Source;
use super::super::{Edit, NewTicket, Said};
use super::TicketLetters;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Actor;
use crate::ids::TicketId;
use crate::mail::{Inbound, Letter, Received};

/// How much of a letter is a reply, in Unicode scalar values; the rest is told to be left out.
const CHARS: usize = 45_000;
/// How much of a subject is one.
const SUBJECT_CHARS: usize = 200;

/// Takes answers to mails of tickets.
#[derive(Debug)]
pub(super) struct Answers(pub(super) TicketLetters);

/// Takes mails to the site's address for requests.
#[derive(Debug)]
pub(super) struct Requests(pub(super) TicketLetters);

#[async_trait]
impl Inbound for Answers {
    /// Of the requester's own address it is a reply. Somebody else whom a mail reached, as one who gets the replies too, does not
    /// speak for the requester: that is a note, with who has written it.
    async fn claim(&self, received: &Received, letter: &Letter) -> Result<bool> {
        let (Some(thread), inner) = (&received.thread, &self.0.0) else { return Ok(false) };
        let ticket = TicketId(thread.id());
        let (body, id) = (letter.said(CHARS), format!("mail:{}", received.id));
        if body.is_empty() {
            return Ok(false);
        }
        let listed = match inner.tickets.get(&Actor::System, ticket).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            found => found?,
        };
        let requester = inner.contacts.get(listed.ticket.requester).await?;
        let own = requester.as_ref().and_then(|contact| contact.email.as_deref()).map(str::to_lowercase);
        let said = match requester {
            Some(contact) if own.as_deref() == Some(received.sender.as_str()) => {
                let actor = Actor::Visitor(contact.id);
                inner.tickets.reply(&actor, ticket, Said::new(id, body), Edit::default(), None).await.map(drop)
            }
            _ => {
                let body = format!("{}:\n\n{body}", received.sender);
                inner.tickets.note(&Actor::System, ticket, Said::new(id, body), &[]).await.map(drop)
            }
        };
        taken(said)
    }
}

#[async_trait]
impl Inbound for Requests {
    async fn claim(&self, received: &Received, letter: &Letter) -> Result<bool> {
        let inner = &self.0.0;
        let Some(wanted) = inner.settings.get().tickets_address.clone() else { return Ok(false) };
        let (body, from) = (letter.said(CHARS), letter.from.as_ref());
        let is_meant = letter.to.iter().any(|to| to.folded() == wanted.to_lowercase());
        let (true, Some(from), false) = (is_meant, from, body.is_empty()) else { return Ok(false) };
        let name = from.name.as_deref();
        let contact = inner.contacts.of_address(&inner.signer, &from.address, name).await?;
        let subject: String = letter.subject.chars().filter(|c| !c.is_control()).take(SUBJECT_CHARS).collect();
        let subject = if subject.trim().is_empty() { inner.mails.site().to_owned() } else { subject };
        let mut new = NewTicket::new(contact.id, subject, body).client_message_id(format!("mail:{}", received.id));
        new.source = Source::Mail;
        taken(inner.tickets.create(&Actor::Visitor(contact.id), new).await.map(drop))
    }
}

/// Who may not write on the site may not by mail; it is kept for people to read.
fn taken(said: Result<()>) -> Result<bool> {
    let is_refused = |error: &Error| {
        matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::Invalid)
            || error.code() == "merged"
    };
    match said {
        Ok(()) => Ok(true),
        Err(error) if is_refused(&error) => Ok(false),
        Err(error) => Err(error),
    }
}
