//! A node as a process of its own: this test binary, started again.

use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use engage::bus::{Bus, Hint, Hints};
use engage::chat::ChatConfig;
use engage::clock::{Clock, SystemClock, Timestamp, from_micros};
use engage::outbox::RelayConfig;
use engage::redis::{MemoryCache, Redis, TieredCache};
use engage::{Actor, Engage, Security, Smtp};
use tokio::net::TcpListener;
use tokio::signal::unix::SignalKind;

use crate::host;
use crate::programs::{Process, free_port, local, until};

/// How a node is started.
#[derive(Debug, Clone, Default)]
pub(crate) struct Setup {
    /// The URL of the database.
    pub(crate) database: String,
    /// Where Redis is, for one of several nodes: a URL, or one word that says of what and the URLs.
    pub(crate) redis: Option<String>,
    /// How many conversations each agent is given at most; `None`: people take what they answer.
    pub(crate) capacity: Option<usize>,
    /// On which port of this machine the mail server is; `None`: nothing is mailed.
    pub(crate) smtp: Option<u16>,
    /// Since when the clock goes so many times faster: `MICROS:TIMES`.
    pub(crate) pace: Option<String>,
    /// Where the process ends by itself: see [`Doomed`].
    pub(crate) failpoint: Option<String>,
    /// What runs in front of it, such as strace with its arguments.
    pub(crate) under: Vec<String>,
}

/// A node, on a port that it keeps over restarts.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) setup: Setup,
    pub(crate) port: u16,
    pub(crate) process: Option<Process>,
}

impl Node {
    pub(crate) fn start(setup: Setup) -> Self {
        let mut node = Self { setup, port: free_port(), process: None };
        node.restart();
        node
    }

    /// Starts it again, and waits until it serves.
    pub(crate) fn restart(&mut self) {
        self.launch();
        let (port, process) = (self.port, self.process.as_mut().unwrap());
        until("the node serves", || {
            assert!(!process.has_ended(), "the node ended at its start");
            std::net::TcpStream::connect(local(port)).is_ok()
        });
    }

    fn launch(&mut self) {
        let mut words: Vec<PathBuf> = self.setup.under.iter().map(PathBuf::from).collect();
        words.push(env::current_exe().unwrap());
        // Nothing stays when the test is killed.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).args(words);
        command.args(["node::node_process", "--exact", "--nocapture"]);
        command.env("TORTURE_NODE", self.port.to_string()).env("TORTURE_DATABASE", &self.setup.database);
        if let Some(redis) = &self.setup.redis {
            command.env("TORTURE_REDIS", redis);
        }
        if let Some(capacity) = self.setup.capacity {
            command.env("TORTURE_CAPACITY", capacity.to_string());
        }
        if let Some(port) = self.setup.smtp {
            command.env("TORTURE_SMTP", port.to_string());
        }
        if let Some(pace) = &self.setup.pace {
            command.env("TORTURE_PACE", pace);
        }
        if let Some(failpoint) = &self.setup.failpoint {
            command.env("TORTURE_FAILPOINT", failpoint);
        }
        let loud = env::var_os("TORTURE_LOUD").is_some();
        let out = || if loud { Stdio::inherit() } else { Stdio::null() };
        self.process = Some(Process::start(command.stdout(out()).stderr(out())));
    }

    /// Waits for an end that it finds by itself.
    pub(crate) fn ended(&mut self) {
        self.process.take().unwrap().ended();
    }

    pub(crate) fn kill(&mut self) {
        self.process.take().unwrap().kill();
    }

    pub(crate) fn signal(&self, signal: &str) {
        self.process.as_ref().unwrap().signal(signal);
    }

    /// As a deployment does: asks it to stop, waits until it has, starts it again.
    pub(crate) fn roll(&mut self) {
        self.signal("TERM");
        self.ended();
        self.restart();
    }

    pub(crate) fn address(&self) -> SocketAddr {
        local(self.port)
    }
}

/// The process. Without its environment it has nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn node_process() {
    let (Ok(port), Ok(database)) = (env::var("TORTURE_NODE"), env::var("TORTURE_DATABASE")) else { return };
    if env::var_os("TORTURE_LOUD").is_some() {
        tracing_subscriber::fmt().with_env_filter("engage=info").init();
    }
    let database = engage::connect(&database).await.unwrap();
    let look = ChatConfig { look: Duration::from_secs(2), ..ChatConfig::default() };
    let clock = Stepping::paced(env::var("TORTURE_PACE").ok().as_deref());
    tokio::spawn(clock.clone().stepped());
    let mut builder = Engage::builder(database).without_rate_limits().chat_config(look).clock(clock);
    if let Ok(port) = env::var("TORTURE_SMTP") {
        let mailer = Smtp::new("127.0.0.1").port(port.parse().unwrap()).security(Security::None);
        // A lease is as long as on a slow day, by a clock that hurries.
        let relay =
            RelayConfig { lease: Duration::from_secs(240), poll: Duration::from_millis(200), ..RelayConfig::default() };
        builder = builder.mailer(mailer.timeout(Duration::from_secs(1))).public_url("https://acme.example");
        builder = builder.relay_config(relay);
    }
    let mut bus: Arc<dyn Bus> = Arc::new(engage::bus::LocalBus::default());
    if let Ok(url) = env::var("TORTURE_REDIS") {
        let redis = redis(&url).await;
        builder = builder.cache(TieredCache::new(MemoryCache::default(), redis.cache()));
        bus = Arc::new(redis.bus());
    }
    if let Ok(failpoint) = env::var("TORTURE_FAILPOINT") {
        bus = Arc::new(Doomed::new(&failpoint, bus));
    }
    let engage = builder.bus(bus).build().await.unwrap();
    let settings = match env::var("TORTURE_CAPACITY") {
        // What nobody takes is theirs all the same, so that who is given whom follows from who came first.
        Ok(capacity) => vec![
            ("chat.capacity", capacity.parse::<i64>().unwrap().into()),
            ("chat.reassign_after_s", serde_json::Value::Null),
        ],
        Err(_) => vec![("chat.auto_assign", false.into())],
    };
    for (key, value) in settings {
        // Others may have done so.
        let _ = engage.settings().set(&Actor::System, key, value, 0).await;
    }
    let listener = TcpListener::bind(local(port.parse().unwrap())).await.unwrap();
    let mut term = tokio::signal::unix::signal(SignalKind::terminate()).unwrap();
    // Nobody is let in any more, and meanwhile those who are inside are sent elsewhere.
    let (leaving, left) = tokio::sync::oneshot::channel();
    let stopping = {
        let engage = engage.clone();
        async move {
            term.recv().await;
            tokio::spawn(async move {
                engage.shutdown(Duration::from_secs(10)).await;
                let _ = leaving.send(());
            });
        }
    };
    host::serve(&engage, listener, stopping).await;
    let _ = left.await;
}

async fn redis(place: &str) -> Redis {
    let words: Vec<_> = place.split(' ').collect();
    let found = match words[..] {
        ["sentinels", service, ref sentinels @ ..] => Redis::connect_sentinels(service, sentinels.to_owned()).await,
        ["cluster", ref nodes @ ..] => Redis::connect_cluster(nodes.to_owned()).await,
        _ => Redis::connect(place).await,
    };
    found.unwrap()
}

/// A clock that a signal moves: `USR1` an hour forward, `USR2` two hours back. It may go faster than others since some time,
/// the same on all nodes and after each start.
#[derive(Debug, Clone, Default)]
struct Stepping {
    seconds: Arc<AtomicI64>,
    since: i64,
    extra: i64,
}

impl Stepping {
    /// `MICROS:TIMES`.
    fn paced(pace: Option<&str>) -> Self {
        let (since, times) = pace.and_then(|pace| pace.split_once(':')).unwrap_or(("0", "1"));
        Self { since: since.parse().unwrap(), extra: times.parse::<i64>().unwrap() - 1, ..Self::default() }
    }

    async fn stepped(self) {
        let on = |kind| tokio::signal::unix::signal(kind).unwrap();
        let (mut forward, mut back) = (on(SignalKind::user_defined1()), on(SignalKind::user_defined2()));
        loop {
            let hours = tokio::select! {
                _ = forward.recv() => 1,
                _ = back.recv() => -2,
            };
            self.seconds.fetch_add(hours * 3_600, Ordering::Relaxed);
        }
    }
}

impl Clock for Stepping {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now().timestamp_micros();
        from_micros(now + (now - self.since) * self.extra + self.seconds.load(Ordering::Relaxed) * 1_000_000)
    }
}

/// A bus that ends the process at a moment that kills by chance seldom meet: news of a commit goes over the bus after the
/// commit and before the callers are answered.
#[derive(Debug)]
struct Doomed {
    inner: Arc<dyn Bus>,
    /// At this commit.
    at: u64,
    commits: AtomicU64,
    then: Then,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Die,
    /// The news gets lost, and the process goes on until the callers have been answered.
    AnswerAndDie,
    /// Whoever tells the news panics, at each so many-eth commit, and the process goes on.
    Panic,
}

impl Doomed {
    /// `after_commit_before_ack:N` or `after_ack_before_publish:N`, at the Nth commit; `panic:N`, at each Nth.
    fn new(failpoint: &str, inner: Arc<dyn Bus>) -> Self {
        let (name, at) = failpoint.split_once(':').unwrap();
        let then = match name {
            "after_commit_before_ack" => Then::Die,
            "after_ack_before_publish" => Then::AnswerAndDie,
            "panic" => Then::Panic,
            name => panic!("no such failpoint: {name}"),
        };
        Self { inner, at: at.parse().unwrap(), commits: AtomicU64::new(0), then }
    }
}

impl Bus for Doomed {
    fn publish(&self, hint: Hint) {
        if !matches!(hint, Hint::Advanced { .. }) {
            return self.inner.publish(hint);
        }
        let number = self.commits.fetch_add(1, Ordering::Relaxed) + 1;
        match self.then {
            Then::Panic if number.is_multiple_of(self.at) => panic!("a failpoint"),
            Then::Panic => self.inner.publish(hint),
            _ if number < self.at => self.inner.publish(hint),
            Then::Die => die(),
            Then::AnswerAndDie if number == self.at => {
                std::thread::spawn(|| {
                    std::thread::sleep(Duration::from_millis(30));
                    die();
                });
            }
            Then::AnswerAndDie => {}
        }
    }

    fn subscribe(&self) -> Hints {
        self.inner.subscribe()
    }

    fn is_live(&self) -> bool {
        self.inner.is_live()
    }
}

/// As `kill -9` does: nothing is tidied up.
fn die() {
    let _ = Command::new("sh").args(["-c", &format!("kill -s KILL {}", std::process::id())]).status();
    std::thread::sleep(Duration::from_secs(10));
}
