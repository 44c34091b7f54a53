//! The port of the canned replies.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::model::CannedReply;
use crate::chat::Sight;
use crate::effects::Effects;
use crate::error::Result;
use crate::ids::CannedId;
use crate::outbox::Outbox;

/// Keeps canned replies.
#[async_trait]
pub trait CannedStore: Debug + Send + Sync + 'static {
    /// Keeps a new reply with `effects` in one step.
    ///
    /// # Errors
    /// `Conflict` with code `shortcode_taken` when another has its shortcode.
    async fn create(&self, reply: &CannedReply, effects: &Effects) -> Result<()>;

    /// The reply of an id.
    async fn get(&self, id: CannedId) -> Result<Option<CannedReply>>;

    /// One page of what `query.sight` sees, in the order of the shortcodes.
    async fn list(&self, query: &CannedQuery) -> Result<Vec<CannedReply>>;

    /// Writes `reply` with `effects` in one step, when the stored version is the one before `reply.version`.
    ///
    /// # Errors
    /// `Conflict` when it is not; with code `shortcode_taken` when another has its shortcode.
    async fn update(&self, reply: &CannedReply, effects: &Effects) -> Result<()>;

    /// Removes a reply with `effects` in one step. One that is not there writes no effects and says `false`.
    async fn delete(&self, id: CannedId, effects: &Effects) -> Result<bool>;

    /// The outbox in the same database, which takes the effects.
    fn outbox(&self) -> Arc<dyn Outbox>;
}

/// Which replies to list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CannedQuery {
    /// Who looks. Visitors see none.
    pub sight: Sight,
    /// Only those whose shortcode begins like this.
    pub prefix: String,
    /// Only those after this shortcode.
    pub after: Option<String>,
    /// At most how many.
    pub limit: usize,
}

impl CannedQuery {
    /// All that `sight` sees.
    pub fn new(sight: Sight, limit: usize) -> Self {
        Self { sight, prefix: String::new(), after: None, limit }
    }
}
