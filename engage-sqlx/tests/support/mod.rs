//! Databases for tests: a file of its own on SQLite, a database of its own on the server that the tests are given.
#![allow(dead_code, reason = "each test uses what it needs")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engage_core::clock::{Clock, ManualClock};
use engage_core::entropy::{Entropy, OsEntropy};
use engage_core::ids::Ids;
use engage_core::{Backend, Context, Migrations, Stores};
use engage_sqlx::Sqlx;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};

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
    let server = std::env::var("ENGAGE_TEST_POSTGRES").expect(
        "these tests need a Postgres: run `cargo xtask test`, or `cargo xtask servers -- cargo test`, or set ENGAGE_TEST_POSTGRES \
         to the URL of a superuser",
    );
    let name = format!("test_{}", unique());
    let mut connection = PgConnection::connect(&server).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
    let (rest, _) = server.rsplit_once('/').unwrap();
    format!("{rest}/{name}")
}

pub(crate) async fn postgres_pool(connections: u32) -> PgPool {
    PgPoolOptions::new().max_connections(connections).connect(&postgres_url().await).await.unwrap()
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
