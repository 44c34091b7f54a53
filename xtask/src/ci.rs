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
    steps.run("features apart", features_apart)?;
    steps.run("front end is what its source builds", web::check)?;
    steps.run("tests", || test::run(&test::Options::default()))
}

/// The library of the facade with none of its features, and with some of them, such that of each two features one run has the
/// first without the second. Clippy rather than `check`, because it shares its work with the lints, and denies warnings in our
/// own crates without `RUSTFLAGS`, which would build everything anew.
fn features_apart() -> Result {
    let metadata = Metadata::load()?;
    let facade = metadata.member("engage").ok_or("there is no package `engage` in the workspace")?;
    let features = facade.features.iter().map(String::as_str).filter(|name| !["default", "full"].contains(name));
    let runs = apart(&features.collect::<Vec<_>>());
    for features in std::iter::once(Vec::new()).chain(runs) {
        let some = ["clippy", "--locked", "-p", "engage", "--lib", "--no-default-features", "--features"];
        println!("features: {}", features.join(" "));
        shell::run(cargo(some).arg(features.join(",")).args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}

/// Each name goes into half of the runs, no two into the same ones: then neither is in all that the other is in.
fn apart<'n>(names: &[&'n str]) -> Vec<Vec<&'n str>> {
    let choices = |runs: u32| (0..1_u32 << runs).filter(move |mask| mask.count_ones() == runs / 2);
    let runs = (2..).find(|runs| choices(*runs).count() >= names.len()).unwrap_or(2);
    let in_run = |run: u32| names.iter().zip(choices(runs)).filter(move |(_, mask)| mask >> run & 1 == 1);
    (0..runs).map(|run| in_run(run).map(|(name, _)| *name).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_two_one_run_has_the_first_without_the_second() {
        for count in 1..=20 {
            let names: Vec<_> = "abcdefghijklmnopqrst".split("").filter(|name| !name.is_empty()).take(count).collect();
            let runs = apart(&names);
            assert!(runs.len() <= 6, "{count}: {runs:?}");
            for (a, b) in names.iter().flat_map(|a| names.iter().map(move |b| (a, b))).filter(|(a, b)| a != b) {
                assert!(runs.iter().any(|run| run.contains(a) && !run.contains(b)), "{a} without {b}: {runs:?}");
            }
        }
    }
}
