//! Redis for tests.

use std::future::Future;
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use engage_redis::Redis;

/// The shared Redis, under a prefix that no other test has.
pub(crate) async fn shared() -> Redis {
    Redis::connect(&shared_url()).await.unwrap().with_prefix(&fresh_prefix()).unwrap()
}

pub(crate) fn shared_url() -> String {
    std::env::var("ENGAGE_TEST_REDIS").expect("no Redis to test with (ENGAGE_TEST_REDIS): run `cargo xtask test`")
}

pub(crate) fn fresh_prefix() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("test:{}:{}:{}", std::process::id(), free_port(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A Redis of one test's own, without persistence. Ends with it.
pub(crate) struct Server {
    child: Child,
    port: u16,
    password: Option<&'static str>,
    args: Vec<String>,
    folder: std::path::PathBuf,
}

impl Server {
    /// Starts one and waits until it answers.
    pub(crate) async fn start() -> Self {
        Self::with(None, &[]).await
    }

    /// Starts one with a password and further settings.
    pub(crate) async fn with(password: Option<&'static str>, extra: &[&str]) -> Self {
        let port = free_port();
        let folder = folder(port);
        let (number, path) = (port.to_string(), folder.display().to_string());
        let mut args = vec!["--port", &number, "--bind", "127.0.0.1", "--dir", &path];
        args.extend(["--save", "", "--appendonly", "no"]);
        args.extend(password.iter().flat_map(|password| ["--requirepass", password, "--masterauth", password]));
        args.extend(extra);
        let args: Vec<String> = args.into_iter().map(ToOwned::to_owned).collect();
        let server = Self { child: spawn(&args), port, password, args, folder };
        server.wait().await;
        server
    }

    /// Starts a sentinel, which keeps what it learns in its file of settings.
    pub(crate) async fn sentinel(password: &'static str, settings: &str) -> Self {
        let port = free_port();
        let folder = folder(port);
        let file = folder.join("sentinel.conf");
        let own = format!("port {port}\nbind 127.0.0.1\ndir {}\nrequirepass {password}", folder.display());
        std::fs::write(&file, format!("{own}\n{settings}\n")).unwrap();
        let args = vec![file.display().to_string(), "--sentinel".to_owned()];
        let server = Self { child: spawn(&args), port, password: Some(password), args, folder };
        server.wait().await;
        server
    }

    pub(crate) fn url(&self) -> String {
        let login = self.password.map(|password| format!(":{password}@")).unwrap_or_default();
        format!("redis://{login}127.0.0.1:{}/", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) async fn client(&self) -> redis::aio::MultiplexedConnection {
        redis::Client::open(self.url()).unwrap().get_multiplexed_async_connection().await.unwrap()
    }

    /// Kills it; what it held is gone.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again, empty, on the same port.
    pub(crate) async fn restart(&mut self) {
        self.child = spawn(&self.args);
        self.wait().await;
    }

    /// Stops the process: it keeps its connections and answers nothing.
    pub(crate) fn hang(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        assert!(Command::new("kill").arg(signal).arg(self.child.id().to_string()).status().unwrap().success());
    }

    async fn wait(&self) {
        let client = redis::Client::open(self.url()).unwrap();
        eventually("the private Redis starts", async || match client.get_multiplexed_async_connection().await {
            Ok(mut connection) => redis::cmd("PING").exec_async(&mut connection).await.is_ok(),
            Err(_) => false,
        })
        .await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A stopped process ends at this too.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn folder(port: u16) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("engage-redis-{}-{port}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn spawn(args: &[String]) -> Child {
    for program in ["redis-server", "valkey-server"] {
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Ok(child) = command.spawn() {
            return child;
        }
    }
    panic!("neither redis-server nor valkey-server can be started: run `cargo xtask test`");
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Waits until `holds`, for 20 s at most.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.unwrap_or_else(|_| panic!("not within 20 s: {what}"));
}
