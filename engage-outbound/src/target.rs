//! What a URL says, and whether it may be asked.

use engage_core::{Error, ErrorKind, Result};
use http::Uri;
use http::uri::Scheme;

/// How long a URL may be, in bytes.
const LENGTH: usize = 2048;

/// Where a request goes, from a URL that may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) tls: bool,
    /// A name or an address, without the brackets of IPv6.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// What the `Host` header says.
    pub(crate) authority: String,
    pub(crate) path: String,
}

/// Which URLs may be asked.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) http: bool,
    /// `None`: any.
    pub(crate) ports: Option<Vec<u16>>,
}

impl Policy {
    pub(crate) fn target(&self, url: &str) -> Result<Target> {
        if url.len() > LENGTH {
            return Err(refused("too_long", format!("at most {LENGTH} bytes")));
        }
        let uri: Uri = url.parse().map_err(|_| refused("malformed", "not a URL"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(refused("malformed", "not an absolute URL"));
        };
        let tls = *scheme == Scheme::HTTPS;
        let plain = self.http && *scheme == Scheme::HTTP;
        if !(tls || plain) {
            let allowed = if self.http { "https or http" } else { "https" };
            return Err(refused("scheme", format!("it begins with {allowed}")));
        }
        if authority.as_str().contains('@') {
            return Err(refused("user_info", "without user and password"));
        }
        // What follows a colon and is no number is no port.
        let named = authority.host().len() < authority.as_str().len();
        let port = match authority.port_u16() {
            Some(port) => port,
            None if named => return Err(refused("port", "the port is a number")),
            None if tls => 443,
            None => 80,
        };
        if port == 0 || self.ports.as_ref().is_some_and(|ports| !ports.contains(&port)) {
            return Err(refused("port", "this port is not allowed"));
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        if host.is_empty() || host.len() > 253 {
            return Err(refused("malformed", "there is no host"));
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Target { tls, host, port, authority: authority.as_str().to_owned(), path: path.to_owned() })
    }
}

fn refused(code: &'static str, detail: impl Into<String>) -> Error {
    Error::invalid("/url", code, detail)
}

/// For what is only found out when it is asked.
pub(crate) fn forbidden() -> Error {
    Error::new(ErrorKind::Forbidden, "this address is not on the public internet and not allowed")
        .with_code("outbound_refused")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strict() -> Policy {
        Policy { http: false, ports: Some(vec![443, 8443]) }
    }

    #[test]
    fn a_url_is_taken_apart() {
        let target = strict().target("https://Example.com:8443/a/b?c=d#e").unwrap();
        assert_eq!((target.tls, &*target.host, target.port), (true, "example.com", 8443));
        assert_eq!((&*target.authority, &*target.path), ("Example.com:8443", "/a/b?c=d"));
        let six = strict().target("https://[2606:4700::1]").unwrap();
        assert_eq!((&*six.host, six.port, &*six.authority, &*six.path), ("2606:4700::1", 443, "[2606:4700::1]", "/"));
    }

    #[test]
    fn what_is_not_allowed_is_refused() {
        let long = format!("https://example.com/{}", "a".repeat(LENGTH));
        for (url, code) in [
            ("", "malformed"),
            ("example.com", "malformed"),
            ("/path", "malformed"),
            ("https:///path", "malformed"),
            ("https://", "malformed"),
            ("https://exa mple.com", "malformed"),
            ("https://example.com\r\nHost: other", "malformed"),
            ("http://example.com", "scheme"),
            ("ftp://example.com", "scheme"),
            ("file:///etc/passwd", "malformed"),
            ("gopher://example.com:443/x", "scheme"),
            ("https://user@example.com", "user_info"),
            ("https://example.com:pass@127.0.0.1", "user_info"),
            ("https://example.com:25", "port"),
            ("https://example.com:0", "port"),
            ("https://example.com:", "port"),
            (&long, "too_long"),
        ] {
            let error = strict().target(url).unwrap_err();
            assert_eq!(error.fields()[0].code, code, "{url:?}");
        }
        let loose = Policy { http: true, ports: None };
        assert_eq!(loose.target("http://example.com:6379").unwrap().port, 6379);
        assert!(loose.target("http://example.com:65536").is_err());
    }
}
