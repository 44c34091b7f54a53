//! Images written anew, so that nothing but the picture is left of them.

use std::io::Cursor;
use std::panic;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use engage_core::files::{Cleaned, Images, Kind, Pixels};
use engage_core::{Error, ErrorKind, Result};
use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{AnimationDecoder, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use tokio::sync::Semaphore;

/// How many images are decoded at once: each may take some 200 MB for a moment.
const AT_ONCE: usize = 2;
/// Of 100; what is lost cannot be seen in a photo.
const JPEG_QUALITY: u8 = 88;
/// Of 30, the fastest: how well colours of a GIF are chosen.
const GIF_SPEED: i32 = 20;

/// Decodes PNG, JPEG, GIF and WebP and writes them anew, upright and without metadata: no place, no camera, no thumbnail, and
/// nothing behind the picture. A WebP without transparency becomes a JPEG, as only a lossless WebP can be written; an animated
/// one keeps its first picture.
#[derive(Debug, Clone)]
pub struct Rewritten(Arc<Semaphore>);

impl Default for Rewritten {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

#[async_trait]
impl Images for Rewritten {
    async fn clean(&self, kind: &'static Kind, content: Bytes, max_pixels: u64) -> Result<Cleaned> {
        let turn = Arc::clone(&self.0).acquire_owned().await.map_err(Error::internal)?;
        let work = move || {
            // Until it is done, also when nobody waits for it any more.
            let _turn = turn;
            // A decoder that panics has met what it cannot read.
            panic::catch_unwind(|| clean(kind, &content, max_pixels))
                .unwrap_or_else(|_| Err(broken("it cannot be decoded")))
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }
}

fn clean(kind: &'static Kind, content: &[u8], max_pixels: u64) -> Result<Cleaned> {
    match kind.media_type {
        "image/gif" => gif(kind, content, max_pixels),
        "image/png" => still(kind, ImageFormat::Png, content, max_pixels),
        "image/jpeg" => still(kind, ImageFormat::Jpeg, content, max_pixels),
        "image/webp" => still(kind, ImageFormat::WebP, content, max_pixels),
        other => Err(Error::internal(format!("{other} cannot be written anew"))),
    }
}

fn still(kind: &'static Kind, format: ImageFormat, content: &[u8], max_pixels: u64) -> Result<Cleaned> {
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    reader.limits(limits(max_pixels));
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    check(decoder.dimensions(), max_pixels)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    picture.apply_orientation(orientation);
    let pixels = Pixels { width: picture.width(), height: picture.height() };
    let mut out = Vec::new();
    let has_alpha = picture.color().has_alpha();
    let kind = match format {
        ImageFormat::Png => {
            picture.write_with_encoder(PngEncoder::new(&mut out)).map_err(Error::internal)?;
            kind
        }
        ImageFormat::WebP if has_alpha => {
            DynamicImage::from(picture.into_rgba8())
                .write_with_encoder(WebPEncoder::new_lossless(&mut out))
                .map_err(Error::internal)?;
            kind
        }
        _ => {
            let encoder = JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY);
            DynamicImage::from(picture.into_rgb8()).write_with_encoder(encoder).map_err(Error::internal)?;
            Kind::of_media_type("image/jpeg").unwrap_or(kind)
        }
    };
    Ok(Cleaned { kind, content: out.into(), pixels })
}

/// With all its pictures, one after the other, so that only one is held at a time.
fn gif(kind: &'static Kind, content: &[u8], max_pixels: u64) -> Result<Cleaned> {
    let mut decoder = GifDecoder::new(Cursor::new(content)).map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    let each = check((width, height), max_pixels)?;
    decoder.set_limits(limits(max_pixels)).map_err(unreadable)?;
    let (mut out, mut left) = (Vec::new(), max_pixels);
    let mut encoder = GifEncoder::new_with_speed(&mut out, GIF_SPEED);
    encoder.set_repeat(Repeat::Infinite).map_err(Error::internal)?;
    let mut count = 0;
    for frame in decoder.into_frames() {
        left = left.checked_sub(each).ok_or_else(too_many)?;
        encoder.encode_frame(frame.map_err(unreadable)?).map_err(Error::internal)?;
        count += 1;
    }
    drop(encoder);
    if count == 0 {
        return Err(broken("it holds no picture"));
    }
    Ok(Cleaned { kind, content: out.into(), pixels: Pixels { width, height } })
}

/// How many pixels there are; before any is decoded.
fn check((width, height): (u32, u32), max_pixels: u64) -> Result<u64> {
    match u64::from(width) * u64::from(height) {
        0 => Err(broken("it holds no picture")),
        pixels if pixels > max_pixels => Err(too_many()),
        pixels => Ok(pixels),
    }
}

/// Up to eight bytes for each pixel, and as many again for what the decoder holds besides.
fn limits(max_pixels: u64) -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(max_pixels.saturating_mul(16));
    limits
}

fn unreadable(error: ImageError) -> Error {
    match error {
        ImageError::Limits(_) => too_many(),
        error => broken("it cannot be decoded").with_source(error),
    }
}

fn broken(why: &str) -> Error {
    Error::new(ErrorKind::Invalid, format!("the image is broken: {why}")).with_code("image_broken")
}

fn too_many() -> Error {
    Error::new(ErrorKind::Invalid, "the image has too many pixels").with_code("too_many_pixels")
}
