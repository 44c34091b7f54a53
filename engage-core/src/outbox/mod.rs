//! Promises that commit with a change and are kept afterwards, at least once.

mod in_turn;
mod memory;
mod model;
mod relay;
mod store;

pub(crate) use in_turn::in_turn;
pub use model::{Claimed, DeadLetter, OutboxMessage};
pub use relay::{Handler, Patience, Relay, RelayConfig, Spread};
pub use store::Outbox;
