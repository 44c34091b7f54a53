//! `bench`: hands over to the benchmark crate, built for speed.

use crate::shell::{self, Result};

pub(crate) fn run(name: &str, args: &[&str]) -> Result {
    if !shell::root().join("benches/Cargo.toml").exists() {
        return Err("there is no benches/Cargo.toml".into());
    }
    shell::run(shell::cargo(["run", "--release", "-p", "engage-bench", "--", name]).args(args))
}
