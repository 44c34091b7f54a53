//! Sends what waits, in batches.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use engage_core::Result;
use engage_core::bus::Hint;
use sqlx::Postgres;
use tokio::sync::mpsc;

use super::{Shared, envelope};
use crate::dialect::Dialect;
use crate::driver::params;
use crate::error::from_sqlx;
use crate::kept::Kept;
use crate::names::Names;

/// How many hints one statement sends.
const BATCH: usize = 512;
/// How long sending may take before it counts as failed.
const DEADLINE: Duration = Duration::from_secs(10);
/// How often it is tried to tell others that they missed something.
const RETRY: Duration = Duration::from_secs(1);

statements! {
    /// What sending asks.
    struct SendStatements {
        notify = "SELECT pg_notify($1, payload.value)::text FROM {@each $2 AS payload}";
    }
}

pub(super) async fn run(shared: Arc<Shared>, mut queue: mpsc::Receiver<Hint>) {
    let keeps_statements = crate::pg::keeps_statements(&shared.pool);
    let names = Names {
        dialect: Dialect::Postgres,
        schema: None,
        prefix: String::new(),
        keeps_statements,
        tells_timeline: true,
    };
    let statements = SendStatements::render(&names);
    let kept = Kept::new(shared.pool.clone());
    let mut hints = Vec::with_capacity(BATCH);
    loop {
        hints.clear();
        let mut probe = false;
        tokio::select! {
            received = queue.recv_many(&mut hints, BATCH) => if received == 0 { return },
            () = shared.probe.notified() => probe = true,
            () = tokio::time::sleep(RETRY), if shared.lost.load(Ordering::Acquire) => {}
        }
        let (mut payloads, too_large) = envelope::pack(&shared.node, &hints);
        let lost = shared.lost.swap(false, Ordering::AcqRel) || too_large;
        if lost {
            payloads.push(envelope::lost(&shared.node));
        }
        if probe {
            payloads.push(envelope::probe(&shared.node));
        }
        if let Err(error) = notify(&shared.channel, &kept, &statements, &payloads).await {
            // Whether some were sent is not known; told again, others only look once more.
            shared.lost.store(true, Ordering::Release);
            tracing::warn!(target: "engage::bus", %error, hints = hints.len(), "hints could not be sent");
            tokio::time::sleep(RETRY).await;
        }
    }
}

async fn notify(channel: &str, kept: &Kept<Postgres>, statements: &SendStatements, payloads: &[String]) -> Result<()> {
    let payloads = serde_json::to_string(payloads)?;
    let sent = tokio::time::timeout(DEADLINE, async {
        crate::pg::fetch(kept, &statements.notify, params![channel, &payloads]).await.map(|_| ())
    });
    sent.await.unwrap_or_else(|_| Err(from_sqlx(sqlx::Error::PoolTimedOut)))
}
