//! Rate limits.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;

use crate::clock::{Clock, delta};
use crate::error::Result;

/// Counts what somebody does against a quota.
#[async_trait]
pub trait RateLimiter: Debug + Send + Sync + 'static {
    /// Takes one from the quota of `key`, if there is one left.
    ///
    /// # Errors
    /// When the limiter is away. The caller then limits by itself.
    async fn check(&self, key: &str, quota: Quota) -> Result<Decision>;
}

/// How much is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// This many at once, at least 1.
    pub burst: u32,
    /// In how long an empty quota is full again.
    pub per: Duration,
}

/// What a limiter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether to go on.
    pub allowed: bool,
    /// When not, after what time to try again.
    pub retry_after: Duration,
}

/// The generic cell rate algorithm in this process's memory, over at most [`LocalRateLimiter::KEYS`] keys.
#[derive(Debug)]
pub struct LocalRateLimiter {
    clock: Arc<dyn Clock>,
    /// By key, the theoretical arrival time of the next one, in microseconds.
    arrivals: Mutex<HashMap<String, i64>>,
}

impl LocalRateLimiter {
    /// How many keys are kept; beyond it, those that are full again are forgotten, and if none is, all are.
    pub const KEYS: usize = 100_000;

    /// A limiter with no history.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, arrivals: Mutex::new(HashMap::new()) }
    }
}

#[async_trait]
impl RateLimiter for LocalRateLimiter {
    async fn check(&self, key: &str, quota: Quota) -> Result<Decision> {
        let now = self.clock.now().timestamp_micros();
        let per = delta(quota.per).num_microseconds().unwrap_or(i64::MAX);
        let interval = per / i64::from(quota.burst.max(1));
        let mut arrivals = self.arrivals.lock();
        if arrivals.len() >= Self::KEYS && !arrivals.contains_key(key) {
            arrivals.retain(|_, arrival| *arrival > now);
            if arrivals.len() >= Self::KEYS {
                arrivals.clear();
            }
        }
        let arrival = arrivals.get(key).copied().unwrap_or(now).max(now);
        let wait = arrival + interval - now - per;
        if wait > 0 {
            return Ok(Decision { allowed: false, retry_after: Duration::from_micros(wait.unsigned_abs()) });
        }
        arrivals.insert(key.to_owned(), arrival + interval);
        Ok(Decision { allowed: true, retry_after: Duration::ZERO })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    #[tokio::test]
    async fn a_burst_passes_and_then_one_per_interval() {
        let clock = ManualClock::default();
        let limiter = LocalRateLimiter::new(Arc::new(clock.clone()));
        let quota = Quota { burst: 3, per: Duration::from_secs(3) };
        for _ in 0..3 {
            assert!(limiter.check("a", quota).await.unwrap().allowed);
        }
        let refused = limiter.check("a", quota).await.unwrap();
        assert_eq!((refused.allowed, refused.retry_after), (false, Duration::from_secs(1)));
        assert!(limiter.check("b", quota).await.unwrap().allowed, "keys are apart");
        clock.advance(Duration::from_secs(1));
        assert!(limiter.check("a", quota).await.unwrap().allowed);
        assert!(!limiter.check("a", quota).await.unwrap().allowed);
    }
}
