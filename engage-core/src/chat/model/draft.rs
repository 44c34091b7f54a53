//! What somebody types, before they send it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How long a draft may be, in Unicode scalar values: in a hint it must fit a notification of Postgres.
const DRAFT_CHARS: usize = 1_000;

/// A text that nobody has sent. It is passed on, and neither stored nor logged: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Draft(String);

impl Draft {
    /// A draft as it came, not checked yet.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// With line breaks as `\n`. It may be empty, and have white space around it.
    ///
    /// # Errors
    /// `Invalid` at `/text`: control characters, or more than 1,000 characters.
    pub fn checked(self) -> Result<Self> {
        let text = self.0.replace("\r\n", "\n").replace('\r', "\n");
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err(Error::invalid("/text", "control_character", "the text holds control characters"));
        }
        if text.chars().count() > DRAFT_CHARS {
            return Err(Error::invalid("/text", "too_long", format!("at most {DRAFT_CHARS} characters")));
        }
        Ok(Self(text))
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Draft(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_are_bounded_and_may_be_empty() {
        for (text, checked) in [("", ""), (" a\r\nb\rc ", " a\nb\nc "), ("\t", "\t")] {
            assert_eq!(Draft::new(text).checked().unwrap().text(), checked);
        }
        assert!(Draft::new("👩".repeat(DRAFT_CHARS)).checked().is_ok());
        let code = |text: String| Draft::new(text).checked().unwrap_err().fields()[0].code;
        assert_eq!(code("a".repeat(DRAFT_CHARS + 1)), "too_long");
        assert_eq!(code("a\0".to_owned()), "control_character");
    }

    #[test]
    fn a_draft_does_not_show_in_debug() {
        assert_eq!(format!("{:?}", Draft::new("my password")), "Draft(..)");
    }
}
