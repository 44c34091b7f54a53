//! Conversations and what happens in them.

mod advance;
mod draft;
mod epoch;
mod fields;
mod hours;
mod invitation;
mod look;
mod page;
mod plan;
mod queue;
mod routing;
mod spans;
pub(super) mod text;

pub use draft::Draft;
pub use epoch::Epoch;
pub(crate) use fields::{Asked, asked_of, check_answers, check_fields};
pub use fields::{Field, FieldKind};
pub use hours::{Holiday, Hours, Interval, Minute, Week};
pub(crate) use invitation::check_invitations;
pub use invitation::{Invitation, Visits, When};
pub use look::{Accent, Corner, LauncherIcon, Look, Texts, Theme, Words};
pub(crate) use look::{check_look, check_texts};
pub use page::Page;
pub use plan::{Plan, Planned};
pub use queue::{assignments, has_alternative};
pub use routing::{Priority, Routing};
pub(crate) use text::{
    checked_body, checked_client_message_id, checked_label, checked_language, checked_team, checked_text,
};

use serde::{Deserialize, Serialize};

use crate::attributes::{AttributePatch, Attributes};
use crate::clock::Timestamp;
use crate::contacts::{Blocked, ContactCard};
use crate::files::FileCard;
use crate::identity::{Actor, AgentRef, Audience};
use crate::ids::{ContactId, ConversationId, EntryId};

/// A conversation as its row holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// Whose it is.
    pub contact: ContactId,
    /// The version of the contact that it was told of last.
    pub contact_version: i64,
    /// Why its visitor may not write here; `None`: they may.
    pub blocked: Option<Blocked>,
    /// Whether it is being worked on.
    pub status: Status,
    /// When a snoozed one wakes; `None`: when the visitor writes.
    pub snoozed_until: Option<Timestamp>,
    /// The team whose it is; `None`: everybody's.
    pub team: Option<String>,
    /// Teams whose it has been, so that their members learn that it has gone; an empty one: everybody's.
    pub past_teams: Vec<String>,
    /// Who answers it.
    pub assignee: Option<AgentRef>,
    /// Whether the bot answers it: then it is open and nobody's, and waits for nobody.
    pub bot: bool,
    /// How it stands in the queue.
    pub routing: Routing,
    /// What it is about, sorted, each once; for staff.
    pub labels: Vec<String>,
    /// What the site keeps of it; for staff.
    pub attributes: Attributes,
    /// What the visitor said of how it went since it was closed.
    pub rating: Option<Rating>,
    /// The number of its newest entry. Staff follow this numbering, which counts all entries.
    pub seq: i64,
    /// The number of its newest entry that the visitor sees.
    pub visitor_seq: i64,
    /// How many messages and notes it has.
    pub messages: i64,
    /// How many messages it has.
    pub visitor_messages: i64,
    /// Its place in the inbox: grows with each of its changes, over all conversations, in commit order.
    pub inbox_seq: i64,
    /// Its newest message or note.
    pub last_message: Option<Excerpt>,
    /// Its newest message.
    pub visitor_last_message: Option<Excerpt>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Whether a conversation is being worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits for somebody.
    Open,
    /// Put off. The visitor sees it as open.
    Snoozed,
    /// Done. A message by the visitor opens it again.
    Closed,
}

/// What a visitor says of how it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// From 1, the worst, to 5.
    pub score: u8,
    /// In their own words, at most 1,000 characters.
    pub comment: Option<String>,
    /// When they first said it.
    pub at: Timestamp,
}

/// The start of a message, for lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// Who wrote it.
    pub author: Author,
    /// Whether it is a private note.
    pub note: bool,
    /// At most 140 characters; of a message without words the names of its files.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

/// One durable change of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// Where.
    pub conversation: ConversationId,
    /// Its number among all entries of the conversation, from 1, without a hole: staff's numbering.
    pub seq: i64,
    /// Its number among those that the visitor sees, from 1, without a hole; `None` when staff only see it.
    pub visitor_seq: Option<i64>,
    /// How many messages and notes there are up to and with it.
    pub messages: i64,
    /// How many messages there are up to and with it.
    pub visitor_messages: i64,
    /// When it was committed, as the sender's node had it. Never smaller than that of the entry before.
    pub at: Timestamp,
    /// Who did it.
    pub author: Author,
    /// What changed.
    pub change: Change,
    /// The sender's own id of a message or note.
    pub client_message_id: Option<String>,
}

/// Who wrote or did something.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Author {
    /// The visitor, as the contact that they were at the time.
    Visitor {
        /// Which contact.
        id: ContactId,
    },
    /// An agent.
    Agent(AgentRef),
    /// The host's bot.
    Bot {
        /// What people read as its name.
        name: String,
    },
    /// engage or the host.
    System,
}

/// What an entry changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Change {
    /// Something said to everybody.
    Message {
        /// What was said.
        body: String,
        /// The message that it answers.
        reply_to: Option<EntryId>,
        /// What goes with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileCard>,
    },
    /// Something said among staff.
    Note {
        /// What was said.
        body: String,
        /// The message or note that it answers.
        reply_to: Option<EntryId>,
        /// What goes with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileCard>,
        /// Whom it asks to look, each once.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<AgentRef>,
    },
    /// The status.
    Status {
        /// The new one.
        status: Status,
        /// When a snoozed one wakes.
        snoozed_until: Option<Timestamp>,
    },
    /// Who answers.
    Assigned {
        /// The agent; `None`: nobody.
        agent: Option<AgentRef>,
    },
    /// Whose it is.
    Team {
        /// The team; `None`: everybody's.
        team: Option<String>,
    },
    /// Who comes first. Staff only.
    Priority {
        /// The new one.
        priority: Priority,
    },
    /// In which language the visitor wants to be answered. Staff only.
    Language {
        /// The new one; `None`: any.
        language: Option<String>,
    },
    /// Who the visitor is, or what is known of them.
    Contact {
        /// As of now.
        contact: ContactCard,
        /// Why they may not write; `None`: they may.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        blocked: Option<Blocked>,
    },
    /// What it is about.
    Labels {
        /// All of them, sorted.
        labels: Vec<String>,
    },
    /// What the site keeps of it.
    Attributes {
        /// What changed.
        changed: AttributePatch,
    },
    /// How it went, as the visitor says.
    Rated {
        /// From 1, the worst, to 5.
        score: u8,
        /// In their own words.
        comment: Option<String>,
    },
    /// The bot's part has ended.
    Handoff {
        /// What staff should know. Not for the visitor.
        note: Option<String>,
    },
}

/// What somebody wants done to a conversation. Each is idempotent: done twice, it changes nothing the second time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Say something to everybody.
    Message {
        /// What, already checked.
        body: String,
        /// The entry that it answers.
        reply_to: Option<EntryId>,
        /// What goes with it, already the sender's to send.
        files: Vec<FileCard>,
    },
    /// Say something among staff.
    Note {
        /// What, already checked.
        body: String,
        /// The entry that it answers.
        reply_to: Option<EntryId>,
        /// What goes with it, already the sender's to send.
        files: Vec<FileCard>,
        /// Whom it asks to look, each once: agents whom the service has found.
        mentions: Vec<AgentRef>,
    },
    /// Set the status.
    Status {
        /// The new one.
        status: Status,
        /// When a snoozed one wakes.
        snoozed_until: Option<Timestamp>,
    },
    /// Set who answers.
    Assign {
        /// The agent; `None`: nobody.
        agent: Option<AgentRef>,
        /// Only if the assignee is this one now: compare and set.
        expected: Option<Option<String>>,
    },
    /// Take it from an agent who let it pass, and put it back into the queue. Nothing when it is not theirs.
    Release {
        /// The agent's id.
        agent: String,
    },
    /// Set whose it is.
    Team {
        /// The team; `None`: everybody's.
        team: Option<String>,
        /// Whether it leaves its assignee too, so that the new team's queue gets it.
        release: bool,
    },
    /// Set who comes first.
    Priority {
        /// The new one.
        priority: Priority,
    },
    /// Set in which language the visitor wants to be answered.
    Language {
        /// The new one, already checked; `None`: any.
        language: Option<String>,
    },
    /// Say who the visitor is: after identification or a merge, and whether they may write. Nothing when it is not that
    /// contact's any more, or was told of a later version.
    Contact {
        /// Whose it has been.
        of: ContactId,
        /// As of now.
        contact: ContactCard,
        /// Which version of the contact this is.
        version: i64,
        /// Why they may not write; `None`: they may.
        blocked: Option<Blocked>,
    },
    /// Put labels on and take others off; one that is named twice is taken off.
    Labels {
        /// To put on, already checked.
        add: Vec<String>,
        /// To take off.
        remove: Vec<String>,
    },
    /// Change what the site keeps of it.
    Attributes {
        /// A merge patch, already checked.
        patch: AttributePatch,
    },
    /// Say how it went: the visitor's, while it is closed, once for each closing; what was said can be changed for a day.
    Rate {
        /// From 1, the worst, to 5.
        score: u8,
        /// In their own words, already checked.
        comment: Option<String>,
    },
    /// End the bot's part. Nothing when it is not the bot's.
    HandOff {
        /// Whose it is to be; `None`: as it is. Not the visitor's to say.
        team: Option<String>,
        /// What staff should know, already checked. Not the visitor's to say.
        note: Option<String>,
    },
}

/// Who reads: the visitor, or one agent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reader {
    /// The visitor; a conversation has one.
    Visitor,
    /// An agent.
    Agent {
        /// The host's id.
        id: String,
        /// The name to show.
        name: String,
    },
}

/// How far somebody has read. Only ever moves forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadMark {
    /// Who.
    pub reader: Reader,
    /// The newest entry read, in staff's numbering.
    pub seq: i64,
    /// The newest entry read that the visitor sees, in the visitor's numbering.
    pub visitor_seq: i64,
}

/// Somebody types, or has stopped. Never stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub author: Author,
    /// Whether they still do.
    pub typing: bool,
    /// Whether only staff may know: a note is being written.
    pub staff_only: bool,
    /// What a visitor has typed so far, for staff alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Preview>,
}

/// What a visitor has typed and not sent, and the team whose the conversation was then: staff of others must not see it,
/// though they may still follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The text.
    pub draft: Draft,
    /// The team; `None`: everybody's.
    pub team: Option<String>,
}

/// An agent, as the chat sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Who.
    pub agent: AgentRef,
    /// Their teams.
    pub teams: Vec<String>,
    /// Whether they see what is of any team.
    pub admin: bool,
    /// Whether they take chats now.
    pub status: AgentStatus,
    /// The languages that they answer in, BCP 47 tags in lower case.
    pub languages: Vec<String>,
    /// How many open conversations they are given at most; `None`: as many as the site sets.
    pub capacity: Option<i64>,
    /// How many open conversations they answer.
    pub open: i64,
    /// When they were last given one.
    pub assigned_at: Option<Timestamp>,
}

/// Whether an agent takes chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentStatus {
    /// Here and taking chats.
    Online,
    /// Here, taking none.
    Away,
    /// No sign of life for a minute.
    Offline,
}

impl Agent {
    /// Whether what is `team`'s exists for them; `None`: everybody's.
    pub fn sees_team(&self, team: Option<&str>) -> bool {
        self.admin || team.is_none_or(|team| self.teams.iter().any(|own| own == team))
    }
}

impl Conversation {
    /// A conversation without entries.
    pub fn new(id: ConversationId, contact: ContactId, team: Option<String>, now: Timestamp) -> Self {
        Self {
            id,
            contact,
            contact_version: 0,
            blocked: None,
            status: Status::Open,
            snoozed_until: None,
            team,
            past_teams: Vec::new(),
            assignee: None,
            bot: false,
            routing: Routing::default(),
            labels: Vec::new(),
            attributes: Attributes::default(),
            rating: None,
            seq: 0,
            visitor_seq: 0,
            messages: 0,
            visitor_messages: 0,
            inbox_seq: 0,
            last_message: None,
            visitor_last_message: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether it exists for `actor`.
    pub fn visible_to(&self, actor: &Actor) -> bool {
        match actor {
            Actor::Visitor(contact) => self.contact == *contact,
            Actor::Staff(staff) => staff.sees_team(self.team.as_deref()),
            Actor::System | Actor::Bot(_) => true,
        }
    }

    /// The number of the newest entry that `audience` sees.
    pub fn seq_for(&self, audience: Audience) -> i64 {
        match audience {
            Audience::Visitor => self.visitor_seq,
            Audience::Staff => self.seq,
        }
    }

    /// How many messages `audience` sees.
    pub fn messages_for(&self, audience: Audience) -> i64 {
        match audience {
            Audience::Visitor => self.visitor_messages,
            Audience::Staff => self.messages,
        }
    }

    /// The newest message that `audience` sees.
    pub fn last_message_for(&self, audience: Audience) -> Option<&Excerpt> {
        match audience {
            Audience::Visitor => self.visitor_last_message.as_ref(),
            Audience::Staff => self.last_message.as_ref(),
        }
    }
}

impl Entry {
    /// Its number in the numbering of `audience`, if `audience` sees it.
    pub fn seq_for(&self, audience: Audience) -> Option<i64> {
        match audience {
            Audience::Visitor => self.visitor_seq,
            Audience::Staff => Some(self.seq),
        }
    }

    /// What a message or note is found by: what it says, and the names of its files.
    pub fn searched(&self) -> Option<String> {
        let (Change::Message { body, files, .. } | Change::Note { body, files, .. }) = &self.change else {
            return None;
        };
        let names = files.iter().map(|file| file.name.as_str());
        Some(std::iter::once(body.as_str()).chain(names).collect::<Vec<_>>().join("\n"))
    }

    /// Whom a note asks to look, but for who wrote it.
    pub fn mentions(&self) -> impl Iterator<Item = &AgentRef> {
        let mentions = match &self.change {
            Change::Note { mentions, .. } => mentions.as_slice(),
            _ => &[],
        };
        let is_author = |agent: &AgentRef| matches!(&self.author, Author::Agent(author) if author.id == agent.id);
        mentions.iter().filter(move |agent| !is_author(agent))
    }

    /// Whether it is a message or a note, which count as unread.
    pub fn is_message(&self) -> bool {
        matches!(self.change, Change::Message { .. } | Change::Note { .. })
    }
}

impl Author {
    /// The reader that this author is, who therefore does not count their own messages as unread.
    pub fn reader(&self) -> Option<Reader> {
        match self {
            Self::Visitor { .. } => Some(Reader::Visitor),
            Self::Agent(agent) => Some(Reader::Agent { id: agent.id.clone(), name: agent.name.clone() }),
            Self::System | Self::Bot { .. } => None,
        }
    }

    /// Whether `now` is who this was, under whatever name. A visitor may have become another contact since; what somebody writes
    /// in, a conversation or a ticket, has one visitor.
    pub(crate) fn is(&self, now: &Self) -> bool {
        match (self, now) {
            (Self::Visitor { .. }, Self::Visitor { .. }) => true,
            (Self::Agent(before), Self::Agent(now)) => before.id == now.id,
            (before, now) => before == now,
        }
    }
}

impl From<&Actor> for Author {
    fn from(actor: &Actor) -> Self {
        match actor {
            Actor::Visitor(id) => Self::Visitor { id: *id },
            Actor::Staff(staff) => Self::Agent(staff.agent.clone()),
            Actor::Bot(name) => Self::Bot { name: name.clone() },
            Actor::System => Self::System,
        }
    }
}

impl Reader {
    /// The numbering that this reader follows.
    pub fn audience(&self) -> Audience {
        match self {
            Self::Visitor => Audience::Visitor,
            Self::Agent { .. } => Audience::Staff,
        }
    }

    /// What stores key it by: empty for the visitor, else the agent's id.
    pub fn key(&self) -> &str {
        match self {
            Self::Visitor => "",
            Self::Agent { id, .. } => id,
        }
    }
}

impl ReadMark {
    /// How far, in the numbering of `audience`.
    pub fn seq_for(&self, audience: Audience) -> i64 {
        match audience {
            Audience::Visitor => self.visitor_seq,
            Audience::Staff => self.seq,
        }
    }
}
