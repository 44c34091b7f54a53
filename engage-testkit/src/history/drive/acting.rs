//! What a person does.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::person::{Pending, Person, UNDER_WAY};
use super::wire::{Broken, Wire};
use crate::history::digest;
use crate::history::model::{Name, Side, What};

impl Person {
    /// Something, by chance.
    pub(super) async fn act(&mut self, wire: &mut Wire) -> Result<(), Broken> {
        let talks: Vec<_> = self.talks.keys().cloned().collect();
        let Some(talk) = talks.get(self.roll(talks.len())).cloned() else { return Ok(()) };
        match self.roll(100) {
            0..65 => self.says(wire, talk).await,
            65..75 => {
                // What they could not read they will read later.
                let after = self.talks.get(&talk).map_or(0, super::person::Held::seq);
                let _ = self.page(&talk, (after - 10).max(0)).await;
                Ok(())
            }
            75..80 => {
                let seq = self.roll(1 + self.talks.get(&talk).map_or(0, super::person::Held::seq) as usize);
                wire.send(&json!({ "type": "read", "conversation": &*talk, "seq": seq })).await
            }
            80..86 => {
                self.says_again().await;
                Ok(())
            }
            86..88 => {
                self.pries().await;
                Ok(())
            }
            88..91 => Err(Broken),
            _ if self.side == Side::Visitor => self.says(wire, talk).await,
            91..96 => {
                self.claims(&talk).await;
                Ok(())
            }
            _ => {
                let path = format!("/v1/chat/conversations/{talk}/assignee");
                let _ = self.ask("PUT", &path, Some(json!({ "agent": null }))).await;
                Ok(())
            }
        }
    }

    async fn says(&mut self, wire: &mut Wire, talk: Name) -> Result<(), Broken> {
        if self.pending.len() >= UNDER_WAY {
            return Ok(());
        }
        let (id, note) = (self.next_id(), self.side == Side::Staff && self.roll(5) == 0);
        let body = format!("{id} says something about {} things", self.roll(1_000));
        let pending = Pending { talk, id, body, note, since: Instant::now() };
        self.pending.push_back(pending.clone());
        self.send(wire, &pending).await
    }

    /// Sends over HTTP what was acknowledged before, as who never got the answer would.
    async fn says_again(&mut self) {
        let Some(Pending { talk, id, body, note, .. }) = self.acked.take() else { return };
        let path = format!("/v1/chat/conversations/{talk}/{}", if note { "notes" } else { "messages" });
        self.note(&talk, What::Send { id: Name::clone(&id), body: digest(&body), note });
        let answer = self.ask("POST", &path, Some(json!({ "client_message_id": &*id, "body": body }))).await;
        match answer {
            Ok(answer) if answer.status == 200 || answer.status == 201 => {
                self.note(&talk, What::Acked { id, seq: answer.body["seq"].as_i64().unwrap_or(0) });
            }
            _ => self.note(&talk, What::Unknown { id }),
        }
    }

    /// Asks for what may be somebody else's. What comes is noted as any page.
    async fn pries(&self) {
        let talks = self.shared.talks.lock().clone();
        if let Some(talk) = talks.get(self.roll(talks.len())) {
            let _ = self.page(talk, 0).await;
        }
    }

    /// Tries to take a conversation that is nobody's.
    async fn claims(&mut self, talk: &Name) {
        let number = self.recorder.number();
        self.note(talk, What::Claim { number });
        let path = format!("/v1/chat/conversations/{talk}/assignee");
        let claim = json!({ "agent": &self.name, "expected": null });
        if self.ask("PUT", &path, Some(claim)).await.is_ok_and(|answer| answer.status == 200) {
            self.note(talk, What::Claimed { number });
        }
    }

    /// The answer to a message.
    pub(super) fn acked(&mut self, frame: &Value) {
        let (id, seq) = (frame["client_message_id"].as_str().unwrap_or_default(), frame["seq"].as_i64().unwrap_or(0));
        let Some(at) = self.pending.iter().position(|pending| &*pending.id == id) else { return };
        let Some(pending) = self.pending.remove(at) else { return };
        self.note(&pending.talk, What::Acked { id: Name::clone(&pending.id), seq });
        self.shared.acked.fetch_add(1, Ordering::Relaxed);
        self.acked = Some(pending);
    }

    /// An error: a refusal for good, or a fault after which nobody knows; then the message is sent again on a new link, so that
    /// what was said keeps its order.
    pub(super) fn refused(&mut self, frame: &Value) -> Result<(), Broken> {
        let Some(at) = self.pending.iter().position(|pending| *pending.id == frame["ref"]) else { return Ok(()) };
        match frame["code"].as_str().unwrap_or_default() {
            "invalid" | "not_found" | "forbidden" | "client_message_id_reused" => {
                let Some(pending) = self.pending.remove(at) else { return Ok(()) };
                self.note(&pending.talk, What::Refused { id: pending.id });
                Ok(())
            }
            _ => Err(Broken),
        }
    }
}
