//! The guarded HTTP client of engage, by which it calls addresses that people have typed in.
//!
//! ```no_run
//! # async fn example() -> Result<(), engage_core::BuildError> {
//! use engage_core::{Engage, memory};
//! use engage_outbound::GuardedClient;
//!
//! let engage = Engage::builder(memory::backend()).outbound(GuardedClient::new()).build().await?;
//! # Ok(())
//! # }
//! ```
//!
//! It looks each name up by itself, refuses every address that is not on the public internet ([`is_public`]), and connects
//! to the very address that it checked, so that a name that changes its mind gains nothing. It speaks `https` on a few
//! ports, follows no redirect, uses no proxy, and reads no more and waits no longer than the request says.

mod address;
mod client;
mod target;

pub use address::is_public;
pub use client::{GuardedClient, Resolve, SystemResolver};
