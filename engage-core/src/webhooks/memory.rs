//! Webhooks in memory.

use std::sync::Arc;

use async_trait::async_trait;

use super::model::{Attempted, Delivery, Webhook};
use super::store::WebhookStore;
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{OutboxId, WebhookId};
use crate::memory::Memory;
use crate::outbox::Outbox;

#[async_trait]
impl WebhookStore for Memory {
    async fn all(&self) -> Result<Vec<Webhook>> {
        Ok(self.tables.lock().webhooks.values().cloned().collect())
    }

    async fn get(&self, id: WebhookId) -> Result<Option<Webhook>> {
        Ok(self.tables.lock().webhooks.get(&id).cloned())
    }

    async fn put(&self, webhook: &Webhook, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        let stored = transaction.tables.webhooks.get(&webhook.id);
        if stored.map_or(0, |stored| stored.version) + 1 != webhook.version {
            return Err(Error::new(ErrorKind::Conflict, "the webhook was changed meanwhile"));
        }
        let failing_since = stored.filter(|stored| stored.disabled.is_none()).and_then(|stored| stored.failing_since);
        transaction.write(effects)?;
        transaction.tables.webhooks.insert(webhook.id, Webhook { failing_since, ..webhook.clone() });
        Ok(())
    }

    async fn delete(&self, id: WebhookId, effects: &Effects) -> Result<bool> {
        let mut transaction = self.begin();
        if !transaction.tables.webhooks.contains_key(&id) {
            return Ok(false);
        }
        transaction.write(effects)?;
        transaction.tables.webhooks.remove(&id);
        transaction.tables.deliveries.retain(|_, delivery| delivery.last.webhook != id);
        Ok(true)
    }

    async fn send(&self, id: WebhookId, effects: &Effects) -> Result<bool> {
        let mut transaction = self.begin();
        let exists = transaction.tables.webhooks.contains_key(&id);
        if exists {
            transaction.write(effects)?;
        }
        Ok(exists)
    }

    async fn record(&self, attempt: &Attempted) -> Result<()> {
        let mut tables = self.tables.lock();
        let Some(webhook) = tables.webhooks.get_mut(&attempt.webhook) else { return Ok(()) };
        webhook.failing_since =
            if attempt.outcome.delivered { None } else { webhook.failing_since.or(Some(attempt.at)) };
        let fresh = || Delivery { attempts: 0, first_at: attempt.at, last: attempt.clone() };
        let delivery = tables.deliveries.entry(attempt.delivery).or_insert_with(fresh);
        delivery.attempts += 1;
        delivery.last = attempt.clone();
        Ok(())
    }

    async fn deliveries(&self, id: WebhookId, before: Option<OutboxId>, limit: usize) -> Result<Vec<Delivery>> {
        let tables = self.tables.lock();
        let own = tables.deliveries.values().rev().filter(|delivery| delivery.last.webhook == id);
        let older = own.filter(|delivery| before.is_none_or(|before| delivery.last.delivery < before));
        Ok(older.take(limit).cloned().collect())
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64> {
        let mut tables = self.tables.lock();
        let old = tables.deliveries.iter().filter(|(_, delivery)| delivery.last.at < before);
        let old: Vec<_> = old.take(limit).map(|(id, _)| *id).collect();
        for id in &old {
            tables.deliveries.remove(id);
        }
        Ok(old.len() as u64)
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.outbox.clone()
    }
}
