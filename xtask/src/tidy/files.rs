//! Files that a reader can take in: their length, and the docs at the head of every crate.

use super::Findings;
use super::tree::Tree;

/// Above this a file should be looked at, and above the second it must be split.
const LONG: usize = 450;
const TOO_LONG: usize = 700;

/// Adapters translate and mount; what is longer has logic in it that belongs into engage-http.
const ADAPTERS: [&str; 2] = ["engage-axum", "engage-actix"];
const ADAPTER: usize = 300;

pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    for (path, text) in tree.texts().filter(|(path, _)| is_source(path)) {
        let lines = lines(text);
        if lines > TOO_LONG {
            findings.error(format!("{path} has {lines} lines without its tests, more than {TOO_LONG}: split it"));
        } else if lines > LONG {
            findings.warn(format!("{path} has {lines} lines without its tests, more than {LONG}"));
        }
        if path.ends_with("src/lib.rs") && !begins_with_docs(text) {
            findings.error(format!("{path} does not begin with the crate's docs (`//!`)"));
        }
    }
    for adapter in ADAPTERS {
        let own = format!("{adapter}/src/");
        let sources = tree.texts().filter(|(path, _)| path.starts_with(&own) && is_source(path));
        let sum: usize = sources.map(|(_, text)| lines(text)).sum();
        if sum >= ADAPTER {
            findings
                .error(format!("{adapter} has {sum} lines in src/, not under {ADAPTER}: move logic to engage-http"));
        }
    }
}

/// Code written by hand that is not a test.
fn is_source(path: &str) -> bool {
    let code = [".rs", ".ts", ".tsx", ".js", ".mjs", ".css", ".sql"].iter().any(|end| path.ends_with(end));
    let test = ["/tests/", "/tests.rs", ".test.", "/e2e/", "/benches/"].iter().any(|part| path.contains(part));
    let generated = path.starts_with("engage-ui/dist/")
        || path == "engage-ui/src/assets.rs"
        || path == "web/packages/client/src/schemas.ts"
        || path.contains("/generated/")
        || path.contains(".gen.");
    code && !test && !generated
}

/// Lines above the tests of the file.
fn lines(text: &str) -> usize {
    let lines: Vec<_> = text.lines().collect();
    let tests = lines.windows(2).position(|pair| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod tests"));
    tests.unwrap_or(lines.len())
}

fn begins_with_docs(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    first.starts_with("//!") || first.starts_with("#![doc = ")
}

#[cfg(test)]
mod tests {
    use super::super::tree::errors;
    use super::*;

    #[test]
    fn a_long_file_is_found_and_its_tests_do_not_count() {
        let long = "a();\n".repeat(TOO_LONG + 1);
        assert!(errors(check, &[("engage-core/src/a.rs", &long)])[0].contains("701 lines"));
        let tested = format!("a();\n#[cfg(test)]\nmod tests {{\n{long}}}\n");
        assert_eq!(errors(check, &[("engage-core/src/a.rs", &tested)]), [""; 0]);
        assert_eq!(errors(check, &[("engage-core/tests/a.rs", &long), ("engage-ui/dist/a.js", &long)]), [""; 0]);
    }

    #[test]
    fn a_longish_file_is_a_warning() {
        let mut findings = Findings::default();
        let text = "a();\n".repeat(LONG + 1);
        check(&Tree::of(&[("web/packages/client/src/a.ts", &text)]), &mut findings);
        assert_eq!((findings.errors.len(), findings.warnings.len()), (0, 1));
    }

    #[test]
    fn a_crate_without_docs_is_found() {
        assert!(
            errors(check, &[("engage-core/src/lib.rs", "mod a;\n//! Late.")])[0].contains("begin with the crate's")
        );
        let pulled_in = "#![doc = include_str!(\"../README.md\")]\n";
        assert_eq!(errors(check, &[("a/src/lib.rs", "//! A.\n"), ("src/lib.rs", pulled_in)]), [""; 0]);
    }

    #[test]
    fn a_grown_adapter_is_found() {
        let half = format!("//! Docs.\n{}", "a();\n".repeat(ADAPTER / 2 - 1));
        let files = [("engage-axum/src/lib.rs", half.as_str()), ("engage-axum/src/b.rs", half.as_str())];
        assert!(errors(check, &files)[0].contains("engage-axum has 300 lines"));
        assert_eq!(errors(check, &files[..1]), [""; 0]);
    }
}
