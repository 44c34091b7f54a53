//! Listens, on a connection of its own that is made anew whenever it is lost or silent.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use engage_core::bus::BusEvent;
use engage_core::entropy::{Entropy, OsEntropy};
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::time::timeout;

use super::Shared;
use super::envelope::Envelope;

/// After this long without a sound, the listener asks to hear itself; after as long again, the link is dead.
const SILENCE: Duration = Duration::from_secs(10);
/// Waits between tries, doubled up to the second.
const BACKOFF: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(5)];

pub(super) async fn run(shared: Arc<Shared>, options: PgConnectOptions) {
    let mut wait = BACKOFF[0];
    loop {
        let ended = listen(&shared, &options).await;
        if shared.live.swap(false, Ordering::AcqRel) {
            wait = BACKOFF[0];
            // At once, for whoever would otherwise believe that nothing happens.
            let _ = shared.events.send(BusEvent::Lagged);
        }
        let error = ended.err().map(|error| error.to_string()).unwrap_or_default();
        tracing::warn!(target: "engage::bus", error, "not listening; trying again");
        tokio::time::sleep(wait.mul_f64(0.5 + OsEntropy.fraction() / 2.0)).await;
        wait = (wait * 2).min(BACKOFF[1]);
    }
}

/// Until the link is lost.
async fn listen(shared: &Shared, options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    // A pool for each link: what a dead one still holds cannot stand in the way of the next.
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(SILENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(options.clone());
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.ignore_pool_close_event(true);
    listener.eager_reconnect(false);
    listener.listen(&shared.channel).await?;
    shared.probe.notify_one();
    let mut asked = true;
    loop {
        let Ok(heard) = timeout(SILENCE, listener.try_recv()).await else {
            if asked {
                return Err(sqlx::Error::Protocol(
                    "nothing is heard: the link is dead, or goes through PgBouncer".to_owned(),
                ));
            }
            asked = true;
            shared.probe.notify_one();
            continue;
        };
        let Some(notification) = heard? else { return Ok(()) };
        asked = false;
        hear(shared, notification.payload());
        if !shared.live.swap(true, Ordering::AcqRel) {
            tracing::info!(target: "engage::bus", "listening");
            let _ = shared.events.send(BusEvent::Lagged);
        }
    }
}

fn hear(shared: &Shared, payload: &str) {
    let Ok(envelope) = serde_json::from_str::<Envelope>(payload) else {
        let _ = shared.events.send(BusEvent::Lagged);
        return;
    };
    if envelope.node == shared.node {
        return;
    }
    if envelope.lost {
        let _ = shared.events.send(BusEvent::Lagged);
    }
    for hint in envelope.known_hints() {
        let _ = shared.events.send(BusEvent::Hint(hint));
    }
}
