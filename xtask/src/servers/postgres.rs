//! A private PostgreSQL: a new cluster, durable as in production, because durability is what many tests are about.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Folder, Server, free_port, secret};
use crate::shell::{self, Result};
use crate::tools::Tool;

/// Asks for a fast shutdown: sessions that tests left open are ended rather than waited for.
const STOP: &str = "INT";

pub(super) fn start(folder: &Folder) -> Result<Server> {
    let bin = Tool::Postgres.path()?;
    let data = folder.0.join("postgres");
    let password = secret()?;
    initdb(&bin, folder, &data, &password)?;

    let port = free_port()?.to_string();
    let mut command = as_ordinary_user(&bin.join("postgres"), &folder.0);
    command.arg("-D").arg(&data).args(["-p", &port]);
    let settings = [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=200",
        "fsync=on",
        "synchronous_commit=on",
        "full_page_writes=on",
    ];
    command.args(settings.iter().flat_map(|setting| ["-c", setting]));
    let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
    let log = folder.0.join("postgres.log");
    // The server itself writes this line when it accepts connections; a port that answers may still say "starting up".
    let ready = || fs::read_to_string(&log).is_ok_and(|log| log.contains("ready to accept connections"));
    Server::start("PostgreSQL", command, STOP, url, &log, ready)
}

fn initdb(bin: &Path, folder: &Folder, data: &Path, password: &str) -> Result {
    let password_file = folder.0.join("password");
    shell::write(&password_file, password)?;
    fs::create_dir(data)?;
    if shell::is_root() {
        shell::output(Command::new("chown").arg(owner()).arg(data).arg(&password_file))?;
        shell::output(Command::new("chmod").arg("600").arg(&password_file))?;
    }
    let mut command = as_ordinary_user(&bin.join("initdb"), &folder.0);
    command.arg("-D").arg(data).arg("--pwfile").arg(&password_file);
    // Over loopback the plain method costs less than a proof per connection, and tests connect often.
    command.args(["-U", "postgres", "-A", "password", "-E", "UTF8", "--locale=C", "--no-sync"]);
    shell::output(&mut command)?;
    Ok(fs::remove_file(password_file)?)
}

/// PostgreSQL and PgBouncer refuse to run as root; then they run as the user that PostgreSQL's package made, or as nobody.
pub(super) fn as_ordinary_user(program: &Path, folder: &Path) -> Command {
    let mut command = if shell::is_root() {
        let ids = [("uid", "-u"), ("gid", "-g")].map(|(name, flag)| {
            let id = shell::output(Command::new("id").args([flag, owner()])).unwrap_or_default();
            format!("--re{name}={}", id.trim())
        });
        let mut command = Command::new("setpriv");
        command.args(ids).args(["--clear-groups", "--"]);
        // Inside, not outside: changing the user clears the signal of a parent's death.
        let inner = shell::child(program, STOP);
        command.arg(inner.get_program()).args(inner.get_args());
        command
    } else {
        shell::child(program, STOP)
    };
    // Only what it needs: a PGHOST or a locale of the developer changes what initdb makes.
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("PATH", path).env("HOME", folder).env("LC_ALL", "C.UTF-8").current_dir(folder);
    command
}

pub(super) fn owner() -> &'static str {
    if shell::succeeds(Command::new("id").arg("postgres")) { "postgres" } else { "nobody" }
}
