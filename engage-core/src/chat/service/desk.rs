//! What agents work with besides the talk: labels, attributes, ratings, teams.

use std::collections::BTreeMap;

use super::Chat;
use crate::attributes::AttributePatch;
use crate::chat::events::{CONVERSATION_RATED, ConversationRated};
use crate::chat::model::{Command, Conversation, text};
use crate::effects::Effects;
use crate::error::{Error, Result};
use crate::identity::Actor;
use crate::ids::ConversationId;

/// A team, as far as the site knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// Whether it stands in `chat.teams`.
    pub is_set: bool,
    /// The ids of the agents whom the host has put into it, as it last said.
    pub agents: Vec<String>,
    /// How many of its conversations are open.
    pub open: i64,
    /// How many of them wait for somebody to take them.
    pub waiting: i64,
}

impl Chat {
    /// Puts labels on a conversation and takes others off. Done again, it changes nothing.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for visitors; `Invalid` for a label (1 to 50 characters) or for more than 20 of them.
    pub async fn set_labels(
        &self,
        actor: Actor,
        conversation: ConversationId,
        add: Vec<String>,
        remove: Vec<String>,
    ) -> Result<Conversation> {
        for (list, labels) in [("add", &add), ("remove", &remove)] {
            if labels.len() > 20 {
                return Err(Error::invalid(&format!("/{list}"), "too_many", "at most 20 labels at once"));
            }
            for (index, label) in labels.iter().enumerate() {
                text::checked_label(&format!("/{list}/{index}"), label)?;
            }
        }
        self.change(actor, conversation, Command::Labels { add, remove }, Effects::none()).await
    }

    /// Changes what the site keeps of a conversation. Done again, it changes nothing.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for visitors; `Invalid` when there would be too many attributes, or too much in them.
    pub async fn set_attributes(
        &self,
        actor: Actor,
        conversation: ConversationId,
        patch: AttributePatch,
    ) -> Result<Conversation> {
        self.change(actor, conversation, Command::Attributes { patch }, Effects::none()).await
    }

    /// Says how a closed conversation went: the visitor's alone, once for each closing; it can be changed for a day.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for others; `Invalid` for a score that is not from 1 to 5, or a comment of over 1,000
    /// characters; `Conflict` (`not_closed`, `rating_closed`).
    pub async fn rate(
        &self,
        actor: Actor,
        conversation: ConversationId,
        score: i64,
        comment: Option<&str>,
    ) -> Result<Conversation> {
        let score = u8::try_from(score).ok().filter(|score| (1..=5).contains(score));
        let score = score.ok_or_else(|| Error::invalid("/score", "range", "a number from 1 to 5"))?;
        let comment = comment.filter(|comment| !comment.trim().is_empty());
        let comment = comment.map(|comment| text::checked_text("/comment", comment, 1_000)).transpose()?;
        let event = self.event(CONVERSATION_RATED, &ConversationRated { conversation, score })?;
        self.change(actor, conversation, Command::Rate { score, comment }, event).await
    }

    /// The teams of the site, by name: those in `chat.teams`, those of the agents, and those of open conversations.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn teams(&self, set: &[String]) -> Result<Vec<Team>> {
        let none = |name: &String| Team { name: name.clone(), is_set: false, agents: Vec::new(), open: 0, waiting: 0 };
        let mut teams: BTreeMap<String, Team> = BTreeMap::new();
        for name in set {
            teams.entry(name.clone()).or_insert_with(|| none(name)).is_set = true;
        }
        for agent in self.hub().agents().borrow().agents() {
            for name in &agent.teams {
                teams.entry(name.clone()).or_insert_with(|| none(name)).agents.push(agent.agent.id.clone());
            }
        }
        for load in self.0.store.team_loads().await? {
            let team = teams.entry(load.team.clone()).or_insert_with(|| none(&load.team));
            (team.open, team.waiting) = (load.open, load.waiting);
        }
        Ok(teams.into_values().collect())
    }

    /// The labels that any conversation bears and that begin so, in order; at most `limit`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn labels(&self, prefix: &str, limit: usize) -> Result<Vec<String>> {
        let mut found = self.0.store.labels(prefix, limit).await?;
        found.retain(|label| label.starts_with(prefix));
        Ok(found)
    }
}
