//! What came in.

use std::sync::Arc;

use engage_core::ids::ReceivedId;
use engage_core::mail::{Received, ReceivedQuery, ReceivedState};
use engage_core::{Effects, Error, Result};
use uuid::Uuid;

use super::Mail;
use crate::driver::{Row, params};

macro_rules! columns {
    () => {
        "id, message_id, sender, subject, thread, is_signed, state, received_at"
    };
}

statements! {
    /// What mails that came in ask.
    struct ReceivedStatements {
        create = concat!(
            "INSERT INTO {mail_received} (", columns!(), ", raw) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (message_id) DO NOTHING"
        );
        get = concat!("SELECT ", columns!(), ", raw FROM {mail_received} WHERE id = $1");
        by_message_id = concat!("SELECT ", columns!(), ", NULL FROM {mail_received} WHERE message_id = $1");
        list = concat!("SELECT ", columns!(), ", NULL FROM {mail_received} WHERE id < $1 ORDER BY id DESC LIMIT $2");
        list_state = concat!(
            "SELECT ", columns!(), ", NULL FROM {mail_received} WHERE id < $1 AND state = $3 ORDER BY id DESC LIMIT $2"
        );
        settle = "UPDATE {mail_received} SET state = $2, raw = CASE WHEN $2 = 'claimed' THEN NULL ELSE raw END
            WHERE id = $1 AND state = 'waiting'";
        prune = "DELETE FROM {mail_received} WHERE id IN (SELECT id FROM {mail_received}
            WHERE received_at < $1 AND state <> 'waiting' ORDER BY received_at LIMIT $2)";
    }
}

impl Mail {
    pub(super) async fn keep_received(&self, received: &Received, effects: &Effects) -> Result<bool> {
        let (sql, own) = (Arc::clone(&self.sql), received.clone());
        self.db
            .write_found(effects, move |connection| {
                Box::pin(async move {
                    let thread = own.thread.as_ref().map(ToString::to_string);
                    let values = params![
                        own.id,
                        &own.message_id,
                        &own.sender,
                        &own.subject,
                        thread.as_deref(),
                        i64::from(own.is_signed),
                        own.state.as_str(),
                        own.received_at,
                        own.raw.as_deref().unwrap_or_default(),
                    ];
                    Ok(connection.execute(&sql.received.create, values).await? > 0)
                })
            })
            .await
    }

    pub(super) async fn list_received(&self, query: &ReceivedQuery) -> Result<Vec<Received>> {
        let (sql, limit) = (&self.sql.received, query.limit);
        let before = query.before.unwrap_or(ReceivedId(Uuid::max()));
        let rows = match query.state {
            None => self.db.fetch(&sql.list, params![before, limit]).await?,
            Some(state) => self.db.fetch(&sql.list_state, params![before, limit, state.as_str()]).await?,
        };
        rows.iter().map(read).collect()
    }
}

pub(super) fn read(row: &Row) -> Result<Received> {
    let mut columns = row.columns();
    let (id, message_id, sender, subject) = (columns.take()?, columns.take()?, columns.take()?, columns.take()?);
    let thread = columns.take::<Option<String>>()?.map(|thread| thread.parse()).transpose()?;
    let is_signed = columns.take::<i64>()? != 0;
    let state = ReceivedState::parse(&columns.take::<String>()?);
    let state = state.ok_or_else(|| Error::internal("a mail's state in the database is malformed"))?;
    let (received_at, raw) = (columns.take()?, columns.take::<Option<Vec<u8>>>()?);
    Ok(Received { id, message_id, sender, subject, thread, is_signed, state, received_at, raw })
}
