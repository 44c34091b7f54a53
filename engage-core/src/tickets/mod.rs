//! Tickets: requests that somebody keeps track of until they are done.
//!
//! A ticket is edited by its fields and answered by replies; every durable change of it is an [`Entry`], numbered under the
//! row's lock. [`Step::plan`] decides what a change does; stores only load, lock and write. `docs/decisions/0017-tickets.md`
//! says why tickets are not conversations.

mod events;
mod memory;
mod model;
mod service;
mod store;

pub(crate) use memory::TicketTables;

pub use events::*;
pub use model::{
    Acted, Action, Category, Cause, Change, Command, Condition, Create, Entry, Facts, Letters, Macro, Metric, Patch,
    Planned, Relation, Rule, RuleBook, RuleResult, RuleStep, Run, Sla, SlaBook, SlaPolicy, SlaWhen, Source, Stage,
    Status, StatusDef, Step, Target, Ticket, parse_reference, status_of,
};
pub(crate) use model::{check_given_statuses, check_macros, check_policies, check_prefix, check_rules, check_statuses};
pub use service::{
    Bulk, Doing, Edit, MergedPart, NewTicket, Present, RunMacro, Said, Snapshot, StaffMails, TicketFeed, TicketLetters,
    TicketNews, Tickets, Tried,
};
pub use store::{
    Applied, Created, Draft, EntryQuery, Found, ListQuery, Listed, Related, StatusFilter, TicketLink, TicketStore,
};
