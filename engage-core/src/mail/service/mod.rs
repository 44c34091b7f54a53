//! What can be done with mail.

mod deliver;
mod ledger;
mod sign;
mod templates;

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::address::{Address, Mailbox};
use super::mailer::Mailer;
use super::model::{Attachment, Outgoing, Thread};
use super::receive::{Claim, Inbound, TO_CLAIM};
use super::store::MailStore;
use super::template::{LAST_RESORT, is_link, template};
use crate::cache::{Cached, CachedConfig};
use crate::effects::Effects;
use crate::engage::{Base, Context};
use crate::error::{Error, Result};
use crate::files::Files;
use crate::ids::OutboxId;
use crate::outbox::{OutboxMessage, Relay};
use crate::settings::Settings;
use crate::signing::Signer;

/// Topic of the promises.
const TO_MAIL: &str = "mail";
/// How much the variables of a mail may take, in bytes: a promise is at most 64 KiB.
const VARIABLES_BYTES: usize = 48 * 1024;

/// Mail. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Mails(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    context: Context,
    store: Arc<dyn MailStore>,
    settings: Settings,
    relay: Relay,
    mailer: Option<Arc<dyn Mailer>>,
    signer: Signer,
    files: Option<Files>,
    site: String,
    public_url: Option<String>,
    /// The newest version of each template that admins have changed, by name and language.
    heads: ArcSwap<HashMap<(String, String), i64>>,
    changed: Cached<()>,
    sources: RwLock<HashMap<String, Arc<dyn AttachmentSource>>>,
    /// Who takes letters, by the kind of their threads; `None`: the rest.
    inbounds: RwLock<HashMap<Option<String>, Arc<dyn Inbound>>>,
}

/// Fetches what a capability attaches to mails, when they are composed: see [`Mails::attachments_from`].
#[async_trait]
pub trait AttachmentSource: Debug + Send + Sync + 'static {
    /// The file of a key, at most 10 MiB; `None` when there is none any more: the mail goes without it.
    ///
    /// # Errors
    /// The mail is tried again later.
    async fn fetch(&self, key: &str) -> Result<Option<Attachment>>;
}

/// What a promise says.
#[derive(Debug, Serialize, Deserialize)]
struct Promised {
    outgoing: Outgoing,
    locale: String,
    /// Of the template, in that language; 0: what engage brings.
    version: i64,
}

impl Mails {
    pub(crate) async fn start(
        base: &Base,
        mailer: Option<Arc<dyn Mailer>>,
        files: Option<Files>,
        site: &str,
        public_url: Option<&str>,
    ) -> Result<Self> {
        let Base { context, stores, cache, settings, signer, relay, tasks, .. } = base;
        let mails = Self(Arc::new(Inner {
            context: context.clone(),
            store: Arc::clone(&stores.mail),
            settings: settings.clone(),
            relay: relay.clone(),
            mailer,
            signer: signer.clone(),
            files,
            site: site.to_owned(),
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
            heads: ArcSwap::default(),
            changed: cache.typed(CachedConfig { ttl: templates::LOOK, negative_ttl: templates::LOOK }),
            sources: RwLock::default(),
            inbounds: RwLock::default(),
        }));
        mails.look().await?;
        mails.follow(cache, tasks);
        relay.handle(TO_MAIL, Arc::new(deliver::Deliver(mails.clone())));
        relay.handle(TO_CLAIM, Arc::new(Claim(mails.clone())));
        Ok(mails)
    }

    /// A promise to send a mail, as effects of the change that it tells of. It pins the version of the template, the language
    /// and what the variables stand for. Nothing is sent before the change has committed, and nothing when it does not.
    ///
    /// ```
    /// # use engage_core::mail::{Address, Mailbox, Outgoing};
    /// # async fn example(engage: &engage_core::Engage) -> engage_core::Result<()> {
    /// let ann = Mailbox::new(Some("Ann"), Address::checked("/email", "ann@example.com")?);
    /// let effects = engage.mail().promise(Outgoing::new("mail.test", ann, serde_json::json!({ "by": "Bo" })))?;
    /// # drop(effects);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `Internal` when there is no such template or the variables are not what it says; `Invalid` when they are too large.
    pub fn promise(&self, outgoing: Outgoing) -> Result<Effects> {
        self.promise_as(self.0.context.ids.next(), outgoing)
    }

    /// The same under an id that follows from something else, so that who asks twice promises once: a store refuses effects
    /// whose id it has.
    ///
    /// # Errors
    /// As [`Mails::promise`].
    pub fn promise_as(&self, id: OutboxId, mut outgoing: Outgoing) -> Result<Effects> {
        let Inner { context, settings, heads, .. } = &*self.0;
        let template = template(&outgoing.template).map_err(Error::internal)?;
        outgoing.variables = template.fill(&outgoing.variables)?;
        if outgoing.list_unsubscribe.as_deref().is_some_and(|url| !is_link(url)) {
            return Err(Error::internal("List-Unsubscribe is no address of a page"));
        }
        if serde_json::to_vec(&outgoing.variables)?.len() > VARIABLES_BYTES {
            return Err(Error::invalid("/variables", "too_long", "what a mail says is at most 48 KiB"));
        }
        let settings = settings.get();
        let heads = heads.load();
        let wanted = outgoing.locale.as_deref().into_iter().chain([settings.mail_locale.as_str(), LAST_RESORT]);
        let spoken =
            wanted.flat_map(|locale| [locale, locale.split('-').next().unwrap_or(locale)]).find_map(|locale| {
                let stored =
                    heads.get(&(template.name.to_owned(), locale.to_owned())).copied().filter(|version| *version > 0);
                let version = stored.or_else(|| template.builtin(locale).map(|_| 0))?;
                Some((locale.to_owned(), version))
            });
        let (locale, version) = spoken.ok_or_else(|| Error::internal("a template that speaks no language"))?;
        let due = outgoing.due.unwrap_or_else(|| context.clock.now());
        // What stores fill into payloads must not meet what stands there.
        let payload = json!({ TO_MAIL: serde_json::to_value(Promised { outgoing, locale, version })? });
        Ok(Effects::none().and_send(OutboxMessage { id, topic: TO_MAIL.to_owned(), payload, due }))
    }

    /// Whether mails leave this site. Without a mailer they are kept for the development mailbox.
    pub fn is_sending(&self) -> bool {
        self.0.mailer.is_some()
    }

    /// The site's name.
    pub(crate) fn site(&self) -> &str {
        &self.0.site
    }

    /// Whom mails come from.
    pub fn sender(&self) -> Mailbox {
        let settings = self.0.settings.get();
        let name = if settings.mail_from_name.is_empty() { &self.0.site } else { &settings.mail_from_name };
        let set = settings.mail_from.as_deref().and_then(|from| Address::checked("/from", from).ok());
        let address = set.or_else(|| Address::checked("/from", &format!("noreply@{}", self.host())).ok());
        Mailbox::new(Some(name), address.unwrap_or_else(Address::nobody))
    }

    /// Where answers to mails of a thread go; `None` while the site has no domain for answers.
    pub fn reply_address(&self, thread: &Thread) -> Option<Address> {
        let settings = self.0.settings.get();
        let domain = settings.mail_reply_domain.as_deref()?;
        Address::checked("/reply_domain", &format!("{}@{domain}", sign::local(&self.0.signer, thread))).ok()
    }

    /// The thread that an answer to this address belongs to; `None` for an address that engage has not made.
    pub fn thread_of(&self, address: &Address) -> Option<Thread> {
        sign::thread(&self.0.signer, address.local())
    }

    /// Fetches attachments of a source's name from `source`.
    pub fn attachments_from(&self, name: &str, source: Arc<dyn AttachmentSource>) {
        self.0.sources.write().insert(name.to_owned(), source);
    }

    pub(crate) fn store(&self) -> &Arc<dyn MailStore> {
        &self.0.store
    }

    pub(in crate::mail) fn context(&self) -> &Context {
        &self.0.context
    }

    pub(in crate::mail) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(in crate::mail) fn files(&self) -> Option<&Files> {
        self.0.files.as_ref()
    }

    pub(in crate::mail) fn signer(&self) -> &Signer {
        &self.0.signer
    }

    pub(in crate::mail) fn inbounds(&self) -> &RwLock<HashMap<Option<String>, Arc<dyn Inbound>>> {
        &self.0.inbounds
    }

    pub(in crate::mail) fn nudge(&self) {
        self.0.relay.nudge();
    }

    /// The host's name in the public URL, without a port.
    fn host(&self) -> &str {
        let url = self.0.public_url.as_deref().and_then(|url| url.split_once("://")).map(|(_, host)| host);
        let host = url.map(|host| host.split(':').next().unwrap_or(host));
        host.filter(|host| !host.starts_with('[')).unwrap_or("localhost")
    }
}
