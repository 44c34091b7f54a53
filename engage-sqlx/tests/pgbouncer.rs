//! Postgres behind PgBouncer in transaction mode: each transaction meets another connection of the server, so nothing may be
//! left in one for the next. Here with the pool's options that every PgBouncer takes: no statement stays prepared.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use engage_core::bus::Bus;
use engage_core::chat::{Delivery, Opening, Send, Subscriber};
use engage_core::ids::ConversationId;
use engage_core::{Actor, AgentRef, Audience, Engage, Staff, Stores};
use engage_sqlx::Sqlx;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool};
use tokio::task::JoinSet;

/// A new database: its URL through PgBouncer, and the server's own.
async fn urls() -> (String, String) {
    let direct = support::postgres_url().await;
    let bouncer = std::env::var("ENGAGE_TEST_PGBOUNCER")
        .expect("these tests need a PgBouncer: run `cargo xtask test`, or `cargo xtask servers -- cargo test`");
    let (rest, _) = bouncer.rsplit_once('/').unwrap();
    let (_, name) = direct.rsplit_once('/').unwrap();
    (format!("{rest}/{name}"), direct)
}

async fn pool(url: &str) -> PgPool {
    let options = url.parse::<PgConnectOptions>().unwrap().statement_cache_capacity(0);
    PgPoolOptions::new().max_connections(8).connect_with(options).await.unwrap()
}

async fn stores() -> Stores {
    support::open(engage_sqlx::postgres(pool(&urls().await.0).await)).await
}

macro_rules! conformance {
    ($($suite:ident: $conformance:ident;)*) => {$(
        mod $suite {
            engage_testkit::$conformance!(crate::stores());
        }
    )*};
}

conformance! {
    chat: chat_store_conformance;
    contacts: contact_store_conformance;
    sessions: session_store_conformance;
    outbox: outbox_conformance;
    idempotency: idempotency_store_conformance;
}

/// That the tests above go through what they are about.
#[tokio::test]
async fn transactions_meet_other_connections() {
    let pool = pool(&urls().await.0).await;
    let mut held = Vec::new();
    let backend = async |connection: &mut PgConnection| -> i32 {
        let mut transaction = connection.begin().await.unwrap();
        let query = sqlx::query_scalar("SELECT pg_backend_pid()").persistent(false);
        let pid = query.fetch_one(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
        pid
    };
    let mut one = pool.acquire().await.unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..3 {
        seen.insert(backend(&mut one).await);
        let mut other = pool.acquire().await.unwrap();
        sqlx::raw_sql("BEGIN; SELECT 1").execute(&mut *other).await.unwrap();
        held.push(other);
    }
    assert!(seen.len() > 1, "one client connection was served by {seen:?}");
}

#[tokio::test]
async fn a_dropped_call_leaves_no_transaction_behind() {
    let (url, _) = urls().await;
    let pool = pool(&url).await;
    let stores = support::open(engage_sqlx::postgres(pool.clone())).await;
    for step in 0..60 {
        let call = stores.chat.inbox_head();
        let _ = tokio::time::timeout(Duration::from_micros(step * 50), call).await;
    }
    assert_eq!(stores.chat.inbox_head().await.unwrap(), 0);
    let begun = Instant::now();
    loop {
        let open: i64 = {
            let mut transaction = pool.begin().await.unwrap();
            let asked = "SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()";
            sqlx::query_scalar(asked).persistent(false).fetch_one(&mut *transaction).await.unwrap()
        };
        if open == 0 {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{open} transactions stay open");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_url_of_the_server_nodes_ask_the_database() {
    let (bouncer, _) = urls().await;
    let [here, there] = [node(&bouncer, None).await, node(&bouncer, None).await];
    nothing_is_lost_between(&here, &there).await;
    assert!(!here.bus().is_live() && !there.bus().is_live(), "nobody listens through PgBouncer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_url_of_the_server_nodes_hear_each_other() {
    let (bouncer, direct) = urls().await;
    let [here, there] = [node(&bouncer, Some(&direct)).await, node(&bouncer, Some(&direct)).await];
    for bus in [here.bus(), there.bus()] {
        live(&**bus).await;
    }
    nothing_is_lost_between(&here, &there).await;
    assert!(here.bus().is_live() && there.bus().is_live());
}

#[tokio::test]
async fn a_url_may_say_that_nothing_stays_prepared() {
    let (bouncer, _) = urls().await;
    let database = engage_sqlx::connect(&format!("{bouncer}?statement-cache-capacity=0")).await.unwrap();
    let stores = support::open(database).await;
    let mut asking = JoinSet::new();
    for _ in 0..200 {
        let chat = Arc::clone(&stores.chat);
        asking.spawn(async move { chat.inbox_head().await.unwrap() });
    }
    assert_eq!(asking.join_all().await, vec![0; 200]);
}

async fn node(bouncer: &str, listen: Option<&str>) -> Engage {
    let database: Sqlx = engage_sqlx::postgres(pool(bouncer).await);
    let database = match listen {
        Some(url) => database.listen_url(url),
        None => database,
    };
    let bus = database.bus().unwrap();
    Engage::builder(database).bus(bus).build().await.unwrap()
}

async fn live(bus: &dyn Bus) {
    let begun = Instant::now();
    while !bus.is_live() {
        assert!(begun.elapsed() < Duration::from_secs(30), "the bus does not become live");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What several write on both nodes at once, a reader on each is told in order and whole.
async fn nothing_is_lost_between(here: &Engage, there: &Engage) {
    let (visitor, _) = here.sessions().create().await.unwrap();
    let contact = visitor.contact.id;
    let opened = here.chat().open_with(contact, Opening::new("first".to_owned(), "Hello".to_owned())).await.unwrap();
    let conversation = opened.conversation.id;
    let mut readers = [follow(here, conversation).await, follow(there, conversation).await];
    let mut writing = JoinSet::new();
    for writer in 0..6 {
        let engage = [here, there][writer % 2].clone();
        writing.spawn(async move {
            for turn in 0..20 {
                let name = format!("{writer}.{turn}");
                let send = Send {
                    conversation,
                    client_message_id: name.clone(),
                    body: name,
                    reply_to: None,
                    note: false,
                    files: Vec::new(),
                    mentions: Vec::new(),
                };
                engage.chat().send(Actor::Visitor(contact), send).await.unwrap();
            }
        });
    }
    writing.join_all().await;
    for reader in &mut readers {
        let mut seqs = Vec::new();
        while seqs.last() != Some(&121) {
            let next = tokio::time::timeout(Duration::from_secs(30), reader.next());
            if let Delivery::Entries(entries) = next.await.expect("something is told").unwrap() {
                seqs.extend(entries.iter().map(|published| published.entry.seq));
            }
        }
        assert_eq!(seqs, (2..=121).collect::<Vec<_>>());
    }
}

async fn follow(engage: &Engage, conversation: ConversationId) -> Subscriber {
    let agent = AgentRef { id: "reader".to_owned(), name: "Reader".to_owned() };
    let staff = Actor::Staff(Staff { agent, teams: Vec::new(), admin: true });
    let subscriber = engage.chat().hub().subscriber(Audience::Staff, 4_096);
    subscriber.subscribe(conversation, Some(1), &(&staff).into()).await.unwrap().expect("it exists");
    subscriber
}
