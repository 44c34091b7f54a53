//! One connection of the client, the same for every server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Message};

use crate::Result;
use crate::wire::{Heard, Wire};

const SOCKET_BUFFER: usize = 4 * 1024;

/// Who connects, to where.
#[derive(Debug, Clone)]
pub(crate) struct Party {
    pub(crate) wire: Wire,
    pub(crate) path: &'static str,
    /// A header that says who it is.
    pub(crate) header: Option<(&'static str, String)>,
    /// The same for who is asked in a frame.
    pub(crate) token: String,
    /// Absent for who only keeps a connection open.
    pub(crate) conversation: Option<String>,
    /// Whether it sends or gets what the other side sends.
    pub(crate) sends: bool,
}

/// What everybody is to do now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Phase {
    pub(crate) load: Load,
    /// Whether messages that are sent now count.
    pub(crate) counts: bool,
}

/// How senders send.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Load {
    /// Not at all.
    Quiet,
    /// The next one as soon as the last one is acknowledged.
    Closed,
    /// By the clock, so many messages per second of all together, whether or not earlier ones are acknowledged.
    Open(f64),
}

/// What all connections of a run share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) began: Instant,
    pub(crate) senders: usize,
    pub(crate) sent: AtomicU64,
    pub(crate) acknowledged: AtomicU64,
    pub(crate) delivered: AtomicU64,
    /// To how many each message is delivered.
    pub(crate) copies: AtomicU64,
    /// How many connections have begun the present phase.
    pub(crate) ready: AtomicUsize,
    /// From send to the other side, in microseconds.
    pub(crate) latencies: Mutex<Vec<u32>>,
}

pub(crate) struct Client {
    socket: WebSocketStream<TcpStream>,
    /// Its place among the senders.
    number: usize,
    party: Party,
    shared: Arc<Shared>,
    phases: watch::Receiver<Phase>,
    clock: Option<Interval>,
    /// How many it has sent, or got.
    count: u64,
    waiting: bool,
    latencies: Vec<u32>,
}

impl Client {
    /// Connects and says hello; ready when the server has answered.
    pub(crate) async fn connect(
        port: u16,
        number: usize,
        party: Party,
        shared: Arc<Shared>,
        phases: watch::Receiver<Phase>,
    ) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let mut request = ClientRequestBuilder::new(format!("ws://127.0.0.1:{port}{}", party.path).parse()?);
        if let Some((name, value)) = &party.header {
            request = request.with_header(*name, value);
        }
        let config = WebSocketConfig::default().read_buffer_size(SOCKET_BUFFER).write_buffer_size(SOCKET_BUFFER);
        let (mut socket, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
        if let Some(hello) = party.wire.hello(party.conversation.as_deref())? {
            socket.send(Message::text(hello)).await?;
        }
        loop {
            let message = socket.next().await.ok_or("the server closed before it said welcome")??;
            match party.wire.read(message.to_text()?, &party.token)? {
                Heard::Welcome => break,
                Heard::Asked(answer) => socket.send(Message::text(answer)).await?,
                Heard::Ack | Heard::Message(_) | Heard::Other => {}
            }
        }
        let (clock, latencies) = (None, Vec::new());
        Ok(Self { socket, number, party, shared, phases, clock, count: 0, waiting: false, latencies })
    }

    /// Does as the phases say, until the run is over.
    ///
    /// # Errors
    /// When the server ends the connection, complains, or gives a message twice, out of order or not at all.
    pub(crate) async fn run(mut self) -> Result {
        loop {
            tokio::select! {
                changed = self.phases.changed() => match changed {
                    Ok(()) => self.begin().await?,
                    Err(_) => return Ok(self.socket.close(None).await?),
                },
                message = self.socket.next() => {
                    let message = message.ok_or("the server closed")??;
                    if let Message::Text(text) = message {
                        self.hear(&text).await?;
                    }
                }
                () = tick(&mut self.clock) => self.say().await?,
            }
        }
    }

    async fn begin(&mut self) -> Result {
        let Phase { load, .. } = *self.phases.borrow_and_update();
        if !self.latencies.is_empty() {
            self.shared.latencies.lock().unwrap_or_else(PoisonError::into_inner).append(&mut self.latencies);
        }
        let same_schedule = matches!((load, &self.clock), (Load::Open(_), Some(_)));
        if !same_schedule {
            self.clock = match load {
                Load::Open(rate) if self.party.sends => Some(schedule(rate, self.number, self.shared.senders)),
                _ => None,
            };
        }
        self.shared.ready.fetch_add(1, Ordering::Relaxed);
        if load == Load::Closed && self.party.sends && !self.waiting { self.say().await } else { Ok(()) }
    }

    async fn hear(&mut self, text: &str) -> Result {
        match self.party.wire.read(text, &self.party.token)? {
            Heard::Ack => {
                self.shared.acknowledged.fetch_add(1, Ordering::Relaxed);
                self.waiting = false;
                let load = self.phases.borrow().load;
                if load == Load::Closed {
                    self.say().await?;
                }
            }
            Heard::Message(body) if !self.party.sends => self.take(body)?,
            Heard::Asked(answer) => self.socket.send(Message::text(answer)).await?,
            Heard::Message(_) | Heard::Welcome | Heard::Other => {}
        }
        Ok(())
    }

    async fn say(&mut self) -> Result {
        let Some(conversation) = &self.party.conversation else { return Ok(()) };
        self.count += 1;
        self.waiting = true;
        let flag = if self.phases.borrow().counts { 'C' } else { 'W' };
        let (count, now) = (self.count, self.shared.began.elapsed().as_nanos());
        let frame = self.party.wire.message(conversation, count, &format!("{flag} {now:016}"));
        self.shared.sent.fetch_add(1, Ordering::Relaxed);
        Ok(self.socket.send(Message::text(frame)).await?)
    }

    /// A message from the other side. What somebody said before the run has no count and does not matter.
    fn take(&mut self, body: &str) -> Result {
        let mut words = body.split(' ');
        let (Some(flag @ ("C" | "W")), Some(stamp), Some(count)) = (words.next(), words.next(), words.next()) else {
            return Ok(());
        };
        let (stamp, count): (u64, u64) = (stamp.parse()?, count.parse()?);
        if self.party.wire.keeps_order() && count != self.count + 1 {
            return Err(format!("message {count} came after message {}", self.count).into());
        }
        self.count = count;
        self.shared.delivered.fetch_add(1, Ordering::Relaxed);
        if flag == "C" {
            let latency = self.shared.began.elapsed().saturating_sub(Duration::from_nanos(stamp));
            self.latencies.push(u32::try_from(latency.as_micros()).unwrap_or(u32::MAX));
        }
        Ok(())
    }
}

/// Senders take turns, evenly spread.
fn schedule(rate: f64, number: usize, senders: usize) -> Interval {
    let turn = 1.0 / rate;
    let mut clock = interval_at(
        Instant::now() + Duration::from_secs_f64(turn * number as f64),
        Duration::from_secs_f64(turn * senders as f64),
    );
    clock.set_missed_tick_behavior(MissedTickBehavior::Burst);
    clock
}

async fn tick(clock: &mut Option<Interval>) {
    match clock {
        Some(clock) => drop(clock.tick().await),
        None => std::future::pending().await,
    }
}
