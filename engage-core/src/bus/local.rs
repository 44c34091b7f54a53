//! The bus of a single process.

use tokio::sync::broadcast;

use super::{Bus, BusEvent, Hint, Hints};

/// Hints within this process. With it, engage runs on one node.
#[derive(Debug)]
pub struct LocalBus(broadcast::Sender<BusEvent>);

impl Default for LocalBus {
    fn default() -> Self {
        Self(broadcast::Sender::new(Hints::CAPACITY))
    }
}

impl Bus for LocalBus {
    fn publish(&self, hint: Hint) {
        // No receiver is no error: nobody listens yet.
        let _ = self.0.send(BusEvent::Hint(hint));
    }

    fn subscribe(&self) -> Hints {
        Hints::new(self.0.subscribe())
    }

    fn is_live(&self) -> bool {
        true
    }
}
