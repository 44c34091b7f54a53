//! What every message passes through, in one process: `cargo bench -p engage-bench`. Time by criterion; allocations as the
//! allocator counts them.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a benchmark stops at the first surprise and prints")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use engage::cache::Cache;
use engage::chat::{Agent, AgentStatus, Author, Change, Conversation, Entry, Lock, Sent, assignments};
use engage::clock::from_micros;
use engage::ids::{ContactId, ConversationId, EntryId};
use engage::redis::MemoryCache;
use engage::{AgentRef, Audience, Commit, GroupCommit, Result, Tasks, async_trait};
use engage_http::socket::{Event, Rules, Session};
use engage_http::wire::{Ack, ServerFrame, encode_entry};
use futures_util::future::{FutureExt as _, join_all};

/// Times `work`, which does `each` things at once, and says how often it allocates for one.
fn measure(criterion: &mut Criterion, name: &str, each: u64, mut work: impl FnMut()) {
    const TIMES: u64 = 200;
    work();
    let counted = allocation_counter::measure(|| (0..TIMES).for_each(|_| work()));
    println!("{name}: {:.1} allocations each", counted.count_total as f64 / (TIMES * each) as f64);
    criterion.bench_function(name, |bencher| bencher.iter(&mut work));
}

const CONVERSATION: &str = "01890000-0000-7000-8000-000000000001";
const BODY: &str =
    "Good morning! My order came without the blue cup; could you look into it, please? Thank you very much.";

fn conversation() -> ConversationId {
    CONVERSATION.parse().expect("an id")
}

fn message() -> Entry {
    let id = conversation().0;
    Entry {
        id: EntryId(id),
        conversation: conversation(),
        seq: 17,
        visitor_seq: Some(15),
        messages: 16,
        visitor_messages: 14,
        at: from_micros(1_700_000_000_000_000),
        author: Author::Visitor { id: ContactId(id) },
        change: Change::Message { body: BODY.to_owned(), reply_to: None, files: Vec::new() },
        client_message_id: Some("m-17".to_owned()),
    }
}

fn frames(criterion: &mut Criterion) {
    let now = Duration::from_secs(1);
    let mut session = Session::new(Audience::Visitor, Rules::new(Audience::Visitor).without_rate_limits());
    let mut actions = Vec::new();
    session.on_text(r#"{"type":"hello","protocol":1}"#, now, &mut actions);
    session.on_event(Event::Welcomed, now, &mut actions);
    let send =
        format!(r#"{{"type":"send","conversation":"{CONVERSATION}","client_message_id":"m-17","body":"{BODY}"}}"#);
    measure(criterion, "decode a message's frame", 1, || {
        actions.clear();
        session.on_text(black_box(&send), now, &mut actions);
        assert_eq!(actions.len(), 1);
    });

    let entry = message();
    measure(criterion, "encode a message for its readers", 1, || {
        black_box(encode_entry(black_box(&entry), Audience::Visitor));
    });

    let sent = Sent { entry, replayed: false };
    measure(criterion, "encode an acknowledgement", 1, || {
        actions.clear();
        let ack = ServerFrame::Ack(Ack::new("m-17".to_owned(), &sent, Audience::Visitor));
        session.on_event(Event::Tell(ack), now, &mut actions);
    });
}

/// moka's own look-up beside the cache that is made of it. Both are there at once, and are asked without a runtime: entering
/// one takes longer than the look-up, and would make the two look alike.
fn caches(criterion: &mut Criterion) {
    const KEYS: usize = 10_000;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let keys: Vec<_> = (0..KEYS).map(|number| format!("session:{number:08}")).collect();
    let value = Bytes::from(vec![7; 100]);
    let moka = moka::future::Cache::<String, Bytes>::new(2 * KEYS as u64);
    let cache: Arc<dyn Cache> = Arc::new(MemoryCache::default());
    runtime.block_on(async {
        for key in &keys {
            moka.insert(key.clone(), value.clone()).await;
            cache
                .put(key, value.clone(), Duration::from_secs(3_600), &[format!("contact:{key}")])
                .await
                .expect("a place");
        }
    });
    // Each an own way through the keys, in no order.
    let next = |at: &mut usize| {
        *at = (*at + 7_919) % KEYS;
        *at
    };
    let mut at = 0;
    measure(criterion, "a hit of moka", 1, || {
        let key = &keys[next(&mut at)];
        assert!(moka.get(key).now_or_never().expect("it does not wait").is_some());
    });
    let mut at = 0;
    measure(criterion, "a hit of the cache in memory", 1, || {
        let key = &keys[next(&mut at)];
        assert!(cache.get(key).now_or_never().expect("it does not wait").is_ok_and(|found| found.is_some()));
    });
}

/// A store that keeps nothing.
struct Nothing;

#[async_trait]
impl Commit for Nothing {
    type Job = u64;
    type Done = u64;
    type Key = u64;

    fn key(job: &u64) -> u64 {
        *job
    }

    async fn commit(&self, jobs: &[u64], _: Lock) -> Result<Vec<Result<u64>>> {
        Ok(jobs.iter().map(|job| Ok(*job)).collect())
    }

    fn committed(&self, _: &[u64], _: &[Result<u64>]) {}
}

fn groups(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let tasks = Tasks::default();
    let group = runtime.block_on(async { GroupCommit::start(Arc::new(Nothing), &tasks) });
    for jobs in [1, 64] {
        let name = format!("a group commit of nothing, {jobs} at once");
        measure(criterion, &name, jobs, || {
            let done = runtime.block_on(join_all((0..jobs).map(|job| group.submit(job))));
            assert!(done.iter().all(Result::is_ok));
        });
    }
}

/// A queue of a hundred, and fifty agents with little room each.
fn assignment(criterion: &mut Criterion) {
    let at = from_micros(1_700_000_000_000_000);
    let agents: Vec<_> = (0..50)
        .map(|number| Agent {
            agent: AgentRef { id: number.to_string(), name: format!("Agent {number}") },
            admin: false,
            teams: vec![format!("team-{}", number % 5)],
            status: AgentStatus::Online,
            languages: Vec::new(),
            capacity: Some(4),
            open: number % 4,
            assigned_at: None,
        })
        .collect();
    let id = conversation();
    let waiting: Vec<_> = (0..100)
        .map(|number| Conversation::new(id, ContactId(id.0), Some(format!("team-{}", number % 5)), at))
        .collect();
    let given = assignments(&waiting, &agents, None).len() as u64;
    measure(criterion, "an assignment, of 100 who wait to 50 agents", given, || {
        assert_eq!(assignments(black_box(&waiting), black_box(&agents), None).len() as u64, given);
    });
}

criterion_group!(hot, frames, caches, groups, assignment);
criterion_main!(hot);
