//! In which language a page that engage renders speaks to its reader.

use http::{HeaderMap, header};

/// At most how many languages of a reader are looked at.
const MOST: usize = 20;

/// That of `all` which is in the language that is asked for, else in the first of the reader's own; `lang` gives the language of
/// each, without a region.
pub(crate) fn of<'a, T>(
    asked: Option<&str>,
    headers: &HeaderMap,
    all: &'a [T],
    lang: impl Fn(&T) -> &str,
) -> Option<&'a T> {
    let spoken = |tag: &str| {
        let language = tag.split('-').next().unwrap_or_default();
        all.iter().find(|one| lang(one).eq_ignore_ascii_case(language))
    };
    let preferred = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    asked.and_then(&spoken).or_else(|| ranked(preferred).into_iter().find_map(spoken))
}

/// The tags of an `Accept-Language`, the most wanted first (RFC 9110, 12.5.4); without those that are not wanted at all.
fn ranked(header: &str) -> Vec<&str> {
    let weighted = header.split(',').take(MOST).map(|part| {
        let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse::<f32>().ok());
        (tag.trim(), weight.filter(|weight| (0.0..=1.0).contains(weight)).unwrap_or(0.0))
    });
    let mut wanted: Vec<_> = weighted.filter(|(_, weight)| *weight > 0.0).collect();
    wanted.sort_by(|a, b| b.1.total_cmp(&a.1));
    wanted.into_iter().map(|(tag, _)| tag).collect()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn of(asked: Option<&str>, accept: &str) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_bytes(accept.as_bytes()).unwrap());
        super::of(asked, &headers, &["en", "de", "fr", "es", "ar", "ja"], |lang| lang).copied()
    }

    #[test]
    fn the_readers_own_language_is_spoken() {
        for (asked, accept, expected) in [
            (None, "", None),
            (None, "de-AT,de;q=0.9,en;q=0.8", Some("de")),
            (None, "nl,ja;q=0.5,fr;q=0.7", Some("fr")),
            (None, "fr;q=0,es;q=0.1", Some("es")),
            (None, "*", None),
            (None, "AR-eg", Some("ar")),
            (Some("ja"), "de", Some("ja")),
            (Some("ja-JP"), "de", Some("ja")),
            (Some("xx"), "de", Some("de")),
            (None, ";;q=,,=;q=NaN,de;q=9,es;q=1", Some("es")),
        ] {
            assert_eq!(of(asked, accept), expected, "{asked:?} {accept}");
        }
        assert_eq!(of(None, &"x,".repeat(9_000)), None);
    }
}
