//! The rules of `engage_testkit::http` on actix, over each database, with and without Redis.
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
        engage_testkit::run(hostile_files_do_no_harm(host::on(databases::sqlite_redis), Rewritten::default()));
    }
}

/// On a SQLite file, with Redis for cache and bus.
mod sqlite_redis {
    use crate::{databases, host};

    engage_testkit::http_conformance!(async { host::on(databases::sqlite_redis) });
}

/// On Postgres, with its own bus.
mod postgres {
    use crate::{databases, host};

    engage_testkit::http_conformance!(async { host::on(databases::postgres) });
}
