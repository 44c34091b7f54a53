//! Which pools are taken and which are refused.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod support;

use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use support::TempFile;

async fn problems(file: &TempFile, options: impl FnOnce(SqliteConnectOptions) -> SqliteConnectOptions) -> Vec<String> {
    let wal =
        SqliteConnectOptions::new().filename(file.path()).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    let pool = SqlitePool::connect_with(options(wal)).await.unwrap();
    let opened = support::try_open(engage_sqlx::sqlite(pool.clone())).await;
    pool.close().await;
    opened.err().unwrap_or_default()
}

#[tokio::test]
async fn a_pool_that_could_lose_data_is_refused() {
    let refused = [
        (
            problems(&TempFile::new(), |options| options.journal_mode(SqliteJournalMode::Delete)).await,
            "journal_mode is delete",
        ),
        (problems(&TempFile::new(), |options| options.synchronous(SqliteSynchronous::Normal)).await, "synchronous"),
        (problems(&TempFile::new(), |options| options.foreign_keys(false)).await, "foreign_keys is off"),
        (problems(&TempFile::new(), |options| options.busy_timeout(Duration::ZERO)).await, "busy_timeout is 0"),
    ];
    for (problems, expected) in refused {
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains(expected), "{problems:?}");
    }
    let file = TempFile::new();
    assert_eq!(problems(&file, |options| options.synchronous(SqliteSynchronous::Extra)).await, Vec::<String>::new());
    let all = problems(&file, |options| options.foreign_keys(false).synchronous(SqliteSynchronous::Off)).await;
    assert_eq!(all.len(), 2, "all problems at once: {all:?}");
}

#[tokio::test]
async fn a_database_in_memory_needs_one_connection() {
    let one = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
    let stores = support::open(engage_sqlx::sqlite(one.connect("sqlite::memory:").await.unwrap())).await;
    stores.health.check().await.unwrap();
    assert_eq!(stores.chat.inbox_head().await.unwrap(), 0);

    let many = SqlitePoolOptions::new().max_connections(2).connect("sqlite::memory:").await.unwrap();
    let problems = support::try_open(engage_sqlx::sqlite(many)).await.unwrap_err();
    assert!(problems[0].contains("max_connections(1)"), "{problems:?}");

    let own = support::open(engage_sqlx::connect("sqlite::memory:").await.unwrap()).await;
    assert_eq!(own.chat.inbox_head().await.unwrap(), 0);
}

#[tokio::test]
async fn names_and_urls_are_checked() {
    let file = TempFile::new();
    let sqlite = engage_sqlx::connect(&file.url()).await.unwrap();
    let problems = support::try_open(sqlite.clone().prefix("Engage; DROP").schema("x")).await.unwrap_err();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(sqlite.prefix("9").print().is_err());
    for url in ["mysql://x", "nonsense", "", "postgres://[", "sqlite://?mode=what"] {
        assert!(engage_sqlx::connect(url).await.is_err(), "{url}");
    }
    let away = engage_sqlx::connect("postgres://engage@127.0.0.1:1/x").await.unwrap_err();
    assert_eq!(away.kind(), engage_core::ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_closed_pool_is_unavailable_and_closing_does_not_hang() {
    let file = TempFile::new();
    let options =
        SqliteConnectOptions::new().filename(file.path()).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let stores = support::open(engage_sqlx::sqlite(pool.clone())).await;
    let (context, _) = support::context();
    let session = engage_core::sessions::Session {
        id: context.ids.next(),
        contact: context.ids.next(),
        created_at: context.clock.now(),
        seen_at: context.clock.now(),
    };
    let token = engage_core::secret::TokenHash([7; 32]);
    stores.sessions.create(&session, &token).await.unwrap();
    tokio::time::timeout(Duration::from_secs(5), pool.close()).await.expect("nobody holds a connection of the pool");
    for result in [stores.sessions.delete(session.id).await.err(), stores.sessions.find(&token).await.err()] {
        assert_eq!(result.unwrap().kind(), engage_core::ErrorKind::Unavailable);
    }
}
