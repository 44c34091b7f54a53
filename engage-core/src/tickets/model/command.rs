//! What somebody wants done to a ticket.

use std::collections::BTreeSet;

use super::{Acted, Action, Change, Entry, Metric, RuleBook, Run, SlaPolicy, Status, Ticket};
use crate::attributes::AttributePatch;
use crate::chat::{Author, Priority};
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::files::FileCard;
use crate::identity::{Actor, AgentRef};
use crate::ids::{ContactId, OutboxId, TicketId};

/// A new ticket on its way to the store.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Create {
    /// The ticket, without a number. Its `opening` makes it be opened once.
    pub ticket: Ticket,
    /// What is asked, already checked.
    pub body: String,
    /// What goes with it.
    pub files: Vec<FileCard>,
    /// Who opens it: the requester, an agent for them, or engage.
    pub actor: Actor,
    /// What commits with it.
    pub effects: Effects,
    /// What staff owe.
    pub sla: Option<SlaBook>,
    /// What happens by itself.
    pub rules: Option<RuleBook>,
    /// Who is told by mail.
    pub letters: Letters,
}

/// The site's policies, and ids for the promises to tell of what is owed: at most two for each kind.
#[derive(Debug, Clone)]
pub struct SlaBook {
    /// The first that a ticket fits is its own.
    pub policies: Vec<SlaPolicy>,
    /// Ids of promises.
    pub ids: [OutboxId; 6],
}

/// Ids for the promises to tell by mail of what happened; who has none is not told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Letters {
    /// For those outside.
    pub outside: Option<OutboxId>,
    /// For staff who see to it or follow it.
    pub staff: Option<OutboxId>,
}

/// A change on its way to the store.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Step {
    /// Of which ticket.
    pub ticket: TicketId,
    /// By whom.
    pub actor: Actor,
    /// What.
    pub command: Command,
    /// Only if the ticket's version is this one.
    pub expected: Option<i64>,
    /// The sender's own id of a reply, a note or time; unique in its ticket.
    pub client_message_id: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What commits with it.
    pub effects: Effects,
    /// What staff owe; without, what is owed stays as it is.
    pub sla: Option<SlaBook>,
    /// What happens by itself; without, nothing does.
    pub rules: Option<RuleBook>,
    /// Who is told by mail.
    pub letters: Letters,
}

/// What. Each is idempotent: done twice, it changes nothing the second time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Say something to everybody, and change fields with it.
    Reply {
        /// What, already checked.
        body: String,
        /// What goes with it.
        files: Vec<FileCard>,
        /// What else. Staff's.
        patch: Patch,
    },
    /// Say something among staff.
    Note {
        /// What, already checked.
        body: String,
        /// Who should look at it.
        mentions: Vec<AgentRef>,
        /// What goes with it.
        files: Vec<FileCard>,
    },
    /// Change fields. The requester may close and open again.
    Edit(Patch),
    /// Note down work. Not idempotent but by its client message id.
    Time {
        /// How long, in seconds.
        seconds: i64,
        /// On what, already checked.
        note: Option<String>,
    },
    /// Say how it went: the requester's, once it is solved; what was said can be changed for a day.
    Rate {
        /// From 1, the worst, to 5.
        score: u8,
        /// In their own words, already checked.
        comment: Option<String>,
    },
    /// Bring it back into sight, if it is still out of sight until then.
    Wake {
        /// Until when.
        until: Timestamp,
    },
    /// Tell that something owed was not done in time, or soon will not be. Nothing when that is not so.
    Owed {
        /// What.
        metric: Metric,
        /// By when.
        due: Timestamp,
        /// Whether the time has passed.
        is_breach: bool,
    },
    /// Make another ticket of the same requester a part of it.
    Merge {
        /// Which is no more.
        from: TicketId,
    },
    /// Say that another ticket has to do with it, or no longer.
    Link {
        /// Which.
        other: TicketId,
        /// Whether it has.
        holds: bool,
    },
    /// Make it a part of another ticket, or of none.
    Parent {
        /// Which.
        parent: Option<TicketId>,
    },
    /// Copy replies and notes into a new ticket.
    Split {
        /// The new ticket, without a number, entries and what it takes from this one.
        new: Box<Ticket>,
        /// The numbers of the entries, as staff count, at most 50.
        entries: Vec<i64>,
    },
    /// Do what the rules of the step's book say.
    Run(Run),
    /// Do what a macro says.
    Macro {
        /// What people call it.
        name: String,
        /// What is done, in order.
        then: Vec<Action>,
    },
}

/// A change of fields, already checked; what is `None` or empty stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patch {
    /// What it is about.
    pub subject: Option<String>,
    /// How far it has got.
    pub status: Option<Status>,
    /// Solve it though a part of it is not.
    pub force: bool,
    /// Out of sight until then.
    pub snoozed_until: Option<Option<Timestamp>>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// Whose it is among staff.
    pub team: Option<Option<String>>,
    /// Who sees to it.
    pub assignee: Option<Option<AgentRef>>,
    /// Whose it is.
    pub requester: Option<ContactId>,
    /// For whom the requester asks.
    pub organisation: Option<Option<String>>,
    /// When it should be done.
    pub due_at: Option<Option<Timestamp>>,
    /// Tags to put on.
    pub add_tags: Vec<String>,
    /// Tags to take off.
    pub remove_tags: Vec<String>,
    /// Addresses that get its replies too.
    pub add_cc: Vec<String>,
    /// Addresses that no longer do.
    pub remove_cc: Vec<String>,
    /// Staff who want to hear of it.
    pub add_followers: Vec<AgentRef>,
    /// The ids of those who no longer do.
    pub remove_followers: Vec<String>,
    /// What the site keeps of it.
    pub fields: AttributePatch,
}

impl Create {
    /// Opens `ticket` with `body`.
    pub fn new(ticket: Ticket, body: String, actor: Actor) -> Self {
        let effects = Effects::none();
        let letters = Letters::default();
        Self { ticket, body, files: Vec::new(), actor, effects, sla: None, rules: None, letters }
    }

    /// With what commits with it.
    #[must_use]
    pub fn effects(mut self, effects: Effects) -> Self {
        self.effects = effects;
        self
    }

    /// Whether something may be promised with it.
    pub(in crate::tickets) fn may_promise(&self) -> bool {
        self.letters.may_promise(&self.effects, self.rules.as_ref())
    }

    /// Answers for a ticket that bears the same `opening`, of which `first` is the first entry.
    ///
    /// # Errors
    /// `Conflict` with code `client_message_id_reused` when it was opened by something else.
    pub fn replay(&self, ticket: Ticket, first: &Entry) -> Result<Ticket> {
        let same = matches!(&first.change, Change::Opened { subject, body, files }
            if *subject == self.ticket.subject && *body == self.body && are_same(files, &self.files));
        if same { Ok(ticket) } else { Err(reused()) }
    }
}

impl Letters {
    fn may_promise(self, effects: &Effects, rules: Option<&RuleBook>) -> bool {
        !effects.outbox.is_empty() || rules.is_some() || self.outside.is_some() || self.staff.is_some()
    }
}

impl Step {
    /// A step without condition and effects.
    pub fn new(ticket: TicketId, actor: Actor, command: Command, at: Timestamp) -> Self {
        let effects = Effects::none();
        Self {
            ticket,
            actor,
            command,
            expected: None,
            client_message_id: None,
            at,
            effects,
            sla: None,
            rules: None,
            letters: Letters::default(),
        }
    }

    /// Only if the ticket's version is this one.
    #[must_use]
    pub fn expecting(mut self, version: Option<i64>) -> Self {
        self.expected = version;
        self
    }

    /// With the sender's own id.
    #[must_use]
    pub fn client_message_id(mut self, id: impl Into<String>) -> Self {
        self.client_message_id = Some(id.into());
        self
    }

    /// With what commits with it.
    #[must_use]
    pub fn effects(mut self, effects: Effects) -> Self {
        self.effects = effects;
        self
    }

    /// Whether something may be promised with it.
    pub(in crate::tickets) fn may_promise(&self) -> bool {
        self.letters.may_promise(&self.effects, self.rules.as_ref())
    }

    /// The tickets whose rows a store locks, in this order.
    pub fn locks(&self) -> BTreeSet<TicketId> {
        let other = match &self.command {
            Command::Merge { from } => Some(*from),
            Command::Link { other, .. } => Some(*other),
            Command::Parent { parent } => *parent,
            _ => None,
        };
        other.into_iter().chain([self.ticket]).collect()
    }

    /// Whether a new ticket's number is needed.
    pub fn needs_number(&self) -> bool {
        matches!(self.command, Command::Split { .. })
    }

    /// The ticket of which it matters how many parts it has.
    pub fn needs_children(&self) -> Option<TicketId> {
        match &self.command {
            Command::Reply { patch, .. } | Command::Edit(patch) => {
                patch.status.as_ref().filter(|status| status.category.is_done()).map(|_| self.ticket)
            }
            Command::Parent { parent } => parent.map(|_| self.ticket),
            Command::Merge { from } => Some(*from),
            Command::Run(_) | Command::Macro { .. } => Some(self.ticket),
            _ => None,
        }
    }

    /// The numbers of the entries that are needed, as staff count.
    pub fn needs_entries(&self) -> &[i64] {
        if let Command::Split { entries, .. } = &self.command { entries } else { &[] }
    }

    /// Whether `entry`, which bears the same client message id, is what this step says: a replay.
    pub(super) fn says(&self, entry: &Entry) -> bool {
        entry.author.is(&Author::from(&self.actor))
            && match (&self.command, &entry.change) {
                (Command::Reply { body, files, .. }, Change::Reply { body: before, files: sent, .. })
                | (Command::Note { body, files, .. }, Change::Note { body: before, files: sent, .. }) => {
                    body == before && are_same(files, sent)
                }
                (Command::Time { seconds, .. }, Change::Time { seconds: before, .. }) => seconds == before,
                (Command::Split { entries, .. }, Change::Split { entries: before, .. }) => entries == before,
                (Command::Macro { name, .. }, Change::Acted { by: Acted::Macro, name: before }) => name == before,
                (Command::Run(_), Change::Acted { by: Acted::Rule, .. }) => true,
                _ => false,
            }
    }
}

impl Patch {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it is nothing but a status.
    pub(super) fn is_status_alone(&self) -> bool {
        *self == Self { status: self.status.clone(), ..Self::default() }
    }
}

fn are_same(files: &[FileCard], sent: &[FileCard]) -> bool {
    files.iter().map(|file| file.id).eq(sent.iter().map(|file| file.id))
}

pub(super) fn reused() -> Error {
    Error::new(ErrorKind::Conflict, "this client_message_id bears something else").with_code("client_message_id_reused")
}
