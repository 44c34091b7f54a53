//! Conversations.
//!
//! The rules are the core's: [`engage_core::chat::Plan`] applies commands to rows that are held here, and what it plans is
//! written here.

mod agents;
mod append;
mod dispatch;
mod filter;
mod labels;
mod marks;
mod open;
mod pages;
mod parts;
mod read;
mod recent;
mod rows;
mod search;
mod write;

use std::sync::Arc;

use async_trait::async_trait;
use engage_core::bus::Head;
use engage_core::chat::{
    Agent, AgentProfile, AgentSeen, Append, Appended, ChatStore, Conversation, Dispatch, Entry, EntryQuery, Epoch,
    Found, ListQuery, Listed, Lock, Open, Opened, Page, ReadMark, Reader, SearchQuery, Sight, TeamLoad,
};
use engage_core::clock::Timestamp;
use engage_core::ids::{ContactId, ConversationId};
use engage_core::outbox::Outbox;
use engage_core::{Effects, Result};

pub(crate) use open::open;
pub(crate) use recent::Recent;

use crate::db::Db;
use crate::dialect::Dialect;
use crate::names::Names;
use crate::sql::Statement;

/// Conversations in the database.
#[derive(Debug)]
pub(crate) struct Chat {
    pub(crate) db: Db,
    pub(crate) sql: Arc<ChatSql>,
    pub(crate) dialect: Dialect,
    pub(crate) outbox: Arc<dyn Outbox>,
    pub(crate) recent: Recent,
}

/// The statements of the files of this room.
#[derive(Debug)]
pub(crate) struct ChatSql {
    open: open::OpenStatements,
    append: append::AppendStatements,
    dispatch: dispatch::DispatchStatements,
    write: write::WriteStatements,
    read: read::ReadStatements,
    filter: filter::FilterStatements,
    labels: labels::LabelStatements,
    search: search::SearchStatements,
    marks: marks::MarkStatements,
    pages: pages::PageStatements,
    agents: agents::AgentStatements,
}

impl ChatSql {
    pub(crate) fn render(names: &Names) -> Self {
        Self {
            open: open::OpenStatements::render(names),
            append: append::AppendStatements::render(names),
            dispatch: dispatch::DispatchStatements::render(names),
            write: write::WriteStatements::render(names),
            read: read::ReadStatements::render(names),
            filter: filter::FilterStatements::render(names),
            labels: labels::LabelStatements::render(names),
            search: search::SearchStatements::render(names),
            marks: marks::MarkStatements::render(names),
            pages: pages::PageStatements::render(names),
            agents: agents::AgentStatements::render(names),
        }
    }

    pub(crate) fn all(&self) -> Vec<&Statement> {
        let (open, append, write) = (self.open.all(), self.append.all(), self.write.all());
        let (read, filter) = (self.read.all(), self.filter.all());
        let (dispatch, marks, agents) = (self.dispatch.all(), self.marks.all(), self.agents.all());
        let (labels, search, pages) = (self.labels.all(), self.search.all(), self.pages.all());
        [open, append, dispatch, write, read, filter, labels, search, marks, pages, agents].concat()
    }
}

#[async_trait]
impl ChatStore for Chat {
    async fn open(&self, open: &Open) -> Result<Opened> {
        self.open_one(open).await
    }

    async fn append(&self, batch: &[Append], lock: Lock) -> Result<Vec<Result<Appended>>> {
        self.append_batch(batch, lock).await
    }

    async fn get(&self, id: ConversationId, sight: &Sight) -> Result<Option<Listed>> {
        self.get_one(id, sight).await
    }

    async fn entries(&self, query: &EntryQuery) -> Result<Vec<Entry>> {
        self.read_entries(query).await
    }

    async fn list(&self, query: &ListQuery) -> Result<Vec<Listed>> {
        self.read_list(query).await
    }

    async fn changed(&self, sight: &Sight, inbox_seq: i64, limit: usize) -> Result<Vec<Listed>> {
        self.read_changed(sight, inbox_seq, limit).await
    }

    async fn heads_after(&self, inbox_seq: i64, limit: usize) -> Result<Vec<Head>> {
        self.read_heads(inbox_seq, limit).await
    }

    async fn inbox_head(&self) -> Result<i64> {
        self.read_inbox_head().await
    }

    async fn of_contact(&self, contact: ContactId, limit: usize) -> Result<Vec<ConversationId>> {
        self.ids_of_contact(contact, limit).await
    }

    async fn waiting(&self, limit: usize) -> Result<Vec<Conversation>> {
        self.read_waiting(limit).await
    }

    async fn dispatch(&self, dispatch: &Dispatch) -> Result<Vec<Appended>> {
        self.dispatch_waiting(dispatch).await
    }

    async fn offered(&self, before: Timestamp, limit: usize) -> Result<Vec<Conversation>> {
        self.read_offered(before, limit).await
    }

    async fn waking(&self, now: Timestamp, limit: usize) -> Result<Vec<ConversationId>> {
        self.ids_waking(now, limit).await
    }

    async fn mark_read(
        &self,
        conversation: ConversationId,
        reader: &Reader,
        seq: i64,
    ) -> Result<Option<(ReadMark, i64)>> {
        self.move_mark(conversation, reader, seq).await
    }

    async fn mark_unread(&self, conversation: ConversationId, reader: &Reader) -> Result<bool> {
        self.want_unread(conversation, reader).await
    }

    async fn reads(&self, conversation: ConversationId) -> Result<Vec<ReadMark>> {
        self.read_marks(conversation).await
    }

    async fn see_agent(&self, seen: &AgentSeen) -> Result<()> {
        self.note_agent(seen).await
    }

    async fn set_agent(&self, profile: &AgentProfile, effects: &Effects) -> Result<bool> {
        self.set_profile(profile, effects).await
    }

    async fn agents(&self, alive_since: Timestamp) -> Result<Vec<Agent>> {
        self.read_agents(alive_since).await
    }

    async fn team_loads(&self) -> Result<Vec<TeamLoad>> {
        self.read_team_loads().await
    }

    async fn labels(&self, from: &str, limit: usize) -> Result<Vec<String>> {
        self.read_labels(from, limit).await
    }

    async fn index(&self, limit: usize) -> Result<bool> {
        self.index_some(limit).await
    }

    async fn search(&self, query: &SearchQuery) -> Result<Vec<Found>> {
        self.find(query).await
    }

    async fn add_pages(&self, contact: ContactId, pages: &[Page]) -> Result<Vec<Page>> {
        self.add_some_pages(contact, pages).await
    }

    async fn pages(&self, contact: ContactId, since: Timestamp, limit: usize) -> Result<Vec<Page>> {
        self.read_pages(contact, since, limit).await
    }

    async fn move_pages(&self, from: ContactId, into: ContactId) -> Result<()> {
        self.give_pages(from, into).await
    }

    async fn prune_pages(&self, before: Timestamp, limit: usize) -> Result<u64> {
        self.delete_pages(before, limit).await
    }

    async fn epoch(&self) -> Result<Epoch> {
        self.db.epoch().await
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::clone(&self.outbox)
    }
}
