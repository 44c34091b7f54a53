//! When this process's loads began, so that what a drop on another node overtook is not kept.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// A mark of Redis' logical clock for each key that was missed and not yet put; the oldest, where there are several.
#[derive(Debug, Default)]
pub(super) struct Tickets(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    tickets: HashMap<String, (u64, Instant)>,
    blind_until: Option<Instant>,
}

/// What a put may say about the age of its value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ticket {
    /// It was loaded after this mark.
    At(u64),
    /// Nothing was missed before it: it is new.
    New,
    /// Nobody knows.
    Unknown,
}

impl Tickets {
    /// How many misses are remembered.
    const KEYS: usize = 10_000;
    /// No load takes longer.
    const LOAD: Duration = Duration::from_secs(30);

    /// A miss at `mark`: a load begins.
    pub(super) fn missed(&self, key: &str, mark: u64) {
        let mut state = self.0.lock();
        let now = Instant::now();
        if let Some((ticket, since)) = state.tickets.get_mut(key) {
            // The load that an old one was for has failed, or somebody else's put served it.
            if now.duration_since(*since) > Self::LOAD {
                (*ticket, *since) = (mark, now);
            }
            *ticket = mark.min(*ticket);
            return;
        }
        if state.tickets.len() >= Self::KEYS {
            state.tickets.clear();
            state.blind_until = Some(now + Self::LOAD);
        }
        state.tickets.insert(key.to_owned(), (mark, now));
    }

    /// Redis could not be asked: a load begins, and nobody knows at what mark.
    pub(super) fn blind(&self) {
        self.0.lock().blind_until = Some(Instant::now() + Self::LOAD);
    }

    /// A load has ended.
    pub(super) fn take(&self, key: &str) -> Ticket {
        let mut state = self.0.lock();
        match state.tickets.remove(key) {
            Some((mark, _)) => Ticket::At(mark),
            None if state.blind_until.is_some_and(|until| Instant::now() < until) => Ticket::Unknown,
            None => Ticket::New,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_put_has_the_age_of_the_oldest_miss() {
        let tickets = Tickets::default();
        for mark in [7, 5, 9] {
            tickets.missed("key", mark);
        }
        assert_eq!(tickets.take("key"), Ticket::At(5));
        assert_eq!(tickets.take("key"), Ticket::New);
    }

    #[tokio::test(start_paused = true)]
    async fn a_miss_that_led_to_nothing_is_forgotten() {
        let tickets = Tickets::default();
        tickets.missed("key", 5);
        tokio::time::advance(Tickets::LOAD * 2).await;
        tickets.missed("key", 9);
        assert_eq!(tickets.take("key"), Ticket::At(9));
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_time_without_redis_only_a_known_age_counts() {
        let tickets = Tickets::default();
        tickets.blind();
        tickets.missed("known", 5);
        assert_eq!(tickets.take("known"), Ticket::At(5));
        assert_eq!(tickets.take("unknown"), Ticket::Unknown);
        tokio::time::advance(Tickets::LOAD).await;
        assert_eq!(tickets.take("unknown"), Ticket::New);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_bounded_and_what_it_forgot_is_unknown() {
        let tickets = Tickets::default();
        for n in 0..=Tickets::KEYS {
            tickets.missed(&n.to_string(), 5);
        }
        assert_eq!(tickets.0.lock().tickets.len(), 1);
        assert_eq!(tickets.take("0"), Ticket::Unknown);
    }
}
