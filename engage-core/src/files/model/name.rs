//! Names that people give to files: to be read, never to be opened by.

/// How long a name may be, in Unicode scalar values.
const NAME_CHARS: usize = 150;
/// How much of it an extension may be, with its dot.
const EXTENSION_CHARS: usize = 12;
/// What a file is called that has no name left.
const UNNAMED: &str = "file";

/// `name` without paths, control characters, direction marks and what file systems refuse; cut to 150 characters before its
/// extension. Never empty.
pub fn cleaned_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = last.chars().filter(|c| !c.is_control() && !is_hidden(*c));
    // What Windows refuses in names; and no name of a drive or of a stream.
    let safe: String =
        kept.map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c }).collect();
    let trimmed = safe.trim_matches(|c: char| c.is_whitespace() || c == '.');
    if trimmed.is_empty() {
        return UNNAMED.to_owned();
    }
    let (stem, extension) = split(trimmed);
    let stem: String = stem.chars().take(NAME_CHARS - extension.chars().count()).collect();
    let name = format!("{}{extension}", stem.trim_end());
    if is_device(&stem) { format!("_{name}") } else { name }
}

/// `name` with one of `extensions` at its end: the first is appended when it has none of them, so that a name never promises
/// what the bytes do not hold.
pub(in crate::files) fn with_extension(name: &str, extensions: &[&str]) -> String {
    let (_, extension) = split(name);
    let own = extension.trim_start_matches('.').to_lowercase();
    match extensions.first() {
        Some(first) if !extensions.contains(&own.as_str()) => {
            let stem: String = name.chars().take(NAME_CHARS - EXTENSION_CHARS).collect();
            format!("{stem}.{first}")
        }
        _ => name.to_owned(),
    }
}

/// The stem, and the extension with its dot.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name[dot..].chars().count() <= EXTENSION_CHARS => name.split_at(dot),
        _ => (name, ""),
    }
}

/// Names that are devices on Windows, with any extension.
fn is_device(stem: &str) -> bool {
    let stem = stem.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered =
        |kind: &str| stem.strip_prefix(kind).is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit());
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

/// What turns the direction of a name or hides in it, such as the override that shows `exe.gpj` as `jpg.exe`.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_lose_what_is_no_name() {
        for (given, kept) in [
            ("photo.jpg", "photo.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a.txt", "a.txt"),
            ("..", "file"),
            ("", "file"),
            (" . ", "file"),
            ("a\0b\r\nc.txt", "abc.txt"),
            ("invoice\u{202E}gpj.exe", "invoicegpj.exe"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("com1.tar.gz", "_com1.tar.gz"),
            ("console.txt", "console.txt"),
            ("a<b>:\"|?*.txt", "a_b______.txt"),
            (".htaccess", "htaccess"),
            ("Übersicht 2026 – 日本.pdf", "Übersicht 2026 – 日本.pdf"),
        ] {
            assert_eq!(cleaned_name(given), kept, "{given:?}");
        }
    }

    #[test]
    fn long_names_keep_their_extension() {
        let name = cleaned_name(&format!("{}.pdf", "x".repeat(300)));
        assert_eq!(name.chars().count(), NAME_CHARS);
        assert!(name.ends_with("x.pdf"), "{name}");
    }

    #[test]
    fn a_name_says_what_the_bytes_hold() {
        assert_eq!(with_extension("a.PNG", &["png"]), "a.PNG");
        assert_eq!(with_extension("a.exe", &["png"]), "a.exe.png");
        assert_eq!(with_extension("a", &["jpg", "jpeg"]), "a.jpg");
        assert_eq!(with_extension("a.jpeg", &["jpg", "jpeg"]), "a.jpeg");
        assert!(with_extension(&"x".repeat(150), &["pdf"]).chars().count() <= NAME_CHARS);
    }

    proptest! {
        #[test]
        fn every_name_is_a_plain_one(name in "\\PC{0,200}|.{0,400}") {
            let cleaned = cleaned_name(&name);
            prop_assert!(!cleaned.is_empty() && cleaned.chars().count() <= NAME_CHARS + 1);
            let hostile = ['/', '\\', '\0', '\n', '\r', '"', '\u{202E}'];
            prop_assert!(!cleaned.contains(hostile));
            prop_assert!(!cleaned.starts_with('.'));
        }
    }
}
