//! How many connections each person has on this node.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

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
