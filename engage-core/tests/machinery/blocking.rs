//! Contacts who may not write, on nodes that hear of it early, late or by looking.

use std::time::Duration;

use engage_core::chat::{ChatConfig, Send, Sent};
use engage_core::contacts::{Blocked, ContactChanged, ContactPatch};
use engage_core::ids::{ContactId, ConversationId};
use engage_core::outbox::OutboxMessage;
use engage_core::{Actor, Effects, Engage, Error, ErrorKind};
use tokio::time::timeout;

use crate::support::{SOON, Site, agent, eventually, say, talk, talk_of};

async fn anybody(engage: &Engage) -> ContactId {
    engage.contacts().create_anonymous().await.unwrap().id
}

async fn try_to_say(engage: &Engage, actor: &Actor, conversation: ConversationId) -> Result<Sent, Error> {
    let client_message_id = engage.context().ids.next::<ConversationId>().to_string();
    let send = Send {
        conversation,
        client_message_id,
        body: "Spam".to_owned(),
        reply_to: None,
        note: false,
        files: Vec::new(),
        mentions: Vec::new(),
    };
    engage.chat().send(actor.clone(), send).await
}

async fn is_kept_out(engage: &Engage, contact: ContactId, conversation: ConversationId) -> bool {
    let Err(error) = try_to_say(engage, &Actor::Visitor(contact), conversation).await else { return false };
    assert_eq!((error.kind(), error.code()), (ErrorKind::Forbidden, "blocked"));
    true
}

#[tokio::test]
async fn once_it_is_answered_nothing_is_stored_on_any_node() {
    let site = Site::new();
    let (here, there) = (site.node().await, site.cut_off().node().await);
    let contact = anybody(&here).await;
    let mut conversations = Vec::new();
    for _ in 0..250 {
        conversations.push(talk_of(&here, contact, None).await);
    }
    let blocked = here.contacts().block(&agent("ada", &[]), contact, Some("  Spam\r\n")).await.unwrap();
    let block = blocked.blocked.clone().unwrap();
    assert_eq!((block.reason.as_deref(), block.by.unwrap().id.as_str()), (Some("Spam"), "ada"));
    for conversation in &conversations {
        assert!(is_kept_out(&there, contact, *conversation).await);
    }
    let refused = there.chat().open(contact, "m-9", "Hello", None).await.unwrap_err();
    assert_eq!(refused.code(), "blocked");
    let visitor = Actor::Visitor(contact);
    let refused = there.chat().typing(&visitor, conversations[0], true, false).await.unwrap_err();
    assert_eq!(refused.code(), "blocked");
    there.chat().snapshot(&visitor, conversations[0]).await.expect("they go on reading");
    say(&there, &agent("ada", &[]), conversations[0], "Staff write on").await;

    here.contacts().unblock(&Actor::System, contact).await.unwrap();
    for conversation in &conversations {
        say(&there, &visitor, *conversation, "Sorry").await;
    }
}

#[tokio::test]
async fn it_is_told_once_to_the_audit_log_and_to_hooks() {
    let site = Site::new();
    let engage = site.working_node().await;
    let (conversation, _) = talk(&engage, None).await;
    let contact = engage.chat().get(&Actor::System, conversation).await.unwrap().conversation.contact;
    let ada = agent("ada", &[]);
    for _ in 0..3 {
        engage.contacts().block(&ada, contact, Some("Spam")).await.unwrap();
    }
    site.clock.advance(Duration::from_secs(1));
    engage.contacts().block(&ada, contact, None).await.unwrap();
    site.clock.advance(Duration::from_secs(1));
    for _ in 0..3 {
        engage.contacts().unblock(&ada, contact).await.unwrap();
    }
    let audit = engage.stores().audit.list(None, 10).await.unwrap();
    let actions: Vec<_> = audit.iter().rev().map(|line| line.action.as_str()).collect();
    assert_eq!(actions, ["contacts.block", "contacts.block", "contacts.unblock"]);
    assert!(audit.iter().all(|line| line.actor == "staff:ada" && line.target == format!("contact:{contact}")));
    let told = || async {
        let events = site.events.events();
        let named = |name: &str| events.iter().filter(|event| event.name == name).count();
        (named("contacts.blocked"), named("contacts.unblocked")) == (2, 1)
    };
    eventually("the events arrive", told).await;
    assert_eq!(engage.chat().get(&Actor::System, conversation).await.unwrap().conversation.seq, 4);
    let long = engage.contacts().block(&ada, contact, Some(&"x".repeat(501))).await.unwrap_err();
    assert_eq!(long.fields()[0].field, "/reason");
    let nobody = engage.contacts().block(&ada, engage.context().ids.next(), None).await.unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::NotFound);
}

/// The process dies right after the contact's row has committed: the outbox tells the conversations.
#[tokio::test]
async fn a_block_that_was_cut_short_is_finished_by_the_outbox() {
    let site = Site::new();
    let died = site.node().await;
    let contact = anybody(&died).await;
    let conversation = talk_of(&died, contact, None).await;
    let row = died.contacts().get(contact).await.unwrap().unwrap();
    let now = died.context().clock.now();
    let next = row.with_block(Some(Blocked { at: now, by: None, reason: None }), now);
    let changed = ContactChanged { contact: next.card() };
    let promise = OutboxMessage::command(died.context().ids.next(), now, "contacts.changed", &changed).unwrap();
    died.stores().contacts.update(&next, &Effects::none().and_send(promise)).await.unwrap();
    drop(died);
    let heir = site.working_node().await;
    eventually("the conversation is told", || async {
        heir.chat().get(&Actor::System, conversation).await.unwrap().conversation.blocked.is_some()
    })
    .await;
    assert!(is_kept_out(&heir, contact, conversation).await);
}

/// However block, lift, rename and openings race, conversations end as the contact does.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn racing_changes_end_as_the_contact_does() {
    let site = Site::new();
    let (here, there) = (site.node().await, site.node().await);
    for turn in 0..60 {
        let contact = anybody(&here).await;
        let before = talk_of(&here, contact, None).await;
        let name = ContactPatch { name: Some(Some(format!("Name {turn}"))), ..ContactPatch::default() };
        let (ada, key) = (agent("ada", &[]), format!("m-{turn}"));
        let (blocked, lifted, named, opened) = tokio::join!(
            here.contacts().block(&ada, contact, None),
            there.contacts().unblock(&ada, contact),
            here.contacts().patch(contact, name),
            there.chat().open(contact, &key, "Hello", None),
        );
        for done in [blocked, lifted, named] {
            done.unwrap();
        }
        let is_blocked = here.contacts().get(contact).await.unwrap().unwrap().blocked.is_some();
        let opened = opened.ok().map(|opened| opened.conversation.id);
        for conversation in [before].into_iter().chain(opened) {
            let row = there.chat().get(&Actor::System, conversation).await.unwrap().conversation;
            assert_eq!(row.blocked.is_some(), is_blocked, "turn {turn}");
        }
    }
}

#[tokio::test]
async fn who_merges_takes_the_block_along() {
    for first_is_blocked in [true, false] {
        let engage = Site::new().node().await;
        let (from, into) = (anybody(&engage).await, anybody(&engage).await);
        let talks = [talk_of(&engage, from, None).await, talk_of(&engage, into, None).await];
        let blocked = if first_is_blocked { from } else { into };
        engage.contacts().block(&Actor::System, blocked, Some("Spam")).await.unwrap();
        let mut inbox = engage.chat().hub().visitor_inbox(into);
        engage.contacts().merge(&Actor::System, from, into).await.unwrap();
        for conversation in talks {
            assert!(is_kept_out(&engage, into, conversation).await);
        }
        assert_eq!(
            engage.contacts().get(from).await.unwrap().unwrap().blocked.unwrap().reason.as_deref(),
            Some("Spam")
        );
        timeout(SOON, inbox.changed()).await.unwrap();
        assert!(inbox.may_be_blocked() && !inbox.may_be_blocked(), "sockets of the one that stays look after it");
    }
}

/// A node that hears no hint finds by looking whose sockets are to end, and only theirs.
#[tokio::test]
async fn a_node_without_hints_learns_of_a_block_by_looking() {
    let site = Site::new();
    let here = site.node().await;
    let look = ChatConfig { look: Duration::from_millis(20), ..ChatConfig::default() };
    let there = site.cut_off().builder().chat_config(look).without_background_jobs().build().await.unwrap();
    let (contact, other) = (anybody(&here).await, anybody(&here).await);
    for contact in [contact, other] {
        talk_of(&here, contact, None).await;
    }
    let (mut inbox, mut others) = (there.chat().hub().visitor_inbox(contact), there.chat().hub().visitor_inbox(other));
    here.contacts().block(&Actor::System, contact, None).await.unwrap();
    let heard = async {
        while !inbox.may_be_blocked() {
            inbox.changed().await;
        }
    };
    timeout(SOON, heard).await.expect("it is found");
    assert!(!others.may_be_blocked());
    assert!(!there.chat().hub().visitor_inbox(contact).may_be_blocked(), "who comes later is looked at when they come");
}
