//! Visitors who may not write.

use std::sync::Arc;

use engage_core::chat::{Append, Author, Change, Command, Status};
use engage_core::contacts::{Blocked, Contact, ContactCard};
use engage_core::{Actor, AgentRef, Effects, ErrorKind};
use tokio::sync::Barrier;

use super::sending::assert_reused;
use super::world::{ChatWorld, Talk, agent};

/// Nothing of a visitor's is stored once the conversation was told; others write on, and so does the visitor when told again.
pub async fn a_blocked_visitor_writes_nothing(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    let before = world.send(world.message(talk.id, &talk.visitor, "m-1", "Before")).await.unwrap();
    let blocked = blocked(&world);
    let told = told(&world, &talk, 2, Some(blocked.clone())).await;
    assert_eq!(told.entries[0].visitor_seq, None, "the visitor is not told by an entry");
    assert_eq!(world.row(talk.id).await.blocked, Some(blocked));
    assert_eq!(heads(&world).await, [true]);

    refused(&world, world.message(talk.id, &talk.visitor, "m-2", "After")).await;
    assert_eq!(world.says(talk.id, &ada, "Good day").await.seq, 4);
    assert_eq!(world.says(talk.id, &Actor::System, "From the site").await.seq, 5);
    world.does(talk.id, &ada, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    let rate = Command::Rate { score: 1, comment: None };
    refused(&world, world.command(talk.id, &talk.visitor, rate.clone())).await;
    let again = world.send(world.message(talk.id, &talk.visitor, "m-1", "Before")).await.unwrap();
    assert!(again.replayed && again.entries == before.entries, "what was stored is answered as before");
    assert_reused(world.send(world.message(talk.id, &talk.visitor, "m-1", "Other")).await);
    assert_eq!(world.row(talk.id).await.seq, 6);

    self::told(&world, &talk, 3, None).await;
    world.does(talk.id, &talk.visitor, rate).await;
    world.says(talk.id, &talk.visitor, "Back again").await;
    assert_eq!((world.row(talk.id).await.blocked, heads(&world).await), (None, vec![false]));
}

/// Whoever tells late tells nothing: neither an older version nor of a contact whose it is no more.
pub async fn what_is_told_late_changes_nothing(world: ChatWorld) {
    let talk = world.talk(None).await;
    told(&world, &talk, 2, Some(blocked(&world))).await;
    told(&world, &talk, 4, None).await;
    for (version, blocked) in [(4, Some(blocked(&world))), (3, Some(blocked(&world))), (2, Some(blocked(&world)))] {
        assert!(told(&world, &talk, version, blocked).await.entries.is_empty());
    }
    assert_eq!(world.row(talk.id).await.blocked, None);

    let into = world.named_contact(None).await;
    let merged = Command::Contact { of: talk.contact, contact: into.clone(), version: 1, blocked: None };
    world.does(talk.id, &Actor::System, merged).await;
    assert!(told(&world, &talk, 9, Some(blocked(&world))).await.entries.is_empty());
    let row = world.row(talk.id).await;
    assert_eq!((row.contact, row.contact_version, row.blocked), (into.id, 1, None));
}

/// Who is blocked opens nothing, and what others open with them is born blocked. Needs contacts in the same database.
pub async fn who_is_blocked_opens_nothing(world: ChatWorld) {
    let Some(contacts) = world.contacts.clone() else { return };
    let card = world.named_contact(Some("Mallory")).await;
    let open = world.opening(card.id, None, "m-1", "Hello");
    let kept = contacts.get(card.id).await.unwrap().unwrap();
    let next = kept.with_block(Some(blocked(&world)), world.now());
    contacts.update(&next, &Effects::none()).await.unwrap();
    let error = world.store.open(&open).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Forbidden, "blocked"));
    assert!(world.store.of_contact(card.id, 10).await.unwrap().is_empty());

    let mut by_staff = open.clone();
    by_staff.first.actor = agent("ada", &[]);
    let opened = world.store.open(&by_staff).await.unwrap();
    assert_eq!(opened.conversation.blocked, next.blocked);
    let talk = Talk { id: opened.conversation.id, contact: card.id, visitor: Actor::Visitor(card.id) };
    refused(&world, world.message(talk.id, &talk.visitor, "m-2", "After")).await;
    contacts.update(&next.with_block(None, world.now()), &Effects::none()).await.unwrap();
    told(&world, &talk, 3, None).await;
    world.says(talk.id, &talk.visitor, "Back again").await;
    world.store.open(&world.opening(card.id, None, "m-3", "Hello")).await.unwrap();
}

/// Who is blocked while they open has opened nothing, or what whoever blocked them finds. Needs contacts in the same
/// database.
pub async fn an_opening_does_not_slip_past_a_block(world: ChatWorld) {
    let Some(contacts) = world.contacts.clone() else { return };
    for _ in 0..20 {
        let contact = Contact::anonymous(world.id(), world.now());
        contacts.create(&contact, &Effects::none()).await.unwrap();
        let barrier = Arc::new(Barrier::new(2));
        let opening = {
            let (world, barrier, open) =
                (world.clone(), Arc::clone(&barrier), world.opening(contact.id, None, "m-1", "Hello"));
            tokio::spawn(async move {
                barrier.wait().await;
                world.store.open(&open).await
            })
        };
        let next = contact.with_block(Some(blocked(&world)), world.now());
        barrier.wait().await;
        contacts.update(&next, &Effects::none()).await.unwrap();
        let found = world.store.of_contact(contact.id, 10).await.unwrap();
        match opening.await.unwrap() {
            Ok(opened) => {
                let is_known = opened.conversation.blocked.is_some();
                assert!(found == [opened.conversation.id] || is_known, "nobody would tell this conversation");
            }
            Err(error) => assert_eq!(error.code(), "blocked"),
        }
    }
}

fn blocked(world: &ChatWorld) -> Blocked {
    let by = AgentRef { id: "ada \u{202E}'".to_owned(), name: "Ada".to_owned() };
    Blocked { at: world.now(), by: Some(by), reason: Some("\"spam\" 🦀 {}".to_owned()) }
}

async fn told(world: &ChatWorld, talk: &Talk, version: i64, blocked: Option<Blocked>) -> engage_core::chat::Appended {
    let contact = ContactCard { id: talk.contact, name: None, email: None };
    let command = Command::Contact { of: talk.contact, contact: contact.clone(), version, blocked: blocked.clone() };
    let done = world.does(talk.id, &Actor::System, command).await;
    for entry in &done.entries {
        let change = Change::Contact { contact: contact.clone(), blocked: blocked.clone() };
        assert_eq!((&entry.change, &entry.author), (&change, &Author::System));
    }
    done
}

async fn refused(world: &ChatWorld, append: Append) {
    let error = world.send(append).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Forbidden, "blocked"));
}

async fn heads(world: &ChatWorld) -> Vec<bool> {
    world.store.heads_after(0, 10).await.unwrap().into_iter().map(|head| head.blocked).collect()
}
