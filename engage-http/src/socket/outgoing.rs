//! The way out: frames gather and leave together, and a reader who does not read is given up.

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use engage_core::Stopping;
use futures_util::future::poll_immediate;
use futures_util::{Sink, SinkExt as _};

use super::connection::Message;

/// How long a write may make no progress.
const PATIENCE: Duration = Duration::from_secs(10);
/// The same once the node is to stop, and for the last words.
const LAST_PATIENCE: Duration = Duration::from_secs(1);

/// Messages to send.
#[derive(Debug)]
pub(super) struct Outgoing {
    waiting: Vec<Message>,
    stopping: Stopping,
}

/// Why nothing more can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// The link is gone.
    Gone,
    /// The reader does not read.
    Slow,
}

impl Outgoing {
    pub(super) fn new(stopping: Stopping) -> Self {
        Self { waiting: Vec::new(), stopping }
    }

    pub(super) fn text(&mut self, frame: Bytes) {
        self.waiting.push(Message::Text(frame));
    }

    pub(super) fn push(&mut self, message: Message) {
        self.waiting.push(message);
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Writes what waits, all of it with one flush.
    pub(super) async fn write<S: Sink<Message>>(&mut self, mut socket: Pin<&mut S>) -> Result<(), Lost> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        for message in self.waiting.drain(..) {
            patiently(socket.feed(message), &mut self.stopping).await?;
        }
        patiently(socket.flush(), &mut self.stopping).await
    }

    /// Writes what waits and then the end, in little time.
    pub(super) async fn write_last<S: Sink<Message>>(
        &mut self,
        mut socket: Pin<&mut S>,
        close: Message,
    ) -> Result<(), Lost> {
        self.waiting.push(close);
        let written = async {
            for message in self.waiting.drain(..) {
                socket.feed(message).await.map_err(|_| Lost::Gone)?;
            }
            socket.flush().await.map_err(|_| Lost::Gone)
        };
        let written = tokio::time::timeout(LAST_PATIENCE, written).await.unwrap_or(Err(Lost::Slow));
        if written == Err(Lost::Gone) {
            // A library that answers the client's close by itself takes no other, but still has to write its own.
            let _ = tokio::time::timeout(LAST_PATIENCE, socket.close()).await;
        }
        written
    }

    /// Throws away what waits: the reader would not read it.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }
}

async fn patiently<E>(
    mut step: impl Future<Output = Result<(), E>> + Unpin,
    stopping: &mut Stopping,
) -> Result<(), Lost> {
    // Nearly always there is room at once, and no timer is needed.
    if let Some(done) = poll_immediate(&mut step).await {
        return done.map_err(|_| Lost::Gone);
    }
    let until_stop = async {
        stopping.wait().await;
        tokio::time::sleep(LAST_PATIENCE).await;
    };
    // Boxed, as all that happens seldom in a connection.
    let waited = Box::pin(async {
        tokio::select! {
            done = step => done.map_err(|_| Lost::Gone),
            () = tokio::time::sleep(PATIENCE) => Err(Lost::Slow),
            () = until_stop => Err(Lost::Slow),
        }
    });
    waited.await
}
