//! The reader's list of conversations, as it changes.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use engage_core::chat::{Chat, Epoch, Inbox, InboxNews, ListQuery, Listed, Sight};
use engage_core::ids::ConversationId;
use engage_core::{Actor, Audience, Result};
use futures_util::future::poll_immediate;
use tokio::time::Instant;

use crate::cursor;
use crate::wire::{Conversation, InboxChanged, InboxState, ServerFrame};

/// How often the list is looked at, at most; the first change after a rest is told at once.
const EVERY: Duration = Duration::from_millis(200);
/// How many conversations a frame holds.
const PAGE: usize = 100;
/// How many may have changed while a client was away; beyond, it fetches the list.
const RECOVER: usize = 200;

/// Follows the list of one reader.
#[derive(Debug)]
pub(super) struct InboxFeed {
    signal: Inbox,
    sight: Sight,
    /// How far the client has been told; `None` while it has not asked.
    told: Option<i64>,
    due: Option<Instant>,
    not_before: Instant,
    /// What a visitor has been told. Notes change a conversation too, and of them a visitor must not hear even that.
    known: HashMap<ConversationId, Conversation>,
    /// Where the agent has read, here or elsewhere: less is unread there.
    read: HashSet<ConversationId>,
}

impl InboxFeed {
    pub(super) fn new(chat: &Chat, actor: &Actor) -> Self {
        let signal = match actor {
            Actor::Visitor(contact) => chat.hub().visitor_inbox(*contact),
            Actor::Staff(_) | Actor::Bot(_) | Actor::System => chat.hub().staff_inbox(),
        };
        let (known, read) = (HashMap::new(), HashSet::new());
        Self { signal, sight: actor.into(), told: None, due: None, not_before: Instant::now(), known, read }
    }

    /// Begins to tell, from `held` on if that can be, which is a place in the history `epoch`. What changed since comes with the
    /// next [`InboxFeed::fetch`].
    pub(super) async fn begin(&mut self, chat: &Chat, held: Option<&str>, epoch: Epoch) -> Result<InboxState> {
        // First where we are, then what changed: what comes in between is told again rather than never.
        let head = chat.inbox_head().await?;
        if let Sight::Visitor(_) = self.sight {
            let known = chat.list(&ListQuery::new(self.sight.clone(), PAGE)).await?;
            self.known = known.iter().map(|listed| (listed.conversation.id, self.shown(listed))).collect();
            self.told = Some(head);
            return Ok(InboxState { recovered: false, cursor: None });
        }
        // A cursor that is not ours may be one of another version.
        let held = held.and_then(|held| cursor::read(held).ok()).filter(|held| *held <= head);
        let recovered = match held {
            Some(held) => chat.changed(&self.sight, held, RECOVER + 1).await?.len() <= RECOVER,
            None => false,
        };
        if recovered {
            chat.hub().confirm(epoch).await?;
        }
        let told = held.filter(|_| recovered).unwrap_or(head);
        self.told = Some(told);
        self.due = recovered.then(Instant::now);
        Ok(InboxState { recovered, cursor: Some(cursor::write(told)) })
    }

    /// Whether news would change anything: a fetch that is due brings them all. A visitor's session may end at any time.
    pub(super) fn listens(&self) -> bool {
        self.due.is_none() && (self.told.is_some() || self.sight.audience() == Audience::Visitor)
    }

    /// Waits for news. Cancel-safe.
    pub(super) async fn changed(&mut self) {
        if let InboxNews::Read(conversation, agent) = self.signal.changed().await {
            let is_own = matches!(&self.sight, Sight::Staff(staff) if staff.agent.id == agent);
            if !is_own || self.told.is_none() {
                return;
            }
            self.read.insert(conversation);
        }
        if self.told.is_some() {
            self.due = Some(self.not_before.max(Instant::now()));
        }
    }

    /// Whether the reader's sessions have ended.
    pub(super) fn has_ended(&self) -> bool {
        self.signal.has_ended()
    }

    /// Whether the reader, a visitor, was said to be blocked since this was asked last.
    pub(super) fn may_be_blocked(&mut self) -> bool {
        self.signal.may_be_blocked()
    }

    /// When to fetch.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// What changed, if anything that the reader may know of did.
    pub(super) async fn fetch(&mut self, chat: &Chat) -> Result<Option<ServerFrame>> {
        self.due = None;
        self.not_before = Instant::now() + EVERY;
        let Some(told) = self.told else { return Ok(None) };
        // What has been signalled until here is in what is read next.
        let _ = poll_immediate(self.signal.changed()).await;
        // What others see is behind the reader too: the next look begins after it.
        let looked = async { Ok((chat.inbox_head().await?, self.look(chat, told).await?)) };
        let (head, mut rows) = match looked.await {
            Ok(looked) => looked,
            Err(error) => {
                self.due = Some(self.not_before);
                return Err(error);
            }
        };
        let is_all = rows.len() < PAGE || self.sight.audience() == Audience::Visitor;
        let last = rows.iter().map(|row| row.conversation.inbox_seq).max().unwrap_or(told);
        let told = if is_all { last.max(head) } else { last };
        self.told = Some(told);
        self.due = (!is_all).then(Instant::now);
        let changed: HashSet<_> = rows.iter().map(|row| row.conversation.id).collect();
        for conversation in self.read.drain().filter(|read| !changed.contains(read)) {
            // One that is lost to sight meanwhile is told as gone.
            rows.extend(chat.seen(&self.sight, conversation).await?);
        }
        let (mut conversations, mut gone) = (Vec::new(), Vec::new());
        for listed in &rows {
            if !self.sight.sees(&listed.conversation) {
                gone.push(listed.conversation.id);
            } else if let Some(conversation) = self.news(listed) {
                conversations.push(conversation);
            }
        }
        if conversations.is_empty() && gone.is_empty() {
            return Ok(None);
        }
        let cursor = (self.sight.audience() == Audience::Staff).then(|| cursor::write(told));
        Ok(Some(ServerFrame::Inbox(InboxChanged { cursor, conversations, gone })))
    }

    /// What changed after `told`. A visitor has few conversations, and reading changes them without moving them.
    async fn look(&self, chat: &Chat, told: i64) -> Result<Vec<Listed>> {
        match self.sight {
            Sight::Visitor(_) => chat.list(&ListQuery::new(self.sight.clone(), PAGE)).await,
            _ => chat.changed(&self.sight, told, PAGE).await,
        }
    }

    /// A conversation, unless a visitor knows all that may be known of it.
    fn news(&mut self, listed: &Listed) -> Option<Conversation> {
        let shown = self.shown(listed);
        if let Sight::Visitor(_) = self.sight {
            let known = self.known.insert(shown.id, shown.clone());
            if known.as_ref() == Some(&shown) {
                return None;
            }
        }
        Some(shown)
    }

    fn shown(&self, listed: &Listed) -> Conversation {
        Conversation::new(listed, self.sight.audience())
    }
}
