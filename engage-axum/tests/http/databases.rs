//! Where engage keeps what it is told: a file or a schema of each server's own.

use std::any::Any;
use std::path::PathBuf;
use std::sync::Arc;

use engage_core::Engage;
use engage_core::entropy::{Entropy as _, OsEntropy};
use engage_redis::{MemoryCache, Redis, TieredCache};
use engage_testkit::http::Setup;

/// What must live as long as the database.
pub(crate) type Guard = Box<dyn Any + Send + Sync>;

pub(crate) async fn sqlite(setup: Setup) -> (Engage, Guard) {
    let file = TempFile(std::env::temp_dir().join(format!("engage-axum-{}.db", unique())));
    let database = engage_sqlx::connect(&format!("sqlite://{}", file.0.display())).await.unwrap();
    (setup.build(database, |builder| builder).await, Box::new(file))
}

pub(crate) async fn postgres_redis(setup: Setup) -> (Engage, Guard) {
    let (name, url) = (format!("t{}", unique()), engage_testkit::postgres_url());
    let database = engage_sqlx::connect(&url).await.unwrap().schema(&name);
    let redis = Redis::connect(&engage_testkit::redis_url()).await.unwrap().with_prefix(&name).unwrap();
    redis.ping().await.expect("Redis answers");
    let (bus, limiter) = (Arc::new(redis.bus()), redis.rate_limiter());
    let cache = TieredCache::new(MemoryCache::default(), redis.cache());
    (setup.build(database, |builder| builder.bus(bus).cache(cache).rate_limiter(limiter)).await, Box::new(()))
}

/// A name that nobody else uses.
fn unique() -> String {
    let mut bytes = [0; 8];
    OsEntropy.fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct TempFile(PathBuf);

impl Drop for TempFile {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", self.0.display()));
        }
    }
}
