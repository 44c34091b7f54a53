//! Histories as a server makes them that keeps every promise: one list of entries for each conversation, and clients who are
//! shown it late, in parts, and sometimes not at all.

use std::collections::BTreeMap;

use engage_core::entropy::{Entropy as _, SeededEntropy};
use engage_testkit::history::{History, Item, Kind, Name, Side, Way, What, digest};

struct World {
    history: History,
    dice: SeededEntropy,
    talks: Vec<Talk>,
    numbers: u64,
}

#[derive(Default)]
struct Talk {
    name: String,
    owner: usize,
    /// What staff sees, in order.
    entries: Vec<Item>,
    holder: Option<Name>,
    /// By client: the stream, and how far it has been shown.
    streams: BTreeMap<usize, (u64, i64)>,
}

/// A history of about `steps` things that somebody did.
pub(crate) fn honest(seed: u64, steps: usize) -> History {
    let mut world =
        World { history: History::default(), dice: SeededEntropy::new(seed), talks: Vec::new(), numbers: 0 };
    let agents = [world.history.agent("ada"), world.history.agent("bob")];
    for number in 0..3 {
        let person = format!("visitor-{number}");
        let (owner, name) = (world.history.visitor(&person), format!("talk-{number}"));
        world.history.owns(&person, &name);
        world.talks.push(Talk { name, owner, ..Talk::default() });
    }
    for step in 0..steps {
        let at = world.roll(world.talks.len());
        let client = [world.talks[at].owner, agents[0], agents[1]][world.roll(3)];
        world.step(at, client, step);
    }
    for at in 0..world.talks.len() {
        for client in [world.talks[at].owner, agents[0], agents[1]] {
            world.reads_at_last(at, client);
        }
    }
    world.history
}

impl World {
    fn roll(&self, sides: usize) -> usize {
        (self.dice.fraction() * sides as f64) as usize
    }

    fn side(&self, client: usize) -> Side {
        self.history.clients[client].side
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn push(&mut self, at: usize, client: usize, what: What) {
        let talk = self.talks[at].name.clone();
        self.history.push(client, &talk, what);
    }

    /// What a client sees after a number, at most so many.
    fn seen(&self, at: usize, client: usize, after: i64, limit: usize) -> Vec<Item> {
        let side = self.side(client);
        let visible = self.talks[at].entries.iter().filter(|item| side == Side::Staff || !item.kind.is_private());
        let numbered = (1..).zip(visible).map(|(seq, item)| Item { seq, ..item.clone() });
        numbered.filter(|item| item.seq > after).take(limit).collect()
    }

    fn step(&mut self, at: usize, client: usize, step: usize) {
        let is_staff = self.side(client) == Side::Staff;
        match self.roll(20) {
            0..10 => self.says(at, client, step, is_staff && self.roll(4) == 0),
            10..13 => self.follows(at, client),
            13..15 => self.shows(at, client),
            15 => {
                // From near the end, as clients do: a long history is not read again and again.
                let head = self.talks[at].entries.len() as i64;
                let after = if is_staff { (head - self.roll(30) as i64).max(0) } else { 0 };
                let items = self.seen(at, client, after, 20);
                let whole = self.seen(at, client, after, 21).len() < 21;
                let began = self.history.events.last().map_or(0, |event| event.at);
                self.push(at, client, What::Page { began, after, whole, items });
            }
            16 | 17 if is_staff => self.claims(at, client),
            18 if is_staff && self.talks[at].holder.take().is_some() => self.enters(at, Kind::Assigned(None)),
            _ => self.enters(at, Kind::Other("status".into())),
        }
    }

    fn enters(&mut self, at: usize, kind: Kind) {
        let number = self.number();
        let talk = &mut self.talks[at];
        let seq = talk.entries.len() as i64 + 1;
        talk.entries.push(Item { seq, entry: format!("entry-{number}").into(), kind });
    }

    /// Sends, with whatever outcome; sometimes again.
    fn says(&mut self, at: usize, client: usize, step: usize, note: bool) {
        let (id, body): (Name, _) = (format!("m-{step}").into(), digest(&format!("text {step}")));
        let send = What::Send { id: id.clone(), body, note };
        self.push(at, client, send.clone());
        let outcome = self.roll(10);
        if outcome == 0 {
            return self.push(at, client, What::Refused { id });
        }
        if outcome == 1 {
            return self.push(at, client, What::Unknown { id });
        }
        self.enters(at, Kind::Said { id: Some(id.clone()), body, note });
        let seq = self.seen(at, client, 0, usize::MAX).len() as i64;
        if outcome < 4 {
            self.push(at, client, What::Unknown { id: id.clone() });
            if outcome == 2 {
                return;
            }
            self.push(at, client, send);
        }
        self.push(at, client, What::Acked { id, seq });
    }

    fn follows(&mut self, at: usize, client: usize) {
        let head = self.seen(at, client, 0, usize::MAX).len() as i64;
        let (stream, after) = (self.number(), (head - self.roll(5) as i64).max(0));
        self.talks[at].streams.insert(client, (stream, after));
        self.push(at, client, What::Follow { stream, after });
    }

    fn shows(&mut self, at: usize, client: usize) {
        let Some((stream, after)) = self.talks[at].streams.get(&client).copied() else { return };
        let limit = self.roll(8);
        for item in self.seen(at, client, after, limit) {
            self.talks[at].streams.insert(client, (stream, item.seq));
            self.push(at, client, What::Shown { stream, item });
        }
    }

    fn claims(&mut self, at: usize, client: usize) {
        let number = self.number();
        self.push(at, client, What::Claim { number });
        if self.talks[at].holder.is_none() {
            let person = self.history.clients[client].person.clone();
            self.talks[at].holder = Some(person.clone());
            self.enters(at, Kind::Assigned(Some(person)));
            if self.roll(4) > 0 {
                self.push(at, client, What::Claimed { number });
            }
        }
    }

    fn reads_at_last(&mut self, at: usize, client: usize) {
        let all = self.seen(at, client, 0, usize::MAX);
        let after = self.roll(all.len() + 1) as i64;
        let rest = all.iter().filter(|item| item.seq > after).cloned().collect();
        let mark = self.roll(all.len() + 1) as i64;
        let own: Vec<Name> = self
            .history
            .events
            .iter()
            .filter(|event| event.client == client)
            .filter_map(|event| match &event.what {
                What::Send { id, .. } => Some(id.clone()),
                _ => None,
            })
            .collect();
        let own: std::collections::BTreeSet<_> = own.into_iter().collect();
        let by_others = |item: &&Item| match &item.kind {
            Kind::Said { id: Some(id), .. } => item.seq > mark && !own.contains(id),
            _ => false,
        };
        let unread = all.iter().filter(by_others).count() as i64;
        self.push(at, client, What::Last { way: Way::Pages, after: 0, items: all });
        self.push(at, client, What::Last { way: Way::Fresh, after, items: rest });
        for way in [Way::Marked, Way::Listed] {
            self.push(at, client, What::Unread { way, mark, unread });
        }
    }
}
