//! What somebody sent.

use serde::{Deserialize, Serialize};

use super::check::Answer;
use super::guard::Reason;
use crate::clock::Timestamp;
use crate::ids::{ContactId, ConversationId, SubmissionId, TicketId};

/// What somebody sent by a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Its id; newer ones are greater.
    pub id: SubmissionId,
    /// The form's name.
    pub form: String,
    /// The form's version at that time; 0 of one that the host's code defines.
    pub form_version: i64,
    /// Where it lies.
    pub state: SubmissionState,
    /// What was asked and answered.
    pub answers: Vec<Answer>,
    /// Who sent it, when that is known.
    pub contact: Option<ContactId>,
    /// The address that was given.
    pub email: Option<String>,
    /// What was agreed to.
    pub consent: Option<Consent>,
    /// The page that the form was on, without its query: at most 500 characters.
    pub page: Option<String>,
    /// In which language it was read: a BCP 47 tag.
    pub locale: Option<String>,
    /// What is suspicious about it.
    pub reasons: Vec<Reason>,
    /// How often the same was sent again within a day.
    pub repeats: i64,
    /// What it became beside this.
    pub became: Option<Became>,
    /// Whether others were told of it: at once, or when it was let through.
    pub told: bool,
    /// Counts changes, from 1.
    pub version: i64,
    /// When it came.
    pub created_at: Timestamp,
    /// When it was last changed, or came again.
    pub updated_at: Timestamp,
    /// When it is deleted.
    pub expires_at: Timestamp,
}

/// Where a submission lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubmissionState {
    /// To be looked at.
    Inbox,
    /// Held back, as something about it is suspicious.
    Quarantine,
    /// Dealt with.
    Done,
    /// Somebody has looked at it, and wants no such.
    Spam,
}

/// What somebody agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// SHA-256 of the text, in hex.
    pub version: String,
    /// The text.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

/// What a submission became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Became {
    /// A conversation.
    Chat {
        /// Which.
        conversation: ConversationId,
    },
    /// A ticket.
    Ticket {
        /// Which.
        ticket: TicketId,
        /// The same, as people call it, without the site's prefix.
        number: i64,
    },
}

impl SubmissionState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Inbox, Self::Quarantine, Self::Done, Self::Spam];

    /// Its name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Quarantine => "quarantine",
            Self::Done => "done",
            Self::Spam => "spam",
        }
    }

    /// The state of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether it is taken for what somebody meant to say.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Inbox | Self::Done)
    }
}

impl Submission {
    /// The answers as a text to read.
    pub fn text(&self) -> String {
        let lines = self.answers.iter().map(|answer| format!("{}: {}", answer.label, answer.shown()));
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Answer {
    /// Its value as a text.
    pub fn shown(&self) -> String {
        match &self.value {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Bool(true) => "yes".to_owned(),
            serde_json::Value::Bool(false) => "no".to_owned(),
            serde_json::Value::Array(chosen) => {
                chosen.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(", ")
            }
            other => other.to_string(),
        }
    }
}
