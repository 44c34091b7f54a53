//! What is known of files, in memory.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use async_trait::async_trait;

use super::blobs::BlobKey;
use super::model::{Attached, File, Owner, Uploader};
use super::store::{FileStore, Quota, Stale};
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{ContactId, FileId};
use crate::memory::Memory;

#[async_trait]
impl FileStore for Memory {
    async fn create(&self, file: &File, quota: &Quota) -> Result<()> {
        let mut tables = self.tables.lock();
        if tables.files.contains_key(&file.id) {
            return Err(Error::new(ErrorKind::Conflict, "a file with this id exists"));
        }
        let own = || tables.files.values().filter(|other| other.uploader == file.uploader);
        let site = tables.files.values().map(File::held).sum();
        let person = own().filter(|other| other.created_at >= quota.since).map(|other| other.declared).sum();
        let unattached = own().filter(|other| other.attached.is_none()).count() as i64;
        quota.check(file.declared, site, person, unattached)?;
        tables.files.insert(file.id, file.clone());
        Ok(())
    }

    async fn get(&self, id: FileId) -> Result<Option<File>> {
        Ok(self.tables.lock().files.get(&id).cloned())
    }

    async fn update(&self, file: &File) -> Result<()> {
        let mut tables = self.tables.lock();
        match tables.files.get_mut(&file.id) {
            Some(stored) if stored.version + 1 == file.version => {
                let (name, state) = (file.name.clone(), file.state.clone());
                *stored = File { name, state, version: file.version, updated_at: file.updated_at, ..stored.clone() };
                Ok(())
            }
            _ => Err(Error::new(ErrorKind::Conflict, "the file was changed meanwhile")),
        }
    }

    async fn attach(
        &self,
        ids: &[FileId],
        uploader: &Uploader,
        attached: &Attached,
        at: Timestamp,
    ) -> Result<Vec<File>> {
        let mut tables = self.tables.lock();
        let find = |id| tables.files.get(id).cloned().ok_or_else(|| Error::not_found("the file"));
        let files = ids.iter().map(|id| find(id)?.attached_to(uploader, attached, at)).collect::<Result<Vec<_>>>()?;
        tables.files.extend(files.iter().map(|file| (file.id, file.clone())));
        Ok(files)
    }

    async fn delete(&self, id: FileId, unattached: bool) -> Result<Option<File>> {
        let mut tables = self.tables.lock();
        let is_kept = tables.files.get(&id).is_none_or(|file| unattached && file.attached.is_some());
        Ok(if is_kept { None } else { tables.files.remove(&id) })
    }

    async fn stale(&self, stale: &Stale, limit: usize) -> Result<Vec<FileId>> {
        let tables = self.tables.lock();
        Ok(tables.files.values().filter(|file| stale.holds(file)).map(|file| file.id).take(limit).collect())
    }

    async fn of_owner(&self, owner: &Owner, limit: usize) -> Result<Vec<FileId>> {
        let tables = self.tables.lock();
        let own = |file: &&File| file.attached.as_ref().is_some_and(|attached| attached.to == *owner);
        Ok(tables.files.values().filter(own).map(|file| file.id).take(limit).collect())
    }

    async fn beginnings(
        &self,
        begun: &Range<Timestamp>,
        changed_before: Timestamp,
        after: Option<&Owner>,
        limit: usize,
    ) -> Result<Vec<Owner>> {
        let tables = self.tables.lock();
        let old =
            tables.files.values().filter(|file| begun.contains(&file.created_at) && file.updated_at < changed_before);
        let owners = old.filter_map(|file| file.attached.as_ref()).filter(|attached| attached.key.starts_with('~'));
        let by_text: BTreeMap<_, _> = owners.map(|attached| (attached.to.to_string(), attached.to)).collect();
        let after = after.map(Owner::to_string).unwrap_or_default();
        Ok(by_text.into_iter().filter(|(text, _)| *text > after).map(|(_, owner)| owner).take(limit).collect())
    }

    async fn named(&self, keys: &[BlobKey]) -> Result<HashSet<BlobKey>> {
        let tables = self.tables.lock();
        let all: HashSet<_> = tables.files.values().flat_map(File::blobs).collect();
        Ok(keys.iter().filter(|key| all.contains(key)).cloned().collect())
    }

    async fn move_uploads(&self, from: ContactId, into: ContactId) -> Result<()> {
        let mut tables = self.tables.lock();
        for file in tables.files.values_mut().filter(|file| file.uploader == Uploader::Visitor(from)) {
            file.uploader = Uploader::Visitor(into);
        }
        Ok(())
    }
}
