//! Sends what waits, in batches, and a beat when nothing does.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use engage_core::Result;
use engage_core::bus::Hint;
use tokio::sync::mpsc;

use super::envelope::{Envelope, coalesce};
use super::{BEAT, Shared};
use crate::link::deadline;

/// How many hints go into one message.
const BATCH: usize = 64;
/// How long to wait after a failure.
const AGAIN: Duration = Duration::from_millis(100);

pub(super) async fn run(shared: Arc<Shared>, mut waiting: mpsc::Receiver<Hint>) {
    let mut seq = 0;
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            taken = waiting.recv_many(&mut batch, BATCH) => if taken == 0 { return },
            () = shared.beat_now.notified() => {}
            () = tokio::time::sleep(BEAT) => {}
        }
        // What does not arrive leaves a hole in the count, by which the others notice.
        seq += if shared.skipped.swap(false, Ordering::AcqRel) { 2 } else { 1 };
        let envelope = Envelope { node: shared.node.clone(), seq, hints: coalesce(batch.drain(..)) };
        if send(&shared, &envelope).await.is_err() {
            tokio::time::sleep(AGAIN).await;
        }
    }
}

async fn send(shared: &Shared, envelope: &Envelope<Hint>) -> Result<()> {
    let publish = shared.link.target().publish(&shared.channel, serde_json::to_vec(envelope)?);
    let _receivers: i64 = shared.link.command(deadline(), &publish).await?;
    Ok(())
}
