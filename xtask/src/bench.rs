//! `bench`: builds the benchmark crate for speed, starts a private PostgreSQL, and hands over.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::metadata::Metadata;
use crate::servers::Servers;
use crate::shell::{self, Result, cargo};
use crate::tools::{self, Tool};
use crate::web;

/// The folder of the peer, with a lock file of its own.
const PEER: &str = "benches/peers/socketio";

/// What cargo's own release profile makes of engage in a host.
const PROFILE: &str = "bench-run";

/// Raises the soft limit of open files as far as this user may: each connection is a file on both sides.
const WITH_FILES: &str = "ulimit -n \"$(ulimit -H -n)\" 2>/dev/null; exec \"$@\"";

pub(crate) fn run(name: &str, args: &[&str]) -> Result {
    if args.contains(&"--json") && std::env::var_os(QUIET).is_none() {
        return quietly(name, args);
    }
    tools::provide(&[&Servers::NEEDED[..], &[Tool::Node]].concat())?;
    web::install(PEER)?;
    shell::run(&mut cargo(["build", "--profile", PROFILE, "-p", "engage-bench"]))?;
    let servers = Servers::start()?;
    let mut command = shell::child("sh", "TERM");
    command
        .args(["-c", WITH_FILES, "sh"])
        .arg(program()?)
        .arg(name)
        .args(args)
        .envs(servers.env())
        .env("PATH", web::path()?);
    if let Some(file) = std::env::var_os(QUIET) {
        command.stdout(std::fs::File::create(file)?);
    }
    let status = command.stdin(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("the benchmark ended with {status}").into()) }
}

/// Names the file that gets the one object, while all else that is printed goes to standard error.
const QUIET: &str = "ENGAGE_BENCH_JSON";

/// Runs the same once more, so that standard output holds the object and nothing else.
fn quietly(name: &str, args: &[&str]) -> Result {
    let file = Metadata::load()?.target.join(format!("bench-{name}.json"));
    let mut command = Command::new(std::env::current_exe()?);
    let status = command.args(["bench", name]).args(args).env(QUIET, &file).stdout(std::io::stderr()).status()?;
    if !status.success() {
        return Err("the benchmark failed".into());
    }
    print!("{}", std::fs::read_to_string(file)?);
    Ok(())
}

fn program() -> Result<PathBuf> {
    Ok(Metadata::load()?.target.join(PROFILE).join("engage-bench"))
}
