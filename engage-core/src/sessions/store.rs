//! The port of the sessions.

use std::fmt::Debug;

use async_trait::async_trait;

use super::model::Session;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::ids::{ContactId, SessionId};
use crate::secret::TokenHash;

/// Keeps sessions under the hash of their secret.
#[async_trait]
pub trait SessionStore: Debug + Send + Sync + 'static {
    /// Keeps a new session.
    async fn create(&self, session: &Session, token: &TokenHash) -> Result<()>;

    /// The session of a secret, alive or not.
    async fn find(&self, token: &TokenHash) -> Result<Option<Session>>;

    /// Notes that it was used.
    async fn touch(&self, id: SessionId, seen_at: Timestamp) -> Result<()>;

    /// Ends one session.
    async fn delete(&self, id: SessionId) -> Result<()>;

    /// Ends every session of a contact; says how many.
    async fn delete_of(&self, contact: ContactId) -> Result<u64>;

    /// Deletes up to `limit` sessions last used before `idle` or made before `absolute`; says how many.
    async fn prune(&self, idle: Timestamp, absolute: Timestamp, limit: usize) -> Result<u64>;
}
