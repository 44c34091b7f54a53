//! Where more texts have the words than are judged, one that has them in its title is found all the same.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod support;

use engage_core::Stores;
use engage_core::clock::from_micros;
use engage_core::faq::{Clause, FaqSearch, Reader};
use engage_core::words::Term;
use sqlx::AssertSqlSafe;

/// More than are judged.
const TEXTS: i64 = 2_300;

/// Texts that say "cup" at length; the last one only in its title. `table` is what stands before names, `id` makes an id of the
/// number `n`, `vector` makes of a text what the index takes.
fn many(table: &str, id: &str, vector: impl Fn(&str, char) -> String) -> [String; 4] {
    let numbers = format!("WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {TEXTS}) SELECT");
    let last = |last: &str, other: &str| format!("CASE n WHEN {TEXTS} THEN {last} ELSE {other} END");
    let title = last(&vector("cup", 'A'), &vector("title", 'A'));
    let body = last(&vector("cup", 'A'), &vector("cup", 'D'));
    [
        format!(
            "INSERT INTO {table}faq_categories (id, slug, position, names, version, created_at, updated_at)
             SELECT {id}, 'all', 0, '{{}}', 1, 0, 0 FROM (SELECT 1 AS n) AS one"
        ),
        format!(
            "INSERT INTO {table}faq_articles (id, category_id, slug, position, visibility, locale, version, created_at,
                updated_at)
             {numbers} {id}, c.id, 'article-' || n, n, 0, 'en', 1, 0, 0 FROM s CROSS JOIN {table}faq_categories c"
        ),
        format!(
            "INSERT INTO {table}faq_docs (id, article_id, locale, visibility, from_at, until_at, title, text)
             {numbers} n, {id}, 'en', 0, 0, 9223372036854775807, 'Title', 'Text' FROM s"
        ),
        format!("INSERT INTO {table}faq_words (rowid, title, body) {numbers} n, {title}, {body} FROM s"),
    ]
}

async fn finds_the_title(stores: &Stores) {
    let cup = Clause(vec![vec![Term { word: "cup".to_owned(), is_prefix: false }]]);
    let languages = ["en", "en", "en"].map(str::to_owned);
    let search = FaqSearch::new(Reader::Public, languages, vec![cup], from_micros(1), 10);
    let found = stores.faq.search(&search).await.unwrap();
    assert_eq!(found[0].slug, format!("article-{TEXTS}"));
    let mut slugs: Vec<_> = found.iter().map(|one| &one.slug).collect();
    slugs.sort();
    slugs.dedup();
    assert_eq!(slugs.len(), 10, "each once, and as many as were wanted");
}

#[tokio::test]
async fn a_title_is_found_among_many_texts_on_sqlite() {
    let file = support::TempFile::new();
    let stores = support::open(engage_sqlx::connect(&file.url()).await.unwrap()).await;
    let pool = sqlx::SqlitePool::connect(&file.url()).await.unwrap();
    for text in many("engage_", "unhex(printf('%032x', n))", |text, _| format!("'{text}'")) {
        sqlx::query(AssertSqlSafe(text)).execute(&pool).await.unwrap();
    }
    finds_the_title(&stores).await;
}

#[tokio::test]
async fn a_title_is_found_among_many_texts_on_postgres() {
    let pool = support::postgres_pool(2).await;
    let stores = support::open(engage_sqlx::postgres(pool.clone())).await;
    let vector = |text: &str, weight: char| format!("'{text}:1{weight}'::tsvector");
    for text in many("engage.", "lpad(to_hex(n), 32, '0')::uuid", vector) {
        sqlx::query(AssertSqlSafe(text)).execute(&pool).await.unwrap();
    }
    finds_the_title(&stores).await;
}
