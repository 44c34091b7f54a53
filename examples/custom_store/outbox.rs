//! The outbox that takes the effects of the store's changes.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use engage::clock::{Timestamp, delta};
use engage::ids::OutboxId;
use engage::outbox::{Claimed, DeadLetter, Outbox, OutboxMessage};
use engage::{Error, ErrorKind, Result, async_trait};

/// Promises by their ids.
#[derive(Debug, Default)]
pub(crate) struct Tray(Mutex<BTreeMap<OutboxId, Promise>>);

#[derive(Debug)]
struct Promise {
    message: OutboxMessage,
    attempts: i32,
    error: String,
    given_up: bool,
}

impl Promise {
    fn new(message: &OutboxMessage) -> Self {
        Self { message: message.clone(), attempts: 0, error: String::new(), given_up: false }
    }
}

impl Tray {
    /// Takes all of `messages`, or none when one of them is there already.
    pub(crate) fn put(&self, messages: &[OutboxMessage]) -> Result<()> {
        let mut promises = self.promises();
        let fresh: BTreeMap<_, _> = messages.iter().map(|message| (message.id, Promise::new(message))).collect();
        if fresh.len() < messages.len() || fresh.keys().any(|id| promises.contains_key(id)) {
            return Err(Error::new(ErrorKind::Conflict, "a promise with this id exists"));
        }
        promises.extend(fresh);
        Ok(())
    }

    fn promises(&self) -> std::sync::MutexGuard<'_, BTreeMap<OutboxId, Promise>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Changes the promise that the holder of `attempt` holds, if it still does.
    fn settle(&self, id: OutboxId, attempt: i32, change: impl FnOnce(&mut Promise)) -> bool {
        let mut promises = self.promises();
        let held = promises.get_mut(&id).filter(|promise| promise.attempts == attempt && !promise.given_up);
        held.map(change).is_some()
    }
}

#[async_trait]
impl Outbox for Tray {
    async fn claim(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Vec<Claimed>> {
        self.claim_besides(now, lease, limit, &[]).await
    }

    async fn claim_besides(
        &self,
        now: Timestamp,
        lease: Duration,
        limit: usize,
        besides: &[String],
    ) -> Result<Vec<Claimed>> {
        let mut promises = self.promises();
        let due = promises.values_mut().filter(|promise| !promise.given_up && promise.message.due <= now);
        let mut due: Vec<_> = due.filter(|promise| !besides.iter().any(|topic| promise.message.is_of(topic))).collect();
        due.sort_by_key(|promise| promise.message.due);
        let claimed = due.into_iter().take(limit).map(|promise| {
            promise.attempts += 1;
            let claimed = Claimed { message: promise.message.clone(), attempt: promise.attempts };
            promise.message.due = now + delta(lease);
            claimed
        });
        Ok(claimed.collect())
    }

    async fn replace(&self, id: OutboxId, attempt: i32, instead: &[OutboxMessage]) -> Result<bool> {
        if !self.settle(id, attempt, |_| ()) {
            return Ok(false);
        }
        self.put(instead)?;
        self.promises().remove(&id);
        Ok(true)
    }

    async fn complete(&self, id: OutboxId, attempt: i32) -> Result<bool> {
        let held = self.settle(id, attempt, |_| ());
        if held {
            self.promises().remove(&id);
        }
        Ok(held)
    }

    async fn retry(&self, id: OutboxId, attempt: i32, due: Timestamp, error: &str) -> Result<bool> {
        Ok(self.settle(id, attempt, |promise| {
            promise.message.due = due;
            promise.error = error.to_owned();
        }))
    }

    async fn bury(&self, id: OutboxId, attempt: i32, error: &str) -> Result<bool> {
        Ok(self.settle(id, attempt, |promise| {
            promise.given_up = true;
            promise.error = error.to_owned();
        }))
    }

    async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>> {
        let promises = self.promises();
        let letters = promises.values().rev().filter(|promise| promise.given_up).take(limit);
        Ok(letters
            .map(|dead| DeadLetter {
                message: dead.message.clone(),
                attempts: dead.attempts,
                error: dead.error.clone(),
            })
            .collect())
    }

    async fn release(&self, id: OutboxId, now: Timestamp) -> Result<bool> {
        let mut promises = self.promises();
        let Some(dead) = promises.get_mut(&id).filter(|promise| promise.given_up) else { return Ok(false) };
        (dead.given_up, dead.attempts, dead.message.due) = (false, 0, now);
        Ok(true)
    }

    async fn discard(&self, id: OutboxId) -> Result<bool> {
        let mut promises = self.promises();
        let is_dead = promises.get(&id).is_some_and(|promise| promise.given_up);
        Ok(is_dead && promises.remove(&id).is_some())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        Ok(self.promises().values().filter(|promise| !promise.given_up).map(|promise| promise.message.due).min())
    }
}
