//! Sending is idempotent.

use std::sync::Arc;

use engage_core::chat::{Appended, Command};
use engage_core::{Audience, ErrorKind, Result};
use tokio::sync::Barrier;

use super::world::{ChatWorld, agent};

/// How many send at the same moment.
const CROWD: usize = 64;

/// Sent again, with other ids and at another time, a message is the one that is there.
pub async fn the_same_message_again_is_replayed(world: ChatWorld) {
    let talk = world.talk(None).await;
    let first = world.send(world.message(talk.id, &talk.visitor, "m-1", "Once")).await.unwrap();
    let again = world.send(world.message(talk.id, &talk.visitor, "m-1", "Once")).await.unwrap();
    assert!(!first.replayed && again.replayed);
    assert_eq!(again.entries, first.entries);
    assert_eq!(world.entries(talk.id, Audience::Staff).await.len(), 2);
}

/// A replay is as good as the first answer, also after a hundred other changes.
pub async fn a_replay_gives_the_first_answer_whatever_came_since(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    let first = world.send(world.message(talk.id, &talk.visitor, "m-1", "Once")).await.unwrap();
    for turn in 0..100 {
        world.says(talk.id, &ada, &format!("Message {turn}")).await;
    }
    let again = world.send(world.message(talk.id, &talk.visitor, "m-1", "Once")).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.entries, first.entries);
    assert_eq!(again.conversation.seq, 102, "the row is as of now");
}

/// Another text, another answer-to, or a note in place of a message: the id is taken.
pub async fn another_message_under_the_same_id_is_a_conflict(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    let first = world.send(world.message(talk.id, &ada, "m-1", "Once")).await.unwrap();
    let reply = Command::Message { body: "Once".to_owned(), reply_to: Some(first.entries[0].id), files: Vec::new() };
    let others = [
        world.message(talk.id, &ada, "m-1", "Twice"),
        world.message(talk.id, &ada, "m-1", "Once "),
        world.note(talk.id, &ada, "m-1", "Once"),
        world.command(talk.id, &ada, reply).client_message_id("m-1"),
    ];
    for other in others {
        assert_reused(world.send(other).await);
    }
    assert_eq!(world.entries(talk.id, Audience::Staff).await.len(), 2);
}

/// However many send the same at the same moment, one is stored and all get it.
pub async fn of_many_equal_sends_at_once_one_is_stored(world: ChatWorld) {
    let talk = world.talk(None).await;
    let answers = at_once(&world, |world, _| world.message(talk.id, &talk.visitor, "m-1", "Once")).await;
    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|answer| !answer.replayed).count(), 1, "one was first");
    assert!(answers.iter().all(|answer| answer.entries == answers[0].entries), "all got the same");
    assert_eq!(world.entries(talk.id, Audience::Staff).await.len(), 2);
}

/// However many send different things under one id at the same moment, one is stored and the others are told.
pub async fn of_many_different_sends_under_one_id_one_is_stored(world: ChatWorld) {
    let talk = world.talk(None).await;
    let answers =
        at_once(&world, |world, turn| world.message(talk.id, &talk.visitor, "m-1", &format!("Text {turn}"))).await;
    let (stored, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(stored.len(), 1);
    refused.into_iter().for_each(assert_reused);
    assert_eq!(world.entries(talk.id, Audience::Staff).await.len(), 2);
}

/// A batch may hold a message and its repetition.
pub async fn the_same_message_twice_in_a_batch_is_stored_once(world: ChatWorld) {
    let talk = world.talk(None).await;
    let once = || world.message(talk.id, &talk.visitor, "m-1", "Once");
    let answers = world.batch(&[once(), once(), once()]).await.unwrap();
    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().map(|answer| answer.replayed).collect::<Vec<_>>(), [false, true, true]);
    assert!(answers.iter().all(|answer| answer.entries == answers[0].entries));
    assert_eq!(world.entries(talk.id, Audience::Staff).await.len(), 2);
}

/// A batch may hold a message and another under the same id; only that one is refused.
pub async fn another_message_under_the_same_id_in_a_batch_is_a_conflict(world: ChatWorld) {
    let talk = world.talk(None).await;
    let message = |id: &str, body: &str| world.message(talk.id, &talk.visitor, id, body);
    let batch = [message("m-1", "Once"), message("m-1", "Twice"), message("m-2", "Next")];
    let mut answers = world.batch(&batch).await.unwrap().into_iter();
    assert_eq!(answers.next().unwrap().unwrap().entries[0].seq, 2);
    assert_reused(answers.next().unwrap());
    assert_eq!(answers.next().unwrap().unwrap().entries[0].seq, 3);
    assert_eq!(world.entries(talk.id, Audience::Staff).await.len(), 3);
}

/// What holds for messages holds for notes.
pub async fn notes_are_idempotent_too(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    let answers = at_once(&world, |world, _| world.note(talk.id, &ada, "n-1", "Once")).await;
    assert_eq!(answers.into_iter().filter(|answer| !answer.as_ref().unwrap().replayed).count(), 1);
    assert_reused(world.send(world.note(talk.id, &ada, "n-1", "Twice")).await);
    assert_reused(world.send(world.message(talk.id, &ada, "n-1", "Once")).await);
    assert_eq!(world.entries(talk.id, Audience::Staff).await.len(), 2);
}

/// Two who say the same are two who say something.
pub async fn the_id_of_another_author_is_a_conflict(world: ChatWorld) {
    let (talk, ada, bob) = (world.talk(None).await, agent("ada", &[]), agent("bob", &[]));
    world.send(world.message(talk.id, &ada, "m-1", "Yes")).await.unwrap();
    assert_reused(world.send(world.message(talk.id, &bob, "m-1", "Yes")).await);
    assert_reused(world.send(world.message(talk.id, &talk.visitor, "m-1", "Yes")).await);
}

/// A visitor who was identified in between still gets the answer to what they sent before.
pub async fn a_replay_outlives_a_merge_of_its_contact(world: ChatWorld) {
    let talk = world.talk(None).await;
    let first = world.send(world.message(talk.id, &talk.visitor, "m-1", "Once")).await.unwrap();
    let contact = world.named_contact(None).await;
    let member = engage_core::Actor::Visitor(contact.id);
    world
        .does(
            talk.id,
            &engage_core::Actor::System,
            Command::Contact { of: talk.contact, contact, version: 1, blocked: None },
        )
        .await;
    let again = world.send(world.message(talk.id, &member, "m-1", "Once")).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.entries, first.entries);
}

/// The same id in another conversation is another message.
pub async fn each_conversation_has_ids_of_its_own(world: ChatWorld) {
    let (one, two) = (world.talk(None).await, world.talk(None).await);
    world.send(world.message(one.id, &one.visitor, "m-1", "In one")).await.unwrap();
    let other = world.send(world.message(two.id, &two.visitor, "m-1", "In two")).await.unwrap();
    assert!(!other.replayed);
    assert_eq!(other.entries[0].conversation, two.id);
}

/// Whoever may not see a conversation gets the same answer whether an id is taken or not.
pub async fn a_stranger_does_not_learn_that_an_id_is_taken(world: ChatWorld) {
    let (talk, stranger) = (world.talk(Some("sales")).await, world.talk(None).await);
    world.send(world.message(talk.id, &talk.visitor, "m-1", "Once")).await.unwrap();
    for stranger in [stranger.visitor, agent("bob", &["support"])] {
        for id in ["m-1", "m-2"] {
            let refused = world.send(world.message(talk.id, &stranger, id, "Once")).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::NotFound);
        }
    }
}

/// The refusal that clients know.
pub(super) fn assert_reused<T: std::fmt::Debug>(answer: Result<T>) {
    let refused = answer.expect_err("an id bears one message");
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "client_message_id_reused"));
}

async fn at_once(
    world: &ChatWorld,
    append: impl Fn(&ChatWorld, usize) -> engage_core::chat::Append,
) -> Vec<Result<Appended>> {
    let barrier = Arc::new(Barrier::new(CROWD));
    let mut crowd = tokio::task::JoinSet::new();
    for turn in 0..CROWD {
        let (world, barrier, append) = (world.clone(), Arc::clone(&barrier), append(world, turn));
        crowd.spawn(async move {
            barrier.wait().await;
            world.send(append).await
        });
    }
    crowd.join_all().await
}
