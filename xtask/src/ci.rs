//! `ci`: all that a change must pass, the quick checks first; stops at the first failure.

use crate::metadata::Metadata;
use crate::shell::{self, Result, cargo};
use crate::steps::Steps;
use crate::{test, tidy, web};

pub(crate) fn run() -> Result {
    let mut steps = Steps::default();
    let result = all(&mut steps);
    let summary = steps.finish("ci");
    result.and(summary)
}

fn all(steps: &mut Steps) -> Result {
    steps.run("format", || shell::run(&mut cargo(["fmt", "--all", "--check"])))?;
    steps.run("conventions", tidy::run)?;
    steps.run("lints", || {
        let lints = ["clippy", "--locked", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"];
        shell::run(&mut cargo(lints))
    })?;
    steps.run("docs", || {
        let docs = ["doc", "--locked", "--workspace", "--no-deps", "--all-features"];
        shell::run(cargo(docs).env("RUSTDOCFLAGS", "-Dwarnings"))
    })?;
    steps.run("each feature alone", each_feature)?;
    steps.run("front end is what its source builds", web::check)?;
    steps.run("tests", || test::run(&test::Options::default()))
}

/// The library of the facade with each feature by itself, and with none. Clippy rather than `check`, because it shares
/// its work with the lints, and denies warnings in our own crates without `RUSTFLAGS`, which would build everything anew.
fn each_feature() -> Result {
    let metadata = Metadata::load()?;
    let facade = metadata.member("engage").ok_or("there is no package `engage` in the workspace")?;
    for feature in std::iter::once("").chain(facade.features.iter().map(String::as_str)) {
        if feature == "default" || feature == "full" {
            continue;
        }
        let alone = ["clippy", "--locked", "-p", "engage", "--lib", "--no-default-features", "--features", feature];
        shell::run(cargo(alone).args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}
