//! Promises that commit with a change and are kept afterwards, at least once.

mod memory;
mod model;
mod relay;
mod store;

pub use model::{Claimed, DeadLetter, OutboxMessage};
pub use relay::{Handler, Patience, Relay, RelayConfig, Spread};
pub use store::Outbox;
