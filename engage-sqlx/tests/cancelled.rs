//! Dropped futures: web frameworks drop a handler when its client leaves, wherever it waits.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod support;

use std::sync::atomic::Ordering;
use std::time::Duration;

use engage_core::chat::{Append, ChatStore, Command, Lock, Open, Sight};
use engage_core::ids::{ContactId, ConversationId};
use engage_core::{Actor, Context, ErrorKind};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgConnection};

fn say(context: &Context, id: ConversationId, contact: ContactId, body: &str) -> Append {
    let command = Command::Message { body: body.to_owned(), reply_to: None, files: Vec::new() };
    let ids = [context.ids.next(), context.ids.next()];
    Append::new(id, Actor::Visitor(contact), command, context.clock.now(), ids).client_message_id(body)
}

async fn opened(context: &Context, chat: &dyn ChatStore) -> (ConversationId, ContactId) {
    let (id, contact) = (context.ids.next(), context.ids.next());
    chat.open(&Open::new(contact, None, say(context, id, contact, "hello"))).await.unwrap();
    (id, contact)
}

/// sqlx #4385: a `begin` that is dropped while the server answers leaves the connection inside a transaction, and what its
/// next borrower writes vanishes. Shown on sqlx itself, so that it is known when the fault has gone; then on ours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_begin_does_not_reach_the_next_borrower() {
    const SLOW: u64 = 200;
    let direct = support::postgres_url().await;
    let link = support::slow_link(&direct).await;
    let pool = PgPoolOptions::new().max_connections(1).test_before_acquire(false).connect(&link.url).await.unwrap();
    let stores = support::open(engage_sqlx::postgres(pool.clone())).await;
    let (context, _) = support::context();
    let (id, contact) = opened(&context, &*stores.chat).await;
    tokio::time::sleep(Duration::from_millis(50)).await;

    link.delay_ms.store(SLOW, Ordering::Relaxed);
    assert!(tokio::time::timeout(Duration::from_millis(60), pool.begin()).await.is_err());
    link.delay_ms.store(0, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(2 * SLOW)).await;
    assert_eq!(in_transaction(&direct).await, 1, "sqlx mends it by itself now: simplify `Db::write_within`");
    sqlx::raw_sql("ROLLBACK").execute(&pool).await.unwrap();
    assert_eq!(in_transaction(&direct).await, 0);

    // In the begin, and in each answer that follows it.
    for (number, patience) in (0..).map(|step| 60 + step * SLOW).take(5).enumerate() {
        link.delay_ms.store(SLOW, Ordering::Relaxed);
        let said = [say(&context, id, contact, &format!("dropped {number}"))];
        let append = stores.chat.append(&said, Lock::Skip);
        assert!(
            tokio::time::timeout(Duration::from_millis(patience), append).await.is_err(),
            "{patience} ms are enough"
        );
        link.delay_ms.store(0, Ordering::Relaxed);

        let said = [say(&context, id, contact, &format!("next {number}"))];
        stores.chat.append(&said, Lock::Skip).await.unwrap().pop().unwrap().unwrap();
        assert_eq!(in_transaction(&direct).await, 0);
        let listed = stores.chat.get(id, &Sight::All).await.unwrap().unwrap();
        assert_eq!(
            listed.conversation.messages,
            1 + 2 * (number as i64 + 1),
            "what was dropped was finished, what came next stays"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_dropped_futures_leave_the_pool_clean() {
    let url = support::postgres_url().await;
    let pool = PgPoolOptions::new().max_connections(3).connect(&url).await.unwrap();
    drop_many(engage_sqlx::postgres(pool.clone())).await;
    assert_eq!(in_transaction(&url).await, 0);

    let file = support::TempFile::new();
    drop_many(engage_sqlx::connect(&file.url()).await.unwrap()).await;
}

/// Drops 200 sends after ever longer whiles, then says once more and counts: each is there once or not at all, in order.
async fn drop_many(database: engage_sqlx::Sqlx) {
    let stores = support::open(database).await;
    let (context, _) = support::context();
    let (id, contact) = opened(&context, &*stores.chat).await;
    let mut dropped = 0;
    for number in 0..200_u64 {
        let said = [say(&context, id, contact, &format!("m{number}"))];
        let append = stores.chat.append(&said, Lock::Wait(Duration::from_secs(2)));
        if tokio::time::timeout(Duration::from_micros(number * 20), append).await.is_err() {
            dropped += 1;
        }
    }
    assert!(dropped > 20, "only {dropped} were dropped");
    for number in 0..200 {
        let said = [say(&context, id, contact, &format!("m{number}"))];
        stores.chat.append(&said, Lock::Wait(Duration::from_secs(5))).await.unwrap().pop().unwrap().unwrap();
    }
    let listed = stores.chat.get(id, &Sight::All).await.unwrap().unwrap();
    assert_eq!((listed.conversation.seq, listed.conversation.messages), (201, 201));
}

/// How many connections the server sees waiting inside a transaction, after they had time to end it.
async fn in_transaction(url: &str) -> i64 {
    let mut watcher = PgConnection::connect(url).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    sqlx::query_scalar(count).fetch_one(&mut watcher).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_row_is_told_from_a_missing_one_and_holds_nobody_up() {
    let url = support::postgres_url().await;
    let stores = support::open(engage_sqlx::connect(&url).await.unwrap()).await;
    let (context, _) = support::context();
    let (held, contact) = opened(&context, &*stores.chat).await;
    let (free, other) = opened(&context, &*stores.chat).await;
    let mut holder = PgConnection::connect(&url).await.unwrap();
    let mut transaction = holder.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM engage.conversations WHERE id = $1 FOR UPDATE")
        .bind(held.0)
        .execute(&mut *transaction)
        .await
        .unwrap();

    let batch = [
        say(&context, held, contact, "1"),
        say(&context, context.ids.next(), other, "2"),
        say(&context, free, other, "3"),
    ];
    for lock in [Lock::Skip, Lock::Wait(Duration::from_millis(100))] {
        let results = stores.chat.append(&batch, lock).await.unwrap();
        assert_eq!(results[0].as_ref().unwrap_err().kind(), ErrorKind::Locked, "{lock:?}");
        assert_eq!(results[1].as_ref().unwrap_err().kind(), ErrorKind::NotFound, "{lock:?}");
        assert_eq!(results[2].as_ref().unwrap().entries[0].seq, 2, "{lock:?}");
    }
    transaction.rollback().await.unwrap();
    assert!(stores.chat.append(&batch[..1], Lock::Skip).await.unwrap()[0].is_ok());
}
