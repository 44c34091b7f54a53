//! Three processes on one PostgreSQL and one Redis, to be tried by hand: the visitor on one, the agent on another.

use std::io::Write as _;

use crate::metadata::Metadata;
use crate::servers::{Folder, Server, Servers, free_port};
use crate::shell::{self, Result, cargo};
use crate::tools;

const NODES: usize = 3;

pub(crate) fn run() -> Result {
    tools::provide(&Servers::NEEDED)?;
    shell::run(&mut cargo(["build", "--all-features", "--example", "quickstart", "-p", "engage"]))?;
    let servers = Servers::start()?;
    let [(_, postgres), (_, redis), _] = servers.env();
    let folder = Folder::create()?;
    let program = Metadata::load()?.target.join("debug/examples/quickstart");
    let mut nodes = Vec::new();
    for number in 1..=NODES {
        let port = free_port()?;
        let mut command = shell::child(&program, "TERM");
        command
            .env("QUICKSTART_ADDR", format!("127.0.0.1:{port}"))
            .env("QUICKSTART_DATABASE", postgres)
            .env("QUICKSTART_REDIS", redis);
        let log = folder.0.join(format!("node-{number}.log"));
        let url = format!("http://127.0.0.1:{port}");
        nodes.push(Server::start("node", command, "TERM", url, &log, || crate::journeys::answers(port))?);
    }
    println!("\n  visitor  {}/   (node 1)", nodes[0].url);
    println!("  agent    {}/sign-in/ada   (node 2)", nodes[1].url);
    println!("  agent    {}/sign-in/grace   (node 3)\n\n  Press Enter to stop all.", nodes[2].url);
    std::io::stdout().flush()?;
    std::io::stdin().read_line(&mut String::new())?;
    drop(nodes);
    Ok(())
}
