//! What one person does at the same time, on Postgres: writes that lock the same rows must lock them in ways that agree.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use engage_core::chat::{Append, Command, Lock, Open, Reader};
use engage_core::ids::{ContactId, ConversationId};
use engage_core::{Actor, AgentRef, Staff};
use tokio::task::JoinSet;

/// A mark that is made refers to its conversation; a message counts in its author's mark. Whoever does both at once must not
/// wait for themselves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_and_writing_at_once_do_not_wait_for_each_other() {
    let url = support::postgres_url().await;
    let stores = support::open(engage_sqlx::connect(&url).await.unwrap()).await;
    let (context, _) = support::context();
    let context = Arc::new(context);
    let (id, contact): (ConversationId, ContactId) = (context.ids.next(), context.ids.next());
    let say = |actor: Actor, body: String| {
        let command = Command::Message { body: body.clone(), reply_to: None, files: Vec::new() };
        let ids = [context.ids.next(), context.ids.next()];
        Append::new(id, actor, command, context.clock.now(), ids).client_message_id(body)
    };
    stores.chat.open(&Open::new(contact, None, say(Actor::Visitor(contact), "hello".to_owned()))).await.unwrap();

    for round in 0..40 {
        let mut both = JoinSet::new();
        for number in 0..3 {
            let name = format!("agent-{round}-{number}");
            let agent = AgentRef { id: name.clone(), name: name.clone() };
            let said = say(Actor::Staff(Staff { agent, teams: Vec::new(), admin: true }), format!("by {name}"));
            let (writing, reading) = (Arc::clone(&stores.chat), Arc::clone(&stores.chat));
            both.spawn(async move {
                let done = writing.append(&[said], Lock::Wait(Duration::from_secs(5))).await;
                done.and_then(|mut done| done.pop().unwrap()).map(drop)
            });
            both.spawn(async move {
                let reader = Reader::Agent { id: name.clone(), name };
                reading.mark_read(id, &reader, i64::MAX).await.map(drop)
            });
        }
        for done in both.join_all().await {
            assert!(done.is_ok(), "round {round}: {done:?}");
        }
    }
}
