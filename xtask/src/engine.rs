//! `fuzz`: random input for what clients send, guided by the code that it reaches.
//!
//! The engine is LLVM's libFuzzer. Its instrumentation is part of every toolchain; only sanitizers ask for a nightly one, and
//! there is no unsafe code for them to look at.

use std::path::PathBuf;
use std::process::Command;

use crate::metadata::Metadata;
use crate::shell::{self, Result, cargo};

const TARGETS: [&str; 6] = ["frame", "cursor", "token", "filter", "markdown", "letter"];
/// Counts edges, and tells the engine with what numbers and texts the input is compared.
const INSTRUMENTATION: &str = "--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1 -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares";

/// How it is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    minutes: u64,
    targets: Vec<&'static str>,
    /// Whether what reached new code goes into the corpus that is kept.
    keep: bool,
}

impl Options {
    pub(crate) fn parse(args: &[&str]) -> Result<Self> {
        let mut options = Self { minutes: 0, targets: TARGETS.to_vec(), keep: false };
        let mut args = args.iter();
        while let Some(name) = args.next() {
            match (*name, args.as_slice().first()) {
                ("--keep", _) => options.keep = true,
                ("--minutes", Some(value)) => {
                    options.minutes = value.parse().map_err(|_| format!("--minutes {value}: this is no number"))?;
                    args.next();
                }
                ("--target", Some(value)) => {
                    let known = TARGETS.into_iter().find(|target| target == value);
                    options.targets = vec![known.ok_or(format!("there is no target {value}: {}", TARGETS.join(", ")))?];
                    args.next();
                }
                _ => return Err(format!("fuzz does not know {name}, or misses what follows it").into()),
            }
        }
        if options.minutes == 0 { Err("fuzz needs --minutes N".into()) } else { Ok(options) }
    }
}

/// Tries each target for its part of the time, at least a second. What breaks one is written to `fuzz/artifacts`: mended, it
/// belongs into the corpus.
pub(crate) fn run(options: &Options) -> Result {
    let programs = build()?;
    let seconds = options.minutes * 60 / options.targets.len() as u64;
    let (kept, found) = (shell::root().join("fuzz/corpus"), Metadata::load()?.target.join("fuzz/corpus"));
    let artifacts = shell::root().join("fuzz/artifacts");
    for target in &options.targets {
        let (kept, found) = (kept.join(target), found.join(target));
        std::fs::create_dir_all(&found)?;
        std::fs::create_dir_all(&artifacts)?;
        let mut command = shell::child(programs.join(target), "TERM");
        command.args([format!("-max_total_time={seconds}"), "-timeout=10".to_owned(), "-max_len=4096".to_owned()]);
        command.args(["-rss_limit_mb=1024", "-print_final_stats=1", "-verbosity=1"]);
        command.arg(format!("-dict={}", shell::root().join("fuzz/words").display()));
        command.arg(format!("-artifact_prefix={}/{target}-", artifacts.display()));
        shell::run(command.arg(&found).arg(&kept))?;
        if options.keep {
            // Only what reaches code that nothing kept does; the smallest of each.
            shell::run(Command::new(programs.join(target)).args(["-merge=1", "-max_len=4096"]).arg(&kept).arg(&found))?;
        }
    }
    Ok(())
}

fn build() -> Result<PathBuf> {
    let said = shell::output(Command::new("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc does not say what it runs on")?;
    let folder = Metadata::load()?.target.join("fuzz");
    // Named, so that build scripts and macros are built without instrumentation.
    let mut command = cargo(["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target", host]);
    shell::run(command.arg("--target-dir").arg(&folder).env("RUSTFLAGS", INSTRUMENTATION))?;
    Ok(folder.join(host).join("release"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_known_and_time_is_needed() {
        let all = Options::parse(&["--minutes", "4"]).unwrap();
        assert_eq!(all, Options { minutes: 4, targets: TARGETS.to_vec(), keep: false });
        let one = Options::parse(&["--target", "frame", "--minutes", "1", "--keep"]).unwrap();
        assert_eq!(one, Options { minutes: 1, targets: vec!["frame"], keep: true });
        for args in
            [&[][..], &["--minutes"], &["--minutes", "x"], &["--minutes", "1", "--target", "other"], &["--other"]]
        {
            Options::parse(args).unwrap_err();
        }
    }

    #[test]
    fn each_target_is_built_and_has_a_corpus() {
        let manifest = std::fs::read_to_string(shell::root().join("fuzz/Cargo.toml")).unwrap();
        for target in TARGETS {
            assert!(manifest.contains(&format!("name = \"{target}\"")), "{target}");
            assert!(shell::root().join("fuzz/corpus").join(target).is_dir(), "{target}");
        }
    }
}
