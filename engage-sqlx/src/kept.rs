//! Connections kept aside for the next call.
//!
//! sqlx asks each connection that is given back whether it still lives, and gives out the one that waited longest, whose pages
//! are the coldest. Under calls that follow each other closely this takes more than a short statement does.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use engage_core::Result;
use sqlx::Database;
use sqlx::pool::PoolConnection;
use tokio::time::Instant;

use crate::error::from_sqlx;

/// How long a connection waits here for the next call: as long as the host may have to wait for it.
const WAIT: Duration = Duration::from_millis(200);
/// How often it is looked for those that waited.
const SWEEP: Duration = Duration::from_millis(100);
/// How long the pool goes without seeing a connection that is always in use: its host may have set how old one may get.
const TERM: Duration = Duration::from_secs(30);

/// A pool, and some of its connections that were in use a moment ago: at most half of them but one, so that a host who shares
/// the pool always gets one. Cheap to clone.
#[derive(Debug)]
pub(crate) struct Kept<DB: Database>(Arc<Shelf<DB>>);

#[derive(Debug)]
struct Shelf<DB: Database> {
    pool: sqlx::Pool<DB>,
    most: usize,
    state: Mutex<State<DB>>,
}

#[derive(Debug)]
struct State<DB: Database> {
    /// Those that wait, the last one used at the end. As long as there is one, so is a sweeper.
    idle: Vec<Idle<DB>>,
    is_swept: bool,
    /// How many calls wait for the pool: what is given back is theirs.
    waiting: usize,
}

#[derive(Debug)]
struct Idle<DB: Database> {
    connection: PoolConnection<DB>,
    /// When it left the pool.
    left: Instant,
    since: Instant,
}

/// A connection for one call. Dropped, it goes back to the pool, which looks whether it still lives.
#[derive(Debug)]
pub(crate) struct Lent<DB: Database> {
    connection: PoolConnection<DB>,
    left: Instant,
    shelf: Arc<Shelf<DB>>,
}

impl<DB: Database> Clone for Kept<DB> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<DB: Database> Kept<DB> {
    pub(crate) fn new(pool: sqlx::Pool<DB>) -> Self {
        let most = usize::try_from(pool.options().get_max_connections()).unwrap_or(usize::MAX).saturating_sub(1) / 2;
        let state = Mutex::new(State { idle: Vec::new(), is_swept: false, waiting: 0 });
        Self(Arc::new(Shelf { pool, most, state }))
    }

    #[cfg(feature = "sqlite")]
    pub(crate) fn pool(&self) -> &sqlx::Pool<DB> {
        &self.0.pool
    }

    /// One that was kept, else one of the pool's.
    pub(crate) async fn lend(&self) -> Result<Lent<DB>> {
        let shelf = Arc::clone(&self.0);
        let kept = {
            let mut state = shelf.lock();
            let kept = if shelf.pool.is_closed() { None } else { state.idle.pop() };
            state.waiting += usize::from(kept.is_none());
            kept
        };
        if let Some(Idle { connection, left, .. }) = kept {
            return Ok(Lent { connection, left, shelf });
        }
        let waiting = Waiting(&shelf);
        let connection = shelf.pool.acquire().await.map_err(from_sqlx)?;
        drop(waiting);
        Ok(Lent { connection, left: Instant::now(), shelf })
    }
}

impl<DB: Database> Lent<DB> {
    /// Gives it back after a call that succeeded, in no transaction and with no statement half read.
    pub(crate) fn keep(self) {
        let Self { connection, left, shelf } = self;
        if left.elapsed() > TERM || shelf.pool.is_closed() {
            return;
        }
        let mut state = shelf.lock();
        if state.waiting > 0 || state.idle.len() >= shelf.most {
            drop(state);
            // Only now, as the pool may do more than take it.
            drop(connection);
            return;
        }
        state.idle.push(Idle { connection, left, since: Instant::now() });
        let is_swept = std::mem::replace(&mut state.is_swept, true);
        drop(state);
        if !is_swept {
            // Not under the lock: a runtime that ends drops what is spawned at once, and the sweeper takes the lock then.
            tokio::spawn(Sweeper { shelf, is_done: false }.run());
        }
    }

    /// Closes it in place of giving it back.
    #[cfg(feature = "postgres")]
    pub(crate) fn close(&mut self) {
        self.connection.close_on_drop();
    }
}

impl<DB: Database> Deref for Lent<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &Self::Target {
        &self.connection
    }
}

impl<DB: Database> DerefMut for Lent<DB> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.connection
    }
}

impl<DB: Database> Shelf<DB> {
    fn lock(&self) -> MutexGuard<'_, State<DB>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that waits for the pool, as long as it does.
struct Waiting<'s, DB: Database>(&'s Shelf<DB>);

impl<DB: Database> Drop for Waiting<'_, DB> {
    fn drop(&mut self) {
        self.0.lock().waiting -= 1;
    }
}

/// Gives back to the pool what waited too long, until nothing waits.
struct Sweeper<DB: Database> {
    shelf: Arc<Shelf<DB>>,
    is_done: bool,
}

impl<DB: Database> Sweeper<DB> {
    async fn run(mut self) {
        while !self.is_done {
            tokio::select! {
                () = tokio::time::sleep(SWEEP) => {}
                () = self.shelf.pool.close_event() => {}
            }
            let is_closed = self.shelf.pool.is_closed();
            let mut state = self.shelf.lock();
            let waited: Vec<_> = state.idle.extract_if(.., |idle| is_closed || idle.since.elapsed() > WAIT).collect();
            state.is_swept = !state.idle.is_empty();
            self.is_done = !state.is_swept;
            drop(state);
            drop(waited);
        }
    }
}

/// When the runtime ends before its work does: a connection must not outlive what drives it.
impl<DB: Database> Drop for Sweeper<DB> {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        let mut state = self.shelf.lock();
        state.is_swept = false;
        let left = std::mem::take(&mut state.idle);
        drop(state);
        drop(left);
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use sqlx::Sqlite;
    use sqlx::sqlite::SqlitePoolOptions;

    use super::*;

    /// A pool of five, of which two are kept.
    async fn kept() -> Kept<Sqlite> {
        Kept::new(SqlitePoolOptions::new().max_connections(5).connect("sqlite::memory:").await.unwrap())
    }

    /// The number that a connection was given.
    async fn number(lent: &mut Lent<Sqlite>) -> i64 {
        let asked = sqlx::query_scalar::<_, i64>("PRAGMA busy_timeout").fetch_one(&mut **lent);
        asked.await.unwrap()
    }

    async fn mark(lent: &mut Lent<Sqlite>, number: i64) {
        let text = sqlx::AssertSqlSafe(format!("PRAGMA busy_timeout = {number}"));
        sqlx::raw_sql(text).execute(&mut **lent).await.unwrap();
    }

    fn idle(kept: &Kept<Sqlite>) -> usize {
        kept.0.lock().idle.len()
    }

    async fn emptied(kept: &Kept<Sqlite>) {
        for _ in 0..400 {
            if idle(kept) == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        unreachable!("nobody sweeps");
    }

    #[tokio::test]
    async fn the_next_call_gets_the_last_one_used() {
        let kept = kept().await;
        let (mut one, mut two) = (kept.lend().await.unwrap(), kept.lend().await.unwrap());
        mark(&mut one, 1).await;
        mark(&mut two, 2).await;
        one.keep();
        two.keep();
        let mut again = kept.lend().await.unwrap();
        assert_eq!(number(&mut again).await, 2);
        assert_eq!(number(&mut kept.lend().await.unwrap()).await, 1);
        again.keep();
    }

    #[tokio::test]
    async fn most_of_a_pool_is_left_to_its_host() {
        let kept = kept().await;
        let mut all = Vec::new();
        for _ in 0..5 {
            all.push(kept.lend().await.unwrap());
        }
        all.into_iter().for_each(Lent::keep);
        assert_eq!(idle(&kept), 2);
        let single = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
        let single = Kept::new(single);
        single.lend().await.unwrap().keep();
        assert_eq!(idle(&single), 0);
    }

    #[tokio::test]
    async fn what_waited_goes_back_to_the_pool_and_is_kept_again() {
        let kept = kept().await;
        for _ in 0..2 {
            kept.lend().await.unwrap().keep();
            assert_eq!(idle(&kept), 1);
            emptied(&kept).await;
        }
        let all = kept.pool().acquire().await.unwrap();
        drop(all);
    }

    #[tokio::test]
    async fn what_failed_is_not_kept() {
        let kept = kept().await;
        drop(kept.lend().await.unwrap());
        assert_eq!(idle(&kept), 0);
    }

    #[tokio::test]
    async fn whoever_waits_comes_first() {
        let kept = kept().await;
        let mut all = Vec::new();
        for _ in 0..5 {
            all.push(kept.lend().await.unwrap());
        }
        let waits = tokio::spawn({
            let kept = kept.clone();
            async move { kept.lend().await.map(drop) }
        });
        while kept.0.lock().waiting == 0 {
            tokio::task::yield_now().await;
        }
        all.pop().unwrap().keep();
        assert_eq!(idle(&kept), 0);
        waits.await.unwrap().unwrap();
        assert_eq!(kept.0.lock().waiting, 0);
    }

    #[tokio::test]
    async fn a_pool_that_is_closed_does_not_wait_for_them() {
        let kept = kept().await;
        kept.lend().await.unwrap().keep();
        tokio::time::timeout(Duration::from_secs(10), kept.pool().close()).await.unwrap();
        assert!(kept.lend().await.is_err());
        assert_eq!(idle(&kept), 0);
    }

    /// The first runtime ends with a connection kept on it; the pool lives on in another.
    #[test]
    fn they_end_with_what_drives_them() {
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let first = runtime();
        let kept = first.block_on(async {
            let kept = kept().await;
            kept.lend().await.unwrap().keep();
            kept
        });
        assert_eq!(idle(&kept), 1);
        drop(first);
        assert_eq!(idle(&kept), 0);
        runtime().block_on(async {
            kept.lend().await.unwrap().keep();
            assert_eq!(idle(&kept), 1);
            emptied(&kept).await;
        });
    }
}
