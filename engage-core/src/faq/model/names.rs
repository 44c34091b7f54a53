//! Names that stand in addresses: slugs, and languages.

use crate::chat::checked_language;
use crate::error::{Error, Result};

/// How long a slug may be, in bytes.
const SLUG_BYTES: usize = 80;
/// What else stands where a category's slug does.
const RESERVED: [&str; 2] = ["search", "vote"];

/// `slug` in lower case.
///
/// # Errors
/// `Invalid` at `/slug`: not 1 to 80 of `a-z 0-9 -`, or a name that the help centre uses itself.
pub(in crate::faq) fn checked_slug(slug: &str) -> Result<String> {
    let slug = slug.to_ascii_lowercase();
    let known = slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let fits = (1..=SLUG_BYTES).contains(&slug.len()) && !slug.starts_with('-') && !slug.ends_with('-');
    if !known || !fits {
        return Err(Error::invalid("/slug", "format", "1 to 80 letters without accents, digits, or - between them"));
    }
    if RESERVED.contains(&slug.as_str()) {
        return Err(Error::invalid("/slug", "reserved", "the help centre uses this name itself"));
    }
    Ok(slug)
}

/// A slug out of a title; one without a letter or digit of ASCII gives `instead`.
pub(in crate::faq) fn slug_of(title: &str, instead: &str) -> String {
    let mut slug = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if slug.len() >= SLUG_BYTES - 20 {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() || RESERVED.contains(&slug) { instead.to_owned() } else { slug.to_owned() }
}

/// A language as a tag of BCP 47 in lower case, such as `pt-br`.
///
/// # Errors
/// `Invalid` at `/locale`.
pub(in crate::faq) fn checked_locale(tag: &str) -> Result<String> {
    checked_language(tag, "/locale")
}

/// In which languages to look for somebody who wants `wanted`: that, the language without its region, and the site's own.
pub(in crate::faq) fn fallbacks(wanted: Option<&str>, own: &str) -> [String; 3] {
    let wanted = wanted.and_then(|tag| checked_locale(tag).ok()).unwrap_or_else(|| own.to_owned());
    let base = wanted.split('-').next().unwrap_or(own).to_owned();
    [wanted, base, own.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_stand_in_addresses() {
        assert_eq!(checked_slug("Reset-2FA").unwrap(), "reset-2fa");
        for wrong in ["", "a b", "ü", "a/b", "..", "-a", "a-", "search", "vote", &"a".repeat(81)] {
            assert!(checked_slug(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(slug_of("How do I reset my pass-word?", "x"), "how-do-i-reset-my-pass-word");
        assert_eq!((slug_of("返品", "a-1"), slug_of("Search!", "a-2")), ("a-1".to_owned(), "a-2".to_owned()));
        for title in ["é".repeat(100), "a ".repeat(100), "a".repeat(300)] {
            assert!(checked_slug(&slug_of(&title, "x")).is_ok(), "{title}");
        }
    }

    #[test]
    fn languages_fall_back_to_the_sites_own() {
        assert_eq!(fallbacks(Some("pt-BR"), "en"), ["pt-br", "pt", "en"]);
        assert_eq!(fallbacks(None, "de"), ["de", "de", "de"]);
        assert_eq!(fallbacks(Some("../x"), "de"), ["de", "de", "de"]);
    }
}
