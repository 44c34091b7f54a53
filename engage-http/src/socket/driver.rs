//! Drives one connection: a socket on one side, engage on the other, the state machine between them.

use std::pin::{Pin, pin};
use std::time::Duration;

use engage_core::chat::{Delivery, Gap, Published, Sight, Subscribed as CoreSubscribed, Subscriber};
use engage_core::ids::{ContactId, ConversationId};
use engage_core::tickets::TicketNews;
use engage_core::{Actor, Engage, Error, Guest, Result};
use futures_util::future::{BoxFuture, poll_immediate};
use futures_util::stream::FuturesUnordered;
use futures_util::{Sink, Stream, StreamExt as _, stream};
use tokio::sync::watch;
use tokio::time::Instant;

use super::FRAME_BYTES;
use super::connection::{Connection, Message, Place, draining, rewound};
use super::execute::{Task, execute, refused, see};
use super::inbox::InboxFeed;
use super::outgoing::{Lost, Outgoing};
use super::presence::PresenceFeed;
use super::session::{Action, Command, Event, Session};
use super::tickets::FollowedTickets;
use super::view::{Shown, View};
use crate::patience::{BUDGET, within};
use crate::wire::{self, Bye, ByeCode, ServerFrame, Subscribed, Subscription};

/// How many deliveries wait for a reader, beyond which there is a gap.
const QUEUE: usize = 256;
/// How many commands of one client are under way at once; beyond, it is not listened to.
const IN_FLIGHT: usize = 64;
/// How many things are done between two writes.
const BATCH: usize = 64;
/// How many conversations are resumed at once.
const RESUMING: usize = 8;
/// How long a client may wait until it is told where it goes on: when a thousand come back at once, that is not their fault. A
/// client gives up a little later.
const RESUME: Duration = Duration::from_secs(5);
/// How often an agent's sign of life is noted.
const SIGN_EVERY: Duration = Duration::from_secs(20);
/// How long what is under way may take to end when the node stops.
const FINISH: Duration = Duration::from_secs(2);
/// How long a client may take to answer the close.
const FAREWELL: Duration = Duration::from_secs(1);

// What happens seldom is boxed where it is awaited: its future is then no part of the one that every idle connection keeps.

/// Talks to a client until either side ends it. Not [`Send`] unless the socket is.
///
/// Messages are stored whether or not the client stays for the answer. Ends soon after the client is gone, after
/// [`Engage::shutdown`] begins, and after the session or the host's permission has ended.
pub fn drive<S, E>(connection: Connection, socket: S) -> impl Future<Output = ()> + use<S, E>
where
    S: Stream<Item = Result<Message, E>> + Sink<Message>,
{
    // On the heap before the future begins, which would keep a second place for what it was given and moved.
    let (driver, revoked) = Driver::new(connection);
    talk(Box::new(driver), Box::pin(socket), revoked)
}

/// The adapter's signal that the person is known no more.
type Revoked = Option<watch::Receiver<Option<ByeCode>>>;

async fn talk<S, E>(mut driver: Box<Driver>, mut socket: Pin<Box<S>>, mut revoked: Revoked)
where
    S: Stream<Item = Result<Message, E>> + Sink<Message>,
{
    let mut stopping = driver.engage.tasks().stopping();
    let mut history = driver.subscriber.history();
    let mut under_way = FuturesUnordered::new();
    let mut alarm = pin!(tokio::time::sleep_until(driver.alarm()));

    let lost = loop {
        if let Err(lost) = driver.outgoing.write(socket.as_mut()).await {
            break Some(lost);
        }
        if driver.bye.is_some() {
            break None;
        }
        let listens = under_way.len() < IN_FLIGHT;
        if !listens {
            driver.session.on_deaf(driver.now());
        }
        if alarm.deadline() != driver.alarm() {
            alarm.as_mut().reset(driver.alarm());
        }
        let is_open = driver.is_open;
        tokio::select! {
            biased;
            () = stopping.wait() => break None,
            () = history.ends() => driver.end(rewound(&*driver.engage.context().entropy)),
            code = revocation(&mut revoked) => driver.end(code.into()),
            Some(answer) = under_way.next(), if !under_way.is_empty() => driver.tell(answer),
            delivery = driver.subscriber.next() => driver.deliver(delivery),
            message = socket.next(), if listens => driver.receive(message).await,
            () = driver.inbox.changed(), if driver.inbox.listens() => driver.look_after_session().await,
            () = driver.presence.changed(), if is_open => driver.tell_presence(),
            news = driver.tickets.next() => driver.tell_ticket(news),
            () = alarm.as_mut() => driver.tick().await,
        }
        // What else is there now leaves with the same write.
        for _ in 0..BATCH {
            under_way.extend(driver.tasks.drain(..).map(|task| execute(&driver.engage, &driver.actor, task)));
            if driver.bye.is_some() || driver.outgoing.len() >= BATCH {
                break;
            }
            let mut is_idle = true;
            if let Some(Some(answer)) = poll_immediate(under_way.next()).await {
                driver.tell(answer);
                is_idle = false;
            }
            if let Some(delivery) = driver.subscriber.try_next() {
                driver.deliver(Some(delivery));
                is_idle = false;
            }
            if under_way.len() < IN_FLIGHT
                && let Some(message) = poll_immediate(socket.next()).await
            {
                driver.receive(message).await;
                is_idle = false;
            }
            if is_idle {
                break;
            }
        }
        under_way.extend(driver.tasks.drain(..).map(|task| execute(&driver.engage, &driver.actor, task)));
        driver.tell_gaps();
    };

    let bye = match (lost, driver.bye) {
        (Some(Lost::Gone), _) => return,
        (Some(Lost::Slow), _) => {
            driver.outgoing.clear();
            ByeCode::Slow.into()
        }
        (None, Some(bye)) => bye,
        (None, None) => {
            // What is under way is answered before the node goes.
            let finish = async {
                while let Some(answer) = under_way.next().await {
                    driver.tell(answer);
                }
            };
            let _ = Box::pin(tokio::time::timeout(FINISH, finish)).await;
            draining(&*driver.engage.context().entropy)
        }
    };
    Box::pin(part(socket, driver.outgoing, bye)).await;
}

/// One connection's affairs.
struct Driver {
    engage: Engage,
    actor: Actor,
    began: Instant,
    session: Session,
    view: View,
    subscriber: Subscriber,
    inbox: InboxFeed,
    presence: PresenceFeed,
    tickets: FollowedTickets,
    outgoing: Outgoing,
    /// What is to be done beside the rest.
    tasks: Vec<Task>,
    /// When the agent's next sign of life is due.
    next_sign: Option<Instant>,
    is_open: bool,
    bye: Option<Bye>,
    _held: (Guest, Place),
}

impl Driver {
    fn new(connection: Connection) -> (Self, Revoked) {
        let Connection { engage, actor, rules, revoked, place } = connection;
        let (chat, audience) = (engage.chat(), actor.audience());
        let (guest, stopping) = engage.tasks().guest();
        let driver = Self {
            began: Instant::now(),
            session: Session::new(audience, rules),
            view: View::new(actor.clone()),
            subscriber: chat.hub().subscriber(audience, QUEUE),
            inbox: InboxFeed::new(chat, &actor),
            presence: PresenceFeed::new(chat.hub(), audience),
            tickets: FollowedTickets::default(),
            outgoing: Outgoing::new(stopping),
            tasks: Vec::new(),
            next_sign: None,
            is_open: false,
            bye: matches!(place, Place::None).then(|| ByeCode::TooMany.into()),
            _held: (guest, place),
            engage,
            actor,
        };
        (driver, revoked)
    }

    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    /// When time matters next.
    fn alarm(&self) -> Instant {
        let tick = self.session.next_tick().map(|tick| self.began + tick);
        let times = [tick, self.inbox.due(), self.next_sign];
        // Without any of them the client is being answered, which has times of its own.
        times.into_iter().flatten().min().unwrap_or_else(|| Instant::now() + SIGN_EVERY)
    }

    async fn receive<E>(&mut self, message: Option<Result<Message, E>>) {
        let (now, mut actions) = (self.now(), Vec::new());
        match message {
            Some(Ok(Message::Text(bytes))) => match std::str::from_utf8(&bytes) {
                Ok(text) => self.session.on_text(text, now, &mut actions),
                Err(_) => self.session.on_binary(now, &mut actions),
            },
            Some(Ok(Message::Binary(_))) => self.session.on_binary(now, &mut actions),
            Some(Ok(Message::Ping(payload))) => {
                self.session.on_control(now, &mut actions);
                self.outgoing.push(Message::Pong(payload));
            }
            Some(Ok(Message::Pong(_))) => self.session.on_control(now, &mut actions),
            Some(Ok(Message::Close(..))) | None => self.end(ByeCode::Normal.into()),
            // Of the rules of the WebSocket itself a browser breaks but this one; and on a broken link nobody hears it.
            Some(Err(_)) => self.end(ByeCode::FrameTooLarge.into()),
        }
        self.act(actions).await;
    }

    async fn act(&mut self, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Send(frame) => self.outgoing.text(frame),
                Action::Close(bye) => self.bye = Some(bye),
                Action::Call(
                    command @ (Command::Say { .. } | Command::Read { .. } | Command::Typing { .. } | Command::Page(_)),
                ) => self.tasks.push(Task::Command(command)),
                Action::Call(command) => Box::pin(self.call(command)).await,
            }
        }
    }

    /// One after the other, so that what a client says in order is done in order.
    async fn call(&mut self, command: Command) {
        match command {
            Command::Hello { resume, surplus, epoch, inbox } => {
                let is_ours = epoch.is_none_or(|held| held == self.subscriber.epoch().to_string());
                let inbox = inbox.as_ref().map(|held| held.as_deref().filter(|_| is_ours));
                if let Err(error) = within(RESUME, self.welcome(&resume, is_ours, &surplus, inbox)).await {
                    self.tell(Some(refused(None, &error)));
                    self.end(ByeCode::Internal.into());
                }
            }
            Command::Subscribe { reference, conversation, held } => self.subscribe(reference, conversation, held).await,
            Command::Unsubscribe(conversation) => {
                self.subscriber.unsubscribe(conversation);
                self.view.forget(conversation);
            }
            Command::Tickets(wanted) => {
                let answer = self.tickets.follow(&self.engage, &self.actor, wanted);
                self.tell(Some(answer.unwrap_or_else(|error| refused(None, &error))));
            }
            command => {
                let answer = execute(&self.engage, &self.actor, Task::Command(command)).await;
                self.tell(answer);
            }
        }
    }

    async fn welcome(
        &mut self,
        resume: &[wire::Place],
        is_ours: bool,
        surplus: &[ConversationId],
        inbox: Option<Option<&str>>,
    ) -> Result<()> {
        if let Actor::Visitor(contact) = self.actor
            && self.is_blocked(contact).await?
        {
            self.end(ByeCode::Blocked.into());
            return Ok(());
        }
        if let Actor::Staff(_) = self.actor {
            see(&self.engage, &self.actor, None).await?;
            self.next_sign = Some(Instant::now() + SIGN_EVERY);
        }
        let outcomes = resume_all(&self.subscriber, &(&self.actor).into(), resume, is_ours).await;
        let inbox = match inbox {
            Some(held) => Some(self.inbox.begin(self.engage.chat(), held, self.subscriber.epoch()).await?),
            None => None,
        };
        let (mut resumed, mut replays) = (Vec::with_capacity(resume.len()), Vec::new());
        for outcome in outcomes {
            let (conversation, subscribed) = outcome?;
            resumed.push(self.follow(conversation, subscribed.as_ref()));
            replays.extend(subscribed.map(|subscribed| subscribed.replay));
        }
        resumed.extend(surplus.iter().map(|conversation| missing(*conversation, "too_many")));
        self.event(Event::Welcomed);
        self.tell(Some(ServerFrame::Welcome(wire::Welcome {
            protocol: 1,
            heartbeat_ms: u64::try_from(self.session.rules().heartbeat.as_millis()).unwrap_or(u64::MAX),
            limits: wire::Limits { body_chars: 10_000, frame_bytes: FRAME_BYTES, replay_entries: 500 },
            epoch: self.subscriber.epoch().to_string(),
            resumed,
            inbox,
        })));
        for replay in &replays {
            self.tell_entries(replay);
        }
        for place in resume {
            self.tell_place(place.conversation);
        }
        self.is_open = true;
        self.tell_presence();
        Ok(())
    }

    async fn subscribe(&mut self, reference: String, conversation: ConversationId, held: Option<i64>) {
        let sight = (&self.actor).into();
        match within(RESUME, self.subscriber.subscribe(conversation, held, &sight)).await {
            Ok(subscribed) => {
                let subscription = self.follow(conversation, subscribed.as_ref());
                self.tell(Some(ServerFrame::Subscribed(Subscribed { r#ref: Some(reference), subscription })));
                if let Some(subscribed) = subscribed {
                    self.tell_entries(&subscribed.replay);
                }
                self.tell_place(conversation);
            }
            Err(error) => {
                self.leave(conversation);
                self.tell(Some(refused(Some(reference), &error)));
            }
        }
    }

    fn follow(&mut self, conversation: ConversationId, subscribed: Option<&CoreSubscribed>) -> Subscription {
        match subscribed {
            Some(subscribed) => Subscription::Followed(self.view.follow(conversation, subscribed)),
            None => {
                self.leave(conversation);
                missing(conversation, "not_found")
            }
        }
    }

    fn deliver(&mut self, delivery: Option<Delivery>) {
        match delivery {
            Some(Delivery::Entries(entries)) => self.tell_entries(&entries),
            Some(Delivery::Read(conversation, mark)) => {
                let frame = self.view.read(conversation, &mark);
                self.tell(frame);
            }
            Some(Delivery::Typing(typing)) => {
                let frame = self.view.typing(&typing);
                self.tell(frame);
            }
            Some(Delivery::Page(conversation, page)) => {
                let frame = self.view.page(conversation, page);
                self.tell(frame);
            }
            Some(Delivery::Queue(conversation, place)) => {
                let frame = self.view.place(conversation, place);
                self.tell(frame);
            }
            // The gap itself is told after whatever else there is.
            Some(Delivery::Lost) => {}
            None => self.end(ByeCode::Internal.into()),
        }
    }

    fn tell_entries(&mut self, entries: &[std::sync::Arc<Published>]) {
        for published in entries {
            match self.view.entry(published) {
                Shown::Frame(bytes) => self.outgoing.text(bytes),
                Shown::Nothing => {}
                // The client subscribes again, and learns that the conversation does not exist for it any more.
                Shown::Left(seq) => {
                    self.tell_gap(Gap { conversation: published.entry.conversation, from: seq, to: seq });
                }
            }
        }
    }

    fn tell_place(&mut self, conversation: ConversationId) {
        let frame = self.view.place(conversation, self.engage.chat().hub().place(conversation));
        self.tell(frame);
    }

    fn tell_gaps(&mut self) {
        for gap in self.subscriber.gaps() {
            self.tell_gap(gap);
        }
    }

    fn tell_gap(&mut self, gap: Gap) {
        self.leave(gap.conversation);
        self.tell(Some(ServerFrame::Gap(gap.into())));
    }

    fn leave(&mut self, conversation: ConversationId) {
        self.subscriber.unsubscribe(conversation);
        self.view.forget(conversation);
        self.event(Event::Left(conversation));
    }

    fn tell_ticket(&mut self, news: TicketNews) {
        let frame = self.tickets.told(&self.engage, self.actor.audience(), news);
        self.tell(frame);
    }

    fn tell_presence(&mut self) {
        for frame in self.presence.news() {
            self.outgoing.text(frame);
        }
    }

    async fn look_after_session(&mut self) {
        let Actor::Visitor(contact) = self.actor else { return };
        if self.inbox.has_ended() {
            self.end(ByeCode::Unauthenticated.into());
        } else if self.inbox.may_be_blocked() {
            match Box::pin(self.is_blocked(contact)).await {
                Ok(false) => {}
                Ok(true) => self.end(ByeCode::Blocked.into()),
                // The next `hello` asks again.
                Err(error) => {
                    warn(&error);
                    self.end(ByeCode::Internal.into());
                }
            }
        }
    }

    /// As the database says now: what told of it was a hint.
    async fn is_blocked(&self, contact: ContactId) -> Result<bool> {
        let contact = self.engage.contacts().get(contact).await?;
        Ok(contact.is_some_and(|contact| contact.blocked.is_some()))
    }

    async fn tick(&mut self) {
        let (now, mut actions) = (self.now(), Vec::new());
        self.session.on_tick(now, &mut actions);
        self.act(actions).await;
        let now = Instant::now();
        if self.next_sign.is_some_and(|due| due <= now) {
            self.next_sign = Some(now + SIGN_EVERY);
            self.tasks.push(Task::SignOfLife);
        }
        if self.inbox.due().is_some_and(|due| due <= now) {
            match Box::pin(within(BUDGET, self.inbox.fetch(self.engage.chat()))).await {
                Ok(frame) => self.tell(frame),
                Err(error) => warn(&error),
            }
            self.look_after_session().await;
        }
    }

    fn tell(&mut self, frame: Option<ServerFrame>) {
        let Some(frame) = frame else { return };
        // An answer may be of the next history already, whose numbers mean nothing here.
        if self.engage.chat().hub().epoch() != self.subscriber.epoch() {
            return self.end(rewound(&*self.engage.context().entropy));
        }
        // The store says so: what told of it may be under way, or lost.
        let is_blocked = matches!(&frame, ServerFrame::Error(refused) if refused.code == "blocked");
        self.event(Event::Tell(frame));
        if is_blocked {
            self.end(ByeCode::Blocked.into());
        }
    }

    fn end(&mut self, bye: Bye) {
        self.event(Event::End(bye));
    }

    fn event(&mut self, event: Event) {
        let mut actions = Vec::new();
        self.session.on_event(event, self.began.elapsed(), &mut actions);
        for action in actions {
            match action {
                Action::Send(frame) => self.outgoing.text(frame),
                Action::Close(bye) => self.bye = Some(bye),
                // Events are answered with frames and with the end.
                Action::Call(_) => {}
            }
        }
    }
}

/// A conversation that was to be resumed; `None` when it does not exist for the client.
type Resumed = (ConversationId, Option<CoreSubscribed>);

/// Resumes several conversations at once; the outcomes are in their order. Numbers of another history than ours say nothing. Boxed for the reason that `execute` is.
fn resume_all<'a>(
    subscriber: &'a Subscriber,
    sight: &'a Sight,
    places: &'a [wire::Place],
    is_ours: bool,
) -> BoxFuture<'a, Vec<Result<Resumed>>> {
    let subscribe = move |place: &'a wire::Place| async move {
        let subscribed = subscriber.subscribe(place.conversation, is_ours.then_some(place.seq), sight).await?;
        Ok((place.conversation, subscribed))
    };
    Box::pin(stream::iter(places).map(subscribe).buffered(RESUMING).collect())
}

/// Says goodbye, and waits a little for the client's own close: an earlier end of the link could overtake our words.
async fn part<S, E>(mut socket: Pin<Box<S>>, mut outgoing: Outgoing, bye: Bye)
where
    S: Stream<Item = Result<Message, E>> + Sink<Message>,
{
    if bye.code != ByeCode::Normal {
        outgoing.text(serde_json::to_vec(&ServerFrame::Bye(bye)).unwrap_or_default().into());
    }
    let close = Message::Close(bye.code.close_code(), bye.code.name());
    if outgoing.write_last(socket.as_mut(), close).await.is_ok() {
        let gone = async { while let Some(Ok(_)) = socket.next().await {} };
        let _ = tokio::time::timeout(FAREWELL, gone).await;
    }
}

async fn revocation(revoked: &mut Revoked) -> ByeCode {
    let code = match revoked {
        Some(revoked) => revoked.wait_for(Option::is_some).await.ok().and_then(|code| *code),
        None => None,
    };
    match code {
        Some(code) => code,
        // Nobody watches, or whoever did is gone.
        None => std::future::pending().await,
    }
}

fn missing(conversation: ConversationId, error: &str) -> Subscription {
    Subscription::Missing(wire::NotFound { conversation, error: error.to_owned() })
}

fn warn(error: &Error) {
    tracing::warn!(target: "engage::socket", %error, "what changed could not be read; tried again");
}
