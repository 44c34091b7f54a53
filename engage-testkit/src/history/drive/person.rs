//! One person with one device: connects, is cut off, connects again and forgets nothing, as the client in `web/` does.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use engage_core::entropy::{Entropy as _, SeededEntropy};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::wire::{Answer, Broken, Door, Wire};
use super::{Phase, Shared};
use crate::history::model::{Item, Name, Side, What};
use crate::history::recorder::Recorder;
use crate::http::Directory;

/// How long a message may lack its answer before the link is taken for dead.
const ANSWER: Duration = Duration::from_secs(4);
/// How many messages of one person may be on their way.
pub(super) const UNDER_WAY: usize = 4;

/// Somebody.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) side: Side,
    pub(super) client: usize,
    pub(super) door: Door,
    pub(super) shared: Arc<Shared>,
    pub(super) recorder: Recorder,
    pub(super) dice: Arc<SeededEntropy>,
    /// Conversations that they follow.
    pub(super) talks: BTreeMap<Name, Held>,
    /// The history that what they have of those belongs to.
    pub(super) epoch: Option<String>,
    /// What was sent and has no answer yet, oldest first.
    pub(super) pending: VecDeque<Pending>,
    /// How many messages they have made.
    pub(super) made: usize,
    /// What was acknowledged last, to be sent again.
    pub(super) acked: Option<Pending>,
    rested: bool,
}

/// What they have of a conversation.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) items: Vec<Item>,
    /// The present subscription.
    pub(super) stream: Option<u64>,
}

/// A message on its way.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) talk: Name,
    pub(super) id: Name,
    pub(super) body: String,
    pub(super) note: bool,
    pub(super) since: Instant,
}

impl Person {
    pub(super) fn new(number: usize, side: Side, shared: &Arc<Shared>, recorder: &Recorder) -> Self {
        let (name, door) = match side {
            Side::Visitor => (format!("visitor-{number}"), Door { base: "/engage", header: None }),
            Side::Staff => {
                let name = format!("agent-{number}");
                let header = Some((Directory::HEADER, format!("agent:{name}")));
                (name, Door { base: "/admin/engage", header })
            }
        };
        let seed = shared.load.seed.wrapping_mul(1_000_003).wrapping_add(number as u64);
        Self {
            client: recorder.client(&name, side),
            name,
            side,
            door,
            shared: Arc::clone(shared),
            recorder: recorder.clone(),
            dice: Arc::new(SeededEntropy::new(seed)),
            talks: BTreeMap::new(),
            epoch: None,
            pending: VecDeque::new(),
            made: 0,
            acked: None,
            rested: false,
        }
    }

    /// A number below `sides`.
    pub(super) fn roll(&self, sides: usize) -> usize {
        (self.dice.fraction() * sides as f64) as usize
    }

    pub(super) fn node(&self) -> SocketAddr {
        self.shared.nodes[self.roll(self.shared.nodes.len())]
    }

    pub(super) fn note(&self, talk: &Name, what: What) {
        self.recorder.note(self.client, talk, what);
    }

    /// One request over HTTP, to any node.
    pub(super) async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Result<Answer, Broken> {
        let answer = self.door.ask(self.node(), method, path, body).await?;
        if answer.status >= 500 {
            self.shared.faults.lock().push(format!("{} {method} {path}: {} {}", self.name, answer.status, answer.body));
        }
        Ok(answer)
    }

    /// Asks until an answer is no fault.
    pub(super) async fn insist(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        loop {
            match self.ask(method, path, body.clone()).await {
                Ok(answer) if answer.status < 500 && answer.status != 429 => return answer,
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }

    /// Gets a session and opens the conversation.
    pub(super) async fn opened(mut self) -> Self {
        let answer = self.insist("POST", "/v1/session", Some(json!({}))).await;
        self.door.header = answer.cookie.map(|cookie| ("cookie", cookie));
        let (id, body) = (self.next_id(), format!("{} begins", self.name));
        let opening = json!({ "client_message_id": &*id, "body": body });
        let began = self.insist("POST", "/v1/chat/conversations", Some(opening)).await.body;
        let talk: Name = began["conversation"]["id"].as_str().expect("a conversation").into();
        self.recorder.owns(&self.name, &talk);
        // Noted afterwards, as the conversation has no name before: nothing could be sent after it any earlier.
        self.note(&talk, What::Send { id: Name::clone(&id), body: crate::history::digest(&body), note: false });
        self.note(&talk, What::Acked { id, seq: began["entry"]["seq"].as_i64().unwrap_or(0) });
        self.talks.insert(Name::clone(&talk), Held::default());
        self.shared.talks.lock().push(talk);
        self
    }

    pub(super) fn next_id(&mut self) -> Name {
        self.made += 1;
        format!("{}-{}-{}", self.name, self.made, self.shared.load.seed).into()
    }

    /// Talks until it is time to rest and everything has an answer; then reads.
    pub(super) async fn live(mut self, mut phase: watch::Receiver<Phase>) {
        if self.side == Side::Staff {
            self.talks = self.shared.talks.lock().iter().map(|talk| (Name::clone(talk), Held::default())).collect();
        }
        let mut failures = 0_u32;
        loop {
            match self.connected().await {
                Ok(mut wire) => {
                    failures = 0;
                    if self.talk(&mut wire, &mut phase).await.is_ok() {
                        return self.reads_at_last(wire).await;
                    }
                }
                Err(Broken) => failures += 1,
            }
            self.cut_off();
            let limit = 100.0 * f64::from(2_u32.pow(failures.min(4)));
            tokio::time::sleep(Duration::from_millis((self.dice.fraction() * limit) as u64)).await;
        }
    }

    /// Connects, says hello and takes in where each conversation goes on.
    pub(super) async fn connected(&mut self) -> Result<Wire, Broken> {
        let mut wire = self.door.connect(self.node()).await?;
        let resume: Vec<_> =
            self.talks.iter().map(|(talk, held)| json!({ "conversation": &**talk, "seq": held.seq() })).collect();
        let mut hello = json!({ "type": "hello", "protocol": 1, "resume": resume });
        if let Some(epoch) = &self.epoch {
            hello["epoch"] = json!(epoch);
        }
        wire.send(&hello).await?;
        loop {
            let frame = wire.soon().await?;
            for frame in self.altered(frame) {
                if frame["type"] == "welcome" {
                    self.enter(frame["epoch"].as_str().ok_or(Broken)?);
                    for place in frame["resumed"].as_array().ok_or(Broken)? {
                        self.follow(place).await?;
                    }
                    self.send_again(&mut wire).await?;
                    return Ok(wire);
                }
                if frame["type"] == "bye" || frame["type"] == "error" {
                    return Err(Broken);
                }
            }
        }
    }

    /// Under another history nothing that they have means anything.
    fn enter(&mut self, epoch: &str) {
        if self.epoch.as_deref() == Some(epoch) {
            return;
        }
        if self.epoch.replace(epoch.to_owned()).is_some() {
            self.talks.values_mut().for_each(|held| held.items.clear());
            self.recorder.note(self.client, &"".into(), What::Rewound);
        }
    }

    /// The link is dead: nobody knows what became of what was on its way.
    pub(super) fn cut_off(&mut self) {
        for pending in &self.pending {
            self.note(&pending.talk, What::Unknown { id: Name::clone(&pending.id) });
        }
        self.talks.values_mut().for_each(|held| held.stream = None);
    }

    async fn send_again(&mut self, wire: &mut Wire) -> Result<(), Broken> {
        for at in 0..self.pending.len() {
            self.pending[at].since = Instant::now();
            let pending = self.pending[at].clone();
            self.send(wire, &pending).await?;
        }
        Ok(())
    }

    /// One try.
    pub(super) async fn send(&self, wire: &mut Wire, pending: &Pending) -> Result<(), Broken> {
        let Pending { talk, id, body, note, .. } = pending;
        self.note(talk, What::Send { id: Name::clone(id), body: crate::history::digest(body), note: *note });
        let kind = if *note { "note" } else { "send" };
        wire.send(&json!({ "type": kind, "conversation": &**talk, "client_message_id": &**id, "body": body })).await
    }

    /// Listens and does things until the link breaks (an error) or all is done.
    async fn talk(&mut self, wire: &mut Wire, phase: &mut watch::Receiver<Phase>) -> Result<(), Broken> {
        let mut act = Instant::now() + self.pause();
        loop {
            let now = *phase.borrow_and_update();
            let resting = now != Phase::Talk;
            if resting && self.pending.is_empty() {
                if !std::mem::replace(&mut self.rested, true) {
                    self.shared.resting.fetch_add(1, Ordering::Release);
                }
                if now == Phase::Read {
                    return Ok(());
                }
            }
            let late = self.pending.front().map(|oldest| oldest.since + ANSWER);
            tokio::select! {
                frame = wire.next() => self.all_heard(wire, frame?).await?,
                () = tokio::time::sleep_until(act), if !resting => {
                    self.act(wire).await?;
                    act = Instant::now() + self.pause();
                }
                () = tokio::time::sleep_until(late.unwrap_or(act)), if late.is_some() => return Err(Broken),
                changed = phase.changed() => changed.map_err(|_| Broken)?,
            }
        }
    }

    fn pause(&self) -> Duration {
        self.shared.load.pause.mul_f64(2.0 * self.dice.fraction())
    }

    pub(super) async fn all_heard(&mut self, wire: &mut Wire, frame: Value) -> Result<(), Broken> {
        for frame in self.altered(frame) {
            self.hear(wire, &frame).await?;
        }
        Ok(())
    }

    pub(super) fn altered(&self, frame: Value) -> Vec<Value> {
        match &self.shared.alter {
            Some(alter) => alter(&self.name, self.side, frame),
            None => vec![frame],
        }
    }
}

impl Held {
    /// The newest number that they have.
    pub(super) fn seq(&self) -> i64 {
        self.items.last().map_or(0, |item| item.seq)
    }
}
