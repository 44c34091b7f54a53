//! The port of tickets.

use std::collections::HashSet;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::model::{Category, Create, Entry, Step, Ticket};
use crate::chat::{AssigneeFilter, EntryRange, Priority, SearchQuery, Sight, TeamFilter};
use crate::clock::Timestamp;
use crate::contacts::ContactCard;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Audience;
use crate::ids::{ContactId, TicketId};
use crate::outbox::Outbox;
use crate::secret::TokenHash;

/// Keeps tickets.
///
/// # Contract
/// - Numbering: entries get `seq` under the lock of their ticket's row, in the transaction that inserts them, so that commit
///   order is `seq` order and there is no hole. [`Step::plan`] does the numbering; a store locks the rows of
///   [`Step::locks`] in their order, looks up what [`super::Facts`] asks for, plans, and writes what was planned.
/// - Numbers of tickets are unique and grow; one that a failed transaction has taken may be left out.
/// - Whatever a method changes is committed when it returns, with its effects, or nothing is.
/// - Reads see every commit that was answered before they began: no lagging replica.
#[async_trait]
pub trait TicketStore: Debug + Send + Sync + 'static {
    /// Opens a ticket as [`Create::plan`] plans it. Idempotent by [`Ticket::opening`].
    ///
    /// # Errors
    /// `Conflict` with code `client_message_id_reused` when `opening` opened another ticket with other words.
    async fn create(&self, create: &Create) -> Result<Created>;

    /// Applies one change. Rows that somebody else holds are waited for.
    ///
    /// # Errors
    /// What [`Step::plan`] says; `Locked` when the wait was too long.
    async fn apply(&self, step: &Step) -> Result<Applied>;

    /// A ticket as `sight` sees it.
    async fn get(&self, id: TicketId, sight: &Sight) -> Result<Option<Listed>>;

    /// The ticket of a number as `sight` sees it.
    async fn by_number(&self, number: i64, sight: &Sight) -> Result<Option<Listed>>;

    /// Entries, oldest first. Does not check who asks.
    async fn entries(&self, query: &EntryQuery) -> Result<Vec<Entry>>;

    /// One page of the tickets that `query.sight` sees, latest change first, then by id, greater first.
    async fn list(&self, query: &ListQuery) -> Result<Vec<Listed>>;

    /// The tickets that are parts of `id` or have been merged into it, and that `sight` sees, by number; at most `limit`.
    async fn related(&self, id: TicketId, sight: &Sight, limit: usize) -> Result<Related>;

    /// The ticket that bears this [`Ticket::opening`].
    async fn opened_by(&self, opening: &str) -> Result<Option<Ticket>>;

    /// The ids of a contact's tickets, at most `limit`.
    async fn of_contact(&self, contact: ContactId, limit: usize) -> Result<Vec<TicketId>>;

    /// Replies, notes and subjects with all the words, latest first. What was committed is found.
    async fn search(&self, query: &SearchQuery) -> Result<Vec<Found>>;

    /// Keeps what `person` is writing on a ticket in place of what was kept before; an empty body removes it. Nothing when
    /// there is no such ticket.
    async fn put_draft(&self, draft: &Draft) -> Result<()>;

    /// What `person` is writing on a ticket.
    async fn draft(&self, ticket: TicketId, person: &str) -> Result<Option<Draft>>;

    /// Keeps a link, and forgets those that lead nowhere any more at `now`. By default unsupported.
    async fn put_link(&self, link: &TicketLink, now: Timestamp) -> Result<()> {
        let _ = (link, now);
        Err(Error::new(ErrorKind::Unsupported, "this store keeps no links"))
    }

    /// Takes the link of a secret out: of many who ask at once, one gets it. By default none.
    async fn take_link(&self, token: &TokenHash) -> Result<Option<TicketLink>> {
        let _ = token;
        Ok(None)
    }

    /// Which of `agents`, by the host's ids, want mails of tickets. By default none.
    async fn who_wants_mails(&self, agents: &[String]) -> Result<HashSet<String>> {
        let _ = agents;
        Ok(HashSet::new())
    }

    /// Notes whether an agent wants mails of tickets. By default unsupported.
    async fn want_mails(&self, agent: &str, wanted: bool) -> Result<()> {
        let _ = (agent, wanted);
        Err(Error::new(ErrorKind::Unsupported, "this store does not keep who wants mails"))
    }

    /// The outbox in the same database, which takes the effects.
    fn outbox(&self) -> Arc<dyn Outbox>;
}

/// What [`TicketStore::create`] did.
#[derive(Debug, Clone)]
pub struct Created {
    /// The ticket as it is now.
    pub ticket: Ticket,
    /// Whether it was there already.
    pub replayed: bool,
}

/// What [`TicketStore::apply`] did.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The step's ticket as it is now.
    pub ticket: Ticket,
    /// What answers the step: the entry that was there already, or the first that was made; `None`: nothing changed.
    pub entry: Option<Entry>,
    /// Whether the same was there already.
    pub replayed: bool,
    /// All tickets that changed.
    pub changed: Vec<Ticket>,
    /// The ticket that is new.
    pub created: Option<Ticket>,
}

/// A ticket in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The ticket.
    pub ticket: Ticket,
    /// Who its requester is.
    pub requester: ContactCard,
}

/// What belongs to a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Related {
    /// Its parts.
    pub children: Vec<Listed>,
    /// What has been merged into it.
    pub merged: Vec<Listed>,
}

/// What somebody is writing and has not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// On which ticket.
    pub ticket: TicketId,
    /// Who: the host's id of an agent.
    pub person: String,
    /// What, at most 50,000 characters.
    pub body: String,
    /// Whether it is to be a private note.
    pub note: bool,
    /// When it was kept.
    pub updated_at: Timestamp,
}

/// A way to their tickets for whoever has an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketLink {
    /// Of the secret in it.
    pub token: TokenHash,
    /// Where it was mailed to, in lower case.
    pub address: String,
    /// When it leads nowhere any more.
    pub expires_at: Timestamp,
}

/// Which entries to read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EntryQuery {
    /// Of which ticket.
    pub ticket: TicketId,
    /// As seen by whom.
    pub audience: Audience,
    /// Which.
    pub range: EntryRange,
    /// At most how many.
    pub limit: usize,
}

/// Which tickets to list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ListQuery {
    /// Who looks. A visitor sees their own that have not been merged.
    pub sight: Sight,
    /// How far they have got.
    pub status: StatusFilter,
    /// Whether to leave out what is out of sight at this moment.
    pub awake_at: Option<Timestamp>,
    /// Who sees to them.
    pub assignee: AssigneeFilter,
    /// Whose they are among staff.
    pub team: TeamFilter,
    /// Whose they are.
    pub requester: Option<ContactId>,
    /// Only those with this tag.
    pub tag: Option<String>,
    /// Only those of this priority.
    pub priority: Option<Priority>,
    /// Only those after this one in the order of the list: when it last changed, and its id.
    pub after: Option<(Timestamp, TicketId)>,
    /// At most how many.
    pub limit: usize,
}

/// How far tickets have got.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StatusFilter {
    /// Any.
    #[default]
    All,
    /// New, open, pending or on hold.
    Unsolved,
    /// One category.
    Category(Category),
    /// One of the site's own statuses.
    Custom(String),
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its place among all that can be found; later ones are greater.
    pub place: i64,
    /// What holds the words.
    pub entry: Entry,
    /// Its ticket.
    pub listed: Listed,
}

impl EntryQuery {
    /// Of `ticket` as `audience` sees it.
    pub fn new(ticket: TicketId, audience: Audience, range: EntryRange, limit: usize) -> Self {
        Self { ticket, audience, range, limit }
    }
}

impl ListQuery {
    /// All that `sight` sees.
    pub fn new(sight: Sight, limit: usize) -> Self {
        Self {
            sight,
            status: StatusFilter::All,
            awake_at: None,
            assignee: AssigneeFilter::Any,
            team: TeamFilter::Any,
            requester: None,
            tag: None,
            priority: None,
            after: None,
            limit,
        }
    }

    /// Whether `ticket` is asked for; for stores that look at each.
    pub fn wants(&self, ticket: &Ticket) -> bool {
        let seen = match &self.sight {
            Sight::Visitor(contact) => ticket.requester == *contact && ticket.merged_into.is_none(),
            Sight::Staff(staff) => staff.sees_team(ticket.team.as_deref()),
            Sight::All => true,
        };
        let status = match &self.status {
            StatusFilter::All => true,
            StatusFilter::Unsolved => !ticket.status.category.is_done(),
            StatusFilter::Category(category) => ticket.status.category == *category,
            StatusFilter::Custom(custom) => ticket.status.custom.as_ref() == Some(custom),
        };
        let assignee = match &self.assignee {
            AssigneeFilter::Any => true,
            AssigneeFilter::None => ticket.assignee.is_none(),
            AssigneeFilter::Is(id) => ticket.assignee.as_ref().is_some_and(|agent| agent.id == *id),
        };
        let team = match &self.team {
            TeamFilter::Any => true,
            TeamFilter::None => ticket.team.is_none(),
            TeamFilter::Is(team) => ticket.team.as_ref() == Some(team),
        };
        let is_awake = self.awake_at.is_none_or(|now| ticket.snoozed_until.is_none_or(|until| until <= now));
        let fits = self.requester.is_none_or(|requester| ticket.requester == requester)
            && self.tag.as_ref().is_none_or(|tag| ticket.tags.contains(tag))
            && self.priority.is_none_or(|priority| ticket.priority == priority);
        let is_after = self.after.is_none_or(|place| (ticket.updated_at, ticket.id) < place);
        seen && status && assignee && team && is_awake && fits && is_after
    }
}
