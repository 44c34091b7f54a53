//! [`Engage`]: the one value that a host builds, clones and mounts.

mod base;
mod build;
mod builder;
mod stores;

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use ipnet::IpNet;

pub(crate) use self::base::Base;
pub use self::builder::{BuildError, Builder};
pub use self::stores::{Backend, Health, Migrations, Stores};
use crate::bus::Bus;
use crate::canned::Canned;
use crate::chat::{Chat, Front, Letters};
use crate::clock::Clock;
use crate::contacts::Contacts;
use crate::crowd::Crowd;
use crate::entropy::Entropy;
use crate::error::{Error, ErrorKind, Result};
use crate::faq::Faq;
use crate::files::Files;
use crate::forms::Forms;
use crate::ids::Ids;
use crate::mail::Mails;
use crate::outbox::{Outbox, Relay};
use crate::rate::RateLimiter;
use crate::sessions::Sessions;
use crate::settings::Settings;
use crate::signing::Signer;
use crate::tasks::Tasks;
use crate::tickets::{TicketLetters, Tickets};
use crate::views::Views;
use crate::webhooks::Webhooks;

/// engage, built and running. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Engage(Arc<Inner>);

/// An [`Engage`] that does not keep it running.
#[derive(Clone)]
pub(crate) struct WeakEngage(Weak<Inner>);

struct Inner {
    base: Base,
    site: String,
    public_url: Option<String>,
    trusted_proxies: Vec<IpNet>,
    crowd: Crowd,
    front: Front,
    canned: Canned,
    faq: Faq,
    views: Views,
    files: Option<Files>,
    forms: Forms,
    tickets: Tickets,
    ticket_letters: TicketLetters,
    contacts: Contacts,
    sessions: Sessions,
    chat: Chat,
    webhooks: Webhooks,
    mail: Mails,
    letters: Letters,
}

/// Time, ids and randomness, as injected.
#[derive(Debug, Clone)]
pub struct Context {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Ids from both.
    pub ids: Ids,
}

impl Engage {
    /// The site's name.
    pub fn site(&self) -> &str {
        &self.0.site
    }

    /// Where the site is reached from outside, without a slash at the end.
    pub fn public_url(&self) -> Option<&str> {
        self.0.public_url.as_deref()
    }

    /// Who counts how often somebody does something; `None`: nobody.
    pub fn rate_limiter(&self) -> Option<&Arc<dyn RateLimiter>> {
        self.0.base.limiter.as_ref()
    }

    /// Proxies whose word on where a request comes from counts.
    pub fn trusted_proxies(&self) -> &[IpNet] {
        &self.0.trusted_proxies
    }

    /// The connections of each person to this node.
    pub fn crowd(&self) -> &Crowd {
        &self.0.crowd
    }

    /// Conversations.
    pub fn chat(&self) -> &Chat {
        &self.0.chat
    }

    /// Where visitors come in: whether the site is open, and what it asks.
    pub fn front(&self) -> &Front {
        &self.0.front
    }

    /// Canned replies.
    pub fn canned(&self) -> &Canned {
        &self.0.canned
    }

    /// The help centre.
    pub fn faq(&self) -> &Faq {
        &self.0.faq
    }

    /// Saved views.
    pub fn views(&self) -> &Views {
        &self.0.views
    }

    /// Forms and what is sent by them.
    pub fn forms(&self) -> &Forms {
        &self.0.forms
    }

    /// Tickets.
    pub fn tickets(&self) -> &Tickets {
        &self.0.tickets
    }

    /// Files.
    ///
    /// # Errors
    /// `NotFound` with code `files_off` when the host has set up no place for them.
    pub fn files(&self) -> Result<&Files> {
        let told = || Error::new(ErrorKind::NotFound, "this site takes no files").with_code("files_off");
        self.0.files.as_ref().ok_or_else(told)
    }

    /// People.
    pub fn contacts(&self) -> &Contacts {
        &self.0.contacts
    }

    /// Visitors' sessions.
    pub fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// What the site has set.
    pub fn settings(&self) -> &Settings {
        &self.0.base.settings
    }

    /// Signs with the site's key.
    pub fn signer(&self) -> &Signer {
        &self.0.base.signer
    }

    /// Where events are sent to.
    pub fn webhooks(&self) -> &Webhooks {
        &self.0.webhooks
    }

    /// Mail.
    pub fn mail(&self) -> &Mails {
        &self.0.mail
    }

    /// Mails of the chat.
    pub fn letters(&self) -> &Letters {
        &self.0.letters
    }

    /// Mails of tickets.
    pub fn ticket_letters(&self) -> &TicketLetters {
        &self.0.ticket_letters
    }

    /// Time, ids and randomness.
    pub fn context(&self) -> &Context {
        &self.0.base.context
    }

    /// The stores, for what the services do not cover.
    pub fn stores(&self) -> &Stores {
        &self.0.base.stores
    }

    /// Hints between nodes.
    pub fn bus(&self) -> &Arc<dyn Bus> {
        &self.0.base.bus
    }

    /// What runs in the background, for adapters that add to it.
    pub fn tasks(&self) -> &Tasks {
        &self.0.base.tasks
    }

    /// Every outbox of the stores, each once.
    pub fn outboxes(&self) -> Vec<Arc<dyn Outbox>> {
        self.0.base.stores.outboxes()
    }

    /// What keeps the promises of the outboxes. It runs by itself, unless [`Builder::without_background_jobs`] says
    /// otherwise; [`Relay::drain`] then keeps those that are due.
    pub fn relay(&self) -> &Relay {
        &self.0.base.relay
    }

    /// Stops: tells the sockets to go elsewhere, finishes what is under way, and ends every task within `deadline`.
    /// What is not done by then is left to the outbox and the other nodes.
    pub async fn shutdown(&self, deadline: Duration) {
        self.0.base.tasks.stop(deadline).await;
    }
}

impl Engage {
    pub(crate) fn downgrade(&self) -> WeakEngage {
        WeakEngage(Arc::downgrade(&self.0))
    }
}

impl WeakEngage {
    pub(crate) fn upgrade(&self) -> Option<Engage> {
        self.0.upgrade().map(Engage)
    }
}

impl fmt::Debug for Engage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engage").field("site", &self.0.site).finish_non_exhaustive()
    }
}

impl fmt::Debug for WeakEngage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakEngage")
    }
}
