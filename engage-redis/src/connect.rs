//! The handle from which everything on Redis is made.

use std::sync::Arc;

use engage_core::{Error, Result};

use crate::bus::RedisBus;
use crate::cache::RedisCache;
use crate::link::{Link, cause};
use crate::rate::RedisRateLimiter;
use crate::sink::StreamsSink;
use crate::target::Target;

/// A Redis server, a service under sentinels or a cluster, for this node. Cheap to clone; all parts share one connection, a bus has one more.
///
/// Everything lives under one prefix, `engage` unless [`Redis::with_prefix`] says otherwise: engages that share a Redis
/// but not a database need a prefix each.
///
/// ```no_run
/// # async fn example() -> engage_core::Result<()> {
/// use engage_redis::{MemoryCache, Redis, TieredCache};
///
/// let redis = Redis::connect("redis://127.0.0.1:6379/").await?;
/// let cache = TieredCache::new(MemoryCache::default(), redis.cache());
/// let bus = redis.bus();
/// let sink = redis.streams_sink("acme:events");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Redis {
    link: Link,
    prefix: Arc<str>,
}

impl Redis {
    /// A server, such as `redis://user:password@127.0.0.1:6379/0`.
    ///
    /// A Redis that is away is no error, at start as little as later: engage goes on without it, and uses it as soon as
    /// it is there. [`Redis::ping`] tells.
    ///
    /// # Errors
    /// `Invalid`, when the URL cannot be used.
    pub async fn connect(url: &str) -> Result<Self> {
        Self::start(Target::single(url)?).await
    }

    /// A service that sentinels watch over. `service` is the URL of its servers, with the service's name for a host and no
    /// port: user, password, database and TLS are the same for all of them. The sentinels have URLs and credentials of their
    /// own. All of them should be named, so that any may be away.
    ///
    /// After a failover engage goes over to the new primary by itself, as soon as a sentinel names it.
    ///
    /// ```no_run
    /// # async fn example() -> engage_core::Result<()> {
    /// use engage_redis::Redis;
    ///
    /// let sentinels = ["redis://10.0.0.1:26379/", "redis://10.0.0.2:26379/", "redis://10.0.0.3:26379/"];
    /// let redis = Redis::connect_sentinels("redis://:password@mymaster/0", sentinels).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `Invalid`, when a URL cannot be used, the one of the service has a port, or there is no sentinel.
    pub async fn connect_sentinels<'a>(service: &str, sentinels: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        Self::start(Target::sentinels(service, sentinels)?).await
    }

    /// A cluster, by the URLs of some of its nodes. The cache of one prefix lies on one shard, and so does the bus.
    ///
    /// # Errors
    /// `Invalid`, when a URL cannot be used or they disagree about password, TLS or database.
    pub async fn connect_cluster<'a>(urls: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        Self::start(Target::cluster(urls)?).await
    }

    async fn start(target: Target) -> Result<Self> {
        let link = Link::new(target).await;
        if let Err(error) = link.ping().await {
            tracing::warn!(target: "engage::redis", cause = cause(&error), "Redis is not there; going on without it");
        }
        Ok(Self { link, prefix: "engage".into() })
    }

    /// The same Redis under another prefix, of 1 to 64 letters, digits, `-`, `_`, `.` and `:`.
    ///
    /// # Errors
    /// `Invalid`, when the prefix is something else.
    pub fn with_prefix(mut self, prefix: &str) -> Result<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        if prefix.is_empty() || prefix.len() > 64 || !prefix.chars().all(plain) {
            return Err(Error::invalid(
                "/redis/prefix",
                "format",
                "must be 1 to 64 letters, digits, `-`, `_`, `.` or `:`",
            ));
        }
        self.prefix = prefix.into();
        Ok(self)
    }

    /// Whether Redis answers, within a second. For health checks and start-up scripts.
    ///
    /// # Errors
    /// `Unavailable`, when it does not.
    pub async fn ping(&self) -> Result<()> {
        self.link.ping().await
    }

    /// A cache that all nodes share. Needs a Tokio runtime, as [`Redis::bus`] does.
    pub fn cache(&self) -> RedisCache {
        RedisCache::new(self.link.clone(), &self.prefix)
    }

    /// The bus to other nodes. Each is a node of its own: one per engage is enough.
    pub fn bus(&self) -> RedisBus {
        RedisBus::new(self.link.clone(), format!("{}:bus", self.prefix))
    }

    /// A sink that appends events to the stream `key`, taken as it is, without the prefix.
    pub fn streams_sink(&self, key: impl Into<String>) -> StreamsSink {
        StreamsSink::new(self.link.clone(), key.into())
    }

    /// Rate limits that all nodes share.
    pub fn rate_limiter(&self) -> RedisRateLimiter {
        RedisRateLimiter::new(self.link.clone(), &self.prefix)
    }
}
