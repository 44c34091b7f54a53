//! How conversations begin.

use std::sync::Arc;

use engage_core::chat::{Author, Change, Command, Sight, Status};
use engage_core::{Actor, Audience, Effects, Result};
use tokio::sync::Barrier;

use super::sending::assert_reused;
use super::world::{ChatWorld, agent};

/// A conversation begins with a message, both as they were asked for.
pub async fn opening_stores_the_first_message(world: ChatWorld) {
    let contact = world.contact().await;
    let open = world.opening(contact, Some("sales"), "m-1", "Hello");
    let opened = world.store.open(&open).await.unwrap();
    assert!(!opened.replayed);
    let row = world.row(open.id).await;
    assert_eq!(opened.conversation, row, "the answer is the row");
    assert_eq!((row.contact, row.team.as_deref(), row.status), (contact, Some("sales"), Status::Open));
    assert_eq!((row.seq, row.visitor_seq, row.messages, row.visitor_messages), (1, 1, 1, 1));
    assert_eq!((row.created_at, row.updated_at), (open.first.at, open.first.at));
    assert_eq!(row.inbox_seq, world.store.inbox_head().await.unwrap());
    let entries = world.entries(open.id, Audience::Visitor).await;
    assert_eq!(entries, std::slice::from_ref(&opened.entry));
    assert_eq!(opened.entry.id, open.first.ids[0]);
    assert_eq!(opened.entry.author, Author::Visitor { id: contact });
    assert_eq!(opened.entry.change, Change::Message { body: "Hello".to_owned(), reply_to: None, files: Vec::new() });
    assert_eq!(opened.entry.client_message_id.as_deref(), Some("m-1"));
}

/// Asked for again, under another id of the conversation, it is the one that is there, as it is now.
pub async fn opening_again_gives_the_same_conversation(world: ChatWorld) {
    let contact = world.contact().await;
    let first = world.store.open(&world.opening(contact, None, "m-1", "Hello")).await.unwrap();
    world.says(first.conversation.id, &engage_core::Actor::Visitor(contact), "Anybody there?").await;
    let again = world.store.open(&world.opening(contact, None, "m-1", "Hello")).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.entry, first.entry);
    assert_eq!(again.conversation, world.row(first.conversation.id).await);
    assert_eq!(world.store.of_contact(contact, 10).await.unwrap(), [first.conversation.id]);
}

/// An id begins one conversation of a contact.
pub async fn opening_with_another_text_is_a_conflict(world: ChatWorld) {
    let contact = world.contact().await;
    let first = world.store.open(&world.opening(contact, None, "m-1", "Hello")).await.unwrap();
    assert_reused(world.store.open(&world.opening(contact, None, "m-1", "Good day")).await);
    assert_eq!(world.store.of_contact(contact, 10).await.unwrap(), [first.conversation.id]);
    assert_eq!(world.store.heads_after(0, 10).await.unwrap().len(), 1);
}

/// However many open the same at the same moment, one conversation comes of it.
pub async fn of_many_equal_openings_at_once_one_is_made(world: ChatWorld) {
    let contact = world.contact().await;
    let barrier = Arc::new(Barrier::new(32));
    let mut crowd = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let (world, barrier) = (world.clone(), Arc::clone(&barrier));
        crowd.spawn(async move {
            let open = world.opening(contact, None, "m-1", "Hello");
            barrier.wait().await;
            world.store.open(&open).await
        });
    }
    let opened: Vec<_> = crowd.join_all().await.into_iter().map(Result::unwrap).collect();
    assert_eq!(opened.iter().filter(|opened| !opened.replayed).count(), 1, "one was first");
    assert!(opened.iter().all(|other| other.entry == opened[0].entry), "all got the same");
    assert_eq!(world.store.of_contact(contact, 100).await.unwrap(), [opened[0].conversation.id]);
    assert_eq!(world.store.changed(&Sight::All, 0, 100).await.unwrap().len(), 1);
}

/// The same id of another contact begins another conversation.
pub async fn each_contact_opens_for_itself(world: ChatWorld) {
    let (one, two) = (world.contact().await, world.contact().await);
    let first = world.store.open(&world.opening(one, None, "m-1", "Hello")).await.unwrap();
    let other = world.store.open(&world.opening(two, None, "m-1", "Hello")).await.unwrap();
    assert!(!other.replayed);
    assert_ne!(other.conversation.id, first.conversation.id);
}

/// The first message's id is one of the conversation's like any other.
pub async fn a_message_cannot_repeat_the_opening_with_another_text(world: ChatWorld) {
    let contact = world.contact().await;
    let visitor = engage_core::Actor::Visitor(contact);
    let opened = world.store.open(&world.opening(contact, None, "m-1", "Hello")).await.unwrap();
    let again = world.send(world.message(opened.conversation.id, &visitor, "m-1", "Hello")).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.entries, [opened.entry]);
    assert_reused(world.send(world.message(opened.conversation.id, &visitor, "m-1", "Good day")).await);
}

/// What the site had said stands before the first message and what is done at once after it, all in one commit with all
/// effects; asked for again, the first message is found.
pub async fn an_opening_holds_what_was_said_before_and_done_after(world: ChatWorld) {
    let (contact, ada) = (world.contact().await, agent("ada", &[]));
    let Actor::Staff(staff) = &ada else { unreachable!() };
    let mut open = world.opening(contact, None, "m-1", "Yes");
    let promises = [world.promise(), world.promise()];
    open.first.effects = Effects::none().and_send(promises[0].clone());
    let says = |body: &str| Command::Message { body: body.to_owned(), reply_to: None, files: Vec::new() };
    open.before.push(world.command(open.id, &Actor::System, says("May I help?")));
    let take = Command::Assign { agent: Some(staff.agent.clone()), expected: None };
    let take = world.command(open.id, &ada, take).effects(Effects::none().and_send(promises[1].clone()));
    open.after.push(take);
    let opened = world.store.open(&open).await.unwrap();
    let entries = world.entries(open.id, Audience::Staff).await;
    assert_eq!((&opened.entries, &opened.entry), (&entries, &entries[1]));
    assert_eq!(
        entries.iter().map(|entry| (entry.seq, &entry.author)).collect::<Vec<_>>(),
        [(1, &Author::System), (2, &Author::Visitor { id: contact }), (3, &Author::Agent(staff.agent.clone())),]
    );
    let row = world.row(open.id).await;
    assert_eq!(opened.conversation, row);
    assert_eq!((row.assignee.as_ref(), row.routing.waiting_since, row.messages), (Some(&staff.agent), None, 2));
    let kept = world.promises().await;
    let kept: Vec<_> =
        kept.into_iter().map(|claimed| (claimed.message.id, claimed.message.payload["seq"].clone())).collect();
    assert_eq!(kept, [(promises[0].id, 2.into()), (promises[1].id, 3.into())]);

    let mut again = world.opening(contact, None, "m-1", "Yes");
    again.before.push(world.command(again.id, &Actor::System, says("Something else")));
    let again = world.store.open(&again).await.unwrap();
    assert!(again.replayed && again.entries.is_empty() && again.entry == entries[1]);
    assert_reused(world.store.open(&world.opening(contact, None, "m-1", "May I help?")).await);
}
