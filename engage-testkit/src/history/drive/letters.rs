//! Agents who answer tickets of people who are mailed about it, over any number of nodes, whatever becomes of these.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use engage_core::entropy::{Entropy as _, SeededEntropy};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::wire::{Broken, Door};
use crate::http::Directory;
use crate::letters::Promise;
use crate::smtp::SmtpSink;

/// How much is answered, by how many.
#[derive(Debug, Clone, Copy)]
pub struct LetterLoad {
    /// How many people have a ticket each; the first of them gets no mail, and each has somebody who gets a copy.
    pub people: usize,
    /// How many agents answer.
    pub agents: usize,
    /// The mean time between two answers of one agent.
    pub pause: Duration,
    /// How long it may take until so many answers were taken as are waited for.
    pub patience: Duration,
    /// All that is random follows from it.
    pub seed: u64,
}

/// Agents at work. Dropped, they go.
pub struct LetterDrive {
    desk: Arc<Shared>,
    resting: watch::Sender<bool>,
    agents: JoinSet<()>,
}

struct Shared {
    nodes: Vec<SocketAddr>,
    load: LetterLoad,
    dice: SeededEntropy,
    tickets: Vec<String>,
    promises: Mutex<Vec<Promise>>,
}

impl LetterDrive {
    /// People open tickets, one is suppressed, and agents begin to answer. The site is mounted as for
    /// [`Drive`](super::Drive).
    pub async fn start(nodes: &[SocketAddr], load: LetterLoad) -> Self {
        let (dice, nodes) = (SeededEntropy::new(load.seed), nodes.to_vec());
        let mut desk = Shared { nodes, load, dice, tickets: Vec::new(), promises: Mutex::default() };
        let silent = json!({ "address": address(0) });
        timeout(load.patience, async {
            desk.insist(&staff("admin:root"), "POST", "/v1/mail/suppressions", &silent).await;
            for person in 0..load.people {
                let ticket = desk.asks(person).await;
                desk.tickets.push(ticket);
            }
        })
        .await
        .expect("all have asked");
        let (desk, resting, mut agents) = (Arc::new(desk), watch::Sender::new(false), JoinSet::new());
        for number in 0..load.agents {
            agents.spawn(Arc::clone(&desk).answers(number, resting.subscribe()));
        }
        Self { desk, resting, agents }
    }

    /// Waits until `more` answers were acknowledged from now on.
    ///
    /// # Panics
    /// When that takes longer than everybody's patience.
    pub async fn answered(&self, more: usize) {
        let goal = self.desk.promises.lock().len() + 2 * more;
        let waiting = async {
            while self.desk.promises.lock().len() < goal {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let patience = self.desk.load.patience;
        assert!(timeout(patience, waiting).await.is_ok(), "{more} answers were not taken within {patience:?}");
    }

    /// Lets nobody answer any more, waits up to `longest` until all that was promised has come, and gives what was promised. The
    /// faults must have ended.
    pub async fn finish(mut self, sink: &SmtpSink, longest: Duration) -> Vec<Promise> {
        self.resting.send_replace(true);
        let patience = self.desk.load.patience;
        let rested = timeout(patience, async { while self.agents.join_next().await.is_some() {} }).await;
        assert!(rested.is_ok(), "an answer was not taken within {patience:?}");
        let promises = std::mem::take(&mut *self.desk.promises.lock());
        // What is missing by then is for the checker to say.
        let _ = timeout(longest, async {
            while crate::letters::check(&promises, &sink.mails()).is_err() {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        })
        .await;
        promises
    }
}

impl Shared {
    /// A person opens a ticket, of which somebody else gets copies.
    async fn asks(&self, person: usize) -> String {
        let mut door = Door { base: "/engage", header: None };
        let cookie = loop {
            let answer = door.ask(self.node(), "POST", "/v1/session", Some(json!({}))).await;
            if let Some(cookie) = answer.ok().and_then(|answer| answer.cookie) {
                break cookie;
            }
            self.pause().await;
        };
        door.header = Some(("cookie", cookie));
        self.insist(&door, "PATCH", "/v1/session", &json!({ "email": address(person) })).await;
        let new = json!({ "client_message_id": "first", "subject": format!("Order {person}"), "body": "Where is it?" });
        let ticket = self.insist(&door, "POST", "/v1/tickets", &new).await;
        let id = ticket["id"].as_str().expect("a ticket has an id").to_owned();
        let copy = json!({ "expected_version": 1, "edit": { "add_cc": [copy_of(person)] } });
        self.insist(&staff("admin:root"), "PATCH", &format!("/v1/tickets/{id}"), &copy).await;
        id
    }

    /// An agent: answers one ticket after the other, each time until that is acknowledged.
    async fn answers(self: Arc<Self>, agent: usize, resting: watch::Receiver<bool>) {
        let door = staff(&format!("agent:agent-{agent}"));
        for number in 0.. {
            self.pause().await;
            if *resting.borrow() {
                return;
            }
            let person = (self.dice.fraction() * self.tickets.len() as f64) as usize;
            let mark = format!("[mark {agent}.{number}]");
            let reply = json!({ "client_message_id": format!("a{agent}-{number}"), "body": mark });
            self.insist(&door, "POST", &format!("/v1/tickets/{}/replies", self.tickets[person]), &reply).await;
            let own = Promise { suppressed: person == 0, ..Promise::new(mark.as_str(), address(person)) };
            self.promises.lock().extend([own, Promise::new(mark, copy_of(person))]);
        }
    }

    fn node(&self) -> SocketAddr {
        self.nodes[(self.dice.fraction() * self.nodes.len() as f64) as usize]
    }

    async fn pause(&self) {
        tokio::time::sleep(self.load.pause.mul_f64(2.0 * self.dice.fraction())).await;
    }

    /// Asks until it is done. What was done already, by an answer that got lost, is a conflict.
    async fn insist(&self, door: &Door, method: &str, path: &str, body: &Value) -> Value {
        loop {
            match door.ask(self.node(), method, path, Some(body.clone())).await {
                Ok(answer) if answer.status < 300 || answer.status == 409 => return answer.body,
                Ok(_) | Err(Broken) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

fn address(person: usize) -> String {
    format!("person-{person}@example.com")
}

fn copy_of(person: usize) -> String {
    format!("copy-{person}@example.com")
}

fn staff(who: &str) -> Door {
    Door { base: "/admin/engage", header: Some((Directory::HEADER, who.to_owned())) }
}

impl fmt::Debug for LetterDrive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LetterDrive").field("load", &self.desk.load).finish_non_exhaustive()
    }
}
