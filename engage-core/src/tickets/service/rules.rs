//! Rules that run by themselves, what they would do, and macros.

use super::super::events::{TICKET_UPDATED, TicketUpdated};
use super::super::model::{Action, Cause, Command, Facts, Macro, Rule, RuleBook, RuleStep, Run, Ticket, checked_key};
use super::super::store::Listed;
use super::Tickets;
use super::draft::staff;
use crate::chat::Author;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Actor;
use crate::ids::{OutboxId, TicketId};

/// How many tickets a macro is applied to at once.
const BULK: usize = 100;

/// A macro, and what it is applied to.
#[derive(Debug, Clone)]
pub struct RunMacro {
    /// What people call it.
    pub name: String,
    /// To which tickets, 1 to 100.
    pub tickets: Vec<TicketId>,
    /// The sender's own id of it, which holds for each ticket: the same again does nothing more.
    pub client_message_id: String,
}

/// What rules would do.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The ticket as it would be then.
    pub listed: Listed,
    /// What each rule would do, in order; only of those that run after the cause.
    pub steps: Vec<RuleStep>,
}

impl Tickets {
    /// The macros that `actor` may use, in the site's order.
    ///
    /// # Errors
    /// `Forbidden` for who is no agent or admin.
    pub fn macros(&self, actor: &Actor) -> Result<Vec<Macro>> {
        let staff = staff(actor)?;
        let mut macros = self.0.settings.get().tickets_macros.clone();
        macros.retain(|one| staff.sees_team(one.team.as_deref()));
        Ok(macros)
    }

    /// Applies a macro to tickets, one after the other, with an answer for each in their order. What it changes is said to be the
    /// agent's, and the macro's.
    ///
    /// # Errors
    /// `Forbidden` for who is no agent or admin; `Invalid` at `/name` when there is no such macro, at `/tickets` when there are
    /// none or over 100, or at `/client_message_id`.
    pub async fn run_macro(&self, actor: &Actor, run: RunMacro) -> Result<Vec<(TicketId, Result<Ticket>)>> {
        if !(1..=BULK).contains(&run.tickets.len()) {
            return Err(Error::invalid("/tickets", "length", format!("1 to {BULK} tickets")));
        }
        checked_key(&run.client_message_id)?;
        let missing = || Error::invalid("/name", "unknown", "there is no such macro");
        let Macro { name, then, .. } =
            self.macros(actor)?.into_iter().find(|one| one.name == run.name).ok_or_else(missing)?;
        let agents = self.named(&then).await?;
        let mut done = Vec::with_capacity(run.tickets.len());
        for ticket in run.tickets {
            let told = self.event(TICKET_UPDATED, &TicketUpdated::new(ticket, Author::from(actor)))?;
            let command = Command::Macro { name: name.clone(), then: then.clone() };
            let mut step = self.step(actor, ticket, command).effects(told);
            let book = step.rules.get_or_insert_with(|| self.book(Vec::new()));
            book.agents.clone_from(&agents);
            let applied = self.apply(step.client_message_id(&run.client_message_id)).await;
            done.push((ticket, applied.map(|applied| applied.ticket)));
        }
        Ok(done)
    }

    /// What `rules`, or without them the site's, would do to a ticket after `cause`, without doing it.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for who is no agent or admin; `Invalid` below `/rules`.
    pub async fn try_rules(
        &self,
        actor: &Actor,
        ticket: TicketId,
        cause: Cause,
        rules: Option<Vec<Rule>>,
    ) -> Result<Tried> {
        staff(actor)?;
        if let Some(rules) = &rules {
            super::super::check_rules("/rules", rules)?;
        }
        let snapshot = self.snapshot(actor, ticket).await?;
        let mut listed = snapshot.listed;
        let is_open = |child: &&Listed| !child.ticket.status.category.is_done();
        let open_children = snapshot.children.iter().filter(is_open).count() as i64;
        let facts = Facts { open_children, children: snapshot.children.len() as i64, ..Facts::default() };
        let run = Run { ticket, causes: vec![cause], acted: Vec::new(), depth: 0 };
        let mut step = self.step(&Actor::System, ticket, Command::Run(run.clone()));
        let mut book = self.book(rules.unwrap_or_else(|| self.0.settings.get().tickets_rules.clone()));
        book.agents = self.named(book.rules.iter().flat_map(|rule| &rule.then)).await?;
        step.rules = Some(book);
        let steps = listed.ticket.obey(&step, &run, &facts);
        Ok(Tried { listed, steps })
    }

    /// Keeps the promise `id` to run rules. Kept again, it finds what it has done.
    pub(super) async fn run_rules(&self, id: OutboxId, run: Run) -> Result<()> {
        let ticket = run.ticket;
        let told = self.event(TICKET_UPDATED, &TicketUpdated::new(ticket, Author::System))?;
        let mut step = self.step(&Actor::System, ticket, Command::Run(run)).effects(told);
        let Some(book) = &mut step.rules else { return Ok(()) };
        book.agents = self.named(book.rules.iter().flat_map(|rule| &rule.then)).await?;
        match self.apply(step.client_message_id(format!("rules:{id}"))).await {
            Err(error) if error.kind() == ErrorKind::NotFound || error.code() == "merged" => Ok(()),
            done => done.map(drop),
        }
    }

    /// The rules that hold now; `None` when there are none.
    pub(super) fn rule_book(&self) -> Option<RuleBook> {
        let settings = self.0.settings.get();
        let is_any = settings.tickets_rules.iter().any(|rule| !rule.is_off);
        is_any.then(|| self.book(settings.tickets_rules.clone()))
    }

    fn book(&self, rules: Vec<Rule>) -> RuleBook {
        let ids = (0..RuleBook::needs(&rules)).map(|_| self.0.context.ids.next()).collect();
        let statuses = self.0.settings.get().tickets_statuses.clone();
        RuleBook { rules, statuses, agents: Vec::new(), ids }
    }

    /// The agents whom actions name, as far as there are such.
    async fn named<'a>(&self, actions: impl IntoIterator<Item = &'a Action>) -> Result<Vec<crate::identity::AgentRef>> {
        let named: Vec<_> =
            actions.into_iter().flat_map(|action| RuleBook::named(std::slice::from_ref(action))).collect();
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let known = self.0.chat.known_agents().await?;
        Ok(known.into_iter().filter(|agent| named.contains(&&agent.id)).collect())
    }
}
