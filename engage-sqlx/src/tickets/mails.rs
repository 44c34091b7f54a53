//! Agents who want mails.

use std::collections::HashSet;

use engage_core::Result;
use serde::Serialize;

use super::Tickets;
use crate::batch::json;
use crate::driver::{Row, params};

statements! {
    /// What those mails ask.
    struct MailStatements {
        put = "INSERT INTO {ticket_mails} (agent_id) VALUES ($1) ON CONFLICT (agent_id) DO NOTHING";
        remove = "DELETE FROM {ticket_mails} WHERE agent_id = $1";
        of = "SELECT m.agent_id FROM {ticket_mails} m WHERE m.agent_id IN (SELECT b.id FROM {@rows $1 AS b (id text)})";
    }
}

#[derive(Debug, Serialize)]
struct AgentRow<'a> {
    id: &'a str,
}

impl Tickets {
    pub(super) async fn find_wanted(&self, agents: &[String]) -> Result<HashSet<String>> {
        let rows = json(agents.iter().map(|id| AgentRow { id }))?;
        self.db.fetch(&self.sql.mails.of, params![&rows]).await?.iter().map(Row::only).collect()
    }

    pub(super) async fn keep_wanted(&self, agent: &str, wanted: bool) -> Result<()> {
        let sql = if wanted { &self.sql.mails.put } else { &self.sql.mails.remove };
        self.db.execute_one(sql, params![agent]).await.map(drop)
    }
}
