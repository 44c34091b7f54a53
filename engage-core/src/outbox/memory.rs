//! The outbox in memory.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;

use super::model::{Claimed, DeadLetter, OutboxMessage};
use super::store::Outbox;
use crate::clock::{Timestamp, delta};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::OutboxId;
use crate::memory::{MemoryOutbox, OutboxRow};

#[async_trait]
impl Outbox for MemoryOutbox {
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
        let mut rows = self.0.lock();
        let due = rows.values_mut().filter(|row| !row.dead && row.message.due <= now);
        let mut due: Vec<_> = due.filter(|row| !besides.iter().any(|topic| row.message.is_of(topic))).collect();
        due.sort_by_key(|row| row.message.due);
        let claimed = due.into_iter().take(limit).map(|row| {
            row.attempts += 1;
            let claimed = Claimed { message: row.message.clone(), attempt: row.attempts };
            row.message.due = now + delta(lease);
            claimed
        });
        Ok(claimed.collect())
    }

    async fn replace(&self, id: OutboxId, attempt: i32, instead: &[OutboxMessage]) -> Result<bool> {
        let mut rows = self.0.lock();
        if rows.get(&id).is_none_or(|row| row.attempts != attempt || row.dead) {
            return Ok(false);
        }
        let mut fresh = BTreeMap::new();
        for message in instead {
            let taken = message.id != id && rows.contains_key(&message.id);
            if taken || fresh.insert(message.id, OutboxRow::new(message)).is_some() {
                return Err(Error::new(ErrorKind::Conflict, "an effect with this id exists"));
            }
        }
        rows.remove(&id);
        rows.extend(fresh);
        Ok(true)
    }

    async fn complete(&self, id: OutboxId, attempt: i32) -> Result<bool> {
        let mut rows = self.0.lock();
        let held = rows.get(&id).is_some_and(|row| row.attempts == attempt && !row.dead);
        if held {
            rows.remove(&id);
        }
        Ok(held)
    }

    async fn retry(&self, id: OutboxId, attempt: i32, due: Timestamp, error: &str) -> Result<bool> {
        Ok(self.settle(id, attempt, |row| {
            row.message.due = due;
            row.error = error.to_owned();
        }))
    }

    async fn bury(&self, id: OutboxId, attempt: i32, error: &str) -> Result<bool> {
        Ok(self.settle(id, attempt, |row| {
            row.dead = true;
            row.error = error.to_owned();
        }))
    }

    async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>> {
        let rows = self.0.lock();
        let dead = rows.values().rev().filter(|row| row.dead).take(limit);
        Ok(dead
            .map(|row| DeadLetter { message: row.message.clone(), attempts: row.attempts, error: row.error.clone() })
            .collect())
    }

    async fn release(&self, id: OutboxId, now: Timestamp) -> Result<bool> {
        let mut rows = self.0.lock();
        let Some(row) = rows.get_mut(&id).filter(|row| row.dead) else { return Ok(false) };
        (row.dead, row.attempts, row.message.due) = (false, 0, now);
        Ok(true)
    }

    async fn discard(&self, id: OutboxId) -> Result<bool> {
        let mut rows = self.0.lock();
        let is_dead = rows.get(&id).is_some_and(|row| row.dead);
        Ok(is_dead && rows.remove(&id).is_some())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        Ok(self.0.lock().values().filter(|row| !row.dead).map(|row| row.message.due).min())
    }
}

impl MemoryOutbox {
    fn settle(&self, id: OutboxId, attempt: i32, change: impl FnOnce(&mut OutboxRow)) -> bool {
        let mut rows = self.0.lock();
        let row = rows.get_mut(&id).filter(|row| row.attempts == attempt && !row.dead);
        row.map(change).is_some()
    }
}
