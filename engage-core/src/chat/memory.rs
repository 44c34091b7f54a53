//! Conversations in memory. Plain scans: the measure of what is right, not of what is fast.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;

use super::model::{
    Agent, AgentStatus, Change, Conversation, Entry, Epoch, Page, Plan, Planned, ReadMark, Reader, Status, assignments,
};
use super::store::{
    AgentProfile, AgentSeen, Append, Appended, AssigneeFilter, ChatStore, Dispatch, EntryQuery, EntryRange, Found,
    ListQuery, Listed, Lock, Open, Opened, SearchQuery, Sight, StatusFilter, TeamFilter, TeamLoad,
};
use crate::bus::Head;
use crate::clock::Timestamp;
use crate::contacts::ContactCard;
use crate::effects::Effects;
use crate::error::{Error, Result};
use crate::identity::Audience;
use crate::ids::{ContactId, ConversationId};
use crate::memory::{Memory, Tables, Transaction};
use crate::outbox::Outbox;
use crate::words::words;

#[async_trait]
impl ChatStore for Memory {
    async fn open(&self, open: &Open) -> Result<Opened> {
        let mut transaction = self.begin();
        let key = (open.contact, open.first.client_message_id.clone().unwrap_or_default());
        if let Some(id) = transaction.tables.openings.get(&key) {
            let conversation = transaction.tables.conversations.get(id).cloned();
            let first = |entry: &&Entry| entry.client_message_id == open.first.client_message_id;
            let entry = transaction.tables.entries.get(id).and_then(|entries| entries.iter().find(first).cloned());
            let (Some(conversation), Some(entry)) = (conversation, entry) else {
                return Err(Error::internal("an opening without its conversation"));
            };
            return open.replay(conversation, entry);
        }
        let contact = transaction.tables.contacts.get(&open.contact);
        let (planned, mut opened) = open.plan(contact.and_then(|contact| contact.blocked.clone()))?;
        transaction.write(&planned.effects)?;
        write(&mut transaction.tables, &planned);
        transaction.tables.openings.insert(key, open.id);
        opened.conversation.inbox_seq = transaction.tables.inbox_head;
        opened.epoch = Some(transaction.tables.epoch);
        Ok(opened)
    }

    async fn append(&self, batch: &[Append], _lock: Lock) -> Result<Vec<Result<Appended>>> {
        let mut transaction = self.begin();
        let mut done = append(&mut transaction, batch)?;
        done.iter_mut().flatten().for_each(|appended| appended.epoch = Some(transaction.tables.epoch));
        Ok(done)
    }

    async fn get(&self, id: ConversationId, sight: &Sight) -> Result<Option<Listed>> {
        let tables = self.tables.lock();
        Ok(tables.conversations.get(&id).filter(|row| sight.sees(row)).map(|row| listed(&tables, row, sight)))
    }

    async fn entries(&self, query: &EntryQuery) -> Result<Vec<Entry>> {
        let tables = self.tables.lock();
        let all = tables.entries.get(&query.conversation).map_or(&[][..], Vec::as_slice);
        let seen = all.iter().filter_map(|entry| Some((entry.seq_for(query.audience)?, entry)));
        let mut entries: Vec<_> = match query.range {
            EntryRange::After(after) => seen.filter(|(seq, _)| *seq > after).take(query.limit).collect(),
            EntryRange::Before(before) => seen.rev().filter(|(seq, _)| *seq < before).take(query.limit).collect(),
            EntryRange::Latest => seen.rev().take(query.limit).collect(),
        };
        entries.sort_by_key(|(seq, _)| *seq);
        Ok(entries.into_iter().map(|(_, entry)| entry.clone()).collect())
    }

    async fn list(&self, query: &ListQuery) -> Result<Vec<Listed>> {
        let tables = self.tables.lock();
        let mut rows: Vec<_> = tables
            .conversations
            .values()
            .filter(|row| query.sight.sees(row) && query.before.is_none_or(|before| row.inbox_seq < before))
            .filter(|row| has_status(row, query.status, query.sight.audience()) && has_assignee(row, &query.assignee))
            .filter(|row| is_of_team(row, &query.team))
            .filter(|row| query.priority.is_none_or(|priority| row.routing.priority == priority))
            .filter(|row| !query.mentioned || is_mentioned(&tables, row, &query.sight, 0))
            .filter(|row| query.label.as_ref().is_none_or(|label| row.labels.contains(label)))
            .collect();
        rows.sort_by_key(|row| Reverse(row.inbox_seq));
        Ok(rows.into_iter().take(query.limit).map(|row| listed(&tables, row, &query.sight)).collect())
    }

    async fn changed(&self, sight: &Sight, inbox_seq: i64, limit: usize) -> Result<Vec<Listed>> {
        let tables = self.tables.lock();
        let rows = changed_after(&tables, inbox_seq).into_iter().filter(|row| sight.has_seen(row));
        Ok(rows.take(limit).map(|row| listed(&tables, row, sight)).collect())
    }

    async fn heads_after(&self, inbox_seq: i64, limit: usize) -> Result<Vec<Head>> {
        let tables = self.tables.lock();
        let head = |row: &Conversation| Head {
            conversation: row.id,
            contact: row.contact,
            seq: row.seq,
            inbox_seq: row.inbox_seq,
            blocked: row.blocked.is_some(),
        };
        Ok(changed_after(&tables, inbox_seq).into_iter().take(limit).map(head).collect())
    }

    async fn inbox_head(&self) -> Result<i64> {
        Ok(self.tables.lock().inbox_head)
    }

    async fn of_contact(&self, contact: ContactId, limit: usize) -> Result<Vec<ConversationId>> {
        let tables = self.tables.lock();
        let own = tables.conversations.values().filter(|row| row.contact == contact);
        Ok(own.map(|row| row.id).take(limit).collect())
    }

    async fn waiting(&self, limit: usize) -> Result<Vec<Conversation>> {
        let tables = self.tables.lock();
        Ok(waiting(&tables, limit))
    }

    async fn dispatch(&self, dispatch: &Dispatch) -> Result<Vec<Appended>> {
        let mut transaction = self.begin();
        let queue = waiting(&transaction.tables, dispatch.limit);
        let given = assignments(&queue, &agents(&transaction.tables, dispatch.alive_since), dispatch.capacity);
        let batch = given.into_iter().map(|(id, agent)| dispatch.offer.append(id, agent));
        append(&mut transaction, &batch.collect::<Result<Vec<_>>>()?)?.into_iter().collect()
    }

    async fn offered(&self, before: Timestamp, limit: usize) -> Result<Vec<Conversation>> {
        let tables = self.tables.lock();
        let rows = tables.conversations.values().filter(|row| row.status == Status::Open);
        let mut rows: Vec<_> =
            rows.filter(|row| row.routing.offered_at.is_some_and(|at| at < before)).cloned().collect();
        rows.sort_by_key(|row| (row.routing.offered_at, row.id));
        rows.truncate(limit);
        Ok(rows)
    }

    async fn waking(&self, now: Timestamp, limit: usize) -> Result<Vec<ConversationId>> {
        let tables = self.tables.lock();
        let rows = tables.conversations.values().filter(|row| row.status == Status::Snoozed);
        Ok(rows
            .filter(|row| row.snoozed_until.is_some_and(|until| until <= now))
            .map(|row| row.id)
            .take(limit)
            .collect())
    }

    async fn mark_read(
        &self,
        conversation: ConversationId,
        reader: &Reader,
        seq: i64,
    ) -> Result<Option<(ReadMark, i64)>> {
        let mut tables = self.tables.lock();
        let Some(row) = tables.conversations.get(&conversation).cloned() else { return Ok(None) };
        let audience = reader.audience();
        let entries = tables.entries.get(&conversation).map_or(&[][..], Vec::as_slice);
        let read = entries.iter().rev().find(|entry| entry.seq_for(audience).is_some_and(|own| own <= seq));
        let seq = read.map_or(0, |entry| entry.seq);
        let before = entries.iter().rev().find(|entry| entry.seq <= seq && entry.visitor_seq.is_some());
        let visitor_seq = before.and_then(|entry| entry.visitor_seq).unwrap_or(0);
        let marks = tables.marks.entry(conversation).or_default();
        let known = marks.iter().position(|mark| mark.reader.key() == reader.key());
        let place = known.unwrap_or(marks.len());
        if known.is_none() {
            marks.push(ReadMark { reader: reader.clone(), seq: 0, visitor_seq: 0 });
        }
        let mark = &mut marks[place];
        mark.reader = reader.clone();
        if mark.seq < seq {
            (mark.seq, mark.visitor_seq) = (seq, visitor_seq);
        }
        let mark = mark.clone();
        if seq > 0 {
            tables.marked_unread.remove(&(conversation, reader.key().to_owned()));
        }
        Ok(Some((mark, unread(&tables, &row, Some(reader)))))
    }

    async fn mark_unread(&self, conversation: ConversationId, reader: &Reader) -> Result<bool> {
        let mut tables = self.tables.lock();
        let is_there = tables.conversations.contains_key(&conversation);
        if is_there {
            tables.marked_unread.insert((conversation, reader.key().to_owned()));
        }
        Ok(is_there)
    }

    async fn reads(&self, conversation: ConversationId) -> Result<Vec<ReadMark>> {
        Ok(self.tables.lock().marks.get(&conversation).cloned().unwrap_or_default())
    }

    async fn see_agent(&self, seen: &AgentSeen) -> Result<()> {
        let mut tables = self.tables.lock();
        let (known, _) = tables.agents.entry(seen.agent.id.clone()).or_insert_with(|| (seen.clone(), None));
        let status = seen.status.or(known.status);
        *known = AgentSeen { status, ..seen.clone() };
        Ok(())
    }

    async fn set_agent(&self, profile: &AgentProfile, effects: &Effects) -> Result<bool> {
        let mut transaction = self.begin();
        if !transaction.tables.agents.contains_key(&profile.id) {
            return Ok(false);
        }
        transaction.write(effects)?;
        transaction.tables.profiles.insert(profile.id.clone(), profile.clone());
        Ok(true)
    }

    async fn agents(&self, alive_since: Timestamp) -> Result<Vec<Agent>> {
        Ok(agents(&self.tables.lock(), alive_since))
    }

    async fn team_loads(&self) -> Result<Vec<TeamLoad>> {
        let tables = self.tables.lock();
        let mut loads: BTreeMap<&str, TeamLoad> = BTreeMap::new();
        for row in tables.conversations.values().filter(|row| row.status == Status::Open) {
            let Some(team) = &row.team else { continue };
            let load = loads.entry(team).or_insert_with(|| TeamLoad { team: team.clone(), open: 0, waiting: 0 });
            load.open += 1;
            load.waiting += i64::from(row.routing.waiting_since.is_some());
        }
        Ok(loads.into_values().collect())
    }

    async fn labels(&self, from: &str, limit: usize) -> Result<Vec<String>> {
        let tables = self.tables.lock();
        let all: BTreeSet<_> = tables.conversations.values().flat_map(|row| &row.labels).collect();
        Ok(all.into_iter().filter(|label| label.as_str() >= from).take(limit).cloned().collect())
    }

    async fn search(&self, query: &SearchQuery) -> Result<Vec<Found>> {
        if query.sight.audience() == Audience::Visitor {
            return Ok(Vec::new());
        }
        let tables = self.tables.lock();
        let seen = tables.conversations.values().filter(|row| query.sight.sees(row));
        let said = seen.filter_map(|row| Some((row, tables.entries.get(&row.id)?)));
        let said = said.flat_map(|(row, entries)| entries.iter().map(move |entry| (row, entry)));
        let found = said.filter_map(|(row, entry)| {
            let said = entry.searched()?;
            let place = place(&tables, entry);
            let is_found = query.before.is_none_or(|before| place < before) && query.terms.match_words(&words(&said));
            let contact = listed(&tables, row, &query.sight).contact;
            is_found.then(|| Found { place, entry: entry.clone(), contact })
        });
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(|found| Reverse(found.place));
        found.truncate(query.limit);
        Ok(found)
    }

    async fn add_pages(&self, contact: ContactId, pages: &[Page]) -> Result<Vec<Page>> {
        let mut tables = self.tables.lock();
        let trail = tables.pages.entry(contact).or_default();
        let news = Page::after(trail.first(), pages);
        for page in &news {
            trail.insert(0, page.clone());
        }
        trail.truncate(Page::KEPT);
        Ok(news)
    }

    async fn pages(&self, contact: ContactId, since: Timestamp, limit: usize) -> Result<Vec<Page>> {
        let tables = self.tables.lock();
        let trail = tables.pages.get(&contact).into_iter().flatten();
        Ok(trail.filter(|page| page.at >= since).take(limit).cloned().collect())
    }

    async fn move_pages(&self, from: ContactId, into: ContactId) -> Result<()> {
        let mut tables = self.tables.lock();
        let moved = tables.pages.remove(&from).unwrap_or_default();
        let trail = tables.pages.entry(into).or_default();
        trail.extend(moved);
        trail.sort_by_key(|page| Reverse(page.at));
        trail.dedup_by_key(|page| page.at);
        Ok(())
    }

    async fn prune_pages(&self, before: Timestamp, limit: usize) -> Result<u64> {
        let mut tables = self.tables.lock();
        let mut pruned = 0;
        for trail in tables.pages.values_mut() {
            while pruned < limit && trail.last().is_some_and(|page| page.at < before) {
                trail.pop();
                pruned += 1;
            }
        }
        tables.pages.retain(|_, trail| !trail.is_empty());
        Ok(pruned as u64)
    }

    async fn epoch(&self) -> Result<Epoch> {
        Ok(self.tables.lock().epoch)
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.outbox.clone()
    }
}

fn append(transaction: &mut Transaction<'_>, batch: &[Append]) -> Result<Vec<Result<Appended>>> {
    let tables = &mut *transaction.tables;
    let ids: BTreeSet<_> = batch.iter().map(|append| append.conversation).collect();
    let rows: Vec<_> = ids.iter().filter_map(|id| tables.conversations.get(id).cloned()).collect();
    let known: Vec<_> = ids.iter().filter_map(|id| tables.entries.get(id)).flatten().cloned().collect();
    let mut plan = Plan::new(rows, known);
    let mut results: Vec<_> = batch.iter().map(|append| plan.apply(append)).collect();
    let planned = plan.finish();
    transaction.write(&planned.effects)?;
    write(&mut transaction.tables, &planned);
    for appended in results.iter_mut().flatten() {
        if let Some(row) = transaction.tables.conversations.get(&appended.conversation.id) {
            appended.conversation.inbox_seq = row.inbox_seq;
        }
    }
    Ok(results)
}

fn waiting(tables: &Tables, limit: usize) -> Vec<Conversation> {
    let mut rows: Vec<_> =
        tables.conversations.values().filter(|row| row.routing.waiting_since.is_some()).cloned().collect();
    rows.sort_by_key(|row| (Reverse(row.routing.priority), row.routing.waiting_since, row.id));
    rows.truncate(limit);
    rows
}

fn agents(tables: &Tables, alive_since: Timestamp) -> Vec<Agent> {
    let agents = tables.agents.values().map(|(seen, assigned_at)| {
        let own = |row: &&Conversation| row.assignee.as_ref().is_some_and(|agent| agent.id == seen.agent.id);
        let profile = tables.profiles.get(&seen.agent.id);
        Agent {
            agent: seen.agent.clone(),
            teams: seen.teams.clone(),
            admin: seen.admin,
            status: if seen.at < alive_since {
                AgentStatus::Offline
            } else {
                seen.status.unwrap_or(AgentStatus::Online)
            },
            languages: profile.map(|profile| profile.languages.clone()).unwrap_or_default(),
            capacity: profile.and_then(|profile| profile.capacity),
            open: tables.conversations.values().filter(|row| row.status == Status::Open).filter(own).count() as i64,
            assigned_at: *assigned_at,
        }
    });
    agents.collect()
}

fn write(tables: &mut Tables, planned: &Planned) {
    for row in &planned.conversations {
        tables.inbox_head += 1;
        tables.conversations.insert(row.id, Conversation { inbox_seq: tables.inbox_head, ..row.clone() });
    }
    for entry in &planned.entries {
        tables.entries.entry(entry.conversation).or_default().push(entry.clone());
        if let Change::Assigned { agent: Some(agent) } = &entry.change
            && let Some((_, assigned_at)) = tables.agents.get_mut(&agent.id)
        {
            *assigned_at = Some(entry.at);
        }
    }
}

/// Counts what was said at all.
fn place(tables: &Tables, entry: &Entry) -> i64 {
    let key = |entry: &Entry| (entry.at, entry.id);
    tables.entries.values().flatten().filter(|other| key(other) < key(entry)).count() as i64 + 1
}

fn changed_after(tables: &Tables, inbox_seq: i64) -> Vec<&Conversation> {
    let mut rows: Vec<_> = tables.conversations.values().filter(|row| row.inbox_seq > inbox_seq).collect();
    rows.sort_by_key(|row| row.inbox_seq);
    rows
}

fn listed(tables: &Tables, row: &Conversation, sight: &Sight) -> Listed {
    let contact = tables
        .contacts
        .get(&row.contact)
        .map_or_else(|| ContactCard { id: row.contact, name: None, email: None }, crate::contacts::Contact::card);
    let reader = sight.reader();
    let marked_unread =
        reader.as_ref().is_some_and(|reader| tables.marked_unread.contains(&(row.id, reader.key().to_owned())));
    let mentioned = is_mentioned(tables, row, sight, read_up_to(tables, row, reader.as_ref()));
    Listed {
        conversation: row.clone(),
        contact,
        unread: unread(tables, row, reader.as_ref()),
        marked_unread,
        mentioned,
    }
}

/// Whether a note after `seq` asks the looker to look.
fn is_mentioned(tables: &Tables, row: &Conversation, sight: &Sight, seq: i64) -> bool {
    let Sight::Staff(staff) = sight else { return false };
    let entries = tables.entries.get(&row.id).map_or(&[][..], Vec::as_slice);
    entries.iter().any(|entry| entry.seq > seq && entry.mentions().any(|agent| agent.id == staff.agent.id))
}

fn read_up_to(tables: &Tables, row: &Conversation, reader: Option<&Reader>) -> i64 {
    let marks = tables.marks.get(&row.id).map_or(&[][..], Vec::as_slice);
    marks.iter().find(|mark| reader.is_some_and(|reader| mark.reader.key() == reader.key())).map_or(0, |mark| mark.seq)
}

/// By its definition: the messages by others after the mark.
fn unread(tables: &Tables, row: &Conversation, reader: Option<&Reader>) -> i64 {
    let Some(reader) = reader else { return 0 };
    let mark = read_up_to(tables, row, Some(reader));
    let entries = tables.entries.get(&row.id).map_or(&[][..], Vec::as_slice);
    let unread = entries.iter().filter(|entry| {
        let own = entry.author.reader().is_some_and(|author| author.key() == reader.key());
        entry.seq > mark && entry.is_message() && entry.seq_for(reader.audience()).is_some() && !own
    });
    unread.count() as i64
}

fn has_status(row: &Conversation, filter: StatusFilter, audience: Audience) -> bool {
    match filter {
        StatusFilter::All => true,
        StatusFilter::Is(Status::Open) if audience == Audience::Visitor => row.status != Status::Closed,
        StatusFilter::Is(status) => row.status == status,
    }
}

fn has_assignee(row: &Conversation, filter: &AssigneeFilter) -> bool {
    let assignee = row.assignee.as_ref().map(|agent| agent.id.as_str());
    match filter {
        AssigneeFilter::Any => true,
        AssigneeFilter::None => assignee.is_none(),
        AssigneeFilter::Is(id) => assignee == Some(id),
    }
}

fn is_of_team(row: &Conversation, filter: &TeamFilter) -> bool {
    match filter {
        TeamFilter::Any => true,
        TeamFilter::None => row.team.is_none(),
        TeamFilter::Is(team) => row.team.as_ref() == Some(team),
    }
}
