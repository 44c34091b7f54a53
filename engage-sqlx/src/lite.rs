//! SQLite: what a pool must be like, and how one is made.

use std::str::FromStr;
use std::time::Duration;

use engage_core::{Error, ErrorKind, Result};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{SqliteConnection, SqlitePool};

use crate::dialect::Dialect;
use crate::driver::{Column, Connection, params};
use crate::error::from_sqlx;
use crate::names::Names;
use crate::sql::Statement;

statements! {
    /// What a connection is asked about itself.
    struct PragmaStatements {
        journal_mode = "PRAGMA journal_mode";
        synchronous = "PRAGMA synchronous";
        foreign_keys = "PRAGMA foreign_keys";
        busy_timeout = "PRAGMA busy_timeout";
        file = "SELECT file FROM pragma_database_list WHERE name = 'main'";
        version = "SELECT sqlite_version()";
    }
}

/// The oldest SQLite that has all that the statements use (`jsonb`).
const OLDEST: [u32; 2] = [3, 45];

/// How often making a new file is tried: turning on WAL does not wait for others who do the same.
const TRIES: u32 = 50;

/// All of them.
pub(crate) fn statements(names: &Names) -> Vec<Statement> {
    PragmaStatements::render(names).all().into_iter().cloned().collect()
}

/// A pool on the database of `url`, made when it does not exist, with all that engage asks for.
pub(crate) async fn connect(url: &str) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|error| Error::invalid("/url", "malformed", "this is not a URL of SQLite").with_source(error))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // Searches look at rows all over the file: with SQLite's 2 MiB each search reads most of them again.
        .pragma("cache_size", "-8192")
        .statement_cache_capacity(256);
    let pool = if url.contains(":memory:") || url.contains("mode=memory") {
        // An in-memory database lives and ends with its one connection.
        SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None)
    } else {
        let readers = std::thread::available_parallelism().map_or(4, |cores| cores.get().clamp(2, 8));
        SqlitePoolOptions::new().max_connections(u32::try_from(readers + 1).unwrap_or(5))
    };
    // A file does not hang up.
    let pool = pool.test_before_acquire(false);
    let mut tried = 0;
    loop {
        tried += 1;
        match pool.clone().connect_with(options.clone()).await.map_err(from_sqlx) {
            Err(error) if error.kind() == ErrorKind::Locked && tried < TRIES => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            done => return done,
        }
    }
}

/// What was found out about a connection.
#[derive(Debug)]
pub(crate) struct Found {
    /// Why engage may not use it, each a sentence.
    pub(crate) problems: Vec<String>,
    /// Whether its database ends with it.
    pub(crate) in_memory: bool,
}

/// Why engage may not use `pool`, each a sentence.
pub(crate) async fn problems(pool: &SqlitePool) -> Result<Vec<String>> {
    let mut connection = pool.acquire().await.map_err(from_sqlx)?;
    let Found { mut problems, in_memory } = inspect(&mut connection).await?;
    let options = pool.options();
    if in_memory && options.get_max_connections() > 1 {
        problems.push("sqlite: a database in memory exists once per connection: use .max_connections(1)".to_owned());
    }
    if in_memory && (options.get_idle_timeout().is_some() || options.get_max_lifetime().is_some()) {
        tracing::warn!(
            target: "engage::store",
            "a database in memory ends with its connection: use .idle_timeout(None).max_lifetime(None)"
        );
    }
    Ok(problems)
}

/// Looks at what a connection is like.
pub(crate) async fn inspect(connection: &mut SqliteConnection) -> Result<Found> {
    let names = Names {
        dialect: Dialect::Sqlite,
        schema: None,
        prefix: String::new(),
        keeps_statements: true,
        tells_timeline: true,
    };
    let sql = PragmaStatements::render(&names);
    let mut problems = Vec::new();
    let version: String = ask(connection, &sql.version).await?;
    if !is_recent(&version) {
        problems.push(format!("sqlite: version {version} is too old; engage needs {}.{}", OLDEST[0], OLDEST[1]));
    }
    let file: Option<String> = ask(connection, &sql.file).await?;
    let in_memory = file.is_none_or(|file| file.is_empty());
    let journal: String = ask(connection, &sql.journal_mode).await?;
    if !in_memory && !journal.eq_ignore_ascii_case("wal") {
        problems.push(format!(
            "sqlite: journal_mode is {journal}; with it readers and the writer stop each other: \
             use .journal_mode(SqliteJournalMode::Wal)"
        ));
    }
    if !in_memory && ask::<i64>(connection, &sql.synchronous).await? < 2 {
        problems.push(
            "sqlite: synchronous is less than FULL; what was acknowledged could be lost with the power: \
             use .synchronous(SqliteSynchronous::Full)"
                .to_owned(),
        );
    }
    if ask::<i64>(connection, &sql.foreign_keys).await? != 1 {
        problems.push("sqlite: foreign_keys is off: use .foreign_keys(true)".to_owned());
    }
    if ask::<i64>(connection, &sql.busy_timeout).await? <= 0 {
        problems.push(
            "sqlite: busy_timeout is 0; a write beside another would fail at once: \
             use .busy_timeout(Duration::from_secs(5))"
                .to_owned(),
        );
    }
    Ok(Found { problems, in_memory })
}

async fn ask<T: Column>(connection: &mut dyn Connection, statement: &Statement) -> Result<T> {
    let row = connection.fetch(statement, params![]).await?.pop();
    row.ok_or_else(|| Error::internal("a pragma without an answer"))?.only()
}

fn is_recent(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    [numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)] >= OLDEST
}
