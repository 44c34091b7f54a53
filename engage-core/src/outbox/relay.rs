//! The relay: takes what is due out of the outboxes and keeps the promises.

use std::collections::HashMap;
use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::RwLock;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::model::{Claimed, OutboxMessage};
use super::store::Outbox;
use crate::bus::{Bus, BusEvent, Hint};
use crate::clock::{Timestamp, delta};
use crate::engage::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::sink::{Event, EventSink};
use crate::tasks::Tasks;

/// Keeps the promises of one topic.
#[async_trait]
pub trait Handler: Debug + Send + Sync + 'static {
    /// Keeps one promise. It may be asked again for the same message, also after it succeeded: be idempotent.
    ///
    /// # Errors
    /// The message is tried again with backoff; after [`RelayConfig::attempts`] it becomes a dead letter.
    async fn handle(&self, message: &OutboxMessage) -> Result<()>;
}

/// How the outbox is drained.
#[derive(Debug, Clone, Copy)]
pub struct RelayConfig {
    /// How long one relay may hold a message before another takes it (60 s). A handler that takes longer is stopped.
    pub lease: Duration,
    /// After how many failures a message is given up (12).
    pub attempts: i32,
    /// The wait after the first failure, doubled with each and jittered (1 s).
    pub backoff: Duration,
    /// The longest wait (1 h).
    pub max_backoff: Duration,
    /// How many messages are handled at once (16).
    pub concurrency: usize,
    /// How often to look when nobody says that there is something (5 s).
    pub poll: Duration,
}

impl Default for RelayConfig {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(60),
            attempts: 12,
            backoff: Duration::from_secs(1),
            max_backoff: Duration::from_secs(3600),
            concurrency: 16,
            poll: Duration::from_secs(5),
        }
    }
}

/// Drains outboxes. Any number of nodes may, at the same time. Cheap to clone.
#[derive(Clone)]
pub struct Relay(Arc<Inner>);

struct Inner {
    context: Context,
    outboxes: Vec<Arc<dyn Outbox>>,
    config: RelayConfig,
    handlers: RwLock<HashMap<String, Arc<dyn Handler>>>,
    ready: Notify,
}

impl Relay {
    /// A relay without handlers, not started.
    pub fn new(context: &Context, outboxes: Vec<Arc<dyn Outbox>>, config: RelayConfig) -> Self {
        let (context, handlers) = (context.clone(), RwLock::default());
        Self(Arc::new(Inner { context, outboxes, config, handlers, ready: Notify::new() }))
    }

    /// Hands messages of `topic` to `handler`. A message without a handler is tried again: another version may have one.
    pub fn handle(&self, topic: &str, handler: Arc<dyn Handler>) {
        self.0.handlers.write().insert(topic.to_owned(), handler);
    }

    /// Hands events to `sink`.
    pub fn handle_events(&self, sink: Arc<dyn EventSink>) {
        self.handle("event", Arc::new(ToSink(sink)));
    }

    /// Says that something may be due.
    pub fn nudge(&self) {
        self.0.ready.notify_one();
    }

    /// Drains until the end, woken by nudges, by the bus, and by the clock.
    pub fn start(&self, tasks: &Tasks, bus: &Arc<dyn Bus>) {
        let (relay, mut hints) = (self.clone(), bus.subscribe());
        tasks.spawn(|mut stopping| async move {
            loop {
                if let Err(error) = relay.drain().await {
                    tracing::warn!(target: "engage::outbox", %error, "the outbox cannot be drained; it is tried again");
                }
                let wait = relay.until_next().await;
                tokio::select! {
                    () = stopping.wait() => return,
                    () = relay.0.ready.notified() => {}
                    () = tokio::time::sleep(wait) => {}
                    () = outbox_ready(&mut hints) => {}
                }
            }
        });
    }

    /// Handles all that is due now, and says how many messages were delivered.
    ///
    /// # Errors
    /// When an outbox does not answer.
    pub async fn drain(&self) -> Result<usize> {
        let mut delivered = 0;
        for outbox in &self.0.outboxes {
            loop {
                let now = self.0.context.clock.now();
                let claimed = outbox.claim(now, self.0.config.lease, self.0.config.concurrency).await?;
                if claimed.is_empty() {
                    break;
                }
                let mut running = JoinSet::new();
                for claimed in claimed {
                    let (relay, outbox) = (self.clone(), Arc::clone(outbox));
                    running.spawn(async move { relay.keep(&*outbox, claimed).await });
                }
                while let Some(done) = running.join_next().await {
                    delivered += usize::from(done.map_err(Error::internal)??);
                }
            }
        }
        Ok(delivered)
    }

    async fn until_next(&self) -> Duration {
        let mut wait = self.0.config.poll;
        for outbox in &self.0.outboxes {
            if let Ok(Some(due)) = outbox.next_due().await {
                wait = wait.min((due - self.0.context.clock.now()).to_std().unwrap_or_default());
            }
        }
        // Not zero: a message that cannot be claimed must not make the relay spin.
        wait.max(Duration::from_millis(20))
    }

    async fn keep(&self, outbox: &dyn Outbox, claimed: Claimed) -> Result<bool> {
        let Claimed { message, attempt } = claimed;
        let handler = self.0.handlers.read().get(&message.topic).cloned();
        let outcome = match handler {
            None => Err(Error::new(ErrorKind::Unsupported, format!("no handler for topic {}", message.topic))),
            // A task of its own, so that a handler that panics is a failed attempt and no more.
            Some(handler) => {
                let copy = message.clone();
                let mut attempt = tokio::spawn(async move { handler.handle(&copy).await });
                match tokio::time::timeout(self.0.config.lease * 9 / 10, &mut attempt).await {
                    Ok(Ok(outcome)) => outcome,
                    Ok(Err(panic)) => Err(Error::internal(panic)),
                    Err(late) => {
                        attempt.abort();
                        Err(Error::unavailable(late))
                    }
                }
            }
        };
        let Err(error) = outcome else {
            return outbox.complete(message.id, attempt).await;
        };
        let said = format!("{}: {}", error.code(), error.message());
        if attempt >= self.0.config.attempts {
            tracing::error!(target: "engage::outbox", id = %message.id, topic = message.topic, %error, "given up");
            outbox.bury(message.id, attempt, &said).await?;
        } else {
            tracing::warn!(target: "engage::outbox", id = %message.id, topic = message.topic, attempt, %error, "failed; tried again");
            outbox.retry(message.id, attempt, self.after_failure(attempt), &said).await?;
        }
        Ok(false)
    }

    /// Between half and the whole of the doubled backoff.
    fn after_failure(&self, attempt: i32) -> Timestamp {
        let config = &self.0.config;
        let doublings = u32::try_from(attempt - 1).unwrap_or(0).min(20);
        let wait = config.backoff.saturating_mul(1 << doublings).min(config.max_backoff);
        self.0.context.clock.now() + delta(wait.mul_f64(0.5 + self.0.context.entropy.fraction() / 2.0))
    }
}

async fn outbox_ready(hints: &mut crate::bus::Hints) {
    loop {
        match hints.next().await {
            Some(BusEvent::Hint(Hint::OutboxReady)) | Some(BusEvent::Lagged) => return,
            Some(BusEvent::Hint(_)) => {}
            None => std::future::pending().await,
        }
    }
}

#[derive(Debug)]
struct ToSink(Arc<dyn EventSink>);

#[async_trait]
impl Handler for ToSink {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        let mut event: Event = serde_json::from_value(message.payload["event"].clone())?;
        // What the store filled in belongs to the event's data.
        if let (Some(data), Some(payload)) = (event.data.as_object_mut(), message.payload.as_object()) {
            data.extend(
                payload.iter().filter(|(key, _)| *key != "event").map(|(key, value)| (key.clone(), value.clone())),
            );
        }
        self.0.deliver(&event).await
    }
}

impl OutboxMessage {
    /// A promise to tell the event sink of something. What a store fills in ends up in the event's data.
    ///
    /// # Errors
    /// When `data` cannot be JSON.
    pub fn event(id: crate::ids::OutboxId, at: Timestamp, name: &str, data: &impl serde::Serialize) -> Result<Self> {
        let event = Event { id, name: name.to_owned(), at, data: serde_json::to_value(data)? };
        Ok(Self { id, topic: "event".to_owned(), payload: serde_json::json!({ "event": event }), due: at })
    }

    /// A promise to another capability.
    ///
    /// # Errors
    /// When `payload` cannot be JSON.
    pub fn command(
        id: crate::ids::OutboxId,
        at: Timestamp,
        topic: &str,
        payload: &impl serde::Serialize,
    ) -> Result<Self> {
        Ok(Self { id, topic: topic.to_owned(), payload: serde_json::to_value(payload)?, due: at })
    }
}

impl Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").field("config", &self.0.config).finish_non_exhaustive()
    }
}
