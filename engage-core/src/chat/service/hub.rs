//! The hub of a node: brings committed entries, in order and without a hole, to the sockets that follow them.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{Notify, broadcast, watch};

use super::history::{History, is_over};
use super::inbox::{Inbox, Signal};
use super::roster::Roster;
use crate::bus::Head;
use crate::chat::model::{Agent, Entry, Epoch, Page, ReadMark, Reader, Typing};
use crate::chat::store::{ChatStore, EntryQuery, EntryRange, Sight};
use crate::error::Result;
use crate::identity::Audience;
use crate::ids::{ContactId, ConversationId};

/// How many entries a resume replays; beyond, the client takes a snapshot.
pub(crate) const REPLAY: usize = 500;
/// How many entries wait for a subscriber who is still joining.
const JOINING: usize = 1_000;
/// How many reads of agents wait for a socket.
const READS: usize = 256;
/// For how many deliveries a reader's queue keeps its room when it is empty.
const KEPT: usize = 16;
/// How many entries one fetch of what was missed reads.
const FILL: usize = 200;
/// How many reads may bring nothing that is next before the readers are told of a gap; over a second, as each waits longer.
const FRUITLESS: u32 = 6;

/// An entry on its way to readers, encoded at most once for each audience.
#[derive(Debug)]
pub struct Published {
    /// The entry.
    pub entry: Entry,
    encoded: [OnceLock<Bytes>; 2],
}

/// What a subscriber gets.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// Entries, in order.
    Entries(Vec<Arc<Published>>),
    /// Somebody read.
    Read(ConversationId, ReadMark),
    /// Somebody types.
    Typing(Typing),
    /// The visitor looks at another page. Staff only.
    Page(ConversationId, Page),
    /// The conversation's place in the queue, from 1; `None`: it waits no longer. Visitors only.
    Queue(ConversationId, Option<i64>),
    /// Something did not fit: [`Subscriber::gaps`] says what.
    Lost,
}

/// Entries that a subscriber was too slow for; its subscription has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Where.
    pub conversation: ConversationId,
    /// The first one, in the subscriber's numbering.
    pub from: i64,
    /// The last one known.
    pub to: i64,
}

/// The outcome of a subscription.
#[derive(Debug)]
pub struct Subscribed {
    /// Whether everything after what the client holds will be delivered.
    pub recovered: bool,
    /// The server's position, in the subscriber's numbering.
    pub seq: i64,
    /// Who has read how far.
    pub reads: Vec<ReadMark>,
    /// What the client missed, to send before anything else of this conversation. Empty unless `recovered`.
    pub replay: Vec<Arc<Published>>,
}

/// One reader's end: a bounded queue over all its subscriptions.
#[derive(Debug)]
pub struct Subscriber {
    hub: Hub,
    end: Arc<End>,
    epoch: Epoch,
}

#[derive(Debug)]
struct End {
    id: u64,
    audience: Audience,
    capacity: usize,
    queue: Mutex<Queue>,
    following: Mutex<HashSet<ConversationId>>,
    /// Wakes the reader.
    woken: Notify,
}

/// What waits for a reader. A channel of tokio's would hold room for 32 deliveries while nothing waits, which is most of
/// the time and most readers.
#[derive(Debug, Default)]
struct Queue {
    deliveries: VecDeque<Delivery>,
    /// What was lost behind them.
    gaps: Vec<Gap>,
    /// Whether the reader has not heard of it yet.
    lost: bool,
}

#[derive(Debug)]
struct Follower {
    end: Arc<End>,
    /// What it has: it gets entries after this one, in staff's numbering.
    after: i64,
    /// The same in its own numbering.
    told: i64,
    /// What the topic delivered before it was known where the follower begins.
    joining: Option<BTreeMap<i64, Arc<Published>>>,
}

#[derive(Debug, Default)]
pub(super) struct Topic {
    /// The last entry delivered, in staff's numbering; `None` until the first follower knows it.
    at: Option<i64>,
    /// The newest entry that is known to exist: heard of, come too early, or let go.
    head: i64,
    /// Entries that came before their turn.
    early: BTreeMap<i64, Arc<Published>>,
    filling: bool,
    followers: Vec<Follower>,
}

/// The hub. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Hub(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) store: Arc<dyn ChatStore>,
    /// The history that is told of. Changed while `topics` are held, so that none of them outlives it.
    pub(super) epoch: watch::Sender<Epoch>,
    pub(super) topics: Mutex<HashMap<ConversationId, Topic>>,
    pub(super) visitors: Mutex<HashMap<ContactId, Signal>>,
    pub(super) staff_inbox: Signal,
    staff_reads: broadcast::Sender<(ConversationId, String)>,
    agents: watch::Sender<Arc<Roster>>,
    queue: Mutex<HashMap<ConversationId, i64>>,
    next_id: AtomicU64,
}

impl Published {
    /// An entry, not encoded yet.
    pub fn new(entry: Entry) -> Arc<Self> {
        Arc::new(Self { entry, encoded: Default::default() })
    }

    /// The bytes for `audience`; `encode` runs at most once for each audience, however many read.
    pub fn encoded(&self, audience: Audience, encode: impl FnOnce(&Entry) -> Bytes) -> Bytes {
        let slot = match audience {
            Audience::Visitor => &self.encoded[0],
            Audience::Staff => &self.encoded[1],
        };
        slot.get_or_init(|| encode(&self.entry)).clone()
    }
}

impl Hub {
    pub(crate) fn new(store: Arc<dyn ChatStore>, epoch: Epoch, inbox_head: i64) -> Self {
        Self(Arc::new(Inner {
            store,
            epoch: watch::Sender::new(epoch),
            topics: Mutex::default(),
            visitors: Mutex::default(),
            staff_inbox: Signal::new(inbox_head),
            staff_reads: broadcast::Sender::new(READS),
            agents: watch::Sender::new(Arc::default()),
            queue: Mutex::default(),
            next_id: AtomicU64::new(0),
        }))
    }

    /// A reader's end. `capacity` deliveries may wait in it; what comes then ends the subscription with a [`Gap`].
    pub fn subscriber(&self, audience: Audience, capacity: usize) -> Subscriber {
        let id = self.0.next_id.fetch_add(1, Ordering::Relaxed);
        let (queue, following, woken) = (Mutex::default(), Mutex::default(), Notify::new());
        let end = Arc::new(End { id, audience, capacity, queue, following, woken });
        Subscriber { hub: self.clone(), end, epoch: self.epoch() }
    }

    /// How far the inbox has got, for staff.
    pub fn staff_inbox(&self) -> Inbox {
        Inbox::new(&self.0.staff_inbox, Some(self.0.staff_reads.subscribe()))
    }

    /// How far a visitor's conversations have got.
    pub fn visitor_inbox(&self, contact: ContactId) -> Inbox {
        let mut visitors = self.0.visitors.lock();
        // Now and then, so that those who left do not pile up.
        if visitors.len().is_power_of_two() {
            visitors.retain(|_, signal| signal.is_heard());
        }
        Inbox::new(visitors.entry(contact).or_default(), None)
    }

    /// The agents, as this node last read them. It wakes on news of somebody's presence.
    pub fn agents(&self) -> watch::Receiver<Arc<Roster>> {
        self.0.agents.subscribe()
    }

    pub(crate) fn set_agents(&self, agents: Vec<Agent>) {
        self.0.agents.send_if_modified(|known| {
            let (next, is_news) = known.next(agents);
            *known = Arc::new(next);
            is_news
        });
    }

    /// A conversation's place in the queue, from 1, as this node last counted; `None` when it does not wait.
    pub fn place(&self, conversation: ConversationId) -> Option<i64> {
        self.0.queue.lock().get(&conversation).copied()
    }

    /// The places in the queue; tells those who follow a conversation that has another one.
    pub(crate) fn set_queue(&self, places: &HashMap<ConversationId, i64>) {
        let before = std::mem::replace(&mut *self.0.queue.lock(), places.clone());
        for (conversation, place) in places {
            if before.get(conversation) != Some(place) {
                self.tell(*conversation, &Delivery::Queue(*conversation, Some(*place)));
            }
        }
        for conversation in before.keys().filter(|conversation| !places.contains_key(conversation)) {
            self.tell(*conversation, &Delivery::Queue(*conversation, None));
        }
    }

    /// Entries that were committed, of any conversations, in order within each.
    pub(crate) fn publish(&self, entries: impl IntoIterator<Item = Entry>) {
        let mut topics = self.0.topics.lock();
        let mut entries = entries.into_iter().peekable();
        while let Some(entry) = entries.next() {
            let conversation = entry.conversation;
            let Some(topic) = topics.get_mut(&conversation) else { continue };
            let mut run = vec![entry];
            while let Some(more) = entries.next_if(|next| next.conversation == conversation) {
                run.push(more);
            }
            if topic.take_in(run) {
                self.fill(conversation);
            }
        }
    }

    /// How far conversations have got, as heard from a node: this one or another.
    pub(crate) fn advance(&self, heads: &[Head]) {
        let mut topics = self.0.topics.lock();
        for head in heads {
            let Some(topic) = topics.get_mut(&head.conversation) else { continue };
            topic.head = topic.head.max(head.seq);
            if topic.is_behind() && !std::mem::replace(&mut topic.filling, true) {
                self.fill(head.conversation);
            }
        }
        drop(topics);
        if let Some(newest) = heads.iter().map(|head| head.inbox_seq).max() {
            self.0.staff_inbox.raise(newest);
        }
        let visitors = self.0.visitors.lock();
        for head in heads {
            if let Some(inbox) = visitors.get(&head.contact) {
                inbox.raise(head.inbox_seq);
                if head.blocked {
                    inbox.change(|state| state.blocked = state.blocked.wrapping_add(1));
                }
            }
        }
    }

    /// A visitor is said to be blocked: whoever holds one of their sockets is to look whether that is so.
    pub(crate) fn note_block(&self, contact: ContactId) {
        if let Some(inbox) = self.0.visitors.lock().get(&contact) {
            inbox.change(|state| state.blocked = state.blocked.wrapping_add(1));
        }
    }

    /// A visitor's sessions have ended: their sockets are to close.
    pub(crate) fn end_sessions(&self, contact: ContactId) {
        if let Some(inbox) = self.0.visitors.lock().get(&contact) {
            inbox.change(|state| state.ended += 1);
        }
    }

    /// Somebody has read: their own lists show less as unread, wherever else they are open.
    pub(crate) fn note_read(&self, contact: ContactId, conversation: ConversationId, reader: &Reader) {
        match reader {
            Reader::Visitor => {
                if let Some(inbox) = self.0.visitors.lock().get(&contact) {
                    inbox.change(|state| state.read = state.read.wrapping_add(1));
                }
            }
            // Nobody may be listening.
            Reader::Agent { id, .. } => drop(self.0.staff_reads.send((conversation, id.clone()))),
        }
    }

    /// Something short-lived or absolute, for everybody who follows the conversation.
    pub(crate) fn tell(&self, conversation: ConversationId, delivery: &Delivery) {
        let mut topics = self.0.topics.lock();
        let Some(topic) = topics.get_mut(&conversation) else { return };
        topic.followers.retain(|follower| {
            // Staff see the whole queue in their lists.
            if matches!(delivery, Delivery::Queue(..)) && follower.end.audience == Audience::Staff {
                return true;
            }
            if matches!(delivery, Delivery::Page(..)) && follower.end.audience == Audience::Visitor {
                return true;
            }
            // These may be lost; a mark may not, so a reader who has no room for it resyncs.
            let may_be_lost = matches!(delivery, Delivery::Typing(_) | Delivery::Queue(..) | Delivery::Page(..));
            let lost = !follower.end.push(delivery.clone()) && !may_be_lost;
            if lost {
                follower.end.gap(conversation, follower.told, follower.told);
            }
            !lost
        });
    }

    /// The conversations that somebody on this node follows.
    pub(crate) fn followed(&self) -> Vec<ConversationId> {
        self.0.topics.lock().keys().copied().collect()
    }

    /// Fetches what a topic has not heard of, in the background, one fetch at a time for each topic. A store that answers
    /// and does not have what comes next will not have it: those who follow are told of a gap, and begin anew where they find
    /// the conversation.
    fn fill(&self, conversation: ConversationId) {
        let (hub, epoch) = (self.clone(), self.epoch());
        tokio::spawn(async move {
            let (mut fruitless, mut failures) = (0, 0);
            loop {
                if hub.epoch() != epoch {
                    return;
                }
                let at = hub.0.topics.lock().get(&conversation).and_then(|topic| topic.at);
                let Some(at) = at else { return };
                let query = EntryQuery::new(conversation, Audience::Staff, EntryRange::After(at), FILL);
                match hub.entries_of(epoch, &query).await {
                    Ok(entries) => {
                        let mut topics = hub.0.topics.lock();
                        if hub.epoch() != epoch {
                            return;
                        }
                        let Some(topic) = topics.get_mut(&conversation) else { return };
                        topic.take_in(entries);
                        // Not by a short page alone: a head heard during the read may be of a later commit.
                        if !topic.is_behind() {
                            topic.filling = false;
                            return;
                        }
                        failures = 0;
                        if topic.at > Some(at) {
                            fruitless = 0;
                            continue;
                        }
                        fruitless += 1;
                        if fruitless > FRUITLESS {
                            let head = topic.head;
                            tracing::error!(target: "engage::chat", %conversation, after = at, head, "the store has no next entry");
                            topic.give_up(conversation);
                            topics.remove(&conversation);
                            return;
                        }
                    }
                    Err(error) => {
                        tracing::warn!(target: "engage::chat", %conversation, %error, "entries could not be read; tried again");
                        failures += 1;
                    }
                }
                tokio::time::sleep(std::time::Duration::from_millis(20 << (fruitless + failures).min(7))).await;
            }
        });
    }

    /// A follower who was joining begins after `seq`. `false` when it had no room for what came meanwhile.
    fn begin(&self, conversation: ConversationId, end: u64, seq: i64, told: i64) -> bool {
        let mut topics = self.0.topics.lock();
        let Some(topic) = topics.get_mut(&conversation) else { return false };
        let Some(follower) = topic.followers.iter_mut().find(|follower| follower.end.id == end) else { return false };
        (follower.after, follower.told) = (seq, told);
        let caught = follower.joining.take().unwrap_or_default();
        // Another may have begun farther on. The topic then goes back to where this one begins and delivers again, to
        // this one alone: the others have it.
        topic.at = Some(topic.at.map_or(seq, |at| at.min(seq)));
        topic.head = topic.head.max(seq);
        topic.early.extend(caught);
        if topic.take_in(Vec::new()) {
            self.fill(conversation);
        }
        topic.followers.iter().any(|follower| follower.end.id == end)
    }

    fn leave(&self, conversation: ConversationId, end: u64) {
        let mut topics = self.0.topics.lock();
        if let Some(topic) = topics.get_mut(&conversation) {
            topic.followers.retain(|follower| follower.end.id != end);
            if topic.followers.is_empty() {
                topics.remove(&conversation);
            }
        }
    }
}

impl Topic {
    /// Delivers what is next, keeps what is early, drops what is known. `true` when a fetch is needed and none runs.
    fn take_in(&mut self, entries: Vec<Entry>) -> bool {
        self.head = self.head.max(entries.last().map_or(0, |last| last.seq));
        let Some(mut at) = self.at else {
            // Nobody knows yet where the topic begins. Whoever is first to know takes it from here, and fetches what is
            // too much to keep.
            self.early.extend(entries.into_iter().map(|entry| (entry.seq, Published::new(entry))));
            if self.early.len() > JOINING {
                self.early.clear();
            }
            return false;
        };
        for entry in entries {
            if entry.seq > at {
                self.early.entry(entry.seq).or_insert_with(|| Published::new(entry));
            }
        }
        // What is too much to keep is fetched when its turn comes.
        while self.early.len() > JOINING {
            self.early.pop_last();
        }
        let mut next = Vec::new();
        while let Some(first) = self.early.first_entry() {
            match *first.key() {
                seq if seq <= at => drop(first.remove()),
                seq if seq == at + 1 => {
                    at = seq;
                    next.push(first.remove());
                }
                _ => break,
            }
        }
        self.at = Some(at);
        self.hand_out(&next);
        self.is_behind() && !std::mem::replace(&mut self.filling, true)
    }

    /// Tells everybody of a gap after what they have; they follow no more.
    fn give_up(&mut self, conversation: ConversationId) {
        for follower in self.followers.drain(..) {
            follower.end.gap(conversation, follower.told + 1, follower.told + 1);
        }
    }

    /// Whether something is known to exist that was not delivered yet.
    fn is_behind(&self) -> bool {
        self.at.is_some_and(|at| at < self.head)
    }

    fn hand_out(&mut self, entries: &[Arc<Published>]) {
        if entries.is_empty() {
            return;
        }
        self.followers.retain_mut(|follower| follower.take(entries));
    }
}

impl Follower {
    /// `false` when the follower has no room and is out.
    fn take(&mut self, entries: &[Arc<Published>]) -> bool {
        if let Some(joining) = &mut self.joining {
            joining.extend(entries.iter().map(|published| (published.entry.seq, Arc::clone(published))));
            return joining.len() <= JOINING || self.end.gap_over(entries, self.after);
        }
        let audience = self.end.audience;
        let seen: Vec<_> = entries
            .iter()
            .filter(|published| published.entry.seq > self.after && published.entry.seq_for(audience).is_some())
            .cloned()
            .collect();
        let after = self.after;
        self.after = entries.last().map_or(after, |last| last.entry.seq.max(after));
        let Some(told) = seen.last().and_then(|last| last.entry.seq_for(audience)) else { return true };
        self.told = told;
        self.end.push(Delivery::Entries(seen)) || self.end.gap_over(entries, after)
    }
}

impl End {
    /// `false` when there is no room.
    fn push(&self, delivery: Delivery) -> bool {
        let mut queue = self.queue.lock();
        if queue.deliveries.len() >= self.capacity {
            return false;
        }
        queue.deliveries.push_back(delivery);
        drop(queue);
        self.woken.notify_one();
        true
    }

    fn pop(&self) -> Option<Delivery> {
        let mut queue = self.queue.lock();
        let next = queue.deliveries.pop_front();
        if queue.deliveries.is_empty() && queue.deliveries.capacity() > KEPT {
            queue.deliveries = VecDeque::new();
        }
        next
    }

    /// Notes that entries after `after` were lost; always `false`, for `retain`.
    fn gap_over(&self, entries: &[Arc<Published>], after: i64) -> bool {
        let entries = entries.iter().map(|published| &published.entry).filter(|entry| entry.seq > after);
        let mut seqs = entries.filter_map(|entry| Some((entry.conversation, entry.seq_for(self.audience)?)));
        if let Some((conversation, first)) = seqs.next() {
            self.gap(conversation, first, seqs.last().map_or(first, |(_, last)| last));
        }
        false
    }

    fn gap(&self, conversation: ConversationId, from: i64, to: i64) {
        let mut queue = self.queue.lock();
        queue.gaps.push(Gap { conversation, from, to });
        queue.lost = true;
        drop(queue);
        self.woken.notify_one();
    }
}

impl Subscriber {
    /// The next delivery. Cancel-safe. Look at [`Subscriber::gaps`] after each.
    pub async fn next(&mut self) -> Option<Delivery> {
        loop {
            if let Some(delivery) = self.try_next() {
                return Some(delivery);
            }
            // A reader who had emptied the queue before the gap was noted hears of it here.
            if std::mem::take(&mut self.end.queue.lock().lost) {
                return Some(Delivery::Lost);
            }
            self.end.woken.notified().await;
        }
    }

    /// The next delivery, if one waits.
    pub fn try_next(&mut self) -> Option<Delivery> {
        self.end.pop()
    }

    /// What was lost since the last call, once everything that came before it has been taken out of the queue.
    pub fn gaps(&mut self) -> Vec<Gap> {
        let mut queue = self.end.queue.lock();
        if !queue.deliveries.is_empty() {
            return Vec::new();
        }
        queue.lost = false;
        std::mem::take(&mut queue.gaps)
    }

    /// The history that this end belongs to: numbers that it is given, and that are given to it, are of this one.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// To wait for the end of that history: this end is of no use any more then.
    pub fn history(&self) -> History {
        History { epochs: self.hub.epochs(), own: self.epoch }
    }

    /// Follows a conversation from where the client is: `held` is the last entry it has, in its own numbering.
    /// `None` when the conversation does not exist for `sight`. Following it already starts anew.
    ///
    /// Send [`Subscribed::replay`] before taking the next delivery out of the queue.
    ///
    /// # Errors
    /// When the database does not answer, or has another history now; nothing is followed then.
    pub async fn subscribe(
        &self,
        conversation: ConversationId,
        held: Option<i64>,
        sight: &Sight,
    ) -> Result<Option<Subscribed>> {
        let (hub, end) = (&self.hub, &self.end);
        // First listen, then look: what is committed in between is caught.
        {
            let mut topics = hub.0.topics.lock();
            if hub.epoch() != self.epoch {
                return Err(is_over());
            }
            let topic = topics.entry(conversation).or_default();
            topic.followers.retain(|follower| follower.end.id != end.id);
            topic.followers.push(Follower { end: Arc::clone(end), after: 0, told: 0, joining: Some(BTreeMap::new()) });
        }
        let guard = LeaveOnDrop { hub, conversation, end: end.id, armed: true };
        let Some(listed) = hub.0.store.get(conversation, sight).await? else { return Ok(None) };
        let row = listed.conversation;
        let reads = hub.0.store.reads(conversation).await?;
        let seq = row.seq_for(end.audience);
        let missed = held.map(|held| seq - held);
        let recovered = missed.is_some_and(|missed| (0..=REPLAY as i64).contains(&missed));
        let mut replay = Vec::new();
        if let (true, Some(held)) = (recovered && missed > Some(0), held) {
            let query = EntryQuery::new(conversation, end.audience, EntryRange::After(held), REPLAY);
            let entries = hub.0.store.entries(&query).await?;
            replay.extend(entries.into_iter().filter(|entry| entry.seq <= row.seq).map(Published::new));
        }
        if recovered {
            hub.confirm(self.epoch).await?;
        }
        if hub.begin(conversation, end.id, row.seq, seq) {
            end.following.lock().insert(conversation);
            guard.disarm();
        }
        Ok(Some(Subscribed { recovered, seq, reads, replay }))
    }

    /// Follows a conversation no more.
    pub fn unsubscribe(&self, conversation: ConversationId) {
        self.end.following.lock().remove(&conversation);
        self.hub.leave(conversation, self.end.id);
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        for conversation in self.end.following.lock().drain() {
            self.hub.leave(conversation, self.end.id);
        }
    }
}

/// Takes a follower away again when its subscription did not come about.
struct LeaveOnDrop<'a> {
    hub: &'a Hub,
    conversation: ConversationId,
    end: u64,
    armed: bool,
}

impl LeaveOnDrop<'_> {
    fn disarm(mut self) {
        self.armed = false;
    }
}

impl Drop for LeaveOnDrop<'_> {
    fn drop(&mut self) {
        if self.armed {
            self.hub.leave(self.conversation, self.end);
        }
    }
}
