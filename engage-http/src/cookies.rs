//! The one cookie: the visitor's session secret.

use cookie::{Cookie, SameSite};
use engage_core::secret::SecretToken;
use http::{HeaderMap, HeaderValue, header};

/// How the cookie is named and marked, which follows from the public URL.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionCookie {
    secure: bool,
}

impl SessionCookie {
    /// With `https`, `Secure` and bound to the host by the `__Host-` prefix (RFC 6265bis, 4.1.3.2).
    pub(crate) fn new(public_url: Option<&str>) -> Self {
        Self { secure: public_url.is_some_and(|url| url.starts_with("https://")) }
    }

    fn name(self) -> &'static str {
        if self.secure { "__Host-engage" } else { "engage" }
    }

    /// The secret that a request carries, if it is one.
    pub(crate) fn read(self, headers: &HeaderMap) -> Option<SecretToken> {
        let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut named =
            all.flat_map(Cookie::split_parse).filter_map(Result::ok).filter(|cookie| cookie.name() == self.name());
        named.find_map(|cookie| SecretToken::parse(cookie.value()))
    }

    /// Hands the secret to the browser, for as long as a session may live.
    pub(crate) fn set(self, token: &SecretToken, max_age_seconds: i64) -> HeaderValue {
        self.header(token.reveal(), max_age_seconds)
    }

    /// Takes it back.
    pub(crate) fn clear(self) -> HeaderValue {
        self.header(String::new(), 0)
    }

    fn header(self, value: String, max_age: i64) -> HeaderValue {
        let mut cookie = Cookie::new(self.name(), value);
        cookie.set_http_only(true);
        cookie.set_secure(self.secure);
        cookie.set_same_site(SameSite::Lax);
        cookie.set_path("/");
        let text = format!("{cookie}; Max-Age={max_age}");
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engage_core::entropy::SeededEntropy;

    #[test]
    fn under_https_the_cookie_is_bound_to_the_host() {
        let token = SecretToken::generate(&SeededEntropy::new(1));
        let set = SessionCookie::new(Some("https://acme.example")).set(&token, 60);
        let set = set.to_str().unwrap();
        assert!(set.starts_with("__Host-engage="));
        for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=60"] {
            assert!(set.contains(part), "{set}");
        }
        assert!(!set.contains("Domain"));
    }

    #[test]
    fn what_is_not_a_secret_is_no_session() {
        let cookie = SessionCookie::new(None);
        for bad in ["", "engage=", "engage=null", "engage=%00", "other=x", "engage=AAAA; engage=BBBB"] {
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(bad).unwrap())]);
            assert!(cookie.read(&headers).is_none(), "{bad:?}");
        }
    }
}
