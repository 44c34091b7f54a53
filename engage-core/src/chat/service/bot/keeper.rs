//! Keeps the promise that the bot hears a message.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::{Answer, Heard, HostBot, failed};
use crate::chat::model::Change;
use crate::chat::service::Chat;
use crate::chat::store::{EntryQuery, EntryRange, Listed};
use crate::clock::delta;
use crate::engage::Context;
use crate::error::Result;
use crate::hooks::Host;
use crate::identity::{Actor, Audience};
use crate::ids::{ConversationId, EntryId};
use crate::outbox::{Handler, OutboxMessage, Patience};

/// Topic of the promises.
pub(crate) const TO_BOT: &str = "bot";
/// A message that is older was lost on the way, perhaps as whoever asked the bot did not survive it; a person answers it.
const OVERDUE: Duration = Duration::from_secs(150);
/// The promise is kept at last: it is the database that must answer.
const PATIENCE: Patience =
    Patience { attempts: 10_000, backoff: Duration::from_secs(1), max_backoff: Duration::from_secs(30) };

/// What the promise says. Store and plan fill in which entry it is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ToHear {
    /// Where.
    pub(crate) conversation: ConversationId,
    /// The message.
    #[serde(default)]
    entry: Option<EntryId>,
    /// Its place, as staff count.
    #[serde(default)]
    seq: Option<i64>,
}

#[derive(Debug)]
struct Keeper {
    context: Context,
    chat: Chat,
    /// Without one, all is handed off.
    bot: Option<HostBot>,
    host: Host,
}

/// Hears for `bot`, and hands off for it when it does not answer.
pub(crate) fn keeper(context: &Context, chat: &Chat, bot: Option<HostBot>, host: &Host) -> Arc<dyn Handler> {
    Arc::new(Keeper { context: context.clone(), chat: chat.clone(), bot, host: host.clone() })
}

impl ToHear {
    pub(crate) fn new(conversation: ConversationId) -> Self {
        Self { conversation, entry: None, seq: None }
    }
}

#[async_trait]
impl Handler for Keeper {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        let ToHear { conversation, entry: Some(entry), seq: Some(seq) } =
            serde_json::from_value(message.payload.clone())?
        else {
            return Ok(());
        };
        let Some(listed) = self.chat.seen(&(&Actor::System).into(), conversation).await? else { return Ok(()) };
        // Somebody else has it by now, or it was done with.
        if !listed.conversation.bot {
            return Ok(());
        }
        let answer = match self.answer(message, &listed, entry, seq).await {
            Ok(answer) => answer,
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(target: "engage::bot", %conversation, %error, cause, "the bot did not answer; it is handed off");
                Answer::hand_off()
            }
        };
        let name = self.bot.as_ref().map_or_else(String::new, |bot| bot.name.clone());
        self.chat.do_as_bot(name, conversation, entry, answer).await
    }

    fn patience(&self) -> Option<Patience> {
        Some(PATIENCE)
    }
}

impl Keeper {
    async fn answer(&self, message: &OutboxMessage, listed: &Listed, entry: EntryId, seq: i64) -> Result<Answer> {
        let bot = self.bot.as_ref().ok_or_else(|| failed("this node has no bot"))?;
        if self.context.clock.now() > message.due + delta(OVERDUE) {
            return Err(failed("the message waited too long"));
        }
        let conversation = listed.conversation.id;
        let query = EntryQuery::new(conversation, Audience::Staff, EntryRange::After(seq - 1), 1);
        let found = self.chat.store().entries(&query).await?.pop().filter(|found| found.id == entry);
        let Some(Change::Message { body, files, .. }) = found.map(|found| found.change) else {
            return Err(failed("the message is not there"));
        };
        let heard = Heard {
            id: message.id,
            conversation,
            contact: listed.contact.clone(),
            language: listed.conversation.routing.language.clone(),
            entry,
            seq,
            body,
            files,
        };
        self.ask(bot, heard).await?.checked()
    }

    /// In a task of its own, so that a bot that panics, or blocks its thread, is one that does not answer.
    async fn ask(&self, bot: &HostBot, heard: Heard) -> Result<Answer> {
        let mut asked = JoinSet::new();
        asked.spawn((bot.hear)(self.host.engage()?, heard));
        match tokio::time::timeout(bot.patience, asked.join_next()).await {
            Ok(Some(Ok(answered))) => answered,
            Ok(_) => Err(failed("the host's bot panicked")),
            Err(_) => Err(failed("the host's bot did not answer in time")),
        }
    }
}
