//! Conversations as this node last wrote them, so that the next message needs not read them first.
//!
//! A hint and no more: what is planned on it is written only if the row is still so. A conversation to which another node
//! writes in turn is read first, as the hint would be wrong each time.

use std::collections::BTreeSet;

use engage_core::chat::{Append, Appended, Conversation, Epoch, Opened};
use engage_core::ids::ConversationId;
use hashlink::LruCache;
use parking_lot::Mutex;

/// How many: about 1 KiB each.
const ROOM: usize = 4_096;

#[derive(Debug)]
pub(crate) struct Recent(Mutex<Rows>);

#[derive(Debug)]
struct Rows {
    /// The history that they belong to.
    epoch: Option<Epoch>,
    noted: LruCache<ConversationId, Noted>,
}

#[derive(Debug)]
struct Noted {
    row: Conversation,
    /// Whether nobody else wrote between the last two times that this node did.
    is_ours: bool,
}

impl Default for Recent {
    fn default() -> Self {
        Self(Mutex::new(Rows { epoch: None, noted: LruCache::new(ROOM) }))
    }
}

impl Recent {
    /// Those of `batch`, in the order of their ids; `None` if any is not here, or not ours.
    pub(super) fn of(&self, batch: &[Append]) -> Option<Vec<Conversation>> {
        let ids: BTreeSet<_> = batch.iter().map(|append| append.conversation).collect();
        let mut rows = self.0.lock();
        ids.iter().map(|id| rows.noted.get(id).filter(|noted| noted.is_ours).map(|noted| noted.row.clone())).collect()
    }

    /// Keeps a row that was just made.
    pub(super) fn note_opened(&self, opened: &Opened) {
        let row = opened.conversation.clone();
        let mut rows = self.0.lock();
        rows.enter(opened.epoch);
        rows.noted.insert(row.id, Noted { row, is_ours: true });
    }

    /// Keeps what was written, the latest last.
    pub(super) fn note<'a>(&self, written: impl IntoIterator<Item = &'a Appended>) {
        let mut rows = self.0.lock();
        for appended in written {
            let row = &appended.conversation;
            rows.enter(appended.epoch);
            let before = appended.entries.first().filter(|_| !appended.replayed).map_or(row.seq, |first| first.seq - 1);
            let is_ours = rows.noted.get(&row.id).is_none_or(|noted| noted.row.seq == before);
            rows.noted.insert(row.id, Noted { row: row.clone(), is_ours });
        }
    }
}

impl Rows {
    /// What was written in another history may be lost.
    fn enter(&mut self, epoch: Option<Epoch>) {
        if epoch.is_some() && std::mem::replace(&mut self.epoch, epoch) != epoch {
            self.noted.clear();
        }
    }
}
