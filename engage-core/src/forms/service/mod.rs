//! What can be done with forms.

mod deliver;
mod desk;
mod export;
mod mails;
mod submit;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use deliver::TO_DELIVER;
pub use export::{Export, ExportFormat};
pub use submit::{Offer, Receipt, Sending};

use super::model::{Form, KnownForm};
use super::store::FormStore;
use crate::audit::AuditEntry;
use crate::chat::Chat;
use crate::contacts::{ContactStore, Contacts};
use crate::effects::Effects;
use crate::engage::{Base, Context};
use crate::error::{Error, ErrorKind, Result};
use crate::hooks::Announcer;
use crate::identity::Actor;
use crate::mail::{MailStore, Mails};
use crate::outbox::Relay;
use crate::rate::RateLimiter;
use crate::signing::Signer;
use crate::tickets::Tickets;

/// How many forms a site may define in the panel.
const FORMS: usize = 100;

/// Forms. Staff see what was sent; admins define what is asked. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Forms(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    context: Context,
    store: Arc<dyn FormStore>,
    contact_store: Arc<dyn ContactStore>,
    /// Those of the host's code, by name.
    own: BTreeMap<String, Form>,
    signer: Signer,
    limiter: Option<Arc<dyn RateLimiter>>,
    chat: Chat,
    tickets: Tickets,
    contacts: Contacts,
    mails: Mails,
    mail_store: Arc<dyn MailStore>,
    relay: Relay,
    announcer: Announcer,
}

impl Forms {
    pub(crate) fn new(
        base: &Base,
        own: Vec<Form>,
        chat: &Chat,
        tickets: &Tickets,
        contacts: &Contacts,
        mails: &Mails,
    ) -> Self {
        let Base { context, stores, signer, limiter, relay, announcer, .. } = base;
        Self(Arc::new(Inner {
            context: context.clone(),
            store: Arc::clone(&stores.forms),
            contact_store: Arc::clone(&stores.contacts),
            own: own.into_iter().map(|form| (form.name.clone(), form)).collect(),
            signer: signer.clone(),
            limiter: limiter.clone(),
            chat: chat.clone(),
            tickets: tickets.clone(),
            contacts: contacts.clone(),
            mails: mails.clone(),
            mail_store: Arc::clone(&stores.mail),
            relay: relay.clone(),
            announcer: announcer.clone(),
        }))
    }

    /// The form of a name.
    ///
    /// # Errors
    /// `NotFound`; when the database does not answer.
    pub async fn get(&self, name: &str) -> Result<KnownForm> {
        if let Some(form) = self.0.own.get(name) {
            return Ok(of_host(form));
        }
        self.0.store.form(name).await?.ok_or_else(|| Error::not_found("the form"))
    }

    /// All forms, in the order of their names. One of the host's code stands in place of a stored one of its name.
    ///
    /// # Errors
    /// `Forbidden` for visitors; when the database does not answer.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<KnownForm>> {
        may_look(actor)?;
        let stored = self.0.store.forms().await?.into_iter().map(|form| (form.form.name.clone(), form));
        let mut all: BTreeMap<_, _> = stored.collect();
        all.extend(self.0.own.iter().map(|(name, form)| (name.clone(), of_host(form))));
        Ok(all.into_values().collect())
    }

    /// Keeps a form: a new one when `expected`, the version that the caller has seen, is 0.
    ///
    /// # Errors
    /// `Invalid` with each fault of the form; `Forbidden` for who is no admin; `NotFound` for another version of one that is
    /// not there; `Conflict`: with code `name_taken` for a new one that is there already, with `too_many` for the 101st, with
    /// `defined_in_code` for one of the host's, and for one that was changed meanwhile.
    pub async fn put(&self, actor: &Actor, form: Form, expected: i64) -> Result<KnownForm> {
        may_define(actor)?;
        form.check()?;
        self.check_own(&form.name)?;
        let Inner { context, store, .. } = &*self.0;
        match expected {
            0 if store.forms().await?.len() >= FORMS => {
                return Err(Error::new(ErrorKind::Conflict, "there are 100 forms already").with_code("too_many"));
            }
            0 => {}
            _ if store.form(&form.name).await?.is_none() => return Err(Error::not_found("the form")),
            _ => {}
        }
        let now = context.clock.now();
        let action = if expected == 0 { "forms.create" } else { "forms.update" };
        let effects = self.audited(actor, action, &form.name);
        let known = KnownForm { form, version: expected.saturating_add(1), updated_at: Some(now) };
        store.put_form(&known, &effects).await?;
        Ok(known)
    }

    /// Removes a form. What was sent by it stays until its time.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for who is no admin; `Conflict` (`defined_in_code`) for one of the host's.
    pub async fn delete(&self, actor: &Actor, name: &str) -> Result<()> {
        may_define(actor)?;
        self.check_own(name)?;
        let effects = self.audited(actor, "forms.delete", name);
        let was_there = self.0.store.delete_form(name, &effects).await?;
        if was_there { Ok(()) } else { Err(Error::not_found("the form")) }
    }

    fn check_own(&self, name: &str) -> Result<()> {
        if !self.0.own.contains_key(name) {
            return Ok(());
        }
        let told = "the site's own code defines this form; it is changed there";
        Err(Error::new(ErrorKind::Conflict, told).with_code("defined_in_code"))
    }

    fn audited(&self, actor: &Actor, action: &str, name: &str) -> Effects {
        let Context { clock, ids, .. } = &self.0.context;
        Effects::none().and_audit(AuditEntry::new(ids.next(), clock.now(), actor, action, format!("form:{name}")))
    }
}

fn of_host(form: &Form) -> KnownForm {
    KnownForm { form: form.clone(), version: 0, updated_at: None }
}

fn may_look(actor: &Actor) -> Result<()> {
    match actor {
        Actor::Staff(_) | Actor::System => Ok(()),
        Actor::Visitor(_) | Actor::Bot(_) => Err(Error::new(ErrorKind::Forbidden, "only staff may do this")),
    }
}

fn may_define(actor: &Actor) -> Result<()> {
    match actor {
        Actor::Staff(staff) if staff.admin => Ok(()),
        Actor::System => Ok(()),
        _ => Err(Error::new(ErrorKind::Forbidden, "only admins may do this")),
    }
}
