//! The kinds of rows that a plan is written as, each as one JSON text.

use std::collections::{BTreeMap, BTreeSet};

use engage_core::Result;
use engage_core::chat::{Author, Change, Entry, Planned};
use engage_core::ids::ConversationId;
use serde::Serialize;

use super::rows::{ConversationRow, EntryRow};
use crate::batch::{Hex, json};
use crate::dialect::Dialect;
use crate::effects::{AUDIT, OUTBOX, audit_rows, outbox_rows};

/// A kind of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Entries,
    Opened,
    Told,
    Changed,
    Own,
    Agents,
    Outbox,
    Audit,
}

impl Part {
    /// In the order in which they are written.
    pub(super) const ALL: [Self; 8] =
        [Self::Entries, Self::Opened, Self::Told, Self::Changed, Self::Own, Self::Agents, Self::Outbox, Self::Audit];

    /// Its statements, with `$1` for the rows.
    pub(super) fn texts(self, dialect: Dialect) -> &'static [&'static str] {
        match (self, dialect) {
            (Self::Entries, _) => &[ENTRIES],
            (Self::Opened, _) => &[OPENED],
            (Self::Told, _) => &[TOLD],
            (Self::Changed, _) => &[CHANGED],
            (Self::Own, Dialect::Postgres) => &[OWN],
            (Self::Own, Dialect::Sqlite) => &[OWN_AFTER, OWN_FIRST],
            (Self::Agents, _) => &[AGENTS],
            (Self::Outbox, _) => &[OUTBOX],
            (Self::Audit, _) => &[AUDIT],
        }
    }
}

/// New conversations.
const OPENED: &str = "INSERT {@or_fail} INTO {conversations} (id, contact_id, contact_version, blocked, status, snoozed_until, team,
        past_teams, assignee_id, assignee_name, bot, priority, language, waiting_since, unanswered_since, offered_at, passed_by,
        labels, attributes, rating, seq, visitor_seq, messages, visitor_messages, inbox_seq, last_message, visitor_last_message,
        created_at, updated_at)
    SELECT b.id, b.contact_id, b.contact_version, b.blocked, b.status, b.snoozed_until, b.team,
        b.past_teams, b.assignee_id, b.assignee_name, b.bot, b.priority, b.language, b.waiting_since, b.unanswered_since,
        b.offered_at, b.passed_by, b.labels, b.attributes, b.rating, b.seq,
        b.visitor_seq, b.messages, b.visitor_messages, {@next_inbox} - b.behind, b.last_message, b.visitor_last_message,
        b.created_at, b.updated_at
    FROM {@rows $1 AS b (id uuid, contact_id uuid, contact_version bigint, blocked text, status text, \
        snoozed_until bigint, team text, past_teams text, \
        assignee_id text, assignee_name text, bot bigint, priority bigint, language text, waiting_since bigint, \
        unanswered_since bigint, offered_at bigint, passed_by text, labels text, attributes text, rating text, \
        seq bigint, visitor_seq bigint, messages bigint, visitor_messages bigint, \
        behind bigint, last_message text, visitor_last_message text, created_at bigint, updated_at bigint)}";

/// Conversations in which something was said and nothing else happened. Names only what that changes, as SQLite writes every
/// index of a column that is named.
const TOLD: &str = "UPDATE {@or_fail} {conversations} AS c SET seq = b.seq, visitor_seq = b.visitor_seq,
        messages = b.messages, visitor_messages = b.visitor_messages, inbox_seq = {@next_inbox} - b.behind,
        unanswered_since = b.unanswered_since, offered_at = b.offered_at, passed_by = b.passed_by,
        last_message = b.last_message, visitor_last_message = b.visitor_last_message, updated_at = b.updated_at
    FROM {@rows $1 AS b (id uuid, unanswered_since bigint, offered_at bigint, passed_by text, seq bigint, visitor_seq bigint, messages bigint, \
        visitor_messages bigint, behind bigint, last_message text, visitor_last_message text, updated_at bigint)}
    WHERE c.id = b.id AND {@was_counted}";

/// Conversations that changed in any way.
const CHANGED: &str =
    "UPDATE {@or_fail} {conversations} AS c SET contact_id = b.contact_id, contact_version = b.contact_version,
        blocked = b.blocked, status = b.status,
        snoozed_until = b.snoozed_until, team = b.team, past_teams = b.past_teams, assignee_id = b.assignee_id,
        assignee_name = b.assignee_name, bot = b.bot, priority = b.priority, language = b.language, waiting_since = b.waiting_since,
        unanswered_since = b.unanswered_since, offered_at = b.offered_at, passed_by = b.passed_by, labels = b.labels,
        attributes = b.attributes, rating = b.rating, seq = b.seq, visitor_seq = b.visitor_seq, messages = b.messages,
        visitor_messages = b.visitor_messages, inbox_seq = {@next_inbox} - b.behind, last_message = b.last_message,
        visitor_last_message = b.visitor_last_message, updated_at = b.updated_at
    FROM {@rows $1 AS b (id uuid, contact_id uuid, contact_version bigint, blocked text, status text, \
        snoozed_until bigint, team text, past_teams text, \
        assignee_id text, assignee_name text, bot bigint, priority bigint, language text, waiting_since bigint, \
        unanswered_since bigint, offered_at bigint, passed_by text, labels text, attributes text, rating text, \
        seq bigint, visitor_seq bigint, messages bigint, visitor_messages bigint, behind bigint, last_message text, \
        visitor_last_message text, updated_at bigint)}
    WHERE c.id = b.id AND {@was_counted}";

const ENTRIES: &str = "INSERT {@or_fail} INTO {entries} (id, conversation_id, seq, visitor_seq, messages, visitor_messages,
        at, author_kind, author_id, author_name, kind, body, reply_to, detail, mentions, client_message_id)
    SELECT b.id, b.conversation_id, b.seq, b.visitor_seq, b.messages, b.visitor_messages, b.at, b.author_kind, b.author_id,
        b.author_name, b.kind, b.body, b.reply_to, b.detail, b.mentions, b.client_message_id
    FROM {@rows $1 AS b (id uuid, conversation_id uuid, seq bigint, visitor_seq bigint, messages bigint, \
        visitor_messages bigint, at bigint, author_kind text, author_id text, author_name text, kind text, body text, \
        reply_to uuid, detail text, mentions text, client_message_id text)} WHERE {@counted}";

const OWN: &str = "INSERT INTO {marks} AS m (conversation_id, reader, name, seq, visitor_seq, read_messages, own_after)
    SELECT b.conversation_id, b.reader, b.name, 0, 0, 0, b.own
    FROM {@rows $1 AS b (conversation_id uuid, reader text, name text, own bigint)} WHERE {@was_counted}
    ON CONFLICT (conversation_id, reader) DO UPDATE SET name = excluded.name, own_after = m.own_after + excluded.own_after";

/// The same in two for SQLite, where an upsert could be undone only by copies of pages: those that are there, then those that
/// the first did not find.
const OWN_AFTER: &str = "UPDATE {@or_fail} {marks} AS m SET name = b.name, own_after = m.own_after + b.own
    FROM {@rows $1 AS b (conversation_id uuid, reader text, name text, own bigint)}
    WHERE m.conversation_id = b.conversation_id AND m.reader = b.reader";
const OWN_FIRST: &str =
    "INSERT OR IGNORE INTO {marks} (conversation_id, reader, name, seq, visitor_seq, read_messages, own_after)
    SELECT b.conversation_id, b.reader, b.name, 0, 0, 0, b.own
    FROM {@rows $1 AS b (conversation_id uuid, reader text, name text, own bigint)}";

const AGENTS: &str = "UPDATE {@or_fail} {agents} AS a SET assigned_at = b.at
    FROM {@rows $1 AS b (id text, at bigint)} WHERE a.id = b.id";

/// What is written, by [`Part`].
#[derive(Debug)]
pub(super) struct Rows([String; Part::ALL.len()]);

impl Rows {
    /// The rows of `planned`, of which the conversation `opened` is new.
    pub(super) fn new(planned: &Planned, opened: Option<ConversationId>) -> Result<Self> {
        let entries = planned.entries.iter();
        let changed: BTreeSet<_> =
            entries.clone().filter(|entry| !is_talk(entry)).map(|entry| entry.conversation).collect();
        let mut conversations = [Vec::new(), Vec::new(), Vec::new()];
        for (row, behind) in planned.conversations.iter().rev().zip(0..) {
            let kind = if opened == Some(row.id) { 0 } else { 1 + usize::from(changed.contains(&row.id)) };
            conversations[kind].push(ConversationRow::new(row, behind, kind != 1)?);
        }
        let [opened, told, changed] = conversations.map(|rows| json(rows.iter()));
        Ok(Self([
            json(entries.map(EntryRow::new).collect::<Result<Vec<_>>>()?.iter())?,
            opened?,
            told?,
            changed?,
            json(own(planned).iter())?,
            json(assigned(planned).iter())?,
            outbox_rows(&planned.effects)?,
            audit_rows(&planned.effects)?,
        ]))
    }

    /// The rows of one part.
    pub(super) fn of(&self, part: Part) -> &str {
        &self.0[part as usize]
    }

    /// Whether `parts` are all that there is to write.
    pub(super) fn fit(&self, parts: &[Part]) -> bool {
        Part::ALL.into_iter().all(|part| self.of(part) == "[]" || parts.contains(&part))
    }
}

/// Whether something was said, which changes less than all else.
fn is_talk(entry: &Entry) -> bool {
    matches!(entry.change, Change::Message { .. } | Change::Note { .. })
}

/// The author's own messages, which are never unread to them.
#[derive(Serialize)]
struct OwnRow<'p> {
    conversation_id: Hex,
    reader: &'p str,
    name: &'p str,
    own: i64,
}

#[derive(Serialize)]
struct AssignedRow<'p> {
    id: &'p str,
    at: i64,
}

/// One row for each reader of each conversation, in an order that all writers share.
fn own(planned: &Planned) -> Vec<OwnRow<'_>> {
    let mut own: BTreeMap<(Hex, &str), OwnRow<'_>> = BTreeMap::new();
    for entry in planned.entries.iter().filter(|entry| entry.is_message()) {
        let (reader, name) = match &entry.author {
            Author::Visitor { .. } => ("", ""),
            Author::Agent(agent) => (agent.id.as_str(), agent.name.as_str()),
            Author::System | Author::Bot { .. } => continue,
        };
        let conversation_id = Hex(entry.conversation.0);
        let row = own.entry((conversation_id, reader)).or_insert(OwnRow { conversation_id, reader, name, own: 0 });
        row.own += 1;
        row.name = name;
    }
    own.into_values().collect()
}

fn assigned(planned: &Planned) -> Vec<AssignedRow<'_>> {
    let mut assigned = BTreeMap::new();
    for entry in &planned.entries {
        if let Change::Assigned { agent: Some(agent) } = &entry.change {
            assigned.insert(agent.id.as_str(), entry.at.timestamp_micros());
        }
    }
    assigned.into_iter().map(|(id, at)| AssignedRow { id, at }).collect()
}
