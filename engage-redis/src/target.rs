//! Where Redis is, and connections to it.

use std::sync::Arc;
use std::time::Duration;

use engage_core::{Error, Result};
use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig, MultiplexedConnection, SendError};
use redis::cluster::{ClusterClient, ClusterClientBuilder, ClusterConfig};
use redis::cluster_async::ClusterConnection;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionInfo, IntoConnectionInfo, Pipeline, ProtocolVersion, PushInfo,
    RedisFuture, RedisResult, Value,
};

use crate::sentinels::Sentinels;

/// How long opening a connection may take.
pub(crate) const CONNECT: Duration = Duration::from_secs(1);
/// How many commands wait in a connection before callers do.
const PIPELINE: usize = 512;

/// Where Redis is.
#[derive(Clone)]
pub(crate) enum Target {
    /// One server, or a proxy that looks like one.
    Single(Client),
    /// Whichever server the sentinels name.
    Sentinels(Arc<Sentinels>),
    /// Some nodes of a cluster.
    Cluster(Vec<ConnectionInfo>),
}

/// A connection to any kind of target.
#[derive(Clone)]
pub(crate) enum Connection {
    Single(ConnectionManager),
    /// To the server of this address. It does not come back by itself: that server may not be the primary any more.
    Named(MultiplexedConnection, Arc<str>),
    Cluster(ClusterConnection),
}

/// A connection with a subscription; it ends when this is dropped.
pub(crate) enum Subscription {
    Single(#[expect(dead_code, reason = "held for its drop")] MultiplexedConnection),
    Cluster(#[expect(dead_code, reason = "held for its drop")] ClusterConnection),
}

impl Target {
    /// One server. The URL is never repeated: it may hold a password.
    pub(crate) fn single(url: &str) -> Result<Self> {
        Client::open(info(url)?).map(Self::Single).map_err(|_| bad_url())
    }

    /// A service, by the sentinels that watch over it; see [`Sentinels::new`].
    pub(crate) fn sentinels<'a>(service: &str, sentinels: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        Ok(Self::Sentinels(Arc::new(Sentinels::new(service, sentinels)?)))
    }

    /// A cluster, by some of its nodes.
    pub(crate) fn cluster<'a>(urls: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let nodes = urls.into_iter().map(info).collect::<Result<Vec<_>>>()?;
        ClusterClient::builder(nodes.clone()).build().map_err(|_| bad_url())?;
        Ok(Self::Cluster(nodes))
    }

    /// A connection: to what the sentinels name now, or else one that is made on first use.
    ///
    /// # Errors
    /// `Unavailable`, when no sentinel names a primary that answers.
    pub(crate) async fn open(&self) -> Result<Connection> {
        match self {
            Self::Single(client) => {
                // Few and short attempts: each call that fails starts the next ones.
                let config = ConnectionManagerConfig::new()
                    .set_connection_timeout(Some(CONNECT))
                    .set_response_timeout(None)
                    .set_number_of_retries(2)
                    .set_min_delay(Duration::from_millis(50))
                    .set_max_delay(Duration::from_millis(200))
                    .set_pipeline_buffer_size(PIPELINE);
                ConnectionManager::new_lazy_with_config(client.clone(), config)
                    .map(Connection::Single)
                    .map_err(Error::unavailable)
            }
            Self::Sentinels(sentinels) => {
                let (client, address) = sentinels.primary().await?;
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(CONNECT))
                    .set_response_timeout(None)
                    .set_pipeline_buffer_size(PIPELINE);
                let connection = client.get_multiplexed_async_connection_with_config(&config).await;
                Ok(Connection::Named(connection.map_err(Error::unavailable)?, address))
            }
            Self::Cluster(nodes) => {
                let client = cluster(nodes).build().map_err(Error::unavailable)?;
                Ok(Connection::Cluster(client.get_pending_async_connection_with_config(ClusterConfig::new())))
            }
        }
    }

    /// A connection of its own that hands what arrives on `channel` to `push`, which must not block.
    pub(crate) async fn subscribe(
        &self,
        channel: &str,
        push: impl Fn(PushInfo) + Send + Sync + 'static,
    ) -> Result<Subscription> {
        let push = move |info: PushInfo| {
            push(info);
            Ok::<(), SendError>(())
        };
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECT)).set_response_timeout(Some(CONNECT));
        let subscribed = match self {
            Self::Single(client) => subscribe(client, &config.set_push_sender(push), channel).await,
            Self::Sentinels(sentinels) => {
                subscribe(&sentinels.primary().await?.0, &config.set_push_sender(push), channel).await
            }
            Self::Cluster(nodes) => subscribe_sharded(cluster(nodes).push_sender(push), channel).await,
        };
        subscribed.map_err(Error::unavailable)
    }

    /// Publishes `payload` on `channel`. In a cluster only to the shard of the channel: else every message would go to
    /// every node of it.
    pub(crate) fn publish(&self, channel: &str, payload: Vec<u8>) -> Cmd {
        let mut publish = redis::cmd(if matches!(self, Self::Cluster(_)) { "SPUBLISH" } else { "PUBLISH" });
        publish.arg(channel).arg(payload);
        publish
    }
}

async fn subscribe(client: &Client, config: &AsyncConnectionConfig, channel: &str) -> RedisResult<Subscription> {
    let mut connection = client.get_multiplexed_async_connection_with_config(config).await?;
    connection.subscribe(channel).await?;
    Ok(Subscription::Single(connection))
}

async fn subscribe_sharded(client: ClusterClientBuilder, channel: &str) -> RedisResult<Subscription> {
    let mut connection = client.build()?.get_async_connection().await?;
    connection.ssubscribe(channel).await?;
    Ok(Subscription::Cluster(connection))
}

fn cluster(nodes: &[ConnectionInfo]) -> ClusterClientBuilder {
    ClusterClient::builder(nodes.to_vec()).connection_timeout(CONNECT).response_timeout(CONNECT).retries(2)
}

/// RESP3, because subscriptions share the connection with commands.
pub(crate) fn info(url: &str) -> Result<ConnectionInfo> {
    let info = url.into_connection_info().map_err(|_| bad_url())?;
    let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    Ok(info.set_redis_settings(settings))
}

pub(crate) fn bad_url() -> Error {
    Error::invalid(
        "/redis",
        "url",
        "is not a Redis URL that this build can use (`rediss:` needs a TLS feature of the redis crate)",
    )
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Single(connection) => connection.req_packed_command(cmd),
            Self::Named(connection, _) => connection.req_packed_command(cmd),
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
            Self::Named(connection, _) => connection.req_packed_commands(pipeline, offset, count),
            Self::Cluster(connection) => connection.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Single(connection) => connection.get_db(),
            Self::Named(connection, _) => connection.get_db(),
            Self::Cluster(connection) => connection.get_db(),
        }
    }
}
