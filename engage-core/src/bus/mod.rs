//! The bus between nodes: hints only. Whatever it loses, the database still has.

mod local;

use std::fmt::Debug;

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

pub use local::LocalBus;

use crate::cache::Invalidation;
use crate::chat::{Page, ReadMark, Typing};
use crate::clock::Timestamp;
use crate::identity::AgentRef;
use crate::ids::{ContactId, ConversationId, TicketId};
use crate::tickets::Doing;

/// Carries hints to every node, this one included.
///
/// # Contract
/// - [`Bus::publish`] never blocks and never fails: what does not fit into the bounded queue is dropped, and every
///   subscriber on the nodes concerned sooner or later gets [`BusEvent::Lagged`].
/// - After every disconnection, however short, subscribers get [`BusEvent::Lagged`]: they catch up from the database.
/// - Order and exactly-once are not promised.
pub trait Bus: Debug + Send + Sync + 'static {
    /// Sends a hint to all nodes.
    fn publish(&self, hint: Hint);

    /// Hints from now on.
    fn subscribe(&self) -> Hints;

    /// Whether hints reach other nodes at present. Without, subscribers look into the database once a second.
    fn is_live(&self) -> bool;
}

/// A subscription; at most [`Hints::CAPACITY`] hints wait in it.
#[derive(Debug)]
pub struct Hints(broadcast::Receiver<BusEvent>);

/// What a subscription yields.
#[derive(Debug, Clone, PartialEq)]
pub enum BusEvent {
    /// A hint.
    Hint(Hint),
    /// Hints were lost: catch up.
    Lagged,
}

/// One hint. As JSON it is at most a few hundred bytes, but for a page, whose address alone may have two thousand.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "hint", rename_all = "snake_case")]
pub enum Hint {
    /// Conversations have got further.
    Advanced {
        /// How far.
        heads: Vec<Head>,
    },
    /// Somebody read.
    Read {
        /// Where.
        conversation: ConversationId,
        /// Whose conversation it is.
        contact: ContactId,
        /// How far, absolute.
        mark: ReadMark,
    },
    /// Somebody types, or has stopped.
    Typing(Typing),
    /// A visitor looks at another page.
    Page {
        /// Where staff are told of it: at most 20.
        conversations: Vec<ConversationId>,
        /// Which.
        page: Page,
    },
    /// An agent came, went or stepped away.
    Presence {
        /// The agent's id.
        agent: String,
    },
    /// Who waits, or who has room, has changed.
    Queue,
    /// A ticket has changed.
    Ticket {
        /// Which.
        ticket: TicketId,
        /// Its newest entry, as staff count.
        seq: i64,
        /// When.
        at: Timestamp,
    },
    /// Somebody looks at a ticket, answers it, or has gone.
    TicketLooker {
        /// Which.
        ticket: TicketId,
        /// Who.
        agent: AgentRef,
        /// What they do.
        doing: Doing,
        /// When.
        at: Timestamp,
    },
    /// A cache entry is no longer true.
    Invalidate(Invalidation),
    /// A contact's sessions have ended: close their sockets.
    SessionsEnded {
        /// Whose.
        contact: ContactId,
    },
    /// A contact may not write any more: close their sockets, if that is still so.
    ContactBlocked {
        /// Who.
        contact: ContactId,
    },
    /// Somebody asks whether a person is connected to any node.
    WhoIsHere {
        /// As the crowd counts them.
        person: String,
    },
    /// They are, to one.
    IsHere {
        /// Who.
        person: String,
    },
    /// The database has another history: see [`Epoch`](crate::chat::Epoch).
    Rewound,
    /// Work waits in the outbox.
    OutboxReady,
}

/// How far a conversation has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Which.
    pub conversation: ConversationId,
    /// Whose it is.
    pub contact: ContactId,
    /// Its newest entry in staff's numbering, which counts them all.
    pub seq: i64,
    /// Its place in the inbox.
    pub inbox_seq: i64,
    /// Whether its visitor may not write.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocked: bool,
}

impl Hints {
    /// How many hints may wait in one subscription before [`BusEvent::Lagged`].
    pub const CAPACITY: usize = 4096;

    /// A subscription fed by a channel; for implementors.
    pub fn new(receiver: broadcast::Receiver<BusEvent>) -> Self {
        Self(receiver)
    }

    /// The next one; `None` when the bus has ended.
    pub async fn next(&mut self) -> Option<BusEvent> {
        match self.0.recv().await {
            Ok(event) => Some(event),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(BusEvent::Lagged),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}
