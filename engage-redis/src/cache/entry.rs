//! How an entry is written: its mark in 16 digits, a kind, the number of tags, the tags with their lengths, the value.

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// The length of a mark in digits.
const MARK: usize = 16;
/// A value follows.
const VALUE: u8 = b'v';
/// Nothing follows: the entry was dropped, and loads from before that are not to be kept.
pub(super) const DROPPED: &str = "x";

/// A value as it was put.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) mark: u64,
    pub(super) tags: Vec<String>,
    pub(super) value: Bytes,
}

/// All but the mark, which Redis adds; `None` when there are more than 255 tags or one is longer than 65535 bytes.
pub(super) fn encode(value: &[u8], tags: &[String]) -> Option<Vec<u8>> {
    let mut bytes = BytesMut::with_capacity(2 + tags.iter().map(|tag| 2 + tag.len()).sum::<usize>() + value.len());
    bytes.put_u8(VALUE);
    bytes.put_u8(u8::try_from(tags.len()).ok()?);
    for tag in tags {
        bytes.put_u16(u16::try_from(tag.len()).ok()?);
        bytes.put_slice(tag.as_bytes());
    }
    bytes.put_slice(value);
    Some(bytes.to_vec())
}

/// An entry with a value; `None` for a dropped one, and for what another version wrote.
pub(super) fn decode(bytes: Vec<u8>) -> Option<Entry> {
    let mut rest = Bytes::from(bytes);
    let mark = mark(&take(&mut rest, MARK)?)?;
    if rest.try_get_u8().ok()? != VALUE {
        return None;
    }
    let count = rest.try_get_u8().ok()?;
    let mut tags = Vec::with_capacity(count.into());
    for _ in 0..count {
        let length = rest.try_get_u16().ok()?;
        tags.push(String::from_utf8(take(&mut rest, length.into())?.to_vec()).ok()?);
    }
    Some(Entry { mark, tags, value: rest })
}

/// A mark from its digits.
pub(super) fn mark(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn take(rest: &mut Bytes, length: usize) -> Option<Bytes> {
    (rest.len() >= length).then(|| rest.split_to(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(mark: &str, value: &[u8], tags: &[String]) -> Vec<u8> {
        [mark.as_bytes(), &encode(value, tags).unwrap()].concat()
    }

    #[test]
    fn an_entry_reads_back() {
        for tags in [vec![], vec!["a".to_owned(), String::new(), "ü".to_owned()]] {
            let entry = decode(written("0000000000000007", b"\0value", &tags)).unwrap();
            assert_eq!(entry, Entry { mark: 7, tags, value: Bytes::from_static(b"\0value") });
        }
    }

    #[test]
    fn nothing_else_is_an_entry() {
        let good = written("0000000000000007", b"", &["tag".to_owned()]);
        for end in 0..good.len() {
            assert_eq!(decode(good[..end].to_vec()), None, "cut at {end}");
        }
        assert_eq!(decode(format!("0000000000000007{DROPPED}").into_bytes()), None);
        assert_eq!(decode(b"-00000000000007xv\0".to_vec()), None);
    }

    #[test]
    fn what_cannot_be_written_is_not() {
        assert!(encode(b"", &vec![String::new(); 256]).is_none());
        assert!(encode(b"", &["t".repeat(65_536)]).is_none());
    }
}
