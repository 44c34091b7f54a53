//! Who of the staff is there.

use std::sync::Arc;

use bytes::Bytes;
use engage_core::Audience;
use engage_core::chat::{Hub, Presence, Roster};
use tokio::sync::watch;

use super::session::encode;
use crate::wire::{PresenceTold, PresentAgent, ServerFrame};

/// Follows the agents for one reader.
#[derive(Debug)]
pub(super) struct PresenceFeed {
    agents: watch::Receiver<Arc<Roster>>,
    told: Told,
}

#[derive(Debug)]
enum Told {
    /// Visitors know whether anybody takes chats.
    Visitor(Option<bool>),
    /// Staff know who does, up to a version; whoever they have not heard of is offline.
    Staff(u64),
}

impl PresenceFeed {
    pub(super) fn new(hub: &Hub, audience: Audience) -> Self {
        let told = match audience {
            Audience::Visitor => Told::Visitor(None),
            Audience::Staff => Told::Staff(0),
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
    pub(super) fn news(&mut self) -> Vec<Bytes> {
        let roster = Arc::clone(&self.agents.borrow_and_update());
        match &mut self.told {
            Told::Visitor(told) => {
                let agents_online = roster.is_anybody_online();
                let is_news = told.replace(agents_online) != Some(agents_online);
                let frame = || encode(&ServerFrame::Presence(PresenceTold::Site { agents_online }));
                is_news.then(frame).into_iter().collect()
            }
            Told::Staff(told) => {
                let before = std::mem::replace(told, roster.version());
                roster.since(before).map(|presence| presence.encoded(told_to_staff)).collect()
            }
        }
    }
}

fn told_to_staff(presence: &Presence) -> Bytes {
    let (id, name) = (presence.agent.id.clone(), presence.agent.name.clone());
    let agent = PresentAgent { id, name };
    encode(&ServerFrame::Presence(PresenceTold::Agent { agent, status: presence.status.into() }))
}
