use engage_core::secret::SecretToken;
use http::{HeaderMap, HeaderValue, header};

use crate::cookies::SessionCookie;

/// A `Cookie` header gives a secret only when it holds it under the right name, and what is set is read.
pub fn token(input: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(input) else { return };
    let text = String::from_utf8_lossy(input).into_owned();
    let headers = HeaderMap::from_iter([(header::COOKIE, value)]);
    for (url, name) in [(None, "engage"), (Some("https://acme.example"), "__Host-engage")] {
        let cookie = SessionCookie::new(url);
        if let Some(token) = cookie.read(&headers) {
            let secret = token.reveal();
            assert!(text.contains(name) && text.contains(&secret), "{text:?} holds no secret under {name}");
            assert!(!format!("{token:?}").contains(&secret));
            assert_eq!(set(cookie, &token).as_deref(), Some(&*format!("{name}={secret}")));
        }
    }
    match SecretToken::parse(&text) {
        Some(token) => assert_eq!(token.reveal(), text, "a second form"),
        None => assert!(
            text.len() != 43
                || !text.bytes().all(|byte| byte.is_ascii_alphanumeric())
                || base64_is_not_canonical(&text),
            "{text:?}"
        ),
    }
}

/// What the browser sends after a cookie was set; as it is read again, it is the same secret.
fn set(cookie: SessionCookie, token: &SecretToken) -> Option<String> {
    let header = cookie.set(token, 60);
    let sent = header.to_str().ok()?.split(';').next()?.to_owned();
    let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(&sent).ok()?)]);
    assert_eq!(cookie.read(&headers).as_ref(), Some(token));
    Some(sent)
}

/// 43 characters hold two bits more than 32 bytes: those must be 0.
fn base64_is_not_canonical(text: &str) -> bool {
    !text.ends_with(|last: char| "AEIMQUYcgkosw048".contains(last))
}
