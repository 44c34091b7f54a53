//! The servers' processes, and what Linux tells of them.

use std::fs;
use std::ops::Sub;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::Result;

/// A server under load. Ends when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    pub(crate) pid: u32,
}

impl Server {
    /// Starts this program once more, as a server, and waits until it listens.
    pub(crate) async fn start(args: &[&str]) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("serve").args(args);
        Self::spawn(&mut command).await
    }

    /// Starts the peer on an empty database.
    pub(crate) async fn peer(database: &str) -> Result<Self> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/socketio");
        let mut command = Command::new("node");
        command.arg("server.js").current_dir(folder).env("NODE_ENV", "production").env("DATABASE_URL", database);
        Self::spawn(&mut command).await
    }

    async fn spawn(command: &mut Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let pid = child.id().ok_or("the server has ended")?;
        let stdout = child.stdout.take().ok_or("the server has no output")?;
        let mut line = String::new();
        tokio::time::timeout(Duration::from_secs(30), BufReader::new(stdout).read_line(&mut line)).await??;
        let port = line.trim().parse().map_err(|_| format!("{command:?} did not start"))?;
        Ok(Self { child, port, pid })
    }

    /// Ends it.
    pub(crate) async fn stop(mut self) -> Result {
        // It ends with its standard input.
        drop(self.child.stdin.take());
        match tokio::time::timeout(Duration::from_secs(5), self.child.wait()).await {
            Ok(ended) => drop(ended?),
            Err(_) => self.child.kill().await?,
        }
        Ok(())
    }
}

/// Whose processor time is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Probe {
    pub(crate) server: u32,
    /// Postgres' first process.
    pub(crate) database: Option<u32>,
}

/// Processor time, of the kernel for them as well.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    pub(crate) server: Duration,
    pub(crate) database: Duration,
    pub(crate) client: Duration,
    /// All of the machine.
    pub(crate) machine: Duration,
}

impl Probe {
    pub(crate) fn usage(&self) -> Result<Usage> {
        Ok(Usage {
            server: threads(self.server)?,
            database: self.database.map(tree).transpose()?.unwrap_or_default(),
            client: threads(std::process::id())?,
            machine: machine()?,
        })
    }
}

impl Usage {
    /// What neither the servers nor the client used. The kernel's work for nobody in particular is in it.
    pub(crate) fn foreign(&self) -> Duration {
        self.machine.saturating_sub(self.server + self.database + self.client)
    }
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            server: self.server.saturating_sub(before.server),
            database: self.database.saturating_sub(before.database),
            client: self.client.saturating_sub(before.client),
            machine: self.machine.saturating_sub(before.machine),
        }
    }
}

/// Kibibytes of memory that a process holds.
pub(crate) fn resident_kib(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// The process that started another.
pub(crate) fn parent(pid: u32) -> Result<u32> {
    let [_, parent, ..] = numbers(&fs::read_to_string(format!("/proc/{pid}/stat"))?);
    u32::try_from(parent).map_err(Into::into)
}

/// Waits until others leave the machine alone, at most for `patience`.
pub(crate) async fn quiet(patience: Duration) -> Result {
    const LOOK: Duration = Duration::from_millis(1500);
    let start = Instant::now();
    while start.elapsed() < patience {
        let before = machine()?;
        tokio::time::sleep(LOOK).await;
        if (machine()? - before).as_secs_f64() < 0.25 * LOOK.as_secs_f64() {
            break;
        }
    }
    Ok(())
}

/// How many files the process may have open.
pub(crate) fn open_files() -> Result<u64> {
    let limits = fs::read_to_string("/proc/self/limits").map_err(|_| "the load runs need Linux and its /proc")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).ok_or("no limit of open files")?;
    Ok(line.split_whitespace().next().and_then(|soft| soft.parse().ok()).unwrap_or(u64::MAX))
}

/// All threads of a process, in nanoseconds: a short window has few of the hundredths of seconds that `stat` counts in.
fn threads(pid: u32) -> Result<Duration> {
    let mut sum = Duration::ZERO;
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        // One that ends just now had little to do.
        let schedstat = fs::read_to_string(thread?.path().join("schedstat")).unwrap_or_default();
        let ran = schedstat.split(' ').next().and_then(|nanos| nanos.parse().ok());
        sum += Duration::from_nanos(ran.unwrap_or(0));
    }
    Ok(sum)
}

fn own(pid: u32) -> Result<Duration> {
    let stat = numbers(&fs::read_to_string(format!("/proc/{pid}/stat"))?);
    Ok(ticks(stat[UTIME] + stat[UTIME + 1]))
}

/// A process, its children, and those that it has outlived.
fn tree(pid: u32) -> Result<Duration> {
    let stat = numbers(&fs::read_to_string(format!("/proc/{pid}/stat"))?);
    let mut sum = ticks(stat[UTIME..UTIME + 4].iter().sum());
    for child in fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?.split_whitespace() {
        // One that ends just now is counted at its parent next time.
        sum += own(child.parse()?).unwrap_or_default();
    }
    Ok(sum)
}

/// Where user and system time, and those of ended children, stand in the fields from the state on.
const UTIME: usize = 11;

/// The fields of a `stat` line after the name, which may have blanks in it; the state, a letter, is a zero (proc(5)).
fn numbers(stat: &str) -> [u64; 20] {
    let mut fields = [0; 20];
    let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    for (field, word) in fields.iter_mut().zip(rest.split(' ')) {
        *field = word.parse().unwrap_or(0);
    }
    fields
}

/// Everybody's, without idling and waiting.
fn machine() -> Result<Duration> {
    let stat = fs::read_to_string("/proc/stat")?;
    let fields: Vec<u64> = stat.lines().next().unwrap_or("").split_whitespace().skip(1).flat_map(str::parse).collect();
    let [user, nice, system, _idle, _wait, irq, softirq, ..] = fields[..] else {
        return Err("/proc/stat is strange".into());
    };
    Ok(ticks(user + nice + system + irq + softirq))
}

/// Linux counts in hundredths of a second here, whatever its own clock does.
fn ticks(ticks: u64) -> Duration {
    Duration::from_millis(ticks * 10)
}
