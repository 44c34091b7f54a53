//! `torture`: people talk, everything breaks one after the other, and no promise may be broken.

use crate::shell::{self, Result, cargo};
use crate::tools::{self, Tool};

/// How it is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    minutes: u64,
    seed: Option<u64>,
    nodes: u64,
}

impl Options {
    pub(crate) fn parse(args: &[&str]) -> Result<Self> {
        let mut options = Self { minutes: 0, seed: None, nodes: 3 };
        for pair in args.chunks(2) {
            let [name, value] = pair else { return Err(format!("{} needs a number", pair[0]).into()) };
            let number: u64 = value.parse().map_err(|_| format!("{name} {value}: this is no number"))?;
            match (*name, number) {
                ("--minutes", 1..) => options.minutes = number,
                ("--seed", _) => options.seed = Some(number),
                ("--nodes", 1 | 3) => options.nodes = number,
                _ => return Err(format!("torture does not know {name} {value}").into()),
            }
        }
        if options.minutes == 0 { Err("torture needs --minutes N".into()) } else { Ok(options) }
    }
}

/// Runs it; what is found is printed with the seed that finds it again.
pub(crate) fn run(options: &Options) -> Result {
    // It starts servers of its own, which it may kill.
    tools::provide(&[Tool::Postgres, Tool::Redis, Tool::Strace])?;
    let mut command = cargo(["test", "-p", "engage", "--all-features", "--test", "torture", "--"]);
    command.args(["mixed::as_long_as_told", "--exact", "--ignored", "--nocapture"]);
    command.env("TORTURE_MINUTES", options.minutes.to_string()).env("TORTURE_NODES", options.nodes.to_string());
    if let Some(seed) = options.seed {
        command.env("TORTURE_SEED", seed.to_string());
    }
    shell::run(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_nonsense_is_refused() {
        let read = Options::parse(&["--minutes", "5", "--seed", "7", "--nodes", "1"]).unwrap();
        assert_eq!(read, Options { minutes: 5, seed: Some(7), nodes: 1 });
        assert_eq!(Options::parse(&["--minutes", "5"]).unwrap(), Options { minutes: 5, seed: None, nodes: 3 });
        for args in [&["--minutes"][..], &["--minutes", "0"], &["--nodes", "1"], &["--minutes", "x"], &["--other", "1"]]
        {
            Options::parse(args).unwrap_err();
        }
        Options::parse(&["--minutes", "1", "--nodes", "2"]).unwrap_err();
    }
}
