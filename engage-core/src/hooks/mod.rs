//! The host's own code, told of what happened: after the commit, from the outbox, at least once.
//!
//! ```
//! use engage_core::chat::MessageSent;
//! use engage_core::hooks::{Happened, Hook};
//! use engage_core::sink::Event;
//! use engage_core::{Engage, Error, memory};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), engage_core::BuildError> {
//! async fn count(engage: Engage, sent: Happened<MessageSent>) -> Result<(), Error> {
//!     println!("{:?} wrote to {}", sent.data.author, engage.site());
//!     Ok(())
//! }
//!
//! async fn log(_: Engage, event: Event) -> Result<(), Error> {
//!     println!("{} ({})", event.name, event.id);
//!     Ok(())
//! }
//!
//! let engage = Engage::builder(memory::backend())
//!     .on("count", count)
//!     .hook(Hook::new("log", log).only(["contacts.changed", "contacts.merged"]))
//!     .build()
//!     .await?;
//! # drop(engage);
//! # Ok(())
//! # }
//! ```
//!
//! Each hook has a promise of its own in the outbox: one that fails is tried again with backoff, by itself, and its dead
//! letters bear its name. What it is told of may come again and out of order; [`Event::id`](crate::sink::Event::id) says
//! whether it did.
//! A hook that takes longer than nine tenths of [`RelayConfig::lease`](crate::outbox::RelayConfig::lease) is stopped and
//! has failed. Every node registers the same hooks: also those that only serve, as they write the promises.

mod announcer;
mod hook;

pub use hook::{EventData, Happened, Hook, Incoming};

pub(crate) use announcer::{Announcer, Interest, TO_SINK, TO_WEBHOOKS};
pub(crate) use hook::Host;
