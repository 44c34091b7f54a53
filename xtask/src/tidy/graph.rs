//! The graph of dependencies: what the core must not touch, what nobody may use, and under which licences.

use super::Findings;
use super::spdx;
use super::tree::Tree;
use crate::metadata::{Metadata, Package};

/// A licence must be in this list; `deny.toml` has the same.
const LICENCES: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// Crates that nothing in the graph may be, tests included; `deny.toml` has the same, with reasons.
const BANNED: [&str; 4] = ["openssl", "openssl-sys", "native-tls", "rsa"];

/// What must never be built into whoever uses a package: the crate itself, and what begins with its name and a hyphen.
const PURE: [(&str, &[&str]); 5] = [
    ("engage-core", &["sqlx", "axum", "actix", "hyper", "redis"]),
    ("engage-http", &["sqlx", "axum", "actix", "hyper", "redis"]),
    ("engage-axum", &["sqlx", "actix", "redis"]),
    ("engage-actix", &["sqlx", "axum", "hyper", "redis"]),
    ("engage-ui", &["serde", "tokio"]),
];

pub(super) fn check(metadata: &Metadata, tree: &Tree, findings: &mut Findings) {
    purity(metadata, findings);
    for package in metadata.packages.values() {
        if let Some(problem) = licence_problem(package) {
            findings.error(format!("{} {}: {problem}", package.name, package.version));
        }
        if BANNED.contains(&package.name.as_str()) {
            let users = users(metadata, package).join(", ");
            findings.error(format!("{} is banned (see deny.toml); it is used by {users}", package.name));
        }
        // The host's own graph would get `time` types in sqlx's traits; engage binds integers.
        if package.name.starts_with("sqlx") && uses(metadata, package, "time") {
            findings.error(format!(
                "{} is built with its feature `time`; engage binds timestamps as integers",
                package.name
            ));
        }
    }
    if let Some(deny) = tree.text("deny.toml") {
        for word in LICENCES.iter().chain(&BANNED).filter(|word| !deny.contains(&format!("\"{word}\""))) {
            findings.error(format!("deny.toml does not name {word}, which tidy does"));
        }
    }
}

fn purity(metadata: &Metadata, findings: &mut Findings) {
    for (name, banned) in PURE {
        let Some(package) = metadata.member(name) else { continue };
        for found in metadata.built_into(package) {
            if banned.iter().any(|crates| is_or_belongs_to(&found.name, crates)) {
                findings.error(format!(
                    "{name} is built with {}: it must stay free of {}",
                    found.name,
                    banned.join(", ")
                ));
            }
        }
    }
}

/// `sqlx-core` belongs to `sqlx`.
fn is_or_belongs_to(name: &str, crates: &str) -> bool {
    name.strip_prefix(crates).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn licence_problem(package: &Package) -> Option<String> {
    let Some(licence) = &package.license else { return Some("it names no licence".to_owned()) };
    match spdx::allows(licence, &LICENCES) {
        Some(true) => None,
        Some(false) => Some(format!("its licence `{licence}` needs one that deny.toml does not allow")),
        None => Some(format!("its licence `{licence}` cannot be read")),
    }
}

fn users<'a>(metadata: &'a Metadata, package: &Package) -> Vec<&'a str> {
    let uses_it = |user: &&Package| uses(metadata, user, &package.name);
    metadata.packages.values().filter(uses_it).map(|user| user.name.as_str()).collect()
}

fn uses(metadata: &Metadata, package: &Package, name: &str) -> bool {
    package.all.iter().any(|id| metadata.packages.get(id).is_some_and(|dependency| dependency.name == name))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// engage-core uses `middle`, which uses `end` in the way that `kind` says.
    fn errors(middle: &str, end: &str, kind: &Value, licence: &Value) -> Vec<String> {
        let package =
            |name: &str, licence: &Value| json!({ "id": name, "name": name, "version": "1.0.0", "license": licence });
        let node = |id: &str, dep: &str, kind: &Value| json!({ "id": id, "deps": [{ "pkg": dep, "dep_kinds": [{ "kind": kind }] }] });
        let mit = json!("MIT");
        let metadata = Metadata::parse(&json!({
            "packages": [package("engage-core", &mit), package(middle, &mit), package(end, licence)],
            "workspace_members": ["engage-core"],
            "resolve": { "nodes": [node("engage-core", middle, &Value::Null), node(middle, end, kind)] },
        }));
        let mut findings = Findings::default();
        check(&metadata, &Tree::default(), &mut findings);
        findings.errors
    }

    #[test]
    fn a_harmless_graph_is_fine() {
        assert_eq!(errors("bytes", "memchr", &Value::Null, &json!("Unlicense OR MIT")), [""; 0]);
    }

    #[test]
    fn io_in_the_core_is_found_through_others_but_not_in_tests() {
        let mit = json!("MIT");
        assert!(
            errors("helper", "sqlx-core", &Value::Null, &mit)[0].starts_with("engage-core is built with sqlx-core")
        );
        assert!(errors("axum", "bytes", &Value::Null, &mit)[0].starts_with("engage-core is built with axum"));
        assert_eq!(errors("helper", "sqlx-core", &json!("dev"), &mit), [""; 0]);
        assert_eq!(errors("helper", "redistribute", &Value::Null, &mit), [""; 0]);
    }

    #[test]
    fn a_banned_crate_is_found_wherever_it_is_used() {
        let found = errors("helper", "rsa", &json!("dev"), &json!("MIT"));
        assert_eq!(found, ["rsa is banned (see deny.toml); it is used by helper"]);
        let found = errors("sqlx-postgres", "time", &Value::Null, &json!("MIT"));
        assert!(found.iter().any(|error| error.contains("built with its feature `time`")), "{found:?}");
    }

    #[test]
    fn a_licence_that_is_not_allowed_is_found() {
        for licence in [json!("GPL-3.0-only"), json!("MIT AND GPL-3.0-only"), json!("MIT OR"), Value::Null] {
            let found = errors("helper", "strange", &Value::Null, &licence);
            assert!(found.len() == 1 && found[0].starts_with("strange 1.0.0: it"), "{licence}: {found:?}");
        }
    }

    #[test]
    fn deny_toml_says_the_same() {
        let mut findings = Findings::default();
        check(&Metadata::default(), &Tree::of(&[("deny.toml", "allow = [\"MIT\"]")]), &mut findings);
        assert_eq!(findings.errors.len(), LICENCES.len() - 1 + BANNED.len());
    }
}
