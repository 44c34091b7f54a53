//! Rules and macros of tickets.

use engage_core::Audience;
use engage_core::ids::TicketId;
use engage_core::tickets::{Action, Cause, Macro, Rule, RuleResult as CoreResult, RuleStep as CoreStep, Tried};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::scalar::{ids, nullable};
use super::ticket_entry::TicketEntry;
use super::tickets::Ticket;

/// The macros that the caller may use, in the site's order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketMacroList {
    /// Each.
    pub macros: Vec<TicketMacro>,
}

/// Something that staff do with one key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketMacro {
    /// What people call it. Unique.
    pub name: String,
    /// The team whose it is; null: everybody's.
    #[schema(required)]
    pub team: Option<String>,
    /// What is done, in order, as the setting `tickets.macros` says it.
    #[schema(value_type = Vec<BTreeMap<String, Value>>)]
    pub then: Vec<Action>,
}

/// A macro, and what it is applied to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunTicketMacro {
    /// What people call it.
    pub name: String,
    /// To which tickets: 1 to 100.
    #[serde(deserialize_with = "ids")]
    #[schema(value_type = Vec<Uuid>)]
    pub tickets: Vec<TicketId>,
    /// The sender's own id of it, which holds for each ticket: 1 to 64 of `A-Z a-z 0-9 - _ . :`. The same again does nothing
    /// more.
    pub client_message_id: String,
}

/// Rules to try on a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TryTicketRules {
    /// After what: `opened`, `requester_replied`, `staff_replied`, `status_changed`, `updated`, `rated`, `sla_warning`,
    /// `sla_breach` or `time_passed`.
    #[schema(value_type = String)]
    pub cause: Cause,
    /// As the setting `tickets.rules` has them; null or absent: those that are set.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<BTreeMap<String, Value>>>)]
    pub rules: Option<Vec<Rule>>,
}

/// What rules would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TriedTicketRules {
    /// The ticket as it would be then.
    pub ticket: Ticket,
    /// What each rule would do, in order; only of those that run after the cause.
    pub steps: Vec<TicketRuleStep>,
}

/// What a rule would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketRuleStep {
    /// Its name.
    pub rule: String,
    /// What comes of it.
    pub result: TicketRuleResult,
    /// Why it is broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What it would do; empty: nothing, as all is so already, or as it would not act.
    pub entries: Vec<TicketEntry>,
}

/// What comes of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketRuleResult {
    /// Its condition does not hold.
    Unmet,
    /// It acts.
    Done,
    /// It is kept from acting: by time alone it would say the same again and again.
    Repeats,
    /// It cannot be done.
    Broken,
}

impl From<Macro> for TicketMacro {
    fn from(one: Macro) -> Self {
        Self { name: one.name, team: one.team, then: one.then }
    }
}

impl TriedTicketRules {
    /// What staff see of it.
    pub fn new(tried: &Tried, prefix: &str) -> Self {
        let steps = tried.steps.iter().map(TicketRuleStep::from).collect();
        Self { ticket: Ticket::new(&tried.listed, prefix, Audience::Staff), steps }
    }
}

impl From<&CoreStep> for TicketRuleStep {
    fn from(step: &CoreStep) -> Self {
        let (result, detail, entries) = match &step.result {
            CoreResult::Unmet => (TicketRuleResult::Unmet, None, [].as_slice()),
            CoreResult::Done(entries) => (TicketRuleResult::Done, None, entries.as_slice()),
            CoreResult::Repeats => (TicketRuleResult::Repeats, None, [].as_slice()),
            CoreResult::Broken(why) => (TicketRuleResult::Broken, Some(why.clone()), [].as_slice()),
        };
        let entries = entries.iter().filter_map(|entry| TicketEntry::new(entry, Audience::Staff)).collect();
        Self { rule: step.rule.clone(), result, detail, entries }
    }
}
