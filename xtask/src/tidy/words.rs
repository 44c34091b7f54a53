//! Words that no committed file may have: where one machine keeps its files, and where one network keeps its packages.

use super::Findings;
use super::tree::Tree;

/// In pieces, so that this file may be committed.
const PATHS: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

const CRATES: &str = "registry+https://github.com/rust-lang/crates.io-index";
const NPM: &str = "https://registry.npmjs.org/";

pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    for (path, text) in tree.texts() {
        let name = path.rsplit('/').next().unwrap_or(path);
        for (at, line) in text.lines().enumerate() {
            let place = || format!("{path}:{}", at + 1);
            if let Some(found) = PATHS.iter().find(|words| names_a_path(line, words)) {
                findings.error(format!("{}: `{found}` is a path of somebody's machine", place()));
            }
            if let Some(found) = foreign_registry(name, line.trim()) {
                findings.error(format!("{}: packages come from the public registries, not from {found}", place()));
            }
        }
    }
}

/// Whether the path begins there: `example.com/work/` and `./work/` are no paths of a machine.
fn names_a_path(line: &str, path: &str) -> bool {
    let begins = |at: usize| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '}' | '~' | '*'))
    };
    line.match_indices(path).any(|(at, _)| begins(at))
}

/// The source of packages that a lock file or a package manager's settings name, if it is not the public one.
fn foreign_registry<'a>(name: &str, line: &'a str) -> Option<&'a str> {
    let (value, public) = match name {
        "Cargo.lock" => (line.strip_prefix("source = ")?, CRATES),
        "package-lock.json" => (line.strip_prefix("\"resolved\": ")?, NPM),
        ".npmrc" => (line.split_once("registry=")?.1, NPM),
        _ => return None,
    };
    let value = value.trim_matches(['"', ',', ' ']);
    // npm notes packages of the same workspace by their folder.
    let local = name == "package-lock.json" && !value.contains("://");
    (!local && !value.starts_with(public)).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::super::tree::errors;
    use super::*;

    #[test]
    fn a_path_of_a_machine_is_found_with_its_line() {
        for path in PATHS {
            let text = format!("first\nsee {path}somebody/notes.txt\n");
            assert!(errors(check, &[("docs/a.md", &text)])[0].starts_with("docs/a.md:2: "), "{path}");
        }
        let url = format!("https://example.com{}item and .{}x", PATHS[0], PATHS[0]);
        assert_eq!(errors(check, &[("docs/a.md", &url)]), [""; 0]);
    }

    #[test]
    fn a_private_registry_is_found() {
        let foreign = [
            ("Cargo.lock", "source = \"registry+https://mirror.example/index\""),
            ("Cargo.lock", "source = \"git+https://example.com/a\""),
            ("web/package-lock.json", "    \"resolved\": \"http://mirror.example/a.tgz\","),
            ("web/.npmrc", "registry=https://mirror.example/"),
        ];
        for (path, line) in foreign {
            assert!(errors(check, &[(path, line)])[0].contains("public registries"), "{path}: {line}");
        }
        let public = [
            ("Cargo.lock", "source = \"registry+https://github.com/rust-lang/crates.io-index\""),
            (
                "web/package-lock.json",
                "\"resolved\": \"https://registry.npmjs.org/a.tgz\",\n\"resolved\": \"packages/a\",",
            ),
        ];
        assert_eq!(errors(check, &public), [""; 0]);
    }
}
