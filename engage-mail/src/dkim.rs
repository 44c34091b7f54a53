//! Signatures by which the receiver's server knows that a domain answers for a mail (DKIM, RFC 6376 and 8463).

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};

/// Which headers are signed, as far as a mail has them. `From` is named once more, so that nobody can put another one in front.
const SIGNED: [&str; 13] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "auto-submitted",
    "list-unsubscribe",
    "list-unsubscribe-post",
];
/// How long a line of base64 is.
const LINE: usize = 72;

/// Signs mails for a domain. Cheap to clone.
///
/// The domain's DNS has the public half, as a text at `SELECTOR._domainkey.DOMAIN`: `v=DKIM1; k=rsa; p=...` or
/// `v=DKIM1; k=ed25519; p=...`. Not every receiver knows Ed25519 yet; with an RSA key of 2,048 bits all do.
#[derive(Clone)]
pub struct Dkim {
    domain: String,
    selector: String,
    key: Arc<Key>,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

/// Why there is no signer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DkimError {
    /// The domain or the selector is no name of DNS.
    Name,
    /// Not one private key in PEM, as PKCS#8 (`BEGIN PRIVATE KEY`), of RSA with 2,048 to 4,096 bits or of Ed25519.
    Key,
    /// It did not sign.
    Sign,
}

impl Dkim {
    /// For mails from `domain`, with the private key whose public half stands at `selector`. `pem` is as `openssl genpkey` writes
    /// it.
    ///
    /// # Errors
    /// [`DkimError::Name`] and [`DkimError::Key`].
    pub fn new(domain: &str, selector: &str, pem: &str) -> Result<Self, DkimError> {
        let domain = idna::domain_to_ascii(domain).map_err(|_| DkimError::Name)?;
        let is_name = |name: &str| {
            let is_label = |label: &str| {
                (1..=63).contains(&label.len())
                    && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            };
            name.len() <= 200 && name.split('.').all(is_label)
        };
        if !is_name(&domain) || !is_name(selector) {
            return Err(DkimError::Name);
        }
        let key = Arc::new(Key::read(pem).ok_or(DkimError::Key)?);
        Ok(Self { domain, selector: selector.to_ascii_lowercase(), key })
    }

    /// The mail with its signature in front. The same mail at the same `time` (seconds since 1970) gets the same.
    pub(crate) fn signed(&self, mail: &[u8], time: i64) -> Result<Vec<u8>, DkimError> {
        let (head, body) = split(mail);
        let headers = headers(head);
        let mut names: Vec<&str> =
            SIGNED.into_iter().filter(|name| headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))).collect();
        names.push("from");
        let algorithm = match &*self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        let own = format!(
            "v=1; a={algorithm}; c=relaxed/relaxed;\r\n d={};\r\n s={}; t={time};\r\n h={};\r\n bh={};\r\n b=",
            self.domain,
            self.selector,
            names.join(":\r\n  "),
            BASE64.encode(digest(&SHA256, &relaxed_body(body))),
        );
        let signature = self.key.sign(&to_sign(&headers, &names, &own)).ok_or(DkimError::Sign)?;
        let signature = BASE64.encode(signature);
        let lines: Vec<&str> =
            signature.as_bytes().chunks(LINE).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        let mut signed = format!("DKIM-Signature: {own}{}\r\n", lines.join("\r\n  ")).into_bytes();
        signed.extend_from_slice(mail);
        Ok(signed)
    }
}

impl Key {
    fn read(pem: &str) -> Option<Self> {
        let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----")?;
        let (text, _) = rest.split_once("-----END PRIVATE KEY-----")?;
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let der = BASE64.decode(text).ok()?;
        let rsa = RsaKeyPair::from_pkcs8(&der).ok().map(|key| Self::Rsa(Box::new(key)));
        rsa.or_else(|| Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).ok().map(Self::Ed25519))
    }

    fn sign(&self, text: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).ok()?;
                Some(signature)
            }
            // RFC 8463: not the text is signed but its hash.
            Self::Ed25519(key) => Some(key.sign(digest(&SHA256, text).as_ref()).as_ref().to_vec()),
        }
    }
}

/// What is signed: the headers of these names, the last one first when there are several, and the signature's own without its
/// value, which ends what is signed and has no line end.
fn to_sign(headers: &[(&str, &str)], names: &[&str], own: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut left: Vec<&(&str, &str)> = headers.iter().collect();
    for name in names {
        if let Some(at) = left.iter().rposition(|(own, _)| own.eq_ignore_ascii_case(name)) {
            let (_, value) = left.remove(at);
            out.extend_from_slice(relaxed_header(name, value).as_bytes());
            out.extend_from_slice(b"\r\n");
        }
    }
    out.extend_from_slice(relaxed_header("dkim-signature", own).as_bytes());
    out
}

/// The headers and the body; whoever has no blank line has no body.
fn split(mail: &[u8]) -> (&[u8], &[u8]) {
    match mail.windows(4).position(|some| some == b"\r\n\r\n") {
        Some(at) => (&mail[..at + 2], &mail[at + 4..]),
        None => (mail, &[]),
    }
}

/// Names and values, folded as they are. What engage writes is ASCII.
fn headers(head: &[u8]) -> Vec<(&str, &str)> {
    let text = std::str::from_utf8(head).unwrap_or_default();
    let (mut found, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let end = rest.match_indices("\r\n").map(|(at, _)| at + 2).find(|end| !rest[*end..].starts_with([' ', '\t']));
        let (header, others) = rest.split_at(end.unwrap_or(rest.len()));
        found.extend(header.trim_end_matches("\r\n").split_once(':'));
        rest = others;
    }
    found
}

/// RFC 6376, 3.4.2.
fn relaxed_header(name: &str, value: &str) -> String {
    let value = value.replace("\r\n", "");
    let words: Vec<&str> = value.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
    format!("{}:{}", name.trim().to_ascii_lowercase(), words.join(" "))
}

/// RFC 6376, 3.4.4.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let (mut out, mut blank) = (Vec::with_capacity(body.len()), 0);
    let mut lines: Vec<&[u8]> = body.split(|byte| *byte == b'\n').collect();
    if lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    for line in lines {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let end = line.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |at| at + 1);
        if end == 0 {
            blank += 1;
            continue;
        }
        out.extend(b"\r\n".repeat(std::mem::take(&mut blank)));
        for (at, byte) in line[..end].iter().enumerate() {
            match byte {
                _ if !is_blank(*byte) => out.push(*byte),
                _ if at == 0 || !is_blank(line[at - 1]) => out.push(b' '),
                _ => {}
            }
        }
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

impl fmt::Debug for Dkim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dkim").field("domain", &self.domain).field("selector", &self.selector).finish_non_exhaustive()
    }
}

impl fmt::Display for DkimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "the domain or the selector is no name of DNS",
            Self::Key => "this is not one private key of RSA or Ed25519 as PKCS#8 in PEM",
            Self::Sign => "the key did not sign",
        })
    }
}

impl std::error::Error for DkimError {}

#[cfg(test)]
mod tests {
    use ring::signature::{ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm};

    use super::*;

    /// RFC 8463, appendix A: a mail, and the key that the RFC signs it with.
    const MAIL: &str = "From: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\nSubject: Is dinner ready?\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\nMessage-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\nHi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
    const PUBLIC: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    /// The same private key, as OpenSSL writes it.
    const ED25519_KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";

    #[test]
    fn what_is_signed_is_what_the_rfc_signs() {
        let (head, body) = split(MAIL.as_bytes());
        let hash = BASE64.encode(digest(&SHA256, &relaxed_body(body)));
        assert_eq!(hash, "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
        let own = format!(
            "v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n subject : date : message-id : from : subject : date;\r\n bh={hash};\r\n b="
        );
        let names = ["from", "to", "subject", "date", "message-id", "from", "subject", "date"];
        let text = to_sign(&headers(head), &names, &own);
        let signature = BASE64
            .decode("/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==")
            .unwrap();
        let key = UnparsedPublicKey::new(&ED25519, BASE64.decode(PUBLIC).unwrap());
        key.verify(digest(&SHA256, &text).as_ref(), &signature).unwrap();
    }

    /// Reads the signature as a receiver does, and says whether it holds.
    fn holds(signed: &[u8], algorithm: &'static dyn VerificationAlgorithm, key: &[u8], is_hashed: bool) -> bool {
        let (head, body) = split(signed);
        let all = headers(head);
        let (name, own) = all[0];
        assert_eq!(name, "DKIM-Signature");
        let flat: String = own.chars().filter(|c| !c.is_whitespace()).collect();
        let tag = |name: &str| flat.split(';').find_map(|tag| tag.strip_prefix(name)?.strip_prefix('=')).unwrap();
        let names: Vec<&str> = tag("h").split(':').collect();
        let (unsigned, _) = own.rsplit_once("b=").unwrap();
        let text = to_sign(&all[1..], &names, &format!("{unsigned}b="));
        let text = if is_hashed { digest(&SHA256, &text).as_ref().to_vec() } else { text };
        let signature = BASE64.decode(tag("b")).unwrap();
        let is_body = tag("bh") == BASE64.encode(digest(&SHA256, &relaxed_body(body)));
        is_body && UnparsedPublicKey::new(algorithm, key).verify(&text, &signature).is_ok()
    }

    #[test]
    fn a_signature_holds_until_something_is_changed() {
        let dkim = Dkim::new("Football.Example.com", "brisbane", ED25519_KEY).unwrap();
        let key = BASE64.decode(PUBLIC).unwrap();
        let signed = dkim.signed(MAIL.as_bytes(), 1_528_637_909).unwrap();
        assert_eq!(signed, dkim.signed(MAIL.as_bytes(), 1_528_637_909).unwrap(), "a repeat is the same");
        assert!(holds(&signed, &ED25519, &key, true));
        let text = String::from_utf8(signed).unwrap();
        assert!(text.split("\r\n").all(|line| line.len() <= 78), "{text}");
        for (from, to) in [("dinner", "supper"), ("joe@", "eve@"), ("lost", "won"), ("t=1528637909", "t=1")] {
            assert!(!holds(text.replace(from, to).as_bytes(), &ED25519, &key, true), "{from}");
        }
        let before = text.replace("From: Joe", "From: Eve <eve@x.example>\r\nFrom: Joe");
        assert!(!holds(before.as_bytes(), &ED25519, &key, true), "another sender in front");
        // What servers on the way may do.
        let folded = text.replace("Subject: Is", "SUBJECT:  Is\r\n\t").replace("game.  Are", "game. Are  ");
        assert!(holds(folded.replace("Are  ", "Are").as_bytes(), &ED25519, &key, true));
    }

    #[test]
    fn keys_of_rsa_sign_too() {
        let pem = include_str!("../tests/keys/rsa.pem");
        let dkim = Dkim::new("acme.example", "s1", pem).unwrap();
        let Key::Rsa(pair) = &*dkim.key else { panic!("it is of RSA") };
        let key = pair.public().as_ref().to_vec();
        let signed = dkim.signed(MAIL.as_bytes(), 1).unwrap();
        assert!(holds(&signed, &RSA_PKCS1_2048_8192_SHA256, &key, false));
    }

    #[test]
    fn what_cannot_sign_is_refused() {
        let new = |domain, selector, pem| Dkim::new(domain, selector, pem).map(|_| ()).unwrap_err();
        for (domain, selector) in
            [("", "s"), ("a b", "s"), ("a.example", ""), ("a.example", "s;x"), ("a.example", "s\r\nx")]
        {
            assert_eq!(new(domain, selector, ED25519_KEY), DkimError::Name, "{domain:?} {selector:?}");
        }
        for pem in
            ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", &ED25519_KEY.replace("MC4C", "MC4D")]
        {
            assert_eq!(new("a.example", "s", pem), DkimError::Key, "{pem}");
        }
        assert!(!format!("{:?}", Dkim::new("a.example", "s", ED25519_KEY).unwrap()).contains("MC4C"));
    }

    #[test]
    fn blanks_count_as_the_rfc_has_it() {
        for (body, relaxed) in [
            (&b""[..], &b""[..]),
            (b"\r\n\r\n", b""),
            (b" C \r\nD \t E\r\n\r\n\r\n", b" C\r\nD E\r\n"),
            (b"a\r\n \r\n\r\nb", b"a\r\n\r\n\r\nb\r\n"),
        ] {
            assert_eq!(relaxed_body(body), relaxed, "{:?}", String::from_utf8_lossy(body));
        }
    }
}
