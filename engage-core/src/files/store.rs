//! The port of what is known of files. Their bytes lie with a [`BlobStore`](super::BlobStore).

use std::collections::HashSet;
use std::fmt::Debug;
use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;

use super::blobs::BlobKey;
use super::model::{Attached, File, Owner, Uploader};
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{ContactId, FileId};

/// Keeps what is known of files.
///
/// # Contract
/// - Of two who change a file at once one succeeds: [`FileStore::update`] compares versions, [`FileStore::attach`] takes all
///   or none.
/// - What [`FileStore::create`] counts is exact, also with others beside it.
#[async_trait]
pub trait FileStore: Debug + Send + Sync + 'static {
    /// Keeps a new file, when `quota` leaves room for it.
    ///
    /// # Errors
    /// What [`Quota::check`] says.
    async fn create(&self, file: &File, quota: &Quota) -> Result<()>;

    /// The file of an id.
    async fn get(&self, id: FileId) -> Result<Option<File>>;

    /// Writes name and state of `file`, when the stored version is the one before `file.version`.
    ///
    /// # Errors
    /// `Conflict` when it is not, or the file is gone.
    async fn update(&self, file: &File) -> Result<()>;

    /// Files that `uploader` has sent, that are ready and belong to nothing else yet, belong to `attached.to` from now on; in
    /// the order of `ids`. Those that were attached like this before are given as they are.
    ///
    /// # Errors
    /// `NotFound` when one is not `uploader`'s or not ready; `Conflict` with code `file_attached` when one belongs to
    /// something else. Nothing is changed then.
    async fn attach(
        &self,
        ids: &[FileId],
        uploader: &Uploader,
        attached: &Attached,
        at: Timestamp,
    ) -> Result<Vec<File>>;

    /// Removes a file and gives it as it was; `None` when it is not there. With `unattached`, only one that belongs to nothing.
    async fn delete(&self, id: FileId, unattached: bool) -> Result<Option<File>>;

    /// Files that have had their time, at most `limit`.
    async fn stale(&self, stale: &Stale, limit: usize) -> Result<Vec<FileId>>;

    /// The files of an owner, at most `limit`.
    async fn of_owner(&self, owner: &Owner, limit: usize) -> Result<Vec<FileId>>;

    /// Owners that files were made to begin: whose key starts with `~`, that were begun in `begun` and last changed before
    /// `changed_before`. Each once, in the order of their texts, after `after`; at most `limit`. By default none.
    async fn beginnings(
        &self,
        begun: &Range<Timestamp>,
        changed_before: Timestamp,
        after: Option<&Owner>,
        limit: usize,
    ) -> Result<Vec<Owner>> {
        let _ = (begun, changed_before, after, limit);
        Ok(Vec::new())
    }

    /// Which of `keys` a file names.
    async fn named(&self, keys: &[BlobKey]) -> Result<HashSet<BlobKey>>;

    /// What the contact `from` has sent is `into`'s now. Idempotent.
    async fn move_uploads(&self, from: ContactId, into: ContactId) -> Result<()>;
}

/// How much may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quota {
    /// How many bytes the site keeps at most.
    pub site: i64,
    /// How many bytes the uploader may begin to send since `since`.
    pub person: i64,
    /// How many files of theirs may belong to nothing.
    pub unattached: i64,
    /// Since when the uploader's bytes count.
    pub since: Timestamp,
}

/// Which files have had their time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stale {
    /// Those that belong to nothing and were last changed before.
    pub unattached_before: Timestamp,
    /// Those that belong to something and were begun before; `None`: they live as long as that.
    pub attached_before: Option<Timestamp>,
}

impl Quota {
    /// Room for so much.
    pub fn new(site: i64, person: i64, unattached: i64, since: Timestamp) -> Self {
        Self { site, person, unattached, since }
    }

    /// Whether a file of `size` bytes fits beside what there is: `site` bytes on the site, and of its uploader `person` bytes
    /// since [`Quota::since`] and `unattached` files that belong to nothing.
    ///
    /// # Errors
    /// `RateLimited` with code `quota_exceeded` or `too_many_files` for the uploader's, `Unavailable` with code `storage_full`
    /// for the site's.
    pub fn check(&self, size: i64, site: i64, person: i64, unattached: i64) -> Result<()> {
        if unattached >= self.unattached {
            let told = format!("at most {} files at a time that are not sent yet", self.unattached);
            return Err(Error::new(ErrorKind::RateLimited, told).with_code("too_many_files"));
        }
        if person.saturating_add(size) > self.person {
            let told = "too much was uploaded within a day; try again tomorrow";
            let error = Error::new(ErrorKind::RateLimited, told).with_code("quota_exceeded");
            return Err(error.with_retry_after(Duration::from_secs(60 * 60)));
        }
        if site.saturating_add(size) > self.site {
            return Err(Error::new(ErrorKind::Unavailable, "the site has no room for files").with_code("storage_full"));
        }
        Ok(())
    }
}

impl Stale {
    /// Those of nothing that were last changed before, and those of something that were begun before.
    pub fn new(unattached_before: Timestamp, attached_before: Option<Timestamp>) -> Self {
        Self { unattached_before, attached_before }
    }

    /// Whether `file` is one of them.
    pub fn holds(&self, file: &File) -> bool {
        match file.attached {
            None => file.updated_at < self.unattached_before,
            Some(_) => self.attached_before.is_some_and(|before| file.created_at < before),
        }
    }
}
