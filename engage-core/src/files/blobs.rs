//! Where the bytes lie: the port, and bytes in memory.

use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::ops::{Bound, Range};
use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::{Timestamp, from_micros};
use crate::error::{Error, ErrorKind, Result};

/// Bytes that come in pieces. It ends at the first error.
pub type BlobStream = BoxStream<'static, Result<Bytes>>;

/// Keeps bytes under names that engage makes. A blob is written once and never changed.
///
/// # Contract
/// - [`BlobStore::put`] is all or nothing: what is cut off, or has another length than was said, leaves nothing that
///   [`BlobStore::read`] finds. When it answers, the bytes survive a crash.
/// - What lies there is only reached through engage: a store must not be served to browsers by itself.
#[async_trait]
pub trait BlobStore: Debug + Send + Sync + 'static {
    /// Keeps `size` bytes under `key`, which is new.
    ///
    /// # Errors
    /// `Unavailable` when it cannot, with code `storage_full` when there is no room; `Invalid` when `content` has another
    /// length; the error of `content`.
    async fn put(&self, key: &BlobKey, content: BlobStream, size: u64) -> Result<()>;

    /// The bytes of a range, which lies within the blob.
    ///
    /// # Errors
    /// `NotFound` when there is no such blob; `Unavailable`.
    async fn read(&self, key: &BlobKey, range: Range<u64>) -> Result<BlobStream>;

    /// Removes a blob, if it is there.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn delete(&self, key: &BlobKey) -> Result<()>;

    /// Keys after one, in their order, which is that of time; at most `limit`.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn list(&self, after: Option<&BlobKey>, limit: usize) -> Result<Vec<BlobKey>>;
}

/// The name of a blob: 32 characters of `0-9 a-f`, which engage makes of time and randomness. Never shown to anybody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BlobKey(Uuid);

impl BlobKey {
    /// As stores of rows keep it.
    pub fn uuid(&self) -> Uuid {
        self.0
    }

    /// When it was made, to the millisecond.
    pub fn made_at(&self) -> Timestamp {
        let millis = self.0.as_u128() >> 80;
        from_micros(i64::try_from(millis).unwrap_or(0).saturating_mul(1_000))
    }
}

impl From<Uuid> for BlobKey {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.simple())
    }
}

impl FromStr for BlobKey {
    type Err = Error;

    /// Reads the one spelling that [`BlobKey`]'s `Display` writes: a name of anything else on a disk is none of engage's.
    fn from_str(text: &str) -> Result<Self> {
        let id = Uuid::try_parse(text).map_err(|_| Error::not_found("the blob"))?;
        let key = Self(id);
        if key.to_string() == text { Ok(key) } else { Err(Error::not_found("the blob")) }
    }
}

impl TryFrom<String> for BlobKey {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<BlobKey> for String {
    fn from(key: BlobKey) -> Self {
        key.to_string()
    }
}

/// Bytes in memory, for tests and for trying things out. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct MemoryBlobs(Arc<Mutex<BTreeMap<BlobKey, Bytes>>>);

#[async_trait]
impl BlobStore for MemoryBlobs {
    async fn put(&self, key: &BlobKey, content: BlobStream, size: u64) -> Result<()> {
        let bytes = collected(content, size).await?;
        if bytes.len() as u64 != size {
            return Err(Error::new(ErrorKind::Invalid, "the content is shorter than was said"));
        }
        self.0.lock().insert(key.clone(), bytes);
        Ok(())
    }

    async fn read(&self, key: &BlobKey, range: Range<u64>) -> Result<BlobStream> {
        let bytes = self.0.lock().get(key).cloned().ok_or_else(|| Error::not_found("the blob"))?;
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        Ok(streamed(bytes.slice(place(range.start)..place(range.end))))
    }

    async fn delete(&self, key: &BlobKey) -> Result<()> {
        self.0.lock().remove(key);
        Ok(())
    }

    async fn list(&self, after: Option<&BlobKey>, limit: usize) -> Result<Vec<BlobKey>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        Ok(self
            .0
            .lock()
            .range::<BlobKey, _>((from, Bound::Unbounded))
            .map(|(key, _)| key.clone())
            .take(limit)
            .collect())
    }
}

/// Bytes as a stream of one piece.
pub fn streamed(bytes: Bytes) -> BlobStream {
    stream::once(async move { Ok(bytes) }).boxed()
}

/// All of a stream, which has at most `max` bytes.
///
/// # Errors
/// `Invalid` for more; the error of the stream.
pub async fn collected(mut content: BlobStream, max: u64) -> Result<Bytes> {
    let mut all = BytesMut::new();
    while let Some(piece) = content.try_next().await? {
        if (all.len() + piece.len()) as u64 > max {
            return Err(Error::new(ErrorKind::Invalid, "the content is longer than was said"));
        }
        all.extend_from_slice(&piece);
    }
    Ok(all.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_one_spelling_and_know_their_time() {
        let key = BlobKey(Uuid::from_u128(0x019b_7612_3400_7abc_8def_0123_4567_89ab));
        assert_eq!(key.to_string().parse::<BlobKey>().unwrap(), key);
        assert_eq!(key.made_at().timestamp_millis(), 0x019b_7612_3400);
        for wrong in ["", "..", "x", "019b7612-3400-7abc-8def-0123456789ab", "019B761234007ABC8DEF0123456789AB"] {
            assert!(wrong.parse::<BlobKey>().is_err(), "{wrong:?}");
        }
    }
}
