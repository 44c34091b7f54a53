//! Ways to their tickets for people without an account.

use std::sync::Arc;

use engage_core::Result;
use engage_core::clock::Timestamp;
use engage_core::secret::TokenHash;
use engage_core::tickets::TicketLink;

use super::Tickets;
use crate::driver::{Row, params};

statements! {
    /// What links ask.
    struct LinkStatements {
        put = "INSERT INTO {ticket_links} (token_hash, address, expires_at) VALUES ($1, $2, $3)";
        prune = "DELETE FROM {ticket_links} WHERE expires_at <= $1";
        take = "DELETE FROM {ticket_links} WHERE token_hash = $1 RETURNING address, expires_at";
    }
}

impl Tickets {
    pub(super) async fn keep_link(&self, link: &TicketLink, now: Timestamp) -> Result<()> {
        let sql = &self.sql.links;
        self.db.execute_one(&sql.prune, params![now]).await?;
        self.db.execute_one(&sql.put, params![&link.token.0[..], &link.address, link.expires_at]).await.map(drop)
    }

    pub(super) async fn use_link(&self, token: &TokenHash) -> Result<Option<TicketLink>> {
        let (sql, token) = (Arc::clone(&self.sql), *token);
        let taken = self.db.write(move |connection| {
            Box::pin(async move { connection.fetch(&sql.links.take, params![&token.0[..]]).await })
        });
        let read = |row: &Row| {
            let mut columns = row.columns();
            Ok(TicketLink { token, address: columns.take()?, expires_at: columns.take()? })
        };
        taken.await?.first().map(read).transpose()
    }
}
