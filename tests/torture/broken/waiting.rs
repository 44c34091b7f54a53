//! Stores over an intact one that read what is not so any more, or not so yet.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use engage::bus::Head;
use engage::chat::{
    Agent, AgentSeen, Append, Appended, ChatStore, Command, Conversation, Entry, EntryQuery, EntryRange, ListQuery,
    Listed, Lock, Open, Opened, ReadMark, Reader, Sight, TeamLoad,
};
use engage::clock::Timestamp;
use engage::ids::{ContactId, ConversationId, EntryId};
use engage::outbox::Outbox;
use engage::{Error, Result, Stores, async_trait};
use parking_lot::Mutex;

/// How far the replica is behind.
const LAG: Duration = Duration::from_millis(150);
/// How exact the times are by which a cursor goes on.
const TICK: i64 = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Pages come from a replica.
    Lags,
    /// A page goes on after the time of the last entry, not after its number.
    ByTime,
    /// Some messages are stored, and refused.
    Refuses,
    /// A number is taken before the commit: larger ones are seen before it.
    OutOfOrder,
    /// Some never stand in the queue.
    Forgets,
}

#[derive(Debug)]
struct Waiting {
    inner: Arc<dyn ChatStore>,
    fault: Fault,
    count: AtomicUsize,
    /// By query: what it once gave, and when.
    replica: Mutex<HashMap<String, (Instant, Vec<Entry>)>>,
    /// What is not seen yet, and since when it should be.
    late: Mutex<HashMap<EntryId, Instant>>,
}

fn over(stores: &Stores, fault: Fault) -> Arc<dyn ChatStore> {
    let inner = Arc::clone(&stores.chat);
    Arc::new(Waiting { inner, fault, count: AtomicUsize::new(0), replica: Mutex::default(), late: Mutex::default() })
}

pub(super) fn lagging(stores: &Stores) -> Arc<dyn ChatStore> {
    over(stores, Fault::Lags)
}

pub(super) fn by_time(stores: &Stores) -> Arc<dyn ChatStore> {
    over(stores, Fault::ByTime)
}

pub(super) fn refusing(stores: &Stores) -> Arc<dyn ChatStore> {
    over(stores, Fault::Refuses)
}

pub(super) fn out_of_order(stores: &Stores) -> Arc<dyn ChatStore> {
    over(stores, Fault::OutOfOrder)
}

pub(super) fn forgetting(stores: &Stores) -> Arc<dyn ChatStore> {
    over(stores, Fault::Forgets)
}

impl Waiting {
    /// Whether it is time for a fault.
    fn now(&self) -> bool {
        self.count.fetch_add(1, Ordering::Relaxed) % 20 == 19
    }

    /// Everything of the conversation as it was a moment ago.
    async fn lagging(&self, query: &EntryQuery) -> Result<Vec<Entry>> {
        let key = format!("{:?} {:?}", query.conversation, query.audience);
        let known = self.replica.lock().get(&key).filter(|(since, _)| since.elapsed() < LAG).cloned();
        let all = match known {
            Some((_, all)) => all,
            None => {
                let everything = EntryQuery::new(query.conversation, query.audience, EntryRange::After(0), 100_000);
                let all = self.inner.entries(&everything).await?;
                self.replica.lock().insert(key, (Instant::now(), all.clone()));
                all
            }
        };
        let EntryRange::After(after) = query.range else { return self.inner.entries(query).await };
        let seq = |entry: &Entry| entry.seq_for(query.audience).unwrap_or(0);
        Ok(all.into_iter().filter(|entry| seq(entry) > after).take(query.limit).collect())
    }

    async fn by_time(&self, query: &EntryQuery) -> Result<Vec<Entry>> {
        let entries = self.inner.entries(query).await?;
        let EntryRange::After(after @ 1..) = query.range else { return Ok(entries) };
        let last = EntryQuery::new(query.conversation, query.audience, EntryRange::Before(after + 1), 1);
        let Some(last) = self.inner.entries(&last).await?.pop() else { return Ok(entries) };
        let tick = |entry: &Entry| entry.at.timestamp_millis() / TICK;
        Ok(entries.into_iter().filter(|entry| tick(entry) > tick(&last)).collect())
    }
}

#[async_trait]
impl ChatStore for Waiting {
    async fn open(&self, open: &Open) -> Result<Opened> {
        self.inner.open(open).await
    }

    async fn append(&self, batch: &[Append], lock: Lock) -> Result<Vec<Result<Appended>>> {
        let mut done = self.inner.append(batch, lock).await?;
        for (append, done) in batch.iter().zip(&mut done) {
            let is_message = matches!(append.command, Command::Message { .. });
            if self.fault == Fault::Refuses && is_message && self.now() {
                *done = Err(Error::invalid("/body", "invalid", "refused, though it is stored"));
            }
            if let (Fault::OutOfOrder, Ok(done)) = (self.fault, done)
                && self.now()
            {
                self.late.lock().extend(done.entries.iter().map(|entry| (entry.id, Instant::now())));
            }
        }
        Ok(done)
    }

    async fn entries(&self, query: &EntryQuery) -> Result<Vec<Entry>> {
        match self.fault {
            Fault::Lags => self.lagging(query).await,
            Fault::ByTime => self.by_time(query).await,
            Fault::Refuses | Fault::Forgets => self.inner.entries(query).await,
            Fault::OutOfOrder => {
                let mut entries = self.inner.entries(query).await?;
                let late = self.late.lock();
                entries.retain(|entry| late.get(&entry.id).is_none_or(|since| since.elapsed() > LAG));
                Ok(entries)
            }
        }
    }

    async fn get(&self, id: ConversationId, sight: &Sight) -> Result<Option<Listed>> {
        self.inner.get(id, sight).await
    }

    async fn list(&self, query: &ListQuery) -> Result<Vec<Listed>> {
        self.inner.list(query).await
    }

    async fn changed(&self, sight: &Sight, inbox_seq: i64, limit: usize) -> Result<Vec<Listed>> {
        self.inner.changed(sight, inbox_seq, limit).await
    }

    async fn heads_after(&self, inbox_seq: i64, limit: usize) -> Result<Vec<Head>> {
        self.inner.heads_after(inbox_seq, limit).await
    }

    async fn inbox_head(&self) -> Result<i64> {
        self.inner.inbox_head().await
    }

    async fn of_contact(&self, contact: ContactId, limit: usize) -> Result<Vec<ConversationId>> {
        self.inner.of_contact(contact, limit).await
    }

    async fn waiting(&self, limit: usize) -> Result<Vec<Conversation>> {
        let mut waiting = self.inner.waiting(limit).await?;
        waiting.retain(|row| self.fault != Fault::Forgets || row.id.0.as_bytes()[15] % 8 != 0);
        Ok(waiting)
    }

    async fn waking(&self, now: Timestamp, limit: usize) -> Result<Vec<ConversationId>> {
        self.inner.waking(now, limit).await
    }

    async fn mark_read(&self, id: ConversationId, reader: &Reader, seq: i64) -> Result<Option<(ReadMark, i64)>> {
        self.inner.mark_read(id, reader, seq).await
    }

    async fn mark_unread(&self, conversation: ConversationId, reader: &Reader) -> Result<bool> {
        self.inner.mark_unread(conversation, reader).await
    }

    async fn team_loads(&self) -> Result<Vec<TeamLoad>> {
        self.inner.team_loads().await
    }

    async fn labels(&self, from: &str, limit: usize) -> Result<Vec<String>> {
        self.inner.labels(from, limit).await
    }

    async fn reads(&self, conversation: ConversationId) -> Result<Vec<ReadMark>> {
        self.inner.reads(conversation).await
    }

    async fn see_agent(&self, seen: &AgentSeen) -> Result<()> {
        self.inner.see_agent(seen).await
    }

    async fn agents(&self, alive_since: Timestamp) -> Result<Vec<Agent>> {
        self.inner.agents(alive_since).await
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.inner.outbox()
    }
}
