//! A private Redis (or Valkey), in memory only: engage takes it for a cache and a bus, never for a store.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::Duration;

use super::{Folder, Server, free_port, secret};
use crate::shell::{self, Result};
use crate::tools::Tool;

pub(super) fn start(folder: &Folder) -> Result<Server> {
    let port = free_port()?;
    let password = secret()?;
    let config = folder.0.join("redis.conf");
    // In a file, because arguments can be read by every user of the machine.
    let settings = [
        format!("bind 127.0.0.1\nport {port}\nrequirepass {password}"),
        format!("dir {}\nsave \"\"\nappendonly no\n", folder.0.display()),
    ];
    shell::write(&config, settings.join("\n"))?;
    shell::output(Command::new("chmod").arg("600").arg(&config))?;
    let mut command = shell::child(Tool::Redis.path()?, "TERM");
    command.arg(&config);
    let url = format!("redis://default:{password}@127.0.0.1:{port}/");
    let ready = || ping(port, &password).is_some_and(|answer| answer.ends_with("+PONG\r\n"));
    Server::start("Redis", command, "TERM", url, &folder.0.join("redis.log"), ready)
}

fn ping(port: u16, password: &str) -> Option<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(1))).ok()?;
    stream.write_all(format!("AUTH {password}\r\nPING\r\nQUIT\r\n").as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.strip_suffix("+OK\r\n").map(str::to_owned)
}
