//! What a canned reply is, and how its variables are filled in.

use crate::clock::Timestamp;
use crate::contacts::ContactCard;
use crate::error::{Error, Result};
use crate::ids::CannedId;

/// How long a text may be, in Unicode scalar values: expanded, it still fits a message.
const TEXT_CHARS: usize = 4_000;
/// How many variables a text may hold.
const VARIABLES: usize = 20;
/// How long a shortcode may be, in bytes.
const SHORTCODE_BYTES: usize = 50;

/// A text that agents say often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedReply {
    /// Its id.
    pub id: CannedId,
    /// What agents type to find it: 1 to 50 of `a-z 0-9 - _`. Unique.
    pub shortcode: String,
    /// The text, with variables.
    pub text: CannedText,
    /// The team whose it is; `None`: everybody's.
    pub team: Option<String>,
    /// Counts changes, from 1.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A text whose variables are all known. A variable is `{{name}}` or, with what stands for it when there is nothing,
/// `{{name|instead}}`; the names are `contact.name`, `contact.email`, `agent.name` and `site`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedText(String);

/// What variables stand for.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'f> {
    /// Who is written to.
    pub contact: &'f ContactCard,
    /// Who writes.
    pub agent: &'f str,
    /// The site's name.
    pub site: &'f str,
}

/// A piece of a text.
enum Piece<'t> {
    Text(&'t str),
    Variable { name: &'t str, instead: &'t str },
}

impl CannedText {
    /// Checks a text: 1 to 4,000 characters with something to see, at most 20 variables, each of them known.
    ///
    /// # Errors
    /// `Invalid` at `/text`.
    pub fn checked(text: &str) -> Result<Self> {
        let text = crate::chat::checked_text("/text", text, TEXT_CHARS)?;
        let pieces = pieces(&text)?;
        let names = pieces.iter().filter_map(|piece| match piece {
            Piece::Variable { name, .. } => Some(*name),
            Piece::Text(_) => None,
        });
        if names.clone().count() > VARIABLES {
            return Err(Error::invalid("/text", "too_many", format!("at most {VARIABLES} variables")));
        }
        let known = ["contact.name", "contact.email", "agent.name", "site"];
        if let Some(unknown) = names.into_iter().find(|name| !known.contains(name)) {
            let shown: String = unknown.chars().take(40).collect();
            let detail = format!("there is no variable {shown:?}; there are {}", known.join(", "));
            return Err(Error::invalid("/text", "unknown_variable", detail));
        }
        Ok(Self(text))
    }

    /// A text that was checked when it was stored.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// With its variables filled in, once: what stands in a name is text, whatever it looks like.
    pub fn expand(&self, facts: &Facts<'_>) -> String {
        let Ok(pieces) = pieces(&self.0) else { return self.0.clone() };
        let filled = pieces.into_iter().map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Variable { name, instead } => facts.get(name).filter(|fact| !fact.is_empty()).unwrap_or(instead),
        });
        filled.collect()
    }
}

impl<'f> Facts<'f> {
    fn get(&self, name: &str) -> Option<&'f str> {
        match name {
            "contact.name" => self.contact.name.as_deref(),
            "contact.email" => self.contact.email.as_deref(),
            "agent.name" => Some(self.agent),
            "site" => Some(self.site),
            _ => None,
        }
    }
}

/// `shortcode` in lower case.
///
/// # Errors
/// `Invalid` at `/shortcode`.
pub(super) fn checked_shortcode(shortcode: &str) -> Result<String> {
    let shortcode = shortcode.to_ascii_lowercase();
    let fits = (1..=SHORTCODE_BYTES).contains(&shortcode.len()) && is_shortcode(&shortcode);
    let told = || Error::invalid("/shortcode", "format", "1 to 50 letters without accents, digits, - or _");
    if fits { Ok(shortcode) } else { Err(told()) }
}

/// Whether it could begin a shortcode.
pub(super) fn is_shortcode(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let unclosed = || Error::invalid("/text", "unclosed_variable", "a {{ has no }}");
        let (inside, after) = after.split_once("}}").ok_or_else(unclosed)?;
        let (name, instead) = inside.split_once('|').unwrap_or((inside, ""));
        pieces.push(Piece::Text(before));
        pieces.push(Piece::Variable { name: name.trim(), instead: instead.trim() });
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::ContactId;

    fn card(name: Option<&str>) -> ContactCard {
        ContactCard { id: ContactId(uuid::Uuid::nil()), name: name.map(str::to_owned), email: None }
    }

    fn expand(text: &str, name: Option<&str>) -> String {
        let facts = Facts { contact: &card(name), agent: "Ada", site: "Acme" };
        CannedText::checked(text).unwrap().expand(&facts)
    }

    #[test]
    fn variables_are_filled_in_once() {
        assert_eq!(expand("Hi {{contact.name}}, {{ agent.name }} of {{site}}", Some("Bo")), "Hi Bo, Ada of Acme");
        assert_eq!(
            expand("Hi {{contact.name|there}}! {{contact.email}}", None),
            "Hi there!  ".trim_end().to_owned() + " "
        );
        assert_eq!(expand("{{contact.name}}", Some("{{site}} {{")), "{{site}} {{");
        assert_eq!(expand("a } b { c }} {x}", None), "a } b { c }} {x}");
    }

    #[test]
    fn what_is_unknown_or_unclosed_is_refused() {
        for (text, code) in [
            ("{{}}", "unknown_variable"),
            ("{{Contact.Name}}", "unknown_variable"),
            ("{{{{site}}}}", "unknown_variable"),
            ("{{contact.name.__proto__}}", "unknown_variable"),
            ("{{site", "unclosed_variable"),
            ("{{site}} {{", "unclosed_variable"),
            ("", "blank"),
            ("x\u{0}", "control_character"),
            (&"x".repeat(4_001), "too_long"),
            (&"{{site}}".repeat(21), "too_many"),
        ] {
            assert_eq!(CannedText::checked(text).unwrap_err().fields()[0].code, code, "{text:?}");
        }
    }

    #[test]
    fn shortcodes_are_lower_case() {
        assert_eq!(checked_shortcode("Hello-1_b").unwrap(), "hello-1_b");
        for wrong in ["", "a b", "ü", "a/b", "a%", &"a".repeat(51)] {
            assert!(checked_shortcode(wrong).is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_every_expansion_fits_a_message(text in "(\\{\\{|\\}\\}|site|contact.name|\\||.){0,40}", name in ".{0,200}") {
            if let Ok(checked) = CannedText::checked(&text) {
                let facts = Facts { contact: &card(Some(&name)), agent: &name, site: &name };
                prop_assert!(checked.expand(&facts).chars().count() <= 10_000);
            }
        }
    }
}
