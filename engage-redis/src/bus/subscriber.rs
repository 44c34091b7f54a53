//! Receives what other nodes send, and says when something was lost.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use engage_core::bus::BusEvent;
use engage_core::entropy::{Entropy as _, OsEntropy};
use engage_core::{Error, Result};
use redis::{PushInfo, PushKind, Value};
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, interval, sleep, timeout};

use super::envelope::read;
use super::{BEAT, Shared};
use crate::link::cause;
use crate::target::CONNECT;

/// How many payloads may wait to be read.
const INCOMING: usize = 256;
/// A node without a beat for this long is gone; when it is the own one, the bus is down.
const SILENCE: Duration = BEAT.saturating_mul(4);
/// How long to wait before the next attempt, at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How many nodes' counts are followed.
const NODES: usize = 1024;
/// Bad payloads are reported this often at most.
const REPORT: Duration = Duration::from_secs(10);

pub(super) async fn run(shared: Arc<Shared>) {
    let mut pause = BEAT;
    let mut down = false;
    loop {
        let began = Instant::now();
        let Err(error) = listen(&shared).await;
        let was_live = shared.live.swap(false, Ordering::AcqRel);
        shared.tell(BusEvent::Lagged);
        if was_live || !down {
            tracing::warn!(target: "engage::bus", cause = cause(&error), "the bus is down; nodes look into the database instead");
            down = true;
        }
        pause = if began.elapsed() > LONGEST_PAUSE { BEAT / 5 } else { (pause * 2).min(LONGEST_PAUSE) };
        // Nodes that lost the same Redis do not all come back at the same moment.
        sleep(pause.mul_f64(0.5 + OsEntropy.fraction() / 2.0)).await;
    }
}

/// What the connection tells, without ever blocking it.
struct Inbox {
    payloads: mpsc::Sender<Vec<u8>>,
    overflowed: AtomicBool,
    ended: Notify,
}

impl Inbox {
    fn push(&self, info: PushInfo) {
        match info.kind {
            PushKind::Message | PushKind::SMessage => {
                if let Some(Value::BulkString(payload)) = info.data.into_iter().nth(1)
                    && self.payloads.try_send(payload).is_err()
                {
                    self.overflowed.store(true, Ordering::Release);
                }
            }
            // A shard that is moved to another server unsubscribes too.
            PushKind::Disconnection | PushKind::Unsubscribe | PushKind::SUnsubscribe => self.ended.notify_one(),
            _ => {}
        }
    }
}

/// Subscribes and receives until the connection ends.
async fn listen(shared: &Shared) -> Result<std::convert::Infallible> {
    let (payloads, mut waiting) = mpsc::channel(INCOMING);
    let inbox = Arc::new(Inbox { payloads, overflowed: AtomicBool::new(false), ended: Notify::new() });
    let push = {
        let inbox = Arc::clone(&inbox);
        move |info| inbox.push(info)
    };
    let subscribed = timeout(CONNECT * 3, shared.link.target().subscribe(&shared.channel, push));
    let _subscription = subscribed.await.map_err(|_| Error::unavailable("Redis did not answer in time"))??;
    // From here on nothing is missed; what was before has to be caught up.
    shared.tell(BusEvent::Lagged);
    shared.beat_now.notify_one();
    let mut ticks = interval(BEAT);
    let mut reader =
        Reader { shared, seen: HashMap::new(), since: Instant::now(), heard: Instant::now(), reported: None };
    loop {
        let payload = tokio::select! {
            // What has arrived comes first: a busy machine is not a silent one.
            biased;
            payload = waiting.recv() => payload,
            () = inbox.ended.notified() => return Err(Error::unavailable("disconnected")),
            _ = ticks.tick() => {
                reader.listen_for_silence()?;
                None
            }
        };
        if inbox.overflowed.swap(false, Ordering::AcqRel) {
            shared.tell(BusEvent::Lagged);
        }
        if let Some(payload) = payload {
            reader.take(&payload);
        }
    }
}

/// Reads payloads in one session.
struct Reader<'a> {
    shared: &'a Shared,
    /// The last count of every other node, and when it came.
    seen: HashMap<String, (u64, Instant)>,
    /// Since when all nodes that there are have been heard from.
    since: Instant,
    /// When the own beat last came back.
    heard: Instant,
    reported: Option<Instant>,
}

impl Reader<'_> {
    fn take(&mut self, payload: &[u8]) {
        let Some(read) = read(payload) else { return self.report() };
        let envelope = read.envelope;
        if envelope.node == self.shared.node {
            self.heard = Instant::now();
            if !self.shared.live.swap(true, Ordering::AcqRel) {
                tracing::info!(target: "engage::bus", "the bus is live");
            }
            return;
        }
        for hint in envelope.hints {
            self.shared.tell(BusEvent::Hint(hint));
        }
        if read.unknown > 0 || self.has_hole(envelope.node, envelope.seq) {
            self.shared.tell(BusEvent::Lagged);
        }
    }

    /// Whether messages of `node` before `seq` are missing.
    fn has_hole(&mut self, node: String, seq: u64) -> bool {
        if self.seen.len() >= NODES && !self.seen.contains_key(&node) {
            self.seen.clear();
            self.since = Instant::now();
        }
        match self.seen.entry(node) {
            Entry::Occupied(mut seen) => {
                let (last, _) = *seen.get();
                // One that comes late or twice changes nothing.
                seen.insert((seq.max(last), Instant::now()));
                seq > last.saturating_add(1)
            }
            Entry::Vacant(first) => {
                first.insert((seq, Instant::now()));
                // Nodes that were there before us are heard within a few beats; a new one begins to count at 1.
                seq > 1 && self.since.elapsed() > SILENCE
            }
        }
    }

    /// A node that went without a word may have committed something that it could not tell any more.
    ///
    /// # Errors
    /// When this node does not hear itself.
    fn listen_for_silence(&mut self) -> Result<()> {
        let all = self.seen.len();
        self.seen.retain(|_, (_, heard)| heard.elapsed() < SILENCE);
        if self.seen.len() < all {
            self.shared.tell(BusEvent::Lagged);
        }
        if self.heard.elapsed() < SILENCE {
            return Ok(());
        }
        // Perhaps it is published where nobody listens any more.
        self.shared.link.replace();
        Err(Error::unavailable("the own beat does not come back"))
    }

    fn report(&mut self) {
        if self.reported.is_none_or(|at| at.elapsed() > REPORT) {
            self.reported = Some(Instant::now());
            tracing::warn!(target: "engage::bus", "ignored a payload that no engage sends; is the channel shared?");
        }
    }
}
