//! Visitors who come and wait, and agents who are given them, over any number of nodes, whatever becomes of these. Nobody
//! takes anybody by themselves: the site assigns.

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use engage_core::clock::Timestamp;
use engage_core::entropy::{Entropy as _, SeededEntropy};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::reading::item;
use super::wire::{Broken, Door};
use crate::history::digest;
use crate::history::model::{Desk, History, Look, Name, Place, Side, Way, What};
use crate::history::recorder::Recorder;
use crate::http::Directory;

/// How many open conversations there are at most: all are seen in one look.
const OPEN: usize = 60;
/// How many conversations one list holds.
const PAGE: usize = 100;
/// How often an agent says that they are there.
const SIGN: Duration = Duration::from_secs(2);

/// How many come, and to how many.
#[derive(Debug, Clone, Copy)]
pub struct DeskLoad {
    /// How many visitors open conversations, one after the other.
    pub visitors: usize,
    /// How many agents answer; of no team.
    pub agents: usize,
    /// `chat.capacity` of the site.
    pub capacity: usize,
    /// The mean time between two things that one person does.
    pub pause: Duration,
    /// How long it may take, once the faults have ended, until everybody was served.
    pub patience: Duration,
    /// All that is random follows from it.
    pub seed: u64,
}

/// A desk at work. Dropped, everybody goes.
pub struct DeskDrive {
    desk: Arc<Shared>,
    phase: watch::Sender<Phase>,
    people: JoinSet<()>,
}

/// What everybody is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Work,
    /// Nobody comes, and nobody closes anything.
    Pause,
    /// Nobody comes, and agents go on until nothing is left.
    Empty,
}

struct Shared {
    nodes: Vec<SocketAddr>,
    load: DeskLoad,
    recorder: Recorder,
    dice: SeededEntropy,
    observer: usize,
    looks: Mutex<Vec<Look>>,
    /// Held while somebody looks: looks are compared one with the next, so they must not be noted in another order.
    looking: tokio::sync::Mutex<()>,
    talks: Mutex<Vec<Name>>,
    /// How many were open at the last look.
    open: AtomicUsize,
    /// How many were closed.
    closed: AtomicUsize,
}

impl DeskDrive {
    /// Agents say that they are there, and visitors begin to come. The site is mounted as for [`Drive`](super::Drive), and
    /// its setting `chat.capacity` is the load's.
    pub async fn start(nodes: &[SocketAddr], load: DeskLoad) -> Self {
        let recorder = Recorder::new();
        let observer = recorder.client("observer", Side::Staff);
        let (dice, nodes) = (SeededEntropy::new(load.seed), nodes.to_vec());
        let (looks, looking, talks, open, closed) = Default::default();
        let desk = Arc::new(Shared { nodes, load, recorder, dice, observer, looks, looking, talks, open, closed });
        let (phase, mut people) = (watch::Sender::new(Phase::Work), JoinSet::new());
        let mut coming = JoinSet::new();
        for number in 0..load.agents {
            let (desk, door) = (Arc::clone(&desk), staff(&format!("agent-{number}")));
            coming.spawn(async move {
                desk.insist(&door, "PUT", "/v1/chat/agents/me", json!({ "status": "online" })).await
            });
        }
        timeout(load.patience, coming.join_all()).await.expect("all agents have come");
        for number in 0..load.agents {
            people.spawn(Arc::clone(&desk).answers(format!("agent-{number}"), phase.subscribe()));
        }
        for number in 0..load.visitors {
            people.spawn(Arc::clone(&desk).comes(format!("visitor-{number}"), phase.subscribe()));
        }
        people.spawn(Arc::clone(&desk).looks(phase.subscribe()));
        Self { desk, phase, people }
    }

    /// Waits until `more` conversations have been closed from now on.
    ///
    /// # Panics
    /// When that takes longer than everybody's patience.
    pub async fn serves(&self, more: usize) {
        let (desk, goal) = (&self.desk, self.desk.closed.load(Ordering::Relaxed) + more);
        let waiting = async {
            while desk.closed.load(Ordering::Relaxed) < goal {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let patience = desk.load.patience;
        assert!(timeout(patience, waiting).await.is_ok(), "{more} visitors were not served within {patience:?}");
    }

    /// Lets nobody come any more: whoever waits is given to whoever has room; then all are served. The faults must have ended.
    pub async fn finish(mut self) -> History {
        let (desk, patience) = (Arc::clone(&self.desk), self.desk.load.patience);
        self.phase.send_replace(Phase::Pause);
        let calm = timeout(patience, desk.settles()).await;
        self.phase.send_replace(Phase::Empty);
        let served = timeout(patience, async { while self.people.join_next().await.is_some() {} }).await;
        let read = timeout(patience, desk.reads_all()).await;
        let mut history = desk.recorder.history();
        history.stuck = usize::from(served.is_err()) + usize::from(read.is_err());
        let mut looks = std::mem::take(&mut *desk.looks.lock());
        // Those who were not served stand where they stood at the end.
        if calm.is_err() || served.is_err() {
            looks.extend(looks.last().map(|last| Look { at_rest: true, ..last.clone() }));
        }
        history.desk = Some(Desk { capacity: desk.load.capacity, agents: desk.load.agents, looks });
        history
    }
}

impl Shared {
    fn node(&self) -> SocketAddr {
        self.nodes[self.roll(self.nodes.len())]
    }

    fn roll(&self, sides: usize) -> usize {
        (self.dice.fraction() * sides as f64) as usize
    }

    async fn pause(&self) {
        tokio::time::sleep(self.load.pause.mul_f64(2.0 * self.dice.fraction())).await;
    }

    async fn ask(&self, door: &Door, method: &str, path: &str, body: Option<Value>) -> Result<Value, Broken> {
        let answer = door.ask(self.node(), method, path, body).await?;
        if answer.status < 300 { Ok(answer.body) } else { Err(Broken) }
    }

    async fn insist(&self, door: &Door, method: &str, path: &str, body: Value) -> Value {
        loop {
            match self.ask(door, method, path, Some(body.clone())).await {
                Ok(answer) => return answer,
                Err(Broken) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// A visitor: opens one conversation after the other.
    async fn comes(self: Arc<Self>, name: String, phase: watch::Receiver<Phase>) {
        let mut door = Door { base: "/engage", header: None };
        let cookie = loop {
            let answer = door.ask(self.node(), "POST", "/v1/session", Some(json!({}))).await;
            if let Some(cookie) = answer.ok().and_then(|answer| answer.cookie) {
                break cookie;
            }
            self.pause().await;
        };
        door.header = Some(("cookie", cookie));
        let client = self.recorder.client(&name, Side::Visitor);
        for number in 0.. {
            self.pause().await;
            while *phase.borrow() == Phase::Work && self.open.load(Ordering::Relaxed) >= OPEN {
                self.pause().await;
            }
            if *phase.borrow() != Phase::Work {
                return;
            }
            let (id, body): (Name, _) =
                (format!("{name}-{number}").into(), format!("{name} comes for the {number}. time"));
            let opening = json!({ "client_message_id": &*id, "body": body });
            let began = self.insist(&door, "POST", "/v1/chat/conversations", opening).await;
            let Some(talk) = began["conversation"]["id"].as_str().map(Name::from) else { continue };
            self.recorder.owns(&name, &talk);
            self.recorder.note(client, &talk, What::Send { id: Name::clone(&id), body: digest(&body), note: false });
            self.recorder.note(client, &talk, What::Acked { id, seq: began["entry"]["seq"].as_i64().unwrap_or(0) });
            self.talks.lock().push(talk);
        }
    }

    /// An agent: closes what they were given, or gives it back.
    async fn answers(self: Arc<Self>, name: String, phase: watch::Receiver<Phase>) {
        let door = staff(&name);
        let mut sign = Instant::now();
        loop {
            self.pause().await;
            let now = *phase.borrow();
            if sign.elapsed() > SIGN {
                let here = json!({ "status": "online" });
                if self.ask(&door, "PUT", "/v1/chat/agents/me", Some(here)).await.is_ok() {
                    sign = Instant::now();
                }
            }
            let Ok(places) = self.places(&door, "me").await else { continue };
            if now == Phase::Empty && places.is_empty() && self.open.load(Ordering::Relaxed) == 0 {
                return;
            }
            let Some(place) = places.get(self.roll(places.len())).filter(|_| now != Phase::Pause) else { continue };
            let path = format!("/v1/chat/conversations/{}", place.talk);
            if now == Phase::Work && self.roll(6) == 0 {
                let back = json!({ "agent": null, "expected": name });
                let _ = self.ask(&door, "PUT", &format!("{path}/assignee"), Some(back)).await;
            } else if self
                .ask(&door, "PUT", &format!("{path}/status"), Some(json!({ "status": "closed" })))
                .await
                .is_ok()
            {
                self.closed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Somebody who looks at everything that is open, again and again.
    async fn looks(self: Arc<Self>, phase: watch::Receiver<Phase>) {
        let door = staff("observer");
        loop {
            tokio::time::sleep(self.load.pause / 4).await;
            let _looking = self.looking.lock().await;
            let Ok(places) = self.places(&door, "any").await else { continue };
            self.open.store(places.len(), Ordering::Relaxed);
            let is_empty = places.is_empty();
            self.looks.lock().push(Look { whole: places.len() < PAGE, at_rest: false, places });
            if *phase.borrow() == Phase::Empty && is_empty {
                return;
            }
        }
    }

    /// Looks until nobody waits for whom somebody has room.
    async fn settles(&self) {
        let door = staff("observer");
        loop {
            let looking = self.looking.lock().await;
            if let Ok(places) = self.places(&door, "any").await {
                let look = Look { whole: places.len() < PAGE, at_rest: true, places };
                let settled = look.idle(self.load.agents, self.load.capacity).is_none();
                self.looks.lock().push(Look { at_rest: settled, ..look });
                if settled {
                    return;
                }
            }
            drop(looking);
            self.pause().await;
        }
    }

    /// The open conversations of an assignee, as one statement of the database saw them.
    async fn places(&self, door: &Door, assignee: &str) -> Result<Vec<Place>, Broken> {
        let path = format!("/v1/chat/conversations?status=open&assignee={assignee}&limit={PAGE}");
        let page = self.ask(door, "GET", &path, None).await?;
        page["conversations"].as_array().ok_or(Broken)?.iter().map(|row| place(row).ok_or(Broken)).collect()
    }

    async fn reads_all(&self) {
        let (door, talks) = (staff("observer"), self.talks.lock().clone());
        for talk in talks.iter().collect::<BTreeSet<_>>() {
            let path = format!("/v1/chat/conversations/{talk}/entries?after=0&limit=200");
            let items = loop {
                if let Ok(page) = self.ask(&door, "GET", &path, None).await {
                    break page["entries"]
                        .as_array()
                        .map(|all| all.iter().filter_map(item).collect())
                        .unwrap_or_default();
                }
                self.pause().await;
            };
            self.recorder.note(self.observer, talk, What::Last { way: Way::Pages, after: 0, items });
        }
    }
}

fn staff(name: &str) -> Door {
    Door { base: "/admin/engage", header: Some((Directory::HEADER, format!("agent:{name}"))) }
}

fn place(row: &Value) -> Option<Place> {
    let since: Timestamp = row["unanswered_since"].as_str()?.parse().ok()?;
    Some(Place {
        talk: row["id"].as_str()?.into(),
        since: since.timestamp_micros(),
        agent: row["assignee"]["id"].as_str().map(Into::into),
        seq: row["seq"].as_i64()?,
    })
}

impl fmt::Debug for DeskDrive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeskDrive").field("load", &self.desk.load).finish_non_exhaustive()
    }
}
