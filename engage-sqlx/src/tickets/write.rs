//! Opens and changes tickets: loads what a plan asks for under lock, and writes what it says.

use std::sync::Arc;

use engage_core::tickets::{Applied, Create, Created, Entry, Facts, Planned, Step, Ticket};
use engage_core::words::words;
use engage_core::{Error, Result};
use serde::Serialize;

use super::rows::{self, EntryRow, entry_columns, ticket_columns};
use super::{TicketSql, Tickets};
use crate::batch::{Hex, json};
use crate::driver::{Connection, Param, Row, params};
use crate::effects::{EffectStatements, audit_insert, audit_rows, outbox_insert, outbox_rows};

/// A ticket's row.
macro_rules! insert {
    () => {
        "INSERT INTO {tickets} (id, number, subject, requester_id, organisation, category, status, snoozed_until,
                priority, team, assignee_id, assignee_name, followers, cc, tags, fields, due_at, source, opening, parent_id,
                merged_into, links, rating, seconds_spent, first_reply_at, waiting_since, solved_at, version, seq,
                public_seq, replies, last_reply, created_at, updated_at, sla)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35)
            ON CONFLICT (opening) DO NOTHING"
    };
}

/// Nothing of what follows, unless the ticket was made.
macro_rules! made {
    () => {
        " CROSS JOIN {@written made tickets} m WHERE m.id = $1"
    };
}

/// Entries of `$rows`, and of `$words` the words of what was said; `$where` may keep some out.
macro_rules! entries {
    ($rows:literal, $words:literal, $($where:tt)+) => {
        concat!(
            "INSERT {@or_fail} INTO {ticket_entries} (ticket_id, seq, public_seq, at, author_kind, author_id, author_name,
                    kind, change, client_message_id)
                SELECT b.ticket_id, b.seq, b.public_seq, b.at, b.author_kind, b.author_id, b.author_name, b.kind, b.change,
                    b.client_message_id
                FROM {@rows ", $rows, " AS b (ticket_id uuid, seq bigint, public_seq bigint, at bigint, author_kind text,
                    author_id text, author_name text, kind text, change text, client_message_id text)}", $($where)+, "
            {@then said} INSERT {@or_fail} INTO {ticket_search} (ticket_id, seq) SELECT b.ticket_id, b.seq
                FROM {@rows ", $words, " AS b (ticket_id uuid, seq bigint)}", $($where)+, " RETURNING id, ticket_id, seq
            {@then found} INSERT INTO {ticket_words} (rowid, words) SELECT s.id, {@vector b.words}
                FROM {@rows ", $words, " AS b (ticket_id uuid, seq bigint, words text)}
                CROSS JOIN {@written said ticket_search} s WHERE s.ticket_id = b.ticket_id AND s.seq = b.seq"
        )
    };
}

statements! {
    /// What is asked before and after a plan.
    struct WriteStatements {
        next_number = "{@next_ticket}";
        opened = concat!("SELECT ", ticket_columns!(), " FROM {tickets} t WHERE t.opening = $1");
        first = concat!("SELECT ", entry_columns!(), " FROM {ticket_entries} e WHERE e.ticket_id = $1 AND e.seq = 1");
        lock = concat!(
            "SELECT ", ticket_columns!(), " FROM {tickets} t
             WHERE t.id IN (SELECT b.id FROM {@rows $1 AS b (id uuid)}) ORDER BY t.id {@for_update}"
        );
        known = concat!(
            "SELECT ", entry_columns!(), " FROM {ticket_entries} e
             WHERE e.ticket_id = $1 AND e.client_message_id = $2 AND e.client_message_id IS NOT NULL"
        );
        children = "SELECT count(*), COALESCE(sum(CASE WHEN t.category < 4 THEN 1 ELSE 0 END), 0) FROM {tickets} t
            WHERE t.parent_id = $1";
        some = concat!(
            "SELECT ", entry_columns!(), " FROM {@rows $2 AS b (seq bigint)} CROSS JOIN {ticket_entries} e
             WHERE e.ticket_id = $1 AND e.seq = b.seq ORDER BY e.seq"
        );
        insert = insert!();
        update = "UPDATE {tickets} SET number = $2, subject = $3, requester_id = $4, organisation = $5, category = $6,
                status = $7, snoozed_until = $8, priority = $9, team = $10, assignee_id = $11, assignee_name = $12,
                followers = $13, cc = $14, tags = $15, fields = $16, due_at = $17, source = $18, opening = $19,
                parent_id = $20, merged_into = $21, links = $22, rating = $23, seconds_spent = $24, first_reply_at = $25,
                waiting_since = $26, solved_at = $27, version = $28, seq = $29, public_seq = $30, replies = $31,
                last_reply = $32, created_at = $33, updated_at = $34, sla = $35 WHERE id = $1";
        // Entries ($1), the words of what was said ($2) and promises ($3).
        entries = concat!("{@first entered} ", entries!("$1", "$2", ""), " {@last} ", outbox_insert!("$3"));
        // A ticket as `insert` takes it with its tags, entries, words and promises ($36 to $38), and what is noted of it ($39);
        // nothing of it when its opening is taken. Says how many there are now.
        open = concat!(
            "{@first made} ", insert!(), " RETURNING id
            {@then tagged} INSERT {@or_fail} INTO {ticket_tags} (ticket_id, tag, updated_at)
                SELECT m.id, b.value, CAST($34 AS bigint) FROM {@each $15 AS b}", made!(), "
            {@then entered} ", entries!("$36", "$37", made!()), "
            {@then promised} ", outbox_insert!("$38"), made!(), "
            {@then noted} ", audit_insert!("$39"), made!(), "
            {@last} SELECT count(*) FROM {@written made tickets} m WHERE m.id = $1"
        );
        untag = "DELETE FROM {ticket_tags} WHERE ticket_id = $1";
        tag = "INSERT INTO {ticket_tags} (ticket_id, tag, updated_at)
            SELECT $1, b.value, CAST($3 AS bigint) FROM {@each $2 AS b}";
        move_tags = "UPDATE {ticket_tags} SET updated_at = $2 WHERE ticket_id = $1";
    }
}

#[derive(Serialize)]
struct IdRow {
    id: Hex,
}

#[derive(Serialize)]
struct SeqRow {
    seq: i64,
}

/// By what an entry is found.
#[derive(Serialize)]
struct WordsRow {
    ticket_id: Hex,
    seq: i64,
    words: String,
}

impl Tickets {
    pub(super) async fn create_one(&self, request: &Create) -> Result<Created> {
        let (sql, request) = (Arc::clone(&self.sql), request.clone());
        self.db.write_once(move |connection| Box::pin(async move { create(connection, &sql, &request).await })).await
    }

    pub(super) async fn apply_one(&self, step: &Step) -> Result<Applied> {
        let (db, sql, step) = (self.db.clone(), Arc::clone(&self.sql), step.clone());
        self.db
            .write(move |connection| Box::pin(async move { apply(connection, &sql, db.effects(), &step).await }))
            .await
    }
}

/// Opens. All that is written is one statement, which on Postgres need not stand in a transaction.
pub(crate) async fn create(connection: &mut dyn Connection, sql: &TicketSql, create: &Create) -> Result<Created> {
    let sql = &sql.write;
    if let Some(replayed) = replay(connection, sql, create).await? {
        return Ok(replayed);
    }
    let planned = create.plan(next_number(connection, sql).await?)?;
    if !open(connection, sql, &planned).await? {
        // Somebody else was faster, and has committed: the insert waited for them.
        let replayed = replay(connection, sql, create).await?;
        return replayed.ok_or_else(|| Error::internal("an opening has vanished"));
    }
    Ok(Created { ticket: planned.ticket, replayed: false })
}

async fn replay(connection: &mut dyn Connection, sql: &WriteStatements, create: &Create) -> Result<Option<Created>> {
    let Some(opening) = create.ticket.opening.as_deref() else { return Ok(None) };
    let Some(ticket) = connection.fetch(&sql.opened, params![opening]).await?.first().map(rows::ticket) else {
        return Ok(None);
    };
    let ticket = ticket?;
    let first = connection.fetch(&sql.first, params![ticket.id]).await?;
    let first = first.first().map(rows::entry).ok_or_else(|| Error::internal("a ticket without its first entry"))??;
    Ok(Some(Created { ticket: create.replay(ticket, &first)?, replayed: true }))
}

async fn apply(
    connection: &mut dyn Connection,
    sql: &TicketSql,
    effects: &EffectStatements,
    step: &Step,
) -> Result<Applied> {
    let sql = &sql.write;
    let locks = json(step.locks().into_iter().map(|id| IdRow { id: Hex(id.0) }))?;
    let held = connection.fetch(&sql.lock, params![&locks]).await?;
    let held = held.iter().map(rows::ticket).collect::<Result<Vec<_>>>()?;
    let planned = step.plan(held, &facts(connection, sql, step).await?)?;
    if !planned.entries.is_empty() {
        write(connection, sql, effects, &planned).await?;
    }
    let Planned { ticket, entry, replayed, changed, created, .. } = planned;
    Ok(Applied { ticket, entry, replayed, changed, created })
}

async fn facts(connection: &mut dyn Connection, sql: &WriteStatements, step: &Step) -> Result<Facts> {
    let mut facts = Facts::default();
    if let Some(id) = step.client_message_id.as_deref() {
        let known = connection.fetch(&sql.known, params![step.ticket, id]).await?;
        facts.known = known.first().map(rows::entry).transpose()?;
    }
    if let Some(parent) = step.needs_children() {
        let counted = connection.fetch(&sql.children, params![parent]).await?;
        let mut columns = counted.first().ok_or_else(|| Error::internal("nothing was counted"))?.columns();
        (facts.children, facts.open_children) = (columns.take()?, columns.take()?);
    }
    if !step.needs_entries().is_empty() {
        let wanted = json(step.needs_entries().iter().map(|seq| SeqRow { seq: *seq }))?;
        let found = connection.fetch(&sql.some, params![step.ticket, &wanted]).await?;
        facts.entries = found.iter().map(rows::entry).collect::<Result<_>>()?;
    }
    if step.needs_number() {
        facts.number = next_number(connection, sql).await?;
    }
    Ok(facts)
}

async fn next_number(connection: &mut dyn Connection, sql: &WriteStatements) -> Result<i64> {
    let taken = connection.fetch(&sql.next_number, params![]).await?;
    taken.first().map_or_else(|| Err(Error::internal("there are no numbers")), Row::only)
}

/// Writes a new ticket; nothing, and `false`, when its opening is taken.
async fn open(connection: &mut dyn Connection, sql: &WriteStatements, planned: &Planned) -> Result<bool> {
    let ((entries, said), row) = (entries_rows(planned)?, TicketRow::new(&planned.ticket)?);
    let (promises, noted) = (outbox_rows(&planned.effects)?, audit_rows(&planned.effects)?);
    let values = [&row.values(), params![&entries, &said, &promises, &noted]].concat();
    let opened = connection.fetch(&sql.open, &values).await?;
    // SQLite gives the rows of all parts.
    Ok(opened.last().map_or(Ok(0), Row::only::<i64>)? > 0)
}

/// Writes all of it.
async fn write(
    connection: &mut dyn Connection,
    sql: &WriteStatements,
    effects: &EffectStatements,
    planned: &Planned,
) -> Result<()> {
    if let Some(created) = &planned.created {
        connection.execute(&sql.insert, &TicketRow::new(created)?.values()).await?;
        tag(connection, sql, created).await?;
    }
    for changed in &planned.changed {
        connection.execute(&sql.update, &TicketRow::new(changed)?.values()).await?;
        let is_tagged = |entry: &&Entry| entry.ticket == changed.id && matches!(entry.change.kind(), "tags" | "opened");
        if planned.entries.iter().any(|entry| is_tagged(&entry)) {
            connection.execute(&sql.untag, params![changed.id]).await?;
            tag(connection, sql, changed).await?;
        } else if !changed.tags.is_empty() {
            connection.execute(&sql.move_tags, params![changed.id, changed.updated_at]).await?;
        }
    }
    let ((entries, said), promises) = (entries_rows(planned)?, outbox_rows(&planned.effects)?);
    connection.execute(&sql.entries, params![&entries, &said, &promises]).await?;
    effects.write_audit(connection, &planned.effects).await
}

/// The rows of entries, and those of their words.
fn entries_rows(planned: &Planned) -> Result<(String, String)> {
    let rows = planned.entries.iter().map(EntryRow::new).collect::<Result<Vec<_>>>()?;
    Ok((json(rows.iter())?, json(planned.entries.iter().filter_map(WordsRow::new))?))
}

async fn tag(connection: &mut dyn Connection, sql: &WriteStatements, ticket: &Ticket) -> Result<()> {
    if !ticket.tags.is_empty() {
        let tags = serde_json::to_string(&ticket.tags)?;
        connection.execute(&sql.tag, params![ticket.id, &tags, ticket.updated_at]).await?;
    }
    Ok(())
}

impl WordsRow {
    /// Nothing of an entry that says nothing.
    fn new(entry: &Entry) -> Option<Self> {
        let words = words(&entry.text()?).into_iter().collect::<Vec<_>>().join(" ");
        Some(Self { ticket_id: Hex(entry.ticket.0), seq: entry.seq, words })
    }
}

/// What of a ticket's row is JSON.
struct TicketRow<'t> {
    ticket: &'t Ticket,
    followers: String,
    cc: String,
    tags: String,
    fields: String,
    links: String,
    rating: Option<String>,
    last_reply: Option<String>,
    sla: Option<String>,
}

impl<'t> TicketRow<'t> {
    fn new(ticket: &'t Ticket) -> Result<Self> {
        Ok(Self {
            ticket,
            followers: serde_json::to_string(&ticket.followers)?,
            cc: serde_json::to_string(&ticket.cc)?,
            tags: serde_json::to_string(&ticket.tags)?,
            fields: serde_json::to_string(&ticket.fields)?,
            links: serde_json::to_string(&ticket.links)?,
            rating: ticket.rating.as_ref().map(serde_json::to_string).transpose()?,
            last_reply: ticket.last_reply.as_ref().map(serde_json::to_string).transpose()?,
            sla: ticket.sla.as_ref().map(serde_json::to_string).transpose()?,
        })
    }

    /// As `insert`, `update` and `open` take it.
    fn values(&self) -> Vec<Param<'_>> {
        let ticket = self.ticket;
        let assignee = ticket.assignee.as_ref();
        params![
            ticket.id,
            ticket.number,
            &ticket.subject,
            ticket.requester,
            ticket.organisation.as_deref(),
            ticket.status.category.rank(),
            ticket.status.custom.as_deref(),
            ticket.snoozed_until,
            ticket.priority.rank(),
            ticket.team.as_deref(),
            assignee.map(|agent| agent.id.as_str()),
            assignee.map(|agent| agent.name.as_str()),
            &self.followers,
            &self.cc,
            &self.tags,
            &self.fields,
            ticket.due_at,
            ticket.source.name(),
            ticket.opening.as_deref(),
            ticket.parent,
            ticket.merged_into,
            &self.links,
            self.rating.as_deref(),
            ticket.seconds_spent,
            ticket.first_reply_at,
            ticket.waiting_since,
            ticket.solved_at,
            ticket.version,
            ticket.seq,
            ticket.public_seq,
            ticket.replies,
            self.last_reply.as_deref(),
            ticket.created_at,
            ticket.updated_at,
            self.sla.as_deref(),
        ]
        .to_vec()
    }
}
