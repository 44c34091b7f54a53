//! The port of the settings.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::model::Setting;
use crate::effects::Effects;
use crate::error::Result;
use crate::outbox::Outbox;

/// Keeps settings.
#[async_trait]
pub trait SettingStore: Debug + Send + Sync + 'static {
    /// All stored values.
    async fn all(&self) -> Result<Vec<Setting>>;

    /// Writes `setting` with `effects` in one step, when the stored version is the one before `setting.version` (0 for
    /// none).
    ///
    /// # Errors
    /// `Conflict` when it is not.
    async fn put(&self, setting: &Setting, effects: &Effects) -> Result<()>;

    /// The outbox in the same database, which takes the effects.
    fn outbox(&self) -> Arc<dyn Outbox>;
}
