//! Every statement is prepared on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod support;

use sqlx::{AssertSqlSafe, Executor};

#[tokio::test]
async fn every_statement_is_prepared_on_both_databases() {
    let file = support::TempFile::new();
    let sqlite = engage_sqlx::connect(&file.url()).await.unwrap();
    support::open(sqlite.clone()).await;
    let pool = sqlx::SqlitePool::connect(&file.url()).await.unwrap();
    let statements = sqlite.statements().unwrap();
    for (name, text) in &statements {
        let mut connection = pool.acquire().await.unwrap();
        let prepared = (&mut *connection).prepare(sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(text.clone()))).await;
        assert!(prepared.is_ok(), "{name} on SQLite: {:?}\n{text}", prepared.err());
    }
    assert!(statements.len() > 80, "{}", statements.len());

    let pool = support::postgres_pool(2).await;
    let postgres = engage_sqlx::postgres(pool.clone());
    support::open(postgres.clone()).await;
    let statements = postgres.statements().unwrap();
    for (name, text) in &statements {
        let mut connection = pool.acquire().await.unwrap();
        let prepared = (&mut *connection).prepare(sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(text.clone()))).await;
        assert!(prepared.is_ok(), "{name} on Postgres: {:?}\n{text}", prepared.err());
    }
    assert!(statements.len() > 80, "{}", statements.len());
}
