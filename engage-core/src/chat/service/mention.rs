//! Whom a note asks to look.

use super::{Chat, Send};
use crate::chat::events::{AGENTS_MENTIONED, AgentsMentioned};
use crate::effects::Effects;
use crate::error::{Error, Result};
use crate::identity::{Actor, AgentRef};
use crate::ids::ConversationId;

/// How many agents a note may ask.
const MOST: usize = 20;

impl Chat {
    /// The agents of `send`, each once, by the names that they have now.
    ///
    /// # Errors
    /// `Invalid` at `/mentions`: not of a note, or too many; below it for who is not there or may not see the conversation.
    /// `NotFound` when it does not exist for `actor`.
    pub(super) async fn mentioned(&self, actor: &Actor, send: &Send) -> Result<Vec<AgentRef>> {
        let Send { conversation, mentions, note, .. } = send;
        if mentions.is_empty() {
            return Ok(Vec::new());
        }
        if !note {
            return Err(Error::invalid("/mentions", "unexpected", "only notes ask agents to look"));
        }
        if mentions.len() > MOST {
            return Err(Error::invalid("/mentions", "too_many", format!("at most {MOST} agents")));
        }
        let team = self.get(actor, *conversation).await?.conversation.team;
        let agents = self.0.store.agents(self.agents_alive_since()).await?;
        let mut found: Vec<AgentRef> = Vec::with_capacity(mentions.len());
        for (place, id) in mentions.iter().enumerate() {
            let agent = agents.iter().find(|agent| agent.agent.id == *id && agent.sees_team(team.as_deref()));
            let agent = agent.ok_or_else(|| {
                let told = "there is no such agent, or they may not see the conversation";
                Error::invalid(&format!("/mentions/{place}"), "unknown", told)
            })?;
            if !found.contains(&agent.agent) {
                found.push(agent.agent.clone());
            }
        }
        Ok(found)
    }

    /// What the host is told of it.
    pub(super) fn mentioning(
        &self,
        actor: &Actor,
        conversation: ConversationId,
        agents: &[AgentRef],
    ) -> Result<Effects> {
        if agents.is_empty() {
            return Ok(Effects::none());
        }
        let (author, agents) = (actor.into(), agents.to_vec());
        let told = AgentsMentioned { conversation, author, agents, entry: None, seq: None };
        self.event(AGENTS_MENTIONED, &told)
    }
}
