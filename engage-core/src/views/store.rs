//! The port of the saved views.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::model::{SavedView, ViewKind};
use crate::chat::Sight;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::ViewId;
use crate::outbox::Outbox;

/// Keeps saved views.
#[async_trait]
pub trait ViewStore: Debug + Send + Sync + 'static {
    /// Keeps a new view with `effects` in one step, if there is room: however many are made at once, never more fit.
    ///
    /// # Errors
    /// `Conflict` with code `too_many_views`, as [`Room::check`] says.
    async fn create(&self, view: &SavedView, room: Room, effects: &Effects) -> Result<()>;

    /// The view of an id.
    async fn get(&self, id: ViewId) -> Result<Option<SavedView>>;

    /// What `query.sight` sees, by name, byte by byte, then by id.
    async fn list(&self, query: &ViewQuery) -> Result<Vec<SavedView>>;

    /// Writes `view` with `effects` in one step, when the stored version is the one before `view.version` and there is room.
    ///
    /// # Errors
    /// `Conflict` when it is not; with code `too_many_views`, as [`Room::check`] says.
    async fn update(&self, view: &SavedView, room: Room, effects: &Effects) -> Result<()>;

    /// Removes a view with `effects` in one step. One that is not there writes no effects and says `false`.
    async fn delete(&self, id: ViewId, effects: &Effects) -> Result<bool>;

    /// The outbox in the same database, which takes the effects.
    fn outbox(&self) -> Arc<dyn Outbox>;
}

/// How many views there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Of each person.
    pub own: i64,
    /// Shared ones, of all together.
    pub shared: i64,
}

/// Which views to list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ViewQuery {
    /// Who looks: staff see their own and the shared ones, visitors none.
    pub sight: Sight,
    /// Only those of this list.
    pub kind: Option<ViewKind>,
    /// At most how many.
    pub limit: usize,
}

impl Room {
    /// Whether `view` fits beside `own` others of its owner and `shared` other shared ones.
    ///
    /// # Errors
    /// `Conflict` with code `too_many_views`.
    pub fn check(self, view: &SavedView, own: i64, shared: i64) -> Result<()> {
        let told = if own >= self.own {
            format!("there are {} views of this person already", self.own)
        } else if view.shared && shared >= self.shared {
            format!("there are {} shared views already", self.shared)
        } else {
            return Ok(());
        };
        Err(Error::new(ErrorKind::Conflict, told).with_code("too_many_views"))
    }
}

impl ViewQuery {
    /// All that `sight` sees.
    pub fn new(sight: Sight, limit: usize) -> Self {
        Self { sight, kind: None, limit }
    }
}
