//! What a visitor looks at on the site, for whoever talks with them.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// A page that a visitor has looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Its address: `http` or `https`, without query, fragment and credentials; printable ASCII, at most 2,048 bytes.
    pub url: String,
    /// What it is called, at most 200 characters. May be empty.
    pub title: String,
    /// When. A contact looks at one page at a time, so this tells them apart.
    pub at: Timestamp,
}

impl Page {
    /// How many of a contact's are kept.
    pub const KEPT: usize = 20;
    /// For how long.
    pub const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

    /// A page as a browser tells it: its address as `location.href` has it. Query, fragment and credentials are cut off, as they
    /// hold what is nobody else's business; so is what turns the title's direction of writing.
    ///
    /// # Errors
    /// `Invalid` at `/url` or `/title`.
    pub fn checked(url: &str, title: &str, at: Timestamp) -> Result<Self> {
        let url = checked_url(url).map_err(|(code, detail)| Error::invalid("/url", code, detail))?;
        let title: String = title.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
        let title = title.trim();
        if title.chars().count() > 200 {
            return Err(Error::invalid("/title", "too_long", "at most 200 characters"));
        }
        Ok(Self { url, title: title.to_owned(), at })
    }

    /// Those of `pages`, in their order, that are news after `latest`, each later than the one before. The page that is open
    /// already is none. The rule of every store.
    pub fn after(latest: Option<&Self>, pages: &[Self]) -> Vec<Self> {
        let mut news: Vec<Self> = Vec::new();
        for page in pages {
            let last = news.last().or(latest);
            if last.is_some_and(|last| (&last.url, &last.title) == (&page.url, &page.title)) {
                continue;
            }
            let at = last.map_or(page.at, |last| page.at.max(last.at + TimeDelta::microseconds(1)));
            news.push(Self { at, ..page.clone() });
        }
        news
    }

    /// What a browser has gathered, as far as it can be kept: checked, of the last day, not of the future, in order.
    pub(in crate::chat) fn gathered(pages: &[Self], now: Timestamp) -> Vec<Self> {
        let checked = pages.iter().filter_map(|page| Self::checked(&page.url, &page.title, page.at.min(now)).ok());
        let mut kept: Vec<_> = checked.filter(|page| page.at > now - Self::KEPT_FOR).collect();
        kept.sort_by_key(|page| page.at);
        kept
    }
}

/// An address as browsers write it (<https://url.spec.whatwg.org/#url-serializing>): those that hold anything else are none.
fn checked_url(url: &str) -> Result<String, (&'static str, &'static str)> {
    const WRONG: (&str, &str) = ("format", "an http or https address is expected");
    let scheme = ["https://", "http://"].into_iter().find(|scheme| url.starts_with(scheme)).ok_or(WRONG)?;
    let rest = &url[scheme.len()..];
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    if !rest.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>' | b'`')) {
        return Err(WRONG);
    }
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let is_host = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_[]:".contains(&byte));
    if !is_host || !host.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[') {
        return Err(WRONG);
    }
    let url = format!("{scheme}{host}{}", if path.is_empty() { "/" } else { path });
    if url.len() > 2_048 { Err(("too_long", "at most 2,048 bytes without query and fragment")) } else { Ok(url) }
}

/// Whether a character turns the direction of writing of what follows.
fn turns(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock as _, ManualClock};

    fn now() -> Timestamp {
        ManualClock::default().now()
    }

    fn page(url: &str, at: i64) -> Page {
        Page { url: format!("https://a.example/{url}"), title: String::new(), at: now() + TimeDelta::seconds(at) }
    }

    #[test]
    fn addresses_lose_what_is_nobodys_business() {
        for (url, kept) in [
            ("https://a.example", "https://a.example/"),
            ("https://a.example/?token=secret", "https://a.example/"),
            ("https://a.example?token=secret", "https://a.example/"),
            ("https://a.example/b#access_token=x", "https://a.example/b"),
            ("https://ann:secret@a.example/b", "https://a.example/b"),
            ("https://bank.example@evil.example/b", "https://evil.example/b"),
            ("https://a@b@c.example/", "https://c.example/"),
            ("http://127.0.0.1:8080/%D7%A9?x", "http://127.0.0.1:8080/%D7%A9"),
            ("http://[::1]:80/a/b@c/", "http://[::1]:80/a/b@c/"),
        ] {
            assert_eq!(Page::checked(url, "", now()).unwrap().url, kept);
        }
        let long = format!("https://a.example/b?{}", "x".repeat(10_000));
        assert_eq!(Page::checked(&long, "", now()).unwrap().url, "https://a.example/b");
    }

    #[test]
    fn what_is_no_address_of_a_page_is_refused() {
        for url in [
            "",
            " ",
            "a",
            "/b",
            "//a.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "about:blank",
            "blob:https://a.example/1",
            "ftp://a.example/",
            "HTTPS://a.example/",
            " https://a.example/",
            "https:a.example",
            "https://",
            "https:///b",
            "https://@/b",
            "https://?x",
            "https://a b/",
            "https://a.example/\u{202E}gpj.exe",
            "https://а.example/",
            "https://a.example/ü",
            "https://a.example/\n",
            "https://a.example/\0",
            "https://a\\@b/",
            "https://a.example/<script>",
            "https://a.example/\"onload=",
            "https://%61.example/",
            "https://.example/",
            "https://:80/",
        ] {
            assert_eq!(Page::checked(url, "", now()).unwrap_err().fields()[0].field, "/url", "{url:?}");
        }
        let long = format!("https://a.example/{}", "x".repeat(2_031));
        assert_eq!(Page::checked(&long, "", now()).unwrap_err().fields()[0].code, "too_long");
        assert!(Page::checked(&long[..2_048], "", now()).is_ok());
    }

    #[test]
    fn titles_are_plain() {
        let title = |title: &str| Page::checked("https://a.example/", title, now()).map(|page| page.title);
        assert_eq!(title(" a\n\u{202E}b\u{2066}\u{0}\u{9f}<b> ").unwrap(), "ab<b>");
        assert_eq!(title(&"ü".repeat(200)).unwrap(), "ü".repeat(200));
        assert_eq!(title(&"x".repeat(201)).unwrap_err().fields()[0].field, "/title");
    }

    #[test]
    fn the_open_page_is_no_news_and_time_goes_on() {
        let [a, b] = [page("a", 0), page("b", 9)];
        assert_eq!(Page::after(None, &[a.clone(), b.clone()]), [a.clone(), b.clone()]);
        assert_eq!(Page::after(Some(&b), std::slice::from_ref(&b)), []);
        let again = Page::after(Some(&b), &[a.clone(), a.clone(), b.clone()]);
        let micros = |n| b.at + TimeDelta::microseconds(n);
        assert_eq!(again, [Page { at: micros(1), ..a }, Page { at: micros(2), ..b }]);
    }

    #[test]
    fn of_what_was_gathered_the_last_day_is_kept() {
        let wrong = Page { url: "javascript:1".to_owned(), ..page("x", 0) };
        let told = [page("late", 9_999_999), page("b", -1), wrong, page("a", -2), page("old", -86_400)];
        let kept: Vec<_> = Page::gathered(&told, now()).into_iter().map(|page| page.url).collect();
        assert_eq!(kept, ["https://a.example/a", "https://a.example/b", "https://a.example/late"]);
    }
}
