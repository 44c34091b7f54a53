//! The developer commands of engage: `cargo xtask COMMAND`.
#![allow(clippy::print_stdout, reason = "a command-line tool speaks on its standard output")]

mod bench;
mod ci;
mod engine;
mod fuzz;
mod journeys;
mod metadata;
mod nodes;
mod servers;
mod shell;
mod steps;
mod test;
mod tidy;
mod tools;
mod torture;
mod web;

use std::process::ExitCode;

use shell::Result;

const USAGE: &str = "\
cargo xtask COMMAND

  test [--only core|stores|http|web|fuzz] [-- ARGS]
                     run the tests. Finds, or installs, and starts what they need: PostgreSQL, PgBouncer and Redis on
                     private ports, Node.js and Chromium, Python. ARGS go to the test runner, for instance a part of a test's
                     name, or to Schemathesis
  servers -- CMD     run CMD with a private PostgreSQL, PgBouncer and Redis, named by ENGAGE_TEST_POSTGRES,
                     ENGAGE_TEST_PGBOUNCER and ENGAGE_TEST_REDIS
  ci                 all that a change must pass: format, conventions, lints, docs, features, front end, tests
  tidy [--release]   check the project's conventions; --release records the checksums of new migrations
  web [--check|--table]
                     build the front end into engage-ui; --check fails when that changes anything that git knows,
                     --table makes only the table of what engage-ui/dist holds
  bench NAME [ARGS]  run a benchmark
  torture --minutes N [--seed S] [--nodes 1|3]
                     people talk while everything breaks, and the history of what they saw is checked
  fuzz --minutes N [--target frame|cursor|token|filter] [--keep]
                     random input for what clients send; --keep adds what reached new code to fuzz/corpus, which the tests try
  nodes              three processes on one PostgreSQL and one Redis, with links to a visitor and two agents
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[&str]) -> Result {
    match args {
        ["test", rest @ ..] => test::run(&test::Options::parse(rest)?),
        ["servers", "--", command @ ..] if !command.is_empty() => servers::run(command),
        ["ci"] => ci::run(),
        ["tidy"] => tidy::run(),
        ["tidy", "--release"] => tidy::release(),
        ["web"] => web::build(),
        ["web", "--check"] => web::check(),
        ["web", "--table"] => web::table(),
        ["nodes"] => nodes::run(),
        ["fuzz", rest @ ..] => engine::run(&engine::Options::parse(rest)?),
        ["torture", rest @ ..] => torture::run(&torture::Options::parse(rest)?),
        ["bench", name, rest @ ..] => bench::run(name, rest),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("no such command: {}\n\n{USAGE}", args.join(" ")).into()),
    }
}
