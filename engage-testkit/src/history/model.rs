//! A history: who did what when, and what they were told.

use std::collections::BTreeMap;
use std::sync::Arc;

/// An id: of a conversation, a message, a person.
pub type Name = Arc<str>;

/// A text, as its digest: long runs hold millions.
pub type Body = u64;

/// Everything that happened, in the order of time on one monotonic clock.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Who took part.
    pub clients: Vec<Client>,
    /// Whose each conversation is.
    pub owners: BTreeMap<Name, Name>,
    /// What happened.
    pub events: Vec<Event>,
    /// What was seen of the queue, where the site assigns by itself.
    pub desk: Option<Desk>,
    /// How many clients did not come to rest: they had no answer, or could not read, though all faults had ended.
    pub stuck: usize,
}

/// One device of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Who.
    pub person: Name,
    /// On which side.
    pub side: Side,
}

/// The two kinds of readers; each has a numbering of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Those who write to the site.
    Visitor,
    /// Agents and admins.
    Staff,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// When, in microseconds since the beginning.
    pub at: u64,
    /// To whom, by the place in [`History::clients`].
    pub client: usize,
    /// In which conversation.
    pub talk: Name,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum What {
    /// A message or note goes out; again for each try.
    Send {
        /// Its `client_message_id`.
        id: Name,
        /// What it says.
        body: Body,
        /// Whether only staff may see it.
        note: bool,
    },
    /// A try was acknowledged.
    Acked {
        /// Of which message.
        id: Name,
        /// With which number, in the sender's numbering.
        seq: i64,
    },
    /// A try was refused for good: nothing was stored by it.
    Refused {
        /// Of which message.
        id: Name,
    },
    /// Nobody knows what became of a try: a broken link, no answer in time, an answer that says as much.
    Unknown {
        /// Of which message.
        id: Name,
    },
    /// From here on the stream shows every entry after `after`.
    Follow {
        /// Unique for each subscription.
        stream: u64,
        /// The newest entry before it.
        after: i64,
    },
    /// A stream shows an entry.
    Shown {
        /// Which.
        stream: u64,
        /// What.
        item: Item,
    },
    /// A page was read: all entries after `after`, up to the newest when it was `whole`.
    Page {
        /// When the request went out.
        began: u64,
        /// Where the page begins.
        after: i64,
        /// Whether the server said that there is no more.
        whole: bool,
        /// What it held.
        items: Vec<Item>,
    },
    /// After everything had come to rest: all entries after `after`.
    Last {
        /// How they were read.
        way: Way,
        /// Where the reading began.
        after: i64,
        /// What was there.
        items: Vec<Item>,
    },
    /// After everything had come to rest: the own mark and what is unread.
    Unread {
        /// Who was asked, for messages.
        way: Way,
        /// The mark.
        mark: i64,
        /// How much the server says is unread.
        unread: i64,
    },
    /// An agent tries to take a conversation that is nobody's.
    Claim {
        /// Which try.
        number: u64,
    },
    /// The client was told that the database has another history, and begins anew: what it held counts no more.
    Rewound,
    /// The claim succeeded.
    Claimed {
        /// Which try.
        number: u64,
    },
}

/// How something was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// Page by page over HTTP.
    Pages,
    /// By a new socket, from an old place.
    Fresh,
    /// What the client held by everything that it was ever shown.
    Followed,
    /// From the answer to a mark that was set.
    Marked,
    /// From the conversation itself.
    Listed,
}

/// An entry, as somebody saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its number, in the reader's numbering.
    pub seq: i64,
    /// The entry's own id.
    pub entry: Name,
    /// What it is.
    pub kind: Kind,
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A message, or a note.
    Said {
        /// Its `client_message_id`.
        id: Option<Name>,
        /// What it says.
        body: Body,
        /// Whether it is a note.
        note: bool,
    },
    /// From here on it is somebody's, or nobody's. Visitors are not told whose.
    Assigned(Option<Name>),
    /// Anything else, by its type.
    Other(Name),
}

/// A site that gives what waits to its agents, all of one team, first come first served. Nobody takes anything by themselves,
/// and nobody is answered before they are served.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// How many conversations an agent is given at most.
    pub capacity: usize,
    /// How many agents are there all the time.
    pub agents: usize,
    /// One after the other.
    pub looks: Vec<Look>,
}

/// What was open at one moment.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// Everything, or as much as was told.
    pub places: Vec<Place>,
    /// Whether it is everything.
    pub whole: bool,
    /// Whether there had been time to give out all that can be given.
    pub at_rest: bool,
}

/// An open conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub talk: Name,
    /// Since when the visitor waits for an answer, in microseconds.
    pub since: i64,
    /// Whose it is.
    pub agent: Option<Name>,
    /// The newest entry.
    pub seq: i64,
}

/// The digest of a text (FNV-1a: equal on every machine and in every run).
pub fn digest(text: &str) -> Body {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

impl Kind {
    /// Whether only staff may see it.
    pub fn is_private(&self) -> bool {
        match self {
            Self::Said { note, .. } => *note,
            Self::Assigned(_) => false,
            Self::Other(kind) => matches!(&**kind, "team" | "contact" | "note"),
        }
    }
}

/// To write histories by hand. Each event happens a millisecond after the one before.
impl History {
    /// Somebody of the site's visitors.
    pub fn visitor(&mut self, person: &str) -> usize {
        self.client(person, Side::Visitor)
    }

    /// Somebody of the staff.
    pub fn agent(&mut self, person: &str) -> usize {
        self.client(person, Side::Staff)
    }

    /// The conversation is this visitor's.
    pub fn owns(&mut self, person: &str, talk: &str) {
        self.owners.insert(talk.into(), person.into());
    }

    /// A message goes out.
    pub fn sends(&mut self, client: usize, talk: &str, id: &str, body: &str) {
        self.push(client, talk, What::Send { id: id.into(), body: digest(body), note: false });
    }

    /// A note goes out.
    pub fn notes(&mut self, client: usize, talk: &str, id: &str, body: &str) {
        self.push(client, talk, What::Send { id: id.into(), body: digest(body), note: true });
    }

    /// It is acknowledged.
    pub fn acked(&mut self, client: usize, talk: &str, id: &str, seq: i64) {
        self.push(client, talk, What::Acked { id: id.into(), seq });
    }

    /// All that somebody reads when everything has come to rest.
    pub fn reads_at_last(&mut self, client: usize, talk: &str, items: impl IntoIterator<Item = Item>) {
        let items = items.into_iter().collect();
        self.push(client, talk, What::Last { way: Way::Pages, after: 0, items });
    }

    /// Anything else.
    pub fn push(&mut self, client: usize, talk: &str, what: What) {
        let at = self.events.last().map_or(0, |event| event.at) + 1_000;
        self.events.push(Event { at, client, talk: talk.into(), what });
    }

    fn client(&mut self, person: &str, side: Side) -> usize {
        self.clients.push(Client { person: person.into(), side });
        self.clients.len() - 1
    }
}

impl Item {
    /// A message, as read.
    pub fn message(seq: i64, id: &str, body: &str) -> Self {
        Self::said(seq, id, body, false)
    }

    /// A note, as read.
    pub fn note(seq: i64, id: &str, body: &str) -> Self {
        Self::said(seq, id, body, true)
    }

    /// A change of who answers, as read.
    pub fn assigned(seq: i64, agent: Option<&str>) -> Self {
        Self { seq, entry: format!("assigned {seq}").into(), kind: Kind::Assigned(agent.map(Into::into)) }
    }

    fn said(seq: i64, id: &str, body: &str, note: bool) -> Self {
        let kind = Kind::Said { id: Some(id.into()), body: digest(body), note };
        Self { seq, entry: format!("entry of {id}").into(), kind }
    }
}
