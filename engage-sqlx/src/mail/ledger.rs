//! The ledger.

use std::sync::Arc;

use engage_core::ids::OutboxId;
use engage_core::mail::{Begun, MailQuery, MailRecord, MailState, Settled};
use engage_core::{Error, ErrorKind, Result};
use uuid::Uuid;

use super::{Mail, reason};
use crate::driver::{Row, params};

macro_rules! columns {
    () => {
        "id, message_id, template, recipient, subject, thread, automatic, state, attempts, uncertain, error, created_at,
            updated_at"
    };
}

statements! {
    /// What the ledger asks.
    struct LedgerStatements {
        create = concat!(
            "INSERT INTO {mails} (", columns!(), ", mail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT DO NOTHING"
        );
        get = concat!("SELECT ", columns!(), ", mail FROM {mails} WHERE id = $1");
        lock = concat!("SELECT ", columns!(), ", mail FROM {mails} WHERE id = $1 {@for_update}");
        by_message_id = concat!("SELECT ", columns!(), ", mail FROM {mails} WHERE message_id = $1");
        again = "UPDATE {mails} SET state = $2, attempts = $3, uncertain = $4, updated_at = $5 WHERE id = $1";
        settle = "UPDATE {mails} SET state = $3, error = $4, updated_at = $5,
                uncertain = CASE WHEN $3 = 'uncertain' THEN 1 ELSE uncertain END,
                mail = CASE WHEN $6 = 1 THEN NULL ELSE mail END
            WHERE id = $1 AND attempts = $2 AND state = 'sending'";
        resend = "UPDATE {mails} SET state = 'deferred', updated_at = $2
            WHERE id = $1 AND state IN ('refused', 'suppressed') AND mail IS NOT NULL";
        list = concat!("SELECT ", columns!(), ", NULL FROM {mails} WHERE id < $1 ORDER BY id DESC LIMIT $2");
        list_state =
            concat!("SELECT ", columns!(), ", NULL FROM {mails} WHERE id < $1 AND state = $3 ORDER BY id DESC LIMIT $2");
        list_recipient = concat!(
            "SELECT ", columns!(), ", NULL FROM {mails} WHERE id < $1 AND recipient = $3 ORDER BY id DESC LIMIT $2"
        );
        list_both = concat!(
            "SELECT ", columns!(), ", NULL FROM {mails} WHERE id < $1 AND recipient = $3 AND state = $4
             ORDER BY id DESC LIMIT $2"
        );
        thread = "SELECT message_id FROM {mails} WHERE thread = $1 AND recipient = $2 ORDER BY id DESC LIMIT $3";
        replied_since = "SELECT id FROM {mails} WHERE recipient = $1 AND automatic = 'replied' AND updated_at > $2
            AND id <> $3 AND state NOT IN ('refused', 'suppressed') LIMIT 1";
        prune = "DELETE FROM {mails} WHERE id IN (SELECT id FROM {mails}
            WHERE updated_at < $1 AND state NOT IN ('sending', 'deferred', 'uncertain') ORDER BY updated_at LIMIT $2)";
        prune_kept = "DELETE FROM {mails} WHERE id IN (SELECT id FROM {mails} WHERE state = 'kept' AND id <= (
                SELECT id FROM {mails} WHERE state = 'kept' ORDER BY id DESC LIMIT 1 OFFSET $1)
            ORDER BY id LIMIT $2)";
    }
}

impl Mail {
    pub(super) async fn begin_attempt(&self, fresh: &MailRecord) -> Result<Begun> {
        let (sql, fresh) = (Arc::clone(&self.sql), fresh.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let known = connection.fetch(&sql.ledger.lock, params![fresh.id]).await?;
                    if let Some(known) = known.first().map(read).transpose()? {
                        let Some(next) = known.begin_again(fresh.updated_at) else { return Ok(Begun::Done) };
                        let (state, uncertain) = (next.state.as_str(), i64::from(next.uncertain));
                        let values = params![next.id, state, i64::from(next.attempts), uncertain, next.updated_at];
                        connection.execute(&sql.ledger.again, values).await?;
                        return Ok(Begun::Attempt(Box::new(next)));
                    }
                    let thread = fresh.thread.as_ref().map(ToString::to_string);
                    let automatic = serde_json::to_value(fresh.automatic)?;
                    let mail = fresh.mail.as_ref().map(serde_json::to_string).transpose()?;
                    let values = params![
                        fresh.id,
                        &fresh.message_id,
                        &fresh.template,
                        &fresh.recipient,
                        &fresh.subject,
                        thread.as_deref(),
                        automatic.as_str().unwrap_or_default(),
                        fresh.state.as_str(),
                        i64::from(fresh.attempts),
                        i64::from(fresh.uncertain),
                        fresh.error.as_deref(),
                        fresh.created_at,
                        fresh.updated_at,
                        mail.as_deref(),
                    ];
                    if connection.execute(&sql.ledger.create, values).await? == 0 {
                        return Err(Error::new(ErrorKind::Conflict, "another mail has this Message-ID"));
                    }
                    Ok(Begun::Attempt(Box::new(fresh)))
                })
            })
            .await
    }

    pub(super) async fn settle_attempt(&self, id: OutboxId, attempt: i32, settled: &Settled) -> Result<bool> {
        let (sql, settled) = (Arc::clone(&self.sql), settled.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let (error, forget) = (settled.error.as_deref(), i64::from(settled.forget));
                    let values = params![id, i64::from(attempt), settled.state.as_str(), error, settled.at, forget];
                    if connection.execute(&sql.ledger.settle, values).await? == 0 {
                        return Ok(false);
                    }
                    if let Some(own) = &settled.suppress {
                        let values = params![&own.address, reason(own.reason), own.since];
                        connection.execute(&sql.own.suppress, values).await?;
                    }
                    Ok(true)
                })
            })
            .await
    }

    pub(super) async fn list_records(&self, query: &MailQuery) -> Result<Vec<MailRecord>> {
        let (sql, limit) = (&self.sql.ledger, query.limit);
        let before = query.before.unwrap_or(OutboxId(Uuid::max()));
        let rows = match (query.recipient.as_deref(), query.state.map(MailState::as_str)) {
            (None, None) => self.db.fetch(&sql.list, params![before, limit]).await?,
            (None, Some(state)) => self.db.fetch(&sql.list_state, params![before, limit, state]).await?,
            (Some(recipient), None) => self.db.fetch(&sql.list_recipient, params![before, limit, recipient]).await?,
            (Some(recipient), Some(state)) => {
                self.db.fetch(&sql.list_both, params![before, limit, recipient, state]).await?
            }
        };
        rows.iter().map(read).collect()
    }
}

pub(super) fn read(row: &Row) -> Result<MailRecord> {
    let mut columns = row.columns();
    let (id, message_id, template) = (columns.take()?, columns.take()?, columns.take()?);
    let (recipient, subject) = (columns.take()?, columns.take()?);
    let thread = columns.take::<Option<String>>()?.map(|thread| thread.parse()).transpose()?;
    let automatic = serde_json::from_value(columns.take::<String>()?.into())?;
    let state = MailState::parse(&columns.take::<String>()?);
    let state = state.ok_or_else(|| Error::internal("a mail's state in the database is malformed"))?;
    let attempts = i32::try_from(columns.take::<i64>()?).map_err(Error::internal)?;
    let uncertain = columns.take::<i64>()? != 0;
    let (error, created_at, updated_at) = (columns.take()?, columns.take()?, columns.take()?);
    let mail = columns.take::<Option<String>>()?.map(|mail| serde_json::from_str(&mail)).transpose()?;
    Ok(MailRecord {
        id,
        message_id,
        template,
        recipient,
        subject,
        thread,
        automatic,
        state,
        attempts,
        uncertain,
        error,
        created_at,
        updated_at,
        mail,
    })
}
