//! The port of the outbox.

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;

use super::model::{Claimed, DeadLetter, OutboxMessage};
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::OutboxId;

/// A queue that lives in the same database as the stores that fill it.
///
/// # Contract
/// - [`Outbox::claim`] gives a message to one caller at a time: it moves `due` to the end of the lease and counts the
///   attempt in one atomic step. A message whose lease has run out is claimed again by whoever asks.
/// - Settling (`complete`, `retry`, `bury`) with an attempt that is no longer the newest changes nothing and says `false`.
#[async_trait]
pub trait Outbox: Debug + Send + Sync + 'static {
    /// Takes up to `limit` messages that are due at `now`, oldest first, and holds them for `lease`.
    async fn claim(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Vec<Claimed>>;

    /// As [`Outbox::claim`], but nothing of the topics in `besides`, of which the caller has enough in hand, nor of those
    /// that continue one of them after a colon: `webhook` leaves out `webhook:ID` too.
    ///
    /// A store that leaves this out lets one busy topic delay the others.
    async fn claim_besides(
        &self,
        now: Timestamp,
        lease: Duration,
        limit: usize,
        besides: &[String],
    ) -> Result<Vec<Claimed>> {
        let _ = besides;
        self.claim(now, lease, limit).await
    }

    /// Puts `instead` into the place of a message in one step: all of them and no longer it, or nothing. `false` when
    /// somebody else has claimed it meanwhile.
    ///
    /// # Errors
    /// `Conflict` when an id of `instead` exists; `Unsupported` when the store has left this out: such a store serves
    /// neither webhooks nor whatever else is spread over several receivers.
    async fn replace(&self, id: OutboxId, attempt: i32, instead: &[OutboxMessage]) -> Result<bool> {
        let _ = (id, attempt, instead);
        Err(Error::new(ErrorKind::Unsupported, "this outbox cannot put several messages into the place of one"))
    }

    /// Deletes a delivered message. `false` when somebody else has claimed it meanwhile.
    async fn complete(&self, id: OutboxId, attempt: i32) -> Result<bool>;

    /// Lets a message rest until `due`. `error` says why, without personal data.
    async fn retry(&self, id: OutboxId, attempt: i32, due: Timestamp, error: &str) -> Result<bool>;

    /// Gives a message up; it stays as a dead letter.
    async fn bury(&self, id: OutboxId, attempt: i32, error: &str) -> Result<bool>;

    /// The newest `limit` dead letters.
    async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>>;

    /// Makes a dead letter due at `now` with its attempts forgotten. `false` when there is none of that id.
    async fn release(&self, id: OutboxId, now: Timestamp) -> Result<bool>;

    /// Deletes a dead letter, which is then never tried again. `false` when there is none of that id.
    ///
    /// # Errors
    /// `Unsupported` when the store has left this out: its dead letters stay until they are released.
    async fn discard(&self, id: OutboxId) -> Result<bool> {
        let _ = id;
        Err(Error::new(ErrorKind::Unsupported, "this outbox cannot delete what was given up"))
    }

    /// When the next message is due, if there is any that is not dead.
    async fn next_due(&self) -> Result<Option<Timestamp>>;
}
