//! The port of the chat.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::model::{
    Agent, AgentStatus, Command, Conversation, Entry, Epoch, Page, Plan, Planned, Priority, ReadMark, Reader, Status,
    assignments,
};
use crate::attributes::Attributes;
use crate::bus::Head;
use crate::clock::Timestamp;
use crate::contacts::{Blocked, ContactCard};
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{Actor, AgentRef, Audience, Staff};
use crate::ids::{ContactId, ConversationId, EntryId};
use crate::outbox::{Outbox, OutboxMessage};
use crate::words::Terms;

/// Keeps conversations.
///
/// # Contract
/// - Numbering: entries of a conversation get `seq` under the lock of its row, in the transaction that inserts them, so
///   that commit order is `seq` order and there is no hole. [`super::Plan`] does the numbering; a store loads under
///   lock, plans and writes what was planned.
/// - `inbox_seq` comes from one counter that is locked after the conversations and until the commit, so that whoever has
///   read up to `n` never later finds a change at `n` or below.
/// - Whatever a method changes is committed when it returns, with its effects, or nothing is.
/// - Reads see every commit that was answered before they began: no lagging replica.
#[async_trait]
pub trait ChatStore: Debug + Send + Sync + 'static {
    /// Makes a conversation with its first message, as [`Open::plan`] plans it. Idempotent by contact and client message id.
    ///
    /// A store that keeps the contacts in the same database holds the contact's row from here to the commit, so that nobody
    /// is blocked in between without this conversation being told.
    ///
    /// # Errors
    /// `Forbidden` with code `blocked` when a visitor opens who may not write; `Conflict` with code `client_message_id_reused` when that id opened another conversation with another text.
    async fn open(&self, open: &Open) -> Result<Opened>;

    /// Applies commands in one transaction, in order; the results are in the order of `batch`.
    ///
    /// A command on a row that somebody else holds gives `Locked`: at once with [`Lock::Skip`], else after the wait.
    /// Errors of one command do not touch the others. Rows are locked in the order of their ids.
    ///
    /// # Errors
    /// When nothing of the batch was committed, or when it is not known whether it was: commands are idempotent.
    async fn append(&self, batch: &[Append], lock: Lock) -> Result<Vec<Result<Appended>>>;

    /// A conversation as `sight` sees it.
    async fn get(&self, id: ConversationId, sight: &Sight) -> Result<Option<Listed>>;

    /// Entries, oldest first. Does not check who asks.
    async fn entries(&self, query: &EntryQuery) -> Result<Vec<Entry>>;

    /// One page of the conversations that `query.sight` sees, latest change first.
    async fn list(&self, query: &ListQuery) -> Result<Vec<Listed>>;

    /// Conversations that changed after `inbox_seq` and that `sight` sees or, by `past_teams`, used to see; oldest
    /// change first, at most `limit`.
    async fn changed(&self, sight: &Sight, inbox_seq: i64, limit: usize) -> Result<Vec<Listed>>;

    /// Heads of the conversations that changed after `inbox_seq`, oldest change first, at most `limit`.
    async fn heads_after(&self, inbox_seq: i64, limit: usize) -> Result<Vec<Head>>;

    /// The newest place in the inbox; 0 when nothing ever changed.
    async fn inbox_head(&self) -> Result<i64>;

    /// The ids of a contact's conversations, at most `limit`.
    async fn of_contact(&self, contact: ContactId, limit: usize) -> Result<Vec<ConversationId>>;

    /// The queue: conversations that wait for somebody, the more urgent first, then the longest waiting, then by id; at
    /// most `limit`.
    async fn waiting(&self, limit: usize) -> Result<Vec<Conversation>>;

    /// Gives what waits to agents as [`assignments`] says, and tells what was given.
    ///
    /// It decides on the queue and on the agents' loads as they are when it commits: no other commit comes between, also
    /// of another node. What was opened in the meantime may be left for the next call.
    ///
    /// The default holds that for one node that does nothing else at the time.
    ///
    /// # Errors
    /// When nothing was given, or when it is not known whether it was.
    async fn dispatch(&self, dispatch: &Dispatch) -> Result<Vec<Appended>> {
        let waiting = self.waiting(dispatch.limit).await?;
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        let given = assignments(&waiting, &self.agents(dispatch.alive_since).await?, dispatch.capacity);
        let batch = given.into_iter().map(|(id, agent)| dispatch.offer.append(id, agent));
        let done = self.append(&batch.collect::<Result<Vec<_>>>()?, Lock::Wait(Duration::from_secs(1))).await?;
        // One that is held or was taken meanwhile is somebody else's matter.
        Ok(done.into_iter().filter_map(Result::ok).collect())
    }

    /// Open conversations that were offered to their assignee before `before` and not taken, longest first, at most `limit`.
    /// By default none, and nothing is ever taken back.
    async fn offered(&self, _before: Timestamp, _limit: usize) -> Result<Vec<Conversation>> {
        Ok(Vec::new())
    }

    /// Snoozed conversations that are to wake at `now`, at most `limit`.
    async fn waking(&self, now: Timestamp, limit: usize) -> Result<Vec<ConversationId>>;

    /// Moves a reader's mark forward to `seq` in the reader's numbering (clamped to what exists); never back. From `seq` 1 on
    /// it ends what [`ChatStore::mark_unread`] noted. Gives the mark as it now is and how much is unread; `None` when the conversation does not exist.
    async fn mark_read(
        &self,
        conversation: ConversationId,
        reader: &Reader,
        seq: i64,
    ) -> Result<Option<(ReadMark, i64)>>;

    /// Notes that an agent wants to see a conversation as unread, until they read in it again; their mark stays. Says whether
    /// there is such a conversation.
    ///
    /// # Errors
    /// `Unsupported` by default.
    async fn mark_unread(&self, _conversation: ConversationId, _reader: &Reader) -> Result<bool> {
        Err(Error::new(ErrorKind::Unsupported, "this store marks nothing as unread"))
    }

    /// All marks of a conversation, in no order.
    async fn reads(&self, conversation: ConversationId) -> Result<Vec<ReadMark>>;

    /// Notes a sign of life of an agent.
    async fn see_agent(&self, seen: &AgentSeen) -> Result<()>;

    /// Sets what an agent takes, if there is such an agent.
    ///
    /// # Errors
    /// `Unsupported` by default.
    async fn set_agent(&self, _profile: &AgentProfile, _effects: &Effects) -> Result<bool> {
        Err(Error::new(ErrorKind::Unsupported, "this store keeps no limits of agents"))
    }

    /// All agents; those not seen since `alive_since` are offline.
    async fn agents(&self, alive_since: Timestamp) -> Result<Vec<Agent>>;

    /// The teams that have open conversations, by name. By default none.
    async fn team_loads(&self) -> Result<Vec<TeamLoad>> {
        Ok(Vec::new())
    }

    /// The labels that any conversation bears, in the order of their characters, from `from` on; at most `limit`. By default
    /// none.
    async fn labels(&self, from: &str, limit: usize) -> Result<Vec<String>> {
        let _ = (from, limit);
        Ok(Vec::new())
    }

    /// Takes up to `limit` messages and notes, which were committed and are not found yet, into what [`ChatStore::search`]
    /// finds, and says whether there are more. Apart from [`ChatStore::append`], so that nobody who writes waits for it. A
    /// store that finds all anyway has nothing to do.
    async fn index(&self, limit: usize) -> Result<bool> {
        let _ = limit;
        Ok(false)
    }

    /// Messages and notes with all the words, latest found first. What was committed since the last
    /// [`ChatStore::index`] may be missing.
    ///
    /// # Errors
    /// `Unsupported` by stores that cannot.
    async fn search(&self, query: &SearchQuery) -> Result<Vec<Found>> {
        let _ = query;
        Err(Error::new(ErrorKind::Unsupported, "this store does not search"))
    }

    /// Adds those of `pages` that are news, as [`Page::after`] says, to what a contact has looked at, of which the latest
    /// [`Page::KEPT`] are kept, and tells which they were. Of two at one moment one may be lost.
    ///
    /// By default none is kept.
    async fn add_pages(&self, contact: ContactId, pages: &[Page]) -> Result<Vec<Page>> {
        let _ = (contact, pages);
        Ok(Vec::new())
    }

    /// What a contact has looked at since, latest first, at most `limit`. By default nothing.
    async fn pages(&self, contact: ContactId, since: Timestamp, limit: usize) -> Result<Vec<Page>> {
        let _ = (contact, since, limit);
        Ok(Vec::new())
    }

    /// What the contact `from` has looked at is `into`'s now. Idempotent.
    async fn move_pages(&self, from: ContactId, into: ContactId) -> Result<()> {
        let _ = (from, into);
        Ok(())
    }

    /// Deletes up to `limit` pages that were looked at before; says how many.
    async fn prune_pages(&self, before: Timestamp, limit: usize) -> Result<u64> {
        let _ = (before, limit);
        Ok(0)
    }

    /// Which history the store's numbers belong to. Asked every few seconds, with each resume, and when entries were read for
    /// those who follow: it must cost little. It must be as true as any read: no answer from before the switch to another history
    /// after the store has shown anything of that one.
    ///
    /// By default always the same: for stores of which nothing is ever lost.
    async fn epoch(&self) -> Result<Epoch> {
        Ok(Epoch::default())
    }

    /// The outbox in the same database, which takes the effects.
    fn outbox(&self) -> Arc<dyn Outbox>;
}

/// What to search for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SearchQuery {
    /// Who looks. Visitors find nothing: search is for staff.
    pub sight: Sight,
    /// The words.
    pub terms: Terms,
    /// Only those with a place below this.
    pub before: Option<i64>,
    /// At most how many.
    pub limit: usize,
}

/// A message or note that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its place among all that can be found; later ones are greater.
    pub place: i64,
    /// The message or note.
    pub entry: Entry,
    /// Who the conversation's contact is.
    pub contact: ContactCard,
}

/// A new conversation.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Open {
    /// Its id.
    pub id: ConversationId,
    /// Whose it is.
    pub contact: ContactId,
    /// The team whose it is.
    pub team: Option<String>,
    /// The visitor's language.
    pub language: Option<String>,
    /// What the site keeps of it from the beginning.
    pub attributes: Attributes,
    /// What was said before its first message.
    pub before: Vec<Append>,
    /// Its first message: a [`Command::Message`] with a client message id.
    pub first: Append,
    /// What is done with it at once.
    pub after: Vec<Append>,
}

/// What waits is to be given to agents.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Dispatch {
    /// Agents not seen since are offline.
    pub alive_since: Timestamp,
    /// How many open conversations an agent without a limit of their own is given; `None`: any number.
    pub capacity: Option<i64>,
    /// How much of the queue to look at.
    pub limit: usize,
    /// What gives one.
    pub offer: Offer,
}

/// Makes the command that gives a conversation to an agent, with what commits with it.
#[derive(Clone)]
pub struct Offer(Arc<Make>);

type Make = dyn Fn(ConversationId, AgentRef) -> Result<Append> + Send + Sync;

/// What an agent takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentProfile {
    /// The agent's id.
    pub id: String,
    /// How many open conversations they are given at most; `None`: as many as the site sets.
    pub capacity: Option<i64>,
    /// The languages that they answer in, BCP 47 tags in lower case.
    pub languages: Vec<String>,
}

/// What [`ChatStore::open`] did.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The conversation as it is now.
    pub conversation: Conversation,
    /// Its first message.
    pub entry: Entry,
    /// All entries that were made; none for a replay.
    pub entries: Vec<Entry>,
    /// Whether it was there already.
    pub replayed: bool,
    /// As [`Appended::epoch`].
    pub epoch: Option<Epoch>,
}

/// A command on its way to the store.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Append {
    /// On what.
    pub conversation: ConversationId,
    /// By whom.
    pub actor: Actor,
    /// What.
    pub command: Command,
    /// The sender's own id of a message or note; unique in its conversation.
    pub client_message_id: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Ids for the entry and for one that it brings about.
    pub ids: [EntryId; 2],
    /// What commits with it.
    pub effects: Effects,
    /// What commits with it when the conversation is the bot's then: the promise that the bot hears it. A conversation that
    /// is opened with one is the bot's.
    pub heard: Option<OutboxMessage>,
}

/// What an [`Append`] did.
#[derive(Debug, Clone)]
pub struct Appended {
    /// The entries that it made; for a replay the message that was there already; empty when nothing changed.
    pub entries: Vec<Entry>,
    /// Whether the same message was there already.
    pub replayed: bool,
    /// The conversation's row afterwards.
    pub conversation: Conversation,
    /// In which history of the database it was written, if the store knows it without asking.
    pub epoch: Option<Epoch>,
}

/// How to meet a row that somebody else holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Leave it out.
    Skip,
    /// Wait for it this long.
    Wait(Duration),
}

/// Who looks, which decides what exists for them and which marks count their unread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// A visitor.
    Visitor(ContactId),
    /// An agent or admin.
    Staff(Staff),
    /// engage itself: sees all, has read nothing.
    All,
}

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The conversation.
    pub conversation: Conversation,
    /// Who its contact is.
    pub contact: ContactCard,
    /// How many messages by others came after the looker's mark, as far as the looker sees them.
    pub unread: i64,
    /// The looker has marked it as unread since they last read in it. Of staff alone.
    pub marked_unread: bool,
    /// A note after the looker's mark asks them to look. Of staff alone.
    pub mentioned: bool,
}

/// What of a team is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamLoad {
    /// Which.
    pub team: String,
    /// How many conversations.
    pub open: i64,
    /// How many of them wait for somebody to take them.
    pub waiting: i64,
}

/// Which entries to read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EntryQuery {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// As seen by whom.
    pub audience: Audience,
    /// Which.
    pub range: EntryRange,
    /// At most how many.
    pub limit: usize,
}

/// A range in the numbering of the audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryRange {
    /// The first ones after this number.
    After(i64),
    /// The last ones before this number.
    Before(i64),
    /// The last ones.
    Latest,
}

/// Which conversations to list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ListQuery {
    /// Who looks.
    pub sight: Sight,
    /// With which status. A visitor's `Open` takes in snoozed ones.
    pub status: StatusFilter,
    /// Answered by whom.
    pub assignee: AssigneeFilter,
    /// Of which team.
    pub team: TeamFilter,
    /// Only those with this label.
    pub label: Option<String>,
    /// Only those of this priority.
    pub priority: Option<Priority>,
    /// Only those with a note that asks the looker to look, read or not.
    pub mentioned: bool,
    /// Only those with an `inbox_seq` below this.
    pub before: Option<i64>,
    /// At most how many.
    pub limit: usize,
}

/// Which status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusFilter {
    /// Any.
    All,
    /// One.
    Is(Status),
}

/// Answered by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssigneeFilter {
    /// Anybody or nobody.
    Any,
    /// Nobody.
    None,
    /// This agent.
    Is(String),
}

/// Of which team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TeamFilter {
    /// Of any or none.
    Any,
    /// Of none: everybody's.
    None,
    /// Of this team.
    Is(String),
}

/// A sign of life.
#[derive(Debug, Clone)]
pub struct AgentSeen {
    /// Who.
    pub agent: AgentRef,
    /// Their teams.
    pub teams: Vec<String>,
    /// Whether they see what is of any team.
    pub admin: bool,
    /// What they have chosen; `None` leaves it (a new one is online).
    pub status: Option<AgentStatus>,
    /// When.
    pub at: Timestamp,
}

impl Open {
    /// A conversation of `contact` that begins with `first`.
    pub fn new(contact: ContactId, team: Option<String>, first: Append) -> Self {
        let (attributes, before, after) = (Attributes::default(), Vec::new(), Vec::new());
        Self { id: first.conversation, contact, team, language: None, attributes, before, first, after }
    }

    /// In a language.
    #[must_use]
    pub fn language(mut self, language: Option<String>) -> Self {
        self.language = language;
        self
    }

    /// The conversation as it is before its first message.
    pub fn row(&self) -> Conversation {
        let mut row = Conversation::new(self.id, self.contact, self.team.clone(), self.first.at);
        row.routing.language.clone_from(&self.language);
        row.attributes.clone_from(&self.attributes);
        row.bot = self.first.heard.is_some();
        row
    }

    /// What to write, and the answer but for its `inbox_seq`. `blocked`: as the contact's row says.
    ///
    /// # Errors
    /// What [`Conversation::advance`] says of any part of it.
    pub fn plan(&self, blocked: Option<Blocked>) -> Result<(Planned, Opened)> {
        let mut row = self.row();
        row.blocked = blocked;
        let mut plan = Plan::new([row], []);
        let mut entries = Vec::new();
        for before in &self.before {
            entries.extend(plan.apply(before)?.entries);
        }
        let Appended { entries: said, mut conversation, .. } = plan.apply(&self.first)?;
        let entry = said.last().cloned().ok_or_else(|| Error::internal("a conversation begins with a message"))?;
        entries.extend(said);
        for after in &self.after {
            let done = plan.apply(after)?;
            entries.extend(done.entries);
            conversation = done.conversation;
        }
        Ok((plan.finish(), Opened { conversation, entry, entries, replayed: false, epoch: None }))
    }

    /// The answer when it was opened before: `conversation` as it is now, and its entry with the client message id.
    ///
    /// # Errors
    /// `Conflict` (`client_message_id_reused`) when that is another message.
    pub fn replay(&self, conversation: Conversation, entry: Entry) -> Result<Opened> {
        if self.first.says(&entry) {
            Ok(Opened { conversation, entry, entries: Vec::new(), replayed: true, epoch: None })
        } else {
            Err(Error::new(ErrorKind::Conflict, "this client_message_id began another conversation")
                .with_code("client_message_id_reused"))
        }
    }
}

impl Dispatch {
    /// All that waits, among agents who were seen since `alive_since`.
    pub fn new(alive_since: Timestamp, limit: usize, offer: Offer) -> Self {
        Self { alive_since, capacity: None, limit, offer }
    }

    /// With room for so many for each agent who has no limit of their own.
    #[must_use]
    pub fn capacity(mut self, capacity: Option<i64>) -> Self {
        self.capacity = capacity;
        self
    }
}

impl Offer {
    /// An offer as `make` makes it.
    pub fn new(make: impl Fn(ConversationId, AgentRef) -> Result<Append> + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    /// The command that gives `conversation` to `agent`.
    ///
    /// # Errors
    /// When its effects cannot be written.
    pub fn append(&self, conversation: ConversationId, agent: AgentRef) -> Result<Append> {
        (self.0)(conversation, agent)
    }
}

impl Debug for Offer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Offer")
    }
}

impl Append {
    /// A command without effects and without a client message id.
    pub fn new(conversation: ConversationId, actor: Actor, command: Command, at: Timestamp, ids: [EntryId; 2]) -> Self {
        let effects = Effects::none();
        Self { conversation, actor, command, client_message_id: None, at, ids, effects, heard: None }
    }

    /// With the sender's own id.
    #[must_use]
    pub fn client_message_id(mut self, id: impl Into<String>) -> Self {
        self.client_message_id = Some(id.into());
        self
    }

    /// With the promise that the bot hears it, if it is the bot's.
    #[must_use]
    pub fn heard_by_bot(mut self, promise: OutboxMessage) -> Self {
        self.heard = Some(promise);
        self
    }

    /// With what commits with it.
    #[must_use]
    pub fn effects(mut self, effects: Effects) -> Self {
        self.effects = effects;
        self
    }
}

impl EntryQuery {
    /// Entries of a conversation.
    pub fn new(conversation: ConversationId, audience: Audience, range: EntryRange, limit: usize) -> Self {
        Self { conversation, audience, range, limit }
    }
}

impl ListQuery {
    /// All that `sight` sees.
    pub fn new(sight: Sight, limit: usize) -> Self {
        let (status, assignee, team) = (StatusFilter::All, AssigneeFilter::Any, TeamFilter::Any);
        Self { sight, status, assignee, team, label: None, priority: None, mentioned: false, before: None, limit }
    }
}

impl SearchQuery {
    /// All that `sight` sees with these words.
    pub fn new(sight: Sight, terms: Terms, limit: usize) -> Self {
        Self { sight, terms, before: None, limit }
    }
}

impl Sight {
    /// The reader whose marks count.
    pub fn reader(&self) -> Option<Reader> {
        match self {
            Self::Visitor(_) => Some(Reader::Visitor),
            Self::Staff(staff) => Some(Reader::Agent { id: staff.agent.id.clone(), name: staff.agent.name.clone() }),
            Self::All => None,
        }
    }

    /// The numbering that counts.
    pub fn audience(&self) -> Audience {
        match self {
            Self::Visitor(_) => Audience::Visitor,
            Self::Staff(_) | Self::All => Audience::Staff,
        }
    }

    /// Whether `conversation` exists for the looker.
    pub fn sees(&self, conversation: &Conversation) -> bool {
        match self {
            Self::Visitor(contact) => conversation.contact == *contact,
            Self::Staff(staff) => staff.sees_team(conversation.team.as_deref()),
            Self::All => true,
        }
    }

    /// Whether `conversation` existed for the looker at some time.
    pub fn has_seen(&self, conversation: &Conversation) -> bool {
        self.sees(conversation)
            || matches!(self, Self::Staff(staff) if conversation.past_teams.iter().any(|team| team.is_empty() || staff.teams.contains(team)))
    }
}

impl From<&Actor> for Sight {
    fn from(actor: &Actor) -> Self {
        match actor {
            Actor::Visitor(contact) => Self::Visitor(*contact),
            Actor::Staff(staff) => Self::Staff(staff.clone()),
            Actor::Bot(_) | Actor::System => Self::All,
        }
    }
}
