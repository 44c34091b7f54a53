//! Promises that tickets keep: to wake, to follow merged contacts, and to come out of a conversation.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::super::events::{TICKET_OWED, TicketOwed};
use super::super::model::{Command, Metric, OWED, Patch, RUN, Source, WAKE};
use super::super::store::Created;
use super::{NewTicket, Tickets};
use crate::chat::{Change, EntryRange, Send};
use crate::clock::from_micros;
use crate::contacts::ContactMerged;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{Actor, Audience};
use crate::ids::{ContactId, ConversationId, SubmissionId, TicketId};
use crate::outbox::{Handler, OutboxMessage};

/// Topic of a command.
pub(super) const TO_CHAT: &str = "tickets.tell_chat";

/// How many tickets of a contact are moved between two looks.
const MOVED: usize = 100;
/// How much of a conversation a ticket begins with.
const SAID: usize = 50;
const BODY_CHARS: usize = 40_000;

#[derive(Debug, Serialize, Deserialize)]
struct Wake {
    ticket: TicketId,
    until: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Owed {
    ticket: TicketId,
    metric: Metric,
    due: i64,
    is_breach: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct TellChat {
    ticket: TicketId,
    conversation: ConversationId,
    number: Option<i64>,
}

impl Tickets {
    /// Makes a conversation a ticket of its visitor: with what was said last in it, and a note there that leads to the
    /// ticket, which is promised with it. The same conversation gives the same ticket. `subject` is what it is about.
    ///
    /// # Errors
    /// `NotFound` when the conversation does not exist for `actor`; `Forbidden` for visitors; `Invalid` at `/subject`.
    pub async fn from_conversation(
        &self,
        actor: &Actor,
        conversation: ConversationId,
        subject: &str,
    ) -> Result<Created> {
        if actor.audience() == Audience::Visitor {
            return Err(Error::new(ErrorKind::Forbidden, "only staff may do this"));
        }
        let (listed, said) = self.0.chat.entries(actor, conversation, EntryRange::Latest, SAID).await?;
        let lines = said.iter().filter_map(|entry| match &entry.change {
            Change::Message { body, .. } => Some(body.as_str()),
            _ => None,
        });
        let said: String = lines.collect::<Vec<_>>().join("\n\n").chars().take(BODY_CHARS).collect();
        let body = if said.is_empty() { subject.to_owned() } else { said };
        let mut new = NewTicket::new(listed.conversation.contact, subject, body);
        (new.source, new.priority) = (Source::Chat, listed.conversation.routing.priority);
        new.team.clone_from(&listed.conversation.team);
        // The same again may have more to say: it is the same ticket all the same.
        let opening = format!("conversation:{conversation}");
        let mut create = self.prepare_as(actor, new, Some(opening))?;
        let context = &self.0.context;
        let told = TellChat { ticket: create.ticket.id, conversation, number: None };
        let told = OutboxMessage::command(context.ids.next(), context.clock.now(), TO_CHAT, &told)?;
        create.effects = create.effects.and_send(told);
        match self.open(create).await {
            Err(error) if error.code() == "client_message_id_reused" => {
                self.opened_by(&format!("conversation:{conversation}")).await
            }
            done => done,
        }
    }

    /// Opens the ticket that a submission becomes. Again it is the same, whoever its sender is by then.
    pub(crate) async fn create_for_form(&self, submission: SubmissionId, new: NewTicket) -> Result<Created> {
        let opening = format!("form:{submission}");
        match self.open(self.prepare_as(&Actor::System, new, Some(opening.clone()))?).await {
            Err(error) if error.code() == "client_message_id_reused" => self.opened_by(&opening).await,
            done => done,
        }
    }

    async fn opened_by(&self, opening: &str) -> Result<Created> {
        let ticket = self.0.store.opened_by(opening).await?;
        let gone = || Error::internal("an opening without its ticket");
        Ok(Created { ticket: ticket.ok_or_else(gone)?, replayed: true })
    }

    /// Keeps the promises of the topics here, and what a merge of contacts asks for.
    pub(crate) fn handler(&self) -> Arc<dyn Handler> {
        Arc::new(Keeper(self.clone()))
    }

    async fn wake(&self, wake: &Wake) -> Result<()> {
        let step = self.step(&Actor::System, wake.ticket, Command::Wake { until: from_micros(wake.until) });
        match self.apply(step).await {
            Err(error) if error.kind() == ErrorKind::NotFound || error.code() == "merged" => Ok(()),
            done => done.map(drop),
        }
    }

    async fn tell_owed(&self, owed: &Owed) -> Result<()> {
        let &Owed { ticket, metric, is_breach, .. } = owed;
        let due = from_micros(owed.due);
        let event = self.event(TICKET_OWED, &TicketOwed::new(ticket, metric, due, is_breach))?;
        let step = self.step(&Actor::System, ticket, Command::Owed { metric, due, is_breach }).effects(event);
        match self.apply(step).await {
            Err(error) if error.kind() == ErrorKind::NotFound || error.code() == "merged" => Ok(()),
            done => done.map(drop),
        }
    }

    async fn tell_chat(&self, told: &TellChat) -> Result<()> {
        let name = told.number.map(|number| self.reference(number)).unwrap_or_default();
        let note = Send {
            conversation: told.conversation,
            client_message_id: format!("ticket-{}", told.ticket),
            body: format!("Ticket {name}"),
            reply_to: None,
            note: true,
            files: Vec::new(),
            mentions: Vec::new(),
        };
        match self.0.chat.send(Actor::System, note).await {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            done => done.map(drop),
        }
    }

    /// What was theirs is now the other's. Done again, it changes nothing.
    async fn move_tickets(&self, merged: &ContactMerged) -> Result<()> {
        self.give_tickets(merged.from, merged.into).await
    }

    /// Makes what is one contact's another's.
    pub(super) async fn give_tickets(&self, from: ContactId, into: ContactId) -> Result<()> {
        let Some(into) = self.0.contacts.get(into).await? else { return Ok(()) };
        loop {
            let found = self.0.store.of_contact(from, MOVED).await?;
            if found.is_empty() {
                return Ok(());
            }
            for ticket in found {
                let patch = Patch { requester: Some(into.id), ..Patch::default() };
                self.apply(self.step(&Actor::System, ticket, Command::Edit(patch))).await?;
            }
        }
    }
}

#[derive(Debug)]
struct Keeper(Tickets);

#[async_trait]
impl Handler for Keeper {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        let payload = message.payload.clone();
        match message.topic.as_str() {
            WAKE => self.0.wake(&serde_json::from_value(payload)?).await,
            OWED => self.0.tell_owed(&serde_json::from_value(payload)?).await,
            RUN => self.0.run_rules(message.id, serde_json::from_value(payload)?).await,
            TO_CHAT => self.0.tell_chat(&serde_json::from_value(payload)?).await,
            _ => self.0.move_tickets(&serde_json::from_value(payload)?).await,
        }
    }
}
