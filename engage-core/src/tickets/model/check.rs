//! What people type, checked once, where it enters.

use crate::chat::{checked_label, checked_text};
use crate::error::{Error, Result};

/// How long things may be, in Unicode scalar values. A body may be a mail.
const SUBJECT_CHARS: usize = 200;
const BODY_CHARS: usize = 50_000;
const ORGANISATION_CHARS: usize = 100;
const COMMENT_CHARS: usize = 1_000;

pub(in crate::tickets) fn checked_subject(subject: &str) -> Result<String> {
    checked_line("/subject", subject, SUBJECT_CHARS)
}

pub(in crate::tickets) fn checked_body(body: &str) -> Result<String> {
    checked_text("/body", body, BODY_CHARS)
}

/// With files, there may be nothing to say.
pub(in crate::tickets) fn checked_body_beside(body: &str, has_files: bool) -> Result<String> {
    if has_files && body.trim().is_empty() { Ok(String::new()) } else { checked_body(body) }
}

/// What is empty is none.
pub(in crate::tickets) fn checked_organisation(name: &str) -> Result<String> {
    checked_line("/organisation", name, ORGANISATION_CHARS)
}

pub(in crate::tickets) fn checked_comment(field: &str, comment: &str) -> Result<Option<String>> {
    if comment.trim().is_empty() { Ok(None) } else { checked_text(field, comment, COMMENT_CHARS).map(Some) }
}

/// Names of tags, below `field`.
pub(in crate::tickets) fn checked_tags(field: &str, tags: &[String]) -> Result<()> {
    if tags.len() > 50 {
        return Err(Error::invalid(field, "too_many", "at most 50 at once"));
    }
    tags.iter().enumerate().try_for_each(|(place, tag)| checked_label(&format!("{field}/{place}"), tag))
}

/// Addresses in lower case, below `field`.
pub(in crate::tickets) fn checked_cc(field: &str, addresses: Vec<String>) -> Result<Vec<String>> {
    if addresses.len() > 50 {
        return Err(Error::invalid(field, "too_many", "at most 50 at once"));
    }
    let checked = addresses.into_iter().enumerate().map(|(place, address)| {
        let wrong = || Error::invalid(&format!("{field}/{place}"), "format", "an e-mail address");
        if crate::contacts::looks_like_an_address(&address) && address.len() <= 254 {
            Ok(address.to_lowercase())
        } else {
            Err(wrong())
        }
    });
    checked.collect()
}

/// A sender's own id.
pub(in crate::tickets) fn checked_key(id: &str) -> Result<()> {
    crate::chat::checked_client_message_id(id)
}

fn checked_line(field: &str, text: &str, most: usize) -> Result<String> {
    let text = checked_text(field, text, most)?;
    if text.chars().any(char::is_control) {
        return Err(Error::invalid(field, "control_character", "one line"));
    }
    Ok(text)
}
