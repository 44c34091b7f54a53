//! What goes in comes out.

use engage_core::attributes::{Attribute, AttributePatch};
use engage_core::chat::{AgentSeen, Author, Change, Command, Priority, Status};
use engage_core::clock::from_micros;
use engage_core::contacts::Blocked;
use engage_core::{Actor, AgentRef, Audience, Staff};

use super::world::{ChatWorld, agent};
use crate::hostile;

/// Bodies come back to the character, whatever they hold.
pub async fn texts_come_back_as_they_were(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    let texts = hostile::texts();
    for text in &texts {
        let said = world.says(talk.id, &talk.visitor, text).await;
        let noted = world.notes(talk.id, &ada, text).await;
        assert_eq!(said.change, Change::Message { body: text.clone(), reply_to: None, files: Vec::new() });
        assert_eq!(
            noted.change,
            Change::Note { body: text.clone(), reply_to: None, files: Vec::new(), mentions: Vec::new() }
        );
    }
    let entries = world.entries(talk.id, Audience::Staff).await;
    for (pair, text) in entries[1..].chunks(2).zip(&texts) {
        assert_eq!(pair[0].change, Change::Message { body: text.clone(), reply_to: None, files: Vec::new() });
        assert_eq!(
            pair[1].change,
            Change::Note { body: text.clone(), reply_to: None, files: Vec::new(), mentions: Vec::new() }
        );
    }
}

/// The host's ids and names of agents, names of teams and senders' ids are data and no more.
pub async fn names_come_back_as_they_were(world: ChatWorld) {
    for name in hostile::names() {
        let talk = world.talk(Some(&name)).await;
        let reference = AgentRef { id: name.clone(), name: name.clone() };
        let staff = Staff { agent: reference.clone(), teams: vec![name.clone()], admin: false };
        let seen = AgentSeen {
            agent: reference.clone(),
            teams: staff.teams.clone(),
            admin: staff.admin,
            status: None,
            at: world.now(),
        };
        world.store.see_agent(&seen).await.unwrap();
        let actor = Actor::Staff(staff);
        world.does(talk.id, &actor, Command::Assign { agent: Some(reference.clone()), expected: None }).await;
        let said = world.says(talk.id, &actor, "Good day").await;
        assert_eq!(said.author, Author::Agent(reference.clone()));

        let seen = world.seen(talk.id, &actor).await.expect("the team's own");
        assert_eq!(seen.conversation.team.as_deref(), Some(&*name));
        assert_eq!(seen.conversation.assignee, Some(reference.clone()));
        assert_eq!(seen.unread, 1, "own messages are known as own");
        let agents = world.store.agents(from_micros(0)).await.unwrap();
        let known = agents.iter().find(|agent| agent.agent == reference).expect("the agent is known");
        assert_eq!((known.teams.as_slice(), known.open), (&[name.clone()][..], 1));
        let entries = world.entries(talk.id, Audience::Staff).await;
        assert_eq!(entries.last(), Some(&said));
    }
}

/// Moments come back to the microsecond, before and after the epoch.
pub async fn times_keep_their_microseconds(world: ChatWorld) {
    for micros in [1_767_225_600_123_456, 1_767_225_600_999_999, 4_102_444_800_000_001] {
        let talk = world.talk(None).await;
        let at = from_micros(micros);
        let mut append = world.message(talk.id, &talk.visitor, "m-1", "Now");
        append.at = at;
        assert_eq!(world.send(append).await.unwrap().entries[0].at, at);
        let mut snooze = world.command(
            talk.id,
            &Actor::System,
            Command::Status { status: Status::Snoozed, snoozed_until: Some(at) },
        );
        snooze.at = at;
        world.send(snooze).await.unwrap();
        let entries = world.entries(talk.id, Audience::Staff).await;
        assert_eq!(entries[1].at, at);
        assert_eq!(entries[2].change, Change::Status { status: Status::Snoozed, snoozed_until: Some(at) });
        let row = world.row(talk.id).await;
        assert_eq!((row.updated_at, row.snoozed_until), (at, Some(at)));
        assert_eq!(row.last_message.unwrap().at, at);
    }
}

/// Lists show who wrote last and the first 140 characters of it, whole characters.
pub async fn excerpts_are_the_start_of_the_last_message(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    let said = world.says(talk.id, &talk.visitor, &"ü🦀".repeat(100)).await;
    let noted = world.notes(talk.id, &ada, "Hm").await;
    let row = world.row(talk.id).await;
    let visible = row.visitor_last_message.unwrap();
    assert_eq!(visible.text, "ü🦀".repeat(70));
    assert_eq!((visible.author, visible.note, visible.at), (said.author, false, said.at));
    let last = row.last_message.unwrap();
    assert_eq!((last.text.as_str(), last.author, last.note, last.at), ("Hm", noted.author, true, noted.at));
}

/// Every kind of entry reads back as it was answered, with what it refers to.
pub async fn every_change_comes_back_as_it_was(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &["sales"]));
    let first = world.entries(talk.id, Audience::Staff).await.remove(0);
    let contact = world.named_contact(Some("Grace \"%_' \u{202E}Hopper")).await;
    let Actor::Staff(staff) = &ada else { unreachable!() };
    let commands = [
        Command::Message { body: "A\n\tB".to_owned(), reply_to: Some(first.id), files: Vec::new() },
        Command::Note { body: "C".to_owned(), reply_to: Some(first.id), files: Vec::new(), mentions: Vec::new() },
        Command::Status { status: Status::Snoozed, snoozed_until: Some(world.now()) },
        Command::Status { status: Status::Closed, snoozed_until: None },
        Command::Assign { agent: Some(staff.agent.clone()), expected: Some(None) },
        Command::Assign { agent: None, expected: None },
        Command::Team { team: Some("sales".to_owned()), release: false },
        Command::Team { team: None, release: false },
        Command::Priority { priority: Priority::Urgent },
        Command::Language { language: Some("zh-hant-tw".to_owned()) },
        Command::Language { language: None },
        Command::Contact { of: talk.contact, contact: contact.clone(), version: 1, blocked: None },
        Command::Contact {
            of: contact.id,
            contact: contact.clone(),
            version: 2,
            blocked: Some(Blocked { at: world.now(), by: None, reason: Some(contact.name.clone().unwrap()) }),
        },
        Command::Contact { of: contact.id, contact: contact.clone(), version: 3, blocked: None },
        Command::Labels { add: crate::hostile::names(), remove: Vec::new() },
        Command::Attributes {
            patch: AttributePatch::default()
                .with("flag", Some(Attribute::Flag(false)))
                .with("number", Some(Attribute::Number(i64::MAX.into())))
                .with("text", Some(Attribute::Text("\"'\\ {} \u{202E}🦀\n".to_owned())))
                .with("b.c-d_9", Some(Attribute::Text(String::new()))),
        },
        Command::Attributes { patch: AttributePatch::default().with("text", None) },
    ];
    let mut answered = vec![first];
    for (turn, command) in commands.into_iter().enumerate() {
        let actor = if turn % 2 == 0 { &ada } else { &Actor::System };
        let append = world.command(talk.id, actor, command).client_message_id(format!("c-{turn}"));
        answered.extend(world.send(append).await.unwrap().entries);
    }
    assert_eq!(answered.len(), 18);
    assert_eq!(world.entries(talk.id, Audience::Staff).await, answered);
}
