//! `test`: every test, with the servers and programs that it needs.

use std::process::Command;

use crate::fuzz;
use crate::journeys;
use crate::metadata::Metadata;
use crate::servers::Servers;
use crate::shell::{self, Result, cargo};
use crate::steps::Steps;
use crate::tools::{self, Tool};
use crate::web;

/// What to run: everything, or one part with arguments for its runner.
#[derive(Debug, Default)]
pub(crate) struct Options {
    only: Option<Part>,
    args: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Core,
    Stores,
    Http,
    Web,
    Fuzz,
}

impl Options {
    pub(crate) fn parse(args: &[&str]) -> Result<Self> {
        let (own, passed) = match args.iter().position(|arg| *arg == "--") {
            Some(at) => (&args[..at], &args[at + 1..]),
            None => (args, &[][..]),
        };
        let only = match own {
            [] => None,
            ["--only", name] => Some(Part::parse(name)?),
            _ => {
                return Err(
                    format!("test: what is `{}`? There is --only core|stores|http|web|fuzz", own.join(" ")).into()
                );
            }
        };
        if !passed.is_empty() && (only.is_none() || only == Some(Part::Web)) {
            return Err("test: arguments after `--` need --only core, stores, http or fuzz".into());
        }
        Ok(Self { only, args: passed.iter().map(|arg| (*arg).to_owned()).collect() })
    }

    fn has(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }
}

impl Part {
    fn parse(name: &str) -> Result<Self> {
        match name {
            "core" => Ok(Self::Core),
            "stores" => Ok(Self::Stores),
            "http" => Ok(Self::Http),
            "web" => Ok(Self::Web),
            "fuzz" => Ok(Self::Fuzz),
            _ => Err(format!("test: no part `{name}`; there are core, stores, http, web and fuzz").into()),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Stores => "stores",
            Self::Http => "http",
            Self::Web => "web",
            Self::Fuzz => "fuzz",
        }
    }

    /// Each package of the workspace is in one part: what is not named here is tested with `http`, never left out.
    fn of_package(name: &str) -> Self {
        match name {
            "engage-core" | "engage-testkit" | "xtask" => Self::Core,
            "engage-sqlx" | "engage-redis" => Self::Stores,
            _ => Self::Http,
        }
    }
}

/// Runs the tests and prints each step's time; goes on after a failed step, so that one run tells everything.
pub(crate) fn run(options: &Options) -> Result {
    let mut steps = Steps::default();
    let result = all(options, &mut steps);
    let summary = steps.finish("test");
    result.and(summary)
}

fn all(options: &Options, steps: &mut Steps) -> Result {
    let needs_servers = options.has(Part::Stores) || options.has(Part::Http);
    let mut needed = Vec::new();
    if needs_servers {
        needed.extend(Servers::NEEDED);
    }
    if options.has(Part::Http) {
        needed.push(Tool::Strace);
    }
    if options.has(Part::Web) {
        needed.extend([Tool::Node, Tool::Chromium]);
    }
    if options.has(Part::Fuzz) {
        needed.push(Tool::Python);
    }
    steps.run("what the tests need", || tools::provide(&needed))?;

    if !matches!(options.only, Some(Part::Web | Part::Fuzz)) {
        let runner = Runner { metadata: Metadata::load()?, nextest: has_nextest(), options };
        steps.run("build", || shell::run(&mut runner.build()))?;
        let servers = needs_servers.then(|| steps.run("servers", Servers::start)).transpose()?;
        for (name, mut command) in runner.commands() {
            command.envs(servers.iter().flat_map(Servers::env));
            // Noted in the summary.
            drop(steps.run(&name, || shell::run(&mut command)));
        }
    }
    if options.has(Part::Web) {
        drop(web::test(steps).and_then(|()| journeys::run(steps, options.only.is_none())));
    }
    if options.has(Part::Fuzz) {
        drop(fuzz::run(steps, options.only.is_none(), &options.args));
    }
    Ok(())
}

fn has_nextest() -> bool {
    let found = shell::succeeds(&mut cargo(["nextest", "--version"]));
    println!("{}", if found { "using cargo nextest" } else { "cargo nextest is not there: using cargo test" });
    found
}

/// The commands that build and run the tests of Rust.
struct Runner<'a> {
    metadata: Metadata,
    nextest: bool,
    options: &'a Options,
}

impl Runner<'_> {
    fn build(&self) -> Command {
        let mut command = self.command();
        command.args(self.packages()).arg("--all-features").arg("--no-run");
        command
    }

    fn commands(&self) -> Vec<(String, Command)> {
        let mut commands = Vec::new();
        if let Some(part) = self.options.only {
            let mut command = self.command();
            command.args(self.packages()).arg("--all-features");
            if !self.nextest && !self.options.args.is_empty() {
                command.arg("--");
            }
            command.args(&self.options.args);
            commands.push((part.name().to_owned(), command));
        } else if self.nextest {
            // One build for all parts: another choice of packages is another choice of features of their dependencies.
            for part in [Part::Core, Part::Stores, Part::Http] {
                let filter: Vec<_> = self.names(part).iter().map(|name| format!("package(={name})")).collect();
                let mut command = self.command();
                command.args(["--workspace", "--all-features", "-E", &filter.join(" | ")]);
                commands.push((part.name().to_owned(), command));
            }
        } else {
            let mut command = self.command();
            command.args(["--workspace", "--all-features"]);
            commands.push(("core, stores and http".to_owned(), command));
        }
        if self.options.args.is_empty() {
            commands.push(("examples in the docs".to_owned(), self.doctests()));
        }
        commands
    }

    fn command(&self) -> Command {
        if self.nextest {
            return cargo(["nextest", "run"]);
        }
        cargo(["test", "--no-fail-fast", "--lib", "--bins", "--tests", "--examples"])
    }

    fn doctests(&self) -> Command {
        let mut command = cargo(["test", "--doc", "--all-features"]);
        match self.options.only {
            None => command.arg("--workspace"),
            Some(part) => {
                let members = self.metadata.members().filter(|p| p.has_lib && Part::of_package(&p.name) == part);
                command.args(members.flat_map(|package| ["-p", &package.name]))
            }
        };
        command
    }

    fn packages(&self) -> Vec<&str> {
        match self.options.only {
            None => vec!["--workspace"],
            Some(part) => self.names(part).into_iter().flat_map(|name| ["-p", name]).collect(),
        }
    }

    fn names(&self, part: Part) -> Vec<&str> {
        self.metadata.members().map(|package| package.name.as_str()).filter(|n| Part::of_package(n) == part).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runner(options: &Options, nextest: bool) -> Vec<String> {
        let runner = Runner { metadata: Metadata::load().unwrap(), nextest, options };
        runner.commands().iter().map(|(_, command)| format!("{command:?}").replace('"', "")).collect()
    }

    #[test]
    fn everything_means_every_package() {
        let commands = runner(&Options::default(), true).join("\n");
        for package in Metadata::load().unwrap().members() {
            assert!(commands.contains(&format!("package(={})", package.name)), "{} is in no part", package.name);
        }
        assert!(runner(&Options::default(), false)[0].contains("--workspace"));
    }

    #[test]
    fn a_part_runs_its_packages_and_passes_arguments_on() {
        let options = Options::parse(&["--only", "stores", "--", "outbox"]).unwrap();
        for nextest in [true, false] {
            let commands = runner(&options, nextest);
            assert_eq!(commands.len(), 1);
            assert!(
                ["-p engage-redis ", "-p engage-sqlx "].iter().all(|name| commands[0].contains(name)),
                "{commands:?}"
            );
            assert!(commands[0].ends_with("outbox") && !commands[0].contains("engage-core"), "{commands:?}");
        }
    }

    #[test]
    fn unknown_words_are_refused() {
        for args in [&["--only", "nothing"][..], &["--fast"], &["--only"], &["--", "name"]] {
            Options::parse(args).unwrap_err();
        }
    }
}
