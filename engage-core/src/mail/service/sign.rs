//! Addresses for answers, which nobody can make but engage.

use uuid::Uuid;

use crate::mail::model::Thread;
use crate::signing::Signer;

/// What is signed.
const PURPOSE: &str = "mail.reply";
/// What the addresses begin with.
const PREFIX: &str = "re+";
/// How many bytes of the signature an address bears: before the `@` is room for 64 characters.
const SIGNATURE: usize = 16;

/// What stands before the `@`: at most 64 characters that survive a change of case.
pub(super) fn local(signer: &Signer, thread: &Thread) -> String {
    let signature = signer.sign(PURPOSE, thread.to_string().as_bytes());
    let signed: Vec<u8> = thread.id().into_bytes().into_iter().chain(signature.into_iter().take(SIGNATURE)).collect();
    format!("{PREFIX}{}-{}", thread.kind(), base32(&signed))
}

/// The thread of what stands before the `@`; `None` when it was not signed here.
pub(super) fn thread(signer: &Signer, local: &str) -> Option<Thread> {
    let local = local.to_ascii_lowercase();
    let (kind, signed) = local.strip_prefix(PREFIX)?.split_once('-')?;
    let bytes = from_base32(signed)?;
    let (id, signature) = bytes.split_at_checked(16).filter(|(_, signature)| signature.len() == SIGNATURE)?;
    let thread = Thread::new(kind, Uuid::from_slice(id).ok()?).ok()?;
    signer.verify(PURPOSE, thread.to_string().as_bytes(), signature).then_some(thread)
}

/// The alphabet of RFC 4648, 6, in lower case.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

fn base32(bytes: &[u8]) -> String {
    let (mut out, mut held, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        out.push(char::from(ALPHABET[(held << (5 - bits) & 31) as usize]));
    }
    out
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes() {
        let value = ALPHABET.iter().position(|own| *own == byte)?;
        held = held << 5 | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 255).ok()?);
        }
    }
    // One form for each: what is left over is nothing.
    (bits < 5 && held & ((1 << bits) - 1) == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signer(key: u8) -> Signer {
        Signer::with_key([key; 32])
    }

    #[test]
    fn an_address_is_its_thread_and_no_other() {
        let thread = Thread::new("chat", Uuid::from_u128(7)).unwrap();
        let local = super::local(&signer(1), &thread);
        assert!(local.len() <= 64 && local.starts_with("re+chat-"), "{local}");
        assert_eq!(super::thread(&signer(1), &local), Some(thread.clone()));
        assert_eq!(super::thread(&signer(1), &local.to_uppercase()), Some(thread));
        assert_eq!(super::thread(&signer(2), &local), None, "another key");
        assert_eq!(super::thread(&signer(1), &local.replace("chat", "ticket")), None, "another kind");
        assert_eq!(super::thread(&signer(1), &local[..local.len() - 1]), None);
        assert_eq!(super::thread(&signer(1), &format!("{local}a")), None);
        for other in ["", "reply+", "re+chat-", "reply+chat-a", "ann", "reply+chat-äöü"] {
            assert_eq!(super::thread(&signer(1), other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn base32_reads_back(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(from_base32(&base32(&bytes)), Some(bytes));
        }

        #[test]
        fn no_change_of_an_address_passes(at in 0_usize..60, byte in any::<u8>()) {
            let thread = Thread::new("chat", Uuid::from_u128(u128::MAX / 3)).unwrap();
            let local = super::local(&signer(1), &thread);
            let mut changed = local.clone().into_bytes();
            let at = at % changed.len();
            changed[at] = byte & 127;
            let changed = String::from_utf8(changed).unwrap();
            prop_assert!(changed.eq_ignore_ascii_case(&local) || super::thread(&signer(1), &changed).is_none());
        }
    }
}
