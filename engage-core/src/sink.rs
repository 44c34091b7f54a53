//! Where events go: the host's analytics, queues, logs.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::Timestamp;
use crate::error::Result;
use crate::ids::OutboxId;
use crate::outbox::{Handler, OutboxMessage};

/// Something that happened and was committed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Delivery is at least once: fold repeats on it.
    pub id: OutboxId,
    /// `capability.past_verb`, for instance `chat.message_sent`. The rooms' `events.rs` list them.
    pub name: String,
    /// When it happened.
    pub at: Timestamp,
    /// A JSON object; the rooms' `events.rs` say its members.
    pub data: Value,
}

/// Receives events from the outbox, at least once each, in no promised order.
#[async_trait]
pub trait EventSink: Debug + Send + Sync + 'static {
    /// Takes over one event. After `Ok` it is not sent again; after an error it is, with backoff.
    async fn deliver(&self, event: &Event) -> Result<()>;
}

/// Hands promises to a sink.
#[derive(Debug)]
pub(crate) struct ToSink(pub(crate) Arc<dyn EventSink>);

#[async_trait]
impl Handler for ToSink {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        self.0.deliver(&message.to_event()?).await
    }

    fn waits_for_others(&self) -> bool {
        true
    }
}

/// Writes each event to `tracing`, target `engage::events`, level INFO: name and id only, as the data may be personal.
#[derive(Debug, Clone, Copy, Default)]
pub struct TracingSink;

#[async_trait]
impl EventSink for TracingSink {
    async fn deliver(&self, event: &Event) -> Result<()> {
        tracing::info!(target: "engage::events", id = %event.id, name = event.name, "event");
        Ok(())
    }
}

/// Keeps events in memory, for tests. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct MemorySink(Arc<Mutex<Vec<Event>>>);

impl MemorySink {
    /// What has arrived, repeats included.
    pub fn events(&self) -> Vec<Event> {
        self.0.lock().clone()
    }
}

#[async_trait]
impl EventSink for MemorySink {
    async fn deliver(&self, event: &Event) -> Result<()> {
        self.0.lock().push(event.clone());
        Ok(())
    }
}
