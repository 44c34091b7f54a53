//! Everything at once, for a while: `cargo xtask torture --minutes N` for longer.

use std::env;
use std::time::Duration;

use engage_testkit::history::{Drive, Load};

use crate::nemesis::haunt;
use crate::site::{LOAD, Site};
use crate::{desk, letters};

/// How long one run takes among the other tests.
const SHORT: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_node_on_sqlite_under_everything() {
    torture(Site::sqlite().await, seed(), SHORT).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_on_postgres_and_redis_under_everything() {
    torture(Site::postgres(3).await, seed(), SHORT).await;
}

/// As `cargo xtask torture` says.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs as long as it is told to"]
async fn as_long_as_told() {
    let number = |name: &str| env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let minutes = number("TORTURE_MINUTES").expect("run `cargo xtask torture --minutes N`");
    let (nodes, seed, time) = (number("TORTURE_NODES").unwrap_or(3), seed(), Duration::from_secs(minutes * 60));
    let site = if nodes == 1 { Site::sqlite().await } else { Site::postgres(3).await };
    torture(site, seed, time / 2).await;
    desk::torture(nodes, seed, time / 4).await;
    letters::torture(nodes, seed, time / 4).await;
}

async fn torture(mut site: Site, seed: u64, time: Duration) {
    println!("the seed is {seed}: TORTURE_SEED={seed} breaks the same things in the same order");
    let load = Load { seed, ..LOAD };
    let drive = Drive::start(&site.addresses(), load, None).await;
    haunt(&mut site, seed, time).await;
    let faults = drive.faults();
    println!("{} requests were answered with a fault; the last: {:?}", faults.len(), faults.last());
    site.keeps_its_promises(drive).await;
}

/// Another one in each run, unless it is given.
fn seed() -> u64 {
    let given = env::var("TORTURE_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().map_or(1, |now| now.as_secs()))
}
