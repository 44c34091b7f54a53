//! What people type, checked once, where it enters.

use crate::error::{Error, Result};

/// The longest body, in Unicode scalar values.
pub(in crate::chat) const BODY_CHARS: usize = 10_000;

/// `body` with line breaks as `\n` and no white space around it.
///
/// # Errors
/// `Invalid` at `/body`: nothing to see in it, too long, or control characters (U+0000 above all, which Postgres refuses).
pub(crate) fn checked_body(body: &str) -> Result<String> {
    checked_text("/body", body, BODY_CHARS)
}

/// The same for a body that may be empty beside files.
pub(in crate::chat) fn checked_body_beside(body: &str, has_files: bool) -> Result<String> {
    if has_files && body.trim().is_empty() { Ok(String::new()) } else { checked_body(body) }
}

/// The same for a text of at most `max` characters at `field`.
pub(crate) fn checked_text(field: &str, text: &str, max: usize) -> Result<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Error::invalid(field, "control_character", "the text holds control characters"));
    }
    if !text.chars().any(is_visible) {
        return Err(Error::invalid(field, "blank", "there is nothing to read in the text"));
    }
    if text.chars().count() > max {
        return Err(Error::invalid(field, "too_long", format!("at most {max} characters")));
    }
    Ok(text.to_owned())
}

/// Checks a sender's own id of a message: 1 to 64 of `A-Z a-z 0-9 - _ . :`.
///
/// # Errors
/// `Invalid` at `/client_message_id`.
pub(crate) fn checked_client_message_id(id: &str) -> Result<()> {
    let fits = (1..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'));
    if fits {
        Ok(())
    } else {
        Err(Error::invalid("/client_message_id", "format", "1 to 64 letters, digits, -, _, . or :"))
    }
}

/// Checks the name of a team: 1 to 64 characters without control characters.
///
/// # Errors
/// `Invalid` at `/team`.
pub(crate) fn checked_team(team: &str) -> Result<()> {
    if team.trim() == team && (1..=64).contains(&team.chars().count()) && !team.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(Error::invalid("/team", "format", "1 to 64 characters"))
    }
}

/// A BCP 47 tag in lower case: two or three letters, then parts of two to eight letters and digits, at most 35 characters.
///
/// # Errors
/// `Invalid` at `field`.
pub(crate) fn checked_language(tag: &str, field: &str) -> Result<String> {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let fits = tag.len() <= 35
        && (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if fits {
        Ok(tag.to_ascii_lowercase())
    } else {
        Err(Error::invalid(field, "format", "a language tag such as de or pt-BR"))
    }
}

/// Checks the name of a label: 1 to 50 characters without control characters, something to see, no white space around it.
///
/// # Errors
/// `Invalid` at `field`.
pub(crate) fn checked_label(field: &str, label: &str) -> Result<()> {
    let fits = label.trim() == label
        && (1..=50).contains(&label.chars().count())
        && !label.chars().any(char::is_control)
        && label.chars().any(is_visible);
    if fits { Ok(()) } else { Err(Error::invalid(field, "format", "1 to 50 characters")) }
}

/// White space, zero-width and direction marks alone make no message.
fn is_visible(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_trimmed_and_line_breaks_unified() {
        assert_eq!(checked_body("  a\r\nb\rc \n").unwrap(), "a\nb\nc");
    }

    #[test]
    fn bodies_without_anything_to_read_are_refused() {
        for blank in ["", " ", "\n\t", "\u{200D}\u{200B}", "\u{202E}", "\u{FEFF}", "\u{3164}"] {
            assert_eq!(checked_body(blank).unwrap_err().fields()[0].code, "blank", "{blank:?}");
        }
    }

    #[test]
    fn control_characters_are_refused_and_others_kept() {
        for bad in ["a\u{0}b", "a\u{7}", "\u{9f}x"] {
            assert_eq!(checked_body(bad).unwrap_err().fields()[0].code, "control_character", "{bad:?}");
        }
        for good in ["a\tb", "👩‍👩‍👧", "שלום", "<script>alert(1)</script>", "z\u{0300}\u{0301}"] {
            assert_eq!(checked_body(good).unwrap(), good);
        }
    }

    #[test]
    fn languages_are_tags_in_lower_case() {
        for (tag, checked) in [("de", "de"), ("pt-BR", "pt-br"), ("zh-Hant-TW", "zh-hant-tw"), ("gsw", "gsw")] {
            assert_eq!(checked_language(tag, "/language").unwrap(), checked);
        }
        for bad in
            ["", "d", "deutsch", "de_DE", "de-", "1a", "de-\u{0}a", "de-ä1", &format!("de{}", "-abcdefgh".repeat(4))]
        {
            assert_eq!(checked_language(bad, "/language").unwrap_err().fields()[0].code, "format", "{bad:?}");
        }
    }

    #[test]
    fn the_limit_counts_characters_not_bytes() {
        assert!(checked_body(&"ü".repeat(BODY_CHARS)).is_ok());
        assert_eq!(checked_body(&"a".repeat(BODY_CHARS + 1)).unwrap_err().fields()[0].code, "too_long");
    }
}
