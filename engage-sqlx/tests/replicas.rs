//! `apply(old, events) == new`, for every command and every kind of reader, on both databases.

mod support;

use engage_core::Engage;
use engage_testkit::replica::{
    Silent, every_command_reaches_every_reader, every_end_of_a_bots_part_reaches_every_reader,
    random_commands_reach_every_reader,
};
use support::both;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command() {
    for (_, database, _file) in both().await {
        let engage = Engage::builder(database).build().await.unwrap();
        every_command_reaches_every_reader(&engage).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_commands() {
    for seed in 0..2 {
        for (_, database, _file) in both().await {
            let engage = Engage::builder(database).bot(Silent).build().await.unwrap();
            random_commands_reach_every_reader(&engage, seed, 50).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_end_of_a_bots_part() {
    for (_, database, _file) in both().await {
        let engage = Engage::builder(database).bot(Silent).build().await.unwrap();
        every_end_of_a_bots_part_reaches_every_reader(&engage).await;
    }
}
