//! The name under which a browser saves a file.

use std::fmt::Write as _;

/// `Content-Disposition` (RFC 6266) for a file of that name: as plain ASCII for those who read no more, and in full (RFC 8187).
pub(crate) fn of(name: &str, is_inline: bool) -> String {
    let kind = if is_inline { "inline" } else { "attachment" };
    let is_plain = |c: char| c == ' ' || (c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | ';'));
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut full = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            // RFC 8187, 3.2.1: attr-char.
            b'0'..=b'9'
            | b'A'..=b'Z'
            | b'a'..=b'z'
            | b'!'
            | b'#'
            | b'$'
            | b'&'
            | b'+'
            | b'-'
            | b'.'
            | b'^'
            | b'_'
            | b'`'
            | b'|'
            | b'~' => full.push(char::from(byte)),
            // A String takes all that is written to it.
            _ => _ = write!(full, "%{byte:02X}"),
        }
    }
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_twice_and_break_nothing() {
        assert_eq!(of("a b.pdf", true), "inline; filename=\"a b.pdf\"; filename*=UTF-8''a%20b.pdf");
        assert_eq!(of("ü€.png", false), "attachment; filename=\"__.png\"; filename*=UTF-8''%C3%BC%E2%82%AC.png");
        let odd = of("a\"; x=\"\r\n%41\\.txt", false);
        assert_eq!(odd.matches('"').count(), 2, "{odd}");
        assert!(http::HeaderValue::from_str(&odd).is_ok() && !odd.contains("%41"), "{odd}");
    }
}
