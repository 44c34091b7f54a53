//! Answering a ticket and changing its fields.

use super::super::events::{
    TICKET_NOTED, TICKET_RATED, TICKET_REPLIED, TICKET_UPDATED, TicketNoted, TicketRated, TicketReplied, TicketUpdated,
};
use super::super::model::{
    Category, Command, Entry, Patch, Ticket, WAKE, checked_cc, checked_comment, checked_key, checked_organisation,
    checked_subject, checked_tags, status_of,
};
use super::{Said, Tickets, made};
use crate::attributes::AttributePatch;
use crate::chat::{Author, Priority, checked_team};
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{Actor, AgentRef};
use crate::ids::{ContactId, TicketId};
use crate::outbox::OutboxMessage;

/// How many tickets one bulk action takes.
const BULK: usize = 100;
/// How many agents may be named at once.
const NAMED: usize = 20;
/// Work is noted down in pieces of at most a day.
const SECONDS: i64 = 86_400;
/// How many merges a reply follows.
pub(super) const CHAIN: usize = 16;

/// A change of fields as people say it; what is `None` or empty stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// 1 to 200 characters on one line.
    pub subject: Option<String>,
    /// A category's name, or the id of one of the site's own statuses.
    pub status: Option<String>,
    /// Solve it though a part of it is not.
    pub force: bool,
    /// Out of sight until then.
    pub snoozed_until: Option<Option<Timestamp>>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// Whose it is among staff.
    pub team: Option<Option<String>>,
    /// The host's id of who sees to it.
    pub assignee: Option<Option<String>>,
    /// Whose it is.
    pub requester: Option<ContactId>,
    /// 1 to 100 characters.
    pub organisation: Option<Option<String>>,
    /// When it should be done.
    pub due_at: Option<Option<Timestamp>>,
    /// Tags to put on, at most 50 at once.
    pub add_tags: Vec<String>,
    /// Tags to take off.
    pub remove_tags: Vec<String>,
    /// Addresses that get its replies too.
    pub add_cc: Vec<String>,
    /// Addresses that no longer do.
    pub remove_cc: Vec<String>,
    /// The host's ids of staff who want to hear of it.
    pub add_followers: Vec<String>,
    /// The host's ids of those who no longer do.
    pub remove_followers: Vec<String>,
    /// What the site keeps of it.
    pub fields: AttributePatch,
}

/// What is done to many tickets at once.
#[derive(Debug, Clone, Default)]
pub struct Bulk {
    /// Which, 1 to 100.
    pub tickets: Vec<TicketId>,
    /// What changes.
    pub edit: Edit,
    /// What is said to everybody, under an id of the sender's that holds for each ticket; without files.
    pub reply: Option<Said>,
}

impl Tickets {
    /// Says something to everybody, and with it changes fields (staff's). What is said to a ticket that was merged is said
    /// where it goes on.
    ///
    /// # Errors
    /// `Invalid` for the text, its id, `edit`, or at `/files` for what is no file of the actor's; `NotFound`; `Forbidden` when a visitor changes fields or is blocked; `Conflict`
    /// when the version is another than `expected`, the id bears something else (`client_message_id_reused`), or a file went
    /// elsewhere (`file_attached`).
    pub async fn reply(
        &self,
        actor: &Actor,
        ticket: TicketId,
        said: Said,
        edit: Edit,
        expected: Option<i64>,
    ) -> Result<(Ticket, Entry)> {
        let body = said.checked()?;
        self.may_write(actor).await?;
        let patch = self.resolve(actor, edit).await?;
        if matches!(actor, Actor::Visitor(_)) && !patch.is_empty() {
            return Err(Error::new(ErrorKind::Forbidden, "only staff may do this"));
        }
        let files = self.take_files(actor, ticket, &said, expected, false).await?;
        let mut ticket = ticket;
        for _ in 0..CHAIN {
            let told = TicketReplied::new(ticket, Author::from(actor));
            let effects = self.event(TICKET_REPLIED, &told)?;
            let effects = self.waking(effects, ticket, &patch)?;
            let command = Command::Reply { body: body.clone(), files: files.clone(), patch: patch.clone() };
            let step = self.step(actor, ticket, command).expecting(expected).effects(effects);
            match self.apply(step.client_message_id(&said.client_message_id)).await {
                Err(error) if error.code() == "merged" => {
                    let listed = self.get(actor, ticket).await?;
                    ticket = listed.ticket.merged_into.ok_or(error)?;
                }
                done => {
                    let applied = done?;
                    let entry = made(&applied)?.clone();
                    return Ok((applied.ticket, entry));
                }
            }
        }
        Err(Error::new(ErrorKind::Conflict, "it was merged too often").with_code("merged"))
    }

    /// Says something among staff. Who is mentioned follows the ticket.
    ///
    /// # Errors
    /// As [`Tickets::reply`]; `Invalid` at `/mentions` when there is no such agent.
    pub async fn note(
        &self,
        actor: &Actor,
        ticket: TicketId,
        said: Said,
        mentions: &[String],
    ) -> Result<(Ticket, Entry)> {
        let body = said.checked()?;
        if matches!(actor, Actor::Visitor(_)) {
            return Err(Error::new(ErrorKind::Forbidden, "only staff may do this"));
        }
        let mentions = self.agents(actor, "/mentions", mentions).await?;
        let files = self.take_files(actor, ticket, &said, None, true).await?;
        let told = TicketNoted::new(ticket, Author::from(actor), mentions.clone());
        let step = self.step(actor, ticket, Command::Note { body, mentions, files });
        let step = step.client_message_id(said.client_message_id).effects(self.event(TICKET_NOTED, &told)?);
        let applied = self.apply(step).await?;
        let entry = made(&applied)?.clone();
        Ok((applied.ticket, entry))
    }

    /// Changes fields.
    ///
    /// # Errors
    /// `Invalid` for what is typed; `NotFound`; `Forbidden` when a visitor does more than to solve and open again; `Conflict`
    /// when the version is another than `expected` (`version`), when it was merged (`merged`), or when parts of it are open
    /// (`open_parts`).
    pub async fn edit(&self, actor: &Actor, ticket: TicketId, edit: Edit, expected: Option<i64>) -> Result<Ticket> {
        self.may_write(actor).await?;
        let patch = self.resolve(actor, edit).await?;
        let effects = self.event(TICKET_UPDATED, &TicketUpdated::new(ticket, Author::from(actor)))?;
        let effects = self.waking(effects, ticket, &patch)?;
        let step = self.step(actor, ticket, Command::Edit(patch)).expecting(expected).effects(effects);
        Ok(self.apply(step).await?.ticket)
    }

    /// Solves a ticket, or opens it again: what a requester may too.
    ///
    /// # Errors
    /// As [`Tickets::edit`].
    pub async fn set_done(&self, actor: &Actor, ticket: TicketId, is_done: bool) -> Result<Ticket> {
        let category = if is_done { Category::Solved } else { Category::Open };
        let listed = self.get(actor, ticket).await?;
        if listed.ticket.status.category.is_done() == is_done {
            return Ok(listed.ticket);
        }
        let edit = Edit { status: Some(category.name().to_owned()), ..Edit::default() };
        self.edit(actor, ticket, edit, None).await
    }

    /// The same to many tickets, one after the other, with an answer for each in their order.
    ///
    /// # Errors
    /// `Invalid` at `/tickets` when there are none or over 100.
    pub async fn bulk(&self, actor: &Actor, bulk: Bulk) -> Result<Vec<(TicketId, Result<Ticket>)>> {
        if !(1..=BULK).contains(&bulk.tickets.len()) {
            return Err(Error::invalid("/tickets", "length", format!("1 to {BULK} tickets")));
        }
        if bulk.reply.as_ref().is_some_and(|reply| !reply.files.is_empty()) {
            return Err(Error::invalid("/reply/files", "unexpected", "a file goes with one ticket"));
        }
        // What is wrong with all is said once.
        self.resolve(actor, bulk.edit.clone()).await?;
        let mut done = Vec::with_capacity(bulk.tickets.len());
        for ticket in bulk.tickets {
            let edit = bulk.edit.clone();
            let one = match &bulk.reply {
                Some(said) => self.reply(actor, ticket, said.clone(), edit, None).await.map(|(ticket, _)| ticket),
                None => self.edit(actor, ticket, edit, None).await,
            };
            done.push((ticket, one));
        }
        Ok(done)
    }

    /// Notes down work: `seconds` of at most a day; negative takes back.
    ///
    /// # Errors
    /// `Invalid` at `/seconds` or `/note`; `NotFound`; `Conflict` as for [`Tickets::note`].
    pub async fn add_time(
        &self,
        actor: &Actor,
        ticket: TicketId,
        client_message_id: &str,
        seconds: i64,
        note: Option<&str>,
    ) -> Result<(Ticket, Entry)> {
        checked_key(client_message_id)?;
        if seconds == 0 || !(-SECONDS..=SECONDS).contains(&seconds) {
            return Err(Error::invalid("/seconds", "range", "up to a day, and not 0"));
        }
        let note = note.map(|note| checked_comment("/note", note)).transpose()?.flatten();
        let effects = self.event(TICKET_UPDATED, &TicketUpdated::new(ticket, Author::from(actor)))?;
        let step = self.step(actor, ticket, Command::Time { seconds, note }).effects(effects);
        let applied = self.apply(step.client_message_id(client_message_id)).await?;
        let entry = made(&applied)?.clone();
        Ok((applied.ticket, entry))
    }

    /// Says how it went: the requester's, once it is solved. What was said can be changed for a day.
    ///
    /// # Errors
    /// `Invalid` at `/score` when it is not 1 to 5, or at `/comment`; `NotFound`; `Conflict` when it is not solved
    /// (`not_solved`) or was rated long ago (`rating_closed`).
    pub async fn rate(&self, actor: &Actor, ticket: TicketId, score: u8, comment: Option<&str>) -> Result<Ticket> {
        if !(1..=5).contains(&score) {
            return Err(Error::invalid("/score", "range", "1 to 5"));
        }
        self.may_write(actor).await?;
        let comment = comment.map(|comment| checked_comment("/comment", comment)).transpose()?.flatten();
        let effects = self.event(TICKET_RATED, &TicketRated::new(ticket, score))?;
        let step = self.step(actor, ticket, Command::Rate { score, comment }).effects(effects);
        Ok(self.apply(step).await?.ticket)
    }

    async fn may_write(&self, actor: &Actor) -> Result<()> {
        match actor {
            Actor::Visitor(contact) => {
                self.0.contacts.get(*contact).await?.map_or(Ok(()), |contact| contact.may_write())
            }
            _ => Ok(()),
        }
    }

    /// What is said becomes what is known: statuses of the site, agents of the host.
    pub(super) async fn resolve(&self, actor: &Actor, edit: Edit) -> Result<Patch> {
        let now = self.0.context.clock.now();
        if edit.snoozed_until.flatten().is_some_and(|until| until <= now) {
            return Err(Error::invalid("/snoozed_until", "past", "this time has passed"));
        }
        if let Some(Some(team)) = &edit.team {
            checked_team(team)?;
        }
        checked_tags("/add_tags", &edit.add_tags)?;
        checked_tags("/remove_tags", &edit.remove_tags)?;
        let status = edit.status.map(|name| status_of(&name, &self.0.settings.get().tickets_statuses)).transpose()?;
        let assignee = match edit.assignee {
            Some(Some(id)) => {
                let found = self.agents(actor, "/assignee", std::slice::from_ref(&id)).await?;
                Some(found.into_iter().next())
            }
            other => other.map(|_| None),
        };
        let requester = match edit.requester {
            Some(id) => {
                let missing = || Error::invalid("/requester", "unknown", "there is no such contact");
                Some(self.0.contacts.get(id).await?.ok_or_else(missing)?.id)
            }
            None => None,
        };
        let organisation = match edit.organisation {
            Some(Some(name)) => Some(Some(checked_organisation(&name)?)),
            other => other,
        };
        Ok(Patch {
            subject: edit.subject.as_deref().map(checked_subject).transpose()?,
            status,
            force: edit.force,
            snoozed_until: edit.snoozed_until,
            priority: edit.priority,
            team: edit.team,
            assignee,
            requester,
            organisation,
            due_at: edit.due_at,
            add_tags: edit.add_tags,
            remove_tags: edit.remove_tags,
            add_cc: checked_cc("/add_cc", edit.add_cc)?,
            remove_cc: edit.remove_cc.into_iter().take(50).map(|address| address.to_lowercase()).collect(),
            add_followers: self.agents(actor, "/add_followers", &edit.add_followers).await?,
            remove_followers: edit.remove_followers,
            fields: edit.fields,
        })
    }

    /// Agents by the host's ids. Whoever acts needs not have been seen before.
    async fn agents(&self, actor: &Actor, field: &str, ids: &[String]) -> Result<Vec<AgentRef>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        if ids.len() > NAMED {
            return Err(Error::invalid(field, "too_many", format!("at most {NAMED} at once")));
        }
        if let (Actor::Staff(staff), [id]) = (actor, ids)
            && staff.agent.id == *id
        {
            return Ok(vec![staff.agent.clone()]);
        }
        let known = self.0.chat.known_agents().await?;
        let found = ids.iter().map(|id| match actor {
            Actor::Staff(staff) if staff.agent.id == *id => Ok(staff.agent.clone()),
            _ => {
                let found = known.iter().find(|agent| agent.id == *id).cloned();
                found.ok_or_else(|| Error::invalid(field, "unknown", "there is no such agent"))
            }
        });
        found.collect()
    }

    /// What is put out of sight is to come back: a promise that is due then, and is nothing when that has changed.
    fn waking(&self, effects: Effects, ticket: TicketId, patch: &Patch) -> Result<Effects> {
        let Some(until) = patch.snoozed_until.flatten() else { return Ok(effects) };
        let payload = serde_json::json!({ "ticket": ticket, "until": until.timestamp_micros() });
        Ok(effects.and_send(OutboxMessage::command(self.0.context.ids.next(), until, WAKE, &payload)?))
    }
}
