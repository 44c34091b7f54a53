//! The part in plain text, of the same body as the one in HTML.

use super::markup::{Markup, tokens};

use crate::error::{Error, Result};

/// Elements that begin a line of their own.
const LINES: [&str; 13] =
    ["mj-text", "mj-button", "mj-divider", "mj-spacer", "p", "div", "h1", "h2", "h3", "li", "blockquote", "pre", "ul"];

#[derive(Default)]
struct Plain {
    out: String,
    /// How many line ends stand before what comes next.
    breaks: usize,
    space: bool,
    /// Addresses of the links that are open, with where their words begin.
    links: Vec<(String, usize)>,
}

/// A body whose variables are filled in, as text. Links stand behind their words.
///
/// # Errors
/// `Internal` when it is not a body that was checked.
pub(super) fn plain(body: &str) -> Result<String> {
    let mut plain = Plain::default();
    for token in tokens(body).map_err(|at| Error::internal(format!("no markup at {at}")))? {
        match token.what {
            Markup::Text(text) => plain.words(&unescaped(text)),
            Markup::Open { name, attributes, is_empty } => {
                plain.begin(name);
                if matches!(name, "a" | "mj-button") {
                    let href = attributes.iter().find(|(own, _)| *own == "href").map_or("", |(_, value)| value);
                    plain.links.push((unescaped(href), plain.out.len()));
                }
                if is_empty {
                    plain.end(name);
                }
            }
            Markup::Close(name) => plain.end(name),
        }
    }
    let mut out = plain.out;
    out.push('\n');
    Ok(out)
}

impl Plain {
    fn begin(&mut self, element: &str) {
        match element {
            "br" => self.breaks += 1,
            "mj-divider" => {
                self.line(2);
                self.put("---");
                self.line(2);
            }
            element if LINES.contains(&element) => {
                self.line(if element.starts_with("mj-") || element == "p" { 2 } else { 1 });
                if element == "li" {
                    self.put("- ");
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, element: &str) {
        if matches!(element, "a" | "mj-button")
            && let Some((href, from)) = self.links.pop()
            && !href.is_empty()
        {
            let words = self.out.get(from..).unwrap_or_default().trim();
            let address = href.strip_prefix("mailto:").unwrap_or(&href);
            if words != address {
                let link = if words.is_empty() { address.to_owned() } else { format!(": {address}") };
                self.space = false;
                self.put(&link);
            }
        }
        if LINES.contains(&element) {
            self.line(if element.starts_with("mj-") || element == "p" { 2 } else { 1 });
        }
    }

    /// At least so many line ends before what comes next.
    fn line(&mut self, breaks: usize) {
        self.breaks = self.breaks.max(breaks);
    }

    /// White space of the source is one space.
    fn words(&mut self, text: &str) {
        for word in text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
            let bare = word.trim_end_matches(|c: char| c.is_ascii_whitespace());
            if !bare.is_empty() {
                self.put(bare);
            }
            self.space |= bare.len() < word.len();
        }
    }

    fn put(&mut self, text: &str) {
        let begins = self.out.is_empty();
        if self.breaks > 0 && !begins {
            self.out.extend(std::iter::repeat_n('\n', self.breaks));
        } else if self.space && !begins && !self.out.ends_with([' ', '\n']) {
            self.out.push(' ');
        }
        (self.breaks, self.space) = (0, false);
        self.out.push_str(text);
    }
}

/// What stands for a character as the character.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let named = rest.find(';').filter(|end| *end <= 10).and_then(|end| Some((end, character(&rest[1..end])?)));
        match named {
            Some((end, character)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        name => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control())?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_reads_as_text() {
        let body = "\n<mj-text>Hello  <b>you</b>,<br/>\n  second &lt;line&gt;</mj-text>\n<mj-text><ul><li>one</li><li>two</li></ul></mj-text>\
            <mj-divider /><mj-button href=\"https://a.example/?a=1&amp;b\">Go there</mj-button><mj-text><a href=\"https://b.example\">https://b.example</a></mj-text>";
        assert_eq!(
            plain(body).unwrap(),
            "Hello you,\nsecond <line>\n\n- one\n- two\n\n---\n\nGo there: https://a.example/?a=1&b\n\nhttps://b.example\n"
        );
    }

    #[test]
    fn entities_are_characters() {
        assert_eq!(
            unescaped("a &amp;lt; &#39;&#x41; &unknown; & &; &#0; &#xD800;"),
            "a &lt; 'A &unknown; & &; &#0; &#xD800;"
        );
    }
}
