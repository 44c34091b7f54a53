//! The bus between nodes on Redis pub/sub.

mod envelope;
mod publisher;
mod subscriber;

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use engage_core::bus::{Bus, BusEvent, Hint, Hints};
use engage_core::entropy::{Entropy as _, OsEntropy};
use tokio::sync::{Notify, broadcast, mpsc};
use tokio::task::JoinSet;

use crate::link::Link;

/// Hints between nodes over Redis pub/sub.
///
/// This node's own hints reach its subscribers at once, whether Redis is there or not. Each node sends a beat twice a second
/// and counts its messages: a hole in the count, a node that falls silent, an overflow here or there, and every disconnection
/// yield [`BusEvent::Lagged`]. The bus is live while this node hears its own beat, which has gone all the way.
pub struct RedisBus {
    shared: Arc<Shared>,
    outgoing: mpsc::Sender<Hint>,
    /// End with the bus.
    _tasks: JoinSet<()>,
}

/// What the bus, its publisher and its subscriber share.
struct Shared {
    link: Link,
    channel: String,
    /// Tells this node from others. Not a secret.
    node: String,
    local: broadcast::Sender<BusEvent>,
    live: AtomicBool,
    /// Outgoing hints were dropped since the last message.
    skipped: AtomicBool,
    /// Asks for a beat now.
    beat_now: Notify,
}

/// How many hints may wait to be sent.
const OUTGOING: usize = 4096;
/// After what silence a node sends a beat.
const BEAT: Duration = Duration::from_millis(500);

impl RedisBus {
    pub(crate) fn new(link: Link, channel: String) -> Self {
        let mut node = [0; 8];
        OsEntropy.fill(&mut node);
        let (outgoing, waiting) = mpsc::channel(OUTGOING);
        let shared = Arc::new(Shared {
            link,
            channel,
            node: format!("{:016x}", u64::from_le_bytes(node)),
            local: broadcast::Sender::new(Hints::CAPACITY),
            live: AtomicBool::new(false),
            skipped: AtomicBool::new(false),
            beat_now: Notify::new(),
        });
        let mut tasks = JoinSet::new();
        tasks.spawn(publisher::run(Arc::clone(&shared), waiting));
        tasks.spawn(subscriber::run(Arc::clone(&shared)));
        Self { shared, outgoing, _tasks: tasks }
    }
}

impl Bus for RedisBus {
    fn publish(&self, hint: Hint) {
        self.shared.tell(BusEvent::Hint(hint.clone()));
        if self.outgoing.try_send(hint).is_err() {
            self.shared.skipped.store(true, Ordering::Release);
        }
    }

    fn subscribe(&self) -> Hints {
        Hints::new(self.shared.local.subscribe())
    }

    fn is_live(&self) -> bool {
        self.shared.live.load(Ordering::Acquire)
    }
}

impl Shared {
    /// Tells this node's subscribers.
    fn tell(&self, event: BusEvent) {
        // Nobody may be listening.
        let _ = self.local.send(event);
    }
}

impl Debug for RedisBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisBus")
            .field("node", &self.shared.node)
            .field("live", &self.is_live())
            .finish_non_exhaustive()
    }
}
