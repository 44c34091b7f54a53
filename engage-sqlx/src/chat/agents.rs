//! Agents, as their signs of life leave them.

use std::sync::Arc;

use engage_core::chat::{Agent, AgentProfile, AgentSeen, AgentStatus, TeamLoad};
use engage_core::clock::Timestamp;
use engage_core::{AgentRef, Effects, Result};

use super::Chat;
use super::rows::from_json;
use crate::driver::{Row, params};
use crate::error::unknown;

statements! {
    /// What agents ask.
    struct AgentStatements {
        see = "INSERT INTO {agents} AS a (id, name, teams, status, seen_at, admin)
            VALUES ($1, $2, $3, COALESCE($4, 'online'), $5, $6)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, teams = excluded.teams, admin = excluded.admin,
                status = COALESCE($4, a.status), seen_at = excluded.seen_at";
        set = "UPDATE {agents} SET capacity = $2, languages = $3 WHERE id = $1";
        all = "SELECT a.id, a.name, a.teams, a.status, a.seen_at, a.assigned_at, a.languages, a.capacity, a.admin,
                (SELECT count(*) FROM {conversations} c WHERE c.assignee_id = a.id AND c.status = 'open')
            FROM {agents} a ORDER BY a.id";
        teams = "SELECT team, count(*), count(waiting_since) FROM {conversations}
            WHERE status = 'open' AND team IS NOT NULL GROUP BY team ORDER BY team";
    }
}

impl Chat {
    pub(super) async fn note_agent(&self, seen: &AgentSeen) -> Result<()> {
        let teams = serde_json::to_string(&seen.teams)?;
        let status = seen.status.map(status_name);
        let values = params![&seen.agent.id, &seen.agent.name, &teams, status, seen.at, i64::from(seen.admin)];
        self.db.execute_one(&self.sql.agents.see, values).await.map(|_| ())
    }

    pub(super) async fn set_profile(&self, profile: &AgentProfile, effects: &Effects) -> Result<bool> {
        let (sql, profile) = (Arc::clone(&self.sql), profile.clone());
        self.db
            .write_found(effects, move |connection| {
                Box::pin(async move {
                    let languages = serde_json::to_string(&profile.languages)?;
                    let values = params![&profile.id, profile.capacity, &languages];
                    Ok(connection.execute(&sql.agents.set, values).await? > 0)
                })
            })
            .await
    }

    pub(super) async fn read_team_loads(&self) -> Result<Vec<TeamLoad>> {
        let rows = self.db.fetch(&self.sql.agents.teams, params![]).await?;
        let load = |row: &Row| {
            let mut columns = row.columns();
            Ok(TeamLoad { team: columns.take()?, open: columns.take()?, waiting: columns.take()? })
        };
        rows.iter().map(load).collect()
    }

    pub(super) async fn read_agents(&self, alive_since: Timestamp) -> Result<Vec<Agent>> {
        let rows = self.db.fetch(&self.sql.agents.all, params![]).await?;
        rows.iter().map(|row| read(row, alive_since)).collect()
    }
}

pub(super) fn read(row: &Row, alive_since: Timestamp) -> Result<Agent> {
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
        languages: from_json(&columns.take::<String>()?)?,
        capacity: columns.take()?,
        admin: columns.take::<i64>()? != 0,
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
