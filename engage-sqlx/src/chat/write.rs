//! Writes what was planned, in one go for any number of conversations and entries.

use std::collections::HashMap;

use engage_core::chat::{Conversation, Epoch, Planned};
use engage_core::ids::ConversationId;
use engage_core::{Error, Result};
use serde::Serialize;

use super::parts::{Part, Rows};
use crate::batch::{Hex, json};
use crate::dialect::Dialect;
use crate::driver::{Connection, Param, Row};
use crate::names::Names;
use crate::sql::Statement;

/// How a plan is written. What is written most, by far, is something said: it has forms of its own, as even a part without rows
/// costs.
#[derive(Debug)]
pub(crate) struct WriteStatements([Form; 5]);

/// What a write was given.
#[derive(Debug, Default)]
pub(super) struct Places {
    in_inbox: HashMap<ConversationId, i64>,
    /// In which history of the database it was; SQLite is not asked, as it has one for as long as it is open.
    pub(super) epoch: Option<Epoch>,
}

impl Places {
    /// The new place in the inbox.
    pub(super) fn of(&self, conversation: ConversationId) -> Option<i64> {
        self.in_inbox.get(&conversation).copied()
    }
}

/// Something said; the first of it; both with promises; anything. The entries come first, as a condition asks for them too.
const FORMS: [&[Part]; 5] = [
    &[Part::Entries, Part::Told, Part::Own],
    &[Part::Entries, Part::Opened, Part::Own],
    &[Part::Entries, Part::Told, Part::Own, Part::Outbox],
    &[Part::Entries, Part::Opened, Part::Own, Part::Outbox],
    &Part::ALL,
];

// The counter is locked by whoever writes, from here to the commit: so places in the inbox are taken in commit order.
const COUNTER: &str = "UPDATE {counters} SET value = value + $1 WHERE name = 'inbox' RETURNING value";

/// The same if all rows of $2 are as they were seen, and nothing of what is said ($3) is known already. Every change of a
/// conversation takes a new place in the inbox; the other columns tell the row from one that has the same place in a database
/// that was put back since. Rows that somebody else holds are about to change.
const COUNTER_IF: &str = "UPDATE {counters} SET value = value + $1 WHERE name = 'inbox' AND $1 = (
            SELECT count(*) FROM (
                SELECT c.id FROM {@rows $2 AS b (id uuid, inbox_seq bigint, seq bigint, updated_at bigint)}
                CROSS JOIN {conversations} c
                WHERE c.id = b.id AND c.inbox_seq = b.inbox_seq AND c.seq = b.seq AND c.updated_at = b.updated_at
                {@skip_locked}
            ) AS unchanged
        ) AND NOT EXISTS (
            SELECT 1 FROM {@rows $3 AS b (conversation_id uuid, client_message_id text)} CROSS JOIN {entries} e
            WHERE e.conversation_id = b.conversation_id AND e.client_message_id = b.client_message_id
                AND e.client_message_id IS NOT NULL
        )
    RETURNING value";

/// Some parts with one call, as each call costs a way to the server on Postgres, and to another thread and back on SQLite. On
/// Postgres they are common table expressions of one statement; on SQLite they stand one after the other.
#[derive(Debug)]
struct Form {
    parts: &'static [Part],
    /// For rows that the transaction holds.
    held: Statement,
    /// For rows as they were seen before; gives no row, and must be undone, when they have changed.
    seen: Statement,
}

/// A row as it was seen.
#[derive(Debug, Serialize)]
struct SeenRow {
    id: Hex,
    inbox_seq: i64,
    seq: i64,
    updated_at: i64,
}

impl WriteStatements {
    pub(crate) fn render(names: &Names) -> Self {
        Self(FORMS.map(|parts| Form::render(parts, names)))
    }

    pub(crate) fn all(&self) -> Vec<&Statement> {
        self.0.iter().flat_map(|form| [&form.held, &form.seen]).collect()
    }

    /// Writes `planned`, of which the conversation `opened` is new, and whose other conversations `connection` holds; gives the
    /// new places in the inbox.
    pub(super) async fn write(
        &self,
        connection: &mut dyn Connection,
        planned: &Planned,
        opened: Option<ConversationId>,
    ) -> Result<Places> {
        if planned.conversations.is_empty() {
            return Ok(Places::default());
        }
        let rows = Rows::new(planned, opened)?;
        let form = self.form(&rows)?;
        let mut params = vec![Param::from(count(planned))];
        params.extend(form.parts.iter().map(|part| Param::from(rows.of(*part))));
        let counter = connection.fetch(&form.held, &params).await?;
        let counter = counter.first().ok_or_else(|| Error::internal("the inbox has no counter"))?;
        places(planned, counter)
    }

    /// The same of conversations that nobody holds, planned on `seen`. `None` when one of them has changed, is held by somebody
    /// else, or knows a message already; then nothing may be committed.
    pub(super) async fn write_if_unchanged(
        &self,
        connection: &mut dyn Connection,
        planned: &Planned,
        seen: &[Conversation],
    ) -> Result<Option<Places>> {
        let rows = Rows::new(planned, None)?;
        let form = self.form(&rows)?;
        let seen = json(seen.iter().map(|row| SeenRow {
            id: Hex(row.id.0),
            inbox_seq: row.inbox_seq,
            seq: row.seq,
            updated_at: row.updated_at.timestamp_micros(),
        }))?;
        let mut params = vec![Param::from(count(planned)), Param::from(&seen)];
        params.extend(form.parts.iter().map(|part| Param::from(rows.of(*part))));
        let counter = connection.fetch(&form.seen, &params).await?;
        counter.first().map(|counter| places(planned, counter)).transpose()
    }

    fn form(&self, rows: &Rows) -> Result<&Form> {
        self.0.iter().find(|form| rows.fit(form.parts)).ok_or_else(|| Error::internal("a plan that no form fits"))
    }
}

impl Form {
    fn render(parts: &'static [Part], names: &Names) -> Self {
        Self { parts, held: statement(COUNTER, parts, 2, names), seen: statement(COUNTER_IF, parts, 3, names) }
    }
}

/// The counter, then `parts`, whose parameters begin with `first`.
fn statement(counter: &str, parts: &[Part], first: usize, names: &Names) -> Statement {
    let texts = parts.iter().zip(first..).flat_map(|(part, number)| {
        part.texts(names.dialect).iter().map(move |text| text.replace("$1", &format!("${number}")))
    });
    let text = match names.dialect {
        Dialect::Sqlite => texts.fold(format!("{counter}, NULL"), |all, text| all + "; " + &text),
        Dialect::Postgres => {
            let parts: String = texts.zip(1..).map(|(text, part)| format!(", part_{part} AS ({text})")).collect();
            format!("WITH counter AS ({counter}){parts} SELECT value, {{@epoch}} FROM counter")
        }
    };
    Statement::new("chat::write", &text, names)
}

fn count(planned: &Planned) -> i64 {
    i64::try_from(planned.conversations.len()).unwrap_or(i64::MAX)
}

/// Of conversations in the order of their ids, the last of which took the newest place.
fn places(planned: &Planned, counter: &Row) -> Result<Places> {
    let mut columns = counter.columns();
    let (newest, epoch): (i64, Option<i64>) = (columns.take()?, columns.take()?);
    let places = planned.conversations.iter().zip(newest - count(planned) + 1..);
    Ok(Places { in_inbox: places.map(|(row, place)| (row.id, place)).collect(), epoch: epoch.map(Epoch) })
}
