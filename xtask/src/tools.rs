//! The programs that the tests need: found, or installed where this user may install.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{self, Result};

/// A program that the tests need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    Postgres,
    PgBouncer,
    Redis,
    Node,
    Chromium,
    /// Makes system calls of a node fail, or ends it at one. Linux only.
    Strace,
    Python,
}

/// Vite and the test runners ask for this.
const NODE: u32 = 20;

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL server",
            Self::PgBouncer => "PgBouncer",
            Self::Redis => "Redis or Valkey server",
            Self::Node => "Node.js 20 or newer, with npm",
            Self::Chromium => "Chromium",
            Self::Strace => "strace",
            Self::Python => "Python 3, with venv and pip",
        }
    }

    /// Names in Debian and Ubuntu.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgresql"],
            Self::PgBouncer => &["pgbouncer"],
            Self::Redis => &["redis-server"],
            Self::Node => &["nodejs", "npm"],
            Self::Chromium => &["chromium"],
            Self::Strace => &["strace"],
            Self::Python => &["python3", "python3-venv"],
        }
    }

    /// The folder of the programs (PostgreSQL, Node.js), or the program.
    pub(crate) fn find(self) -> Option<PathBuf> {
        match self {
            Self::Postgres => postgres(),
            // Debian keeps it where only root looks.
            Self::PgBouncer => {
                first(&["pgbouncer"]).or_else(|| Some("/usr/sbin/pgbouncer".into()).filter(|at: &PathBuf| at.is_file()))
            }
            Self::Redis => first(&["redis-server", "valkey-server"]),
            Self::Node => shell::find("npm").and_then(|_| node()),
            Self::Strace => first(&["strace"]),
            Self::Chromium => first(&["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]),
            Self::Python => python(),
        }
    }

    /// [`find`](Self::find), after [`provide`] has seen to it.
    pub(crate) fn path(self) -> Result<PathBuf> {
        self.find().ok_or_else(|| format!("not found: {}", self.name()).into())
    }
}

/// Finds all of `tools` and installs what is missing; an error says what to type where that is not allowed.
pub(crate) fn provide(tools: &[Tool]) -> Result {
    for tool in tools {
        if let Some(path) = tool.find() {
            println!("found {}: {}", tool.name(), path.display());
        }
    }
    let mut missing = missing(tools);
    let packages: Vec<_> = missing.iter().flat_map(|tool| needed_packages(*tool)).copied().collect();
    if !packages.is_empty() {
        apt(&missing, &packages)?;
        missing = self::missing(tools);
    }
    if missing.contains(&Tool::Node) {
        node_by_npm()?;
        missing = self::missing(tools);
    }
    if missing.is_empty() { Ok(()) } else { Err(format!("still not found: {}", names(&missing)).into()) }
}

fn missing(tools: &[Tool]) -> Vec<Tool> {
    tools.iter().copied().filter(|tool| tool.find().is_none()).collect()
}

/// Where npm is present, only Node.js itself is too old, and apt would bring the same again.
fn needed_packages(tool: Tool) -> &'static [&'static str] {
    if tool == Tool::Node && shell::find("npm").is_some() { &[] } else { tool.packages() }
}

fn apt(missing: &[Tool], packages: &[&str]) -> Result {
    println!("not found: {}", names(missing));
    let Some(mut sudo) = may_install() else { return Err(ask_to_install(missing, packages).into()) };
    println!("installing with apt-get, for the whole system: {}", packages.join(" "));
    let quiet = ["DEBIAN_FRONTEND=noninteractive", "apt-get"];
    sudo.extend(["env"].iter().chain(&quiet).map(|word| (*word).to_owned()));
    let apt = |args: &[&str]| shell::run(Command::new(&sudo[0]).args(&sudo[1..]).args(args));
    apt(&["update"])?;
    apt(&[&["install", "-y", "--no-install-recommends"], packages].concat())
}

/// What to put before `apt-get`, or `None` where this user may not install.
fn may_install() -> Option<Vec<String>> {
    shell::find("apt-get")?;
    if shell::is_root() {
        return Some(Vec::new());
    }
    shell::succeeds(Command::new("sudo").args(["-n", "true"])).then(|| vec!["sudo".to_owned(), "-n".to_owned()])
}

fn ask_to_install(missing: &[Tool], packages: &[&str]) -> String {
    let command = if shell::find("brew").is_some() {
        let formula = |tool: &Tool| match tool {
            Tool::Postgres => "postgresql@17",
            Tool::PgBouncer => "pgbouncer",
            Tool::Redis => "redis",
            Tool::Node => "node",
            Tool::Chromium => "--cask chromium",
            Tool::Strace => "strace",
            Tool::Python => "python",
        };
        missing.iter().map(|tool| format!("brew install {}", formula(tool))).collect::<Vec<_>>().join(" && ")
    } else {
        let packages = packages.join(" ");
        format!("sudo apt-get update && sudo apt-get install -y --no-install-recommends {packages}")
    };
    format!(
        "{} must be installed, which this user may not do without a password. Please run:\n\n  {command}\n",
        names(missing)
    )
}

/// Debian's own Node.js may be older than we need; npm has newer ones as packages. It stays inside `target/`.
fn node_by_npm() -> Result {
    let folder = shell::root().join("target/node");
    println!("the Node.js here is older than {NODE}: installing one with npm into {}", folder.display());
    std::fs::create_dir_all(&folder)?;
    let package = format!("{}@{}", node_package(), NODE + 2);
    shell::run(Command::new("npm").args(["install", "--no-save", "--prefix"]).arg(&folder).arg(package))
}

/// The npm package that holds the program itself, and needs no install script to fetch it.
fn node_package() -> String {
    let arch = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("node-linux-{arch}")
}

/// The folder of a `node` that is new enough.
fn node() -> Option<PathBuf> {
    let private = shell::root().join("target/node/node_modules").join(node_package()).join("bin/node");
    let found = shell::find("node").into_iter().chain([private]).find(|program| {
        shell::output(Command::new(program).arg("--version")).is_ok_and(|said| major(&said).is_some_and(|n| n >= NODE))
    })?;
    found.parent().map(Path::to_path_buf)
}

/// 20 of `v20.11.1`.
fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

/// The folder of `initdb` and `postgres`, the newest where there are several: Debian keeps them off the `PATH`.
fn postgres() -> Option<PathBuf> {
    let on_path = shell::find("initdb").and_then(|path| path.canonicalize().ok()?.parent().map(Path::to_path_buf));
    let complete = |folder: &PathBuf| ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file());
    on_path.filter(complete).or_else(|| {
        let mut folders: Vec<PathBuf> = ["/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt", "/usr"]
            .iter()
            .filter_map(|base| std::fs::read_dir(base).ok())
            .flat_map(|entries| entries.filter_map(std::result::Result::ok))
            .map(|entry| entry.path().join("bin"))
            .filter(complete)
            .collect();
        folders.sort_by_key(|folder| version_in(folder));
        folders.pop()
    })
}

/// 15 of `/usr/lib/postgresql/15/bin`, so that 9 sorts before 15.
fn version_in(folder: &Path) -> u32 {
    let name = folder.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
    name.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
}

/// A Python that can make environments: Debian has that in a package of its own.
fn python() -> Option<PathBuf> {
    let found = shell::find("python3")?;
    shell::succeeds(Command::new(&found).args(["-c", "import venv, ensurepip"])).then_some(found)
}

fn first(programs: &[&str]) -> Option<PathBuf> {
    programs.iter().find_map(|program| shell::find(program))
}

fn names(tools: &[Tool]) -> String {
    tools.iter().map(|tool| tool.name()).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers() {
        assert_eq!(major("v20.11.1\n"), Some(20));
        assert_eq!(major("no version"), None);
        assert!(
            version_in(Path::new("/usr/lib/postgresql/15/bin")) > version_in(Path::new("/usr/lib/postgresql/9/bin"))
        );
    }

    #[test]
    fn who_may_not_install_is_told_the_command() {
        let said = ask_to_install(&[Tool::Redis], Tool::Redis.packages());
        assert!(said.contains("redis") && said.contains("install"), "{said}");
    }
}
