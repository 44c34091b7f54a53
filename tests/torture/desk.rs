//! Who is given whom, on three nodes at once and while they break: never above a limit, never out of turn, never taken from
//! anybody, and nobody waits for whom somebody has room.

use std::time::Duration;

use engage_testkit::history::{DeskDrive, DeskLoad};

use crate::nemesis::haunt;
use crate::node::Setup;
use crate::programs::Folder;
use crate::site::{Site, judge, pause};

pub(crate) const DESK: DeskLoad = DeskLoad {
    visitors: 6,
    agents: 4,
    capacity: 2,
    pause: Duration::from_millis(60),
    patience: Duration::from_secs(60),
    seed: 7,
};

/// A site whose nodes assign.
fn setup() -> Setup {
    Setup { capacity: Some(DESK.capacity), ..Setup::default() }
}

async fn serves(site: &Site, drive: DeskDrive) {
    let history = drive.finish().await;
    let desk = history.desk.as_ref().unwrap();
    println!("{} conversations, looked at {} times", history.owners.len(), desk.looks.len());
    assert!(!site.nodes.is_empty() && desk.looks.len() > 100, "nothing was seen");
    judge(&history);
}

/// Three nodes give out at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_give_each_visitor_to_one_agent_in_turn() {
    let site = Site::postgres_all(3, setup()).await;
    let drive = DeskDrive::start(&site.addresses(), DESK).await;
    drive.serves(150).await;
    serves(&site, drive).await;
}

/// Nodes die, PostgreSQL crashes, Redis loses what was published, commits are answered by nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_is_given_in_turn_while_nodes_and_servers_break() {
    let mut site = Site::postgres_all(3, setup()).await;
    let drive = DeskDrive::start(&site.addresses(), DESK).await;
    drive.serves(20).await;
    site.nodes[0].kill();
    drive.serves(20).await;
    site.nodes[0].restart();
    site.redis.as_ref().unwrap().hang(true);
    drive.serves(20).await;
    site.redis.as_ref().unwrap().hang(false);
    site.postgres.as_mut().unwrap().crash();
    pause(300).await;
    site.postgres.as_mut().unwrap().restart();
    drive.serves(20).await;
    site.to_database.as_ref().unwrap().cut_answer_to(b"COMMIT");
    drive.serves(20).await;
    site.to_database.as_ref().unwrap().heal();
    serves(&site, drive).await;
}

/// One node on SQLite, which is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_is_given_in_turn_by_a_node_that_dies() {
    let mut site = Site::sqlite_with(Folder::new(), setup()).await;
    let drive = DeskDrive::start(&site.addresses(), DESK).await;
    for _ in 0..3 {
        drive.serves(20).await;
        site.nodes[0].kill();
        site.nodes[0].restart();
    }
    serves(&site, drive).await;
}

/// The desk's part of a long run.
pub(crate) async fn torture(nodes: u64, seed: u64, time: Duration) {
    let mut site =
        if nodes == 1 { Site::sqlite_with(Folder::new(), setup()).await } else { Site::postgres_all(3, setup()).await };
    let drive = DeskDrive::start(&site.addresses(), DeskLoad { seed, ..DESK }).await;
    haunt(&mut site, seed, time).await;
    serves(&site, drive).await;
}
