//! A site of one node or several, with everything between them on links that can be cut.

use std::net::SocketAddr;
use std::time::Duration;

use engage_testkit::Proxy;
use engage_testkit::history::{Drive, History, Load, check};

use crate::groups::{Cluster, Watched};
use crate::node::{Node, Setup};
use crate::programs::{Folder, Postgres, Redis, local};

/// What most faults are tried under.
pub(crate) const LOAD: Load =
    Load { visitors: 4, agents: 2, pause: Duration::from_millis(30), patience: Duration::from_secs(60), seed: 7 };

/// A running site. What it consists of ends with it.
pub(crate) struct Site {
    pub(crate) nodes: Vec<Node>,
    /// From the clients to each node.
    pub(crate) links: Vec<Proxy>,
    pub(crate) to_database: Option<Proxy>,
    pub(crate) to_redis: Option<Proxy>,
    pub(crate) postgres: Option<Postgres>,
    pub(crate) redis: Option<Redis>,
    pub(crate) watched: Option<Watched>,
    pub(crate) cluster: Option<Cluster>,
    pub(crate) folder: Folder,
}

impl Site {
    /// One node on a SQLite file.
    pub(crate) async fn sqlite() -> Self {
        Self::sqlite_with(Folder::new(), Setup::default()).await
    }

    /// One node on a SQLite file in `folder`.
    pub(crate) async fn sqlite_with(folder: Folder, mut setup: Setup) -> Self {
        setup.database = format!("sqlite://{}", folder.0.join("chat.db").display());
        let mut site = Self::empty(folder);
        site.add(setup).await;
        site
    }

    /// Nodes on a Postgres, with a Redis when there are several.
    pub(crate) async fn postgres(count: usize) -> Self {
        Self::postgres_with(count, Setup::default()).await
    }

    /// The same, whose first node is set up so.
    pub(crate) async fn postgres_with(count: usize, first: Setup) -> Self {
        Self::postgres_each(count, |number| if number == 0 { first.clone() } else { Setup::default() }).await
    }

    /// The same, whose nodes are all set up so.
    pub(crate) async fn postgres_all(count: usize, setup: Setup) -> Self {
        Self::postgres_each(count, |_| setup.clone()).await
    }

    async fn postgres_each(count: usize, setup: impl Fn(usize) -> Setup) -> Self {
        Self::over(Postgres::start(), count, setup).await
    }

    /// Nodes on this Postgres.
    pub(crate) async fn over(postgres: Postgres, count: usize, setup: impl Fn(usize) -> Setup) -> Self {
        let mut site = Self::empty(Folder::new());
        let mut redis_url = None;
        if count > 1 {
            let redis = Redis::start();
            let to_redis = Proxy::start(local(redis.port)).await.unwrap();
            redis_url = Some(format!("redis://{}/", to_redis.address()));
            (site.redis, site.to_redis) = (Some(redis), Some(to_redis));
        }
        site.nodes_on_postgres(postgres, count, setup, redis_url).await;
        site
    }

    /// Two nodes on a Postgres, and a Redis with a replica under sentinels.
    pub(crate) async fn under_sentinels() -> Self {
        let (watched, mut site) = (Watched::start().await, Self::empty(Folder::new()));
        let place = format!("sentinels {} {}", Watched::service(), watched.urls().join(" "));
        site.watched = Some(watched);
        site.nodes_on_postgres(Postgres::start(), 2, |_| Setup::default(), Some(place)).await;
        site
    }

    /// Two nodes on a Postgres and a cluster of Redis.
    pub(crate) async fn on_a_cluster() -> Self {
        let (cluster, mut site) = (Cluster::start().await, Self::empty(Folder::new()));
        let place = format!("cluster {}", cluster.urls().join(" "));
        site.cluster = Some(cluster);
        site.nodes_on_postgres(Postgres::start(), 2, |_| Setup::default(), Some(place)).await;
        site
    }

    async fn nodes_on_postgres(
        &mut self,
        postgres: Postgres,
        count: usize,
        setup: impl Fn(usize) -> Setup,
        redis: Option<String>,
    ) {
        let to_database = Proxy::start(local(postgres.port)).await.unwrap();
        let database = format!("postgres://postgres@{}/postgres", to_database.address());
        (self.postgres, self.to_database) = (Some(postgres), Some(to_database));
        for number in 0..count {
            self.add(Setup { database: database.clone(), redis: redis.clone(), ..setup(number) }).await;
        }
    }

    fn empty(folder: Folder) -> Self {
        let (nodes, links) = (Vec::new(), Vec::new());
        let (to_database, to_redis, postgres, redis) = (None, None, None, None);
        Self { nodes, links, to_database, to_redis, postgres, redis, watched: None, cluster: None, folder }
    }

    async fn add(&mut self, setup: Setup) {
        let node = Node::start(setup);
        self.links.push(Proxy::start(node.address()).await.unwrap());
        self.nodes.push(node);
    }

    /// Where clients connect.
    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        self.links.iter().map(Proxy::address).collect()
    }

    /// Lets people talk.
    pub(crate) async fn talk(&self) -> Drive {
        Drive::start(&self.addresses(), LOAD, None).await
    }

    /// All promises were kept.
    pub(crate) async fn keeps_its_promises(&self, drive: Drive) {
        let acked = drive.acked();
        let history = drive.finish().await;
        println!("{acked} messages were acknowledged, {} events noted", history.events.len());
        judge(&history);
    }
}

/// No promise was broken.
pub(crate) fn judge(history: &History) {
    let broken = check(history);
    assert!(broken.is_empty(), "{}", broken.iter().map(|one| format!("\n{one}")).collect::<String>());
}

/// People talk, something happens, people talk on; and all promises are kept.
pub(crate) async fn survives(mut site: Site, fault: impl AsyncFnOnce(&mut Site, &Drive)) {
    let drive = site.talk().await;
    drive.hears(60).await;
    fault(&mut site, &drive).await;
    drive.hears(60).await;
    site.keeps_its_promises(drive).await;
}

/// Some time passes.
pub(crate) async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
