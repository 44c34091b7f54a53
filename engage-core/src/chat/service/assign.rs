//! Who gets a conversation that nobody answers.

use std::fmt::Debug;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::Chat;
use crate::chat::model::{Agent, AgentStatus, Conversation};
use crate::error::Result;
use crate::ids::ConversationId;
use crate::outbox::{Handler, OutboxMessage};

/// Topic of the command to find somebody for a conversation.
pub(super) const ASSIGN: &str = "chat.assign";

/// The command's payload.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AssignCommand {
    pub(super) conversation: ConversationId,
}

/// Keeps the promise to find somebody, when there is somebody. When there is not, the conversation waits, and gets the
/// next agent who comes online.
#[derive(Debug)]
pub struct AssignHandler(Chat);

impl AssignHandler {
    /// The handler of a chat.
    pub fn new(chat: Chat) -> Self {
        Self(chat)
    }
}

#[async_trait]
impl Handler for AssignHandler {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        let AssignCommand { conversation } = serde_json::from_value(message.payload.clone())?;
        self.0.assign_automatically(conversation).await
    }
}

/// The agent for a conversation: online, of its team, with the fewest open conversations; among equals the one whose last
/// assignment is longest ago.
pub(super) fn choose<'a>(conversation: &Conversation, agents: &'a [Agent]) -> Option<&'a Agent> {
    agents
        .iter()
        .filter(|agent| agent.status == AgentStatus::Online)
        .filter(|agent| conversation.team.as_ref().is_none_or(|team| agent.teams.contains(team)))
        .min_by(|a, b| (a.open, a.assigned_at, &a.agent.id).cmp(&(b.open, b.assigned_at, &b.agent.id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, ManualClock};
    use crate::entropy::SeededEntropy;
    use crate::identity::AgentRef;
    use crate::ids::Ids;
    use std::sync::Arc;

    fn agent(id: &str, status: AgentStatus, open: i64, teams: &[&str]) -> Agent {
        let agent = AgentRef { id: id.to_owned(), name: id.to_owned() };
        Agent { agent, teams: teams.iter().map(|&team| team.to_owned()).collect(), status, open, assigned_at: None }
    }

    fn conversation(team: Option<&str>) -> Conversation {
        let clock = ManualClock::default();
        let ids = Ids::new(Arc::new(clock.clone()), Arc::new(SeededEntropy::new(1)));
        Conversation::new(ids.next(), ids.next(), team.map(str::to_owned), clock.now())
    }

    #[test]
    fn the_least_loaded_online_agent_of_the_team_is_chosen() {
        let agents = [
            agent("busy", AgentStatus::Online, 3, &["sales"]),
            agent("away", AgentStatus::Away, 0, &["sales"]),
            agent("other", AgentStatus::Online, 0, &["support"]),
            agent("free", AgentStatus::Online, 1, &["sales"]),
        ];
        assert_eq!(choose(&conversation(Some("sales")), &agents).unwrap().agent.id, "free");
        assert_eq!(choose(&conversation(None), &agents).unwrap().agent.id, "other");
        assert!(choose(&conversation(Some("billing")), &agents).is_none());
    }

    #[test]
    fn among_equals_the_longest_idle_is_chosen() {
        let mut first = agent("a", AgentStatus::Online, 1, &[]);
        first.assigned_at = Some(ManualClock::default().now());
        let never = agent("b", AgentStatus::Online, 1, &[]);
        assert_eq!(choose(&conversation(None), &[first, never]).unwrap().agent.id, "b");
    }
}
