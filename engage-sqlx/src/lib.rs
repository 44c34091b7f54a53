//! Every store of engage on Postgres and SQLite.
//!
//! ```no_run
//! # #[cfg(feature = "sqlite")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use engage_core::Engage;
//!
//! let engage = Engage::builder(engage_sqlx::connect("sqlite://site.db").await?).site("Acme").build().await?;
//! # Ok(())
//! # }
//! ```
//!
//! - [`sqlite`] and [`postgres`] take the host's own pool, when the host is on the same sqlx; [`connect`] serves all
//!   others. The crate has the features `sqlite` (bundled) and `postgres`, none by default.
//! - All tables are engage's own, under a schema or a prefix ([`Sqlx::schema`], [`Sqlx::prefix`]); their names are rendered
//!   into the statements once, always qualified. What a column holds, and who applies migrations, is in
//!   `migrations/README.md`.
//! - Writes run in tasks of their own that always finish: dropping a future, as web frameworks do when a client leaves,
//!   never leaves half a transaction in a pooled connection.
//! - [`Sqlx::in_transaction`] writes within a transaction of the host's.
#![cfg(any(feature = "postgres", feature = "sqlite"))]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[macro_use]
mod sql;
mod audit;
mod authors;
mod backend;
mod batch;
#[cfg(feature = "postgres")]
mod bus;
mod canned;
mod chat;
mod contacts;
mod db;
mod dialect;
mod driver;
mod effects;
mod error;
mod faq;
mod files;
mod forms;
mod host;
mod idempotency;
mod kept;
#[cfg(feature = "sqlite")]
mod lite;
mod mail;
mod migrate;
mod names;
mod outbox;
#[cfg(feature = "postgres")]
mod pg;
mod sessions;
mod settings;
mod signing;
mod tickets;
mod views;
mod webhooks;
#[cfg(feature = "sqlite")]
mod writer;

#[cfg(feature = "postgres")]
pub use backend::postgres;
#[cfg(feature = "sqlite")]
pub use backend::sqlite;
pub use backend::{Sqlx, connect};
#[cfg(feature = "postgres")]
pub use bus::PostgresBus;
pub use host::{HostConnection, InTransaction, TicketsIn};
pub use migrate::{MigrationPlan, PlannedMigration};
/// The sqlx whose pools this crate takes.
pub use sqlx;
