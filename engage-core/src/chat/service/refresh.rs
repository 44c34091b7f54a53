//! Reads the agents, once for all who want to know at a time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, Notify};
use tokio::time::Instant;

use super::Chat;
use crate::error::{Error, ErrorKind, Result};
use crate::tasks::Stopping;

/// How soon after one read of the agents the next one may begin.
const PACE: Duration = Duration::from_millis(50);

/// Who waits for the agents to be read.
#[derive(Debug, Default)]
pub(super) struct Refreshing {
    /// How many asked.
    asked: AtomicU64,
    /// Held while the agents are read, so that nobody sets what they read before somebody else read more.
    served: Mutex<Served>,
    /// Another node changed an agent.
    hinted: Notify,
}

/// The last read.
#[derive(Debug, Default)]
struct Served {
    /// How many of those who asked it was for.
    count: u64,
    /// When it ended.
    at: Option<Instant>,
    failed: bool,
}

impl Refreshing {
    /// What this node knows may be old.
    pub(super) fn hinted(&self) {
        self.hinted.notify_one();
    }
}

impl Chat {
    /// Reads the agents. All who ask until a read begins share it and its outcome, so however many come at once, there are few
    /// reads, and a database that is away keeps nobody longer than one of them.
    pub(super) async fn refresh_agents(&self) -> Result<()> {
        let refreshing = &self.0.refreshing;
        let place = refreshing.asked.fetch_add(1, Ordering::Relaxed) + 1;
        let mut served = refreshing.served.lock().await;
        if served.count >= place {
            let failed = || Error::new(ErrorKind::Unavailable, "the agents could not be read");
            return if served.failed { Err(failed()) } else { Ok(()) };
        }
        if let Some(last) = served.at {
            tokio::time::sleep_until(last + PACE).await;
        }
        let count = refreshing.asked.load(Ordering::Relaxed);
        let read = self.0.store.agents(self.agents_alive_since()).await;
        *served = Served { count, at: Some(Instant::now()), failed: read.is_err() };
        self.hub().set_agents(read?);
        Ok(())
    }

    /// Reads the agents again when another node changed one.
    pub(super) async fn follow_agents(self, mut stopping: Stopping) {
        loop {
            tokio::select! {
                () = self.0.refreshing.hinted.notified() => {}
                () = stopping.wait() => return,
            }
            if let Err(error) = self.refresh_agents().await {
                tracing::warn!(target: "engage::chat", %error, "the agents could not be read; they are soon");
            }
        }
    }
}
