//! engage's writes in the host's transaction.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod support;

use engage_core::Engage;
use engage_core::chat::{Append, Command, Open};
use engage_core::contacts::Contact;
use engage_core::outbox::OutboxMessage;
use engage_core::tickets::NewTicket;
use engage_core::{Actor, Effects, ErrorKind};
use sqlx::{PgPool, SqlitePool};

macro_rules! in_the_hosts_transaction {
    ($database:expr, $pool:expr, $begin:literal) => {{
        let (database, pool) = ($database, $pool);
        let stores = support::open(database.clone()).await;
        let engage = database.in_transaction().unwrap();
        let (context, _) = support::context();
        let mut contact = Contact::anonymous(context.ids.next(), context.clock.now());
        contact.external_id = Some("42".to_owned());
        let command = Command::Message { body: "about my order".to_owned(), reply_to: None, files: Vec::new() };
        let ids = [context.ids.next(), context.ids.next()];
        let payload = serde_json::json!({ "n": 1 });
        let event = OutboxMessage { id: context.ids.next(), topic: "event".to_owned(), payload, due: context.clock.now() };
        let first = Append::new(context.ids.next(), Actor::Visitor(contact.id), command, context.clock.now(), ids)
            .client_message_id("1")
            .effects(Effects::none().and_send(event));
        let open = Open::new(contact.id, None, first);
        for commit in [false, true] {
            let mut transaction = pool.begin_with($begin).await.unwrap();
            engage.create_contact(&mut *transaction, &contact, &Effects::none()).await.unwrap();
            let opened = engage.open(&mut *transaction, &open).await.unwrap();
            assert_eq!((opened.replayed, opened.conversation.inbox_seq), (false, 1));
            let error = engage.create_contact(&mut *transaction, &contact, &Effects::none()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Conflict);
            let known = engage.contact_by_external_id(&mut *transaction, "42").await.unwrap();
            assert_eq!(known.unwrap(), contact, "an error leaves the host's transaction as it was");
            if commit {
                transaction.commit().await.unwrap();
            } else {
                transaction.rollback().await.unwrap();
            }
            assert_eq!(stores.contacts.get(contact.id).await.unwrap().is_some(), commit);
            assert_eq!(stores.chat.inbox_head().await.unwrap(), i64::from(commit));
            assert_eq!(stores.chat.outbox().next_due().await.unwrap().is_some(), commit);
        }
        assert!(stores.chat.open(&open).await.unwrap().replayed);
    }};
}

#[tokio::test]
async fn it_commits_or_vanishes_with_the_hosts_on_sqlite() {
    let file = support::TempFile::new();
    let database = engage_sqlx::connect(&file.url()).await.unwrap();
    let pool = SqlitePool::connect(&file.url()).await.unwrap();
    in_the_hosts_transaction!(database, pool, "BEGIN IMMEDIATE");
}

#[tokio::test]
async fn it_commits_or_vanishes_with_the_hosts_on_postgres() {
    let pool: PgPool = support::postgres_pool(4).await;
    in_the_hosts_transaction!(engage_sqlx::postgres(pool.clone()), pool, "BEGIN");
}

macro_rules! tickets_in_the_hosts_transaction {
    ($database:expr, $pool:expr, $begin:literal) => {{
        let (database, pool) = ($database, $pool);
        let engage =
            Engage::builder(database.clone()).without_background_jobs().on("all", heard).build().await.unwrap();
        let (host, stores) = (database.in_transaction().unwrap(), engage.stores());
        let (context, _) = support::context();
        let contact = Contact::anonymous(context.ids.next(), context.clock.now());
        let new = || NewTicket::new(contact.id, "Return of order 7", "It does not fit.").client_message_id("return-7");
        for commit in [false, true] {
            let mut transaction = pool.begin_with($begin).await.unwrap();
            // Made in the same transaction: nobody else knows them yet.
            host.create_contact(&mut *transaction, &contact, &Effects::none()).await.unwrap();
            let tickets = host.tickets(&engage);
            let created = tickets.create_in(&mut *transaction, &Actor::System, new()).await.unwrap();
            let again = tickets.create_in(&mut *transaction, &Actor::System, new()).await.unwrap();
            assert_eq!((created.replayed, again.replayed, again.ticket.id), (false, true, created.ticket.id));
            let mut other = new();
            other.body = "It is broken.".to_owned();
            let refused = tickets.create_in(&mut *transaction, &Actor::System, other).await.unwrap_err();
            assert_eq!(refused.code(), "client_message_id_reused", "and the transaction goes on");
            if commit {
                transaction.commit().await.unwrap();
                engage.tickets().announce(&created.ticket);
            } else {
                transaction.rollback().await.unwrap();
            }
            let found = stores.tickets.of_contact(contact.id, 10).await.unwrap();
            assert_eq!(found, commit.then_some(created.ticket.id).into_iter().collect::<Vec<_>>());
            let words = engage.tickets().search(&Actor::System, "fit", None, 10).await.unwrap();
            assert_eq!(words.len(), usize::from(commit));
            assert_eq!(stores.tickets.outbox().next_due().await.unwrap().is_some(), commit);
        }
        let ticket = engage.tickets().create(&Actor::System, new()).await.unwrap().ticket.id;
        let snapshot = engage.tickets().snapshot(&Actor::Visitor(contact.id), ticket).await.unwrap();
        assert_eq!(snapshot.entries.len(), 1);
        engage.shutdown(std::time::Duration::from_secs(5)).await;
    }};
}

async fn heard(_: Engage, _: engage_core::sink::Event) -> Result<(), engage_core::Error> {
    Ok(())
}

#[tokio::test]
async fn a_ticket_commits_or_vanishes_with_the_hosts_on_sqlite() {
    let file = support::TempFile::new();
    let database = engage_sqlx::connect(&file.url()).await.unwrap();
    let pool = SqlitePool::connect(&file.url()).await.unwrap();
    tickets_in_the_hosts_transaction!(database, pool, "BEGIN IMMEDIATE");
}

#[tokio::test]
async fn a_ticket_commits_or_vanishes_with_the_hosts_on_postgres() {
    let pool: PgPool = support::postgres_pool(4).await;
    tickets_in_the_hosts_transaction!(engage_sqlx::postgres(pool.clone()), pool, "BEGIN");
}

/// A host's transaction that takes its time keeps nobody else from opening tickets, and no number is given twice.
#[tokio::test]
async fn a_slow_transaction_holds_up_no_other_ticket_on_postgres() {
    let pool: PgPool = support::postgres_pool(6).await;
    let database = engage_sqlx::postgres(pool.clone());
    let engage = Engage::builder(database.clone()).without_background_jobs().build().await.unwrap();
    let host = database.in_transaction().unwrap();
    let contact = engage.contacts().create_anonymous().await.unwrap();
    let mut slow = pool.begin().await.unwrap();
    let tickets = host.tickets(&engage);
    let new = || NewTicket::new(contact.id, "Help", "How?");
    let first = tickets.create_in(&mut *slow, &Actor::System, new()).await.unwrap().ticket.number;
    let mut quick = Vec::new();
    for _ in 0..8 {
        quick.push(engage.tickets().create(&Actor::System, new()).await.unwrap().ticket.number);
    }
    slow.commit().await.unwrap();
    assert!(quick.is_sorted() && !quick.contains(&first), "{first} and {quick:?}");
    engage.shutdown(std::time::Duration::from_secs(5)).await;
}
