//! What this node hears of tickets, and tells whoever is connected to it.
//!
//! A ticket that changed is read once on each node, however many listen; each listener is told what is theirs to know.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::time::Instant;

use super::super::model::{Change, Entry};
use super::super::store::{EntryQuery, Listed};
use super::Tickets;
use super::presence::Present;
use crate::bus::{BusEvent, Hint};
use crate::chat::{EntryRange, Sight};
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{Actor, Audience};
use crate::ids::{ContactId, TicketId};
use crate::tasks::Tasks;

/// How often one ticket is read, at most; the first change after a rest at once.
const EVERY: Duration = Duration::from_millis(200);
/// After how long what could not be read is read again.
const AGAIN: Duration = Duration::from_secs(1);
/// How many tickets wait to be read; beyond, listeners are told to look for themselves.
const WAITING: usize = 1_000;
/// How many entries are looked through for where a ticket came from.
const BEFORE: usize = 20;
/// How many changes wait for a listener who is slow.
const QUEUE: usize = 256;

/// What a listener is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketNews {
    /// A ticket has changed, to this.
    Changed(Box<Listed>),
    /// A ticket has left the listener's sight.
    Gone(TicketId),
    /// Something may have changed that is not told: look for yourself.
    Lost,
}

/// Tickets that change, as one reader sees them. Of what staff do among themselves a requester hears nothing, not even that
/// something happened.
#[derive(Debug)]
pub struct TicketFeed {
    news: broadcast::Receiver<News>,
    sight: Sight,
}

#[derive(Debug)]
pub(super) struct Teller(broadcast::Sender<News>);

#[derive(Debug, Clone)]
enum News {
    Changed(Arc<Changed>),
    Lost,
}

/// A ticket that changed, and what of it matters for who hears of it.
#[derive(Debug)]
struct Changed {
    listed: Listed,
    /// Whether there is something that its requester sees.
    is_public: bool,
    /// Whose it was before, among staff and outside.
    teams: Vec<Option<String>>,
    requesters: Vec<ContactId>,
}

impl Default for Teller {
    fn default() -> Self {
        Self(broadcast::Sender::new(QUEUE))
    }
}

impl Tickets {
    /// Tickets that change from now on. First listen, then look: what changes in between is told.
    ///
    /// # Errors
    /// `Forbidden` for bots.
    pub fn feed(&self, actor: &Actor) -> Result<TicketFeed> {
        if matches!(actor, Actor::Bot(_)) {
            return Err(Error::new(ErrorKind::Forbidden, "this is not for bots"));
        }
        Ok(TicketFeed { news: self.0.teller.0.subscribe(), sight: actor.into() })
    }

    pub(super) fn follow(&self, tasks: &Tasks) {
        let (own, mut hints) = (self.clone(), self.0.bus.subscribe());
        tasks.spawn(|mut stopping| async move {
            // Since when each ticket has changed that is still to be read.
            let mut waiting: HashMap<TicketId, Timestamp> = HashMap::new();
            let mut next = Instant::now();
            loop {
                let event = tokio::select! {
                    () = stopping.wait() => return,
                    event = hints.next() => event,
                    () = tokio::time::sleep_until(next), if !waiting.is_empty() => {
                        let is_read = own.tell_changed(&mut waiting).await;
                        next = Instant::now() + if is_read { EVERY } else { AGAIN };
                        continue;
                    }
                };
                match event {
                    Some(BusEvent::Hint(hint)) => own.hear(hint, &mut waiting),
                    Some(BusEvent::Lagged) => own.0.teller.lose(&mut waiting),
                    None => return,
                }
            }
        });
    }

    fn hear(&self, hint: Hint, waiting: &mut HashMap<TicketId, Timestamp>) {
        match hint {
            Hint::TicketLooker { ticket, agent, doing, at } => {
                // Another node's clock may be ahead; nobody is there for longer than it counts.
                let at = at.min(self.0.context.clock.now());
                self.0.lookers.note(ticket, Present { agent, doing, at });
            }
            Hint::Ticket { ticket, at, .. } if self.0.teller.is_heard() => {
                let since = waiting.entry(ticket).or_insert(at);
                *since = at.min(*since);
                if waiting.len() > WAITING {
                    self.0.teller.lose(waiting);
                }
            }
            Hint::Rewound => self.0.teller.lose(waiting),
            _ => {}
        }
    }

    /// Reads what has changed and tells of it. `false`: some of it could not be read, and waits.
    async fn tell_changed(&self, waiting: &mut HashMap<TicketId, Timestamp>) -> bool {
        let mut changed: Vec<_> = waiting.iter().map(|(id, since)| (*id, *since)).collect();
        changed.sort_by_key(|(id, since)| (*since, *id));
        for (ticket, since) in changed {
            match self.changed(ticket, since).await {
                Ok(changed) => {
                    waiting.remove(&ticket);
                    self.0.teller.tell(changed.map(Arc::new).map(News::Changed));
                }
                Err(error) => {
                    tracing::warn!(target: "engage::tickets", %error, "a ticket that changed could not be read; tried again");
                    return false;
                }
            }
        }
        true
    }

    /// A ticket, and what happened to it from `since` on.
    async fn changed(&self, ticket: TicketId, since: Timestamp) -> Result<Option<Changed>> {
        let store = &self.0.store;
        let Some(listed) = store.get(ticket, &Sight::All).await? else { return Ok(None) };
        let latest = |audience, limit| EntryQuery::new(ticket, audience, EntryRange::Latest, limit);
        let public = store.entries(&latest(Audience::Visitor, 1)).await?;
        let entries = store.entries(&latest(Audience::Staff, BEFORE)).await?;
        let new: Vec<&Entry> = entries.iter().filter(|entry| entry.at >= since).collect();
        let teams = new.iter().filter_map(|entry| match &entry.change {
            Change::Team { from, .. } => Some(from.clone()),
            _ => None,
        });
        let requesters = new.iter().filter_map(|entry| match entry.change {
            Change::Requester { from, .. } => Some(from),
            _ => None,
        });
        let is_public = public.iter().any(|entry| entry.at >= since);
        Ok(Some(Changed { is_public, teams: teams.collect(), requesters: requesters.collect(), listed }))
    }
}

impl Teller {
    fn is_heard(&self) -> bool {
        self.0.receiver_count() > 0
    }

    fn tell(&self, news: Option<News>) {
        // That nobody listens is no error.
        let _ = news.map(|news| self.0.send(news));
    }

    fn lose(&self, waiting: &mut HashMap<TicketId, Timestamp>) {
        waiting.clear();
        self.tell(Some(News::Lost));
    }
}

impl TicketFeed {
    /// The next change. Cancel-safe; waits for ever once engage has stopped.
    pub async fn next(&mut self) -> TicketNews {
        loop {
            let news = match self.news.recv().await {
                Ok(News::Changed(changed)) => changed.for_reader(&self.sight),
                Ok(News::Lost) | Err(broadcast::error::RecvError::Lagged(_)) => Some(TicketNews::Lost),
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            };
            if let Some(news) = news {
                return news;
            }
        }
    }
}

impl Changed {
    fn for_reader(&self, sight: &Sight) -> Option<TicketNews> {
        let ticket = &self.listed.ticket;
        let told = || Some(TicketNews::Changed(Box::new(self.listed.clone())));
        let gone = |was_seen: bool| was_seen.then_some(TicketNews::Gone(ticket.id));
        match sight {
            Sight::Visitor(contact) if ticket.requester == *contact => {
                if self.is_public || !self.requesters.is_empty() { told() } else { None }
            }
            Sight::Visitor(contact) => gone(self.requesters.contains(contact)),
            Sight::Staff(staff) if staff.sees_team(ticket.team.as_deref()) => told(),
            Sight::Staff(staff) => gone(self.teams.iter().any(|team| staff.sees_team(team.as_deref()))),
            Sight::All => told(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contacts::ContactCard;
    use crate::tickets::Ticket;

    fn contact(number: u128) -> ContactId {
        ContactId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn each_hears_of_what_is_theirs_to_know() {
        let at = crate::clock::from_micros(0);
        let ticket = Ticket::new(TicketId(uuid::Uuid::nil()), contact(1), "Help".to_owned(), at);
        let requester = ContactCard { id: contact(1), name: None, email: None };
        let mut changed = Changed {
            listed: Listed { ticket, requester },
            is_public: false,
            teams: Vec::new(),
            requesters: Vec::new(),
        };
        let told = Some(TicketNews::Changed(Box::new(changed.listed.clone())));
        assert_eq!(changed.for_reader(&Sight::All), told);
        assert_eq!(changed.for_reader(&Sight::Visitor(contact(1))), None, "a note is nothing to a requester");
        changed.is_public = true;
        assert_eq!(changed.for_reader(&Sight::Visitor(contact(1))), told);
        assert_eq!(changed.for_reader(&Sight::Visitor(contact(2))), None);
        changed.requesters = vec![contact(2)];
        assert_eq!(changed.for_reader(&Sight::Visitor(contact(2))), Some(TicketNews::Gone(changed.listed.ticket.id)));
    }
}
