//! Two processes over one database: what one drops, the other's memory forgets, because the bus says so.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use engage_core::Tasks;
use engage_core::bus::Bus;
use engage_core::cache::{CacheNode, Cached, CachedConfig};
use engage_redis::{MemoryCache, Redis, TieredCache};

use crate::contract::HOUR;
use crate::node::context;
use crate::server::{eventually, fresh_prefix, shared_url};

const PREFIX: &str = "ENGAGE_TEST_PROCESS_PREFIX";
const DATABASE: &str = "ENGAGE_TEST_PROCESS_DATABASE";

/// One process's view; the database is a file.
struct Process {
    cached: Cached<String>,
    bus: Arc<dyn Bus>,
    database: PathBuf,
    _tasks: Tasks,
}

impl Process {
    async fn start(prefix: &str, database: PathBuf) -> Self {
        let redis = Redis::connect(&shared_url()).await.unwrap().with_prefix(prefix).unwrap();
        let bus: Arc<dyn Bus> = Arc::new(redis.bus());
        // So long that only the bus can make the other process forget.
        let cache = TieredCache::new(MemoryCache::default(), redis.cache()).near_ttl(HOUR);
        let node = CacheNode::new(Arc::new(cache), Arc::clone(&bus), &context());
        let tasks = Tasks::default();
        node.follow_bus(&tasks);
        eventually("the bus is live", async || bus.is_live()).await;
        Self { cached: node.typed(CachedConfig { ttl: HOUR, negative_ttl: HOUR }), bus, database, _tasks: tasks }
    }

    async fn read(&self) -> String {
        let load = async || Ok(Some(std::fs::read_to_string(&self.database).unwrap()));
        self.cached.get("row", |_| Vec::new(), load).await.unwrap().unwrap()
    }

    async fn write(&self, value: &str) {
        std::fs::write(&self.database, value).unwrap();
        self.cached.invalidate("row").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_process_drops_and_the_other_forgets() {
    if let (Ok(prefix), Ok(database)) = (std::env::var(PREFIX), std::env::var(DATABASE)) {
        return serve(&Process::start(&prefix, database.into()).await).await;
    }
    let prefix = fresh_prefix();
    let database = std::env::temp_dir().join(format!("engage-{}", prefix.replace(':', "-")));
    std::fs::write(&database, "1").unwrap();
    let here = Process::start(&prefix, database.clone()).await;
    let mut there = Other::start(&prefix, &database);

    assert_eq!((here.read().await, there.ask("read")), ("1".to_owned(), "1".to_owned()));
    std::fs::write(&database, "unseen").unwrap();
    assert_eq!((here.read().await, there.ask("read")), ("1".to_owned(), "1".to_owned()), "both answer from memory");

    here.write("2").await;
    assert_eq!(here.read().await, "2");
    let there = parking_lot::Mutex::new(there);
    eventually("the other process forgets", async || there.lock().ask("read") == "2").await;

    assert_eq!(there.lock().ask("write 3"), "done");
    assert_eq!(there.lock().ask("read"), "3");
    eventually("this process forgets", async || here.read().await == "3").await;
    assert!(here.bus.is_live());
    std::fs::remove_file(database).unwrap();
}

/// The other process: answers one line for each line.
async fn serve(process: &Process) {
    println!("{}ready", Other::MARK);
    for line in std::io::stdin().lines() {
        let answer = match line.unwrap().split_once(' ') {
            Some((_, value)) => {
                process.write(value).await;
                "done".to_owned()
            }
            None => process.read().await,
        };
        println!("{}{answer}", Other::MARK);
    }
}

/// This test again, in a process of its own.
struct Other {
    child: Child,
    stdin: ChildStdin,
    answers: Receiver<String>,
}

impl Other {
    /// Tells answers from what the test harness prints.
    const MARK: &str = "\nanswer: ";

    fn start(prefix: &str, database: &std::path::Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["processes::one_process_drops_and_the_other_forgets", "--exact", "--nocapture"])
            .env(PREFIX, prefix)
            .env(DATABASE, database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (tell, answers) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(answer) = line.strip_prefix(Self::MARK.trim_start()) {
                    let _ = tell.send(answer.to_owned());
                }
            }
        });
        let other = Self { child, stdin, answers };
        assert_eq!(other.answer(), "ready");
        other
    }

    fn ask(&mut self, question: &str) -> String {
        writeln!(self.stdin, "{question}").unwrap();
        self.answer()
    }

    fn answer(&self) -> String {
        self.answers.recv_timeout(Duration::from_secs(30)).expect("the other process does not answer")
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
