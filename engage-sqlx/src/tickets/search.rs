//! What was said, found by its words. It is indexed in the transaction that writes it: tickets are written one at a time, and
//! who has just written a reply finds it.

use engage_core::Result;
use engage_core::chat::SearchQuery;
use engage_core::tickets::Found;

use super::Tickets;
use super::rows::{self, entry_columns, ticket_columns};
use crate::authors::seen_teams;
use crate::driver::{Row, params};

statements! {
    /// What searching asks.
    struct SearchStatements {
        // Those of no team, of the teams in the JSON array $4, and with $3 = 1 all. The cross joins keep SQLite from beginning
        // with anything but the words.
        search = concat!(
            "SELECT s.id, ", entry_columns!(), ", ", ticket_columns!(), ", k.name, k.email
             FROM {ticket_words} CROSS JOIN {ticket_search} s CROSS JOIN {tickets} t CROSS JOIN {ticket_entries} e
             LEFT JOIN {contacts} k ON k.id = t.requester_id
             WHERE {@matching_tickets $1} AND {ticket_words}.rowid < $2 AND s.id = {ticket_words}.rowid
                AND t.id = s.ticket_id AND e.ticket_id = s.ticket_id AND e.seq = s.seq
                AND ($3 = 1 OR t.team IS NULL OR t.team IN (SELECT own.value FROM {@each $4 AS own}))
             ORDER BY {ticket_words}.rowid DESC LIMIT $5"
        );
    }
}

impl Tickets {
    pub(super) async fn find(&self, query: &SearchQuery) -> Result<Vec<Found>> {
        let Some((all, teams)) = seen_teams(&query.sight)? else { return Ok(Vec::new()) };
        let terms = self.dialect.terms(&query.terms);
        let values = params![&terms, query.before.unwrap_or(i64::MAX), all, &teams, query.limit];
        self.db.fetch(&self.sql.search.search, values).await?.iter().map(found).collect()
    }
}

fn found(row: &Row) -> Result<Found> {
    let mut columns = row.columns();
    let place = columns.take()?;
    Ok(Found { place, entry: rows::entry_of(&mut columns)?, listed: rows::listed_of(&mut columns)? })
}
