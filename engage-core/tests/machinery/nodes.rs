//! Several nodes on one database: hints make it quick, the database makes it true.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use engage_core::bus::{Bus, BusEvent, Hint, Hints};
use engage_core::chat::{AgentStatus, ChatConfig, Delivery, Subscriber};
use engage_core::ids::ConversationId;
use engage_core::{Actor, Audience, Engage, ErrorKind};
use tokio::sync::broadcast;
use tokio::time::timeout;

use crate::hub::numbers_until;
use crate::support::{Held, SOON, Site, agent, eventually, say, staff, talk};

async fn follow(engage: &Engage, conversation: ConversationId) -> Subscriber {
    let subscriber = engage.chat().hub().subscriber(Audience::Staff, 4_096);
    let sight = (&agent("reader", &[])).into();
    subscriber.subscribe(conversation, Some(1), &sight).await.unwrap().expect("it exists");
    subscriber
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_one_node_commits_another_delivers_in_order() {
    let site = Site::new();
    let (here, there) = (site.node().await, site.node().await);
    let (conversation, visitor) = talk(&here, None).await;
    let (mut near, mut far) = (follow(&here, conversation).await, follow(&there, conversation).await);
    let mut writing = tokio::task::JoinSet::new();
    for writer in 0..6 {
        let (engage, visitor) = ([&here, &there][writer % 2].clone(), visitor.clone());
        writing.spawn(async move {
            for turn in 0..40 {
                say(&engage, &visitor, conversation, &format!("{writer} {turn}")).await;
            }
        });
    }
    writing.join_all().await;
    for subscriber in [&mut near, &mut far] {
        assert_eq!(numbers_until(subscriber, Audience::Staff, 241).await, (2..=241).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn hints_that_were_lost_are_healed_by_looking() {
    let site = Site::new();
    let here = site.node().await;
    let look = ChatConfig { look: Duration::from_millis(20), ..ChatConfig::default() };
    let there = site.cut_off().builder().chat_config(look).without_background_jobs().build().await.unwrap();
    let (conversation, visitor) = talk(&here, None).await;
    let mut far = follow(&there, conversation).await;
    for turn in 0..450 {
        say(&here, &visitor, conversation, &format!("{turn}")).await;
    }
    assert_eq!(numbers_until(&mut far, Audience::Staff, 451).await, (2..=451).collect::<Vec<_>>());
    let mut inbox = there.chat().hub().staff_inbox();
    say(&here, &visitor, conversation, "One more").await;
    timeout(SOON, inbox.changed()).await.expect("the inbox hears of it too");
}

#[tokio::test]
async fn after_the_bus_was_away_a_node_catches_up_with_entries_marks_and_lists() {
    let site = Site::new();
    let here = site.node().await;
    let bus = Arc::new(FrailBus::default());
    let there = Site { bus: bus.clone(), ..site.clone() }.node().await;
    let (conversation, visitor) = talk(&here, None).await;
    let (mut far, mut inbox) = (follow(&there, conversation).await, there.chat().hub().staff_inbox());
    say(&here, &visitor, conversation, "While nobody heard").await;
    here.chat().mark_read(&visitor, conversation, 2).await.unwrap();
    bus.comes_back();
    let (mut entries, mut marks) = (Vec::new(), Vec::new());
    while entries.is_empty() || marks.is_empty() {
        match timeout(SOON, far.next()).await.expect("it catches up").unwrap() {
            Delivery::Entries(new) => entries.extend(new.iter().map(|published| published.entry.seq)),
            Delivery::Read(_, mark) => marks.push(mark.seq),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((entries, marks), (vec![2], vec![2]));
    timeout(SOON, inbox.changed()).await.expect("the inbox hears of it too");
}

/// What a node itself commits comes after what it did not hear of, and must not hide it.
#[tokio::test]
async fn what_no_hint_told_is_found_though_newer_places_were_heard_of() {
    let site = Site::new();
    let here = site.node().await;
    let bus = Arc::new(FrailBus::default());
    let there = Site { bus: bus.clone(), ..site.clone() }.node().await;
    let (missed, visitor) = talk(&here, None).await;
    let mut far = follow(&there, missed).await;
    say(&here, &visitor, missed, "While nobody heard").await;
    let (own, other) = talk(&there, None).await;
    say(&there, &other, own, "Said here").await;
    bus.comes_back();
    let found = timeout(SOON, far.next()).await.expect("it is found").unwrap();
    assert!(matches!(&found, Delivery::Entries(new) if new[0].entry.seq == 2), "{found:?}");
}

/// A bus that carries nothing until it is back, and then says that hints were lost.
#[derive(Debug)]
struct FrailBus(broadcast::Sender<BusEvent>);

impl Default for FrailBus {
    fn default() -> Self {
        Self(broadcast::Sender::new(Hints::CAPACITY))
    }
}

impl FrailBus {
    fn comes_back(&self) {
        self.0.send(BusEvent::Lagged).unwrap();
    }
}

impl Bus for FrailBus {
    fn publish(&self, _hint: Hint) {}

    fn subscribe(&self) -> Hints {
        Hints::new(self.0.subscribe())
    }

    // As it believes: a link may be dead long before anybody knows.
    fn is_live(&self) -> bool {
        true
    }
}

/// Two nodes of a site; the second one's store waits and fails as it is told.
async fn held_nodes() -> (Engage, Engage, Arc<Held>) {
    let site = Site::new();
    let here = site.node().await;
    let store = Held::new(here.stores().chat.clone());
    let there = site.builder().chat_store(store.clone()).without_background_jobs().build().await.unwrap();
    (here, there, store)
}

/// A node whose store answers late must not take an answer for the end when it has heard of more.
#[tokio::test]
async fn a_hint_that_comes_while_entries_are_read_is_not_lost() {
    let (here, there, store) = held_nodes().await;
    let (conversation, visitor) = talk(&here, None).await;
    let mut far = follow(&there, conversation).await;
    let mut heard = there.chat().hub().staff_inbox();

    store.entries.shut();
    say(&here, &visitor, conversation, "Two").await;
    store.entries.awaited_by(1).await;
    timeout(SOON, heard.changed()).await.unwrap();
    say(&here, &visitor, conversation, "Three").await;
    timeout(SOON, heard.changed()).await.unwrap();
    store.entries.open();
    assert_eq!(numbers_until(&mut far, Audience::Staff, 3).await, [2, 3]);
}

/// The same for who joins: the position was read before the hint came.
#[tokio::test]
async fn a_hint_that_comes_while_somebody_joins_is_not_lost() {
    let (here, there, store) = held_nodes().await;
    let (conversation, visitor) = talk(&here, None).await;
    let mut heard = there.chat().hub().staff_inbox();
    store.get.shut();
    let joining = tokio::spawn({
        let there = there.clone();
        async move { follow(&there, conversation).await }
    });
    store.get.awaited_by(1).await;
    say(&here, &visitor, conversation, "Two").await;
    timeout(SOON, heard.changed()).await.unwrap();
    store.get.open();
    let mut far = joining.await.unwrap();
    assert_eq!(numbers_until(&mut far, Audience::Staff, 2).await, [2]);
}

/// Two join at once and find different positions; the one that is farther on begins first.
#[tokio::test]
async fn who_joins_from_farther_back_than_another_misses_nothing() {
    for written_here in [true, false] {
        let (here, there, store) = held_nodes().await;
        let (conversation, visitor) = talk(&here, None).await;
        let join = |held: i64| {
            let there = there.clone();
            async move {
                let subscriber = there.chat().hub().subscriber(Audience::Staff, 64);
                let sight = (&agent("reader", &[])).into();
                let subscribed = subscriber.subscribe(conversation, Some(held), &sight).await.unwrap().unwrap();
                (subscriber, subscribed.seq)
            }
        };
        store.entries.shut();
        let behind = tokio::spawn(join(0));
        store.entries.awaited_by(1).await;
        say(if written_here { &there } else { &here }, &visitor, conversation, "Two").await;
        let (mut ahead, begins) = join(2).await;
        assert_eq!(begins, 2);
        store.entries.open();
        let (mut behind, begins) = behind.await.unwrap();
        assert_eq!(begins, 1);
        say(&there, &visitor, conversation, "Three").await;
        assert_eq!(numbers_until(&mut behind, Audience::Staff, 3).await, [2, 3]);
        assert_eq!(numbers_until(&mut ahead, Audience::Staff, 3).await, [3], "nothing twice");
    }
}

/// A store that lost an entry, or whose numbers skip: it is not read without end, and nobody waits for what will not come.
#[tokio::test]
async fn a_hole_in_the_store_is_told_as_a_gap() {
    let (here, there, store) = held_nodes().await;
    let (conversation, visitor) = talk(&here, None).await;
    let mut far = follow(&there, conversation).await;
    store.hole.store(3, Ordering::Relaxed);
    for body in ["Two", "Three", "Four"] {
        say(&here, &visitor, conversation, body).await;
    }
    assert_eq!(numbers_until(&mut far, Audience::Staff, 2).await, [2]);
    assert!(matches!(timeout(SOON, far.next()).await.expect("the gap is told"), Some(Delivery::Lost)));
    let gaps = far.gaps();
    assert_eq!((gaps.len(), gaps[0].conversation, gaps[0].from), (1, conversation, 3));
    let reads = store.reads.load(Ordering::Relaxed);
    assert!(reads < 16, "{reads} reads for one hole");

    let sight = (&agent("reader", &[])).into();
    let again = far.subscribe(conversation, None, &sight).await.unwrap().unwrap();
    assert_eq!(again.seq, 4, "begins anew behind the hole");
    say(&here, &visitor, conversation, "Five").await;
    assert_eq!(numbers_until(&mut far, Audience::Staff, 5).await, [5]);
}

/// A standby takes over that had not everything: numbers are given again, and nobody takes them for what they had.
#[tokio::test]
async fn who_follows_in_a_history_hears_nothing_of_the_next() {
    let site = Site::new();
    let (here, there) = (site.node().await, site.node().await);
    let (conversation, visitor) = talk(&here, None).await;
    let backup = site.backend.backup();
    let (mut near, mut far) = (follow(&here, conversation).await, follow(&there, conversation).await);
    say(&here, &visitor, conversation, "Lost").await;
    assert_eq!(numbers_until(&mut near, Audience::Staff, 2).await, [2]);
    assert_eq!(numbers_until(&mut far, Audience::Staff, 2).await, [2]);

    site.backend.restore(&backup);
    say(&here, &visitor, conversation, "In its place").await;
    for end in [&mut near, &mut far] {
        timeout(SOON, end.history().ends()).await.expect("each node hears of it");
        assert!(end.try_next().is_none());
        let sight = (&agent("reader", &[])).into();
        let refused = end.subscribe(conversation, Some(2), &sight).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unavailable);
    }
    let (mut near_anew, mut far_anew) = (follow(&here, conversation).await, follow(&there, conversation).await);
    assert!(near_anew.epoch() != near.epoch() && near_anew.epoch() == far_anew.epoch());
    say(&there, &visitor, conversation, "Three").await;
    for end in [&mut near_anew, &mut far_anew] {
        assert!(numbers_until(end, Audience::Staff, 3).await.ends_with(&[3]));
    }
}

/// The same of a node that has not heard of it: what it would tell is asked for first.
#[tokio::test]
async fn nobody_resumes_in_a_history_that_is_over() {
    let site = Site::new();
    let here = site.node().await;
    let store = Held::new(here.stores().chat.clone());
    let there = site.cut_off().builder().chat_store(store.clone()).without_background_jobs().build().await.unwrap();
    eventually("it has looked once", || async { store.reads.load(Ordering::Relaxed) >= 2 }).await;
    let (conversation, visitor) = talk(&here, None).await;
    let backup = site.backend.backup();
    say(&here, &visitor, conversation, "Lost").await;
    let mut follower = follow(&there, conversation).await;
    assert_eq!(follower.try_next().map(drop), None, "all was there when it began");

    site.backend.restore(&backup);
    say(&here, &visitor, conversation, "In its place").await;
    say(&here, &visitor, conversation, "And more").await;
    let late = there.chat().hub().subscriber(Audience::Staff, 16);
    assert_eq!(late.epoch(), follower.epoch(), "nobody has told this node");
    let sight = (&agent("reader", &[])).into();
    let refused = late.subscribe(conversation, Some(2), &sight).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unavailable);
    timeout(SOON, follower.history().ends()).await.expect("now it knows");
    assert!(follower.try_next().is_none());
}

#[tokio::test]
async fn marks_and_typing_cross_nodes() {
    let site = Site::new();
    let (here, there) = (site.node().await, site.node().await);
    let (conversation, visitor) = talk(&here, None).await;
    let mut far = follow(&there, conversation).await;
    here.chat().mark_read(&visitor, conversation, 1).await.unwrap();
    assert!(matches!(timeout(SOON, far.next()).await.unwrap(), Some(Delivery::Read(at, _)) if at == conversation));
    here.chat().typing(&visitor, conversation, true, false).await.unwrap();
    assert!(matches!(timeout(SOON, far.next()).await.unwrap(), Some(Delivery::Typing(typing)) if typing.typing));
}

/// However many agents come at once, they are read a few times, and everybody's presence is known when they are let in.
#[tokio::test]
async fn agents_who_come_at_once_share_what_is_read() {
    const MANY: u64 = 200;
    let (_here, there, store) = held_nodes().await;
    store.agents.shut();
    let mut coming = tokio::task::JoinSet::new();
    for number in 0..MANY {
        let there = there.clone();
        coming.spawn(async move {
            let id = format!("agent-{number}");
            there.chat().see_agent(&staff(&id, &[]), None).await.unwrap();
            assert_eq!(there.chat().hub().agents().borrow().status(&id), Some(AgentStatus::Online));
        });
    }
    store.agents.awaited_by(1).await;
    eventually("all have come", || async { store.signs.load(Ordering::Relaxed) == MANY }).await;
    store.agents.open();
    coming.join_all().await;
    let reads = store.reads.load(Ordering::Relaxed);
    assert!(reads < 10, "{reads} reads for {MANY} who came at once");
}

#[tokio::test]
async fn presence_crosses_nodes() {
    let site = Site::new();
    let (here, there) = (site.node().await, site.node().await);
    let mut agents = there.chat().hub().agents();
    let Actor::Staff(ada) = agent("ada", &["sales"]) else { panic!("staff") };
    here.chat().see_agent(&ada, None).await.unwrap();
    let known = timeout(SOON, agents.wait_for(|roster| !roster.agents().is_empty())).await.unwrap().unwrap();
    assert_eq!(known.agents()[0].agent, ada.agent);
}
