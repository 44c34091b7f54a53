//! Writes what commits with a change.

use engage_core::{Effects, Result};
use serde::Serialize;

use crate::batch::{Hex, json};
use crate::driver::{Connection, params};

statements! {
    /// How effects are written, each from one JSON text. The chat's writer joins them to its own.
    struct EffectStatements {
        outbox = OUTBOX;
        audit = AUDIT;
    }
}

/// Writes promises, of which `$rows` is the parameter.
macro_rules! outbox_insert {
    ($rows:literal) => {
        concat!(
            "INSERT {@or_fail} INTO {outbox} (id, topic, payload, due, since, attempt, dead)
             SELECT b.id, b.topic, b.payload, b.due, b.due, 0, 0
             FROM {@rows ",
            $rows,
            " AS b (id uuid, topic text, payload text, due bigint)}"
        )
    };
}
pub(crate) use outbox_insert;

/// The same of what is noted.
macro_rules! audit_insert {
    ($rows:literal) => {
        concat!(
            "INSERT {@or_fail} INTO {audit} (id, at, actor, action, target, detail)
             SELECT b.id, b.at, b.actor, b.action, b.target, b.detail
             FROM {@rows ",
            $rows,
            " AS b (id uuid, at bigint, actor text, action text, target text, detail text)}"
        )
    };
}
pub(crate) use audit_insert;

pub(crate) const OUTBOX: &str = outbox_insert!("$1");

pub(crate) const AUDIT: &str = audit_insert!("$1");

#[derive(Serialize)]
struct OutboxRow<'e> {
    id: Hex,
    topic: &'e str,
    payload: String,
    due: i64,
}

#[derive(Serialize)]
struct AuditRow<'e> {
    id: Hex,
    at: i64,
    actor: &'e str,
    action: &'e str,
    target: &'e str,
    detail: String,
}

impl EffectStatements {
    /// Writes `effects` in the transaction of `connection`.
    pub(crate) async fn write(&self, connection: &mut dyn Connection, effects: &Effects) -> Result<()> {
        if !effects.outbox.is_empty() {
            connection.execute(&self.outbox, params![&outbox_rows(effects)?]).await?;
        }
        self.write_audit(connection, effects).await
    }

    /// The same for whoever writes the promises along with other rows.
    pub(crate) async fn write_audit(&self, connection: &mut dyn Connection, effects: &Effects) -> Result<()> {
        if !effects.audit.is_empty() {
            connection.execute(&self.audit, params![&audit_rows(effects)?]).await?;
        }
        Ok(())
    }
}

/// The rows of [`OUTBOX`].
pub(crate) fn outbox_rows(effects: &Effects) -> Result<String> {
    json(effects.outbox.iter().map(|message| OutboxRow {
        id: Hex(message.id.0),
        topic: &message.topic,
        payload: message.payload.to_string(),
        due: message.due.timestamp_micros(),
    }))
}

/// The rows of [`AUDIT`].
pub(crate) fn audit_rows(effects: &Effects) -> Result<String> {
    json(effects.audit.iter().map(|entry| AuditRow {
        id: Hex(entry.id.0),
        at: entry.at.timestamp_micros(),
        actor: &entry.actor,
        action: &entry.action,
        target: &entry.target,
        detail: entry.detail.to_string(),
    }))
}
