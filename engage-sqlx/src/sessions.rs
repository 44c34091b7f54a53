//! Visitors' sessions.

use std::sync::Arc;

use async_trait::async_trait;
use engage_core::clock::Timestamp;
use engage_core::ids::{ContactId, SessionId};
use engage_core::secret::TokenHash;
use engage_core::sessions::{Session, SessionStore};
use engage_core::{Error, Result};

use crate::db::Db;
use crate::driver::{Row, params};

/// Sessions in the database.
#[derive(Debug)]
pub(crate) struct Sessions {
    pub(crate) db: Db,
    pub(crate) sql: Arc<SessionStatements>,
}

statements! {
    /// What sessions ask.
    struct SessionStatements {
        create = "INSERT INTO {sessions} (id, token_hash, contact_id, created_at, seen_at) VALUES ($1, $2, $3, $4, $5)";
        find = "SELECT id, contact_id, created_at, seen_at FROM {sessions} WHERE token_hash = $1";
        touch = "UPDATE {sessions} SET seen_at = $2 WHERE id = $1 AND seen_at < $2";
        delete = "DELETE FROM {sessions} WHERE id = $1";
        delete_of = "DELETE FROM {sessions} WHERE contact_id = $1";
        prune = "DELETE FROM {sessions} WHERE id IN (
            SELECT id FROM (SELECT id FROM {sessions} WHERE seen_at < $1
                UNION SELECT id FROM {sessions} WHERE created_at < $2) AS old LIMIT $3)";
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, session: &Session, token: &TokenHash) -> Result<()> {
        let values = params![session.id, &token.0[..], session.contact, session.created_at, session.seen_at];
        self.db.execute_one(&self.sql.create, values).await.map(|_| ())
    }

    async fn find(&self, token: &TokenHash) -> Result<Option<Session>> {
        self.db.fetch_one(&self.sql.find, params![&token.0[..]]).await?.as_ref().map(read).transpose()
    }

    async fn touch(&self, id: SessionId, seen_at: Timestamp) -> Result<()> {
        self.db.execute_one(&self.sql.touch, params![id, seen_at]).await.map(|_| ())
    }

    async fn delete(&self, id: SessionId) -> Result<()> {
        self.db.execute_one(&self.sql.delete, params![id]).await.map(|_| ())
    }

    async fn delete_of(&self, contact: ContactId) -> Result<u64> {
        self.db.execute_one(&self.sql.delete_of, params![contact]).await
    }

    async fn prune(&self, idle: Timestamp, absolute: Timestamp, limit: usize) -> Result<u64> {
        self.db.execute_one(&self.sql.prune, params![idle, absolute, limit]).await
    }
}

fn read(row: &Row) -> Result<Session, Error> {
    let mut columns = row.columns();
    Ok(Session { id: columns.take()?, contact: columns.take()?, created_at: columns.take()?, seen_at: columns.take()? })
}
