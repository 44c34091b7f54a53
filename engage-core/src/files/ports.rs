//! What a host may add: somebody who looks into files, and somebody who writes images anew.

use std::fmt::Debug;

use async_trait::async_trait;
use bytes::Bytes;

use super::blobs::BlobStream;
use super::model::{Kind, Pixels};
use crate::error::Result;

/// Looks into files before anybody can open them: a virus scanner, for instance.
#[async_trait]
pub trait FileScan: Debug + Send + Sync + 'static {
    /// Says whether a file may be kept. `content` is what its sender has sent, in pieces; it need not be read to its end.
    ///
    /// # Errors
    /// Any: then the file is neither kept nor refused, and its sender may try again.
    async fn scan(&self, file: &Scanned, content: BlobStream) -> Result<Verdict>;
}

/// What is known of a file that is looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scanned {
    /// The name that its sender gave it, cleaned.
    pub name: String,
    /// What its bytes say it is.
    pub media_type: &'static str,
    /// How many bytes.
    pub size: i64,
    /// SHA-256 of them, in lower-case hex.
    pub sha256: String,
}

/// What came of looking into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may be kept.
    Clean,
    /// It may not; the sentence is for its sender.
    Refused(String),
}

/// Writes images anew, so that nothing but the picture is left: no metadata, no place where it was taken, no second file
/// hidden behind the first.
#[async_trait]
pub trait Images: Debug + Send + Sync + 'static {
    /// The picture in `content`, which has the magic bytes of `kind`, as a new file, of the same kind where that can be.
    ///
    /// # Errors
    /// `Invalid` with code `image_broken` when it cannot be read, `too_many_pixels` when it has more than `max_pixels`, over
    /// all its frames: that must be found before they are decoded.
    async fn clean(&self, kind: &'static Kind, content: Bytes, max_pixels: u64) -> Result<Cleaned>;
}

/// An image that was written anew.
#[derive(Debug, Clone)]
pub struct Cleaned {
    /// What it is now.
    pub kind: &'static Kind,
    /// The file.
    pub content: Bytes,
    /// Its extent.
    pub pixels: Pixels,
}
