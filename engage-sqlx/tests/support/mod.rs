//! Databases for tests: a file of its own on SQLite, a database of its own on the server that the tests are given.
#![allow(dead_code, reason = "each test uses what it needs")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use engage_core::clock::{Clock, ManualClock};
use engage_core::entropy::{Entropy, OsEntropy};
use engage_core::ids::Ids;
use engage_core::{Backend, Context, Migrations, Stores};
use engage_sqlx::Sqlx;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A file that is removed at the end.
pub(crate) struct TempFile(PathBuf);

impl TempFile {
    pub(crate) fn new() -> Self {
        Self(std::env::temp_dir().join(format!("engage-test-{}.db", unique())))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite://{}", self.0.display())
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", self.0.display()));
        }
    }
}

/// A name that nobody else uses.
pub(crate) fn unique() -> String {
    let mut bytes = [0; 8];
    OsEntropy.fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The URL of a new, empty database.
pub(crate) async fn postgres_url() -> String {
    let server = engage_testkit::postgres_url();
    let name = format!("test_{}", unique());
    let mut connection = PgConnection::connect(&server).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
    let (rest, _) = server.rsplit_once('/').unwrap();
    format!("{rest}/{name}")
}

pub(crate) async fn postgres_pool(connections: u32) -> PgPool {
    pool(&postgres_url().await, connections).await
}

/// In the server's own database, which all tests share.
pub(crate) async fn shared_pool(connections: u32) -> PgPool {
    pool(&engage_testkit::postgres_url(), connections).await
}

async fn pool(url: &str, connections: u32) -> PgPool {
    PgPoolOptions::new().max_connections(connections).connect(url).await.unwrap()
}

/// Time, ids and randomness with a clock that stands still.
pub(crate) fn context() -> (Context, ManualClock) {
    let clock = ManualClock::default();
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
    (Context { ids: Ids::new(Arc::clone(&shared), Arc::clone(&entropy)), clock: shared, entropy }, clock)
}

pub(crate) async fn open(database: Sqlx) -> Stores {
    try_open(database).await.unwrap()
}

pub(crate) async fn try_open(database: Sqlx) -> Result<Stores, Vec<String>> {
    Box::new(database).open(&context().0, Migrations::Automatic).await
}

/// Both databases, each with the file that has to outlive it.
pub(crate) async fn both() -> Vec<(&'static str, Sqlx, Option<TempFile>)> {
    let file = TempFile::new();
    let sqlite = engage_sqlx::connect(&file.url()).await.unwrap();
    let postgres = engage_sqlx::postgres(postgres_pool(10).await);
    vec![("sqlite", sqlite, Some(file)), ("postgres", postgres, None)]
}

/// A link to the server that can be slowed down: what the server says is held back for some milliseconds.
pub(crate) struct SlowLink {
    pub(crate) url: String,
    pub(crate) delay_ms: Arc<AtomicU64>,
}

pub(crate) async fn slow_link(url: &str) -> SlowLink {
    let (rest, name) = url.rsplit_once('/').unwrap();
    let (user, server) = rest.rsplit_once('@').unwrap();
    let (server, delay_ms) = (server.to_owned(), Arc::new(AtomicU64::new(0)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("{user}@{}/{name}", listener.local_addr().unwrap());
    let delay = Arc::clone(&delay_ms);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (server, delay) = (TcpStream::connect(&server).await.unwrap(), Arc::clone(&delay));
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                while let Ok(read @ 1..) = from_server.read(&mut buffer).await {
                    tokio::time::sleep(Duration::from_millis(delay.load(Ordering::Relaxed))).await;
                    if to_client.write_all(&buffer[..read]).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    SlowLink { url, delay_ms }
}
