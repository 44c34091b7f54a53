//! Gives what waits to agents, takes back what they let pass, and knows everybody's place in the queue.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::{Chat, SWEEP};
use crate::audit::AuditEntry;
use crate::bus::Hint;
use crate::chat::events::{CONVERSATION_ASSIGNED, ConversationAssigned};
use crate::chat::model::{Agent, AgentStatus, Command, Conversation, Status, has_alternative, text};
use crate::chat::store::{AgentProfile, AssigneeFilter, Dispatch, ListQuery, Offer, Sight, StatusFilter};
use crate::clock::delta;
use crate::effects::Effects;
use crate::error::{Error, Result};
use crate::identity::Actor;
use crate::tasks::Stopping;

/// How much of the queue is looked at: those beyond wait without knowing their place.
const QUEUE: usize = 1_000;
/// How often a node counts the places in the queue at most.
const COUNTING: Duration = Duration::from_millis(250);

impl Chat {
    /// Gives everything that waits to whoever has room for it.
    pub(crate) async fn assign_waiting(&self) -> Result<()> {
        let settings = self.0.settings.get();
        if !settings.chat_auto_assign {
            return Ok(());
        }
        let dispatch = Dispatch::new(self.agents_alive_since(), QUEUE, self.offer()).capacity(settings.chat_capacity);
        loop {
            let given = self.0.store.dispatch(&dispatch).await?;
            if given.is_empty() {
                return Ok(());
            }
            self.0.news.tell(&given.into_iter().map(Ok).collect::<Vec<_>>(), true);
        }
    }

    /// Takes back what agents were offered and let pass, and what agents who are gone leave unanswered, as soon as somebody
    /// else has room for it.
    pub(crate) async fn take_back(&self) -> Result<()> {
        let settings = self.0.settings.get();
        let Some(patience) = settings.chat_reassign_after_s else { return Ok(()) };
        let before = self.0.context.clock.now() - delta(Duration::from_secs(patience.unsigned_abs()));
        let agents = self.0.store.agents(self.agents_alive_since()).await?;
        let mut overdue = self.0.store.offered(before, SWEEP).await?;
        for gone in agents.iter().filter(|agent| agent.status == AgentStatus::Offline && agent.open > 0) {
            let unanswered = |row: &Conversation| row.routing.unanswered_since.is_some_and(|since| since < before);
            overdue.extend(self.open_of(&gone.agent.id).await?.into_iter().filter(unanswered));
        }
        for row in overdue {
            let Some(assignee) = row.assignee.as_ref().map(|agent| agent.id.clone()) else { continue };
            if has_alternative(&row, &agents, &assignee, settings.chat_capacity) {
                self.release(&row, assignee).await?;
            }
        }
        Ok(())
    }

    /// Puts everything open that an agent answers back into the queue, each at the place that its visitor's wait gives it.
    ///
    /// # Errors
    /// When the database does not answer; some may have been put back.
    pub async fn release_all(&self, agent: &str) -> Result<()> {
        loop {
            let open = self.open_of(agent).await?;
            for row in &open {
                self.release(row, agent.to_owned()).await?;
            }
            if open.len() < SWEEP {
                return Ok(());
            }
        }
    }

    /// Sets how much an agent is given and the languages that they answer in. `capacity`: 0 to 1,000 open conversations,
    /// `None`: as many as the site sets.
    ///
    /// # Errors
    /// `NotFound` when the agent was never there; `Invalid` at `/capacity` or `/languages`.
    pub async fn set_agent(
        &self,
        actor: &Actor,
        id: &str,
        capacity: Option<i64>,
        languages: &[String],
    ) -> Result<Agent> {
        if capacity.is_some_and(|capacity| !(0..=1_000).contains(&capacity)) {
            return Err(Error::invalid("/capacity", "range", "0 to 1000, or null"));
        }
        if languages.len() > 20 {
            return Err(Error::invalid("/languages", "too_many", "at most 20"));
        }
        let languages = languages
            .iter()
            .enumerate()
            .map(|(n, tag)| text::checked_language(tag, &format!("/languages/{n}")))
            .collect::<Result<Vec<_>>>()?;
        let context = &self.0.context;
        let detail = serde_json::json!({ "capacity": capacity, "languages": languages });
        let (at, target) = (context.clock.now(), format!("agent:{id}"));
        let audit = AuditEntry::new(context.ids.next(), at, actor, "chat.agent_set", target).detail(detail);
        let profile = AgentProfile { id: id.to_owned(), capacity, languages };
        if !self.0.store.set_agent(&profile, &Effects::none().and_audit(audit)).await? {
            return Err(Error::not_found("the agent"));
        }
        self.refresh_agents().await?;
        self.0.news.bus.publish(Hint::Presence { agent: id.to_owned() });
        self.0.news.route();
        let agents = self.hub().agents();
        let agent = agents.borrow().agents().iter().find(|agent| agent.agent.id == id).cloned();
        agent.ok_or_else(|| Error::not_found("the agent"))
    }

    /// Gives out what waits whenever something on this node may have made room, or somebody wait.
    pub(super) async fn route(self, mut stopping: Stopping) {
        let routed = Arc::clone(&self.0.news.routed);
        loop {
            tokio::select! {
                () = routed.notified() => {}
                () = stopping.wait() => return,
            }
            if let Err(error) = self.assign_waiting().await {
                tracing::warn!(target: "engage::chat", %error, "nobody could be assigned; it is tried again soon");
            }
        }
    }

    /// Counts the places in the queue whenever it may have changed, on whatever node.
    pub(super) async fn count_places(self, mut stopping: Stopping) {
        loop {
            if let Err(error) = self.recount().await {
                tracing::warn!(target: "engage::chat", %error, "the queue could not be read; it is tried again");
                self.0.queue_changed.notify_one();
            }
            if stopping.sleep(COUNTING).await {
                return;
            }
            tokio::select! {
                () = self.0.queue_changed.notified() => {}
                () = stopping.wait() => return,
            }
        }
    }

    /// Each team has a line of its own, and so has what is everybody's. Where people pick what they answer there is no line.
    async fn recount(&self) -> Result<()> {
        if !self.0.settings.get().chat_auto_assign {
            self.hub().set_queue(&HashMap::new());
            return Ok(());
        }
        let mut lines: HashMap<Option<String>, i64> = HashMap::new();
        let waiting = self.0.store.waiting(QUEUE).await?;
        let places = waiting.into_iter().map(|row| {
            let place = lines.entry(row.team).or_default();
            *place += 1;
            (row.id, *place)
        });
        self.hub().set_queue(&places.collect());
        Ok(())
    }

    async fn release(&self, row: &Conversation, agent: String) -> Result<()> {
        let event = ConversationAssigned { conversation: row.id, agent: None };
        let effects = self.event(CONVERSATION_ASSIGNED, &event)?;
        self.change(Actor::System, row.id, Command::Release { agent }, effects).await.map(drop)
    }

    async fn open_of(&self, agent: &str) -> Result<Vec<Conversation>> {
        let mut query = ListQuery::new(Sight::All, SWEEP);
        query.status = StatusFilter::Is(Status::Open);
        query.assignee = AssigneeFilter::Is(agent.to_owned());
        Ok(self.0.store.list(&query).await?.into_iter().map(|listed| listed.conversation).collect())
    }

    fn offer(&self) -> Offer {
        let chat = self.clone();
        Offer::new(move |conversation, agent| {
            let event = ConversationAssigned { conversation, agent: Some(agent.clone()) };
            let effects = chat.event(CONVERSATION_ASSIGNED, &event)?;
            let command = Command::Assign { agent: Some(agent), expected: Some(None) };
            Ok(chat.command(conversation, Actor::System, command).effects(effects))
        })
    }
}
