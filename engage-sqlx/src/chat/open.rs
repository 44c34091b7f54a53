//! Opens conversations, each client message id of a contact once.

use std::sync::Arc;

use engage_core::chat::{Open, Opened};
use engage_core::ids::ConversationId;
use engage_core::{Error, Result};

use super::rows::{self, conversation_columns, entry_columns};
use super::{Chat, ChatSql};
use crate::driver::{Connection, Row, params};

statements! {
    /// What opening asks.
    struct OpenStatements {
        claim = "INSERT INTO {openings} (contact_id, client_message_id, conversation_id) VALUES ($1, $2, $3)
            ON CONFLICT (contact_id, client_message_id) DO NOTHING";
        // By the contact as it was then, or as it is since it was merged.
        find = "SELECT o.conversation_id FROM {openings} o WHERE o.contact_id = $1 AND o.client_message_id = $2
            UNION
            SELECT o.conversation_id FROM {conversations} c JOIN {openings} o ON o.conversation_id = c.id
            WHERE c.contact_id = $1 AND o.client_message_id = $2
            LIMIT 1";
        contact = "SELECT k.blocked FROM {contacts} k WHERE k.id = $1 {@for_update}";
        conversation = concat!("SELECT ", conversation_columns!(), " FROM {conversations} c WHERE c.id = $1");
        entry = concat!(
            "SELECT ", entry_columns!(), " FROM {entries} e
             WHERE e.conversation_id = $1 AND e.client_message_id = $2 AND e.client_message_id IS NOT NULL"
        );
    }
}

impl Chat {
    pub(super) async fn open_one(&self, request: &Open) -> Result<Opened> {
        let (sql, request) = (Arc::clone(&self.sql), request.clone());
        let opened =
            self.db.write(move |connection| Box::pin(async move { open(connection, &sql, &request).await })).await?;
        self.recent.note_opened(&opened);
        Ok(opened)
    }
}

/// Opens in the transaction of `connection`.
pub(crate) async fn open(connection: &mut dyn Connection, sql: &ChatSql, open: &Open) -> Result<Opened> {
    let client_message_id = open.first.client_message_id.as_deref().unwrap_or_default();
    let find = params![open.contact, client_message_id];
    if let Some(row) = connection.fetch(&sql.open.find, find).await?.pop() {
        return replay(connection, sql, open, row.only()?).await;
    }
    let claim = params![open.contact, client_message_id, open.id];
    if connection.execute(&sql.open.claim, claim).await? == 0 {
        // Somebody else was faster, and has committed: the claim waited for them.
        let row = connection.fetch(&sql.open.find, find).await?.pop();
        let id = row.as_ref().map(Row::only).transpose()?.ok_or_else(|| Error::internal("an opening has vanished"))?;
        return replay(connection, sql, open, id).await;
    }
    // Held until the commit: whoever blocks the contact meanwhile waits, and then finds this conversation.
    let contact = connection.fetch(&sql.open.contact, params![open.contact]).await?.pop();
    let blocked: Option<String> = contact.as_ref().map(Row::only).transpose()?.flatten();
    let (planned, mut opened) = open.plan(blocked.as_deref().map(rows::from_json).transpose()?)?;
    let places = sql.write.write(connection, &planned, Some(open.id)).await?;
    opened.conversation.inbox_seq = places.of(open.id).unwrap_or_default();
    opened.epoch = places.epoch;
    Ok(opened)
}

async fn replay(connection: &mut dyn Connection, sql: &ChatSql, open: &Open, id: ConversationId) -> Result<Opened> {
    let client_message_id = open.first.client_message_id.as_deref();
    let conversation = connection.fetch(&sql.open.conversation, params![id]).await?.pop();
    let entry = connection.fetch(&sql.open.entry, params![id, client_message_id]).await?.pop();
    let (Some(conversation), Some(entry)) = (conversation, entry) else {
        return Err(Error::internal("an opening without its conversation"));
    };
    open.replay(rows::conversation(&conversation)?, rows::entry(&entry)?)
}
