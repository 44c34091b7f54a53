//! The suite is worth something only if it catches what is wrong: chat stores that are broken on purpose, each in one
//! way, must fail it, and the same store without its fault must pass.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]

#[path = "broken/store.rs"]
mod store;

use std::sync::Arc;
use std::time::Duration;

use engage_core::{Stores, memory};
use engage_testkit::chat::{ChatWorld, rules};
use store::{Broken, Fault};

/// The names of the rules that do not hold with `fault`.
async fn caught(fault: Fault) -> Vec<&'static str> {
    let mut running = Vec::new();
    for rule in rules() {
        let stores = memory::stores();
        let chat = Arc::new(Broken::new(stores.clone(), fault));
        let world = ChatWorld::from(Stores { chat, ..stores });
        running.push((rule.name, tokio::spawn(tokio::time::timeout(Duration::from_secs(20), rule.check(world)))));
    }
    let mut caught = Vec::new();
    for (name, rule) in running {
        if !matches!(rule.await, Ok(Ok(()))) {
            caught.push(name);
        }
    }
    caught
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_intact_store_passes_through_the_same_harness() {
    assert_eq!(caught(Fault::None).await, [""; 0]);
}

/// One test for each fault, and the rules that were written with it in mind.
macro_rules! faults {
    ($($name:ident: $fault:ident, $rule:literal;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $name() {
            let caught = caught(Fault::$fault).await;
            println!("{:?} is caught by {} rules: {}", Fault::$fault, caught.len(), caught.join(", "));
            assert!(caught.contains(&$rule), "{} lets {:?} pass; caught by {caught:?}", $rule, Fault::$fault);
        }
    )*};
}

faults! {
    a_store_that_drops_one_in_many: DropsSome, "numbers_stay_whole_under_concurrency";
    a_store_that_answers_before_the_commit: AnswersEarly, "an_answer_means_that_it_can_be_read";
    a_store_that_numbers_by_a_global_serial: GlobalSerial, "numbers_stay_whole_under_concurrency";
    a_store_that_stores_a_retry_twice: DuplicatesRetries, "the_same_message_again_is_replayed";
    a_store_that_replays_whatever_the_payload: IgnoresPayload, "another_message_under_the_same_id_is_a_conflict";
    a_store_that_swaps_the_order_of_a_batch: SwapsOrder, "a_batch_keeps_its_order";
    a_store_that_fails_the_batch_for_one_command: FailsTogether, "a_command_that_fails_does_not_touch_the_others";
    a_store_whose_effects_are_not_atomic: EffectsApart, "a_taken_effect_id_commits_nothing";
    a_store_that_keeps_effects_of_replays: EffectsOfReplays, "effects_of_a_replay_are_dropped";
    a_store_that_counts_unread_one_too_few: UnreadOffByOne, "unread_is_exact_for_everybody";
    a_store_whose_marks_move_back: MarksMoveBack, "marks_only_move_forward";
    a_store_that_shows_notes_to_visitors: ShowsNotes, "notes_are_hidden_from_the_visitor";
    a_store_that_shows_conversations_to_strangers: ShowsStrangers, "another_team_finds_nothing";
    a_store_that_does_not_compare_before_it_sets: SetsBlindly, "of_many_claims_one_wins";
    a_store_whose_inbox_is_not_in_commit_order: InboxOutOfOrder, "a_cursor_never_skips_a_change_while_others_write";
    a_store_that_forgets_past_teams: ForgetsPastTeams, "what_left_a_team_is_gone_and_told";
    a_store_that_cuts_times_to_milliseconds: CutsTimes, "times_keep_their_microseconds";
    a_store_that_ignores_limits: GivesTooMuch, "what_waits_is_given_while_there_is_room";
    a_store_that_serves_the_last_first: ServesLastFirst, "racing_dispatchers_keep_the_limits_and_the_order";
    a_store_whose_history_has_many_names: RenamesHistory, "all_is_written_in_one_history";
    a_store_that_gives_on_what_was_true_before: GivesLate, "racing_dispatchers_keep_the_limits_and_the_order";
}
