//! What can be done with tickets, by the host's code as by HTTP.

mod draft;
mod edit;
mod following;
mod keep;
mod letters;
mod presence;
mod reading;
mod relations;
mod rules;
mod said;

use std::sync::Arc;

use serde::Serialize;

pub use edit::{Bulk, Edit};
pub use following::{TicketFeed, TicketNews};
pub use letters::{StaffMails, TicketLetters};
pub use presence::{Doing, Present};
pub use reading::{MergedPart, Snapshot};
pub use rules::{RunMacro, Tried};
pub use said::Said;

use following::Teller;
use presence::Lookers;

use super::events::{TICKET_CREATED, TicketCreated};
use super::model::{
    self, Create, Entry, Letters, SlaBook, Source, Step, Ticket, checked_body, checked_cc, checked_key,
    checked_organisation, checked_subject, checked_tags,
};
use super::store::{Applied, Created, TicketStore};
use crate::attributes::{AttributePatch, Attributes};
use crate::bus::{Bus, Hint};
use crate::chat::{Chat, Priority, checked_team};
use crate::clock::Timestamp;
use crate::contacts::Contacts;
use crate::effects::Effects;
use crate::engage::{Base, Context};
use crate::error::{Error, ErrorKind, Result};
use crate::files::Files;
use crate::hooks::Announcer;
use crate::identity::Actor;
use crate::ids::{ContactId, FileId, TicketId};
use crate::outbox::Relay;
use crate::settings::Settings;

/// Tickets. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tickets(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    context: Context,
    store: Arc<dyn TicketStore>,
    chat: Chat,
    contacts: Contacts,
    files: Option<Files>,
    settings: Settings,
    bus: Arc<dyn Bus>,
    relay: Relay,
    announcer: Announcer,
    lookers: Lookers,
    teller: Teller,
    has_mail: bool,
    mails_staff: bool,
}

/// A request. [`NewTicket::new`] has what a ticket needs; the rest is the caller's to set.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NewTicket {
    /// Whose it is.
    pub requester: ContactId,
    /// What it is about: 1 to 200 characters on one line.
    pub subject: String,
    /// What is asked: 1 to 50,000 characters.
    pub body: String,
    /// What goes with it: files of who opens it that are ready and went nowhere else, as many as the site takes.
    pub files: Vec<FileId>,
    /// The sender's own id of it: 1 to 64 of `A-Z a-z 0-9 - _ . :`, unique for who opens it. The same again gives the same
    /// ticket; without one each call makes a ticket.
    pub client_message_id: Option<String>,
    /// Where it came from.
    pub source: Source,
    /// How urgent it is.
    pub priority: Priority,
    /// For whom the requester asks: 1 to 100 characters.
    pub organisation: Option<String>,
    /// Whose it is among staff. Staff's and the host's to say, as is what follows.
    pub team: Option<String>,
    /// What it is about, for staff: at most 20, of 1 to 50 characters.
    pub tags: Vec<String>,
    /// Addresses that get its replies too, at most 20.
    pub cc: Vec<String>,
    /// What the site keeps of it.
    pub fields: AttributePatch,
    /// When it should be done.
    pub due_at: Option<Timestamp>,
}

impl NewTicket {
    /// A ticket of `requester`.
    pub fn new(requester: ContactId, subject: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            requester,
            subject: subject.into(),
            body: body.into(),
            files: Vec::new(),
            client_message_id: None,
            source: Source::Api,
            priority: Priority::Normal,
            organisation: None,
            team: None,
            tags: Vec::new(),
            cc: Vec::new(),
            fields: AttributePatch::default(),
            due_at: None,
        }
    }

    /// With the sender's own id, so that the same again gives the same ticket.
    #[must_use]
    pub fn client_message_id(mut self, id: impl Into<String>) -> Self {
        self.client_message_id = Some(id.into());
        self
    }

    fn says_what_staff_say(&self) -> bool {
        let nothing = self.team.is_none() && self.tags.is_empty() && self.cc.is_empty() && self.due_at.is_none();
        !nothing || !self.fields.is_empty()
    }
}

impl Tickets {
    pub(crate) fn start(
        base: &Base,
        chat: &Chat,
        contacts: &Contacts,
        files: Option<Files>,
        has_mail: bool,
        mails_staff: bool,
    ) -> Self {
        let Base { context, stores, settings, bus, relay, announcer, tasks, .. } = base;
        let tickets = Self(Arc::new(Inner {
            context: context.clone(),
            store: Arc::clone(&stores.tickets),
            chat: chat.clone(),
            contacts: contacts.clone(),
            files,
            settings: settings.clone(),
            bus: Arc::clone(bus),
            relay: relay.clone(),
            announcer: announcer.clone(),
            lookers: Lookers::default(),
            teller: Teller::default(),
            has_mail,
            mails_staff,
        }));
        for topic in [model::WAKE, model::OWED, model::RUN, keep::TO_CHAT] {
            relay.handle(topic, tickets.handler());
        }
        tickets.follow(tasks);
        tickets
    }

    /// Opens a ticket.
    ///
    /// # Errors
    /// `Invalid` for what is typed, and at `/files` for what is no file of theirs; `Forbidden` when a visitor says what staff say,
    /// opens for somebody else, or is blocked; `NotFound` when there is no such requester; `Conflict` when that id opened another
    /// ticket (`client_message_id_reused`), or a file went elsewhere (`file_attached`).
    pub async fn create(&self, actor: &Actor, mut new: NewTicket) -> Result<Created> {
        let missing = || Error::invalid("/requester", "unknown", "there is no such contact");
        let contact = self.0.contacts.get(new.requester).await?.ok_or_else(missing)?;
        let actor = match actor {
            Actor::Visitor(_) => {
                contact.may_write()?;
                // It may be somebody else by now.
                new.requester = contact.id;
                &Actor::Visitor(contact.id)
            }
            _ => {
                new.requester = contact.id;
                actor
            }
        };
        let files = std::mem::take(&mut new.files);
        let mut create = self.prepare(actor, new)?;
        self.take_files_to_open(&mut create, &files).await?;
        self.open(create).await
    }

    /// Checks a new ticket and makes what a store takes, without asking the database: for hosts that write it in a
    /// transaction of their own, in which the requester may be new too. Then [`Tickets::announce`] it.
    ///
    /// # Errors
    /// As [`Tickets::create`], but for what only the database knows; `Invalid` when there are files.
    pub fn prepare(&self, actor: &Actor, new: NewTicket) -> Result<Create> {
        if matches!(actor, Actor::Bot(_)) {
            return Err(Error::new(ErrorKind::Forbidden, "this is not for bots"));
        }
        if !new.files.is_empty() {
            return Err(Error::invalid("/files", "unexpected", "no files go with a transaction of the host's"));
        }
        if let Actor::Visitor(contact) = actor
            && (*contact != new.requester || new.says_what_staff_say())
        {
            return Err(Error::new(ErrorKind::Forbidden, "only staff may say this"));
        }
        if let (Actor::Staff(staff), Some(team)) = (actor, new.team.as_deref())
            && !staff.sees_team(Some(team))
        {
            return Err(Error::not_found("the team"));
        }
        new.client_message_id.as_deref().map(checked_key).transpose()?;
        let opening = new.client_message_id.as_ref().map(|id| match actor {
            Actor::Visitor(contact) => format!("contact:{contact}:{id}"),
            Actor::Staff(staff) => format!("agent:{}:{}:{id}", staff.agent.id, new.requester),
            Actor::System | Actor::Bot(_) => format!("host:{id}"),
        });
        self.prepare_as(actor, new, opening)
    }

    fn prepare_as(&self, actor: &Actor, new: NewTicket, opening: Option<String>) -> Result<Create> {
        let Inner { context, .. } = &*self.0;
        let now = context.clock.now();
        let (subject, body) = (checked_subject(&new.subject)?, checked_body(&new.body)?);
        new.team.as_deref().map(checked_team).transpose()?;
        checked_tags("/tags", &new.tags)?;
        let mut ticket = Ticket::new(context.ids.next(), new.requester, subject, now);
        ticket.opening = opening;
        ticket.source = new.source;
        ticket.priority = new.priority;
        ticket.organisation = new.organisation.as_deref().map(checked_organisation).transpose()?;
        (ticket.team, ticket.due_at) = (new.team, new.due_at);
        ticket.tags = listed_once(new.tags, "/tags")?;
        ticket.cc = listed_once(checked_cc("/cc", new.cc)?, "/cc")?;
        ticket.fields = Attributes::default().patched(&new.fields)?.0;
        let effects = self.opened(&ticket)?;
        let mut create = Create::new(ticket, body, actor.clone()).effects(effects);
        (create.sla, create.rules, create.letters) = (self.sla_book(), self.rule_book(), self.letters());
        Ok(create)
    }

    fn opened(&self, ticket: &Ticket) -> Result<Effects> {
        self.event(TICKET_CREATED, &TicketCreated::new(ticket.id, ticket.requester, ticket.source))
    }

    async fn open(&self, create: Create) -> Result<Created> {
        let created = self.0.store.create(&create).await?;
        if !created.replayed {
            self.tell(std::slice::from_ref(&created.ticket), create.may_promise());
        }
        Ok(created)
    }

    /// Tells other nodes of a ticket that was written by a transaction of the host's and has been committed. Without, they
    /// find it when they next look.
    pub fn announce(&self, ticket: &Ticket) {
        self.tell(std::slice::from_ref(ticket), true);
    }

    /// What people call a ticket by, with the site's prefix.
    pub fn reference(&self, number: i64) -> String {
        format!("{}{number}", self.0.settings.get().tickets_prefix)
    }

    fn step(&self, actor: &Actor, ticket: TicketId, command: model::Command) -> Step {
        let mut step = Step::new(ticket, actor.clone(), command, self.0.context.clock.now());
        (step.sla, step.rules, step.letters) = (self.sla_book(), self.rule_book(), self.letters());
        step
    }

    /// With the policies that hold now. They reach a ticket with its next change.
    fn sla_book(&self) -> Option<SlaBook> {
        let ids = &self.0.context.ids;
        let policies = self.0.settings.get().tickets_sla.clone();
        Some(SlaBook { policies, ids: std::array::from_fn(|_| ids.next()) })
    }

    /// To those outside where the site tells them, to staff where the host says where they are written to.
    fn letters(&self) -> Letters {
        let (settings, ids) = (self.0.settings.get(), &self.0.context.ids);
        let tells_outside = self.0.has_mail && (settings.tickets_mail_replies || settings.tickets_confirm);
        Letters { outside: tells_outside.then(|| ids.next()), staff: self.0.mails_staff.then(|| ids.next()) }
    }

    async fn apply(&self, step: Step) -> Result<Applied> {
        let applied = self.0.store.apply(&step).await?;
        if !applied.replayed && applied.entry.is_some() {
            let news: Vec<_> = applied.changed.iter().chain(&applied.created).cloned().collect();
            self.tell(&news, step.may_promise());
        }
        Ok(applied)
    }

    /// After the commit.
    fn tell(&self, tickets: &[Ticket], promised: bool) {
        for ticket in tickets {
            self.0.bus.publish(Hint::Ticket { ticket: ticket.id, seq: ticket.seq, at: ticket.updated_at });
        }
        if promised {
            self.0.relay.nudge();
            self.0.bus.publish(Hint::OutboxReady);
        }
    }

    fn event(&self, name: &str, data: &impl Serialize) -> Result<Effects> {
        self.0.announcer.tell(name, data)
    }
}

/// Sorted, each once, at most 20.
fn listed_once(mut list: Vec<String>, field: &str) -> Result<Vec<String>> {
    list.sort();
    list.dedup();
    if list.len() > 20 { Err(Error::invalid(field, "too_many", "at most 20")) } else { Ok(list) }
}

/// The entry that a step which always makes one has made.
fn made(applied: &Applied) -> Result<&Entry> {
    applied.entry.as_ref().ok_or_else(|| Error::internal("a step made no entry"))
}
