//! What runs out, what is held by others, what panics, and clocks that jump.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use engage_testkit::history::Drive;
use sqlx::{Connection as _, PgConnection};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::crowds::{said, visitor};
use crate::faults::Disk;
use crate::node::{Node, Setup};
use crate::programs::{Folder, Postgres, local};
use crate::site::{Site, pause, survives};

impl Node {
    /// Limits what the running process may have, as `prlimit` says it.
    fn limit(&self, limit: &str) {
        let pid = self.process.as_ref().unwrap().pid.to_string();
        let status = Command::new("prlimit").args(["--pid", &pid, limit]).status();
        assert!(status.is_ok_and(|status| status.success()), "prlimit, from util-linux, sets limits");
    }

    fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.process.as_ref().unwrap().pid)).unwrap().count()
    }
}

/// F-P3: whoever tells of a commit panics, in the writer as in a handler, again and again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_panics_takes_nobody_with_it() {
    let failpoint = Some("panic:7".to_owned());
    let site = Site::sqlite_with(Folder::new(), Setup { failpoint, ..Setup::default() }).await;
    survives(site, async |_: &mut Site, drive: &Drive| drive.hears(150).await).await;
}

/// F-P3: there is no more memory. The process ends, as the system would end it, and is started again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_runs_out_of_memory() {
    survives(Site::sqlite().await, async |site: &mut Site, drive: &Drive| {
        let node = &mut site.nodes[0];
        let statm = fs::read_to_string(format!("/proc/{}/statm", node.process.as_ref().unwrap().pid)).unwrap();
        let pages: u64 = statm.split(' ').next().unwrap().parse().unwrap();
        node.limit(&format!("--as={}", pages * 4096));
        // Requests that do not end, each of which is kept.
        let (beginning, mut crowd) = (format!("GET / HTTP/1.1\r\nx-long: {}", "x".repeat(30_000)), Vec::new());
        while !node.process.as_mut().unwrap().has_ended() {
            assert!(crowd.len() < 4_000, "it lives on, whatever comes");
            if let Ok(mut stream) = TcpStream::connect(node.address()).await {
                let _ = stream.write_all(beginning.as_bytes()).await;
                crowd.push(stream);
            }
        }
        println!("it ended after {} such requests", crowd.len());
        node.restart();
        drive.hears(20).await;
    })
    .await;
}

/// F-P5: connections of others take every descriptor. Who is inside goes on; when there are some again, all can come.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn file_descriptors_run_out() {
    survives(Site::sqlite().await, async |site: &mut Site, drive: &Drive| {
        let limit = site.nodes[0].descriptors() + 20;
        site.nodes[0].limit(&format!("--nofile={limit}"));
        let mut crowd = Vec::new();
        for _ in 0..60 {
            crowd.extend(TcpStream::connect(site.nodes[0].address()).await.ok());
        }
        pause(3_000).await;
        let used = site.nodes[0].descriptors();
        println!("{used} of {limit} descriptors are used");
        assert!(used + 2 >= limit, "only {used} of {limit} are used: nothing ran out");
        drop(crowd);
        drive.hears(20).await;
    })
    .await;
}

/// F-D5: somebody locks what everybody needs, until who asks has been told that it is not to be had. All goes on afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_locked_for_a_while() {
    survives(Site::postgres(1).await, async |site: &mut Site, drive: &Drive| {
        let (visitor, talk) = visitor(site.nodes[0].address()).await;
        let messages = format!("/v1/chat/conversations/{talk}/messages");
        let url = format!("postgres://postgres@{}/postgres", local(site.postgres.as_ref().unwrap().port));
        let mut other = PgConnection::connect(&url).await.unwrap();
        let mut transaction = other.begin().await.unwrap();
        let lock = "LOCK TABLE engage.conversations IN ACCESS EXCLUSIVE MODE";
        sqlx::query(lock).execute(&mut *transaction).await.unwrap();
        let since = Instant::now();
        visitor.post(&messages, said("m", "Is anybody there?")).may_fail().await.is(503);
        visitor.get(&format!("/v1/chat/conversations/{talk}")).may_fail().await.is(503);
        println!("told so twice within {:?}", since.elapsed());
        transaction.rollback().await.unwrap();
        drive.hears(20).await;
        // Who was told that it takes too long may have been heard all the same.
        let again = visitor.post(&messages, said("m", "Is anybody there?")).await;
        assert!([200, 201].contains(&again.status), "{again}");
    })
    .await;
}

/// F-D8: PostgreSQL has no room left, and then it has again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_has_no_room_for_a_while() {
    let folder = Folder::new();
    let disk = Disk::mount(&folder, "220m").expect("run this test as root, or leave it out by name: it mounts a disk");
    let filling = folder.0.join("filling");
    let postgres = Postgres::start_in(folder, &["max_wal_size=16MB", "wal_recycle=off"]);
    survives(Site::over(postgres, 1, |_| Setup::default()).await, async |site: &mut Site, drive: &Drive| {
        let (visitor, talk) = visitor(site.nodes[0].address()).await;
        let (messages, body) = (format!("/v1/chat/conversations/{talk}/messages"), "What fills the disk. ".repeat(400));
        let _ = Command::new("dd").args(["if=/dev/zero", &format!("of={}", filling.display()), "bs=64k"]).output();
        let mut number = 0;
        while visitor.post(&messages, said(&format!("m-{number}"), &body)).may_fail().await.status != 503 {
            number += 1;
        }
        println!("no room is left for message {number}");
        fs::remove_file(&filling).unwrap();
        let postgres = site.postgres.as_mut().unwrap();
        // It gives up where it cannot write its log, and who operates it starts it again.
        if postgres.has_ended() {
            postgres.restart();
        }
        drive.hears(60).await;
    })
    .await;
    drop(disk);
}

/// F-T1: the clocks of the nodes jump, each by itself, forward and back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clocks_jump() {
    survives(Site::postgres(2).await, async |site: &mut Site, drive: &Drive| {
        for (node, signal) in [(0, "USR1"), (1, "USR2"), (0, "USR2"), (1, "USR1"), (1, "USR1")] {
            site.nodes[node].signal(signal);
            tokio::time::sleep(Duration::from_millis(500)).await;
            drive.hears(20).await;
        }
        assert!(drive.faults().is_empty(), "{:#?}", drive.faults());
    })
    .await;
}
