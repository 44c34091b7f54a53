//! Writes what was planned, in one go for any number of conversations and entries: each part takes its rows as one JSON text.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use engage_core::Result;
use engage_core::chat::{Author, Change, Planned};
use engage_core::ids::ConversationId;
use serde::Serialize;

use super::rows::{ConversationRow, EntryRow};
use crate::batch::{Hex, json};
use crate::dialect::Dialect;
use crate::driver::{Connection, Row, params};
use crate::effects::{AUDIT, OUTBOX, audit_rows, outbox_rows};
use crate::names::Names;
use crate::sql::Statement;

/// How a plan is written: all parts with one call, as each costs a way to the server on Postgres, and to another thread and
/// back on SQLite. On Postgres they are common table expressions of one statement; on SQLite they stand one after the other.
#[derive(Debug)]
pub(crate) struct WriteStatements(Statement);

// The counter is locked by whoever writes, from here to the commit: so places in the inbox are taken in commit order.
const COUNTER: &str = "UPDATE {counters} SET value = value + $1 WHERE name = 'inbox' RETURNING value";

/// New conversations.
const OPENED: &str = "INSERT {@or_fail} INTO {conversations} (id, contact_id, status, snoozed_until, team, past_teams,
        assignee_id, assignee_name, priority, language, waiting_since, unanswered_since, offered_at, passed_by, labels,
        attributes, rating, seq, visitor_seq, messages, visitor_messages, inbox_seq, last_message, visitor_last_message,
        created_at, updated_at)
    SELECT b.id, b.contact_id, b.status, b.snoozed_until, b.team, b.past_teams, b.assignee_id, b.assignee_name, b.priority,
        b.language, b.waiting_since, b.unanswered_since, b.offered_at, b.passed_by, b.labels, b.attributes, b.rating, b.seq,
        b.visitor_seq, b.messages, b.visitor_messages, {@next_inbox} - b.behind, b.last_message, b.visitor_last_message,
        b.created_at, b.updated_at
    FROM {@rows $1 AS b (id uuid, contact_id uuid, status text, snoozed_until bigint, team text, past_teams text, \
        assignee_id text, assignee_name text, priority bigint, language text, waiting_since bigint, \
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
    WHERE c.id = b.id";

/// Conversations that changed in any way.
const CHANGED: &str = "UPDATE {@or_fail} {conversations} AS c SET contact_id = b.contact_id, status = b.status,
        snoozed_until = b.snoozed_until, team = b.team, past_teams = b.past_teams, assignee_id = b.assignee_id,
        assignee_name = b.assignee_name, priority = b.priority, language = b.language, waiting_since = b.waiting_since,
        unanswered_since = b.unanswered_since, offered_at = b.offered_at, passed_by = b.passed_by, labels = b.labels,
        attributes = b.attributes, rating = b.rating, seq = b.seq, visitor_seq = b.visitor_seq, messages = b.messages,
        visitor_messages = b.visitor_messages, inbox_seq = {@next_inbox} - b.behind, last_message = b.last_message,
        visitor_last_message = b.visitor_last_message, updated_at = b.updated_at
    FROM {@rows $1 AS b (id uuid, contact_id uuid, status text, snoozed_until bigint, team text, past_teams text, \
        assignee_id text, assignee_name text, priority bigint, language text, waiting_since bigint, \
        unanswered_since bigint, offered_at bigint, passed_by text, labels text, attributes text, rating text, \
        seq bigint, visitor_seq bigint, messages bigint, visitor_messages bigint, behind bigint, last_message text, \
        visitor_last_message text, updated_at bigint)}
    WHERE c.id = b.id";

const ENTRIES: &str = "INSERT {@or_fail} INTO {entries} (id, conversation_id, seq, visitor_seq, messages, visitor_messages,
        at, author_kind, author_id, author_name, kind, body, reply_to, detail, client_message_id)
    SELECT b.id, b.conversation_id, b.seq, b.visitor_seq, b.messages, b.visitor_messages, b.at, b.author_kind, b.author_id,
        b.author_name, b.kind, b.body, b.reply_to, b.detail, b.client_message_id
    FROM {@rows $1 AS b (id uuid, conversation_id uuid, seq bigint, visitor_seq bigint, messages bigint, \
        visitor_messages bigint, at bigint, author_kind text, author_id text, author_name text, kind text, body text, \
        reply_to uuid, detail text, client_message_id text)}";

const OWN: &str = "INSERT INTO {marks} AS m (conversation_id, reader, name, seq, visitor_seq, read_messages, own_after)
    SELECT b.conversation_id, b.reader, b.name, 0, 0, 0, b.own
    FROM {@rows $1 AS b (conversation_id uuid, reader text, name text, own bigint)}
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

impl WriteStatements {
    pub(crate) fn render(names: &Names) -> Self {
        // $1 is the number of places in the inbox.
        let parts = [(2, OPENED), (3, TOLD), (4, CHANGED), (5, ENTRIES), (7, AGENTS), (8, OUTBOX), (9, AUDIT)];
        let numbered = |(number, part): &(u8, &str)| part.replace("$1", &format!("${number}"));
        let text = match names.dialect {
            Dialect::Sqlite => {
                let parts = parts.iter().chain(&[(6, OWN_AFTER), (6, OWN_FIRST)]).map(numbered);
                parts.fold(COUNTER.to_owned(), |text, part| text + "; " + &part)
            }
            Dialect::Postgres => {
                let parts = parts.iter().chain(&[(6, OWN)]);
                let parts: String = parts.map(|part| format!(", part_{} AS ({})", part.0, numbered(part))).collect();
                format!("WITH counter AS ({COUNTER}){parts} SELECT value FROM counter")
            }
        };
        Self(Statement::new("chat::write", &text, names))
    }

    pub(crate) fn all(&self) -> Vec<&Statement> {
        vec![&self.0]
    }

    /// Writes `planned`, of which the conversation `opened` is new; gives the new places in the inbox.
    pub(super) async fn write(
        &self,
        connection: &mut dyn Connection,
        planned: &Planned,
        opened: Option<ConversationId>,
    ) -> Result<HashMap<ConversationId, i64>> {
        let count = i64::try_from(planned.conversations.len()).unwrap_or(i64::MAX);
        if count == 0 {
            return Ok(HashMap::new());
        }
        let rows = Rows::new(planned, opened)?;
        let (outbox, audit) = (outbox_rows(&planned.effects)?, audit_rows(&planned.effects)?);
        let conversations = params![count, &rows.opened, &rows.told, &rows.changed];
        let others = params![&rows.entries, &rows.own, &rows.agents, &outbox, &audit];
        let counter = connection.fetch(&self.0, &[conversations, others].concat()).await?;
        let newest: i64 = counter.first().map_or(Ok(0), Row::only)?;
        Ok(planned.conversations.iter().zip(newest - count + 1..).map(|(row, place)| (row.id, place)).collect())
    }
}

/// The parameters, as JSON.
struct Rows {
    opened: String,
    told: String,
    changed: String,
    entries: String,
    own: String,
    agents: String,
}

impl Rows {
    fn new(planned: &Planned, opened: Option<ConversationId>) -> Result<Self> {
        let spoken = |change: &Change| matches!(change, Change::Message { .. } | Change::Note { .. });
        let entries = planned.entries.iter();
        let changed: BTreeSet<_> =
            entries.clone().filter(|entry| !spoken(&entry.change)).map(|entry| entry.conversation).collect();
        let mut conversations = [Vec::new(), Vec::new(), Vec::new()];
        for (row, behind) in planned.conversations.iter().rev().zip(0..) {
            let kind = if opened == Some(row.id) { 0 } else { 1 + usize::from(changed.contains(&row.id)) };
            conversations[kind].push(ConversationRow::new(row, behind, kind != 1)?);
        }
        let [opened, told, changed] = conversations.map(|rows| json(rows.iter()));
        Ok(Self {
            opened: opened?,
            told: told?,
            changed: changed?,
            entries: json(entries.map(EntryRow::new).collect::<Result<Vec<_>>>()?.iter())?,
            own: json(own(planned).iter())?,
            agents: json(assigned(planned).iter())?,
        })
    }
}

/// One row for each reader of each conversation, in an order that all writers share.
fn own(planned: &Planned) -> Vec<OwnRow<'_>> {
    let mut own: BTreeMap<(Hex, &str), OwnRow<'_>> = BTreeMap::new();
    for entry in planned.entries.iter().filter(|entry| entry.is_message()) {
        let (reader, name) = match &entry.author {
            Author::Visitor { .. } => ("", ""),
            Author::Agent(agent) => (agent.id.as_str(), agent.name.as_str()),
            Author::System => continue,
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
