//! Tickets.

use engage_core::Audience;
use engage_core::attributes::Attributes;
use engage_core::ids::TicketId;
use engage_core::tickets::{
    Category, Doing, Draft as CoreDraft, Found, Listed, MergedPart, Metric, Present, Snapshot as CoreSnapshot, Source,
    Stage, Target,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::conversation::{Assignee, Contact, Excerpt, Rating};
use super::frames::PresentAgent;
use super::scalar::{Priority, Time};
use super::ticket_entry::TicketEntry;

/// A ticket, as its reader sees it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: TicketId,
    /// What people call it by: unique and growing, with holes.
    pub number: i64,
    /// The number with the site's prefix.
    pub reference: String,
    /// What it is about.
    pub subject: String,
    /// How far it has got, for its requester: `open`, `pending` (they are to answer), `solved` or `closed`.
    #[schema(value_type = String)]
    pub stage: Stage,
    /// How urgent it is.
    pub priority: Priority,
    /// For whom the requester asks.
    #[schema(required)]
    pub organisation: Option<String>,
    /// How it went, as the requester said since it was solved; null: nothing.
    #[schema(required)]
    pub rating: Option<Rating>,
    /// The ticket that it has become a part of, where it goes on.
    #[schema(value_type = Option<Uuid>, required)]
    pub merged_into: Option<TicketId>,
    /// The number of the newest entry that the reader sees.
    pub seq: i64,
    /// How many replies it has.
    pub replies: i64,
    /// Its newest reply, or what it was opened with.
    #[schema(required)]
    pub last_reply: Option<Excerpt>,
    /// When it was opened.
    pub created_at: Time,
    /// When it last changed; for requesters: when the last reply came.
    pub updated_at: Time,
    /// What staff see besides. Staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<TicketDesk>,
}

/// What staff see of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketDesk {
    /// Whose it is.
    pub requester: Contact,
    /// `new`, `open`, `pending`, `on_hold`, `solved`, `closed`, or the id of one of the site's own statuses.
    pub status: String,
    /// What the status means: one of the first six.
    #[schema(value_type = String)]
    pub category: Category,
    /// Out of sight until then; null: in sight.
    #[schema(required)]
    pub snoozed_until: Option<Time>,
    /// Whose it is among staff; null: everybody's.
    #[schema(required)]
    pub team: Option<String>,
    /// Who sees to it.
    #[schema(required)]
    pub assignee: Option<Assignee>,
    /// Staff who want to hear of it.
    pub followers: Vec<Assignee>,
    /// Addresses that get its replies too.
    pub cc: Vec<String>,
    /// What it is about, sorted.
    pub tags: Vec<String>,
    /// What the site keeps of it.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub fields: Attributes,
    /// When it should be done.
    #[schema(required)]
    pub due_at: Option<Time>,
    /// Where it came from: `web`, `mail`, `chat`, `form`, `agent` or `api`.
    #[schema(value_type = String)]
    pub source: Source,
    /// The ticket that it is a part of.
    #[schema(value_type = Option<Uuid>, required)]
    pub parent: Option<TicketId>,
    /// Tickets that have to do with it.
    #[schema(value_type = Vec<Uuid>)]
    pub links: Vec<TicketId>,
    /// How long staff have worked on it.
    pub seconds_spent: i64,
    /// When staff first replied.
    #[schema(required)]
    pub first_reply_at: Option<Time>,
    /// Since when the requester has waited for a reply.
    #[schema(required)]
    pub waiting_since: Option<Time>,
    /// When it was solved.
    #[schema(required)]
    pub solved_at: Option<Time>,
    /// What staff owe for it, one of each kind at most.
    pub owed: Vec<TicketTarget>,
    /// Counts changes of its fields.
    pub version: i64,
}

/// Something that staff owe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketTarget {
    /// `first_response`, `next_response` or `resolution`.
    #[schema(value_type = String)]
    pub metric: Metric,
    /// By when.
    pub due: Time,
    /// Whether it was not done in time, and staff were told.
    pub breached: bool,
}

/// A page of tickets, latest change first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketPage {
    /// The tickets.
    pub tickets: Vec<Ticket>,
    /// What `after` takes for the page after this one; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// A ticket with its newest entries and what belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketSnapshot {
    /// The ticket.
    pub ticket: Ticket,
    /// Its newest entries, oldest first.
    pub entries: Vec<TicketEntry>,
    /// Whether there are older ones.
    pub has_more: bool,
    /// What has become a part of it.
    pub merged: Vec<TicketPart>,
    /// Its parts. Staff only; else empty.
    pub children: Vec<Ticket>,
}

/// A ticket that was merged into another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketPart {
    /// The ticket.
    pub ticket: Ticket,
    /// Its newest entries, oldest first.
    pub entries: Vec<TicketEntry>,
    /// Whether there are older ones.
    pub has_more: bool,
}

/// A ticket and the entry that was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketWithEntry {
    /// The ticket as it is then: where it goes on, when it had been merged.
    pub ticket: Ticket,
    /// The entry.
    pub entry: TicketEntry,
}

/// Entries of a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketEntryPage {
    /// Oldest first.
    pub entries: Vec<TicketEntry>,
    /// Whether there are more in the direction that was asked for.
    pub has_more: bool,
}

/// What the caller was writing on a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketDraft {
    /// Empty: nothing.
    pub body: String,
    /// Whether it is to be a private note.
    pub note: bool,
}

/// Whether the caller is mailed what happens to tickets that they see to or follow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketMails {
    /// Whether the host says where agents are written to, and mails are sent.
    pub available: bool,
    /// Where the caller is, as the host says; null: nowhere.
    #[schema(required)]
    pub address: Option<String>,
    /// Whether they want it.
    pub wanted: bool,
}

/// Who else is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LookerList {
    /// By id.
    pub others: Vec<Looker>,
}

/// Somebody who is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Looker {
    /// Who.
    pub agent: PresentAgent,
    /// `viewing` or `replying`.
    #[schema(value_type = String)]
    pub doing: Doing,
    /// When they last said so.
    pub at: Time,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketBulkDone {
    /// One for each, in their order.
    pub results: Vec<TicketBulkResult>,
}

/// What came of one ticket: the one or the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketBulkResult {
    /// Which.
    #[schema(value_type = Uuid)]
    pub id: TicketId,
    /// As it is then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Ticket>,
    /// Why nothing was done: the code of a problem, such as `not_found`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// A page of what was found, latest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketSearchPage {
    /// Each with its ticket.
    pub results: Vec<TicketWithEntry>,
    /// What `before` takes for the page after this one; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

impl Ticket {
    /// What `audience` sees of a ticket.
    pub fn new(listed: &Listed, prefix: &str, audience: Audience) -> Self {
        let Listed { ticket, requester } = listed;
        let said = ticket.last_reply.as_ref();
        let agent = |agent| Assignee::new(agent, audience);
        let desk = || TicketDesk {
            requester: Contact::from(requester),
            status: ticket.status.name().to_owned(),
            category: ticket.status.category,
            snoozed_until: ticket.snoozed_until.map(Time),
            team: ticket.team.clone(),
            assignee: ticket.assignee.as_ref().map(agent),
            followers: ticket.followers.iter().map(agent).collect(),
            cc: ticket.cc.clone(),
            tags: ticket.tags.clone(),
            fields: ticket.fields.clone(),
            due_at: ticket.due_at.map(Time),
            source: ticket.source,
            parent: ticket.parent,
            links: ticket.links.clone(),
            seconds_spent: ticket.seconds_spent,
            first_reply_at: ticket.first_reply_at.map(Time),
            waiting_since: ticket.waiting_since.map(Time),
            solved_at: ticket.solved_at.map(Time),
            owed: ticket.sla.iter().flat_map(|sla| &sla.targets).map(TicketTarget::from).collect(),
            version: ticket.version,
        };
        Self {
            id: ticket.id,
            number: ticket.number,
            reference: format!("{prefix}{}", ticket.number),
            subject: ticket.subject.clone(),
            stage: ticket.status.category.stage(),
            priority: ticket.priority.into(),
            organisation: ticket.organisation.clone(),
            rating: ticket.rating.as_ref().map(|given| Rating { score: given.score, comment: given.comment.clone() }),
            merged_into: ticket.merged_into,
            seq: ticket.seq_for(audience),
            replies: ticket.replies,
            last_reply: said.map(|said| Excerpt::new(said, audience)),
            created_at: ticket.created_at.into(),
            // When staff do something is staff's affair.
            updated_at: match audience {
                Audience::Staff => ticket.updated_at,
                Audience::Visitor => said.map_or(ticket.created_at, |said| said.at),
            }
            .into(),
            desk: (audience == Audience::Staff).then(desk),
        }
    }
}

impl TicketSnapshot {
    /// What `audience` sees.
    pub fn new(snapshot: &CoreSnapshot, prefix: &str, audience: Audience) -> Self {
        let entries = |all: &[_]| all.iter().filter_map(|entry| TicketEntry::new(entry, audience)).collect();
        let part = |part: &MergedPart| TicketPart {
            ticket: Ticket::new(&part.listed, prefix, audience),
            entries: entries(&part.entries),
            has_more: part.has_more,
        };
        Self {
            ticket: Ticket::new(&snapshot.listed, prefix, audience),
            entries: entries(&snapshot.entries),
            has_more: snapshot.has_more,
            merged: snapshot.merged.iter().map(part).collect(),
            children: snapshot.children.iter().map(|child| Ticket::new(child, prefix, audience)).collect(),
        }
    }
}

impl TicketWithEntry {
    /// What staff see of something that was found.
    pub fn found(found: &Found, prefix: &str) -> Option<Self> {
        let entry = TicketEntry::new(&found.entry, Audience::Staff)?;
        Some(Self { ticket: Ticket::new(&found.listed, prefix, Audience::Staff), entry })
    }
}

impl From<Option<CoreDraft>> for TicketDraft {
    fn from(draft: Option<CoreDraft>) -> Self {
        draft.map_or(Self { body: String::new(), note: false }, |draft| Self { body: draft.body, note: draft.note })
    }
}

impl From<&Target> for TicketTarget {
    fn from(target: &Target) -> Self {
        Self { metric: target.metric, due: target.due.into(), breached: target.breached }
    }
}

impl From<Present> for Looker {
    fn from(present: Present) -> Self {
        let agent = PresentAgent { id: present.agent.id, name: present.agent.name };
        Self { agent, doing: present.doing, at: present.at.into() }
    }
}
