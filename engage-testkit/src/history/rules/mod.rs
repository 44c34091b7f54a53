//! The rules.

mod content;
mod desk;
mod marks;
mod order;
mod streams;

use std::collections::{BTreeMap, BTreeSet};

use super::index::{Index, Talk};
use super::model::Desk;
use super::{EACH, Rule, Violation};

/// What is broken, as it is found.
pub(super) struct Report<'h> {
    pub(super) index: &'h Index<'h>,
    pub(super) talk: &'h Talk<'h>,
    found: BTreeMap<Rule, BTreeSet<Violation>>,
}

/// Tries every rule on every conversation.
pub(super) fn all(index: &Index<'_>, desk: Option<&Desk>) -> Vec<Violation> {
    let mut found = desk.map(desk::all).unwrap_or_default();
    for talk in index.talks.values() {
        let mut report = Report { index, talk, found: BTreeMap::new() };
        content::nothing_is_lost(&mut report);
        content::nothing_is_doubled(&mut report);
        content::nothing_is_made_up(&mut report);
        content::nothing_is_shown_to_the_wrong(&mut report);
        order::numbers_are_whole_and_rise(&mut report);
        order::readers_agree(&mut report);
        order::time_is_kept(&mut report);
        order::senders_keep_their_order(&mut report);
        order::acknowledgements_are_true(&mut report);
        streams::streams_have_no_hole(&mut report);
        streams::reads_are_fresh(&mut report);
        marks::unread_is_exact(&mut report);
        marks::marks_move_forward(&mut report);
        marks::claims_are_exclusive(&mut report);
        if desk.is_some() {
            marks::nobody_is_taken_from_anybody(&mut report);
        }
        found.extend(report.found.into_values().flatten());
    }
    found
}

impl Report<'_> {
    fn broken(&mut self, rule: Rule, detail: String) {
        let found = self.found.entry(rule).or_default();
        found.insert(Violation { rule, talk: self.talk.name.into(), detail });
        if found.len() > EACH {
            found.pop_last();
        }
    }
}
