//! Agents, as their signs of life leave them.

use engage_core::AgentRef;
use engage_core::Result;
use engage_core::chat::{Agent, AgentSeen, AgentStatus};
use engage_core::clock::Timestamp;

use super::Chat;
use super::rows::{from_json, unknown};
use crate::driver::{Row, params};

statements! {
    /// What agents ask.
    struct AgentStatements {
        see = "INSERT INTO {agents} AS a (id, name, teams, status, seen_at) VALUES ($1, $2, $3, COALESCE($4, 'online'), $5)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, teams = excluded.teams,
                status = COALESCE($4, a.status), seen_at = excluded.seen_at";
        all = "SELECT a.id, a.name, a.teams, a.status, a.seen_at, a.assigned_at,
                (SELECT count(*) FROM {conversations} c WHERE c.assignee_id = a.id AND c.status = 'open')
            FROM {agents} a ORDER BY a.id";
    }
}

impl Chat {
    pub(super) async fn note_agent(&self, seen: &AgentSeen) -> Result<()> {
        let teams = serde_json::to_string(&seen.teams)?;
        let status = seen.status.map(status_name);
        let values = params![&seen.agent.id, &seen.agent.name, &teams, status, seen.at];
        self.db.execute_one(&self.sql.agents.see, values).await.map(|_| ())
    }

    pub(super) async fn read_agents(&self, alive_since: Timestamp) -> Result<Vec<Agent>> {
        let rows = self.db.fetch(&self.sql.agents.all, params![]).await?;
        rows.iter().map(|row| read(row, alive_since)).collect()
    }
}

fn read(row: &Row, alive_since: Timestamp) -> Result<Agent> {
    let mut columns = row.columns();
    let agent = AgentRef { id: columns.take()?, name: columns.take()? };
    let teams = from_json(&columns.take::<String>()?)?;
    let chosen = status(&columns.take::<String>()?)?;
    let seen_at: Timestamp = columns.take()?;
    Ok(Agent {
        agent,
        teams,
        status: if seen_at < alive_since { AgentStatus::Offline } else { chosen },
        assigned_at: columns.take()?,
        open: columns.take()?,
    })
}

fn status_name(status: AgentStatus) -> &'static str {
    match status {
        AgentStatus::Online => "online",
        AgentStatus::Away => "away",
        AgentStatus::Offline => "offline",
    }
}

fn status(name: &str) -> Result<AgentStatus> {
    match name {
        "online" => Ok(AgentStatus::Online),
        "away" => Ok(AgentStatus::Away),
        "offline" => Ok(AgentStatus::Offline),
        name => Err(unknown("agent's status", name)),
    }
}
