//! How many connections each person has on this node, and whether they have one on any.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::{Instant, timeout_at};

use crate::bus::{Bus, BusEvent, Hint};
use crate::tasks::Tasks;

/// How long nodes have to answer.
const ANSWER: Duration = Duration::from_secs(1);

/// Counts the connections of each person, however often engage is mounted. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Crowd(Arc<Mutex<HashMap<String, usize>>>);

/// A connection's place among those of its person, given back when dropped.
#[derive(Debug)]
pub struct Seat {
    crowd: Crowd,
    person: String,
}

impl Crowd {
    /// A place for one more connection of `person`; `None` when there are `most` already.
    pub fn seat(&self, person: String, most: usize) -> Option<Seat> {
        let mut counts = self.0.lock();
        let count = counts.entry(person.clone()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Seat { crowd: self.clone(), person })
    }

    /// Whether `person` has a connection.
    fn has(&self, person: &str) -> bool {
        self.0.lock().contains_key(person)
    }
}

/// Knows whether somebody is connected to any node: nodes ask each other over the bus. Whoever hears nothing in time takes them to
/// be away, as without a bus. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Whereabouts {
    crowd: Crowd,
    bus: Arc<dyn Bus>,
}

impl Whereabouts {
    /// Answers what other nodes ask, until the end.
    pub(crate) fn start(crowd: &Crowd, bus: &Arc<dyn Bus>, tasks: &Tasks) -> Self {
        let own = Self { crowd: crowd.clone(), bus: Arc::clone(bus) };
        let (here, mut hints) = (own.clone(), bus.subscribe());
        tasks.spawn(|mut stopping| async move {
            loop {
                let event = tokio::select! {
                    () = stopping.wait() => return,
                    event = hints.next() => event,
                };
                match event {
                    Some(BusEvent::Hint(Hint::WhoIsHere { person })) if here.crowd.has(&person) => {
                        here.bus.publish(Hint::IsHere { person });
                    }
                    Some(_) => {}
                    None => return,
                }
            }
        });
        own
    }

    /// Whether `person` is connected. It takes up to a second to hear that they are not.
    pub(crate) async fn is_here(&self, person: &str) -> bool {
        if self.crowd.has(person) {
            return true;
        }
        if !self.bus.is_live() {
            return false;
        }
        let mut hints = self.bus.subscribe();
        self.bus.publish(Hint::WhoIsHere { person: person.to_owned() });
        let end = Instant::now() + ANSWER;
        loop {
            match timeout_at(end, hints.next()).await {
                Ok(Some(BusEvent::Hint(Hint::IsHere { person: here }))) if here == person => return true,
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return false,
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut counts = self.crowd.0.lock();
        if let Some(count) = counts.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::LocalBus;

    #[tokio::test(start_paused = true)]
    async fn nodes_ask_each_other() {
        let (tasks, bus): (_, Arc<dyn Bus>) = (Tasks::default(), Arc::new(LocalBus::default()));
        let (one, other) = (Crowd::default(), Crowd::default());
        let asking = Whereabouts::start(&one, &bus, &tasks);
        let _answering = Whereabouts::start(&other, &bus, &tasks);
        assert!(!asking.is_here("visitor:1").await);
        let seats = [other.seat("visitor:1".to_owned(), 2), other.seat("visitor:1".to_owned(), 2)];
        assert!(asking.is_here("visitor:1").await);
        assert!(!asking.is_here("visitor:2").await);
        drop(seats);
        assert!(!asking.is_here("visitor:1").await);
        let _seat = one.seat("visitor:1".to_owned(), 1);
        assert!(asking.is_here("visitor:1").await);
    }
}
