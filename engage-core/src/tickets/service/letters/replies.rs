//! Word of a ticket to those outside.

use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::super::super::model::{Change, Entry, Source, Tell, Ticket};
use super::{TicketLetters, files, thread};
use crate::chat::Author;
use crate::error::{ErrorKind, Result};
use crate::files::FileCard;
use crate::ids::OutboxId;
use crate::mail::{Address, Automatic, Mailbox, Outgoing};
use crate::outbox::{Handler, OutboxMessage};
use crate::rate::Quota;

/// How many confirmations one address is sent in a day.
const CONFIRMATIONS: Quota = Quota { burst: 5, per: Duration::from_secs(24 * 60 * 60) };
/// How much of a reply stands in a mail, in bytes: it must fit a promise.
const TEXT_BYTES: usize = 40 * 1024;

/// Keeps the promises to tell.
#[derive(Debug)]
pub(super) struct Telling(pub(super) TicketLetters);

#[async_trait]
impl Handler for Telling {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        self.0.tell(message.id, serde_json::from_value(message.payload.clone())?).await
    }
}

impl TicketLetters {
    /// Mails what was said. What each recipient is sent has an id that follows from the promise: kept again, none is sent twice.
    async fn tell(&self, promise: OutboxId, tell: Tell) -> Result<()> {
        let Some((ticket, entries)) = self.told(&tell).await? else { return Ok(()) };
        for entry in &entries {
            if matches!(entry.change, Change::Opened { .. }) {
                self.confirm(promise, &ticket, entry).await?;
            } else if self.0.settings.get().tickets_mail_replies {
                self.reply(promise, &ticket, entry).await?;
            }
        }
        self.0.relay.nudge();
        Ok(())
    }

    /// To whom it asked, that it has arrived; it repeats nothing of what was typed, since the address may be another's.
    async fn confirm(&self, promise: OutboxId, ticket: &Ticket, entry: &Entry) -> Result<()> {
        let is_asked = !matches!(entry.author, Author::Agent(_)) && ticket.source != Source::Api;
        let Some(to) = self.requester(ticket).await?.filter(|_| is_asked) else { return Ok(()) };
        if !self.may_confirm(&to.address).await {
            return Ok(());
        }
        let variables = json!({ "reference": self.0.tickets.reference(ticket.number) });
        let outgoing = Outgoing::new("tickets.received", to, variables).thread(thread(ticket.id)?);
        // Two programs that answer each other would not end.
        let automatic = if ticket.source == Source::Mail { Automatic::Replied } else { Automatic::Generated };
        self.post(self.id_from(promise, "received"), outgoing.automatic(automatic)).await
    }

    async fn reply(&self, promise: OutboxId, ticket: &Ticket, entry: &Entry) -> Result<()> {
        if !matches!(entry.change, Change::Reply { .. }) {
            return Ok(());
        }
        let is_requesters = matches!(entry.author, Author::Visitor { .. });
        let site = self.0.mails.site();
        let requester = self.requester(ticket).await?;
        let author = match &entry.author {
            Author::Agent(agent) if agent.name != agent.id => agent.name.clone(),
            Author::Visitor { .. } => {
                let named = requester.as_ref().map(|to| to.name.clone().unwrap_or_else(|| to.address.to_string()));
                named.unwrap_or_else(|| site.to_owned())
            }
            _ => site.to_owned(),
        };
        let (attached, named) = files::split(entry.change.files());
        let named: Vec<_> = named.iter().map(|file| json!({ "name": file.name })).collect();
        let variables = json!({
            "reference": self.0.tickets.reference(ticket.number),
            "subject": ticket.subject,
            "author": author,
            "text": cut(&entry.change.said()),
            "files": named,
        });
        let first = requester.filter(|_| !is_requesters);
        let own = self.requester(ticket).await?.map(|to| to.address.folded());
        let others = ticket.cc.iter().filter(|address| Some(*address) != own.as_ref());
        let others = others.filter_map(|address| Some(Mailbox::new(None, Address::checked("/cc", address).ok()?)));
        for to in first.into_iter().chain(others) {
            let id = self.id_from(promise, &format!("{}:{}", entry.seq, to.address.folded()));
            let automatic = if matches!(entry.author, Author::System) { Automatic::Generated } else { Automatic::No };
            let outgoing = Outgoing::new("tickets.reply", to, variables.clone()).thread(thread(ticket.id)?);
            let attach = |mail: Outgoing, file: &&FileCard| mail.attach(files::SOURCE, file.id.to_string());
            let outgoing = attached.iter().fold(outgoing, attach);
            self.post(id, outgoing.automatic(automatic).from_name(author.clone())).await?;
        }
        Ok(())
    }

    pub(super) async fn post(&self, id: OutboxId, outgoing: Outgoing) -> Result<()> {
        let mails = &self.0.mails;
        match mails.store().promise(&mails.promise_as(id, outgoing)?).await {
            Err(error) if error.kind() == ErrorKind::Conflict => Ok(()),
            outcome => outcome,
        }
    }

    /// Whom mails to a ticket's requester go to; `None` when no address is known, or they may not write.
    async fn requester(&self, ticket: &Ticket) -> Result<Option<Mailbox>> {
        let contact = self.0.contacts.get(ticket.requester).await?.filter(|contact| contact.blocked.is_none());
        Ok(contact.and_then(|contact| {
            let address = Address::checked("/email", contact.email.as_deref()?).ok()?;
            Some(Mailbox::new(contact.name.as_deref(), address))
        }))
    }

    /// Somebody else may have typed it in: it is sent little, whoever asks.
    async fn may_confirm(&self, address: &Address) -> bool {
        if !self.0.settings.get().tickets_confirm {
            return false;
        }
        self.has_left("tickets:c", address, CONFIRMATIONS).await
    }

    /// Whether an address may be sent one more of a kind. Without anybody who counts, nothing is sent.
    pub(super) async fn has_left(&self, kind: &str, address: &Address, quota: Quota) -> bool {
        let Some(limiter) = &self.0.limiter else { return true };
        let signed = self.0.signer.sign("tickets.address", address.folded().as_bytes());
        let key = format!("{kind}:{}", URL_SAFE_NO_PAD.encode(&signed[..16]));
        limiter.check(&key, quota).await.is_ok_and(|decision| decision.allowed)
    }
}

pub(super) fn cut(body: &str) -> String {
    match body.char_indices().find(|(at, c)| at + c.len_utf8() > TEXT_BYTES) {
        Some((at, _)) => format!("{}…", &body[..at]),
        None => body.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut("Hello"), "Hello");
        let long = "ä".repeat(TEXT_BYTES);
        let cut = cut(&long);
        assert!(cut.ends_with('…') && cut.len() <= TEXT_BYTES + '…'.len_utf8());
    }
}
