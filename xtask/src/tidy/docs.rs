//! The docs: every route of the OpenAPI description is written about, and every link leads to a file.

use serde_json::Value;

use super::Findings;
use super::tree::Tree;
use crate::shell::Result;

const OPENAPI: &str = "docs/openapi.json";

const METHODS: [&str; 6] = ["get", "put", "post", "delete", "patch", "head"];

pub(super) fn check(tree: &Tree, findings: &mut Findings) -> Result {
    if let Some(text) = tree.text(OPENAPI) {
        let description = serde_json::from_str(text).map_err(|error| format!("{OPENAPI}: {error}"))?;
        routes(tree, &description, findings);
    }
    for (path, text) in tree.texts().filter(|(path, _)| path.ends_with(".md")) {
        for target in links(text) {
            if !resolves(tree, path, &target) {
                findings.error(format!("{path} links to {target}, which is not there"));
            }
        }
    }
    Ok(())
}

/// Each route stands in a Markdown file of `docs/` as `METHOD SITE/path`, `METHOD ADMIN/path` or, for both, `METHOD …/path`, in code; names of parameters do not matter.
fn routes(tree: &Tree, description: &Value, findings: &mut Findings) {
    let docs = tree.texts().filter(|(path, _)| path.starts_with("docs/") && path.ends_with(".md"));
    let written: Vec<String> = docs.flat_map(|(_, text)| text.split('`').map(plain)).collect();
    for (path, methods) in description["paths"].as_object().into_iter().flatten() {
        for method in METHODS.iter().filter(|method| !methods[**method].is_null()) {
            let method = method.to_uppercase();
            if !names(path).iter().any(|name| written.contains(&format!("{method} {name}"))) {
                findings.error(format!("{method} {path} is in {OPENAPI} and in no Markdown file of docs/"));
            }
        }
    }
}

/// What a path of the description may be called: `SITE/x` or `…/x` for `/{site}/x`.
fn names(path: &str) -> Vec<String> {
    let sides = [("/{site}", "SITE"), ("/{admin}", "ADMIN"), ("", "")];
    let found = sides.iter().find_map(|(prefix, side)| path.strip_prefix(prefix).map(|rest| (*side, rest)));
    let (side, rest) = found.unwrap_or(("", path));
    let rest = if rest.is_empty() { "/".to_owned() } else { plain(rest) };
    vec![format!("{side}{rest}"), format!("…{rest}")]
}

/// Without the names of parameters and the query: `GET …/v1/things/{}` of `GET …/v1/things/{id}?limit=3`.
fn plain(route: &str) -> String {
    let route = route.split(['?', '\n']).next().unwrap_or_default();
    let mut parts = route.split('{');
    let start = parts.next().unwrap_or_default().to_owned();
    parts.fold(start, |plain, part| plain + "{}" + part.split_once('}').map_or("", |(_, rest)| rest))
}

/// Targets of `[text](target)` outside of code that lead into the repository, without their fragments.
fn links(markdown: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut in_code = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        // Every other piece between back-ticks is code.
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        for rest in prose.split("](").skip(1) {
            let target = rest.split([')', ' ', '#']).next().unwrap_or_default();
            if !target.is_empty() && !target.contains(':') {
                links.push(target.to_owned());
            }
        }
    }
    links
}

/// Whether a link in the file `from` leads to a file or folder of the project.
fn resolves(tree: &Tree, from: &str, target: &str) -> bool {
    let mut parts: Vec<&str> = if target.starts_with('/') { Vec::new() } else { from.split('/').collect() };
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return false,
            ".." => {}
            name => parts.push(name),
        }
    }
    parts.is_empty() || tree.has(&parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::super::tree::errors;
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        errors(|tree, findings| check(tree, findings).unwrap(), files)
    }

    const DESCRIPTION: &str =
        r#"{ "paths": { "/{site}/v1/things/{thing}": { "parameters": [], "get": {}, "put": {} } } }"#;

    #[test]
    fn a_route_that_is_not_written_about_is_found() {
        let half = "| `GET …/v1/things/{id}?limit=1` | one |\n`DELETE …/v1/things/{id}`, `PUT …/v1/things/{id}/more`";
        let errors = found(&[(OPENAPI, DESCRIPTION), ("docs/a.md", half)]);
        assert_eq!(errors, ["PUT /{site}/v1/things/{thing} is in docs/openapi.json and in no Markdown file of docs/"]);
        let whole = format!("{half}\n`PUT SITE/v1/things/{{id}}`");
        assert_eq!(found(&[(OPENAPI, DESCRIPTION), ("docs/a.md", &whole)]), [""; 0]);
    }

    #[test]
    fn a_link_into_nothing_is_found() {
        let text =
            "[a](b.md#part) [c](../README.md) [d](https://example.com) [e](#here) `[f](none)`\n```\n[g](none)\n```";
        let files = [("docs/a.md", text), ("docs/b.md", ""), ("README.md", "[docs](docs/) [docs](/docs/a.md)")];
        assert_eq!(found(&files), [""; 0]);
        assert_eq!(
            found(&files[..1]),
            ["docs/a.md links to b.md, which is not there", "docs/a.md links to ../README.md, which is not there"]
        );
        assert_eq!(found(&[("a.md", "[x](../../etc)")]).len(), 1);
    }
}
