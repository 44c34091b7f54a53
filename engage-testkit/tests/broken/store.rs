//! A chat store over an intact one, broken in one way.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use engage_core::bus::Head;
use engage_core::chat::{
    Agent, AgentProfile, AgentSeen, Append, Appended, ChatStore, Command, Conversation, Dispatch, Entry, EntryQuery,
    EntryRange, Epoch, Found, ListQuery, Listed, Lock, Open, Opened, Page, Plan, ReadMark, Reader, SearchQuery, Sight,
    TeamLoad, assignments,
};
use engage_core::clock::{Clock, ManualClock, Timestamp, from_micros};
use engage_core::contacts::Contact;
use engage_core::entropy::OsEntropy;
use engage_core::ids::{ContactId, ConversationId, EntryId, Ids};
use engage_core::outbox::Outbox;
use engage_core::{Audience, Effects, Error, ErrorKind, Result, Stores, async_trait};
use parking_lot::Mutex;

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Every 13th message is answered and not stored.
    DropsSome,
    /// Answers first and commits a moment later.
    AnswersEarly,
    /// Numbers entries over all conversations, and while it does not hold the row.
    GlobalSerial,
    /// Does not know a client message id again.
    DuplicatesRetries,
    /// Knows a client message id again and does not look at what it bears.
    IgnoresPayload,
    /// Applies a batch from its end.
    SwapsOrder,
    /// One command's error fails the batch.
    FailsTogether,
    /// Writes effects in a transaction of their own, after the change.
    EffectsApart,
    /// Writes effects of replays and of no-ops.
    EffectsOfReplays,
    /// From the third on, one message is not counted.
    UnreadOffByOne,
    /// A mark is wherever the last call put it.
    MarksMoveBack,
    /// Reads for visitors what staff read.
    ShowsNotes,
    /// Does not look at who asks.
    ShowsStrangers,
    /// Ignores what a claim expects.
    SetsBlindly,
    /// Takes the place in the inbox before the commit, as a serial column does.
    InboxOutOfOrder,
    /// Tells only those who still see a conversation.
    ForgetsPastTeams,
    /// Keeps milliseconds.
    CutsTimes,
    /// Gives agents more than the site allows.
    GivesTooMuch,
    /// Gives what came last first.
    ServesLastFirst,
    /// Decides, and commits a moment later what it decided.
    GivesLate,
    /// Does not say that the database has another history.
    ForgetsHistory,
    /// Gives the history another name each time.
    RenamesHistory,
}

#[derive(Debug)]
pub(crate) struct Broken {
    stores: Stores,
    inner: Arc<dyn ChatStore>,
    fault: Fault,
    ids: Ids,
    serial: AtomicI64,
    numbers: Mutex<HashMap<EntryId, i64>>,
    places: Mutex<HashMap<ConversationId, i64>>,
    marks: Mutex<HashMap<(ConversationId, String), i64>>,
}

impl Broken {
    pub(crate) fn new(stores: Stores, fault: Fault) -> Self {
        let ids = Ids::new(Arc::new(ManualClock::default()), Arc::new(OsEntropy));
        let inner = Arc::clone(&stores.chat);
        let (numbers, places, marks) = Default::default();
        Self { stores, inner, fault, ids, serial: AtomicI64::new(0), numbers, places, marks }
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    /// What a batch would be answered.
    async fn planned(&self, batch: &[Append]) -> Result<Vec<Result<Appended>>> {
        let (mut rows, mut known) = (Vec::new(), Vec::new());
        for append in batch {
            if let Some(listed) = self.inner.get(append.conversation, &Sight::All).await? {
                rows.push(listed.conversation);
                let all = EntryQuery::new(append.conversation, Audience::Staff, EntryRange::After(0), 10_000);
                known.extend(self.inner.entries(&all).await?);
            }
        }
        let mut plan = Plan::new(rows, known);
        Ok(batch.iter().map(|append| plan.apply(append)).collect())
    }

    async fn write_apart(&self, effects: &Effects) -> Result<()> {
        if effects.is_empty() {
            return Ok(());
        }
        let anybody = Contact::anonymous(self.ids.next(), ManualClock::default().now());
        self.stores.contacts.create(&anybody, effects).await
    }

    fn entry(&self, mut entry: Entry) -> Entry {
        if self.is(Fault::GlobalSerial) {
            let mut numbers = self.numbers.lock();
            entry.seq = *numbers.entry(entry.id).or_insert_with(|| self.serial.fetch_add(1, Ordering::Relaxed) + 1);
        }
        if self.is(Fault::CutsTimes) {
            entry.at = from_micros(entry.at.timestamp_millis() * 1_000);
        }
        if self.is(Fault::DuplicatesRetries) {
            entry.client_message_id = entry.client_message_id.map(|id| id.split('#').next().unwrap().to_owned());
        }
        entry
    }

    fn row(&self, mut row: Conversation) -> Conversation {
        if let Some(place) = self.places.lock().get(&row.id) {
            row.inbox_seq = *place;
        }
        row
    }

    fn listed(&self, mut listed: Listed) -> Listed {
        listed.conversation = self.row(listed.conversation);
        listed.unread = self.unread(listed.unread);
        listed
    }

    fn unread(&self, unread: i64) -> i64 {
        if self.is(Fault::UnreadOffByOne) && unread > 2 { unread - 1 } else { unread }
    }

    fn appended(&self, mut appended: Appended) -> Appended {
        appended.entries = appended.entries.into_iter().map(|entry| self.entry(entry)).collect();
        appended.conversation = self.row(appended.conversation);
        appended.epoch = appended.epoch.filter(|_| !self.is(Fault::ForgetsHistory));
        appended
    }

    /// Takes a place in the inbox for a commit that comes a little later.
    async fn take_place(&self, conversation: ConversationId) -> i64 {
        let place = self.serial.fetch_add(1, Ordering::Relaxed) + 1;
        tokio::time::sleep(Duration::from_micros(u64::from(conversation.0.as_bytes()[15]) * 20)).await;
        place
    }
}

#[async_trait]
impl ChatStore for Broken {
    async fn open(&self, open: &Open) -> Result<Opened> {
        let mut open = open.clone();
        let late = self.is(Fault::EffectsApart).then(|| std::mem::take(&mut open.first.effects));
        let place = if self.is(Fault::InboxOutOfOrder) { self.take_place(open.id).await } else { 0 };
        let mut opened = self.inner.open(&open).await?;
        if place > 0 && !opened.replayed {
            self.places.lock().insert(open.id, place);
        }
        if let Some(mut effects) = late.filter(|_| !opened.replayed) {
            effects.fill("entry", &opened.entry.id.to_string().into());
            effects.fill("seq", &opened.entry.seq.into());
            self.write_apart(&effects).await?;
        }
        opened.conversation = self.row(opened.conversation);
        opened.entry = self.entry(opened.entry);
        opened.epoch = opened.epoch.filter(|_| !self.is(Fault::ForgetsHistory));
        Ok(opened)
    }

    async fn append(&self, batch: &[Append], lock: Lock) -> Result<Vec<Result<Appended>>> {
        let mut batch = batch.to_vec();
        match self.fault {
            Fault::DropsSome if batch.iter().any(|_| self.serial.fetch_add(1, Ordering::Relaxed) % 13 == 12) => {
                return self.planned(&batch).await;
            }
            Fault::AnswersEarly => {
                let answers = self.planned(&batch).await;
                let inner = Arc::clone(&self.inner);
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    inner.append(&batch, lock).await
                });
                return answers;
            }
            Fault::DuplicatesRetries => batch.iter_mut().for_each(|append| {
                let unique: EntryId = self.ids.next();
                append.client_message_id = append.client_message_id.take().map(|id| format!("{id}#{unique}"));
            }),
            Fault::FailsTogether => {
                if let Some(error) = self.planned(&batch).await?.into_iter().find_map(Result::err) {
                    return Ok(batch
                        .iter()
                        .map(|_| Err(Error::new(error.kind(), error.message()).with_code(error.code())))
                        .collect());
                }
            }
            Fault::SetsBlindly => batch.iter_mut().for_each(|append| {
                if let Command::Assign { expected, .. } = &mut append.command {
                    *expected = None;
                }
            }),
            Fault::SwapsOrder => {
                // So slowly that more than one waits for the next batch.
                tokio::time::sleep(Duration::from_millis(4)).await;
                batch.reverse();
                let mut answers = self.inner.append(&batch, lock).await?;
                answers.reverse();
                return Ok(answers);
            }
            _ => {}
        }
        let apart = matches!(self.fault, Fault::EffectsApart | Fault::EffectsOfReplays);
        let late: Vec<_> = batch
            .iter_mut()
            .map(|append| if apart { std::mem::take(&mut append.effects) } else { Effects::none() })
            .collect();
        let mut places = HashMap::new();
        for append in batch.iter().filter(|_| self.is(Fault::InboxOutOfOrder)) {
            places.insert(append.conversation, self.take_place(append.conversation).await);
        }
        let mut answers = self.inner.append(&batch, lock).await?;
        for answer in answers.iter().flatten().filter(|answer| !answer.replayed && !answer.entries.is_empty()) {
            if let Some(place) = places.remove(&answer.conversation.id) {
                self.places.lock().insert(answer.conversation.id, place);
            }
        }
        for (answer, mut effects) in answers.iter().zip(late) {
            let Ok(answer) = answer else { continue };
            if let Some(entry) = answer.entries.last() {
                effects.fill("entry", &entry.id.to_string().into());
                effects.fill("seq", &entry.seq.into());
            }
            if self.is(Fault::EffectsOfReplays) || !(answer.replayed || answer.entries.is_empty()) {
                self.write_apart(&effects).await?;
            }
        }
        if self.is(Fault::IgnoresPayload) {
            for (append, answer) in batch.iter().zip(&mut answers) {
                if answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::Conflict && error.code() != "conflict")
                {
                    let all = EntryQuery::new(append.conversation, Audience::Staff, EntryRange::After(0), 10_000);
                    let entries = self.inner.entries(&all).await?;
                    let known = entries.into_iter().find(|entry| entry.client_message_id == append.client_message_id);
                    let listed = self.inner.get(append.conversation, &Sight::All).await?;
                    if let (Some(known), Some(listed)) = (known, listed) {
                        *answer = Ok(Appended {
                            entries: vec![known],
                            replayed: true,
                            conversation: listed.conversation,
                            epoch: None,
                        });
                    }
                }
            }
        }
        Ok(answers.into_iter().map(|answer| answer.map(|appended| self.appended(appended))).collect())
    }

    async fn get(&self, id: ConversationId, sight: &Sight) -> Result<Option<Listed>> {
        let found = match (self.inner.get(id, sight).await?, self.fault) {
            (None, Fault::ShowsStrangers) => self.inner.get(id, &Sight::All).await?,
            (found, _) => found,
        };
        Ok(found.map(|listed| self.listed(listed)))
    }

    async fn entries(&self, query: &EntryQuery) -> Result<Vec<Entry>> {
        let mut query = query.clone();
        let shown = self.is(Fault::ShowsNotes) && query.audience == Audience::Visitor;
        if shown {
            query.audience = Audience::Staff;
        }
        let entries = self.inner.entries(&query).await?.into_iter().map(|entry| self.entry(entry));
        Ok(entries.map(|entry| if shown { Entry { visitor_seq: Some(entry.seq), ..entry } } else { entry }).collect())
    }

    async fn list(&self, query: &ListQuery) -> Result<Vec<Listed>> {
        Ok(self.inner.list(query).await?.into_iter().map(|listed| self.listed(listed)).collect())
    }

    async fn changed(&self, sight: &Sight, inbox_seq: i64, limit: usize) -> Result<Vec<Listed>> {
        if self.is(Fault::InboxOutOfOrder) {
            let all = self.inner.changed(sight, 0, 10_000).await?.into_iter().map(|listed| self.listed(listed));
            let mut all: Vec<_> = all.filter(|listed| listed.conversation.inbox_seq > inbox_seq).collect();
            all.sort_by_key(|listed| listed.conversation.inbox_seq);
            all.truncate(limit);
            return Ok(all);
        }
        let mut changed = self.inner.changed(sight, inbox_seq, limit).await?;
        changed.retain(|listed| !self.is(Fault::ForgetsPastTeams) || sight.sees(&listed.conversation));
        Ok(changed.into_iter().map(|listed| self.listed(listed)).collect())
    }

    async fn heads_after(&self, inbox_seq: i64, limit: usize) -> Result<Vec<Head>> {
        self.inner.heads_after(inbox_seq, limit).await
    }

    async fn inbox_head(&self) -> Result<i64> {
        match self.fault {
            Fault::InboxOutOfOrder => Ok(self.places.lock().values().copied().max().unwrap_or(0)),
            _ => self.inner.inbox_head().await,
        }
    }

    async fn of_contact(&self, contact: ContactId, limit: usize) -> Result<Vec<ConversationId>> {
        self.inner.of_contact(contact, limit).await
    }

    async fn waiting(&self, limit: usize) -> Result<Vec<Conversation>> {
        Ok(self.inner.waiting(limit).await?.into_iter().map(|row| self.row(row)).collect())
    }

    async fn dispatch(&self, dispatch: &Dispatch) -> Result<Vec<Appended>> {
        match self.fault {
            Fault::GivesTooMuch => return self.inner.dispatch(&dispatch.clone().capacity(None)).await,
            Fault::ServesLastFirst | Fault::GivesLate => {}
            _ => return self.inner.dispatch(dispatch).await,
        }
        let mut waiting = self.inner.waiting(dispatch.limit).await?;
        if self.is(Fault::ServesLastFirst) {
            waiting.reverse();
        }
        let agents = self.inner.agents(dispatch.alive_since).await?;
        tokio::time::sleep(Duration::from_micros(u64::from(self.is(Fault::GivesLate)) * 200)).await;
        let given = assignments(&waiting, &agents, dispatch.capacity);
        let batch =
            given.into_iter().map(|(id, agent)| dispatch.offer.append(id, agent)).collect::<Result<Vec<_>>>()?;
        Ok(self.inner.append(&batch, Lock::Skip).await?.into_iter().filter_map(Result::ok).collect())
    }

    async fn offered(&self, before: Timestamp, limit: usize) -> Result<Vec<Conversation>> {
        self.inner.offered(before, limit).await
    }

    async fn set_agent(&self, profile: &AgentProfile, effects: &Effects) -> Result<bool> {
        self.inner.set_agent(profile, effects).await
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
        let marked = self.inner.mark_read(conversation, reader, seq).await?;
        Ok(marked.map(|(mut mark, unread)| {
            if self.is(Fault::MarksMoveBack) {
                mark.seq = mark.seq.min(seq.max(0));
                self.marks.lock().insert((conversation, reader.key().to_owned()), mark.seq);
            }
            (mark, self.unread(unread))
        }))
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
        let mut marks = self.inner.reads(conversation).await?;
        let moved = self.marks.lock();
        for mark in &mut marks {
            if let Some(seq) = moved.get(&(conversation, mark.reader.key().to_owned())) {
                mark.seq = *seq;
            }
        }
        Ok(marks)
    }

    async fn see_agent(&self, seen: &AgentSeen) -> Result<()> {
        self.inner.see_agent(seen).await
    }

    async fn agents(&self, alive_since: Timestamp) -> Result<Vec<Agent>> {
        self.inner.agents(alive_since).await
    }

    async fn search(&self, query: &SearchQuery) -> Result<Vec<Found>> {
        self.inner.search(query).await
    }

    async fn add_pages(&self, contact: ContactId, pages: &[Page]) -> Result<Vec<Page>> {
        self.inner.add_pages(contact, pages).await
    }

    async fn pages(&self, contact: ContactId, since: Timestamp, limit: usize) -> Result<Vec<Page>> {
        self.inner.pages(contact, since, limit).await
    }

    async fn move_pages(&self, from: ContactId, into: ContactId) -> Result<()> {
        self.inner.move_pages(from, into).await
    }

    async fn prune_pages(&self, before: Timestamp, limit: usize) -> Result<u64> {
        self.inner.prune_pages(before, limit).await
    }

    async fn epoch(&self) -> Result<Epoch> {
        match self.fault {
            Fault::ForgetsHistory => Ok(Epoch::default()),
            Fault::RenamesHistory => Ok(Epoch(self.serial.fetch_add(1, Ordering::Relaxed))),
            _ => self.inner.epoch().await,
        }
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.inner.outbox()
    }
}
