//! All of it against a real Redis: the shared one that the environment names, and private ones that tests kill.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests may too"
)]

mod bus;
mod caches;
mod cluster;
mod contract;
mod faults;
mod groups;
mod node;
mod processes;
mod rate;
mod sentinel;
mod server;
mod sink;
mod tiered;
mod together;
