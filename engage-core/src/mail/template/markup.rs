//! A strict reader of markup. What it accepts, mrml reads the same way: no `<` or `>` stands outside of a tag, no comments, every
//! attribute has one value in double quotes.

/// A piece of markup, with where it begins, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'m> {
    pub(super) at: usize,
    pub(super) what: Markup<'m>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Markup<'m> {
    Text(&'m str),
    Open { name: &'m str, attributes: Vec<(&'m str, &'m str)>, is_empty: bool },
    Close(&'m str),
}

/// The tokens of `markup`.
///
/// # Errors
/// Where something else stands.
pub(super) fn tokens(markup: &str) -> Result<Vec<Token<'_>>, usize> {
    let (mut tokens, mut at) = (Vec::new(), 0);
    while at < markup.len() {
        let rest = &markup[at..];
        let (what, length) = match rest.find('<') {
            Some(0) => tag(rest).ok_or(at)?,
            end => {
                let text = &rest[..end.unwrap_or(rest.len())];
                if let Some(stray) = text.find('>') {
                    return Err(at + stray);
                }
                (Markup::Text(text), text.len())
            }
        };
        tokens.push(Token { at, what });
        at += length;
    }
    Ok(tokens)
}

/// The tag that `text` begins with, and its length.
fn tag(text: &str) -> Option<(Markup<'_>, usize)> {
    if let Some(rest) = text.strip_prefix("</") {
        let (name, rest) = name(rest)?;
        let rest = rest.trim_ascii_start().strip_prefix('>')?;
        return Some((Markup::Close(name), text.len() - rest.len()));
    }
    let (name, mut rest) = name(text.strip_prefix('<')?)?;
    let mut attributes = Vec::new();
    loop {
        let trimmed = rest.trim_ascii_start();
        if let Some(after) = trimmed.strip_prefix("/>") {
            return Some((Markup::Open { name, attributes, is_empty: true }, text.len() - after.len()));
        }
        if let Some(after) = trimmed.strip_prefix('>') {
            return Some((Markup::Open { name, attributes, is_empty: false }, text.len() - after.len()));
        }
        if trimmed.len() == rest.len() {
            return None;
        }
        let (attribute, after) = self::name(trimmed)?;
        let (value, after) = after.strip_prefix("=\"")?.split_once('"')?;
        if value.contains(['<', '>']) {
            return None;
        }
        attributes.push((attribute, value));
        rest = after;
    }
}

fn name(text: &str) -> Option<(&str, &str)> {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let end = text.find(|c| !is_inner(c)).unwrap_or(text.len());
    (end > 0 && text.as_bytes()[0].is_ascii_lowercase()).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_strict_markup_is_read() {
        let read = tokens("a<b dir=\"auto\" lang=\"en\">x</b ><br/>").unwrap();
        let names: Vec<usize> = read.iter().map(|token| token.at).collect();
        assert_eq!(names, [0, 1, 25, 26, 31]);
        assert_eq!(
            read[1].what,
            Markup::Open { name: "b", attributes: vec![("dir", "auto"), ("lang", "en")], is_empty: false }
        );
        for (bad, at) in [
            ("<", 0),
            ("a >", 2),
            ("<b", 0),
            ("<b x>", 0),
            ("<b x=y>", 0),
            ("<b x='y'>", 0),
            ("<b x=\"y\"z=\"\">", 0),
            ("<!-- -->", 0),
            ("<![CDATA[x]]>", 0),
            ("<B>", 0),
            ("x</>", 1),
            ("<b x=\"<\">", 0),
            ("<?xml ?>", 0),
            ("<b\u{a0}>", 0),
        ] {
            assert_eq!(tokens(bad).unwrap_err(), at, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(markup in "(<b>|</b>|<a href=\"|\"|>|<|/|\\PC|\n){0,16}") {
            let _ = tokens(&markup);
        }
    }
}
