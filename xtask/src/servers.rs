//! Private servers for the tests: started on free ports of 127.0.0.1, stopped on every way out.

mod pgbouncer;
mod postgres;
mod redis;

use std::fs::{self, File};
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::shell::{self, Result};
use crate::tools::{self, Tool};

/// A running PostgreSQL with a PgBouncer before it, a Redis, and the folder with their data. Dropped, they stop and the folder goes.
#[derive(Debug)]
pub(crate) struct Servers {
    // First: its connections are then gone before PostgreSQL stops.
    pgbouncer: Server,
    postgres: Server,
    redis: Server,
    // Last: removed when both have stopped.
    _folder: Folder,
}

impl Servers {
    /// What [`Servers::start`] starts.
    pub(crate) const NEEDED: [Tool; 3] = [Tool::Postgres, Tool::PgBouncer, Tool::Redis];

    pub(crate) fn start() -> Result<Self> {
        let folder = Folder::create()?;
        let postgres = postgres::start(&folder)?;
        let pgbouncer = pgbouncer::start(&folder, &postgres.url)?;
        let redis = redis::start(&folder)?;
        Ok(Self { pgbouncer, postgres, redis, _folder: folder })
    }

    /// How tests find them.
    pub(crate) fn env(&self) -> [(&'static str, &str); 3] {
        [
            ("ENGAGE_TEST_POSTGRES", &self.postgres.url),
            ("ENGAGE_TEST_REDIS", &self.redis.url),
            ("ENGAGE_TEST_PGBOUNCER", &self.pgbouncer.url),
        ]
    }
}

/// Runs a command with all of them.
pub(crate) fn run(command: &[&str]) -> Result {
    tools::provide(&Servers::NEEDED)?;
    let servers = Servers::start()?;
    let (program, args) = command.split_first().ok_or("no command")?;
    // With standard input: it may be a shell.
    let status = shell::child(program, "TERM").args(args).envs(servers.env()).status()?;
    if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", command.join(" ")).into()) }
}

/// A program that serves until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    /// What makes it stop soon and cleanly.
    signal: &'static str,
    pub(crate) url: String,
    log: PathBuf,
}

impl Server {
    /// Starts it, with what it prints going to `log`, and waits until `ready` says so.
    pub(crate) fn start(
        name: &'static str,
        mut command: Command,
        signal: &'static str,
        url: String,
        log: &Path,
        ready: impl Fn() -> bool,
    ) -> Result<Self> {
        let out = File::create(log).map_err(|error| format!("{}: {error}", log.display()))?;
        let start = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out).spawn();
        let child = child.map_err(|error| format!("{name} does not start: {error}"))?;
        let mut server = Self { name, child, signal, url, log: log.to_path_buf() };
        while !ready() {
            if let Some(status) = server.child.try_wait()? {
                return Err(server.failed(&format!("ended with {status}")).into());
            }
            if start.elapsed() > Duration::from_secs(60) {
                return Err(server.failed("is not ready after 60 s").into());
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        println!("started {name} as process {} in {:.1} s", server.child.id(), start.elapsed().as_secs_f64());
        Ok(server)
    }

    fn failed(&self, how: &str) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let from = log.lines().count().saturating_sub(20);
        let end = log.lines().skip(from).collect::<Vec<_>>().join("\n");
        format!("{} {how}; the end of its log:\n{end}", self.name)
    }

    fn stop(&mut self) -> Option<ExitStatus> {
        if let Ok(Some(status)) = self.child.try_wait() {
            return Some(status);
        }
        shell::signal(self.child.id(), self.signal);
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.child.kill().ok()?;
        self.child.wait().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let how = self.stop().map_or_else(|| "in an unknown state".to_owned(), |status| status.to_string());
        println!("stopped {} (process {}): {how}", self.name, self.child.id());
    }
}

/// A new empty folder that any user can enter, removed when dropped.
#[derive(Debug)]
pub(crate) struct Folder(pub(crate) PathBuf);

const PREFIX: &str = "engage-test-";

impl Folder {
    pub(crate) fn create() -> Result<Self> {
        // As root the servers run as another user, who may not be able to enter root's own TMPDIR.
        let base = if shell::is_root() { PathBuf::from("/tmp") } else { std::env::temp_dir() };
        remove_orphans(&base);
        let path = base.join(format!("{PREFIX}{}-{}", std::process::id(), &secret()?[..8]));
        fs::create_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Removes the folders of runs that were killed: a killed process cannot tidy up after itself.
fn remove_orphans(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().filter_map(std::result::Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let pid = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
        if pid.is_some_and(|pid| !shell::signal(pid, "0")) {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// A random password: other users of the machine can connect to 127.0.0.1 too.
fn secret() -> Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(shell::hex(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_ends_at_once_is_reported_with_its_log() {
        let folder = Folder::create().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo no room left; exit 2"]);
        let log = folder.0.join("log");
        let error = Server::start("thing", command, "TERM", String::new(), &log, || false).unwrap_err().to_string();
        assert!(error.contains("thing ended with") && error.contains("no room left"), "{error}");
    }

    #[test]
    fn a_dropped_server_is_gone_and_so_is_its_folder() {
        let folder = Folder::create().unwrap();
        let path = folder.0.clone();
        let mut command = Command::new("sleep");
        command.arg("60");
        let log = path.join("log");
        let server = Server::start("sleep", command, "TERM", String::new(), &log, || true).unwrap();
        let pid = server.child.id();
        drop((server, folder));
        assert!(!shell::signal(pid, "0"), "process {pid} still runs");
        assert!(!path.exists());
    }

    #[test]
    fn only_folders_of_dead_processes_are_orphans() {
        let base = Folder::create().unwrap();
        let dead = base.0.join(format!("{PREFIX}{}-x", i32::MAX));
        let alive = base.0.join(format!("{PREFIX}{}-x", std::process::id()));
        let foreign = base.0.join("other");
        for path in [&dead, &alive, &foreign] {
            fs::create_dir(path).unwrap();
        }
        remove_orphans(&base.0);
        assert_eq!([dead.exists(), alive.exists(), foreign.exists()], [false, true, true]);
    }
}
