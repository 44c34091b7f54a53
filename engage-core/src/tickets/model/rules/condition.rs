//! Which tickets a rule is about.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::super::{Source, Ticket};
use crate::attributes::{Attribute, is_attribute_name};
use crate::chat::Priority;
use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// How deep conditions may lie in each other, how many there may be, and how many values one may name.
const DEPTH: usize = 5;
const CONDITIONS: usize = 50;
const VALUES: usize = 50;
/// How long a value may be, in Unicode scalar values.
const TEXT_CHARS: usize = 200;
/// A year, in minutes.
const MINUTES: u32 = 366 * 24 * 60;

/// Something that holds of a ticket at a moment, or does not. Written as `{"all": [{"priority": ["urgent"]}, {"tag": ["vip"]}]}`.
///
/// A list of values is met by any of them. `null` in one stands for nobody, no team and no organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// All of them; without any it always holds.
    All(Vec<Self>),
    /// At least one of them.
    Any(Vec<Self>),
    /// The other way round.
    Not(Box<Self>),
    /// A category, or a status of the site's own, by name.
    Status(Vec<String>),
    /// How urgent it is.
    Priority(Vec<Priority>),
    /// Whose it is among staff.
    Team(Vec<Option<String>>),
    /// Who sees to it, by id.
    Assignee(Vec<Option<String>>),
    /// Where it came from.
    Source(Vec<Source>),
    /// For whom the requester asks.
    Organisation(Vec<Option<String>>),
    /// It bears one of these tags.
    Tag(Vec<String>),
    /// The subject holds one of these, whatever the case.
    Subject(Vec<String>),
    /// What the site keeps of it.
    Field {
        /// Under which name.
        name: String,
        /// One of these; `null`: nothing.
        is: Vec<Option<Attribute>>,
    },
    /// The requester has waited for a reply for at least so many minutes.
    Waiting(u32),
    /// Nothing has changed for at least so many minutes.
    Idle(u32),
    /// It was opened at least so many minutes ago.
    Age(u32),
    /// It has been solved for at least so many minutes.
    Solved(u32),
}

impl Condition {
    /// What always holds.
    pub fn always() -> Self {
        Self::All(Vec::new())
    }

    /// Whether it holds of `ticket` at `now`.
    pub fn holds(&self, ticket: &Ticket, now: Timestamp) -> bool {
        let since = |moment: Option<Timestamp>, minutes: u32| {
            moment.is_some_and(|moment| now - moment >= TimeDelta::minutes(minutes.into()))
        };
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(ticket, now)),
            Self::Any(any) => any.iter().any(|one| one.holds(ticket, now)),
            Self::Not(one) => !one.holds(ticket, now),
            Self::Status(names) => {
                let status = &ticket.status;
                names.iter().any(|name| name == status.name() || name == status.category.name())
            }
            Self::Priority(priorities) => priorities.contains(&ticket.priority),
            Self::Team(teams) => teams.contains(&ticket.team),
            Self::Assignee(agents) => {
                let assignee = ticket.assignee.as_ref().map(|agent| agent.id.as_str());
                agents.iter().any(|agent| agent.as_deref() == assignee)
            }
            Self::Source(sources) => sources.contains(&ticket.source),
            Self::Organisation(names) => names.contains(&ticket.organisation),
            Self::Tag(tags) => tags.iter().any(|tag| ticket.tags.contains(tag)),
            Self::Subject(parts) => {
                let subject = ticket.subject.to_lowercase();
                parts.iter().any(|part| subject.contains(&part.to_lowercase()))
            }
            Self::Field { name, is } => is.iter().any(|value| value.as_ref() == ticket.fields.get(name)),
            Self::Waiting(minutes) => since(ticket.waiting_since, *minutes),
            Self::Idle(minutes) => since(Some(ticket.updated_at), *minutes),
            Self::Age(minutes) => since(Some(ticket.created_at), *minutes),
            Self::Solved(minutes) => since(ticket.solved_at, *minutes),
        }
    }

    /// Notes down when a part of it comes true of `ticket` by waiting alone.
    pub(super) fn times(&self, ticket: &Ticket, times: &mut BTreeSet<Timestamp>) {
        let (since, minutes) = match self {
            Self::All(parts) | Self::Any(parts) => return parts.iter().for_each(|part| part.times(ticket, times)),
            Self::Not(one) => return one.times(ticket, times),
            Self::Waiting(minutes) => (ticket.waiting_since, *minutes),
            Self::Idle(minutes) => (Some(ticket.updated_at), *minutes),
            Self::Age(minutes) => (Some(ticket.created_at), *minutes),
            Self::Solved(minutes) => (ticket.solved_at, *minutes),
            _ => return,
        };
        times.extend(since.and_then(|since| since.checked_add_signed(TimeDelta::minutes(minutes.into()))));
    }

    /// Whether it becomes true by waiting alone.
    pub(super) fn tells_time(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::tells_time),
            Self::Not(one) => one.tells_time(),
            Self::Waiting(_) | Self::Idle(_) | Self::Age(_) | Self::Solved(_) => true,
            _ => false,
        }
    }

    /// Checks what somebody has written at `field`.
    ///
    /// # Errors
    /// `Invalid` with a pointer to the part that breaks a rule.
    pub fn check(&self, field: &str) -> Result<()> {
        let mut left = CONDITIONS;
        self.check_within(field, DEPTH, &mut left)
    }

    fn check_within(&self, field: &str, depth: usize, left: &mut usize) -> Result<()> {
        if *left == 0 {
            return Err(Error::invalid(field, "too_many", format!("at most {CONDITIONS} conditions")));
        }
        *left -= 1;
        let inner = || match depth.checked_sub(1) {
            Some(depth) => Ok(depth),
            None => Err(Error::invalid(field, "too_deep", format!("at most {DEPTH} deep"))),
        };
        let many = |field: &str, count: usize| {
            let told = || Error::invalid(field, "too_many", format!("1 to {VALUES} values"));
            if (1..=VALUES).contains(&count) { Ok(()) } else { Err(told()) }
        };
        let texts = |name: &str, texts: &mut dyn Iterator<Item = &str>| {
            let mut count = 0;
            for text in texts {
                check_text(&format!("{field}/{name}/{count}"), text)?;
                count += 1;
            }
            many(&format!("{field}/{name}"), count)
        };
        let minutes = |name: &str, minutes: u32| {
            let told = || Error::invalid(&format!("{field}/{name}"), "range", "1 minute to a year");
            if (1..=MINUTES).contains(&minutes) { Ok(()) } else { Err(told()) }
        };
        match self {
            Self::All(parts) | Self::Any(parts) => {
                let (name, depth) = (if matches!(self, Self::All(_)) { "all" } else { "any" }, inner()?);
                let mut parts = parts.iter().enumerate();
                parts.try_for_each(|(place, part)| part.check_within(&format!("{field}/{name}/{place}"), depth, left))
            }
            Self::Not(one) => one.check_within(&format!("{field}/not"), inner()?, left),
            Self::Status(names) => texts("status", &mut names.iter().map(String::as_str)),
            Self::Tag(tags) => texts("tag", &mut tags.iter().map(String::as_str)),
            Self::Subject(parts) => texts("subject", &mut parts.iter().map(String::as_str)),
            Self::Team(names) => texts("team", &mut names.iter().map(or_none)),
            Self::Assignee(ids) => texts("assignee", &mut ids.iter().map(or_none)),
            Self::Organisation(names) => texts("organisation", &mut names.iter().map(or_none)),
            Self::Priority(values) => many(&format!("{field}/priority"), values.len()),
            Self::Source(values) => many(&format!("{field}/source"), values.len()),
            Self::Field { name, is } => {
                if !is_attribute_name(name) {
                    return Err(Error::invalid(&format!("{field}/field/name"), "format", "there is no such field"));
                }
                many(&format!("{field}/field/is"), is.len())
            }
            Self::Waiting(count) => minutes("waiting", *count),
            Self::Idle(count) => minutes("idle", *count),
            Self::Age(count) => minutes("age", *count),
            Self::Solved(count) => minutes("solved", *count),
        }
    }
}

/// What stands for nothing passes any check.
fn or_none(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or("-")
}

fn check_text(field: &str, text: &str) -> Result<()> {
    let fits = (1..=TEXT_CHARS).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control);
    if fits {
        Ok(())
    } else {
        Err(Error::invalid(field, "length", format!("1 to {TEXT_CHARS} characters on one line")))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::clock::{Clock as _, ManualClock};
    use crate::ids::{ContactId, TicketId};

    #[expect(clippy::needless_pass_by_value, reason = "so that a test writes `json!` in its place")]
    fn condition(value: Value) -> Condition {
        let condition: Condition = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&condition).unwrap(), value);
        condition
    }

    fn ticket() -> Ticket {
        let nil = uuid::Uuid::nil();
        let mut ticket =
            Ticket::new(TicketId(nil), ContactId(nil), "Refund please".into(), ManualClock::default().now());
        ticket.tags = vec!["vip".into()];
        ticket.waiting_since = Some(ticket.created_at);
        ticket
    }

    #[test]
    fn each_condition_reads_and_holds_as_it_says() {
        let ticket = ticket();
        let now = ticket.created_at + TimeDelta::minutes(30);
        for (value, expected) in [
            (json!({ "all": [] }), true),
            (json!({ "any": [] }), false),
            (json!({ "not": { "any": [] } }), true),
            (json!({ "all": [{ "status": ["new"] }, { "tag": ["vip", "other"] }] }), true),
            (json!({ "any": [{ "status": ["solved"] }, { "subject": ["REFUND"] }] }), true),
            (json!({ "priority": ["high", "urgent"] }), false),
            (json!({ "team": [null] }), true),
            (json!({ "assignee": ["7"] }), false),
            (json!({ "assignee": [null, "7"] }), true),
            (json!({ "source": ["api"] }), true),
            (json!({ "organisation": ["Acme"] }), false),
            (json!({ "field": { "name": "plan", "is": [null] } }), true),
            (json!({ "field": { "name": "plan", "is": ["pro", 5, true] } }), false),
            (json!({ "waiting": 30 }), true),
            (json!({ "waiting": 31 }), false),
            (json!({ "idle": 30 }), true),
            (json!({ "age": 60 }), false),
            (json!({ "solved": 1 }), false),
        ] {
            let condition = condition(value.clone());
            condition.check("/when").unwrap();
            assert_eq!(condition.holds(&ticket, now), expected, "{value}");
        }
    }

    #[test]
    fn what_cannot_be_is_named() {
        let mut deep = json!({ "tag": ["a"] });
        for _ in 0..6 {
            deep = json!({ "not": deep });
        }
        let wide: Vec<_> = (0..60).map(|_| json!({ "tag": ["a"] })).collect();
        for (value, field, code) in [
            (json!({ "all": [{ "tag": ["a"] }, { "tag": [""] }] }), "/when/all/1/tag/0", "length"),
            (json!({ "tag": [] }), "/when/tag", "too_many"),
            (json!({ "subject": ["a\nb"] }), "/when/subject/0", "length"),
            (json!({ "waiting": 0 }), "/when/waiting", "range"),
            (json!({ "field": { "name": "1", "is": [null] } }), "/when/field/name", "format"),
            (json!({ "any": wide }), "/when/any/49", "too_many"),
            (deep, "/when/not/not/not/not/not", "too_deep"),
        ] {
            let error = condition(value).check("/when").unwrap_err();
            assert_eq!((error.fields()[0].field.as_str(), error.fields()[0].code), (field, code));
        }
        for unknown in [json!({ "shell": ["rm"] }), json!({ "priority": ["vast"] }), json!({}), json!({ "age": -1 })] {
            assert!(serde_json::from_value::<Condition>(unknown).is_err());
        }
    }

    #[test]
    fn when_time_matters_is_known() {
        let ticket = ticket();
        let times = |value| {
            let (condition, mut times) = (condition(value), BTreeSet::new());
            condition.times(&ticket, &mut times);
            assert_eq!(condition.tells_time(), !times.is_empty());
            times.into_iter().map(|time| (time - ticket.created_at).num_minutes()).collect::<Vec<_>>()
        };
        let parts = json!([{ "not": { "any": [{ "idle": 5 }] } }, { "waiting": 7 }, { "age": 7 }]);
        assert_eq!(times(json!({ "all": parts })), [5, 7]);
        assert_eq!(times(json!({ "all": [{ "tag": ["a"] }] })), [0; 0]);
    }
}
