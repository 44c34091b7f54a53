//! The rules of an adapter: what clients of `docs/protocol/chat.md` rely on, over real TCP.
//!
//! An adapter gives a [`Host`], which starts a server with engage mounted as a [`Setup`] says, and [`http_conformance!`]
//! makes a test of each rule. Every answer that any rule gets is checked for what no answer may lack: see [`client`].
//!
//! The tests of engage-axum and engage-actix show how: one file with a host, one with databases. A host sets up engage by
//! [`Setup::build`], mounts both sides where the [`Setup`] says, with [`Directory::identify`] behind the identity function,
//! and has a route `/own`, a fallback and a layer of its own, which the rules expect to find as they were.
//!
//! [`http_conformance!`]: crate::http_conformance

pub mod client;
mod events;
mod faq;
mod host;
mod people;
mod proactive;
mod proxy;
mod setup;
mod socket;

mod answers;
mod blocking;
mod bot;
mod canned;
mod described;
mod files;
mod following;
mod forms;
mod front;
mod hostile_files;
mod keeping;
mod keys;
mod mail;
mod matrix;
mod mounts;
mod origins;
mod pages;
mod search;
mod sessions;
mod sockets;
mod staff;
mod streams;
mod talking;
mod ticket_mails;
mod tickets;
mod uploads;
mod views;
mod webhooks;
mod wrong_bodies;
mod wrong_bytes;
mod wrong_frames;
mod wrong_paths;

pub use client::{Answer, Client, Request, Seen};
pub use events::{Event, Events};
pub use host::{Endpoint, Host, Server, variants};
pub use hostile_files::hostile_files_do_no_harm;
pub use setup::{Directory, Fault, Faults, Setup};
pub use socket::{Closed, Socket};

suite! { $
    /// One test for each rule of an adapter; takes what gives a [`Host`](crate::http::Host).
    http_conformance, http, Host {
        sessions: [
            a_session_begins_once_and_is_found_again,
            the_cookie_is_out_of_reach_of_scripts,
            under_https_the_cookie_is_bound_to_the_host,
            what_is_no_secret_is_nobody,
            an_ended_session_is_dead,
            revoking_closes_every_door,
            an_old_session_is_dead,
            signing_in_keeps_what_was_said,
            devices_of_a_member_are_one_contact,
            a_member_is_named_by_the_host,
            a_visitor_says_who_they_are,
            a_host_that_cannot_tell_is_not_nobody,
            without_a_resolver_the_admin_side_is_closed,
            changed_rights_close_open_sockets,
            secrets_are_not_told_twice,
        ],
        talking: [
            a_message_is_answered_with_its_entry,
            opening_is_idempotent,
            sending_is_idempotent_on_every_transport,
            equal_sends_at_once_make_one_message,
            a_reply_says_what_it_answers,
            entries_are_read_by_pages,
            a_snapshot_holds_the_newest_entries,
            lists_come_by_pages_latest_change_first,
            lists_are_filtered,
            unread_and_marks_are_exact,
            texts_come_back_as_they_were,
            texts_that_cannot_be_said_are_refused,
            strangers_find_nothing,
        ],
        staff: [
            notes_never_reach_a_visitor,
            statuses_are_told_to_those_concerned,
            a_conversation_is_handed_over,
            what_leaves_a_team_is_gone,
            conversations_are_given_to_who_is_online,
            who_waits_knows_their_place,
            presence_is_told_to_each_side_in_its_way,
            merged_contacts_are_one,
            staff_see_contacts_of_their_conversations,
            settings_are_changed_by_admins,
            people_may_be_called_anything,
            staff_learn_who_they_are,
            labels_are_put_on_and_found,
            agents_are_asked_to_look,
            attributes_are_kept_and_told_to_staff,
        ],
        blocking: [
            who_is_blocked_reads_and_writes_nothing,
            sockets_of_who_is_blocked_end,
            signing_in_does_not_lift_a_block,
            what_a_block_cannot_be_is_told,
        ],
        bot: [
            a_bot_answers_until_a_person_is_asked_for,
            a_bot_hands_off_closes_and_fails,
        ],
        views: [
            views_are_made_shared_and_found,
            views_are_changed_by_whose_they_are,
            what_a_view_cannot_be_is_told,
            views_of_tickets_hold_what_their_list_takes,
            lists_take_what_views_hold,
        ],
        tickets: [
            a_ticket_is_opened_answered_and_done,
            a_ticket_is_edited_by_who_has_seen_it,
            files_go_with_tickets,
            tickets_are_merged_split_and_linked,
            changes_of_tickets_are_told,
            rules_act_by_themselves_and_macros_by_hand,
            agents_see_who_else_is_at_a_ticket,
            a_conversation_becomes_a_ticket_once,
        ],
        ticket_mails: [
            tickets_go_on_by_mail,
            mails_become_tickets,
            a_mailed_link_leads_to_ones_tickets_once,
        ],
        mail: [
            mails_are_sent_listed_and_read,
            templates_are_changed_previewed_and_reverted,
            addresses_are_suppressed_and_freed,
            mail_comes_in_by_its_token,
            transcripts_go_to_the_visitors_address,
        ],
        canned: [
            canned_replies_are_made_found_and_said,
            canned_replies_are_changed_by_whose_they_are,
            what_a_canned_reply_cannot_be_is_told,
        ],
        faq: [
            an_article_is_written_published_found_and_rated,
            the_help_centre_is_pages_that_need_no_script,
            old_names_lead_to_new_ones,
            searches_forgive_and_tell_what_is_missing,
            readers_see_what_is_theirs_in_their_language,
            what_an_article_cannot_be_is_told,
        ],
        proactive: [
            an_agent_speaks_first,
            speaking_first_has_its_limits,
            an_invitation_is_what_the_answer_begins_with,
        ],
        pages: [
            staff_see_what_their_visitor_looks_at,
            a_trail_can_be_switched_off,
            what_a_page_cannot_be_is_told,
            pages_are_limited,
        ],
        forms: [
            forms_are_filled_in_and_looked_at,
            what_was_sent_is_taken_away,
            admins_define_forms,
            without_javascript_a_form_is_a_page,
            too_much_is_told_and_nothing_is_lost,
        ],
        front: [
            what_is_asked_is_answered_first,
            outside_the_hours_what_is_written_waits,
            members_are_not_asked_who_they_are,
            without_javascript_a_form_does,
        ],
        keeping: [
            a_closed_conversation_is_rated_once,
            transcripts_hold_what_their_reader_sees,
        ],
        search: [
            messages_are_found_by_their_words,
            searches_find_what_the_searcher_sees,
            any_query_is_safe,
        ],
        webhooks: [
            admins_make_and_change_webhooks,
            a_webhook_is_sent_what_happens,
        ],
        sockets: [
            hello_comes_first,
            wrong_frames_are_told_what_is_wrong,
            what_no_client_does_ends_the_socket,
            pings_and_closes_are_answered,
            a_stopping_node_sends_its_clients_away,
            connected_clients_do_not_hold_up_a_stop,
            frames_and_connections_are_limited,
            sockets_open_where_they_should,
        ],
        following: [
            pipelined_sends_keep_their_order,
            two_tabs_see_the_same,
            recovery_is_all_or_nothing,
            too_much_is_not_replayed,
            subscriptions_begin_and_end,
            typing_is_told_to_others,
            what_is_typed_is_shown_to_staff_alone,
            the_inbox_tells_what_changed,
            a_slow_reader_delays_nobody,
        ],
        streams: [
            a_stream_tells_what_a_socket_would,
            a_stream_tells_marks_and_typing,
            a_stream_resumes_where_it_was,
            polling_waits_for_what_is_new,
            polling_alone_is_a_whole_client,
        ],
        origins: [
            other_sites_change_nothing,
            the_public_url_is_the_own_origin,
            bodies_are_json_and_say_so,
            too_often_is_told_when_to_come_back,
            addresses_count_as_trusted_proxies_name_them,
        ],
        answers: [
            other_methods_are_told_which_there_are,
            head_is_get_without_a_body,
            what_is_known_is_not_sent_again,
            each_answer_has_an_id,
            faults_are_told_without_their_cause,
            health_tells_live_from_ready,
        ],
        keys: [
            the_same_key_gets_the_same_answer,
            a_key_bears_one_request,
            a_failure_may_be_tried_again,
            a_key_in_flight_is_told_so,
            equal_keys_at_once_are_done_once,
        ],
        uploads: [
            a_file_is_sent_in_parts_and_read_by_those_concerned,
            a_file_goes_with_one_message_of_its_sender,
            a_conversation_begins_with_files,
            what_a_file_cannot_be_is_told,
            names_of_files_are_harmless,
            a_content_is_read_in_ranges,
            without_a_place_for_them_there_are_no_files,
        ],
        files: [
            files_are_served_as_their_names_allow,
            files_are_packed_for_who_takes_that,
            there_are_no_other_files,
            the_loader_begins_with_the_look,
            the_admin_page_is_for_staff,
        ],
        described: [
            the_description_is_the_route_table,
            every_endpoint_is_reachable,
        ],
        matrix: [
            everybody_gets_what_they_may_from_every_route,
            everybody_gets_what_they_may_from_every_frame,
        ],
        wrong_bodies: [
            what_is_no_json_is_malformed,
            wrong_members_are_named,
            what_cannot_be_stored_is_refused,
            bodies_have_a_cap,
        ],
        wrong_paths: [
            ids_that_are_none_name_nothing,
            queries_are_what_is_described,
            cursors_are_not_guessed,
        ],
        wrong_frames: [
            random_frames_harm_nobody,
            wrong_members_of_frames_are_told,
        ],
        wrong_bytes: [
            broken_requests_are_refused,
            slow_and_gone_clients_hold_nobody_up,
            broken_frames_end_the_socket,
        ],
        mounts: [
            it_works_at_the_root,
            the_admin_panel_works_at_the_root,
            it_works_deep_down,
            one_mount_may_be_below_the_other,
            a_slash_at_the_end_changes_nothing,
            it_works_in_a_nested_part_of_the_host,
            it_works_behind_a_proxy_that_strips_a_prefix,
        ],
    }
}
