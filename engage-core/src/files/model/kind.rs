//! What a file is, by its bytes: what a browser or a name says of it counts for nothing.

use sha2::{Digest, Sha256};

/// A type of file that engage knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The media type that it is served as.
    pub media_type: &'static str,
    /// What its names end with, the usual one first.
    pub extensions: &'static [&'static str],
    /// How its bytes show.
    proof: Proof,
    /// Whether it is a picture that can be written anew.
    pub is_image: bool,
}

/// How the bytes show what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// They stand at a place: of each list of pairs all must fit.
    Magic(&'static [(usize, &'static [u8])]),
    /// A ZIP archive whose name says what lies in it. What it holds is never looked into.
    Zip,
    /// UTF-8 without control characters that begins like no markup.
    Text,
}

/// How much of a file tells what it is, in bytes.
const HEAD: usize = 1024;

const fn image(
    media_type: &'static str,
    extensions: &'static [&'static str],
    magic: &'static [(usize, &'static [u8])],
) -> Kind {
    Kind { media_type, extensions, proof: Proof::Magic(magic), is_image: true }
}

const fn other(
    media_type: &'static str,
    extensions: &'static [&'static str],
    magic: &'static [(usize, &'static [u8])],
) -> Kind {
    Kind { media_type, extensions, proof: Proof::Magic(magic), is_image: false }
}

const fn zip(media_type: &'static str, extensions: &'static [&'static str]) -> Kind {
    Kind { media_type, extensions, proof: Proof::Zip, is_image: false }
}

const fn text(media_type: &'static str, extensions: &'static [&'static str]) -> Kind {
    Kind { media_type, extensions, proof: Proof::Text, is_image: false }
}

/// All of them; of several that share a proof the last is for names that say nothing.
#[rustfmt::skip]
static KINDS: &[Kind] = &[
    image("image/png", &["png"], &[(0, b"\x89PNG\r\n\x1a\n")]),
    image("image/jpeg", &["jpg", "jpeg", "jfif"], &[(0, b"\xff\xd8\xff")]),
    image("image/gif", &["gif"], &[(0, b"GIF87a")]),
    image("image/gif", &["gif"], &[(0, b"GIF89a")]),
    image("image/webp", &["webp"], &[(0, b"RIFF"), (8, b"WEBP")]),
    other("application/pdf", &["pdf"], &[(0, b"%PDF-")]),
    other("video/mp4", &["mp4", "m4v"], &[(4, b"ftypisom")]),
    other("video/mp4", &["mp4", "m4v"], &[(4, b"ftypmp4")]),
    other("video/mp4", &["mp4", "m4v"], &[(4, b"ftypavc1")]),
    other("audio/mp4", &["m4a"], &[(4, b"ftypM4A ")]),
    other("video/quicktime", &["mov", "qt"], &[(4, b"ftypqt  ")]),
    other("image/heic", &["heic", "heif"], &[(4, b"ftypheic")]),
    other("image/heic", &["heic", "heif"], &[(4, b"ftypmif1")]),
    other("image/avif", &["avif"], &[(4, b"ftypavif")]),
    other("video/webm", &["webm", "mkv"], &[(0, b"\x1a\x45\xdf\xa3")]),
    other("audio/ogg", &["ogg", "oga", "opus"], &[(0, b"OggS")]),
    other("audio/mpeg", &["mp3"], &[(0, b"ID3")]),
    other("audio/mpeg", &["mp3"], &[(0, b"\xff\xfb")]),
    other("audio/wav", &["wav"], &[(0, b"RIFF"), (8, b"WAVE")]),
    other("application/gzip", &["gz", "tgz"], &[(0, b"\x1f\x8b\x08")]),
    other("application/x-7z-compressed", &["7z"], &[(0, b"7z\xbc\xaf\x27\x1c")]),
    other("application/x-cfb", &["doc", "xls", "ppt", "msg"], &[(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")]),
    other("application/rtf", &["rtf"], &[(0, b"{\\rtf")]),
    zip("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &["docx"]),
    zip("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &["xlsx"]),
    zip("application/vnd.openxmlformats-officedocument.presentationml.presentation", &["pptx"]),
    zip("application/vnd.oasis.opendocument.text", &["odt"]),
    zip("application/vnd.oasis.opendocument.spreadsheet", &["ods"]),
    zip("application/vnd.oasis.opendocument.presentation", &["odp"]),
    zip("application/zip", &["zip"]),
    text("text/csv", &["csv"]),
    text("text/plain", &["txt", "log", "md"]),
];

/// What begins a page, a script or a program, also where a browser would look past white space. None of them is taken.
#[rustfmt::skip]
static MARKUP: &[&str] = &["<!", "<?", "<html", "<head", "<body", "<script", "<svg", "<style", "<iframe", "<title", "<img", "<a ", "<div", "<math", "<xml", "#!"];

impl Kind {
    /// The kind of a media type, as [`Kind::media_type`] has it.
    pub fn of_media_type(media_type: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.media_type == media_type)
    }

    /// Every media type that can be taken, each once.
    pub fn media_types() -> Vec<&'static str> {
        let mut all: Vec<_> = KINDS.iter().map(|kind| kind.media_type).collect();
        all.dedup();
        all
    }
}

/// Looks at a file while it goes by, once, with little memory.
#[derive(Debug, Default)]
pub struct Looked {
    head: Vec<u8>,
    hash: Sha256,
    size: i64,
    /// What a piece ended with in the middle of a character.
    rest: Vec<u8>,
    is_no_text: bool,
}

impl Looked {
    /// One more piece.
    pub fn at(&mut self, piece: &[u8]) {
        let room = HEAD.saturating_sub(self.head.len()).min(piece.len());
        self.head.extend_from_slice(&piece[..room]);
        self.hash.update(piece);
        self.size += i64::try_from(piece.len()).unwrap_or(i64::MAX);
        if !self.is_no_text {
            self.read(piece);
        }
    }

    fn read(&mut self, piece: &[u8]) {
        let mut bytes = std::mem::take(&mut self.rest);
        bytes.extend_from_slice(piece);
        let valid = match std::str::from_utf8(&bytes) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => {
                self.is_no_text = true;
                return;
            }
        };
        let is_odd = |byte: &u8| matches!(byte, 0..=8 | 11 | 14..=26 | 28..=31 | 127);
        self.is_no_text = bytes[..valid].iter().any(is_odd);
        self.rest = bytes[valid..].to_vec();
    }

    /// How many bytes went by.
    pub fn size(&self) -> i64 {
        self.size
    }

    /// SHA-256 of them, in lower-case hex.
    pub fn sha256(&self) -> String {
        hex(&self.hash.clone().finalize())
    }

    /// What it is; `None` when it is nothing that can be taken. `name` only chooses among what the bytes allow.
    pub fn kind(&self, name: &str) -> Option<&'static Kind> {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_lowercase();
        let fits: Vec<_> = KINDS.iter().filter(|kind| self.proves(kind)).collect();
        let named = fits.iter().find(|kind| kind.extensions.contains(&extension.as_str()));
        named.or(fits.last()).copied()
    }

    fn proves(&self, kind: &Kind) -> bool {
        let has = |(at, bytes): &(usize, &[u8])| self.head.get(*at..).is_some_and(|rest| rest.starts_with(bytes));
        match kind.proof {
            Proof::Magic(all) => all.iter().all(has),
            Proof::Zip => has(&(0, b"PK\x03\x04")) || has(&(0, b"PK\x05\x06")),
            Proof::Text => self.is_text(),
        }
    }

    fn is_text(&self) -> bool {
        let known = KINDS.iter().any(|kind| matches!(kind.proof, Proof::Magic(_)) && self.proves(kind));
        if self.size == 0 || self.is_no_text || !self.rest.is_empty() || known {
            return false;
        }
        let text = String::from_utf8_lossy(&self.head).to_lowercase();
        let begins = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        !MARKUP.iter().any(|markup| begins.starts_with(markup))
    }
}

pub(in crate::files) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(bytes: &[u8], name: &str) -> Option<&'static str> {
        // In pieces of any size it is the same.
        let [whole, split] = [bytes.len().max(1), 3].map(|size| {
            let mut looked = Looked::default();
            bytes.chunks(size).for_each(|piece| looked.at(piece));
            assert_eq!(looked.size(), bytes.len() as i64);
            looked.kind(name).map(|kind| kind.media_type)
        });
        assert_eq!(whole, split);
        whole
    }

    #[test]
    fn bytes_say_what_a_file_is() {
        for (bytes, name, is) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], "a.exe", Some("image/png")),
            (b"\xff\xd8\xff\xe0..", "a.png", Some("image/jpeg")),
            (b"GIF89a=1;alert(1)//", "a.js", Some("image/gif")),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "a", Some("image/webp")),
            (b"RIFF\x10\0\0\0WAVEfmt ", "a", Some("audio/wav")),
            (b"%PDF-1.7\n", "a.html", Some("application/pdf")),
            (b"PK\x03\x04....", "a.zip", Some("application/zip")),
            (b"PK\x03\x04....", "a.jar", Some("application/zip")),
            (
                b"PK\x03\x04....",
                "a.docx",
                Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            ),
            ("Grüße, 日本\n".as_bytes(), "a.html", Some("text/plain")),
            (b"a,b\n1,2\n", "a.csv", Some("text/csv")),
            (b"", "a.txt", None),
            (b"a\0b", "a.txt", None),
            (b"\xff\xfe", "a.txt", None),
            ("ü".as_bytes().split_at(1).0, "a.txt", None),
            (b"MZ\x90\0\x03", "a.txt", None),
            (b"\x7fELF\x02", "a", None),
            (b"#!/bin/sh\n", "a.txt", None),
            (b"<!DOCTYPE html><p>", "a.txt", None),
            (b" \n\t<ScRiPt>alert(1)</script>", "a.txt", None),
            (b"\xef\xbb\xbf<svg xmlns=''/>", "a.svg", None),
            (b"<?xml version='1.0'?><svg/>", "a.png", None),
        ] {
            assert_eq!(look(bytes, name), is, "{:?} {name}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn hashes_are_sha256() {
        let mut looked = Looked::default();
        looked.at(b"abc");
        assert_eq!(looked.sha256(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn media_types_name_their_kinds() {
        for media_type in Kind::media_types() {
            assert_eq!(Kind::of_media_type(media_type).map(|kind| kind.media_type), Some(media_type));
        }
    }
}
