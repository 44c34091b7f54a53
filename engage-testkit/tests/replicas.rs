//! `apply(old, events) == new`, for every command and every kind of reader, in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]

use engage_core::clock::SystemClock;
use engage_core::memory;
use engage_testkit::replica::{
    Silent, every_command_reaches_every_reader, every_end_of_a_bots_part_reaches_every_reader,
    random_commands_reach_every_reader,
};
use engage_testkit::{TestEngage, engage_with};

async fn engage() -> TestEngage {
    engage_with(memory::backend(), |builder| builder.clock(SystemClock)).await
}

async fn with_bot() -> TestEngage {
    engage_with(memory::backend(), |builder| builder.clock(SystemClock).bot(Silent)).await
}

#[tokio::test]
async fn every_command() {
    every_command_reaches_every_reader(&engage().await.engage).await;
}

#[tokio::test]
async fn random_commands() {
    for seed in 0..6 {
        random_commands_reach_every_reader(&engage().await.engage, seed, 250).await;
        random_commands_reach_every_reader(&with_bot().await.engage, seed, 250).await;
    }
}

#[tokio::test]
async fn every_end_of_a_bots_part() {
    every_end_of_a_bots_part_reaches_every_reader(&with_bot().await.engage).await;
}
