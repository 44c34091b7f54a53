//! Many connections to one server, and what is measured with them.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::Result;
use crate::client::{Client, Load, Party, Phase, Shared};
use crate::process::{Probe, Usage};

/// How many connect at once.
const CONNECTING: usize = 64;
/// After that something is broken.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Crowd {
    phases: watch::Sender<Phase>,
    shared: Arc<Shared>,
    connections: JoinSet<Result>,
    size: usize,
}

/// What one window gave.
#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) length: Duration,
    /// Acknowledged and delivered.
    pub(crate) messages: u64,
    /// From send to the other side, in microseconds, sorted.
    pub(crate) latencies: Vec<u32>,
    pub(crate) usage: Usage,
}

impl Crowd {
    /// Connects all of `parties`.
    pub(crate) async fn connect(port: u16, parties: Vec<Party>) -> Result<Self> {
        let (phases, phase) = watch::channel(Phase { load: Load::Quiet, counts: false });
        let shared = Arc::new(Shared {
            began: Instant::now(),
            senders: parties.iter().filter(|party| party.sends).count(),
            sent: AtomicU64::new(0),
            acknowledged: AtomicU64::new(0),
            delivered: AtomicU64::new(0),
            copies: AtomicU64::new(1),
            ready: AtomicUsize::new(0),
            latencies: Mutex::default(),
        });
        let mut senders = 0;
        let numbered = parties.into_iter().map(|party| {
            let number = senders;
            senders += usize::from(party.sends);
            (number, party)
        });
        let connecting = stream::iter(numbered)
            .map(|(number, party)| Client::connect(port, number, party, Arc::clone(&shared), phase.clone()));
        let clients: Vec<_> = connecting.buffer_unordered(CONNECTING).try_collect().await?;
        let size = clients.len();
        let connections = clients.into_iter().map(Client::run).collect();
        Ok(Self { phases, shared, connections, size })
    }

    /// Each message has so many readers in place of one.
    pub(crate) fn reach(&self, copies: u64) {
        self.shared.copies.store(copies, Ordering::Relaxed);
    }

    /// Lets everybody send for `warm`, and then for `length`, which is measured. Waits until all is delivered.
    pub(crate) async fn measure(
        &mut self,
        load: Load,
        warm: Duration,
        length: Duration,
        probe: &Probe,
    ) -> Result<Window> {
        self.phase(Phase { load, counts: false }).await?;
        self.pass(warm).await?;
        self.phase(Phase { load, counts: true }).await?;
        let (start, messages, usage) = (Instant::now(), self.both(), probe.usage()?);
        self.pass(length).await?;
        let (length, messages, usage) = (start.elapsed(), self.both() - messages, probe.usage()? - usage);
        self.phase(Phase { load: Load::Quiet, counts: false }).await?;
        self.wait("every message to be acknowledged and delivered", |shared| {
            let sent = shared.sent.load(Ordering::Relaxed);
            let copies = shared.copies.load(Ordering::Relaxed);
            shared.acknowledged.load(Ordering::Relaxed) == sent
                && shared.delivered.load(Ordering::Relaxed) == sent * copies
        })
        .await?;
        // Everybody hands over what came late.
        self.phase(Phase { load: Load::Quiet, counts: false }).await?;
        let mut latencies = std::mem::take(&mut *self.shared.latencies.lock().unwrap_or_else(PoisonError::into_inner));
        latencies.sort_unstable();
        Ok(Window { length, messages, latencies, usage })
    }

    /// Says goodbye.
    pub(crate) async fn leave(mut self) {
        drop(self.phases);
        let all = async { while self.connections.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(Duration::from_secs(2), all).await;
    }

    /// What is both acknowledged and delivered.
    fn both(&self) -> u64 {
        let delivered = self.shared.delivered.load(Ordering::Relaxed) / self.shared.copies.load(Ordering::Relaxed);
        self.shared.acknowledged.load(Ordering::Relaxed).min(delivered)
    }

    async fn phase(&mut self, phase: Phase) -> Result {
        self.shared.ready.store(0, Ordering::Relaxed);
        self.phases.send_replace(phase);
        let size = self.size;
        self.wait("every connection to be ready", |shared| shared.ready.load(Ordering::Relaxed) == size).await
    }

    /// Waits, unless a connection fails.
    pub(crate) async fn pass(&mut self, length: Duration) -> Result {
        tokio::select! {
            () = tokio::time::sleep(length) => Ok(()),
            Some(ended) = self.connections.join_next() => ended?.and(Err("a connection ended".into())),
        }
    }

    async fn wait(&mut self, what: &str, done: impl Fn(&Shared) -> bool) -> Result {
        let start = Instant::now();
        while !done(&self.shared) {
            if start.elapsed() > PATIENCE {
                let Shared { sent, acknowledged, delivered, .. } = &*self.shared;
                return Err(format!(
                    "waited {PATIENCE:?} for {what}: {} sent, {} acknowledged, {} delivered",
                    sent.load(Ordering::Relaxed),
                    acknowledged.load(Ordering::Relaxed),
                    delivered.load(Ordering::Relaxed),
                )
                .into());
            }
            self.pass(Duration::from_millis(1)).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{people, relay};

    #[tokio::test]
    async fn every_message_is_counted_once_by_either_schedule() {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { axum::serve(listener, relay::app()).await });
        let mut crowd = Crowd::connect(port, people::relayed_pairs(3)).await.unwrap();
        let probe = Probe { server: std::process::id(), database: None };
        let (warm, length) = (Duration::from_millis(20), Duration::from_millis(200));
        for load in [Load::Closed, Load::Open(300.0)] {
            let window = crowd.measure(load, warm, length, &probe).await.unwrap();
            assert!(window.messages > 0 && !window.latencies.is_empty(), "{load:?}: {window:?}");
            assert!(window.latencies.is_sorted());
        }
        let sent = crowd.shared.sent.load(Ordering::Relaxed);
        assert_eq!([crowd.shared.acknowledged.load(Ordering::Relaxed), crowd.both()], [sent, sent]);
        crowd.leave().await;
    }
}
