//! The port of the idempotency records.

use std::fmt::Debug;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::error::Result;

/// Remembers answers by key (draft-ietf-httpapi-idempotency-key-header).
///
/// # Contract
/// [`IdempotencyStore::begin`] is atomic: of any number of equal requests at once, one gets [`Begun::New`].
#[async_trait]
pub trait IdempotencyStore: Debug + Send + Sync + 'static {
    /// Claims the key for a request. A claim of which nothing was heard until `stale_before` (its process died) is given
    /// to the next who asks; a finished one from before `expired_before` is forgotten.
    async fn begin(&self, request: &IdempotentRequest) -> Result<Begun>;

    /// Keeps the answer of a claimed request.
    async fn finish(&self, scope: &str, key: &str, status: u16, body: &[u8]) -> Result<()>;

    /// Gives the claim back: the request failed in a way that a repetition may mend.
    async fn abandon(&self, scope: &str, key: &str) -> Result<()>;

    /// Deletes up to `limit` records from before `before`; says how many.
    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64>;
}

/// A request with a key.
#[derive(Debug, Clone)]
pub struct IdempotentRequest {
    /// Whose and which route: keys of others are others.
    pub scope: String,
    /// The key, 1 to 255 characters.
    pub key: String,
    /// SHA-256 of method, path and body.
    pub fingerprint: [u8; 32],
    /// Now.
    pub at: Timestamp,
    /// Claims from before this moment are stale.
    pub stale_before: Timestamp,
    /// Answers from before this moment are forgotten.
    pub expired_before: Timestamp,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// Nothing: it is the caller's now.
    New,
    /// Somebody is at it.
    InFlight,
    /// It was used for another request.
    Mismatch,
    /// It was answered.
    Done {
        /// The status of the answer.
        status: u16,
        /// The body of the answer.
        body: Vec<u8>,
    },
}
