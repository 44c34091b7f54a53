//! The host's bot.

mod acting;
mod answer;
mod keeper;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::BoxFuture;

use crate::chat::checked_text;
use crate::contacts::ContactCard;
use crate::engage::Engage;
use crate::error::{Error, ErrorKind};
use crate::files::FileCard;
use crate::ids::{ConversationId, EntryId, OutboxId};

pub(in crate::chat) use acting::NOT_THE_BOTS;
pub use answer::{Answer, Next};
pub(crate) use keeper::{TO_BOT, keeper};

/// The longest that a bot may take, which ends well before the lease of its promise does.
const LONGEST: Duration = Duration::from_secs(30);

/// The host's own bot, which answers visitors until a person is needed: see [`crate::Builder::bot`].
///
/// What a visitor begins is the bot's at first: nobody is given it, and it waits for nobody. The bot's part ends when it hands
/// the conversation off or closes it, when the visitor asks for a person, and when somebody of the staff writes in it, takes it
/// or passes it on; it never begins again. What the bot says after that is dropped.
///
/// Each message is a promise in the outbox, written with the message, so it is heard at least once, on whatever node, after a
/// crash too. A bot that fails, panics, says what no message may be, or does not answer in time is not asked again: the
/// conversation is handed off at once. What is handed off waits in the queue since the visitor wrote the first of what
/// nobody, the bot neither, has answered, or else since the hand-off.
///
/// Every node has the same bot: also those that only serve, as they write the promises. Where a node has none, it hands off
/// what it is asked to hear.
///
/// ```
/// use engage_core::chat::{Answer, Bot, Heard};
/// use engage_core::{Engage, Error, async_trait, memory};
///
/// struct Hours;
///
/// #[async_trait]
/// impl Bot for Hours {
///     type Error = Error;
///
///     fn name(&self) -> &str {
///         "Hours"
///     }
///
///     async fn hear(&self, _: &Engage, heard: Heard) -> Result<Answer, Error> {
///         Ok(match heard.body.to_lowercase() {
///             text if text.contains("open") => Answer::say("We are open from 9 to 17."),
///             text if text.contains("thanks") => Answer::say("You are welcome.").and_close(),
///             text if text.contains("buy") => Answer::hand_off().to_team("sales").with_note("Wants to buy."),
///             _ => Answer::say("Let me find somebody who knows.").and_hand_off(),
///         })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), engage_core::BuildError> {
/// let engage = Engage::builder(memory::backend()).bot(Hours).build().await?;
/// # drop(engage);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait Bot: Send + Sync + 'static {
    /// What goes wrong with it. It is logged.
    type Error: Into<Box<dyn std::error::Error + Send + Sync>> + Send;

    /// What people read as its name, 1 to 100 characters on one line. Asked once.
    fn name(&self) -> &str;

    /// How long it may take to answer, at most 30 s. 10 s.
    fn patience(&self) -> Duration {
        Duration::from_secs(10)
    }

    /// Hears what a visitor wrote and says what to do. It may be asked again for the same message, under the same
    /// [`Heard::id`], and for two messages at once or in another order: [`Heard::seq`] says which was first. Of two answers to
    /// one message the first stands.
    ///
    /// # Errors
    /// The conversation is handed off.
    async fn hear(&self, engage: &Engage, heard: Heard) -> Result<Answer, Self::Error>;
}

/// What a visitor wrote to a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heard {
    /// Of the promise: the same when it is heard again.
    pub id: OutboxId,
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub contact: ContactCard,
    /// In which language the visitor wants to be answered, a BCP 47 tag in lower case.
    pub language: Option<String>,
    /// The message.
    pub entry: EntryId,
    /// Its number, as staff count: later ones are greater, the first is 1.
    pub seq: i64,
    /// What it says: up to 10,000 characters that anybody may have typed.
    pub body: String,
    /// What goes with it; without words it is all there is.
    pub files: Vec<FileCard>,
}

/// A bot as [`crate::Builder`] keeps it.
#[derive(Clone)]
pub(crate) struct HostBot {
    pub(crate) name: String,
    patience: Duration,
    hear: Arc<Hear>,
}

type Hear = dyn Fn(Engage, Heard) -> BoxFuture<'static, crate::error::Result<Answer>> + Send + Sync;

impl HostBot {
    pub(crate) fn new(bot: impl Bot) -> Self {
        let (name, patience, bot) = (bot.name().trim().to_owned(), bot.patience().min(LONGEST), Arc::new(bot));
        let hear = move |engage: Engage, heard: Heard| -> BoxFuture<'static, crate::error::Result<Answer>> {
            let bot = Arc::clone(&bot);
            Box::pin(async move {
                bot.hear(&engage, heard).await.map_err(|error| failed("the host's bot failed").with_source(error))
            })
        };
        Self { name, patience, hear: Arc::new(hear) }
    }

    /// With no more patience than this.
    pub(crate) fn within(mut self, longest: Duration) -> Self {
        self.patience = self.patience.min(longest);
        self
    }

    /// What is wrong with it, a sentence.
    pub(crate) fn problem(&self) -> Option<String> {
        let fits = checked_text("/name", &self.name, 100).is_ok() && !self.name.chars().any(char::is_control);
        (!fits).then(|| "bot: give it a name of 1 to 100 characters on one line".to_owned())
    }
}

impl fmt::Debug for HostBot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostBot").field("name", &self.name).field("patience", &self.patience).finish_non_exhaustive()
    }
}

fn failed(what: &str) -> Error {
    Error::new(ErrorKind::Internal, what).with_code("bot_failed")
}
