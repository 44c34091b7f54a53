//! Saved views.

use std::sync::Arc;

use async_trait::async_trait;
use engage_core::chat::Sight;
use engage_core::ids::ViewId;
use engage_core::outbox::Outbox;
use engage_core::views::{Room, SavedView, ViewFilter, ViewKind, ViewQuery, ViewStore};
use engage_core::{AgentRef, Effects, Error, ErrorKind, Result};

use crate::db::Db;
use crate::driver::{Connection, Row, params};

/// Saved views in the database.
#[derive(Debug)]
pub(crate) struct Views {
    pub(crate) db: Db,
    pub(crate) sql: Arc<ViewStatements>,
    pub(crate) outbox: Arc<dyn Outbox>,
}

macro_rules! columns {
    () => {
        "id, kind, name, filter, shared, owner_id, owner_name, version, created_at, updated_at"
    };
}

statements! {
    /// What saved views ask.
    struct ViewStatements {
        // Whoever makes or shares one waits for this row, so that what was counted stays so until the commit.
        hold = "UPDATE {counters} SET value = value WHERE name = 'views'";
        count = "SELECT (SELECT count(*) FROM {views} WHERE owner_id = $1 AND id <> $2),
            (SELECT count(*) FROM {views} WHERE shared = 1 AND id <> $2)";
        create = concat!("INSERT INTO {views} (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
        get = concat!("SELECT ", columns!(), " FROM {views} WHERE id = $1");
        // Those of $1 and the shared ones, and with $2 = 1 all.
        list = concat!(
            "SELECT ", columns!(), " FROM {views}
             WHERE (owner_id = $1 OR shared = 1 OR $2 = 1) AND kind = COALESCE($3, kind) ORDER BY name, id LIMIT $4"
        );
        update = "UPDATE {views} SET name = $2, filter = $3, shared = $4, owner_name = $5, version = $6, updated_at = $7
            WHERE id = $1 AND version = $6 - 1";
        delete = "DELETE FROM {views} WHERE id = $1";
    }
}

#[async_trait]
impl ViewStore for Views {
    async fn create(&self, view: &SavedView, room: Room, effects: &Effects) -> Result<()> {
        let (db, sql, view, effects) = (self.db.clone(), Arc::clone(&self.sql), view.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    check_room(connection, &sql, &view, room).await?;
                    let (kind, filter) = written(&view.filter)?;
                    let (shared, owner, name) = (i64::from(view.shared), &view.owner.id, &view.owner.name);
                    let (version, created, updated) = (view.version, view.created_at, view.updated_at);
                    let values =
                        params![view.id, kind, &view.name, &filter, shared, owner, name, version, created, updated];
                    connection.execute(&sql.create, values).await?;
                    db.effects().write(connection, &effects).await
                })
            })
            .await
    }

    async fn get(&self, id: ViewId) -> Result<Option<SavedView>> {
        self.db.fetch_one(&self.sql.get, params![id]).await?.as_ref().map(read).transpose()
    }

    async fn list(&self, query: &ViewQuery) -> Result<Vec<SavedView>> {
        let (owner, all) = match &query.sight {
            Sight::Visitor(_) => return Ok(Vec::new()),
            Sight::Staff(staff) => (staff.agent.id.as_str(), 0_i64),
            Sight::All => ("", 1),
        };
        let values = params![owner, all, query.kind.map(kind_name), query.limit];
        self.db.fetch(&self.sql.list, values).await?.iter().map(read).collect()
    }

    async fn update(&self, view: &SavedView, room: Room, effects: &Effects) -> Result<()> {
        let (db, sql, view, effects) = (self.db.clone(), Arc::clone(&self.sql), view.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    check_room(connection, &sql, &view, room).await?;
                    let (_, filter) = written(&view.filter)?;
                    let (shared, owner, version) = (i64::from(view.shared), &view.owner.name, view.version);
                    let values = params![view.id, &view.name, &filter, shared, owner, version, view.updated_at];
                    if connection.execute(&sql.update, values).await? == 0 {
                        return Err(Error::new(ErrorKind::Conflict, "the view was changed meanwhile"));
                    }
                    db.effects().write(connection, &effects).await
                })
            })
            .await
    }

    async fn delete(&self, id: ViewId, effects: &Effects) -> Result<bool> {
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

async fn check_room(connection: &mut dyn Connection, sql: &ViewStatements, view: &SavedView, room: Room) -> Result<()> {
    connection.execute(&sql.hold, params![]).await?;
    let counted = connection.fetch(&sql.count, params![&view.owner.id, view.id]).await?;
    let mut columns = counted.first().ok_or_else(|| Error::internal("nothing was counted"))?.columns();
    room.check(view, columns.take()?, columns.take()?)
}

/// The kind, and the filter as JSON.
fn written(filter: &ViewFilter) -> Result<(&'static str, String)> {
    let text = match filter {
        ViewFilter::Chat(filter) => serde_json::to_string(filter)?,
        ViewFilter::Tickets(filter) => serde_json::to_string(filter)?,
    };
    Ok((kind_name(filter.kind()), text))
}

fn kind_name(kind: ViewKind) -> &'static str {
    match kind {
        ViewKind::Chat => "chat",
        ViewKind::Tickets => "tickets",
    }
}

/// A row of the columns in their order.
fn read(row: &Row) -> Result<SavedView> {
    let mut columns = row.columns();
    let (id, kind, name) = (columns.take()?, columns.take::<String>()?, columns.take()?);
    let filter = columns.take::<String>()?;
    let filter = match kind.as_str() {
        "chat" => ViewFilter::Chat(serde_json::from_str(&filter).map_err(Error::internal)?),
        "tickets" => ViewFilter::Tickets(serde_json::from_str(&filter).map_err(Error::internal)?),
        kind => return Err(Error::internal(format!("the database holds an unknown kind of view: {kind:?}"))),
    };
    Ok(SavedView {
        id,
        name,
        filter,
        shared: columns.take::<i64>()? == 1,
        owner: AgentRef { id: columns.take()?, name: columns.take()? },
        version: columns.take()?,
        created_at: columns.take()?,
        updated_at: columns.take()?,
    })
}
