//! A checker that never caught anything proves nothing: servers that are broken on purpose, each in one way, and real
//! clients who talk to them. Each must be caught by the rule that was written with it in mind; the same server without its
//! fault must pass.

mod lying;
mod posting;
mod waiting;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use engage::chat::ChatStore;
use engage::{Actor, Backend, Context, Engage, Migrations, Stores, async_trait, memory};
use engage_testkit::history::drive::Alter;
use engage_testkit::history::{DeskDrive, DeskLoad, Drive, Load, Rule, Violation, check};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::host;
use crate::store::{Broken, Fault};

pub(crate) const LOAD: Load =
    Load { visitors: 3, agents: 2, pause: Duration::from_millis(12), patience: Duration::from_secs(12), seed: 1 };
/// So many messages are said in each run.
const MESSAGES: u64 = 400;

/// Stores that were made before.
#[derive(Debug)]
struct Given(Stores);

#[async_trait]
impl Backend for Given {
    async fn open(self: Box<Self>, _: &Context, _: Migrations) -> Result<Stores, Vec<String>> {
        Ok(self.0)
    }
}

/// A server over this chat store, with a setting of its own, on this address until it is aborted.
async fn server(
    store: impl FnOnce(&Stores) -> Arc<dyn ChatStore>,
    setting: (&str, Value),
) -> (SocketAddr, JoinHandle<()>) {
    server_on(memory::stores(), store, setting).await
}

/// The same over these stores.
pub(crate) async fn server_on(
    stores: Stores,
    store: impl FnOnce(&Stores) -> Arc<dyn ChatStore>,
    setting: (&str, Value),
) -> (SocketAddr, JoinHandle<()>) {
    let chat = store(&stores);
    let backend = Given(Stores { chat, ..stores });
    let engage = Engage::builder(backend).without_rate_limits().build().await.unwrap();
    engage.settings().set(&Actor::System, setting.0, setting.1, 0).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (address, tokio::spawn(async move { host::serve(&engage, listener, std::future::pending()).await }))
}

/// What clients of a server over this chat store find: at the first sight of one of `rules`, or in the end.
async fn found(
    store: impl FnOnce(&Stores) -> Arc<dyn ChatStore>,
    alter: Option<Alter>,
    rules: impl Fn(Rule) -> bool,
) -> Vec<Violation> {
    let (address, serving) = server(store, ("chat.auto_assign", false.into())).await;
    let drive = Drive::start(&[address], LOAD, alter).await;
    let recorder = drive.recorder();
    let at_sight = async {
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let found = check(&recorder.history());
            if found.iter().any(|violation| rules(violation.rule)) {
                return found;
            }
        }
    };
    let in_the_end = async {
        // One that is broken may not get that far.
        let _ = tokio::time::timeout(Duration::from_secs(6), drive.hears(MESSAGES)).await;
        check(&drive.finish().await)
    };
    let found = tokio::select! {
        found = at_sight => found,
        found = in_the_end => found,
    };
    serving.abort();
    found
}

/// The same of a server that assigns.
async fn found_at_the_desk(store: impl FnOnce(&Stores) -> Arc<dyn ChatStore>) -> Vec<Violation> {
    let load = DeskLoad { pause: Duration::from_millis(10), patience: Duration::from_secs(12), ..crate::desk::DESK };
    let (address, serving) = server(store, ("chat.capacity", load.capacity.into())).await;
    let drive = DeskDrive::start(&[address], load).await;
    drive.serves(150).await;
    let history = drive.finish().await;
    serving.abort();
    check(&history)
}

/// The store of the conformance suite's own faults.
pub(crate) fn with(fault: Fault) -> impl FnOnce(&Stores) -> Arc<dyn ChatStore> {
    move |stores| Arc::new(Broken::new(stores.clone(), fault))
}

#[track_caller]
fn caught(found: &[Violation], expected: &[Rule]) {
    let rules: std::collections::BTreeSet<_> = found.iter().map(|violation| violation.rule).collect();
    println!("caught by {rules:?}; first: {}", found.first().map(ToString::to_string).unwrap_or_default());
    assert!(expected.iter().any(|rule| rules.contains(rule)), "not caught by {expected:?}, but by {rules:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_intact_server_passes() {
    // Whatever is seen on the way must not be held against it either.
    let found = found(with(Fault::None), None, |_| true).await;
    assert!(found.is_empty(), "{}", found[0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_intact_desk_passes() {
    let found = found_at_the_desk(with(Fault::None)).await;
    assert!(found.is_empty(), "{}", found[0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_gives_too_much() {
    caught(&found_at_the_desk(with(Fault::GivesTooMuch)).await, &[Rule::Capacity]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_gives_what_came_last() {
    caught(&found_at_the_desk(with(Fault::ServesLastFirst)).await, &[Rule::Turn]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_forgets_somebody_who_waits() {
    caught(&found_at_the_desk(waiting::forgetting).await, &[Rule::Idle]);
}

macro_rules! broken_servers {
    ($($name:ident: $($rule:ident)|+, $store:expr, $alter:expr;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let expected = [$(Rule::$rule),+];
            let found = found($store, $alter, |rule| expected.contains(&rule)).await;
            caught(&found, &expected);
        }
    )*};
}

broken_servers! {
    one_that_acknowledges_and_does_not_store: Lost, with(Fault::DropsSome), None;
    // Whether somebody reads in that moment, or somebody else has taken the number by then, is chance.
    one_that_acknowledges_before_the_commit: Stale | Lost, with(Fault::AnswersEarly), None;
    one_that_stores_a_retry_twice: Doubled, with(Fault::DuplicatesRetries), None;
    one_that_swaps_the_order: Pipelined, with(Fault::SwapsOrder), None;
    one_that_counts_one_unread_too_few: Unread, with(Fault::UnreadOffByOne), None;
    one_whose_marks_move_back: Mark, with(Fault::MarksMoveBack), None;
    one_that_counts_notes_for_visitors: Hole, with(Fault::ShowsNotes), None;
    one_that_lets_strangers_read: Stranger, with(Fault::ShowsStrangers), None;
    one_that_gives_a_conversation_to_two: Assignee, with(Fault::SetsBlindly), None;
    one_that_numbers_by_a_global_serial: Hole, with(Fault::GlobalSerial), None;
    one_that_reads_from_a_lagging_replica: Stream, waiting::lagging, None;
    one_whose_cursor_is_a_time: Lost, waiting::by_time, None;
    one_whose_numbers_are_seen_before_smaller_ones: Stale, waiting::out_of_order, None;
    one_that_stores_what_it_refuses: Ghost, waiting::refusing, None;
    one_that_loses_frames_and_does_not_say_so: Stream, with(Fault::None), Some(lying::loses_frames());
    one_that_sends_frames_twice: Stream, with(Fault::None), Some(lying::sends_twice());
    one_that_replays_from_a_wrong_place: Stream, with(Fault::None), Some(lying::replays_too_late());
    one_that_falls_silent: Lost, with(Fault::None), Some(lying::falls_silent());
    one_that_publishes_what_is_rolled_back: Stream, with(Fault::None), Some(lying::publishes_early());
    one_that_sends_notes_to_visitors: Private, with(Fault::None), Some(lying::tells_notes());
    one_that_sends_to_the_wrong_visitor: Stranger, with(Fault::None), Some(lying::tells_strangers());
    one_that_mixes_up_bodies: Altered, with(Fault::None), Some(lying::mixes_bodies());
    one_that_acknowledges_with_a_wrong_number: Ack, with(Fault::None), Some(lying::acknowledges_wrongly());
}
