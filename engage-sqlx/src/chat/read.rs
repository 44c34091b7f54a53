//! Reads conversations and entries.

use engage_core::bus::Head;
use engage_core::chat::{Conversation, Entry, EntryQuery, EntryRange, Listed, Sight};
use engage_core::clock::Timestamp;
use engage_core::ids::{ContactId, ConversationId};
use engage_core::{Audience, Result};

use super::Chat;
use super::rows::{self, conversation_columns, entry_columns};
use crate::driver::{Row, params};

/// What [`rows::listed`] reads, for the reader `$1`.
macro_rules! listed_columns {
    () => {
        concat!(
            super::rows::conversation_columns!(),
            ", k.name, k.email, m.read_messages, m.own_after, m.unread, \
            CASE WHEN m.mention > m.seq THEN m.mention ELSE 0 END"
        )
    };
}
pub(super) use listed_columns;

/// What goes with conversations that are called `c` in a list.
macro_rules! listed_joins {
    () => {
        " LEFT JOIN {contacts} k ON k.id = c.contact_id
          LEFT JOIN {marks} m ON m.conversation_id = c.id AND m.reader = $1"
    };
}
pub(super) use listed_joins;

/// Greater than any number, and still far from where a sum overflows.
const BEYOND: i64 = 1 << 53;

statements! {
    /// What reading asks.
    struct ReadStatements {
        get = concat!("SELECT ", listed_columns!(), " FROM {conversations} c", listed_joins!(), " WHERE c.id = $2");
        after = concat!(
            "SELECT ", entry_columns!(), " FROM {entries} e
             WHERE e.conversation_id = $1 AND e.seq > $2 ORDER BY e.seq LIMIT $3"
        );
        before = concat!(
            "SELECT ", entry_columns!(), " FROM {entries} e
             WHERE e.conversation_id = $1 AND e.seq < $2 ORDER BY e.seq DESC LIMIT $3"
        );
        // The visitor's numbering has no index, which each message would have to pay for: staff's number is at least as great,
        // and greater by at most as many as staff only see.
        visitor_after = concat!(
            "SELECT ", entry_columns!(), " FROM {entries} e
             WHERE e.conversation_id = $1 AND e.seq > $2 AND e.visitor_seq > $2 ORDER BY e.seq LIMIT $3"
        );
        visitor_before = concat!(
            "SELECT ", entry_columns!(), " FROM {entries} e
             WHERE e.conversation_id = $1 AND e.visitor_seq < $2
                AND e.seq < $2 + (SELECT c.seq - c.visitor_seq FROM {conversations} c WHERE c.id = $1)
             ORDER BY e.seq DESC LIMIT $3"
        );
        heads_after = "SELECT c.id, c.contact_id, c.seq, c.inbox_seq, c.blocked FROM {conversations} c
            WHERE c.inbox_seq > $1 ORDER BY c.inbox_seq LIMIT $2";
        inbox_head = "SELECT value FROM {counters} WHERE name = 'inbox'";
        of_contact = "SELECT c.id FROM {conversations} c WHERE c.contact_id = $1 ORDER BY c.id LIMIT $2";
        waiting = concat!(
            "SELECT ", conversation_columns!(), " FROM {conversations} c
             WHERE c.waiting_since IS NOT NULL ORDER BY c.priority DESC, c.waiting_since, c.id LIMIT $1"
        );
        offered = concat!(
            "SELECT ", conversation_columns!(), " FROM {conversations} c
             WHERE c.offered_at < $1 AND c.status = 'open' ORDER BY c.offered_at, c.id LIMIT $2"
        );
        waking = "SELECT c.id FROM {conversations} c WHERE c.status = 'snoozed' AND c.snoozed_until <= $1
            ORDER BY c.snoozed_until LIMIT $2";
    }
}

impl Chat {
    pub(super) async fn get_one(&self, id: ConversationId, sight: &Sight) -> Result<Option<Listed>> {
        let reader = sight.reader();
        let key = reader.as_ref().map(engage_core::chat::Reader::key);
        let row = self.db.fetch_one(&self.sql.read.get, params![key, id]).await?;
        let listed = row.map(|row| rows::listed(&row, reader.as_ref())).transpose()?;
        Ok(listed.filter(|listed| sight.sees(&listed.conversation)))
    }

    pub(super) async fn read_entries(&self, query: &EntryQuery) -> Result<Vec<Entry>> {
        let sql = &self.sql.read;
        let (after, before) = match query.audience {
            Audience::Staff => (&sql.after, &sql.before),
            Audience::Visitor => (&sql.visitor_after, &sql.visitor_before),
        };
        let (statement, edge) = match query.range {
            EntryRange::After(seq) => (after, seq),
            EntryRange::Before(seq) => (before, seq.min(BEYOND)),
            EntryRange::Latest => (before, BEYOND),
        };
        let rows = self.db.fetch(statement, params![query.conversation, edge, query.limit]).await?;
        let mut entries = rows.iter().map(rows::entry).collect::<Result<Vec<_>>>()?;
        if !matches!(query.range, EntryRange::After(_)) {
            entries.reverse();
        }
        Ok(entries)
    }

    pub(super) async fn read_heads(&self, inbox_seq: i64, limit: usize) -> Result<Vec<Head>> {
        self.db.fetch(&self.sql.read.heads_after, params![inbox_seq, limit]).await?.iter().map(rows::head).collect()
    }

    pub(super) async fn read_inbox_head(&self) -> Result<i64> {
        let row = self.db.fetch_one(&self.sql.read.inbox_head, params![]).await?;
        row.as_ref().map_or(Ok(0), Row::only)
    }

    pub(super) async fn ids_of_contact(&self, contact: ContactId, limit: usize) -> Result<Vec<ConversationId>> {
        self.db.fetch(&self.sql.read.of_contact, params![contact, limit]).await?.iter().map(Row::only).collect()
    }

    pub(super) async fn read_waiting(&self, limit: usize) -> Result<Vec<Conversation>> {
        self.db.fetch(&self.sql.read.waiting, params![limit]).await?.iter().map(rows::conversation).collect()
    }

    pub(super) async fn read_offered(&self, before: Timestamp, limit: usize) -> Result<Vec<Conversation>> {
        self.db.fetch(&self.sql.read.offered, params![before, limit]).await?.iter().map(rows::conversation).collect()
    }

    pub(super) async fn ids_waking(&self, now: Timestamp, limit: usize) -> Result<Vec<ConversationId>> {
        self.db.fetch(&self.sql.read.waking, params![now, limit]).await?.iter().map(Row::only).collect()
    }
}
