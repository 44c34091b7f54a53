//! What commits with a change.

use engage_core::attributes::AttributePatch;
use engage_core::audit::AuditEntry;
use engage_core::chat::{Append, Appended, Command, Status};
use engage_core::{Actor, Audience, Effects, Result};
use serde_json::json;

use super::world::{ChatWorld, agent};

/// A promise is in the outbox once its change was answered.
pub async fn effects_commit_with_the_change(world: ChatWorld) {
    let talk = world.talk(None).await;
    let mut promised = Vec::new();
    for turn in 0..5 {
        let promise = world.promise();
        promised.push(promise.id);
        let append = world.message(talk.id, &talk.visitor, &format!("m-{turn}"), "Hello again");
        world.send(append.effects(Effects::none().and_send(promise))).await.unwrap();
    }
    let mut kept: Vec<_> = world.promises().await.into_iter().map(|promise| promise.message.id).collect();
    kept.sort();
    promised.sort();
    assert_eq!(kept, promised);
}

/// The entry's id and number are added to the payload; when a command makes two entries, those of the last.
pub async fn effects_are_filled_with_what_the_store_knows(world: ChatWorld) {
    let talk = world.talk(None).await;
    world.does(talk.id, &Actor::System, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    let append = world.message(talk.id, &talk.visitor, "m-1", "One more thing");
    let appended = world.send(append.effects(Effects::none().and_send(world.promise()))).await.unwrap();
    let last = appended.entries.last().unwrap();
    let promises = world.promises().await;
    assert_eq!(promises.len(), 1);
    assert_eq!(promises[0].message.payload, json!({ "own": "kept", "entry": last.id.to_string(), "seq": 4 }));

    let contact = world.contact().await;
    let mut open = world.opening(contact, None, "m-1", "Hello");
    open.first.effects = Effects::none().and_send(world.promise());
    let opened = world.store.open(&open).await.unwrap();
    let promises = world.promises().await;
    assert_eq!(promises.len(), 1);
    assert_eq!(promises[0].message.payload, json!({ "own": "kept", "entry": opened.entry.id.to_string(), "seq": 1 }));
}

/// What was there already promises nothing again.
pub async fn effects_of_a_replay_are_dropped(world: ChatWorld) {
    let contact = world.contact().await;
    let open = || {
        let mut open = world.opening(contact, None, "m-1", "Hello");
        open.first.effects = Effects::none().and_send(world.promise());
        open
    };
    let conversation = world.store.open(&open()).await.unwrap().conversation.id;
    assert!(world.store.open(&open()).await.unwrap().replayed);
    assert_eq!(world.promises().await.len(), 1);

    let message = || promising(&world, world.message(conversation, &Actor::Visitor(contact), "m-2", "Once"));
    let answers = world.batch(&[message(), message()]).await.unwrap();
    assert!(answers[1].as_ref().unwrap().replayed);
    assert!(world.send(message()).await.unwrap().replayed);
    assert_eq!(world.promises().await.len(), 1);
}

/// A command that finds everything as it wants it promises nothing.
pub async fn effects_of_a_change_that_changes_nothing_are_dropped(world: ChatWorld) {
    let talk = world.talk(None).await;
    for command in no_ops() {
        let appended = world.send(promising(&world, world.command(talk.id, &Actor::System, command))).await.unwrap();
        assert!(appended.entries.is_empty() && !appended.replayed, "{appended:?}");
    }
    assert!(world.promises().await.is_empty());
}

/// What was refused promises nothing.
pub async fn effects_of_a_refused_command_are_dropped(world: ChatWorld) {
    let (talk, bob) = (world.talk(Some("sales")).await, agent("bob", &["support"]));
    let refused = promising(&world, world.message(talk.id, &bob, "m-1", "Not mine"));
    let fine = promising(&world, world.message(talk.id, &talk.visitor, "m-2", "Mine"));
    let kept = fine.effects.outbox[0].id;
    let answers = world.batch(&[refused, fine]).await.unwrap();
    assert!(answers[0].is_err() && answers[1].is_ok());
    let promises = world.promises().await;
    assert_eq!(promises.iter().map(|promise| promise.message.id).collect::<Vec<_>>(), [kept]);
}

/// An effect that cannot be written takes its change with it: no entry, no number, no place in the inbox.
pub async fn a_taken_effect_id_commits_nothing(world: ChatWorld) {
    let (talk, other) = (world.talk(None).await, world.talk(None).await);
    let promise = world.promise();
    let taken = || Effects::none().and_send(world.promise()).and_send(promise.clone());
    world.send(world.message(other.id, &other.visitor, "m-0", "Takes the id").effects(taken())).await.unwrap();
    let (row, head) = (world.row(talk.id).await, world.store.inbox_head().await.unwrap());

    let append = world.message(talk.id, &talk.visitor, "m-1", "Must not be stored").effects(taken());
    assert!(failed(world.batch(&[append]).await, 0), "the change cannot commit without its effects");
    assert_eq!(world.row(talk.id).await, row);
    assert_eq!(world.store.inbox_head().await.unwrap(), head);
    assert_eq!(world.entries(talk.id, Audience::Staff).await.len(), 1);
    assert_eq!(world.promises().await.len(), 2, "those of the first, and none of the second");

    let next = world.send(world.message(talk.id, &talk.visitor, "m-1", "Another text")).await.unwrap();
    assert_eq!(next.entries[0].seq, 2, "the failure took no number and no id");
}

/// In a batch, the commands that share an effect's id do not both commit, and none loses its effects.
pub async fn an_effect_id_twice_in_a_batch_commits_nothing_twice(world: ChatWorld) {
    let talk = world.talk(None).await;
    let effects = Effects::none().and_send(world.promise());
    let message =
        |id: &str| world.message(talk.id, &talk.visitor, id, "With the same promise").effects(effects.clone());
    let answer = world.batch(&[message("m-1"), message("m-2")]).await;
    assert!(failed(answer, 1));
    let stored = world.entries(talk.id, Audience::Staff).await.len() - 1;
    assert!(stored <= 1);
    assert_eq!(world.promises().await.len(), stored, "as many promises as messages");
}

/// A conversation whose effects cannot be written does not begin.
pub async fn opening_with_a_taken_effect_id_makes_nothing(world: ChatWorld) {
    let (talk, contact) = (world.talk(None).await, world.contact().await);
    let effects = Effects::none().and_send(world.promise());
    world.send(world.message(talk.id, &talk.visitor, "m-1", "Takes the id").effects(effects.clone())).await.unwrap();
    let head = world.store.inbox_head().await.unwrap();
    let mut open = world.opening(contact, None, "m-1", "Hello");
    open.first.effects = effects;
    world.store.open(&open).await.unwrap_err();
    assert!(world.store.of_contact(contact, 10).await.unwrap().is_empty());
    assert_eq!(world.store.inbox_head().await.unwrap(), head);
    let opened = world.store.open(&world.opening(contact, None, "m-1", "Good day")).await.unwrap();
    assert!(!opened.replayed, "the failure took no id");
}

/// The audit log tells of what was done, and of nothing else. Needs the audit log of the same database.
pub async fn audit_lines_commit_with_the_change(world: ChatWorld) {
    let Some(audit) = world.audit.clone() else { return };
    let talk = world.talk(None).await;
    let ada = agent("ada", &[]);
    let line = || AuditEntry::new(world.id(), world.now(), &ada, "chat.close", format!("conversation:{}", talk.id));
    let close = || Command::Status { status: Status::Closed, snoozed_until: None };
    let first = line().detail(json!({ "reason": "done" }));
    world.send(world.command(talk.id, &ada, close()).effects(Effects::none().and_audit(first.clone()))).await.unwrap();
    world.send(world.command(talk.id, &ada, close()).effects(Effects::none().and_audit(line()))).await.unwrap();
    assert_eq!(audit.list(None, 10).await.unwrap(), std::slice::from_ref(&first), "the second changed nothing");

    let taken = Effects::none().and_audit(first);
    let open = Command::Status { status: Status::Open, snoozed_until: None };
    assert!(failed(world.batch(&[world.command(talk.id, &ada, open).effects(taken)]).await, 0));
    assert_eq!(world.row(talk.id).await.status, Status::Closed, "no change without its line");
}

/// What an open conversation of nobody and no team already is.
fn no_ops() -> Vec<Command> {
    vec![
        Command::Status { status: Status::Open, snoozed_until: None },
        Command::Assign { agent: None, expected: None },
        Command::Assign { agent: None, expected: Some(None) },
        Command::Team { team: None, release: false },
        Command::Labels { add: Vec::new(), remove: vec!["vip".to_owned()] },
        Command::Attributes { patch: AttributePatch::default().with("plan", None) },
    ]
}

fn promising(world: &ChatWorld, append: Append) -> Append {
    append.effects(Effects::none().and_send(world.promise()))
}

/// Whether a command failed: by itself, or with its batch.
fn failed(answer: Result<Vec<Result<Appended>>>, which: usize) -> bool {
    answer.is_err() || answer.is_ok_and(|answers| answers[which].is_err())
}
