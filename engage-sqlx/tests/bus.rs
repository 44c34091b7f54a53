//! The bus by `LISTEN` and `NOTIFY`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use engage_core::bus::{Bus, BusEvent, Hint, Hints};
use sqlx::{PgPool, postgres::PgPoolOptions};

async fn bus(url: &str) -> (Arc<dyn Bus>, Hints, PgPool) {
    let pool = PgPoolOptions::new().max_connections(3).connect(url).await.unwrap();
    let bus = engage_sqlx::postgres(pool.clone()).bus().unwrap();
    let hints = bus.subscribe();
    live(&*bus, true).await;
    (bus, hints, pool)
}

async fn live(bus: &dyn Bus, expected: bool) {
    let begun = Instant::now();
    while bus.is_live() != expected {
        assert!(begun.elapsed() < Duration::from_secs(30), "is_live stays {}", !expected);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn next(hints: &mut Hints) -> BusEvent {
    tokio::time::timeout(Duration::from_secs(20), hints.next()).await.expect("something is heard").unwrap()
}

/// Until `hint` is heard; says whether something was lost before.
async fn hear(hints: &mut Hints, hint: &Hint) -> bool {
    let mut lagged = false;
    loop {
        match next(hints).await {
            BusEvent::Lagged => lagged = true,
            BusEvent::Hint(heard) if heard == *hint => return lagged,
            BusEvent::Hint(_) => {}
        }
    }
}

fn presence(agent: impl std::fmt::Display) -> Hint {
    Hint::Presence { agent: format!("{agent}") }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hints_reach_every_node_once() {
    let url = support::postgres_url().await;
    let (first, mut own, _) = bus(&url).await;
    let (_second, mut others, _) = bus(&url).await;
    for number in 0..2000 {
        first.publish(presence(number));
    }
    first.publish(presence("end"));
    for hints in [&mut own, &mut others] {
        let mut heard = Vec::new();
        loop {
            match next(hints).await {
                BusEvent::Hint(hint) if hint == presence("end") => break,
                BusEvent::Hint(hint) => heard.push(hint),
                BusEvent::Lagged => assert!(heard.is_empty(), "nothing is lost"),
            }
        }
        assert_eq!(heard, (0..2000).map(presence).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_schema_is_another_bus() {
    let url = support::postgres_url().await;
    let (first, _, _) = bus(&url).await;
    let (_second, mut hints, pool) = bus(&url).await;
    let other = engage_sqlx::postgres(pool).schema("other").bus().unwrap();
    let mut elsewhere = other.subscribe();
    live(&*other, true).await;
    first.publish(presence("7"));
    hear(&mut hints, &presence("7")).await;
    other.publish(presence("8"));
    loop {
        match next(&mut elsewhere).await {
            BusEvent::Hint(hint) if hint == presence("8") => break,
            event => assert_eq!(event, BusEvent::Lagged),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_link_is_told_and_mended() {
    let url = support::postgres_url().await;
    let (first, _, _) = bus(&url).await;
    let (second, mut hints, pool) = bus(&url).await;
    first.publish(presence("before"));
    hear(&mut hints, &presence("before")).await;

    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'";
    sqlx::query(cut).execute(&pool).await.unwrap();
    assert_eq!(next(&mut hints).await, BusEvent::Lagged, "at once, that hints may be missing");
    assert_eq!(next(&mut hints).await, BusEvent::Lagged, "and again when they are heard again");
    live(&*second, true).await;
    live(&*first, true).await;
    first.publish(presence("after"));
    assert!(!hear(&mut hints, &presence("after")).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_fit_is_told_to_the_others() {
    let url = support::postgres_url().await;
    let (first, _, _) = bus(&url).await;
    let (_second, mut hints, _) = bus(&url).await;
    first.publish(presence("begin"));
    hear(&mut hints, &presence("begin")).await;
    first.publish(presence("x".repeat(9000)));
    first.publish(presence("too large"));
    // Before or after what did fit: they may leave in one batch or in two.
    if !hear(&mut hints, &presence("too large")).await {
        assert_eq!(next(&mut hints).await, BusEvent::Lagged);
    }

    // Far more than the queue holds, faster than it drains.
    for number in 0..20_000 {
        first.publish(presence(number));
    }
    loop {
        if next(&mut hints).await == BusEvent::Lagged {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_away_does_not_hold_anybody_up() {
    let pool = PgPoolOptions::new().connect_lazy("postgres://engage@127.0.0.1:1/x").unwrap();
    let bus = engage_sqlx::postgres(pool).listen_url("postgres://engage@127.0.0.1:1/x").bus().unwrap();
    let mut hints = bus.subscribe();
    let begun = Instant::now();
    for number in 0..10_000 {
        bus.publish(presence(number));
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(!bus.is_live());
    assert_eq!(next(&mut hints).await, BusEvent::Lagged, "this node hears itself, as far as it keeps up");
}
