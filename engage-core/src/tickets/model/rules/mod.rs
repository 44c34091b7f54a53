//! The one language of automations and macros: conditions on a ticket, and what is done about it.
//!
//! There is nothing in it that calls, counts or loops. Rules run once each, in order; what they change may cause other rules to
//! run, five times at most.

mod action;
mod condition;
mod rule;
mod run;
#[cfg(test)]
mod tests;

pub use action::Action;
pub use condition::Condition;
pub use rule::{Cause, Macro, Rule};
pub(crate) use rule::{check_given_statuses, check_macros, check_rules};
pub(in crate::tickets) use run::RUN;
pub use run::{RuleBook, RuleResult, RuleStep, Run};
