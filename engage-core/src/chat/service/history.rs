//! The history of the database to which all belongs that a hub tells: its name, and what happens when it is another.

use tokio::sync::watch;

use super::hub::Hub;
use crate::chat::model::{Entry, Epoch};
use crate::chat::store::EntryQuery;
use crate::error::{Error, ErrorKind, Result};

impl Hub {
    /// The history of the database that is told of, as this node knows it: another may have begun, but none before is meant.
    pub fn epoch(&self) -> Epoch {
        *self.0.epoch.borrow()
    }

    /// Wakes when another history has begun.
    pub(crate) fn epochs(&self) -> watch::Receiver<Epoch> {
        self.0.epoch.subscribe()
    }

    /// Whether `epoch` is still the history of the database, asked anew: so what was read before this belongs to it.
    ///
    /// # Errors
    /// `Unavailable` when it is not, which this node then knows too; or when the database does not answer.
    pub async fn confirm(&self, epoch: Epoch) -> Result<()> {
        let now = self.0.store.epoch().await?;
        self.enter(now);
        if now == epoch { Ok(()) } else { Err(is_over()) }
    }

    /// Goes over to a history, if it is another: nobody follows anything any more, as what they have may bear other numbers there.
    pub(crate) fn enter(&self, epoch: Epoch) {
        let mut topics = self.0.topics.lock();
        if !self.0.epoch.send_if_modified(|known| std::mem::replace(known, epoch) != epoch) {
            return;
        }
        topics.clear();
        drop(topics);
        tracing::error!(
            target: "engage::chat", %epoch,
            "the database has another history: what it had acknowledged may be lost; all clients begin anew"
        );
        // Places in the inbox may be lower now.
        self.0.staff_inbox.change(|state| state.at = 0);
        for inbox in self.0.visitors.lock().values() {
            inbox.change(|state| state.at = 0);
        }
    }

    /// Entries of this history; an error when it is over.
    pub(super) async fn entries_of(&self, epoch: Epoch, query: &EntryQuery) -> Result<Vec<Entry>> {
        let entries = self.0.store.entries(query).await?;
        if !entries.is_empty() {
            self.confirm(epoch).await?;
        }
        Ok(entries)
    }
}

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
            std::future::pending::<()>().await;
        }
    }
}

pub(super) fn is_over() -> Error {
    Error::new(ErrorKind::Unavailable, "the database has another history now")
}
