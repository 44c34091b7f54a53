//! Without a socket: server-sent events, and waiting for what is new.

use std::convert::Infallible;
use std::io::Write as _;
use std::time::Duration;

use bytes::Bytes;
use engage_core::chat::{Change, Delivery, Gap, History, Inbox, Published, Subscriber};
use engage_core::ids::ConversationId;
use engage_core::{Actor, Engage, Error, Result, Stopping};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::time::Instant;

use crate::socket::{Shown, View, draining, rewound};
use crate::wire::{Bye, ByeCode, GapTold, ServerFrame, Subscribed, Subscription};

/// How many deliveries wait for a stream that is not read.
const QUEUE: usize = 256;
/// How often a comment shows that the stream is alive.
const COMMENT: Duration = Duration::from_secs(15);
/// How long a stream lives: who may read it is asked when the browser comes back.
const LIFE: Duration = Duration::from_secs(60);
/// After how many milliseconds the browser comes back by itself.
const RETRY_MS: u64 = 1_000;
/// How many bytes are gathered into one piece.
const PIECE: usize = 16 * 1024;

/// Waits until there is an entry after `after`, but for `wait` at most and not into a shutdown.
///
/// # Errors
/// `NotFound` when the conversation does not exist for `actor`.
pub(crate) async fn wait_for_entry(
    engage: &Engage,
    actor: &Actor,
    conversation: ConversationId,
    after: i64,
    wait: Duration,
) -> Result<()> {
    let deadline = tokio::time::sleep(wait);
    let (_guest, mut stopping) = engage.tasks().guest();
    let mut subscriber = engage.chat().hub().subscriber(actor.audience(), QUEUE);
    let subscribed = subscriber.subscribe(conversation, None, &actor.into()).await?;
    if subscribed.ok_or_else(|| Error::not_found("the conversation"))?.seq > after {
        return Ok(());
    }
    let mut history = subscriber.history();
    let entries = async {
        // A mark, somebody who types or a place in the queue is nothing to come back for.
        while !matches!(subscriber.next().await, Some(Delivery::Entries(_)) | None) {}
    };
    tokio::select! {
        () = entries => {}
        () = history.ends() => {}
        () = deadline => {}
        () = stopping.wait() => {}
    }
    Ok(())
}

/// What a client has: `SEQ.EPOCH`, or `SEQ` of the present epoch.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) seq: i64,
    pub(crate) epoch: Option<String>,
}

impl Place {
    /// What an event's `id` says.
    pub(crate) fn read(id: &str) -> Option<Self> {
        let (seq, epoch) = id.split_once('.').map_or((id, None), |(seq, epoch)| (seq, Some(epoch.to_owned())));
        let seq = seq.parse().ok().filter(|seq| *seq >= 0)?;
        Some(Self { seq, epoch })
    }
}

/// What a socket with one subscription would send, as server-sent events
/// (<https://html.spec.whatwg.org/multipage/server-sent-events.html>). `held` is the last entry that the client has.
///
/// Ends after a gap or a `bye`, and after a minute at the latest; the browser then resumes by itself.
///
/// # Errors
/// `NotFound` when the conversation does not exist for `actor`.
pub(crate) async fn events(
    engage: &Engage,
    actor: &Actor,
    conversation: ConversationId,
    held: Option<Place>,
) -> Result<impl Stream<Item = Result<Bytes, Infallible>> + Send + use<>> {
    let (guest, stopping) = engage.tasks().guest();
    let hub = engage.chat().hub();
    let inbox = match actor {
        Actor::Visitor(contact) => hub.visitor_inbox(*contact),
        Actor::Staff(_) | Actor::Bot(_) | Actor::System => hub.staff_inbox(),
    };
    let subscriber = hub.subscriber(actor.audience(), QUEUE);
    let epoch = subscriber.epoch().to_string();
    let held = held.filter(|held| held.epoch.as_ref().is_none_or(|held| *held == epoch)).map(|held| held.seq);
    let subscribed = subscriber.subscribe(conversation, held, &actor.into()).await?;
    let subscribed = subscribed.ok_or_else(|| Error::not_found("the conversation"))?;

    let mut events = Events {
        view: View::new(actor.clone()),
        epoch,
        history: subscriber.history(),
        subscriber,
        inbox,
        stopping,
        draining: draining(&*engage.context().entropy),
        rewound: rewound(&*engage.context().entropy),
        ends: Instant::now() + LIFE,
        piece: Vec::new(),
        is_over: false,
    };
    let _ = writeln!(events.piece, "retry: {RETRY_MS}");
    let told = events.view.follow(conversation, &subscribed);
    // A client that starts anew has everything up to here once it has fetched the snapshot.
    let id = (!subscribed.recovered).then_some(subscribed.seq);
    let first = Subscribed { r#ref: None, subscription: Subscription::Followed(told) };
    events.frame("subscribed", id, &ServerFrame::Subscribed(first));
    events.entries(&subscribed.replay);
    events.take(Delivery::Queue(conversation, engage.chat().hub().place(conversation)));
    events.gaps();
    let pieces = stream::unfold((events, guest), |(mut events, guest)| async move {
        let piece = events.next_piece().await?;
        Some((Ok(piece), (events, guest)))
    });
    Ok(pieces.fuse())
}

struct Events {
    view: View,
    /// As it stands in the ids.
    epoch: String,
    history: History,
    subscriber: Subscriber,
    inbox: Inbox,
    stopping: Stopping,
    draining: Bye,
    rewound: Bye,
    ends: Instant,
    /// What is to be sent next.
    piece: Vec<u8>,
    is_over: bool,
}

impl Events {
    async fn next_piece(&mut self) -> Option<Bytes> {
        let comment = Instant::now() + COMMENT;
        while self.piece.is_empty() && !self.is_over {
            tokio::select! {
                biased;
                () = self.stopping.wait() => self.end(self.draining),
                () = self.history.ends() => self.end(self.rewound),
                delivery = self.subscriber.next() => match delivery {
                    Some(delivery) => self.take(delivery),
                    None => self.is_over = true,
                },
                _ = self.inbox.changed() => if self.inbox.has_ended() {
                    self.end(ByeCode::Unauthenticated.into());
                },
                () = tokio::time::sleep_until(self.ends) => self.is_over = true,
                () = tokio::time::sleep_until(comment) => self.piece.extend_from_slice(b":\n\n"),
            }
        }
        while self.piece.len() < PIECE
            && !self.is_over
            && let Some(delivery) = self.subscriber.try_next()
        {
            self.take(delivery);
        }
        self.gaps();
        (!self.piece.is_empty()).then(|| std::mem::take(&mut self.piece).into())
    }

    fn take(&mut self, delivery: Delivery) {
        match delivery {
            Delivery::Entries(entries) => self.entries(&entries),
            Delivery::Read(conversation, mark) => {
                if let Some(frame) = self.view.read(conversation, &mark) {
                    self.frame("read", None, &frame);
                }
            }
            Delivery::Typing(typing) => {
                if let Some(frame) = self.view.typing(&typing) {
                    self.frame("typing", None, &frame);
                }
            }
            Delivery::Page(conversation, page) => {
                if let Some(frame) = self.view.page(conversation, page) {
                    self.frame("page", None, &frame);
                }
            }
            Delivery::Queue(conversation, place) => {
                if let Some(frame) = self.view.place(conversation, place) {
                    self.frame("queue", None, &frame);
                }
            }
            // The gap itself is told after whatever else there is.
            Delivery::Lost => {}
        }
    }

    fn entries<'a>(&mut self, entries: impl IntoIterator<Item = &'a std::sync::Arc<Published>>) {
        for published in entries {
            match self.view.entry(published) {
                Shown::Frame(bytes) => {
                    let seq = published.entry.seq_for(self.view.audience());
                    let id = seq.map(|seq| (seq, &*self.epoch));
                    event(&mut self.piece, name(&published.entry.change), id, &bytes);
                }
                Shown::Nothing => {}
                Shown::Left(seq) => {
                    let conversation = published.entry.conversation;
                    self.gap(Gap { conversation, from: seq, to: seq });
                }
            }
        }
    }

    fn gaps(&mut self) {
        if !self.is_over {
            for gap in self.subscriber.gaps() {
                self.gap(gap);
            }
        }
    }

    fn gap(&mut self, gap: Gap) {
        self.frame("gap", None, &ServerFrame::Gap(GapTold::from(gap)));
        self.is_over = true;
    }

    fn end(&mut self, bye: Bye) {
        // The browser waits so long before it comes back.
        let _ = writeln!(self.piece, "retry: {}", bye.retry_after_ms.max(RETRY_MS));
        self.frame("bye", None, &ServerFrame::Bye(bye));
        self.is_over = true;
    }

    fn frame(&mut self, name: &str, id: Option<i64>, frame: &ServerFrame) {
        event(&mut self.piece, name, id.map(|seq| (seq, &*self.epoch)), &serde_json::to_vec(frame).unwrap_or_default());
    }
}

/// JSON holds no line break, so one `data` line does.
fn event(piece: &mut Vec<u8>, name: &str, id: Option<(i64, &str)>, data: &[u8]) {
    if let Some((seq, epoch)) = id {
        let _ = writeln!(piece, "id: {seq}.{epoch}");
    }
    let _ = write!(piece, "event: {name}\ndata: ");
    piece.extend_from_slice(data);
    piece.extend_from_slice(b"\n\n");
}

fn name(change: &Change) -> &'static str {
    match change {
        Change::Message { .. } => "message",
        Change::Note { .. } => "note",
        Change::Status { .. } => "status",
        Change::Assigned { .. } => "assigned",
        Change::Team { .. } => "team",
        Change::Priority { .. } => "priority",
        Change::Language { .. } => "language",
        Change::Contact { .. } => "contact",
        Change::Labels { .. } => "labels",
        Change::Attributes { .. } => "attributes",
        Change::Rated { .. } => "rated",
        Change::Handoff { .. } => "handoff",
    }
}
