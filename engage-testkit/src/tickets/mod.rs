//! The rules of a [`TicketStore`].

mod changing;
mod finding;
mod opening;
mod relating;

use engage_core::chat::{EntryRange, Sight};
use engage_core::ids::{ContactId, TicketId};
use engage_core::tickets::{Applied, Category, Command, Create, Entry, EntryQuery, Patch, Step, Ticket, TicketStore};
use engage_core::{Actor, Audience, Result};

use crate::World;
pub use crate::chat::{admin, agent};

suite! { $
    /// One test for each rule of a ticket store; takes what a [`World`](crate::World) is made of.
    ticket_store_conformance, tickets, World<dyn TicketStore> {
        opening: [
            a_ticket_is_found_as_it_was_kept,
            numbers_are_unique_and_grow,
            a_ticket_is_opened_once,
            many_who_open_the_same_get_one,
            what_commits_with_a_ticket_does_or_nothing,
        ],
        changing: [
            entries_are_numbered_without_a_hole,
            many_at_once_leave_no_hole,
            a_reply_is_kept_once_for_its_id,
            files_are_kept_with_what_was_said,
            an_edit_expects_the_version_it_saw,
            what_changes_nothing_promises_nothing,
            every_field_is_changed_and_told,
            replies_move_a_ticket_on,
            requesters_do_what_is_theirs,
            ratings_are_given_when_it_is_solved,
            time_adds_up_and_never_below_nothing,
            what_is_put_off_wakes_once,
            what_is_owed_is_kept_promised_and_told_once,
            what_commits_with_a_change_does_or_nothing,
        ],
        relating: [
            a_merged_ticket_goes_on_elsewhere,
            tickets_of_different_people_are_not_merged,
            parts_are_solved_before_the_whole,
            parts_have_no_parts,
            links_hold_both_ways,
            a_split_copies_what_was_said,
            a_split_is_done_once,
        ],
        finding: [
            tickets_exist_for_those_who_see_them,
            lists_hold_what_is_asked_for,
            lists_page_without_loss,
            entries_are_read_by_audience_and_range,
            what_was_said_is_found_at_once,
            what_is_found_is_seen,
            drafts_are_one_for_each_person,
            a_link_is_taken_once,
            mails_are_for_agents_who_want_them,
            a_contacts_tickets_are_found,
        ],
    }
}

type Tickets = World<dyn TicketStore>;

/// What most rules ask of the world.
impl Tickets {
    /// A new ticket of `requester`, not kept.
    fn draft_ticket(&self, requester: ContactId, subject: &str) -> Ticket {
        let now = self.now();
        Ticket::new(self.id(), requester, subject.to_owned(), now)
    }

    async fn open(&self, ticket: Ticket) -> Ticket {
        let actor = Actor::Visitor(ticket.requester);
        self.store.create(&Create::new(ticket, "How?".to_owned(), actor)).await.unwrap().ticket
    }

    /// A kept ticket of a new contact, and its requester.
    async fn ticket(&self) -> (Ticket, Actor) {
        let requester = self.named_contact(Some("Bo")).await.id;
        (self.open(self.draft_ticket(requester, "Help")).await, Actor::Visitor(requester))
    }

    fn step(&self, ticket: TicketId, actor: &Actor, command: Command) -> Step {
        Step::new(ticket, actor.clone(), command, self.now())
    }

    async fn does(&self, ticket: TicketId, actor: &Actor, command: Command) -> Result<Applied> {
        self.store.apply(&self.step(ticket, actor, command)).await
    }

    async fn edits(&self, ticket: TicketId, patch: Patch) -> Applied {
        self.does(ticket, &admin(), Command::Edit(patch)).await.unwrap()
    }

    async fn says(&self, ticket: TicketId, actor: &Actor, id: &str, body: &str) -> Result<Applied> {
        let step = self.step(ticket, actor, reply(body)).client_message_id(id);
        self.store.apply(&step).await
    }

    async fn stored(&self, ticket: TicketId) -> Ticket {
        self.store.get(ticket, &Sight::All).await.unwrap().expect("the ticket is there").ticket
    }

    async fn entries_of(&self, ticket: TicketId, audience: Audience) -> Vec<Entry> {
        self.store.entries(&EntryQuery::new(ticket, audience, EntryRange::After(0), 1_000)).await.unwrap()
    }

    async fn kinds(&self, ticket: TicketId) -> Vec<&'static str> {
        self.entries_of(ticket, Audience::Staff).await.iter().map(|entry| entry.change.kind()).collect()
    }
}

fn reply(body: &str) -> Command {
    Command::Reply { body: body.to_owned(), files: Vec::new(), patch: Patch::default() }
}

fn to_status(category: Category) -> Patch {
    Patch { status: Some(category.into()), ..Patch::default() }
}
