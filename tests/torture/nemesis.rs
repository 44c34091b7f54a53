//! What goes wrong, by chance, one after the other. The order follows from a seed.

use std::time::{Duration, Instant};

use engage::entropy::{Entropy as _, SeededEntropy};
use engage_testkit::Proxy;

use crate::site::{Site, pause};

/// Something that goes wrong for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Kill,
    KillAll,
    Freeze,
    Roll,
    CutLinks,
    HalfOpenLinks,
    DeafLinks,
    SwallowingLinks,
    SlowLinks,
    ClockForward,
    ClockBack,
    DatabaseCrash,
    DatabaseHang,
    DatabaseCut,
    DatabaseBlackHole,
    LostCommit,
    BrokenCommit,
    RedisKill,
    RedisHang,
    RedisFlush,
    RedisCut,
}

const EVERYWHERE: [Fault; 11] = [
    Fault::Kill,
    Fault::KillAll,
    Fault::Freeze,
    Fault::Roll,
    Fault::CutLinks,
    Fault::HalfOpenLinks,
    Fault::DeafLinks,
    Fault::SwallowingLinks,
    Fault::SlowLinks,
    Fault::ClockForward,
    Fault::ClockBack,
];

const WITH_SERVERS: [Fault; 10] = [
    Fault::DatabaseCrash,
    Fault::DatabaseHang,
    Fault::DatabaseCut,
    Fault::DatabaseBlackHole,
    Fault::LostCommit,
    Fault::BrokenCommit,
    Fault::RedisKill,
    Fault::RedisHang,
    Fault::RedisFlush,
    Fault::RedisCut,
];

/// Breaks one thing after the other for so long, and mends each.
pub(crate) async fn haunt(site: &mut Site, seed: u64, time: Duration) {
    let dice = SeededEntropy::new(seed);
    let roll = |sides: usize| (dice.fraction() * sides as f64) as usize;
    let mut faults = EVERYWHERE.to_vec();
    if site.postgres.is_some() {
        faults.extend(WITH_SERVERS);
    }
    faults.retain(|fault| site.redis.is_some() || !format!("{fault:?}").starts_with("Redis"));
    let began = Instant::now();
    while began.elapsed() < time {
        let (fault, node) = (faults[roll(faults.len())], roll(site.nodes.len()));
        let (calm, storm) = (500 + roll(2_000) as u64, 200 + roll(4_000) as u64);
        pause(calm).await;
        println!("{:6.1} s: {fault:?} of {node} for {storm} ms", began.elapsed().as_secs_f64());
        strike(site, fault, node, storm).await;
    }
}

async fn strike(site: &mut Site, fault: Fault, node: usize, storm: u64) {
    let link = |site: &Site, fault: fn(&Proxy)| site.links.iter().for_each(fault);
    match fault {
        Fault::Kill => {
            site.nodes[node].kill();
            pause(storm).await;
            site.nodes[node].restart();
        }
        Fault::KillAll => {
            site.nodes.iter_mut().for_each(crate::node::Node::kill);
            pause(storm).await;
            site.nodes.iter_mut().for_each(crate::node::Node::restart);
        }
        Fault::Freeze => {
            site.nodes[node].signal("STOP");
            pause(storm).await;
            site.nodes[node].signal("CONT");
        }
        Fault::Roll => site.nodes[node].roll(),
        Fault::CutLinks => site.links[node].cut(),
        Fault::HalfOpenLinks => link(site, Proxy::half_open),
        Fault::DeafLinks => link(site, Proxy::half_open_to_server),
        Fault::SwallowingLinks => site.links[node].blackhole(),
        Fault::SlowLinks => site.links[node].delay(Duration::from_millis(storm / 10)),
        // It is right again when the node is started again.
        Fault::ClockForward => site.nodes[node].signal("USR1"),
        Fault::ClockBack => site.nodes[node].signal("USR2"),
        Fault::DatabaseCrash => {
            let postgres = site.postgres.as_mut().unwrap();
            postgres.crash();
            pause(storm).await;
            postgres.restart();
        }
        Fault::DatabaseHang => {
            let postgres = site.postgres.as_ref().unwrap();
            postgres.hang(true);
            pause(storm).await;
            postgres.hang(false);
        }
        Fault::DatabaseCut => site.to_database.as_ref().unwrap().cut(),
        Fault::DatabaseBlackHole => site.to_database.as_ref().unwrap().blackhole(),
        Fault::LostCommit => site.to_database.as_ref().unwrap().cut_answer_to(b"COMMIT"),
        Fault::BrokenCommit => site.to_database.as_ref().unwrap().cut_before(b"COMMIT"),
        Fault::RedisKill => {
            let redis = site.redis.as_mut().unwrap();
            redis.kill();
            pause(storm).await;
            redis.restart();
        }
        Fault::RedisHang => {
            let redis = site.redis.as_ref().unwrap();
            redis.hang(true);
            pause(storm).await;
            redis.hang(false);
        }
        Fault::RedisFlush => site.redis.as_ref().unwrap().flush(),
        Fault::RedisCut => site.to_redis.as_ref().unwrap().cut(),
    }
    // What became of a link goes on for a while; all else has been mended above.
    pause(storm).await;
    site.links.iter().chain(&site.to_database).chain(&site.to_redis).for_each(Proxy::heal);
}
