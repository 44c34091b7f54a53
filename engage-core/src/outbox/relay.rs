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
use crate::sink::Event;
use crate::tasks::Tasks;

/// How often to look for other work while there is more of one topic than there is room for.
const CROWDED: Duration = Duration::from_secs(1);

/// Keeps the promises of one topic.
#[async_trait]
pub trait Handler: Debug + Send + Sync + 'static {
    /// Keeps one promise. It may be asked again for the same message, also after it succeeded: be idempotent.
    ///
    /// # Errors
    /// The message is tried again with backoff; after [`RelayConfig::attempts`] it becomes a dead letter.
    /// An error with [`Error::retry_after`] is tried again after that time, within [`RelayConfig::max_backoff`] or the
    /// handler's own [`Patience`].
    async fn handle(&self, message: &OutboxMessage) -> Result<()>;

    /// How often and how long to try, when it differs from the relay's.
    fn patience(&self) -> Option<Patience> {
        None
    }

    /// Whether it waits for somebody outside, who may be slow: [`RelayConfig::reserve`] is kept from such promises.
    fn waits_for_others(&self) -> bool {
        false
    }
}

/// Turns one promise into several, for instance one for each receiver. All of them take its place in one step.
#[async_trait]
pub trait Spread: Debug + Send + Sync + 'static {
    /// The promises that take the place of `message`; none: it is done with. Their ids follow from its id, so that who asks
    /// twice gets the same.
    ///
    /// # Errors
    /// As [`Handler::handle`].
    async fn spread(&self, message: &OutboxMessage) -> Result<Vec<OutboxMessage>>;
}

/// How often and how long to try. The wait after a failure is `backoff`, doubled with each up to `max_backoff`, of which a
/// random part between half and the whole is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// After how many failures a message is given up.
    pub attempts: i32,
    /// The wait after the first failure.
    pub backoff: Duration,
    /// The longest wait.
    pub max_backoff: Duration,
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
    /// How many messages are handled at once (48).
    pub concurrency: usize,
    /// How many of them may be of one topic before no more of it is taken (8), so that a slow receiver leaves room for
    /// the others. It may be passed by once as much when they come together.
    pub per_topic: usize,
    /// How many of [`RelayConfig::concurrency`] are kept for engage's own work (8): receivers of webhooks and events may all
    /// be slow at once, however many they are.
    pub reserve: usize,
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
            concurrency: 48,
            per_topic: 8,
            reserve: 8,
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
    handlers: RwLock<HashMap<String, Keeper>>,
    ready: Notify,
}

/// Who keeps the promises of a topic.
#[derive(Clone)]
enum Keeper {
    Handler(Arc<dyn Handler>),
    Spread(Arc<dyn Spread>),
}

impl Relay {
    /// A relay without handlers, not started.
    pub fn new(context: &Context, outboxes: Vec<Arc<dyn Outbox>>, config: RelayConfig) -> Self {
        let (context, handlers) = (context.clone(), RwLock::default());
        Self(Arc::new(Inner { context, outboxes, config, handlers, ready: Notify::new() }))
    }

    /// Hands messages of `topic` to `handler`: of that topic, and of those that continue it after a colon (`webhook` is
    /// asked for `webhook:ID` too). A message without a handler is tried again: another version may have one.
    pub fn handle(&self, topic: &str, handler: Arc<dyn Handler>) {
        self.0.handlers.write().insert(topic.to_owned(), Keeper::Handler(handler));
    }

    /// Replaces messages of `topic` by what `spread` makes of them.
    pub fn spread(&self, topic: &str, spread: Arc<dyn Spread>) {
        self.0.handlers.write().insert(topic.to_owned(), Keeper::Spread(spread));
    }

    /// Says that something may be due.
    pub fn nudge(&self) {
        self.0.ready.notify_one();
    }

    /// Drains until the end, woken by nudges, by the bus, and by the clock. While a handler takes its time, others go on.
    pub fn start(&self, tasks: &Tasks, bus: &Arc<dyn Bus>) {
        let (relay, mut hints) = (self.clone(), bus.subscribe());
        tasks.spawn(|mut stopping| async move {
            let mut hands = Hands::default();
            loop {
                if let Err(error) = relay.take(&mut hands).await {
                    tracing::warn!(target: "engage::outbox", %error, "the outbox cannot be drained; it is tried again");
                }
                // What there was no room for is overdue; it is taken when there is room.
                let wait = relay.until_next().await.max(if hands.more { CROWDED } else { Duration::ZERO });
                tokio::select! {
                    () = stopping.wait() => return,
                    () = relay.0.ready.notified() => {}
                    () = tokio::time::sleep(wait) => {}
                    () = outbox_ready(&mut hints) => {}
                    () = hands.room() => {}
                }
            }
        });
    }

    /// Handles all that is due now, and says how many messages were delivered.
    ///
    /// # Errors
    /// When an outbox does not answer.
    pub async fn drain(&self) -> Result<usize> {
        let (mut hands, mut delivered) = (Hands::default(), 0);
        loop {
            self.take(&mut hands).await?;
            if hands.running.is_empty() {
                return Ok(delivered);
            }
            while let Some(done) = hands.next().await {
                delivered += usize::from(done?);
                if hands.more {
                    break;
                }
            }
        }
    }

    /// Takes what is due, as far as there is room for it, and sets to work on it.
    async fn take(&self, hands: &mut Hands) -> Result<()> {
        let RelayConfig { lease, concurrency, per_topic, reserve, .. } = self.0.config;
        let outside = self.outside();
        hands.more = false;
        for outbox in &self.0.outboxes {
            loop {
                let mut room = concurrency.saturating_sub(hands.running.len()).min(per_topic);
                let mut busy = hands.busy(per_topic);
                match concurrency.saturating_sub(reserve).max(1).saturating_sub(hands.of(&outside)) {
                    0 => busy.extend_from_slice(&outside),
                    left => room = room.min(left),
                }
                hands.more |= room == 0 || !busy.is_empty();
                if room == 0 {
                    break;
                }
                let claimed = outbox.claim_besides(self.0.context.clock.now(), lease, room, &busy).await?;
                let count = claimed.len();
                for claimed in claimed {
                    let (relay, outbox) = (self.clone(), Arc::clone(outbox));
                    hands.start(claimed.message.topic.clone(), async move { relay.keep(&*outbox, claimed).await });
                }
                if count < room {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The topics whose promises wait for others.
    fn outside(&self) -> Vec<String> {
        let keepers = self.0.handlers.read();
        let waits = |keeper: &Keeper| matches!(keeper, Keeper::Handler(handler) if handler.waits_for_others());
        keepers.iter().filter(|(_, keeper)| waits(keeper)).map(|(topic, _)| topic.clone()).collect()
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
        let keeper = self.keeper(&message.topic);
        let patience = match &keeper {
            Some(Keeper::Handler(handler)) => handler.patience(),
            _ => None,
        };
        let outcome = match keeper {
            None => Err(Error::new(ErrorKind::Unsupported, format!("no handler for topic {}", message.topic))),
            Some(keeper) => self.bounded(keeper, message.clone()).await,
        };
        let settled = match outcome {
            Ok(instead) if instead.is_empty() => return outbox.complete(message.id, attempt).await,
            Ok(instead) => outbox.replace(message.id, attempt, &instead).await,
            Err(error) => Err(error),
        };
        let error = match settled {
            Ok(settled) => {
                // What takes its place is due now.
                self.nudge();
                return Ok(settled);
            }
            Err(error) => error,
        };
        let patience = patience.unwrap_or_else(|| self.0.config.patience());
        let said = format!("{}: {}", error.code(), error.message());
        if attempt >= patience.attempts {
            tracing::error!(target: "engage::outbox", id = %message.id, topic = message.topic, %error, "given up");
            outbox.bury(message.id, attempt, &said).await?;
        } else {
            tracing::warn!(target: "engage::outbox", id = %message.id, topic = message.topic, attempt, %error, "failed; tried again");
            let wait = self.after_failure(patience, attempt, error.retry_after());
            outbox.retry(message.id, attempt, self.0.context.clock.now() + delta(wait), &said).await?;
            // Perhaps sooner than anybody meant to look.
            self.nudge();
        }
        Ok(false)
    }

    fn keeper(&self, topic: &str) -> Option<Keeper> {
        let keepers = self.0.handlers.read();
        keepers.get(topic).or_else(|| keepers.get(topic.split_once(':')?.0)).cloned()
    }

    /// Gives what is to take the message's place. In a task of its own, so that a handler that panics is a failed attempt
    /// and no more, and stopped before the lease ends.
    async fn bounded(&self, keeper: Keeper, message: OutboxMessage) -> Result<Vec<OutboxMessage>> {
        let work = async move {
            match keeper {
                Keeper::Handler(handler) => handler.handle(&message).await.map(|()| Vec::new()),
                Keeper::Spread(spread) => spread.spread(&message).await,
            }
        };
        let mut attempt = Attempt(tokio::spawn(work));
        match tokio::time::timeout(self.0.config.lease * 9 / 10, &mut attempt.0).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => Err(Error::internal(panic)),
            Err(late) => Err(Error::unavailable(late)),
        }
    }

    /// What the receiver asks for, within bounds; else between half and the whole of the doubled backoff.
    fn after_failure(&self, patience: Patience, attempt: i32, asked: Option<Duration>) -> Duration {
        let doublings = u32::try_from(attempt - 1).unwrap_or(0).min(20);
        let wait = patience.backoff.saturating_mul(1 << doublings).min(patience.max_backoff);
        let jittered = wait.mul_f64(0.5 + self.0.context.entropy.fraction() / 2.0);
        asked.map_or(jittered, |asked| asked.max(jittered.min(patience.backoff)).min(patience.max_backoff))
    }
}

impl RelayConfig {
    fn patience(&self) -> Patience {
        Patience { attempts: self.attempts, backoff: self.backoff, max_backoff: self.max_backoff }
    }
}

/// What a relay has in hand.
#[derive(Default)]
struct Hands {
    running: JoinSet<(String, Result<bool>)>,
    by_topic: HashMap<String, usize>,
    /// Whether something may be due that there was no room for.
    more: bool,
}

impl Hands {
    fn start(&mut self, topic: String, work: impl Future<Output = Result<bool>> + Send + 'static) {
        *self.by_topic.entry(topic.clone()).or_default() += 1;
        self.running.spawn(async move { (topic, work.await) });
    }

    /// Topics of which there is enough in hand.
    fn busy(&self, per_topic: usize) -> Vec<String> {
        self.by_topic.iter().filter(|(_, count)| **count >= per_topic).map(|(topic, _)| topic.clone()).collect()
    }

    /// How many are in hand of some topics, and of those that continue them.
    fn of(&self, topics: &[String]) -> usize {
        let counts = self.by_topic.iter().filter(|(own, _)| topics.iter().any(|topic| continues(own, topic)));
        counts.map(|(_, count)| count).sum()
    }

    /// The next that is done; `None` when there is nothing in hand.
    async fn next(&mut self) -> Option<Result<bool>> {
        let done = self.running.join_next().await?;
        Some(done.map_err(Error::internal).and_then(|(topic, outcome)| {
            if let Some(count) = self.by_topic.get_mut(&topic) {
                *count -= 1;
                if *count == 0 {
                    self.by_topic.remove(&topic);
                }
            }
            outcome
        }))
    }

    /// Returns when something was done that made room for what may be waiting for it.
    async fn room(&mut self) {
        loop {
            match self.next().await {
                None => std::future::pending().await,
                Some(Err(error)) => {
                    tracing::warn!(target: "engage::outbox", %error, "an outcome could not be stored; the lease runs out");
                }
                Some(Ok(_)) => {}
            }
            if self.more {
                return;
            }
        }
    }
}

/// An attempt under way, which ends with whoever waits for it.
struct Attempt(tokio::task::JoinHandle<Result<Vec<OutboxMessage>>>);

impl Drop for Attempt {
    fn drop(&mut self) {
        self.0.abort();
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

/// Whether `own` is `topic`, or continues it after a colon.
fn continues(own: &str, topic: &str) -> bool {
    own.strip_prefix(topic).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

impl OutboxMessage {
    /// Whether it is of `topic`, or of one that continues it after a colon.
    pub fn is_of(&self, topic: &str) -> bool {
        continues(&self.topic, topic)
    }

    /// A promise to tell a receiver of an event. What a store fills in ends up in the event's data.
    ///
    /// # Errors
    /// When the event cannot be JSON.
    pub fn event(id: crate::ids::OutboxId, topic: &str, event: &Event) -> Result<Self> {
        let payload = serde_json::json!({ "event": serde_json::to_value(event)? });
        Ok(Self { id, topic: topic.to_owned(), payload, due: event.at })
    }

    /// The event of a promise that [`OutboxMessage::event`] made.
    ///
    /// # Errors
    /// When it is not such a promise.
    pub fn to_event(&self) -> Result<Event> {
        let mut event: Event = serde_json::from_value(self.payload["event"].clone())?;
        // What the store filled in belongs to the event's data.
        if let (Some(data), Some(payload)) = (event.data.as_object_mut(), self.payload.as_object()) {
            data.extend(
                payload.iter().filter(|(key, _)| *key != "event").map(|(key, value)| (key.clone(), value.clone())),
            );
        }
        Ok(event)
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
