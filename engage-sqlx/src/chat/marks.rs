//! How far readers have read. What is unread follows from the mark by two subtractions, however long the conversation.

use std::collections::BTreeMap;
use std::sync::Arc;

use engage_core::chat::{Planned, ReadMark, Reader};
use engage_core::ids::ConversationId;
use engage_core::{Audience, Error, Result};

use serde::Serialize;

use super::{Chat, ChatSql};
use crate::batch::{Hex, json};
use crate::driver::{Columns, Connection, Row, params};

statements! {
    /// What marks ask.
    struct MarkStatements {
        peek = "SELECT c.seq, c.visitor_seq, c.messages, c.visitor_messages,
                m.seq, m.visitor_seq, m.read_messages, m.own_after, m.unread, m.name
            FROM {conversations} c LEFT JOIN {marks} m ON m.conversation_id = c.id AND m.reader = $2 WHERE c.id = $1";
        // Makes the row or holds it; either way nobody counts up own_after until the commit.
        hold = "INSERT INTO {marks} (conversation_id, reader, name, seq, visitor_seq, read_messages, own_after)
            VALUES ($1, $2, $3, 0, 0, 0, 0) ON CONFLICT (conversation_id, reader) DO UPDATE SET name = excluded.name";
        mark_unread = "INSERT INTO {marks} (conversation_id, reader, name, seq, visitor_seq, read_messages, own_after, unread)
            SELECT c.id, $2, $3, 0, 0, 0, (SELECT count(*) FROM {entries} o WHERE o.conversation_id = c.id
                AND o.author_kind = 'agent' AND o.author_id = $2 AND o.kind IN ('message', 'note')), 1
            FROM {conversations} c WHERE c.id = $1
            ON CONFLICT (conversation_id, reader) DO UPDATE SET unread = 1";
        move_staff = "UPDATE {marks} SET seq = $3, unread = 0,
                visitor_seq = COALESCE((SELECT v.visitor_seq FROM {entries} v
                    WHERE v.conversation_id = $1 AND v.seq <= $3 AND v.visitor_seq IS NOT NULL
                    ORDER BY v.seq DESC LIMIT 1), 0),
                read_messages = (SELECT e.messages FROM {entries} e WHERE e.conversation_id = $1 AND e.seq = $3),
                own_after = (SELECT count(*) FROM {entries} o WHERE o.conversation_id = $1 AND o.seq > $3
                    AND o.author_kind = 'agent' AND o.author_id = $2 AND o.kind IN ('message', 'note'))
            WHERE conversation_id = $1 AND reader = $2";
        move_visitor = "UPDATE {marks} SET visitor_seq = $3, seq = e.seq, read_messages = e.visitor_messages,
                own_after = (SELECT count(*) FROM {entries} o WHERE o.conversation_id = $1 AND o.seq > e.seq
                    AND o.author_kind = 'visitor' AND o.kind = 'message')
            FROM (SELECT at.seq, at.visitor_messages FROM {entries} at WHERE at.conversation_id = $1
                AND at.visitor_seq = $3 AND at.seq >= $3
                AND at.seq <= $3 + (SELECT c.seq - c.visitor_seq FROM {conversations} c WHERE c.id = $1)) AS e
            WHERE conversation_id = $1 AND reader = $2";
        // Whoever has no mark has not written either. Their own numbers stay as they are.
        mention = "INSERT INTO {marks} (conversation_id, reader, name, seq, visitor_seq, read_messages, own_after, mention)
            SELECT b.conversation_id, b.reader, b.name, 0, 0, 0, 0, b.mention
            FROM {@rows $1 AS b (conversation_id uuid, reader text, name text, mention bigint)} WHERE true
            ON CONFLICT (conversation_id, reader) DO UPDATE SET mention = excluded.mention";
        reads = "SELECT reader, name, seq, visitor_seq FROM {marks} WHERE conversation_id = $1 AND seq > 0";
    }
}

/// A conversation's counts beside a reader's.
#[derive(Debug, Clone)]
struct Standing {
    /// The newest entry and the number of messages, as the reader sees them.
    head: i64,
    messages: i64,
    /// Absent when the reader has neither read nor written.
    mark: Option<Mark>,
}

#[derive(Debug, Clone)]
struct Mark {
    seq: i64,
    visitor_seq: i64,
    read_messages: i64,
    own_after: i64,
    is_unread: bool,
    name: String,
}

/// The newest note that asks a reader to look.
#[derive(Serialize)]
struct MentionRow<'p> {
    conversation_id: Hex,
    reader: &'p str,
    name: &'p str,
    mention: i64,
}

impl MarkStatements {
    /// Notes whom `planned` asks to look, in the transaction of `connection`, which holds the conversations.
    pub(super) async fn write_mentions(&self, connection: &mut dyn Connection, planned: &Planned) -> Result<()> {
        // In an order that all writers share.
        let mut newest: BTreeMap<(Hex, &str), MentionRow<'_>> = BTreeMap::new();
        for entry in &planned.entries {
            for agent in entry.mentions() {
                let (conversation_id, reader) = (Hex(entry.conversation.0), agent.id.as_str());
                let row = MentionRow { conversation_id, reader, name: &agent.name, mention: entry.seq };
                newest.insert((conversation_id, reader), row);
            }
        }
        if !newest.is_empty() {
            connection.execute(&self.mention, params![&json(newest.values())?]).await?;
        }
        Ok(())
    }
}

impl Chat {
    pub(super) async fn move_mark(
        &self,
        conversation: ConversationId,
        reader: &Reader,
        seq: i64,
    ) -> Result<Option<(ReadMark, i64)>> {
        let row = self.db.fetch_one(&self.sql.marks.peek, params![conversation, reader.key()]).await?;
        let Some(row) = row else { return Ok(None) };
        let standing = Standing::read(&row, reader.audience())?;
        if !standing.is_moved_by(reader, seq) {
            return Ok(Some(standing.tell(reader)));
        }
        let (sql, reader) = (Arc::clone(&self.sql), reader.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move { move_mark(connection, &sql, conversation, reader, seq).await })
            })
            .await
            .map(Some)
    }

    pub(super) async fn want_unread(&self, conversation: ConversationId, reader: &Reader) -> Result<bool> {
        let values = params![conversation, reader.key(), reader_name(reader)];
        Ok(self.db.execute_one(&self.sql.marks.mark_unread, values).await? > 0)
    }

    pub(super) async fn read_marks(&self, conversation: ConversationId) -> Result<Vec<ReadMark>> {
        self.db.fetch(&self.sql.marks.reads, params![conversation]).await?.iter().map(read_mark).collect()
    }
}

async fn move_mark(
    connection: &mut dyn Connection,
    sql: &ChatSql,
    conversation: ConversationId,
    reader: Reader,
    seq: i64,
) -> Result<(ReadMark, i64)> {
    connection.execute(&sql.marks.hold, params![conversation, reader.key(), reader_name(&reader)]).await?;
    let standing = peek(connection, sql, conversation, &reader).await?;
    if !standing.is_moved_by(&reader, seq) {
        return Ok(standing.tell(&reader));
    }
    let statement = match reader.audience() {
        Audience::Staff => &sql.marks.move_staff,
        Audience::Visitor => &sql.marks.move_visitor,
    };
    connection.execute(statement, params![conversation, reader.key(), standing.clamped(&reader, seq)]).await?;
    Ok(peek(connection, sql, conversation, &reader).await?.tell(&reader))
}

async fn peek(
    connection: &mut dyn Connection,
    sql: &ChatSql,
    conversation: ConversationId,
    reader: &Reader,
) -> Result<Standing> {
    let row = connection.fetch(&sql.marks.peek, params![conversation, reader.key()]).await?.pop();
    let row = row.ok_or_else(|| Error::not_found("the conversation"))?;
    Standing::read(&row, reader.audience())
}

impl Standing {
    fn read(row: &Row, audience: Audience) -> Result<Self> {
        let mut columns = row.columns();
        let [seq, visitor_seq, messages, visitor_messages]: [i64; 4] =
            [columns.take()?, columns.take()?, columns.take()?, columns.take()?];
        let (head, messages) = match audience {
            Audience::Staff => (seq, messages),
            Audience::Visitor => (visitor_seq, visitor_messages),
        };
        Ok(Self { head, messages, mark: read_own(&mut columns)? })
    }

    /// How far the mark stands once `seq` is read.
    fn clamped(&self, reader: &Reader, seq: i64) -> i64 {
        seq.min(self.head).max(self.seq_of(reader))
    }

    fn seq_of(&self, reader: &Reader) -> i64 {
        self.mark.as_ref().map_or(0, |mark| match reader.audience() {
            Audience::Staff => mark.seq,
            Audience::Visitor => mark.visitor_seq,
        })
    }

    /// Whether reading up to `seq` changes anything. A mark that is only counted for has no name to keep up to date.
    fn is_moved_by(&self, reader: &Reader, seq: i64) -> bool {
        let seq = seq.min(self.head);
        let now = self.seq_of(reader);
        // Nothing of what was read becomes unread again, but that it was marked so ends.
        seq > now
            || (seq > 0 && self.mark.as_ref().is_some_and(|mark| mark.is_unread))
            || (now > 0 && self.mark.as_ref().is_some_and(|mark| mark.name != reader_name(reader)))
    }

    fn tell(&self, reader: &Reader) -> (ReadMark, i64) {
        let mark = self.mark.as_ref();
        let (seq, visitor_seq) = mark.map_or((0, 0), |mark| (mark.seq, mark.visitor_seq));
        let (read, own) = mark.map_or((0, 0), |mark| (mark.read_messages, mark.own_after));
        (ReadMark { reader: reader.clone(), seq, visitor_seq }, (self.messages - read - own).max(0))
    }
}

fn read_own(columns: &mut Columns<'_>) -> Result<Option<Mark>> {
    let Some(seq) = columns.take()? else { return Ok(None) };
    Ok(Some(Mark {
        seq,
        visitor_seq: columns.take()?,
        read_messages: columns.take()?,
        own_after: columns.take()?,
        is_unread: columns.take::<i64>()? != 0,
        name: columns.take()?,
    }))
}

fn read_mark(row: &Row) -> Result<ReadMark> {
    let mut columns = row.columns();
    let id: String = columns.take()?;
    let name: String = columns.take()?;
    let reader = if id.is_empty() { Reader::Visitor } else { Reader::Agent { id, name } };
    Ok(ReadMark { reader, seq: columns.take()?, visitor_seq: columns.take()? })
}

fn reader_name(reader: &Reader) -> &str {
    match reader {
        Reader::Visitor => "",
        Reader::Agent { name, .. } => name,
    }
}
