//! Images come back as pictures and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

use std::io::Cursor;

use engage_core::files::{Cleaned, Images as _, Kind, Pixels};
use engage_core::{ErrorKind, Result};
use engage_files::Rewritten;
use image::codecs::gif::{GifDecoder, GifEncoder};
use image::{AnimationDecoder as _, DynamicImage, Frame, ImageFormat, RgbImage, RgbaImage};

const MAX: u64 = 1_000_000;

async fn clean(media_type: &str, content: Vec<u8>) -> Result<Cleaned> {
    Rewritten::default().clean(Kind::of_media_type(media_type).unwrap(), content.into(), MAX).await
}

async fn refused(media_type: &str, content: Vec<u8>) -> &'static str {
    let error = clean(media_type, content).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error:?}");
    error.code()
}

fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let pixels = RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 200]));
    DynamicImage::from(pixels).write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn holds(content: &[u8], needle: &[u8]) -> bool {
    content.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn pictures_stay_and_what_is_behind_them_goes() {
    for (media_type, format, becomes) in [
        ("image/png", ImageFormat::Png, "image/png"),
        ("image/jpeg", ImageFormat::Jpeg, "image/jpeg"),
        ("image/gif", ImageFormat::Gif, "image/gif"),
        ("image/webp", ImageFormat::WebP, "image/jpeg"),
    ] {
        let mut content = picture(format, 30, 20);
        content.extend_from_slice(b"PK\x03\x04<script>alert(1)</script>");
        let cleaned = clean(media_type, content).await.unwrap();
        assert_eq!((cleaned.kind.media_type, cleaned.pixels), (becomes, Pixels { width: 30, height: 20 }));
        assert!(!holds(&cleaned.content, b"<script>"), "{media_type}");
        let format = ImageFormat::from_mime_type(becomes).unwrap();
        let read = image::load_from_memory_with_format(&cleaned.content, format).unwrap();
        assert_eq!((read.width(), read.height()), (30, 20));
    }
}

#[tokio::test]
async fn photos_lose_where_they_were_taken_and_stand_upright() {
    // The tags of a camera: turned by a quarter (6), and a text as a place would be.
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0".to_vec();
    exif.extend_from_slice(b"\x01\x0e\0\x02\0\0\0\x10\0\0\0\x26\0\0\0\0CANARY-OF-PLACE\0");
    let photo = picture(ImageFormat::Jpeg, 30, 20);
    let mut content = photo[..2].to_vec();
    content.extend_from_slice(&[0xff, 0xe1]);
    content.extend_from_slice(&u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    content.extend_from_slice(&exif);
    content.extend_from_slice(&photo[2..]);
    assert!(holds(&content, b"CANARY-OF-PLACE"));
    let cleaned = clean("image/jpeg", content).await.unwrap();
    assert_eq!(cleaned.pixels, Pixels { width: 20, height: 30 });
    assert!(!holds(&cleaned.content, b"CANARY") && !holds(&cleaned.content, b"Exif"));
}

#[tokio::test]
async fn transparent_pictures_stay_so() {
    let mut out = Cursor::new(Vec::new());
    let pixels = RgbaImage::from_pixel(4, 4, image::Rgba([1, 2, 3, 100]));
    DynamicImage::from(pixels).write_to(&mut out, ImageFormat::WebP).unwrap();
    let cleaned = clean("image/webp", out.into_inner()).await.unwrap();
    assert_eq!(cleaned.kind.media_type, "image/webp");
    let read = image::load_from_memory_with_format(&cleaned.content, ImageFormat::WebP).unwrap().into_rgba8();
    assert_eq!(read.get_pixel(1, 1).0, [1, 2, 3, 100]);
}

#[tokio::test]
async fn moving_pictures_keep_moving() {
    let cleaned = clean("image/gif", gif(3, 10)).await.unwrap();
    let frames = GifDecoder::new(Cursor::new(&cleaned.content[..])).unwrap().into_frames();
    assert_eq!(frames.count(), 3);
}

#[tokio::test]
async fn too_many_pixels_are_found_before_they_are_decoded() {
    // Only its head says so: decoding it would fail otherwise.
    let mut huge = picture(ImageFormat::Png, 1, 1);
    huge[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    let crc = crc32(&huge[12..29]);
    huge[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(refused("image/png", huge).await, "too_many_pixels");
    assert_eq!(refused("image/jpeg", picture(ImageFormat::Jpeg, 1_001, 1_000)).await, "too_many_pixels");
    // Each of its pictures is small enough.
    assert_eq!(refused("image/gif", gif(11, 320)).await, "too_many_pixels");
}

#[tokio::test]
async fn what_cannot_be_read_is_told() {
    for (media_type, format) in
        [("image/png", ImageFormat::Png), ("image/gif", ImageFormat::Gif), ("image/webp", ImageFormat::WebP)]
    {
        let mut content = picture(format, 64, 64);
        content.truncate(content.len() / 2);
        assert_eq!(refused(media_type, content).await, "image_broken", "{media_type}");
    }
    assert_eq!(refused("image/jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec()).await, "image_broken");
    assert_eq!(refused("image/gif", b"GIF89a\0\0\0\0\0\0\0;".to_vec()).await, "image_broken");
    assert_eq!(refused("image/png", Vec::new()).await, "image_broken");
}

fn gif(frames: usize, side: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut out, 30);
    for turn in 0..frames {
        let color = image::Rgba([turn as u8 * 20, 0, 0, 255]);
        encoder.encode_frame(Frame::new(RgbaImage::from_pixel(side, side, color))).unwrap();
    }
    drop(encoder);
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}
