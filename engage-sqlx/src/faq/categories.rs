//! Categories, and what means the same.

use std::sync::Arc;

use engage_core::faq::{Category, Synonyms};
use engage_core::ids::CategoryId;
use engage_core::{Effects, Error, ErrorKind, Result};
use uuid::Uuid;

use super::{Faq, changed, taken};
use crate::driver::{Row, params};

statements! {
    /// What categories ask.
    struct CategoryStatements {
        all = "SELECT id, parent_id, slug, icon, position, names, version, created_at, updated_at FROM {faq_categories}
            ORDER BY position, slug";
        create = "INSERT INTO {faq_categories} (id, parent_id, slug, icon, position, names, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        update = "UPDATE {faq_categories} SET parent_id = $2, slug = $3, icon = $4, position = $5, names = $6, version = $7,
            updated_at = $8 WHERE id = $1 AND version = $7 - 1";
        hold = "SELECT id FROM {faq_categories} WHERE id = $1 {@for_update}";
        within = "SELECT (SELECT count(*) FROM {faq_articles} WHERE category_id = $1)
            + (SELECT count(*) FROM {faq_categories} WHERE parent_id = $1)";
        delete = "DELETE FROM {faq_categories} WHERE id = $1";
        // Whoever takes a name has it, whoever had it before.
        name = "INSERT INTO {faq_slugs} (kind, slug, target) VALUES ($1, $2, $3)
            ON CONFLICT (kind, slug) DO UPDATE SET target = excluded.target";
        owner = "SELECT target FROM {faq_slugs} WHERE kind = $1 AND slug = $2";
        nameless = "DELETE FROM {faq_slugs} WHERE target = $1";
        alike = "SELECT locale, groups, version, updated_at FROM {faq_synonyms} WHERE locale = $1";
        first_alike = "INSERT INTO {faq_synonyms} (locale, groups, version, updated_at) VALUES ($1, $2, $3, $4)";
        next_alike = "UPDATE {faq_synonyms} SET groups = $2, version = $3, updated_at = $4
            WHERE locale = $1 AND version = $3 - 1";
    }
}

impl Faq {
    pub(super) async fn all_categories(&self) -> Result<Vec<Category>> {
        self.db.fetch(&self.sql.categories.all, params![]).await?.iter().map(read).collect()
    }

    pub(super) async fn write_category(&self, category: &Category, effects: &Effects) -> Result<()> {
        let (db, sql, category, effects) = (self.db.clone(), Arc::clone(&self.sql), category.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let Category { id, parent, slug, position, version, created_at, updated_at, .. } = &category;
                    let icon = category.icon.as_deref();
                    let names = serde_json::to_string(&category.names)?;
                    let sql = &sql.categories;
                    if *version == 1 {
                        let values =
                            params![*id, *parent, slug, icon, *position, &names, *version, *created_at, *updated_at];
                        connection.execute(&sql.create, values).await.map_err(taken)?;
                    } else {
                        let values = params![*id, *parent, slug, icon, *position, &names, *version, *updated_at];
                        if connection.execute(&sql.update, values).await.map_err(taken)? == 0 {
                            return Err(changed("category"));
                        }
                    }
                    connection.execute(&sql.name, params!["category", slug, *id]).await?;
                    db.effects().write(connection, &effects).await
                })
            })
            .await
    }

    pub(super) async fn remove_category(&self, id: CategoryId, effects: &Effects) -> Result<bool> {
        let (db, sql, effects) = (self.db.clone(), Arc::clone(&self.sql), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let sql = &sql.categories;
                    if connection.fetch(&sql.hold, params![id]).await?.is_empty() {
                        return Ok(false);
                    }
                    let within = connection.fetch(&sql.within, params![id]).await?;
                    if within.first().map_or(Ok(0), Row::only::<i64>)? > 0 {
                        let told = Error::new(ErrorKind::Conflict, "something stands in the category");
                        return Err(told.with_code("not_empty"));
                    }
                    connection.execute(&sql.delete, params![id]).await?;
                    connection.execute(&sql.nameless, params![id]).await?;
                    db.effects().write(connection, &effects).await?;
                    Ok(true)
                })
            })
            .await
    }

    /// Who has or had a name.
    pub(super) async fn owner(&self, kind: &str, slug: &str) -> Result<Option<Uuid>> {
        self.db.fetch_one(&self.sql.categories.owner, params![kind, slug]).await?.as_ref().map(Row::only).transpose()
    }

    pub(super) async fn alike(&self, locale: &str) -> Result<Option<Synonyms>> {
        let found = self.db.fetch_one(&self.sql.categories.alike, params![locale]).await?;
        let read = |row: &Row| {
            let mut columns = row.columns();
            let (locale, groups): (String, String) = (columns.take()?, columns.take()?);
            let (version, updated_at) = (columns.take()?, columns.take()?);
            Ok(Synonyms { locale, groups: serde_json::from_str(&groups)?, version, updated_at })
        };
        found.as_ref().map(read).transpose()
    }

    pub(super) async fn write_synonyms(&self, synonyms: &Synonyms, effects: &Effects) -> Result<()> {
        let (db, sql, synonyms, effects) = (self.db.clone(), Arc::clone(&self.sql), synonyms.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let (locale, version) = (&synonyms.locale, synonyms.version);
                    let groups = serde_json::to_string(&synonyms.groups)?;
                    let values = params![locale, &groups, version, synonyms.updated_at];
                    let sql = &sql.categories;
                    let is_first = version == 1;
                    let statement = if is_first { &sql.first_alike } else { &sql.next_alike };
                    if connection.execute(statement, values).await? == 0 {
                        return Err(changed("synonyms"));
                    }
                    db.effects().write(connection, &effects).await
                })
            })
            .await
    }
}

fn read(row: &Row) -> Result<Category> {
    let mut columns = row.columns();
    Ok(Category {
        id: columns.take()?,
        parent: columns.take()?,
        slug: columns.take()?,
        icon: columns.take()?,
        position: columns.take()?,
        names: serde_json::from_str(&columns.take::<String>()?)?,
        version: columns.take()?,
        created_at: columns.take()?,
        updated_at: columns.take()?,
    })
}
