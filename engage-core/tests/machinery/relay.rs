//! The relay keeps promises: at least once, with patience, and without one spoiling the others.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use engage_core::clock::Clock;
use engage_core::contacts::Contact;
use engage_core::ids::OutboxId;
use engage_core::outbox::{Handler, Outbox, OutboxMessage, Relay, RelayConfig};
use engage_core::{Effects, Engage, Error, ErrorKind, Result, async_trait};
use parking_lot::Mutex;

use crate::support::{Door, SOON, Site, eventually, say, talk};

/// Does with each message what it was told to, and writes down what it got.
#[derive(Debug, Default)]
struct Scripted {
    got: Mutex<Vec<OutboxId>>,
    /// How often a message is still to fail; `i32::MAX` for ever.
    failures: Mutex<HashMap<OutboxId, i32>>,
    panics: Mutex<Option<OutboxId>>,
    door: Door,
    outside: bool,
}

#[async_trait]
impl Handler for Scripted {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        self.got.lock().push(message.id);
        self.door.pass().await;
        assert!(*self.panics.lock() != Some(message.id), "told to");
        match self.failures.lock().get_mut(&message.id) {
            Some(left) if *left > 0 => {
                *left -= 1;
                Err(Error::new(ErrorKind::Unavailable, "the peer is away"))
            }
            _ => Ok(()),
        }
    }

    fn waits_for_others(&self) -> bool {
        self.outside
    }
}

struct Bench {
    site: Site,
    engage: Engage,
    relay: Relay,
    handler: Arc<Scripted>,
}

impl Bench {
    async fn new(config: RelayConfig) -> Self {
        let site = Site::new();
        let engage = site.node().await;
        let relay = Relay::new(engage.context(), engage.outboxes(), config);
        let handler = Arc::new(Scripted::default());
        relay.handle("test", handler.clone());
        Self { site, engage, relay, handler }
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.engage.stores().contacts.outbox()
    }

    async fn promise(&self, topic: &str) -> OutboxId {
        let context = self.engage.context();
        let message =
            OutboxMessage::command(context.ids.next(), context.clock.now(), topic, &serde_json::json!({})).unwrap();
        let contact = Contact::anonymous(context.ids.next(), context.clock.now());
        self.engage.stores().contacts.create(&contact, &Effects::none().and_send(message.clone())).await.unwrap();
        message.id
    }

    fn got(&self) -> usize {
        self.handler.got.lock().len()
    }
}

fn config() -> RelayConfig {
    RelayConfig {
        attempts: 4,
        backoff: Duration::from_secs(8),
        max_backoff: Duration::from_secs(20),
        ..RelayConfig::default()
    }
}

#[tokio::test]
async fn a_promise_is_kept_once_when_all_goes_well() {
    let bench = Bench::new(config()).await;
    let id = bench.promise("test").await;
    assert_eq!(bench.relay.drain().await.unwrap(), 1);
    assert_eq!(bench.relay.drain().await.unwrap(), 0);
    assert_eq!(*bench.handler.got.lock(), [id]);
    assert_eq!(bench.outbox().next_due().await.unwrap(), None);
}

#[tokio::test]
async fn a_failure_is_tried_again_later_and_later_and_then_given_up() {
    let bench = Bench::new(config()).await;
    let id = bench.promise("test").await;
    bench.handler.failures.lock().insert(id, i32::MAX);
    // Half to the whole of 8 s, 16 s, and 32 s which is capped at 20 s.
    for (attempt, longest) in [(1, 8), (2, 16), (3, 20)] {
        let now = bench.site.clock.now();
        assert_eq!(bench.relay.drain().await.unwrap(), 0);
        assert_eq!(bench.got(), attempt);
        let due = bench.outbox().next_due().await.unwrap().expect("tried again");
        let wait = due - now;
        let range = TimeDelta::seconds(longest) / 2..=TimeDelta::seconds(longest);
        assert!(range.contains(&wait), "after attempt {attempt}: {wait}");
        bench.site.clock.advance((wait - TimeDelta::microseconds(1)).to_std().unwrap());
        bench.relay.drain().await.unwrap();
        assert_eq!(bench.got(), attempt, "not before its time");
        bench.site.clock.advance(Duration::from_micros(1));
    }
    bench.relay.drain().await.unwrap();
    assert_eq!((bench.got(), bench.outbox().next_due().await.unwrap()), (4, None));
    let dead = bench.outbox().dead_letters(10).await.unwrap();
    assert_eq!((dead.len(), dead[0].message.id, dead[0].attempts), (1, id, 4));
    assert_eq!(dead[0].error, "unavailable: the peer is away");

    bench.handler.failures.lock().clear();
    assert!(bench.outbox().release(id, bench.site.clock.now()).await.unwrap());
    assert_eq!(bench.relay.drain().await.unwrap(), 1);
    assert!(bench.outbox().dead_letters(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn waits_after_failures_are_jittered() {
    let bench = Bench::new(config()).await;
    for _ in 0..10 {
        let id = bench.promise("test").await;
        bench.handler.failures.lock().insert(id, i32::MAX);
    }
    bench.relay.drain().await.unwrap();
    let mut dues = std::collections::BTreeSet::new();
    while let Some(due) = bench.outbox().next_due().await.unwrap() {
        dues.insert(due);
        let claimed = bench.outbox().claim(due, SOON, 100).await.unwrap();
        for claimed in claimed {
            bench.outbox().complete(claimed.message.id, claimed.attempt).await.unwrap();
        }
    }
    assert!(dues.len() > 5, "{dues:?}");
}

#[tokio::test]
async fn a_handler_that_panics_has_failed_and_spoils_nobody_elses() {
    let bench = Bench::new(config()).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(bench.promise("test").await);
    }
    *bench.handler.panics.lock() = Some(ids[2]);
    assert_eq!(bench.relay.drain().await.unwrap(), 4);
    *bench.handler.panics.lock() = None;
    bench.site.clock.advance(Duration::from_secs(8));
    assert_eq!(bench.relay.drain().await.unwrap(), 1);
    assert_eq!(bench.handler.got.lock().iter().filter(|id| **id == ids[2]).count(), 2);
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_stopped_before_its_lease_ends() {
    let bench = Bench::new(RelayConfig { lease: Duration::from_millis(100), ..config() }).await;
    let id = bench.promise("test").await;
    bench.handler.door.shut();
    assert_eq!(tokio::time::timeout(SOON, bench.relay.drain()).await.expect("it is stopped").unwrap(), 0);
    bench.handler.door.open();
    bench.site.clock.advance(Duration::from_secs(8));
    assert_eq!(bench.relay.drain().await.unwrap(), 1);
    assert_eq!(*bench.handler.got.lock(), [id, id]);
}

#[tokio::test]
async fn a_topic_that_nobody_handles_yet_waits() {
    let bench = Bench::new(config()).await;
    let id = bench.promise("test.later").await;
    assert_eq!(bench.relay.drain().await.unwrap(), 0);
    bench.relay.handle("test.later", bench.handler.clone());
    bench.site.clock.advance(Duration::from_secs(8));
    assert_eq!(bench.relay.drain().await.unwrap(), 1);
    assert_eq!(*bench.handler.got.lock(), [id]);
}

/// A relay that died at work: nobody hears of it, the lease runs out, the next one does it.
#[tokio::test]
async fn what_a_dead_relay_held_is_kept_by_the_next() {
    let bench = Bench::new(config()).await;
    let id = bench.promise("test").await;
    let held = bench.outbox().claim(bench.site.clock.now(), Duration::from_secs(60), 10).await.unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(bench.relay.drain().await.unwrap(), 0);
    bench.site.clock.advance(Duration::from_secs(60));
    assert_eq!(bench.relay.drain().await.unwrap(), 1);
    assert_eq!(*bench.handler.got.lock(), [id], "with the same id");
    assert!(!bench.outbox().complete(id, held[0].attempt).await.unwrap());
}

/// A process that died between the commit and the delivery: its promises are in the database.
#[tokio::test]
async fn what_a_dead_process_promised_is_delivered_with_the_same_id() {
    let site = Site::new();
    let died = site.node().await;
    let (conversation, visitor) = talk(&died, None).await;
    let sent = say(&died, &visitor, conversation, "Last words").await;
    let claimed = died.stores().chat.outbox().claim(site.clock.now(), Duration::ZERO, 10).await.unwrap();
    let promised: std::collections::BTreeSet<_> = claimed.iter().map(|claimed| claimed.message.id).collect();
    assert!(site.events.events().is_empty());
    drop(died);

    let heir = site.working_node().await;
    eventually("the events arrive", || async { site.events.events().len() >= 2 }).await;
    let events = site.events.events();
    assert!(events.iter().all(|event| promised.contains(&event.id)));
    let message = events.iter().find(|event| event.name == "chat.message_sent").expect("the message is told");
    assert_eq!(message.data["conversation"], conversation.to_string());
    assert_eq!(message.data["entry"], sent.entry.id.to_string(), "what only the store knew");
    assert_eq!(message.data["seq"], 2);
    assert!(!message.data.to_string().contains("Last words"), "texts stay in the database");
    heir.shutdown(SOON).await;
}

#[tokio::test]
async fn a_working_relay_is_woken_by_what_commits() {
    let site = Site::new();
    let never = RelayConfig { poll: Duration::from_secs(3600), ..RelayConfig::default() };
    let engage = site.builder().relay_config(never).build().await.unwrap();
    let (conversation, visitor) = talk(&engage, None).await;
    for turn in 0..20 {
        say(&engage, &visitor, conversation, &format!("{turn}")).await;
    }
    eventually("all are told", || async { site.events.events().len() == 21 }).await;
}

/// Nobody looks by the clock here: what a promise turned into, and what failed, is taken up by itself.
#[tokio::test]
async fn what_is_due_next_is_not_left_until_somebody_looks() {
    let often = RelayConfig { backoff: Duration::from_millis(1), poll: Duration::from_secs(3600), ..config() };
    let bench = Bench::new(often).await;
    let id = bench.promise("test").await;
    bench.handler.failures.lock().insert(id, 2);
    let tasks = engage_core::Tasks::default();
    bench.relay.start(&tasks, bench.engage.bus());
    eventually("it was tried", || async { bench.got() == 1 }).await;
    for attempts in [2, 3] {
        bench.site.clock.advance(Duration::from_secs(1));
        eventually("it is tried again", || async { bench.got() == attempts }).await;
    }
    tasks.stop(SOON).await;
}

/// More receivers than there is room for, none of which answers: what engage promised itself is kept all the same.
#[tokio::test]
async fn receivers_that_do_not_answer_never_delay_own_work() {
    let bench = Bench::new(config()).await;
    let stuck = Arc::new(Scripted { outside: true, ..Scripted::default() });
    stuck.door.shut();
    bench.relay.handle("stuck", stuck.clone());
    for number in 0..200 {
        bench.promise(&format!("stuck:{number}")).await;
    }
    let tasks = engage_core::Tasks::default();
    bench.relay.start(&tasks, bench.engage.bus());
    let RelayConfig { concurrency, reserve, .. } = config();
    eventually("as many as there may be are in hand", || async { stuck.got.lock().len() == concurrency - reserve })
        .await;
    for number in 0..20 {
        bench.promise("test").await;
        bench.relay.nudge();
        eventually("own work is done", || async { bench.got() == number + 1 }).await;
    }
    assert_eq!(stuck.got.lock().len(), concurrency - reserve);
    stuck.door.open();
    eventually("and in the end those", || async { stuck.got.lock().len() == 200 }).await;
    tasks.stop(SOON).await;
}

/// One receiver that does not answer, with much to be told: the others hear at once, also of what is promised later.
#[tokio::test]
async fn a_receiver_that_does_not_answer_delays_nobody_else() {
    let bench = Bench::new(config()).await;
    let stuck = Arc::new(Scripted::default());
    stuck.door.shut();
    bench.relay.handle("stuck", stuck.clone());
    for _ in 0..200 {
        bench.promise("stuck").await;
    }
    let mut others = vec![bench.promise("test").await];
    let tasks = engage_core::Tasks::default();
    bench.relay.start(&tasks, bench.engage.bus());
    eventually("the others are told", || async { bench.got() == 1 }).await;
    let held = stuck.got.lock().len();
    assert!(held < RelayConfig::default().per_topic * 2, "{held} of one topic are in hand");
    for _ in 0..20 {
        others.push(bench.promise("test").await);
    }
    bench.relay.nudge();
    eventually("the later ones too", || async { bench.got() == 21 }).await;
    stuck.door.open();
    eventually("and in the end those", || async { stuck.got.lock().len() == 200 }).await;
    tasks.stop(SOON).await;
    let told: std::collections::BTreeSet<_> = bench.handler.got.lock().iter().copied().collect();
    assert_eq!(told, others.into_iter().collect());
}

/// Within the bounds of the backoff.
#[tokio::test]
async fn what_is_asked_to_wait_waits_as_long_but_not_for_ever() {
    #[derive(Debug)]
    struct Busy;

    #[async_trait]
    impl Handler for Busy {
        async fn handle(&self, message: &OutboxMessage) -> Result<()> {
            let wait = Duration::from_secs(message.payload["wait"].as_u64().unwrap());
            Err(Error::new(ErrorKind::RateLimited, "busy").with_retry_after(wait))
        }
    }

    for (asked, least, most) in [(15, 15, 15), (0, 4, 8), (1_000_000, 20, 20), (u64::MAX, 20, 20)] {
        let bench = Bench::new(config()).await;
        bench.relay.handle("busy", Arc::new(Busy));
        let context = bench.engage.context();
        let payload = serde_json::json!({ "wait": asked });
        let message = OutboxMessage::command(context.ids.next(), context.clock.now(), "busy", &payload).unwrap();
        let contact = Contact::anonymous(context.ids.next(), context.clock.now());
        bench.engage.stores().contacts.create(&contact, &Effects::none().and_send(message)).await.unwrap();
        bench.relay.drain().await.unwrap();
        let wait = bench.outbox().next_due().await.unwrap().unwrap() - bench.site.clock.now();
        let range = TimeDelta::seconds(least)..=TimeDelta::seconds(most);
        assert!(range.contains(&wait), "asked for {asked} s: {wait}");
    }
}
