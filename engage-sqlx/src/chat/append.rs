//! Applies batches of commands.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use engage_core::chat::{Append, Appended, Lock, Plan};
use engage_core::ids::ConversationId;
use engage_core::{Error, ErrorKind, Result};
use serde::Serialize;

use super::rows::{self, conversation_columns, entry_columns};
use super::write::Places;
use super::{Chat, ChatSql};
use crate::batch::{Hex, json};
use crate::db::Limits;
use crate::driver::{Connection, params};

statements! {
    /// What is asked before a batch is planned.
    struct AppendStatements {
        lock = concat!(
            "SELECT ", conversation_columns!(), " FROM {conversations} c
             WHERE c.id IN (SELECT b.id FROM {@rows $1 AS b (id uuid)}) ORDER BY c.id {@for_update}"
        );
        lock_free = concat!(
            "SELECT ", conversation_columns!(), " FROM {conversations} c
             WHERE c.id IN (SELECT b.id FROM {@rows $1 AS b (id uuid)}) ORDER BY c.id {@skip_locked}"
        );
        exist = "SELECT c.id FROM {conversations} c WHERE c.id IN (SELECT b.id FROM {@rows $1 AS b (id uuid)})";
        // The cross join keeps SQLite from reading all entries to find those of the batch.
        known = concat!(
            "SELECT ", entry_columns!(), " FROM {@rows $1 AS b (conversation_id uuid, client_message_id text)}
             CROSS JOIN {entries} e
             WHERE e.conversation_id = b.conversation_id AND e.client_message_id = b.client_message_id
                AND e.client_message_id IS NOT NULL"
        );
    }
}

/// What is held by somebody else is left to who reads first and knows which rows those are.
const UNREAD: Limits = Limits { lock: Duration::from_millis(500), ..Limits::WRITE };

#[derive(Serialize)]
struct IdRow {
    id: Hex,
}

#[derive(Serialize)]
struct KnownRow<'a> {
    conversation_id: Hex,
    client_message_id: &'a str,
}

impl Chat {
    pub(super) async fn append_batch(&self, batch: &[Append], lock: Lock) -> Result<Vec<Result<Appended>>> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(done) = self.append_unread(batch).await? {
            return Ok(done);
        }
        let done = self.append_read(batch, lock).await?;
        self.recent.note(done.iter().flatten());
        Ok(done)
    }

    /// Plans on what this node last wrote, and writes if that still is so: nothing is read first. `None` when it must be.
    /// Whoever is refused is refused by what is true now.
    async fn append_unread(&self, batch: &[Append]) -> Result<Option<Vec<Result<Appended>>>> {
        let Some(mut seen) = self.recent.of(batch) else { return Ok(None) };
        let mut plan = Plan::new(seen.iter().cloned(), []);
        let Ok(mut done) = batch.iter().map(|append| plan.apply(append)).collect::<Result<Vec<_>>>() else {
            return Ok(None);
        };
        let planned = plan.finish();
        seen.retain(|row| planned.conversations.binary_search_by_key(&row.id, |changed| changed.id).is_ok());
        if done.iter().any(|appended| appended.entries.is_empty()) || planned.conversations.is_empty() {
            return Ok(None);
        }
        let sql = Arc::clone(&self.sql);
        let written = self.db.write_within(UNREAD, move |connection| {
            Box::pin(async move {
                let places = sql.write.write_if_unchanged(connection, &planned, &seen).await?;
                let places = places.ok_or_else(|| Error::new(ErrorKind::Locked, "a conversation has changed"))?;
                sql.labels.write(connection, &planned).await?;
                sql.marks.write_mentions(connection, &planned).await?;
                Ok(places)
            })
        });
        match written.await {
            Ok(places) => {
                done.iter_mut().for_each(|appended| take_place(appended, &places));
                self.recent.note(&done);
                Ok(Some(done.into_iter().map(Ok).collect()))
            }
            Err(error) if error.kind() == ErrorKind::Locked => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn append_read(&self, batch: &[Append], lock: Lock) -> Result<Vec<Result<Appended>>> {
        let batch: Arc<[Append]> = batch.into();
        if let Lock::Wait(patience) = lock {
            let (sql, waiting) = (Arc::clone(&self.sql), Arc::clone(&batch));
            let waited = self.db.write_within(Limits { lock: patience, ..Limits::WRITE }, move |connection| {
                Box::pin(async move { append(connection, &sql, &waiting, true).await })
            });
            match waited.await {
                // Which of them it was is found out below; the others get on.
                Err(error) if error.kind() == ErrorKind::Locked => {}
                done => return done,
            }
        }
        let sql = Arc::clone(&self.sql);
        self.db.write(move |connection| Box::pin(async move { append(connection, &sql, &batch, false).await })).await
    }
}

/// In the transaction of `connection`: locks the rows in the order of their ids, plans, writes. Without `wait`, a row that
/// somebody else holds gives `Locked`.
pub(super) async fn append(
    connection: &mut dyn Connection,
    sql: &ChatSql,
    batch: &[Append],
    wait: bool,
) -> Result<Vec<Result<Appended>>> {
    let ids: BTreeSet<_> = batch.iter().map(|append| append.conversation).collect();
    let statement = if wait { &sql.append.lock } else { &sql.append.lock_free };
    let rows = connection.fetch(statement, params![&ids_json(&ids)?]).await?;
    let rows = rows.iter().map(rows::conversation).collect::<Result<Vec<_>>>()?;
    let found: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
    let held = held(connection, sql, &(&ids - &found)).await?;

    let mut plan = Plan::new(rows, known(connection, sql, batch).await?);
    let mut results: Vec<_> = batch
        .iter()
        .map(|append| match held.contains(&append.conversation) {
            true => Err(Error::new(ErrorKind::Locked, "somebody else holds the conversation")),
            false => plan.apply(append),
        })
        .collect();
    let planned = plan.finish();
    let places = sql.write.write(connection, &planned, None).await?;
    sql.labels.write(connection, &planned).await?;
    sql.marks.write_mentions(connection, &planned).await?;
    results.iter_mut().flatten().for_each(|appended| take_place(appended, &places));
    Ok(results)
}

fn take_place(appended: &mut Appended, places: &Places) {
    if let Some(place) = places.of(appended.conversation.id) {
        appended.conversation.inbox_seq = place;
    }
    appended.epoch = places.epoch;
}

/// Holds rows, in the order of their ids.
pub(super) async fn hold(connection: &mut dyn Connection, sql: &ChatSql, ids: &BTreeSet<ConversationId>) -> Result<()> {
    connection.fetch(&sql.append.lock, params![&ids_json(ids)?]).await.map(drop)
}

/// Those of `ids` that exist: rows that were not locked but are there.
async fn held(
    connection: &mut dyn Connection,
    sql: &ChatSql,
    ids: &BTreeSet<ConversationId>,
) -> Result<BTreeSet<ConversationId>> {
    if ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    let rows = connection.fetch(&sql.append.exist, params![&ids_json(ids)?]).await?;
    rows.iter().map(crate::driver::Row::only).collect()
}

/// Entries that already bear a client message id of the batch.
async fn known(
    connection: &mut dyn Connection,
    sql: &ChatSql,
    batch: &[Append],
) -> Result<Vec<engage_core::chat::Entry>> {
    let bearing = batch.iter().filter_map(|append| {
        let conversation_id = Hex(append.conversation.0);
        Some(KnownRow { conversation_id, client_message_id: append.client_message_id.as_deref()? })
    });
    let asked = json(bearing)?;
    if asked == "[]" {
        return Ok(Vec::new());
    }
    connection.fetch(&sql.append.known, params![&asked]).await?.iter().map(rows::entry).collect()
}

fn ids_json(ids: &BTreeSet<ConversationId>) -> Result<String> {
    json(ids.iter().map(|id| IdRow { id: Hex(id.0) }))
}
