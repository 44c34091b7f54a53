//! Waits for the end of the history of the database that somebody was told of.

use tokio::sync::watch;

use crate::chat::model::Epoch;

/// The history of the database to which all belongs that somebody is told.
#[derive(Debug)]
pub struct History {
    pub(super) epochs: watch::Receiver<Epoch>,
    pub(super) own: Epoch,
}

impl History {
    /// Waits until another one has begun, which may have been before this is called. Cancel-safe.
    pub async fn ends(&mut self) {
        let own = self.own;
        if self.epochs.wait_for(|epoch| *epoch != own).await.is_err() {
            // The hub is gone, and nothing begins any more.
            std::future::pending().await
        }
    }
}
