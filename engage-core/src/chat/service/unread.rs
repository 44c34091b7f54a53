//! The promises to look after a conversation by mail.

use std::collections::HashMap;

use parking_lot::Mutex;

use super::Chat;
use super::letters::{GRACE, Of, TO_REPLY, TO_WAITING, WAIT};
use crate::chat::store::Append;
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::Result;
use crate::identity::Actor;
use crate::ids::ConversationId;
use crate::outbox::OutboxMessage;

/// Of how many conversations a node knows that they are looked after.
const KNOWN: usize = 10_000;

/// Which conversations are looked after already: one promise covers all that is said until it is due. Only what has committed
/// counts, and what is forgotten is promised once more.
#[derive(Debug)]
pub(super) struct ByMail {
    is_on: bool,
    until: Mutex<HashMap<ConversationId, Timestamp>>,
}

impl ByMail {
    pub(super) fn new(is_on: bool) -> Self {
        Self { is_on, until: Mutex::default() }
    }

    /// What to note once `append` has committed.
    pub(super) fn is_promised_by(&self, append: &Append) -> Option<(ConversationId, Timestamp)> {
        let promise = append.effects.outbox.iter().find(|message| message.topic == TO_REPLY)?;
        Some((append.conversation, promise.due))
    }

    pub(super) fn note(&self, conversation: ConversationId, due: Timestamp) {
        let mut until = self.until.lock();
        if until.len() >= KNOWN {
            until.clear();
        }
        until.insert(conversation, due);
    }
}

impl Chat {
    /// The promise to mail what `actor` says now, if it is not read.
    pub(super) fn to_mail(&self, actor: &Actor, conversation: ConversationId) -> Result<Effects> {
        let (by_mail, context) = (&self.0.by_mail, &self.0.context);
        let now = context.clock.now();
        let is_wanted = by_mail.is_on && matches!(actor, Actor::Staff(_)) && self.0.settings.get().mail_chat_replies;
        if !is_wanted || by_mail.until.lock().get(&conversation).is_some_and(|due| *due > now) {
            return Ok(Effects::none());
        }
        let promise = OutboxMessage::command(context.ids.next(), now + WAIT, TO_REPLY, &Of::new(conversation))?;
        Ok(Effects::none().and_send(promise))
    }

    /// The promise to tell staff of a new conversation, if nobody takes it.
    pub(super) fn to_tell_staff(&self, actor: &Actor, conversation: ConversationId) -> Result<Effects> {
        let context = &self.0.context;
        let is_wanted = self.0.by_mail.is_on && matches!(actor, Actor::Visitor(_));
        if !is_wanted || self.0.settings.get().mail_waiting_to.is_empty() {
            return Ok(Effects::none());
        }
        let due = context.clock.now() + GRACE;
        let promise = OutboxMessage::command(context.ids.next(), due, TO_WAITING, &Of::new(conversation))?;
        Ok(Effects::none().and_send(promise))
    }
}
