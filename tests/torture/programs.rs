//! Processes that tests may kill: a PostgreSQL and a Redis of their own, on ports that they keep over a restart.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long a program may take to begin or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A new empty folder that any user can enter; removed when dropped.
#[derive(Debug)]
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = PathBuf::from("/tmp").join(format!("engage-torture-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::env::var_os("TORTURE_LOUD").is_some() {
            println!("{}", fs::read_to_string(self.0.join("postgres.log")).unwrap_or_default());
        }
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A child that is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// Whom signals go to: the child, or what runs under it.
    pub(crate) pid: u32,
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).spawn().unwrap();
        Self { pid: child.id(), child }
    }

    pub(crate) fn signal(&self, signal: &str) {
        let status = Command::new("sh").args(["-c", &format!("kill -s {signal} {}", self.pid)]).status();
        assert!(status.is_ok_and(|status| status.success()), "no process {}", self.pid);
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for its end.
    pub(crate) fn ended(&mut self) {
        until("the process ends", || self.has_ended());
    }

    pub(crate) fn kill(&mut self) {
        self.signal("KILL");
        self.ended();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.has_ended() {
            let _ = Command::new("sh").args(["-c", &format!("kill -s KILL {} 2>/dev/null", self.pid)]).status();
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

pub(crate) fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

pub(crate) fn find(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// A PostgreSQL that commits as in production.
#[derive(Debug)]
pub(crate) struct Postgres {
    bin: PathBuf,
    process: Option<Process>,
    pub(crate) port: u16,
    settings: Vec<String>,
    // Last: removed when the server has ended.
    folder: Folder,
}

impl Postgres {
    pub(crate) fn start() -> Self {
        Self::start_in(Folder::new(), &[])
    }

    /// In a folder that is there, with settings of its own.
    pub(crate) fn start_in(folder: Folder, settings: &[&str]) -> Self {
        let mut postgres = Self::new(folder, settings);
        let data = postgres.make_data();
        let mut command = as_ordinary_user(&postgres.bin.join("initdb"), &postgres.folder.0);
        command.arg("-D").arg(&data).args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "--wal-segsize=1",
        ]);
        let made = command.stdin(Stdio::null()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        postgres.restart();
        postgres
    }

    /// A standby that follows this one, under a name by which this one may wait for it.
    pub(crate) fn standby(&self, name: &str) -> Self {
        let mut standby = Self::new(Folder::new(), &[]);
        let data = standby.make_data();
        let mut command = as_ordinary_user(&self.bin.join("pg_basebackup"), &standby.folder.0);
        let from = format!("host=127.0.0.1 port={} user=postgres application_name={name}", self.port);
        command.args(["-d", &from, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-D"]).arg(&data);
        let made = command.stdin(Stdio::null()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        standby.restart();
        standby
    }

    /// A standby serves by itself from now on.
    pub(crate) fn promote(&self) {
        let mut command = as_ordinary_user(&self.bin.join("pg_ctl"), &self.folder.0);
        let promoted = command.args(["promote", "-w", "-s", "-D"]).arg(self.data()).stdin(Stdio::null()).status();
        assert!(promoted.is_ok_and(|status| status.success()), "not promoted");
    }

    fn new(folder: Folder, settings: &[&str]) -> Self {
        let settings = settings.iter().map(|&setting| setting.to_owned()).collect();
        Self { bin: postgres_programs(), process: None, port: free_port(), settings, folder }
    }

    /// A folder that the server may write to, and nobody else.
    fn make_data(&self) -> PathBuf {
        let data = self.data();
        fs::create_dir(&data).unwrap();
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
        if is_root() {
            assert!(Command::new("chown").arg(owner()).arg(&data).status().unwrap().success());
        }
        data
    }

    /// Starts it again after it was stopped.
    pub(crate) fn restart(&mut self) {
        let log = self.folder.0.join("postgres.log");
        let out = File::create(&log).unwrap();
        let mut command = as_ordinary_user(&self.bin.join("postgres"), &self.folder.0);
        command.arg("-D").arg(self.data()).args(["-p", &self.port.to_string()]);
        let settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100", "fsync=on"];
        command.args(settings.iter().flat_map(|setting| ["-c", setting]));
        command.args(self.settings.iter().flat_map(|setting| ["-c", setting]));
        self.process = Some(Process::start(command.stdout(out.try_clone().unwrap()).stderr(out)));
        until("PostgreSQL serves", || fs::read_to_string(&log).is_ok_and(|log| log.contains("ready to accept")));
    }

    /// Whether it has given up by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.process.as_mut().is_none_or(Process::has_ended)
    }

    /// `pg_ctl stop -m immediate`: as after a crash, the log is replayed at the next start.
    pub(crate) fn crash(&mut self) {
        let mut process = self.process.take().unwrap();
        process.signal("QUIT");
        process.ended();
    }

    /// Stops or continues the server and every process that serves a connection: it hangs, and breaks no link.
    pub(crate) fn hang(&self, hangs: bool) {
        let postmaster = self.process.as_ref().unwrap().pid;
        let children = fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children")).unwrap();
        let pids: Vec<_> = children.split_whitespace().map(str::to_owned).chain([postmaster.to_string()]).collect();
        let signal = if hangs { "STOP" } else { "CONT" };
        // A child may have ended meanwhile.
        let _ = Command::new("sh").args(["-c", &format!("kill -s {signal} {} 2>/dev/null", pids.join(" "))]).status();
    }

    fn data(&self) -> PathBuf {
        self.folder.0.join("data")
    }
}

/// A Redis that keeps nothing.
#[derive(Debug)]
pub(crate) struct Redis {
    pub(crate) port: u16,
    process: Option<Process>,
}

impl Redis {
    pub(crate) fn start() -> Self {
        let mut redis = Self { port: free_port(), process: None };
        redis.restart();
        redis
    }

    pub(crate) fn restart(&mut self) {
        let program = find("redis-server").or_else(|| find("valkey-server")).expect("redis-server");
        let mut command = Command::new(program);
        command.args(["--bind", "127.0.0.1", "--port", &self.port.to_string(), "--save", "", "--appendonly", "no"]);
        self.process = Some(Process::start(command.stdout(Stdio::null()).stderr(Stdio::null())));
        until("Redis serves", || TcpStream::connect(local(self.port)).is_ok());
    }

    pub(crate) fn kill(&mut self) {
        self.process.take().unwrap().kill();
    }

    pub(crate) fn hang(&self, hangs: bool) {
        self.process.as_ref().unwrap().signal(if hangs { "STOP" } else { "CONT" });
    }

    pub(crate) fn flush(&self) {
        use std::io::{Read as _, Write as _};
        let mut stream = TcpStream::connect(local(self.port)).unwrap();
        stream.write_all(b"FLUSHALL\r\n").unwrap();
        let mut answer = [0; 5];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"+OK\r\n");
    }
}

fn postgres_programs() -> PathBuf {
    let on_path = find("initdb").and_then(|path| Some(path.canonicalize().ok()?.parent()?.to_owned()));
    let complete = |folder: &PathBuf| ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file());
    let packaged = || {
        let folders = fs::read_dir("/usr/lib/postgresql").ok()?;
        folders.filter_map(Result::ok).map(|version| version.path().join("bin")).filter(complete).max()
    };
    on_path.filter(complete).or_else(packaged).expect("PostgreSQL: `cargo xtask test` finds or installs it")
}

/// PostgreSQL refuses to run as root.
fn as_ordinary_user(program: &Path, folder: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args([format!("--reuid={}", owner()), format!("--regid={}", group())]).arg("--clear-groups");
        // Inside, for changing the user clears it: nothing stays when the test is killed.
        command.args(["--", "setpriv", "--pdeathsig", "QUIT", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("PATH", path).env("HOME", folder).env("LC_ALL", "C.UTF-8").current_dir(folder);
    command
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n")
}

fn owner() -> &'static str {
    if Command::new("id").arg("postgres").output().is_ok_and(|id| id.status.success()) { "postgres" } else { "nobody" }
}

fn group() -> String {
    let group = Command::new("id").args(["-g", owner()]).output().unwrap().stdout;
    String::from_utf8(group).unwrap().trim().to_owned()
}
