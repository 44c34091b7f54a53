//! Mails of tickets: word that a request has arrived, replies to its requester and to who gets them too; and what they answer by
//! mail.

mod files;
mod inbound;
mod link;
mod replies;
mod staff;

use std::sync::Arc;

pub use staff::StaffMails;

use super::super::model::{Entry, TELL, TELL_STAFF, Tell, Ticket};
use super::super::store::EntryQuery;
use super::Tickets;
use crate::chat::EntryRange;
use crate::contacts::Contacts;
use crate::engage::{Base, Context};
use crate::error::{ErrorKind, Result};
use crate::files::Files;
use crate::identity::{Actor, AgentDirectory, Audience};
use crate::ids::{OutboxId, TicketId, signed};
use crate::mail::{Mails, Thread};
use crate::outbox::Relay;
use crate::rate::RateLimiter;
use crate::sessions::Sessions;
use crate::settings::Settings;
use crate::signing::Signer;

/// The kind of the threads of tickets.
const KIND: &str = "ticket";

/// Mails of tickets. Cheap to clone.
#[derive(Debug, Clone)]
pub struct TicketLetters(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    context: Context,
    settings: Settings,
    tickets: Tickets,
    contacts: Contacts,
    sessions: Sessions,
    files: Option<Files>,
    agents: Option<Arc<dyn AgentDirectory>>,
    mails: Mails,
    signer: Signer,
    limiter: Option<Arc<dyn RateLimiter>>,
    relay: Relay,
}

impl TicketLetters {
    pub(crate) fn start(
        base: &Base,
        tickets: &Tickets,
        contacts: &Contacts,
        sessions: &Sessions,
        files: Option<Files>,
        agents: Option<Arc<dyn AgentDirectory>>,
        mails: &Mails,
    ) -> Self {
        let Base { context, settings, signer, limiter, relay, .. } = base;
        let letters = Self(Arc::new(Inner {
            context: context.clone(),
            settings: settings.clone(),
            tickets: tickets.clone(),
            contacts: contacts.clone(),
            sessions: sessions.clone(),
            files,
            agents,
            mails: mails.clone(),
            signer: signer.clone(),
            limiter: limiter.clone(),
            relay: relay.clone(),
        }));
        relay.handle(TELL, Arc::new(replies::Telling(letters.clone())));
        relay.handle(TELL_STAFF, Arc::new(staff::Telling(letters.clone())));
        relay.handle(link::TO_LINK, Arc::new(link::Linking(letters.clone())));
        mails.attachments_from(files::SOURCE, Arc::new(files::Sent(letters.clone())));
        mails.claims(KIND, Arc::new(inbound::Answers(letters.clone())));
        mails.claims_the_rest(Arc::new(inbound::Requests(letters.clone())));
        letters
    }

    /// What there is to tell of: the ticket as it is now, and the entries; `None`: it is gone.
    async fn told(&self, tell: &Tell) -> Result<Option<(Ticket, Vec<Entry>)>> {
        let tickets = &self.0.tickets;
        let ticket = match tickets.get(&Actor::System, tell.ticket).await {
            Ok(listed) => listed.ticket,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut entries = Vec::with_capacity(tell.seqs.len());
        for seq in &tell.seqs {
            let query = EntryQuery::new(ticket.id, Audience::Staff, EntryRange::After(seq - 1), 1);
            let found = tickets.0.store.entries(&query).await?;
            entries.extend(found.into_iter().filter(|entry| entry.seq == *seq));
        }
        Ok(Some((ticket, entries)))
    }

    /// An id that follows from a promise and from what is promised with it: kept again, it is the same.
    fn id_from(&self, promise: OutboxId, what: &str) -> OutboxId {
        let said = format!("{}:{what}", promise.0);
        let signature = self.0.signer.sign("tickets.letter", said.as_bytes());
        OutboxId(signed(promise.0, signature))
    }
}

fn thread(ticket: TicketId) -> Result<Thread> {
    Thread::new(KIND, ticket.0)
}
