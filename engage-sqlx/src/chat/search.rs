//! What was said, found by its words.
//!
//! Indexing is no part of the transaction that writes a message: it would lengthen the one that all writers wait for. What is
//! not indexed yet follows from two places, as everything that changes takes one in the inbox: the place up to which all
//! conversations are indexed, and for each conversation the entry up to which it is. So nothing has to be promised, nothing is
//! skipped, and a search can catch up first. One indexer works at a time, whoever it is.

use std::sync::Arc;

use engage_core::Result;
use engage_core::chat::{Found, SearchQuery};
use engage_core::contacts::ContactCard;
use engage_core::ids::ConversationId;
use engage_core::words::words;
use serde::Serialize;

use super::rows::{self, entry_columns};
use super::{Chat, ChatSql};
use crate::authors::seen_teams;
use crate::batch::{Hex, json};
use crate::db::Limits;
use crate::dialect::Dialect;
use crate::driver::{Connection, Row, params};

statements! {
    /// What indexing and searching ask.
    struct SearchStatements {
        behind = "SELECT (SELECT i.value FROM {counters} i WHERE i.name = 'inbox')
            - (SELECT s.value FROM {counters} s WHERE s.name = 'search')";
        // In the order of the names: search, search_docs.
        hold = "SELECT n.value FROM {counters} n WHERE n.name IN ('search', 'search_docs') ORDER BY n.name {@for_update}";
        moved = "SELECT c.id, c.inbox_seq, c.seq, COALESCE(p.seq, 0) FROM {conversations} c
            LEFT JOIN {search_places} p ON p.conversation_id = c.id
            WHERE c.inbox_seq > $1 ORDER BY c.inbox_seq LIMIT $2";
        said = "SELECT e.conversation_id, e.seq, e.body, e.detail
            FROM {@rows $1 AS b (id uuid, place bigint, after bigint, upto bigint)} CROSS JOIN {entries} e
            WHERE e.conversation_id = b.id AND e.seq > b.after AND e.seq <= b.upto AND e.kind IN ('message', 'note')
            ORDER BY b.place, e.seq";
        take = "{@first docs} INSERT INTO {search} (id, conversation_id, seq) SELECT b.id, b.conversation_id, b.seq
                FROM {@rows $1 AS b (id bigint, conversation_id uuid, seq bigint)}
            {@then words} INSERT INTO {search_words} (rowid, words) SELECT b.id, {@vector b.words}
                FROM {@rows $1 AS b (id bigint, words text)}
            {@then places} INSERT INTO {search_places} (conversation_id, seq) SELECT b.id, b.upto
                FROM {@rows $2 AS b (id uuid, upto bigint)} WHERE true
                ON CONFLICT (conversation_id) DO UPDATE SET seq = excluded.seq
            {@last} UPDATE {counters} SET value = CASE name WHEN 'search' THEN CAST($3 AS bigint) ELSE $4 END
                WHERE name IN ('search', 'search_docs')";
        // Those of no team, of the teams in the JSON array $4, and with $3 = 1 all. The cross joins keep SQLite from beginning
        // with anything but the words.
        search = concat!(
            "SELECT s.id, c.contact_id, k.name, k.email, ", entry_columns!(), "
             FROM {search_words} CROSS JOIN {search} s CROSS JOIN {conversations} c CROSS JOIN {entries} e
             LEFT JOIN {contacts} k ON k.id = c.contact_id
             WHERE {@matching $1} AND {search_words}.rowid < $2 AND s.id = {search_words}.rowid
                AND c.id = s.conversation_id AND e.conversation_id = s.conversation_id AND e.seq = s.seq
                AND ($3 = 1 OR c.team IS NULL OR c.team IN (SELECT own.value FROM {@each $4 AS own}))
             ORDER BY {search_words}.rowid DESC LIMIT $5"
        );
    }
}

/// A conversation of which something may not be indexed.
#[derive(Debug, Clone, Serialize)]
struct Moved {
    id: Hex,
    /// Its place in the inbox.
    place: i64,
    /// What is indexed, and what there is.
    after: i64,
    upto: i64,
}

#[derive(Debug, Serialize)]
struct DocRow {
    id: i64,
    conversation_id: Hex,
    seq: i64,
    words: String,
}

impl Chat {
    pub(super) async fn index_some(&self, limit: usize) -> Result<bool> {
        let behind = self.db.fetch_one(&self.sql.search.behind, params![]).await?;
        if behind.as_ref().map_or(Ok(0), Row::only::<i64>)? == 0 {
            return Ok(false);
        }
        let sql = Arc::clone(&self.sql);
        let taken = self.db.write_within(Limits::DERIVED, move |connection| {
            Box::pin(async move { index(connection, &sql, limit).await })
        });
        taken.await
    }

    pub(super) async fn find(&self, query: &SearchQuery) -> Result<Vec<Found>> {
        let Some((all, teams)) = seen_teams(&query.sight)? else { return Ok(Vec::new()) };
        let terms = self.dialect.terms(&query.terms);
        let values = params![&terms, query.before.unwrap_or(i64::MAX), all, &teams, query.limit];
        self.db.fetch(&self.sql.search.search, values).await?.iter().map(found).collect()
    }
}

/// In the transaction of `connection`: takes up to `limit` entries into the index, and says whether there are more.
async fn index(connection: &mut dyn Connection, sql: &ChatSql, limit: usize) -> Result<bool> {
    let sql = &sql.search;
    let held = connection.fetch(&sql.hold, params![]).await?;
    let held = held.iter().map(Row::only).collect::<Result<Vec<i64>>>()?;
    let (cursor, docs) = (held.first().copied().unwrap_or(0), held.get(1).copied().unwrap_or(0));
    let moved = connection.fetch(&sql.moved, params![cursor, limit]).await?;
    let moved = moved.iter().map(read_moved).collect::<Result<Vec<_>>>()?;
    if moved.is_empty() {
        return Ok(false);
    }
    let looked_at = moved.len();
    let step = Step::new(cursor, moved, limit);
    let said = connection.fetch(&sql.said, params![&json(step.parts.iter())?]).await?;
    let rows = said.iter().zip(docs + 1..).map(read_said).collect::<Result<Vec<_>>>()?;
    let (parts, docs) = (json(step.parts.iter())?, docs + rows.len() as i64);
    connection.execute(&sql.take, params![&json(rows.iter())?, &parts, step.reached, docs]).await?;
    Ok(step.is_short || looked_at == limit)
}

/// What one transaction takes in. As entries are numbered without holes, it is known before they are read: a backlog costs no
/// more for being long.
#[derive(Debug)]
struct Step {
    /// What of each conversation.
    parts: Vec<Moved>,
    /// The place up to which all is indexed then.
    reached: i64,
    /// Whether something was left.
    is_short: bool,
}

impl Step {
    fn new(cursor: i64, moved: Vec<Moved>, limit: usize) -> Self {
        let mut step = Self { parts: Vec::new(), reached: cursor, is_short: false };
        let mut room = i64::try_from(limit).unwrap_or(i64::MAX);
        for mut part in moved {
            let upto = part.upto.min(part.after + room);
            step.is_short = upto < part.upto;
            if !step.is_short {
                step.reached = part.place;
            }
            if upto > part.after {
                room -= upto - part.after;
                part.upto = upto;
                step.parts.push(part);
            }
            if step.is_short {
                break;
            }
        }
        step
    }
}

fn read_moved(row: &Row) -> Result<Moved> {
    let mut columns = row.columns();
    let id: ConversationId = columns.take()?;
    Ok(Moved { id: Hex(id.0), place: columns.take()?, upto: columns.take()?, after: columns.take()? })
}

fn read_said((row, id): (&Row, i64)) -> Result<DocRow> {
    let mut columns = row.columns();
    let conversation: ConversationId = columns.take()?;
    let seq = columns.take()?;
    let body: Option<String> = columns.take()?;
    // What is said, and the names of the files that went with it.
    let files = rows::files(columns.take::<Option<String>>()?.as_deref())?;
    let said = files.into_iter().fold(body.unwrap_or_default(), |said, file| said + "\n" + &file.name);
    let words: Vec<_> = words(&said).into_iter().collect();
    Ok(DocRow { id, conversation_id: Hex(conversation.0), seq, words: words.join(" ") })
}

fn found(row: &Row) -> Result<Found> {
    let mut columns = row.columns();
    let place = columns.take()?;
    let contact = ContactCard { id: columns.take()?, name: columns.take()?, email: columns.take()? };
    Ok(Found { place, contact, entry: rows::entry_of(&mut columns)? })
}

impl Dialect {
    /// Terms in the language of the index. Words are letters and digits, so nothing has to be escaped.
    pub(crate) fn terms(self, terms: &engage_core::words::Terms) -> String {
        let terms = terms.iter().map(|term| match (self, term.is_prefix) {
            (Self::Postgres, false) => term.word.clone(),
            (Self::Postgres, true) => format!("{}:*", term.word),
            (Self::Sqlite, false) => format!("\"{}\"", term.word),
            (Self::Sqlite, true) => format!("\"{}\"*", term.word),
        });
        let joined = if self == Self::Postgres { " & " } else { " AND " };
        terms.collect::<Vec<_>>().join(joined)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(place: i64, after: i64, upto: i64) -> Moved {
        Moved { id: Hex(uuid::Uuid::from_u128(place.unsigned_abs().into())), place, after, upto }
    }

    fn parts(step: &Step) -> Vec<(i64, i64, i64)> {
        step.parts.iter().map(|part| (part.place, part.after, part.upto)).collect()
    }

    #[test]
    fn a_step_takes_whole_conversations_and_the_beginning_of_the_last() {
        let step = Step::new(3, vec![moved(4, 0, 6), moved(7, 2, 2), moved(9, 5, 12), moved(10, 0, 1)], 10);
        assert_eq!(parts(&step), [(4, 0, 6), (9, 5, 9)]);
        assert_eq!((step.reached, step.is_short), (7, true));
    }

    #[test]
    fn a_step_that_takes_all_reaches_the_end() {
        let step = Step::new(3, vec![moved(4, 0, 6), moved(9, 2, 6)], 10);
        assert_eq!(parts(&step), [(4, 0, 6), (9, 2, 6)]);
        assert_eq!((step.reached, step.is_short), (9, false));
        assert_eq!(Step::new(3, Vec::new(), 10).reached, 3);
    }
}
