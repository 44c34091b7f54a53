//! Chats under faults: whatever breaks, the history of what clients saw keeps the promises of `docs/reliability.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]

mod broken;
mod crowds;
mod desk;
mod failover;
mod faults;
/// Sentinels and clusters, as the tests of the Redis adapter start them.
#[path = "../../engage-redis/tests/it/groups.rs"]
#[allow(dead_code, reason = "that suite asks more of them")]
mod groups;
mod host;
mod letters;
mod limits;
mod mixed;
mod nemesis;
mod node;
mod programs;
mod rewound;
#[path = "../../engage-redis/tests/it/server.rs"]
#[allow(dead_code, reason = "that suite asks more of them")]
mod server;
mod site;
/// The stores that are broken on purpose for the store conformance suite, here behind sockets.
#[path = "../../engage-testkit/tests/broken/store.rs"]
#[allow(dead_code, reason = "the suite has faults of its own")]
mod store;
