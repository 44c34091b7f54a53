//! The way to Redis: one shared connection, each call bounded in time, none made while Redis is away.

use std::fmt::{self, Debug};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use engage_core::{Error, Result};
use parking_lot::Mutex;
use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig, MultiplexedConnection};
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionInfo, ErrorKind, FromRedisValue, IntoConnectionInfo, Pipeline,
    ProtocolVersion, PushInfo, RedisError, RedisFuture, RedisResult, ScriptInvocation, ServerErrorKind, Value,
};
use tokio::time::Instant;

use crate::breaker::{Breaker, Change, Pass};

/// How long a request may wait for Redis.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long opening a connection may take.
pub(crate) const CONNECT: Duration = Duration::from_secs(1);
/// A connection that does not answer is replaced, but not more often than this.
const REPLACE: Duration = Duration::from_secs(3);

/// A connection that heals itself, with deadlines and a circuit breaker. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Link(Arc<Inner>);

struct Inner {
    target: Target,
    slot: Mutex<Slot>,
    breaker: Breaker,
}

struct Slot {
    connection: Connection,
    since: Instant,
}

/// Where Redis is.
#[derive(Clone)]
pub(crate) enum Target {
    /// One server, or a proxy that looks like one.
    Single(Client),
    /// Some nodes of a cluster.
    Cluster(Vec<ConnectionInfo>),
}

/// A connection to either kind of target.
#[derive(Clone)]
pub(crate) enum Connection {
    Single(ConnectionManager),
    Cluster(ClusterConnection),
}

/// A connection with a subscription; it ends when this is dropped.
pub(crate) enum Subscription {
    Single(#[expect(dead_code, reason = "held for its drop")] MultiplexedConnection),
    Cluster(#[expect(dead_code, reason = "held for its drop")] ClusterConnection),
}

impl Link {
    /// A link that connects when it is first used. Needs a Tokio runtime.
    pub(crate) fn new(target: Target) -> Result<Self> {
        let slot = Mutex::new(Slot { connection: target.open()?, since: Instant::now() });
        Ok(Self(Arc::new(Inner { target, slot, breaker: Breaker::default() })))
    }

    pub(crate) fn target(&self) -> &Target {
        &self.0.target
    }

    /// Sends a command.
    ///
    /// # Errors
    /// `Unavailable`: Redis is away, refuses or does not answer until `deadline`.
    pub(crate) async fn command<T: FromRedisValue>(&self, deadline: Instant, command: &Cmd) -> Result<T> {
        self.run(deadline, |mut connection| async move { command.query_async(&mut connection).await }).await
    }

    /// Runs a script; errors as for [`Link::command`].
    pub(crate) async fn script<T: FromRedisValue>(
        &self,
        deadline: Instant,
        script: &ScriptInvocation<'_>,
    ) -> Result<T> {
        self.run(deadline, |mut connection| async move { script.invoke_async(&mut connection).await }).await
    }

    async fn run<T, F>(&self, deadline: Instant, work: impl FnOnce(Connection) -> F) -> Result<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let pass = self.0.breaker.enter().ok_or_else(|| Error::unavailable("Redis is away"))?;
        let connection = self.0.slot.lock().connection.clone();
        match tokio::time::timeout_at(deadline, work(connection)).await {
            Ok(Ok(value)) => {
                self.answered(pass);
                Ok(value)
            }
            Ok(Err(error)) => Err(self.refused(pass, error)),
            Err(_) => {
                let error = Error::unavailable("Redis did not answer in time");
                if self.failed(pass, &error) != Change::None {
                    self.replace();
                }
                Err(error)
            }
        }
    }

    fn answered(&self, pass: Pass<'_>) {
        if pass.succeeded() == Change::Closed {
            tracing::info!(target: "engage::redis", "Redis is back");
        }
    }

    fn failed(&self, pass: Pass<'_>, error: &Error) -> Change {
        let change = pass.failed();
        if change == Change::Opened {
            tracing::warn!(target: "engage::redis", cause = cause(error), "Redis is away; going on without it");
        }
        change
    }

    fn refused(&self, pass: Pass<'_>, error: RedisError) -> Error {
        let kind = error.kind();
        let error = Error::unavailable(error);
        match kind {
            // An answer all the same: nobody waits.
            ErrorKind::Server(reason) => {
                self.answered(pass);
                // It was the primary once; the name may lead to the new one.
                if reason == ServerErrorKind::ReadOnly {
                    self.replace();
                }
            }
            _ => {
                self.failed(pass, &error);
            }
        }
        error
    }

    /// Takes a new connection: the old one may lead to a machine that is gone, which nothing would tell for minutes.
    fn replace(&self) {
        let mut slot = self.0.slot.lock();
        if slot.since.elapsed() < REPLACE {
            return;
        }
        if let Ok(connection) = self.0.target.open() {
            *slot = Slot { connection: connection.clone(), since: Instant::now() };
            drop(slot);
            // Connecting may take longer than any call waits.
            tokio::spawn(ping(connection));
        }
    }

    /// Connects, without regard to the breaker.
    ///
    /// # Errors
    /// `Unavailable`, when Redis does not answer within [`CONNECT`].
    pub(crate) async fn ping(&self) -> Result<()> {
        let connection = self.0.slot.lock().connection.clone();
        ping(connection).await
    }
}

async fn ping(mut connection: Connection) -> Result<()> {
    match tokio::time::timeout(CONNECT, redis::cmd("PING").query_async::<Value>(&mut connection)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Error::unavailable(error)),
        Err(_) => Err(Error::unavailable("Redis did not answer in time")),
    }
}

/// The cause of an error, for logs. Redis names neither keys nor values in its errors.
pub(crate) fn cause(error: &Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

impl Target {
    /// One server. The URL is never repeated: it may hold a password.
    pub(crate) fn single(url: &str) -> Result<Self> {
        Client::open(info(url)?).map(Self::Single).map_err(|_| bad_url())
    }

    /// A cluster, by some of its nodes.
    pub(crate) fn cluster<'a>(urls: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let nodes = urls.into_iter().map(info).collect::<Result<Vec<_>>>()?;
        ClusterClient::builder(nodes.clone()).build().map_err(|_| bad_url())?;
        Ok(Self::Cluster(nodes))
    }

    /// A connection that is made on first use.
    fn open(&self) -> Result<Connection> {
        match self {
            Self::Single(client) => {
                // Few and short attempts: each call that fails starts the next ones.
                let config = ConnectionManagerConfig::new()
                    .set_connection_timeout(Some(CONNECT))
                    .set_response_timeout(None)
                    .set_number_of_retries(2)
                    .set_min_delay(Duration::from_millis(50))
                    .set_max_delay(Duration::from_millis(200))
                    .set_pipeline_buffer_size(512);
                ConnectionManager::new_lazy_with_config(client.clone(), config).map(Connection::Single)
            }
            Self::Cluster(nodes) => cluster(nodes).build().map(|client| {
                Connection::Cluster(
                    client.get_pending_async_connection_with_config(redis::cluster::ClusterConfig::new()),
                )
            }),
        }
        .map_err(Error::unavailable)
    }

    /// A connection of its own that hands what arrives on `channel` to `push`, which must not block.
    pub(crate) async fn subscribe(
        &self,
        channel: &str,
        push: impl Fn(PushInfo) + Send + Sync + 'static,
    ) -> RedisResult<Subscription> {
        let push = move |info: PushInfo| {
            push(info);
            Ok::<(), redis::aio::SendError>(())
        };
        match self {
            Self::Single(client) => {
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(CONNECT))
                    .set_response_timeout(Some(CONNECT))
                    .set_push_sender(push);
                let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
                connection.subscribe(channel).await?;
                Ok(Subscription::Single(connection))
            }
            Self::Cluster(nodes) => {
                let mut connection = cluster(nodes).push_sender(push).build()?.get_async_connection().await?;
                connection.subscribe(channel).await?;
                Ok(Subscription::Cluster(connection))
            }
        }
    }
}

fn cluster(nodes: &[ConnectionInfo]) -> redis::cluster::ClusterClientBuilder {
    ClusterClient::builder(nodes.to_vec()).connection_timeout(CONNECT).response_timeout(CONNECT).retries(2)
}

/// RESP3, because subscriptions share the connection with commands.
fn info(url: &str) -> Result<ConnectionInfo> {
    let info = url.into_connection_info().map_err(|_| bad_url())?;
    let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    Ok(info.set_redis_settings(settings))
}

fn bad_url() -> Error {
    Error::invalid(
        "/redis",
        "url",
        "is not a Redis URL that this build can use (`rediss:` needs a TLS feature of the redis crate)",
    )
}

impl Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("breaker", &self.0.breaker).finish_non_exhaustive()
    }
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Single(connection) => connection.req_packed_command(cmd),
            Self::Cluster(connection) => connection.req_packed_command(cmd),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Single(connection) => connection.req_packed_commands(pipeline, offset, count),
            Self::Cluster(connection) => connection.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Single(connection) => connection.get_db(),
            Self::Cluster(connection) => connection.get_db(),
        }
    }
}

/// Until when a request that comes now may wait for Redis.
pub(crate) fn deadline() -> Instant {
    Instant::now() + PATIENCE
}

/// A Redis error as engage's.
pub(crate) fn away(error: RedisError) -> Error {
    Error::unavailable(error)
}
