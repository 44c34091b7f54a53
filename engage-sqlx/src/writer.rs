//! The right to write to SQLite.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use engage_core::Result;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, Sqlite, SqliteConnection, SqlitePool};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use crate::error::from_sqlx;
use crate::lite;

/// SQLite has one writer: those of this process queue here, in order and without polling, rather than in the file's busy
/// handler.
///
/// They share a connection of their own: its cached pages stay true as long as nobody else writes, and the pool's connections
/// are left to readers. It is not taken out of the pool, which would wait for it when the host closes it.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    state: Mutex<State>,
    broken: AtomicBool,
    written: AtomicU32,
    /// Who copies what was written into the file: on a connection of its own, so that nobody who writes waits for it.
    copier: Arc<Mutex<Option<SqliteConnection>>>,
}

/// After how many transactions the log is copied into the file.
const COPY_EVERY: u32 = 128;

#[derive(Debug, Default)]
pub(crate) enum State {
    #[default]
    Untried,
    Own(SqliteConnection),
    /// There can be no second connection: the database is in memory, or opened by a hook of the pool's.
    Pooled,
}

/// Whoever has it writes.
#[derive(Debug)]
pub(crate) enum Held<'w> {
    Own(MappedMutexGuard<'w, SqliteConnection>),
    Pooled { connection: PoolConnection<Sqlite>, _turn: MutexGuard<'w, State> },
}

impl Writer {
    /// Waits for one's turn.
    pub(crate) async fn hold(&self, pool: &SqlitePool) -> Result<Held<'_>> {
        let mut state = self.state.lock().await;
        if pool.is_closed() || self.broken.swap(false, Ordering::AcqRel) {
            *state = State::Untried;
        }
        if pool.is_closed() {
            return Err(from_sqlx(sqlx::Error::PoolClosed));
        }
        if matches!(*state, State::Untried) {
            *state = connect(pool).await;
        }
        let own = MutexGuard::try_map(state, |state| match state {
            State::Own(connection) => Some(connection),
            State::Untried | State::Pooled => None,
        });
        match own {
            Ok(own) => Ok(Held::Own(own)),
            Err(turn) => Ok(Held::Pooled { connection: pool.acquire().await.map_err(from_sqlx)?, _turn: turn }),
        }
    }

    /// Gives the turn back. Now and then the log is copied then, one copy at a time.
    pub(crate) fn release(&self, held: Held<'_>, pool: &SqlitePool) {
        let is_own = matches!(held, Held::Own(_));
        drop(held);
        if !is_own || !self.written.fetch_add(1, Ordering::Relaxed).is_multiple_of(COPY_EVERY) {
            return;
        }
        let Ok(mut copier) = Arc::clone(&self.copier).try_lock_owned() else { return };
        let pool = pool.clone();
        tokio::spawn(async move {
            if let Err(error) = copy(&mut copier, &pool).await {
                tracing::debug!(target: "engage::store", %error, "the log was not copied into the file; the writer will");
                *copier = None;
            }
        });
    }

    /// The next in turn makes a new connection.
    pub(crate) fn forget(&self) {
        self.broken.store(true, Ordering::Release);
    }
}

impl Held<'_> {
    /// Whether the commits that follow wait for the disk. A connection of the host's own pool stays as it is.
    pub(crate) async fn flush(&mut self, flushed: bool) -> Result<()> {
        let Self::Own(own) = self else { return Ok(()) };
        // With a log, EXTRA is the same as FULL, and NORMAL is flushed by the next commit that waits.
        let pragma = if flushed { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = NORMAL" };
        sqlx::query(pragma).execute(&mut **own).await.map(drop).map_err(from_sqlx)
    }

    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Own(own) => own,
            Self::Pooled { connection, .. } => connection,
        }
    }
}

async fn connect(pool: &SqlitePool) -> State {
    if pool.options().get_max_connections() == 1 {
        return State::Pooled;
    }
    let options = SqliteConnectOptions::clone(&pool.connect_options())
        .statement_cache_capacity(256)
        // A batch's rows come without waiting for who reads them.
        .row_buffer_size(1024)
        // Room for the pages that are written again and again; no temporary files. The writer copies its log only when nobody
        // else has for long.
        .pragma("cache_size", "-16384")
        .pragma("wal_autocheckpoint", "16000")
        .pragma("temp_store", "MEMORY");
    let Ok(mut own) = SqliteConnection::connect_with(&options).await else { return State::Pooled };
    match lite::inspect(&mut own).await {
        Ok(found) if found.problems.is_empty() && !found.in_memory => State::Own(own),
        _ => State::Pooled,
    }
}

/// Copies as much of the log as nobody reads any more.
async fn copy(copier: &mut Option<SqliteConnection>, pool: &SqlitePool) -> sqlx::Result<()> {
    if pool.is_closed() {
        *copier = None;
        return Ok(());
    }
    let connection = match copier {
        Some(connection) => connection,
        None => copier.insert(SqliteConnection::connect_with(&pool.connect_options()).await?),
    };
    sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(connection).await.map(drop)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use engage_core::{Error, ErrorKind, Result};

    use crate::db::{Db, Limits, Pool};
    use crate::dialect::Dialect;
    use crate::driver::params;
    use crate::names::Names;
    use crate::sql::Statement;

    /// What the writer's connection does at a commit, within a transaction and after it.
    #[tokio::test]
    async fn whoever_does_not_wait_for_the_disk_lets_the_next_wait() {
        let folder = tempfile::tempdir().unwrap();
        let pool = crate::lite::connect(&format!("sqlite://{}", folder.path().join("x.db").display())).await.unwrap();
        let names = Names::new(Dialect::Sqlite, None, None).unwrap();
        let db = Db::new(Pool::Sqlite(pool), &names, true);
        let within = async |limits, fails: bool| -> Result<i64> {
            let sql = Statement::new("synchronous", "PRAGMA synchronous", &names);
            let asked = db.write_within(limits, move |connection| {
                Box::pin(async move {
                    let is: i64 = connection.fetch(&sql, params![]).await?.pop().unwrap().only()?;
                    if fails { Err(Error::new(ErrorKind::Conflict, is.to_string())) } else { Ok(is) }
                })
            });
            asked.await
        };
        let (normal, full) = (1, 2);
        assert_eq!(within(Limits::WRITE, false).await.unwrap(), full);
        assert_eq!(within(Limits::DERIVED, false).await.unwrap(), normal);
        assert_eq!(within(Limits::WRITE, false).await.unwrap(), full);
        assert!(within(Limits::DERIVED, true).await.is_err());
        assert_eq!(within(Limits::WRITE, false).await.unwrap(), full);
    }
}
