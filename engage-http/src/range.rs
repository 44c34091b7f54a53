//! Ranges of bytes (RFC 9110, 14): one at a time, which is all that browsers ask for.

use std::ops::Range;

use http::{HeaderMap, HeaderValue, header};

/// What of a content a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it; also for ranges that nobody can read, which mean nothing then.
    Whole,
    /// Some of it.
    Part(Range<u64>),
    /// What is not there.
    Nothing,
}

impl Wanted {
    /// What is asked for of a content of `size` bytes with an entity tag.
    pub(crate) fn of(headers: &HeaderMap, tag: &str, size: u64) -> Self {
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        // A part of what the client has, or all of what there is now.
        if text(header::IF_RANGE).is_some_and(|known| known != tag) {
            return Self::Whole;
        }
        let asked = text(header::RANGE).and_then(|range| range.trim().strip_prefix("bytes="));
        let Some((first, last)) = asked.and_then(|range| range.split_once('-')) else { return Self::Whole };
        match (number(first), number(last)) {
            (Some(first), Some(last)) if first > last => Self::Whole,
            (Some(first), _) if first >= size && (last.trim().is_empty() || number(last).is_some()) => Self::Nothing,
            (Some(first), Some(last)) => Self::Part(first..last.saturating_add(1).min(size)),
            (Some(first), None) if last.trim().is_empty() => Self::Part(first..size),
            (None, Some(0)) if first.trim().is_empty() => Self::Nothing,
            (None, Some(length)) if first.trim().is_empty() => Self::Part(size.saturating_sub(length)..size),
            _ => Self::Whole,
        }
    }
}

fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(range: &str, if_range: Option<&str>) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().unwrap());
        if let Some(tag) = if_range {
            headers.insert(header::IF_RANGE, tag.parse().unwrap());
        }
        Wanted::of(&headers, "\"tag\"", 10)
    }

    #[test]
    fn one_range_is_understood_and_the_rest_is_the_whole() {
        for (range, is) in [
            ("bytes=0-3", Wanted::Part(0..4)),
            ("bytes=4-", Wanted::Part(4..10)),
            ("bytes=-4", Wanted::Part(6..10)),
            ("bytes=-99", Wanted::Part(0..10)),
            ("bytes=9-99", Wanted::Part(9..10)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=3-1", Wanted::Whole),
            ("bytes=0-1,4-5", Wanted::Whole),
            ("bytes=", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("bytes=0-18446744073709551615", Wanted::Part(0..10)),
            ("bytes=0-99999999999999999999999", Wanted::Whole),
            ("lines=0-1", Wanted::Whole),
        ] {
            assert_eq!(wanted(range, None), is, "{range}");
        }
        assert_eq!(wanted("bytes=0-3", Some("\"tag\"")), Wanted::Part(0..4));
        assert_eq!(wanted("bytes=0-3", Some("\"other\"")), Wanted::Whole);
    }
}
