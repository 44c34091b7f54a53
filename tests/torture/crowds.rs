//! Many at once.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use engage_testkit::history::Drive;
use engage_testkit::http::{Client, Directory, Socket};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::site::{Site, pause, survives};

const MANY: usize = 1_000;
/// Whose they are.
const AGENTS: usize = 50;
/// What the node holds for each of those who do not read: the frames that wait in its memory (64 at most, of some hundred bytes)
/// and tungstenite's and the task's own buffers. A queue without a bound would hold all that is said below, several MiB each.
const KIB_EACH: u64 = 256;

/// F-P4: three nodes are replaced one after the other while people talk. Nothing is lost, and no request is answered with a
/// fault of the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_is_not_noticed() {
    survives(Site::postgres(3).await, async |site: &mut Site, drive: &Drive| {
        for number in 0..3 {
            site.nodes[number].roll();
            drive.hears(20).await;
            pause(500).await;
        }
        assert!(drive.faults().is_empty(), "{:#?}", drive.faults());
    })
    .await;
}

/// F-C2: a thousand agents come at once, and each hears of each a few times at most.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_agents_come_at_once() {
    let site = Site::sqlite().await;
    let mut sockets = agents(site.nodes[0].address(), MANY, None).await;
    for socket in sockets.iter_mut().step_by(100) {
        let (mut heard, mut frames) = (BTreeSet::new(), 0);
        while heard.len() < MANY {
            let told = socket.until("presence").await;
            assert_eq!(told["status"], "online");
            heard.insert(told["agent"]["id"].as_str().unwrap().to_owned());
            frames += 1;
        }
        assert!(frames < MANY * 3 / 2, "{frames} frames about {MANY} agents");
    }
}

/// F-C2: a node's death cuts a thousand off; all come back, and each is told that it misses nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_who_were_cut_off_resume() {
    let mut site = Site::sqlite().await;
    let (visitor, talk) = visitor(site.nodes[0].address()).await;
    let crowd = crowd(site.nodes[0].address(), &talk, Some(1)).await;
    site.nodes[0].kill();
    for socket in crowd {
        assert_eq!(socket.closed().await.code, 1006, "cut off without a word");
    }
    site.nodes[0].restart();
    visitor.post(&format!("/v1/chat/conversations/{talk}/messages"), said("missed", "What you missed")).await.is(201);
    for mut socket in crowd_again(site.nodes[0].address(), &talk).await {
        assert_eq!(socket.welcome["resumed"][0]["recovered"], true);
        assert_eq!(socket.until("message").await["body"], "What you missed");
    }
}

/// F-C1: a thousand follow a conversation and never read. One who reads gets everything, and what the node holds is bounded.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_who_never_read_delay_nobody() {
    let site = Site::sqlite().await;
    let node = site.nodes[0].address();
    let (visitor, talk) = visitor(node).await;
    let mute = crowd(node, &talk, Some(1)).await;
    let mut reader = visitor.follow(&talk).await;
    let (pid, body) = (site.nodes[0].process.as_ref().unwrap().pid, "All that you do not read. ".repeat(380));
    let before = kib(pid);
    // Over 2 MiB for each of them, more than any system keeps for a socket.
    for number in 0..300 {
        let id = format!("m-{number}");
        visitor.post(&format!("/v1/chat/conversations/{talk}/messages"), said(&id, &body)).await.is(201);
        let found = reader.find(&id, |frame| frame["type"] == "message" && frame["client_message_id"] == *id).await;
        assert_eq!(found["seq"], number + 2, "in order, nothing left out");
    }
    let grown = kib(pid).saturating_sub(before);
    println!("{MANY} who do not read: {before} KiB before, {grown} KiB more after");
    assert!(grown < MANY as u64 * KIB_EACH, "{grown} KiB for {MANY} who do not read");
    drop(mute);
}

pub(crate) fn said(id: &str, body: &str) -> serde_json::Value {
    json!({ "client_message_id": id, "body": body })
}

/// A visitor with a conversation of one message.
pub(crate) async fn visitor(node: SocketAddr) -> (Client, String) {
    let visitor = Client::new(node, "/engage");
    visitor.post("/v1/session", json!({})).await.is(200);
    let opened = visitor.post("/v1/chat/conversations", said("first", "Hello")).await.is(201);
    (visitor, opened["conversation"]["id"].as_str().unwrap().to_owned())
}

/// Sockets of agents that follow the conversation; nobody reads what comes.
async fn crowd(node: SocketAddr, talk: &str, seq: Option<i64>) -> Vec<Socket> {
    agents(node, AGENTS, Some(json!({ "resume": [{ "conversation": talk, "seq": seq }] }))).await
}

/// The same of so many different agents, who follow what `hello` says.
async fn agents(node: SocketAddr, different: usize, hello: Option<Value>) -> Vec<Socket> {
    let mut connecting = JoinSet::new();
    let mut sockets = Vec::new();
    for number in 0..MANY {
        let agent =
            Client::new(node, "/admin/engage").with(Directory::HEADER, &format!("agent:agent-{}", number % different));
        let hello = hello.clone().unwrap_or_else(|| json!({}));
        connecting.spawn(async move { agent.chat_from(hello).await });
        // Not more at once than a listener lets wait.
        while connecting.len() >= 100 {
            sockets.push(connecting.join_next().await.unwrap().unwrap());
        }
    }
    sockets.extend(connecting.join_all().await);
    sockets
}

async fn crowd_again(node: SocketAddr, talk: &str) -> Vec<Socket> {
    tokio::time::timeout(Duration::from_secs(100), crowd(node, talk, Some(1))).await.expect("all come back")
}

/// What a process holds in memory.
fn kib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
