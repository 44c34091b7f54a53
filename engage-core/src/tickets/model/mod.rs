//! What a ticket is.

mod advance;
mod check;
mod command;
mod entry;
mod plan;
mod rules;
mod sla;
mod status;

pub(super) use check::{
    checked_body, checked_body_beside, checked_cc, checked_comment, checked_key, checked_organisation, checked_subject,
    checked_tags,
};
pub use command::{Command, Create, Letters, Patch, SlaBook, Step};
pub use entry::{Acted, Change, Entry, Relation};
pub use plan::{Facts, Planned};
pub(super) use plan::{OWED, TELL, TELL_STAFF, Tell, WAKE};
pub(super) use rules::RUN;
pub use rules::{Action, Cause, Condition, Macro, Rule, RuleBook, RuleResult, RuleStep, Run};
pub(crate) use rules::{check_given_statuses, check_macros, check_rules};
pub(crate) use sla::check_policies;
pub use sla::{Metric, Sla, SlaPolicy, SlaWhen, Target};
pub use status::{Category, Stage, Status, StatusDef, parse_reference, status_of};
pub(crate) use status::{check_prefix, check_statuses};

use serde::{Deserialize, Serialize};

use crate::attributes::Attributes;
use crate::chat::{Excerpt, Priority, Rating};
use crate::clock::Timestamp;
use crate::identity::{Actor, AgentRef, Audience};
use crate::ids::{ContactId, TicketId};

/// A ticket as its row holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// What people call it by: unique and growing, with holes. 0 until the store has given it.
    pub number: i64,
    /// What it is about, 1 to 200 characters on one line.
    pub subject: String,
    /// Whose it is.
    pub requester: ContactId,
    /// For whom the requester asks, at most 100 characters.
    pub organisation: Option<String>,
    /// How far it has got.
    pub status: Status,
    /// Out of the agents' sight until then, or until the requester writes.
    pub snoozed_until: Option<Timestamp>,
    /// How urgent it is.
    pub priority: Priority,
    /// The team whose it is; `None`: everybody's.
    pub team: Option<String>,
    /// Who sees to it.
    pub assignee: Option<AgentRef>,
    /// Staff who want to hear of it, by id, at most 50.
    pub followers: Vec<AgentRef>,
    /// Addresses that get its replies too, sorted, at most 20.
    pub cc: Vec<String>,
    /// What it is about, sorted, each once, at most 20; for staff.
    pub tags: Vec<String>,
    /// What the site keeps of it; for staff.
    pub fields: Attributes,
    /// When it should be done, as people agreed.
    pub due_at: Option<Timestamp>,
    /// Where it came from.
    pub source: Source,
    /// By what it was opened, so that it is opened once.
    pub opening: Option<String>,
    /// The ticket that it is a part of. A parent is no child itself.
    pub parent: Option<TicketId>,
    /// The ticket that it has become a part of, for good.
    pub merged_into: Option<TicketId>,
    /// Tickets that have to do with it, at most 50.
    pub links: Vec<TicketId>,
    /// What the requester said of how it went since it was solved.
    pub rating: Option<Rating>,
    /// How long staff have worked on it, in seconds.
    pub seconds_spent: i64,
    /// When staff first replied.
    pub first_reply_at: Option<Timestamp>,
    /// Since when the requester has waited for a reply.
    pub waiting_since: Option<Timestamp>,
    /// When it was solved, as long as it is.
    pub solved_at: Option<Timestamp>,
    /// What staff owe for it.
    pub sla: Option<Sla>,
    /// Counts changes of its fields, from 1. Replies and notes do not count.
    pub version: i64,
    /// The number of its newest entry. Staff follow this numbering, which counts all.
    pub seq: i64,
    /// The number of its newest entry that the requester sees.
    pub public_seq: i64,
    /// How many replies it has.
    pub replies: i64,
    /// Its newest reply, or what it was opened with.
    pub last_reply: Option<Excerpt>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed. Lists are in this order.
    pub updated_at: Timestamp,
}

/// Where a ticket came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The site's own pages.
    Web,
    /// A mail.
    Mail,
    /// A conversation.
    Chat,
    /// A contact form.
    Form,
    /// An agent, who wrote it down.
    Agent,
    /// The host's code.
    #[default]
    Api,
}

impl Ticket {
    /// A ticket without entries, number and place.
    pub fn new(id: TicketId, requester: ContactId, subject: String, now: Timestamp) -> Self {
        Self {
            id,
            number: 0,
            subject,
            requester,
            organisation: None,
            status: Status::from(Category::New),
            snoozed_until: None,
            priority: Priority::Normal,
            team: None,
            assignee: None,
            followers: Vec::new(),
            cc: Vec::new(),
            tags: Vec::new(),
            fields: Attributes::default(),
            due_at: None,
            source: Source::Api,
            opening: None,
            parent: None,
            merged_into: None,
            links: Vec::new(),
            rating: None,
            seconds_spent: 0,
            first_reply_at: None,
            waiting_since: None,
            solved_at: None,
            sla: None,
            version: 1,
            seq: 0,
            public_seq: 0,
            replies: 0,
            last_reply: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether it exists for `actor`.
    pub fn visible_to(&self, actor: &Actor) -> bool {
        match actor {
            Actor::Visitor(contact) => self.requester == *contact,
            Actor::Staff(staff) => staff.sees_team(self.team.as_deref()),
            Actor::System => true,
            Actor::Bot(_) => false,
        }
    }

    /// The number of the newest entry that `audience` sees.
    pub fn seq_for(&self, audience: Audience) -> i64 {
        match audience {
            Audience::Visitor => self.public_seq,
            Audience::Staff => self.seq,
        }
    }
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Web, Self::Mail, Self::Chat, Self::Form, Self::Agent, Self::Api];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Mail => "mail",
            Self::Chat => "chat",
            Self::Form => "form",
            Self::Agent => "agent",
            Self::Api => "api",
        }
    }

    /// The source of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}
