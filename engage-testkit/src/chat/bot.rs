//! What the host's bot answers until a person is needed.

use std::time::Duration;

use engage_core::chat::{AgentSeen, Author, Change, Command, Dispatch, Offer, Sight, Status};
use engage_core::{Actor, AgentRef, Audience, ErrorKind};

use super::world::{ChatWorld, Talk, agent, staff};

/// A message to the bot brings the promise that it hears it, with its place; to others it brings none.
pub async fn what_a_bot_hears_waits_for_nobody(world: ChatWorld) {
    let talk = begun(&world).await;
    let row = world.row(talk.id).await;
    assert!(row.bot && row.routing.waiting_since.is_none() && row.assignee.is_none());
    assert!(world.store.waiting(10).await.unwrap().is_empty());
    let second = tell(&world, &talk, "m-2").await;
    assert_eq!(second.len(), 1);
    world.send(world.message(talk.id, &talk.visitor, "m-2", "Hello").heard_by_bot(world.promise())).await.unwrap();
    world.notes(talk.id, &agent("ada", &[]), "A note among staff is no answer").await;
    assert!(world.row(talk.id).await.bot);
    let promises: Vec<_> = world.promises().await.into_iter().map(|claimed| claimed.message.payload).collect();
    assert_eq!(promises.len(), 2, "of a replay there is none");
    assert_eq!((&promises[1]["seq"], &promises[1]["entry"]), (&2.into(), &second[0].id.to_string().into()));

    let other = world.talk(None).await;
    assert!(!world.row(other.id).await.bot);
    tell(&world, &other, "m-2").await;
    assert!(world.promises().await.is_empty(), "nobody hears what is not the bot's");
    assert_eq!(world.store.waiting(10).await.unwrap().len(), 1);
}

/// What the bot says and why it hands off comes back to the character; the visitor sees the hand-off and who did it.
pub async fn a_hand_off_comes_back_as_it_was(world: ChatWorld) {
    for name in crate::hostile::names() {
        let talk = begun(&world).await;
        let bot = Actor::Bot(name.clone());
        let said = world.says(talk.id, &bot, &name).await;
        assert_eq!((&said.author, said.visitor_seq), (&Author::Bot { name: name.clone() }, Some(2)));
        let row = world.row(talk.id).await;
        assert_eq!(row.last_message.as_ref().map(|last| &last.author), Some(&said.author));
        assert_eq!(row.routing.unanswered_since, None, "what the bot answers is answered");
        let command = Command::HandOff { team: Some("sales".to_owned()), note: Some(name.clone()) };
        let done = world.does(talk.id, &bot, command).await;
        assert_eq!(done.entries[0].change, Change::Team { team: Some("sales".to_owned()) });
        assert_eq!(done.entries[1].change, Change::Handoff { note: Some(name) });
        assert_eq!((done.entries[0].visitor_seq, done.entries[1].visitor_seq), (None, Some(3)));
        let entries = world.entries(talk.id, Audience::Staff).await;
        assert_eq!(entries[1..], [&[said][..], &done.entries[..]].concat());
        let row = world.row(talk.id).await;
        assert_eq!(row, done.conversation);
        assert_eq!(row.routing.waiting_since, Some(row.updated_at), "it waits since it was handed off");
    }
}

/// Whoever ends it and how, there is one hand-off, and none more when it is ended again; what is closed has none.
pub async fn a_bots_part_ends_once_however_it_ends(world: ChatWorld) {
    let hand_off = || Command::HandOff { team: None, note: None };
    let (bot, root, ada) = (Actor::Bot("Bot".to_owned()), super::admin(), agent("ada", &[]));
    let assignee = Some(AgentRef { id: "ada".to_owned(), name: "Ada".to_owned() });
    let ways = [
        (hand_off(), &bot),
        (hand_off(), &Actor::System),
        (Command::Message { body: "I am a person".to_owned(), reply_to: None, files: Vec::new() }, &ada),
        (Command::Assign { agent: assignee, expected: Some(None) }, &ada),
        (Command::Status { status: Status::Snoozed, snoozed_until: None }, &ada),
        (Command::Team { team: Some("law".to_owned()), release: true }, &root),
    ];
    for (command, actor) in ways {
        let talk = begun(&world).await;
        let done = world.does(talk.id, actor, command.clone()).await;
        assert!(!done.conversation.bot && !world.row(talk.id).await.bot, "{command:?}");
        assert!(done.entries.iter().any(|entry| entry.change == Change::Handoff { note: None }), "{command:?}");
        assert!(world.does(talk.id, &talk.visitor, hand_off()).await.entries.is_empty());
        assert_eq!(hand_offs(&world, &talk).await, 1);
    }
    let talk = begun(&world).await;
    let asked = world.does(talk.id, &talk.visitor, hand_off()).await;
    assert_eq!(asked.entries[0].author, Author::Visitor { id: talk.contact });
    assert_eq!(
        asked.conversation.routing.waiting_since, asked.conversation.routing.unanswered_since,
        "since it was first not answered"
    );

    let closed = begun(&world).await;
    world.does(closed.id, &bot, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    assert!(!world.row(closed.id).await.bot);
    let again = tell(&world, &closed, "m-2").await;
    assert_eq!(again.len(), 2, "it is opened again");
    let row = world.row(closed.id).await;
    assert!(!row.bot && row.routing.waiting_since.is_some(), "a person answers who comes back");
    assert_eq!(hand_offs(&world, &closed).await, 0);
}

/// After its part, what the bot says, closes or hands off is refused; what nobody may let a bot do, too.
pub async fn what_is_not_the_bots_is_not_its_to_change(world: ChatWorld) {
    let (talk, bot) = (begun(&world).await, Actor::Bot("Bot".to_owned()));
    let refused = async |command: Command| {
        let error = world.send(world.command(talk.id, &bot, command)).await.unwrap_err();
        (error.kind(), error.code())
    };
    let assign = Command::Assign { agent: None, expected: None };
    assert_eq!(refused(assign).await.0, ErrorKind::Forbidden);
    let said = world.send(world.message(talk.id, &bot, "b-1", "Hello")).await.unwrap();
    let secret = Command::HandOff { team: Some("law".to_owned()), note: None };
    let error = world.send(world.command(talk.id, &talk.visitor, secret)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden, "a visitor does not say whose it is to be");
    world.says(talk.id, &agent("ada", &[]), "Let me").await;
    let row = world.row(talk.id).await;
    for command in [
        Command::Message { body: "Too late".to_owned(), reply_to: None, files: Vec::new() },
        Command::HandOff { team: None, note: None },
        Command::Status { status: Status::Closed, snoozed_until: None },
    ] {
        assert_eq!(refused(command).await, (ErrorKind::Conflict, "not_the_bots"));
    }
    let again = world.send(world.message(talk.id, &bot, "b-1", "Hello")).await.unwrap();
    assert!(again.replayed && again.entries == said.entries, "what it said in time it said");
    assert_eq!(world.row(talk.id).await, row);
}

/// Where no bot listens, the next message of the visitor is for people, in whose order it comes.
pub async fn what_no_bot_hears_is_handed_off(world: ChatWorld) {
    let talk = begun(&world).await;
    let sent = world.send(world.message(talk.id, &talk.visitor, "m-2", "Anybody?")).await.unwrap();
    assert_eq!(sent.entries[0].change, Change::Handoff { note: None });
    assert_eq!((&sent.entries[0].author, sent.entries[0].client_message_id.as_deref()), (&Author::System, None));
    assert_eq!(sent.entries[1].client_message_id.as_deref(), Some("m-2"));
    let waiting = world.store.waiting(10).await.unwrap();
    assert_eq!(waiting.iter().map(|row| row.id).collect::<Vec<_>>(), [talk.id]);
}

/// The bot's is not given out and does not count; handed off, it comes before what began to wait later.
pub async fn what_is_handed_off_is_given_out_in_turn(world: ChatWorld) {
    let ada = staff("ada", &[], false);
    let seen = AgentSeen { agent: ada.agent.clone(), teams: Vec::new(), admin: false, status: None, at: world.now() };
    world.store.see_agent(&seen).await.unwrap();
    let (first, second) = (begun(&world).await, begun(&world).await);
    let dispatch = async || {
        let maker = world.clone();
        let offer = Offer::new(move |id, agent| {
            Ok(maker.command(id, &Actor::System, Command::Assign { agent: Some(agent), expected: Some(None) }))
        });
        let since = world.now() - chrono::TimeDelta::from_std(Duration::from_secs(60)).unwrap();
        let given = world.store.dispatch(&Dispatch::new(since, 100, offer).capacity(Some(1))).await.unwrap();
        given.into_iter().map(|given| given.conversation.id).collect::<Vec<_>>()
    };
    assert!(dispatch().await.is_empty(), "nobody is given what the bot has");
    let agents = world.store.agents(seen.at).await.unwrap();
    assert_eq!(agents[0].open, 0);
    // The one that has gone on for longer asks later, after the bot has answered it.
    world.says(first.id, &Actor::Bot("Bot".to_owned()), "Hello").await;
    world.does(second.id, &Actor::System, Command::HandOff { team: None, note: None }).await;
    world.does(first.id, &first.visitor, Command::HandOff { team: None, note: None }).await;
    assert_eq!(dispatch().await, [second.id]);
    world.does(second.id, &Actor::System, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    assert_eq!(dispatch().await, [first.id]);
    assert!(world.store.get(first.id, &Sight::All).await.unwrap().unwrap().conversation.assignee.is_some());
}

async fn begun(world: &ChatWorld) -> Talk {
    let contact = world.contact().await;
    let mut opening =
        world.opening(contact, None, &world.id::<engage_core::ids::ConversationId>().to_string(), "Hello");
    opening.first = opening.first.heard_by_bot(world.promise());
    let opened = world.store.open(&opening).await.unwrap();
    Talk { id: opened.conversation.id, contact, visitor: Actor::Visitor(contact) }
}

async fn tell(world: &ChatWorld, talk: &Talk, id: &str) -> Vec<engage_core::chat::Entry> {
    let append = world.message(talk.id, &talk.visitor, id, "Hello").heard_by_bot(world.promise());
    world.send(append).await.unwrap().entries
}

async fn hand_offs(world: &ChatWorld, talk: &Talk) -> usize {
    let entries = world.entries(talk.id, Audience::Visitor).await;
    entries.iter().filter(|entry| matches!(entry.change, Change::Handoff { .. })).count()
}
