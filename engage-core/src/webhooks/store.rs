//! The port of the webhooks.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::model::{Attempted, Delivery, Webhook};
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::Result;
use crate::ids::{OutboxId, WebhookId};
use crate::outbox::Outbox;

/// Keeps webhooks, and what came of their deliveries.
#[async_trait]
pub trait WebhookStore: Debug + Send + Sync + 'static {
    /// All webhooks, oldest first. There are few.
    async fn all(&self) -> Result<Vec<Webhook>>;

    /// One webhook.
    async fn get(&self, id: WebhookId) -> Result<Option<Webhook>>;

    /// Writes `webhook` with `effects` in one step, when the stored version is the one before `webhook.version` (0 for
    /// none). `failing_since` is not written: it stays, and a webhook that was disabled begins anew.
    ///
    /// # Errors
    /// `Conflict` when it is not.
    async fn put(&self, webhook: &Webhook, effects: &Effects) -> Result<()>;

    /// Deletes a webhook and its deliveries, with `effects` in one step. `false`, without effects, when there is none.
    async fn delete(&self, id: WebhookId, effects: &Effects) -> Result<bool>;

    /// Writes `effects` if there is such a webhook, and says whether.
    async fn send(&self, id: WebhookId, effects: &Effects) -> Result<bool>;

    /// Notes an attempt: the delivery's last, and on its webhook, when it succeeded, that it does not fail, or else since
    /// when it does. Nothing when there is no such webhook.
    async fn record(&self, attempt: &Attempted) -> Result<()>;

    /// The newest `limit` deliveries of a webhook with ids below `before`, newest first.
    async fn deliveries(&self, id: WebhookId, before: Option<OutboxId>, limit: usize) -> Result<Vec<Delivery>>;

    /// Deletes up to `limit` deliveries last tried before `before`; says how many.
    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64>;

    /// The outbox in the same database, which takes the effects.
    fn outbox(&self) -> Arc<dyn Outbox>;
}
