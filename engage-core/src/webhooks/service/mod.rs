//! What can be done with webhooks.

mod deliver;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use super::events::{WEBHOOK_TEST, WebhookTest};
use super::model::{
    Delivery, Disabled, NewWebhook, Webhook, WebhookConfig, WebhookPatch, WebhookSecret, checked_description,
    checked_events,
};
use super::store::WebhookStore;
use crate::audit::AuditEntry;
use crate::cache::{CacheNode, Cached, CachedConfig, Invalidation};
use crate::effects::Effects;
use crate::engage::{Base, Context};
use crate::error::{Error, ErrorKind, Result};
use crate::hooks::{Interest, TO_WEBHOOKS};
use crate::identity::Actor;
use crate::ids::{OutboxId, WebhookId};
use crate::outbound::Outbound;
use crate::outbox::{OutboxMessage, Relay};
use crate::sink::Event;
use crate::tasks::Tasks;

/// Topic of deliveries; each receiver has its own below it.
const DELIVER: &str = "webhook";
/// By this name other nodes hear that something changed.
const KEY: &str = "webhooks";
/// How often a node looks which events are wanted though nobody said that it changed.
const LOOK: Duration = Duration::from_secs(5);

/// Webhooks. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Webhooks(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    context: Context,
    store: Arc<dyn WebhookStore>,
    outbound: Option<Arc<dyn Outbound>>,
    relay: Relay,
    wanted: Interest,
    changed: Cached<()>,
    config: WebhookConfig,
}

impl Webhooks {
    pub(crate) async fn start(base: &Base, outbound: Option<Arc<dyn Outbound>>, config: WebhookConfig) -> Result<Self> {
        let Base { context, stores, cache, relay, tasks, announcer, .. } = base;
        let webhooks = Self(Arc::new(Inner {
            context: context.clone(),
            store: Arc::clone(&stores.webhooks),
            outbound,
            relay: relay.clone(),
            wanted: announcer.webhooks().clone(),
            changed: cache.typed(CachedConfig { ttl: LOOK, negative_ttl: LOOK }),
            config,
        }));
        if webhooks.0.outbound.is_some() {
            relay.spread(TO_WEBHOOKS, Arc::new(deliver::ToEach(webhooks.clone())));
            relay.handle(DELIVER, Arc::new(deliver::Deliver(webhooks.clone())));
            webhooks.look().await?;
            webhooks.follow(cache, tasks);
        }
        Ok(webhooks)
    }

    /// All webhooks, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(&self) -> Result<Vec<Webhook>> {
        self.0.store.all().await
    }

    /// One webhook.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(&self, id: WebhookId) -> Result<Webhook> {
        self.0.store.get(id).await?.ok_or_else(|| Error::not_found("the webhook"))
    }

    /// Makes a webhook. Other nodes know of it within five seconds; what happens there until then may not be sent.
    ///
    /// # Errors
    /// `Invalid` for what it says; `Conflict` (`too_many_webhooks`); `Unsupported` without a client.
    pub async fn create(&self, actor: &Actor, new: NewWebhook) -> Result<Webhook> {
        let Inner { context, store, config, .. } = &*self.0;
        let now = context.clock.now();
        let NewWebhook { url, events, description } = new;
        self.outbound()?.check(&url)?;
        let webhook = Webhook {
            id: context.ids.next(),
            url,
            events: checked_events(events)?,
            description: checked_description(description)?,
            disabled: None,
            secret: WebhookSecret::generate(&*context.entropy),
            previous: None,
            failing_since: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        if store.all().await?.len() >= config.most {
            return Err(Error::new(ErrorKind::Conflict, format!("there are {} webhooks already", config.most))
                .with_code("too_many_webhooks"));
        }
        self.put(actor, "webhooks.create", &webhook).await?;
        Ok(webhook)
    }

    /// Changes a webhook; `expected` is the version that the caller saw. One that was disabled and is enabled begins anew.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for what it says; `Conflict` when it was changed meanwhile.
    pub async fn update(&self, actor: &Actor, id: WebhookId, patch: WebhookPatch, expected: i64) -> Result<Webhook> {
        let mut webhook = self.expected(id, expected).await?;
        let WebhookPatch { url, events, description, enabled } = patch;
        if let Some(url) = url {
            self.outbound()?.check(&url)?;
            webhook.url = url;
        }
        if let Some(events) = events {
            webhook.events = checked_events(events)?;
        }
        if let Some(description) = description {
            webhook.description = checked_description(description)?;
        }
        match enabled {
            Some(true) if webhook.disabled.is_some() => (webhook.disabled, webhook.failing_since) = (None, None),
            Some(false) => webhook.disabled = webhook.disabled.or(Some(Disabled::ByHand)),
            Some(true) | None => {}
        }
        (webhook.version, webhook.updated_at) = (expected + 1, self.0.context.clock.now());
        self.put(actor, "webhooks.update", &webhook).await?;
        Ok(webhook)
    }

    /// Gives a webhook a new secret. For [`WebhookConfig::overlap`] deliveries are signed with both.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it was changed meanwhile.
    pub async fn rotate(&self, actor: &Actor, id: WebhookId, expected: i64) -> Result<Webhook> {
        let Inner { context, config, .. } = &*self.0;
        let webhook = self.expected(id, expected).await?;
        let secret = WebhookSecret::generate(&*context.entropy);
        let webhook = webhook.rotated(secret, context.clock.now(), config.overlap);
        self.put(actor, "webhooks.rotate", &webhook).await?;
        Ok(webhook)
    }

    /// Deletes a webhook. What was promised to it is dropped.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete(&self, actor: &Actor, id: WebhookId) -> Result<()> {
        let effects = Effects::none().and_audit(self.audit(actor, "webhooks.delete", id));
        if !self.0.store.delete(id, &effects).await? {
            return Err(Error::not_found("the webhook"));
        }
        self.tell().await
    }

    /// Sends the event `webhook.test` to a webhook, whatever it wants. Gives the id of the delivery.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` (`webhook_disabled`); `Unsupported` without a client.
    pub async fn test(&self, id: WebhookId) -> Result<OutboxId> {
        self.outbound()?;
        if self.get(id).await?.disabled.is_some() {
            return Err(Error::new(ErrorKind::Conflict, "the webhook is disabled").with_code("webhook_disabled"));
        }
        let context = &self.0.context;
        let (event, now) = (context.ids.next(), context.clock.now());
        let data = serde_json::to_value(WebhookTest { webhook: id })?;
        let event = Event { id: event, name: WEBHOOK_TEST.to_owned(), at: now, data };
        let promise = deliver::promise(id, &event, now)?;
        let delivery = promise.id;
        if !self.0.store.send(id, &Effects::none().and_send(promise)).await? {
            return Err(Error::not_found("the webhook"));
        }
        self.0.relay.nudge();
        Ok(delivery)
    }

    /// The newest `limit` deliveries of a webhook with ids below `before`, newest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn deliveries(&self, id: WebhookId, before: Option<OutboxId>, limit: usize) -> Result<Vec<Delivery>> {
        self.get(id).await?;
        self.0.store.deliveries(id, before, limit).await
    }

    /// Deletes up to `limit` deliveries that have had their time; says how many.
    pub(crate) async fn prune(&self, limit: usize) -> Result<u64> {
        let before = self.0.context.clock.now() - crate::clock::delta(self.0.config.keep);
        self.0.store.prune(before, limit).await
    }

    fn outbound(&self) -> Result<&Arc<dyn Outbound>> {
        let missing = || Error::new(ErrorKind::Unsupported, "this site has no client for webhooks");
        self.0.outbound.as_ref().ok_or_else(missing)
    }

    async fn expected(&self, id: WebhookId, version: i64) -> Result<Webhook> {
        let webhook = self.get(id).await?;
        if webhook.version != version {
            return Err(Error::new(ErrorKind::Conflict, "the webhook was changed meanwhile"));
        }
        Ok(webhook)
    }

    async fn put(&self, actor: &Actor, action: &str, webhook: &Webhook) -> Result<()> {
        // Not the URL: it may hold a secret of the receiver's.
        let detail = json!({ "events": webhook.events, "disabled": webhook.disabled });
        let audit = self.audit(actor, action, webhook.id).detail(detail);
        self.0.store.put(webhook, &Effects::none().and_audit(audit)).await?;
        self.tell().await
    }

    fn audit(&self, actor: &Actor, action: &str, id: WebhookId) -> AuditEntry {
        let context = &self.0.context;
        AuditEntry::new(context.ids.next(), context.clock.now(), actor, action, format!("webhook:{id}"))
    }

    /// Tells this node and the others that something has changed.
    async fn tell(&self) -> Result<()> {
        self.0.changed.invalidate(KEY).await;
        self.look().await
    }

    /// Looks which events are wanted.
    async fn look(&self) -> Result<()> {
        if self.0.outbound.is_some() {
            let all = self.0.store.all().await?;
            let enabled = all.iter().filter(|webhook| webhook.disabled.is_none());
            self.0.wanted.set(enabled.map(|webhook| webhook.events.as_slice()));
        }
        Ok(())
    }

    fn follow(&self, cache: &CacheNode, tasks: &Tasks) {
        let (own, mut dropped) = (self.clone(), cache.dropped());
        tasks.spawn(|mut stopping| async move {
            let mut look = tokio::time::interval(LOOK);
            loop {
                let changed = tokio::select! {
                    () = stopping.wait() => return,
                    _ = look.tick() => true,
                    dropped = dropped.recv() => match dropped {
                        Ok(Some(dropped)) => dropped == Invalidation::Key(KEY.to_owned()),
                        Ok(None) | Err(RecvError::Lagged(_)) => true,
                        Err(RecvError::Closed) => return,
                    },
                };
                if changed && let Err(error) = own.look().await {
                    tracing::warn!(target: "engage::webhooks", %error, "which events are wanted is not known anew; it is tried again");
                }
            }
        });
    }
}

impl WebhookId {
    /// Where deliveries to it wait.
    fn topic(self) -> String {
        format!("{DELIVER}:{self}")
    }

    fn of_topic(message: &OutboxMessage) -> Result<Self> {
        let id = message.topic.strip_prefix(DELIVER).and_then(|rest| rest.strip_prefix(':'));
        id.ok_or_else(|| Error::internal("a delivery to nobody"))?.parse()
    }
}
