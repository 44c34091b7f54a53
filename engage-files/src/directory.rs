//! Blobs as files in a directory.

use std::io::{self, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use engage_core::files::{BlobKey, BlobStore, BlobStream};
use engage_core::{Error, ErrorKind, Result};
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

/// How much is read at once, in bytes.
const PIECE: usize = 64 * 1024;
/// How much of a key names the directory that it lies in: some five hours share one.
const SHARD: usize = 6;
/// What the name of a file ends with that is being written.
const PART: &str = ".part";

/// Blobs as files of a directory, each written beside its place, flushed to the disk, and then put there by a rename: what is
/// there is whole, also after the power has failed. Names are engage's own; nothing that a person typed is part of a path.
#[derive(Debug, Clone)]
pub struct Directory {
    root: PathBuf,
}

/// Removes what was begun when it is not finished, also when nobody waits any more.
struct Unfinished<'p>(Option<&'p Path>);

impl Directory {
    /// Blobs below `root`, which is made when it is not there, for the own user alone.
    ///
    /// # Errors
    /// When it cannot be made, or not written to.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        make(&root)?;
        let probe = root.join(".writable");
        std::fs::write(&probe, b"")?;
        std::fs::remove_file(&probe)?;
        Ok(Self { root })
    }

    fn path(&self, key: &BlobKey) -> PathBuf {
        let name = key.to_string();
        self.root.join(&name[..SHARD]).join(name)
    }
}

#[async_trait]
impl BlobStore for Directory {
    async fn put(&self, key: &BlobKey, content: BlobStream, size: u64) -> Result<()> {
        let (path, part) = (self.path(key), part_of(&self.path(key)));
        let shard = path.parent().unwrap_or(&self.root).to_owned();
        let made = shard.clone();
        blocking(move || make(&made)).await?;
        let mut unfinished = Unfinished(Some(&part));
        write(&part, content, size).await?;
        fs::rename(&part, &path).await.map_err(failed)?;
        unfinished.0 = None;
        // The name is on the disk when the directory is.
        blocking(move || std::fs::File::open(shard)?.sync_all()).await
    }

    async fn read(&self, key: &BlobKey, range: Range<u64>) -> Result<BlobStream> {
        let mut file = File::open(self.path(key)).await.map_err(failed)?;
        file.seek(SeekFrom::Start(range.start)).await.map_err(failed)?;
        let left = range.end.saturating_sub(range.start);
        let pieces = futures_util::stream::try_unfold((file, left), |(mut file, left)| async move {
            if left == 0 {
                return Ok(None);
            }
            let mut piece = BytesMut::with_capacity(PIECE);
            let most = left.min(PIECE as u64);
            let read = (&mut file).take(most).read_buf(&mut piece).await.map_err(failed)? as u64;
            if read == 0 {
                return Err(Error::unavailable("a file is shorter than it was"));
            }
            Ok(Some((piece.freeze(), (file, left - read))))
        });
        Ok(pieces.boxed())
    }

    async fn delete(&self, key: &BlobKey) -> Result<()> {
        let path = self.path(key);
        for path in [part_of(&path), path] {
            match fs::remove_file(&path).await {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(())
    }

    async fn list(&self, after: Option<&BlobKey>, limit: usize) -> Result<Vec<BlobKey>> {
        let (root, after) = (self.root.clone(), after.cloned());
        blocking(move || list(&root, after.as_ref(), limit)).await
    }
}

async fn write(part: &Path, mut content: BlobStream, size: u64) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(part).await.map_err(failed)?;
    let mut left = size;
    while let Some(piece) = content.try_next().await? {
        let piece: Bytes = piece;
        left = left.checked_sub(piece.len() as u64).ok_or_else(|| length("longer"))?;
        file.write_all(&piece).await.map_err(failed)?;
    }
    if left > 0 {
        return Err(length("shorter"));
    }
    file.flush().await.map_err(failed)?;
    file.sync_all().await.map_err(failed)
}

/// Keys in their order, also of what was never finished, which nobody but the sweep asks for.
fn list(root: &Path, after: Option<&BlobKey>, limit: usize) -> io::Result<Vec<BlobKey>> {
    let from = after.map(|key| key.to_string()[..SHARD].to_owned()).unwrap_or_default();
    let mut shards: Vec<_> = names(root)?.into_iter().filter(|name| name.len() == SHARD && *name >= from).collect();
    shards.sort_unstable();
    let mut found = Vec::new();
    for shard in shards {
        let names = names(&root.join(shard))?.into_iter();
        let mut keys: Vec<BlobKey> =
            names.filter_map(|name| name.strip_suffix(PART).unwrap_or(&name).parse().ok()).collect();
        keys.sort_unstable();
        keys.dedup();
        found.extend(keys.into_iter().filter(|key| after.is_none_or(|after| key > after)));
        if found.len() >= limit {
            break;
        }
    }
    found.truncate(limit);
    Ok(found)
}

fn names(directory: &Path) -> io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        // Something that is no directory is none of engage's.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    entries.map(|entry| Ok(entry?.file_name().into_string().unwrap_or_default())).collect()
}

fn make(directory: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(directory)
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(PART);
    PathBuf::from(name)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(failed)
}

fn failed(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => Error::not_found("the blob"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Error::new(ErrorKind::Unavailable, "there is no room for files")
                .with_code("storage_full")
                .with_source(error)
        }
        _ => Error::unavailable(error),
    }
}

fn length(how: &str) -> Error {
    Error::new(ErrorKind::Invalid, format!("the content is {how} than was said"))
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(path) = self.0
            && let Err(error) = std::fs::remove_file(path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(target: "engage::files", %error, "a file that was not finished could not be removed; it is soon");
        }
    }
}
