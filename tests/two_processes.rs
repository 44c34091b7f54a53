//! Two processes on one Postgres and one Redis: what one drops from its cache, the other no longer believes.
//!
//! The test runs itself again as the second process, which prints what it sees line by line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]

use std::env;
use std::io::Write as _;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use engage::redis::{MemoryCache, Redis, TieredCache};
use engage::secret::SecretToken;
use engage::{Actor, Engage};
use engage_testkit::{postgres_url, redis_url};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Longer than any of it takes, and far shorter than the caches would keep a setting by themselves (60 s).
const SOON: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_process_drops_the_other_does_not_believe() {
    let name = format!("two_processes_{}", std::process::id());
    let engage = node(&name).await;
    let (visitor, token) = engage.sessions().create().await.unwrap();
    let mut other = Other::start(&name, &token);
    other.says("ready").await;
    other.says("greeting Hello! How can we help?").await;
    other.says("session known").await;

    engage.settings().set(&Actor::System, "chat.greeting", json!("Welcome back"), 0).await.unwrap();
    other.says("greeting Welcome back").await;

    engage.sessions().revoke_all(visitor.contact.id).await.unwrap();
    other.says("session unknown").await;
    other.child.kill().await.unwrap();
}

/// The second process. Without its environment it has nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn second_process() {
    let (Ok(name), Ok(token)) = (env::var("TWO_PROCESSES_NAME"), env::var("TWO_PROCESSES_TOKEN")) else { return };
    let token = SecretToken::parse(&token).unwrap();
    let engage = node(&name).await;
    say("ready");
    let (mut greeting, mut session) = (String::new(), String::new());
    // Until the first process ends this one, or has forgotten to.
    for _ in 0..3_000 {
        let now = format!("greeting {}", engage.settings().get().chat_greeting);
        if std::mem::replace(&mut greeting, now.clone()) != now {
            say(&now);
        }
        let known = engage.sessions().resolve(Some(&token), None).await.unwrap().is_some();
        let now = if known { "session known" } else { "session unknown" };
        if std::mem::replace(&mut session, now.to_owned()) != now {
            say(now);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn node(name: &str) -> Engage {
    let database = engage::connect(&postgres_url()).await.unwrap().schema(name);
    let redis = Redis::connect(&redis_url()).await.unwrap().with_prefix(name).unwrap();
    let cache = TieredCache::new(MemoryCache::default(), redis.cache());
    Engage::builder(database).bus(Arc::new(redis.bus())).cache(cache).build().await.unwrap()
}

struct Other {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Other {
    fn start(name: &str, token: &SecretToken) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["second_process", "--exact", "--nocapture"])
            .env("TWO_PROCESSES_NAME", name)
            .env("TWO_PROCESSES_TOKEN", token.reveal())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Waits until it says so.
    async fn says(&mut self, what: &str) {
        let heard = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                if line.contains(what) {
                    return;
                }
            }
            panic!("the other process ended before it said {what:?}");
        };
        tokio::time::timeout(SOON, heard).await.unwrap_or_else(|_| panic!("the other process did not say {what:?}"));
    }
}

fn say(what: &str) {
    println!("{what}");
    std::io::stdout().flush().unwrap();
}
