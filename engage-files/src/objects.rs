//! Blobs in an object store: S3 and what else the `object_store` crate knows.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::BytesMut;
use engage_core::files::{BlobKey, BlobStore, BlobStream, collected};
use engage_core::{Error, ErrorKind, Result};
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt as _};

/// What is put in one go, and how large the parts of what is larger are, in bytes; S3 takes none below 5 MiB.
const PART: usize = 8 * 1024 * 1024;

/// Blobs as objects below a prefix of a bucket, which nobody else may read: only engage knows who may. What breaks off in the
/// middle of a large file leaves parts with some stores; a rule of the bucket that aborts old uploads removes them.
#[derive(Debug, Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl Objects {
    /// Objects of `store` below `prefix`.
    pub fn new(store: Arc<dyn ObjectStore>, prefix: &str) -> Self {
        Self { store, prefix: Path::from(prefix) }
    }

    fn path(&self, key: &BlobKey) -> Path {
        self.prefix.clone().join(key.to_string())
    }

    async fn put_large(&self, path: &Path, content: BlobStream, size: u64) -> Result<()> {
        let mut upload = self.store.put_multipart(path).await.map_err(failed)?;
        if let Err(error) = write(&mut *upload, content, size).await {
            // What it says of that changes nothing: the first error is the one to tell.
            if let Err(abort) = upload.abort().await {
                tracing::warn!(target: "engage::files", error = %abort, "an upload could not be aborted");
            }
            return Err(error);
        }
        upload.complete().await.map(drop).map_err(failed)
    }
}

async fn write(upload: &mut dyn MultipartUpload, mut content: BlobStream, size: u64) -> Result<()> {
    let (mut part, mut left) = (BytesMut::with_capacity(PART), size);
    while let Some(piece) = content.try_next().await? {
        left = left.checked_sub(piece.len() as u64).ok_or_else(|| length("longer"))?;
        part.extend_from_slice(&piece);
        // All parts but the last are of one size, as some stores ask for.
        while part.len() >= PART {
            upload.put_part(part.split_to(PART).freeze().into()).await.map_err(failed)?;
        }
    }
    if left > 0 {
        return Err(length("shorter"));
    }
    match part.is_empty() {
        true => Ok(()),
        false => upload.put_part(part.freeze().into()).await.map_err(failed),
    }
}

#[async_trait]
impl BlobStore for Objects {
    async fn put(&self, key: &BlobKey, content: BlobStream, size: u64) -> Result<()> {
        let path = self.path(key);
        if size > PART as u64 {
            return self.put_large(&path, content, size).await;
        }
        let content = collected(content, size).await?;
        if (content.len() as u64) < size {
            return Err(length("shorter"));
        }
        self.store.put(&path, content.into()).await.map(drop).map_err(failed)
    }

    async fn read(&self, key: &BlobKey, range: Range<u64>) -> Result<BlobStream> {
        // Stores refuse an empty range.
        if range.is_empty() {
            return Ok(futures_util::stream::empty().boxed());
        }
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        let found = self.store.get_opts(&self.path(key), options).await.map_err(failed)?;
        Ok(found.into_stream().map_err(failed).boxed())
    }

    async fn delete(&self, key: &BlobKey) -> Result<()> {
        match self.store.delete(&self.path(key)).await.map_err(failed) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    async fn list(&self, after: Option<&BlobKey>, limit: usize) -> Result<Vec<BlobKey>> {
        let listed = match after {
            Some(after) => self.store.list_with_offset(Some(&self.prefix), &self.path(after)),
            None => self.store.list(Some(&self.prefix)),
        };
        // What else lies there is none of engage's.
        let keys =
            listed.try_filter_map(async |object| Ok(object.location.filename().and_then(|name| name.parse().ok())));
        let mut keys: Vec<BlobKey> = keys.take(limit).try_collect().await.map_err(failed)?;
        keys.sort_unstable();
        Ok(keys)
    }
}

fn failed(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { .. } => Error::not_found("the blob"),
        error => Error::unavailable(error),
    }
}

fn length(how: &str) -> Error {
    Error::new(ErrorKind::Invalid, format!("the content is {how} than was said"))
}
