//! Whether a client takes what is sent by gzip (RFC 9110, 12.5.3).

use http::{HeaderMap, header};

/// How many words of the header are looked at.
const WORDS: usize = 32;

/// Whether gzip is taken, and not less liked than the content as it is. Who takes neither gets the content as it is: an answer
/// that cannot be read helps more than none.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let said = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let words: Vec<_> = said.flat_map(|value| value.split(',')).take(WORDS).filter_map(weighed).collect();
    let weight = |name: &str| words.iter().find(|(said, _)| said.eq_ignore_ascii_case(name)).map(|(_, weight)| *weight);
    let gzip = weight("gzip").or_else(|| weight("x-gzip")).or_else(|| weight("*")).unwrap_or(0);
    gzip > 0 && gzip >= weight("identity").unwrap_or(0)
}

/// A coding and its weight in thousandths; one whose weight cannot be read is none.
fn weighed(word: &str) -> Option<(&str, u16)> {
    let (name, parameter) = word.split_once(';').map_or((word, None), |(name, rest)| (name, Some(rest)));
    let weight = match parameter {
        None => 1_000,
        Some(rest) => {
            let (key, value) = rest.split_once('=')?;
            if !key.trim().eq_ignore_ascii_case("q") {
                return None;
            }
            thousandths(value.trim())?
        }
    };
    let name = name.trim();
    (!name.is_empty()).then_some((name, weight))
}

/// `0`, `0.5`, `1.000`: at most three digits behind the point, and no more than one.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 3 || !part.bytes().all(|byte| byte.is_ascii_digit()) || !matches!(whole, "0" | "1") {
        return None;
    }
    let weight = format!("{whole}{part:0<3}").parse().ok()?;
    (weight <= 1_000).then_some(weight)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn takes(said: &[&[u8]]) -> bool {
        let mut headers = HeaderMap::new();
        for value in said {
            headers.append(header::ACCEPT_ENCODING, HeaderValue::from_bytes(value).unwrap());
        }
        takes_gzip(&headers)
    }

    #[test]
    fn gzip_is_sent_to_who_takes_it_and_likes_nothing_better() {
        for said in [
            "gzip",
            "GZIP",
            "x-gzip",
            "gzip, deflate, br, zstd",
            "br;q=1.0, gzip;q=0.001",
            "gzip ; q = 0.5",
            "identity;q=0.5, gzip;q=0.5",
            "*",
            "br, *;q=0.1",
            "identity;q=0, *",
            "deflate,,gzip;Q=1.000",
        ] {
            assert!(takes(&[said.as_bytes()]), "{said}");
        }
        assert!(takes(&[b"br", b"gzip"]));
        for said in [
            "",
            "identity",
            "br",
            "zstd, br;q=0.5",
            "gzip;q=0",
            "gzip;q=0.000, *",
            "*;q=0",
            "identity;q=0",
            "identity, gzip;q=0.9",
            "gzipped",
            "gzip;level=9",
            "gzip;q=2",
            "gzip;q=1.001",
            "gzip;q=0.0001",
            "gzip;q=-1",
            "gzip;q=nan",
            "gzip;q=",
            ";;;,=,q=1",
        ] {
            assert!(!takes(&[said.as_bytes()]), "{said}");
        }
        assert!(!takes(&[]));
        assert!(!takes(&[b"gzip\xfe"]));
        let late = format!("{}gzip", "a,".repeat(1_000));
        assert!(!takes(&[late.as_bytes()]));
    }
}
