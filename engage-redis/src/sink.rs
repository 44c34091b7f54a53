//! Events to Redis Streams.

use std::time::Duration;

use engage_core::sink::{Event, EventSink};
use engage_core::{Result, async_trait};
use tokio::time::Instant;

use crate::link::Link;

/// Appends events to a Redis stream, at least once each.
///
/// An entry has the fields `id` (fold repeats on it), `name`, `at` (RFC 3339, UTC, microseconds) and `data` (JSON). An event
/// whose answer was lost is appended again, with the same `id`. The stream keeps about [`StreamsSink::MAX_LEN`] entries
/// unless [`StreamsSink::max_len`] says otherwise; what is older is gone, read or not. How durable the stream is, Redis'
/// own persistence decides.
#[derive(Debug, Clone)]
pub struct StreamsSink {
    link: Link,
    key: String,
    max_len: u64,
}

impl StreamsSink {
    /// How many entries a stream keeps.
    pub const MAX_LEN: u64 = 100_000;
    /// Nobody waits for the relay: it may be patient.
    const PATIENCE: Duration = Duration::from_secs(5);

    pub(crate) fn new(link: Link, key: String) -> Self {
        Self { link, key, max_len: Self::MAX_LEN }
    }

    /// Keeps about this many entries: never fewer, a few more.
    #[must_use]
    pub fn max_len(mut self, entries: u64) -> Self {
        self.max_len = entries;
        self
    }
}

#[async_trait]
impl EventSink for StreamsSink {
    async fn deliver(&self, event: &Event) -> Result<()> {
        let mut append = redis::cmd("XADD");
        append.arg(&self.key).arg("MAXLEN").arg("~").arg(self.max_len).arg("*");
        append.arg("id").arg(event.id.to_string()).arg("name").arg(&event.name);
        append.arg("at").arg(event.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true));
        append.arg("data").arg(serde_json::to_string(&event.data)?);
        let _id: String = self.link.command(Instant::now() + Self::PATIENCE, &append).await?;
        Ok(())
    }
}
