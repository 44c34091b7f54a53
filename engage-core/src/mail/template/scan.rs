//! Reads the few words of minijinja's language that templates may use, and says in which line another stands.

use crate::error::{Error, Result};

/// A piece of a template, with the line where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'t> {
    pub(super) line: usize,
    pub(super) what: What<'t>,
    /// As it is written.
    pub(super) source: &'t str,
}

/// What stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What<'t> {
    Text,
    Comment,
    Show(&'t str),
    If(&'t str),
    Else,
    EndIf,
    For { item: &'t str, list: &'t str },
    EndFor,
}

/// The pieces of `text`, from first to last.
///
/// # Errors
/// `Invalid` (`syntax`) at `field`.
pub(super) fn scan<'t>(field: &str, text: &'t str) -> Result<Vec<Piece<'t>>> {
    let (mut pieces, mut rest, mut line) = (Vec::new(), text, 1);
    while !rest.is_empty() {
        let open = ["{{", "{%", "{#"].iter().filter_map(|open| rest.find(open)).min().unwrap_or(rest.len());
        let (before, from) = rest.split_at(open);
        if !before.is_empty() {
            pieces.push(Piece { line, what: What::Text, source: before });
            line += before.matches('\n').count();
        }
        let Some(kind) = from.as_bytes().get(1) else { break };
        let close = match kind {
            b'{' => "}}",
            b'%' => "%}",
            _ => "#}",
        };
        let Some(end) = from[2..].find(close).map(|end| end + 2) else {
            return Err(fault(field, line, "syntax", format!("what begins here has no {close}")));
        };
        let (source, after) = from.split_at(end + 2);
        let inside = source[2..end].trim_matches(|c: char| c.is_whitespace() || c == '-');
        let what = match kind {
            b'{' if is_path(inside) => Some(What::Show(inside)),
            b'{' => None,
            b'%' => statement(inside),
            _ => Some(What::Comment),
        };
        let told = || fault(field, line, "syntax", format!("{:?} is not known here", short(source)));
        pieces.push(Piece { line, what: what.ok_or_else(told)?, source });
        line += source.matches('\n').count();
        rest = after;
    }
    Ok(pieces)
}

/// A fault in a line.
pub(super) fn fault(field: &str, line: usize, code: &'static str, detail: impl std::fmt::Display) -> Error {
    Error::invalid(field, code, format!("line {line}: {detail}"))
}

/// What fits into a sentence.
pub(super) fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

fn statement(inside: &str) -> Option<What<'_>> {
    let words: Vec<&str> = inside.split_whitespace().collect();
    match *words.as_slice() {
        ["if", path] | ["if", "not", path] if is_path(path) => Some(What::If(path)),
        ["else"] => Some(What::Else),
        ["endif"] => Some(What::EndIf),
        ["for", item, "in", list] if is_name(item) && is_name(list) => Some(What::For { item, list }),
        ["endfor"] => Some(What::EndFor),
        _ => None,
    }
}

fn is_path(text: &str) -> bool {
    text.split('.').count() <= 2 && text.split('.').all(is_name)
}

fn is_name(text: &str) -> bool {
    let reserved = ["true", "false", "none", "not", "and", "or", "in", "is", "if", "else", "loop", "self", "super"];
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        && !reserved.contains(&text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_few_words_are_known() {
        for good in
            ["", "{ } % #", "{{ a }}{{a.b}}", "{% if not a %}x{% else %}y{% endif %}", "{%- for a in b -%}{% endfor %}"]
        {
            assert!(scan("/body", good).is_ok(), "{good}");
        }
        for (bad, line) in [
            ("{{", 1),
            ("{{ 7*7 }}", 1),
            ("\n{{ a|upper }}", 2),
            ("{{ a() }}", 1),
            ("{{ a.b.c }}", 1),
            ("{{ a['b'] }}", 1),
            ("{{ 'x' }}", 1),
            ("x\n\n{% include 'y' %}", 3),
            ("{% set a = b %}", 1),
            ("{% if a == b %}", 1),
            ("{% for a in range(9) %}", 1),
            ("{% macro a() %}", 1),
            ("{{ self }}", 1),
            ("{% raw %}", 1),
            ("{% if a", 1),
            ("{{ a\n\n}} {{ B }}", 3),
        ] {
            let error = scan("/body", bad).unwrap_err();
            assert!(error.fields()[0].detail.starts_with(&format!("line {line}:")), "{bad:?}: {error}");
        }
    }

    proptest! {
        #[test]
        fn pieces_are_the_text(text in "(\\{\\{|\\}\\}|\\{%|%\\}|\\{#|#\\}|if |a|\\PC|\n){0,30}") {
            if let Ok(pieces) = scan("/body", &text) {
                prop_assert_eq!(pieces.iter().map(|piece| piece.source).collect::<String>(), text);
            }
        }
    }
}
