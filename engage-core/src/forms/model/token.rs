//! What a rendered form carries, so that engage knows it again.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::clock::{Timestamp, delta, from_micros};
use crate::entropy::Entropy;
use crate::signing::Signer;

const PURPOSE: &str = "forms.token";
/// How long somebody may take over a form.
const LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// That a form was given to somebody, at what time: a time trap for programs, and what makes a second submission the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::forms) struct FormToken {
    /// Told apart by this.
    pub(in crate::forms) nonce: [u8; 16],
    /// When.
    pub(in crate::forms) at: Timestamp,
}

impl FormToken {
    pub(in crate::forms) fn new(entropy: &dyn Entropy, now: Timestamp) -> Self {
        let mut nonce = [0; 16];
        entropy.fill(&mut nonce);
        Self { nonce, at: now }
    }

    /// For the form `name`, as a text.
    pub(in crate::forms) fn text(&self, signer: &Signer, name: &str) -> String {
        let signature = signer.sign(PURPOSE, &self.signed(name));
        URL_SAFE_NO_PAD.encode([&self.nonce[..], &self.at.timestamp_micros().to_be_bytes(), &signature[..16]].concat())
    }

    /// Reads what [`FormToken::text`] gave for the form `name`; anything else is `None`.
    pub(in crate::forms) fn read(text: &str, signer: &Signer, name: &str) -> Option<Self> {
        let bytes: [u8; 40] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (nonce, rest) = bytes.split_first_chunk::<16>()?;
        let (at, signature) = rest.split_first_chunk::<8>()?;
        let token = Self { nonce: *nonce, at: from_micros(i64::from_be_bytes(*at)) };
        signer.verify(PURPOSE, &token.signed(name), signature).then_some(token)
    }

    /// Until when it can be used.
    pub(in crate::forms) fn expires_at(&self) -> Timestamp {
        self.at + delta(LIFE)
    }

    fn signed(&self, name: &str) -> Vec<u8> {
        [&self.nonce[..], &self.at.timestamp_micros().to_be_bytes(), name.as_bytes()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock as _, ManualClock};
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_token_is_known_again_for_its_form_alone() {
        let signer = Signer::with_key([7; 32]);
        let token = FormToken::new(&SeededEntropy::new(1), ManualClock::default().now());
        let text = token.text(&signer, "contact");
        assert_eq!(FormToken::read(&text, &signer, "contact"), Some(token));
        assert_eq!(FormToken::read(&text, &signer, "other"), None);
        assert_eq!(FormToken::read(&text, &Signer::with_key([8; 32]), "contact"), None);
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            let read = FormToken::read(&changed, &signer, "contact");
            // The last character has bits that mean nothing, and a decoder that is strict about them.
            assert_eq!(read, None, "{at}");
        }
        for wrong in ["", "null", &text[1..], &format!("{text}A"), "\u{0}", &"A".repeat(54)] {
            assert_eq!(FormToken::read(wrong, &signer, "contact"), None, "{wrong:?}");
        }
    }
}
