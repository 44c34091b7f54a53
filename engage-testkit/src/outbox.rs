//! The rules of an [`Outbox`]. It is filled with other changes, so its world is made of [`Stores`],
//! of an `Arc<dyn ContactStore>` or of an `Arc<dyn ChatStore>`.

use std::sync::Arc;

use engage_core::chat::ChatStore;
use engage_core::contacts::{Contact, ContactStore};
use engage_core::outbox::{Outbox, OutboxMessage};
use engage_core::{Effects, Stores};

use crate::World;
use crate::chat::ChatWorld;

suite! { $
    /// One test for each rule of an outbox; takes what an [`OutboxWorld`](crate::outbox::OutboxWorld) is made of.
    outbox_conformance, outbox, OutboxWorld {
        a_promise_comes_back_as_it_was,
        a_promise_is_claimed_when_it_is_due,
        the_oldest_come_first_and_no_more_than_asked_for,
        of_many_who_claim_each_promise_goes_to_one,
        a_lease_that_ran_out_is_claimed_again,
        only_the_newest_holder_settles,
        what_was_delivered_is_gone,
        what_failed_rests_and_comes_back,
        what_is_given_up_stays_to_be_seen,
        a_dead_letter_can_be_released,
        a_dead_letter_can_be_discarded,
        the_next_moment_is_known,
        a_topic_that_is_left_out_waits,
        a_topic_that_is_left_out_takes_those_with_it_that_continue_it,
        several_take_the_place_of_one,
        only_the_newest_holder_replaces,
    }
}

/// What the rules of the outbox need.
#[derive(Debug, Clone)]
pub struct OutboxWorld {
    /// The outbox under test.
    pub outbox: Arc<dyn Outbox>,
    filled_by: FilledBy,
}

#[derive(Debug, Clone)]
enum FilledBy {
    Contacts(World<dyn ContactStore>),
    Chat(ChatWorld),
}

impl OutboxWorld {
    /// Promises something, with a change of whatever fills this outbox.
    pub async fn promise(&self, message: &OutboxMessage) {
        let effects = Effects::none().and_send(message.clone());
        match &self.filled_by {
            FilledBy::Contacts(world) => {
                let now = world.now();
                world.store.create(&Contact::anonymous(world.id(), now), &effects).await.unwrap();
            }
            FilledBy::Chat(world) => {
                let mut open = world.opening(world.contact().await, None, "m-1", "Hello");
                open.first.effects = effects;
                world.store.open(&open).await.unwrap();
            }
        }
    }

    fn now(&self) -> engage_core::clock::Timestamp {
        match &self.filled_by {
            FilledBy::Contacts(world) => world.now(),
            FilledBy::Chat(world) => world.now(),
        }
    }

    fn id(&self) -> engage_core::ids::OutboxId {
        match &self.filled_by {
            FilledBy::Contacts(world) => world.id(),
            FilledBy::Chat(world) => world.id(),
        }
    }
}

impl From<World<dyn ContactStore>> for OutboxWorld {
    fn from(world: World<dyn ContactStore>) -> Self {
        Self { outbox: world.store.outbox(), filled_by: FilledBy::Contacts(world) }
    }
}

impl From<ChatWorld> for OutboxWorld {
    fn from(world: ChatWorld) -> Self {
        Self { outbox: world.store.outbox(), filled_by: FilledBy::Chat(world) }
    }
}

impl From<Stores> for OutboxWorld {
    fn from(stores: Stores) -> Self {
        World::<dyn ContactStore>::from(stores).into()
    }
}

impl From<Arc<dyn ContactStore>> for OutboxWorld {
    fn from(store: Arc<dyn ContactStore>) -> Self {
        World::from(store).into()
    }
}

impl From<Arc<dyn ChatStore>> for OutboxWorld {
    fn from(store: Arc<dyn ChatStore>) -> Self {
        World::from(store).into()
    }
}

impl<G: Send + Sync + 'static> From<(Stores, G)> for OutboxWorld {
    fn from(stores: (Stores, G)) -> Self {
        World::<dyn ContactStore>::from(stores).into()
    }
}

impl<G: Send + Sync + 'static> From<(Arc<dyn ChatStore>, G)> for OutboxWorld {
    fn from(store: (Arc<dyn ChatStore>, G)) -> Self {
        World::<dyn ChatStore>::from(store).into()
    }
}

mod rules {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use chrono::TimeDelta;
    use engage_core::clock::Timestamp;
    use engage_core::ids::OutboxId;
    use engage_core::outbox::{Claimed, OutboxMessage};
    use serde_json::{Value, json};

    use super::OutboxWorld;

    const LEASE: Duration = Duration::from_secs(60);

    /// Topic, payload and moment of every promise. A store may add to the payload what only it knows.
    pub async fn a_promise_comes_back_as_it_was(world: OutboxWorld) {
        let mut payloads: Vec<_> = crate::hostile::texts().into_iter().map(Value::from).collect();
        payloads.extend([json!(null), json!(-1), json!(0.1), json!([1, [2]]), json!({ "b": 1, "a": { "c": null } })]);
        for (turn, own) in payloads.into_iter().enumerate() {
            let promise =
                OutboxMessage { payload: json!({ "own": own }), topic: format!("test.{turn}"), ..promise(&world) };
            world.promise(&promise).await;
            let claimed = claim(&world, promise.due, 10).await;
            assert_eq!(claimed.len(), 1);
            let found = &claimed[0].message;
            assert_eq!((found.id, &found.topic, &found.payload["own"]), (promise.id, &promise.topic, &own));
            assert_eq!(claimed[0].attempt, 1);
            assert!(world.outbox.complete(promise.id, 1).await.unwrap());
        }
    }

    /// Not a microsecond before.
    pub async fn a_promise_is_claimed_when_it_is_due(world: OutboxWorld) {
        let promise = promise(&world);
        world.promise(&promise).await;
        assert!(claim(&world, promise.due - TimeDelta::microseconds(1), 10).await.is_empty());
        assert_eq!(claim(&world, promise.due, 10).await.len(), 1);
    }

    /// In the order in which they are due, whatever order they were made in.
    pub async fn the_oldest_come_first_and_no_more_than_asked_for(world: OutboxWorld) {
        let mut promises: Vec<_> = (0..5).map(|_| promise(&world)).collect();
        for which in [3, 0, 4, 2, 1] {
            world.promise(&promises[which]).await;
        }
        let now = world.now();
        assert!(claim(&world, now, 0).await.is_empty());
        assert_eq!(ids(&claim(&world, now, 2).await), [promises[0].id, promises[1].id]);
        let rest: BTreeSet<_> = promises.drain(2..).map(|promise| promise.id).collect();
        assert_eq!(ids(&claim(&world, now, 10).await).into_iter().collect::<BTreeSet<_>>(), rest);
        assert!(claim(&world, now, 10).await.is_empty());
    }

    /// Eight relays at once; each promise is handed out once.
    pub async fn of_many_who_claim_each_promise_goes_to_one(world: OutboxWorld) {
        let mut promised = BTreeSet::new();
        for _ in 0..60 {
            let promise = promise(&world);
            promised.insert(promise.id);
            world.promise(&promise).await;
        }
        let now = world.now();
        let mut relays = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let world = world.clone();
            relays.spawn(async move {
                let mut held = Vec::new();
                loop {
                    let claimed = claim(&world, now, 3).await;
                    if claimed.is_empty() {
                        return held;
                    }
                    held.extend(ids(&claimed));
                    tokio::task::yield_now().await;
                }
            });
        }
        let mut held: Vec<_> = relays.join_all().await.into_iter().flatten().collect();
        // A relay may have found nothing while another held rows that it then left.
        held.extend(ids(&claim(&world, now, 100).await));
        assert_eq!(held.len(), promised.len(), "each once");
        assert_eq!(held.into_iter().collect::<BTreeSet<_>>(), promised, "and all of them");
    }

    /// Held for the lease, then anybody's again, with the attempt counted.
    pub async fn a_lease_that_ran_out_is_claimed_again(world: OutboxWorld) {
        let promise = promise(&world);
        world.promise(&promise).await;
        let start = world.now();
        for attempt in 1..=3 {
            let now = start + TimeDelta::seconds(60) * (attempt - 1);
            assert!(attempt == 1 || claim(&world, now - TimeDelta::microseconds(1), 10).await.is_empty());
            let claimed = claim(&world, now, 10).await;
            assert_eq!(claimed.iter().map(|claimed| claimed.attempt).collect::<Vec<_>>(), [attempt]);
            assert!(claim(&world, now, 10).await.is_empty());
        }
    }

    /// Who was too slow does not undo or settle what somebody else is at.
    pub async fn only_the_newest_holder_settles(world: OutboxWorld) {
        let promise = promise(&world);
        world.promise(&promise).await;
        let (now, id) = (world.now(), promise.id);
        let later = now + TimeDelta::seconds(60);
        claim(&world, now, 10).await;
        assert_eq!(claim(&world, later, 10).await[0].attempt, 2);
        for attempt in [0, 1, 3] {
            assert!(!world.outbox.complete(id, attempt).await.unwrap());
            assert!(!world.outbox.retry(id, attempt, now, "too slow").await.unwrap());
            assert!(!world.outbox.bury(id, attempt, "too slow").await.unwrap());
        }
        assert!(claim(&world, later, 10).await.is_empty(), "still held");
        assert!(world.outbox.dead_letters(10).await.unwrap().is_empty());
        assert!(world.outbox.complete(id, 2).await.unwrap());
    }

    /// Delivered is over.
    pub async fn what_was_delivered_is_gone(world: OutboxWorld) {
        let (one, two) = (promise(&world), promise(&world));
        world.promise(&one).await;
        world.promise(&two).await;
        let now = world.now();
        assert_eq!(claim(&world, now, 10).await.len(), 2);
        assert!(world.outbox.complete(one.id, 1).await.unwrap());
        assert!(!world.outbox.complete(one.id, 1).await.unwrap());
        assert!(!world.outbox.retry(one.id, 1, now, "").await.unwrap());
        assert!(!world.outbox.complete(world.id(), 1).await.unwrap());
        let year = now + TimeDelta::days(365);
        assert_eq!(ids(&claim(&world, year, 10).await), [two.id]);
    }

    /// After a failure nobody gets it until its time, and then as the next attempt.
    pub async fn what_failed_rests_and_comes_back(world: OutboxWorld) {
        let promise = promise(&world);
        world.promise(&promise).await;
        let now = world.now();
        claim(&world, now, 10).await;
        let due = now + TimeDelta::seconds(7);
        assert!(world.outbox.retry(promise.id, 1, due, "the peer was away").await.unwrap());
        assert!(claim(&world, due - TimeDelta::microseconds(1), 10).await.is_empty());
        let claimed = claim(&world, due, 10).await;
        assert_eq!((claimed.len(), claimed[0].attempt), (1, 2));
        assert_eq!(claimed[0].message.payload["own"], promise.payload["own"]);
    }

    /// A dead letter is not handed out again and can be looked at, the newest first.
    pub async fn what_is_given_up_stays_to_be_seen(world: OutboxWorld) {
        let promises = [promise(&world), promise(&world), promise(&world)];
        let mut now = world.now();
        for (promise, turn) in promises.iter().zip(0..) {
            world.promise(promise).await;
            now = world.now();
            assert_eq!(claim(&world, now, 1).await[0].message.id, promise.id);
            assert!(world.outbox.bury(promise.id, 1, &format!("no use {turn}")).await.unwrap());
            assert!(!world.outbox.bury(promise.id, 1, "again").await.unwrap());
            assert!(!world.outbox.complete(promise.id, 1).await.unwrap());
        }
        let dead = world.outbox.dead_letters(2).await.unwrap();
        let seen: Vec<_> = dead.iter().map(|dead| (dead.message.id, dead.attempts, dead.error.as_str())).collect();
        assert_eq!(seen, [(promises[2].id, 1, "no use 2"), (promises[1].id, 1, "no use 1")]);
        assert_eq!(
            (&dead[0].message.topic, &dead[0].message.payload["own"]),
            (&promises[2].topic, &promises[2].payload["own"])
        );
        assert!(claim(&world, now + TimeDelta::days(365), 10).await.is_empty());
        assert_eq!(world.outbox.next_due().await.unwrap(), None);
    }

    /// An admin may have it tried again, from the first attempt on.
    pub async fn a_dead_letter_can_be_released(world: OutboxWorld) {
        let promise = promise(&world);
        world.promise(&promise).await;
        let now = world.now();
        assert!(!world.outbox.release(promise.id, now).await.unwrap(), "it is not dead");
        claim(&world, now, 10).await;
        world.outbox.retry(promise.id, 1, now, "once").await.unwrap();
        claim(&world, now, 10).await;
        world.outbox.bury(promise.id, 2, "twice").await.unwrap();
        let later = world.now();
        assert!(!world.outbox.release(world.id(), later).await.unwrap(), "there is none of this id");
        assert!(world.outbox.release(promise.id, later).await.unwrap());
        assert!(!world.outbox.release(promise.id, later).await.unwrap());
        assert!(world.outbox.dead_letters(10).await.unwrap().is_empty());
        assert!(claim(&world, later - TimeDelta::microseconds(1), 10).await.is_empty());
        assert_eq!(claim(&world, later, 10).await[0].attempt, 1);
    }

    /// What is still tried cannot; what is gone stays so.
    pub async fn a_dead_letter_can_be_discarded(world: OutboxWorld) {
        let (promise, other) = (promise(&world), promise(&world));
        for promise in [&promise, &other] {
            world.promise(promise).await;
        }
        claim(&world, world.now(), 10).await;
        assert!(!world.outbox.discard(promise.id).await.unwrap(), "it is not dead");
        for promise in [&promise, &other] {
            world.outbox.bury(promise.id, 1, "no").await.unwrap();
        }
        assert!(!world.outbox.discard(world.id()).await.unwrap(), "there is none of this id");
        assert!(world.outbox.discard(promise.id).await.unwrap());
        assert!(!world.outbox.discard(promise.id).await.unwrap());
        assert!(!world.outbox.release(promise.id, world.now()).await.unwrap());
        let left: Vec<_> = world.outbox.dead_letters(10).await.unwrap().iter().map(|dead| dead.message.id).collect();
        assert_eq!(left, [other.id]);
    }

    /// The soonest of all that are not dead; what is held is next due when its lease ends.
    pub async fn the_next_moment_is_known(world: OutboxWorld) {
        assert_eq!(world.outbox.next_due().await.unwrap(), None);
        let (one, two) = (promise(&world), promise(&world));
        world.promise(&two).await;
        assert_eq!(world.outbox.next_due().await.unwrap(), Some(two.due));
        world.promise(&one).await;
        assert_eq!(world.outbox.next_due().await.unwrap(), Some(one.due));
        let now = one.due;
        assert_eq!(ids(&claim(&world, now, 10).await), [one.id]);
        assert_eq!(world.outbox.next_due().await.unwrap(), Some(two.due));
        claim(&world, two.due, 10).await;
        assert_eq!(world.outbox.next_due().await.unwrap(), Some(now + TimeDelta::seconds(60)));
        world.outbox.complete(one.id, 1).await.unwrap();
        world.outbox.complete(two.id, 1).await.unwrap();
        assert_eq!(world.outbox.next_due().await.unwrap(), None);
    }

    /// Whoever has enough of one topic still gets the others, in their order.
    pub async fn a_topic_that_is_left_out_waits(world: OutboxWorld) {
        let mut promises = Vec::new();
        for topic in ["slow:1", "slow:1", "quick", "slow:2", "it's \"odd\"", "quick"] {
            let promise = OutboxMessage { topic: topic.to_owned(), ..promise(&world) };
            world.promise(&promise).await;
            promises.push(promise.id);
        }
        let now = world.now();
        let besides = ["slow:1".to_owned(), "it's \"odd\"".to_owned()];
        let some = world.outbox.claim_besides(now, LEASE, 2, &besides).await.unwrap();
        assert_eq!(ids(&some), [promises[2], promises[3]]);
        let rest = world.outbox.claim_besides(now, LEASE, 10, &besides).await.unwrap();
        assert_eq!(ids(&rest), [promises[5]]);
        assert_eq!(ids(&claim(&world, now, 10).await), [promises[0], promises[1], promises[4]]);
    }

    /// A topic stands for those that continue it after a colon, and for no other that begins like it.
    pub async fn a_topic_that_is_left_out_takes_those_with_it_that_continue_it(world: OutboxWorld) {
        let mut promises = Vec::new();
        for topic in ["slow", "slow:1", "slower", "slow:1:2", "other:slow", "a_b%", "a_b%:1", "axb%:1"] {
            let promise = OutboxMessage { topic: topic.to_owned(), ..promise(&world) };
            world.promise(&promise).await;
            promises.push(promise.id);
        }
        let now = world.now();
        let besides = ["slow".to_owned(), "a_b%".to_owned()];
        let some = world.outbox.claim_besides(now, LEASE, 10, &besides).await.unwrap();
        assert_eq!(ids(&some), [promises[2], promises[4], promises[7]]);
        let besides = ["slow:1".to_owned()];
        let rest = world.outbox.claim_besides(now, LEASE, 10, &besides).await.unwrap();
        assert_eq!(ids(&rest), [promises[0], promises[5], promises[6]]);
    }

    /// In one step, and when one of them cannot be written, none is.
    pub async fn several_take_the_place_of_one(world: OutboxWorld) {
        let (one, other) = (promise(&world), promise(&world));
        world.promise(&one).await;
        world.promise(&other).await;
        let now = world.now();
        assert_eq!(claim(&world, now, 10).await.len(), 2);
        let instead = [promise(&world), promise(&world), promise(&world)];
        let taken = [instead[0].clone(), OutboxMessage { id: other.id, ..instead[1].clone() }];
        world.outbox.replace(one.id, 1, &taken).await.unwrap_err();
        let twice = [instead[0].clone(), instead[0].clone()];
        world.outbox.replace(one.id, 1, &twice).await.unwrap_err();
        let later = world.now();
        assert!(claim(&world, later, 10).await.is_empty(), "nothing was written");

        assert!(world.outbox.replace(one.id, 1, &instead).await.unwrap());
        let later = world.now();
        let claimed = claim(&world, later, 10).await;
        assert_eq!(ids(&claimed), instead.each_ref().map(|message| message.id));
        assert!(claimed.iter().all(|claimed| claimed.attempt == 1));
        assert!(!world.outbox.complete(one.id, 1).await.unwrap(), "it is gone");
        // Nothing may take a place too.
        assert!(world.outbox.replace(other.id, 1, &[]).await.unwrap());
        assert!(!world.outbox.complete(other.id, 1).await.unwrap(), "it is gone");
    }

    /// Who was too slow adds nothing.
    pub async fn only_the_newest_holder_replaces(world: OutboxWorld) {
        let held = promise(&world);
        world.promise(&held).await;
        let now = world.now();
        claim(&world, now, 10).await;
        let later = now + TimeDelta::seconds(60);
        assert_eq!(claim(&world, later, 10).await[0].attempt, 2);
        let instead = [promise(&world)];
        for attempt in [0, 1, 3] {
            assert!(!world.outbox.replace(held.id, attempt, &instead).await.unwrap());
        }
        assert!(claim(&world, later, 10).await.is_empty());
        assert!(world.outbox.complete(held.id, 2).await.unwrap());
    }

    fn promise(world: &OutboxWorld) -> OutboxMessage {
        let due = world.now();
        OutboxMessage { id: world.id(), topic: "test".to_owned(), payload: json!({ "own": "kept" }), due }
    }

    async fn claim(world: &OutboxWorld, now: Timestamp, limit: usize) -> Vec<Claimed> {
        world.outbox.claim(now, LEASE, limit).await.unwrap()
    }

    fn ids(claimed: &[Claimed]) -> Vec<OutboxId> {
        claimed.iter().map(|claimed| claimed.message.id).collect()
    }
}
