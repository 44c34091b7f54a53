//! Postgres: what a server must be like, and how a pool is made.

use std::str::FromStr;
use std::time::Duration;

use engage_core::{Error, ErrorKind, Result};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgPool, Postgres};

use crate::dialect::Dialect;
use crate::driver::{Connection as _, Param, Row, params};
use crate::error::from_sqlx;
use crate::kept::{Kept, Lent};
use crate::names::Names;
use crate::sql::Statement;

statements! {
    /// What a server is asked about itself.
    struct ServerStatements {
        server = "SELECT current_setting('server_version_num')::bigint, current_setting('synchronous_commit'),
            current_setting('fsync'), current_setting('server_encoding'), pg_is_in_recovery()::int::bigint";
        timeline = "SELECT {@timeline}";
    }
}

/// In a URL, how many statements a connection keeps prepared.
const CAPACITY: &str = "statement-cache-capacity";

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
    /// Whether it says on which timeline it is.
    pub(crate) tells_timeline: bool,
}

/// All of them.
pub(crate) fn statements(names: &Names) -> Vec<Statement> {
    ServerStatements::render(names).all().into_iter().cloned().collect()
}

/// A pool on the database of `url`.
pub(crate) async fn connect(url: &str) -> Result<PgPool> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| Error::invalid("/url", "malformed", "this is not a URL of Postgres").with_source(error))?;
    let options = if url.contains(CAPACITY) { options } else { options.statement_cache_capacity(256) };
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

/// Whether statements may stay prepared. A host whose pool keeps none, as sqlx asks for behind a PgBouncer that knows
/// nothing of them, gets statements without names, each in a transaction.
pub(crate) fn keeps_statements(pool: &PgPool) -> bool {
    // The options tell it in no other way.
    let url = pool.connect_options().to_url_lossy();
    !url.query_pairs().any(|(name, value)| name == CAPACITY && value == "0")
}

/// Runs a single statement and gives its rows.
pub(crate) async fn fetch(kept: &Kept<Postgres>, statement: &Statement, params: &[Param<'_>]) -> Result<Vec<Row>> {
    let mut connection = kept.lend().await?;
    let alone = Alone::begin(&mut connection, statement).await?;
    let done = alone.connection.fetch(statement, params).await;
    let done = alone.end(done).await?;
    connection.keep();
    Ok(done)
}

/// Runs a single statement and says how many rows it touched.
pub(crate) async fn execute(kept: &Kept<Postgres>, statement: &Statement, params: &[Param<'_>]) -> Result<u64> {
    let mut connection = kept.lend().await?;
    let alone = Alone::begin(&mut connection, statement).await?;
    let done = alone.connection.execute(statement, params).await;
    let done = alone.end(done).await?;
    connection.keep();
    Ok(done)
}

/// A connection while it runs a single statement, in a transaction where the statement needs one. Left half-way, it is closed
/// rather than given back within that transaction.
struct Alone<'c> {
    connection: &'c mut Lent<Postgres>,
    is_open: bool,
}

impl<'c> Alone<'c> {
    async fn begin(connection: &'c mut Lent<Postgres>, statement: &Statement) -> Result<Self> {
        let alone = Self { connection, is_open: !statement.is_kept };
        if alone.is_open {
            sqlx::raw_sql("BEGIN").execute(&mut **alone.connection).await.map_err(from_sqlx)?;
        }
        Ok(alone)
    }

    /// A statement that failed is undone by the same word.
    async fn end<T>(mut self, done: Result<T>) -> Result<T> {
        if self.is_open {
            let ended = sqlx::raw_sql("COMMIT").execute(&mut **self.connection).await;
            self.is_open = ended.is_err();
            return done.and_then(|done| ended.map(|_| done).map_err(from_sqlx));
        }
        done
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        if self.is_open {
            self.connection.close();
        }
    }
}

/// Looks at the server behind `pool`.
pub(crate) async fn inspect(pool: &PgPool) -> Result<Server> {
    let kept = Kept::new(pool.clone());
    let keeps_statements = keeps_statements(pool);
    let (schema, prefix) = (None, String::new());
    let names = Names { dialect: Dialect::Postgres, schema, prefix, keeps_statements, tells_timeline: true };
    let sql = ServerStatements::render(&names);
    let row = fetch(&kept, &sql.server, params![]).await?.pop();
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
    let tells_timeline = is_replica || tells_timeline(&kept, &sql.timeline).await?;
    Ok(Server { problems, durable: synchronous_commit != "off", tells_timeline })
}

async fn tells_timeline(kept: &Kept<Postgres>, statement: &Statement) -> Result<bool> {
    match fetch(kept, statement, params![]).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::Unavailable => Err(error),
        Err(error) => {
            tracing::warn!(
                target: "engage::store", %error,
                "postgres does not say on which timeline it is: when a standby takes over that had not everything, clients are not told"
            );
            Ok(false)
        }
    }
}
