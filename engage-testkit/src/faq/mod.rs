//! The rules of a [`FaqStore`].

mod keeping;
mod make;
mod reading;
mod saying;

use engage_core::faq::FaqStore;

use crate::World;

suite! { $
    /// One test for each rule of a store of the help centre; takes what a [`World`](crate::World) is made of.
    faq_store_conformance, faq, World<dyn FaqStore> {
        keeping: [
            categories_come_in_order_and_expect_the_version_before,
            a_category_with_something_in_it_stays,
            an_article_is_found_as_it_was_kept,
            a_slug_is_taken_once_and_leads_to_who_had_it,
            a_place_expects_the_version_before,
            revisions_follow_each_other_and_stay,
            articles_come_in_pages,
            what_is_removed_leaves_nothing,
            effects_commit_with_the_article,
        ],
        reading: [
            readers_see_what_is_published_for_them,
            a_shelf_is_in_the_readers_language,
            a_search_finds_all_the_words_and_titles_first,
            a_search_keeps_to_what_may_be_seen,
            what_is_found_follows_its_article,
            a_search_takes_what_means_the_same,
            hostile_words_find_nothing_and_break_nothing,
            words_are_known_while_they_can_be_found,
            publishing_at_once_counts_every_word,
        ],
        saying: [
            a_vote_counts_once_and_may_change,
            who_becomes_somebody_else_takes_votes_and_searches_along,
            comments_come_latest_first,
            synonyms_expect_the_version_before,
            searches_are_counted_with_what_came_of_them,
            old_searches_are_forgotten,
        ],
    }
}
