//! What a client keeps of its list of conversations.

use std::collections::BTreeMap;

use engage_core::Actor;
use engage_core::chat::{Chat, Epoch, ListQuery, Listed, Sight, Snapshot};
use engage_core::ids::ConversationId;

use super::View;

/// One reader's list: each change puts the conversation as it now is in place of what was there, or takes it away.
#[derive(Debug, Clone)]
pub struct ListReplica {
    reader: Actor,
    cursor: i64,
    rows: BTreeMap<ConversationId, View>,
}

impl ListReplica {
    /// The list as `reader` finds it.
    pub async fn fetch(chat: &Chat, reader: &Actor) -> Self {
        // First the place, then the list: what comes in between is told once more.
        let cursor = chat.inbox_head().await.expect("the head of the inbox");
        let listed = chat.list(&ListQuery::new(reader.into(), 1_000)).await.expect("the list");
        let rows = listed.into_iter().map(|listed| (listed.conversation.id, row(listed, reader))).collect();
        Self { reader: reader.clone(), cursor, rows }
    }

    /// Takes in what changed since.
    pub async fn catch_up(&mut self, chat: &Chat) {
        let sight = Sight::from(&self.reader);
        for listed in chat.changed(&sight, self.cursor, 1_000).await.expect("what changed") {
            self.cursor = listed.conversation.inbox_seq;
            if sight.sees(&listed.conversation) {
                self.rows.insert(listed.conversation.id, row(listed, &self.reader));
            } else {
                self.rows.remove(&listed.conversation.id);
            }
        }
    }

    /// The reader has read, and was told what is unread now.
    pub fn read(&mut self, conversation: ConversationId, unread: i64) {
        if let Some(row) = self.rows.get_mut(&conversation) {
            row.unread = unread;
        }
    }

    /// Every conversation of the list.
    pub fn rows(&self) -> &BTreeMap<ConversationId, View> {
        &self.rows
    }
}

/// A conversation as lists show it: a view without entries and marks.
fn row(listed: Listed, reader: &Actor) -> View {
    let (entries, reads, has_more, epoch) = (Vec::new(), Vec::new(), false, Epoch::default());
    View::of(&Snapshot { listed, entries, has_more, reads, epoch }, reader)
}
