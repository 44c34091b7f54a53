//! What a site says to visitors by itself, for their browsers to judge when.

use serde::{Deserialize, Serialize};

use super::text::{checked_client_message_id, checked_text};
use crate::error::{Error, Result};

/// How many invitations there may be, and how many globs of one.
const INVITATIONS: usize = 20;
const GLOBS: usize = 20;

/// Something said to a visitor before anybody has written. What they answer begins with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Invitation {
    /// Its name: 1 to 64 of `A-Z a-z 0-9 - _ . :`, unique.
    pub id: String,
    /// What is said, 1 to 500 characters.
    pub text: String,
    /// After how many seconds on a page, 0 to 3,600.
    #[serde(default)]
    pub after_s: Option<i64>,
    /// When how much of a page has been scrolled through, 1 to 100 percent.
    #[serde(default)]
    pub scroll: Option<i64>,
    /// On which paths: at most 20 globs of at most 200 characters, in which `*` stands for any characters but `/` and `**` for
    /// any; none: on all.
    #[serde(default)]
    pub pages: Vec<String>,
    /// To whom; `None`: to everybody.
    #[serde(default)]
    pub visits: Option<Visits>,
    /// When the site must be open for it.
    #[serde(default)]
    pub when: When,
}

/// Who is invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visits {
    /// Who is here for the first time.
    First,
    /// Who was here before.
    Returning,
}

/// Whether the site must be open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// It need not.
    #[default]
    Always,
    /// Within the business hours only.
    Open,
}

/// Checks what a site has set.
///
/// # Errors
/// `Invalid` below `/value`.
pub(crate) fn check_invitations(invitations: &[Invitation]) -> Result<()> {
    if invitations.len() > INVITATIONS {
        return Err(Error::invalid("/value", "too_many", format!("at most {INVITATIONS} invitations")));
    }
    for (index, invitation) in invitations.iter().enumerate() {
        let at = |member: &str| format!("/value/{index}/{member}");
        let wrong = |member: &str, code, detail: &str| Err(Error::invalid(&at(member), code, detail));
        if checked_client_message_id(&invitation.id).is_err() {
            return wrong("id", "format", "1 to 64 letters, digits, -, _, . or :");
        }
        if invitations[..index].iter().any(|other| other.id == invitation.id) {
            return wrong("id", "taken", "another invitation has this id");
        }
        checked_text(&at("text"), &invitation.text, 500)?;
        if invitation.after_s.is_some_and(|seconds| !(0..=3_600).contains(&seconds)) {
            return wrong("after_s", "range", "0 to 3,600, or null");
        }
        if invitation.scroll.is_some_and(|percent| !(1..=100).contains(&percent)) {
            return wrong("scroll", "range", "1 to 100, or null");
        }
        let is_glob = |glob: &String| {
            (1..=200).contains(&glob.chars().count()) && !glob.chars().any(|c| c.is_control() || c == ' ')
        };
        if invitation.pages.len() > GLOBS || !invitation.pages.iter().all(is_glob) {
            return wrong("pages", "format", "at most 20 globs of 1 to 200 characters");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn checked(value: Value) -> Result<()> {
        check_invitations(&serde_json::from_value::<Vec<Invitation>>(value).unwrap())
    }

    #[test]
    fn what_an_invitation_needs_is_little() {
        let whole = json!({
            "id": "b", "text": "Hi\nthere", "after_s": 0, "scroll": 100, "pages": ["/pricing/*", "**"], "visits": "returning",
            "when": "open",
        });
        checked(json!([{ "id": "a", "text": "Hi" }, whole])).unwrap();
        checked(json!([])).unwrap();
    }

    #[test]
    fn invitations_that_cannot_be_are_refused() {
        let with = |member: &str, value: Value| {
            let mut invitation = json!({ "id": "a", "text": "Hi" });
            invitation[member] = value;
            json!([{ "id": "first", "text": "Hi" }, invitation])
        };
        for (member, value) in [
            ("id", json!("")),
            ("id", json!("a b")),
            ("id", json!("x".repeat(65))),
            ("id", json!("first")),
            ("text", json!(" ")),
            ("text", json!("\u{202E}")),
            ("text", json!("x".repeat(501))),
            ("text", json!("a\u{7}")),
            ("after_s", json!(-1)),
            ("after_s", json!(3_601)),
            ("scroll", json!(0)),
            ("scroll", json!(101)),
            ("pages", json!([""])),
            ("pages", json!(["a\nb"])),
            ("pages", json!(["x".repeat(201)])),
            ("pages", json!(vec!["/"; 21])),
        ] {
            let error = checked(with(member, value.clone())).unwrap_err();
            assert_eq!(error.fields()[0].field, format!("/value/1/{member}"), "{value}");
        }
        let many: Vec<_> = (0..21).map(|n| json!({ "id": format!("{n}"), "text": "Hi" })).collect();
        assert_eq!(checked(json!(many)).unwrap_err().fields()[0].field, "/value");
    }
}
