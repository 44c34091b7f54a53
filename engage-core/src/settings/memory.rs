//! Settings in memory.

use std::sync::Arc;

use async_trait::async_trait;

use super::model::Setting;
use super::store::SettingStore;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Memory;
use crate::outbox::Outbox;

#[async_trait]
impl SettingStore for Memory {
    async fn all(&self) -> Result<Vec<Setting>> {
        Ok(self.tables.lock().settings.values().cloned().collect())
    }

    async fn put(&self, setting: &Setting, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        let stored = transaction.tables.settings.get(&setting.key).map_or(0, |stored| stored.version);
        if stored + 1 != setting.version {
            return Err(Error::new(ErrorKind::Conflict, "the setting was changed meanwhile"));
        }
        transaction.write(effects)?;
        transaction.tables.settings.insert(setting.key.clone(), setting.clone());
        Ok(())
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.outbox.clone()
    }
}
