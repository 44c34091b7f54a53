//! How a reader learns that a list of conversations has changed.

use tokio::sync::{broadcast, watch};

use crate::ids::ConversationId;

/// Tells a reader that its list of conversations may have changed, or that its session has ended.
#[derive(Debug)]
pub struct Inbox {
    state: watch::Receiver<InboxState>,
    /// How often the sessions had been ended when the reader came.
    ended_before: u32,
    /// How often the reader had been said to be blocked when somebody looked last.
    blocked_before: u32,
    /// What agents read, each for themselves. Visitors have `read` in their state.
    reads: Option<broadcast::Receiver<(ConversationId, String)>>,
}

/// What an [`Inbox`] has heard of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InboxNews {
    /// Something changed, or the visitor read something.
    Changed,
    /// An agent, by id, has read in a conversation.
    Read(ConversationId, String),
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct InboxState {
    pub(super) at: i64,
    /// How often the reader's sessions have been ended.
    pub(super) ended: u32,
    /// How often the reader, when a visitor, was said to be blocked.
    pub(super) blocked: u32,
    /// How often the reader, when a visitor, has read.
    pub(super) read: u32,
}

impl Inbox {
    pub(super) fn new(
        state: watch::Receiver<InboxState>,
        reads: Option<broadcast::Receiver<(ConversationId, String)>>,
    ) -> Self {
        let InboxState { ended: ended_before, blocked: blocked_before, .. } = *state.borrow();
        Self { state, ended_before, blocked_before, reads }
    }

    /// Waits for news. Cancel-safe; never again once the hub is gone.
    pub async fn changed(&mut self) -> InboxNews {
        let reads = async {
            match &mut self.reads {
                Some(reads) => reads.recv().await.ok(),
                None => None,
            }
        };
        tokio::select! {
            Ok(()) = self.state.changed() => InboxNews::Changed,
            Some((conversation, agent)) = reads => InboxNews::Read(conversation, agent),
            else => std::future::pending().await,
        }
    }

    /// How far the inbox has got, as this node knows it.
    pub fn at(&self) -> i64 {
        self.state.borrow().at
    }

    /// Whether the reader's sessions were ended since the reader came.
    pub fn has_ended(&self) -> bool {
        self.state.borrow().ended != self.ended_before
    }

    /// Whether the reader was said to be blocked since this was asked last. A hint: it may not be so any more.
    pub fn may_be_blocked(&mut self) -> bool {
        let blocked = self.state.borrow().blocked;
        std::mem::replace(&mut self.blocked_before, blocked) != blocked
    }
}

/// Moves it forward, and wakes who waits if that was news.
pub(super) fn raise(inbox: &watch::Sender<InboxState>, to: i64) {
    inbox.send_if_modified(|state| {
        let newer = state.at < to;
        state.at = state.at.max(to);
        newer
    });
}
