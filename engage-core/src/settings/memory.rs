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
        self.commit(effects, |tables| {
            let stored = tables.settings.get(&setting.key).map_or(0, |stored| stored.version);
            if stored + 1 != setting.version {
                return Err(Error::new(ErrorKind::Conflict, "the setting was changed meanwhile"));
            }
            tables.settings.insert(setting.key.clone(), setting.clone());
            Ok(())
        })
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.outbox.clone()
    }
}
