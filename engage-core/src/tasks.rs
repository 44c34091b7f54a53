//! What runs in the background, and how it ends.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::chat::Chat;
use crate::clock::delta;
use crate::engage::{Context, Stores};
use crate::faq::Faq;
use crate::forms::Forms;
use crate::mail::Mails;
use crate::sessions::SessionConfig;
use crate::webhooks::Webhooks;

/// How often housekeeping runs.
const HOUSEKEEPING: Duration = Duration::from_secs(5);
/// How many rows one round of housekeeping deletes at most.
const PRUNE_ROWS: usize = 500;

/// Owns every task of an engage. When the last clone goes, all of them end.
#[derive(Debug, Clone)]
pub struct Tasks(Arc<Owned>);

#[derive(Debug)]
struct Owned {
    stop: watch::Sender<bool>,
    running: Mutex<JoinSet<()>>,
    /// Whether a task has panicked.
    broken: Arc<AtomicBool>,
    /// Receivers count the guests: tasks that others spawned and that a stop waits for.
    guests: watch::Sender<()>,
}

/// Tells a task when to end.
#[derive(Debug, Clone)]
pub struct Stopping(watch::Receiver<bool>);

/// Keeps [`Tasks::stop`] waiting while it lives.
#[derive(Debug)]
pub struct Guest(#[expect(dead_code, reason = "held for its drop")] watch::Receiver<()>);

impl Default for Tasks {
    fn default() -> Self {
        Self(Arc::new(Owned {
            stop: watch::Sender::new(false),
            running: Mutex::new(JoinSet::new()),
            broken: Arc::default(),
            guests: watch::Sender::new(()),
        }))
    }
}

impl Tasks {
    /// Runs a task until it ends by itself or is stopped. It must not hold [`Tasks`].
    pub fn spawn<F: Future<Output = ()> + Send + 'static>(&self, task: impl FnOnce(Stopping) -> F) {
        let mut running = self.0.running.lock();
        while running.try_join_next().is_some() {}
        let (task, broken) = (AssertUnwindSafe(task(self.stopping())).catch_unwind(), Arc::clone(&self.0.broken));
        running.spawn(async move {
            if task.await.is_err() {
                broken.store(true, Ordering::Relaxed);
            }
        });
    }

    /// Whether a task has ended by a panic: then something that this node has to do is not done any more.
    pub fn is_broken(&self) -> bool {
        self.0.broken.load(Ordering::Relaxed)
    }

    /// For tasks that others run, such as sockets: a stop waits for the guest's end.
    pub fn guest(&self) -> (Guest, Stopping) {
        (Guest(self.0.guests.subscribe()), self.stopping())
    }

    /// A signal for the end.
    pub fn stopping(&self) -> Stopping {
        Stopping(self.0.stop.subscribe())
    }

    /// Tells every task to end, waits for `deadline` at most, and aborts what still runs.
    pub async fn stop(&self, deadline: Duration) {
        self.0.stop.send_replace(true);
        let mut running = std::mem::take(&mut *self.0.running.lock());
        let ended = async {
            self.0.guests.closed().await;
            while running.join_next().await.is_some() {}
        };
        if tokio::time::timeout(deadline, ended).await.is_err() {
            tracing::warn!(target: "engage", "shutdown: the deadline passed; what still ran was aborted");
        }
    }
}

impl Stopping {
    /// Returns when it is time to end.
    pub async fn wait(&mut self) {
        // An error means that every `Tasks` is gone.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// Whether it is time to end.
    pub fn is_stopping(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Waits for `time`, or returns `true` at once when it is time to end.
    pub async fn sleep(&mut self, time: Duration) -> bool {
        tokio::select! {
            () = self.wait() => true,
            () = tokio::time::sleep(time) => false,
        }
    }
}

/// Wakes what is snoozed, gives out what waits, and deletes what has had its time. Any number of nodes may do it.
#[expect(clippy::too_many_arguments, reason = "the builder is the only caller")]
pub(crate) fn housekeeping(
    tasks: &Tasks,
    context: &Context,
    stores: &Stores,
    chat: &Chat,
    webhooks: &Webhooks,
    forms: &Forms,
    mail: &Mails,
    faq: &Faq,
    sessions: SessionConfig,
) {
    let (context, stores, chat, webhooks) = (context.clone(), stores.clone(), chat.clone(), webhooks.clone());
    let (forms, mail, faq) = (forms.clone(), mail.clone(), faq.clone());
    tasks.spawn(|mut stopping| async move {
        while !stopping.sleep(HOUSEKEEPING).await {
            let now = context.clock.now();
            let round = async {
                chat.wake_snoozed().await?;
                chat.take_back().await?;
                chat.assign_waiting().await?;
                chat.index().await?;
                stores.sessions.prune(now - delta(sessions.idle), now - delta(sessions.absolute), PRUNE_ROWS).await?;
                webhooks.prune(PRUNE_ROWS).await?;
                faq.prune(PRUNE_ROWS).await?;
                forms.prune(PRUNE_ROWS).await?;
                mail.prune(PRUNE_ROWS).await?;
                chat.prune_pages(PRUNE_ROWS).await?;
                stores.idempotency.prune(now - chrono::TimeDelta::hours(24), PRUNE_ROWS).await?;
                stores.audit.prune(now - chrono::TimeDelta::days(365), PRUNE_ROWS).await
            };
            if let Err(error) = round.await {
                tracing::warn!(target: "engage", %error, "housekeeping failed; it is tried again");
            }
        }
    });
}
