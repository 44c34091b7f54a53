//! Word to staff that a visitor waits while nobody is there.

use async_trait::async_trait;
use chrono::TimeDelta;
use serde_json::json;

use super::{Letters, Of};
use crate::chat::model::{Change, Status};
use crate::chat::store::{EntryQuery, EntryRange};
use crate::effects::Effects;
use crate::error::Result;
use crate::identity::{Actor, Audience};
use crate::mail::{Address, Mailbox, Outgoing, Thread};
use crate::outbox::{Handler, OutboxMessage};

/// Topic of the promises to look whether somebody has taken a new conversation.
pub(in crate::chat::service) const TO_WAITING: &str = "chat.waiting_by_mail";
/// How long somebody has to take it.
pub(in crate::chat::service) const GRACE: TimeDelta = TimeDelta::minutes(1);

/// Keeps the promises.
#[derive(Debug)]
pub(super) struct Waiting(pub(super) Letters);

#[async_trait]
impl Handler for Waiting {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        let (letters, conversation) = (&self.0, Of::read(message)?);
        let settings = letters.settings.get();
        let Some(listed) = letters.chat.seen(&(&Actor::System).into(), conversation).await? else { return Ok(()) };
        let row = &listed.conversation;
        let is_answered = row.assignee.is_some() || row.bot || row.status != Status::Open;
        if is_answered || letters.chat.hub().agents().borrow().is_anybody_online() {
            return Ok(());
        }
        let query = EntryQuery::new(conversation, Audience::Visitor, EntryRange::After(0), 10);
        let entries = letters.chat.store().entries(&query).await?;
        let first = entries.iter().find_map(|entry| match &entry.change {
            Change::Message { body, .. } => Some(body.chars().take(1_000).collect::<String>()),
            _ => None,
        });
        let visitor = listed.contact.name.as_deref().or(listed.contact.email.as_deref()).unwrap_or("?");
        let variables = json!({ "visitor": visitor, "text": first.unwrap_or_default() });
        // Told once, also when this is asked again; a thread of its own, as staff do not answer to it by mail.
        let thread = Thread::new("waiting", conversation.0)?;
        let mut effects = Effects::none();
        for address in &settings.mail_waiting_to {
            let to = Mailbox::new(None, Address::checked("/value", address)?);
            effects.absorb(letters.mails.promise(Outgoing::new("chat.waiting", to, variables.clone()))?);
        }
        if !effects.is_empty() {
            letters.mails.store().tell(&thread, None, 1, letters.context.clock.now(), &effects).await?;
            letters.relay.nudge();
        }
        Ok(())
    }
}
