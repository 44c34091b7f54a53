//! What a client keeps of a conversation, and the proof that it stays true: `apply(old, events) == new`.

mod drive;
mod list;
mod view;

pub use drive::{
    Silent, every_command_reaches_every_reader, every_end_of_a_bots_part_reaches_every_reader,
    random_commands_reach_every_reader,
};
pub use list::ListReplica;
pub use view::View;

use engage_core::chat::{Author, Change, Delivery, Entry, Excerpt, ReadMark, Reader, Sight, Snapshot, Status};
use engage_core::{Actor, Audience};

use view::{seen_by, shown};

/// One reader's copy of one conversation: a snapshot, and every delivery since applied to it. Pure.
#[derive(Debug, Clone)]
pub struct Replica {
    reader: Actor,
    /// `None` when the conversation does not exist for the reader, or no longer.
    view: Option<View>,
}

impl Replica {
    /// What `reader` starts with.
    pub fn new(reader: &Actor, snapshot: Option<&Snapshot>) -> Self {
        Self { reader: reader.clone(), view: snapshot.map(|snapshot| View::of(snapshot, reader)) }
    }

    /// The conversation as the reader now believes it to be, with as many entries as a snapshot holds.
    pub fn view(&self) -> Option<View> {
        self.view.clone().map(View::newest)
    }

    /// The newest entry that the reader has.
    pub fn seq(&self) -> i64 {
        self.view.as_ref().map_or(0, |view| view.seq)
    }

    /// Whether the conversation has left the reader's sight, or never was in it.
    pub fn is_gone(&self) -> bool {
        self.view.is_none()
    }

    /// Takes in what the hub delivered.
    ///
    /// # Panics
    /// When an entry is missing before one that came: the hub promises that there is none.
    pub fn apply(&mut self, delivery: &Delivery) {
        match delivery {
            Delivery::Entries(entries) => entries.iter().for_each(|published| self.apply_entry(&published.entry)),
            Delivery::Read(_, mark) => self.apply_mark(mark),
            Delivery::Typing(_) | Delivery::Page(..) | Delivery::Queue(..) | Delivery::Lost => {}
        }
    }

    /// Takes in one entry: the next one is applied, one that is known is dropped.
    pub fn apply_entry(&mut self, entry: &Entry) {
        let (audience, reader) = (self.reader.audience(), reader(&self.reader));
        let Some(view) = &mut self.view else { return };
        let entry = seen_by(entry, audience).expect("readers get what they see");
        if entry.seq <= view.seq {
            return;
        }
        assert_eq!(entry.seq, view.seq + 1, "an entry is missing for {:?}", self.reader);
        view.seq = entry.seq;
        if audience == Audience::Staff {
            view.updated_at = entry.at;
        }
        match &entry.change {
            Change::Message { body, .. } | Change::Note { body, .. } => {
                let note = matches!(entry.change, Change::Note { .. });
                let text = body.chars().take(140).collect();
                view.last_message = Some(Excerpt { author: entry.author.clone(), note, text, at: entry.at });
                view.updated_at = entry.at;
                view.unread += i64::from(!is_own(&entry, &reader));
            }
            Change::Status { status, snoozed_until } => {
                if *status == Status::Closed {
                    view.rating = None;
                    view.bot = false;
                }
                view.status =
                    if audience == Audience::Visitor && *status == Status::Snoozed { Status::Open } else { *status };
                view.snoozed_until = snoozed_until.filter(|_| audience == Audience::Staff);
            }
            Change::Assigned { agent } => view.assignee = agent.as_ref().map(|agent| shown(agent, audience)),
            Change::Contact { contact, blocked } => {
                (view.contact, view.blocked) = (Some(contact.clone()), blocked.clone());
            }
            Change::Team { team } => view.team.clone_from(team),
            Change::Priority { priority } => view.priority = Some(*priority),
            Change::Language { language } => view.language.clone_from(language),
            Change::Rated { score, comment } => view.rating = Some((*score, comment.clone())),
            Change::Handoff { .. } => view.bot = false,
            Change::Labels { labels } => view.labels.clone_from(labels),
            Change::Attributes { changed } => drop(view.attributes.apply(changed)),
        }
        if audience == Audience::Staff {
            view.wait(&entry);
        }
        let hidden = matches!((&entry.change, &self.reader), (Change::Team { team }, Actor::Staff(staff)) if !staff.sees_team(team.as_deref()));
        view.entries.push(entry);
        if hidden {
            self.view = None;
        }
    }

    fn apply_mark(&mut self, mark: &ReadMark) {
        let (audience, own) = (self.reader.audience(), reader(&self.reader));
        let Some(view) = &mut self.view else { return };
        let moved = view.mark(mark, audience);
        if !moved || own.is_none_or(|own| own.key() != mark.reader.key()) {
            return;
        }
        let seq = mark.seq_for(audience);
        let first = view.entries.first().map_or(1, |first| first.seq);
        assert!(seq + 1 >= first, "a mark before what the client holds: it cannot know what is unread");
        let reader = reader(&self.reader);
        let after =
            view.entries.iter().filter(|entry| entry.seq > seq && entry.is_message() && !is_own(entry, &reader));
        view.unread = after.count() as i64;
    }

    /// The visitor turned out to be another contact, whose sessions now open the conversation.
    fn becomes(&mut self, reader: &Actor) {
        self.reader = reader.clone();
    }
}

/// The reader that an actor is.
fn reader(actor: &Actor) -> Option<Reader> {
    Sight::from(actor).reader()
}

fn is_own(entry: &Entry, reader: &Option<Reader>) -> bool {
    match (&entry.author, reader) {
        (Author::Visitor { .. }, Some(Reader::Visitor)) => true,
        (Author::Agent(author), Some(Reader::Agent { id, .. })) => author.id == *id,
        _ => false,
    }
}
