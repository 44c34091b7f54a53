//! What a change does, decided on rows that the store holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::advance::check_permission;
use super::command::reused;
use super::{
    Acted, Category, Change, Command, Create, Entry, Letters, Relation, RuleBook, Sla, SlaBook, Step, Target, Ticket,
};
use crate::chat::Author;
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Actor;
use crate::ids::TicketId;
use crate::outbox::OutboxMessage;

/// How many tickets one may be linked with.
const LINKS: usize = 50;
/// Topic of the command to tell of what is owed.
pub(in crate::tickets) const OWED: &str = "tickets.tell_owed";
/// Topic of the command to tell those outside of what was said.
pub(in crate::tickets) const TELL: &str = "tickets.tell_by_mail";
/// Topic of the command to tell staff of what happened.
pub(in crate::tickets) const TELL_STAFF: &str = "tickets.tell_staff_by_mail";
/// Topic of the command to bring a ticket back into sight.
pub(in crate::tickets) const WAKE: &str = "tickets.wake";

/// What a promise to tell by mail says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::tickets) struct Tell {
    /// Of which ticket.
    pub(in crate::tickets) ticket: TicketId,
    /// Of which entries, as staff count.
    pub(in crate::tickets) seqs: Vec<i64>,
}

/// What a store knows beside the rows.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The entry that already bears the step's client message id.
    pub known: Option<Entry>,
    /// How many parts of [`Step::needs_children`] are not done.
    pub open_children: i64,
    /// How many parts it has.
    pub children: i64,
    /// The entries of [`Step::needs_entries`], as far as there are.
    pub entries: Vec<Entry>,
    /// A number that no ticket has, for [`Step::needs_number`].
    pub number: i64,
}

/// What a store writes, all of it in the transaction that holds the locks.
#[derive(Debug)]
pub struct Planned {
    /// The step's own ticket as it is then.
    pub ticket: Ticket,
    /// The entry that answers the step: the replayed one, or its first.
    pub entry: Option<Entry>,
    /// Whether it was done before: nothing is written.
    pub replayed: bool,
    /// Rows that changed, in the order of their ids.
    pub changed: Vec<Ticket>,
    /// A row that is new.
    pub created: Option<Ticket>,
    /// New entries of all of them, in the order of their numbers within each ticket.
    pub entries: Vec<Entry>,
    /// What commits with them.
    pub effects: Effects,
}

impl Create {
    /// The ticket with its `number`, its entries, and what commits with them.
    ///
    /// # Errors
    /// When an event cannot be written.
    pub fn plan(&self, number: i64) -> Result<Planned> {
        let at = self.ticket.created_at;
        let step = Step::new(self.ticket.id, self.actor.clone(), Command::Edit(super::Patch::default()), at);
        let mut ticket = Ticket { number, ..self.ticket.clone() };
        let first = ticket.open(&step, &self.body, &self.files);
        let mut effects = filled(self.effects.clone(), &ticket, std::slice::from_ref(&first));
        if let Some(book) = &self.sla {
            ticket.sla = Sla::of(&book.policies, None, &ticket, at);
            effects.outbox.extend(promised(book, None, &ticket, at)?);
        }
        if let Some(mut book) = self.rules.clone() {
            // The first run cannot be one too many.
            let run = book.next_run(None, &ticket, std::slice::from_ref(&first), at)?.unwrap_or_default();
            effects.outbox.extend(run);
            effects.outbox.extend(book.later(None, &ticket, at)?);
        }
        let own = std::slice::from_ref(&first);
        effects.outbox.extend(told(self.letters, &ticket, own, at)?);
        Ok(Planned {
            ticket: ticket.clone(),
            entry: Some(first.clone()),
            replayed: false,
            changed: Vec::new(),
            created: Some(ticket),
            entries: vec![first],
            effects,
        })
    }
}

impl Step {
    /// Decides: checks that the actor may see the tickets and do this, changes them, and numbers what happens.
    ///
    /// Called under the rows' locks by every store. Pure.
    ///
    /// # Errors
    /// `NotFound` when a ticket does not exist for the actor; `Forbidden` when the actor may not do this; `Conflict` when
    /// the version is another (`version`), when the ticket has been merged (`merged`), when parts are open (`open_parts`), for
    /// tickets that cannot be merged (`other_requester`) or made parts (`nested`), or when the client message id bears
    /// something else; `Invalid` for more than there may be.
    pub fn plan(&self, rows: Vec<Ticket>, facts: &Facts) -> Result<Planned> {
        let mut rows: BTreeMap<TicketId, Ticket> = rows.into_iter().map(|row| (row.id, row)).collect();
        let missing = || Error::not_found("the ticket");
        if !self.locks().iter().all(|id| rows.get(id).is_some_and(|row| row.visible_to(&self.actor))) {
            return Err(missing());
        }
        check_permission(self)?;
        let before = rows.remove(&self.ticket).ok_or_else(missing)?;
        if let Some(known) = &facts.known {
            let replay = Planned::nothing(before, Some(known.clone()), true);
            return if self.says(known) { Ok(replay) } else { Err(reused()) };
        }
        // People may become one also when their tickets have.
        let is_moved = matches!((&self.actor, &self.command), (Actor::System, Command::Edit(_)));
        if before.merged_into.is_some() && !is_moved {
            return Err(Error::new(ErrorKind::Conflict, "it has become a part of another ticket").with_code("merged"));
        }
        if self.expected.is_some_and(|expected| expected != before.version) {
            return Err(Error::new(ErrorKind::Conflict, "it was changed meanwhile").with_code("version"));
        }
        let mut work = Work { step: self, ticket: before.clone(), others: rows, created: None, entries: Vec::new() };
        work.run(facts)?;
        work.finish(before)
    }
}

/// A step under way.
struct Work<'s> {
    step: &'s Step,
    ticket: Ticket,
    others: BTreeMap<TicketId, Ticket>,
    created: Option<Ticket>,
    entries: Vec<Entry>,
}

impl Work<'_> {
    fn run(&mut self, facts: &Facts) -> Result<()> {
        let step = self.step;
        self.entries = self.ticket.advance(step, facts)?;
        match &step.command {
            Command::Merge { from } => self.merge(*from, facts),
            Command::Link { other, holds } => self.link(*other, *holds),
            Command::Parent { parent } => self.make_part(*parent, facts),
            Command::Split { new, .. } => self.split(new, facts),
            _ => Ok(()),
        }
    }

    fn merge(&mut self, from: TicketId, facts: &Facts) -> Result<()> {
        let (step, target) = (self.step, &mut self.ticket);
        let refused = |told: &str, code| Err(Error::new(ErrorKind::Conflict, told).with_code(code));
        let Some(source) = self.others.get_mut(&from) else {
            return refused("a ticket is no part of itself", "itself");
        };
        match source.merged_into {
            Some(into) if into == target.id => return Ok(()),
            Some(_) => return refused("it has become a part of another ticket", "merged"),
            None => {}
        }
        if source.requester != target.requester {
            // What one has asked is not another's to read.
            return refused("it is somebody else's: merge the people, or link the tickets", "other_requester");
        }
        if facts.children > 0 {
            return refused("it has parts of its own", "nested");
        }
        let waited = source.waiting_since.take();
        source.merged_into = Some(target.id);
        source.status = Category::Closed.into();
        source.sla = None;
        (source.snoozed_until, source.solved_at) = (None, Some(step.at.max(source.updated_at)));
        let told = Change::MergedInto { ticket: target.id, number: target.number };
        self.entries.push(source.number(step, told, true));
        if !target.status.category.is_done() {
            target.waiting_since = match (waited, target.waiting_since) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => other.or(one),
            };
        }
        let told = Change::Merged { ticket: source.id, number: source.number };
        self.entries.push(target.number(step, told, true));
        Ok(())
    }

    fn link(&mut self, other: TicketId, holds: bool) -> Result<()> {
        let step = self.step;
        let Some(other) = self.others.get_mut(&other) else {
            return Err(Error::new(ErrorKind::Conflict, "a ticket has to do with itself anyway").with_code("itself"));
        };
        if self.ticket.links.contains(&other.id) == holds {
            return Ok(());
        }
        for (one, id) in [(&mut self.ticket, other.id), (other, step.ticket)] {
            one.links.retain(|link| *link != id);
            if holds {
                one.links.push(id);
            }
            if one.links.len() > LINKS {
                return Err(Error::invalid("/ticket", "too_many", format!("at most {LINKS} links")));
            }
            let related = Change::Related { ticket: id, relation: Relation::Linked, holds };
            self.entries.push(one.record(step, related));
        }
        Ok(())
    }

    fn make_part(&mut self, parent: Option<TicketId>, facts: &Facts) -> Result<()> {
        let step = self.step;
        let refused = |told: &str, code| Err(Error::new(ErrorKind::Conflict, told).with_code(code));
        if self.ticket.parent == parent {
            return Ok(());
        }
        if let Some(before) = self.ticket.parent.take() {
            let ended = Change::Related { ticket: before, relation: Relation::Parent, holds: false };
            self.entries.push(self.ticket.record(step, ended));
        }
        let Some(id) = parent else { return Ok(()) };
        let Some(whole) = self.others.get_mut(&id) else { return refused("a ticket is no part of itself", "itself") };
        if whole.parent.is_some() || facts.children > 0 {
            return refused("parts have no parts of their own", "nested");
        }
        if whole.merged_into.is_some() {
            return refused("it has become a part of another ticket", "merged");
        }
        self.ticket.parent = Some(id);
        let begun = Change::Related { ticket: id, relation: Relation::Parent, holds: true };
        self.entries.push(self.ticket.record(step, begun));
        let begun = Change::Related { ticket: step.ticket, relation: Relation::Child, holds: true };
        self.entries.push(whole.record(step, begun));
        Ok(())
    }

    fn split(&mut self, new: &Ticket, facts: &Facts) -> Result<()> {
        let (step, source) = (self.step, &mut self.ticket);
        let wanted = step.needs_entries();
        let found: Vec<_> = facts.entries.iter().filter(|entry| entry.change.is_said()).collect();
        if wanted.is_empty() || found.len() != wanted.len() {
            return Err(Error::invalid("/entries", "unknown", "replies and notes of this ticket, each once"));
        }
        let mut split = Ticket { number: facts.number, ..new.clone() };
        (split.requester, split.team, split.priority) = (source.requester, source.team.clone(), source.priority);
        split.organisation.clone_from(&source.organisation);
        (split.source, split.links) = (source.source, vec![source.id]);
        let Some(first) = found.iter().find_map(|entry| public_body(entry)) else {
            return Err(Error::invalid("/entries", "no_reply", "at least one that the requester has seen"));
        };
        let mut made = vec![split.open(step, &first, &[])];
        made.push(split.record(step, Change::SplitFrom { ticket: source.id, number: source.number }));
        for entry in found {
            let was = Some((entry.ticket, entry.seq));
            let mut copy = match &entry.change {
                Change::Note { body, mentions, files, .. } => {
                    let (body, mentions, files) = (body.clone(), mentions.clone(), files.clone());
                    split.record(step, Change::Note { body, mentions, files, was })
                }
                change => {
                    let (body, files) = (body_of(change).to_owned(), change.files().to_vec());
                    split.say(step, Change::Reply { body, files, was })
                }
            };
            copy.author.clone_from(&entry.author);
            if let Some(last) = split.last_reply.as_mut().filter(|_| copy.public_seq.is_some()) {
                last.author.clone_from(&entry.author);
            }
            made.push(copy);
        }
        if !source.links.contains(&split.id) {
            source.links.push(split.id);
        }
        if source.links.len() > LINKS {
            return Err(Error::invalid("/entries", "too_many", format!("at most {LINKS} links")));
        }
        let told = Change::Split { ticket: split.id, number: split.number, entries: wanted.to_vec() };
        self.entries.push(source.record(step, told));
        self.entries.extend(made);
        self.created = Some(split);
        Ok(())
    }

    fn finish(self, before: Ticket) -> Result<Planned> {
        let Self { step, mut ticket, others, mut created, mut entries } = self;
        if entries.is_empty() {
            return Ok(Planned::nothing(before, None, false));
        }
        if let Some(first) = entries.iter_mut().find(|entry| entry.ticket == step.ticket) {
            first.client_message_id.clone_from(&step.client_message_id);
        }
        let mut owed = Vec::new();
        let edited =
            |entries: &[Entry], id: TicketId| entries.iter().any(|entry| entry.ticket == id && !entry.change.is_said());
        ticket.version += i64::from(edited(&entries, ticket.id));
        if let Some(book) = step.sla.as_ref().filter(|_| !matches!(step.command, Command::Owed { .. })) {
            ticket.sla = Sla::of(&book.policies, Some(&before), &ticket, step.at.max(before.updated_at));
            owed = promised(book, Some(&before), &ticket, step.at)?;
        }
        if let Some(mut book) = step.rules.clone() {
            let at = step.at.max(before.updated_at);
            let own: Vec<_> = entries.iter().filter(|entry| entry.ticket == step.ticket).cloned().collect();
            match book.next_run(Some(&step.command), &ticket, &own, at)? {
                Ok(run) => owed.extend(run),
                Err(name) => entries.push(ticket.record(step, Change::Acted { by: Acted::Stopped, name })),
            }
            owed.extend(waking(&mut book, step, &before, &ticket)?);
            owed.extend(book.later(Some(&before), &ticket, at)?);
        }
        let mut changed: Vec<_> =
            others.into_values().filter(|other| entries.iter().any(|entry| entry.ticket == other.id)).collect();
        for other in &mut changed {
            other.version += i64::from(edited(&entries, other.id));
        }
        changed.push(ticket.clone());
        changed.sort_by_key(|ticket| ticket.id);
        if let Some(created) = &mut created {
            created.version = 1;
        }
        let own: Vec<_> = entries.iter().filter(|entry| entry.ticket == step.ticket).cloned().collect();
        let mut effects = filled(step.effects.clone(), &ticket, &own);
        effects.outbox.extend(owed);
        effects.outbox.extend(told(step.letters, &ticket, &own, step.at)?);
        Ok(Planned { entry: own.into_iter().next(), ticket, replayed: false, changed, created, entries, effects })
    }
}

impl Planned {
    fn nothing(ticket: Ticket, entry: Option<Entry>, replayed: bool) -> Self {
        let effects = Effects::none();
        Self { ticket, entry, replayed, changed: Vec::new(), created: None, entries: Vec::new(), effects }
    }
}

/// A promise for each time at which staff are told of what is newly owed. One that is out of date by then is nothing.
fn promised(book: &SlaBook, was: Option<&Ticket>, ticket: &Ticket, at: Timestamp) -> Result<Vec<OutboxMessage>> {
    let targets = |ticket: &Ticket| ticket.sla.as_ref().map(|sla| sla.targets.clone()).unwrap_or_default();
    let before = was.map(targets).unwrap_or_default();
    let now = targets(ticket);
    let is_new = |target: &&Target| !before.iter().any(|old| (old.metric, old.due) == (target.metric, target.due));
    let times = now.iter().filter(is_new).flat_map(|target| {
        let warning = target.warn_at.filter(|warn_at| *warn_at > at).map(|warn_at| (target, warn_at, false));
        warning.into_iter().chain([(target, target.due, true)])
    });
    let messages = times.zip(book.ids).map(|((target, when, is_breach), id)| {
        let due = target.due.timestamp_micros();
        let payload =
            serde_json::json!({ "ticket": ticket.id, "metric": target.metric, "due": due, "is_breach": is_breach });
        OutboxMessage::command(id, when, OWED, &payload)
    });
    messages.collect()
}

/// What a rule or a macro put out of sight is to come back. Of others who do that, their caller promises it.
fn waking(book: &mut RuleBook, step: &Step, was: &Ticket, ticket: &Ticket) -> Result<Option<OutboxMessage>> {
    let until = ticket.snoozed_until.filter(|_| ticket.snoozed_until != was.snoozed_until);
    let acts = matches!(step.command, Command::Run(_) | Command::Macro { .. });
    let (Some(until), true, Some(id)) = (until, acts, book.ids.pop()) else { return Ok(None) };
    let payload = serde_json::json!({ "ticket": ticket.id, "until": until.timestamp_micros() });
    OutboxMessage::command(id, until, WAKE, &payload).map(Some)
}

/// Promises to tell those outside of what was said, and staff also of who sees to it now: where there is anybody to be told.
fn told(letters: Letters, ticket: &Ticket, own: &[Entry], at: Timestamp) -> Result<Vec<OutboxMessage>> {
    let is_heard = ticket.assignee.is_some() || !ticket.followers.is_empty();
    let outside = |entry: &Entry| match (&entry.change, &entry.author) {
        (Change::Opened { .. }, _) => true,
        (Change::Reply { .. }, Author::Visitor { .. }) => !ticket.cc.is_empty(),
        (Change::Reply { .. }, _) => true,
        _ => false,
    };
    let staff = |entry: &Entry| entry.change.is_said() || matches!(entry.change, Change::Assigned { to: Some(_), .. });
    let seqs_of = |is_told: &dyn Fn(&Entry) -> bool| {
        own.iter().filter(|entry| is_told(entry)).map(|entry| entry.seq).collect::<Vec<_>>()
    };
    let outside = letters.outside.map(|id| (id, TELL, seqs_of(&outside)));
    let staff = letters.staff.filter(|_| is_heard).map(|id| (id, TELL_STAFF, seqs_of(&staff)));
    let promises = outside.into_iter().chain(staff).filter(|(.., seqs)| !seqs.is_empty());
    promises.map(|(id, topic, seqs)| OutboxMessage::command(id, at, topic, &Tell { ticket: ticket.id, seqs })).collect()
}

/// What only the decision knows, for whoever hears of it.
fn filled(mut effects: Effects, ticket: &Ticket, own: &[Entry]) -> Effects {
    if !effects.outbox.is_empty() {
        let mut kinds: Vec<_> = own.iter().map(|entry| entry.change.kind()).collect();
        kinds.dedup();
        effects.fill("number", &Value::from(ticket.number));
        effects.fill("seq", &Value::from(own.first().map_or(ticket.seq, |entry| entry.seq)));
        effects.fill("changed", &Value::from(kinds));
    }
    effects
}

fn public_body(entry: &Entry) -> Option<String> {
    entry.public_seq.map(|_| entry.change.said())
}

fn body_of(change: &Change) -> &str {
    match change {
        Change::Opened { body, .. } | Change::Reply { body, .. } | Change::Note { body, .. } => body,
        _ => "",
    }
}
