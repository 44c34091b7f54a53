//! Settings.

use std::sync::Arc;

use async_trait::async_trait;
use engage_core::outbox::Outbox;
use engage_core::settings::{Setting, SettingStore};
use engage_core::{Effects, Error, ErrorKind, Result};

use crate::db::Db;
use crate::driver::{Row, params};

/// Settings in the database.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) db: Db,
    pub(crate) sql: Arc<SettingStatements>,
    pub(crate) outbox: Arc<dyn Outbox>,
}

statements! {
    /// What settings ask.
    struct SettingStatements {
        all = "SELECT key, value, version, updated_at FROM {settings} ORDER BY key";
        create = "INSERT INTO {settings} (key, value, version, updated_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (key) DO NOTHING";
        update = "UPDATE {settings} SET value = $2, version = $3, updated_at = $4 WHERE key = $1 AND version = $3 - 1";
    }
}

#[async_trait]
impl SettingStore for Settings {
    async fn all(&self) -> Result<Vec<Setting>> {
        self.db.fetch(&self.sql.all, params![]).await?.iter().map(read).collect()
    }

    async fn put(&self, setting: &Setting, effects: &Effects) -> Result<()> {
        let (db, sql, setting, effects) = (self.db.clone(), Arc::clone(&self.sql), setting.clone(), effects.clone());
        self.db
            .write(move |connection| {
                Box::pin(async move {
                    let statement = if setting.version == 1 { &sql.create } else { &sql.update };
                    let value = setting.value.to_string();
                    let values = params![&setting.key, &value, setting.version, setting.updated_at];
                    if connection.execute(statement, values).await? == 0 {
                        return Err(Error::new(ErrorKind::Conflict, "the setting was changed meanwhile"));
                    }
                    db.effects().write(connection, &effects).await
                })
            })
            .await
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::clone(&self.outbox)
    }
}

fn read(row: &Row) -> Result<Setting> {
    let mut columns = row.columns();
    Ok(Setting {
        key: columns.take()?,
        value: serde_json::from_str(&columns.take::<String>()?)?,
        version: columns.take()?,
        updated_at: columns.take()?,
    })
}
