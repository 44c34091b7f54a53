//! What can be done with contacts.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;
use uuid::Uuid;

use super::events::{
    CONTACT_BLOCKED, CONTACT_CHANGED, CONTACT_MERGED, CONTACT_UNBLOCKED, ContactBlocked, ContactChanged, ContactMerged,
    ContactUnblocked,
};
use super::model::{Blocked, Contact, ContactPatch};
use super::store::{ContactQuery, ContactStore};
use crate::audit::AuditEntry;
use crate::cache::{Cached, CachedConfig};
use crate::chat::{Author, Chat, checked_text};
use crate::effects::Effects;
use crate::engage::{Base, Context};
use crate::error::{Error, ErrorKind, Result};
use crate::files::FileStore;
use crate::hooks::Announcer;
use crate::identity::{Actor, AgentRef, Identity};
use crate::ids::{ContactId, signed};
use crate::mail::Address;
use crate::outbox::{Handler, OutboxMessage, Relay};
use crate::signing::Signer;
use crate::words::Terms;

/// How often a change that met another is tried again.
const TRIES: usize = 5;
/// How many of a contact's conversations are looked up at first.
const CONVERSATIONS: usize = 100;
/// A member's contact is looked up with each request; without the bus it is stale for at most this long.
const TTL: Duration = Duration::from_secs(5);

/// People. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Contacts(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    context: Context,
    store: Arc<dyn ContactStore>,
    files: Arc<dyn FileStore>,
    members: Cached<Contact>,
    chat: Chat,
    relay: Relay,
    announcer: Announcer,
}

impl Contacts {
    pub(crate) fn new(base: &Base, chat: &Chat) -> Self {
        let Base { context, stores, cache, relay, announcer, .. } = base;
        Self(Arc::new(Inner {
            context: context.clone(),
            store: Arc::clone(&stores.contacts),
            files: Arc::clone(&stores.files),
            members: cache.typed(CachedConfig { ttl: TTL, negative_ttl: TTL }),
            chat: chat.clone(),
            relay: relay.clone(),
            announcer: announcer.clone(),
        }))
    }

    /// A new person of whom nothing is known.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn create_anonymous(&self) -> Result<Contact> {
        let contact = Contact::anonymous(self.0.context.ids.next(), self.0.context.clock.now());
        self.0.store.create(&contact, &Effects::none()).await?;
        Ok(contact)
    }

    /// The contact of an id; of a merged one, the contact that it became.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn get(&self, id: ContactId) -> Result<Option<Contact>> {
        let mut found = self.0.store.get(id).await?;
        // A chain: each merge goes into one that was not merged at the time.
        for _ in 0..32 {
            match found.as_ref().and_then(|contact| contact.merged_into) {
                Some(into) => found = self.0.store.get(into).await?,
                None => break,
            }
        }
        Ok(found)
    }

    /// The contact of a signed-in person, made or brought up to date with what the host says. `anonymous`, who they were
    /// until now on this device, becomes the same contact.
    ///
    /// # Errors
    /// `Invalid` when the host's id is empty or over 200 bytes; when the database does not answer.
    pub async fn of_identity(&self, identity: &Identity, anonymous: Option<ContactId>) -> Result<Contact> {
        if identity.id.is_empty() || identity.id.len() > 200 {
            return Err(Error::invalid("/id", "length", "the host's id of a person is 1 to 200 bytes"));
        }
        let known = self
            .0
            .members
            .get(&cache_key(&identity.id), |_| Vec::new(), || self.0.store.by_external_id(&identity.id))
            .await?;
        let contact = match (known, anonymous) {
            (Some(contact), _) => contact,
            (None, Some(anonymous)) => self.adopt(anonymous, identity).await?,
            (None, None) => self.create_member(identity).await?,
        };
        if let Some(anonymous) = anonymous
            && anonymous != contact.id
            // A session that was ended elsewhere a moment ago may still bring a contact that is a member by now.
            && self.get(anonymous).await?.is_some_and(|now| now.external_id.is_none())
        {
            match self.merge(&Actor::System, anonymous, contact.id).await {
                // The session was another member's; what they said stays theirs.
                Err(error) if error.kind() == ErrorKind::Conflict => {}
                outcome => outcome?,
            }
        }
        let told = ContactPatch {
            external_id: None,
            name: identity.name.clone().map(Some),
            email: identity.email.clone().map(Some),
            ..ContactPatch::default()
        };
        if contact.patched(&told, contact.updated_at)?.version == contact.version {
            return Ok(contact);
        }
        self.patch(contact.id, told).await
    }

    /// The contact of an address that somebody has shown to be theirs, by a mail from it or a link that was sent to it; `name` is
    /// theirs when it is new. Its id follows from the address and the site's key: nobody becomes it by only typing the address.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn of_address(&self, signer: &Signer, address: &Address, name: Option<&str>) -> Result<Contact> {
        let signature = signer.sign("contacts.address", address.folded().as_bytes());
        // Of the beginning of time: the id must be the same later.
        let id = ContactId(signed(Uuid::nil(), signature));
        if let Some(known) = self.get(id).await? {
            return Ok(known);
        }
        let anonymous = Contact::anonymous(id, self.0.context.clock.now());
        let name = name.map(|name| name.chars().take(200).collect::<String>());
        let told =
            ContactPatch { name: name.map(Some), email: Some(Some(address.folded())), ..ContactPatch::default() };
        let contact = Contact { version: 1, ..anonymous.patched(&told.checked()?, anonymous.created_at)? };
        match self.0.store.create(&contact, &Effects::none()).await {
            // Somebody else was faster.
            Err(error) if error.kind() == ErrorKind::Conflict => {}
            made => return made.map(|()| contact),
        }
        self.get(id).await?.ok_or_else(|| Error::internal("a contact has vanished"))
    }

    /// Contacts whom `actor` sees and of whom name, address or the host's id hold words that begin like those of `query`,
    /// newest first, made before the one `before`.
    ///
    /// # Errors
    /// `Invalid` when `query` holds no word.
    pub async fn search(
        &self,
        actor: &Actor,
        query: &str,
        before: Option<ContactId>,
        limit: usize,
    ) -> Result<Vec<Contact>> {
        let query = ContactQuery { before, ..ContactQuery::new(actor.into(), Terms::checked(query)?, limit) };
        self.0.store.search(&query).await
    }

    /// Changes what is known of a contact, and tells their conversations.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it changes faster than this can follow.
    pub async fn patch(&self, id: ContactId, patch: ContactPatch) -> Result<Contact> {
        for _ in 0..TRIES {
            let contact = self.get(id).await?.ok_or_else(|| Error::not_found("the contact"))?;
            let next = contact.patched(&patch, self.0.context.clock.now())?;
            if next.version == contact.version {
                return Ok(contact);
            }
            let changed = ContactChanged { contact: next.card() };
            let mut effects = self.effects(CONTACT_CHANGED, &changed)?;
            // Conversations show the card and nothing else.
            let is_shown = next.card() != contact.card();
            if is_shown {
                effects = effects.and_send(self.command("contacts.changed", &changed)?);
            }
            match self.0.store.update(&next, &effects).await {
                Ok(()) => {
                    self.forget(&next).await;
                    if is_shown {
                        self.tell_conversations(next.id).await?;
                    }
                    return Ok(next);
                }
                Err(error) if error.kind() == ErrorKind::Conflict => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::new(ErrorKind::Conflict, "the contact changes too fast"))
    }

    /// Keeps somebody from writing, for a `reason` that staff see. Once this answers, nothing of theirs is stored any more,
    /// on any node; what was under way may have been. Their sockets close; they go on reading. Done again for the same
    /// reason, it changes nothing.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` at `/reason` for more than 500 characters; `Conflict` when the contact changes faster than this
    /// can follow.
    pub async fn block(&self, actor: &Actor, id: ContactId, reason: Option<&str>) -> Result<Contact> {
        let reason = reason.filter(|reason| !reason.trim().is_empty());
        let reason = reason.map(|reason| checked_text("/reason", reason, 500)).transpose()?;
        let blocked = Blocked { at: self.0.context.clock.now(), by: agent(actor), reason };
        self.set_block(actor, id, Some(blocked)).await
    }

    /// Lets somebody write again. Who may is left as they are.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when the contact changes faster than this can follow.
    pub async fn unblock(&self, actor: &Actor, id: ContactId) -> Result<Contact> {
        self.set_block(actor, id, None).await
    }

    async fn set_block(&self, actor: &Actor, id: ContactId, blocked: Option<Blocked>) -> Result<Contact> {
        let Inner { context, store, chat, .. } = &*self.0;
        for _ in 0..TRIES {
            let contact = self.get(id).await?.ok_or_else(|| Error::not_found("the contact"))?;
            let (now, id, by) = (context.clock.now(), contact.id, agent(actor));
            let next = contact.with_block(blocked.clone(), now);
            if next.version == contact.version {
                // Whoever asked first may have died before all conversations knew.
                self.tell_conversations(id).await?;
                return Ok(contact);
            }
            let (action, told) = match &blocked {
                Some(_) => ("contacts.block", self.effects(CONTACT_BLOCKED, &ContactBlocked { contact: id, by })?),
                None => ("contacts.unblock", self.effects(CONTACT_UNBLOCKED, &ContactUnblocked { contact: id, by })?),
            };
            let audit = AuditEntry::new(context.ids.next(), now, actor, action, format!("contact:{id}"));
            let changed = ContactChanged { contact: next.card() };
            let effects = told.and_audit(audit).and_send(self.command("contacts.changed", &changed)?);
            match store.update(&next, &effects).await {
                Ok(()) => {
                    self.forget(&next).await;
                    if next.blocked.is_some() {
                        chat.end_blocked_sockets(id);
                    }
                    self.tell_conversations(id).await?;
                    return Ok(next);
                }
                Err(error) if error.kind() == ErrorKind::Conflict => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::new(ErrorKind::Conflict, "the contact changes too fast"))
    }

    /// Makes `from` and `into` one person: `into` keeps its details, `from`'s conversations become its own, and it is blocked
    /// when either was. The
    /// conversations move at once when all goes well, and by the outbox when this process dies in between.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when either was merged into a third one.
    pub async fn merge(&self, actor: &Actor, from: ContactId, into: ContactId) -> Result<()> {
        let Inner { context, store, .. } = &*self.0;
        if from == into {
            return Ok(());
        }
        let merged = ContactMerged { from, into };
        let audit = AuditEntry::new(
            context.ids.next(),
            context.clock.now(),
            actor,
            "contacts.merge",
            format!("contact:{into}"),
        )
        .detail(serde_json::json!({ "from": from }));
        let effects =
            self.effects(CONTACT_MERGED, &merged)?.and_audit(audit).and_send(self.command("contacts.merged", &merged)?);
        store.merge(from, into, &effects).await?;
        // Who is connected as the one who is no more comes back as the other.
        self.0.chat.end_sockets(from);
        self.move_conversations(&merged).await
    }

    /// Keeps the promise that a merge makes.
    pub(crate) fn merge_handler(&self) -> Arc<dyn Handler> {
        Arc::new(OnMerged(self.clone()))
    }

    /// Keeps the promise that a change makes.
    pub(crate) fn change_handler(&self) -> Arc<dyn Handler> {
        Arc::new(OnChanged(self.clone()))
    }

    async fn move_conversations(&self, merged: &ContactMerged) -> Result<()> {
        self.tell_conversations(merged.from).await?;
        let Some(into) = self.get(merged.into).await? else { return Ok(()) };
        self.0.chat.move_pages(merged.from, into.id).await?;
        self.0.files.move_uploads(merged.from, into.id).await?;
        if into.blocked.is_none() {
            return Ok(());
        }
        // It may be so by the merge.
        self.forget(&into).await;
        self.0.chat.end_blocked_sockets(into.id);
        self.tell_conversations(into.id).await
    }

    /// Tells the conversations of the contact `of` who their contact is now. Done again, it changes nothing.
    async fn tell_conversations(&self, of: ContactId) -> Result<()> {
        let (mut told, mut limit) = (HashSet::new(), CONVERSATIONS);
        loop {
            let found = self.0.chat.of_contact(of, limit).await?;
            let is_all = found.len() < limit;
            // After the look: what was begun meanwhile was begun under what is read here, or knows better.
            let Some(now) = self.get(of).await? else { return Ok(()) };
            let untold: Vec<_> = found.into_iter().filter(|conversation| told.insert(*conversation)).collect();
            self.0.chat.contact_changed(of, &now, &untold).await?;
            if is_all {
                return Ok(());
            }
            limit *= 4;
        }
    }

    /// An anonymous contact becomes the member, unless it is one already.
    async fn adopt(&self, anonymous: ContactId, identity: &Identity) -> Result<Contact> {
        let Some(contact) = self.get(anonymous).await?.filter(|contact| contact.external_id.is_none()) else {
            return self.create_member(identity).await;
        };
        let patch = ContactPatch { external_id: Some(Some(identity.id.clone())), ..ContactPatch::default() };
        match self.patch(contact.id, patch).await {
            // Another request was first to make the member.
            Err(error) if error.kind() == ErrorKind::Conflict => self.create_member(identity).await,
            outcome => outcome,
        }
    }

    async fn create_member(&self, identity: &Identity) -> Result<Contact> {
        let mut contact = Contact::anonymous(self.0.context.ids.next(), self.0.context.clock.now());
        contact.external_id = Some(identity.id.clone());
        contact.name.clone_from(&identity.name);
        contact.email.clone_from(&identity.email);
        match self.0.store.create(&contact, &Effects::none()).await {
            Ok(()) => {
                self.forget(&contact).await;
                Ok(contact)
            }
            Err(error) if error.kind() == ErrorKind::Conflict => {
                self.0.store.by_external_id(&identity.id).await?.ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    async fn forget(&self, contact: &Contact) {
        if let Some(external_id) = &contact.external_id {
            self.0.members.invalidate(&cache_key(external_id)).await;
        }
    }

    fn effects(&self, name: &str, data: &impl Serialize) -> Result<Effects> {
        self.0.announcer.tell(name, data)
    }

    fn command(&self, topic: &str, payload: &impl Serialize) -> Result<OutboxMessage> {
        let context = &self.0.context;
        // A little later: the caller does it at once, and the outbox only if the caller dies.
        let due = context.clock.now() + chrono::TimeDelta::seconds(2);
        self.0.relay.nudge();
        OutboxMessage::command(context.ids.next(), due, topic, payload)
    }
}

fn agent(actor: &Actor) -> Option<AgentRef> {
    match actor.into() {
        Author::Agent(agent) => Some(agent),
        Author::Visitor { .. } | Author::Bot { .. } | Author::System => None,
    }
}

fn cache_key(external_id: &str) -> String {
    format!("member:{external_id}")
}

#[derive(Debug)]
struct OnMerged(Contacts);

#[async_trait]
impl Handler for OnMerged {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        self.0.move_conversations(&serde_json::from_value(message.payload.clone())?).await
    }
}

#[derive(Debug)]
struct OnChanged(Contacts);

#[async_trait]
impl Handler for OnChanged {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        let ContactChanged { contact } = serde_json::from_value(message.payload.clone())?;
        self.0.tell_conversations(contact.id).await
    }
}
