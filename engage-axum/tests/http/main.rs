//! The rules of `engage_testkit::http` on axum, over each database, with and without Redis.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]

mod databases;
mod host;

/// On a SQLite file, alone.
mod sqlite {
    use crate::{databases, host};

    engage_testkit::http_conformance!(async { host::on(databases::sqlite) });
}

/// On Postgres, with Redis for cache and bus.
mod postgres_redis {
    use crate::{databases, host};

    engage_testkit::http_conformance!(async { host::on(databases::postgres_redis) });
}
