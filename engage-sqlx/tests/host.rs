//! engage's writes in the host's transaction.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod support;

use engage_core::chat::{Append, Command, Open};
use engage_core::contacts::Contact;
use engage_core::outbox::OutboxMessage;
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
        let command = Command::Message { body: "about my order".to_owned(), reply_to: None };
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
