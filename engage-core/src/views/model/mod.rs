//! What a saved view is, and what it filters by.

mod tickets;

pub use tickets::TicketFilter;

use serde::{Deserialize, Serialize};

use crate::chat::{
    AssigneeFilter, ListQuery, Priority, Sight, Status, StatusFilter, TeamFilter, checked_label, checked_team,
    checked_text,
};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::identity::AgentRef;
use crate::ids::ViewId;
use crate::tickets::StatusDef;

/// How long a name may be, in Unicode scalar values.
const NAME_CHARS: usize = 60;
/// How long an agent's id may be, in bytes.
const AGENT_BYTES: usize = 200;

/// A filter of a list, under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Its id.
    pub id: ViewId,
    /// What people call it, 1 to 60 characters.
    pub name: String,
    /// What it shows.
    pub filter: ViewFilter,
    /// Whether all staff see it.
    pub shared: bool,
    /// Whose it is.
    pub owner: AgentRef,
    /// Counts changes, from 1.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a view shows of which list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewFilter {
    /// Of the list of conversations.
    Chat(ChatFilter),
    /// Of the list of tickets.
    Tickets(TicketFilter),
}

/// Which list a view is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewKind {
    /// The list of conversations.
    Chat,
    /// The list of tickets.
    Tickets,
}

/// Which conversations. What is `None` is not asked for, but for the status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatFilter {
    /// With which status; `None`: open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ViewStatus>,
    /// Answered by whom: `any`, `none`, `me`, who is whoever looks, or the host's id of an agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// Of which team; an empty one: of none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// With this label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Of this priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// With a note that asks whoever looks to look.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mentioned: bool,
}

/// With which status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewStatus {
    /// Waits for somebody.
    #[default]
    Open,
    /// Put off.
    Snoozed,
    /// Done.
    Closed,
    /// Any.
    All,
}

impl ViewFilter {
    /// Of which list.
    pub fn kind(&self) -> ViewKind {
        match self {
            Self::Chat(_) => ViewKind::Chat,
            Self::Tickets(_) => ViewKind::Tickets,
        }
    }

    /// # Errors
    /// `Invalid` below `/filter`.
    pub(super) fn check(&self, statuses: &[StatusDef]) -> Result<()> {
        match self {
            Self::Chat(filter) => filter.check(),
            Self::Tickets(filter) => filter.check(statuses),
        }
    }
}

impl ChatFilter {
    /// The list that this filter asks for, as `sight` sees it: at most `limit`, latest change first.
    pub fn query(&self, sight: Sight, limit: usize) -> ListQuery {
        let assignee = assignee_filter(self.assignee.as_deref(), &sight);
        let mut query = ListQuery::new(sight, limit);
        query.status = self.status.unwrap_or_default().into();
        query.assignee = assignee;
        query.team = team_filter(self.team.as_deref());
        query.label.clone_from(&self.label);
        query.priority = self.priority;
        query.mentioned = self.mentioned;
        query
    }

    fn check(&self) -> Result<()> {
        check_people(self.assignee.as_deref(), self.team.as_deref())?;
        self.label.as_deref().map_or(Ok(()), |label| checked_label("/filter/label", label))
    }
}

impl ViewStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Snoozed, Self::Closed, Self::All];

    /// Its name, as JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Snoozed => "snoozed",
            Self::Closed => "closed",
            Self::All => "all",
        }
    }

    /// The status of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

impl From<ViewStatus> for StatusFilter {
    fn from(status: ViewStatus) -> Self {
        match status {
            ViewStatus::Open => Self::Is(Status::Open),
            ViewStatus::Snoozed => Self::Is(Status::Snoozed),
            ViewStatus::Closed => Self::Is(Status::Closed),
            ViewStatus::All => Self::All,
        }
    }
}

/// Who is meant by it, by who looks.
fn assignee_filter(assignee: Option<&str>, sight: &Sight) -> AssigneeFilter {
    match (assignee, sight) {
        (None | Some("any"), _) => AssigneeFilter::Any,
        (Some("me"), Sight::Staff(staff)) => AssigneeFilter::Is(staff.agent.id.clone()),
        // Nobody answers as a visitor or as engage.
        (Some("none" | "me"), _) => AssigneeFilter::None,
        (Some(id), _) => AssigneeFilter::Is(id.to_owned()),
    }
}

fn team_filter(team: Option<&str>) -> TeamFilter {
    match team {
        None => TeamFilter::Any,
        Some("") => TeamFilter::None,
        Some(team) => TeamFilter::Is(team.to_owned()),
    }
}

fn check_people(assignee: Option<&str>, team: Option<&str>) -> Result<()> {
    if let Some(id) = assignee
        && (!(1..=AGENT_BYTES).contains(&id.len()) || id.chars().any(char::is_control))
    {
        return Err(Error::invalid("/filter/assignee", "format", "any, none, me, or an agent's id"));
    }
    if let Some(team) = team.filter(|team| !team.is_empty())
        && checked_team(team).is_err()
    {
        return Err(Error::invalid("/filter/team", "format", "1 to 64 characters, or none"));
    }
    Ok(())
}

/// `name` without white space around it.
///
/// # Errors
/// `Invalid` at `/name`: not 1 to 60 characters on one line.
pub(super) fn checked_name(name: &str) -> Result<String> {
    let name = checked_text("/name", name, NAME_CHARS)?;
    if name.chars().any(char::is_control) {
        return Err(Error::invalid("/name", "control_character", "one line"));
    }
    Ok(name)
}
