//! What a bot does, and how its part ends.

use super::keeper::{TO_BOT, ToHear};
use super::{Answer, Next};
use crate::chat::events::{MESSAGE_SENT, MessageSent, STATUS_CHANGED, StatusChanged};
use crate::chat::model::{Command, Conversation, Status};
use crate::chat::service::Chat;
use crate::chat::store::Append;
use crate::effects::Effects;
use crate::error::{Error, Result};
use crate::identity::Actor;
use crate::ids::{ConversationId, EntryId};
use crate::outbox::OutboxMessage;

/// Said of what a bot does with a conversation that is not its any more.
pub(in crate::chat) const NOT_THE_BOTS: &str = "not_the_bots";

impl Chat {
    /// Ends the bot's part: the conversation waits for a person from then on. When it is not the bot's nothing changes. For the
    /// visitor who asks for a person, as for the host.
    ///
    /// # Errors
    /// `NotFound` when the conversation does not exist for `actor`.
    pub async fn hand_off(&self, actor: Actor, conversation: ConversationId) -> Result<Conversation> {
        let command = Command::HandOff { team: None, note: None };
        self.change(actor, conversation, command, Effects::none()).await
    }

    /// Does what the bot called `name` answered to `entry`. Done again, it changes nothing, whatever it answered then; once it is
    /// not the bot's any more, nothing is done.
    pub(super) async fn do_as_bot(
        &self,
        name: String,
        conversation: ConversationId,
        entry: EntryId,
        answer: Answer,
    ) -> Result<()> {
        let actor = Actor::Bot(name);
        for (place, body) in answer.says.into_iter().enumerate() {
            let (author, files) = ((&actor).into(), Vec::new());
            let sent = MessageSent { conversation, author, note: false, entry: None, seq: None, files };
            let effects = self.event(MESSAGE_SENT, &sent)?;
            // A key that no client can use.
            let key = format!("~bot:{entry}:{place}");
            let command = Command::Message { body, reply_to: None, files: Vec::new() };
            let append = self.command(conversation, actor.clone(), command).client_message_id(key).effects(effects);
            if self.is_over(self.0.writer.submit(append).await)? {
                return Ok(());
            }
        }
        let (command, effects) = match answer.next {
            Next::Stay => return Ok(()),
            Next::HandOff { team, note } => (Command::HandOff { team, note }, Effects::none()),
            Next::Close => {
                let status = Status::Closed;
                let event = self.event(STATUS_CHANGED, &StatusChanged { conversation, status })?;
                (Command::Status { status, snoozed_until: None }, event)
            }
        };
        let append = self.command(conversation, actor, command).effects(effects);
        self.is_over(self.0.writer.submit(append).await).map(drop)
    }

    /// The promise that the bot hears what `actor` says in a conversation, if it is the bot's then.
    pub(in crate::chat::service) fn to_hear(&self, append: Append) -> Result<Append> {
        if !self.0.has_bot || !matches!(append.actor, Actor::Visitor(_)) {
            return Ok(append);
        }
        let (id, due) = (self.0.context.ids.next(), append.at);
        let promise = OutboxMessage::command(id, due, TO_BOT, &ToHear::new(append.conversation))?;
        Ok(append.heard_by_bot(promise))
    }

    /// Whether the bot's part is over. That another answer was given to the same message before is no error.
    fn is_over<T>(&self, outcome: Result<T>) -> Result<bool> {
        match outcome.map_err(|error| (error.code(), error)) {
            Ok(_) | Err(("client_message_id_reused", _)) => Ok(false),
            Err((NOT_THE_BOTS | "not_found", _)) => Ok(true),
            Err((_, error)) => Err::<bool, Error>(error),
        }
    }
}
