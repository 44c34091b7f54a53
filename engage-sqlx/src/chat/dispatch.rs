//! Gives what waits to agents.

use std::collections::BTreeSet;
use std::sync::Arc;

use engage_core::chat::{AgentStatus, Append, Appended, Dispatch, assignments};
use engage_core::ids::ConversationId;
use engage_core::{AgentRef, Result};

use super::append::append;
use super::rows::conversation_columns;
use super::{Chat, ChatSql, agents, rows};
use crate::driver::{Connection, params};

/// How often a queue that others change under our hands is looked at again.
const ROUNDS: usize = 8;

statements! {
    /// What giving out asks.
    struct DispatchStatements {
        // Whoever commits a change waits for this row, so what is read after it stays as it is until the commit.
        hold = "UPDATE {counters} SET value = value WHERE name = 'inbox'";
        queue = concat!(
            "SELECT ", conversation_columns!(), " FROM {conversations} c
             WHERE c.waiting_since IS NOT NULL AND (c.team IS NULL OR c.team IN (SELECT own.value FROM {@each $1 AS own}))
             ORDER BY c.priority DESC, c.waiting_since, c.id LIMIT $2"
        );
    }
}

type Given = Vec<(ConversationId, AgentRef)>;

impl Chat {
    pub(super) async fn dispatch_waiting(&self, dispatch: &Dispatch) -> Result<Vec<Appended>> {
        for _ in 0..ROUNDS {
            // Nearly always there is nothing to give, and then nothing is held.
            let hoped = self.read_assignments(dispatch).await?;
            if hoped.is_empty() {
                break;
            }
            let (sql, dispatch) = (Arc::clone(&self.sql), dispatch.clone());
            let round = self
                .db
                .write(move |connection| Box::pin(async move { give(connection, &sql, &dispatch, &hoped).await }));
            let given = round.await?;
            if !given.is_empty() {
                return Ok(given);
            }
        }
        Ok(Vec::new())
    }

    async fn read_assignments(&self, dispatch: &Dispatch) -> Result<Given> {
        if self.read_waiting(1).await?.is_empty() {
            return Ok(Vec::new());
        }
        let agents = self.read_agents(dispatch.alive_since).await?;
        let rows = self.db.fetch(&self.sql.dispatch.queue, params![&teams(&agents)?, dispatch.limit]).await?;
        let waiting = rows.iter().map(rows::conversation).collect::<Result<Vec<_>>>()?;
        Ok(assignments(&waiting, &agents, dispatch.capacity))
    }
}

/// In the transaction of `connection`: holds the conversations that will probably be given, in the order of their ids as
/// everybody does, then the inbox, which keeps everybody else from committing; and decides on what is true then.
async fn give(
    connection: &mut dyn Connection,
    sql: &ChatSql,
    dispatch: &Dispatch,
    hoped: &Given,
) -> Result<Vec<Appended>> {
    let held: BTreeSet<_> = hoped.iter().map(|(id, _)| *id).collect();
    super::append::hold(connection, sql, &held).await?;
    connection.execute(&sql.dispatch.hold, params![]).await?;
    let agents = connection.fetch(&sql.agents.all, params![]).await?;
    let agents = agents.iter().map(|row| agents::read(row, dispatch.alive_since)).collect::<Result<Vec<_>>>()?;
    let rows = connection.fetch(&sql.dispatch.queue, params![&teams(&agents)?, dispatch.limit]).await?;
    let waiting = rows.iter().map(rows::conversation).collect::<Result<Vec<_>>>()?;
    // What came into the queue since is not held, and what stands behind it must not overtake it: the next round.
    let given = assignments(&waiting, &agents, dispatch.capacity).into_iter().take_while(|(id, _)| held.contains(id));
    let batch = given.map(|(id, agent)| dispatch.offer.append(id, agent)).collect::<Result<Vec<Append>>>()?;
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    append(connection, sql, &batch, true).await?.into_iter().collect()
}

/// The teams of those who are online.
fn teams(agents: &[engage_core::chat::Agent]) -> Result<String> {
    let online = agents.iter().filter(|agent| agent.status == AgentStatus::Online);
    let teams: BTreeSet<_> = online.flat_map(|agent| &agent.teams).collect();
    Ok(serde_json::to_string(&teams)?)
}
