//! The rules of a [`ChatStore`](engage_core::chat::ChatStore).

mod assigning;
mod batches;
mod blocking;
mod bot;
mod dispatching;
mod effects;
mod inbox;
mod labels;
mod lists;
mod mentioning;
mod numbering;
mod opening;
mod pages;
mod rating;
mod reading;
mod searching;
mod sending;
mod sight;
mod status;
mod texts;
mod world;

pub use world::{ChatWorld, Talk, admin, agent, staff};

suite! { $
    /// One test for each rule of a chat store; takes what a [`ChatWorld`](crate::chat::ChatWorld) is made of.
    chat_store_conformance, chat, ChatWorld {
        numbering: [
            entries_are_numbered_from_one_without_a_hole,
            visitors_have_a_numbering_of_their_own,
            numbers_stay_whole_under_concurrency,
            what_was_answered_is_what_is_stored,
            an_answer_means_that_it_can_be_read,
            times_never_run_backwards_within_a_conversation,
            entries_are_read_by_range_in_both_numberings,
            all_is_written_in_one_history,
        ],
        sending: [
            the_same_message_again_is_replayed,
            a_replay_gives_the_first_answer_whatever_came_since,
            another_message_under_the_same_id_is_a_conflict,
            of_many_equal_sends_at_once_one_is_stored,
            of_many_different_sends_under_one_id_one_is_stored,
            the_same_message_twice_in_a_batch_is_stored_once,
            another_message_under_the_same_id_in_a_batch_is_a_conflict,
            notes_are_idempotent_too,
            the_id_of_another_author_is_a_conflict,
            a_replay_outlives_a_merge_of_its_contact,
            each_conversation_has_ids_of_its_own,
            a_stranger_does_not_learn_that_an_id_is_taken,
        ],
        bot: [
            what_a_bot_hears_waits_for_nobody,
            a_hand_off_comes_back_as_it_was,
            a_bots_part_ends_once_however_it_ends,
            what_is_not_the_bots_is_not_its_to_change,
            what_no_bot_hears_is_handed_off,
            what_is_handed_off_is_given_out_in_turn,
        ],
        opening: [
            opening_stores_the_first_message,
            opening_again_gives_the_same_conversation,
            opening_with_another_text_is_a_conflict,
            of_many_equal_openings_at_once_one_is_made,
            each_contact_opens_for_itself,
            a_message_cannot_repeat_the_opening_with_another_text,
            an_opening_holds_what_was_said_before_and_done_after,
        ],
        blocking: [
            a_blocked_visitor_writes_nothing,
            what_is_told_late_changes_nothing,
            who_is_blocked_opens_nothing,
            an_opening_does_not_slip_past_a_block,
        ],
        batches: [
            a_batch_keeps_its_order,
            answers_stand_in_the_order_of_the_batch,
            a_command_that_fails_does_not_touch_the_others,
            a_command_that_fails_changes_nothing,
            batches_in_opposite_order_do_not_block_each_other,
            an_empty_batch_is_nothing,
        ],
        effects: [
            effects_commit_with_the_change,
            effects_are_filled_with_what_the_store_knows,
            effects_of_a_replay_are_dropped,
            effects_of_a_change_that_changes_nothing_are_dropped,
            effects_of_a_refused_command_are_dropped,
            a_taken_effect_id_commits_nothing,
            an_effect_id_twice_in_a_batch_commits_nothing_twice,
            opening_with_a_taken_effect_id_makes_nothing,
            audit_lines_commit_with_the_change,
        ],
        sight: [
            another_visitor_finds_nothing,
            another_team_finds_nothing,
            a_team_and_the_admin_find_theirs,
            without_a_team_it_is_everybodys,
            notes_are_hidden_from_the_visitor,
            visitors_may_only_write,
            what_left_a_team_is_gone_and_told,
            what_was_everybodys_is_told_to_everybody_when_it_goes,
            a_merge_moves_a_conversation_to_its_new_contact,
        ],
        assigning: [
            of_many_claims_one_wins,
            a_claim_holds_only_if_its_expectation_does,
            assigning_the_same_agent_again_changes_nothing,
            agents_are_present_while_they_give_signs_of_life,
            a_sign_of_life_keeps_what_the_agent_chose,
            agents_count_what_is_open_and_theirs,
            agents_remember_their_last_assignment,
            who_waits_longest_comes_first,
        ],
        dispatching: [
            the_queue_is_by_urgency_and_then_by_wait,
            the_place_in_the_queue_follows_the_wait,
            offers_that_nobody_took_are_found,
            agents_keep_their_limits_and_languages,
            what_waits_is_given_while_there_is_room,
            without_room_nothing_is_given,
            racing_dispatchers_keep_the_limits_and_the_order,
        ],
        reading: [
            unread_is_exact_for_everybody,
            own_messages_are_never_unread,
            marks_only_move_forward,
            marks_end_where_the_conversation_does,
            marks_count_in_both_numberings,
            racing_marks_end_at_the_farthest,
            marks_of_readers_are_apart,
            what_is_marked_unread_is_so_until_it_is_read,
            what_does_not_exist_cannot_be_read,
        ],
        status: [
            a_visitors_message_opens_what_is_closed,
            a_visitors_message_wakes_what_is_snoozed,
            an_agents_message_leaves_the_status,
            snoozing_is_hidden_from_the_visitor,
            the_same_status_again_changes_nothing,
            what_is_snoozed_wakes_in_time,
        ],
        lists: [
            the_latest_change_comes_first,
            pages_are_complete_and_stable_while_others_are_opened,
            lists_are_filtered_by_status,
            lists_are_filtered_by_assignee,
            lists_are_filtered_by_team_and_priority,
            limits_are_kept,
            the_conversations_of_a_contact_are_found,
        ],
        labels: [
            labels_are_a_set,
            labels_are_bounded,
            lists_are_filtered_by_label,
            labels_in_use_are_told_in_order,
            open_conversations_are_counted_by_team,
            attributes_are_merged,
            attributes_are_bounded,
            labels_and_attributes_are_hidden_from_the_visitor,
        ],
        mentioning: [
            who_is_mentioned_sees_so_until_they_have_read_it,
            mentions_of_oneself_and_replays_ask_nobody,
            lists_are_filtered_by_mention,
        ],
        rating: [
            a_visitor_rates_once_for_each_closing,
            a_rating_is_changed_for_a_day,
            others_do_not_rate,
        ],
        searching: [
            texts_are_found_by_each_of_their_words,
            indexing_skips_nothing_and_repeats_nothing,
            many_may_index_at_once,
            finds_come_in_pages,
            searches_hold_what_the_sight_sees,
        ],
        pages: [
            pages_come_back_latest_first,
            the_latest_pages_are_kept,
            a_page_is_added_once_and_at_the_end,
            pages_move_with_a_merge,
            old_pages_are_pruned,
            pages_at_once_are_kept,
        ],
        inbox: [
            each_changed_conversation_comes_once_in_order,
            each_change_takes_a_new_place,
            what_changes_nothing_takes_no_place,
            a_cursor_never_skips_a_change_while_others_write,
            a_cursor_over_heads_never_skips_a_change,
            changes_come_in_pages,
        ],
        texts: [
            texts_come_back_as_they_were,
            names_come_back_as_they_were,
            times_keep_their_microseconds,
            excerpts_are_the_start_of_the_last_message,
            every_change_comes_back_as_it_was,
        ],
    }
}
