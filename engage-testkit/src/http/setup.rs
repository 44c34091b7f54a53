//! How a rule wants its server.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use engage_core::audit::{AuditEntry, AuditStore};
use engage_core::clock::Timestamp;
use engage_core::contacts::{Contact, ContactQuery, ContactStore};
use engage_core::files::{FileSetup, MemoryBlobs};
use engage_core::ids::{AuditId, ContactId};
use engage_core::outbound::MemoryOutbound;
use engage_core::outbox::Outbox;
use engage_core::sessions::SessionConfig;
use engage_core::webhooks::WebhookConfig;
use engage_core::{
    Actor, Backend, Builder, Context, Effects, Engage, Error, Health, Identity, Migrations, Result, Stores,
};
use parking_lot::Mutex;

use super::hostile_files::Given;
use super::uploads::{Picky, Plain};

/// How a rule wants its server. The adapter's test does what the fields say.
#[derive(Debug, Clone)]
pub struct Setup {
    /// `dev_mailbox()`.
    pub mailbox: bool,
    /// `public_url` of the builder.
    pub public_url: Option<String>,
    /// Where `routes()` goes.
    pub site_mount: String,
    /// Where `admin_routes()` goes.
    pub admin_mount: String,
    /// Where the host nests (axum) or scopes (actix) the app with both mounts; `None`: not at all.
    pub nest: Option<String>,
    /// Networks for `trusted_proxies`.
    pub trusted_proxies: Vec<String>,
    /// With the usual limits; otherwise `without_rate_limits()`.
    pub rate_limits: bool,
    /// Whether both mounts are told who is signed in, by [`Directory::identify`].
    pub identity: bool,
    /// Whether conversations are given out by themselves.
    pub auto_assign: bool,
    /// With a bot that says what it heard, closes at `bye`, fails at `fail`, and hands off to `sales` at `buy`.
    pub bot: bool,
    /// Whether files are taken, images of which are passed on as they are, and which are refused when they say `EICAR`.
    pub files: bool,
    /// By whom images are written anew instead.
    pub(super) images: Option<Given>,
    /// How long sessions live.
    pub sessions: SessionConfig,
    /// Who is known to the host.
    pub directory: Directory,
    /// What goes wrong.
    pub faults: Faults,
}

/// The host's people: a request says who comes by its header [`Directory::HEADER`].
///
/// `agent:ID:TEAM,TEAM`, `admin:ID` and `member:ID` are people named `Name of ID` (of `x-y`, `Name of x`), `error` is a host that cannot tell.
#[derive(Debug, Clone, Default)]
pub struct Directory(Arc<Mutex<HashMap<String, String>>>);

/// Things that can be made to go wrong while the server runs.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<[AtomicU8; 3]>);

/// How something goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Not at all.
    None = 0,
    /// With an internal error that tells secrets.
    Internal = 1,
    /// The database is away.
    Away = 2,
    /// With a panic.
    Panic = 3,
    /// It takes a second.
    Slow = 4,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            mailbox: false,
            public_url: None,
            site_mount: "/engage".to_owned(),
            admin_mount: "/admin/engage".to_owned(),
            nest: None,
            trusted_proxies: Vec::new(),
            rate_limits: false,
            identity: true,
            auto_assign: false,
            bot: false,
            files: true,
            images: None,
            sessions: SessionConfig::default(),
            directory: Directory::default(),
            faults: Faults::default(),
        }
    }
}

impl Setup {
    /// Builds engage on `backend`, with what the adapter's test adds to the builder.
    pub async fn build(&self, backend: impl Backend, add: impl FnOnce(Builder) -> Builder) -> Engage {
        let backend = Faulty { backend: Box::new(backend), faults: self.faults.clone() };
        let mut builder = add(Engage::builder(backend).site("Acme")).session_config(self.sessions);
        // Nobody is called, and each rule may make as many webhooks as it likes.
        builder = builder.outbound(MemoryOutbound::default());
        builder = builder.webhook_config(WebhookConfig { most: 1_000, ..WebhookConfig::default() });
        if self.files {
            let files = FileSetup::new(MemoryBlobs::default()).scan(Picky);
            builder = builder.files(match self.images.clone() {
                Some(images) => files.images(images),
                None => files.images(Plain),
            });
        }
        if self.mailbox {
            builder = builder.dev_mailbox();
        }
        if self.bot {
            builder = builder.bot(super::bot::Echo);
        }
        if let Some(url) = &self.public_url {
            builder = builder.public_url(url);
        }
        if !self.rate_limits {
            builder = builder.without_rate_limits();
        }
        builder =
            builder.trusted_proxies(self.trusted_proxies.iter().map(|network| network.parse().expect("a network")));
        let engage = builder.build().await.expect("engage is built");
        if !self.auto_assign {
            engage
                .settings()
                .set(&Actor::System, "chat.auto_assign", false.into(), 0)
                .await
                .expect("settings are stored");
        }
        engage
    }

    /// Where the site's side is seen from outside, without a slash at its end.
    pub fn site(&self) -> String {
        self.outside(&self.site_mount)
    }

    /// Where the admin side is seen from outside, without a slash at its end.
    pub fn admin(&self) -> String {
        self.outside(&self.admin_mount)
    }

    fn outside(&self, mount: &str) -> String {
        format!("{}{}", self.nest.as_deref().unwrap_or_default(), mount.trim_end_matches('/'))
    }
}

impl Directory {
    /// The header by which a test says who comes.
    pub const HEADER: &str = "x-test-user";

    /// From now on whoever comes as `before` is `now`; empty: nobody.
    pub fn change(&self, before: &str, now: &str) {
        self.0.lock().insert(before.to_owned(), now.to_owned());
    }

    /// What a mount's identity function is to answer.
    ///
    /// # Errors
    /// For `error`.
    pub fn identify(&self, header: Option<&str>) -> Result<Option<Identity>, std::io::Error> {
        let Some(header) = header else { return Ok(None) };
        let known = self.0.lock().get(header).cloned();
        let mut words = known.as_deref().unwrap_or(header).splitn(3, ':');
        let (role, id) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let teams = words.next().unwrap_or_default().split(',').filter(|team| !team.is_empty());
        let identity = match role {
            "agent" => Identity::agent(id).teams(teams),
            "admin" => Identity::admin(id),
            "member" => Identity::member(id),
            "error" => return Err(std::io::Error::other("the host's user table is away")),
            _ => return Ok(None),
        };
        // Without what follows a hyphen, so that a name does not tell an id.
        Ok(Some(identity.name(format!("Name of {}", id.split('-').next().unwrap_or_default()))))
    }
}

impl Faults {
    /// What no client may ever read.
    pub const SECRET: &str = "SECRET-OF-THE-CAUSE";

    /// How the audit log is read from now on.
    pub fn audit(&self, fault: Fault) {
        self.0[0].store(fault as u8, Ordering::SeqCst);
    }

    /// What the database says to a health check from now on.
    pub fn health(&self, fault: Fault) {
        self.0[1].store(fault as u8, Ordering::SeqCst);
    }

    /// How contacts are merged from now on.
    pub fn merge(&self, fault: Fault) {
        self.0[2].store(fault as u8, Ordering::SeqCst);
    }

    async fn strike(&self, at: usize) -> Result<()> {
        match self.0[at].load(Ordering::SeqCst) {
            1 => Err(Error::internal(Self::SECRET)),
            2 => Err(Error::unavailable(std::io::Error::other(Self::SECRET))),
            3 => panic!("{}, on purpose", Self::SECRET),
            4 => {
                tokio::time::sleep(Duration::from_secs(1)).await;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// A database whose audit log and health can be made to fail.
struct Faulty {
    backend: Box<dyn Backend>,
    faults: Faults,
}

#[derive(Debug)]
struct FaultyAudit(Arc<dyn AuditStore>, Faults);

#[derive(Debug)]
struct FaultyContacts(Arc<dyn ContactStore>, Faults);

#[derive(Debug)]
struct FaultyHealth(Arc<dyn Health>, Faults);

#[async_trait]
impl Backend for Faulty {
    async fn open(self: Box<Self>, context: &Context, migrations: Migrations) -> Result<Stores, Vec<String>> {
        let mut stores = self.backend.open(context, migrations).await?;
        stores.audit = Arc::new(FaultyAudit(stores.audit, self.faults.clone()));
        stores.contacts = Arc::new(FaultyContacts(stores.contacts, self.faults.clone()));
        stores.health = Arc::new(FaultyHealth(stores.health, self.faults));
        Ok(stores)
    }
}

#[async_trait]
impl AuditStore for FaultyAudit {
    async fn list(&self, before: Option<AuditId>, limit: usize) -> Result<Vec<AuditEntry>> {
        self.1.strike(0).await?;
        self.0.list(before, limit).await
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64> {
        self.0.prune(before, limit).await
    }
}

#[async_trait]
impl ContactStore for FaultyContacts {
    async fn create(&self, contact: &Contact, effects: &Effects) -> Result<()> {
        self.0.create(contact, effects).await
    }

    async fn get(&self, id: ContactId) -> Result<Option<Contact>> {
        self.0.get(id).await
    }

    async fn by_external_id(&self, external_id: &str) -> Result<Option<Contact>> {
        self.0.by_external_id(external_id).await
    }

    async fn update(&self, contact: &Contact, effects: &Effects) -> Result<()> {
        self.0.update(contact, effects).await
    }

    async fn merge(&self, from: ContactId, into: ContactId, effects: &Effects) -> Result<bool> {
        self.1.strike(2).await?;
        self.0.merge(from, into, effects).await
    }

    async fn search(&self, query: &ContactQuery) -> Result<Vec<Contact>> {
        self.0.search(query).await
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.0.outbox()
    }
}

#[async_trait]
impl Health for FaultyHealth {
    async fn check(&self) -> Result<()> {
        self.1.strike(1).await?;
        self.0.check().await
    }
}

impl fmt::Debug for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faulty").field("backend", &self.backend).finish_non_exhaustive()
    }
}
