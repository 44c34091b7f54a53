//! Whom mail goes to. An address that was checked holds nothing that could end a header or a command.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How long a display name may be, in Unicode scalar values; what is beyond is cut.
const NAME_CHARS: usize = 100;

/// One address: `local@domain`, without display name, comment, quoted part or address literal, at most 254 bytes. Its
/// domain is in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

/// An address and the name beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Mailbox {
    /// One line, 1 to 100 characters.
    pub name: Option<String>,
    /// Where it goes.
    pub address: Address,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// `Invalid` at `field`, when it is none or one that engage does not write to.
    pub fn checked(field: &str, text: &str) -> Result<Self> {
        let told = || Error::invalid(field, "not_an_address", "this is not an e-mail address");
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or_else(told)?;
        if text.len() > 254 || !is_local(local) || !is_domain(domain) {
            return Err(told());
        }
        Ok(Self(format!("{local}@{}", domain.to_lowercase())))
    }

    /// Where nothing can go (RFC 2606): what stands in when a site's own name makes no address.
    pub(super) fn nobody() -> Self {
        Self("noreply@invalid".to_owned())
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the last `@`.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// What stands after the last `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The form under which it is compared: servers that tell upper from lower case before the `@` are as good as unknown.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl Mailbox {
    /// An address with the name of whoever has it; of the name only what fits into one line is kept.
    pub fn new(name: Option<&str>, address: Address) -> Self {
        let name = name.map(|name| one_line(name, NAME_CHARS)).filter(|name| !name.is_empty());
        Self { name, address }
    }
}

/// `text` with white space and control characters as single spaces, cut to `chars` characters.
pub(super) fn one_line(text: &str, chars: usize) -> String {
    let breaks = |c: char| c.is_whitespace() || c.is_control() || is_format(c);
    let words: Vec<&str> = text.split(breaks).filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(chars).collect::<String>().trim_end().to_owned()
}

/// Characters that turn the direction of what is around them: a name must not rewrite the line that it stands in.
fn is_format(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// A dot-atom (RFC 5322, 3.2.3), or letters beyond ASCII (RFC 6532).
fn is_local(local: &str) -> bool {
    let is_atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || is_letter(c);
    (1..=64).contains(&local.len()) && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom))
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || is_letter(c))
    };
    domain.len() <= 253 && domain.split('.').all(is_label)
}

fn is_letter(c: char) -> bool {
    !c.is_ascii() && c.is_alphanumeric()
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Address {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::checked("/address", &text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_one_address() {
        for good in
            ["ann@example.com", "a.b+c@sub.example.com", "Ann@EXAMPLE.com", "müller@bücher.example", "root@localhost"]
        {
            assert!(Address::checked("/to", good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "ann@a@b",
            "a b@example.com",
            "\"a b\"@example.com",
            "ann@[127.0.0.1]",
            "ann@example..com",
            ".ann@example.com",
            "ann@-a.com",
            "ann@example.com, bob@example.com",
            "<ann@example.com>",
            "ann@example.com\r\nBcc: bob@example.com",
            "ann\u{0}@example.com",
            "ann@exam\u{202e}ple.com",
            &format!("{}@example.com", "a".repeat(65)),
            &format!("a@{}.com", "b".repeat(64)),
        ] {
            assert!(Address::checked("/to", bad).is_err(), "{bad:?}");
        }
        assert_eq!(Address::checked("/to", " Ann@EXAMPLE.com ").unwrap().as_str(), "Ann@example.com");
        assert_eq!(Address::checked("/to", "Ann@EXAMPLE.com").unwrap().folded(), "ann@example.com");
    }

    #[test]
    fn a_name_is_one_line() {
        let address = Address::checked("/to", "ann@example.com").unwrap();
        let named = Mailbox::new(Some(" Ann\r\nBcc: x\u{202e}y "), address.clone());
        assert_eq!(named.name.unwrap(), "Ann Bcc: x y");
        assert_eq!(Mailbox::new(Some("\r\n"), address).name, None);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_an_address_holds_no_break(text in "(\\PC|[\\r\\n@., ]){0,40}") {
            if let Ok(address) = Address::checked("/to", &text) {
                let hostile = |c: char| c.is_control() || c.is_whitespace() || "<>,;\"()".contains(c);
                prop_assert!(!address.as_str().contains(hostile));
                prop_assert_eq!(address.as_str().matches('@').count(), 1);
            }
        }
    }
}
