//! Conversations and entries as rows, both ways.

use engage_core::AgentRef;
use engage_core::bus::Head;
use engage_core::chat::{Change, Conversation, Entry, Excerpt, Listed, Priority, Reader, Routing, Status};
use engage_core::clock::Timestamp;
use engage_core::contacts::ContactCard;
use engage_core::files::FileCard;
use engage_core::ids::EntryId;
use engage_core::{Audience, Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::authors::{author_columns, read_author};
use crate::batch::Hex;
use crate::driver::{Columns, Row};
use crate::error::unknown;

/// The columns of a conversation that is called `c`.
macro_rules! conversation_columns {
    () => {
        "c.id, c.contact_id, c.contact_version, c.blocked, c.status, c.snoozed_until, c.team, c.past_teams, \
         c.assignee_id, c.assignee_name, c.bot, \
         c.priority, c.language, c.waiting_since, c.unanswered_since, c.offered_at, c.passed_by, \
         c.labels, c.attributes, c.rating, c.seq, c.visitor_seq, c.messages, c.visitor_messages, c.inbox_seq, \
         c.last_message, c.visitor_last_message, c.created_at, c.updated_at"
    };
}
pub(crate) use conversation_columns;

/// The columns of an entry that is called `e`.
macro_rules! entry_columns {
    () => {
        "e.id, e.conversation_id, e.seq, e.visitor_seq, e.messages, e.visitor_messages, e.at, \
         e.author_kind, e.author_id, e.author_name, e.kind, e.body, e.reply_to, e.detail, e.mentions, \
         e.client_message_id"
    };
}
pub(crate) use entry_columns;

/// A conversation as [`super::write`] takes it.
#[derive(Debug, Serialize)]
pub(super) struct ConversationRow<'c> {
    id: Hex,
    contact_id: Hex,
    /// Absent, as more below, where nothing but talk happened, which does not write them.
    contact_version: Option<i64>,
    blocked: Option<String>,
    status: &'static str,
    snoozed_until: Option<i64>,
    team: Option<&'c str>,
    past_teams: String,
    assignee_id: Option<&'c str>,
    assignee_name: Option<&'c str>,
    bot: i64,
    priority: i64,
    language: Option<&'c str>,
    waiting_since: Option<i64>,
    unanswered_since: Option<i64>,
    offered_at: Option<i64>,
    passed_by: Option<&'c str>,
    labels: Option<String>,
    attributes: Option<String>,
    rating: Option<String>,
    seq: i64,
    visitor_seq: i64,
    messages: i64,
    visitor_messages: i64,
    /// How many of the batch come after it in the inbox.
    behind: i64,
    last_message: Option<String>,
    visitor_last_message: Option<String>,
    created_at: i64,
    updated_at: i64,
}

/// An entry as [`super::write`] takes it.
#[derive(Debug, Serialize)]
pub(super) struct EntryRow<'e> {
    id: Hex,
    conversation_id: Hex,
    seq: i64,
    visitor_seq: Option<i64>,
    messages: i64,
    visitor_messages: i64,
    at: i64,
    author_kind: &'static str,
    author_id: Option<String>,
    author_name: Option<&'e str>,
    kind: &'static str,
    body: Option<&'e str>,
    reply_to: Option<Hex>,
    detail: Option<String>,
    mentions: Option<String>,
    client_message_id: Option<&'e str>,
}

impl<'c> ConversationRow<'c> {
    pub(super) fn new(row: &'c Conversation, behind: i64, is_whole: bool) -> Result<Self> {
        let excerpt = |excerpt: &Option<Excerpt>| excerpt.as_ref().map(serde_json::to_string).transpose();
        let micros = |at: Option<Timestamp>| at.map(|at| at.timestamp_micros());
        let routing = &row.routing;
        Ok(Self {
            id: Hex(row.id.0),
            contact_id: Hex(row.contact.0),
            contact_version: is_whole.then_some(row.contact_version),
            blocked: row.blocked.as_ref().filter(|_| is_whole).map(serde_json::to_string).transpose()?,
            status: status_name(row.status),
            snoozed_until: micros(row.snoozed_until),
            team: row.team.as_deref(),
            past_teams: serde_json::to_string(&row.past_teams)?,
            assignee_id: row.assignee.as_ref().map(|agent| agent.id.as_str()),
            assignee_name: row.assignee.as_ref().map(|agent| agent.name.as_str()),
            bot: i64::from(row.bot),
            priority: routing.priority.rank(),
            language: routing.language.as_deref(),
            waiting_since: micros(routing.waiting_since),
            unanswered_since: micros(routing.unanswered_since),
            offered_at: micros(routing.offered_at),
            passed_by: routing.passed_by.as_deref(),
            labels: is_whole.then(|| serde_json::to_string(&row.labels)).transpose()?,
            attributes: is_whole.then(|| serde_json::to_string(&row.attributes)).transpose()?,
            rating: row.rating.as_ref().filter(|_| is_whole).map(serde_json::to_string).transpose()?,
            seq: row.seq,
            visitor_seq: row.visitor_seq,
            messages: row.messages,
            visitor_messages: row.visitor_messages,
            behind,
            last_message: excerpt(&row.last_message)?,
            visitor_last_message: excerpt(&row.visitor_last_message)?,
            created_at: row.created_at.timestamp_micros(),
            updated_at: row.updated_at.timestamp_micros(),
        })
    }
}

impl<'e> EntryRow<'e> {
    pub(super) fn new(entry: &'e Entry) -> Result<Self> {
        let (author_kind, author_id, author_name) = author_columns(&entry.author);
        // What people say has columns of its own; the rest is kept as it is.
        let whole = || serde_json::to_string(&entry.change).map(Some);
        let sent = |files: &Vec<FileCard>| Some(files).filter(|files| !files.is_empty()).map(serde_json::to_string);
        let (kind, body, reply_to, detail) = match &entry.change {
            Change::Message { body, reply_to, files } => {
                ("message", Some(body.as_str()), *reply_to, sent(files).transpose()?)
            }
            Change::Note { body, reply_to, files, .. } => {
                ("note", Some(body.as_str()), *reply_to, sent(files).transpose()?)
            }
            Change::Handoff { note } => ("handoff", note.as_deref(), None, None),
            Change::Status { .. } => ("status", None, None, whole()?),
            Change::Assigned { .. } => ("assigned", None, None, whole()?),
            Change::Team { .. } => ("team", None, None, whole()?),
            Change::Priority { .. } => ("priority", None, None, whole()?),
            Change::Language { .. } => ("language", None, None, whole()?),
            Change::Contact { .. } => ("contact", None, None, whole()?),
            Change::Labels { .. } => ("labels", None, None, whole()?),
            Change::Attributes { .. } => ("attributes", None, None, whole()?),
            Change::Rated { .. } => ("rated", None, None, whole()?),
        };
        let mentions = match &entry.change {
            Change::Note { mentions, .. } if !mentions.is_empty() => Some(serde_json::to_string(mentions)?),
            _ => None,
        };
        Ok(Self {
            id: Hex(entry.id.0),
            conversation_id: Hex(entry.conversation.0),
            seq: entry.seq,
            visitor_seq: entry.visitor_seq,
            messages: entry.messages,
            visitor_messages: entry.visitor_messages,
            at: entry.at.timestamp_micros(),
            author_kind,
            author_id,
            author_name,
            kind,
            body,
            reply_to: reply_to.map(|id| Hex(id.0)),
            detail,
            mentions,
            client_message_id: entry.client_message_id.as_deref(),
        })
    }
}

/// A row of `conversation_columns!`.
pub(super) fn conversation(row: &Row) -> Result<Conversation> {
    read_conversation(&mut row.columns())
}

fn read_conversation(columns: &mut Columns<'_>) -> Result<Conversation> {
    let (id, contact, contact_version) = (columns.take()?, columns.take()?, columns.take()?);
    let blocked = columns.take::<Option<String>>()?.as_deref().map(from_json).transpose()?;
    let status = status(&columns.take::<String>()?)?;
    let (snoozed_until, team) = (columns.take()?, columns.take()?);
    let past_teams = from_json(&columns.take::<String>()?)?;
    let assignee = columns.take::<Option<String>>()?.zip(columns.take::<Option<String>>()?);
    Ok(Conversation {
        id,
        contact,
        contact_version,
        blocked,
        status,
        snoozed_until,
        team,
        past_teams,
        assignee: assignee.map(|(id, name)| AgentRef { id, name }),
        bot: columns.take::<i64>()? == 1,
        routing: Routing {
            priority: priority(columns.take()?)?,
            language: columns.take()?,
            waiting_since: columns.take()?,
            unanswered_since: columns.take()?,
            offered_at: columns.take()?,
            passed_by: columns.take()?,
        },
        labels: from_json(&columns.take::<String>()?)?,
        attributes: from_json(&columns.take::<String>()?)?,
        rating: columns.take::<Option<String>>()?.as_deref().map(from_json).transpose()?,
        seq: columns.take()?,
        visitor_seq: columns.take()?,
        messages: columns.take()?,
        visitor_messages: columns.take()?,
        inbox_seq: columns.take()?,
        last_message: columns.take::<Option<String>>()?.as_deref().map(from_json).transpose()?,
        visitor_last_message: columns.take::<Option<String>>()?.as_deref().map(from_json).transpose()?,
        created_at: columns.take()?,
        updated_at: columns.take()?,
    })
}

/// A row of `conversation_columns!`, the contact's name and address, and the reader's counts.
pub(super) fn listed(row: &Row, reader: Option<&Reader>) -> Result<Listed> {
    let mut columns = row.columns();
    let conversation = read_conversation(&mut columns)?;
    let contact = ContactCard { id: conversation.contact, name: columns.take()?, email: columns.take()? };
    let read: Option<i64> = columns.take()?;
    let own: Option<i64> = columns.take()?;
    let unread =
        reader.map_or(0, |reader| unread(&conversation, reader.audience(), read.unwrap_or(0), own.unwrap_or(0)));
    let mut is_set = || Ok::<_, Error>(columns.take::<Option<i64>>()?.is_some_and(|set| set != 0) && reader.is_some());
    let (marked_unread, mentioned) = (is_set()?, is_set()?);
    Ok(Listed { conversation, contact, unread, marked_unread, mentioned })
}

/// Messages that the audience sees, less those up to the mark, less the reader's own after it.
pub(super) fn unread(conversation: &Conversation, audience: Audience, read_messages: i64, own_after: i64) -> i64 {
    (conversation.messages_for(audience) - read_messages - own_after).max(0)
}

/// A row of `entry_columns!`.
pub(super) fn entry(row: &Row) -> Result<Entry> {
    entry_of(&mut row.columns())
}

/// The same of the columns that are left.
pub(super) fn entry_of(columns: &mut Columns<'_>) -> Result<Entry> {
    Ok(Entry {
        id: columns.take()?,
        conversation: columns.take()?,
        seq: columns.take()?,
        visitor_seq: columns.take()?,
        messages: columns.take()?,
        visitor_messages: columns.take()?,
        at: columns.take()?,
        author: read_author(columns)?,
        change: read_change(columns)?,
        client_message_id: columns.take()?,
    })
}

fn read_change(columns: &mut Columns<'_>) -> Result<Change> {
    let kind: String = columns.take()?;
    let body: Option<String> = columns.take()?;
    let reply_to: Option<EntryId> = columns.take()?;
    let detail: Option<String> = columns.take()?;
    let mentions: Option<String> = columns.take()?;
    if kind == "handoff" {
        return Ok(Change::Handoff { note: body });
    }
    let body = body.unwrap_or_default();
    match (kind.as_str(), detail) {
        ("message", sent) => Ok(Change::Message { body, reply_to, files: files(sent.as_deref())? }),
        ("note", sent) => {
            let mentions = mentions.as_deref().map_or_else(|| Ok(Vec::new()), from_json)?;
            Ok(Change::Note { body, reply_to, files: files(sent.as_deref())?, mentions })
        }
        (_, Some(detail)) => from_json(&detail),
        (kind, None) => Err(unknown("entry", kind)),
    }
}

/// The files that went with what was said.
pub(super) fn files(sent: Option<&str>) -> Result<Vec<FileCard>> {
    sent.map_or_else(|| Ok(Vec::new()), from_json)
}

/// A row of id, contact, seq, inbox_seq and why it is blocked.
pub(super) fn head(row: &Row) -> Result<Head> {
    let mut columns = row.columns();
    Ok(Head {
        conversation: columns.take()?,
        contact: columns.take()?,
        seq: columns.take()?,
        inbox_seq: columns.take()?,
        blocked: columns.take::<Option<String>>()?.is_some(),
    })
}

pub(super) fn status_name(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Snoozed => "snoozed",
        Status::Closed => "closed",
    }
}

fn status(name: &str) -> Result<Status> {
    match name {
        "open" => Ok(Status::Open),
        "snoozed" => Ok(Status::Snoozed),
        "closed" => Ok(Status::Closed),
        name => Err(unknown("status", name)),
    }
}

fn priority(rank: i64) -> Result<Priority> {
    Priority::of_rank(rank).ok_or_else(|| unknown("priority", &rank.to_string()))
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(Error::internal)
}
