//! What a rule or a macro does.

use serde::{Deserialize, Serialize};

use super::super::check::{checked_body, checked_organisation, checked_tags};
use super::super::{StatusDef, status_of};
use crate::attributes::{Attribute, AttributePatch};
use crate::chat::{Priority, checked_team};
use crate::error::{Error, FieldError, Result};

/// How many actions a rule may have.
const ACTIONS: usize = 20;
/// A year, in minutes.
const MINUTES: u32 = 366 * 24 * 60;
/// How long a host's id of an agent may be, in bytes.
const AGENT_BYTES: usize = 200;

/// One thing that is done. Written as `{"priority": "urgent"}`; `null` stands for nobody, no team and no organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Give it this status, by name.
    Status(String),
    /// Make it so urgent.
    Priority(Priority),
    /// Give it to this team.
    Team(Option<String>),
    /// Give it to this agent, by id.
    Assignee(Option<String>),
    /// Say for whom the requester asks.
    Organisation(Option<String>),
    /// Put tags on.
    AddTags(Vec<String>),
    /// Take tags off.
    RemoveTags(Vec<String>),
    /// Let these agents, by id, hear of it.
    Follow(Vec<String>),
    /// Keep something of it.
    Field {
        /// Under which name.
        name: String,
        /// What; none: nothing any more.
        value: Option<Attribute>,
    },
    /// Put it out of sight for so many minutes.
    Snooze(u32),
    /// It is to be done within so many minutes.
    Due(u32),
    /// Say something to everybody.
    Reply(String),
    /// Say something among staff.
    Note(String),
}

impl Action {
    /// Whether somebody reads something anew whenever it is done.
    pub(super) fn speaks(&self) -> bool {
        matches!(self, Self::Reply(_) | Self::Note(_))
    }

    /// The ids of the agents that it names.
    pub(super) fn agents(&self) -> &[String] {
        match self {
            Self::Assignee(Some(id)) => std::slice::from_ref(id),
            Self::Follow(ids) => ids,
            _ => &[],
        }
    }

    /// Checks what somebody has written.
    ///
    /// # Errors
    /// `Invalid` at or below `field`.
    fn check(&self, field: &str) -> Result<()> {
        let told = |member: &str, code, detail: &str| Err(Error::invalid(&format!("{field}/{member}"), code, detail));
        let minutes = |member: &str, minutes: u32| {
            if (1..=MINUTES).contains(&minutes) { Ok(()) } else { told(member, "range", "1 minute to a year") }
        };
        let agent = |member: &str, id: &String| {
            let fits = (1..=AGENT_BYTES).contains(&id.len()) && !id.chars().any(char::is_control);
            if fits { Ok(()) } else { told(member, "format", "the host's id of an agent") }
        };
        let tags = |member: &str, tags: &[String]| {
            if tags.is_empty() { told(member, "required", "at least one") } else { Ok(()) }?;
            checked_tags(&format!("{field}/{member}"), tags)
        };
        match self {
            // Whether it exists is looked at when somebody sets it, and when it is done.
            Self::Status(_) | Self::Priority(_) => Ok(()),
            Self::Team(team) => match team.as_deref().map(checked_team) {
                Some(Err(_)) => told("team", "format", "1 to 64 characters, or null"),
                _ => Ok(()),
            },
            Self::Assignee(id) => id.as_ref().map_or(Ok(()), |id| agent("assignee", id)),
            Self::Organisation(name) => match name.as_deref().map(checked_organisation) {
                Some(Err(error)) => Err(moved(&error, field)),
                _ => Ok(()),
            },
            Self::AddTags(names) => tags("add_tags", names),
            Self::RemoveTags(names) => tags("remove_tags", names),
            Self::Follow(ids) if !(1..=20).contains(&ids.len()) => told("follow", "too_many", "1 to 20 agents"),
            Self::Follow(ids) => {
                ids.iter().enumerate().try_for_each(|(place, id)| agent(&format!("follow/{place}"), id))
            }
            Self::Field { name, value } => {
                let value = serde_json::to_value(value)?;
                let patch = AttributePatch::checked([(name.clone(), value)].into_iter().collect());
                patch.map(drop).map_err(|error| moved(&error, &format!("{field}/field")))
            }
            Self::Snooze(count) => minutes("snooze", *count),
            Self::Due(count) => minutes("due", *count),
            Self::Reply(body) => {
                checked_body(body).map(drop).map_err(|error| renamed(&error, &format!("{field}/reply")))
            }
            Self::Note(body) => checked_body(body).map(drop).map_err(|error| renamed(&error, &format!("{field}/note"))),
        }
    }
}

/// Checks a list of actions.
///
/// # Errors
/// `Invalid` below `field`.
pub(super) fn check_actions(field: &str, actions: &[Action]) -> Result<()> {
    if !(1..=ACTIONS).contains(&actions.len()) {
        return Err(Error::invalid(field, "too_many", format!("1 to {ACTIONS} actions")));
    }
    let mut actions = actions.iter().enumerate();
    actions.try_for_each(|(place, action)| action.check(&format!("{field}/{place}")))
}

/// Checks that the statuses exist which actions give.
///
/// # Errors
/// `Invalid` below `field`.
pub(super) fn check_given(field: &str, actions: &[Action], statuses: &[StatusDef]) -> Result<()> {
    actions.iter().enumerate().try_for_each(|(place, action)| match action {
        Action::Status(name) => {
            status_of(name, statuses).map(drop).map_err(|error| moved(&error, &format!("{field}/{place}")))
        }
        _ => Ok(()),
    })
}

/// The same error, deeper.
fn moved(error: &Error, field: &str) -> Error {
    at(error, |wrong| format!("{field}{wrong}"))
}

/// The same error, elsewhere.
fn renamed(error: &Error, field: &str) -> Error {
    at(error, |_| field.to_owned())
}

fn at(error: &Error, place: impl Fn(&str) -> String) -> Error {
    let fields = error.fields().iter().map(|wrong| FieldError { field: place(&wrong.field), ..wrong.clone() });
    Error::invalid_fields(fields.collect())
}
