//! Load runs of engage, beside the limit of the machine: `cargo xtask bench NAME`.
#![allow(clippy::print_stdout, reason = "a command-line tool speaks on its standard output")]

mod bulk;
mod chat;
mod client;
mod crowd;
mod desk;
mod docs;
mod goals;
mod growth;
mod people;
mod picture;
mod postgres;
mod process;
mod relay;
mod report;
mod serve;
mod stage;
mod wire;

use std::error::Error;
use std::process::ExitCode;

/// Why a run ends before its time.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

pub(crate) type Result<T = (), E = Failure> = std::result::Result<T, E>;

const USAGE: &str = "\
engage-bench chat [--quick] [--json] [--rounds N] [--seconds N] [--only limit,sqlite,postgres,peer]

  Measures engage on SQLite and on Postgres beside a bare relay without storage and a peer on Socket.IO. `cargo xtask bench
  chat` builds it, installs the peer, starts a private Postgres, and passes these on.

  --quick    one short round, within a minute
  --json     prints one object in place of the tables
  --rounds   how often each is measured; without, 3 times
  --seconds  how long each window is
  --only     some of the servers, for instance to profile one: the process ids are told

engage-bench history [MESSAGES]       the cost of a message beside 10,000 stored ones and beside 2 million
engage-bench inbox [CONVERSATIONS]    the first page of the list of an agent who has 100,000
engage-bench fanout                   the cost of a copy when 2, 10, 100 and 1,000 listen

  Each on SQLite and on Postgres, with the plans of its statements.

engage-bench desk [--quick] [--part faq,tickets,create,mail] [--only sqlite,postgres]

  Searches among 10,000 and 100,000 articles, lists of and searches in a million tickets, tickets that are opened, and mails,
  each beside the bare statement or library.

  --quick    small tables, within a minute
  --part     some of them
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
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match args {
        ["chat", rest @ ..] => runtime.block_on(chat::run(&chat::Options::parse(rest)?)),
        ["history"] => runtime.block_on(growth::history(2_000_000)),
        ["history", messages] => runtime.block_on(growth::history(messages.parse()?)),
        ["inbox"] => runtime.block_on(growth::inbox(100_000)),
        ["inbox", conversations] => runtime.block_on(growth::inbox(conversations.parse()?)),
        ["fanout"] => runtime.block_on(growth::fanout()),
        ["desk", rest @ ..] => runtime.block_on(desk::run(&desk::Options::parse(rest)?)),
        // Hidden: what the load runs start as processes of their own.
        ["serve", "relay"] => runtime.block_on(serve::relay()),
        ["serve", "engage", database] => runtime.block_on(serve::engage(database)),
        _ => Err(format!("no such command: {}\n\n{USAGE}", args.join(" ")).into()),
    }
}
