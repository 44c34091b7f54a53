//! The rules of `engage_testkit::http` on axum, over each database, with and without Redis.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]

mod databases;
mod host;

/// As most sites have it: pictures are written anew.
mod with_pictures {
    use engage_files::Rewritten;
    use engage_testkit::http::hostile_files_do_no_harm;

    use crate::{databases, host};

    #[test]
    fn hostile_files() {
        engage_testkit::run(hostile_files_do_no_harm(host::on(databases::sqlite), Rewritten::default()));
    }
}

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
