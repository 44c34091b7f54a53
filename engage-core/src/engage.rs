//! [`Engage`]: the one value that a host builds, clones and mounts.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Weak};
use std::time::Duration;

use async_trait::async_trait;
use ipnet::IpNet;

use crate::audit::AuditStore;
use crate::bus::{Bus, LocalBus};
use crate::cache::{Cache, NoCache};
use crate::canned::{Canned, CannedStore};
use crate::chat::{Bot, Chat, ChatConfig, ChatStore, Front, HostBot, TO_BOT};
use crate::clock::{Clock, SystemClock};
use crate::contacts::{ContactStore, Contacts};
use crate::crowd::Crowd;
use crate::entropy::{Entropy, OsEntropy};
use crate::error::{Error, Result};
use crate::hooks::{Announcer, Hook, Host, Incoming, TO_SINK};
use crate::idempotency::IdempotencyStore;
use crate::ids::Ids;
use crate::outbound::Outbound;
use crate::outbox::{Outbox, Relay, RelayConfig};
use crate::rate::{LocalRateLimiter, RateLimiter};
use crate::sessions::{SessionConfig, SessionStore, Sessions};
use crate::settings::{SettingStore, Settings};
use crate::sink::{EventSink, ToSink};
use crate::tasks::Tasks;
use crate::views::{ViewStore, Views};
use crate::webhooks::{WebhookConfig, WebhookStore, Webhooks};

/// engage, built and running. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Engage(Arc<Inner>);

/// An [`Engage`] that does not keep it running.
#[derive(Clone)]
pub(crate) struct WeakEngage(Weak<Inner>);

struct Inner {
    site: String,
    public_url: Option<String>,
    rate_limiter: Option<Arc<dyn RateLimiter>>,
    trusted_proxies: Vec<IpNet>,
    crowd: Crowd,
    context: Context,
    stores: Stores,
    bus: Arc<dyn Bus>,
    settings: Settings,
    front: Front,
    canned: Canned,
    views: Views,
    contacts: Contacts,
    sessions: Sessions,
    chat: Chat,
    webhooks: Webhooks,
    relay: Relay,
    tasks: Tasks,
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

/// Every store that engage needs.
#[derive(Debug, Clone)]
pub struct Stores {
    /// Conversations.
    pub chat: Arc<dyn ChatStore>,
    /// People.
    pub contacts: Arc<dyn ContactStore>,
    /// Visitors' sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// What the site has set.
    pub settings: Arc<dyn SettingStore>,
    /// The audit log.
    pub audit: Arc<dyn AuditStore>,
    /// Answers by `Idempotency-Key`.
    pub idempotency: Arc<dyn IdempotencyStore>,
    /// Webhooks.
    pub webhooks: Arc<dyn WebhookStore>,
    /// Canned replies.
    pub canned: Arc<dyn CannedStore>,
    /// Saved views.
    pub views: Arc<dyn ViewStore>,
    /// A cheap question to the database, for the health endpoint.
    pub health: Arc<dyn Health>,
}

/// Says whether the database answers.
#[async_trait]
pub trait Health: fmt::Debug + Send + Sync + 'static {
    /// Asks it something that costs nothing.
    async fn check(&self) -> Result<()>;
}

/// What [`Engage::builder`] takes: a database that can be opened.
#[async_trait]
pub trait Backend: fmt::Debug + Send + 'static {
    /// Checks and, when `migrations` says so, migrates the database, and gives its stores.
    ///
    /// # Errors
    /// Every problem that was found, each a sentence that says what to do.
    async fn open(self: Box<Self>, context: &Context, migrations: Migrations) -> Result<Stores, Vec<String>>;
}

/// Who applies migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Migrations {
    /// [`Builder::build`] does, safely beside other booting nodes.
    #[default]
    Automatic,
    /// The host does, before; building fails when one is missing.
    Manual,
}

/// Who counts how often somebody does something.
#[derive(Debug, Clone)]
enum RateLimits {
    /// This process.
    Local,
    /// Somebody else, for instance over all nodes.
    By(Arc<dyn RateLimiter>),
    /// Nobody.
    Off,
}

/// Everything that keeps engage from being built, at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError(Vec<String>);

/// Sets up an [`Engage`].
#[must_use]
pub struct Builder {
    backend: Box<dyn Backend>,
    migrations: Migrations,
    site: String,
    public_url: Option<String>,
    rate_limits: RateLimits,
    trusted_proxies: Vec<IpNet>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    cache: Arc<dyn Cache>,
    bus: Arc<dyn Bus>,
    sink: Option<Arc<dyn EventSink>>,
    hooks: Vec<Hook>,
    outbound: Option<Arc<dyn Outbound>>,
    webhooks: WebhookConfig,
    chat_store: Option<Arc<dyn ChatStore>>,
    sessions: SessionConfig,
    chat: ChatConfig,
    bot: Option<HostBot>,
    relay: RelayConfig,
    background: bool,
}

impl Engage {
    /// Starts to set up an engage on a database: `engage::sqlite(pool)`, `engage::postgres(pool)`,
    /// `engage::connect(url)` or [`crate::memory::backend`].
    pub fn builder(backend: impl Backend) -> Builder {
        Builder {
            backend: Box::new(backend),
            migrations: Migrations::default(),
            site: "Support".to_owned(),
            public_url: None,
            rate_limits: RateLimits::Local,
            trusted_proxies: Vec::new(),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(OsEntropy),
            cache: Arc::new(NoCache),
            bus: Arc::new(LocalBus::default()),
            sink: None,
            hooks: Vec::new(),
            outbound: None,
            webhooks: WebhookConfig::default(),
            chat_store: None,
            sessions: SessionConfig::default(),
            chat: ChatConfig::default(),
            bot: None,
            relay: RelayConfig::default(),
            background: true,
        }
    }

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
        self.0.rate_limiter.as_ref()
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

    /// Saved views.
    pub fn views(&self) -> &Views {
        &self.0.views
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
        &self.0.settings
    }

    /// Where events are sent to.
    pub fn webhooks(&self) -> &Webhooks {
        &self.0.webhooks
    }

    /// Time, ids and randomness.
    pub fn context(&self) -> &Context {
        &self.0.context
    }

    /// The stores, for what the services do not cover.
    pub fn stores(&self) -> &Stores {
        &self.0.stores
    }

    /// Hints between nodes.
    pub fn bus(&self) -> &Arc<dyn Bus> {
        &self.0.bus
    }

    /// What runs in the background, for adapters that add to it.
    pub fn tasks(&self) -> &Tasks {
        &self.0.tasks
    }

    /// Every outbox of the stores, each once.
    pub fn outboxes(&self) -> Vec<Arc<dyn Outbox>> {
        self.0.stores.outboxes()
    }

    /// What keeps the promises of the outboxes. It runs by itself, unless [`Builder::without_background_jobs`] says
    /// otherwise; [`Relay::drain`] then keeps those that are due.
    pub fn relay(&self) -> &Relay {
        &self.0.relay
    }

    /// Stops: tells the sockets to go elsewhere, finishes what is under way, and ends every task within `deadline`.
    /// What is not done by then is left to the outbox and the other nodes.
    pub async fn shutdown(&self, deadline: Duration) {
        self.0.tasks.stop(deadline).await;
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

impl Stores {
    /// Every outbox, each once.
    pub fn outboxes(&self) -> Vec<Arc<dyn Outbox>> {
        let mut distinct: Vec<Arc<dyn Outbox>> = Vec::new();
        let outboxes = [
            self.chat.outbox(),
            self.contacts.outbox(),
            self.settings.outbox(),
            self.webhooks.outbox(),
            self.canned.outbox(),
            self.views.outbox(),
        ];
        for outbox in outboxes {
            if !distinct.iter().any(|known| Arc::ptr_eq(known, &outbox)) {
                distinct.push(outbox);
            }
        }
        distinct
    }
}

impl Builder {
    /// The site's name, as visitors see it.
    pub fn site(mut self, name: impl Into<String>) -> Self {
        self.site = name.into();
        self
    }

    /// Where the site is reached from outside, such as `https://acme.example`. Links in mail and the origin check use it,
    /// never the `Host` header; with `https` cookies are `Secure` and `__Host-`.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// Who applies migrations.
    pub fn migrations(mut self, migrations: Migrations) -> Self {
        self.migrations = migrations;
        self
    }

    /// A cache between engage and the database.
    pub fn cache(mut self, cache: impl Cache) -> Self {
        self.cache = Arc::new(cache);
        self
    }

    /// A bus to other nodes.
    pub fn bus(mut self, bus: Arc<dyn Bus>) -> Self {
        self.bus = bus;
        self
    }

    /// Where events go, at least once each.
    pub fn events(mut self, sink: impl EventSink) -> Self {
        self.sink = Some(Arc::new(sink));
        self
    }

    /// Calls `run` with each event that its second argument can be: [`Event`](crate::sink::Event) for all,
    /// [`Happened`](crate::hooks::Happened) for one kind. At least once, after the commit, see [`crate::hooks`].
    pub fn on<E, F, Fut, X>(self, name: impl Into<String>, run: F) -> Self
    where
        E: Incoming,
        F: Fn(Engage, E) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), X>> + Send + 'static,
        X: Into<Box<dyn StdError + Send + Sync>>,
    {
        self.hook(Hook::new(name, run))
    }

    /// One more hook.
    pub fn hook(mut self, hook: Hook) -> Self {
        self.hooks.push(hook);
        self
    }

    /// The host's bot, which answers visitors until a person is needed: see [`Bot`].
    pub fn bot(mut self, bot: impl Bot) -> Self {
        self.bot = Some(HostBot::new(bot));
        self
    }

    /// Who calls addresses that people have typed in. Without one there are no webhooks.
    pub fn outbound(mut self, client: impl Outbound) -> Self {
        self.outbound = Some(Arc::new(client));
        self
    }

    /// Limits and times of webhooks.
    pub fn webhook_config(mut self, config: WebhookConfig) -> Self {
        self.webhooks = config;
        self
    }

    /// A chat store of the host's own in place of the backend's.
    pub fn chat_store(mut self, store: Arc<dyn ChatStore>) -> Self {
        self.chat_store = Some(store);
        self
    }

    /// Counts limits by `limiter`, for instance over all nodes. When it is away each node counts for itself.
    pub fn rate_limiter(mut self, limiter: impl RateLimiter) -> Self {
        self.rate_limits = RateLimits::By(Arc::new(limiter));
        self
    }

    /// Switches rate limits off: when something in front limits already, and for load tests.
    pub fn without_rate_limits(mut self) -> Self {
        self.rate_limits = RateLimits::Off;
        self
    }

    /// Proxies whose `X-Forwarded-For` counts. Of none by default.
    pub fn trusted_proxies(mut self, networks: impl IntoIterator<Item = IpNet>) -> Self {
        self.trusted_proxies = networks.into_iter().collect();
        self
    }

    /// How long sessions live.
    pub fn session_config(mut self, config: SessionConfig) -> Self {
        self.sessions = config;
        self
    }

    /// Limits and times of the chat.
    pub fn chat_config(mut self, config: ChatConfig) -> Self {
        self.chat = config;
        self
    }

    /// How the outbox is drained.
    pub fn relay_config(mut self, config: RelayConfig) -> Self {
        self.relay = config;
        self
    }

    /// Another clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Other randomness, for tests.
    pub fn entropy(mut self, entropy: impl Entropy) -> Self {
        self.entropy = Arc::new(entropy);
        self
    }

    /// Without the relay and the housekeeping: for nodes that only serve. Another node must do them.
    pub fn without_background_jobs(mut self) -> Self {
        self.background = false;
        self
    }

    /// Opens and migrates the database and starts engage. Needs a tokio runtime, which it stays on.
    ///
    /// # Errors
    /// Every problem at once.
    pub async fn build(self) -> Result<Engage, BuildError> {
        let mut problems = self.problems();
        let context = Context {
            ids: Ids::new(Arc::clone(&self.clock), Arc::clone(&self.entropy)),
            clock: self.clock,
            entropy: self.entropy,
        };
        let mut stores = match self.backend.open(&context, self.migrations).await {
            Ok(stores) if problems.is_empty() => stores,
            Ok(_) => return Err(BuildError(problems)),
            Err(more) => {
                problems.extend(more);
                return Err(BuildError(problems));
            }
        };
        if let Some(chat) = self.chat_store {
            stores.chat = chat;
        }
        let unavailable = |error: Error| BuildError(vec![format!("the database does not answer: {error}")]);

        let tasks = Tasks::default();
        let cache = crate::cache::CacheNode::new(self.cache, Arc::clone(&self.bus), &context);
        let settings = Settings::start(&context, &stores, cache.clone(), &tasks).await.map_err(unavailable)?;
        let relay = Relay::new(&context, stores.outboxes(), self.relay);
        let announcer = Announcer::new(&context, self.sink.is_some(), &self.hooks);
        let has_bot = self.bot.is_some();
        let chat = Chat::start(&context, &stores, &self.bus, &settings, &relay, &announcer, self.chat, has_bot, &tasks)
            .await
            .map_err(unavailable)?;
        let contacts = Contacts::new(&context, &stores, &cache, &chat, &relay, &announcer);
        let sessions =
            Sessions::new(&context, &stores, cache.clone(), Arc::clone(&self.bus), contacts.clone(), self.sessions);
        let webhooks = Webhooks::start(
            &context,
            &stores,
            &cache,
            &relay,
            announcer.webhooks(),
            self.outbound,
            self.webhooks,
            &tasks,
        );
        let webhooks = webhooks.await.map_err(unavailable)?;
        let front = Front::new(&context, &settings, &chat, &contacts);
        let canned = Canned::new(&context, &stores, &chat, &self.site);
        let views = Views::new(&context, &stores);
        if let Some(sink) = self.sink {
            relay.handle(TO_SINK, Arc::new(ToSink(sink)));
        }
        let host = Host::default();
        for hook in &self.hooks {
            relay.handle(&hook.topic(), hook.handler(&host));
        }
        // Stopped by the relay it would be asked again, instead of being handed off.
        let bot = self.bot.map(|bot| bot.within(self.relay.lease / 2));
        relay.handle(TO_BOT, crate::chat::keeper(&context, &chat, bot, &host));
        relay.handle("contacts.merged", contacts.merge_handler());
        relay.handle("contacts.changed", contacts.change_handler());
        cache.follow_bus(&tasks);
        if self.background {
            crate::tasks::housekeeping(&tasks, &context, &stores, &chat, &webhooks, self.sessions);
        }
        let engage = Engage(Arc::new(Inner {
            site: self.site,
            public_url: self.public_url.map(|url| url.trim_end_matches('/').to_owned()),
            rate_limiter: match self.rate_limits {
                RateLimits::Local => Some(Arc::new(LocalRateLimiter::new(Arc::clone(&context.clock)))),
                RateLimits::By(limiter) => Some(limiter),
                RateLimits::Off => None,
            },
            trusted_proxies: self.trusted_proxies,
            crowd: Crowd::default(),
            context,
            stores,
            bus: self.bus,
            settings,
            front,
            canned,
            views,
            contacts,
            sessions,
            chat,
            webhooks,
            relay,
            tasks,
        }));
        host.set(&engage);
        if self.background {
            engage.relay().start(engage.tasks(), engage.bus());
        }
        tracing::info!(target: "engage", version = env!("CARGO_PKG_VERSION"), "engage is ready");
        Ok(engage)
    }

    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.site.trim().is_empty() || self.site.chars().count() > 100 {
            problems.push("site: give the site a name of 1 to 100 characters".to_owned());
        }
        if let Some(url) = &self.public_url {
            let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            let host = rest.map_or("", |rest| rest.trim_end_matches('/'));
            if host.is_empty() || host.contains(['/', '?', '#', '@', ' ']) {
                problems.push(format!("public_url: {url:?} is not of the form https://host or http://host:port"));
            }
        }
        problems.extend(self.bot.as_ref().and_then(HostBot::problem));
        for (place, hook) in self.hooks.iter().enumerate() {
            if !hook.has_good_name() {
                problems.push(format!("hook {:?}: a name is 1 to 64 of a-z, 0-9, -, _ and .", hook.name));
            }
            if self.hooks[..place].iter().any(|other| other.name == hook.name) {
                problems.push(format!("hook {:?}: two hooks have this name", hook.name));
            }
        }
        problems
    }
}

impl BuildError {
    /// The problems, each a sentence.
    pub fn problems(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("engage cannot be built:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n- {problem}"))
    }
}

impl std::error::Error for BuildError {}

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

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("backend", &self.backend).field("site", &self.site).finish_non_exhaustive()
    }
}
