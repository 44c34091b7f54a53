//! What is removed: files that have had their time, and blobs that no file names.

use std::time::Duration;

use super::super::blobs::BlobKey;
use super::super::model::Owner;
use super::super::store::Stale;
use super::{Files, Inner};
use crate::clock::{Timestamp, delta};
use crate::error::Result;
use crate::tasks::Tasks;

/// How old a blob is that no file names when it is removed: far older than anything that is still being written.
const ORPHAN: chrono::TimeDelta = chrono::TimeDelta::hours(1);
/// How long a sweep of the blobs rests when it has seen all.
const PAUSE: chrono::TimeDelta = chrono::TimeDelta::minutes(20);
/// How often a node looks for what is to be removed.
const EVERY: Duration = Duration::from_secs(60);
/// How far back a node looks, when it starts, for files of what was never begun.
const BACK: chrono::TimeDelta = chrono::TimeDelta::days(3);
/// How many files or blobs one round looks at.
const SWEEP: usize = 500;

impl Files {
    /// Sweeps from time to time, until the end.
    pub(crate) fn keep_house(&self, tasks: &Tasks) {
        let files = self.clone();
        tasks.spawn(|mut stopping| async move {
            while !stopping.sleep(EVERY).await {
                if let Err(error) = files.sweep().await {
                    tracing::warn!(target: "engage::files", %error, "the sweep failed; it is tried again");
                }
            }
        });
    }

    /// Removes files that have had their time, and some of the blobs that no file names, where a crash has left one. The
    /// background does it; here it is for those who run without one.
    ///
    /// # Errors
    /// When the database or the store of the bytes does not answer: the next time goes on.
    pub async fn sweep(&self) -> Result<()> {
        let Inner { context, store, setup, .. } = &*self.0;
        let now = context.clock.now();
        let limits = &setup.limits;
        let stale = Stale::new(now - delta(limits.keep_unattached), limits.keep.map(|keep| now - delta(keep)));
        for id in store.stale(&stale, SWEEP).await? {
            let Some(file) = store.get(id).await?.filter(|file| stale.holds(file)) else { continue };
            // It may be sent in the meantime.
            if let Some(file) = store.delete(id, file.attached.is_none()).await? {
                self.forget(file.blobs()).await;
            }
        }
        self.sweep_beginnings(now).await?;
        self.sweep_blobs().await
    }

    /// Removes the files of what was never begun: who sent them has not tried again.
    async fn sweep_beginnings(&self, now: Timestamp) -> Result<()> {
        let Inner { store, setup, looked, .. } = &*self.0;
        let age = delta(setup.limits.keep_unattached);
        let until = now - age * 2;
        let begun = looked.lock().unwrap_or(until - BACK)..until;
        let mut after = None;
        loop {
            let owners = store.beginnings(&begun, now - age, after.as_ref(), SWEEP).await?;
            for owner in &owners {
                if !self.exists(owner).await? {
                    self.delete_of(owner).await?;
                }
            }
            if owners.len() < SWEEP {
                break;
            }
            after = owners.last().copied();
        }
        *looked.lock() = Some(until);
        Ok(())
    }

    /// Removes every file of an owner.
    async fn delete_of(&self, owner: &Owner) -> Result<()> {
        loop {
            let found = self.0.store.of_owner(owner, SWEEP).await?;
            for id in &found {
                if let Some(file) = self.0.store.delete(*id, false).await? {
                    self.forget(file.blobs()).await;
                }
            }
            if found.len() < SWEEP {
                return Ok(());
            }
        }
    }

    async fn sweep_blobs(&self) -> Result<()> {
        let Inner { context, store, setup, swept, .. } = &*self.0;
        let (after, due) = swept.lock().clone().unwrap_or_default();
        if context.clock.now() < due {
            return Ok(());
        }
        let listed = setup.within(setup.blobs.list(after.as_ref(), SWEEP)).await?;
        let oldest = context.clock.now() - ORPHAN;
        let old: Vec<_> = listed.iter().filter(|key| key.made_at() < oldest).cloned().collect();
        let named = store.named(&old).await?;
        let is_page = old.len() == SWEEP;
        let orphans: Vec<_> = old.into_iter().filter(|key| !named.contains(key)).collect();
        if !orphans.is_empty() {
            tracing::info!(target: "engage::files", count = orphans.len(), "blobs that no file names are removed");
        }
        self.forget(orphans).await;
        // After the last, or what is too new, from the beginning again, but not at once.
        let due = context.clock.now() + if is_page { chrono::TimeDelta::zero() } else { PAUSE };
        *swept.lock() = Some((listed.last().filter(|_| is_page).cloned(), due));
        Ok(())
    }

    /// Removes blobs. One that cannot be removed now is nobody's, and found by the next sweep.
    pub(super) async fn forget(&self, blobs: Vec<BlobKey>) {
        let setup = &self.0.setup;
        for blob in blobs {
            if let Err(error) = setup.within(setup.blobs.delete(&blob)).await {
                tracing::warn!(target: "engage::files", %error, "a blob could not be removed; it is soon");
            }
        }
    }
}
