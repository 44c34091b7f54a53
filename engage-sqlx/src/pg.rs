//! Postgres: what a server must be like, and how a pool is made.

use std::str::FromStr;
use std::time::Duration;

use engage_core::{Error, Result};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgPool};

use crate::dialect::Dialect;
use crate::driver::{Connection, params};
use crate::error::from_sqlx;
use crate::names::Names;
use crate::sql::Statement;

statements! {
    /// What a server is asked about itself.
    struct ServerStatements {
        server = "SELECT current_setting('server_version_num')::bigint, current_setting('synchronous_commit'),
            current_setting('fsync'), current_setting('server_encoding'), pg_is_in_recovery()::int::bigint";
    }
}

/// The oldest server that has all that the statements use (`AS MATERIALIZED`).
const OLDEST: i64 = 120_000;

/// How long a connection that nobody uses is taken to be alive.
const TRUSTED: Duration = Duration::from_secs(1);

/// What was found out about a server.
#[derive(Debug)]
pub(crate) struct Server {
    /// Why engage may not use it, each a sentence.
    pub(crate) problems: Vec<String>,
    /// Whether a commit is durable without further ado.
    pub(crate) durable: bool,
}

/// All of them.
pub(crate) fn statements(names: &Names) -> Vec<Statement> {
    ServerStatements::render(names).all().into_iter().cloned().collect()
}

/// A pool on the database of `url`.
pub(crate) async fn connect(url: &str) -> Result<PgPool> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| Error::invalid("/url", "malformed", "this is not a URL of Postgres").with_source(error))?
        .statement_cache_capacity(256);
    PgPoolOptions::new()
        .acquire_timeout(Duration::from_secs(10))
        // One that was in use a moment ago is not asked whether it still lives: that would double the way of every read.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await
        .map_err(from_sqlx)
}

/// Looks at the server behind `pool`.
pub(crate) async fn inspect(pool: &PgPool) -> Result<Server> {
    let names = Names { dialect: Dialect::Postgres, schema: None, prefix: String::new() };
    let sql = ServerStatements::render(&names);
    let mut connection = pool.acquire().await.map_err(from_sqlx)?;
    let connection: &mut dyn Connection = &mut *connection;
    let row = connection.fetch(&sql.server, params![]).await?.pop();
    let row = row.ok_or_else(|| Error::internal("the server does not say what it is"))?;
    let mut columns = row.columns();
    let version: i64 = columns.take()?;
    let synchronous_commit: String = columns.take()?;
    let fsync: String = columns.take()?;
    let encoding: String = columns.take()?;
    let is_replica = columns.take::<i64>()? != 0;

    let mut problems = Vec::new();
    if version < OLDEST {
        problems.push(format!("postgres: version {} is too old; engage needs {}", version / 10_000, OLDEST / 10_000));
    }
    if is_replica {
        problems.push("postgres: this server is a read-only replica; connect to the primary".to_owned());
    }
    if encoding != "UTF8" {
        problems.push(format!("postgres: the database's encoding is {encoding}; engage needs UTF8"));
    }
    if fsync == "off" {
        tracing::warn!(target: "engage::store", "postgres runs with fsync=off: what was acknowledged can be lost with the power");
    }
    Ok(Server { problems, durable: synchronous_commit != "off" })
}
