//! How a reader learns that a list of conversations has changed.

use std::pin::pin;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{Notify, broadcast};

use crate::ids::ConversationId;

/// Tells a reader that its list of conversations may have changed, or that its session has ended.
#[derive(Debug)]
pub struct Inbox {
    signal: Signal,
    /// Which state the reader has seen.
    seen: u64,
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

/// Where an [`InboxState`] is kept and changes are told. Every visitor who is connected has one, so it is no channel of tokio's,
/// which takes half a KiB. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Signal(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<InboxState>,
    woken: Notify,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct InboxState {
    /// Counts the changes.
    version: u64,
    pub(super) at: i64,
    /// How often the reader's sessions have been ended.
    pub(super) ended: u32,
    /// How often the reader, when a visitor, was said to be blocked.
    pub(super) blocked: u32,
    /// How often the reader, when a visitor, has read.
    pub(super) read: u32,
}

impl Inbox {
    pub(super) fn new(signal: &Signal, reads: Option<broadcast::Receiver<(ConversationId, String)>>) -> Self {
        let InboxState { version: seen, ended: ended_before, blocked: blocked_before, .. } = signal.get();
        Self { signal: signal.clone(), seen, ended_before, blocked_before, reads }
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
            seen = self.signal.beyond(self.seen) => {
                self.seen = seen;
                InboxNews::Changed
            }
            Some((conversation, agent)) = reads => InboxNews::Read(conversation, agent),
        }
    }

    /// How far the inbox has got, as this node knows it.
    pub fn at(&self) -> i64 {
        self.signal.get().at
    }

    /// Whether the reader's sessions were ended since the reader came.
    pub fn has_ended(&self) -> bool {
        self.signal.get().ended != self.ended_before
    }

    /// Whether the reader was said to be blocked since this was asked last. A hint: it may not be so any more.
    pub fn may_be_blocked(&mut self) -> bool {
        let blocked = self.signal.get().blocked;
        std::mem::replace(&mut self.blocked_before, blocked) != blocked
    }
}

impl Signal {
    pub(super) fn new(at: i64) -> Self {
        let signal = Self::default();
        signal.0.state.lock().at = at;
        signal
    }

    /// Moves it forward, and wakes who waits if that was news.
    pub(super) fn raise(&self, to: i64) {
        if self.get().at < to {
            self.change(|state| state.at = state.at.max(to));
        }
    }

    /// Changes it, and wakes who waits.
    pub(super) fn change(&self, change: impl FnOnce(&mut InboxState)) {
        let mut state = self.0.state.lock();
        change(&mut state);
        state.version += 1;
        drop(state);
        self.0.woken.notify_waiters();
    }

    /// Whether a reader holds it beside the hub.
    pub(super) fn is_heard(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    fn get(&self) -> InboxState {
        *self.0.state.lock()
    }

    /// Waits for a version beyond `seen`, and gives it.
    async fn beyond(&self, seen: u64) -> u64 {
        loop {
            // Listens before it looks, so that no change falls in between.
            let mut woken = pin!(self.0.woken.notified());
            woken.as_mut().enable();
            let version = self.get().version;
            if version > seen {
                return version;
            }
            woken.await;
        }
    }
}
