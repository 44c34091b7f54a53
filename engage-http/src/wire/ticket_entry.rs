//! An entry of a ticket.

use engage_core::Audience;
use engage_core::attributes::AttributePatch;
use engage_core::ids::{ContactId, TicketId};
use engage_core::tickets::{Acted, Change as CoreChange, Entry as CoreEntry, Metric, Relation, Stage};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::conversation::Assignee;
use super::entry::Author;
use super::files::SentFile;
use super::scalar::{Priority, Time};

/// One durable change of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketEntry {
    /// Of which ticket.
    #[schema(value_type = Uuid)]
    pub ticket: TicketId,
    /// Its number among what the reader sees, from 1, without a hole.
    pub seq: i64,
    /// When.
    pub at: Time,
    /// Who.
    pub author: Author,
    /// The sender's own id of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_message_id: Option<String>,
    /// What.
    #[serde(flatten)]
    pub change: TicketChange,
}

/// What an entry of a ticket changes; `from` and `to` are what was and what is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TicketChange {
    /// The beginning.
    Opened {
        /// What it is about.
        subject: String,
        /// Plain text.
        body: String,
        /// What goes with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<SentFile>,
    },
    /// Something said to everybody.
    Reply {
        /// Plain text; with files it may be empty.
        body: String,
        /// What goes with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<SentFile>,
    },
    /// Something said among staff.
    Note {
        /// Plain text; with files it may be empty.
        body: String,
        /// Who should look at it.
        mentions: Vec<Assignee>,
        /// What goes with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<SentFile>,
    },
    /// What it is about.
    Subject {
        /// Before.
        from: String,
        /// Now.
        to: String,
    },
    /// How far it has got, for its requester.
    Stage {
        /// `open`, `pending`, `solved` or `closed`.
        #[schema(value_type = String)]
        to: Stage,
    },
    /// How far it has got. Staff only.
    Status {
        /// A category's name, or the id of one of the site's own statuses.
        from: String,
        /// The same, now.
        to: String,
    },
    /// Out of sight. Staff only.
    Snoozed {
        /// Until then; null: in sight again.
        #[schema(required)]
        until: Option<Time>,
    },
    /// How urgent it is. Staff only.
    Priority {
        /// Before.
        from: Priority,
        /// Now.
        to: Priority,
    },
    /// Whose it is among staff; null: everybody's. Staff only.
    Team {
        /// Before.
        #[schema(required)]
        from: Option<String>,
        /// Now.
        #[schema(required)]
        to: Option<String>,
    },
    /// Who sees to it; null: nobody. Staff only.
    Assigned {
        /// Before.
        #[schema(required)]
        from: Option<Assignee>,
        /// Now.
        #[schema(required)]
        to: Option<Assignee>,
    },
    /// Whose it is: contacts. Staff only.
    Requester {
        /// Before.
        #[schema(value_type = Uuid)]
        from: ContactId,
        /// Now.
        #[schema(value_type = Uuid)]
        to: ContactId,
    },
    /// For whom the requester asks. Staff only.
    Organisation {
        /// Before.
        #[schema(required)]
        from: Option<String>,
        /// Now.
        #[schema(required)]
        to: Option<String>,
    },
    /// When it should be done. Staff only.
    Due {
        /// Before.
        #[schema(required)]
        from: Option<Time>,
        /// Now.
        #[schema(required)]
        to: Option<Time>,
    },
    /// What it is about. Staff only.
    Tags {
        /// Put on.
        added: Vec<String>,
        /// Taken off.
        removed: Vec<String>,
    },
    /// Who gets its replies too. Staff only.
    Cc {
        /// Put on.
        added: Vec<String>,
        /// Taken off.
        removed: Vec<String>,
    },
    /// Staff who want to hear of it. Staff only.
    Followers {
        /// Who began to.
        added: Vec<Assignee>,
        /// Who ended.
        removed: Vec<Assignee>,
    },
    /// What the site keeps of it: merge patches. Staff only.
    Fields {
        /// What changed.
        #[schema(value_type = BTreeMap<String, Value>)]
        changed: AttributePatch,
        /// What was there before, of what changed.
        #[schema(value_type = BTreeMap<String, Value>)]
        before: AttributePatch,
    },
    /// Somebody worked on it. Staff only.
    Time {
        /// How long; negative takes back.
        seconds: i64,
        /// On what.
        #[schema(required)]
        note: Option<String>,
    },
    /// How it went, as the requester says.
    Rated {
        /// From 1, the worst, to 5.
        score: u8,
        /// In their own words.
        #[schema(required)]
        comment: Option<String>,
    },
    /// Something owed was not done in time, or soon will not be. Staff only.
    Owed {
        /// `first_response`, `next_response` or `resolution`.
        #[schema(value_type = String)]
        metric: Metric,
        /// By when.
        due: Time,
        /// Whether the time has passed.
        is_breach: bool,
    },
    /// It has to do with another ticket, or no longer. Staff only.
    Related {
        /// Which.
        #[schema(value_type = Uuid)]
        other: TicketId,
        /// What the other is to this one: `linked`, `parent` or `child`.
        #[schema(value_type = String)]
        relation: Relation,
        /// Whether it has begun or ended.
        holds: bool,
    },
    /// Another ticket has become a part of it.
    Merged {
        /// Which.
        #[schema(value_type = Uuid)]
        other: TicketId,
        /// Its number.
        number: i64,
    },
    /// It has become a part of another ticket, which goes on.
    MergedInto {
        /// Which.
        #[schema(value_type = Uuid)]
        other: TicketId,
        /// Its number.
        number: i64,
    },
    /// Some of its replies and notes go on in a ticket of their own. Staff only.
    Split {
        /// Which.
        #[schema(value_type = Uuid)]
        other: TicketId,
        /// Its number.
        number: i64,
        /// The numbers of the entries that were copied.
        entries: Vec<i64>,
    },
    /// It was split off another ticket. Staff only.
    SplitFrom {
        /// Which.
        #[schema(value_type = Uuid)]
        other: TicketId,
        /// Its number.
        number: i64,
    },
    /// A rule or a macro did what follows of the same author. Staff only.
    Acted {
        /// `rule`, `macro`, or `stopped`: a rule that was kept from acting, as rules had changed the ticket too often, one after
        /// the other.
        #[schema(value_type = String)]
        by: Acted,
        /// What people call it.
        name: String,
    },
}

impl TicketEntry {
    /// What `audience` sees of an entry; `None`: nothing.
    pub fn new(entry: &CoreEntry, audience: Audience) -> Option<Self> {
        Some(Self {
            ticket: entry.ticket,
            seq: entry.seq_for(audience)?,
            at: entry.at.into(),
            author: Author::new(&entry.author, audience),
            client_message_id: entry.client_message_id.clone(),
            change: TicketChange::new(&entry.change, audience),
        })
    }
}

impl TicketChange {
    fn new(change: &CoreChange, audience: Audience) -> Self {
        let agent = |agent| Assignee::new(agent, audience);
        let files = change.files().iter().map(SentFile::from).collect();
        match change.clone() {
            CoreChange::Opened { subject, body, .. } => Self::Opened { subject, body, files },
            CoreChange::Reply { body, .. } => Self::Reply { body, files },
            CoreChange::Note { body, mentions, .. } => {
                Self::Note { body, mentions: mentions.iter().map(agent).collect(), files }
            }
            CoreChange::Subject { from, to } => Self::Subject { from, to },
            CoreChange::Status { from, to } => match audience {
                Audience::Visitor => Self::Stage { to: to.category.stage() },
                Audience::Staff => Self::Status { from: from.name().to_owned(), to: to.name().to_owned() },
            },
            CoreChange::Snoozed { until } => Self::Snoozed { until: until.map(Time) },
            CoreChange::Priority { from, to } => Self::Priority { from: from.into(), to: to.into() },
            CoreChange::Team { from, to } => Self::Team { from, to },
            CoreChange::Assigned { from, to } => {
                Self::Assigned { from: from.as_ref().map(agent), to: to.as_ref().map(agent) }
            }
            CoreChange::Requester { from, to } => Self::Requester { from, to },
            CoreChange::Organisation { from, to } => Self::Organisation { from, to },
            CoreChange::Due { from, to } => Self::Due { from: from.map(Time), to: to.map(Time) },
            CoreChange::Tags { added, removed } => Self::Tags { added, removed },
            CoreChange::Cc { added, removed } => Self::Cc { added, removed },
            CoreChange::Followers { added, removed } => Self::Followers {
                added: added.iter().map(agent).collect(),
                removed: removed.iter().map(agent).collect(),
            },
            CoreChange::Fields { changed, before } => Self::Fields { changed, before },
            CoreChange::Time { seconds, note } => Self::Time { seconds, note },
            CoreChange::Rated { score, comment } => Self::Rated { score, comment },
            CoreChange::Owed { metric, due, is_breach } => Self::Owed { metric, due: due.into(), is_breach },
            CoreChange::Related { ticket, relation, holds } => Self::Related { other: ticket, relation, holds },
            CoreChange::Merged { ticket, number } => Self::Merged { other: ticket, number },
            CoreChange::MergedInto { ticket, number } => Self::MergedInto { other: ticket, number },
            CoreChange::Split { ticket, number, entries } => Self::Split { other: ticket, number, entries },
            CoreChange::SplitFrom { ticket, number } => Self::SplitFrom { other: ticket, number },
            CoreChange::Acted { by, name } => Self::Acted { by, name },
        }
    }
}
