//! Who of the staff is there.

use std::collections::HashMap;
use std::sync::Arc;

use engage_core::Audience;
use engage_core::chat::{Agent, AgentStatus, Hub};
use tokio::sync::watch;

use crate::wire::{PresenceTold, PresentAgent, ServerFrame};

/// Follows the agents for one reader.
#[derive(Debug)]
pub(super) struct PresenceFeed {
    agents: watch::Receiver<Arc<Vec<Agent>>>,
    told: Told,
}

#[derive(Debug)]
enum Told {
    /// Visitors know whether anybody takes chats.
    Visitor(Option<bool>),
    /// Staff know who does; whoever they have not heard of is offline.
    Staff(HashMap<String, AgentStatus>),
}

impl PresenceFeed {
    pub(super) fn new(hub: &Hub, audience: Audience) -> Self {
        let told = match audience {
            Audience::Visitor => Told::Visitor(None),
            Audience::Staff => Told::Staff(HashMap::new()),
        };
        Self { agents: hub.agents(), told }
    }

    /// Waits for news. Cancel-safe.
    pub(super) async fn changed(&mut self) {
        if self.agents.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// What is new since the last call; at first, how things are.
    pub(super) fn news(&mut self) -> Vec<ServerFrame> {
        let agents = Arc::clone(&self.agents.borrow_and_update());
        match &mut self.told {
            Told::Visitor(told) => {
                let agents_online = agents.iter().any(|agent| agent.status == AgentStatus::Online);
                let is_news = told.replace(agents_online) != Some(agents_online);
                is_news.then_some(ServerFrame::Presence(PresenceTold::Site { agents_online })).into_iter().collect()
            }
            Told::Staff(told) => agents.iter().filter_map(|agent| change(told, agent)).collect(),
        }
    }
}

fn change(told: &mut HashMap<String, AgentStatus>, agent: &Agent) -> Option<ServerFrame> {
    let id = &agent.agent.id;
    if told.get(id).copied().unwrap_or(AgentStatus::Offline) == agent.status {
        return None;
    }
    told.insert(id.clone(), agent.status);
    let name = agent.agent.name.clone();
    Some(ServerFrame::Presence(PresenceTold::Agent {
        agent: PresentAgent { id: id.clone(), name },
        status: agent.status.into(),
    }))
}
