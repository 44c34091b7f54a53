//! Caches, bus, rate limits and event sink for engage, in memory and on Redis (7.0 or newer, or Valkey).
//!
//! - feature `memory`: `MemoryCache`, for one process or in front of Redis with [`TieredCache`]
//! - feature `redis`: `Redis`, which gives a `RedisCache`, a `RedisBus`, a `RedisRateLimiter` and a `StreamsSink`
//!
//! All of it is a hint: the database stays the only truth. When Redis is away or hangs, no call waits for it longer than
//! 100 ms (the event sink, for which nobody waits, 5 s), and after three failures in a row calls fail at once until Redis
//! answers again. Log targets are `engage::redis` (the connection), `engage::cache` and `engage::bus`; no log holds a key, a
//! value or a URL.
//!
//! TLS (`rediss:`) comes with a TLS feature of the `redis` crate, which the host switches on in its own manifest, so that it
//! picks the implementation: `redis = { version = "1.8", default-features = false, features = ["tokio-rustls-comp"] }`.

#[cfg(feature = "redis")]
mod breaker;
#[cfg(feature = "redis")]
mod bus;
#[cfg(feature = "redis")]
mod cache;
#[cfg(feature = "redis")]
mod connect;
#[cfg(feature = "redis")]
mod link;
#[cfg(feature = "memory")]
mod memory;
#[cfg(feature = "redis")]
mod rate;
#[cfg(feature = "redis")]
mod sentinels;
#[cfg(feature = "redis")]
mod sink;
#[cfg(feature = "redis")]
mod target;
mod tiered;

#[cfg(feature = "redis")]
pub use bus::RedisBus;
#[cfg(feature = "redis")]
pub use cache::RedisCache;
#[cfg(feature = "redis")]
pub use connect::Redis;
#[cfg(feature = "memory")]
pub use memory::MemoryCache;
#[cfg(feature = "redis")]
pub use rate::RedisRateLimiter;
#[cfg(feature = "redis")]
pub use sink::StreamsSink;
pub use tiered::{Fetched, SharedCache, TieredCache};
