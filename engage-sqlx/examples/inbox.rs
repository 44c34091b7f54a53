//! How long lists take among many conversations.
//!
//! `cargo run --release -p engage-sqlx --all-features --example inbox -- URL [CONVERSATIONS]`, with the URL of an empty
//! database. Prints the median and the slowest of some runs of each question, in milliseconds.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use engage_core::chat::{AssigneeFilter, ListQuery, Priority, Sight, Status, StatusFilter, TeamFilter};
use engage_core::clock::{Clock, SystemClock};
use engage_core::entropy::{Entropy, OsEntropy};
use engage_core::ids::{ContactId, Ids};
use engage_core::{AgentRef, Backend, Context, Migrations, Result, Staff};
use sqlx::AssertSqlSafe;

const RUNS: usize = 15;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("give the URL of an empty database")?;
    let count: i64 = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
    let context = Context { ids: Ids::new(Arc::clone(&clock), Arc::clone(&entropy)), clock, entropy };
    let database = engage_sqlx::connect(&url).await?;
    let stores =
        Box::new(database).open(&context, Migrations::Automatic).await.map_err(|problems| problems.join("\n"))?;
    fill(&url, count).await?;

    let agent = |id: &str, teams: &[&str], admin| {
        let agent = AgentRef { id: id.to_owned(), name: id.to_owned() };
        Sight::Staff(Staff { agent, teams: teams.iter().map(|team| (*team).to_owned()).collect(), admin })
    };
    let sights = [
        ("admin", agent("a1", &[], true)),
        ("agent of two teams", agent("a2", &["t1", "t2"], false)),
        ("agent of a team without conversations", agent("a3", &["none"], false)),
        ("visitor", Sight::Visitor(ContactId(uuid::Uuid::from_u128(5)))),
    ];
    for (name, sight) in &sights {
        for (of, status) in [
            ("open", StatusFilter::Is(Status::Open)),
            ("closed", StatusFilter::Is(Status::Closed)),
            ("all", StatusFilter::All),
        ] {
            for (by, assignee) in [
                ("any", AssigneeFilter::Any),
                ("none", AssigneeFilter::None),
                ("me", AssigneeFilter::Is("a2".to_owned())),
            ] {
                let mut query = ListQuery::new(sight.clone(), 30);
                (query.status, query.assignee) = (status, assignee);
                timed(&format!("{name}: {of}, assignee {by}"), async || Ok(stores.chat.list(&query).await?.len()))
                    .await?;
            }
        }
        for (of, team, priority) in [
            ("team t5", TeamFilter::Is("t5".to_owned()), None),
            ("no team", TeamFilter::None, None),
            ("a team without conversations", TeamFilter::Is("none".to_owned()), None),
            ("urgent", TeamFilter::Any, Some(Priority::Urgent)),
            ("high, of which there are none", TeamFilter::Any, Some(Priority::High)),
            ("normal of team t5", TeamFilter::Is("t5".to_owned()), Some(Priority::Normal)),
        ] {
            for (status_name, status) in [("open", StatusFilter::Is(Status::Open)), ("all", StatusFilter::All)] {
                let mut query = ListQuery::new(sight.clone(), 30);
                (query.status, query.team, query.priority) = (status, team.clone(), priority);
                timed(&format!("{name}: {status_name}, {of}"), async || Ok(stores.chat.list(&query).await?.len()))
                    .await?;
            }
        }
        timed(&format!("{name}: changed since the last 50"), async || {
            Ok(stores.chat.changed(sight, count - 50, 100).await?.len())
        })
        .await?;
    }
    timed("agents", async || Ok(stores.chat.agents(context.clock.now()).await?.len())).await?;
    timed("waiting", async || Ok(stores.chat.waiting(50).await?.len())).await?;
    Ok(())
}

async fn timed(what: &str, question: impl AsyncFn() -> Result<usize>) -> Result<()> {
    let (mut times, mut rows) = (Vec::new(), 0);
    for _ in 0..RUNS {
        let begun = Instant::now();
        rows = question().await?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    println!("{:8.2} {:8.2} ms  {rows:3} rows  {what}", times[RUNS / 2], times[RUNS - 1]);
    Ok(())
}

/// One in twenty is open, one in fifty snoozed, one in a thousand urgent; twenty teams, and none for the oldest hundredth, so that who is of no team has
/// to pass over all others; fifty agents or nobody.
async fn fill(url: &str, count: i64) -> Result<(), Box<dyn Error>> {
    let (table, numbers, id, contact) = if url.starts_with("sqlite") {
        let numbers = format!(
            "(WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < {count}) SELECT n FROM r) AS r"
        );
        ("engage_", numbers, "randomblob(16)", "unhex(printf('%032x', n % 50000))")
    } else {
        let numbers = format!("generate_series(1::bigint, {count}) AS r (n)");
        ("engage.", numbers, "gen_random_uuid()", "lpad(to_hex(n % 50000), 32, '0')::uuid")
    };
    let excerpt = r#"{"author":{"kind":"system"},"note":false,"text":"An excerpt of a message of an ordinary length, as people write them","at":"2026-01-01T00:00:00Z"}"#;
    let text = format!(
        "INSERT INTO {table}conversations (id, contact_id, status, team, past_teams, assignee_id, assignee_name, seq, visitor_seq,
            messages, visitor_messages, inbox_seq, priority, last_message, visitor_last_message, created_at, updated_at)
         SELECT {id}, {contact}, CASE WHEN n % 20 = 0 THEN 'open' WHEN n % 50 = 1 THEN 'snoozed' ELSE 'closed' END,
            CASE WHEN n < {count} / 100 THEN NULL ELSE 't' || (n % 20) END, '[]',
            CASE WHEN n % 7 = 0 THEN NULL ELSE 'a' || (n % 50) END, CASE WHEN n % 7 = 0 THEN NULL ELSE 'Agent' END,
            10, 10, 10, 10, n, CASE WHEN n % 1000 = 0 THEN 3 ELSE 1 END, '{excerpt}', '{excerpt}', n, n
         FROM {numbers};
         UPDATE {table}counters SET value = {count};"
    );
    if url.starts_with("sqlite") {
        let pool = sqlx::SqlitePool::connect(url).await?;
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&pool).await?;
    } else {
        let pool = sqlx::PgPool::connect(url).await?;
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&pool).await?;
        // As the server does by itself after a minute.
        sqlx::raw_sql("VACUUM ANALYZE").execute(&pool).await?;
    }
    Ok(())
}
