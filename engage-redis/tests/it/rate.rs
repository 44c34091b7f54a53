//! Quotas that nodes share.

use std::time::Duration;

use engage_core::rate::{Quota, RateLimiter};
use engage_redis::Redis;

use crate::server::{self, Server};

const HOUR: Quota = Quota { burst: 4, per: Duration::from_secs(3600) };

#[tokio::test]
async fn nodes_share_a_burst_and_are_told_how_long_to_wait() {
    let redis = server::shared().await;
    let nodes = [redis.rate_limiter(), redis.rate_limiter()];
    for n in 0..4 {
        let decision = nodes[n % 2].check("someone", HOUR).await.unwrap();
        assert_eq!((decision.allowed, decision.retry_after), (true, Duration::ZERO), "{n}");
    }
    for node in &nodes {
        let refused = node.check("someone", HOUR).await.unwrap();
        assert!(!refused.allowed);
        let wait = refused.retry_after.as_secs_f64();
        assert!(wait <= 900.0 && wait > 600.0, "a quarter of an hour, less what has passed: {wait}");
        assert!(node.check("someone else", HOUR).await.unwrap().allowed, "keys are apart");
    }
}

#[tokio::test]
async fn after_the_time_that_was_told_the_next_one_passes() {
    let limiter = server::shared().await.rate_limiter();
    let quota = Quota { burst: 2, per: Duration::from_millis(400) };
    let mut refused = None;
    for _ in 0..100 {
        let decision = limiter.check("someone", quota).await.unwrap();
        if !decision.allowed {
            refused = Some(decision);
            break;
        }
    }
    let refused = refused.expect("a hundred at once are too many");
    assert!(refused.retry_after <= Duration::from_millis(200), "{:?}", refused.retry_after);
    tokio::time::sleep(refused.retry_after).await;
    assert!(limiter.check("someone", quota).await.unwrap().allowed);
}

#[tokio::test]
async fn counts_leave_redis_when_they_are_full_again() {
    let server = Server::start().await;
    let limiter = Redis::connect(&server.url()).await.unwrap().rate_limiter();
    limiter.check("someone", Quota { burst: 10, per: Duration::from_secs(10) }).await.unwrap();
    let ttl: i64 = redis::cmd("PTTL").arg("engage:rate:someone").query_async(&mut server.client().await).await.unwrap();
    assert!((1..=1000).contains(&ttl), "{ttl}");
}

#[tokio::test]
async fn odd_quotas_are_no_error() {
    let limiter = server::shared().await.rate_limiter();
    for (n, (burst, per)) in
        [(0, Duration::from_secs(1)), (1, Duration::ZERO), (u32::MAX, Duration::from_nanos(1)), (1, Duration::MAX)]
            .into_iter()
            .enumerate()
    {
        assert!(limiter.check(&format!("odd{n}"), Quota { burst, per }).await.unwrap().allowed, "{burst} in {per:?}");
    }
    assert!(!limiter.check("odd3", Quota { burst: 1, per: Duration::MAX }).await.unwrap().allowed);
}

#[tokio::test]
async fn without_redis_each_node_counts_by_itself() {
    let mut server = Server::start().await;
    let redis = Redis::connect(&server.url()).await.unwrap();
    let nodes = [redis.rate_limiter(), redis.rate_limiter()];
    server.kill();
    for node in &nodes {
        for _ in 0..4 {
            assert!(node.check("someone", HOUR).await.unwrap().allowed);
        }
        assert!(!node.check("someone", HOUR).await.unwrap().allowed);
    }
    server.restart().await;
    server::eventually("Redis counts again", async || {
        let _ = nodes[0].check("other", HOUR).await;
        let keys: i64 = redis::cmd("DBSIZE").query_async(&mut server.client().await).await.unwrap();
        keys > 0
    })
    .await;
}
