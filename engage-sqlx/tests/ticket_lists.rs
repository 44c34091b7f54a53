//! Each list of tickets walks the index that it is named after, among many tickets too.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod support;

use sqlx::{AssertSqlSafe, Row};

/// What is asked for by each list, as literals: category, status, assignee, team, requester, tag.
const LISTS: [(&str, &str, [&str; 6]); 10] = [
    ("latest", "tickets_latest", ["NULL", "NULL", "NULL", "NULL", "NULL", "NULL"]),
    ("unsolved", "tickets_unsolved", ["NULL", "NULL", "NULL", "NULL", "NULL", "NULL"]),
    ("category", "tickets_category", ["5", "NULL", "NULL", "NULL", "NULL", "NULL"]),
    ("status", "tickets_status", ["NULL", "'vendor'", "NULL", "NULL", "NULL", "NULL"]),
    ("assigned", "tickets_assigned", ["NULL", "NULL", "'agent2'", "NULL", "NULL", "NULL"]),
    ("assignee", "tickets_assignee", ["NULL", "NULL", "'agent2'", "NULL", "NULL", "NULL"]),
    ("team", "tickets_team", ["NULL", "NULL", "NULL", "'team3'", "NULL", "NULL"]),
    ("requester", "tickets_requester", ["NULL", "NULL", "NULL", "NULL", "REQUESTER", "NULL"]),
    ("own", "tickets_requester", ["NULL", "NULL", "NULL", "NULL", "REQUESTER", "NULL"]),
    ("tag", "ticket_tags_tag", ["NULL", "NULL", "NULL", "NULL", "NULL", "'vip'"]),
];

/// The statement with its parameters filled in.
fn filled(text: &str, asked: [&str; 6], requester: &str, last: &str) -> String {
    let [category, status, assignee, team, _, tag] = asked;
    let requester = if asked[4] == "NULL" { "NULL" } else { requester };
    let values = [
        "9223372036854775807",
        last,
        "30",
        "1",
        "'[]'",
        category,
        status,
        assignee,
        team,
        requester,
        tag,
        "NULL",
        "NULL",
        "9223372036854775807",
    ];
    // The longer names first.
    (1..=values.len()).rev().fold(text.to_owned(), |text, n| text.replace(&format!("${n}"), values[n - 1]))
}

fn of(statements: &[(&'static str, String)], list: &str) -> String {
    let name = format!("engage_sqlx::tickets::list::{list}");
    statements.iter().find(|(known, _)| *known == name).map(|(_, text)| text.clone()).expect("the list is there")
}

#[tokio::test]
async fn lists_walk_their_index_on_postgres() {
    let pool = support::postgres_pool(2).await;
    let database = engage_sqlx::postgres(pool.clone());
    support::open(database.clone()).await;
    let many = "INSERT INTO engage.tickets (id, number, subject, requester_id, category, status, priority, team, assignee_id,
            assignee_name, followers, cc, tags, fields, source, links, seconds_spent, version, seq, public_seq, replies,
            created_at, updated_at)
        SELECT md5(n::text)::uuid, n, 'Help', md5((n % 5000)::text)::uuid, CASE WHEN n % 50 = 0 THEN n / 50 % 4 WHEN n % 41 = 0 THEN 5 ELSE 4 END,
            CASE WHEN n % 97 = 0 THEN 'vendor' END, 1, CASE WHEN n % 3 = 0 THEN 'team' || n % 40 END, 'agent' || n % 100, 'A', '[]',
            '[]', '[]', '{}', 'api', '[]', 0, 1, 1, 1, 0, n, n FROM generate_series(1, 30000) n";
    let tags = "INSERT INTO engage.ticket_tags (ticket_id, tag, updated_at)
        SELECT id, CASE WHEN number % 2 = 0 THEN 'vip' ELSE 'late' END, updated_at FROM engage.tickets WHERE number % 20 < 2";
    for text in [many, tags, "ANALYZE engage.tickets", "ANALYZE engage.ticket_tags"] {
        sqlx::query(text).execute(&pool).await.unwrap();
    }
    // To gather an agent's few and sort them costs less here, where there are few.
    let mut connection = pool.acquire().await.unwrap();
    sqlx::query("SET enable_bitmapscan = off").execute(&mut *connection).await.unwrap();
    let statements = database.statements().unwrap();
    for (list, index, asked) in LISTS {
        let text =
            filled(&of(&statements, list), asked, "md5('7')::uuid", "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid");
        let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN {text}"))).fetch_all(&mut *connection).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        let plan = plan.join("\n");
        assert!(plan.contains(&format!(" using {index} ")), "{list} does not walk {index}:\n{plan}");
        assert!(plan.matches("Sort Key").count() <= 1, "{list} sorts more than its page:\n{plan}");
    }
}

#[tokio::test]
async fn lists_walk_their_index_on_sqlite() {
    let file = support::TempFile::new();
    let database = engage_sqlx::connect(&file.url()).await.unwrap();
    support::open(database.clone()).await;
    let pool = sqlx::SqlitePool::connect(&file.url()).await.unwrap();
    let statements = database.statements().unwrap();
    for (list, index, asked) in LISTS {
        let text = filled(&of(&statements, list), asked, "x'07'", "x'ff'");
        let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"))).fetch_all(&pool).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        let plan = plan.join("\n");
        assert!(plan.contains(&format!("engage_{index}")), "{list} does not walk {index}:\n{plan}");
        assert!(plan.matches("TEMP B-TREE FOR ORDER BY").count() <= 1, "{list} sorts more than its page:\n{plan}");
    }
}
