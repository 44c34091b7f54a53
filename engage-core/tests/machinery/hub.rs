//! The hub of one node: in order, without a hole, and nobody waits for the slow.

use std::time::Duration;

use engage_core::chat::{Delivery, Reader, Send, Subscriber};
use engage_core::ids::ConversationId;
use engage_core::{Actor, Audience, Engage};
use tokio::time::timeout;

use crate::support::{NEVER, SOON, Site, agent, eventually, say, staff, talk};

/// The numbers of the next entries, until `last` came.
pub(crate) async fn numbers_until(subscriber: &mut Subscriber, audience: Audience, last: i64) -> Vec<i64> {
    let mut numbers = Vec::new();
    while numbers.last() != Some(&last) {
        let delivery =
            timeout(SOON, subscriber.next()).await.unwrap_or_else(|_| panic!("{last} in vain, after {numbers:?}"));
        match delivery.unwrap() {
            Delivery::Entries(entries) => {
                numbers.extend(
                    entries.iter().map(|published| published.entry.seq_for(audience).expect("seen by the reader")),
                );
            }
            Delivery::Lost => panic!("a gap after {numbers:?}"),
            Delivery::Read(..) | Delivery::Typing(_) | Delivery::Page(..) | Delivery::Queue(..) => {}
        }
    }
    numbers
}

/// Whether nothing comes but, perhaps, a reminder of a gap that is known.
async fn is_silent(subscriber: &mut Subscriber) -> bool {
    let something = async { while let Some(Delivery::Lost) = subscriber.next().await {} };
    timeout(NEVER, something).await.is_err()
}

/// Follows as an agent from what is held on.
async fn follow(engage: &Engage, conversation: ConversationId, held: i64) -> (Subscriber, Vec<i64>) {
    let subscriber = engage.chat().hub().subscriber(Audience::Staff, 4_096);
    let sight = (&agent("reader", &[])).into();
    let subscribed = subscriber.subscribe(conversation, Some(held), &sight).await.unwrap().expect("it exists");
    assert!(subscribed.recovered);
    (subscriber, subscribed.replay.iter().map(|published| published.entry.seq).collect())
}

/// Many writers, with notes; how many entries there are afterwards.
async fn write(engage: &Engage, conversation: ConversationId, visitor: &Actor, writers: usize, each: usize) {
    let mut running = tokio::task::JoinSet::new();
    for writer in 0..writers {
        let (engage, visitor) = (engage.clone(), visitor.clone());
        running.spawn(async move {
            for turn in 0..each {
                let note = turn % 3 == 0;
                let actor = if note { agent(&format!("writer-{writer}"), &[]) } else { visitor.clone() };
                let client_message_id = format!("{writer}-{turn}");
                let send = Send {
                    conversation,
                    client_message_id,
                    body: "A message".to_owned(),
                    reply_to: None,
                    note,
                    files: Vec::new(),
                    mentions: Vec::new(),
                };
                engage.chat().send(actor, send).await.unwrap();
            }
        });
    }
    running.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everybody_gets_everything_in_order_while_many_write() {
    let engage = Site::new().node().await;
    let (conversation, visitor) = talk(&engage, None).await;
    let (mut staff, _) = follow(&engage, conversation, 1).await;
    let mut own = engage.chat().hub().subscriber(Audience::Visitor, 4_096);
    own.subscribe(conversation, Some(1), &(&visitor).into()).await.unwrap().unwrap();
    let writing = tokio::spawn({
        let (engage, visitor) = (engage.clone(), visitor.clone());
        async move { write(&engage, conversation, &visitor, 8, 30).await }
    });
    // One who comes while they write.
    let (mut late, mut held) = follow(&engage, conversation, 0).await;
    writing.await.unwrap();
    let total = 1 + 8 * 30;
    assert_eq!(numbers_until(&mut staff, Audience::Staff, total).await, (2..=total).collect::<Vec<_>>());
    let visible = 1 + 8 * 20;
    assert_eq!(numbers_until(&mut own, Audience::Visitor, visible).await, (2..=visible).collect::<Vec<_>>());
    if held.last() != Some(&total) {
        held.extend(numbers_until(&mut late, Audience::Staff, total).await);
    }
    assert_eq!(held, (1..=total).collect::<Vec<_>>(), "replay and deliveries are one sequence");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_joins_while_others_join_and_write_misses_nothing() {
    let engage = Site::new().node().await;
    for _ in 0..20 {
        let (conversation, visitor) = talk(&engage, None).await;
        let mut joining = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let engage = engage.clone();
            joining.spawn(async move {
                let (mut subscriber, mut held) = follow(&engage, conversation, 0).await;
                if held.last() != Some(&21) {
                    held.extend(numbers_until(&mut subscriber, Audience::Staff, 21).await);
                }
                held
            });
        }
        write(&engage, conversation, &visitor, 2, 10).await;
        for held in joining.join_all().await {
            assert_eq!(held, (1..=21).collect::<Vec<_>>());
        }
    }
}

#[tokio::test]
async fn a_slow_reader_gets_a_gap_and_delays_nobody() {
    let engage = Site::new().node().await;
    let (conversation, visitor) = talk(&engage, None).await;
    let (mut quick, _) = follow(&engage, conversation, 1).await;
    let mut slow = engage.chat().hub().subscriber(Audience::Staff, 4);
    let sight = (&agent("slow", &[])).into();
    slow.subscribe(conversation, Some(1), &sight).await.unwrap().unwrap();
    for turn in 0..50 {
        timeout(SOON, say(&engage, &visitor, conversation, &format!("{turn}")))
            .await
            .expect("the writer is not delayed");
    }
    assert_eq!(numbers_until(&mut quick, Audience::Staff, 51).await, (2..=51).collect::<Vec<_>>());

    assert!(slow.gaps().is_empty(), "what came before the gap comes first");
    let mut held = 1;
    let gaps = loop {
        if let Some(Delivery::Entries(entries)) = timeout(SOON, slow.next()).await.unwrap() {
            for published in entries {
                assert_eq!(published.entry.seq, held + 1);
                held += 1;
            }
        }
        let gaps = slow.gaps();
        if !gaps.is_empty() {
            break gaps;
        }
    };
    assert_eq!((gaps.len(), gaps[0].conversation, gaps[0].from), (1, conversation, held + 1));
    assert!(gaps[0].to >= gaps[0].from);
    say(&engage, &visitor, conversation, "After the gap").await;
    assert!(is_silent(&mut slow).await, "the subscription has ended");

    let again = slow.subscribe(conversation, Some(held), &sight).await.unwrap().unwrap();
    assert!(again.recovered);
    assert_eq!(
        again.replay.iter().map(|published| published.entry.seq).collect::<Vec<_>>(),
        (held + 1..=52).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_resume_is_replayed_whole_or_not_at_all() {
    let engage = Site::new().node().await;
    let (conversation, visitor) = talk(&engage, None).await;
    for turn in 1..520 {
        say(&engage, &visitor, conversation, &format!("{turn}")).await;
    }
    let subscriber = engage.chat().hub().subscriber(Audience::Visitor, 16);
    // Held, recovered, how many are replayed: nothing missed, one, 500, 501, beyond the end, nothing known, nonsense.
    let cases = [
        (Some(520), true, 0),
        (Some(519), true, 1),
        (Some(20), true, 500),
        (Some(19), false, 0),
        (Some(0), false, 0),
        (Some(521), false, 0),
        (Some(i64::MAX), false, 0),
        (None, false, 0),
        (Some(-1), false, 0),
    ];
    for (held, recovered, replayed) in cases {
        let subscribed = subscriber.subscribe(conversation, held, &(&visitor).into()).await.unwrap().unwrap();
        assert_eq!(
            (subscribed.recovered, subscribed.replay.len(), subscribed.seq),
            (recovered, replayed, 520),
            "{held:?}"
        );
        let first = subscribed.replay.first().map(|published| published.entry.visitor_seq);
        assert!(first.is_none() || first == Some(held.map(|held| held + 1)), "{held:?}");
    }
}

#[tokio::test]
async fn a_small_conversation_is_replayed_from_the_start() {
    let engage = Site::new().node().await;
    let (conversation, visitor) = talk(&engage, None).await;
    let subscriber = engage.chat().hub().subscriber(Audience::Visitor, 16);
    let subscribed = subscriber.subscribe(conversation, Some(0), &(&visitor).into()).await.unwrap().unwrap();
    assert_eq!((subscribed.recovered, subscribed.replay.len()), (true, 1));
}

#[tokio::test]
async fn what_does_not_exist_for_a_reader_cannot_be_followed() {
    let engage = Site::new().node().await;
    let (conversation, visitor) = talk(&engage, Some("sales")).await;
    let (_, stranger) = talk(&engage, None).await;
    for (audience, actor) in [(Audience::Visitor, stranger), (Audience::Staff, agent("eve", &["support"]))] {
        let mut subscriber = engage.chat().hub().subscriber(audience, 16);
        assert!(subscriber.subscribe(conversation, None, &(&actor).into()).await.unwrap().is_none());
        say(&engage, &visitor, conversation, "A secret").await;
        assert!(is_silent(&mut subscriber).await);
    }
}

#[tokio::test]
async fn who_has_left_gets_nothing_and_the_others_everything() {
    let engage = Site::new().node().await;
    let (conversation, visitor) = talk(&engage, None).await;
    let (mut stays, _) = follow(&engage, conversation, 1).await;
    let (mut leaves, _) = follow(&engage, conversation, 1).await;
    let (dropped, _) = follow(&engage, conversation, 1).await;
    let (mut only, _) = {
        let (other, _) = talk(&engage, None).await;
        follow(&engage, other, 1).await
    };
    leaves.unsubscribe(conversation);
    drop(dropped);
    only.unsubscribe(conversation);
    say(&engage, &visitor, conversation, "Who is left?").await;
    assert_eq!(numbers_until(&mut stays, Audience::Staff, 2).await, [2]);
    assert!(is_silent(&mut leaves).await);
    assert!(is_silent(&mut only).await);
    let again = leaves.subscribe(conversation, Some(1), &(&agent("reader", &[])).into()).await.unwrap().unwrap();
    assert_eq!(again.replay.len(), 1, "what came meanwhile");
    say(&engage, &visitor, conversation, "Welcome back").await;
    assert_eq!(numbers_until(&mut leaves, Audience::Staff, 3).await, [3]);
}

#[tokio::test]
async fn following_twice_delivers_once() {
    let engage = Site::new().node().await;
    let (conversation, visitor) = talk(&engage, None).await;
    let (mut subscriber, _) = follow(&engage, conversation, 1).await;
    subscriber.subscribe(conversation, Some(1), &(&agent("reader", &[])).into()).await.unwrap().unwrap();
    say(&engage, &visitor, conversation, "Once").await;
    assert_eq!(numbers_until(&mut subscriber, Audience::Staff, 2).await, [2]);
    assert!(is_silent(&mut subscriber).await);
}

#[tokio::test]
async fn marks_and_typing_reach_those_who_follow() {
    let engage = Site::new().node().await;
    let (conversation, visitor) = talk(&engage, None).await;
    let (mut subscriber, _) = follow(&engage, conversation, 1).await;
    engage.chat().typing(&visitor, conversation, true, false).await.unwrap();
    let Some(Delivery::Typing(typing)) = timeout(SOON, subscriber.next()).await.unwrap() else { panic!("typing") };
    assert!(typing.typing && typing.conversation == conversation);
    engage.chat().mark_read(&visitor, conversation, 1).await.unwrap();
    let Some(Delivery::Read(at, mark)) = timeout(SOON, subscriber.next()).await.unwrap() else { panic!("a mark") };
    assert_eq!((at, mark.reader, mark.visitor_seq), (conversation, Reader::Visitor, 1));
}

/// A mark must not be lost either; and what a visitor is told of the gap says nothing of notes.
#[tokio::test]
async fn a_reader_without_room_for_a_mark_resyncs_in_its_own_numbering() {
    let engage = Site::new().node().await;
    let (conversation, visitor) = talk(&engage, None).await;
    // Somebody has it, so that no place in the queue takes the room.
    engage.chat().see_agent(&staff("ada", &[]), None).await.unwrap();
    engage.chat().assign(Actor::System, conversation, Some("ada"), None).await.unwrap();
    eventually("nobody waits", || async { engage.chat().hub().place(conversation).is_none() }).await;
    let mut slow = engage.chat().hub().subscriber(Audience::Visitor, 1);
    slow.subscribe(conversation, Some(2), &(&visitor).into()).await.unwrap().unwrap();
    let ada = agent("ada", &[]);
    for turn in 0..5 {
        let (client_message_id, body) = (format!("n-{turn}"), "Between us".to_owned());
        let send = Send {
            conversation,
            client_message_id,
            body,
            reply_to: None,
            note: true,
            files: Vec::new(),
            mentions: Vec::new(),
        };
        engage.chat().send(ada.clone(), send).await.unwrap();
    }
    say(&engage, &ada, conversation, "Good day").await;
    let (mut quick, _) = follow(&engage, conversation, 8).await;
    engage.chat().mark_read(&ada, conversation, 8).await.unwrap();
    assert!(matches!(timeout(SOON, quick.next()).await.unwrap(), Some(Delivery::Read(..))));
    assert!(matches!(timeout(SOON, slow.next()).await.unwrap(), Some(Delivery::Entries(_))));
    let gaps = slow.gaps();
    assert_eq!(gaps.iter().map(|gap| (gap.from, gap.to)).collect::<Vec<_>>(), [(3, 3)]);
}

#[tokio::test]
async fn each_audience_is_encoded_once_however_many_read() {
    let engage = Site::new().node().await;
    let (conversation, visitor) = talk(&engage, None).await;
    let mut readers = Vec::new();
    for _ in 0..5 {
        readers.push(follow(&engage, conversation, 1).await.0);
    }
    say(&engage, &visitor, conversation, "Once").await;
    let mut encodings = 0;
    for reader in &mut readers {
        let Some(Delivery::Entries(entries)) = timeout(SOON, reader.next()).await.unwrap() else { panic!("an entry") };
        let bytes = entries[0].encoded(Audience::Staff, |_| {
            encodings += 1;
            bytes::Bytes::from_static(b"staff")
        });
        assert_eq!(bytes, "staff");
        assert_eq!(entries[0].encoded(Audience::Visitor, |_| bytes::Bytes::from_static(b"visitor")), "visitor");
    }
    assert_eq!(encodings, 1);
}

#[tokio::test]
async fn inboxes_wake_those_whose_they_are() {
    let engage = Site::new().node().await;
    let (conversation, visitor) = talk(&engage, None).await;
    let other = engage.contacts().create_anonymous().await.unwrap().id;
    let contact = |actor: &Actor| match actor {
        Actor::Visitor(contact) => *contact,
        _ => panic!("a visitor"),
    };
    let mut staff = engage.chat().hub().staff_inbox();
    let mut own = engage.chat().hub().visitor_inbox(contact(&visitor));
    let mut others = engage.chat().hub().visitor_inbox(other);
    say(&engage, &visitor, conversation, "News").await;
    timeout(SOON, staff.changed()).await.expect("staff hear of it");
    timeout(SOON, own.changed()).await.expect("the visitor hears of it");
    assert!(timeout(Duration::from_millis(30), others.changed()).await.is_err(), "no other visitor does");
}
