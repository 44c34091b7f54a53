//! Each fault by itself. The letters are those of the table in `docs/reliability.md`.

use std::process::Command;
use std::str::FromStr as _;

use engage_testkit::history::Drive;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};

use crate::node::Setup;
use crate::programs::{Folder, find, until};
use crate::site::{Site, pause, survives};

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident: $site:expr, $fault:expr;)*) => {$(
        $(#[$doc])*
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            survives($site.await, $fault).await;
        }
    )*};
}

faults! {
    /// F-P1.
    a_node_on_sqlite_is_killed: Site::sqlite(), async |site: &mut Site, drive: &Drive| {
        for _ in 0..3 {
            site.nodes[0].kill();
            site.nodes[0].restart();
            drive.hears(20).await;
        }
    };
    /// F-P1.
    nodes_on_postgres_are_killed: Site::postgres(3), async |site: &mut Site, drive: &Drive| {
        for number in 0..3 {
            site.nodes[number].kill();
            drive.hears(20).await;
            site.nodes[number].restart();
        }
    };
    /// F-P1, `after_commit_before_ack`.
    a_node_on_sqlite_dies_between_commit_and_answer: Site::sqlite_with(Folder::new(), doomed("after_commit_before_ack:150")), dies;
    /// F-P1, `after_commit_before_ack`.
    a_node_on_postgres_dies_between_commit_and_answer: Site::postgres_with(2, doomed("after_commit_before_ack:25")), dies;
    /// F-P1, `after_ack_before_publish`.
    a_node_dies_before_the_others_hear_of_a_commit: Site::postgres_with(2, doomed("after_ack_before_publish:25")), dies;
    /// F-P2: the clients go on elsewhere; what the frozen node held is not done twice.
    a_node_is_frozen: Site::postgres(2), async |site: &mut Site, drive: &Drive| {
        site.nodes[0].signal("STOP");
        drive.hears(60).await;
        pause(3_000).await;
        site.nodes[0].signal("CONT");
    };
    /// F-D1.
    postgres_crashes: Site::postgres(2), async |site: &mut Site, drive: &Drive| {
        for _ in 0..2 {
            site.postgres.as_mut().unwrap().crash();
            pause(500).await;
            site.postgres.as_mut().unwrap().restart();
            drive.hears(20).await;
        }
    };
    /// F-D3: the server is there and says nothing.
    postgres_hangs: Site::postgres(1), async |site: &mut Site, drive: &Drive| {
        site.postgres.as_ref().unwrap().hang(true);
        pause(6_000).await;
        site.postgres.as_ref().unwrap().hang(false);
        drive.hears(20).await;
    };
    /// F-D3: the network swallows what is sent.
    the_way_to_postgres_is_a_black_hole: Site::postgres(1), async |site: &mut Site, drive: &Drive| {
        site.to_database.as_ref().unwrap().blackhole();
        pause(6_000).await;
        site.to_database.as_ref().unwrap().cut();
        site.to_database.as_ref().unwrap().heal();
        drive.hears(20).await;
    };
    /// F-D4: it is stored, and nobody hears of it.
    the_answer_to_a_commit_is_lost: Site::postgres(1), async |site: &mut Site, drive: &Drive| {
        for _ in 0..5 {
            let link = site.to_database.as_ref().unwrap();
            link.cut_answer_to(b"COMMIT");
            until("somebody commits", || !link.is_waiting());
            drive.hears(10).await;
        }
    };
    /// F-P1, `after_insert_before_commit`: it is written, and rolled back.
    the_link_breaks_before_a_commit: Site::postgres(1), async |site: &mut Site, drive: &Drive| {
        for _ in 0..5 {
            let link = site.to_database.as_ref().unwrap();
            link.cut_before(b"COMMIT");
            until("somebody commits", || !link.is_waiting());
            drive.hears(10).await;
        }
    };
    /// F-R1.
    redis_dies_and_comes_back_empty: Site::postgres(3), async |site: &mut Site, drive: &Drive| {
        let redis = site.redis.as_mut().unwrap();
        redis.flush();
        drive.hears(20).await;
        redis.kill();
        drive.hears(60).await;
        redis.restart();
    };
    /// F-R2.
    redis_hangs: Site::postgres(3), async |site: &mut Site, drive: &Drive| {
        site.redis.as_ref().unwrap().hang(true);
        drive.hears(60).await;
        site.redis.as_ref().unwrap().hang(false);
    };
    /// F-R3: what was published meanwhile is never delivered.
    the_way_to_redis_breaks_again_and_again: Site::postgres(3), async |site: &mut Site, drive: &Drive| {
        for _ in 0..5 {
            site.to_redis.as_ref().unwrap().refuse();
            drive.hears(10).await;
            site.to_redis.as_ref().unwrap().heal();
            drive.hears(10).await;
        }
    };
    /// F-R4: what the sentinels name is gone, and then they name another.
    redis_fails_over: Site::under_sentinels(), async |site: &mut Site, drive: &Drive| {
        let watched = site.watched.as_mut().unwrap();
        watched.servers[0].kill();
        drive.hears(60).await;
        watched.promoted(1).await;
        drive.hears(60).await;
        watched.servers[0].restart().await;
        drive.hears(60).await;
    };
    /// F-R5: the shard of the bus, then that of the cache.
    primaries_of_a_redis_cluster_are_killed: Site::on_a_cluster(), async |site: &mut Site, drive: &Drive| {
        let cluster = site.cluster.as_mut().unwrap();
        for shard in ["engage:bus", "{engage}:cache:"] {
            let number = cluster.primary_of(shard).await;
            cluster.servers[number].kill();
            drive.hears(60).await;
            cluster.servers[number].restart().await;
            cluster.whole().await;
            drive.hears(20).await;
        }
    };
    /// F-N1.
    links_are_slow_and_break: Site::sqlite(), async |site: &mut Site, drive: &Drive| {
        for _ in 0..5 {
            site.links[0].delay(std::time::Duration::from_millis(100));
            drive.hears(10).await;
            site.links[0].cut();
            site.links[0].heal();
            drive.hears(10).await;
        }
    };
    /// F-N2: what the client sends arrives, what the node answers does not; and the other way round.
    links_are_half_open: Site::sqlite(), async |site: &mut Site, drive: &Drive| {
        site.links[0].half_open();
        pause(6_000).await;
        site.links[0].cut();
        site.links[0].heal();
        drive.hears(20).await;
        site.links[0].half_open_to_server();
        pause(6_000).await;
        site.links[0].cut();
        site.links[0].heal();
    };
    /// F-S1: another process holds the file's lock for longer than anybody waits.
    somebody_else_writes_to_the_file: Site::sqlite(), async |site: &mut Site, drive: &Drive| {
        let file = site.folder.0.join("chat.db");
        for hold in [500, 7_000] {
            let options = SqliteConnectOptions::from_str(&format!("sqlite://{}", file.display())).unwrap();
            let mut other = SqliteConnection::connect_with(&options).await.unwrap();
            sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
            pause(hold).await;
            sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
            drive.hears(20).await;
        }
    };
}

fn doomed(failpoint: &str) -> Setup {
    Setup { failpoint: Some(failpoint.to_owned()), ..Setup::default() }
}

/// The first node finds its end, and comes back without a failpoint.
async fn dies(site: &mut Site, drive: &Drive) {
    site.nodes[0].ended();
    if site.nodes.len() > 1 {
        drive.hears(20).await;
    }
    site.nodes[0].setup.failpoint = None;
    site.nodes[0].restart();
}

/// Lets system calls on the files of `folder` fail, or kill who makes them. The calls are counted for each thread: one alone
/// writes.
fn under_strace(folder: &Folder, calls: &str, inject: &str) -> Vec<String> {
    let strace = find("strace").expect("strace, from the package of that name, injects faults into system calls");
    let file = |name: &str| folder.0.join(name).display().to_string();
    let words = [
        strace.display().to_string(),
        // The node is the process that was started, and strace one beside it.
        "-D -f -qq -o".to_owned(),
        file("strace.log"),
        format!("-P {} -P {}", file("chat.db"), file("chat.db-wal")),
        format!("-e trace={calls} -e inject={calls}:{inject}"),
    ];
    words.iter().flat_map(|words| words.split(' ')).map(str::to_owned).collect()
}

/// What of it happened.
fn injected(folder: &Folder) -> usize {
    std::fs::read_to_string(folder.0.join("strace.log")).unwrap().matches("INJECTED").count()
}

/// F-S2: each so many-eth write fails, and each so many-eth flush, wherever in a transaction or a checkpoint that is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_disk_fails_now_and_then() {
    for (calls, inject) in [("write,pwrite64", "error=EIO:when=150+37"), ("fsync,fdatasync", "error=EIO:when=30+17")] {
        // On a file that has its tables: a node that cannot make them does not start.
        let mut site = Site::sqlite().await;
        site.nodes[0].kill();
        site.nodes[0].setup.under = under_strace(&site.folder, calls, inject);
        site.nodes[0].restart();
        let drive = site.talk().await;
        drive.hears(250).await;
        site.keeps_its_promises(drive).await;
        let times = injected(&site.folder);
        println!("{times} of {calls} failed");
        assert!(times > 2, "only {times} of {calls} failed");
        sound(&site).await;
    }
}

/// F-P1, F-S3: killed at the Nth write and at the Nth flush, for several N: within a transaction, within a checkpoint, between
/// the flush and the answer. Each time the node comes back on what the file then holds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_on_sqlite_is_killed_at_a_write() {
    let mut site = Site::sqlite().await;
    let drive = site.talk().await;
    let kills = [("write,pwrite64", 100), ("write,pwrite64", 133), ("write,pwrite64", 171), ("fsync,fdatasync", 30)];
    for (calls, number) in kills {
        drive.hears(20).await;
        site.nodes[0].kill();
        site.nodes[0].setup.under = under_strace(&site.folder, calls, &format!("signal=KILL:when={number}"));
        site.nodes[0].restart();
        site.nodes[0].ended();
        site.nodes[0].setup.under.clear();
        site.nodes[0].restart();
    }
    drive.hears(60).await;
    site.keeps_its_promises(drive).await;
    sound(&site).await;
}

/// F-S2: no room is left, and then there is again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_disk_is_full_for_a_while() {
    let folder = Folder::new();
    let Some(_disk) = Disk::mount(&folder, "24m") else {
        panic!("a file system of limited size cannot be mounted: run this test as root, or leave it out by name");
    };
    let site = Site::sqlite_with(folder, Setup::default()).await;
    let drive = site.talk().await;
    drive.hears(60).await;
    let filling = site.folder.0.join("filling");
    let _ = Command::new("dd").args(["if=/dev/zero", &format!("of={}", filling.display()), "bs=4k"]).output();
    // Long enough that what was allocated before is used up.
    pause(5_000).await;
    std::fs::remove_file(&filling).unwrap();
    drive.hears(60).await;
    site.keeps_its_promises(drive).await;
    sound(&site).await;
}

/// The file is as SQLite left it.
async fn sound(site: &Site) {
    let options = SqliteConnectOptions::from_str(&site.nodes[0].setup.database).unwrap();
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let said: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
    assert_eq!(said, "ok");
}

/// A file system of limited size on a folder, unmounted when dropped.
pub(crate) struct Disk(std::path::PathBuf);

impl Disk {
    pub(crate) fn mount(folder: &Folder, size: &str) -> Option<Self> {
        let mut command = Command::new("mount");
        let options = format!("size={size},mode=777");
        command.args(["-t", "tmpfs", "-o", &options, "engage-torture"]).arg(&folder.0);
        command.status().is_ok_and(|status| status.success()).then(|| Self(folder.0.clone()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}
