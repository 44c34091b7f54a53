//! What happens to a ticket.

use serde::{Deserialize, Serialize};

use super::{Metric, Status};
use crate::attributes::AttributePatch;
use crate::chat::{Author, Priority};
use crate::clock::Timestamp;
use crate::files::FileCard;
use crate::identity::{AgentRef, Audience};
use crate::ids::{ContactId, TicketId};

/// One durable change of a ticket. The ticket and `seq` name it for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Of which ticket.
    pub ticket: TicketId,
    /// Its number among all entries of the ticket, from 1, without a hole: staff's numbering.
    pub seq: i64,
    /// Its number among those that the requester sees, from 1, without a hole; `None` when staff only see it.
    pub public_seq: Option<i64>,
    /// When it was committed, as the sender's node had it. Never smaller than that of the entry before.
    pub at: Timestamp,
    /// Who did it.
    pub author: Author,
    /// What changed.
    pub change: Change,
    /// The sender's own id of a reply, a note or time.
    pub client_message_id: Option<String>,
}

/// What an entry changes. `from` and `to` are what was and what is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Change {
    /// The beginning.
    Opened {
        /// What it is about.
        subject: String,
        /// What is asked.
        body: String,
        /// What goes with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileCard>,
    },
    /// Something said to everybody.
    Reply {
        /// What was said; with files it may be empty.
        body: String,
        /// What goes with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileCard>,
        /// The entry of another ticket that it was, before the ticket was split.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<(TicketId, i64)>,
    },
    /// Something said among staff.
    Note {
        /// What was said; with files it may be empty.
        body: String,
        /// Who should look at it.
        mentions: Vec<AgentRef>,
        /// What goes with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileCard>,
        /// The entry of another ticket that it was, before the ticket was split.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<(TicketId, i64)>,
    },
    /// What it is about.
    Subject {
        /// Before.
        from: String,
        /// Now.
        to: String,
    },
    /// How far it has got. The requester sees stages alone.
    Status {
        /// Before.
        from: Status,
        /// Now.
        to: Status,
    },
    /// Out of sight until then; `None`: in sight again.
    Snoozed {
        /// Until when.
        until: Option<Timestamp>,
    },
    /// How urgent it is.
    Priority {
        /// Before.
        from: Priority,
        /// Now.
        to: Priority,
    },
    /// Whose it is among staff.
    Team {
        /// Before; `None`: everybody's.
        from: Option<String>,
        /// Now.
        to: Option<String>,
    },
    /// Who sees to it.
    Assigned {
        /// Before; `None`: nobody.
        from: Option<AgentRef>,
        /// Now.
        to: Option<AgentRef>,
    },
    /// Whose it is.
    Requester {
        /// Before.
        from: ContactId,
        /// Now.
        to: ContactId,
    },
    /// For whom the requester asks.
    Organisation {
        /// Before.
        from: Option<String>,
        /// Now.
        to: Option<String>,
    },
    /// When it should be done.
    Due {
        /// Before.
        from: Option<Timestamp>,
        /// Now.
        to: Option<Timestamp>,
    },
    /// What it is about.
    Tags {
        /// Put on.
        added: Vec<String>,
        /// Taken off.
        removed: Vec<String>,
    },
    /// Who gets its replies too.
    Cc {
        /// Put on.
        added: Vec<String>,
        /// Taken off.
        removed: Vec<String>,
    },
    /// Staff who want to hear of it.
    Followers {
        /// Who began to.
        added: Vec<AgentRef>,
        /// Who ended.
        removed: Vec<AgentRef>,
    },
    /// What the site keeps of it.
    Fields {
        /// What changed.
        changed: AttributePatch,
        /// What was there before, of what changed.
        before: AttributePatch,
    },
    /// Somebody worked on it.
    Time {
        /// How long, in seconds; negative takes back.
        seconds: i64,
        /// On what.
        note: Option<String>,
    },
    /// How it went, as the requester says.
    Rated {
        /// From 1, the worst, to 5.
        score: u8,
        /// In their own words.
        comment: Option<String>,
    },
    /// Something owed was not done in time, or soon will not be.
    Owed {
        /// What.
        metric: Metric,
        /// By when.
        due: Timestamp,
        /// Whether the time has passed.
        is_breach: bool,
    },
    /// It has to do with another ticket, or no longer.
    Related {
        /// Which.
        ticket: TicketId,
        /// What the other is to this one.
        relation: Relation,
        /// Whether it has begun or ended.
        holds: bool,
    },
    /// Another ticket has become a part of it: what was said there is shown here.
    Merged {
        /// Which.
        ticket: TicketId,
        /// Its number.
        number: i64,
    },
    /// It has become a part of another ticket, which goes on.
    MergedInto {
        /// Which.
        ticket: TicketId,
        /// Its number.
        number: i64,
    },
    /// Some of its replies and notes go on in a ticket of their own.
    Split {
        /// Which.
        ticket: TicketId,
        /// Its number.
        number: i64,
        /// The numbers of the entries that were copied.
        entries: Vec<i64>,
    },
    /// It was split off another ticket.
    SplitFrom {
        /// Which.
        ticket: TicketId,
        /// Its number.
        number: i64,
    },
    /// A rule or a macro did what follows.
    Acted {
        /// What of them.
        by: Acted,
        /// What people call it.
        name: String,
    },
}

/// What acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acted {
    /// A rule, by itself.
    Rule,
    /// A macro, by who is the author.
    Macro,
    /// A rule that was kept from acting: rules had changed the ticket too often, one after the other.
    Stopped,
}

/// What another ticket is to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// It has to do with it.
    Linked,
    /// This one is a part of it.
    Parent,
    /// It is a part of this one.
    Child,
}

impl Entry {
    /// Its number in the numbering of `audience`, if `audience` sees it.
    pub fn seq_for(&self, audience: Audience) -> Option<i64> {
        match audience {
            Audience::Visitor => self.public_seq,
            Audience::Staff => Some(self.seq),
        }
    }

    /// What it holds to be searched for: the subject, what was said, and the names of files.
    pub fn text(&self) -> Option<String> {
        let said = match &self.change {
            Change::Opened { subject, body, .. } => format!("{subject}\n{body}"),
            Change::Reply { body, .. } | Change::Note { body, .. } => body.clone(),
            Change::Subject { to, .. } => to.clone(),
            _ => return None,
        };
        let names = self.change.files().iter().map(|file| file.name.as_str());
        Some(std::iter::once(said.as_str()).chain(names).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n"))
    }
}

impl Change {
    /// Its name, as JSON has it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Reply { .. } => "reply",
            Self::Note { .. } => "note",
            Self::Subject { .. } => "subject",
            Self::Status { .. } => "status",
            Self::Snoozed { .. } => "snoozed",
            Self::Priority { .. } => "priority",
            Self::Team { .. } => "team",
            Self::Assigned { .. } => "assigned",
            Self::Requester { .. } => "requester",
            Self::Organisation { .. } => "organisation",
            Self::Due { .. } => "due",
            Self::Tags { .. } => "tags",
            Self::Cc { .. } => "cc",
            Self::Followers { .. } => "followers",
            Self::Fields { .. } => "fields",
            Self::Time { .. } => "time",
            Self::Rated { .. } => "rated",
            Self::Owed { .. } => "owed",
            Self::Related { .. } => "related",
            Self::Merged { .. } => "merged",
            Self::MergedInto { .. } => "merged_into",
            Self::Split { .. } => "split",
            Self::SplitFrom { .. } => "split_from",
            Self::Acted { .. } => "acted",
        }
    }

    /// The files that go with it.
    pub fn files(&self) -> &[FileCard] {
        match self {
            Self::Opened { files, .. } | Self::Reply { files, .. } | Self::Note { files, .. } => files,
            _ => &[],
        }
    }

    /// What was said; without words, the names of the files.
    pub fn said(&self) -> String {
        match self {
            Self::Opened { body, .. } | Self::Reply { body, .. } | Self::Note { body, .. } if !body.is_empty() => {
                body.clone()
            }
            _ => self.files().iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", "),
        }
    }

    /// Whether somebody says something, or it begins: no change of a field.
    pub fn is_said(&self) -> bool {
        matches!(self, Self::Opened { .. } | Self::Reply { .. } | Self::Note { .. })
    }
}
