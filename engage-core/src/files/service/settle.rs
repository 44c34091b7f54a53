//! What happens when the last byte of a file has come: it is looked at, and then ready or refused.

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};

use super::super::blobs::{BlobKey, BlobStream, collected, streamed};
use super::super::model::{Content, File, FileState, Kind, Looked, Part, Pixels, Refusal, with_extension};
use super::super::ports::{Cleaned, Scanned, Verdict};
use super::{Files, Inner};
use crate::error::{Error, ErrorKind, Result};

/// What a file has become.
enum Outcome {
    Ready(&'static Kind, Content),
    Refused(Refusal),
}

impl Files {
    /// Checks a file of which all has come.
    pub(super) async fn settle(&self, file: File) -> Result<File> {
        let FileState::Uploading { parts } = &file.state else { return Ok(file) };
        let outcome = self.judge(&file, parts).await?;
        let mut settled = match &outcome {
            Outcome::Ready(_, content) => self.changed(&file, FileState::Ready(content.clone())),
            Outcome::Refused(refusal) => self.changed(&file, FileState::Refused(refusal.clone())),
        };
        if let Outcome::Ready(kind, _) = &outcome {
            settled.name = with_extension(&file.name, kind.extensions);
        }
        if let Err(error) = self.0.store.update(&settled).await {
            // Checked twice at once, or given up meanwhile: what this look has made is nobody's. Parts are the row's.
            if error.kind() == ErrorKind::Conflict {
                self.forget(without(settled.blobs(), &file.blobs())).await;
            }
            return Err(error);
        }
        self.forget(without(file.blobs(), &settled.blobs())).await;
        match outcome {
            Outcome::Ready(..) => Ok(settled),
            Outcome::Refused(refusal) => Err(refusal.error()),
        }
    }

    async fn judge(&self, file: &File, parts: &[Part]) -> Result<Outcome> {
        let Inner { setup, .. } = &*self.0;
        let looked = self.look(parts).await?;
        let allowed = |kind: &&'static Kind| setup.limits.media_types.contains(&kind.media_type);
        let Some(kind) = looked.kind(&file.name).filter(allowed) else {
            return Ok(refused("type_not_allowed", "files of this type are not taken"));
        };
        if let Some(scan) = &setup.scan {
            let (name, media_type) = (with_extension(&file.name, kind.extensions), kind.media_type);
            let scanned = Scanned { name, media_type, size: looked.size(), sha256: looked.sha256() };
            match setup.within(scan.scan(&scanned, self.whole(parts))).await {
                Ok(Verdict::Clean) => {}
                Ok(Verdict::Refused(reason)) => return Ok(refused("scan_refused", &reason)),
                Err(error) => return Err(Error::unavailable(error)),
            }
        }
        match &setup.images {
            Some(images) if kind.is_image => {
                let most = u64::try_from(setup.limits.size).unwrap_or_default();
                let content = collected(self.whole(parts), most).await?;
                match images.clean(kind, content, setup.limits.pixels).await {
                    Ok(Cleaned { kind, content, pixels }) => self.keep(kind, content, pixels).await,
                    Err(error) if error.kind() == ErrorKind::Invalid => Ok(refused(error.code(), error.message())),
                    Err(error) => Err(error),
                }
            }
            _ => self.join(kind, parts, &looked).await,
        }
    }

    /// One look at all the parts, which are read again only as far as they are needed.
    async fn look(&self, parts: &[Part]) -> Result<Looked> {
        let mut looked = Looked::default();
        let mut content = self.whole(parts);
        while let Some(piece) = content.try_next().await? {
            looked.at(&piece);
        }
        if looked.size() == parts.iter().map(|part| part.size).sum::<i64>() {
            Ok(looked)
        } else {
            Err(Error::unavailable("the store of the files has lost some of what it was given"))
        }
    }

    /// The picture as it was written anew.
    async fn keep(&self, kind: &'static Kind, content: Bytes, pixels: Pixels) -> Result<Outcome> {
        let mut looked = Looked::default();
        looked.at(&content);
        let blob = self.put(streamed(content), looked.size()).await?;
        Ok(ready(kind, blob, &looked, Some(pixels)))
    }

    /// Many parts as one blob. One part is one already: nobody can change it any more.
    async fn join(&self, kind: &'static Kind, parts: &[Part], looked: &Looked) -> Result<Outcome> {
        let blob = match parts {
            [only] => only.blob.clone(),
            parts => self.put(self.whole(parts), looked.size()).await?,
        };
        Ok(ready(kind, blob, looked, None))
    }

    async fn put(&self, content: BlobStream, size: i64) -> Result<BlobKey> {
        let Inner { context, setup, .. } = &*self.0;
        let blob: BlobKey = context.ids.next();
        setup.within(setup.blobs.put(&blob, content, u64::try_from(size).unwrap_or_default())).await?;
        Ok(blob)
    }

    /// The bytes of all the parts, in their order.
    fn whole(&self, parts: &[Part]) -> BlobStream {
        let setup = self.0.setup.clone();
        let read = futures_util::stream::iter(parts.to_vec()).then(move |part| {
            let setup = setup.clone();
            async move {
                let range = 0..u64::try_from(part.size).unwrap_or_default();
                let read = setup.within(setup.blobs.read(&part.blob, range)).await;
                read.map(|content| setup.paced(content)).map_err(Error::unavailable)
            }
        });
        read.try_flatten().boxed()
    }
}

impl Refusal {
    /// What its sender is told.
    pub(super) fn error(&self) -> Error {
        let code = match self.code.as_str() {
            "type_not_allowed" => "type_not_allowed",
            "too_many_pixels" => "too_many_pixels",
            "scan_refused" => "scan_refused",
            _ => "image_broken",
        };
        Error::new(ErrorKind::Invalid, self.reason.clone()).with_code(code)
    }
}

fn without(blobs: Vec<BlobKey>, others: &[BlobKey]) -> Vec<BlobKey> {
    blobs.into_iter().filter(|blob| !others.contains(blob)).collect()
}

fn ready(kind: &'static Kind, blob: BlobKey, looked: &Looked, pixels: Option<Pixels>) -> Outcome {
    let (media_type, size, sha256) = (kind.media_type.to_owned(), looked.size(), looked.sha256());
    Outcome::Ready(kind, Content { blob, media_type, size, sha256, pixels })
}

fn refused(code: &str, reason: &str) -> Outcome {
    let reason = reason.chars().filter(|c| !c.is_control()).take(300).collect();
    Outcome::Refused(Refusal { code: code.to_owned(), reason })
}
