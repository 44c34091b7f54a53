//! How entries are numbered.

use engage_core::chat::{Change, Command, Entry, EntryQuery, EntryRange, ListQuery, Sight, Status};
use engage_core::{Actor, Audience};

use super::world::{ChatWorld, Talk, agent};

/// Every change takes the next number, and the row knows the last one.
pub async fn entries_are_numbered_from_one_without_a_hole(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    world.says(talk.id, &ada, "Good day").await;
    world.notes(talk.id, &ada, "Seems kind").await;
    world.does(talk.id, &ada, Command::Team { team: Some("sales".to_owned()), release: false }).await;
    world.does(talk.id, &Actor::System, Command::Assign { agent: None, expected: None }).await;
    world.does(talk.id, &Actor::System, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    world.says(talk.id, &talk.visitor, "One more thing").await;
    let entries = assert_whole(&world, &talk).await;
    assert_eq!(entries.len(), 7, "hello, message, note, team, closed, opened, message: {entries:#?}");
}

/// The visitor's numbering counts what the visitor sees and has no hole where a note is.
pub async fn visitors_have_a_numbering_of_their_own(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    let note = world.notes(talk.id, &ada, "Between us").await;
    let message = world.says(talk.id, &ada, "Good day").await;
    assert_eq!((note.seq, note.visitor_seq), (2, None));
    assert_eq!((message.seq, message.visitor_seq), (3, Some(2)));
    assert_eq!((message.messages, message.visitor_messages), (3, 2), "counters include the entry itself");
    assert_whole(&world, &talk).await;
}

/// Many writers in several conversations at once leave neither hole nor repeat.
pub async fn numbers_stay_whole_under_concurrency(world: ChatWorld) {
    let mut talks = Vec::new();
    for _ in 0..4 {
        talks.push(world.talk(None).await);
    }
    let answered = write_concurrently(&world, &talks).await;
    for talk in &talks {
        let entries = assert_whole(&world, talk).await;
        let own = answered.iter().filter(|entry| entry.conversation == talk.id).count();
        assert_eq!(entries.len(), own + 1, "every answered entry and the first message are there, and no more");
    }
}

/// The entry that a writer got is the entry that everybody reads, now and later.
pub async fn what_was_answered_is_what_is_stored(world: ChatWorld) {
    let talks = [world.talk(None).await, world.talk(None).await];
    let mut answered = write_concurrently(&world, &talks).await;
    answered.sort_by_key(|entry| (entry.conversation, entry.seq));
    for _ in 0..2 {
        let mut stored = Vec::new();
        for talk in &talks {
            stored.extend(world.entries(talk.id, Audience::Staff).await.into_iter().skip(1));
        }
        stored.sort_by_key(|entry| (entry.conversation, entry.seq));
        assert_eq!(stored, answered);
    }
}

/// As long as nothing is put back, the history has one name; a store that tells it with what it writes tells this one.
pub async fn all_is_written_in_one_history(world: ChatWorld) {
    let epoch = world.store.epoch().await.unwrap();
    let contact = world.contact().await;
    let opened = world.store.open(&world.opening(contact, None, "first", "Hello")).await.unwrap();
    let talk = opened.conversation.id;
    let ada = agent("ada", &[]);
    let said = world.send(world.message(talk, &ada, "second", "Good day")).await.unwrap();
    let again = world.send(world.message(talk, &ada, "third", "Are you there?")).await.unwrap();
    let told = [opened.epoch, said.epoch, again.epoch];
    assert!(told.into_iter().flatten().all(|told| told == epoch), "{told:?} in {epoch:?}");
    assert_eq!(world.store.epoch().await.unwrap(), epoch);
}

/// What was answered is found at once by every way of reading.
pub async fn an_answer_means_that_it_can_be_read(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    for turn in 0..10 {
        let cursor = world.store.inbox_head().await.unwrap();
        let entry = world.says(talk.id, &ada, &format!("Message {turn}")).await;
        let latest = EntryQuery::new(talk.id, Audience::Staff, EntryRange::Latest, 1);
        assert_eq!(world.store.entries(&latest).await.unwrap(), std::slice::from_ref(&entry));
        assert_eq!(world.row(talk.id).await.seq, entry.seq);
        let listed = world.store.list(&ListQuery::new(Sight::All, 1)).await.unwrap();
        assert_eq!(listed[0].conversation.seq, entry.seq, "in the list");
        let changed = world.store.changed(&Sight::All, cursor, 10).await.unwrap();
        assert_eq!(changed.len(), 1, "among what changed");
        assert_eq!(changed[0].conversation.seq, entry.seq);
    }
}

/// A sender whose clock lags does not date an entry before the one that it follows.
pub async fn times_never_run_backwards_within_a_conversation(world: ChatWorld) {
    let talk = world.talk(None).await;
    let early = world.message(talk.id, &talk.visitor, "early", "Written first");
    let late = world.message(talk.id, &talk.visitor, "late", "Written last");
    assert!(early.at < late.at);
    world.send(late).await.unwrap();
    world.send(early).await.unwrap();
    let entries = world.entries(talk.id, Audience::Staff).await;
    assert!(entries.is_sorted_by_key(|entry| entry.at), "{entries:#?}");
    assert_eq!(world.row(talk.id).await.updated_at, entries[2].at);
}

/// After a number, before a number, and the last ones; always oldest first.
pub async fn entries_are_read_by_range_in_both_numberings(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    for turn in 0..10 {
        world.notes(talk.id, &ada, &format!("Note {turn}")).await;
        world.says(talk.id, &ada, &format!("Message {turn}")).await;
    }
    for (audience, last) in [(Audience::Staff, 21), (Audience::Visitor, 11)] {
        let read = async |range, limit| -> Vec<i64> {
            let entries = world.store.entries(&EntryQuery::new(talk.id, audience, range, limit)).await.unwrap();
            entries.iter().map(|entry| entry.seq_for(audience).expect("the audience sees it")).collect()
        };
        assert_eq!(read(EntryRange::After(0), 3).await, [1, 2, 3]);
        assert_eq!(read(EntryRange::After(4), 2).await, [5, 6]);
        assert_eq!(read(EntryRange::After(last - 1), 5).await, [last]);
        assert_eq!(read(EntryRange::After(last), 5).await, [0; 0]);
        assert_eq!(read(EntryRange::After(-5), 2).await, [1, 2]);
        assert_eq!(read(EntryRange::Before(1), 5).await, [0; 0]);
        assert_eq!(read(EntryRange::Before(5), 3).await, [2, 3, 4]);
        assert_eq!(read(EntryRange::Before(last + 100), 2).await, [last - 1, last]);
        assert_eq!(read(EntryRange::Latest, 3).await, [last - 2, last - 1, last]);
        assert_eq!(read(EntryRange::Latest, 100).await, (1..=last).collect::<Vec<_>>());
    }
    let missing = EntryQuery::new(world.id(), Audience::Staff, EntryRange::Latest, 10);
    assert_eq!(world.store.entries(&missing).await.unwrap(), []);
}

/// Sixteen writers, each with messages, notes and changes of status in every conversation; what they were answered.
async fn write_concurrently(world: &ChatWorld, talks: &[Talk]) -> Vec<Entry> {
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..16 {
        let (world, talks) = (world.clone(), talks.to_vec());
        writers.spawn(async move {
            let own = agent(&format!("agent-{writer}"), &[]);
            let mut answered = Vec::new();
            for turn in 0..8 {
                let talk = &talks[(writer + turn) % talks.len()];
                let (id, text) = (format!("{writer}-{turn}"), format!("{writer} in turn {turn}"));
                let append = match turn % 4 {
                    0 => world.note(talk.id, &own, &id, &text),
                    1 => world.message(talk.id, &own, &id, &text),
                    2 => world.message(talk.id, &talk.visitor, &id, &text),
                    _ => world.command(talk.id, &own, Command::Status { status: Status::Snoozed, snoozed_until: None }),
                };
                answered.extend(world.send(append).await.unwrap().entries);
            }
            answered
        });
    }
    writers.join_all().await.into_iter().flatten().collect()
}

/// Both numberings count from one without a hole, the counters count, and the row agrees.
async fn assert_whole(world: &ChatWorld, talk: &Talk) -> Vec<Entry> {
    let entries = world.entries(talk.id, Audience::Staff).await;
    let (mut visitor_seq, mut messages, mut visitor_messages) = (0, 0, 0);
    for (entry, seq) in entries.iter().zip(1..) {
        assert_eq!(entry.seq, seq, "staff's numbering has no hole");
        messages += i64::from(entry.is_message());
        visitor_messages += i64::from(matches!(entry.change, Change::Message { .. }));
        if let Some(own) = entry.visitor_seq {
            visitor_seq += 1;
            assert_eq!(own, visitor_seq, "the visitor's numbering has no hole");
        }
        assert_eq!((entry.messages, entry.visitor_messages), (messages, visitor_messages), "counted at {seq}");
    }
    let row = world.row(talk.id).await;
    let counted = (entries.len() as i64, visitor_seq, messages, visitor_messages);
    assert_eq!(
        (row.seq, row.visitor_seq, row.messages, row.visitor_messages),
        counted,
        "the row agrees with the entries"
    );
    let seen: Vec<_> = entries.iter().filter(|entry| entry.visitor_seq.is_some()).cloned().collect();
    assert_eq!(world.entries(talk.id, Audience::Visitor).await, seen, "the visitor reads what the visitor sees");
    entries
}
