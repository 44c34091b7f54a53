//! The agents, and what readers are to be told of their presence.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::chat::model::{Agent, AgentStatus};
use crate::identity::AgentRef;

/// The agents as a node last read them. Who follows it keeps the version up to which they were told, and is told what is
/// newer: that costs as much as there is news, however many agents there are and however many follow.
#[derive(Debug, Default)]
pub struct Roster {
    agents: Vec<Agent>,
    version: u64,
    /// By the agents' ids.
    present: HashMap<String, Arc<Presence>>,
    /// The newest first.
    news: Vec<Arc<Presence>>,
    is_anybody_online: bool,
}

/// An agent's presence since it last changed, encoded at most once for all who are told.
#[derive(Debug)]
pub struct Presence {
    /// Who.
    pub agent: AgentRef,
    /// Whether they take chats.
    pub status: AgentStatus,
    since: u64,
    encoded: OnceLock<Bytes>,
}

impl Roster {
    /// All of them, also those who are offline.
    pub fn agents(&self) -> &[Agent] {
        &self.agents
    }

    /// Whether anybody takes chats.
    pub fn is_anybody_online(&self) -> bool {
        self.is_anybody_online
    }

    /// Whether an agent takes chats; `None`: nobody of that id was ever there.
    pub fn status(&self, agent: &str) -> Option<AgentStatus> {
        self.present.get(agent).map(|presence| presence.status)
    }

    /// The version of the newest news; from 1.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What changed after a version, the newest first. After 0, how things are: whoever is not named is offline.
    pub fn since(&self, version: u64) -> impl Iterator<Item = &Arc<Presence>> {
        let news = self.news.iter().take_while(move |presence| presence.since > version);
        news.filter(move |presence| version > 0 || presence.status != AgentStatus::Offline)
    }

    /// The roster after `agents` were read, and whether there is news in it.
    pub(super) fn next(&self, agents: Vec<Agent>) -> (Self, bool) {
        let version = self.version + 1;
        let (mut present, mut changed, mut news) = (HashMap::with_capacity(agents.len()), false, Vec::new());
        for Agent { agent, status, .. } in &agents {
            let known = self.present.get(&agent.id).filter(|known| known.status == *status);
            let presence = known.cloned().unwrap_or_else(|| {
                changed = true;
                let presence =
                    Presence { agent: agent.clone(), status: *status, since: version, encoded: OnceLock::new() };
                let presence = Arc::new(presence);
                news.push(Arc::clone(&presence));
                presence
            });
            present.insert(agent.id.clone(), presence);
        }
        let is_same = |known: &&Arc<Presence>| present.get(&known.agent.id).is_some_and(|now| Arc::ptr_eq(now, known));
        news.extend(self.news.iter().filter(is_same).cloned());
        let is_anybody_online = agents.iter().any(|agent| agent.status == AgentStatus::Online);
        let version = if changed { version } else { self.version };
        (Self { agents, version, present, news, is_anybody_online }, changed)
    }
}

impl Presence {
    /// The bytes for a reader; `encode` runs at most once, however many read.
    pub fn encoded(&self, encode: impl FnOnce(&Self) -> Bytes) -> Bytes {
        self.encoded.get_or_init(|| encode(self)).clone()
    }
}

#[cfg(test)]
mod tests {
    use AgentStatus::{Away, Offline, Online};

    use super::*;

    fn agents(all: &[(&str, AgentStatus)]) -> Vec<Agent> {
        let agent = |&(id, status): &(&str, AgentStatus)| Agent {
            agent: AgentRef { id: id.to_owned(), name: id.to_owned() },
            teams: Vec::new(),
            admin: false,
            status,
            languages: Vec::new(),
            capacity: None,
            open: 0,
            assigned_at: None,
        };
        all.iter().map(agent).collect()
    }

    fn told(roster: &Roster, since: u64) -> Vec<(&str, AgentStatus)> {
        roster.since(since).map(|presence| (presence.agent.id.as_str(), presence.status)).collect()
    }

    #[test]
    fn who_follows_is_told_what_changed_and_nothing_else() {
        let (first, changed) = Roster::default().next(agents(&[("ada", Online), ("bob", Offline), ("eve", Away)]));
        assert!(changed);
        assert_eq!(told(&first, 0), [("ada", Online), ("eve", Away)], "whoever is not named is offline");
        let (second, changed) = first.next(agents(&[("ada", Online), ("bob", Online), ("eve", Away)]));
        assert!(changed);
        assert_eq!(told(&second, first.version()), [("bob", Online)]);
        let (third, _) = second.next(agents(&[("ada", Offline), ("bob", Online), ("eve", Away)]));
        assert_eq!(told(&third, second.version()), [("ada", Offline)]);
        assert_eq!(told(&third, first.version()), [("ada", Offline), ("bob", Online)]);
        assert_eq!(told(&third, 0), [("bob", Online), ("eve", Away)]);
        let mut same = agents(&[("ada", Offline), ("bob", Online), ("eve", Away)]);
        same[0].open = 7;
        let (fourth, changed) = third.next(same);
        assert!(!changed, "how much they have to do is no news");
        assert_eq!((told(&fourth, third.version()).len(), fourth.agents()[0].open), (0, 7));
        assert_eq!((fourth.status("ada"), fourth.status("nobody")), (Some(Offline), None));
    }

    #[test]
    fn what_stays_is_encoded_once() {
        let (first, _) = Roster::default().next(agents(&[("ada", Online)]));
        let bytes = |roster: &Roster, text: &'static str| {
            roster
                .since(0)
                .map(|presence| presence.encoded(|_| Bytes::from_static(text.as_bytes())))
                .collect::<Vec<_>>()
        };
        assert_eq!(bytes(&first, "first"), ["first"]);
        let (second, _) = first.next(agents(&[("ada", Online), ("bob", Online)]));
        assert_eq!(bytes(&second, "second"), ["second", "first"]);
    }
}
