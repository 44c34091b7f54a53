//! Who is given whom: looked at again and again, it never was what it must not be.

use std::collections::BTreeMap;

use crate::history::model::{Desk, Look, Name, Place};
use crate::history::{EACH, Rule, Violation};

/// Everything that the looks show.
pub(super) fn all(desk: &Desk) -> Vec<Violation> {
    let mut found = Vec::new();
    found.extend(desk.looks.iter().filter_map(|look| above_capacity(desk, look)).take(EACH));
    found.extend(desk.looks.windows(2).filter_map(|pair| out_of_turn(&pair[0], &pair[1])).take(EACH));
    found.extend(desk.looks.iter().filter(|look| look.at_rest).filter_map(|look| idle(desk, look)).take(EACH));
    found
}

fn above_capacity(desk: &Desk, look: &Look) -> Option<Violation> {
    let (agent, load) = look.loads().into_iter().find(|(_, load)| *load > desk.capacity)?;
    let detail = format!("{agent} has {load} where {} is the limit", desk.capacity);
    Some(Violation { rule: Rule::Capacity, talk: "all".into(), detail })
}

/// Between two looks somebody was given who came later than another who waited all the while.
fn out_of_turn(before: &Look, after: &Look) -> Option<Violation> {
    if !before.whole {
        return None;
    }
    let known: BTreeMap<&str, &Place> = before.places.iter().map(|place| (&*place.talk, place)).collect();
    let was = |place: &Place| known.get(&*place.talk).copied();
    let still = |place: &&Place| place.agent.is_none() && was(place).is_some_and(|was| was == *place);
    let first = after.places.iter().filter(still).min_by_key(|place| place.key())?;
    let given = |place: &&Place| place.agent.is_some() && was(place).is_none_or(|was| was.agent.is_none());
    let second = after.places.iter().filter(given).find(|place| place.key() > first.key())?;
    let detail = format!("given to {:?} while {} waited, who came before", second.agent, first.talk);
    Some(Violation { rule: Rule::Turn, talk: Name::clone(&second.talk), detail })
}

fn idle(desk: &Desk, look: &Look) -> Option<Violation> {
    let talk = look.idle(desk.agents, desk.capacity)?;
    let detail = "waits at rest, while somebody has room".to_owned();
    Some(Violation { rule: Rule::Idle, talk, detail })
}

impl Look {
    /// How many open conversations everybody has who has any.
    fn loads(&self) -> BTreeMap<&Name, usize> {
        let mut loads = BTreeMap::new();
        for agent in self.places.iter().filter_map(|place| place.agent.as_ref()) {
            *loads.entry(agent).or_default() += 1;
        }
        loads
    }

    /// Somebody who waits though one of so many agents has room.
    pub(crate) fn idle(&self, agents: usize, capacity: usize) -> Option<Name> {
        let waits = self.places.iter().find(|place| place.agent.is_none())?;
        let full = self.loads().values().filter(|load| **load >= capacity).count();
        (full < agents).then(|| Name::clone(&waits.talk))
    }
}

impl Place {
    /// Their place in the order: nobody answers, so it stays the same.
    fn key(&self) -> impl Ord + use<'_> {
        (self.since, &*self.talk)
    }
}
