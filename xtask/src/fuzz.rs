//! Schemathesis: whether the API, asked what its description allows and what it forbids, answers as it says, on both
//! frameworks and both sides.

mod described;
mod people;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::metadata::Metadata;
use crate::servers::{Folder, Server, free_port};
use crate::shell::{self, Result, cargo};
use crate::steps::Steps;
use crate::tools::Tool;

use people::Person;

/// The release that the options below are written for.
const VERSION: &str = "4.32.5";
/// The same requests each time; `--seed N` after `--` tries others.
const SEED: &str = "1";
/// How many requests of each kind an operation gets. Bounds the time: about a minute for both frameworks.
const EXAMPLES: &str = "10";
/// What an answer must not do. That a valid request succeeds is not asked: what it names may not exist.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                      negative_data_rejection";
/// What is left out, and why.
const LEFT_OUT: [(&str, &str); 3] = [
    ("GET /v1/chat/socket", "it is no HTTP once it succeeds; its frames have tests of their own"),
    ("GET /v1/chat/events", "it does not end while somebody listens"),
    ("DELETE /v1/session", "it would end the session in which all others are asked"),
];
/// What Schemathesis is told of bodies, as the module that it is named by.
const BODIES: (&str, &str) = ("bodies", include_str!("fuzz/bodies.py"));
/// The examples, each the same site on another framework.
const HOSTS: [&str; 2] = ["quickstart", "actix"];

/// `workspace`: the rest of the workspace is built as well, so build with its features rather than anew. `args` go to
/// Schemathesis.
pub(crate) fn run(steps: &mut Steps, workspace: bool, args: &[String]) -> Result {
    let program = steps.run("fuzz: Schemathesis", schemathesis)?;
    steps.run("fuzz: build the examples", || {
        let package: &[&str] = if workspace { &["--workspace"] } else { &["-p", "engage"] };
        let examples = HOSTS.iter().flat_map(|host| ["--example", host]);
        shell::run(cargo(["build", "--all-features"]).args(package).args(examples))
    })?;
    let folder = Folder::create()?;
    let mut all = Ok(());
    for name in HOSTS {
        let host = steps.run(&format!("fuzz: start {name}"), || host(&folder.0, name))?;
        for person in [Person::Visitor, Person::Admin] {
            let told = format!("fuzz: {name} as {person}");
            all = all.and(steps.run(&told, || fuzz(&program, &folder.0, &host.url, person, args)));
        }
    }
    all
}

/// Asks everything that `person` may ask, and more.
fn fuzz(program: &Path, folder: &Path, url: &str, person: Person, args: &[String]) -> Result {
    let met = people::meet(url, person)?;
    let document = folder.join("openapi.json");
    shell::write(&document, described::document(person, &met)?.to_string())?;
    shell::write(&folder.join(format!("{}.py", BODIES.0)), BODIES.1)?;
    for (operation, reason) in LEFT_OUT {
        println!("left out: {operation}: {reason}");
    }
    println!("seed {SEED}, unless the arguments name another");
    let mut command = shell::child(program, "TERM");
    command
        .arg("run")
        .arg(&document)
        .args(["--url", &format!("{url}{}", person.mount())])
        .args(["--header", &format!("Cookie: {}", met.cookie)])
        .args(["--checks", CHECKS, "--mode", "all", "--max-examples", EXAMPLES, "--seed", SEED])
        .args(["--generation-database", "none", "--suppress-health-check", "all", "--warnings", "off"])
        .args(["--request-timeout", "30", "--continue-on-failure", "--no-color"])
        .args(LEFT_OUT.iter().flat_map(|(operation, _)| ["--exclude-name", operation]))
        .args(args)
        .envs([("SCHEMATHESIS_HOOKS", BODIES.0.as_ref()), ("PYTHONPATH", folder.as_os_str())])
        // Where no configuration of the developer's is found, and its traces go with the folder.
        .current_dir(folder);
    let outcome = shell::run(&mut command);
    // Had the session ended on the way, most would have been refused for that alone.
    outcome.and(people::still_known(url, person, &met))
}

/// An example that counts no requests: most would only be told to come back later.
fn host(folder: &Path, name: &'static str) -> Result<Server> {
    let port = free_port()?;
    let mut command = shell::child(Metadata::load()?.target.join("debug/examples").join(name), "TERM");
    command
        .env("QUICKSTART_ADDR", format!("127.0.0.1:{port}"))
        .env("QUICKSTART_DATABASE", format!("sqlite://{}", folder.join(format!("{name}.db")).display()))
        .env("QUICKSTART_WITHOUT_LIMITS", "1")
        .current_dir(folder);
    let log = folder.join(format!("{name}.log"));
    let url = format!("http://127.0.0.1:{port}");
    Server::start(name, command, "TERM", url, &log, || crate::journeys::answers(port))
}

/// The program, in an environment of its own inside `target/`.
fn schemathesis() -> Result<PathBuf> {
    let folder = Metadata::load()?.target.join("schemathesis");
    let program = folder.join("bin/schemathesis");
    let is_current = |said: String| said.split_whitespace().any(|word| word == VERSION);
    if shell::output(Command::new(&program).arg("--version")).is_ok_and(is_current) {
        return Ok(program);
    }
    shell::run(Command::new(Tool::Python.path()?).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let quiet = ["install", "--quiet", "--disable-pip-version-check"];
    shell::run(Command::new(folder.join("bin/pip")).args(quiet).arg(format!("schemathesis=={VERSION}")))?;
    Ok(program)
}
