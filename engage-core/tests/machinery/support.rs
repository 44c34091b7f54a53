//! Nodes on one database in memory, and stand-ins that can be held up.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use engage_core::bus::{Bus, Head, LocalBus};
use engage_core::cache::{Cache, Invalidation};
use engage_core::chat::{
    Agent, AgentSeen, Append, Appended, ChatConfig, ChatStore, Conversation, EntryQuery, ListQuery, Listed, Lock, Open,
    Opened, ReadMark, Reader, Send, Sent, Sight, TeamLoad,
};
use engage_core::clock::{ManualClock, Timestamp};
use engage_core::entropy::SeededEntropy;
use engage_core::ids::{ContactId, ConversationId};
use engage_core::memory::{self, MemoryBackend};
use engage_core::outbox::Outbox;
use engage_core::sink::MemorySink;
use engage_core::{Actor, AgentRef, Builder, Engage, Error, ErrorKind, Result, Staff, async_trait};
use parking_lot::Mutex;
use tokio::sync::watch;

/// Longer than anything here takes.
pub(crate) const SOON: Duration = Duration::from_secs(10);
/// Long enough for what must not come to come.
pub(crate) const NEVER: Duration = Duration::from_millis(80);

/// A database in memory with a clock, a bus and events that its nodes share.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) backend: MemoryBackend,
    pub(crate) clock: ManualClock,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) events: MemorySink,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self {
            backend: memory::backend(),
            clock: ManualClock::default(),
            bus: Arc::new(LocalBus::default()),
            events: MemorySink::default(),
        }
    }

    /// The same database, from where no hint is heard.
    pub(crate) fn cut_off(&self) -> Self {
        Self { bus: Arc::new(LocalBus::default()), ..self.clone() }
    }

    pub(crate) fn builder(&self) -> Builder {
        static NODES: AtomicU64 = AtomicU64::new(1);
        Engage::builder(self.backend.clone())
            .clock(self.clock.clone())
            .entropy(SeededEntropy::new(NODES.fetch_add(1, Ordering::Relaxed)))
            .bus(Arc::clone(&self.bus))
            .events(self.events.clone())
            // Nothing is found by looking, unless a test says so.
            .chat_config(ChatConfig { look: Duration::from_secs(3600), ..ChatConfig::default() })
    }

    /// A node that does no background work.
    pub(crate) async fn node(&self) -> Engage {
        self.builder().without_background_jobs().build().await.unwrap()
    }

    /// A node that does.
    pub(crate) async fn working_node(&self) -> Engage {
        self.builder().build().await.unwrap()
    }
}

/// A conversation of a new contact.
pub(crate) async fn talk(engage: &Engage, team: Option<&str>) -> (ConversationId, Actor) {
    let contact = engage.contacts().create_anonymous().await.unwrap().id;
    (talk_of(engage, contact, team).await, Actor::Visitor(contact))
}

/// One more conversation of a contact.
pub(crate) async fn talk_of(engage: &Engage, contact: ContactId, team: Option<&str>) -> ConversationId {
    let key = engage.context().ids.next::<ConversationId>().to_string();
    engage.chat().open(contact, &key, "Hello", team).await.unwrap().conversation.id
}

/// Says something under a new id.
pub(crate) async fn say(engage: &Engage, actor: &Actor, conversation: ConversationId, body: &str) -> Sent {
    let client_message_id = engage.context().ids.next::<ConversationId>().to_string();
    let send = Send {
        conversation,
        client_message_id,
        body: body.to_owned(),
        reply_to: None,
        note: false,
        files: Vec::new(),
        mentions: Vec::new(),
    };
    engage.chat().send(actor.clone(), send).await.unwrap()
}

pub(crate) fn staff(id: &str, teams: &[&str]) -> Staff {
    let agent = AgentRef { id: id.to_owned(), name: format!("Name of {id}") };
    Staff { agent, teams: teams.iter().map(|&team| team.to_owned()).collect(), admin: false }
}

pub(crate) fn agent(id: &str, teams: &[&str]) -> Actor {
    Actor::Staff(staff(id, teams))
}

/// Waits until something is so.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let deadline = tokio::time::Instant::now() + SOON;
    while !is_so().await {
        assert!(tokio::time::Instant::now() < deadline, "in vain waited for: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A door that can be shut in front of calls. It is open at first.
#[derive(Debug)]
pub(crate) struct Door(watch::Sender<(bool, usize)>);

impl Default for Door {
    fn default() -> Self {
        Self(watch::Sender::new((true, 0)))
    }
}

impl Door {
    pub(crate) fn shut(&self) {
        self.0.send_modify(|(open, _)| *open = false);
    }

    pub(crate) fn open(&self) {
        self.0.send_modify(|(open, _)| *open = true);
    }

    /// Waits until the door is open.
    pub(crate) async fn pass(&self) {
        self.0.send_modify(|(_, waiting)| *waiting += 1);
        self.0.subscribe().wait_for(|(open, _)| *open).await.unwrap();
        self.0.send_modify(|(_, waiting)| *waiting -= 1);
    }

    /// Waits until this many stand in front of it.
    pub(crate) async fn awaited_by(&self, count: usize) {
        let mut state = self.0.subscribe();
        let reached = state.wait_for(|(_, waiting)| *waiting >= count);
        tokio::time::timeout(SOON, reached).await.expect("somebody comes to the door").unwrap();
    }
}

/// A chat store that reads at once and answers when its doors are open, and may have lost an entry.
#[derive(Debug)]
pub(crate) struct Held {
    inner: Arc<dyn ChatStore>,
    pub(crate) get: Door,
    pub(crate) entries: Door,
    pub(crate) agents: Door,
    /// An entry, by its number, that it does not have.
    pub(crate) hole: AtomicI64,
    /// How often entries or agents were read.
    pub(crate) reads: AtomicU64,
    /// How many signs of life it has.
    pub(crate) signs: AtomicU64,
}

impl Held {
    pub(crate) fn new(inner: Arc<dyn ChatStore>) -> Arc<Self> {
        let (get, entries, agents, hole, reads, signs) = Default::default();
        Arc::new(Self { inner, get, entries, agents, hole, reads, signs })
    }
}

#[async_trait]
impl ChatStore for Held {
    async fn open(&self, open: &Open) -> Result<Opened> {
        self.inner.open(open).await
    }

    async fn append(&self, batch: &[Append], lock: Lock) -> Result<Vec<Result<Appended>>> {
        self.inner.append(batch, lock).await
    }

    async fn get(&self, id: ConversationId, sight: &Sight) -> Result<Option<Listed>> {
        let found = self.inner.get(id, sight).await;
        self.get.pass().await;
        found
    }

    async fn entries(&self, query: &EntryQuery) -> Result<Vec<engage_core::chat::Entry>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let found = self.inner.entries(query).await;
        self.entries.pass().await;
        let hole = self.hole.load(Ordering::Relaxed);
        found.map(|entries| entries.into_iter().filter(|entry| entry.seq != hole).collect())
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
        self.inner.waiting(limit).await
    }

    async fn waking(&self, now: Timestamp, limit: usize) -> Result<Vec<ConversationId>> {
        self.inner.waking(now, limit).await
    }

    async fn mark_read(
        &self,
        conversation: ConversationId,
        reader: &Reader,
        seq: i64,
    ) -> Result<Option<(ReadMark, i64)>> {
        self.inner.mark_read(conversation, reader, seq).await
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
        self.signs.fetch_add(1, Ordering::Relaxed);
        self.inner.see_agent(seen).await
    }

    async fn agents(&self, alive_since: Timestamp) -> Result<Vec<Agent>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let found = self.inner.agents(alive_since).await;
        self.agents.pass().await;
        found
    }

    async fn epoch(&self) -> Result<engage_core::chat::Epoch> {
        self.inner.epoch().await
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.inner.outbox()
    }
}

/// Values with their tags, by their keys.
type Entries = HashMap<String, (Bytes, Vec<String>)>;

/// A cache of one process, which can be away. Its entries do not expire by themselves.
#[derive(Debug, Clone, Default)]
pub(crate) struct MapCache {
    entries: Arc<Mutex<Entries>>,
    pub(crate) away: Arc<AtomicBool>,
}

impl MapCache {
    fn entries(&self) -> Result<parking_lot::MutexGuard<'_, Entries>> {
        if self.away.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Unavailable, "the cache is away"));
        }
        Ok(self.entries.lock())
    }
}

#[async_trait]
impl Cache for MapCache {
    async fn get(&self, key: &str) -> Result<Option<Bytes>> {
        Ok(self.entries()?.get(key).map(|(bytes, _)| bytes.clone()))
    }

    async fn put(&self, key: &str, value: Bytes, _ttl: Duration, tags: &[String]) -> Result<()> {
        self.entries()?.insert(key.to_owned(), (value, tags.to_vec()));
        Ok(())
    }

    async fn remove(&self, key: &str) -> Result<()> {
        self.entries()?.remove(key);
        Ok(())
    }

    async fn remove_tag(&self, tag: &str) -> Result<()> {
        self.entries()?.retain(|_, (_, tags)| !tags.iter().any(|own| own == tag));
        Ok(())
    }

    async fn forget_local(&self, dropped: &Invalidation) -> Result<()> {
        match dropped {
            Invalidation::Key(key) => self.remove(key).await,
            Invalidation::Tag(tag) => self.remove_tag(tag).await,
        }
    }

    async fn forget_all_local(&self) -> Result<()> {
        self.entries()?.clear();
        Ok(())
    }
}
