//! Doing what rules and macros say, under the row's lock; and the promises to look again.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::super::{Acted, Change, Command, Entry, Facts, Patch, StatusDef, Step, Ticket, status_of};
use super::action::Action;
use super::rule::{Cause, Rule};
use crate::attributes::AttributePatch;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::identity::AgentRef;
use crate::ids::{OutboxId, TicketId};
use crate::outbox::OutboxMessage;

/// How many runs of rules one change may cause, one after the other, before they are stopped.
const CHAIN: u8 = 5;
/// How many moments are kept in mind for one ticket.
pub(super) const TIMES: usize = 20;
/// Topic of the command to run rules.
pub(in crate::tickets) const RUN: &str = "tickets.run_rules";

/// The site's rules, and what is needed to do what they say.
#[derive(Debug, Clone, Default)]
pub struct RuleBook {
    /// In the order in which they run.
    pub rules: Vec<Rule>,
    /// The site's own statuses.
    pub statuses: Vec<StatusDef>,
    /// The agents whom rules name, as far as there are such.
    pub agents: Vec<AgentRef>,
    /// Ids of promises. Without enough of them fewer are made.
    pub ids: Vec<OutboxId>,
}

/// After what rules run, and which of them have run already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Of which ticket.
    pub ticket: TicketId,
    /// After what.
    pub causes: Vec<Cause>,
    /// The names of the rules whose changes led to this: none of them runs again.
    #[serde(default)]
    pub acted: Vec<String>,
    /// How many runs led to this.
    #[serde(default)]
    pub depth: u8,
}

/// What came of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleStep {
    /// Which.
    pub rule: String,
    /// What came of it.
    pub result: RuleResult,
}

/// What came of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleResult {
    /// Its condition did not hold.
    Unmet,
    /// It changed this; empty: all was so already.
    Done(Vec<Entry>),
    /// It would say the same again and again: what it does leaves its condition true, and only time makes it run.
    Repeats,
    /// It cannot be done any more, with why.
    Broken(String),
}

impl Ticket {
    /// Runs the rules of the step's book in order: each sees what those before it have done, and none runs twice.
    pub(in crate::tickets) fn obey(&mut self, step: &Step, run: &Run, facts: &Facts) -> Vec<RuleStep> {
        let rules = step.rules.iter().flat_map(|book| &book.rules);
        let meant = rules.filter(|rule| rule.runs_after(&run.causes) && !run.acted.contains(&rule.name));
        let steps =
            meant.map(|rule| RuleStep { rule: rule.name.clone(), result: self.obey_one(step, run, rule, facts) });
        steps.collect()
    }

    fn obey_one(&mut self, step: &Step, run: &Run, rule: &Rule, facts: &Facts) -> RuleResult {
        let now = step.at.max(self.updated_at);
        if !rule.when.holds(self, now) {
            return RuleResult::Unmet;
        }
        let mut next = self.clone();
        let entries = match next.act(step, Acted::Rule, &rule.name, &rule.then, facts) {
            Ok(entries) => entries,
            Err(error) => {
                let told = error.fields().first().map_or(error.message(), |field| field.detail.as_str());
                return RuleResult::Broken(told.to_owned());
            }
        };
        if run.causes == [Cause::TimePassed] && rule.repeats(&next, now) {
            return RuleResult::Repeats;
        }
        if !entries.is_empty() {
            *self = next;
        }
        RuleResult::Done(entries)
    }

    /// Does `actions` in order, after an entry that says in whose name; nothing when all is so already.
    pub(in crate::tickets) fn act(
        &mut self,
        step: &Step,
        by: Acted,
        name: &str,
        actions: &[Action],
        facts: &Facts,
    ) -> Result<Vec<Entry>> {
        let before = self.clone();
        let mut entries = vec![self.record(step, Change::Acted { by, name: name.to_owned() })];
        let goes_on = actions.iter().any(|action| matches!(action, Action::Status(_)));
        for action in actions {
            match action {
                Action::Reply(body) => {
                    entries.push(self.say(step, Change::Reply { body: body.clone(), files: Vec::new(), was: None }));
                    // A status that is given anyway is not guessed before.
                    let patch = Patch { status: goes_on.then(|| self.status.clone()), ..Patch::default() };
                    self.answer(step, &patch, &mut entries);
                }
                Action::Note(body) => {
                    let (mentions, files) = (Vec::new(), Vec::new());
                    let note = Change::Note { body: body.clone(), mentions, files, was: None };
                    entries.push(self.record(step, note));
                }
                _ => {
                    let patch = action.patch(step, self.updated_at)?;
                    self.edit(step, &patch, facts, &mut entries)?;
                }
            }
        }
        if entries.len() == 1 {
            *self = before;
            entries.clear();
        }
        Ok(entries)
    }
}

impl Action {
    /// The same as a change of fields, at `now`.
    fn patch(&self, step: &Step, now: Timestamp) -> Result<Patch> {
        let in_minutes = |minutes: u32| now.checked_add_signed(TimeDelta::minutes(minutes.into()));
        let book = step.rules.as_ref();
        let agent = |id: &String| {
            let known = book.and_then(|book| book.agents.iter().find(|agent| agent.id == *id));
            let unknown = || Error::invalid("/assignee", "unknown", format!("there is no agent {id}"));
            known.cloned().ok_or_else(unknown)
        };
        let nothing = Patch::default();
        Ok(match self {
            Self::Status(name) => {
                let statuses = book.map(|book| book.statuses.as_slice()).unwrap_or_default();
                Patch { status: Some(status_of(name, statuses)?), ..nothing }
            }
            Self::Priority(priority) => Patch { priority: Some(*priority), ..nothing },
            Self::Team(team) => Patch { team: Some(team.clone()), ..nothing },
            Self::Assignee(id) => Patch { assignee: Some(id.as_ref().map(agent).transpose()?), ..nothing },
            Self::Organisation(name) => Patch { organisation: Some(name.clone()), ..nothing },
            Self::AddTags(tags) => Patch { add_tags: tags.clone(), ..nothing },
            Self::RemoveTags(tags) => Patch { remove_tags: tags.clone(), ..nothing },
            Self::Follow(ids) => Patch { add_followers: ids.iter().map(agent).collect::<Result<_>>()?, ..nothing },
            Self::Field { name, value } => {
                Patch { fields: AttributePatch::default().with(name, value.clone()), ..nothing }
            }
            Self::Snooze(minutes) => Patch { snoozed_until: Some(in_minutes(*minutes)), ..nothing },
            Self::Due(minutes) => Patch { due_at: Some(in_minutes(*minutes)), ..nothing },
            Self::Reply(_) | Self::Note(_) => nothing,
        })
    }
}

impl RuleBook {
    /// The agents whom its rules name, by id.
    pub(in crate::tickets) fn named(actions: &[Action]) -> impl Iterator<Item = &String> {
        actions.iter().flat_map(Action::agents)
    }

    /// How many ids of promises one change may need.
    pub(in crate::tickets) fn needs(rules: &[Rule]) -> usize {
        let timed = rules.iter().any(|rule| rule.runs_after(&[Cause::TimePassed]));
        2 + if timed { TIMES } else { 0 }
    }

    /// The promise to run rules after what `entries` say has happened; or the name of a rule that is kept from running, as too
    /// many runs have led to it.
    pub(in crate::tickets) fn next_run(
        &mut self,
        command: Option<&Command>,
        ticket: &Ticket,
        entries: &[Entry],
        at: Timestamp,
    ) -> Result<std::result::Result<Option<OutboxMessage>, String>> {
        let (mut acted, depth) = match command {
            Some(Command::Run(run)) => (run.acted.clone(), run.depth + 1),
            _ => (Vec::new(), 0),
        };
        acted.extend(entries.iter().filter_map(|entry| match &entry.change {
            Change::Acted { by: Acted::Rule, name } => Some(name.clone()),
            _ => None,
        }));
        let causes = Cause::of(entries);
        let runs =
            |rule: &&Rule| rule.runs_after(&causes) && !acted.contains(&rule.name) && rule.when.holds(ticket, at);
        match self.rules.iter().find(runs) {
            None => Ok(Ok(None)),
            Some(rule) if depth >= CHAIN => Ok(Err(rule.name.clone())),
            Some(_) => {
                let run = Run { ticket: ticket.id, causes, acted, depth };
                Ok(Ok(self.ids.pop().map(|id| OutboxMessage::command(id, at, RUN, &run)).transpose()?))
            }
        }
    }

    /// A promise for each moment at which a rule is to look, and that follows from what is new. One that is out of date by
    /// then is nothing.
    pub(in crate::tickets) fn later(
        &mut self,
        was: Option<&Ticket>,
        ticket: &Ticket,
        at: Timestamp,
    ) -> Result<Vec<OutboxMessage>> {
        let times = |ticket: &Ticket| self.rules.iter().flat_map(|rule| rule.times(ticket)).collect::<BTreeSet<_>>();
        let before = was.map(times).unwrap_or_default();
        let new: Vec<_> = times(ticket).into_iter().filter(|time| *time > at && !before.contains(time)).collect();
        let run = Run { ticket: ticket.id, causes: vec![Cause::TimePassed], acted: Vec::new(), depth: 0 };
        let promised = new.into_iter().take(TIMES).map_while(|time| Some((time, self.ids.pop()?)));
        promised.map(|(time, id)| OutboxMessage::command(id, time, RUN, &run)).collect()
    }
}
