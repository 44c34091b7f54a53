//! Contacts: what happens when two turn out to be one person.

use std::time::Duration;

use engage_core::audit::AuditEntry;
use engage_core::chat::{Change, EntryRange};
use engage_core::contacts::{ContactMerged, ContactPatch};
use engage_core::ids::ContactId;
use engage_core::outbox::OutboxMessage;
use engage_core::{Actor, Effects, Engage, ErrorKind};

use crate::support::{Site, eventually, say, talk, talk_of};

async fn anybody(engage: &Engage) -> ContactId {
    engage.contacts().create_anonymous().await.unwrap().id
}

#[tokio::test]
async fn a_merge_moves_every_conversation_and_tells_staff() {
    let engage = Site::new().node().await;
    let (from, into) = (anybody(&engage).await, anybody(&engage).await);
    let mut moved = Vec::new();
    for _ in 0..3 {
        moved.push(talk_of(&engage, from, None).await);
    }
    let own = talk_of(&engage, into, None).await;
    engage.contacts().merge(&Actor::System, from, into).await.unwrap();
    for conversation in &moved {
        let (listed, entries) =
            engage.chat().entries(&Actor::System, *conversation, EntryRange::Latest, 10).await.unwrap();
        assert_eq!(listed.conversation.contact, into);
        assert_eq!(entries.len(), 2);
        assert!(matches!(&entries[1].change, Change::Contact { contact, .. } if contact.id == into));
        let refused = engage.chat().get(&Actor::Visitor(from), *conversation).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotFound);
        say(&engage, &Actor::Visitor(into), *conversation, "Still me").await;
    }
    assert_eq!(
        engage.chat().get(&Actor::System, own).await.unwrap().conversation.seq,
        1,
        "what was theirs is left alone"
    );
    let audit = engage.stores().audit.list(None, 10).await.unwrap();
    assert_eq!((audit.len(), audit[0].action.as_str()), (1, "contacts.merge"));
}

#[tokio::test]
async fn a_merge_again_changes_nothing() {
    let engage = Site::new().node().await;
    let (from, into) = (anybody(&engage).await, anybody(&engage).await);
    let conversation = talk_of(&engage, from, None).await;
    for _ in 0..3 {
        engage.contacts().merge(&Actor::System, from, into).await.unwrap();
    }
    engage.contacts().merge(&Actor::System, into, into).await.unwrap();
    assert_eq!(engage.chat().get(&Actor::System, conversation).await.unwrap().conversation.seq, 2);
    let third = anybody(&engage).await;
    let refused = engage.contacts().merge(&Actor::System, from, third).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn a_merged_contact_is_found_as_who_it_became() {
    let engage = Site::new().node().await;
    let chain = [anybody(&engage).await, anybody(&engage).await, anybody(&engage).await];
    engage.contacts().merge(&Actor::System, chain[0], chain[1]).await.unwrap();
    engage.contacts().merge(&Actor::System, chain[1], chain[2]).await.unwrap();
    for id in chain {
        assert_eq!(engage.contacts().get(id).await.unwrap().unwrap().id, chain[2]);
    }
}

/// The process dies right after the merge has committed: the outbox moves the conversations.
#[tokio::test]
async fn a_merge_that_was_cut_short_is_finished_by_the_outbox() {
    let site = Site::new();
    let died = site.node().await;
    let (from, into) = (anybody(&died).await, anybody(&died).await);
    let conversation = talk_of(&died, from, None).await;
    let context = died.context();
    let merged = ContactMerged { from, into };
    let promise = OutboxMessage::command(context.ids.next(), context.clock.now(), "contacts.merged", &merged).unwrap();
    let line =
        AuditEntry::new(context.ids.next(), context.clock.now(), &Actor::System, "contacts.merge", String::new());
    died.stores().contacts.merge(from, into, &Effects::none().and_send(promise).and_audit(line)).await.unwrap();
    drop(died);
    let heir = site.working_node().await;
    eventually("the conversation moves", || async {
        heir.chat().get(&Actor::System, conversation).await.unwrap().conversation.contact == into
    })
    .await;
}

/// The promise is kept although the caller has done it already, and changes nothing.
#[tokio::test]
async fn the_promise_of_a_merge_that_was_finished_changes_nothing() {
    let site = Site::new();
    let engage = site.working_node().await;
    let (from, into) = (anybody(&engage).await, anybody(&engage).await);
    let conversation = talk_of(&engage, from, None).await;
    engage.contacts().merge(&Actor::System, from, into).await.unwrap();
    site.clock.advance(Duration::from_secs(60));
    eventually("every promise is kept", || async {
        let outboxes = engage.outboxes();
        outboxes[0].next_due().await.unwrap().is_none()
    })
    .await;
    assert!(engage.outboxes()[0].dead_letters(10).await.unwrap().is_empty());
    assert_eq!(engage.chat().get(&Actor::System, conversation).await.unwrap().conversation.seq, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_at_once_do_not_undo_each_other() {
    let engage = Site::new().node().await;
    let (conversation, visitor) = talk(&engage, None).await;
    let Actor::Visitor(contact) = visitor else { panic!("a visitor") };
    let name = ContactPatch { name: Some(Some("Grace".to_owned())), ..ContactPatch::default() };
    let email = ContactPatch { email: Some(Some("grace@example.com".to_owned())), ..ContactPatch::default() };
    let (one, two) = tokio::join!(engage.contacts().patch(contact, name), engage.contacts().patch(contact, email));
    one.unwrap();
    two.unwrap();
    let card = engage.chat().get(&Actor::System, conversation).await.unwrap().contact;
    assert_eq!((card.name.as_deref(), card.email.as_deref()), (Some("Grace"), Some("grace@example.com")));
}
