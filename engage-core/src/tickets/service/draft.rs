//! What somebody is writing, kept on the server.

use super::super::model::checked_body;
use super::super::store::Draft;
use super::Tickets;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{Actor, Staff};
use crate::ids::TicketId;

impl Tickets {
    /// Keeps what the agent is writing on a ticket, in place of what was kept before; nothing but white space removes it.
    ///
    /// # Errors
    /// `Invalid` at `/body`; `NotFound`; `Forbidden` for who is no agent or admin.
    pub async fn keep_draft(&self, actor: &Actor, ticket: TicketId, body: &str, note: bool) -> Result<Draft> {
        let person = staff(actor)?.agent.id.clone();
        self.get(actor, ticket).await?;
        let body = if body.trim().is_empty() { String::new() } else { checked_body(body)? };
        let draft = Draft { ticket, person, body, note, updated_at: self.0.context.clock.now() };
        self.0.store.put_draft(&draft).await?;
        Ok(draft)
    }

    /// What the agent is writing on a ticket.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for who is no agent or admin.
    pub async fn draft(&self, actor: &Actor, ticket: TicketId) -> Result<Option<Draft>> {
        let person = &staff(actor)?.agent.id;
        self.get(actor, ticket).await?;
        self.0.store.draft(ticket, person).await
    }
}

pub(super) fn staff(actor: &Actor) -> Result<&Staff> {
    match actor {
        Actor::Staff(staff) => Ok(staff),
        _ => Err(Error::new(ErrorKind::Forbidden, "this is an agent's or an admin's")),
    }
}
