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
        let id = format!("mail:{}", received.id);
        let listed = match inner.tickets.get(&Actor::System, ticket).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            found => found?,
        };
        let requester = inner.contacts.get(listed.ticket.requester).await?;
        let own = requester.as_ref().and_then(|contact| contact.email.as_deref()).map(str::to_lowercase);
        let requester = requester.filter(|_| own.as_deref() == Some(received.sender.as_str()));
        // What they may not say must not fill the place of files.
        if requester.as_ref().is_some_and(|contact| contact.blocked.is_some()) {
            return Ok(false);
        }
        let actor = requester.map_or(Actor::System, |contact| Actor::Visitor(contact.id));
        let said = inner.mails.said(&actor, received, letter, CHARS).await?;
        if said.is_empty() {
            return Ok(false);
        }
        taken(match actor {
            Actor::Visitor(_) => {
                let reply = Said::new(id, said.body).files(said.files);
                inner.tickets.reply(&actor, ticket, reply, Edit::default(), None).await.map(drop)
            }
            _ => {
                let body = format!("{}:\n\n{}", received.sender, said.body);
                let note = Said::new(id, body).files(said.files);
                inner.tickets.note(&Actor::System, ticket, note, &[]).await.map(drop)
            }
        })
    }
}

#[async_trait]
impl Inbound for Requests {
    async fn claim(&self, received: &Received, letter: &Letter) -> Result<bool> {
        let inner = &self.0.0;
        let Some(wanted) = inner.settings.get().tickets_address.clone() else { return Ok(false) };
        let is_meant = letter.to.iter().any(|to| to.folded() == wanted.to_lowercase());
        let (true, Some(from)) = (is_meant, letter.from.as_ref()) else { return Ok(false) };
        if letter.text.trim().is_empty() && letter.attachments.is_empty() {
            return Ok(false);
        }
        let name = from.name.as_deref();
        let contact = inner.contacts.of_address(&inner.signer, &from.address, name).await?;
        if contact.blocked.is_some() {
            return Ok(false);
        }
        let actor = Actor::Visitor(contact.id);
        let said = inner.mails.said(&actor, received, letter, CHARS).await?;
        let subject: String = letter.subject.chars().filter(|c| !c.is_control()).take(SUBJECT_CHARS).collect();
        let subject = if subject.trim().is_empty() { inner.mails.site().to_owned() } else { subject };
        // A letter of nothing but files is about what it says above.
        let body = if said.body.is_empty() { subject.clone() } else { said.body };
        let mut new = NewTicket::new(contact.id, subject, body).client_message_id(format!("mail:{}", received.id));
        (new.source, new.files) = (Source::Mail, said.files);
        taken(inner.tickets.create(&actor, new).await.map(drop))
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
        // Said before, when some of its files could not be kept that now can.
        Err(error) if error.code() == "client_message_id_reused" => Ok(true),
        Err(error) if is_refused(&error) => Ok(false),
        Err(error) => Err(error),
    }
}
