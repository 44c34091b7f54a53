//! Files that come in one piece, as with a mail, and again if it is not known whether they have.

use bytes::Bytes;

use super::super::model::Refusal;
use super::{Files, NewFile};
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Actor;
use crate::ids::FileId;

impl Files {
    /// Keeps `content` as a file of the actor's under `id`, checked as what is uploaded is; or says why it is not taken. The same
    /// again is the same.
    ///
    /// # Errors
    /// When the database or the store of the bytes does not answer: nothing is decided.
    pub(crate) async fn receive(
        &self,
        actor: &Actor,
        id: FileId,
        name: &str,
        content: &Bytes,
    ) -> Result<Result<FileId, Refusal>> {
        match self.keep_whole(actor, id, name, content).await {
            Ok(()) => Ok(Ok(id)),
            Err(error) => Refusal::of(&error).map(Err).ok_or(error),
        }
    }

    async fn keep_whole(&self, actor: &Actor, id: FileId, name: &str, content: &Bytes) -> Result<()> {
        let file = match self.0.store.get(id).await?.filter(|file| file.is_of(actor)) {
            Some(file) => file,
            None => {
                let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
                self.begin(actor, id, NewFile { name: name.to_owned(), size }).await?
            }
        };
        if file.content().is_some() {
            return Ok(());
        }
        let (offset, had) = (file.offset(), usize::try_from(file.offset()).unwrap_or(usize::MAX));
        self.write(actor, id, offset, content.slice(had.min(content.len())..)).await.map(drop)
    }
}

impl Refusal {
    /// Why a file is not taken, when that is what an error says: another try would end alike, or comes too late.
    fn of(error: &Error) -> Option<Self> {
        let is_refused =
            matches!(error.kind(), ErrorKind::Invalid | ErrorKind::RateLimited) || error.code() == "storage_full";
        let reason = error.fields().first().map_or(error.message(), |field| field.detail.as_str());
        is_refused.then(|| Self { code: error.code().to_owned(), reason: reason.to_owned() })
    }
}
