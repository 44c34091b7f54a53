//! Labels once more, in a table of their own by which lists find conversations. Written only when labels changed.

use std::collections::BTreeSet;

use engage_core::Result;
use engage_core::chat::{Change, Conversation, Planned};
use serde::Serialize;

use super::Chat;
use crate::batch::{Hex, json};
use crate::driver::{Connection, params};

statements! {
    /// What labels ask.
    struct LabelStatements {
        clear = "DELETE FROM {labels} WHERE conversation_id IN (SELECT b.id FROM {@rows $1 AS b (id uuid)})";
        // Each from the one before: as many steps in the index as there are labels, however many conversations bear them.
        all = "WITH RECURSIVE found (label) AS (
                SELECT min(l.label) FROM {labels} l WHERE l.label >= $1
                UNION ALL
                SELECT (SELECT min(l.label) FROM {labels} l WHERE l.label > found.label) FROM found
                    WHERE found.label IS NOT NULL)
            SELECT label FROM found WHERE label IS NOT NULL LIMIT $2";
        put = "INSERT INTO {labels} (conversation_id, label)
            SELECT b.conversation_id, b.label FROM {@rows $1 AS b (conversation_id uuid, label text)}";
    }
}

impl Chat {
    pub(super) async fn read_labels(&self, from: &str, limit: usize) -> Result<Vec<String>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.db.fetch(&self.sql.labels.all, params![from, limit]).await?;
        rows.iter().map(|row| row.columns().take()).collect()
    }
}

#[derive(Serialize)]
struct IdRow {
    id: Hex,
}

#[derive(Serialize)]
struct LabelRow<'p> {
    conversation_id: Hex,
    label: &'p str,
}

impl LabelStatements {
    /// Writes the labels that `planned` changes, in the transaction of `connection`.
    pub(super) async fn write(&self, connection: &mut dyn Connection, planned: &Planned) -> Result<()> {
        let changed = planned.entries.iter().filter(|entry| matches!(entry.change, Change::Labels { .. }));
        let changed: BTreeSet<_> = changed.map(|entry| entry.conversation).collect();
        if changed.is_empty() {
            return Ok(());
        }
        connection.execute(&self.clear, params![&json(changed.iter().map(|id| IdRow { id: Hex(id.0) }))?]).await?;
        let rows = planned.conversations.iter().filter(|row| changed.contains(&row.id)).flat_map(|row| {
            let Conversation { id, labels, .. } = row;
            labels.iter().map(|label| LabelRow { conversation_id: Hex(id.0), label })
        });
        connection.execute(&self.put, params![&json(rows)?]).await?;
        Ok(())
    }
}
