//! Servers that work together: a primary with its replica under sentinels, and a cluster.

use redis::aio::MultiplexedConnection;
use redis::{FromRedisValue, Role};

use crate::server::{Server, eventually};

/// The name of the service that the sentinels watch over.
const SERVICE: &str = "Acme-1";
/// The password of the servers, and that of the sentinels.
const SERVERS: &str = "of-the-servers";
const SENTINELS: &str = "of-the-sentinels";

/// A primary, its replica, and three sentinels who say after a second without an answer that it is gone.
pub(crate) struct Watched {
    pub(crate) servers: [Server; 2],
    pub(crate) sentinels: [Server; 3],
}

impl Watched {
    pub(crate) async fn start() -> Self {
        let primary = Server::with(Some(SERVERS), &["--repl-diskless-sync-delay", "0"]).await;
        let of = ["--replicaof", "127.0.0.1", &primary.port().to_string(), "--repl-diskless-sync-delay", "0"];
        let replica = Server::with(Some(SERVERS), &of).await;
        eventually("the replica follows", async || says(&replica, "INFO replication", "master_link_status:up").await)
            .await;
        let settings = [
            format!("sentinel sentinel-pass {SENTINELS}\nsentinel monitor {SERVICE} 127.0.0.1 {} 2", primary.port()),
            format!("sentinel auth-pass {SERVICE} {SERVERS}\nsentinel down-after-milliseconds {SERVICE} 1000"),
            format!("sentinel failover-timeout {SERVICE} 4000"),
        ]
        .join("\n");
        let sentinel = || Server::sentinel(SENTINELS, &settings);
        let watched =
            Self { servers: [primary, replica], sentinels: [sentinel().await, sentinel().await, sentinel().await] };
        for sentinel in &watched.sentinels {
            eventually("the sentinels know each other and the replica", async || {
                says(sentinel, "INFO sentinel", "status=ok").await
                    && says(sentinel, "INFO sentinel", "slaves=1,sentinels=3").await
            })
            .await;
        }
        watched
    }

    /// The URL of the service.
    pub(crate) fn service() -> String {
        format!("redis://:{SERVERS}@{SERVICE}/")
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        self.sentinels.iter().map(Server::url).collect()
    }

    /// Lets the sentinels watch over another primary, as if there had never been one before.
    pub(crate) async fn watch_instead(&self, number: usize) {
        let port = self.servers[number].port();
        for sentinel in &self.sentinels {
            run(sentinel, &format!("SENTINEL REMOVE {SERVICE}")).await;
            run(sentinel, &format!("SENTINEL MONITOR {SERVICE} 127.0.0.1 {port} 2")).await;
            run(sentinel, &format!("SENTINEL SET {SERVICE} auth-pass {SERVERS}")).await;
        }
    }

    /// Waits until a server is a primary.
    pub(crate) async fn promoted(&self, number: usize) {
        eventually("there is another primary", async || {
            matches!(ask(&self.servers[number], "ROLE").await, Some(Role::Primary { .. }))
        })
        .await;
    }
}

/// Three primaries, and perhaps replicas.
pub(crate) struct Cluster {
    pub(crate) servers: Vec<Server>,
}

impl Cluster {
    /// Waits until all nodes know all and all slots are served.
    pub(crate) async fn start() -> Self {
        let settings = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000"];
        let mut servers = Vec::new();
        for slots in ["0 5460", "5461 10922", "10923 16383"] {
            let server = Server::with(None, &settings).await;
            run(&server, &format!("CLUSTER ADDSLOTSRANGE {slots}")).await;
            servers.push(server);
        }
        let mut cluster = Self { servers };
        cluster.meet().await;
        cluster
    }

    /// Gives the shard of `key` a replica.
    pub(crate) async fn add_replica(&mut self, key: &str) {
        let primary = self.primary_of(key).await;
        let id: String = ask(&self.servers[primary], "CLUSTER MYID").await.unwrap();
        let settings =
            ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--repl-diskless-sync-delay", "0"];
        self.servers.push(Server::with(None, &settings).await);
        self.meet().await;
        let replica = self.servers.last().unwrap();
        eventually("the replica knows its primary", async || {
            says(replica, "CLUSTER NODES", &id).await
                && redis::cmd("CLUSTER").arg("REPLICATE").arg(&id).exec_async(&mut replica.client().await).await.is_ok()
        })
        .await;
        eventually("the replica follows", async || says(replica, "INFO replication", "master_link_status:up").await)
            .await;
    }

    async fn meet(&mut self) {
        for server in &self.servers {
            for other in &self.servers {
                run(server, &format!("CLUSTER MEET 127.0.0.1 {}", other.port())).await;
            }
        }
        self.whole().await;
    }

    /// Waits until all who are alive say that every slot is served.
    pub(crate) async fn whole(&self) {
        let known = format!("cluster_known_nodes:{}", self.servers.len());
        for server in &self.servers {
            eventually("the cluster is complete", async || {
                says(server, "CLUSTER INFO", "cluster_state:ok").await && says(server, "CLUSTER INFO", &known).await
            })
            .await;
        }
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        self.servers.iter().map(Server::url).collect()
    }

    /// Which of the first three serves `key`.
    pub(crate) async fn primary_of(&self, key: &str) -> usize {
        let mut client = self.servers[0].client().await;
        let slot: u64 = redis::cmd("CLUSTER").arg("KEYSLOT").arg(key).query_async(&mut client).await.unwrap();
        usize::try_from(slot / 5461).unwrap().min(2)
    }
}

/// Whether `server` answers a command with a text that holds `what`.
async fn says(server: &Server, command: &str, what: &str) -> bool {
    ask::<String>(server, command).await.is_some_and(|said| said.contains(what))
}

async fn run(server: &Server, command: &str) {
    words(command).exec_async(&mut server.client().await).await.unwrap();
}

/// What `server` answers; `None` when it does not.
pub(crate) async fn ask<T: FromRedisValue>(server: &Server, command: &str) -> Option<T> {
    let client = redis::Client::open(server.url()).unwrap();
    let mut connection: MultiplexedConnection = client.get_multiplexed_async_connection().await.ok()?;
    words(command).query_async(&mut connection).await.ok()
}

fn words(command: &str) -> redis::Cmd {
    let mut words = command.split(' ');
    let mut cmd = redis::cmd(words.next().unwrap());
    cmd.arg(words.collect::<Vec<_>>());
    cmd
}
