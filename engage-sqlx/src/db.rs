//! A pool with engage's tables in it: single statements, and whole transactions that nobody can leave half done.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use engage_core::chat::Epoch;
use engage_core::entropy::Entropy;
use engage_core::{Effects, Error, ErrorKind, Health, Result};

use crate::driver::{Connection, Param, Row, params};
use crate::effects::EffectStatements;
use crate::error::from_sqlx;
use crate::kept::Kept;
use crate::names::Names;
use crate::sql::Statement;

/// How long a caller waits for a single statement.
const CALL_DEADLINE: Duration = Duration::from_secs(20);

/// What bounds a transaction, so that nothing hangs for ever. SQLite's bound is the connection's busy timeout.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "SQLite's bound is the busy timeout"))]
pub(crate) struct Limits {
    /// Waiting for a row that somebody else holds.
    pub(crate) lock: Duration,
    /// One statement, and doing nothing between two.
    pub(crate) statement: Duration,
    /// The caller's wait. The transaction goes on after it.
    pub(crate) call: Duration,
    /// The whole; then the connection is taken for dead and is closed.
    pub(crate) transaction: Duration,
    /// Whether rows are found by index alone.
    pub(crate) by_index: bool,
    /// Whether a commit waits for the disk. What can be made again need not: it is lost only together with all that was
    /// committed after it and did not wait either.
    pub(crate) is_flushed: bool,
}

impl Limits {
    /// For stores.
    pub(crate) const WRITE: Self = Self {
        lock: Duration::from_secs(3),
        statement: Duration::from_secs(15),
        call: CALL_DEADLINE,
        transaction: Duration::from_secs(60),
        by_index: true,
        is_flushed: true,
    };

    /// For what is derived from other rows in the same database.
    pub(crate) const DERIVED: Self = Self { is_flushed: false, ..Self::WRITE };

    /// For migrations, which wait for other nodes and may rewrite tables.
    pub(crate) const MIGRATION: Self = Self {
        lock: Duration::from_secs(300),
        statement: Duration::from_secs(600),
        call: Duration::from_secs(900),
        transaction: Duration::from_secs(900),
        by_index: false,
        is_flushed: true,
    };
}

/// The pool and what all stores share. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Db(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: Source,
    effects: EffectStatements,
    own: DbStatements,
}

statements! {
    /// What belongs to no store.
    struct DbStatements {
        ping = "SELECT 1";
        epoch = "SELECT {@epoch}";
        renew_epoch = "UPDATE {counters} SET value = $1 WHERE name = 'epoch'";
    }
}

/// A pool of either database.
#[derive(Debug, Clone)]
pub(crate) enum Pool {
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgPool),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::SqlitePool),
}

/// Where calls get their connections.
#[derive(Debug)]
enum Source {
    #[cfg(feature = "postgres")]
    Postgres {
        kept: Kept<sqlx::Postgres>,
        /// Whether the server's `synchronous_commit` makes a commit durable by itself.
        durable: bool,
        keeps_statements: bool,
    },
    #[cfg(feature = "sqlite")]
    Sqlite { kept: Kept<sqlx::Sqlite>, writer: crate::writer::Writer },
}

/// What a transaction does.
pub(crate) type Work<'t, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 't>>;

impl Db {
    pub(crate) fn new(pool: Pool, names: &Names, durable: bool) -> Self {
        #[cfg(not(feature = "postgres"))]
        let _ = durable;
        let source = match pool {
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => {
                Source::Postgres { kept: Kept::new(pool), durable, keeps_statements: names.keeps_statements }
            }
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => Source::Sqlite { kept: Kept::new(pool), writer: crate::writer::Writer::default() },
        };
        Self(Arc::new(Inner { source, effects: EffectStatements::render(names), own: DbStatements::render(names) }))
    }

    /// How effects are written.
    pub(crate) fn effects(&self) -> &EffectStatements {
        &self.0.effects
    }

    /// The statements that belong to no store.
    pub(crate) fn statements(&self) -> Vec<&Statement> {
        [self.0.effects.all(), self.0.own.all()].concat()
    }

    /// Which history of the database numbers belong to.
    pub(crate) async fn epoch(&self) -> Result<Epoch> {
        let row = self.fetch_one(&self.0.own.epoch, params![]).await?;
        row.ok_or_else(|| Error::internal("the database has no history"))?.only().map(Epoch)
    }

    /// Begins another history.
    pub(crate) async fn renew_epoch(&self, entropy: &dyn Entropy) -> Result<()> {
        let mut bytes = [0; 4];
        entropy.fill(&mut bytes);
        let value = i64::from(u32::from_be_bytes(bytes) >> 1);
        self.execute_one(&self.0.own.renew_epoch, params![value]).await.map(drop)
    }

    /// Runs a reading statement.
    pub(crate) async fn fetch(&self, statement: &Statement, params: &[Param<'_>]) -> Result<Vec<Row>> {
        within(CALL_DEADLINE, async {
            match &self.0.source {
                #[cfg(feature = "postgres")]
                Source::Postgres { kept, .. } => crate::pg::fetch(kept, statement, params).await,
                #[cfg(feature = "sqlite")]
                Source::Sqlite { kept, .. } => {
                    let mut reader = kept.lend().await?;
                    let rows = reader.fetch(statement, params).await?;
                    reader.keep();
                    Ok(rows)
                }
            }
        })
        .await
    }

    /// Runs a reading statement that gives at most one row.
    pub(crate) async fn fetch_one(&self, statement: &Statement, params: &[Param<'_>]) -> Result<Option<Row>> {
        Ok(self.fetch(statement, params).await?.pop())
    }

    /// Runs one writing statement, which is its own transaction, and says how many rows it touched.
    pub(crate) async fn execute_one(&self, statement: &Statement, params: &[Param<'_>]) -> Result<u64> {
        within(CALL_DEADLINE, async {
            match &self.0.source {
                #[cfg(feature = "postgres")]
                Source::Postgres { kept, .. } => crate::pg::execute(kept, statement, params).await,
                #[cfg(feature = "sqlite")]
                Source::Sqlite { kept, writer } => {
                    let mut held = writer.hold(kept.pool()).await?;
                    let done = held.connection().execute(statement, params).await;
                    writer.release(held, kept.pool());
                    done
                }
            }
        })
        .await
    }

    /// Runs `work` in one writing transaction: commits when it is `Ok`, else rolls back.
    pub(crate) async fn write<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut dyn Connection) -> Work<'t, T> + Send + 'static,
    {
        self.write_within(Limits::WRITE, work).await
    }

    /// The same for what may not be there: when `work` says that it found it, `effects` are written with it.
    pub(crate) async fn write_found<W>(&self, effects: &Effects, work: W) -> Result<bool>
    where
        W: for<'t> FnOnce(&'t mut dyn Connection) -> Work<'t, bool> + Send + 'static,
    {
        let (db, effects) = (self.clone(), effects.clone());
        self.write(move |connection| {
            Box::pin(async move {
                let found = work(&mut *connection).await?;
                if found {
                    db.effects().write(connection, &effects).await?;
                }
                Ok(found)
            })
        })
        .await
    }

    /// The same for work that writes by one statement, so that on Postgres no transaction has to be begun and ended: without
    /// one, such a statement is committed, or nothing of it is. What the work reads before is then not read in the same moment.
    pub(crate) async fn write_once<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut dyn Connection) -> Work<'t, T> + Send + 'static,
    {
        match &self.0.source {
            // Statements that are not kept need one, and so do commits that would not wait for the disk.
            #[cfg(feature = "postgres")]
            Source::Postgres { kept, durable: true, keeps_statements: true } => {
                let kept = kept.clone();
                let task = tokio::spawn(async move {
                    let mut connection = kept.lend().await?;
                    let Ok(done) = tokio::time::timeout(Limits::WRITE.statement, work(&mut *connection)).await else {
                        connection.close();
                        return Err(timed_out());
                    };
                    if done.is_ok() {
                        connection.keep();
                    }
                    done
                });
                within(CALL_DEADLINE, async { task.await.map_err(Error::internal)? }).await
            }
            _ => self.write(work).await,
        }
    }

    /// The same as [`Db::write`] with limits of its own.
    ///
    /// In a task that always finishes, as sqlx's transactions do not survive that the future is dropped everywhere: a
    /// dropped `begin` leaves a pooled connection inside a transaction (sqlx #4385).
    pub(crate) async fn write_within<T, W>(&self, limits: Limits, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut dyn Connection) -> Work<'t, T> + Send + 'static,
    {
        let db = self.clone();
        let task = tokio::spawn(async move { db.transaction(limits, work).await });
        within(limits.call, async { task.await.map_err(Error::internal)? }).await
    }

    async fn transaction<T, W>(&self, limits: Limits, work: W) -> Result<T>
    where
        W: for<'t> FnOnce(&'t mut dyn Connection) -> Work<'t, T>,
    {
        match &self.0.source {
            #[cfg(feature = "postgres")]
            Source::Postgres { kept, durable, .. } => {
                use sqlx::Connection as _;
                let begin = Statement::begin(&limits, *durable);
                let mut connection = kept.lend().await?;
                let done = tokio::time::timeout(limits.transaction, async {
                    let mut transaction = connection.begin_with(begin.safe()).await.map_err(from_sqlx)?;
                    match work(&mut *transaction).await {
                        Ok(done) => transaction.commit().await.map_err(from_sqlx).map(|()| done),
                        Err(error) => {
                            let _ = transaction.rollback().await;
                            Err(error)
                        }
                    }
                })
                .await;
                match done {
                    Ok(Ok(done)) => {
                        connection.keep();
                        Ok(done)
                    }
                    Ok(failed) => failed,
                    Err(_) => {
                        connection.close();
                        Err(timed_out())
                    }
                }
            }
            #[cfg(feature = "sqlite")]
            Source::Sqlite { kept, writer } => {
                use sqlx::Connection as _;
                let mut held = writer.hold(kept.pool()).await?;
                if !limits.is_flushed {
                    held.flush(false).await?;
                }
                let done = match held.connection().begin_with("BEGIN IMMEDIATE").await.map_err(from_sqlx) {
                    Ok(mut transaction) => match work(&mut *transaction).await {
                        Ok(done) => transaction.commit().await.map_err(from_sqlx).map(|()| done),
                        Err(error) => {
                            let _ = transaction.rollback().await;
                            Err(error)
                        }
                    },
                    Err(error) => Err(error),
                };
                let restored = limits.is_flushed || held.flush(true).await.is_ok();
                if !restored || done.as_ref().is_err_and(|error| error.kind() == ErrorKind::Unavailable) {
                    writer.forget();
                }
                writer.release(held, kept.pool());
                done
            }
        }
    }
}

#[async_trait]
impl Health for Db {
    async fn check(&self) -> Result<()> {
        within(Duration::from_secs(2), self.fetch(&self.0.own.ping, params![])).await.map(|_| ())
    }
}

async fn within<T>(deadline: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(deadline, work).await.unwrap_or_else(|_| Err(timed_out()))
}

fn timed_out() -> Error {
    Error::new(ErrorKind::Unavailable, "the database did not answer in time")
}
