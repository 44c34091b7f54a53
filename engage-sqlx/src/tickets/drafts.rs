//! What agents are writing.

use engage_core::Result;
use engage_core::ids::TicketId;
use engage_core::tickets::Draft;

use super::Tickets;
use crate::driver::params;

statements! {
    /// What drafts ask.
    struct DraftStatements {
        put = "INSERT INTO {ticket_drafts} (ticket_id, person, body, note, updated_at)
            SELECT t.id, $2, $3, CAST($4 AS bigint), CAST($5 AS bigint) FROM {tickets} t WHERE t.id = $1
            ON CONFLICT (ticket_id, person) DO UPDATE
            SET body = excluded.body, note = excluded.note, updated_at = excluded.updated_at";
        remove = "DELETE FROM {ticket_drafts} WHERE ticket_id = $1 AND person = $2";
        get = "SELECT d.body, d.note, d.updated_at FROM {ticket_drafts} d WHERE d.ticket_id = $1 AND d.person = $2";
    }
}

impl Tickets {
    pub(super) async fn keep_draft(&self, draft: &Draft) -> Result<()> {
        let sql = &self.sql.drafts;
        if draft.body.is_empty() {
            return self.db.execute_one(&sql.remove, params![draft.ticket, &draft.person]).await.map(drop);
        }
        let note = i64::from(draft.note);
        let values = params![draft.ticket, &draft.person, &draft.body, note, draft.updated_at];
        self.db.execute_one(&sql.put, values).await.map(drop)
    }

    pub(super) async fn find_draft(&self, ticket: TicketId, person: &str) -> Result<Option<Draft>> {
        let Some(row) = self.db.fetch_one(&self.sql.drafts.get, params![ticket, person]).await? else {
            return Ok(None);
        };
        let mut columns = row.columns();
        let (body, note) = (columns.take()?, columns.take::<i64>()? == 1);
        Ok(Some(Draft { ticket, person: person.to_owned(), body, note, updated_at: columns.take()? }))
    }
}
