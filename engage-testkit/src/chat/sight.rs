//! What exists for whom.

use engage_core::attributes::{Attribute, AttributePatch};
use engage_core::chat::{Change, Command, ListQuery, Sight, Status};
use engage_core::{Actor, Audience, ErrorKind};

use super::world::{ChatWorld, Talk, admin, agent};

/// A conversation does not exist for any visitor but its own.
pub async fn another_visitor_finds_nothing(world: ChatWorld) {
    let (talk, stranger) = (world.talk(None).await, world.contact().await);
    assert_hidden(&world, &talk, &Actor::Visitor(stranger)).await;
    assert!(found(&world, &talk, &talk.visitor).await);
}

/// A team's conversation does not exist for agents of other teams or of none.
pub async fn another_team_finds_nothing(world: ChatWorld) {
    let talk = world.talk(Some("sales")).await;
    assert_hidden(&world, &talk, &agent("bob", &["support", "sale", "SALES", "sales "])).await;
    assert_hidden(&world, &talk, &agent("eve", &[])).await;
}

/// A team's conversation exists for its agents, whatever other teams they have, and for admins.
pub async fn a_team_and_the_admin_find_theirs(world: ChatWorld) {
    let talk = world.talk(Some("sales")).await;
    for reader in [agent("ada", &["support", "sales"]), admin(), talk.visitor.clone()] {
        assert!(found(&world, &talk, &reader).await, "{reader:?}");
    }
}

/// A conversation without a team exists for every agent.
pub async fn without_a_team_it_is_everybodys(world: ChatWorld) {
    let talk = world.talk(None).await;
    for reader in [agent("ada", &["sales"]), agent("eve", &[]), admin()] {
        assert!(found(&world, &talk, &reader).await, "{reader:?}");
    }
}

/// No way of reading as a visitor yields a note or a trace of it.
pub async fn notes_are_hidden_from_the_visitor(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    world.says(talk.id, &ada, "Good day").await;
    let before = world.seen(talk.id, &talk.visitor).await.unwrap();
    for turn in 0..3 {
        world.notes(talk.id, &ada, &format!("canary {turn}")).await;
    }
    let entries = world.entries(talk.id, Audience::Visitor).await;
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().all(|entry| matches!(entry.change, Change::Message { .. })), "{entries:#?}");
    let after = world.seen(talk.id, &talk.visitor).await.unwrap();
    assert_eq!(after.unread, before.unread);
    let (was, is) = (&before.conversation, &after.conversation);
    assert_eq!((is.visitor_seq, is.visitor_messages), (was.visitor_seq, was.visitor_messages));
    assert_eq!(is.visitor_last_message, was.visitor_last_message);
    let noted = is.last_message.as_ref().unwrap();
    assert!(noted.note && noted.text == "canary 2", "staff see the note as the last message");
}

/// A visitor writes messages. Everything else is for staff.
pub async fn visitors_may_only_write(world: ChatWorld) {
    let talk = world.talk(None).await;
    let contact = world.named_contact(None).await;
    let commands = [
        Command::Note { body: "Not for me".to_owned(), reply_to: None, files: Vec::new(), mentions: Vec::new() },
        Command::Status { status: Status::Closed, snoozed_until: None },
        Command::Assign { agent: None, expected: None },
        Command::Team { team: Some("sales".to_owned()), release: false },
        Command::Contact { of: talk.contact, contact, version: 1, blocked: None },
        Command::Labels { add: vec!["vip".to_owned()], remove: Vec::new() },
        Command::Attributes { patch: AttributePatch::default().with("plan", Some(Attribute::Flag(true))) },
    ];
    for command in commands {
        let refused = world.send(world.command(talk.id, &talk.visitor, command)).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Forbidden);
    }
    assert_eq!(world.row(talk.id).await.seq, 1);
}

/// A conversation that went to another team no longer exists for the old one, but is among what changed for it, so that
/// its agents learn that it has gone. Those who never had it learn nothing.
pub async fn what_left_a_team_is_gone_and_told(world: ChatWorld) {
    let talk = world.talk(Some("sales")).await;
    let (sales, support) = (agent("ada", &["sales"]), agent("bob", &["support"]));
    let never = agent("eve", &["billing"]);
    let cursor = world.store.inbox_head().await.unwrap();
    let to = |team: &str| Command::Team { team: Some(team.to_owned()), release: false };
    world.does(talk.id, &Actor::System, to("support")).await;
    world.does(talk.id, &Actor::System, to("closed shop")).await;

    assert!(!found(&world, &talk, &sales).await && !found(&world, &talk, &support).await);
    for past in [&sales, &support] {
        let changed = world.store.changed(&past.into(), cursor, 10).await.unwrap();
        assert_eq!(changed.iter().map(|listed| listed.conversation.id).collect::<Vec<_>>(), [talk.id]);
        assert!(!Sight::from(past).sees(&changed[0].conversation), "it is told as gone");
    }
    assert!(world.store.changed(&(&never).into(), cursor, 10).await.unwrap().is_empty());

    world.does(talk.id, &Actor::System, to("sales")).await;
    assert!(found(&world, &talk, &sales).await, "and back");
    assert_eq!(world.row(talk.id).await.past_teams, ["sales", "support", "closed shop"], "each team once");
}

/// Every agent had a conversation of no team, so every agent learns that it has gone.
pub async fn what_was_everybodys_is_told_to_everybody_when_it_goes(world: ChatWorld) {
    let talk = world.talk(None).await;
    let (sales, eve) = (agent("ada", &["sales"]), agent("eve", &[]));
    let cursor = world.store.inbox_head().await.unwrap();
    world.does(talk.id, &sales, Command::Team { team: Some("sales".to_owned()), release: false }).await;
    assert!(found(&world, &talk, &sales).await && !found(&world, &talk, &eve).await);
    let changed = world.store.changed(&(&eve).into(), cursor, 10).await.unwrap();
    assert_eq!(changed.iter().map(|listed| listed.conversation.id).collect::<Vec<_>>(), [talk.id]);
    let stranger = Sight::Visitor(world.contact().await);
    assert!(world.store.changed(&stranger, cursor, 10).await.unwrap().is_empty());
}

/// After a merge the conversation is the new contact's, with all that was said, and not the old one's.
pub async fn a_merge_moves_a_conversation_to_its_new_contact(world: ChatWorld) {
    let talk = world.talk(None).await;
    let contact = world.named_contact(Some("Grace")).await;
    let merged = Command::Contact { of: talk.contact, contact: contact.clone(), version: 1, blocked: None };
    let moved = world.does(talk.id, &Actor::System, merged.clone()).await;
    assert_eq!(moved.entries[0].change, Change::Contact { contact: contact.clone(), blocked: None });
    assert!(world.does(talk.id, &Actor::System, merged).await.entries.is_empty(), "it is the other's no more");
    assert_eq!(moved.entries[0].visitor_seq, None);
    assert_hidden(&world, &talk, &talk.visitor).await;
    let seen = world.seen(talk.id, &Actor::Visitor(contact.id)).await.expect("the new contact's");
    assert_eq!(seen.contact.id, contact.id);
    if world.contacts.is_some() {
        assert_eq!(seen.contact, contact, "the card comes from the contacts");
    }
    let entries = world.entries(talk.id, Audience::Visitor).await;
    assert_eq!(entries.len(), 1, "what was said is kept, the merge is not shown");
}

/// Whether every way of looking finds the conversation; panics when they disagree.
async fn found(world: &ChatWorld, talk: &Talk, reader: &Actor) -> bool {
    let sight = Sight::from(reader);
    let got = world.seen(talk.id, reader).await;
    let listed = world.store.list(&ListQuery::new(sight.clone(), 100)).await.unwrap();
    let listed = listed.into_iter().find(|listed| listed.conversation.id == talk.id);
    assert_eq!(got, listed, "the list agrees for {reader:?}");
    if got.is_some() {
        let changed = world.store.changed(&sight, 0, 100).await.unwrap();
        assert_eq!(changed.into_iter().find(|listed| listed.conversation.id == talk.id), got, "what changed agrees");
    }
    got.is_some()
}

/// Not found, not listed, not among what changed, and not to be written to.
async fn assert_hidden(world: &ChatWorld, talk: &Talk, reader: &Actor) {
    assert!(!found(world, talk, reader).await, "{reader:?} must not find it");
    let changed = world.store.changed(&reader.into(), 0, 100).await.unwrap();
    assert!(changed.is_empty(), "{reader:?} must not hear of it");
    let seq = world.row(talk.id).await.seq;
    let refused = world.send(world.message(talk.id, reader, "m-hidden", "Let me in")).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound, "for {reader:?} it does not exist");
    assert_eq!(world.row(talk.id).await.seq, seq);
}
