//! A conversation as one kind of reader is told of it, which is what the protocol gives.

use std::collections::BTreeMap;

use engage_core::attributes::Attributes;
use engage_core::chat::{Author, Change, Conversation, Entry, Excerpt, Priority, ReadMark, Reader, Snapshot, Status};
use engage_core::clock::Timestamp;
use engage_core::contacts::{Blocked, ContactCard};
use engage_core::ids::ConversationId;
use engage_core::{Actor, AgentRef, Audience};

/// How many entries a snapshot holds.
const SNAPSHOT: usize = 50;

/// A conversation as a reader sees it. What the reader's kind is not told is absent; numbers are the reader's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Which.
    pub id: ConversationId,
    /// Open or closed, and for staff snoozed.
    pub status: Status,
    /// For staff: when it wakes.
    pub snoozed_until: Option<Timestamp>,
    /// For staff: whose it is.
    pub team: Option<String>,
    /// For staff: who the visitor is.
    pub contact: Option<ContactCard>,
    /// For staff: why the visitor may not write.
    pub blocked: Option<Blocked>,
    /// Who answers; for visitors without the id.
    pub assignee: Option<AgentRef>,
    /// Whether the bot answers.
    pub bot: bool,
    /// For staff: who comes first.
    pub priority: Option<Priority>,
    /// For staff: the visitor's language.
    pub language: Option<String>,
    /// For staff: when the visitor wrote the first of what nobody has answered.
    pub unanswered_since: Option<Timestamp>,
    /// For staff: since when it waits for somebody to take it.
    pub waiting_since: Option<Timestamp>,
    /// For staff: what it is about.
    pub labels: Vec<String>,
    /// For staff: what the site keeps of it.
    pub attributes: Attributes,
    /// How it went, as the visitor said since it was closed.
    pub rating: Option<(u8, Option<String>)>,
    /// The newest entry.
    pub seq: i64,
    /// How many messages by others came after the reader's mark.
    pub unread: i64,
    /// The newest message.
    pub last_message: Option<Excerpt>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed; for visitors: when the last message came.
    pub updated_at: Timestamp,
    /// Entries, oldest first, up to the newest.
    pub entries: Vec<Entry>,
    /// How far everybody has read, by their key; for visitors all of the staff are one.
    pub reads: BTreeMap<String, i64>,
}

impl View {
    /// What a snapshot tells `reader`.
    pub fn of(snapshot: &Snapshot, reader: &Actor) -> Self {
        let (audience, row) = (reader.audience(), &snapshot.listed.conversation);
        let staff = audience == Audience::Staff;
        let last_message = row.last_message_for(audience).cloned();
        let mut view = Self {
            id: row.id,
            status: if !staff && row.status == Status::Snoozed { Status::Open } else { row.status },
            snoozed_until: row.snoozed_until.filter(|_| staff),
            team: row.team.clone().filter(|_| staff),
            contact: staff.then(|| snapshot.listed.contact.clone()),
            blocked: row.blocked.clone().filter(|_| staff),
            assignee: row.assignee.as_ref().map(|agent| shown(agent, audience)),
            bot: row.bot,
            priority: staff.then_some(row.routing.priority),
            language: row.routing.language.clone().filter(|_| staff),
            unanswered_since: row.routing.unanswered_since.filter(|_| staff),
            waiting_since: row.routing.waiting_since.filter(|_| staff),
            labels: if staff { row.labels.clone() } else { Vec::new() },
            attributes: if staff { row.attributes.clone() } else { Attributes::default() },
            rating: row.rating.as_ref().map(|rating| (rating.score, rating.comment.clone())),
            seq: row.seq_for(audience),
            unread: snapshot.listed.unread,
            created_at: row.created_at,
            updated_at: updated_at(row, audience),
            last_message: last_message.map(|excerpt| Excerpt { author: author(&excerpt.author, audience), ..excerpt }),
            entries: snapshot.entries.iter().filter_map(|entry| seen_by(entry, audience)).collect(),
            reads: BTreeMap::new(),
        };
        for mark in &snapshot.reads {
            view.mark(mark, audience);
        }
        let first = view.entries.first().map_or(0, |first| first.seq);
        assert_eq!(snapshot.has_more, first > 1, "whether there is more agrees with the first entry");
        view
    }

    /// How long the visitor has waited, by the rule that the protocol gives.
    pub(super) fn wait(&mut self, entry: &Entry) {
        match (&entry.change, &entry.author) {
            (Change::Message { .. }, Author::Visitor { .. }) => {
                self.unanswered_since.get_or_insert(entry.at);
            }
            (Change::Message { .. }, Author::Agent(_) | Author::Bot { .. }) => self.unanswered_since = None,
            _ if self.status == Status::Closed => self.unanswered_since = None,
            _ => {}
        }
        self.waiting_since = match self.status == Status::Open && self.assignee.is_none() && !self.bot {
            true => self.waiting_since.or(self.unanswered_since).or(Some(entry.at)),
            false => None,
        };
    }

    /// The same with no more entries than a snapshot holds.
    pub(super) fn newest(mut self) -> Self {
        self.entries.drain(..self.entries.len().saturating_sub(SNAPSHOT));
        self
    }

    /// Notes how far somebody has read. Says whether that is farther than known.
    pub(super) fn mark(&mut self, mark: &ReadMark, audience: Audience) -> bool {
        let key = match (audience, &mark.reader) {
            (Audience::Visitor, Reader::Agent { .. }) => "staff",
            (_, reader) => reader.key(),
        };
        let seq = mark.seq_for(audience);
        let moved = self.reads.get(key).copied().unwrap_or(0) < seq;
        if moved {
            self.reads.insert(key.to_owned(), seq);
        }
        moved
    }
}

/// An entry as `audience` is told of it, in its own numbering; `None` when it is not.
pub(super) fn seen_by(entry: &Entry, audience: Audience) -> Option<Entry> {
    let seq = entry.seq_for(audience)?;
    // The counters are for the store alone.
    let (visitor_seq, messages, visitor_messages) = (None, 0, 0);
    Some(Entry {
        seq,
        visitor_seq,
        messages,
        visitor_messages,
        author: author(&entry.author, audience),
        change: match &entry.change {
            Change::Handoff { note } => Change::Handoff { note: note.clone().filter(|_| audience == Audience::Staff) },
            change => change.clone(),
        },
        ..entry.clone()
    })
}

/// An agent as `audience` is told of them.
pub(super) fn shown(agent: &AgentRef, audience: Audience) -> AgentRef {
    match audience {
        Audience::Visitor => AgentRef { id: String::new(), name: agent.name.clone() },
        Audience::Staff => agent.clone(),
    }
}

pub(super) fn updated_at(row: &Conversation, audience: Audience) -> Timestamp {
    match audience {
        Audience::Visitor => row.visitor_last_message.as_ref().map_or(row.created_at, |last| last.at),
        Audience::Staff => row.updated_at,
    }
}

fn author(author: &Author, audience: Audience) -> Author {
    match author {
        Author::Agent(agent) => Author::Agent(shown(agent, audience)),
        other => other.clone(),
    }
}
