//! What clients saw, and whether a chat that keeps its promises could have shown it.
//!
//! A [`Drive`] lets visitors and agents talk over real sockets and notes everything in a [`History`]; [`check`] then says
//! which promises the history breaks. It knows nothing of the server: it judges what was sent, what was answered and what
//! was read, so it works for any server of `docs/protocol/chat.md`, and its own tests run on histories that never had one.
//! The idea, and the outcome that is neither yes nor no, are Jepsen's.
//!
//! ```
//! # use engage_testkit::history::{History, Rule, check};
//! let mut history = History::default();
//! let (ann, talk) = (history.visitor("ann"), "talk-1");
//! history.owns("ann", talk);
//! history.sends(ann, talk, "m-1", "hello");
//! history.acked(ann, talk, "m-1", 1);
//! history.reads_at_last(ann, talk, []);
//! let broken = check(&history);
//! assert_eq!(broken[0].rule, Rule::Lost);
//! ```

mod index;
mod model;
mod recorder;
mod rewound;
mod rules;

pub mod drive;

pub use drive::{DeskDrive, DeskLoad, Drive, LetterDrive, LetterLoad, Load};
pub use model::{Body, Client, Desk, Event, History, Item, Kind, Look, Name, Place, Side, Way, What, digest};
pub use recorder::Recorder;

use std::fmt;

/// A promise to whoever talks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// What was acknowledged is there, for every reader, by every way of reading.
    Lost,
    /// No message and no number is there twice, and one message has one number.
    Doubled,
    /// What was never sent, or was refused, is not there.
    Ghost,
    /// A message says what its sender said.
    Altered,
    /// Numbers rise.
    Order,
    /// Readers of one kind see the same, and both kinds the same messages in the same order.
    Disagree,
    /// Numbers are 1, 2, 3, ... without a hole.
    Hole,
    /// What was sent after the acknowledgement of another message comes after it.
    RealTime,
    /// What one client sent over one link is numbered in the order in which it was sent.
    Pipelined,
    /// A live stream has no hole that it did not tell of.
    Stream,
    /// An acknowledgement names the number under which the message is read.
    Ack,
    /// A read shows what was acknowledged before it began.
    Stale,
    /// Unread is the number of others' messages after the own mark.
    Unread,
    /// Marks do not move back.
    Mark,
    /// Visitors see nothing that is for staff.
    Private,
    /// Nobody sees what was said in another conversation, and visitors see their own conversations only.
    Stranger,
    /// Once the faults have ended, everybody gets an answer.
    Stuck,
    /// Whoever was told that a conversation is theirs alone was not told it beside somebody else.
    Assignee,
    /// Nobody is given more than their limit.
    Capacity,
    /// Whoever came first is given first.
    Turn,
    /// Nobody waits while somebody has room.
    Idle,
}

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Which.
    pub rule: Rule,
    /// In which conversation.
    pub talk: Name,
    /// How, in one sentence.
    pub detail: String,
}

/// How many violations of one rule are told of one conversation: the rest would say the same.
const EACH: usize = 3;

/// The promises that `history` breaks, the gravest rules first. Takes O(n log n) for n events and items.
///
/// Sends of which it is not known whether they were stored may be there or not, but once at most.
pub fn check(history: &History) -> Vec<Violation> {
    let mut found = rules::all(&index::Index::of(history), history.desk.as_ref());
    if history.stuck > 0 {
        let detail = format!("{} clients had no answer or could not read", history.stuck);
        found.push(Violation { rule: Rule::Stuck, talk: "all".into(), detail });
    }
    found.sort();
    found
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} in {}: {}", self.rule, self.talk, self.detail)
    }
}
