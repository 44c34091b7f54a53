//! The one rule by which a ticket's own fields change.

use super::{Acted, Category, Change, Command, Entry, Facts, Patch, RuleResult, Status, Step, Ticket};
use crate::chat::{Author, Excerpt, Rating};
use crate::error::{Error, ErrorKind, Result};
use crate::files::FileCard;
use crate::identity::{Actor, AgentRef, Staff};

/// How many characters of a reply lists show.
const EXCERPT_CHARS: usize = 140;
/// How long a requester may change what they said of how it went.
const RATING_OPEN: chrono::TimeDelta = chrono::TimeDelta::hours(24);
/// How much of each there may be.
const TAGS: usize = 20;
const CC: usize = 20;
const FOLLOWERS: usize = 50;
/// How long staff may have worked on one ticket: a thousand days.
const SECONDS: i64 = 86_400_000;

impl Ticket {
    /// Applies what concerns this ticket alone, and gives the numbered entries to store with it; none when nothing changes.
    pub(super) fn advance(&mut self, step: &Step, facts: &Facts) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        match &step.command {
            Command::Reply { body, files, patch } => {
                let reply = Change::Reply { body: body.clone(), files: files.clone(), was: None };
                entries.push(self.say(step, reply));
                self.answer(step, patch, &mut entries);
                self.edit(step, patch, facts, &mut entries)?;
            }
            Command::Note { body, mentions, files } => {
                let (mentioned, files) = (mentions.clone(), files.clone());
                let note = Change::Note { body: body.clone(), mentions: mentioned, files, was: None };
                entries.push(self.record(step, note));
                // Who is asked to look wants to hear what comes of it.
                self.follow(step, mentions, &[], &mut entries)?;
            }
            Command::Edit(patch) => self.edit(step, patch, facts, &mut entries)?,
            Command::Time { seconds, note } => {
                let sum = self.seconds_spent.saturating_add(*seconds);
                if !(0..=SECONDS).contains(&sum) {
                    return Err(Error::invalid("/seconds", "range", "together not below 0, and at most 1000 days"));
                }
                self.seconds_spent = sum;
                entries.push(self.record(step, Change::Time { seconds: *seconds, note: note.clone() }));
            }
            Command::Rate { score, comment } => entries.extend(self.rate(step, *score, comment)?),
            Command::Wake { until } => {
                if self.snoozed_until == Some(*until) {
                    self.snooze(step, None, &mut entries);
                }
            }
            Command::Owed { metric, due, is_breach } => {
                let told = self.sla.as_mut().is_some_and(|sla| sla.tell(*metric, *due, *is_breach, step.at));
                if told {
                    let owed = Change::Owed { metric: *metric, due: *due, is_breach: *is_breach };
                    entries.push(self.record(step, owed));
                }
            }
            Command::Run(run) => {
                let done = self.obey(step, run, facts).into_iter().filter_map(|step| match step.result {
                    RuleResult::Done(entries) => Some(entries),
                    _ => None,
                });
                entries.extend(done.flatten());
            }
            Command::Macro { name, then } => entries = self.act(step, Acted::Macro, name, then, facts)?,
            Command::Merge { .. } | Command::Link { .. } | Command::Parent { .. } | Command::Split { .. } => {}
        }
        Ok(entries)
    }

    /// The first entry.
    pub(super) fn open(&mut self, step: &Step, body: &str, files: &[FileCard]) -> Entry {
        let (subject, body) = (self.subject.clone(), body.to_owned());
        let opened = Change::Opened { subject, body, files: files.to_vec() };
        // The requester waits from now on, whoever wrote it down for them.
        self.waiting_since = Some(self.created_at);
        let entry = self.number(step, opened, true);
        self.last_reply = Some(excerpt(&entry));
        entry
    }

    /// A reply moves the ticket on, unless it says itself where to.
    pub(super) fn answer(&mut self, step: &Step, patch: &Patch, entries: &mut Vec<Entry>) {
        let category = self.status.category;
        match &step.actor {
            Actor::Visitor(_) => {
                self.waiting_since.get_or_insert(self.updated_at);
                self.snooze(step, None, entries);
                if !matches!(category, Category::New | Category::Open) {
                    self.set_status(step, Category::Open.into(), Author::System, entries);
                }
            }
            Actor::Staff(_) => {
                self.waiting_since = None;
                self.first_reply_at.get_or_insert(self.updated_at);
                if category == Category::New && patch.status.is_none() {
                    self.set_status(step, Category::Open.into(), Author::System, entries);
                }
            }
            Actor::System | Actor::Bot(_) => {}
        }
    }

    pub(super) fn edit(&mut self, step: &Step, patch: &Patch, facts: &Facts, entries: &mut Vec<Entry>) -> Result<()> {
        if let Some(status) = patch.status.as_ref().filter(|status| **status != self.status) {
            let solves = status.category.is_done() && !self.status.category.is_done();
            if solves && !patch.force && facts.open_children > 0 {
                let told = format!("{} parts of it are not solved", facts.open_children);
                return Err(Error::new(ErrorKind::Conflict, told).with_code("open_parts"));
            }
            self.set_status(step, status.clone(), (&step.actor).into(), entries);
        }
        if let Some(to) = patch.subject.as_ref().filter(|to| **to != self.subject) {
            let from = std::mem::replace(&mut self.subject, to.clone());
            entries.push(self.number(step, Change::Subject { from, to: to.clone() }, true));
        }
        macro_rules! set {
            ($field:ident, $Change:ident) => {
                if let Some(to) = patch.$field.as_ref().filter(|to| **to != self.$field) {
                    let from = std::mem::replace(&mut self.$field, to.clone());
                    entries.push(self.record(step, Change::$Change { from, to: to.clone() }));
                }
            };
        }
        set!(priority, Priority);
        set!(team, Team);
        set!(requester, Requester);
        set!(organisation, Organisation);
        set!(due_at, Due);
        let is_another =
            |to: &&Option<AgentRef>| to.as_ref().map(|to| &to.id) != self.assignee.as_ref().map(|now| &now.id);
        if let Some(to) = patch.assignee.as_ref().filter(is_another) {
            let from = std::mem::replace(&mut self.assignee, to.clone());
            entries.push(self.record(step, Change::Assigned { from, to: to.clone() }));
        }
        if let Some(until) = patch.snoozed_until {
            self.snooze(step, until, entries);
        }
        let tags = changed(&mut self.tags, &patch.add_tags, &patch.remove_tags, TAGS, "/tags")?;
        if let Some((added, removed)) = tags {
            entries.push(self.record(step, Change::Tags { added, removed }));
        }
        let cc = changed(&mut self.cc, &patch.add_cc, &patch.remove_cc, CC, "/cc")?;
        if let Some((added, removed)) = cc {
            entries.push(self.record(step, Change::Cc { added, removed }));
        }
        self.follow(step, &patch.add_followers, &patch.remove_followers, entries)?;
        let (fields, news) = self.fields.patched(&patch.fields)?;
        if !news.is_empty() {
            let before = std::mem::replace(&mut self.fields, fields);
            let before = before.restoring(&news);
            entries.push(self.record(step, Change::Fields { changed: news, before }));
        }
        Ok(())
    }

    fn set_status(&mut self, step: &Step, to: Status, author: Author, entries: &mut Vec<Entry>) {
        let from = std::mem::replace(&mut self.status, to.clone());
        let (was, is) = (from.category, to.category);
        match (was.is_done(), is.is_done()) {
            (false, true) => {
                self.solved_at = Some(step.at.max(self.updated_at));
                (self.waiting_since, self.rating) = (None, None);
            }
            (true, false) => self.solved_at = None,
            _ => {}
        }
        let mut entry = self.number(step, Change::Status { from, to }, was.stage() != is.stage());
        entry.author = author;
        entries.push(entry);
        if is.is_done() {
            self.snooze(step, None, entries);
        }
    }

    fn snooze(&mut self, step: &Step, until: Option<crate::clock::Timestamp>, entries: &mut Vec<Entry>) {
        if self.snoozed_until != until {
            self.snoozed_until = until;
            entries.push(self.record(step, Change::Snoozed { until }));
        }
    }

    fn follow(&mut self, step: &Step, add: &[AgentRef], remove: &[String], entries: &mut Vec<Entry>) -> Result<()> {
        let (gone, mut kept): (Vec<_>, Vec<_>) =
            self.followers.iter().cloned().partition(|follower| remove.contains(&follower.id));
        let mut added: Vec<AgentRef> = Vec::new();
        for agent in add.iter().filter(|agent| !remove.contains(&agent.id)) {
            if kept.iter().all(|follower| follower.id != agent.id) {
                kept.push(agent.clone());
                added.push(agent.clone());
            }
        }
        if kept.len() > FOLLOWERS {
            return Err(Error::invalid("/followers", "too_many", format!("at most {FOLLOWERS} followers")));
        }
        if !added.is_empty() || !gone.is_empty() {
            kept.sort_by(|one, other| one.id.cmp(&other.id));
            self.followers = kept;
            entries.push(self.record(step, Change::Followers { added, removed: gone }));
        }
        Ok(())
    }

    fn rate(&mut self, step: &Step, score: u8, comment: &Option<String>) -> Result<Option<Entry>> {
        if !self.status.category.is_done() {
            return Err(Error::new(ErrorKind::Conflict, "it is not solved").with_code("not_solved"));
        }
        let given = self.rating.as_ref();
        if given.is_some_and(|given| (given.score, &given.comment) == (score, comment)) {
            return Ok(None);
        }
        let at = given.map_or(step.at, |given| given.at);
        if step.at > at + RATING_OPEN {
            return Err(Error::new(ErrorKind::Conflict, "it was rated long ago").with_code("rating_closed"));
        }
        self.rating = Some(Rating { score, comment: comment.clone(), at });
        Ok(Some(self.number(step, Change::Rated { score, comment: comment.clone() }, true)))
    }

    /// A reply, which everybody sees.
    pub(super) fn say(&mut self, step: &Step, reply: Change) -> Entry {
        self.replies += 1;
        let entry = self.number(step, reply, true);
        self.last_reply = Some(excerpt(&entry));
        entry
    }

    /// What staff only see.
    pub(super) fn record(&mut self, step: &Step, change: Change) -> Entry {
        self.number(step, change, false)
    }

    pub(super) fn number(&mut self, step: &Step, change: Change, is_public: bool) -> Entry {
        self.seq += 1;
        if is_public {
            self.public_seq += 1;
        }
        self.updated_at = step.at.max(self.updated_at);
        Entry {
            ticket: self.id,
            seq: self.seq,
            public_seq: is_public.then_some(self.public_seq),
            at: self.updated_at,
            author: (&step.actor).into(),
            change,
            client_message_id: None,
        }
    }
}

/// Who may do what, before anything else is looked at.
pub(super) fn check_permission(step: &Step) -> Result<()> {
    let refused = |told: &str| Err(Error::new(ErrorKind::Forbidden, told));
    match (&step.actor, &step.command) {
        (Actor::Visitor(_), Command::Reply { patch, .. }) if patch.is_empty() => Ok(()),
        (Actor::Visitor(_), Command::Edit(patch)) if patch.is_status_alone() => {
            let may = |status: &Status| {
                status.custom.is_none() && matches!(status.category, Category::Solved | Category::Open)
            };
            if patch.status.as_ref().is_none_or(may) { Ok(()) } else { refused("a requester solves or opens again") }
        }
        (Actor::Visitor(_), Command::Rate { .. }) => Ok(()),
        (Actor::Visitor(_), _) => refused("only staff may do this"),
        (Actor::Bot(_), _) => refused("this is not for bots"),
        (Actor::Staff(_) | Actor::System, Command::Rate { .. }) => refused("only the requester may do this"),
        (Actor::Staff(_), Command::Owed { .. } | Command::Wake { .. } | Command::Run(_)) => {
            refused("this is engage's own")
        }
        (Actor::Staff(Staff { .. }) | Actor::System, _) => Ok(()),
    }
}

/// Changes a sorted list, and gives what was added and removed; what is named in both is removed.
fn changed(
    list: &mut Vec<String>,
    add: &[String],
    remove: &[String],
    most: usize,
    field: &str,
) -> Result<Option<(Vec<String>, Vec<String>)>> {
    let mut next: Vec<_> = list.iter().chain(add).filter(|one| !remove.contains(one)).cloned().collect();
    next.sort();
    next.dedup();
    if next.len() > most && next.len() > list.len() {
        return Err(Error::invalid(field, "too_many", format!("at most {most}")));
    }
    let added: Vec<_> = next.iter().filter(|one| !list.contains(one)).cloned().collect();
    let removed: Vec<_> = list.iter().filter(|one| !next.contains(one)).cloned().collect();
    *list = next;
    let is_news = !added.is_empty() || !removed.is_empty();
    Ok(is_news.then_some((added, removed)))
}

fn excerpt(entry: &Entry) -> Excerpt {
    let text = entry.change.said().chars().take(EXCERPT_CHARS).collect();
    Excerpt { author: entry.author.clone(), note: false, text, at: entry.at }
}
