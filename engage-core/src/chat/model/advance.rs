//! The one rule by which a conversation changes.

use std::collections::BTreeSet;

use super::{Author, Change, Command, Conversation, Entry, Excerpt, Rating, Status};
use crate::chat::Append;
use crate::chat::service::NOT_THE_BOTS;
use crate::contacts::Blocked;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{Actor, AgentRef};
use crate::ids::EntryId;

/// How many characters of a message lists show.
const EXCERPT_CHARS: usize = 140;
/// How long a visitor may change what they said of how it went.
const RATING_OPEN: chrono::TimeDelta = chrono::TimeDelta::hours(24);
/// How many labels a conversation may have.
const LABELS: usize = 20;

impl Conversation {
    /// Applies a command: checks that the actor may see the conversation, changes its state, and returns the numbered
    /// entries to store with it, none when the command changes nothing.
    ///
    /// Called under the row's lock by every store. Pure: what it does follows from `self` and `append` alone.
    ///
    /// # Errors
    /// `NotFound` when the conversation does not exist for the actor; `Forbidden` when a visitor commands what only
    /// staff may (`blocked` when this visitor may not write); `Conflict` when a compare-and-set does not hold; `Invalid` for more labels or attributes than there may
    /// be. `self` is unchanged then.
    pub fn advance(&mut self, append: &Append) -> Result<Vec<Entry>> {
        if !self.visible_to(&append.actor) {
            return Err(Error::not_found("the conversation"));
        }
        match (&append.actor, &append.command) {
            (Actor::Visitor(_), Command::Message { .. } | Command::Rate { .. } | Command::HandOff { .. })
                if self.blocked.is_some() =>
            {
                return Err(Blocked::refusal());
            }
            (Actor::Visitor(_), Command::Message { .. } | Command::Rate { .. }) => {}
            (Actor::Visitor(_), Command::HandOff { team: None, note: None }) => {}
            (Actor::Bot(_), Command::Message { .. } | Command::HandOff { .. }) if self.bot => {}
            (Actor::Bot(_), Command::Status { status: Status::Closed, .. }) if self.bot => {}
            (Actor::Bot(_), Command::Message { .. } | Command::HandOff { .. } | Command::Status { .. }) => {
                return Err(Error::new(ErrorKind::Conflict, "it is not the bot's any more").with_code(NOT_THE_BOTS));
            }
            (Actor::Bot(_), _) => return Err(Error::new(ErrorKind::Forbidden, "this is not for bots")),
            (Actor::Visitor(_), _) => return Err(Error::new(ErrorKind::Forbidden, "only staff may do this")),
            (_, Command::Rate { .. }) => return Err(Error::new(ErrorKind::Forbidden, "only the visitor may do this")),
            _ => {}
        }
        let mut entries = Vec::new();
        match &append.command {
            Command::Message { body, reply_to, files } => {
                match append.actor {
                    Actor::Staff(_) => entries.extend(self.end_bot(append, append.ids[1], (&append.actor).into())),
                    // No bot hears it.
                    Actor::Visitor(_) if append.heard.is_none() => {
                        entries.extend(self.end_bot(append, append.ids[1], Author::System));
                    }
                    _ => {}
                }
                self.note_answer(append);
                if matches!(append.actor, Actor::Visitor(_)) && self.status != Status::Open {
                    entries.push(self.change_status(append, Status::Open, None, append.ids[1], Author::System));
                }
                let files = files.clone();
                entries.push(self.say(append, Change::Message { body: body.clone(), reply_to: *reply_to, files }));
            }
            Command::Note { body, reply_to, files, mentions } => {
                self.note_action(append);
                let (body, files, mentions) = (body.clone(), files.clone(), mentions.clone());
                entries.push(self.say(append, Change::Note { body, reply_to: *reply_to, files, mentions }));
            }
            Command::Status { status, snoozed_until } => {
                let snoozed_until = snoozed_until.filter(|_| *status == Status::Snoozed);
                if (self.status, self.snoozed_until) != (*status, snoozed_until) {
                    self.note_action(append);
                    // What is closed is done with; what is put off is put off by a person.
                    if *status == Status::Snoozed {
                        entries.extend(self.end_bot(append, append.ids[1], (&append.actor).into()));
                    }
                    entries.push(self.change_status(
                        append,
                        *status,
                        snoozed_until,
                        append.ids[0],
                        (&append.actor).into(),
                    ));
                }
            }
            Command::Assign { agent, expected } => {
                let current = self.assignee.as_ref().map(|agent| agent.id.as_str());
                if expected.as_ref().is_some_and(|expected| expected.as_deref() != current) {
                    return Err(Error::new(ErrorKind::Conflict, "somebody else was assigned meanwhile"));
                }
                if current != agent.as_ref().map(|agent| agent.id.as_str()) {
                    let offered = agent.is_some() && append.actor == Actor::System;
                    self.routing.offered_at = offered.then(|| append.at.max(self.updated_at));
                    if !offered {
                        self.routing.passed_by = None;
                    }
                    entries.extend(self.end_bot(append, append.ids[1], (&append.actor).into()));
                    entries.push(self.assign(append, agent.clone(), append.ids[0]));
                }
            }
            Command::Release { agent } => {
                if self.is_answered_by(agent) {
                    self.routing.offered_at = None;
                    self.routing.passed_by = Some(agent.clone());
                    entries.push(self.assign(append, None, append.ids[0]));
                }
            }
            Command::Team { team, release } => {
                let moves = self.team != *team;
                if moves {
                    entries.push(self.move_to(append, team.clone(), append.ids[0]));
                }
                if *release {
                    entries.extend(self.end_bot(append, append.ids[usize::from(moves)], (&append.actor).into()));
                }
                if *release && self.assignee.is_some() {
                    self.routing.offered_at = None;
                    entries.push(self.assign(append, None, append.ids[usize::from(moves)]));
                }
            }
            Command::Priority { priority } => {
                if self.routing.priority != *priority {
                    self.routing.priority = *priority;
                    entries.push(self.note_change(append, Change::Priority { priority: *priority }, false));
                }
            }
            Command::Language { language } => {
                if self.routing.language != *language {
                    self.routing.language.clone_from(language);
                    entries.push(self.note_change(append, Change::Language { language: language.clone() }, false));
                }
            }
            Command::Contact { of, contact, version, blocked } => {
                let is_news = self.contact == *of && (contact.id != *of || self.contact_version < *version);
                if is_news {
                    (self.contact, self.contact_version) = (contact.id, *version);
                    self.blocked.clone_from(blocked);
                    let change = Change::Contact { contact: contact.clone(), blocked: blocked.clone() };
                    entries.push(self.note_change(append, change, false));
                }
            }
            Command::Labels { add, remove } => {
                let labels = labelled(&self.labels, add, remove)?;
                if labels != self.labels {
                    self.labels.clone_from(&labels);
                    entries.push(self.note_change(append, Change::Labels { labels }, false));
                }
            }
            Command::Attributes { patch } => {
                let (attributes, changed) = self.attributes.patched(patch)?;
                if !changed.is_empty() {
                    self.attributes = attributes;
                    entries.push(self.note_change(append, Change::Attributes { changed }, false));
                }
            }
            Command::HandOff { team, note } => {
                if self.bot {
                    if team.is_some() && self.team != *team {
                        entries.push(self.move_to(append, team.clone(), append.ids[1]));
                    }
                    self.bot = false;
                    entries.push(self.note_change(append, Change::Handoff { note: note.clone() }, true));
                }
            }
            Command::Rate { score, comment } => entries.extend(self.rate(append, *score, comment)?),
        }
        self.queue();
        Ok(entries)
    }

    /// Somebody says something to everybody: the visitor begins to wait, or has been answered.
    fn note_answer(&mut self, append: &Append) {
        match &append.actor {
            Actor::Visitor(_) => {
                self.routing.unanswered_since.get_or_insert(append.at.max(self.updated_at));
            }
            Actor::Staff(_) => {
                self.routing.unanswered_since = None;
                self.note_action(append);
            }
            Actor::Bot(_) => self.routing.unanswered_since = None,
            Actor::System => {}
        }
    }

    /// An assignee who does anything has taken what was offered.
    fn note_action(&mut self, append: &Append) {
        if let Actor::Staff(staff) = &append.actor
            && self.is_answered_by(&staff.agent.id)
        {
            self.routing.offered_at = None;
            self.routing.passed_by = None;
        }
    }

    fn is_answered_by(&self, agent: &str) -> bool {
        self.assignee.as_ref().is_some_and(|assignee| assignee.id == agent)
    }

    fn assign(&mut self, append: &Append, agent: Option<AgentRef>, id: EntryId) -> Entry {
        self.assignee.clone_from(&agent);
        self.number(append, id, (&append.actor).into(), Change::Assigned { agent }, true)
    }

    fn move_to(&mut self, append: &Append, team: Option<String>, id: EntryId) -> Entry {
        let left = std::mem::replace(&mut self.team, team.clone()).unwrap_or_default();
        if !self.past_teams.contains(&left) {
            self.past_teams.push(left);
        }
        self.number(append, id, (&append.actor).into(), Change::Team { team }, false)
    }

    /// Somebody else's turn begins. It takes its place in the queue at once, as readers do who see one entry after the other.
    fn end_bot(&mut self, append: &Append, id: EntryId, author: Author) -> Option<Entry> {
        if !std::mem::take(&mut self.bot) {
            return None;
        }
        let entry = self.number(append, id, author, Change::Handoff { note: None }, true);
        self.queue();
        Some(entry)
    }

    /// What is open and nobody's waits, unless the bot has it; what is closed has been answered.
    fn queue(&mut self) {
        let routing = &mut self.routing;
        if self.status == Status::Closed {
            (routing.unanswered_since, routing.offered_at, routing.passed_by) = (None, None, None);
            self.bot = false;
        }
        routing.waiting_since = match self.status == Status::Open && self.assignee.is_none() && !self.bot {
            true => routing.waiting_since.or(routing.unanswered_since).or(Some(self.updated_at)),
            false => None,
        };
    }

    fn rate(&mut self, append: &Append, score: u8, comment: &Option<String>) -> Result<Option<Entry>> {
        let given = self.rating.as_ref();
        if self.status != Status::Closed {
            return Err(Error::new(ErrorKind::Conflict, "it is not closed").with_code("not_closed"));
        }
        if given.is_some_and(|given| (given.score, &given.comment) == (score, comment)) {
            return Ok(None);
        }
        let at = given.map_or(append.at, |given| given.at);
        if append.at > at + RATING_OPEN {
            return Err(Error::new(ErrorKind::Conflict, "it was rated long ago").with_code("rating_closed"));
        }
        self.rating = Some(Rating { score, comment: comment.clone(), at });
        Ok(Some(self.note_change(append, Change::Rated { score, comment: comment.clone() }, true)))
    }

    fn say(&mut self, append: &Append, change: Change) -> Entry {
        let author = Author::from(&append.actor);
        let (body, files, note) = match &change {
            Change::Note { body, files, .. } => (body, files, true),
            Change::Message { body, files, .. } => (body, files, false),
            _ => unreachable!("only messages and notes are said"),
        };
        let names = files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ");
        let said = if body.is_empty() { &names } else { body };
        let text = said.chars().take(EXCERPT_CHARS).collect();
        let excerpt = Excerpt { author: author.clone(), note, text, at: append.at.max(self.updated_at) };
        self.messages += 1;
        if !note {
            self.visitor_messages += 1;
            self.visitor_last_message = Some(excerpt.clone());
        }
        self.last_message = Some(excerpt);
        self.number(append, append.ids[0], author, change, !note)
    }

    fn change_status(
        &mut self,
        append: &Append,
        status: Status,
        snoozed_until: Option<crate::clock::Timestamp>,
        id: EntryId,
        author: Author,
    ) -> Entry {
        // Open and snoozed are the same to a visitor, so only what opens or closes is numbered for them.
        let visitor_sees = (self.status == Status::Closed) != (status == Status::Closed);
        if status == Status::Closed && self.status != status {
            self.rating = None;
        }
        self.status = status;
        self.snoozed_until = snoozed_until;
        self.number(append, id, author, Change::Status { status, snoozed_until }, visitor_sees)
    }

    fn note_change(&mut self, append: &Append, change: Change, visitor_sees: bool) -> Entry {
        self.number(append, append.ids[0], (&append.actor).into(), change, visitor_sees)
    }

    fn number(&mut self, append: &Append, id: EntryId, author: Author, change: Change, visitor_sees: bool) -> Entry {
        self.seq += 1;
        if visitor_sees {
            self.visitor_seq += 1;
        }
        self.updated_at = append.at.max(self.updated_at);
        Entry {
            id,
            conversation: self.id,
            seq: self.seq,
            visitor_seq: visitor_sees.then_some(self.visitor_seq),
            messages: self.messages,
            visitor_messages: self.visitor_messages,
            at: self.updated_at,
            author,
            change,
            // What a command brings about besides bears an id of its own.
            client_message_id: append.client_message_id.clone().filter(|_| id == append.ids[0]),
        }
    }
}

/// The labels of before with some put on and others taken off.
fn labelled(before: &[String], add: &[String], remove: &[String]) -> Result<Vec<String>> {
    let all: BTreeSet<&String> = before.iter().chain(add).filter(|label| !remove.contains(label)).collect();
    if all.len() > LABELS {
        return Err(Error::invalid("/add", "too_many", format!("at most {LABELS} labels")));
    }
    Ok(all.into_iter().cloned().collect())
}
