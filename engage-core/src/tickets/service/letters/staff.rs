//! Word of a ticket to staff who are not there: who sees to it, and who follows it.

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;

use super::super::super::model::{Change, Entry, Tell, Ticket};
use super::super::draft::staff;
use super::replies::cut;
use super::{TicketLetters, thread};
use crate::chat::Author;
use crate::error::{Error, Result};
use crate::identity::{Actor, Identity};
use crate::ids::{OutboxId, ReceivedId};
use crate::mail::{Address, Automatic, Mailbox, Outgoing};
use crate::outbox::{Handler, OutboxMessage};

/// How long the host may take to say who an agent is.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether an agent is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMails {
    /// Whether the host says where agents are written to, and mails are sent at all.
    pub available: bool,
    /// Where this one is, as the host says; `None`: nowhere.
    pub address: Option<String>,
    /// Whether they want it. Not before they say so.
    pub wanted: bool,
}

/// Keeps the promises to tell.
#[derive(Debug)]
pub(super) struct Telling(pub(super) TicketLetters);

#[async_trait]
impl Handler for Telling {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        self.0.tell_staff(message.id, serde_json::from_value(message.payload.clone())?).await
    }
}

impl TicketLetters {
    /// Whether the agent is mailed what happens to tickets that they see to or follow.
    ///
    /// # Errors
    /// `Forbidden` for who is no agent or admin; when the database or the host does not answer.
    pub async fn staff_mails(&self, actor: &Actor) -> Result<StaffMails> {
        let id = &staff(actor)?.agent.id;
        let wanted = self.0.tickets.0.store.who_wants_mails(std::slice::from_ref(id)).await?;
        let known = self.who_is(id).await?;
        let address = known.as_ref().and_then(mailbox).map(|own| own.address.to_string());
        Ok(StaffMails { available: self.0.agents.is_some(), address, wanted: wanted.contains(id) })
    }

    /// The agent wants mails, or no more.
    ///
    /// # Errors
    /// As [`TicketLetters::staff_mails`].
    pub async fn want_staff_mails(&self, actor: &Actor, wanted: bool) -> Result<StaffMails> {
        self.0.tickets.0.store.want_mails(&staff(actor)?.agent.id, wanted).await?;
        self.staff_mails(actor).await
    }

    async fn tell_staff(&self, promise: OutboxId, tell: Tell) -> Result<()> {
        let Some((ticket, entries)) = self.told(&tell).await? else { return Ok(()) };
        for entry in &entries {
            let listeners: Vec<_> = listeners(&ticket, entry).into_iter().collect();
            let wanted = self.0.tickets.0.store.who_wants_mails(&listeners).await?;
            let writer = self.writer(entry).await?;
            for id in listeners.iter().filter(|id| wanted.contains(*id)) {
                let known = self.who_is(id).await?;
                let sees = |known: &Identity| known.staff().is_some_and(|own| own.sees_team(ticket.team.as_deref()));
                let to = known.filter(sees).as_ref().and_then(mailbox);
                let to = to.filter(|to| writer.as_ref() != Some(&to.address.folded()));
                if let Some(to) = to {
                    let id = self.id_from(promise, &format!("staff:{}:{id}", entry.seq));
                    self.post(id, self.word(&ticket, entry, to)?).await?;
                }
            }
        }
        self.0.relay.nudge();
        Ok(())
    }

    fn word(&self, ticket: &Ticket, entry: &Entry, to: Mailbox) -> Result<Outgoing> {
        let author = match &entry.author {
            Author::Agent(agent) => agent.name.as_str(),
            Author::Visitor { .. } => "",
            _ => self.0.mails.site(),
        };
        let is = |said: bool, what: &str| if said { what.to_owned() } else { String::new() };
        let is_assigned = matches!(entry.change, Change::Assigned { .. });
        let text = match &ticket.last_reply {
            Some(last) if is_assigned => last.text.clone(),
            _ => cut(&entry.change.said()),
        };
        let variables = json!({
            "reference": self.0.tickets.reference(ticket.number),
            "subject": ticket.subject,
            "author": author,
            "text": text,
            "note": is(matches!(entry.change, Change::Note { .. }), "note"),
            "assigned": is(is_assigned, "assigned"),
        });
        Ok(Outgoing::new("tickets.staff", to, variables).thread(thread(ticket.id)?).automatic(Automatic::Generated))
    }

    /// Whose mail an entry was, so that nobody is mailed what they have mailed.
    async fn writer(&self, entry: &Entry) -> Result<Option<String>> {
        let id = entry.client_message_id.as_deref().and_then(|id| id.strip_prefix("mail:"));
        let Some(id) = id.and_then(|id| id.parse::<ReceivedId>().ok()) else { return Ok(None) };
        Ok(self.0.mails.store().received(id).await?.map(|received| received.sender))
    }

    async fn who_is(&self, id: &str) -> Result<Option<Identity>> {
        let Some(agents) = &self.0.agents else { return Ok(None) };
        match tokio::time::timeout(PATIENCE, agents.agent(id)).await {
            Ok(known) => known,
            Err(_) => Err(Error::unavailable("the host does not say who its agents are")),
        }
    }
}

/// Whom an entry concerns, by the host's ids; never who has made it.
fn listeners(ticket: &Ticket, entry: &Entry) -> BTreeSet<String> {
    let all = ticket.assignee.iter().chain(&ticket.followers);
    let mut ids: BTreeSet<_> = match &entry.change {
        Change::Assigned { to, .. } => to.iter().map(|agent| agent.id.clone()).collect(),
        _ => all.map(|agent| agent.id.clone()).collect(),
    };
    if let Author::Agent(agent) = &entry.author {
        ids.remove(&agent.id);
    }
    ids
}

/// Where staff are written to.
fn mailbox(known: &Identity) -> Option<Mailbox> {
    known.staff()?;
    let address = Address::checked("/email", known.email.as_deref()?).ok()?;
    Some(Mailbox::new(known.name.as_deref(), address))
}
