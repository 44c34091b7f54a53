//! Redis killed, hung, unreachable: callers go on, and what was dropped stays dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use engage_core::cache::Cache;
use engage_core::{ErrorKind, Result};
use engage_redis::{Redis, RedisCache};
use tokio::net::{TcpListener, TcpStream};

use crate::contract::{get, put};
use crate::server::{Server, eventually};

/// What a call may take: 100 ms, and much for a busy machine.
const PATIENCE: Duration = Duration::from_secs(2);

async fn answers(cache: &RedisCache) {
    eventually("the cache answers again", async || cache.get("any").await.is_ok()).await;
}

/// Opens the breaker.
async fn fail(cache: &RedisCache) {
    for _ in 0..3 {
        assert!(cache.get("any").await.is_err());
    }
}

fn is_away<T: std::fmt::Debug>(result: Result<T>) {
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_hung_redis_holds_nobody_up() {
    let server = Server::start().await;
    let cache = Redis::connect(&server.url()).await.unwrap().cache();
    put(&cache, "key", "1", &[]).await;
    server.hang();
    let began = Instant::now();
    let mut longest = Duration::ZERO;
    for _ in 0..200 {
        let call = Instant::now();
        is_away(cache.get("key").await);
        longest = longest.max(call.elapsed());
    }
    assert!(longest < PATIENCE, "{longest:?}");
    // Without the breaker: 200 times 100 ms.
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    server.resume();
    answers(&cache).await;
    assert_eq!(get(&cache, "key").await.as_deref(), Some("1"));
}

#[tokio::test]
async fn many_calls_at_once_on_a_hung_redis_all_end() {
    let server = Server::start().await;
    let cache = Arc::new(Redis::connect(&server.url()).await.unwrap().cache());
    server.hang();
    let calls: Vec<_> = (0..2000)
        .map(|n| {
            let cache = Arc::clone(&cache);
            tokio::spawn(async move { cache.get(&n.to_string()).await })
        })
        .collect();
    let all = async {
        for call in calls {
            is_away(call.await.unwrap());
        }
    };
    tokio::time::timeout(PATIENCE, all).await.unwrap();
}

#[tokio::test]
async fn a_killed_redis_is_used_again_when_it_is_back() {
    let mut server = Server::start().await;
    let cache = Redis::connect(&server.url()).await.unwrap().cache();
    put(&cache, "key", "1", &[]).await;
    server.kill();
    let began = Instant::now();
    for _ in 0..100 {
        is_away(cache.get("key").await);
        // Not kept, as nobody knows what was dropped meanwhile; whether that is an error does not matter.
        let _ = cache.put("key", "2".into(), PATIENCE, &[]).await;
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    server.restart().await;
    answers(&cache).await;
    assert_eq!(get(&cache, "key").await, None);
    put(&cache, "key", "3", &[]).await;
    assert_eq!(get(&cache, "key").await.as_deref(), Some("3"));
}

#[tokio::test]
async fn a_redis_that_is_not_there_at_the_start_is_used_as_soon_as_it_is() {
    let mut server = Server::start().await;
    server.kill();
    let redis = Redis::connect(&server.url()).await.unwrap();
    assert!(redis.ping().await.is_err());
    let cache = redis.cache();
    is_away(cache.get("key").await);
    server.restart().await;
    answers(&cache).await;
    redis.ping().await.unwrap();
}

#[tokio::test]
async fn a_flush_is_only_a_miss() {
    let server = Server::start().await;
    let cache = Redis::connect(&server.url()).await.unwrap().cache();
    put(&cache, "key", "1", &["tag"]).await;
    redis::cmd("FLUSHALL").exec_async(&mut server.client().await).await.unwrap();
    redis::cmd("SCRIPT").arg("FLUSH").exec_async(&mut server.client().await).await.unwrap();
    assert_eq!(get(&cache, "key").await, None);
    put(&cache, "key", "2", &["tag"]).await;
    assert_eq!(get(&cache, "key").await.as_deref(), Some("2"));
}

/// Full memory: it answers, with an error. That is no reason to go without it.
#[tokio::test]
async fn a_redis_that_refuses_writes_is_still_read() {
    let server = Server::start().await;
    let cache = Redis::connect(&server.url()).await.unwrap().cache();
    put(&cache, "key", "1", &[]).await;
    let mut set = redis::cmd("CONFIG");
    set.arg("SET").arg("maxmemory").arg(1).exec_async(&mut server.client().await).await.unwrap();
    for n in 0..10 {
        is_away(cache.put(&format!("key{n}"), "2".into(), PATIENCE, &[]).await);
        assert_eq!(get(&cache, "key").await.as_deref(), Some("1"));
    }
    cache.remove("key").await.unwrap();
    assert_eq!(get(&cache, "key").await, None);
}

#[tokio::test]
async fn a_drop_that_redis_missed_is_made_up_for() {
    let server = Server::start().await;
    let redis = Redis::connect(&server.url()).await.unwrap();
    let (cache, other) = (redis.cache(), Redis::connect(&server.url()).await.unwrap().cache());
    for dropped in ["key", "tag"] {
        put(&cache, "key", "old", &["tag"]).await;
        server.hang();
        fail(&cache).await;
        // The breaker is open: this is never sent.
        is_away(if dropped == "key" { cache.remove("key").await } else { cache.remove_tag("tag").await });
        server.resume();
        eventually("the cache answers again", async || match cache.get("key").await {
            Ok(value) => {
                assert_eq!(value, None, "dropped, and back");
                true
            }
            Err(_) => false,
        })
        .await;
        answers(&other).await;
        assert_eq!(get(&other, "key").await, None, "other nodes see it too");
        put(&other, "key", "new", &["tag"]).await;
        assert_eq!(get(&cache, "key").await.as_deref(), Some("new"));
        other.remove("key").await.unwrap();
    }
}

#[tokio::test]
async fn a_drop_whose_caller_went_away_is_made_up_for() {
    let server = Server::start().await;
    let cache = Redis::connect(&server.url()).await.unwrap().cache();
    put(&cache, "key", "old", &[]).await;
    server.hang();
    fail(&cache).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    tokio::select! {
        biased;
        result = cache.remove("key") => panic!("a hung Redis answered: {result:?}"),
        () = tokio::task::yield_now() => {}
    }
    is_away(cache.get("key").await);
    server.resume();
    answers(&cache).await;
    assert_eq!(get(&cache, "key").await, None);
}

/// The machine is gone without a word: the connection stays open and silent, a new one would work.
#[tokio::test]
async fn a_silent_connection_is_replaced() {
    let server = Server::start().await;
    let proxy = Proxy::start(server.port()).await;
    let redis = Redis::connect(&proxy.url()).await.unwrap();
    let (cache, bus) = (redis.cache(), redis.bus());
    put(&cache, "key", "1", &[]).await;
    eventually("the bus is live", async || engage_core::bus::Bus::is_live(&bus)).await;
    proxy.silence();
    eventually("the bus notices", async || !engage_core::bus::Bus::is_live(&bus)).await;
    answers(&cache).await;
    assert_eq!(get(&cache, "key").await.as_deref(), Some("1"));
    eventually("the bus is live", async || engage_core::bus::Bus::is_live(&bus)).await;
}

/// Forwards to a port. Silenced, it forwards nothing more of the connections it has, and serves new ones.
struct Proxy {
    port: u16,
    current: Arc<parking_lot::Mutex<Arc<AtomicBool>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    async fn start(to: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let current: Arc<parking_lot::Mutex<Arc<AtomicBool>>> = Arc::default();
        let silent = Arc::clone(&current);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let silent = Arc::clone(&silent.lock());
                let (reader, writer) = client.into_split();
                let (from, into) = TcpStream::connect(("127.0.0.1", to)).await.unwrap().into_split();
                tokio::spawn(forward(reader, into, Arc::clone(&silent)));
                tokio::spawn(forward(from, writer, silent));
            }
        });
        Self { port, current, task }
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    fn silence(&self) {
        std::mem::take(&mut *self.current.lock()).store(true, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn forward(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    silent: Arc<AtomicBool>,
) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if !silent.load(Ordering::SeqCst) && to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
