//! Tickets that belong together.

use super::super::events::{TICKET_MERGED, TICKET_UPDATED, TicketMerged, TicketUpdated};
use super::super::model::{Command, Ticket, checked_key, checked_subject};
use super::super::store::Applied;
use super::Tickets;
use crate::chat::Author;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Actor;
use crate::ids::TicketId;

/// How many entries one split takes.
const ENTRIES: usize = 50;

impl Tickets {
    /// Makes `from` a part of `into`, for good: it is closed, its number leads to `into`, where what was said in it is shown,
    /// and replies to it go. Both must be of the same requester, as what one has asked is not another's to read.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for visitors; `Conflict` when they are of different people (`other_requester`), when `from` has
    /// parts (`nested`), or when either was merged into another (`merged`).
    pub async fn merge(&self, actor: &Actor, from: TicketId, into: TicketId) -> Result<Ticket> {
        let effects = self.event(TICKET_MERGED, &TicketMerged::new(into, from))?;
        Ok(self.apply(self.step(actor, into, Command::Merge { from }).effects(effects)).await?.ticket)
    }

    /// Says that two tickets have to do with each other, or no longer.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for visitors; `Invalid` when one has over 50 links; `Conflict` for a ticket and itself.
    pub async fn link(&self, actor: &Actor, ticket: TicketId, other: TicketId, holds: bool) -> Result<Ticket> {
        let step = self.step(actor, ticket, Command::Link { other, holds }).effects(self.updated(actor, ticket)?);
        Ok(self.apply(step).await?.ticket)
    }

    /// Makes a ticket a part of another, or of none. Parts have no parts. A ticket with open parts is not solved.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for visitors; `Conflict` with code `nested`.
    pub async fn set_parent(&self, actor: &Actor, ticket: TicketId, parent: Option<TicketId>) -> Result<Ticket> {
        let step = self.step(actor, ticket, Command::Parent { parent }).effects(self.updated(actor, ticket)?);
        Ok(self.apply(step).await?.ticket)
    }

    /// Copies replies and notes, by their numbers as staff count, into a new ticket of the same requester, which is linked.
    /// Gives the new ticket. The same `client_message_id` again gives the same.
    ///
    /// # Errors
    /// `Invalid` at `/entries` when they are none of 1 to 50 replies and notes, or the requester has seen none of them, or at
    /// `/subject`; `NotFound`; `Forbidden` for visitors.
    pub async fn split(
        &self,
        actor: &Actor,
        ticket: TicketId,
        client_message_id: &str,
        subject: &str,
        mut entries: Vec<i64>,
    ) -> Result<Ticket> {
        checked_key(client_message_id)?;
        entries.sort_unstable();
        entries.dedup();
        if !(1..=ENTRIES).contains(&entries.len()) {
            return Err(Error::invalid("/entries", "length", format!("1 to {ENTRIES} entries")));
        }
        let context = &self.0.context;
        let listed = self.get(actor, ticket).await?;
        let (subject, requester) = (checked_subject(subject)?, listed.ticket.requester);
        let new = Box::new(Ticket::new(context.ids.next(), requester, subject, context.clock.now()));
        let step = self.step(actor, ticket, Command::Split { new, entries }).effects(self.updated(actor, ticket)?);
        let applied = self.apply(step.client_message_id(client_message_id)).await?;
        self.split_off(actor, applied).await
    }

    async fn split_off(&self, actor: &Actor, applied: Applied) -> Result<Ticket> {
        if let Some(created) = applied.created {
            return Ok(created);
        }
        let gone = || Error::new(ErrorKind::Conflict, "it was split before").with_code("client_message_id_reused");
        match applied.entry.map(|entry| entry.change) {
            Some(super::super::model::Change::Split { ticket, .. }) => Ok(self.get(actor, ticket).await?.ticket),
            _ => Err(gone()),
        }
    }

    fn updated(&self, actor: &Actor, ticket: TicketId) -> Result<Effects> {
        self.event(TICKET_UPDATED, &TicketUpdated::new(ticket, Author::from(actor)))
    }
}
