//! Notes what happens while it happens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use parking_lot::Mutex;

use super::model::{Client, Event, History, Name, Side, What};

/// A history that grows. Cheap to clone; all clones write into one history, on one monotonic clock.
#[derive(Debug, Clone)]
pub struct Recorder(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    began: Instant,
    numbers: AtomicU64,
    history: Mutex<History>,
}

impl Recorder {
    /// An empty history, whose clock begins now.
    #[expect(clippy::new_without_default, reason = "its clock begins")]
    pub fn new() -> Self {
        let history = Mutex::default();
        Self(Arc::new(Inner { began: Instant::now(), numbers: AtomicU64::new(0), history }))
    }

    /// Microseconds since the beginning.
    pub fn now(&self) -> u64 {
        u64::try_from(self.0.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// A number that nobody else has.
    pub fn number(&self) -> u64 {
        self.0.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// A new client; gives its place.
    pub fn client(&self, person: &str, side: Side) -> usize {
        let mut history = self.0.history.lock();
        history.clients.push(Client { person: person.into(), side });
        history.clients.len() - 1
    }

    /// The conversation is this visitor's.
    pub fn owns(&self, person: &str, talk: &Name) {
        self.0.history.lock().owners.insert(Name::clone(talk), person.into());
    }

    /// Something happens now.
    pub fn note(&self, client: usize, talk: &Name, what: What) {
        let mut history = self.0.history.lock();
        // Within the lock, so that the order of the events is that of their times.
        let at = self.now();
        history.events.push(Event { at, client, talk: Name::clone(talk), what });
    }

    /// What happened so far.
    pub fn history(&self) -> History {
        self.0.history.lock().clone()
    }
}
