//! Mail that comes in: read, kept once, and given to whoever owns its thread.

mod files;
mod letter;
mod quotes;
mod service;

use std::fmt::Debug;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::model::Thread;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::ids::ReceivedId;

pub(super) use letter::message_id;
pub use letter::{Bounce, Letter};
pub(super) use service::{Claim, TO_CLAIM};

/// How large a mail may be, in bytes.
pub const MAIL_BYTES: usize = 10 * 1024 * 1024;

/// Takes mails for a capability: see [`super::Mails::claims`].
#[async_trait]
pub trait Inbound: Debug + Send + Sync + 'static {
    /// Takes a letter into a thread of its own, or says that it does not belong there: `false`. It may be asked again for the
    /// same letter, under the same id: be idempotent.
    ///
    /// A letter whose way back was signed has [`Received::is_signed`]; of any other only the sender's own word says whose it is,
    /// and that it answers a mail that was sent to that address.
    ///
    /// # Errors
    /// It is asked again later.
    async fn claim(&self, received: &Received, letter: &Letter) -> Result<bool>;
}

/// A mail that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its id here.
    pub id: ReceivedId,
    /// `Message-ID`, or what stands for it: unique.
    pub message_id: String,
    /// Who says to have written it, as an address; empty: nobody.
    pub sender: String,
    /// What about: one line.
    pub subject: String,
    /// What it belongs to.
    pub thread: Option<Thread>,
    /// Whether the address that it came to says so; else only what it answers.
    pub is_signed: bool,
    /// What became of it.
    pub state: ReceivedState,
    /// When it came.
    pub received_at: Timestamp,
    /// The mail as it came; `None` once somebody has what was in it.
    pub raw: Option<Vec<u8>>,
}

/// What became of a mail that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceivedState {
    /// It waits for whoever owns its thread.
    Waiting,
    /// Somebody has it.
    Claimed,
    /// Nobody wanted it; it is kept for people to read.
    Unclaimed,
    /// A program wrote it: an answer of somebody who is away, a list. It is kept and answered by nobody.
    Automatic,
    /// It says that a mail of ours did not arrive.
    Bounce,
    /// engage itself wrote it.
    Loop,
}

impl ReceivedState {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Claimed, Self::Unclaimed, Self::Automatic, Self::Bounce, Self::Loop];

    /// Its name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Claimed => "claimed",
            Self::Unclaimed => "unclaimed",
            Self::Automatic => "automatic",
            Self::Bounce => "bounce",
            Self::Loop => "loop",
        }
    }

    /// The state of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}
