//! Contacts.

use std::sync::Arc;

use async_trait::async_trait;
use engage_core::contacts::{Contact, ContactStore};
use engage_core::ids::ContactId;
use engage_core::outbox::Outbox;
use engage_core::{Effects, Error, ErrorKind, Result};

use crate::db::Db;
use crate::driver::{Connection, Row, params};
use crate::effects::EffectStatements;

/// Contacts in the database.
#[derive(Debug)]
pub(crate) struct Contacts {
    pub(crate) db: Db,
    pub(crate) sql: Arc<ContactStatements>,
    pub(crate) outbox: Arc<dyn Outbox>,
}

macro_rules! columns {
    () => {
        "id, external_id, name, email, merged_into, version, created_at, updated_at"
    };
}

statements! {
    /// What contacts ask.
    struct ContactStatements {
        create = concat!("INSERT INTO {contacts} (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
        get = concat!("SELECT ", columns!(), " FROM {contacts} WHERE id = $1");
        by_external_id = concat!("SELECT ", columns!(), " FROM {contacts} WHERE external_id = $1");
        update = "UPDATE {contacts}
            SET external_id = $2, name = $3, email = $4, merged_into = $5, version = $6, updated_at = $7
            WHERE id = $1 AND version = $6 - 1";
        lock_two = concat!(
            "SELECT ", columns!(), " FROM {contacts} WHERE id = $1 OR id = $2 ORDER BY id {@for_update}"
        );
        merge = "UPDATE {contacts}
            SET merged_into = $2, version = version + 1, external_id = NULL, name = NULL, email = NULL
            WHERE id = $1";
    }
}

#[async_trait]
impl ContactStore for Contacts {
    async fn create(&self, contact: &Contact, effects: &Effects) -> Result<()> {
        let (db, sql, contact, effects) = (self.db.clone(), Arc::clone(&self.sql), contact.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move { create(connection, &sql, db.effects(), &contact, &effects).await })
            })
            .await
    }

    async fn get(&self, id: ContactId) -> Result<Option<Contact>> {
        self.db.fetch_one(&self.sql.get, params![id]).await?.as_ref().map(read).transpose()
    }

    async fn by_external_id(&self, external_id: &str) -> Result<Option<Contact>> {
        self.db.fetch_one(&self.sql.by_external_id, params![external_id]).await?.as_ref().map(read).transpose()
    }

    async fn update(&self, contact: &Contact, effects: &Effects) -> Result<()> {
        let (db, sql, contact, effects) = (self.db.clone(), Arc::clone(&self.sql), contact.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move { update(connection, &sql, db.effects(), &contact, &effects).await })
            })
            .await
    }

    async fn merge(&self, from: ContactId, into: ContactId, effects: &Effects) -> Result<bool> {
        let (db, sql, effects) = (self.db.clone(), Arc::clone(&self.sql), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let rows = connection.fetch(&sql.lock_two, params![from, into]).await?;
                    let both = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
                    if !may_merge(&both, from, into)? {
                        return Ok(false);
                    }
                    connection.execute(&sql.merge, params![from, into]).await?;
                    db.effects().write(connection, &effects).await?;
                    Ok(true)
                })
            })
            .await
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::clone(&self.outbox)
    }
}

/// Inserts in the transaction of `connection`.
pub(crate) async fn create(
    connection: &mut dyn Connection,
    sql: &ContactStatements,
    effect_sql: &EffectStatements,
    contact: &Contact,
    effects: &Effects,
) -> Result<()> {
    let values = params![
        contact.id,
        contact.external_id.as_deref(),
        contact.name.as_deref(),
        contact.email.as_deref(),
        contact.merged_into,
        contact.version,
        contact.created_at,
        contact.updated_at,
    ];
    connection.execute(&sql.create, values).await?;
    effect_sql.write(connection, effects).await
}

/// Updates in the transaction of `connection`, when the version is the one before.
pub(crate) async fn update(
    connection: &mut dyn Connection,
    sql: &ContactStatements,
    effect_sql: &EffectStatements,
    contact: &Contact,
    effects: &Effects,
) -> Result<()> {
    let values = params![
        contact.id,
        contact.external_id.as_deref(),
        contact.name.as_deref(),
        contact.email.as_deref(),
        contact.merged_into,
        contact.version,
        contact.updated_at,
    ];
    if connection.execute(&sql.update, values).await? == 0 {
        return Err(Error::new(ErrorKind::Conflict, "the contact was changed meanwhile"));
    }
    effect_sql.write(connection, effects).await
}

fn may_merge(both: &[Contact], from: ContactId, into: ContactId) -> Result<bool> {
    let find = |id| both.iter().find(|contact| contact.id == id).ok_or_else(|| Error::not_found("the contact"));
    find(from)?.is_to_merge_into(find(into)?)
}

/// A row of the columns in their order.
pub(crate) fn read(row: &Row) -> Result<Contact> {
    let mut columns = row.columns();
    Ok(Contact {
        id: columns.take()?,
        external_id: columns.take()?,
        name: columns.take()?,
        email: columns.take()?,
        merged_into: columns.take()?,
        version: columns.take()?,
        created_at: columns.take()?,
        updated_at: columns.take()?,
    })
}
