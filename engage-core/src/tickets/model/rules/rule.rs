//! Rules that run by themselves, and macros.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::super::{Change, Entry, StatusDef, Ticket};
use super::action::{Action, check_actions, check_given};
use super::condition::Condition;
use crate::chat::Author;
use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// How many rules or macros a site may have.
const RULES: usize = 100;
/// How long a name may be, in Unicode scalar values.
const NAME_CHARS: usize = 60;

/// Something that is done by itself when something happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What people call it, 1 to 60 characters. Unique.
    pub name: String,
    /// After what.
    pub on: Vec<Cause>,
    /// Of which tickets, as they are then.
    pub when: Condition,
    /// What is done, in order, 1 to 20.
    pub then: Vec<Action>,
    /// Whether it rests.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_off: bool,
}

/// Something that staff do with one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Macro {
    /// What people call it, 1 to 60 characters. Unique.
    pub name: String,
    /// The team whose it is; none: everybody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// What is done, in order, 1 to 20.
    pub then: Vec<Action>,
}

/// What rules run after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// It was opened.
    Opened,
    /// The requester replied.
    RequesterReplied,
    /// Staff replied.
    StaffReplied,
    /// It has another status.
    StatusChanged,
    /// A field changed, the status too.
    Updated,
    /// The requester said how it went.
    Rated,
    /// There is little time left for something that is owed.
    SlaWarning,
    /// Something that is owed was not done in time.
    SlaBreach,
    /// The time has come that the condition names.
    TimePassed,
}

impl Rule {
    /// Whether it runs after one of `causes`.
    pub fn runs_after(&self, causes: &[Cause]) -> bool {
        !self.is_off && self.on.iter().any(|cause| causes.contains(cause))
    }

    /// When it is to look at `ticket`, as that is now, without anything else happening.
    pub(super) fn times(&self, ticket: &Ticket) -> BTreeSet<Timestamp> {
        let mut times = BTreeSet::new();
        if self.runs_after(&[Cause::TimePassed]) {
            self.when.times(ticket, &mut times);
        }
        times
    }

    /// Whether it would say the same again and again, when it leaves `ticket` like this at `now`.
    pub(super) fn repeats(&self, ticket: &Ticket, now: Timestamp) -> bool {
        let mut moments = self.times(ticket);
        moments.insert(now);
        self.then.iter().any(Action::speaks) && moments.into_iter().any(|moment| self.when.holds(ticket, moment))
    }
}

impl Cause {
    /// What has happened by `entries`, each once.
    pub(in crate::tickets) fn of(entries: &[Entry]) -> Vec<Self> {
        let mut causes = BTreeSet::new();
        for entry in entries {
            match (&entry.change, &entry.author) {
                (Change::Opened { .. }, _) => causes.insert(Self::Opened),
                (Change::Reply { .. }, Author::Visitor { .. }) => causes.insert(Self::RequesterReplied),
                (Change::Reply { .. }, Author::Agent(_)) => causes.insert(Self::StaffReplied),
                (Change::Rated { .. }, _) => causes.insert(Self::Rated),
                (Change::Owed { is_breach: true, .. }, _) => causes.insert(Self::SlaBreach),
                (Change::Owed { is_breach: false, .. }, _) => causes.insert(Self::SlaWarning),
                (Change::Status { .. }, _) => causes.insert(Self::StatusChanged) | causes.insert(Self::Updated),
                (
                    Change::Subject { .. }
                    | Change::Snoozed { .. }
                    | Change::Priority { .. }
                    | Change::Team { .. }
                    | Change::Assigned { .. }
                    | Change::Requester { .. }
                    | Change::Organisation { .. }
                    | Change::Due { .. }
                    | Change::Tags { .. }
                    | Change::Cc { .. }
                    | Change::Followers { .. }
                    | Change::Fields { .. },
                    _,
                ) => causes.insert(Self::Updated),
                _ => false,
            };
        }
        causes.into_iter().collect()
    }
}

/// Checks the rules of a site, but for whether the statuses exist which they give: one that is taken away later breaks a rule
/// where it runs, and does not lose all of them.
///
/// # Errors
/// `Invalid` below `field`.
pub(crate) fn check_rules(field: &str, rules: &[Rule]) -> Result<()> {
    check_names(field, rules.iter().map(|rule| rule.name.as_str()))?;
    for (place, rule) in rules.iter().enumerate() {
        let on = format!("{field}/{place}/on");
        if rule.on.is_empty() {
            return Err(Error::invalid(&on, "required", "after what it runs"));
        }
        if rule.on.contains(&Cause::TimePassed) && !rule.when.tells_time() {
            return Err(Error::invalid(&on, "no_time", "its condition names no time that may pass"));
        }
        rule.when.check(&format!("{field}/{place}/when"))?;
        check_actions(&format!("{field}/{place}/then"), &rule.then)?;
    }
    Ok(())
}

/// Checks the macros of a site, as [`check_rules`].
///
/// # Errors
/// `Invalid` below `field`.
pub(crate) fn check_macros(field: &str, macros: &[Macro]) -> Result<()> {
    check_names(field, macros.iter().map(|one| one.name.as_str()))?;
    let mut macros = macros.iter().enumerate();
    macros.try_for_each(|(place, one)| check_actions(&format!("{field}/{place}/then"), &one.then))
}

/// Checks that the statuses exist which rules or macros give.
///
/// # Errors
/// `Invalid` below `field`.
pub(crate) fn check_given_statuses<'a>(
    field: &str,
    actions: impl Iterator<Item = &'a Vec<Action>>,
    statuses: &[StatusDef],
) -> Result<()> {
    let mut actions = actions.enumerate();
    actions.try_for_each(|(place, then)| check_given(&format!("{field}/{place}/then"), then, statuses))
}

fn check_names<'n>(field: &str, names: impl Iterator<Item = &'n str>) -> Result<()> {
    let mut seen: Vec<&str> = Vec::new();
    for (place, name) in names.enumerate() {
        let at = format!("{field}/{place}/name");
        if place >= RULES {
            return Err(Error::invalid(field, "too_many", format!("at most {RULES}")));
        }
        if !(1..=NAME_CHARS).contains(&name.trim().chars().count()) || name.chars().any(char::is_control) {
            return Err(Error::invalid(&at, "length", format!("1 to {NAME_CHARS} characters on one line")));
        }
        if seen.contains(&name) {
            return Err(Error::invalid(&at, "taken", "another one has this name"));
        }
        seen.push(name);
    }
    Ok(())
}
