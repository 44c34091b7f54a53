//! Setting an [`Engage`] up.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use ipnet::IpNet;

use super::{Backend, Engage, Migrations};
use crate::bus::{Bus, LocalBus};
use crate::cache::{Cache, NoCache};
use crate::chat::{Bot, ChatConfig, ChatStore, HostBot};
use crate::clock::{Clock, SystemClock};
use crate::entropy::{Entropy, OsEntropy};
use crate::error::Error;
use crate::faq::FaqConfig;
use crate::files::FileSetup;
use crate::forms::Form;
use crate::hooks::{Hook, Incoming};
use crate::identity::AgentDirectory;
use crate::mail::Mailer;
use crate::outbound::Outbound;
use crate::outbox::RelayConfig;
use crate::rate::RateLimiter;
use crate::sessions::SessionConfig;
use crate::sink::EventSink;
use crate::webhooks::WebhookConfig;

/// Sets up an [`Engage`].
#[must_use]
pub struct Builder {
    pub(super) backend: Box<dyn Backend>,
    pub(super) migrations: Migrations,
    pub(super) site: String,
    pub(super) public_url: Option<String>,
    pub(super) rate_limits: RateLimits,
    pub(super) trusted_proxies: Vec<IpNet>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) cache: Arc<dyn Cache>,
    pub(super) bus: Arc<dyn Bus>,
    pub(super) sink: Option<Arc<dyn EventSink>>,
    pub(super) hooks: Vec<Hook>,
    pub(super) outbound: Option<Arc<dyn Outbound>>,
    pub(super) mailer: Option<Arc<dyn Mailer>>,
    pub(super) dev_mailbox: bool,
    pub(super) webhooks: WebhookConfig,
    pub(super) chat_store: Option<Arc<dyn ChatStore>>,
    pub(super) sessions: SessionConfig,
    pub(super) chat: ChatConfig,
    pub(super) bot: Option<HostBot>,
    pub(super) faq: FaqConfig,
    pub(super) files: Option<FileSetup>,
    pub(super) agents: Option<Arc<dyn AgentDirectory>>,
    pub(super) forms: Vec<Form>,
    pub(super) relay: RelayConfig,
    pub(super) background: bool,
}

/// Everything that keeps engage from being built, at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError(pub(super) Vec<String>);

/// Who counts how often somebody does something.
#[derive(Debug, Clone)]
pub(super) enum RateLimits {
    /// This process.
    Local,
    /// Somebody else, for instance over all nodes.
    By(Arc<dyn RateLimiter>),
    /// Nobody.
    Off,
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
            mailer: None,
            dev_mailbox: false,
            webhooks: WebhookConfig::default(),
            chat_store: None,
            sessions: SessionConfig::default(),
            chat: ChatConfig::default(),
            bot: None,
            faq: FaqConfig::default(),
            files: None,
            agents: None,
            forms: Vec::new(),
            relay: RelayConfig::default(),
            background: true,
        }
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

    /// A form of the host's own, which the admin panel shows and cannot change.
    pub fn form(mut self, form: Form) -> Self {
        self.forms.push(form);
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

    /// Who brings mails on their way. Without one nothing leaves: mails are kept in the ledger, where admins read them.
    pub fn mailer(mut self, mailer: impl Mailer) -> Self {
        self.mailer = Some(Arc::new(mailer));
        self
    }

    /// Without a mailer, has the chat write its mails all the same, so that they can be read in the ledger. For development.
    pub fn dev_mailbox(mut self) -> Self {
        self.dev_mailbox = true;
        self
    }

    /// Limits and times of webhooks.
    pub fn webhook_config(mut self, config: WebhookConfig) -> Self {
        self.webhooks = config;
        self
    }

    /// Where files lie that people send along. Without it there are none.
    pub fn files(mut self, setup: impl Into<FileSetup>) -> Self {
        self.files = Some(setup.into());
        self
    }

    /// Who says where agents are written to. Without one they get no mails.
    pub fn agent_directory(mut self, directory: impl AgentDirectory) -> Self {
        self.agents = Some(Arc::new(directory));
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

    /// What the host decides of the help centre.
    pub fn faq_config(mut self, config: FaqConfig) -> Self {
        self.faq = config;
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

    /// Without the relay and the upkeep of every 5 s: for nodes that only serve. Another node must do them.
    pub fn without_background_jobs(mut self) -> Self {
        self.background = false;
        self
    }

    /// What is wrong before anything is opened.
    pub(super) fn problems(&self) -> Vec<String> {
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
        problems.extend(self.faq.problems());
        for (place, form) in self.forms.iter().enumerate() {
            let faults = form.check().err();
            let faults = faults.iter().flat_map(Error::fields);
            problems.extend(faults.map(|fault| format!("form {:?}: {}: {}", form.name, fault.field, fault.detail)));
            if self.forms[..place].iter().any(|other| other.name == form.name) {
                problems.push(format!("form {:?}: two forms have this name", form.name));
            }
        }
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

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("backend", &self.backend).field("site", &self.site).finish_non_exhaustive()
    }
}
