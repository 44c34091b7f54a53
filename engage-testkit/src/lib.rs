//! Conformance suites, fakes and checkers for engage and for those who extend it.
//!
//! # A store of your own
//! Each port of engage-core has a suite: plain functions whose names are the rules, and one macro that makes a test of
//! each. A backend gives an expression for fresh stores, and that is all:
//!
//! ```
//! # use std::sync::Arc;
//! # use engage_core::chat::ChatStore;
//! # async fn my_fresh_chat_store() -> Arc<dyn ChatStore> { engage_core::memory::stores().chat }
//! mod chat {
//!     # use super::*;
//!     engage_testkit::chat_store_conformance!(async { my_fresh_chat_store().await });
//! }
//! # fn main() {}
//! ```
//!
//! The expression is evaluated once for each rule. It yields what a [`World`] can be made of: the
//! [`engage_core::Stores`], or the one store under test, or either in a pair with something that must live as long as
//! the test, such as a temporary directory. Put each suite in a module of its
//! own. A rule that does not hold panics, and says what it saw.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a rule that does not hold panics, as tests do"
)]

#[macro_use]
mod suite;

pub mod audit;
pub mod canned;
pub mod chat;
pub mod contacts;
mod fake;
pub mod faq;
pub mod files;
pub mod forms;
pub mod history;
pub mod hostile;
pub mod http;
pub mod idempotency;
pub mod letters;
pub mod mail;
pub mod outbox;
mod proxy;
pub mod replica;
mod servers;
pub mod sessions;
pub mod settings;
pub mod signing;
pub mod smtp;
pub mod tickets;
pub mod views;
pub mod webhooks;
mod world;

pub use fake::{TestEngage, engage, engage_with};
pub use proxy::Proxy;
pub use servers::{postgres_url, redis_url};
pub use suite::{Rule, run};
pub use world::World;
