//! The journeys of a visitor and an agent in a real browser, against the quickstart example.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::Duration;

use crate::metadata::Metadata;
use crate::servers::{Folder, Server, free_port};
use crate::shell::{self, Result, cargo};
use crate::steps::Steps;
use crate::tools::Tool;
use crate::web;

/// `workspace`: the rest of the workspace is built as well, so build with its features rather than anew.
pub(crate) fn run(steps: &mut Steps, workspace: bool) -> Result {
    steps.run("journeys: build the quickstart", || {
        let package: &[&str] = if workspace { &["--workspace"] } else { &["-p", "engage"] };
        shell::run(cargo(["build", "--all-features", "--example", "quickstart"]).args(package))
    })?;
    steps.run("journeys in Chromium", || {
        let folder = Folder::create()?;
        let results = shell::root().join("target/journeys");
        fs::create_dir_all(&results)?;
        let log = results.join("quickstart.log");
        let quickstart = quickstart(&folder.0, &log)?;
        let mut journeys = web::npm(["run", "e2e"])?;
        journeys
            .env("ENGAGE_E2E_URL", &quickstart.url)
            .env("ENGAGE_E2E_CHROMIUM", Tool::Chromium.path()?)
            // The links that the quickstart prints.
            .env("ENGAGE_E2E_LOG", &log)
            .env("ENGAGE_E2E_RESULTS", &results);
        shell::run(&mut journeys)
    })
}

fn quickstart(folder: &Path, log: &Path) -> Result<Server> {
    let port = free_port()?;
    let program = Metadata::load()?.target.join("debug/examples/quickstart");
    let mut command = shell::child(program, "TERM");
    command
        .env("QUICKSTART_ADDR", format!("127.0.0.1:{port}"))
        .env("QUICKSTART_DATABASE", format!("sqlite://{}", folder.join("quickstart.db").display()))
        .current_dir(folder);
    Server::start("quickstart", command, "TERM", format!("http://127.0.0.1:{port}"), log, || answers(port))
}

/// Whether it answers a page, rather than only accepts the connection.
pub(crate) fn answers(port: u16) -> bool {
    let answer = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(stream, "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
        let mut start = [0; 12];
        stream.read_exact(&mut start)?;
        Ok(String::from_utf8_lossy(&start).into_owned())
    };
    answer().is_ok_and(|start| start.starts_with("HTTP/1.1 2") || start.starts_with("HTTP/1.1 3"))
}
