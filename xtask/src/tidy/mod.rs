//! `tidy`: what the project's conventions ask, as checks. Each says what is wrong, where, and what to do about it.

mod docs;
mod files;
mod graph;
mod migrations;
mod rooms;
mod spdx;
mod tree;
mod words;

use crate::metadata::Metadata;
use crate::shell::Result;
use tree::Tree;

/// What the checks found.
#[derive(Debug, Default)]
struct Findings {
    errors: Vec<String>,
    warnings: Vec<String>,
}

impl Findings {
    fn error(&mut self, text: String) {
        self.errors.push(text);
    }

    fn warn(&mut self, text: String) {
        self.warnings.push(text);
    }
}

/// Runs every check, prints all they found, and fails when one of them is an error.
pub(crate) fn run() -> Result {
    let tree = Tree::load()?;
    let metadata = Metadata::load()?;
    let mut findings = Findings::default();
    rooms::check(&tree, &mut findings);
    migrations::check(&tree, &mut findings);
    files::check(&tree, &mut findings);
    words::check(&tree, &mut findings);
    docs::check(&tree, &mut findings)?;
    graph::check(&metadata, &tree, &mut findings);

    for warning in &findings.warnings {
        println!("warning: {warning}");
    }
    for error in &findings.errors {
        println!("error: {error}");
    }
    let found = findings.errors.len();
    if found > 0 {
        return Err(format!("tidy found {found} {}", if found == 1 { "error" } else { "errors" }).into());
    }
    println!("tidy: {} files and {} packages are as they should be", tree.paths().count(), metadata.packages.len());
    Ok(())
}

/// Records the checksums of migrations that are not recorded yet: from now on they may not change.
pub(crate) fn release() -> Result {
    migrations::release(&Tree::load()?)
}
