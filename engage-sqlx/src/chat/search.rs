//! What was said, found by its words.
//!
//! Indexing is no part of the transaction that writes a message: it would lengthen the one that all writers wait for. What is
//! not indexed yet follows from two places, as everything that changes takes one in the inbox: the place up to which all
//! conversations are indexed, and for each conversation the entry up to which it is. So nothing has to be promised, nothing is
//! skipped, and a search can catch up first. One indexer works at a time, whoever it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use engage_core::Result;
use engage_core::chat::{Found, SearchQuery, Sight};
use engage_core::contacts::ContactCard;
use engage_core::ids::ConversationId;
use engage_core::words::words;
use serde::Serialize;

use super::rows::{self, entry_columns};
use super::{Chat, ChatSql};
use crate::batch::{Hex, json};
use crate::dialect::Dialect;
use crate::driver::{Connection, Row, params};

/// How many conversations one transaction looks at.
const CONVERSATIONS: usize = 200;

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
        said = "SELECT e.conversation_id, e.seq, e.body
            FROM {@rows $1 AS b (id uuid, place bigint, after bigint, upto bigint)} CROSS JOIN {entries} e
            WHERE e.conversation_id = b.id AND e.seq > b.after AND e.seq <= b.upto AND e.kind IN ('message', 'note')
            ORDER BY b.place, e.seq LIMIT $2";
        docs = "INSERT INTO {search} (id, conversation_id, seq) SELECT b.id, b.conversation_id, b.seq
            FROM {@rows $1 AS b (id bigint, conversation_id uuid, seq bigint)}";
        words = "INSERT INTO {search_words} (rowid, words) SELECT b.id, {@vector b.words}
            FROM {@rows $1 AS b (id bigint, words text)}";
        places = "INSERT INTO {search_places} (conversation_id, seq) SELECT b.id, b.upto
            FROM {@rows $1 AS b (id uuid, upto bigint)} WHERE true
            ON CONFLICT (conversation_id) DO UPDATE SET seq = excluded.seq";
        advance = "UPDATE {counters} SET value = CASE name WHEN 'search' THEN CAST($1 AS bigint) ELSE $2 END
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
        self.db.write(move |connection| Box::pin(async move { index(connection, &sql, limit).await })).await
    }

    pub(super) async fn find(&self, query: &SearchQuery) -> Result<Vec<Found>> {
        let (all, teams) = match &query.sight {
            Sight::Visitor(_) => return Ok(Vec::new()),
            Sight::Staff(staff) => (i64::from(staff.admin), serde_json::to_string(&staff.teams)?),
            Sight::All => (1, "[]".to_owned()),
        };
        let terms = self.dialect.terms(&query.terms);
        let values = params![&terms, query.before.unwrap_or(i64::MAX), all, &teams, query.limit];
        self.db.fetch(&self.sql.search.search, values).await?.iter().map(found).collect()
    }
}

/// In the transaction of `connection`: takes up to `limit` messages into the index, and says whether there are more.
async fn index(connection: &mut dyn Connection, sql: &ChatSql, limit: usize) -> Result<bool> {
    let sql = &sql.search;
    let held = connection.fetch(&sql.hold, params![]).await?;
    let held = held.iter().map(Row::only).collect::<Result<Vec<i64>>>()?;
    let (cursor, docs) = (held.first().copied().unwrap_or(0), held.get(1).copied().unwrap_or(0));
    let moved = connection.fetch(&sql.moved, params![cursor, CONVERSATIONS]).await?;
    let moved = moved.iter().map(read_moved).collect::<Result<Vec<_>>>()?;
    let Some(last) = moved.last() else { return Ok(false) };
    let last_place = last.place;
    let stale = || moved.iter().filter(|moved| moved.upto > moved.after);
    let said = connection.fetch(&sql.said, params![&json(stale())?, limit]).await?;
    let rows = said.iter().zip(docs + 1..).map(read_said).collect::<Result<Vec<_>>>()?;

    // With a full page, the last conversation of it may have more, and those behind it were not looked at.
    let is_full = rows.len() == limit;
    let unfinished = rows.last().filter(|_| is_full).map(|last| (last.conversation_id, last.seq));
    let mut places: BTreeMap<Hex, i64> = BTreeMap::new();
    let mut reached = cursor;
    for moved in &moved {
        match unfinished {
            Some((id, seq)) if id == moved.id => {
                places.insert(id, seq);
                break;
            }
            _ => places.insert(moved.id, moved.upto),
        };
        reached = moved.place;
    }
    if !rows.is_empty() {
        connection.execute(&sql.docs, params![&json(rows.iter())?]).await?;
        connection.execute(&sql.words, params![&json(rows.iter())?]).await?;
    }
    let places = places.into_iter().map(|(id, upto)| Moved { id, place: 0, after: 0, upto });
    connection.execute(&sql.places, params![&json(places)?]).await?;
    connection.execute(&sql.advance, params![reached, docs + rows.len() as i64]).await?;
    Ok(reached < last_place || moved.len() == CONVERSATIONS)
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
    let words: Vec<_> = words(&body.unwrap_or_default()).into_iter().collect();
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
    fn terms(self, terms: &engage_core::words::Terms) -> String {
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
