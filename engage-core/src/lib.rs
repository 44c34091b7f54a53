//! The core of engage: what it is about, without I/O.
//!
//! Domain types, the ports that stores implement, the services that decide, and stores in memory. Adapters (databases,
//! caches, web frameworks) live in crates beside it and add extension traits to [`Engage`], never logic.

pub mod attributes;
pub mod audit;
pub mod bus;
pub mod cache;
pub mod canned;
pub mod chat;
pub mod clock;
pub mod contacts;
mod crowd;
mod effects;
mod engage;
pub mod entropy;
mod error;
pub mod faq;
pub mod files;
pub mod forms;
mod group;
pub mod hooks;
pub mod html;
pub mod idempotency;
mod identity;
pub mod ids;
pub mod mail;
pub mod memory;
pub mod outbound;
pub mod outbox;
pub mod rate;
pub mod secret;
pub mod sessions;
pub mod settings;
pub mod signing;
pub mod sink;
mod tasks;
pub mod tickets;
mod upkeep;
pub mod views;
pub mod webhooks;
pub mod words;

/// Networks of addresses, for [`Builder::trusted_proxies`].
pub use ipnet::IpNet;

/// Object-safe async traits, for those who implement a port.
pub use async_trait::async_trait;

pub use crowd::{Crowd, Seat};
pub use effects::Effects;
pub use engage::{Backend, BuildError, Builder, Context, Engage, Health, Migrations, Stores};
pub use error::{Error, ErrorKind, FieldError, Result};
pub use group::{Commit, GroupCommit};
pub use identity::{Actor, AgentDirectory, AgentRef, Audience, Identity, Role, Staff};
pub use tasks::{Guest, Stopping, Tasks};
