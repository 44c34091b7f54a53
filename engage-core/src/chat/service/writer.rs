//! The chat's group commit: one transaction for what many say at once, then the news of it.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Notify;

use super::hub::Hub;
use crate::bus::{Bus, Head, Hint};
use crate::chat::store::{Append, Appended, ChatStore, Lock};
use crate::error::Result;
use crate::group::Commit;
use crate::ids::ConversationId;
use crate::outbox::Relay;

/// How many heads travel in one hint.
const HEADS: usize = 32;

#[derive(Debug)]
pub(super) struct Writer {
    pub(super) store: Arc<dyn ChatStore>,
    pub(super) news: News,
}

/// Tells this node and the others what was committed.
#[derive(Debug, Clone)]
pub(super) struct News {
    pub(super) hub: Hub,
    pub(super) bus: Arc<dyn Bus>,
    pub(super) relay: Relay,
    /// Something may be to be given out.
    pub(super) routed: Arc<Notify>,
}

#[async_trait]
impl Commit for Writer {
    type Job = Append;
    type Done = Appended;
    type Key = ConversationId;

    fn key(job: &Append) -> ConversationId {
        job.conversation
    }

    async fn commit(&self, jobs: &[Append], lock: Lock) -> Result<Vec<Result<Appended>>> {
        self.store.append(jobs, lock).await
    }

    fn committed(&self, jobs: &[Append], done: &[Result<Appended>]) {
        let heard = |(job, done): (&Append, &Result<Appended>)| {
            job.heard.is_some() && done.as_ref().is_ok_and(|done| done.conversation.bot)
        };
        let promised = jobs.iter().any(|job| !job.effects.outbox.is_empty());
        self.news.tell(done, promised || jobs.iter().zip(done).any(heard));
    }
}

impl News {
    /// In the order in which it was committed; and whether something was promised with it. The relay is not woken for
    /// nothing, as it looks by a transaction of its own.
    pub(super) fn tell(&self, done: &[Result<Appended>], promised: bool) {
        let fresh: Vec<_> =
            done.iter().flatten().filter(|appended| !appended.replayed && !appended.entries.is_empty()).collect();
        if fresh.is_empty() {
            return;
        }
        // Before anybody hears of it: what they hold may be of another history.
        for epoch in fresh.iter().filter_map(|appended| appended.epoch) {
            self.hub.enter(epoch);
        }
        self.hub.publish(fresh.iter().flat_map(|appended| appended.entries.iter().cloned()));
        let heads: Vec<_> = fresh.iter().map(|appended| Head::from(&**appended)).collect();
        self.hub.advance(&heads);
        for heads in heads.chunks(HEADS) {
            self.bus.publish(Hint::Advanced { heads: heads.to_vec() });
        }
        if promised {
            self.relay.nudge();
        }
        if fresh.iter().any(|appended| appended.is_routed()) {
            self.route();
        }
    }

    /// Somebody waits or has room who had not before.
    pub(super) fn route(&self) {
        self.routed.notify_one();
        self.bus.publish(Hint::Queue);
    }
}

impl Appended {
    /// Whether it may have changed who waits or who has room: more than something said in a conversation that was there.
    fn is_routed(&self) -> bool {
        self.entries.iter().any(|entry| !entry.is_message() || entry.seq == 1)
    }
}

impl From<&Appended> for Head {
    fn from(appended: &Appended) -> Self {
        let row = &appended.conversation;
        let blocked = row.blocked.is_some();
        Self { conversation: row.id, contact: row.contact, seq: row.seq, inbox_seq: row.inbox_seq, blocked }
    }
}
