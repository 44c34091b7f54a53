//! Contacts.

use std::sync::Arc;

use async_trait::async_trait;
use engage_core::contacts::{Contact, ContactQuery, ContactStore};
use engage_core::ids::ContactId;
use engage_core::outbox::Outbox;
use engage_core::{Effects, Error, ErrorKind, Result};
use serde::Serialize;
use uuid::Uuid;

use crate::authors::seen_teams;
use crate::batch::json;
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
        "id, external_id, name, email, attributes, blocked, merged_into, version, created_at, updated_at"
    };
}

statements! {
    /// What contacts ask.
    struct ContactStatements {
        create = concat!("INSERT INTO {contacts} (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
        get = concat!("SELECT ", columns!(), " FROM {contacts} WHERE id = $1");
        by_external_id = concat!("SELECT ", columns!(), " FROM {contacts} WHERE external_id = $1");
        update = "UPDATE {contacts}
            SET external_id = $2, name = $3, email = $4, attributes = $5, blocked = $6, merged_into = $7, version = $8,
                updated_at = $9
            WHERE id = $1 AND version = $8 - 1";
        unname = "DELETE FROM {contact_words} WHERE contact_id = $1";
        name = "INSERT INTO {contact_words} (contact_id, word) SELECT $1, w.value FROM {@each $2 AS w}";
        // The words from $1 and before $2 lead to the contacts, of which those stay that have all of $4; and of these those who
        // have a conversation of no team or of one in the JSON array $6, or with $5 = 1 all.
        search = concat!(
            "SELECT ", columns!(), " FROM {contacts} k
             WHERE k.id IN (SELECT f.contact_id FROM {contact_words} f WHERE f.word >= $1 AND f.word < $2)
                AND k.id < $3 AND k.merged_into IS NULL
                AND NOT EXISTS (SELECT 1 FROM {@rows $4 AS t (low text, beyond text)} WHERE NOT EXISTS (
                    SELECT 1 FROM {contact_words} w WHERE w.contact_id = k.id AND w.word >= t.low AND w.word < t.beyond))
                AND ($5 = 1 OR EXISTS (SELECT 1 FROM {conversations} c WHERE c.contact_id = k.id
                    AND (c.team IS NULL OR c.team IN (SELECT own.value FROM {@each $6 AS own}))))
             ORDER BY k.id DESC LIMIT $7"
        );
        lock_two = concat!(
            "SELECT ", columns!(), " FROM {contacts} WHERE id = $1 OR id = $2 ORDER BY id {@for_update}"
        );
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
                    let find = |id| both.iter().find(|contact| contact.id == id);
                    let missing = || Error::not_found("the contact");
                    let (source, target) = (find(from).ok_or_else(missing)?, find(into).ok_or_else(missing)?);
                    if !source.is_to_merge_into(target)? {
                        return Ok(false);
                    }
                    let (source, target) = source.clone().merged_into(target);
                    for contact in [Some(source), target].into_iter().flatten() {
                        update(connection, &sql, db.effects(), &contact, &Effects::none()).await?;
                    }
                    db.effects().write(connection, &effects).await?;
                    Ok(true)
                })
            })
            .await
    }

    async fn search(&self, query: &ContactQuery) -> Result<Vec<Contact>> {
        let Some((all, teams)) = seen_teams(&query.sight)? else { return Ok(Vec::new()) };
        let spans: Vec<_> = query.terms.iter().map(|term| Span::of(&term.word)).collect();
        // The longest word leads, as fewest begin like it.
        let Some(lead) = spans.iter().max_by_key(|span| span.low.len()) else { return Ok(Vec::new()) };
        let before = query.before.unwrap_or(ContactId(Uuid::max()));
        let rest = json(spans.iter())?;
        let values = params![lead.low, &lead.beyond, before, &rest, all, &teams, query.limit];
        self.db.fetch(&self.sql.search, values).await?.iter().map(read).collect()
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
    let attributes = serde_json::to_string(&contact.attributes)?;
    let blocked = contact.blocked.as_ref().map(serde_json::to_string).transpose()?;
    let values = params![
        contact.id,
        contact.external_id.as_deref(),
        contact.name.as_deref(),
        contact.email.as_deref(),
        &attributes,
        blocked.as_deref(),
        contact.merged_into,
        contact.version,
        contact.created_at,
        contact.updated_at,
    ];
    connection.execute(&sql.create, values).await?;
    name(connection, sql, contact).await?;
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
    let attributes = serde_json::to_string(&contact.attributes)?;
    let blocked = contact.blocked.as_ref().map(serde_json::to_string).transpose()?;
    let values = params![
        contact.id,
        contact.external_id.as_deref(),
        contact.name.as_deref(),
        contact.email.as_deref(),
        &attributes,
        blocked.as_deref(),
        contact.merged_into,
        contact.version,
        contact.updated_at,
    ];
    if connection.execute(&sql.update, values).await? == 0 {
        return Err(Error::new(ErrorKind::Conflict, "the contact was changed meanwhile"));
    }
    connection.execute(&sql.unname, params![contact.id]).await?;
    name(connection, sql, contact).await?;
    effect_sql.write(connection, effects).await
}

/// Keeps the words by which the contact is found.
async fn name(connection: &mut dyn Connection, sql: &ContactStatements, contact: &Contact) -> Result<()> {
    let words = contact.words();
    if !words.is_empty() {
        connection.execute(&sql.name, params![contact.id, &serde_json::to_string(&words)?]).await?;
    }
    Ok(())
}

/// All words that begin like one.
#[derive(Debug, Serialize)]
struct Span<'q> {
    low: &'q str,
    beyond: String,
}

impl<'q> Span<'q> {
    fn of(word: &'q str) -> Self {
        Self { low: word, beyond: format!("{word}\u{10FFFF}") }
    }
}

/// A row of the columns in their order.
pub(crate) fn read(row: &Row) -> Result<Contact> {
    let mut columns = row.columns();
    Ok(Contact {
        id: columns.take()?,
        external_id: columns.take()?,
        name: columns.take()?,
        email: columns.take()?,
        attributes: serde_json::from_str(&columns.take::<String>()?).map_err(Error::internal)?,
        blocked: columns.take::<Option<String>>()?.as_deref().map(serde_json::from_str).transpose()?,
        merged_into: columns.take()?,
        version: columns.take()?,
        created_at: columns.take()?,
        updated_at: columns.take()?,
    })
}
