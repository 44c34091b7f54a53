//! A history by conversation, so that each rule looks at what it needs.

use std::collections::{BTreeMap, HashMap};

use super::model::{Body, History, Item, Name, Side, Way, What};

/// All conversations.
pub(super) struct Index<'h> {
    pub(super) history: &'h History,
    pub(super) talks: BTreeMap<&'h str, Talk<'h>>,
    /// In which conversations a `client_message_id` was sent.
    pub(super) said_in: HashMap<&'h str, Vec<&'h str>>,
}

/// One conversation.
#[derive(Default)]
pub(super) struct Talk<'h> {
    pub(super) name: &'h str,
    pub(super) sent: HashMap<&'h str, Sent<'h>>,
    pub(super) lasts: Vec<Last<'h>>,
    pub(super) pages: Vec<Page<'h>>,
    /// By stream.
    pub(super) streams: BTreeMap<u64, Stream<'h>>,
    pub(super) unread: Vec<Unread>,
    pub(super) claims: BTreeMap<u64, Claim>,
}

/// A message, with all its tries.
pub(super) struct Sent<'h> {
    pub(super) client: usize,
    pub(super) body: Body,
    pub(super) note: bool,
    /// The first try.
    pub(super) began: u64,
    pub(super) tries: usize,
    pub(super) refused: usize,
    /// How many tries had another end than an acknowledgement, before the first one.
    pub(super) failed: usize,
    /// When, for which side, with which number.
    pub(super) acks: Vec<(u64, Side, i64)>,
    pub(super) id: &'h Name,
}

pub(super) struct Last<'h> {
    pub(super) client: usize,
    pub(super) way: Way,
    pub(super) after: i64,
    pub(super) items: &'h [Item],
}

pub(super) struct Page<'h> {
    pub(super) client: usize,
    pub(super) began: u64,
    pub(super) after: i64,
    pub(super) whole: bool,
    pub(super) items: &'h [Item],
}

pub(super) struct Stream<'h> {
    pub(super) client: usize,
    pub(super) after: i64,
    pub(super) items: Vec<&'h Item>,
}

pub(super) struct Unread {
    pub(super) client: usize,
    pub(super) way: Way,
    pub(super) mark: i64,
    pub(super) unread: i64,
}

pub(super) struct Claim {
    pub(super) client: usize,
    pub(super) succeeded: bool,
}

impl Sent<'_> {
    /// Whether any try was acknowledged.
    pub(super) fn is_acked(&self) -> bool {
        !self.acks.is_empty()
    }

    /// Whether it is certain that nothing was stored.
    pub(super) fn is_refused(&self) -> bool {
        self.acks.is_empty() && self.refused == self.tries
    }

    /// Whether `side` may see it.
    pub(super) fn is_for(&self, side: Side) -> bool {
        side == Side::Staff || !self.note
    }
}

impl<'h> Index<'h> {
    pub(super) fn of(history: &'h History) -> Self {
        let mut index = Self { history, talks: BTreeMap::new(), said_in: HashMap::new() };
        for event in &history.events {
            let talk = index.talks.entry(&event.talk).or_insert_with(|| Talk { name: &event.talk, ..Talk::default() });
            let (client, at) = (event.client, event.at);
            match &event.what {
                What::Send { id, body, note } => {
                    let sent = talk.sent.entry(id).or_insert_with(|| {
                        index.said_in.entry(id).or_default().push(&event.talk);
                        let (body, note) = (*body, *note);
                        Sent { client, body, note, began: at, tries: 0, refused: 0, failed: 0, acks: Vec::new(), id }
                    });
                    sent.tries += 1;
                }
                What::Acked { id, seq } => {
                    let side = history.clients[client].side;
                    talk.sent.entry(id).and_modify(|sent| sent.acks.push((at, side, *seq)));
                }
                What::Refused { id } => {
                    talk.sent.entry(id).and_modify(|sent| {
                        sent.refused += 1;
                        sent.failed += usize::from(sent.acks.is_empty());
                    });
                }
                What::Unknown { id } => {
                    talk.sent.entry(id).and_modify(|sent| sent.failed += usize::from(sent.acks.is_empty()));
                }
                What::Follow { stream, after } => {
                    talk.streams.insert(*stream, Stream { client, after: *after, items: Vec::new() });
                }
                What::Shown { stream, item } => {
                    talk.streams.entry(*stream).and_modify(|stream| stream.items.push(item));
                }
                What::Page { began, after, whole, items } => {
                    talk.pages.push(Page { client, began: *began, after: *after, whole: *whole, items });
                }
                What::Last { way, after, items } => {
                    talk.lasts.push(Last { client, way: *way, after: *after, items });
                }
                What::Unread { way, mark, unread } => {
                    talk.unread.push(Unread { client, way: *way, mark: *mark, unread: *unread });
                }
                What::Rewound => {}
                What::Claim { number } => {
                    talk.claims.insert(*number, Claim { client, succeeded: false });
                }
                What::Claimed { number } => {
                    talk.claims.entry(*number).and_modify(|claim| claim.succeeded = true);
                }
            }
        }
        index
    }

    pub(super) fn side(&self, client: usize) -> Side {
        self.history.clients[client].side
    }

    pub(super) fn person(&self, client: usize) -> &'h Name {
        &self.history.clients[client].person
    }

    /// The sides of this history.
    pub(super) const SIDES: [Side; 2] = [Side::Visitor, Side::Staff];
}

impl<'h> Talk<'h> {
    /// What `side` holds in the end: the longest of its whole readings. The rules say whether the others agree.
    pub(super) fn truth(&self, index: &Index<'_>, side: Side) -> Option<&'h [Item]> {
        let whole = self.lasts.iter().filter(|last| last.after == 0 && index.side(last.client) == side);
        whole.map(|last| last.items).max_by_key(|items| items.len())
    }

    /// Everything that anybody was shown, with who it was.
    pub(super) fn shown(&self) -> impl Iterator<Item = (usize, &'h Item)> {
        let lasts = self.lasts.iter().flat_map(|last| last.items.iter().map(|item| (last.client, item)));
        let pages = self.pages.iter().flat_map(|page| page.items.iter().map(|item| (page.client, item)));
        let streams = self.streams.values().flat_map(|stream| stream.items.iter().map(|item| (stream.client, *item)));
        lasts.chain(pages).chain(streams)
    }
}
