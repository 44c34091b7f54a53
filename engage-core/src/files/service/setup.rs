//! What a host says of files.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;

use super::super::blobs::{BlobStore, BlobStream};
use super::super::model::Kind;
use super::super::ports::{FileScan, Images};
use crate::error::{Error, Result};

/// Where files lie, who looks into them, and how much there may be.
#[derive(Debug, Clone)]
#[must_use]
pub struct FileSetup {
    pub(super) blobs: Arc<dyn BlobStore>,
    pub(super) images: Option<Arc<dyn Images>>,
    pub(super) scan: Option<Arc<dyn FileScan>>,
    pub(super) limits: FileLimits,
}

/// How much may be sent and kept.
#[derive(Debug, Clone)]
pub struct FileLimits {
    /// How many bytes a file may have (25 MiB).
    pub size: i64,
    /// How many pixels an image may have, over all its frames (50 million).
    pub pixels: u64,
    /// How many files may go with one message (10).
    pub per_message: usize,
    /// How many files of one person may belong to nothing yet (20).
    pub unattached: i64,
    /// How many bytes a visitor may begin to send within 24 h (200 MiB).
    pub visitor_day: i64,
    /// How many bytes a member of staff may begin to send within 24 h (5 GiB).
    pub staff_day: i64,
    /// How many bytes the site keeps (50 GiB).
    pub site: i64,
    /// Which media types are taken (all of [`Kind::media_types`]).
    pub media_types: Vec<&'static str>,
    /// After what time a file that belongs to nothing is removed (24 h).
    pub keep_unattached: Duration,
    /// After what time one that belongs to something is removed; `None`, the default: it lives as long as that.
    pub keep: Option<Duration>,
    /// How long a store of bytes or a scan may take for one step (30 s).
    pub patience: Duration,
}

impl FileSetup {
    /// Files whose bytes lie in `blobs`. Without [`FileSetup::images`] pictures are only ever to be saved.
    pub fn new(blobs: impl BlobStore) -> Self {
        Self { blobs: Arc::new(blobs), images: None, scan: None, limits: FileLimits::default() }
    }

    /// Images are written anew by `images`, and then shown in place.
    pub fn images(mut self, images: impl Images) -> Self {
        self.images = Some(Arc::new(images));
        self
    }

    /// Files are looked into by `scan` before anybody can open them.
    pub fn scan(mut self, scan: impl FileScan) -> Self {
        self.scan = Some(Arc::new(scan));
        self
    }

    /// With other limits.
    pub fn limits(mut self, limits: FileLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Waits for a step as long as the limits say.
    pub(super) async fn within<T>(&self, step: impl Future<Output = Result<T>>) -> Result<T> {
        match tokio::time::timeout(self.limits.patience, step).await {
            Ok(done) => done,
            Err(_) => Err(Error::unavailable("the store of the files takes too long")),
        }
    }

    /// The same for every piece of a stream.
    pub(super) fn paced(&self, content: BlobStream) -> BlobStream {
        let setup = self.clone();
        let stream = futures_util::stream::try_unfold(content, move |mut content| {
            let setup = setup.clone();
            async move {
                let piece = setup.within(async { content.next().await.transpose() }).await?;
                Ok(piece.map(|piece| (piece, content)))
            }
        });
        stream.boxed()
    }
}

impl Default for FileLimits {
    fn default() -> Self {
        const MIB: i64 = 1024 * 1024;
        Self {
            size: 25 * MIB,
            pixels: 50_000_000,
            per_message: 10,
            unattached: 20,
            visitor_day: 200 * MIB,
            staff_day: 5 * 1024 * MIB,
            site: 50 * 1024 * MIB,
            media_types: Kind::media_types(),
            keep_unattached: Duration::from_secs(24 * 60 * 60),
            keep: None,
            patience: Duration::from_secs(30),
        }
    }
}
