//! Open, snoozed, closed.

use engage_core::chat::{Author, Change, Command, Entry, Status};
use engage_core::clock::Timestamp;
use engage_core::{Actor, Audience};

use super::world::{ChatWorld, agent};

/// A visitor who writes to a closed conversation opens it, and all see both: first that it opened, then the message.
pub async fn a_visitors_message_opens_what_is_closed(world: ChatWorld) {
    let talk = world.talk(None).await;
    world.does(talk.id, &agent("ada", &[]), set(Status::Closed, None)).await;
    let append = world.message(talk.id, &talk.visitor, "m-1", "One more thing");
    let appended = world.send(append.clone()).await.unwrap();
    let [opened, message] = &appended.entries[..] else { panic!("two entries: {appended:#?}") };
    assert_eq!(opened.change, Change::Status { status: Status::Open, snoozed_until: None });
    assert_eq!(
        (&opened.author, opened.id, opened.client_message_id.as_deref()),
        (&Author::System, append.ids[1], None)
    );
    assert_eq!((message.id, message.client_message_id.as_deref()), (append.ids[0], Some("m-1")));
    assert_eq!((opened.visitor_seq, message.visitor_seq), (Some(3), Some(4)));
    assert_eq!(world.row(talk.id).await.status, Status::Open);
    assert_eq!(world.entries(talk.id, Audience::Visitor).await[2..], appended.entries);

    let again = world.send(append).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.entries, std::slice::from_ref(message), "a replay is the message alone");
}

/// A visitor who writes to a snoozed conversation wakes it; only staff see that.
pub async fn a_visitors_message_wakes_what_is_snoozed(world: ChatWorld) {
    let talk = world.talk(None).await;
    let until = Some(world.now());
    world.does(talk.id, &agent("ada", &[]), set(Status::Snoozed, until)).await;
    let entries = world.send(world.message(talk.id, &talk.visitor, "m-1", "Hello?")).await.unwrap().entries;
    assert_eq!(entries.iter().map(|entry| entry.visitor_seq).collect::<Vec<_>>(), [None, Some(2)]);
    let row = world.row(talk.id).await;
    assert_eq!((row.status, row.snoozed_until), (Status::Open, None));
}

/// Staff may write to what is closed or snoozed and leave it so.
pub async fn an_agents_message_leaves_the_status(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    for status in [Status::Closed, Status::Snoozed] {
        world.does(talk.id, &ada, set(status, None)).await;
        world.says(talk.id, &ada, "For the record").await;
        world.notes(talk.id, &ada, "Done").await;
        assert_eq!(world.row(talk.id).await.status, status);
    }
}

/// Going to sleep and waking are staff's business; opening and closing are everybody's.
pub async fn snoozing_is_hidden_from_the_visitor(world: ChatWorld) {
    let talk = world.talk(None).await;
    let steps = [
        (Status::Snoozed, None),
        (Status::Open, None),
        (Status::Closed, Some(2)),
        (Status::Snoozed, Some(3)),
        (Status::Closed, Some(4)),
        (Status::Open, Some(5)),
    ];
    for (status, visitor_seq) in steps {
        let appended = world.does(talk.id, &Actor::System, set(status, None)).await;
        assert_eq!(appended.entries[0].visitor_seq, visitor_seq, "{status:?}");
        assert_eq!(appended.conversation.status, status);
    }
    assert_eq!(world.entries(talk.id, Audience::Visitor).await.len(), 5);
}

/// Setting what is set makes no entry; another time to wake does.
pub async fn the_same_status_again_changes_nothing(world: ChatWorld) {
    let talk = world.talk(None).await;
    let (soon, later) = (world.now(), world.now());
    let made = async |command| -> Vec<Entry> { world.does(talk.id, &Actor::System, command).await.entries };
    assert_eq!(made(set(Status::Open, None)).await.len(), 0);
    assert_eq!(made(set(Status::Open, Some(soon))).await.len(), 0, "only what is snoozed wakes");
    assert_eq!(made(set(Status::Snoozed, Some(soon))).await.len(), 1);
    assert_eq!(made(set(Status::Snoozed, Some(soon))).await.len(), 0);
    assert_eq!(made(set(Status::Snoozed, Some(later))).await.len(), 1);
    assert_eq!(made(set(Status::Snoozed, None)).await.len(), 1);
    assert_eq!(made(set(Status::Closed, Some(later))).await.len(), 1);
    assert_eq!(world.row(talk.id).await.snoozed_until, None);
    assert_eq!(world.row(talk.id).await.seq, 5);
}

/// What is due wakes, and nothing else: not what has no time, is later, or was opened or closed since.
pub async fn what_is_snoozed_wakes_in_time(world: ChatWorld) {
    let mut talks = Vec::new();
    for _ in 0..6 {
        talks.push(world.talk(None).await.id);
    }
    let now = world.now();
    let later = world.now();
    let earlier = now - chrono::TimeDelta::hours(1);
    for (talk, until) in talks.iter().zip([Some(now), Some(later), None, Some(now), Some(now), Some(earlier)]) {
        world.does(*talk, &Actor::System, set(Status::Snoozed, until)).await;
    }
    world.does(talks[3], &Actor::System, set(Status::Open, None)).await;
    world.does(talks[4], &Actor::System, set(Status::Closed, None)).await;
    let mut due = world.store.waking(now, 10).await.unwrap();
    due.sort();
    let mut expected = vec![talks[0], talks[5]];
    expected.sort();
    assert_eq!(due, expected);
    assert_eq!(world.store.waking(now, 1).await.unwrap().len(), 1);
    assert!(world.store.waking(earlier - chrono::TimeDelta::microseconds(1), 10).await.unwrap().is_empty());
}

fn set(status: Status, snoozed_until: Option<Timestamp>) -> Command {
    Command::Status { status, snoozed_until }
}
