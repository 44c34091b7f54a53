//! The bus between nodes on one Postgres, by `LISTEN` and `NOTIFY`.

mod envelope;
mod listen;
mod send;

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engage_core::bus::{Bus, BusEvent, Hint, Hints};
use engage_core::entropy::{Entropy, OsEntropy};
use engage_core::{Error, Result};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::{Notify, broadcast, mpsc};
use tokio::task::JoinHandle;

use crate::names::Names;
use crate::sql::Statement;

/// How many hints may wait to be sent.
const QUEUE: usize = 4096;

/// Hints by `LISTEN` and `NOTIFY`. Made by [`crate::Sqlx::bus`]; its tasks end when it is dropped.
///
/// - Hints are sent in batches through the pool, and heard on one connection of its own, made from the pool's options or
///   [`crate::Sqlx::listen_url`].
/// - It is live once it has heard itself; until then stores are asked once a second instead.
/// - It never listens through a pool that keeps no statements, which is one behind PgBouncer: what was asked for there is heard
///   by whoever is served by that connection next, and their own statements fail of it.
#[derive(Debug)]
pub struct PostgresBus {
    shared: Arc<Shared>,
    queue: mpsc::Sender<Hint>,
    tasks: Vec<JoinHandle<()>>,
}

/// What the bus and its tasks share.
#[derive(Debug)]
struct Shared {
    /// Tells this node's own hints from others'.
    node: String,
    channel: String,
    pool: PgPool,
    events: broadcast::Sender<BusEvent>,
    /// Whether hints from others are heard.
    live: AtomicBool,
    /// Whether others have missed hints of this node, and have to be told.
    lost: AtomicBool,
    /// Asks for a probe to be sent, by which the listener hears itself.
    probe: Notify,
}

impl PostgresBus {
    pub(crate) fn start(pool: PgPool, listen_url: Option<&str>, names: &Names) -> Result<Self> {
        let options = match listen_url {
            None if !names.keeps_statements => {
                tracing::info!(target: "engage::bus", "the pool is one for PgBouncer: without listen_url(..) nobody is heard");
                None
            }
            None => Some((*pool.connect_options()).clone()),
            Some(url) => Some(PgConnectOptions::from_str(url).map_err(|error| {
                Error::invalid("/listen_url", "malformed", "this is not a URL of Postgres").with_source(error)
            })?),
        };
        let mut node = [0; 8];
        OsEntropy.fill(&mut node);
        let shared = Arc::new(Shared {
            node: hex(&node),
            channel: format!("engage_{}", hex(&Sha256::digest(names.realm())[..16])),
            pool,
            events: broadcast::Sender::new(Hints::CAPACITY),
            live: AtomicBool::new(false),
            lost: AtomicBool::new(false),
            probe: Notify::new(),
        });
        let (queue, waiting) = mpsc::channel(QUEUE);
        let mut tasks = vec![tokio::spawn(send::run(Arc::clone(&shared), waiting))];
        tasks.extend(options.map(|options| tokio::spawn(listen::run(Arc::clone(&shared), options))));
        Ok(Self { shared, queue, tasks })
    }
}

impl Bus for PostgresBus {
    fn publish(&self, hint: Hint) {
        // This node hears it at once, and does not listen to its own echo.
        let _ = self.shared.events.send(BusEvent::Hint(hint.clone()));
        if self.queue.try_send(hint).is_err() {
            self.shared.lost.store(true, Ordering::Release);
        }
    }

    fn subscribe(&self) -> Hints {
        Hints::new(self.shared.events.subscribe())
    }

    fn is_live(&self) -> bool {
        self.shared.live.load(Ordering::Acquire)
    }
}

impl Drop for PostgresBus {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// All that it asks.
pub(crate) fn statements(names: &Names) -> Vec<Statement> {
    send::SendStatements::render(names).all().into_iter().cloned().collect()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
