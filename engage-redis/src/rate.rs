//! Rate limits that all nodes share.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use engage_core::clock::SystemClock;
use engage_core::rate::{Decision, LocalRateLimiter, Quota, RateLimiter};
use engage_core::{Result, async_trait};
use redis::Script;

use crate::link::{Link, deadline};

/// The generic cell rate algorithm, by the server's clock so that nodes need not agree on the time.
///
/// KEYS: the theoretical arrival time of the next one. ARGV: interval and time to refill, in microseconds. Answers the time
/// to wait in microseconds; 0 is allowed. Numbers are formatted by hand: Lua would write large ones with an exponent.
static GCRA: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
        local next = arrival + tonumber(ARGV[1])
        local wait = next - now - tonumber(ARGV[2])
        if wait > 0 then
            return string.format('%.0f', wait)
        end
        redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', string.format('%.0f', math.max(1, math.ceil((next - now) / 1000))))
        return '0'
        ",
    )
});

/// Quotas counted in Redis, together by all nodes. While Redis is away, each node counts by itself.
#[derive(Debug)]
pub struct RedisRateLimiter {
    link: Link,
    prefix: String,
    local: LocalRateLimiter,
}

impl RedisRateLimiter {
    /// Longer times to refill count as this long, so that every number stays exact in Lua.
    const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

    pub(crate) fn new(link: Link, prefix: &str) -> Self {
        Self { link, prefix: format!("{prefix}:rate:"), local: LocalRateLimiter::new(Arc::new(SystemClock)) }
    }

    async fn wait(&self, key: &str, quota: Quota) -> Result<Duration> {
        let per = quota.per.min(Self::LONGEST).as_micros();
        let interval = per / u128::from(quota.burst.max(1));
        let mut script = GCRA.prepare_invoke();
        script.key(format!("{}{key}", self.prefix)).arg(interval.to_string()).arg(per.to_string());
        Ok(Duration::from_micros(self.link.script(deadline(), &script).await?))
    }
}

#[async_trait]
impl RateLimiter for RedisRateLimiter {
    async fn check(&self, key: &str, quota: Quota) -> Result<Decision> {
        match self.wait(key, quota).await {
            Ok(retry_after) => Ok(Decision { allowed: retry_after.is_zero(), retry_after }),
            Err(_) => self.local.check(key, quota).await,
        }
    }
}
