//! What can be done with conversations, by the host's code as by HTTP.

mod assign;
mod bot;
mod desk;
mod following;
mod front;
mod history;
mod hub;
mod inbox;
mod letters;
mod mention;
mod opening;
mod refresh;
mod roster;
mod search;
mod trail;
mod transcript;
mod unread;
mod writer;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::try_join_all;
use parking_lot::Mutex;
use serde::Serialize;
use tokio::sync::Notify;

use super::events::{
    CONVERSATION_ASSIGNED, ConversationAssigned, MESSAGE_SENT, MessageSent, STATUS_CHANGED, StatusChanged,
};
use super::model::{
    AgentStatus, Author, Command, Conversation, Draft, Entry, Epoch, Preview, Priority, ReadMark, Reader, Status,
    Typing, text,
};
use super::store::{AgentSeen, Append, ChatStore, EntryQuery, EntryRange, ListQuery, Listed, Sight};
use crate::bus::Hint;
use crate::clock::{Timestamp, delta};
use crate::contacts::{Blocked, Contact};
use crate::effects::Effects;
use crate::engage::{Base, Context};
use crate::error::{Error, ErrorKind, Result};
use crate::files::{FileCard, Files};
use crate::group::GroupCommit;
use crate::hooks::Announcer;
use crate::identity::{Actor, AgentRef, Audience, Staff};
use crate::ids::{ContactId, ConversationId, EntryId, FileId};
use crate::settings::Settings;

pub(super) use bot::NOT_THE_BOTS;
pub use bot::{Answer, Bot, Heard, Next};
pub(crate) use bot::{HostBot, TO_BOT, keeper};
pub use desk::Team;
pub use front::{Begin, Front, OFFLINE, Reception};
pub use history::History;
pub use hub::{Delivery, Gap, Hub, Published, Subscribed, Subscriber};
pub use inbox::{Inbox, InboxNews};
pub use letters::Letters;
pub use opening::Opening;
pub use roster::{Presence, Roster};
pub use transcript::TranscriptFormat;

use following::ReadUpTo;
use refresh::Refreshing;
use unread::ByMail;
use writer::{News, Writer};

/// How many entries a snapshot holds.
const SNAPSHOT: usize = 50;
/// How many conversations one round of a sweep takes.
const SWEEP: usize = 200;
/// How many conversations are told at once who their contact is: they commit in few groups, and leave room for others.
const TOLD_AT_ONCE: usize = 64;

/// Limits and times of the chat.
#[derive(Debug, Clone, Copy)]
pub struct ChatConfig {
    /// An agent of whom nothing was heard for this long is offline (60 s).
    pub agent_timeout: Duration,
    /// How often a node looks into the database for what no hint told it (5 s; every second while the bus is away).
    pub look: Duration,
}

impl Default for ChatConfig {
    fn default() -> Self {
        Self { agent_timeout: Duration::from_secs(60), look: Duration::from_secs(5) }
    }
}

/// Conversations. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Chat(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    context: Context,
    store: Arc<dyn ChatStore>,
    settings: Settings,
    writer: GroupCommit<Writer>,
    news: News,
    /// The places in the queue are to be counted again.
    queue_changed: Notify,
    /// Up to where every conversation's head has been read from the database.
    read_up_to: Mutex<ReadUpTo>,
    refreshing: Refreshing,
    announcer: Announcer,
    config: ChatConfig,
    /// Whether visitors are heard by a bot at first.
    has_bot: bool,
    by_mail: ByMail,
    /// Where the host takes files.
    files: Option<Files>,
}

/// Something to say.
#[derive(Debug, Clone)]
pub struct Send {
    /// Where.
    pub conversation: ConversationId,
    /// The sender's own id of it: 1 to 64 of `A-Z a-z 0-9 - _ . :`, unique in the conversation.
    pub client_message_id: String,
    /// What: 1 to 10,000 characters; with files it may be nothing at all.
    pub body: String,
    /// The entry that it answers.
    pub reply_to: Option<EntryId>,
    /// Whether only staff may see it.
    pub note: bool,
    /// What goes with it: files of the sender's that are ready and went nowhere else.
    pub files: Vec<FileId>,
    /// Of a note: the ids of agents whom it asks to look, at most 20.
    pub mentions: Vec<String>,
}

/// What was said, as stored.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The message.
    pub entry: Entry,
    /// Whether it had been stored before.
    pub replayed: bool,
}

/// A conversation as one reader sees it now.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The conversation.
    pub listed: Listed,
    /// Its newest entries, oldest first.
    pub entries: Vec<Entry>,
    /// Whether there are older ones.
    pub has_more: bool,
    /// Who has read how far.
    pub reads: Vec<ReadMark>,
    /// The history that the numbers belong to, or one before it.
    pub epoch: Epoch,
}

impl Chat {
    pub(crate) async fn start(
        base: &Base,
        config: ChatConfig,
        has_bot: bool,
        has_mail: bool,
        files: Option<Files>,
    ) -> Result<Self> {
        let Base { context, stores, bus, settings, relay, announcer, tasks, .. } = base;
        let store = Arc::clone(&stores.chat);
        // First in which history, then what there is in it.
        let epoch = store.epoch().await?;
        let inbox_head = store.inbox_head().await?;
        let hub = Hub::new(Arc::clone(&store), epoch, inbox_head);
        let news = News { hub, bus: Arc::clone(bus), relay: relay.clone(), routed: Arc::default() };
        let writer = GroupCommit::start(Arc::new(Writer { store: Arc::clone(&store), news: news.clone() }), tasks);
        let chat = Self(Arc::new(Inner {
            context: context.clone(),
            store,
            settings: settings.clone(),
            writer,
            news,
            queue_changed: Notify::new(),
            read_up_to: Mutex::new(ReadUpTo { epoch, place: inbox_head }),
            refreshing: Refreshing::default(),
            announcer: announcer.clone(),
            config,
            has_bot,
            by_mail: ByMail::new(has_mail),
            files,
        }));
        chat.refresh_agents().await?;
        let (routing, counting, refreshing) = (chat.clone(), chat.clone(), chat.clone());
        tasks.spawn(|stopping| routing.route(stopping));
        tasks.spawn(|stopping| counting.count_places(stopping));
        tasks.spawn(|stopping| refreshing.follow_agents(stopping));
        let (own, hints) = (chat.clone(), bus.subscribe());
        tasks.spawn(|mut stopping| async move {
            tokio::select! {
                () = own.follow(hints) => {}
                () = stopping.wait() => {}
            }
        });
        Ok(chat)
    }

    fn store(&self) -> &Arc<dyn ChatStore> {
        &self.0.store
    }

    /// The hub, for adapters that push.
    pub fn hub(&self) -> &Hub {
        &self.0.news.hub
    }

    /// Says something. Takes its place in the order of what is said when it is called, or, with files or mentions, when the
    /// files are found to be the sender's and the agents to be there; the future answers after the commit.
    ///
    /// # Errors
    /// `Invalid` for the text or the files, and below `/mentions` for agents who are not there or may not see the conversation; `NotFound` when the conversation does not exist for `actor`; `Forbidden` (`blocked`) for who may
    /// not write, though what was stored before is answered as before; `Conflict` (`client_message_id_reused`) when the id
    /// bears another message.
    pub fn send(&self, actor: Actor, send: Send) -> impl Future<Output = Result<Sent>> + std::marker::Send + use<> {
        let submit = |chat: &Self, append: Append| {
            let told = chat.0.by_mail.is_promised_by(&append);
            (chat.0.writer.submit(append), told)
        };
        // What has neither files nor mentions is submitted here, before anybody waits for anything.
        let submitted = match send.files.is_empty() && send.mentions.is_empty() {
            true => Ok(self.message(&actor, send, Vec::new(), Vec::new()).map(|append| submit(self, append))),
            false => Err(send),
        };
        let chat = self.clone();
        async move {
            let submitted = match submitted {
                Ok(submitted) => submitted,
                Err(send) => {
                    let mentions = chat.mentioned(&actor, &send).await?;
                    let files = chat.take_files(&actor, &send).await?;
                    chat.message(&actor, send, files, mentions).map(|append| submit(&chat, append))
                }
            };
            let (submitted, told) = submitted?;
            let appended = submitted.await?;
            if let Some((conversation, due)) = told {
                chat.0.by_mail.note(conversation, due);
            }
            let entry = appended.entries.into_iter().next_back();
            let entry = entry.ok_or_else(|| Error::new(ErrorKind::Internal, "a message made no entry"))?;
            Ok(Sent { entry, replayed: appended.replayed })
        }
    }

    /// Opens, snoozes or closes. `snoozed_until` counts for `Snoozed` only.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for visitors; `Invalid` when the time has passed.
    pub async fn set_status(
        &self,
        actor: Actor,
        conversation: ConversationId,
        status: Status,
        snoozed_until: Option<Timestamp>,
    ) -> Result<Conversation> {
        if snoozed_until.is_some_and(|until| until <= self.0.context.clock.now()) {
            return Err(Error::invalid("/snoozed_until", "past", "this time has passed"));
        }
        let event = self.event(STATUS_CHANGED, &StatusChanged { conversation, status })?;
        self.change(actor, conversation, Command::Status { status, snoozed_until }, event).await
    }

    /// Gives a conversation to an agent, or to nobody. With `expected`, only if it is that agent's now.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for visitors; `Conflict` when `expected` does not hold; `Invalid` when there is no such agent.
    pub async fn assign(
        &self,
        actor: Actor,
        conversation: ConversationId,
        agent: Option<&str>,
        expected: Option<Option<String>>,
    ) -> Result<Conversation> {
        let agent = match (agent, &actor) {
            (None, _) => None,
            (Some(id), Actor::Staff(staff)) if staff.agent.id == id => Some(staff.agent.clone()),
            (Some(id), _) => Some(self.agent(id).await?),
        };
        let event = self.event(CONVERSATION_ASSIGNED, &ConversationAssigned { conversation, agent: agent.clone() })?;
        self.change(actor, conversation, Command::Assign { agent, expected }, event).await
    }

    /// Gives a conversation to a team, or to everybody. Who answers it stays.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for visitors; `Invalid` for the team's name.
    pub async fn set_team(
        &self,
        actor: Actor,
        conversation: ConversationId,
        team: Option<&str>,
    ) -> Result<Conversation> {
        self.give_to_team(actor, conversation, team, false, Effects::none()).await
    }

    /// The same, and takes it from its assignee: whoever has room in the team gets it.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for visitors; `Invalid` for the team's name.
    pub async fn transfer(
        &self,
        actor: Actor,
        conversation: ConversationId,
        team: Option<&str>,
    ) -> Result<Conversation> {
        let event = self.event(CONVERSATION_ASSIGNED, &ConversationAssigned { conversation, agent: None })?;
        self.give_to_team(actor, conversation, team, true, event).await
    }

    async fn give_to_team(
        &self,
        actor: Actor,
        conversation: ConversationId,
        team: Option<&str>,
        release: bool,
        effects: Effects,
    ) -> Result<Conversation> {
        team.map(text::checked_team).transpose()?;
        self.change(actor, conversation, Command::Team { team: team.map(str::to_owned), release }, effects).await
    }

    /// Sets who comes first in the queue.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for visitors.
    pub async fn set_priority(
        &self,
        actor: Actor,
        conversation: ConversationId,
        priority: Priority,
    ) -> Result<Conversation> {
        self.change(actor, conversation, Command::Priority { priority }, Effects::none()).await
    }

    /// Sets in which language the visitor wants to be answered: a BCP 47 tag; `None`: any.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for visitors; `Invalid` at `/language` when it is no tag.
    pub async fn set_language(
        &self,
        actor: Actor,
        conversation: ConversationId,
        language: Option<&str>,
    ) -> Result<Conversation> {
        let language = language.map(|tag| text::checked_language(tag, "/language")).transpose()?;
        self.change(actor, conversation, Command::Language { language }, Effects::none()).await
    }

    /// One conversation.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor`.
    pub async fn get(&self, actor: &Actor, conversation: ConversationId) -> Result<Listed> {
        self.0.store.get(conversation, &actor.into()).await?.ok_or_else(|| Error::not_found("the conversation"))
    }

    /// One conversation with its newest entries. Its rows are read one after the other; entries may be newer than `seq`.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor`.
    pub async fn snapshot(&self, actor: &Actor, conversation: ConversationId) -> Result<Snapshot> {
        // Before what is read: of another history it then bears the name of one that is over, and is never taken for more.
        let epoch = self.hub().epoch();
        let listed = self.get(actor, conversation).await?;
        let seq = listed.conversation.seq_for(actor.audience());
        // Up to the `seq` of the row that was read, so that row and entries agree.
        let range = EntryRange::Before(seq + 1);
        let entries = self.0.store.entries(&EntryQuery::new(conversation, actor.audience(), range, SNAPSHOT)).await?;
        let has_more = entries.first().and_then(|first| first.seq_for(actor.audience())).is_some_and(|first| first > 1);
        let reads = self.0.store.reads(conversation).await?;
        Ok(Snapshot { listed, entries, has_more, reads, epoch })
    }

    /// Entries of a conversation, at most `limit`, oldest first.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor`.
    pub async fn entries(
        &self,
        actor: &Actor,
        conversation: ConversationId,
        range: EntryRange,
        limit: usize,
    ) -> Result<(Listed, Vec<Entry>)> {
        let listed = self.get(actor, conversation).await?;
        let entries = self.0.store.entries(&EntryQuery::new(conversation, actor.audience(), range, limit)).await?;
        Ok((listed, entries))
    }

    /// A page of conversations, latest change first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(&self, query: &ListQuery) -> Result<Vec<Listed>> {
        self.0.store.list(query).await
    }

    /// Conversations that changed after a place in the inbox, oldest change first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn changed(&self, sight: &Sight, inbox_seq: i64, limit: usize) -> Result<Vec<Listed>> {
        self.0.store.changed(sight, inbox_seq, limit).await
    }

    /// One conversation, if it exists for `sight`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn seen(&self, sight: &Sight, conversation: ConversationId) -> Result<Option<Listed>> {
        self.0.store.get(conversation, sight).await
    }

    /// The newest place in the inbox.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn inbox_head(&self) -> Result<i64> {
        self.0.store.inbox_head().await
    }

    /// Says that `actor` has read up to `seq` in their numbering. Gives the mark and how much is unread now.
    ///
    /// # Errors
    /// `NotFound` when the conversation does not exist for `actor`.
    pub async fn mark_read(&self, actor: &Actor, conversation: ConversationId, seq: i64) -> Result<(ReadMark, i64)> {
        let contact = self.get(actor, conversation).await?.conversation.contact;
        let reader =
            Author::from(actor).reader().ok_or_else(|| Error::new(ErrorKind::Unsupported, "engage does not read"))?;
        let marked = self.0.store.mark_read(conversation, &reader, seq.max(0)).await?;
        let (mark, unread) = marked.ok_or_else(|| Error::not_found("the conversation"))?;
        self.0.news.bus.publish(Hint::Read { conversation, contact, mark: mark.clone() });
        Ok((mark, unread))
    }

    /// Lets an agent see a conversation as unread until they read in it again. How far they have read stays as it is, and
    /// nobody else is told.
    ///
    /// # Errors
    /// `NotFound` when the conversation does not exist for `actor`; `Forbidden` for visitors.
    pub async fn mark_unread(&self, actor: &Actor, conversation: ConversationId) -> Result<()> {
        let contact = self.get(actor, conversation).await?.conversation.contact;
        let reader = Author::from(actor).reader().filter(|_| actor.audience() == Audience::Staff);
        let reader = reader.ok_or_else(|| Error::new(ErrorKind::Forbidden, "only agents may do this"))?;
        if !self.0.store.mark_unread(conversation, &reader).await? {
            return Err(Error::not_found("the conversation"));
        }
        // Their other windows look at it again, as after reading; the mark itself is no news.
        let marks = self.0.store.reads(conversation).await?;
        let mark = marks.into_iter().find(|mark| mark.reader.key() == reader.key());
        let mark = mark.unwrap_or(ReadMark { reader, seq: 0, visitor_seq: 0 });
        self.0.news.bus.publish(Hint::Read { conversation, contact, mark });
        Ok(())
    }

    /// Says that `actor` types, or has stopped. Nothing is stored.
    ///
    /// # Errors
    /// `NotFound` when the conversation does not exist for `actor`; `Forbidden` (`blocked`) for who may not write.
    pub async fn typing(
        &self,
        actor: &Actor,
        conversation: ConversationId,
        typing: bool,
        staff_only: bool,
    ) -> Result<()> {
        self.get_to_write(actor, conversation).await?;
        self.tell_typing(actor, conversation, typing, staff_only);
        Ok(())
    }

    /// The same for a caller who already follows the conversation.
    pub fn tell_typing(&self, actor: &Actor, conversation: ConversationId, typing: bool, staff_only: bool) {
        let typing = Typing { conversation, author: actor.into(), typing, staff_only, preview: None };
        self.0.news.bus.publish(Hint::Typing(typing));
    }

    /// Says that `actor` types, and what they have typed so far. Staff who follow the conversation see a visitor's, where
    /// `chat.typing_preview` is set; nothing is stored. Of others, and elsewhere, only that they type is told.
    ///
    /// # Errors
    /// `NotFound` when the conversation does not exist for `actor`; `Forbidden` (`blocked`) for who may not write;
    /// `Invalid` at `/text` for control characters, or more than 1,000 characters.
    pub async fn preview(&self, actor: &Actor, conversation: ConversationId, draft: Draft) -> Result<()> {
        let draft = draft.checked()?;
        let is_shown = matches!(actor, Actor::Visitor(_)) && self.0.settings.get().chat_typing_preview;
        // Also for who follows it: whose it is now decides who may see the text.
        let team = self.get_to_write(actor, conversation).await?.team;
        let preview = is_shown.then_some(Preview { draft, team });
        let typing = Typing { conversation, author: actor.into(), typing: true, staff_only: false, preview };
        self.0.news.bus.publish(Hint::Typing(typing));
        Ok(())
    }

    async fn get_to_write(&self, actor: &Actor, conversation: ConversationId) -> Result<Conversation> {
        let row = self.get(actor, conversation).await?.conversation;
        let is_refused = matches!(actor, Actor::Visitor(_)) && row.blocked.is_some();
        if is_refused { Err(Blocked::refusal()) } else { Ok(row) }
    }

    /// A sign of life of an agent. Somebody who comes online gets what waits, soon after.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn see_agent(&self, staff: &Staff, status: Option<AgentStatus>) -> Result<()> {
        let was = self.status_of(&staff.agent.id);
        let seen = AgentSeen {
            agent: staff.agent.clone(),
            teams: staff.teams.clone(),
            admin: staff.admin,
            status: status.map(|status| if status == AgentStatus::Offline { AgentStatus::Away } else { status }),
            at: self.0.context.clock.now(),
        };
        self.0.store.see_agent(&seen).await?;
        if was.is_none_or(|was| was == AgentStatus::Offline) || status.is_some_and(|status| Some(status) != was) {
            self.refresh_agents().await?;
            self.0.news.bus.publish(Hint::Presence { agent: staff.agent.id.clone() });
            if self.status_of(&staff.agent.id) == Some(AgentStatus::Online) {
                self.0.news.routed.notify_one();
            }
        }
        Ok(())
    }

    /// Wakes what is snoozed until now.
    pub(crate) async fn wake_snoozed(&self) -> Result<()> {
        for conversation in self.0.store.waking(self.0.context.clock.now(), SWEEP).await? {
            let command = Command::Status { status: Status::Open, snoozed_until: None };
            self.change(Actor::System, conversation, command, Effects::none()).await?;
        }
        Ok(())
    }

    /// The ids of a contact's conversations, at most `limit`.
    pub(crate) async fn of_contact(&self, contact: ContactId, limit: usize) -> Result<Vec<ConversationId>> {
        self.0.store.of_contact(contact, limit).await
    }

    /// Tells conversations of the contact `of` who their contact is now.
    pub(crate) async fn contact_changed(
        &self,
        of: ContactId,
        now: &Contact,
        conversations: &[ConversationId],
    ) -> Result<()> {
        // A key that no client can use makes it idempotent.
        let key = format!("~contact:{}:{}", now.id, now.version);
        for conversations in conversations.chunks(TOLD_AT_ONCE) {
            let told = conversations.iter().map(|conversation| {
                let (contact, version, blocked) = (now.card(), now.version, now.blocked.clone());
                let command = Command::Contact { of, contact, version, blocked };
                self.0.writer.submit(self.command(*conversation, Actor::System, command).client_message_id(&*key))
            });
            try_join_all(told).await?;
        }
        Ok(())
    }

    /// Has the sockets of a contact looked after who is blocked, on every node.
    pub(crate) fn end_blocked_sockets(&self, contact: ContactId) {
        self.0.news.bus.publish(Hint::ContactBlocked { contact });
    }

    /// Closes the open sockets of a contact, on every node.
    pub(crate) fn end_sockets(&self, contact: ContactId) {
        self.0.news.bus.publish(Hint::SessionsEnded { contact });
    }

    async fn agent(&self, id: &str) -> Result<AgentRef> {
        let agents = self.0.store.agents(self.agents_alive_since()).await?;
        let found = agents.into_iter().find(|agent| agent.agent.id == id);
        found.map(|agent| agent.agent).ok_or_else(|| Error::invalid("/agent", "unknown", "there is no such agent"))
    }

    /// All agents, here or not.
    pub(crate) async fn known_agents(&self) -> Result<Vec<AgentRef>> {
        let agents = self.0.store.agents(self.agents_alive_since()).await?;
        Ok(agents.into_iter().map(|agent| agent.agent).collect())
    }

    fn agents_alive_since(&self) -> Timestamp {
        self.0.context.clock.now() - delta(self.0.config.agent_timeout)
    }

    fn status_of(&self, agent: &str) -> Option<AgentStatus> {
        self.hub().agents().borrow().status(agent)
    }

    /// The sender's files become the message's. What is wrong with the message is found before.
    async fn take_files(&self, actor: &Actor, send: &Send) -> Result<Vec<FileCard>> {
        if send.files.is_empty() {
            return Ok(Vec::new());
        }
        text::checked_client_message_id(&send.client_message_id)?;
        text::checked_body_beside(&send.body, true)?;
        let files = self.files_taken()?;
        files.attach(actor, &send.files, send.conversation, &send.client_message_id, send.note).await
    }

    fn files_taken(&self) -> Result<&Files> {
        let off = || Error::invalid("/files", "files_off", "this site takes no files");
        self.0.files.as_ref().ok_or_else(off)
    }

    fn message(&self, actor: &Actor, send: Send, files: Vec<FileCard>, mentions: Vec<AgentRef>) -> Result<Append> {
        text::checked_client_message_id(&send.client_message_id)?;
        let Send { conversation, client_message_id, body, reply_to, note, .. } = send;
        let body = text::checked_body_beside(&body, !files.is_empty())?;
        let ids = files.iter().map(|file| file.id).collect();
        let mentioning = self.mentioning(actor, conversation, &mentions)?;
        let command = match note {
            true => Command::Note { body, reply_to, files, mentions },
            false => Command::Message { body, reply_to, files },
        };
        let sent = MessageSent { conversation, author: actor.into(), note, entry: None, seq: None, files: ids };
        let mut effects = self.event(MESSAGE_SENT, &sent)?;
        effects.absorb(mentioning);
        if !note {
            effects.absorb(self.to_mail(actor, conversation)?);
        }
        let append = self.command(conversation, actor.clone(), command).client_message_id(client_message_id);
        if note { Ok(append.effects(effects)) } else { self.to_hear(append.effects(effects)) }
    }

    async fn change(
        &self,
        actor: Actor,
        conversation: ConversationId,
        command: Command,
        effects: Effects,
    ) -> Result<Conversation> {
        let append = self.command(conversation, actor, command).effects(effects);
        Ok(self.0.writer.submit(append).await?.conversation)
    }

    fn command(&self, conversation: ConversationId, actor: Actor, command: Command) -> Append {
        let context = &self.0.context;
        Append::new(conversation, actor, command, context.clock.now(), [context.ids.next(), context.ids.next()])
    }

    fn event(&self, name: &str, data: &impl Serialize) -> Result<Effects> {
        self.0.announcer.tell(name, data)
    }
}

impl Reader {
    /// The reader that an agent is.
    pub fn agent(agent: &AgentRef) -> Self {
        Self::Agent { id: agent.id.clone(), name: agent.name.clone() }
    }
}
