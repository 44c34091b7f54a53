//! Tickets.
//!
//! The rules are the core's: `Create::plan` and `Step::plan` decide on rows that are held here, and what they plan is written
//! here.

mod drafts;
mod links;
mod list;
mod mails;
mod read;
mod rows;
mod search;
mod write;

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use engage_core::Result;
use engage_core::chat::{SearchQuery, Sight};
use engage_core::clock::Timestamp;
use engage_core::ids::{ContactId, TicketId};
use engage_core::outbox::Outbox;
use engage_core::secret::TokenHash;
use engage_core::tickets::{
    Applied, Create, Created, Draft, Entry, EntryQuery, Found, ListQuery, Listed, Related, Step, Ticket, TicketLink,
    TicketStore,
};

pub(crate) use write::create;

use crate::db::Db;
use crate::dialect::Dialect;
use crate::names::Names;
use crate::sql::Statement;

/// Tickets in the database.
#[derive(Debug)]
pub(crate) struct Tickets {
    pub(crate) db: Db,
    pub(crate) sql: Arc<TicketSql>,
    pub(crate) dialect: Dialect,
    pub(crate) outbox: Arc<dyn Outbox>,
}

/// The statements of the files of this room.
#[derive(Debug)]
pub(crate) struct TicketSql {
    write: write::WriteStatements,
    read: read::ReadStatements,
    list: list::ListStatements,
    search: search::SearchStatements,
    drafts: drafts::DraftStatements,
    links: links::LinkStatements,
    mails: mails::MailStatements,
}

impl TicketSql {
    pub(crate) fn render(names: &Names) -> Self {
        Self {
            write: write::WriteStatements::render(names),
            read: read::ReadStatements::render(names),
            list: list::ListStatements::render(names),
            search: search::SearchStatements::render(names),
            drafts: drafts::DraftStatements::render(names),
            links: links::LinkStatements::render(names),
            mails: mails::MailStatements::render(names),
        }
    }

    pub(crate) fn all(&self) -> Vec<&Statement> {
        let (drafts, links, mails) = (self.drafts.all(), self.links.all(), self.mails.all());
        [self.write.all(), self.read.all(), self.list.all(), self.search.all(), drafts, links, mails].concat()
    }
}

#[async_trait]
impl TicketStore for Tickets {
    async fn create(&self, create: &Create) -> Result<Created> {
        self.create_one(create).await
    }

    async fn apply(&self, step: &Step) -> Result<Applied> {
        self.apply_one(step).await
    }

    async fn get(&self, id: TicketId, sight: &Sight) -> Result<Option<Listed>> {
        self.get_one(id, sight).await
    }

    async fn by_number(&self, number: i64, sight: &Sight) -> Result<Option<Listed>> {
        self.get_by_number(number, sight).await
    }

    async fn entries(&self, query: &EntryQuery) -> Result<Vec<Entry>> {
        self.read_entries(query).await
    }

    async fn list(&self, query: &ListQuery) -> Result<Vec<Listed>> {
        self.read_list(query).await
    }

    async fn related(&self, id: TicketId, sight: &Sight, limit: usize) -> Result<Related> {
        self.read_related(id, sight, limit).await
    }

    async fn opened_by(&self, opening: &str) -> Result<Option<Ticket>> {
        self.find_opened(opening).await
    }

    async fn of_contact(&self, contact: ContactId, limit: usize) -> Result<Vec<TicketId>> {
        self.ids_of_contact(contact, limit).await
    }

    async fn search(&self, query: &SearchQuery) -> Result<Vec<Found>> {
        self.find(query).await
    }

    async fn put_draft(&self, draft: &Draft) -> Result<()> {
        self.keep_draft(draft).await
    }

    async fn draft(&self, ticket: TicketId, person: &str) -> Result<Option<Draft>> {
        self.find_draft(ticket, person).await
    }

    async fn put_link(&self, link: &TicketLink, now: Timestamp) -> Result<()> {
        self.keep_link(link, now).await
    }

    async fn take_link(&self, token: &TokenHash) -> Result<Option<TicketLink>> {
        self.use_link(token).await
    }

    async fn who_wants_mails(&self, agents: &[String]) -> Result<HashSet<String>> {
        self.find_wanted(agents).await
    }

    async fn want_mails(&self, agent: &str, wanted: bool) -> Result<()> {
        self.keep_wanted(agent, wanted).await
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::clone(&self.outbox)
    }
}
