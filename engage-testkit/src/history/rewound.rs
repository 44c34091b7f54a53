//! Histories in which the database was put back: what was acknowledged may be gone, and everybody is told.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Event, History, Kind, Name, What};

impl History {
    /// How many of the clients were told, each as often as it was.
    pub fn rewinds(&self) -> usize {
        self.events.iter().filter(|event| matches!(event.what, What::Rewound)).count()
    }

    /// What each client sent and saw until it was told. On it every promise was kept that needs no end. What is acknowledged again
    /// under another number may be of what follows already: the answer comes from a node, and each finds out for itself.
    pub fn before_rewind(&self) -> Self {
        let (mut told, mut acked) = (BTreeSet::new(), BTreeMap::new());
        let mut events = Vec::new();
        for event in &self.events {
            if matches!(event.what, What::Rewound) {
                told.insert(event.client);
            }
            if told.contains(&event.client) {
                continue;
            }
            match &event.what {
                What::Acked { id, seq } if *acked.entry(id).or_insert(*seq) != *seq => {
                    events.push(Event { what: What::Unknown { id: Name::clone(id) }, ..event.clone() });
                }
                _ => events.push(event.clone()),
            }
        }
        Self { events, stuck: 0, ..self.clone() }
    }

    /// What counts in the end: of what a client saw before it was told, last, nothing; and what was acknowledged to it by then may
    /// be there or not.
    pub fn after_rewind(&self) -> Self {
        let mut to_come: Vec<usize> = vec![0; self.clients.len()];
        for event in self.events.iter().filter(|event| matches!(event.what, What::Rewound)) {
            to_come[event.client] += 1;
        }
        let mut events = Vec::new();
        for event in &self.events {
            let is_before = to_come[event.client] > 0;
            match &event.what {
                What::Rewound => to_come[event.client] -= 1,
                What::Acked { id, .. } if is_before => {
                    events.push(Event { what: What::Unknown { id: Name::clone(id) }, ..event.clone() });
                }
                What::Send { .. } | What::Refused { .. } | What::Unknown { .. } => events.push(event.clone()),
                _ if is_before => {}
                _ => events.push(event.clone()),
            }
        }
        Self { events, ..self.clone() }
    }

    /// What was acknowledged, in this order; again for each time.
    pub fn acknowledged(&self) -> impl Iterator<Item = &Name> {
        self.events.iter().filter_map(|event| match &event.what {
            What::Acked { id, .. } => Some(id),
            _ => None,
        })
    }

    /// What was acknowledged, and nobody finds in the end.
    pub fn lost(&self) -> BTreeSet<Name> {
        let mut lost: BTreeSet<Name> = self.acknowledged().cloned().collect();
        for event in &self.events {
            let What::Last { items, .. } = &event.what else { continue };
            for item in items {
                if let Kind::Said { id: Some(id), .. } = &item.kind {
                    lost.remove(id);
                }
            }
        }
        lost
    }
}
