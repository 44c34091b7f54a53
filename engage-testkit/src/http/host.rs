//! What an adapter gives, and a server that it started.

use std::any::Any;
use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;

use engage_core::Engage;
use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use serde::de::DeserializeOwned;

use super::Setup;

/// Starts servers, and says what they should be able to do.
pub struct Host {
    start: Box<dyn Fn(Setup) -> BoxFuture<'static, Server> + Send + Sync>,
    /// Every endpoint, as the route table has it.
    pub endpoints: Vec<Endpoint>,
    /// The type of every frame of a client.
    pub frames: Vec<String>,
}

/// Something that can be done at a path under a mount.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// The method.
    pub method: String,
    /// The path's template.
    pub path: String,
    /// Whether the site's side has it.
    pub site: bool,
    /// Whether the admin side has it.
    pub admin: bool,
}

/// A running server. It stops when this is dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it serves.
    pub engage: Engage,
    /// What it was started with.
    pub setup: Setup,
    #[expect(dead_code, reason = "held for its drop")]
    running: Box<dyn Any + Send + Sync>,
    /// Behind a lock only so that a `&Server` may cross an await.
    stopping: Mutex<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Host {
    /// A host that starts a server by `start`, which serves the route table's `endpoints` and reads `frames`.
    pub fn new<F: Future<Output = Server> + Send + 'static>(
        start: impl Fn(Setup) -> F + Send + Sync + 'static,
        endpoints: Vec<Endpoint>,
        frames: Vec<String>,
    ) -> Self {
        Self { start: Box::new(move |setup| Box::pin(start(setup))), endpoints, frames }
    }

    /// A server as most rules want it.
    pub async fn serve(&self) -> Server {
        self.start(Setup::default()).await
    }

    /// A server as a rule wants it.
    pub async fn start(&self, setup: Setup) -> Server {
        (self.start)(setup).await
    }
}

impl Server {
    /// A server at `address` that runs as long as `running` is kept. `stopping` asks it to stop as a host does that lets its
    /// clients finish, and ends when it has.
    pub fn new(
        address: SocketAddr,
        engage: Engage,
        setup: Setup,
        running: impl Any + Send + Sync,
        stopping: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self { address, engage, setup, running: Box::new(running), stopping: Mutex::new(Box::pin(stopping)) }
    }

    /// Lets clients finish, and stops.
    pub async fn stop(self) {
        self.stopping.into_inner().await;
    }
}

/// The variants of an enum that serde tags by `type`.
///
/// # Panics
/// When it is none.
pub fn variants<T: DeserializeOwned + fmt::Debug>() -> Vec<String> {
    // serde names what it expects: so a new variant cannot be forgotten here.
    let told = serde_json::from_str::<T>(r#"{"type":"-"}"#).expect_err("there is no such variant").to_string();
    let (_, expected) = told.split_once("expected one of ").expect("a tagged enum");
    let names: BTreeSet<_> = expected.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    assert!(names.len() > 1, "{told}");
    names.into_iter().collect()
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("endpoints", &self.endpoints.len())
            .field("frames", &self.frames)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}
