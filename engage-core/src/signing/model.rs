//! The signer.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::store::{Key, KeyStore};
use crate::engage::Context;
use crate::error::Result;

/// What the site's key is kept as.
const SITE: &str = "site";
/// A shorter signature could be guessed: RFC 2104, 5 asks for half of the digest at least.
const SHORTEST: usize = 16;

/// Signs with the site's key, by HMAC-SHA-256. Cheap to clone; `Debug` does not show the key.
#[derive(Clone)]
pub struct Signer(Arc<[u8; 32]>);

impl Signer {
    /// With the key of the site, made when there is none yet.
    pub(crate) async fn start(context: &Context, store: &dyn KeyStore) -> Result<Self> {
        let mut secret = [0; 32];
        context.entropy.fill(&mut secret);
        let proposed = Key { name: SITE.to_owned(), secret, made_at: context.clock.now() };
        Ok(Self(Arc::new(store.keep(&proposed).await?)))
    }

    /// With a key of one's own, for tests.
    pub fn with_key(key: [u8; 32]) -> Self {
        Self(Arc::new(key))
    }

    /// The signature of `bytes` for `purpose`, such as `forms.token`. Where room is short, its first 16 bytes do.
    pub fn sign(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        self.mac(purpose, bytes).finalize().into_bytes().into()
    }

    /// Whether `signature` is that of `bytes` for `purpose`, whole or its first 16 bytes or more. Takes as long for a wrong one
    /// as for a right one.
    pub fn verify(&self, purpose: &str, bytes: &[u8], signature: &[u8]) -> bool {
        signature.len() >= SHORTEST && self.mac(purpose, bytes).verify_truncated_left(signature).is_ok()
    }

    /// A key for each purpose: what is signed for one is not even under the same key as what is signed for another.
    fn mac(&self, purpose: &str, bytes: &[u8]) -> Hmac<Sha256> {
        let own = keyed(&self.0).chain_update(purpose).finalize().into_bytes();
        keyed(&own.into()).chain_update(bytes)
    }
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // A key is filled up with zeros to the length of a block (RFC 2104, 2).
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    Hmac::new(&block.into())
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_for_its_bytes_its_purpose_and_its_key() {
        let signer = Signer::with_key([1; 32]);
        let signature = signer.sign("a", b"bc");
        assert!(signer.verify("a", b"bc", &signature));
        assert!(signer.verify("a", b"bc", &signature[..16]));
        assert!(!signer.verify("ab", b"c", &signature) && !signer.verify("", b"abc", &signature));
        assert!(!signer.verify("a", b"bd", &signature));
        assert!(!Signer::with_key([2; 32]).verify("a", b"bc", &signature));
    }

    #[test]
    fn what_is_too_short_too_long_or_changed_does_not_hold() {
        let signer = Signer::with_key([1; 32]);
        let signature = signer.sign("a", b"b");
        for length in 0..16 {
            assert!(!signer.verify("a", b"b", &signature[..length]), "{length}");
        }
        assert!(!signer.verify("a", b"b", &[&signature[..], &[0]].concat()));
        for at in 0..32 {
            let mut changed = signature;
            changed[at] ^= 1;
            assert!(!signer.verify("a", b"b", &changed), "{at}");
        }
        assert_eq!(format!("{signer:?}"), "Signer(..)");
    }
}
