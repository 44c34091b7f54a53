//! Where servers are put under load: each on a new, empty database.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Result;
use crate::postgres::Postgres;
use crate::process::{self, Probe, Server};
use crate::report::Target;

pub(crate) struct Stage {
    pub(crate) postgres: Option<Postgres>,
    /// How many databases were made; each gets a name of its own.
    databases: AtomicU32,
    folder: PathBuf,
}

/// A database, for whoever opens it.
pub(crate) struct Place {
    /// Empty for the relay, which has none.
    pub(crate) url: String,
    database: Option<(Postgres, String)>,
}

/// A server on its database.
pub(crate) struct Running {
    pub(crate) server: Server,
    pub(crate) probe: Probe,
    /// The URL of the database; empty for the relay, which has none.
    pub(crate) url: String,
    database: Option<(Postgres, String)>,
}

impl Stage {
    /// For `targets`, with room for so many connections.
    pub(crate) async fn set(targets: &[Target], connections: usize) -> Result<Self> {
        let needed = u64::try_from(connections)? + 200;
        if process::open_files()? < needed {
            return Err(format!("this needs {needed} open files: run `ulimit -n {needed}` first").into());
        }
        let needs_postgres = targets.iter().any(|target| matches!(target, Target::Postgres | Target::Peer));
        let postgres = if needs_postgres { Some(Postgres::find().await?) } else { None };
        Ok(Self { postgres, databases: AtomicU32::new(0), folder: folder()? })
    }

    /// A new, empty database without a server.
    pub(crate) async fn place(&self, target: Target) -> Result<Place> {
        let name = format!("engage_bench_{}_{}", std::process::id(), self.databases.fetch_add(1, Ordering::Relaxed));
        let database = match (target, &self.postgres) {
            (Target::Postgres | Target::Peer, Some(postgres)) => Some((postgres.clone(), name.clone())),
            (Target::Postgres | Target::Peer, None) => return Err("there is no Postgres".into()),
            (Target::Limit | Target::Sqlite, _) => None,
        };
        let url = match (target, &database) {
            (Target::Limit, _) => String::new(),
            (_, Some((postgres, name))) => postgres.create(name).await?,
            (_, None) => format!("sqlite://{}", self.folder.join(format!("{name}.db")).display()),
        };
        Ok(Place { url, database })
    }

    pub(crate) async fn start(&self, target: Target) -> Result<Running> {
        let Place { url, database } = self.place(target).await?;
        let server = match target {
            Target::Limit => Server::start(&["relay"]).await?,
            Target::Sqlite | Target::Postgres => Server::start(&["engage", &url]).await?,
            Target::Peer => Server::peer(&url).await?,
        };
        let probe = Probe { server: server.pid, database: database.as_ref().map(|(postgres, _)| postgres.pid) };
        eprintln!("  process {}", server.pid);
        Ok(Running { server, probe, url, database })
    }
}

impl Place {
    pub(crate) async fn clear(self) -> Result {
        match self.database {
            Some((postgres, name)) => postgres.drop(&name).await,
            // It goes with the folder, which may be large by now.
            None => self.url.strip_prefix("sqlite://").map_or(Ok(()), |file| Ok(std::fs::remove_file(file)?)),
        }
    }
}

impl Running {
    pub(crate) async fn stop(self) -> Result {
        self.server.stop().await?;
        match self.database {
            Some((postgres, name)) => postgres.drop(&name).await,
            None => Ok(()),
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// For the SQLite files: beside this program, which is on a disk and not in memory.
fn folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.with_file_name(format!("engage-bench-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    Ok(folder)
}
