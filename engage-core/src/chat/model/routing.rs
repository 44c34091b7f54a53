//! What decides who answers a conversation, and how long it has waited for them.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// How a conversation stands in the queue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Routing {
    /// Who comes first.
    pub priority: Priority,
    /// The visitor's language, a BCP 47 tag in lower case such as `de` or `pt-br`.
    pub language: Option<String>,
    /// Since when it waits for somebody to take it: set exactly while it is open and nobody's. What the visitor wrote before
    /// and nobody answered counts, so whoever is put back into the queue does not lose their place.
    pub waiting_since: Option<Timestamp>,
    /// When the visitor wrote the first of what nobody has answered.
    pub unanswered_since: Option<Timestamp>,
    /// When engage gave it to its assignee, who has not acted since.
    pub offered_at: Option<Timestamp>,
    /// The agent who last let it pass, and who gets it again only when nobody else can.
    pub passed_by: Option<String>,
}

/// Who comes first: of two that wait the more urgent, of equals the one who has waited longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// When there is nothing else.
    Low,
    /// As usual.
    #[default]
    Normal,
    /// Before the others.
    High,
    /// Before everybody.
    Urgent,
}

impl Priority {
    /// Its place in the order, from 0; what stores keep.
    pub fn rank(self) -> i64 {
        self as i64
    }

    /// The priority of a rank.
    pub fn of_rank(rank: i64) -> Option<Self> {
        [Self::Low, Self::Normal, Self::High, Self::Urgent].into_iter().find(|priority| priority.rank() == rank)
    }
}
