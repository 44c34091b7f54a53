//! Many commands in one transaction.

use engage_core::chat::{Append, Change, Command, Status};
use engage_core::{Actor, Audience, ErrorKind};

use super::world::{ChatWorld, agent};

/// What is said first stands first, within each conversation.
pub async fn a_batch_keeps_its_order(world: ChatWorld) {
    let talks = [world.talk(None).await, world.talk(None).await, world.talk(None).await];
    let batch: Vec<_> = (0..90)
        .map(|turn| {
            let talk = &talks[turn % 3];
            world.message(talk.id, &talk.visitor, &format!("m-{turn}"), &format!("{turn}"))
        })
        .collect();
    world.batch(&batch).await.unwrap();
    for (own, talk) in talks.iter().enumerate() {
        let entries = world.entries(talk.id, Audience::Staff).await;
        let bodies: Vec<_> = entries.iter().skip(1).map(|entry| body(&entry.change)).collect();
        let expected: Vec<_> = (0..90).filter(|turn| turn % 3 == own).map(|turn| turn.to_string()).collect();
        assert_eq!(bodies, expected);
        assert!(entries.iter().zip(1..).all(|(entry, seq)| entry.seq == seq));
    }
}

/// Each command gets its own answer.
pub async fn answers_stand_in_the_order_of_the_batch(world: ChatWorld) {
    let talks = [world.talk(None).await, world.talk(None).await];
    let batch: Vec<_> = (0..20)
        .map(|turn| {
            world.message(talks[turn % 2].id, &talks[turn % 2].visitor, &format!("m-{turn}"), &format!("{turn}"))
        })
        .collect();
    let answers = world.batch(&batch).await.unwrap();
    for (append, answer) in batch.iter().zip(answers) {
        let answer = answer.unwrap();
        assert_eq!(answer.entries.len(), 1);
        assert_eq!(answer.entries[0].client_message_id, append.client_message_id);
        assert_eq!(answer.conversation.id, append.conversation);
        assert_eq!(answer.conversation.seq, answer.entries[0].seq, "the row as this command left it");
        assert_eq!(
            answer.conversation.inbox_seq,
            world.row(append.conversation).await.inbox_seq,
            "the place it was committed at"
        );
    }
}

/// One command fails alone.
pub async fn a_command_that_fails_does_not_touch_the_others(world: ChatWorld) {
    let (talk, other, ada) = (world.talk(None).await, world.talk(None).await, agent("ada", &[]));
    world.send(world.message(talk.id, &talk.visitor, "taken", "Once")).await.unwrap();
    let close = Command::Status { status: Status::Closed, snoozed_until: None };
    let claim = Command::Assign { agent: None, expected: Some(Some("somebody".to_owned())) };
    let batch = [
        world.message(talk.id, &talk.visitor, "m-1", "First"),
        world.message(world.id(), &ada, "m-2", "Nowhere"),
        world.command(talk.id, &talk.visitor, close),
        world.message(talk.id, &other.visitor, "m-3", "Not mine"),
        world.command(talk.id, &ada, claim),
        world.message(talk.id, &talk.visitor, "taken", "Twice"),
        world.message(talk.id, &ada, "m-4", "Last"),
    ];
    let answers = world.batch(&batch).await.unwrap();
    let kinds: Vec<_> =
        answers.iter().map(|answer| answer.as_ref().map(|_| ()).map_err(engage_core::Error::kind)).collect();
    let expected = [
        Ok(()),
        Err(ErrorKind::NotFound),
        Err(ErrorKind::Forbidden),
        Err(ErrorKind::NotFound),
        Err(ErrorKind::Conflict),
        Err(ErrorKind::Conflict),
        Ok(()),
    ];
    assert_eq!(kinds, expected);
    let entries = world.entries(talk.id, Audience::Staff).await;
    assert_eq!(entries.iter().map(|entry| body(&entry.change)).collect::<Vec<_>>(), ["Hello", "Once", "First", "Last"]);
    assert!(entries.iter().zip(1..).all(|(entry, seq)| entry.seq == seq), "failures take no number");
}

/// After a batch of which everything fails, the world is as before.
pub async fn a_command_that_fails_changes_nothing(world: ChatWorld) {
    let (talk, stranger) = (world.talk(Some("sales")).await, agent("bob", &["support"]));
    let (row, head) = (world.row(talk.id).await, world.store.inbox_head().await.unwrap());
    let batch = [
        world.message(talk.id, &stranger, "m-1", "Not mine"),
        world.command(talk.id, &talk.visitor, Command::Team { team: None, release: false }),
        world.command(talk.id, &Actor::System, Command::Assign { agent: None, expected: Some(Some("x".to_owned())) }),
    ];
    assert!(world.batch(&batch).await.unwrap().iter().all(Result::is_err));
    assert_eq!(world.row(talk.id).await, row);
    assert_eq!(world.store.inbox_head().await.unwrap(), head);
    assert_eq!(world.entries(talk.id, Audience::Staff).await.len(), 1);
}

/// Whatever order the commands of a batch have, batches that share conversations all commit.
pub async fn batches_in_opposite_order_do_not_block_each_other(world: ChatWorld) {
    let mut talks = Vec::new();
    for _ in 0..6 {
        talks.push(world.talk(None).await);
    }
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let (world, mut talks) = (world.clone(), talks.clone());
        if writer % 2 == 1 {
            talks.reverse();
        }
        writers.spawn(async move {
            for turn in 0..6 {
                let id = format!("{writer}-{turn}");
                let batch: Vec<Append> = talks
                    .iter()
                    .map(|talk| world.message(talk.id, &talk.visitor, &id, "In a crossing batch"))
                    .collect();
                for answer in world.batch(&batch).await.unwrap() {
                    answer.unwrap();
                }
            }
        });
    }
    writers.join_all().await;
    for talk in &talks {
        let entries = world.entries(talk.id, Audience::Staff).await;
        assert_eq!(entries.len(), 1 + 8 * 6);
        assert!(entries.iter().zip(1..).all(|(entry, seq)| entry.seq == seq));
    }
}

/// Nothing in, nothing out.
pub async fn an_empty_batch_is_nothing(world: ChatWorld) {
    assert!(world.batch(&[]).await.unwrap().is_empty());
    assert_eq!(world.store.inbox_head().await.unwrap(), 0);
}

fn body(change: &Change) -> &str {
    match change {
        Change::Message { body, .. } | Change::Note { body, .. } => body,
        other => panic!("something that was said, not {other:?}"),
    }
}
