//! The last readings, in every way there is, when everything has come to rest.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, timeout_at};

use super::person::{Held, Person};
use super::reading::item;
use super::wire::{Broken, Wire};
use crate::history::model::{Item, Name, Way, What};

/// How far back a new socket begins: less than what servers replay.
const BACK: i64 = 400;

impl Person {
    /// Reads all in every way, and sets a mark somewhere. What comes on `wire` is first: nothing but the stream itself may
    /// bring what was committed.
    pub(super) async fn reads_at_last(mut self, wire: Wire) {
        let talks: Vec<_> = self.talks.keys().cloned().collect();
        self.follows_to_the_end(&talks, wire).await;
        let fresh_until = Instant::now() + self.hearing();
        for talk in &talks {
            let all = self.all(talk).await;
            let head = all.last().map_or(0, |item| item.seq);
            self.note(talk, What::Last { way: Way::Pages, after: 0, items: all });
            self.marks(talk, head).await;
            let after = (head - BACK).max(0);
            let items = self.fresh(talk, after, head, fresh_until).await;
            self.note(talk, What::Last { way: Way::Fresh, after, items });
            let items = self.talks.remove(talk).unwrap_or_default().items;
            self.note(talk, What::Last { way: Way::Followed, after: 0, items });
        }
    }

    /// How long those who follow may take to hear of what was committed before they rested.
    fn hearing(&self) -> Duration {
        self.shared.load.patience / 3
    }

    async fn all(&self, talk: &Name) -> Vec<Item> {
        let mut all: Vec<Item> = Vec::new();
        loop {
            let after = all.last().map_or(0, |item| item.seq);
            let Ok((items, whole)) = self.page(talk, after).await else {
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            let ends = whole || items.last().is_none_or(|last| last.seq <= after);
            all.extend(items);
            if ends {
                return all;
            }
        }
    }

    /// What a socket without a past is shown, up to `head`.
    async fn fresh(&self, talk: &Name, after: i64, head: i64, deadline: Instant) -> Vec<Item> {
        loop {
            let mut items = Vec::new();
            let read = timeout_at(deadline, self.replayed(talk, after, head, &mut items)).await;
            if read.is_err() || matches!(read, Ok(Ok(()))) {
                return items;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn replayed(&self, talk: &Name, after: i64, head: i64, items: &mut Vec<Item>) -> Result<(), Broken> {
        let mut wire = self.door.connect(self.node()).await?;
        let resume = json!([{ "conversation": &**talk, "seq": after }]);
        wire.send(&json!({ "type": "hello", "protocol": 1, "resume": resume })).await?;
        while items.last().map_or(after, |item: &Item| item.seq) < head {
            for frame in self.altered(wire.next().await?) {
                if frame["type"] == "bye" || frame["resumed"][0]["recovered"] == false {
                    return Err(Broken);
                }
                if let Some(item) = item(&frame).filter(|_| frame["conversation"] == **talk) {
                    items.push(item);
                }
            }
        }
        Ok(())
    }

    /// Goes on following, as ever, until all is there that there is.
    async fn follows_to_the_end(&mut self, talks: &[Name], wire: Wire) {
        let mut heads = Vec::new();
        for talk in talks {
            heads.push(self.all(talk).await.last().map_or(0, |item| item.seq));
        }
        let deadline = Instant::now() + self.hearing();
        let done = |person: &Self| {
            talks.iter().zip(&heads).all(|(talk, head)| person.talks.get(talk).map_or(0, Held::seq) >= *head)
        };
        let mut wire = Some(wire);
        while Instant::now() < deadline && !done(self) {
            let Some(open) = &mut wire else {
                self.cut_off();
                match self.connected().await {
                    Ok(open) => wire = Some(open),
                    Err(Broken) => tokio::time::sleep(Duration::from_millis(100)).await,
                }
                continue;
            };
            let heard = match timeout_at(deadline, open.next()).await {
                Ok(Ok(frame)) => self.all_heard(open, frame).await,
                _ => Err(Broken),
            };
            if heard.is_err() {
                wire = None;
            }
        }
    }

    /// Sets the mark somewhere, once and again, and asks what is unread, in both ways.
    async fn marks(&self, talk: &Name, head: i64) {
        let path = format!("/v1/chat/conversations/{talk}");
        let seq = self.roll(usize::try_from(head).unwrap_or(0) + 1);
        for seq in [seq, seq / 2] {
            let marked = self.insist("PUT", &format!("{path}/read"), Some(json!({ "seq": seq }))).await.body;
            let (Some(mark), Some(unread)) = (marked["seq"].as_i64(), marked["unread"].as_i64()) else { return };
            self.note(talk, What::Unread { way: Way::Marked, mark, unread });
            let listed = self.insist("GET", &path, None).await.body;
            if let Some(unread) = listed["conversation"]["unread"].as_i64() {
                self.note(talk, What::Unread { way: Way::Listed, mark, unread });
            }
        }
    }
}
