//! Keys that engage makes by itself.

use std::sync::Arc;

use async_trait::async_trait;
use engage_core::signing::{Key, KeyStore};
use engage_core::{Error, Result};

use crate::db::Db;
use crate::driver::params;

/// Keys in the database.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) db: Db,
    pub(crate) sql: Arc<KeyStatements>,
}

statements! {
    /// What keys ask.
    struct KeyStatements {
        keep = "INSERT INTO {keys} (name, secret, made_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING";
        kept = "SELECT secret FROM {keys} WHERE name = $1";
    }
}

#[async_trait]
impl KeyStore for Keys {
    async fn keep(&self, proposed: &Key) -> Result<[u8; 32]> {
        let Key { name, secret, made_at } = proposed;
        // Most often it is there, and a node that boots writes nothing.
        if let Some(kept) = self.kept(name).await? {
            return Ok(kept);
        }
        self.db.execute_one(&self.sql.keep, params![name, &secret[..], *made_at]).await?;
        self.kept(name).await?.ok_or_else(|| Error::internal("a key that was kept is gone"))
    }
}

impl Keys {
    async fn kept(&self, name: &str) -> Result<Option<[u8; 32]>> {
        let row = self.db.fetch_one(&self.sql.kept, params![name]).await?;
        let read = |secret: Vec<u8>| secret.try_into().map_err(|_| Error::internal("a key has not 32 bytes"));
        row.map(|row| row.only().and_then(read)).transpose()
    }
}
