//! Canned replies.

use std::sync::Arc;

use async_trait::async_trait;
use engage_core::canned::{CannedQuery, CannedReply, CannedStore, CannedText};
use engage_core::ids::CannedId;
use engage_core::outbox::Outbox;
use engage_core::{Effects, Error, ErrorKind, Result};

use crate::authors::seen_teams;
use crate::db::Db;
use crate::driver::{Row, params};

/// Canned replies in the database.
#[derive(Debug)]
pub(crate) struct Canned {
    pub(crate) db: Db,
    pub(crate) sql: Arc<CannedStatements>,
    pub(crate) outbox: Arc<dyn Outbox>,
}

macro_rules! columns {
    () => {
        "id, shortcode, text, team, version, created_at, updated_at"
    };
}

statements! {
    /// What canned replies ask.
    struct CannedStatements {
        create = concat!("INSERT INTO {canned} (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7)");
        get = concat!("SELECT ", columns!(), " FROM {canned} WHERE id = $1");
        // Everybody's, those of the teams in the JSON array $5, and with $4 = 1 all.
        list = concat!(
            "SELECT ", columns!(), " FROM {canned}
             WHERE shortcode >= $1 AND shortcode < $2 AND shortcode > $3
                AND ($4 = 1 OR team IS NULL OR team IN (SELECT own.value FROM {@each $5 AS own}))
             ORDER BY shortcode LIMIT $6"
        );
        update = "UPDATE {canned} SET shortcode = $2, text = $3, team = $4, version = $5, updated_at = $6
            WHERE id = $1 AND version = $5 - 1";
        delete = "DELETE FROM {canned} WHERE id = $1";
    }
}

#[async_trait]
impl CannedStore for Canned {
    async fn create(&self, reply: &CannedReply, effects: &Effects) -> Result<()> {
        let (db, sql, reply, effects) = (self.db.clone(), Arc::clone(&self.sql), reply.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let (text, team) = (reply.text.as_str(), reply.team.as_deref());
                    let (created, updated) = (reply.created_at, reply.updated_at);
                    let values = params![reply.id, &reply.shortcode, text, team, reply.version, created, updated];
                    connection.execute(&sql.create, values).await.map_err(taken)?;
                    db.effects().write(connection, &effects).await
                })
            })
            .await
    }

    async fn get(&self, id: CannedId) -> Result<Option<CannedReply>> {
        self.db.fetch_one(&self.sql.get, params![id]).await?.as_ref().map(read).transpose()
    }

    async fn list(&self, query: &CannedQuery) -> Result<Vec<CannedReply>> {
        let Some((all, teams)) = seen_teams(&query.sight)? else { return Ok(Vec::new()) };
        // Greater than all that begin like this, as nothing in a shortcode is greater.
        let beyond = format!("{}~", query.prefix);
        let after = query.after.as_deref().unwrap_or_default();
        let values = params![&query.prefix, &beyond, after, all, &teams, query.limit];
        self.db.fetch(&self.sql.list, values).await?.iter().map(read).collect()
    }

    async fn update(&self, reply: &CannedReply, effects: &Effects) -> Result<()> {
        let (db, sql, reply, effects) = (self.db.clone(), Arc::clone(&self.sql), reply.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let (text, team) = (reply.text.as_str(), reply.team.as_deref());
                    let values = params![reply.id, &reply.shortcode, text, team, reply.version, reply.updated_at];
                    if connection.execute(&sql.update, values).await.map_err(taken)? == 0 {
                        return Err(Error::new(ErrorKind::Conflict, "the reply was changed meanwhile"));
                    }
                    db.effects().write(connection, &effects).await
                })
            })
            .await
    }

    async fn delete(&self, id: CannedId, effects: &Effects) -> Result<bool> {
        let sql = Arc::clone(&self.sql);
        self.db
            .write_found(effects, move |connection| {
                Box::pin(async move { Ok(connection.execute(&sql.delete, params![id]).await? > 0) })
            })
            .await
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::clone(&self.outbox)
    }
}

/// Ids are new, so what is taken is the shortcode.
fn taken(error: Error) -> Error {
    if error.kind() == ErrorKind::Conflict { error.with_code("shortcode_taken") } else { error }
}

/// A row of the columns in their order.
fn read(row: &Row) -> Result<CannedReply> {
    let mut columns = row.columns();
    Ok(CannedReply {
        id: columns.take()?,
        shortcode: columns.take()?,
        text: CannedText::stored(columns.take()?),
        team: columns.take()?,
        version: columns.take()?,
        created_at: columns.take()?,
        updated_at: columns.take()?,
    })
}
