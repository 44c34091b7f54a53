//! Looking at tickets.

use super::super::model::{Entry, parse_reference};
use super::super::store::{EntryQuery, Found, ListQuery, Listed, Related};
use super::Tickets;
use crate::chat::{EntryRange, SearchQuery};
use crate::error::{Error, Result};
use crate::identity::{Actor, Audience};
use crate::ids::TicketId;
use crate::words::Terms;

/// How many entries a snapshot holds of the ticket, and of each that was merged into it.
const SNAPSHOT: usize = 50;
/// How many tickets that belong to one are shown.
const RELATED: usize = 50;
/// How many merges a number is followed.
const CHAIN: usize = 16;

/// A ticket as one reader sees it now.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The ticket.
    pub listed: Listed,
    /// Its newest entries, oldest first.
    pub entries: Vec<Entry>,
    /// Whether there are older ones.
    pub has_more: bool,
    /// What has become a part of it, with what was said there.
    pub merged: Vec<MergedPart>,
    /// Its parts, for staff.
    pub children: Vec<Listed>,
}

/// A ticket that was merged into another.
#[derive(Debug, Clone)]
pub struct MergedPart {
    /// The ticket.
    pub listed: Listed,
    /// Its newest entries, oldest first.
    pub entries: Vec<Entry>,
    /// Whether there are older ones.
    pub has_more: bool,
}

impl Tickets {
    /// One ticket.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor`.
    pub async fn get(&self, actor: &Actor, id: TicketId) -> Result<Listed> {
        let found = match actor {
            Actor::Bot(_) => None,
            _ => self.0.store.get(id, &actor.into()).await?,
        };
        found.ok_or_else(|| Error::not_found("the ticket"))
    }

    /// The ticket that people call so: by its number, with the site's prefix or without. The number of a merged one leads to
    /// where it goes on.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor`.
    pub async fn by_reference(&self, actor: &Actor, reference: &str) -> Result<Listed> {
        let missing = || Error::not_found("the ticket");
        let number = parse_reference(reference, &self.0.settings.get().tickets_prefix).ok_or_else(missing)?;
        let mut listed = self.0.store.by_number(number, &actor.into()).await?.ok_or_else(missing)?;
        for _ in 0..CHAIN {
            let Some(into) = listed.ticket.merged_into else { break };
            listed = self.get(actor, into).await?;
        }
        Ok(listed)
    }

    /// One ticket with its newest entries and what belongs to it. Read one after the other; entries may be newer than `seq`.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor`.
    pub async fn snapshot(&self, actor: &Actor, id: TicketId) -> Result<Snapshot> {
        let listed = self.get(actor, id).await?;
        let audience = actor.audience();
        let (entries, has_more) = self.latest(id, audience).await?;
        let Related { children, merged: parts } = self.0.store.related(id, &actor.into(), RELATED).await?;
        let mut merged = Vec::with_capacity(parts.len());
        for part in parts {
            let (entries, has_more) = self.latest(part.ticket.id, audience).await?;
            merged.push(MergedPart { listed: part, entries, has_more });
        }
        let children = if audience == Audience::Staff { children } else { Vec::new() };
        Ok(Snapshot { listed, entries, has_more, merged, children })
    }

    async fn latest(&self, ticket: TicketId, audience: Audience) -> Result<(Vec<Entry>, bool)> {
        let query = EntryQuery::new(ticket, audience, EntryRange::Latest, SNAPSHOT);
        let entries = self.0.store.entries(&query).await?;
        let has_more = entries.first().and_then(|first| first.seq_for(audience)).is_some_and(|seq| seq > 1);
        Ok((entries, has_more))
    }

    /// Entries, oldest first, at most `limit`.
    ///
    /// # Errors
    /// `NotFound` when the ticket does not exist for `actor`.
    pub async fn entries(&self, actor: &Actor, id: TicketId, range: EntryRange, limit: usize) -> Result<Vec<Entry>> {
        self.get(actor, id).await?;
        self.0.store.entries(&EntryQuery::new(id, actor.audience(), range, limit)).await
    }

    /// A page of tickets, latest change first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(&self, query: &ListQuery) -> Result<Vec<Listed>> {
        self.0.store.list(query).await
    }

    /// Replies, notes and subjects with all the words, latest first, before the place `before`. For staff.
    ///
    /// # Errors
    /// `Invalid` at `/query` when it holds no word, or over 500 characters.
    pub async fn search(&self, actor: &Actor, words: &str, before: Option<i64>, limit: usize) -> Result<Vec<Found>> {
        let terms = Terms::checked(words)?;
        if actor.audience() == Audience::Visitor {
            return Ok(Vec::new());
        }
        let mut query = SearchQuery::new(actor.into(), terms, limit);
        query.before = before;
        self.0.store.search(&query).await
    }
}
