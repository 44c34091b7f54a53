//! Visitors and agents who talk, over real sockets, to any number of nodes, whatever becomes of these.

mod acting;
mod closing;
mod desk;
mod letters;
mod person;
mod reading;
mod wire;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

pub use self::desk::{DeskDrive, DeskLoad};
pub use self::letters::{LetterDrive, LetterLoad};
use self::person::Person;
use super::model::{History, Name, Side};
use super::recorder::Recorder;

/// How much longer everybody may take to read, for each message that was said.
const EACH: Duration = Duration::from_millis(10);

/// How much is said, by how many.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// How many visitors; each has one conversation.
    pub visitors: usize,
    /// How many agents; all follow all conversations, 50 at most.
    pub agents: usize,
    /// The mean time between two things that one person does.
    pub pause: Duration,
    /// How long it may take, once the faults have ended, until everybody has an answer, and again until everybody has read.
    pub patience: Duration,
    /// All that is random follows from it, as far as the order of what servers answer lets it.
    pub seed: u64,
}

/// What becomes of a frame on its way from the server to somebody; for servers that are broken on purpose.
pub type Alter = Arc<dyn Fn(&str, Side, Value) -> Vec<Value> + Send + Sync>;

/// A crowd that talks. Dropped, it falls silent.
pub struct Drive {
    recorder: Recorder,
    phase: watch::Sender<Phase>,
    shared: Arc<Shared>,
    people: JoinSet<()>,
}

/// What everybody is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// To talk.
    Talk,
    /// To begin nothing new, and to end what is under way.
    Rest,
    /// To read: nobody says anything any more.
    Read,
}

/// What all have in common.
pub(super) struct Shared {
    nodes: Vec<SocketAddr>,
    load: Load,
    alter: Option<Alter>,
    /// Every conversation.
    talks: Mutex<Vec<Name>>,
    /// The statuses from 500 of answers over HTTP, with what was asked.
    faults: Mutex<Vec<String>>,
    acked: AtomicU64,
    /// How many people have ended what was under way.
    pub(super) resting: AtomicUsize,
}

impl Drive {
    /// Visitors open their conversations on `nodes`, agents follow them, and all begin to talk. The site is mounted at
    /// `/engage` and the staff's side at `/admin/engage`, where [`Directory`](crate::http::Directory) says who comes.
    ///
    /// # Panics
    /// When not everybody has begun in time.
    pub async fn start(nodes: &[SocketAddr], load: Load, alter: Option<Alter>) -> Self {
        let shared = Shared {
            nodes: nodes.to_vec(),
            load,
            alter,
            talks: Mutex::default(),
            faults: Mutex::default(),
            acked: AtomicU64::new(0),
            resting: AtomicUsize::new(0),
        };
        let (shared, recorder, phase) = (Arc::new(shared), Recorder::new(), watch::Sender::new(Phase::Talk));
        let mut openings = JoinSet::new();
        for number in 0..load.visitors {
            let person = Person::new(number, Side::Visitor, &shared, &recorder);
            openings.spawn(person.opened());
        }
        let opened = timeout(load.patience, openings.join_all()).await.expect("everybody has begun");
        let mut people = JoinSet::new();
        for person in opened {
            people.spawn(person.live(phase.subscribe()));
        }
        for number in 0..load.agents {
            let person = Person::new(load.visitors + number, Side::Staff, &shared, &recorder);
            people.spawn(person.live(phase.subscribe()));
        }
        Self { recorder, phase, shared, people }
    }

    /// What notes it all: for who cannot wait for the end. Each history that it gives before is the beginning of the whole one.
    pub fn recorder(&self) -> Recorder {
        self.recorder.clone()
    }

    /// How many messages have been acknowledged.
    pub fn acked(&self) -> u64 {
        self.shared.acked.load(Ordering::Relaxed)
    }

    /// Answers over HTTP with a status from 500, and what was asked.
    pub fn faults(&self) -> Vec<String> {
        self.shared.faults.lock().clone()
    }

    /// Waits until `more` messages have been acknowledged from now on.
    ///
    /// # Panics
    /// When that takes longer than everybody's patience.
    pub async fn hears(&self, more: u64) {
        let goal = self.acked() + more;
        let waiting = async {
            while self.acked() < goal {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let patience = self.shared.load.patience;
        assert!(timeout(patience, waiting).await.is_ok(), "{more} messages were not acknowledged within {patience:?}");
    }

    /// Lets everybody end what they began, and then read everything in every way. Ends when all have, or when their patience
    /// has, which is a [`Rule::Stuck`](super::Rule::Stuck). The faults must have ended before.
    pub async fn finish(mut self) -> History {
        let patience = self.shared.load.patience;
        self.phase.send_replace(Phase::Rest);
        let everybody = self.people.len();
        let resting = async {
            while self.shared.resting.load(Ordering::Acquire) < everybody {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let _ = timeout(patience, resting).await;
        self.phase.send_replace(Phase::Read);
        let mut done = 0;
        let reading = async {
            while let Some(read) = self.people.join_next().await {
                read.expect("nobody panics");
                done += 1;
            }
        };
        // Everything is read several times over.
        let _ = timeout(
            patience + EACH * u32::try_from(self.shared.acked.load(Ordering::Relaxed)).unwrap_or(u32::MAX),
            reading,
        )
        .await;
        let mut history = self.recorder.history();
        history.stuck = everybody - done;
        history
    }
}

impl fmt::Debug for Drive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drive").field("load", &self.shared.load).finish_non_exhaustive()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("nodes", &self.nodes).finish_non_exhaustive()
    }
}
