//! Tickets, as they change.

use std::collections::HashSet;

use engage_core::ids::TicketId;
use engage_core::tickets::{TicketFeed, TicketNews};
use engage_core::{Actor, Audience, Engage, Result};

use crate::wire::{FollowTickets, ServerFrame, Ticket, TicketsChanged};

/// What one reader wants to hear of; nothing at first.
#[derive(Debug, Default)]
pub(super) struct FollowedTickets(Option<Box<Followed>>);

// On the heap: most connections are of people who look at no ticket.
#[derive(Debug)]
struct Followed {
    feed: TicketFeed,
    /// Empty: all.
    only: HashSet<TicketId>,
}

impl FollowedTickets {
    /// Begins, goes on with others, or ends; and what to say to that.
    pub(super) fn follow(&mut self, engage: &Engage, actor: &Actor, wanted: FollowTickets) -> Result<ServerFrame> {
        self.0 = None;
        if wanted.follow {
            let only = wanted.only.into_iter().collect();
            self.0 = Some(Box::new(Followed { feed: engage.tickets().feed(actor)?, only }));
        }
        Ok(frame(wanted.follow, Vec::new(), Vec::new()))
    }

    /// Waits for news. Cancel-safe.
    pub(super) async fn next(&mut self) -> TicketNews {
        match &mut self.0 {
            Some(followed) => followed.feed.next().await,
            None => std::future::pending().await,
        }
    }

    /// What the reader is told of it.
    pub(super) fn told(&self, engage: &Engage, audience: Audience, news: TicketNews) -> Option<ServerFrame> {
        let followed = self.0.as_ref()?;
        let is_meant = |id: TicketId| followed.only.is_empty() || followed.only.contains(&id);
        match news {
            TicketNews::Changed(listed) => is_meant(listed.ticket.id).then(|| {
                let ticket = Ticket::new(&listed, &engage.settings().get().tickets_prefix, audience);
                frame(false, vec![ticket], Vec::new())
            }),
            TicketNews::Gone(id) => is_meant(id).then(|| frame(false, Vec::new(), vec![id])),
            TicketNews::Lost => Some(frame(true, Vec::new(), Vec::new())),
        }
    }
}

fn frame(fetch: bool, tickets: Vec<Ticket>, gone: Vec<TicketId>) -> ServerFrame {
    ServerFrame::Tickets(TicketsChanged { fetch, tickets, gone })
}
