//! A private PgBouncer before the private PostgreSQL, in transaction mode: what many hosted databases put in between.

use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;

use super::postgres::{as_ordinary_user, owner};
use super::{Folder, Server, free_port};
use crate::shell::{self, Result};
use crate::tools::Tool;

/// Stops at once, whatever is open.
const STOP: &str = "TERM";

/// `postgres`: the URL of the server behind, whose user and password are also its own.
pub(super) fn start(folder: &Folder, postgres: &str) -> Result<Server> {
    let malformed = || format!("not the URL of a server: {postgres}");
    let (user, server) = postgres.trim_start_matches("postgres://").split_once('@').ok_or_else(malformed)?;
    let (user, password) = user.split_once(':').ok_or_else(malformed)?;
    let (address, _) = server.split_once('/').ok_or_else(malformed)?;
    let (host, behind) = address.split_once(':').ok_or_else(malformed)?;
    let port = free_port()?;

    let (config, users) = (folder.0.join("pgbouncer.ini"), folder.0.join("pgbouncer.users"));
    let settings = [
        format!("[databases]\n* = host={host} port={behind}\n[pgbouncer]"),
        format!("listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir ="),
        format!("auth_type = plain\nauth_file = {}", users.display()),
        // Fewer connections than a pool of ours has, so that each transaction meets another one.
        "pool_mode = transaction\ndefault_pool_size = 4\nmax_client_conn = 1000\nserver_idle_timeout = 5".to_owned(),
        // What sqlx sends and PgBouncer does not know.
        "ignore_startup_parameters = extra_float_digits\n".to_owned(),
    ];
    shell::write(&config, settings.join("\n"))?;
    shell::write(&users, format!("\"{user}\" \"{password}\"\n"))?;
    shell::output(Command::new("chmod").arg("600").arg(&users))?;
    if shell::is_root() {
        shell::output(Command::new("chown").arg(owner()).arg(&config).arg(&users))?;
    }
    let mut command = as_ordinary_user(&Tool::PgBouncer.path()?, &folder.0);
    command.arg(&config);
    let url = format!("postgres://{user}:{password}@127.0.0.1:{port}/postgres");
    let ready = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
    Server::start("PgBouncer", command, STOP, url, &folder.0.join("pgbouncer.log"), ready)
}
