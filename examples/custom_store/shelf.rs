//! The store: a shelf of conversations, each with its entries and marks.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engage::bus::Head;
use engage::chat::{
    Agent, AgentProfile, AgentSeen, AgentStatus, Append, Appended, AssigneeFilter, Change, ChatStore, Conversation,
    Dispatch, Entry, EntryQuery, EntryRange, Found, ListQuery, Listed, Lock, Open, Opened, Page, Plan, Planned,
    ReadMark, Reader, SearchQuery, Sight, Status, StatusFilter, TeamFilter, TeamLoad, assignments,
};
use engage::clock::Timestamp;
use engage::contacts::ContactCard;
use engage::ids::{ContactId, ConversationId};
use engage::outbox::Outbox;
use engage::words::words;
use engage::{Audience, Effects, Error, ErrorKind, Result, async_trait};

use crate::outbox::Tray;

/// Conversations on a shelf.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    inside: Mutex<Inside>,
    outbox: Arc<Tray>,
}

#[derive(Debug, Default)]
struct Inside {
    records: BTreeMap<ConversationId, Record>,
    agents: BTreeMap<String, (AgentSeen, Option<Timestamp>)>,
    profiles: BTreeMap<String, AgentProfile>,
    /// What visitors have looked at, latest first.
    pages: BTreeMap<ContactId, Vec<Page>>,
    inbox_head: i64,
}

/// All of one conversation.
#[derive(Debug)]
struct Record {
    row: Conversation,
    /// Whose it was when it was opened, and the id of its first message: what makes opening idempotent.
    opening: (ContactId, String),
    entries: Vec<Entry>,
    marks: Vec<ReadMark>,
    /// The keys of those who want to see it as unread.
    marked_unread: BTreeSet<String>,
}

impl Shelf {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append_to(&self, inside: &mut Inside, batch: &[Append]) -> Result<Vec<Result<Appended>>> {
        // Load what the batch is about; rows that do not exist are simply not in the plan.
        let touched = || batch.iter().filter_map(|append| inside.records.get(&append.conversation));
        let mut plan =
            Plan::new(touched().map(|record| record.row.clone()), touched().flat_map(|record| record.entries.clone()));
        let mut results: Vec<_> = batch.iter().map(|append| plan.apply(append)).collect();
        let planned = plan.finish();
        // What may fail comes first, so that all is written or nothing.
        self.outbox.put(&planned.effects.outbox)?;
        inside.write(planned);
        for appended in results.iter_mut().flatten() {
            appended.conversation.inbox_seq = inside.records[&appended.conversation.id].row.inbox_seq;
        }
        Ok(results)
    }
}

#[async_trait]
impl ChatStore for Shelf {
    async fn open(&self, open: &Open) -> Result<Opened> {
        let opening = (open.contact, open.first.client_message_id.clone().unwrap_or_default());
        // The lock stands for the transaction: held from the first look to the last write.
        let mut inside = self.inside();
        if let Some(known) = inside.records.values().find(|record| record.opening == opening) {
            let first = known.entries.iter().find(|entry| entry.client_message_id == open.first.client_message_id);
            let first = first.ok_or_else(|| Error::new(ErrorKind::Internal, "no first message"))?;
            return open.replay(known.row.clone(), first.clone());
        }
        // Contacts are not on this shelf: whom they say is blocked is kept out before.
        let (planned, mut opened) = open.plan(None)?;
        self.outbox.put(&planned.effects.outbox)?;
        let row = planned.conversations[0].clone();
        inside.records.insert(
            open.id,
            Record { row, opening, entries: Vec::new(), marks: Vec::new(), marked_unread: BTreeSet::new() },
        );
        inside.write(planned);
        opened.conversation = inside.records[&open.id].row.clone();
        Ok(opened)
    }

    async fn append(&self, batch: &[Append], _lock: Lock) -> Result<Vec<Result<Appended>>> {
        self.append_to(&mut self.inside(), batch)
    }

    async fn get(&self, id: ConversationId, sight: &Sight) -> Result<Option<Listed>> {
        Ok(self.inside().records.get(&id).filter(|record| sight.sees(&record.row)).map(|record| record.listed(sight)))
    }

    async fn entries(&self, query: &EntryQuery) -> Result<Vec<Entry>> {
        let inside = self.inside();
        let entries = inside.records.get(&query.conversation).map_or(&[][..], |record| &record.entries);
        let seen = entries.iter().filter(|entry| entry.seq_for(query.audience).is_some());
        let seq = |entry: &&Entry| entry.seq_for(query.audience).unwrap_or_default();
        let mut page: Vec<_> = match query.range {
            EntryRange::After(after) => seen.filter(|entry| seq(entry) > after).take(query.limit).cloned().collect(),
            EntryRange::Before(before) => {
                seen.rev().filter(|entry| seq(entry) < before).take(query.limit).cloned().collect()
            }
            EntryRange::Latest => seen.rev().take(query.limit).cloned().collect(),
        };
        page.sort_by_key(|entry| entry.seq);
        Ok(page)
    }

    async fn list(&self, query: &ListQuery) -> Result<Vec<Listed>> {
        let inside = self.inside();
        let mut found: Vec<_> = inside.records.values().filter(|record| wanted(&record.row, query)).collect();
        found.retain(|record| !query.mentioned || record.mentions(&query.sight, 0));
        found.retain(|record| query.label.as_ref().is_none_or(|label| record.row.labels.contains(label)));
        found.sort_by_key(|record| std::cmp::Reverse(record.row.inbox_seq));
        Ok(found.into_iter().take(query.limit).map(|record| record.listed(&query.sight)).collect())
    }

    async fn changed(&self, sight: &Sight, inbox_seq: i64, limit: usize) -> Result<Vec<Listed>> {
        let inside = self.inside();
        let changed = inside.after(inbox_seq).into_iter().filter(|record| sight.has_seen(&record.row));
        Ok(changed.take(limit).map(|record| record.listed(sight)).collect())
    }

    async fn heads_after(&self, inbox_seq: i64, limit: usize) -> Result<Vec<Head>> {
        let head = |row: &Conversation| Head {
            conversation: row.id,
            contact: row.contact,
            seq: row.seq,
            inbox_seq: row.inbox_seq,
            blocked: row.blocked.is_some(),
        };
        Ok(self.inside().after(inbox_seq).into_iter().take(limit).map(|record| head(&record.row)).collect())
    }

    async fn inbox_head(&self) -> Result<i64> {
        Ok(self.inside().inbox_head)
    }

    async fn of_contact(&self, contact: ContactId, limit: usize) -> Result<Vec<ConversationId>> {
        let inside = self.inside();
        let own = inside.records.values().filter(|record| record.row.contact == contact);
        Ok(own.map(|record| record.row.id).take(limit).collect())
    }

    async fn waiting(&self, limit: usize) -> Result<Vec<Conversation>> {
        let inside = self.inside();
        Ok(inside.waiting(limit))
    }

    async fn dispatch(&self, dispatch: &Dispatch) -> Result<Vec<Appended>> {
        let mut inside = self.inside();
        let given =
            assignments(&inside.waiting(dispatch.limit), &inside.agents(dispatch.alive_since), dispatch.capacity);
        let batch =
            given.into_iter().map(|(id, agent)| dispatch.offer.append(id, agent)).collect::<Result<Vec<_>>>()?;
        self.append_to(&mut inside, &batch)?.into_iter().collect()
    }

    async fn offered(&self, before: Timestamp, limit: usize) -> Result<Vec<Conversation>> {
        let inside = self.inside();
        let mut rows: Vec<_> = inside.records.values().map(|record| &record.row).collect();
        rows.retain(|row| row.status == Status::Open && row.routing.offered_at.is_some_and(|at| at < before));
        rows.sort_by_key(|row| (row.routing.offered_at, row.id));
        Ok(rows.into_iter().take(limit).cloned().collect())
    }

    async fn waking(&self, now: Timestamp, limit: usize) -> Result<Vec<ConversationId>> {
        let inside = self.inside();
        let rows = inside.records.values().map(|record| &record.row).filter(|row| row.status == Status::Snoozed);
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
        let mut inside = self.inside();
        let Some(record) = inside.records.get_mut(&conversation) else { return Ok(None) };
        let upto = record.entries.iter().rfind(|entry| entry.seq_for(reader.audience()).is_some_and(|own| own <= seq));
        let seq = upto.map_or(0, |entry| entry.seq);
        let visitor_seq =
            record.entries.iter().filter(|entry| entry.seq <= seq).filter_map(|entry| entry.visitor_seq).max();
        let before = record.mark(reader).cloned();
        let mark = match before {
            Some(mark) if mark.seq >= seq => ReadMark { reader: reader.clone(), ..mark },
            _ => ReadMark { reader: reader.clone(), seq, visitor_seq: visitor_seq.unwrap_or(0) },
        };
        record.marks.retain(|known| known.reader.key() != reader.key());
        record.marks.push(mark.clone());
        if seq > 0 {
            record.marked_unread.remove(reader.key());
        }
        Ok(Some((mark, record.unread(reader))))
    }

    async fn mark_unread(&self, conversation: ConversationId, reader: &Reader) -> Result<bool> {
        let mut inside = self.inside();
        let record = inside.records.get_mut(&conversation);
        let is_there = record.is_some();
        record.map(|record| record.marked_unread.insert(reader.key().to_owned()));
        Ok(is_there)
    }

    async fn team_loads(&self) -> Result<Vec<TeamLoad>> {
        let inside = self.inside();
        let mut loads: BTreeMap<String, TeamLoad> = BTreeMap::new();
        for row in inside.records.values().map(|record| &record.row).filter(|row| row.status == Status::Open) {
            let Some(team) = row.team.clone() else { continue };
            let load = loads.entry(team.clone()).or_insert(TeamLoad { team, open: 0, waiting: 0 });
            load.open += 1;
            load.waiting += i64::from(row.routing.waiting_since.is_some());
        }
        Ok(loads.into_values().collect())
    }

    async fn labels(&self, from: &str, limit: usize) -> Result<Vec<String>> {
        let inside = self.inside();
        let all: BTreeSet<&String> = inside.records.values().flat_map(|record| &record.row.labels).collect();
        Ok(all.into_iter().filter(|label| label.as_str() >= from).take(limit).cloned().collect())
    }

    async fn reads(&self, conversation: ConversationId) -> Result<Vec<ReadMark>> {
        Ok(self.inside().records.get(&conversation).map(|record| record.marks.clone()).unwrap_or_default())
    }

    async fn see_agent(&self, seen: &AgentSeen) -> Result<()> {
        let mut inside = self.inside();
        let (known, _) = inside.agents.entry(seen.agent.id.clone()).or_insert_with(|| (seen.clone(), None));
        *known = AgentSeen { status: seen.status.or(known.status), ..seen.clone() };
        Ok(())
    }

    async fn set_agent(&self, profile: &AgentProfile, effects: &Effects) -> Result<bool> {
        let mut inside = self.inside();
        if !inside.agents.contains_key(&profile.id) {
            return Ok(false);
        }
        self.outbox.put(&effects.outbox)?;
        inside.profiles.insert(profile.id.clone(), profile.clone());
        Ok(true)
    }

    async fn agents(&self, alive_since: Timestamp) -> Result<Vec<Agent>> {
        Ok(self.inside().agents(alive_since))
    }

    /// A shelf has no index: it looks at everything, so there is nothing to do in `index`.
    async fn search(&self, query: &SearchQuery) -> Result<Vec<Found>> {
        let inside = self.inside();
        let is_staff = query.sight.audience() == Audience::Staff;
        let seen = inside.records.values().filter(|record| is_staff && query.sight.sees(&record.row));
        let said = seen.flat_map(|record| record.entries.iter().map(move |entry| (record, entry)));
        let mut found: Vec<_> = said
            .filter(|(_, entry)| {
                matches!(&entry.change, Change::Message { body, .. } | Change::Note { body, .. }
                if query.terms.match_words(&words(body)))
            })
            .map(|(record, entry)| Found {
                // What was said earlier anywhere on the shelf comes before it.
                place: inside
                    .records
                    .values()
                    .flat_map(|other| &other.entries)
                    .filter(|other| (other.at, other.id) < (entry.at, entry.id))
                    .count() as i64
                    + 1,
                entry: entry.clone(),
                contact: record.listed(&query.sight).contact,
            })
            .filter(|found| query.before.is_none_or(|before| found.place < before))
            .collect();
        found.sort_by_key(|found| Reverse(found.place));
        found.truncate(query.limit);
        Ok(found)
    }

    async fn add_pages(&self, contact: ContactId, pages: &[Page]) -> Result<Vec<Page>> {
        let mut inside = self.inside();
        let trail = inside.pages.entry(contact).or_default();
        let news = Page::after(trail.first(), pages);
        trail.splice(0..0, news.iter().rev().cloned());
        trail.truncate(Page::KEPT);
        Ok(news)
    }

    async fn pages(&self, contact: ContactId, since: Timestamp, limit: usize) -> Result<Vec<Page>> {
        let inside = self.inside();
        let trail = inside.pages.get(&contact).into_iter().flatten();
        Ok(trail.take_while(|page| page.at >= since).take(limit).cloned().collect())
    }

    async fn move_pages(&self, from: ContactId, into: ContactId) -> Result<()> {
        let mut inside = self.inside();
        let moved = inside.pages.remove(&from).unwrap_or_default();
        let trail = inside.pages.entry(into).or_default();
        trail.extend(moved);
        trail.sort_by_key(|page| Reverse(page.at));
        trail.dedup_by_key(|page| page.at);
        Ok(())
    }

    async fn prune_pages(&self, before: Timestamp, limit: usize) -> Result<u64> {
        let mut pruned = 0;
        for trail in self.inside().pages.values_mut() {
            while pruned < limit as u64 && trail.pop_if(|page| page.at < before).is_some() {
                pruned += 1;
            }
        }
        Ok(pruned)
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.outbox.clone()
    }
}

impl Inside {
    /// The queue: the more urgent first, then the longest waiting.
    fn waiting(&self, limit: usize) -> Vec<Conversation> {
        let mut rows: Vec<_> = self.records.values().map(|record| &record.row).collect();
        rows.retain(|row| row.routing.waiting_since.is_some());
        rows.sort_by_key(|row| (Reverse(row.routing.priority), row.routing.waiting_since, row.id));
        rows.into_iter().take(limit).cloned().collect()
    }

    fn agents(&self, alive_since: Timestamp) -> Vec<Agent> {
        let answers = |id: &str| {
            let rows = self.records.values().map(|record| &record.row).filter(|row| row.status == Status::Open);
            rows.filter(|row| row.assignee.as_ref().is_some_and(|agent| agent.id == id)).count() as i64
        };
        let agents = self.agents.iter().map(|(id, (seen, assigned_at))| {
            let chosen = seen.status.unwrap_or(AgentStatus::Online);
            let profile = self.profiles.get(id);
            Agent {
                agent: seen.agent.clone(),
                teams: seen.teams.clone(),
                admin: seen.admin,
                status: if seen.at < alive_since { AgentStatus::Offline } else { chosen },
                languages: profile.map(|profile| profile.languages.clone()).unwrap_or_default(),
                capacity: profile.and_then(|profile| profile.capacity),
                open: answers(id),
                assigned_at: *assigned_at,
            }
        });
        agents.collect()
    }

    /// Puts everything planned on the shelf. Each changed conversation takes the next place in the inbox.
    fn write(&mut self, planned: Planned) {
        for row in planned.conversations {
            self.inbox_head += 1;
            if let Some(record) = self.records.get_mut(&row.id) {
                record.row = Conversation { inbox_seq: self.inbox_head, ..row };
            }
        }
        for entry in planned.entries {
            if let Change::Assigned { agent: Some(agent) } = &entry.change
                && let Some((_, assigned_at)) = self.agents.get_mut(&agent.id)
            {
                *assigned_at = Some(entry.at);
            }
            if let Some(record) = self.records.get_mut(&entry.conversation) {
                record.entries.push(entry);
            }
        }
    }

    fn after(&self, inbox_seq: i64) -> Vec<&Record> {
        let mut changed: Vec<_> = self.records.values().filter(|record| record.row.inbox_seq > inbox_seq).collect();
        changed.sort_by_key(|record| record.row.inbox_seq);
        changed
    }
}

impl Record {
    fn listed(&self, sight: &Sight) -> Listed {
        // A store that also keeps contacts would know their name and address.
        let contact = ContactCard { id: self.row.contact, name: None, email: None };
        let unread = sight.reader().map_or(0, |reader| self.unread(&reader));
        let key = sight.reader().map(|reader| reader.key().to_owned());
        let marked_unread = key.is_some_and(|key| self.marked_unread.contains(&key));
        let read = sight.reader().and_then(|reader| Some(self.mark(&reader)?.seq)).unwrap_or(0);
        let mentioned = self.mentions(sight, read);
        Listed { conversation: self.row.clone(), contact, unread, marked_unread, mentioned }
    }

    /// Whether a note after `seq` asks the looker to look.
    fn mentions(&self, sight: &Sight, seq: i64) -> bool {
        let Sight::Staff(staff) = sight else { return false };
        let after = self.entries.iter().filter(|entry| entry.seq > seq);
        after.flat_map(Entry::mentions).any(|agent| agent.id == staff.agent.id)
    }

    fn mark(&self, reader: &Reader) -> Option<&ReadMark> {
        self.marks.iter().find(|mark| mark.reader.key() == reader.key())
    }

    /// The messages by others after the reader's mark. A store for many messages keeps count instead.
    fn unread(&self, reader: &Reader) -> i64 {
        let read = self.mark(reader).map_or(0, |mark| mark.seq);
        let is_own = |entry: &Entry| entry.author.reader().is_some_and(|author| author.key() == reader.key());
        let new = self.entries.iter().filter(|entry| entry.seq > read && entry.is_message());
        new.filter(|entry| entry.seq_for(reader.audience()).is_some() && !is_own(entry)).count() as i64
    }
}

fn wanted(row: &Conversation, query: &ListQuery) -> bool {
    let status = match query.status {
        StatusFilter::All => true,
        // Visitors see a snoozed conversation as open.
        StatusFilter::Is(Status::Open) if query.sight.audience() == Audience::Visitor => row.status != Status::Closed,
        StatusFilter::Is(status) => row.status == status,
    };
    let assignee = row.assignee.as_ref().map(|agent| &agent.id);
    let assigned = match &query.assignee {
        AssigneeFilter::Any => true,
        AssigneeFilter::None => assignee.is_none(),
        AssigneeFilter::Is(id) => assignee == Some(id),
    };
    let of_team = match &query.team {
        TeamFilter::Any => true,
        TeamFilter::None => row.team.is_none(),
        TeamFilter::Is(team) => row.team.as_ref() == Some(team),
    };
    let is_urgent = query.priority.is_none_or(|priority| row.routing.priority == priority);
    status
        && assigned
        && of_team
        && is_urgent
        && query.sight.sees(row)
        && query.before.is_none_or(|before| row.inbox_seq < before)
}
