#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub use engage_core::*;

/// Mounting in an axum app.
#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub use engage_axum as axum;

/// Mounting in an actix-web app.
#[cfg(feature = "actix")]
#[cfg_attr(docsrs, doc(cfg(feature = "actix")))]
pub use engage_actix as actix;

/// Postgres and SQLite.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
#[cfg_attr(docsrs, doc(cfg(any(feature = "sqlite", feature = "postgres"))))]
pub use engage_sqlx as sqlx;

#[cfg(feature = "sqlite")]
#[cfg_attr(docsrs, doc(cfg(feature = "sqlite")))]
pub use engage_sqlx::sqlite;

#[cfg(feature = "postgres")]
#[cfg_attr(docsrs, doc(cfg(feature = "postgres")))]
pub use engage_sqlx::postgres;

#[cfg(any(feature = "sqlite", feature = "postgres"))]
#[cfg_attr(docsrs, doc(cfg(any(feature = "sqlite", feature = "postgres"))))]
pub use engage_sqlx::connect;

/// Caches, the bus and the event sink on Redis, and the cache in memory.
#[cfg(any(feature = "cache", feature = "redis"))]
#[cfg_attr(docsrs, doc(cfg(any(feature = "cache", feature = "redis"))))]
pub use engage_redis as redis;

/// The guarded client for webhooks.
#[cfg(feature = "outbound")]
#[cfg_attr(docsrs, doc(cfg(feature = "outbound")))]
pub use engage_outbound::GuardedClient;

#[cfg(feature = "mail")]
#[cfg_attr(docsrs, doc(cfg(feature = "mail")))]
pub use engage_mail::{MailFolder, Security, Smtp};

#[cfg(feature = "dkim")]
#[cfg_attr(docsrs, doc(cfg(feature = "dkim")))]
pub use engage_mail::{Dkim, DkimError};

/// Where files lie that people send along, and images written anew.
#[cfg(feature = "files")]
#[cfg_attr(docsrs, doc(cfg(feature = "files")))]
pub use engage_files as blobs;
