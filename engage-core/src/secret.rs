//! Capability tokens: 32 random bytes, stored only as their hash.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::entropy::Entropy;

/// A secret that opens something. Shown once to its owner; neither `Debug` nor serialisable with its content.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretToken([u8; 32]);

/// SHA-256 of a [`SecretToken`], which is what the database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl SecretToken {
    /// A new secret.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// Reads what [`SecretToken::reveal`] wrote; anything else, also an empty text, is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 43 {
            return None;
        }
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The secret as 43 characters of base64url, for the cookie or link that carries it.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What to store and to look up by.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for SecretToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretToken(..)")
    }
}

impl TokenHash {
    /// The hash as 43 characters of base64url, for cache keys.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_token_reads_back_and_nothing_else_does() {
        let token = SecretToken::generate(&SeededEntropy::new(1));
        assert_eq!(SecretToken::parse(&token.reveal()).unwrap(), token);
        for bad in ["", " ", "null", &token.reveal()[..42], &format!("{}A", token.reveal()), &"!".repeat(43)] {
            assert!(SecretToken::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_token_does_not_show_in_debug() {
        let token = SecretToken::generate(&SeededEntropy::new(1));
        assert_eq!(format!("{token:?}"), "SecretToken(..)");
    }
}
