//! The right to write to SQLite.

use std::sync::atomic::{AtomicBool, Ordering};

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
}

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

    /// The next in turn makes a new connection.
    pub(crate) fn forget(&self) {
        self.broken.store(true, Ordering::Release);
    }
}

impl Held<'_> {
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
        // Room for the pages that are written again and again; fewer, larger checkpoints; no temporary files.
        .pragma("cache_size", "-16384")
        .pragma("wal_autocheckpoint", "4000")
        .pragma("temp_store", "MEMORY");
    let Ok(mut own) = SqliteConnection::connect_with(&options).await else { return State::Pooled };
    match lite::inspect(&mut own).await {
        Ok(found) if found.problems.is_empty() && !found.in_memory => State::Own(own),
        _ => State::Pooled,
    }
}
