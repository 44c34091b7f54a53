//! What a person takes in.

use serde_json::{Value, json};

use super::person::{Held, Person};
use super::wire::{Broken, Wire};
use crate::history::digest;
use crate::history::model::{Item, Kind, Name, What};

/// How many entries one page holds.
const PAGE: usize = 200;

impl Person {
    /// Takes in where a subscription begins. When not everything that is missing will be replayed, fetches it.
    pub(super) async fn follow(&mut self, place: &Value) -> Result<(), Broken> {
        let talk: Name = place["conversation"].as_str().ok_or(Broken)?.into();
        let (Some(recovered), Some(seq)) = (place["recovered"].as_bool(), place["seq"].as_i64()) else {
            return Err(Broken);
        };
        let stream = self.recorder.number();
        let Some(held) = self.talks.get_mut(&talk) else { return Err(Broken) };
        held.stream = Some(stream);
        let after = if recovered { held.seq() } else { seq };
        self.note(&talk, What::Follow { stream, after });
        if !recovered {
            self.catch_up(&talk).await?;
        }
        Ok(())
    }

    /// Reads what is missing, page by page.
    pub(super) async fn catch_up(&mut self, talk: &Name) -> Result<(), Broken> {
        loop {
            let after = self.talks.get(talk).map_or(0, Held::seq);
            let (items, whole) = self.page(talk, after).await?;
            let Some(held) = self.talks.get_mut(talk) else { return Ok(()) };
            let before = held.items.len();
            items.into_iter().for_each(|item| held.take(item));
            if whole || held.items.len() == before {
                return Ok(());
            }
        }
    }

    /// One page of what comes after `after`, and whether there is no more.
    pub(super) async fn page(&self, talk: &Name, after: i64) -> Result<(Vec<Item>, bool), Broken> {
        let began = self.recorder.now();
        let path = format!("/v1/chat/conversations/{talk}/entries?after={after}&limit={PAGE}");
        let answer = self.ask("GET", &path, None).await?;
        let entries = answer.body["entries"].as_array().filter(|_| answer.status == 200).ok_or(Broken)?;
        let items: Vec<_> = entries.iter().map(item).collect::<Option<_>>().ok_or(Broken)?;
        if self.epoch.as_deref().is_some_and(|epoch| answer.body["epoch"] != epoch) {
            return Err(Broken);
        }
        let whole = answer.body["has_more"] == false;
        self.note(talk, What::Page { began, after, whole, items: items.clone() });
        Ok((items, whole))
    }

    /// Takes in a frame.
    pub(super) async fn hear(&mut self, wire: &mut Wire, frame: &Value) -> Result<(), Broken> {
        match frame["type"].as_str().unwrap_or_default() {
            "message" | "note" | "status" | "assigned" | "team" | "contact" => self.shown(wire, frame).await,
            "ack" => {
                self.acked(frame);
                Ok(())
            }
            "error" => self.refused(frame),
            "gap" => {
                let talk = frame["conversation"].as_str().unwrap_or_default();
                if let Some(held) = self.talks.get_mut(talk) {
                    held.stream = None;
                    subscribe(wire, talk, held.seq()).await?;
                }
                Ok(())
            }
            "subscribed" => self.follow(frame).await,
            "bye" => Err(Broken),
            _ => Ok(()),
        }
    }

    /// An entry of a stream. One that comes too early means that something is missing: asks for it, as clients do.
    async fn shown(&mut self, wire: &mut Wire, frame: &Value) -> Result<(), Broken> {
        let talk: Name = frame["conversation"].as_str().ok_or(Broken)?.into();
        let item = item(frame).ok_or(Broken)?;
        let stream = self.talks.get(&talk).and_then(|held| held.stream);
        // Of a conversation that they do not follow: a stream that nobody began.
        let stream = stream.unwrap_or_else(|| {
            let stream = self.recorder.number();
            self.note(&talk, What::Follow { stream, after: item.seq - 1 });
            stream
        });
        self.note(&talk, What::Shown { stream, item: item.clone() });
        let Some(held) = self.talks.get_mut(&talk) else { return Ok(()) };
        if item.seq > held.seq() + 1 {
            held.stream = None;
            return subscribe(wire, &talk, held.seq()).await;
        }
        held.take(item);
        Ok(())
    }
}

impl Held {
    /// The next one is kept; what is known is not.
    pub(super) fn take(&mut self, item: Item) {
        if item.seq == self.seq() + 1 {
            self.items.push(item);
        }
    }
}

async fn subscribe(wire: &mut Wire, talk: &str, seq: i64) -> Result<(), Broken> {
    wire.send(&json!({ "type": "subscribe", "ref": "again", "conversation": talk, "seq": seq })).await
}

/// An entry, as it was sent.
pub(super) fn item(entry: &Value) -> Option<Item> {
    let kind = match entry["type"].as_str()? {
        kind @ ("message" | "note") => Kind::Said {
            id: entry["client_message_id"].as_str().map(Into::into),
            body: digest(entry["body"].as_str()?),
            note: kind == "note",
        },
        // Visitors are told a name and no id.
        "assigned" => {
            let agent = &entry["agent"];
            Kind::Assigned(agent["id"].as_str().or(agent["name"].as_str()).map(Into::into))
        }
        kind => Kind::Other(kind.into()),
    };
    Some(Item { seq: entry["seq"].as_i64()?, entry: entry["id"].as_str()?.into(), kind })
}
