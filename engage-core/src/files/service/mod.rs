//! What can be done with files.

mod attach;
mod keep;
mod receive;
mod settle;
mod setup;

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt as _;

use super::blobs::{BlobKey, BlobStream, streamed};
use super::model::{Content, File, FileState, Part, cleaned_name};
use super::store::{FileStore, Quota};
use crate::chat::ChatStore;
use crate::clock::Timestamp;
use crate::engage::{Base, Context};
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Actor;
use crate::ids::FileId;
use crate::tickets::TicketStore;

pub use setup::{FileLimits, FileSetup};

/// How many parts a file may come in: its row stays small.
const PARTS: usize = 1_000;

/// Files: sent in parts, checked when the last has come, read by who may read what they belong to. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Files(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    context: Context,
    store: Arc<dyn FileStore>,
    chat: Arc<dyn ChatStore>,
    tickets: Arc<dyn TicketStore>,
    setup: FileSetup,
    /// Up to where the search for blobs that no file names has come.
    swept: parking_lot::Mutex<Option<(Option<BlobKey>, Timestamp)>>,
    /// Up to when what files were to begin has been looked for.
    looked: parking_lot::Mutex<Option<Timestamp>>,
}

/// A file that somebody begins to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// What its sender calls it. Anything: it is cleaned.
    pub name: String,
    /// How many bytes it has.
    pub size: i64,
}

/// A file that is read.
#[non_exhaustive]
pub struct Reading {
    /// The file.
    pub file: File,
    /// What there is of it.
    pub content: Content,
    /// Which of its bytes come.
    pub range: Range<u64>,
    /// The bytes.
    pub bytes: BlobStream,
}

impl Files {
    pub(crate) fn new(base: &Base, setup: FileSetup) -> Self {
        let Base { context, stores, .. } = base;
        Self(Arc::new(Inner {
            context: context.clone(),
            store: Arc::clone(&stores.files),
            chat: Arc::clone(&stores.chat),
            tickets: Arc::clone(&stores.tickets),
            setup,
            swept: parking_lot::Mutex::default(),
            looked: parking_lot::Mutex::default(),
        }))
    }

    /// What may be sent, and how much of it.
    pub fn limits(&self) -> &FileLimits {
        &self.0.setup.limits
    }

    /// Begins to send a file.
    ///
    /// # Errors
    /// `Invalid` at `/size`: code `too_large` above what a file may have, else for nothing at all. What [`Quota::check`] says
    /// when there is no room.
    pub async fn create(&self, actor: &Actor, new: NewFile) -> Result<File> {
        self.begin(actor, self.0.context.ids.next(), new).await
    }

    async fn begin(&self, actor: &Actor, id: FileId, new: NewFile) -> Result<File> {
        let Inner { context, store, setup: FileSetup { limits, .. }, .. } = &*self.0;
        if new.size < 1 {
            return Err(Error::invalid("/size", "too_small", "a file has at least one byte"));
        }
        if new.size > limits.size {
            return Err(too_large("/size", limits.size));
        }
        let now = context.clock.now();
        let file = File {
            id,
            name: cleaned_name(&new.name),
            declared: new.size,
            state: FileState::Uploading { parts: Vec::new() },
            uploader: actor.into(),
            attached: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let person = if matches!(actor, Actor::Visitor(_)) { limits.visitor_day } else { limits.staff_day };
        let since = now - chrono::TimeDelta::hours(24);
        store.create(&file, &Quota::new(limits.site, person, limits.unattached, since)).await?;
        Ok(file)
    }

    /// A file: one's own, or one that belongs to what `actor` may read.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor`.
    pub async fn get(&self, actor: &Actor, id: FileId) -> Result<File> {
        let found = self.0.store.get(id).await?.ok_or_else(gone)?;
        if self.sees(actor, &found).await? { Ok(found) } else { Err(gone()) }
    }

    /// Takes the next bytes of a file. With the last it is checked, and is then ready or refused; should that fail in between,
    /// nothing at all at its end tries again.
    ///
    /// # Errors
    /// `NotFound` when it is not the actor's; `Conflict` with code `offset_mismatch` when it has another number of bytes, and
    /// `upload_finished` when it is checked already; `Invalid` with code `too_large` for more than was said, `too_many_parts`
    /// for parts that are too small. When it is refused: `Invalid` with the code of the [`Refusal`](super::Refusal).
    /// `Unavailable` when the store of the bytes is away or full: what had come by then is kept.
    pub async fn write(&self, actor: &Actor, id: FileId, offset: i64, bytes: Bytes) -> Result<File> {
        let file = self.own(actor, id).await?;
        let FileState::Uploading { parts } = &file.state else {
            return match &file.state {
                FileState::Refused(refusal) => Err(refusal.error()),
                _ => Err(Error::new(ErrorKind::Conflict, "the file is complete").with_code("upload_finished")),
            };
        };
        if file.offset() != offset {
            let told = format!("the file has {} bytes", file.offset());
            return Err(Error::new(ErrorKind::Conflict, told).with_code("offset_mismatch"));
        }
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        if size > file.declared - offset {
            return Err(too_large("", file.declared));
        }
        let file = match size {
            0 => file,
            _ if parts.len() >= PARTS => {
                let told = format!("a file comes in {PARTS} parts at most");
                return Err(Error::new(ErrorKind::Invalid, told).with_code("too_many_parts"));
            }
            _ => self.add(&file, parts, bytes, size).await?,
        };
        if file.offset() == file.declared { self.settle(file).await } else { Ok(file) }
    }

    /// Gives up a file that belongs to nothing yet.
    ///
    /// # Errors
    /// `NotFound` when it is not the actor's; `Conflict` with code `file_attached` when it belongs to something.
    pub async fn delete(&self, actor: &Actor, id: FileId) -> Result<()> {
        self.own(actor, id).await?;
        match self.0.store.delete(id, true).await? {
            Some(file) => {
                self.forget(file.blobs()).await;
                Ok(())
            }
            None => Err(Error::new(ErrorKind::Conflict, "the file was sent").with_code("file_attached")),
        }
    }

    /// Opens a file. With `wanted`, only that range of its bytes, as far as there is some.
    ///
    /// The whole is checked against its hash while it is read: the last piece comes only when all of it is as it was.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor` or is not ready; `Unavailable` when its bytes cannot be had.
    pub async fn open(&self, actor: &Actor, id: FileId, wanted: Option<Range<u64>>) -> Result<Reading> {
        let file = self.get(actor, id).await?;
        let content = file.content().cloned().ok_or_else(gone)?;
        let size = u64::try_from(content.size).unwrap_or_default();
        let range = wanted.map_or(0..size, |wanted| wanted.start.min(size)..wanted.end.min(size));
        let setup = &self.0.setup;
        let read = setup.within(setup.blobs.read(&content.blob, range.clone())).await;
        // There is a row: that its bytes are gone is our fault.
        let read =
            read.map_err(|error| if error.kind() == ErrorKind::NotFound { Error::internal(error) } else { error })?;
        let read = setup.paced(read);
        let bytes = if range == (0..size) { verified(read, content.sha256.clone()) } else { read };
        Ok(Reading { file, content, range, bytes })
    }

    async fn add(&self, file: &File, parts: &[Part], bytes: Bytes, size: i64) -> Result<File> {
        let Inner { context, setup, store, .. } = &*self.0;
        let blob: BlobKey = context.ids.next();
        setup.within(setup.blobs.put(&blob, streamed(bytes), u64::try_from(size).unwrap_or_default())).await?;
        let mut parts = parts.to_vec();
        parts.push(Part { blob: blob.clone(), size });
        let file = self.changed(file, FileState::Uploading { parts });
        // Somebody else was faster, or the file is gone: the part is nobody's.
        if let Err(error) = store.update(&file).await {
            if error.kind() == ErrorKind::Conflict {
                self.forget(vec![blob]).await;
                return Err(error.with_code("offset_mismatch"));
            }
            return Err(error);
        }
        Ok(file)
    }

    fn changed(&self, file: &File, state: FileState) -> File {
        let updated_at = self.0.context.clock.now().max(file.updated_at);
        File { state, version: file.version + 1, updated_at, ..file.clone() }
    }

    /// Who has sent it; nobody else learns that it exists.
    async fn own(&self, actor: &Actor, id: FileId) -> Result<File> {
        self.0.store.get(id).await?.filter(|file| file.is_of(actor)).ok_or_else(gone)
    }
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("file", &self.file).field("range", &self.range).finish_non_exhaustive()
    }
}

/// Holds back the last piece until all of it is known to be as it was.
fn verified(read: BlobStream, sha256: String) -> BlobStream {
    let state = (read, super::model::Looked::default(), None::<Bytes>, Some(sha256));
    let stream = futures_util::stream::try_unfold(state, |(mut read, mut looked, mut held, sha256)| async move {
        let Some(expected) = sha256 else { return Ok(None) };
        loop {
            match read.next().await.transpose()? {
                Some(piece) => {
                    looked.at(&piece);
                    if let Some(before) = held.replace(piece) {
                        return Ok(Some((before, (read, looked, held, Some(expected)))));
                    }
                }
                None if looked.sha256() == expected => {
                    return Ok(held.take().map(|last| (last, (read, looked, None, None))));
                }
                None => {
                    tracing::error!(target: "engage::files", "a file is not what it was when it was kept");
                    return Err(Error::internal("a file is not what it was"));
                }
            }
        }
    });
    stream.boxed()
}

fn gone() -> Error {
    Error::not_found("the file")
}

fn too_large(field: &str, most: i64) -> Error {
    Error::invalid(field, "too_large", format!("at most {most} bytes")).with_code("too_large")
}
