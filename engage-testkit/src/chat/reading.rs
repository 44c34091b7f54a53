//! How far somebody has read, and what is unread.

use engage_core::chat::{Command, Entry, ReadMark, Reader};
use engage_core::entropy::{Entropy, SeededEntropy};
use engage_core::{Actor, AgentRef, Audience};

use super::world::{ChatWorld, Talk, admin, agent};

/// After every step of a long random walk, what is unread is what the definition says, for the visitor and each agent:
/// others' messages after the reader's mark, notes too for staff.
pub async fn unread_is_exact_for_everybody(world: ChatWorld) {
    let talk = world.talk(None).await;
    let readers = [talk.visitor.clone(), agent("ada", &[]), agent("bob", &[]), agent("eve", &["sales"]), admin()];
    let dice = SeededEntropy::new(17);
    let roll = |sides: usize| (dice.fraction() * sides as f64) as usize;
    for step in 0..160 {
        let actor = &readers[roll(readers.len())];
        let staff = matches!(actor, Actor::Staff(_));
        match roll(8) {
            0..3 => drop(world.says(talk.id, actor, &format!("Message {step}")).await),
            3 if staff => drop(world.notes(talk.id, actor, &format!("Note {step}")).await),
            4 if staff => {
                let status = [engage_core::chat::Status::Closed, engage_core::chat::Status::Snoozed][roll(2)];
                world.does(talk.id, actor, Command::Status { status, snoozed_until: None }).await;
            }
            _ => {
                let reader = reader(actor);
                let newest = world.row(talk.id).await.seq_for(reader.audience());
                world.reads(talk.id, &reader, roll(newest as usize + 2) as i64).await;
            }
        }
        assert_unread(&world, &talk, &readers, &format!("after step {step}")).await;
    }
}

/// Who writes has nothing to read of it, and reading nothing later brings it back.
pub async fn own_messages_are_never_unread(world: ChatWorld) {
    let (talk, ada, bob) = (world.talk(None).await, agent("ada", &[]), agent("bob", &[]));
    for turn in 0..3 {
        world.says(talk.id, &ada, &format!("Message {turn}")).await;
        world.notes(talk.id, &ada, &format!("Note {turn}")).await;
    }
    let unread = async |actor: &Actor| world.seen(talk.id, actor).await.unwrap().unread;
    assert_eq!((unread(&talk.visitor).await, unread(&ada).await, unread(&bob).await), (3, 1, 7));
    assert_eq!(world.reads(talk.id, &reader(&ada), 1).await.1, 0);
    assert_eq!(world.reads(talk.id, &reader(&bob), 4).await.1, 3);
    world.says(talk.id, &bob, "Mine").await;
    assert_eq!((unread(&talk.visitor).await, unread(&ada).await, unread(&bob).await), (4, 1, 3));
}

/// An older mark does not take back a newer one.
pub async fn marks_only_move_forward(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    for turn in 0..5 {
        world.says(talk.id, &talk.visitor, &format!("Message {turn}")).await;
    }
    let ada = reader(&ada);
    for (to, expected, unread) in [(4, 4, 2), (2, 4, 2), (0, 4, 2), (-7, 4, 2), (i64::MIN, 4, 2), (5, 5, 1)] {
        let (mark, left) = world.reads(talk.id, &ada, to).await;
        assert_eq!((mark.seq, left), (expected, unread), "marked {to}");
    }
    assert_eq!(world.store.reads(talk.id).await.unwrap(), [ReadMark { reader: ada, seq: 5, visitor_seq: 5 }]);
}

/// Nobody has read what does not exist yet: what comes next is unread.
pub async fn marks_end_where_the_conversation_does(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    for to in [1_000, i64::MAX] {
        assert_eq!(world.reads(talk.id, &reader(&ada), to).await.0.seq, 1);
        assert_eq!(world.reads(talk.id, &Reader::Visitor, to).await.0.visitor_seq, 1);
    }
    world.says(talk.id, &talk.visitor, "One more thing").await;
    assert_eq!(world.seen(talk.id, &ada).await.unwrap().unread, 1);
    world.says(talk.id, &ada, "Yes?").await;
    assert_eq!(world.seen(talk.id, &talk.visitor).await.unwrap().unread, 1);
}

/// A mark is given in its reader's numbering and known in both.
pub async fn marks_count_in_both_numberings(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, agent("ada", &[]));
    world.notes(talk.id, &ada, "Two").await;
    world.says(talk.id, &ada, "Three, the visitor's two").await;
    world.notes(talk.id, &ada, "Four").await;
    world.notes(talk.id, &ada, "Five").await;
    world.says(talk.id, &ada, "Six, the visitor's three").await;

    let (visitor, _) = world.reads(talk.id, &Reader::Visitor, 2).await;
    assert_eq!((visitor.seq, visitor.visitor_seq), (3, 2));
    let bob = reader(&agent("bob", &[]));
    for (seq, visitor_seq) in [(2, 1), (3, 2), (5, 2), (6, 3)] {
        let (mark, _) = world.reads(talk.id, &bob, seq).await;
        assert_eq!((mark.seq, mark.visitor_seq), (seq, visitor_seq));
    }
}

/// Whatever order marks arrive in, the farthest stands.
pub async fn racing_marks_end_at_the_farthest(world: ChatWorld) {
    let (talk, ada) = (world.talk(None).await, reader(&agent("ada", &[])));
    for turn in 0..20 {
        world.says(talk.id, &talk.visitor, &format!("Message {turn}")).await;
    }
    let mut marks = tokio::task::JoinSet::new();
    for to in 1..=21 {
        let (world, ada) = (world.clone(), ada.clone());
        marks.spawn(async move {
            let (mark, _) = world.reads(talk.id, &ada, to).await;
            assert!(mark.seq >= to, "a mark is never answered with less");
        });
    }
    marks.join_all().await;
    assert_eq!(world.store.reads(talk.id).await.unwrap(), [ReadMark { reader: ada, seq: 21, visitor_seq: 21 }]);
}

/// Each reader has one mark in each conversation. A reader who changed their name is the same reader.
pub async fn marks_of_readers_are_apart(world: ChatWorld) {
    let (one, two) = (world.talk(None).await, world.talk(None).await);
    let named = |name: &str| Reader::Agent { id: "ada".to_owned(), name: name.to_owned() };
    world.reads(one.id, &named("Ada Byron"), 1).await;
    world.says(one.id, &one.visitor, "One more thing").await;
    world.reads(one.id, &named("Ada Lovelace"), 2).await;
    world.reads(one.id, &reader(&agent("bob", &[])), 1).await;
    world.reads(one.id, &Reader::Visitor, 1).await;
    let mut marks = world.store.reads(one.id).await.unwrap();
    marks.sort_by(|a, b| a.reader.key().cmp(b.reader.key()));
    let mark = |reader, seq| ReadMark { reader, seq, visitor_seq: seq };
    assert_eq!(marks, [mark(Reader::Visitor, 1), mark(named("Ada Lovelace"), 2), mark(reader(&agent("bob", &[])), 1)]);
    assert!(world.store.reads(two.id).await.unwrap().is_empty());
}

/// What an agent marks as unread is so for them alone until they read in it again, whatever comes meanwhile; their mark and
/// what is counted stay.
pub async fn what_is_marked_unread_is_so_until_it_is_read(world: ChatWorld) {
    let (talk, ada, bob) = (world.talk(None).await, agent("ada", &[]), agent("bob", &[]));
    world.says(talk.id, &ada, "Hello").await;
    world.reads(talk.id, &reader(&ada), 2).await;
    let is_marked = async |actor: &Actor| {
        let seen = world.seen(talk.id, actor).await.unwrap();
        (seen.marked_unread, seen.unread)
    };
    let mark = async |actor: &Actor| world.store.mark_unread(talk.id, &reader(actor)).await.unwrap();
    assert_eq!(is_marked(&ada).await, (false, 0));
    for _ in 0..2 {
        assert!(mark(&ada).await);
        assert_eq!((is_marked(&ada).await, is_marked(&bob).await), ((true, 0), (false, 2)));
        assert!(!world.seen(talk.id, &talk.visitor).await.unwrap().marked_unread);
    }
    world.says(talk.id, &talk.visitor, "Anybody?").await;
    world.says(talk.id, &ada, "A moment").await;
    assert_eq!(is_marked(&ada).await, (true, 1));
    assert_eq!(
        world.reads(talk.id, &reader(&ada), 0).await,
        (ReadMark { reader: reader(&ada), seq: 2, visitor_seq: 2 }, 1)
    );
    assert_eq!(is_marked(&ada).await, (true, 1), "nothing was read");
    assert_eq!(world.reads(talk.id, &reader(&ada), 1).await.0.seq, 2, "a mark never moves back");
    assert_eq!(is_marked(&ada).await, (false, 1));

    // Who never read, and has written: what is counted stays exact, before and after.
    world.says(talk.id, &bob, "I am here too").await;
    assert!(mark(&bob).await);
    assert_eq!(is_marked(&bob).await, (true, 4));
    world.says(talk.id, &bob, "And still am").await;
    assert_eq!(is_marked(&bob).await, (true, 4));
    let eve = agent("eve", &[]);
    assert!(mark(&eve).await);
    assert_eq!(is_marked(&eve).await, (true, 6));
    assert_eq!(world.reads(talk.id, &reader(&eve), i64::MAX).await.1, 0);
    assert_eq!(is_marked(&eve).await, (false, 0));
    let readers: Vec<_> =
        world.store.reads(talk.id).await.unwrap().iter().map(|mark| mark.reader.key().to_owned()).collect();
    assert!(!readers.contains(&"bob".to_owned()), "who wants to see it as unread has not read: {readers:?}");
    assert!(!world.store.mark_unread(world.id(), &reader(&ada)).await.unwrap());
}

/// A conversation that does not exist has no marks and takes none.
pub async fn what_does_not_exist_cannot_be_read(world: ChatWorld) {
    let missing = world.id();
    assert_eq!(world.store.mark_read(missing, &Reader::Visitor, 1).await.unwrap(), None);
    assert!(world.store.reads(missing).await.unwrap().is_empty());
}

fn reader(actor: &Actor) -> Reader {
    match actor {
        Actor::Staff(staff) => Reader::agent(&AgentRef { ..staff.agent.clone() }),
        Actor::Visitor(_) | Actor::Bot(_) | Actor::System => Reader::Visitor,
    }
}

/// What every way of looking says is unread is what the definition says.
async fn assert_unread(world: &ChatWorld, talk: &Talk, readers: &[Actor], when: &str) {
    let entries = world.entries(talk.id, Audience::Staff).await;
    let marks = world.store.reads(talk.id).await.unwrap();
    for actor in readers {
        let expected = unread(&entries, &marks, &reader(actor));
        let listed = world.seen(talk.id, actor).await.unwrap();
        assert_eq!(listed.unread, expected, "{when}: unread of {actor:?}");
        if expected > 0 {
            let mark =
                marks.iter().find(|mark| mark.reader == reader(actor)).map_or(0, |mark| mark.seq_for(actor.audience()));
            assert_eq!(world.reads(talk.id, &reader(actor), mark).await.1, expected, "{when}: marking what is marked");
        }
    }
}

/// By its definition.
fn unread(entries: &[Entry], marks: &[ReadMark], reader: &Reader) -> i64 {
    let mark =
        marks.iter().find(|mark| mark.reader.key() == reader.key()).map_or(0, |mark| mark.seq_for(reader.audience()));
    let after = entries.iter().filter(|entry| entry.seq_for(reader.audience()).is_some_and(|seq| seq > mark));
    let others =
        after.filter(|entry| entry.is_message() && entry.author.reader().is_none_or(|by| by.key() != reader.key()));
    others.count() as i64
}
