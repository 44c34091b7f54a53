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
