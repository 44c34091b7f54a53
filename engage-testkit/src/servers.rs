//! Where the real servers are that tests run against.

/// The URL of a Postgres server whose databases tests may create and drop.
///
/// # Panics
/// When there is none: a suite that cannot run is a failure, not a skip.
pub fn postgres_url() -> String {
    from_environment("ENGAGE_TEST_POSTGRES")
}

/// The URL of a Redis server that tests may use.
///
/// # Panics
/// When there is none: a suite that cannot run is a failure, not a skip.
pub fn redis_url() -> String {
    from_environment("ENGAGE_TEST_REDIS")
}

fn from_environment(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run `cargo xtask test`, or `cargo xtask servers -- cargo nextest run`")
    })
}
