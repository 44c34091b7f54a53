//! Reads tickets and their entries.

use engage_core::chat::{EntryRange, Sight};
use engage_core::ids::{ContactId, TicketId};
use engage_core::tickets::{Entry, EntryQuery, Listed, Related, Ticket};
use engage_core::{Actor, Audience, Result};

use super::Tickets;
use super::rows::{self, entry_columns, ticket_columns};
use crate::driver::{Row, params};
use crate::sql::Statement;

/// From the tickets `t`, with their requesters.
macro_rules! listed {
    () => {
        concat!(
            "SELECT ",
            ticket_columns!(),
            ", k.name, k.email FROM {tickets} t LEFT JOIN {contacts} k ON k.id = t.requester_id"
        )
    };
}

statements! {
    /// What reading asks.
    struct ReadStatements {
        get = concat!(listed!(), " WHERE t.id = $1");
        by_number = concat!(listed!(), " WHERE t.number = $1");
        opened_by = concat!("SELECT ", ticket_columns!(), " FROM {tickets} t WHERE t.opening = $1");
        children = concat!(listed!(), " WHERE t.parent_id = $1 ORDER BY t.number");
        merged = concat!(listed!(), " WHERE t.merged_into = $1 ORDER BY t.number");
        of_contact = "SELECT t.id FROM {tickets} t WHERE t.requester_id = $1 ORDER BY t.updated_at LIMIT $2";
        after = concat!(
            "SELECT ", entry_columns!(), " FROM {ticket_entries} e
             WHERE e.ticket_id = $1 AND e.seq > $2 ORDER BY e.seq LIMIT $3"
        );
        public_after = concat!(
            "SELECT ", entry_columns!(), " FROM {ticket_entries} e
             WHERE e.ticket_id = $1 AND e.public_seq > $2 ORDER BY e.seq LIMIT $3"
        );
        before = concat!(
            "SELECT ", entry_columns!(), " FROM {ticket_entries} e
             WHERE e.ticket_id = $1 AND e.seq < $2 ORDER BY e.seq DESC LIMIT $3"
        );
        public_before = concat!(
            "SELECT ", entry_columns!(), " FROM {ticket_entries} e
             WHERE e.ticket_id = $1 AND e.public_seq < $2 ORDER BY e.seq DESC LIMIT $3"
        );
    }
}

impl Tickets {
    pub(super) async fn get_one(&self, id: TicketId, sight: &Sight) -> Result<Option<Listed>> {
        let row = self.db.fetch_one(&self.sql.read.get, params![id]).await?;
        Ok(row.as_ref().map(rows::listed).transpose()?.filter(|listed| sees(sight, &listed.ticket)))
    }

    pub(super) async fn get_by_number(&self, number: i64, sight: &Sight) -> Result<Option<Listed>> {
        let row = self.db.fetch_one(&self.sql.read.by_number, params![number]).await?;
        Ok(row.as_ref().map(rows::listed).transpose()?.filter(|listed| sees(sight, &listed.ticket)))
    }

    pub(super) async fn find_opened(&self, opening: &str) -> Result<Option<Ticket>> {
        self.db.fetch_one(&self.sql.read.opened_by, params![opening]).await?.as_ref().map(rows::ticket).transpose()
    }

    pub(super) async fn ids_of_contact(&self, contact: ContactId, limit: usize) -> Result<Vec<TicketId>> {
        self.db.fetch(&self.sql.read.of_contact, params![contact, limit]).await?.iter().map(Row::only).collect()
    }

    pub(super) async fn read_related(&self, id: TicketId, sight: &Sight, limit: usize) -> Result<Related> {
        let sql = &self.sql.read;
        Ok(Related {
            children: self.read_those(&sql.children, id, sight, limit).await?,
            merged: self.read_those(&sql.merged, id, sight, limit).await?,
        })
    }

    async fn read_those(&self, sql: &Statement, id: TicketId, sight: &Sight, limit: usize) -> Result<Vec<Listed>> {
        let found = self.db.fetch(sql, params![id]).await?;
        let seen =
            found.iter().map(rows::listed).filter(|one| one.as_ref().map_or(true, |one| sees(sight, &one.ticket)));
        seen.take(limit).collect()
    }

    pub(super) async fn read_entries(&self, query: &EntryQuery) -> Result<Vec<Entry>> {
        let sql = &self.sql.read;
        let (after, before) = match query.audience {
            Audience::Visitor => (&sql.public_after, &sql.public_before),
            Audience::Staff => (&sql.after, &sql.before),
        };
        let (statement, place) = match query.range {
            EntryRange::After(after_this) => (after, after_this),
            EntryRange::Before(before_this) => (before, before_this),
            EntryRange::Latest => (before, i64::MAX),
        };
        let found = self.db.fetch(statement, params![query.ticket, place, query.limit]).await?;
        let mut entries = found.iter().map(rows::entry).collect::<Result<Vec<_>>>()?;
        entries.sort_by_key(|entry| entry.seq);
        Ok(entries)
    }
}

pub(super) fn sees(sight: &Sight, ticket: &Ticket) -> bool {
    match sight {
        Sight::Visitor(contact) => ticket.visible_to(&Actor::Visitor(*contact)),
        Sight::Staff(staff) => staff.sees_team(ticket.team.as_deref()),
        Sight::All => true,
    }
}
