//! Files that are made to harm whoever opens them: which are refused, and as what the others are served.

use std::fmt::Debug;
use std::sync::Arc;

use bytes::Bytes;
use engage_core::files::{Cleaned, Images, Kind};
use engage_core::{Result, async_trait};

use super::{Host, Setup};

/// A picture of eight pixels squared, as a camera's program writes it.
const JPEG: &[u8] = &[
    0xff, 0xd8, 0xff, 0xe0, 0, 0x10, b'J', b'F', b'I', b'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xff, 0xdb, 0, 0x43, 0,
    0x28, 0x1c, 0x1e, 0x23, 0x1e, 0x19, 0x28, 0x23, 0x21, 0x23, 0x2d, 0x2b, 0x28, 0x30, 0x3c, 0x64, 0x41, 0x3c, 0x37,
    0x37, 0x3c, 0x7b, 0x58, 0x5d, 0x49, 0x64, 0x91, 0x80, 0x99, 0x96, 0x8f, 0x80, 0x8c, 0x8a, 0xa0, 0xb4, 0xe6, 0xc3,
    0xa0, 0xaa, 0xda, 0xad, 0x8a, 0x8c, 0xc8, 0xff, 0xcb, 0xda, 0xee, 0xf5, 0xff, 0xff, 0xff, 0x9b, 0xc1, 0xff, 0xff,
    0xff, 0xfa, 0xff, 0xe6, 0xfd, 0xff, 0xf8, 0xff, 0xc0, 0, 0x0b, 8, 0, 8, 0, 8, 1, 1, 0x11, 0, 0xff, 0xc4, 0, 0x14,
    0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0xff, 0xc4, 0, 0x14, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0, 0x3b, 0xff, 0xd9,
];
const GIF_HEAD: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
/// One pixel at the corner.
const GIF_FRAME: &[u8] = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
const SCRIPT: &[u8] = b"<script>alert('CANARY')</script>";
const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\0\0CANARY";

/// What has to become of a file.
enum Fate {
    /// This status and code, and nothing of it stays.
    Refused(u16, &'static str),
    /// Shown in place, written anew: what was hidden in it is gone.
    Rewritten(&'static str, &'static str),
    /// Only to be saved, byte by byte as it came, under this name and as this type.
    Saved(&'static str, &'static str),
}

use Fate::{Refused, Rewritten, Saved};

const NO_TYPE: Fate = Refused(415, "type_not_allowed");
const BROKEN: Fate = Refused(422, "image_broken");
const TOO_MANY: Fate = Refused(422, "too_many_pixels");

/// Those of an adapter's test, such as engage-files': the rules of this suite have others, which decode nothing.
#[derive(Debug, Clone)]
pub(super) struct Given(Arc<dyn Images>);

#[async_trait]
impl Images for Given {
    async fn clean(&self, kind: &'static Kind, content: Bytes, max_pixels: u64) -> Result<Cleaned> {
        self.0.clean(kind, content, max_pixels).await
    }
}

/// Tries each on a server that writes pictures anew by `images`.
pub async fn hostile_files_do_no_harm(host: Host, images: impl Images) {
    let server = host.start(Setup { images: Some(Given(Arc::new(images))), ..Setup::default() }).await;
    let visitor = server.visitor().await;
    let new = serde_json::json!({ "name": "a.txt\0.exe", "size": 4 });
    visitor.post("/v1/files", new).await.refused(422, "invalid");
    for (name, content, fate) in table() {
        let file = visitor.begins_file(name, content.len()).await;
        let path = format!("/v1/files/{file}");
        let mut answer = visitor.part(&file, 0, &content[..content.len().min(1024 * 1024)]).await;
        for (turn, part) in content.chunks(1024 * 1024).enumerate().skip(1) {
            answer = visitor.part(&file, turn * 1024 * 1024, part).await;
        }
        let (shown, media_type, is_rewritten) = match fate {
            Refused(status, code) => {
                assert_eq!(answer.status, status, "{name:?}: {answer}");
                answer.refused(status, code);
                visitor.get(&format!("{path}/content")).await.refused(404, "not_found");
                visitor.delete(&path).await;
                continue;
            }
            Rewritten(shown, media_type) => (shown, media_type, true),
            Saved(shown, media_type) => (shown, media_type, false),
        };
        assert_eq!(answer.status, 200, "{name:?}: {answer}");
        assert_eq!(visitor.get(&path).await.is(200)["name"], shown, "{name:?}");
        for saved in [false, true] {
            let answer = visitor.get(&format!("{path}/content?download={saved}")).await;
            assert_eq!(answer.header("content-type"), media_type, "{name:?}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name:?}");
            assert!(answer.header("content-security-policy").starts_with("sandbox; default-src 'none';"), "{name:?}");
            let how = if is_rewritten && !saved { "inline; " } else { "attachment; " };
            assert!(answer.header("content-disposition").starts_with(how), "{name:?}: {:?}", answer.headers);
            if is_rewritten {
                let holds = |canary: &[u8]| answer.body.windows(canary.len()).any(|some| some == canary);
                assert!(!holds(b"CANARY") && !holds(b"script"), "{name:?} keeps what was hidden in it");
            } else {
                assert!(answer.body == content, "{name:?} comes as it was sent");
            }
        }
        // One has at most so many that went along with nothing.
        visitor.delete(&path).await.is(204);
    }
}

#[rustfmt::skip]
fn table() -> Vec<(&'static str, Vec<u8>, Fate)> {
    let text = "text/plain; charset=utf-8";
    vec![
        // Two things at once.
        ("logo.gif.js", [GIF_HEAD, GIF_FRAME, b";/*", SCRIPT, b"*/"].concat(), Rewritten("logo.gif.js.gif", "image/gif")),
        ("comment.gif", [GIF_HEAD, b"\x21\xfe\x20", SCRIPT, b"\0", GIF_FRAME, b";"].concat(), Rewritten("comment.gif", "image/gif")),
        ("photo.zip", [JPEG, ZIP].concat(), Rewritten("photo.zip.jpg", "image/jpeg")),
        ("photo.jar", [JPEG, SCRIPT, ZIP].concat(), Rewritten("photo.jar.jpg", "image/jpeg")),
        ("text.png", png(1, 1, &[b"tEXtComment\0", SCRIPT].concat()), Rewritten("text.png", "image/png")),
        ("paper.html", [b"%PDF-1.7\n".as_slice(), SCRIPT].concat(), Saved("paper.html.pdf", "application/pdf")),
        ("late.pdf", [b"\n\n%PDF-1.4 ".as_slice(), SCRIPT].concat(), Saved("late.pdf.txt", text)),
        ("page.pdf", [b"<html>".as_slice(), b"%PDF-1.7", SCRIPT].concat(), NO_TYPE),
        ("archive.html", [ZIP, SCRIPT].concat(), Saved("archive.html.zip", "application/zip")),
        // Pages and programs by another name.
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert('CANARY')</script></svg>".to_vec(), NO_TYPE),
        ("drawing.png", b"<?xml version='1.0'?><svg onload='alert(1)'/>".to_vec(), NO_TYPE),
        ("photo.png", [b"<!doctype html>".as_slice(), SCRIPT].concat(), NO_TYPE),
        ("photo.jpg", [b"\xef\xbb\xbf\n <!-- -->".as_slice(), SCRIPT].concat(), NO_TYPE),
        ("wide.html", b"\xff\xfe<\0s\0c\0r\0i\0p\0t\0>\0".to_vec(), NO_TYPE),
        ("wide.txt", b"\xfe\xff\0<\0h\0t\0m\0l\0>".to_vec(), NO_TYPE),
        ("notes.html", [b"Hello ".as_slice(), SCRIPT].concat(), Saved("notes.html.txt", text)),
        ("saved.mht", b"From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>".to_vec(), Saved("saved.mht.txt", text)),
        ("run.txt", b"MZ\x90\0\x03\0\0\0%PDF-1.7".to_vec(), NO_TYPE),
        ("link.lnk", b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F".to_vec(), NO_TYPE),
        ("start.bat", b"@echo off\r\ncalc.exe\r\n".to_vec(), Saved("start.bat.txt", text)),
        ("sum.csv", b"=cmd|' /C calc'!A0,1\n".to_vec(), Saved("sum.csv", "text/csv; charset=utf-8")),
        ("macros.docm", ZIP.to_vec(), Saved("macros.docm.zip", "application/zip")),
        // Names.
        ("invoice.pdf.exe", b"%PDF-1.7".to_vec(), Saved("invoice.pdf.exe.pdf", "application/pdf")),
        ("invoice\u{202E}fdp.exe", b"%PDF-1.7".to_vec(), Saved("invoicefdp.exe.pdf", "application/pdf")),
        ("photo\u{200F}\u{2066}gnp.scr", [GIF_HEAD, GIF_FRAME, b";"].concat(), Rewritten("photognp.scr.gif", "image/gif")),
        ("../../index.html", b"text".to_vec(), Saved("index.html.txt", text)),
        ("file.txt::$DATA", b"text".to_vec(), Saved("file.txt__$DATA.txt", text)),
        ("\"; filename=evil.html; x=\"", b"text".to_vec(), Saved("_; filename=evil.html; x=_.txt", text)),
        // Bombs: what they say they are is looked at before anything is unfolded.
        ("wide.png", png(50_000, 50_000, b""), TOO_MANY),
        ("thin.png", png(4_000_000_000, 1, b""), TOO_MANY),
        ("frames.gif", frames(256, 4_000), TOO_MANY),
        ("canvas.gif", frames(65_535, 1), TOO_MANY),
        ("nested.zip", ZIP.repeat(5_000), Saved("nested.zip", "application/zip")),
        // Broken.
        ("cut.jpg", JPEG[..40].to_vec(), BROKEN),
        ("cut.png", png(8, 8, b"")[..30].to_vec(), BROKEN),
        ("none.gif", [GIF_HEAD, b";".as_slice()].concat(), BROKEN),
        ("empty.png", png(0, 0, b""), BROKEN),
        ("odd.webp", b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\x7f".to_vec(), BROKEN),
        ("zero.txt", b"text\0more".to_vec(), NO_TYPE),
        // Where a photo was taken.
        ("holiday.jpg", with_place(), Rewritten("holiday.jpg", "image/jpeg")),
    ]
}

/// A GIF of so many pixels squared, and so many pictures of one pixel on it.
fn frames(side: u16, count: usize) -> Vec<u8> {
    let mut out = GIF_HEAD.to_vec();
    out[6..8].copy_from_slice(&side.to_le_bytes());
    out[8..10].copy_from_slice(&side.to_le_bytes());
    out.extend(GIF_FRAME.repeat(count));
    out.push(b';');
    out
}

/// A grey PNG that says to be so large, with the pixels of one, and `chunk` (its name and content) before them.
fn png(width: u32, height: u32, chunk: &[u8]) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut add = |chunk: &[u8]| {
        let length = u32::try_from(chunk.len().saturating_sub(4)).unwrap_or(0);
        out.extend(length.to_be_bytes());
        out.extend(chunk);
        out.extend(crc32(chunk).to_be_bytes());
    };
    add(&[b"IHDR", &width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat());
    if !chunk.is_empty() {
        add(chunk);
    }
    // Two bytes, stored: no filter, and black.
    add(b"IDAT\x78\x01\x01\x02\0\xfd\xff\0\0\0\x02\0\x01");
    add(b"IEND");
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

/// With the tags of a phone: a place, by its directory for GPS, and a text.
fn with_place() -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    // ImageDescription at 38, and the directory of GPS at 54, whose datum (0x12) stands in it.
    exif.extend(b"\x0e\x01\x02\0\x10\0\0\0\x26\0\0\0\x25\x88\x04\0\x01\0\0\0\x36\0\0\0\0\0\0\0");
    exif.extend(b"CANARY-OF-PLACE\0\x01\0\x12\0\x02\0\x04\0\0\0WGS\0\0\0\0\0");
    let length = u16::try_from(exif.len() + 2).unwrap_or(0);
    [&JPEG[..2], b"\xff\xe1", &length.to_be_bytes(), &exif, &JPEG[2..]].concat()
}
