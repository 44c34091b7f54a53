//! What was searched for, and what came of it.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::{ArticleId, ContactId, SearchId};

/// A search that somebody has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched {
    /// Its id.
    pub id: SearchId,
    /// When.
    pub at: Timestamp,
    /// Who, when they have a session.
    pub contact: Option<ContactId>,
    /// Where.
    pub source: Source,
    /// In which language.
    pub locale: String,
    /// Its words, each once, apart by spaces: what is alike is counted together.
    pub words: String,
    /// How many articles were found.
    pub results: i64,
}

/// Where somebody has searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// In the help centre.
    Help,
    /// In the widget.
    Widget,
    /// Before a conversation, where articles are suggested.
    Chat,
    /// Before a contact form is sent.
    Contact,
    /// Before a ticket is made.
    Ticket,
}

/// What came of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// An article was opened.
    Opened(ArticleId),
    /// It ended elsewhere.
    Ended(Ended),
}

/// Where a search ended that did not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// In a conversation.
    Conversation,
    /// In a ticket.
    Ticket,
    /// In a contact form.
    Contact,
}

/// What was searched for since some time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How many searches there were.
    pub searches: i64,
    /// How many of them found nothing.
    pub without_result: i64,
    /// How many found something of which nothing was opened.
    pub without_click: i64,
    /// How many ended in a conversation, a ticket or a contact form.
    pub ended: i64,
    /// How often articles were suggested before somebody wrote.
    pub suggested: i64,
    /// How often one of those was opened, and nothing was written.
    pub deflected: i64,
    /// The words that were searched for most.
    pub words: Vec<Count>,
}

/// How often the same words were searched for, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The words.
    pub words: String,
    /// How often.
    pub searches: i64,
    /// How often nothing was found.
    pub without_result: i64,
    /// How often something was found and nothing opened.
    pub without_click: i64,
    /// How often it ended elsewhere.
    pub ended: i64,
}

impl Count {
    /// How often people left without an answer.
    pub fn gap(&self) -> i64 {
        self.without_result + self.without_click
    }
}

impl Source {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::Widget => "widget",
            Self::Chat => "chat",
            Self::Contact => "contact",
            Self::Ticket => "ticket",
        }
    }

    /// Whether articles are suggested there before somebody writes.
    pub fn suggests(self) -> bool {
        matches!(self, Self::Chat | Self::Contact | Self::Ticket)
    }
}

impl Ended {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Conversation => "conversation",
            Self::Ticket => "ticket",
            Self::Contact => "contact",
        }
    }
}
