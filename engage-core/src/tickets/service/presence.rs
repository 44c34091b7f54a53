//! Who looks at a ticket or answers it just now, so that two agents do not answer at once. Never stored.

use std::collections::HashMap;

use chrono::TimeDelta;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::Tickets;
use super::draft::staff;
use crate::bus::Hint;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::identity::{Actor, AgentRef};
use crate::ids::TicketId;

/// For how long a sign counts.
const COUNTS: TimeDelta = TimeDelta::seconds(30);
/// How many tickets a node keeps signs of, and how many of each.
const TICKETS: usize = 10_000;
const EACH: usize = 20;

/// What somebody does with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Looks at it.
    Viewing,
    /// Writes.
    Replying,
    /// Has gone.
    Left,
}

/// Somebody who is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Who.
    pub agent: AgentRef,
    /// What they do.
    pub doing: Doing,
    /// When they last said so.
    pub at: Timestamp,
}

/// Who is where, as far as this node has heard.
#[derive(Debug, Default)]
pub(super) struct Lookers(Mutex<HashMap<TicketId, Vec<Present>>>);

impl Tickets {
    /// Says what the agent does with a ticket, which counts for 30 s, and gives who else is there, by id.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for who is no agent or admin.
    pub async fn look(&self, actor: &Actor, ticket: TicketId, doing: Doing) -> Result<Vec<Present>> {
        let agent = staff(actor)?.agent.clone();
        self.get(actor, ticket).await?;
        let at = self.0.context.clock.now();
        self.0.lookers.note(ticket, Present { agent: agent.clone(), doing, at });
        let mut others = self.0.lookers.of(ticket, at);
        others.retain(|present| present.agent.id != agent.id);
        self.0.bus.publish(Hint::TicketLooker { ticket, agent, doing, at });
        Ok(others)
    }
}

impl Lookers {
    pub(super) fn note(&self, ticket: TicketId, present: Present) {
        let mut all = self.0.lock();
        if !all.contains_key(&ticket) && all.len() >= TICKETS {
            all.retain(|_, there| there.iter().any(|one| one.at + COUNTS > present.at));
            if all.len() >= TICKETS {
                return;
            }
        }
        let there = all.entry(ticket).or_default();
        let is_old = there.iter().any(|one| one.agent.id == present.agent.id && one.at > present.at);
        if is_old {
            return;
        }
        there.retain(|one| one.agent.id != present.agent.id && one.at + COUNTS > present.at);
        if present.doing != Doing::Left && there.len() < EACH {
            there.push(present);
        }
        if there.is_empty() {
            all.remove(&ticket);
        }
    }

    fn of(&self, ticket: TicketId, now: Timestamp) -> Vec<Present> {
        let mut there: Vec<_> = self.0.lock().get(&ticket).cloned().unwrap_or_default();
        there.retain(|one| one.at + COUNTS > now);
        there.sort_by(|one, other| one.agent.id.cmp(&other.agent.id));
        there
    }
}
