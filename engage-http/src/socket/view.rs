//! What one reader is told of what happens in the conversations that they follow.

use std::collections::HashMap;

use bytes::Bytes;
use engage_core::chat::{Author, Change, Page, Published, ReadMark, Subscribed, Typing};
use engage_core::ids::ConversationId;
use engage_core::{Actor, Audience};

use crate::wire;

/// The reader, and how far they have been told.
#[derive(Debug)]
pub(crate) struct View {
    actor: Actor,
    audience: Audience,
    following: HashMap<ConversationId, Told>,
}

/// What the reader of a conversation has been told.
#[derive(Debug)]
struct Told {
    seq: i64,
    marks: Vec<wire::ReadMark>,
    /// The place in the queue.
    place: Option<i64>,
}

/// What becomes of an entry.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The frame for it.
    Frame(Bytes),
    /// The reader has it, or does not follow any more.
    Nothing,
    /// With it the conversation leaves the reader's sight; its number.
    Left(i64),
}

impl View {
    pub(crate) fn new(actor: Actor) -> Self {
        let audience = actor.audience();
        Self { actor, audience, following: HashMap::new() }
    }

    pub(crate) fn audience(&self) -> Audience {
        self.audience
    }

    /// A subscription begins; what comes before its replay is not told any more.
    pub(crate) fn follow(&mut self, conversation: ConversationId, subscribed: &Subscribed) -> wire::Recovered {
        let reads = wire::fold_reads(&subscribed.reads, self.audience);
        let first = subscribed.replay.first().and_then(|first| first.entry.seq_for(self.audience));
        let seq = first.map_or(subscribed.seq, |first| first - 1);
        self.following.insert(conversation, Told { seq, marks: reads.clone(), place: None });
        wire::Recovered { conversation, recovered: subscribed.recovered, seq: subscribed.seq, reads }
    }

    pub(crate) fn forget(&mut self, conversation: ConversationId) {
        self.following.remove(&conversation);
    }

    pub(crate) fn entry(&mut self, published: &Published) -> Shown {
        let entry = &published.entry;
        let Some(told) = self.following.get_mut(&entry.conversation) else { return Shown::Nothing };
        let Some(seq) = entry.seq_for(self.audience).filter(|seq| *seq > told.seq) else { return Shown::Nothing };
        if let (Change::Team { team }, Actor::Staff(staff)) = (&entry.change, &self.actor)
            && !staff.sees_team(team.as_deref())
        {
            self.following.remove(&entry.conversation);
            return Shown::Left(seq);
        }
        told.seq = seq;
        Shown::Frame(published.encoded(self.audience, |entry| wire::encode_entry(entry, self.audience)))
    }

    /// Marks only move forward, and for visitors those of all agents are one.
    pub(crate) fn read(&mut self, conversation: ConversationId, mark: &ReadMark) -> Option<wire::ServerFrame> {
        let told = self.following.get_mut(&conversation)?;
        let mark = wire::ReadMark::new(mark, self.audience);
        match told.marks.iter_mut().find(|known| known.reader == mark.reader) {
            Some(known) if known.seq >= mark.seq => return None,
            Some(known) => known.seq = mark.seq,
            None if mark.seq <= 0 => return None,
            None => told.marks.push(mark.clone()),
        }
        Some(wire::ServerFrame::Read(wire::ReadTold { conversation, mark }))
    }

    /// Staff see the whole queue and need no places.
    pub(crate) fn place(&mut self, conversation: ConversationId, place: Option<i64>) -> Option<wire::ServerFrame> {
        let told = self.following.get_mut(&conversation).filter(|_| self.audience == Audience::Visitor)?;
        let is_news = std::mem::replace(&mut told.place, place) != place;
        is_news.then_some(wire::ServerFrame::Queue(wire::QueueTold { conversation, position: place }))
    }

    /// What the visitor looks at is for staff alone.
    pub(crate) fn page(&self, conversation: ConversationId, page: Page) -> Option<wire::ServerFrame> {
        let is_told = self.audience == Audience::Staff && self.following.contains_key(&conversation);
        is_told.then(|| wire::ServerFrame::Page(wire::PageTold { conversation, page: page.into() }))
    }

    /// Who types knows it without being told.
    pub(crate) fn typing(&self, typing: &Typing) -> Option<wire::ServerFrame> {
        let own = match (&typing.author, &self.actor) {
            (Author::Visitor { .. }, Actor::Visitor(_)) => true,
            (Author::Agent(agent), Actor::Staff(staff)) => agent.id == staff.agent.id,
            _ => false,
        };
        if own || !self.following.contains_key(&typing.conversation) {
            return None;
        }
        // That the conversation is another team's now may be on its way still.
        if let (Some(preview), Actor::Staff(staff)) = (&typing.preview, &self.actor)
            && !staff.sees_team(preview.team.as_deref())
        {
            return None;
        }
        wire::TypingTold::new(typing, self.audience).map(wire::ServerFrame::Typing)
    }
}
