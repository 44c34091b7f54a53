//! Tickets in memory.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;

use super::model::{Create, Entry, Facts, Planned, Step, Ticket};
use super::store::{Applied, Created, Draft, EntryQuery, Found, ListQuery, Listed, Related, TicketLink, TicketStore};
use crate::chat::{EntryRange, SearchQuery, Sight};
use crate::clock::Timestamp;
use crate::contacts::ContactCard;
use crate::error::{Error, Result};
use crate::ids::{ContactId, TicketId};
use crate::memory::{Memory, Tables, Transaction};
use crate::outbox::Outbox;
use crate::secret::TokenHash;
use crate::words::words;

/// What is kept of tickets.
#[derive(Debug, Clone, Default)]
pub(crate) struct TicketTables {
    tickets: BTreeMap<TicketId, Ticket>,
    entries: HashMap<TicketId, Vec<Entry>>,
    openings: HashMap<String, TicketId>,
    drafts: HashMap<(TicketId, String), Draft>,
    links: HashMap<TokenHash, TicketLink>,
    want_mails: HashSet<String>,
    /// What can be found, in the order of its commits.
    said: Vec<(TicketId, i64)>,
    last_number: i64,
}

#[async_trait]
impl TicketStore for Memory {
    async fn create(&self, create: &Create) -> Result<Created> {
        let mut transaction = self.begin();
        let kept = &transaction.tables.tickets;
        if let Some(ticket) = create.ticket.opening.as_ref().and_then(|key| kept.openings.get(key)) {
            let (ticket, first) = (kept.ticket(ticket)?, &kept.entries[ticket][0]);
            return Ok(Created { ticket: create.replay(ticket, first)?, replayed: true });
        }
        let planned = create.plan(kept.last_number + 1)?;
        transaction.keep(&planned)?;
        Ok(Created { ticket: planned.ticket, replayed: false })
    }

    async fn apply(&self, step: &Step) -> Result<Applied> {
        let mut transaction = self.begin();
        let kept = &transaction.tables.tickets;
        let rows = step.locks().into_iter().filter_map(|id| kept.tickets.get(&id).cloned()).collect();
        let planned = step.plan(rows, &kept.facts(step))?;
        if !planned.replayed && !planned.entries.is_empty() {
            transaction.keep(&planned)?;
        }
        let Planned { ticket, entry, replayed, changed, created, .. } = planned;
        Ok(Applied { ticket, entry, replayed, changed, created })
    }

    async fn get(&self, id: TicketId, sight: &Sight) -> Result<Option<Listed>> {
        let tables = self.tables.lock();
        Ok(tables.tickets.tickets.get(&id).filter(|ticket| sees(sight, ticket)).map(|ticket| tables.listed(ticket)))
    }

    async fn by_number(&self, number: i64, sight: &Sight) -> Result<Option<Listed>> {
        let tables = self.tables.lock();
        let found = tables.tickets.tickets.values().find(|ticket| ticket.number == number);
        Ok(found.filter(|ticket| sees(sight, ticket)).map(|ticket| tables.listed(ticket)))
    }

    async fn entries(&self, query: &EntryQuery) -> Result<Vec<Entry>> {
        let tables = self.tables.lock();
        let all = tables.tickets.entries.get(&query.ticket).map(Vec::as_slice).unwrap_or_default();
        let seen = all.iter().filter_map(|entry| Some((entry.seq_for(query.audience)?, entry)));
        let mut seen: Vec<_> = seen.collect();
        match query.range {
            EntryRange::After(after) => {
                seen.retain(|(seq, _)| *seq > after);
                seen.truncate(query.limit);
            }
            EntryRange::Before(_) | EntryRange::Latest => {
                if let EntryRange::Before(before) = query.range {
                    seen.retain(|(seq, _)| *seq < before);
                }
                seen.drain(..seen.len().saturating_sub(query.limit));
            }
        }
        Ok(seen.into_iter().map(|(_, entry)| entry.clone()).collect())
    }

    async fn list(&self, query: &ListQuery) -> Result<Vec<Listed>> {
        let tables = self.tables.lock();
        let mut found: Vec<_> = tables.tickets.tickets.values().filter(|ticket| query.wants(ticket)).collect();
        found.sort_by_key(|ticket| std::cmp::Reverse((ticket.updated_at, ticket.id)));
        found.truncate(query.limit);
        Ok(found.into_iter().map(|ticket| tables.listed(ticket)).collect())
    }

    async fn related(&self, id: TicketId, sight: &Sight, limit: usize) -> Result<Related> {
        let tables = self.tables.lock();
        let those = |is: &dyn Fn(&Ticket) -> bool| {
            let mut found: Vec<_> =
                tables.tickets.tickets.values().filter(|ticket| is(ticket) && sees(sight, ticket)).collect();
            found.sort_by_key(|ticket| ticket.number);
            found.into_iter().take(limit).map(|ticket| tables.listed(ticket)).collect()
        };
        Ok(Related {
            children: those(&|ticket| ticket.parent == Some(id)),
            merged: those(&|ticket| ticket.merged_into == Some(id)),
        })
    }

    async fn opened_by(&self, opening: &str) -> Result<Option<Ticket>> {
        let kept = &self.tables.lock().tickets;
        Ok(kept.openings.get(opening).and_then(|id| kept.tickets.get(id)).cloned())
    }

    async fn of_contact(&self, contact: ContactId, limit: usize) -> Result<Vec<TicketId>> {
        let tables = self.tables.lock();
        let own = tables.tickets.tickets.values().filter(|ticket| ticket.requester == contact);
        Ok(own.take(limit).map(|ticket| ticket.id).collect())
    }

    async fn search(&self, query: &SearchQuery) -> Result<Vec<Found>> {
        if matches!(query.sight, Sight::Visitor(_)) {
            return Ok(Vec::new());
        }
        let tables = self.tables.lock();
        let kept = &tables.tickets;
        let mut found = Vec::new();
        for (index, (id, seq)) in kept.said.iter().enumerate().rev() {
            let place = index as i64 + 1;
            if query.before.is_some_and(|before| place >= before) || found.len() == query.limit {
                continue;
            }
            let entry = kept.entries[id].iter().find(|entry| entry.seq == *seq);
            let (Some(ticket), Some(entry)) = (kept.tickets.get(id), entry) else { continue };
            let is_found = entry.text().is_some_and(|text| query.terms.match_words(&words(&text)));
            if is_found && sees(&query.sight, ticket) {
                found.push(Found { place, entry: entry.clone(), listed: tables.listed(ticket) });
            }
        }
        Ok(found)
    }

    async fn put_draft(&self, draft: &Draft) -> Result<()> {
        let kept = &mut self.tables.lock().tickets;
        let key = (draft.ticket, draft.person.clone());
        if draft.body.is_empty() {
            kept.drafts.remove(&key);
        } else if kept.tickets.contains_key(&draft.ticket) {
            kept.drafts.insert(key, draft.clone());
        }
        Ok(())
    }

    async fn draft(&self, ticket: TicketId, person: &str) -> Result<Option<Draft>> {
        Ok(self.tables.lock().tickets.drafts.get(&(ticket, person.to_owned())).cloned())
    }

    async fn put_link(&self, link: &TicketLink, now: Timestamp) -> Result<()> {
        let kept = &mut self.tables.lock().tickets;
        kept.links.retain(|_, link| link.expires_at > now);
        kept.links.insert(link.token, link.clone());
        Ok(())
    }

    async fn take_link(&self, token: &TokenHash) -> Result<Option<TicketLink>> {
        Ok(self.tables.lock().tickets.links.remove(token))
    }

    async fn who_wants_mails(&self, agents: &[String]) -> Result<HashSet<String>> {
        let wanted = &self.tables.lock().tickets.want_mails;
        Ok(agents.iter().filter(|agent| wanted.contains(*agent)).cloned().collect())
    }

    async fn want_mails(&self, agent: &str, wanted: bool) -> Result<()> {
        let kept = &mut self.tables.lock().tickets.want_mails;
        if wanted {
            kept.insert(agent.to_owned());
        } else {
            kept.remove(agent);
        }
        Ok(())
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.outbox.clone()
    }
}

impl Transaction<'_> {
    fn keep(&mut self, planned: &Planned) -> Result<()> {
        self.write(&planned.effects)?;
        let kept = &mut self.tables.tickets;
        for ticket in planned.changed.iter().chain(&planned.created) {
            kept.last_number = kept.last_number.max(ticket.number);
            kept.openings.extend(ticket.opening.clone().map(|key| (key, ticket.id)));
            kept.tickets.insert(ticket.id, ticket.clone());
        }
        for entry in &planned.entries {
            if entry.text().is_some() {
                kept.said.push((entry.ticket, entry.seq));
            }
            kept.entries.entry(entry.ticket).or_default().push(entry.clone());
        }
        Ok(())
    }
}

impl TicketTables {
    fn ticket(&self, id: &TicketId) -> Result<Ticket> {
        self.tickets.get(id).cloned().ok_or_else(|| Error::internal("an opening without its ticket"))
    }

    fn facts(&self, step: &Step) -> Facts {
        let entries = self.entries.get(&step.ticket).map(Vec::as_slice).unwrap_or_default();
        let bears = |entry: &&Entry| entry.client_message_id == step.client_message_id;
        let parts =
            self.tickets.values().filter(|ticket| ticket.parent.is_some() && ticket.parent == step.needs_children());
        Facts {
            known: step.client_message_id.as_ref().and_then(|_| entries.iter().find(bears).cloned()),
            open_children: parts.clone().filter(|part| !part.status.category.is_done()).count() as i64,
            children: parts.count() as i64,
            entries: entries.iter().filter(|entry| step.needs_entries().contains(&entry.seq)).cloned().collect(),
            number: self.last_number + 1,
        }
    }
}

impl Tables {
    fn listed(&self, ticket: &Ticket) -> Listed {
        let nobody = || ContactCard { id: ticket.requester, name: None, email: None };
        let requester = self.contacts.get(&ticket.requester).map_or_else(nobody, crate::contacts::Contact::card);
        Listed { ticket: ticket.clone(), requester }
    }
}

fn sees(sight: &Sight, ticket: &Ticket) -> bool {
    match sight {
        Sight::Visitor(contact) => ticket.requester == *contact,
        Sight::Staff(staff) => staff.sees_team(ticket.team.as_deref()),
        Sight::All => true,
    }
}
