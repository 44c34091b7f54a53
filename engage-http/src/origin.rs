//! Where a request comes from: the address behind proxies, and the site that made a browser send it.

use std::net::{IpAddr, Ipv6Addr};

use engage_core::{Error, ErrorKind, Result};
use http::{HeaderMap, header};
use ipnet::IpNet;

/// Refuses what another site made a browser send: by `Sec-Fetch-Site`, or, where a browser is too old for it, by `Origin`.
/// A request with neither is not a browser's, and carries no cookie that its sender does not own.
///
/// # Errors
/// `Forbidden` with code `cross_site`.
pub(crate) fn same_site(headers: &HeaderMap, public_url: Option<&str>) -> Result<()> {
    let foreign =
        || Err(Error::new(ErrorKind::Forbidden, "the request comes from another site").with_code("cross_site"));
    if let Some(site) = headers.get("sec-fetch-site") {
        return if matches!(site.as_bytes(), b"same-origin" | b"none") { Ok(()) } else { foreign() };
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let Ok(origin) = origin.to_str() else { return foreign() };
    if public_url.is_some_and(|url| url == origin) {
        return Ok(());
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin_host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    if host.is_some() && host == origin_host { Ok(()) } else { foreign() }
}

/// The address of whoever sent the request: the peer's, or, when the peer is a proxy that is trusted, the rightmost address
/// in `X-Forwarded-For` that is not a trusted proxy's.
pub(crate) fn address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(&canonical(*address)));
    let mut address = canonical(peer?);
    if !is_trusted(&address) {
        return Some(address);
    }
    let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<_> = hops.flat_map(|value| value.split(',')).collect();
    for hop in hops.iter().rev() {
        let Ok(before) = hop.trim().parse::<IpAddr>() else { break };
        address = canonical(before);
        if !is_trusted(&address) {
            break;
        }
    }
    Some(address)
}

/// What an address is counted by: itself, or its /64, which is what one IPv6 customer has.
pub(crate) fn rate_key(address: IpAddr) -> String {
    match canonical(address) {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn other_sites_are_refused() {
        for foreign in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "nonsense")],
            &[("origin", "null"), ("host", "acme.example")],
            &[("origin", "https://evil.example"), ("host", "acme.example")],
            &[("origin", "https://acme.example.evil.example"), ("host", "acme.example")],
            &[("origin", "https://evil.example@acme.example"), ("host", "acme.example")],
            &[("origin", "https://acme.example:444"), ("host", "acme.example")],
            &[("origin", "acme.example"), ("host", "acme.example")],
            &[("origin", "https://acme.example")],
            // Sec-Fetch-Site wins over an Origin that looks right.
            &[("sec-fetch-site", "cross-site"), ("origin", "https://acme.example"), ("host", "acme.example")],
        ] {
            assert_eq!(same_site(&headers(foreign), None).unwrap_err().code(), "cross_site", "{foreign:?}");
        }
    }

    #[test]
    fn the_own_site_and_programs_pass() {
        for own in [
            &[][..],
            &[("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
            &[("origin", "https://acme.example"), ("host", "acme.example")],
            &[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")],
        ] {
            assert!(same_site(&headers(own), None).is_ok(), "{own:?}");
        }
        let behind_proxy = headers(&[("origin", "https://acme.example"), ("host", "10.0.0.7:3000")]);
        assert!(same_site(&behind_proxy, Some("https://acme.example")).is_ok());
    }

    #[test]
    fn forwarded_addresses_count_only_from_trusted_proxies() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let of = |peer: &str, forwarded: &str| {
            address(Some(peer.parse().unwrap()), &headers(&[("x-forwarded-for", forwarded)]), &trusted)
                .unwrap()
                .to_string()
        };
        assert_eq!(of("198.51.100.1", "1.2.3.4"), "198.51.100.1", "nobody else may say");
        assert_eq!(of("10.0.0.1", "1.2.3.4"), "1.2.3.4");
        assert_eq!(
            of("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2"),
            "1.2.3.4",
            "what the sender claims itself does not count"
        );
        assert_eq!(of("10.0.0.1", "nonsense"), "10.0.0.1");
        assert_eq!(of("::ffff:10.0.0.1", "::ffff:1.2.3.4"), "1.2.3.4");
    }

    #[test]
    fn an_ipv6_customer_is_one() {
        assert_eq!(rate_key("2001:db8:1:2:3::4".parse().unwrap()), rate_key("2001:db8:1:2:ffff::1".parse().unwrap()));
        assert_ne!(rate_key("2001:db8:1:2::1".parse().unwrap()), rate_key("2001:db8:1:3::1".parse().unwrap()));
    }
}
