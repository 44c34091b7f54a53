//! Between rows and what they mean.

use engage_core::chat::Priority;
use engage_core::contacts::ContactCard;
use engage_core::tickets::{Category, Entry, Listed, Source, Status, Ticket};
use engage_core::{AgentRef, Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::authors::{author_columns, read_author};
use crate::batch::Hex;
use crate::driver::{Columns, Row};
use crate::error::unknown;

/// Of `{tickets} t`, in the order of [`ticket_of`].
macro_rules! ticket_columns {
    () => {
        "t.id, t.number, t.subject, t.requester_id, t.organisation, t.category, t.status, t.snoozed_until, t.priority, \
         t.team, t.assignee_id, t.assignee_name, t.followers, t.cc, t.tags, t.fields, t.due_at, t.source, t.opening, \
         t.parent_id, t.merged_into, t.links, t.rating, t.seconds_spent, t.first_reply_at, t.waiting_since, t.solved_at, \
         t.version, t.seq, t.public_seq, t.replies, t.last_reply, t.created_at, t.updated_at, t.sla"
    };
}
pub(super) use ticket_columns;

/// Of `{ticket_entries} e`, in the order of [`entry_of`].
macro_rules! entry_columns {
    () => {
        "e.ticket_id, e.seq, e.public_seq, e.at, e.author_kind, e.author_id, e.author_name, e.change, e.client_message_id"
    };
}
pub(super) use entry_columns;

/// An entry as `write` takes it.
#[derive(Debug, Serialize)]
pub(super) struct EntryRow<'e> {
    ticket_id: Hex,
    seq: i64,
    public_seq: Option<i64>,
    at: i64,
    author_kind: &'static str,
    author_id: Option<String>,
    author_name: Option<&'e str>,
    kind: &'static str,
    change: String,
    client_message_id: Option<&'e str>,
}

impl<'e> EntryRow<'e> {
    pub(super) fn new(entry: &'e Entry) -> Result<Self> {
        let (author_kind, author_id, author_name) = author_columns(&entry.author);
        Ok(Self {
            ticket_id: Hex(entry.ticket.0),
            seq: entry.seq,
            public_seq: entry.public_seq,
            at: entry.at.timestamp_micros(),
            author_kind,
            author_id,
            author_name,
            kind: entry.change.kind(),
            change: serde_json::to_string(&entry.change)?,
            client_message_id: entry.client_message_id.as_deref(),
        })
    }
}

/// A row of `ticket_columns!`.
pub(super) fn ticket(row: &Row) -> Result<Ticket> {
    ticket_of(&mut row.columns())
}

/// A row of `ticket_columns!` and the requester's name and address.
pub(super) fn listed(row: &Row) -> Result<Listed> {
    listed_of(&mut row.columns())
}

pub(super) fn listed_of(columns: &mut Columns<'_>) -> Result<Listed> {
    let ticket = ticket_of(columns)?;
    let requester = ContactCard { id: ticket.requester, name: columns.take()?, email: columns.take()? };
    Ok(Listed { ticket, requester })
}

fn ticket_of(columns: &mut Columns<'_>) -> Result<Ticket> {
    let (id, number, subject, requester) = (columns.take()?, columns.take()?, columns.take()?, columns.take()?);
    let organisation = columns.take()?;
    let category: i64 = columns.take()?;
    let category = Category::of_rank(category).ok_or_else(|| unknown("category", &category.to_string()))?;
    let status = Status { category, custom: columns.take()? };
    let snoozed_until = columns.take()?;
    let priority: i64 = columns.take()?;
    let priority = Priority::of_rank(priority).ok_or_else(|| unknown("priority", &priority.to_string()))?;
    let team = columns.take()?;
    let assignee = columns.take::<Option<String>>()?.zip(columns.take::<Option<String>>()?);
    Ok(Ticket {
        id,
        number,
        subject,
        requester,
        organisation,
        status,
        snoozed_until,
        priority,
        team,
        assignee: assignee.map(|(id, name)| AgentRef { id, name }),
        followers: json(columns)?,
        cc: json(columns)?,
        tags: json(columns)?,
        fields: json(columns)?,
        due_at: columns.take()?,
        source: source(&columns.take::<String>()?)?,
        opening: columns.take()?,
        parent: columns.take()?,
        merged_into: columns.take()?,
        links: json(columns)?,
        rating: maybe_json(columns)?,
        seconds_spent: columns.take()?,
        first_reply_at: columns.take()?,
        waiting_since: columns.take()?,
        solved_at: columns.take()?,
        version: columns.take()?,
        seq: columns.take()?,
        public_seq: columns.take()?,
        replies: columns.take()?,
        last_reply: maybe_json(columns)?,
        created_at: columns.take()?,
        updated_at: columns.take()?,
        sla: maybe_json(columns)?,
    })
}

/// A row of `entry_columns!`.
pub(super) fn entry(row: &Row) -> Result<Entry> {
    entry_of(&mut row.columns())
}

pub(super) fn entry_of(columns: &mut Columns<'_>) -> Result<Entry> {
    Ok(Entry {
        ticket: columns.take()?,
        seq: columns.take()?,
        public_seq: columns.take()?,
        at: columns.take()?,
        author: read_author(columns)?,
        change: json(columns)?,
        client_message_id: columns.take()?,
    })
}

fn source(name: &str) -> Result<Source> {
    Source::of_name(name).ok_or_else(|| unknown("source", name))
}

fn json<T: DeserializeOwned>(columns: &mut Columns<'_>) -> Result<T> {
    serde_json::from_str(&columns.take::<String>()?).map_err(Error::internal)
}

fn maybe_json<T: DeserializeOwned>(columns: &mut Columns<'_>) -> Result<Option<T>> {
    let text: Option<String> = columns.take()?;
    text.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)
}
