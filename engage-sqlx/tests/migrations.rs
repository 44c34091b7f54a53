//! Migrations: many boots at once, beside the host's own, by hand, and what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod support;

use std::collections::BTreeMap;

use engage_core::{Backend, Migrations};
use engage_sqlx::Sqlx;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, PgPool, Row, SqlitePool};
use support::TempFile;

/// Six at once, each with a pool of its own as processes have.
async fn six_boots(database: impl AsyncFn() -> Sqlx + Copy + 'static) {
    let mut boots = Vec::new();
    for _ in 0..6 {
        let database = database().await;
        boots.push(tokio::spawn(support::try_open(database)));
    }
    for boot in boots {
        boot.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn six_boots_at_once_succeed_on_one_sqlite_file() {
    let file = TempFile::new();
    let url = file.url();
    // Not only the migrations: the file itself is made by six at once.
    let boots = (0..6).map(|_| {
        let url = url.clone();
        tokio::spawn(async move { support::try_open(engage_sqlx::connect(&url).await.unwrap()).await })
    });
    for boot in boots.collect::<Vec<_>>() {
        boot.await.unwrap().unwrap();
    }
    let again = engage_sqlx::connect(&url).await.unwrap().plan().await.unwrap();
    assert_eq!((again.applied.len(), again.pending.len()), (files(), 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn six_boots_at_once_succeed_on_one_postgres() {
    let url: &'static str = support::postgres_url().await.leak();
    six_boots(async || engage_sqlx::postgres(PgPoolOptions::new().max_connections(3).connect(url).await.unwrap()))
        .await;
    let again = engage_sqlx::connect(url).await.unwrap().plan().await.unwrap();
    assert_eq!((again.applied.len(), again.pending.len()), (files(), 0));
}

#[tokio::test]
async fn a_host_with_migrations_of_its_own_boots_twice_beside_us() {
    let file = TempFile::new();
    for _ in 0..2 {
        let options = SqliteConnectOptions::new()
            .filename(file.path())
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal);
        let pool = SqlitePool::connect_with(options).await.unwrap();
        sqlx::migrate!("tests/host_migrations").run(&pool).await.unwrap();
        support::open(engage_sqlx::sqlite(pool.clone())).await;
        pool.close().await;
    }
    let url = support::postgres_url().await;
    for prefix in [None, Some("beside_")] {
        for _ in 0..2 {
            let pool = PgPool::connect(&url).await.unwrap();
            sqlx::migrate!("tests/host_migrations").run(&pool).await.unwrap();
            let database = engage_sqlx::postgres(pool.clone());
            support::open(if let Some(prefix) = prefix { database.prefix(prefix) } else { database }).await;
            pool.close().await;
        }
    }
}

#[tokio::test]
async fn by_hand_it_waits_for_the_host() {
    for (name, database, _file) in support::both().await {
        let (context, _) = support::context();
        let manual = async |database: &Sqlx| Box::new(database.clone()).open(&context, Migrations::Manual).await;
        let problems = manual(&database).await.unwrap_err();
        assert_eq!(problems.len(), 1, "{name}");
        assert!(problems[0].contains("1 (foundation), 2 (chat), "), "{name}: {problems:?}");
        assert!(problems[0].contains(" not applied yet"), "{name}: {problems:?}");
        assert_eq!(database.plan().await.unwrap().pending.len(), files(), "{name}: looking changes nothing");
        assert_eq!(database.migrate().await.unwrap().pending.len(), files(), "{name}");
        manual(&database).await.unwrap();
        assert_eq!(database.migrate().await.unwrap().pending.len(), 0, "{name}: nothing is left");
    }
}

#[tokio::test]
async fn the_printed_text_does_the_same() {
    let file = TempFile::new();
    let sqlite = engage_sqlx::connect(&file.url()).await.unwrap().prefix("own_");
    let pool = SqlitePool::connect(&file.url()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sqlite.print().unwrap())).execute(&pool).await.unwrap();
    let plan = sqlite.plan().await.unwrap();
    assert_eq!((plan.pending.len(), plan.problems.len()), (0, 0));
    assert!(sqlite.print().unwrap().contains("CREATE TABLE own_entries"));

    let pool = support::postgres_pool(2).await;
    let postgres = engage_sqlx::postgres(pool.clone()).schema("user");
    sqlx::raw_sql(AssertSqlSafe(postgres.print().unwrap())).execute(&pool).await.unwrap();
    let plan = postgres.plan().await.unwrap();
    assert_eq!((plan.pending.len(), plan.problems.len()), (0, 0));
    support::open(postgres).await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_a_sentence() {
    let file = TempFile::new();
    let sqlite = engage_sqlx::connect(&file.url()).await.unwrap();
    support::open(sqlite.clone()).await;
    let pool = SqlitePool::connect(&file.url()).await.unwrap();
    let newer = "INSERT INTO engage_migrations VALUES ('engage', 9000, 'future', '0', 9000, 0)";
    sqlx::query(newer).execute(&pool).await.unwrap();
    let problems = support::try_open(sqlite.clone()).await.unwrap_err();
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].contains("at number 9000 (future), which needs a release that knows number 9000"),
        "{problems:?}"
    );

    sqlx::query("UPDATE engage_migrations SET requires = 1 WHERE version = 9000").execute(&pool).await.unwrap();
    support::open(sqlite.clone()).await;

    sqlx::query("UPDATE engage_migrations SET checksum = '1' WHERE version = 1").execute(&pool).await.unwrap();
    let problems = support::try_open(sqlite).await.unwrap_err();
    assert!(problems[0].contains("number 1 (foundation) was applied with another text"), "{problems:?}");
}

#[tokio::test]
async fn someone_without_the_right_to_make_schemas_uses_a_prefix() {
    let url = support::postgres_url().await;
    let pool = PgPool::connect(&url).await.unwrap();
    let (user, (rest, base)) = (format!("plain_{}", support::unique()), url.rsplit_once('/').unwrap());
    let host = rest.rsplit_once('@').unwrap().1;
    let grants = format!("CREATE ROLE {user} LOGIN PASSWORD 'plain'; GRANT CREATE ON SCHEMA public TO {user}");
    sqlx::raw_sql(AssertSqlSafe(grants)).execute(&pool).await.unwrap();
    let plain = engage_sqlx::connect(&format!("postgres://{user}:plain@{host}/{base}")).await.unwrap();
    let problems = support::try_open(plain.clone()).await.unwrap_err();
    assert!(problems[0].contains("permission denied"), "{problems:?}");
    support::open(plain.prefix("engage_")).await;
}

/// The classes of `migrations/README.md`.
const CLASSES: [&str; 4] = ["none", "subject", "free_text", "staff"];

/// How many migrations there are; the one that makes their table is none.
fn files() -> usize {
    std::fs::read_dir("migrations/sqlite").unwrap().count() - 1
}

/// Table and column to class, as the files say.
fn classes(files: &str) -> BTreeMap<(String, String), String> {
    let mut classes = BTreeMap::new();
    let mut paths: Vec<_> = std::fs::read_dir(files).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let mut table = String::new();
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let words: Vec<_> = line.split_whitespace().collect();
            if let ["CREATE" | "ALTER", "TABLE", ..] | ["CREATE", "VIRTUAL", "TABLE", ..] = words[..] {
                let (_, name) = line.split_once('{').unwrap();
                table = name.split_once('}').unwrap().0.to_owned();
            }
            if let Some((column, class)) = line.split_once("-- pii: ") {
                let class = class.split(';').next().unwrap().trim().to_owned();
                assert!(CLASSES.contains(&class.as_str()), "{table}: {line}");
                let column = column.split_once("ADD COLUMN ").map_or(column, |(_, added)| added);
                let name = column.split_whitespace().find(|word| *word != "--").unwrap().to_owned();
                classes.insert((table.clone(), name), class);
            }
        }
    }
    classes
}

/// What Postgres keeps in two places, to read it where it is needed.
const COPIES: [(&str, &str); 4] =
    [("faq_words", "from_at"), ("faq_words", "locale"), ("faq_words", "until_at"), ("faq_words", "visibility")];

#[tokio::test]
async fn every_column_says_whether_it_holds_personal_data() {
    let file = TempFile::new();
    support::open(engage_sqlx::connect(&file.url()).await.unwrap()).await;
    let pool = SqlitePoolOptions::new().connect(&file.url()).await.unwrap();
    // Not the tables that an index of words keeps for itself; its number of a row is no column there.
    let columns = "SELECT substr(t.name, 8), c.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c
        WHERE t.type IN ('table', 'virtual') AND t.name LIKE 'engage\\_%' ESCAPE '\\'
        UNION SELECT substr(t.name, 8), 'rowid' FROM pragma_table_list t WHERE t.type = 'virtual'";
    let rows = sqlx::query(columns).fetch_all(&pool).await.unwrap();
    let mut sqlite: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    sqlite.sort();

    let pool = support::postgres_pool(2).await;
    support::open(engage_sqlx::postgres(pool.clone())).await;
    let columns =
        "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'engage'";
    let rows = sqlx::query(columns).fetch_all(&pool).await.unwrap();
    let mut postgres: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    postgres.sort();
    let told: Vec<_> = classes("migrations/postgres").into_keys().collect();
    assert_eq!(postgres, told);
    let is_shared = |(table, column): &(String, String)| !COPIES.contains(&(table.as_str(), column.as_str()));
    postgres.retain(is_shared);
    assert_eq!(told.len(), postgres.len() + COPIES.len());
    assert_eq!(sqlite, postgres, "both databases have the same columns");
    assert!(sqlite.len() > 60, "{}", sqlite.len());

    let (of_sqlite, mut of_postgres) = (classes("migrations/sqlite"), classes("migrations/postgres"));
    of_postgres.retain(|column, _| is_shared(column));
    assert_eq!(of_sqlite, of_postgres, "both files say the same");
    assert_eq!(sqlite, of_sqlite.into_keys().collect::<Vec<_>>());
}
