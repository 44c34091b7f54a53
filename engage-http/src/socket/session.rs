//! One connection as a state machine: frames, events and ticks in, actions out. No I/O and no clock.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use bytes::Bytes;
use engage_core::Audience;
use engage_core::chat::Draft;
use engage_core::ids::ConversationId;

use super::FRAME_BYTES;
use super::parse::{self, invalid};
use crate::wire::{
    AssignCommand, Bye, ByeCode, Chosen, ClientFrame, FollowTickets, Hello, PageSeen, Ping, Place, Pong, Refused, Send,
    ServerFrame, StatusCommand, TeamCommand, Typing,
};

/// How often one may begin to type in a conversation.
const TYPING_EVERY: Duration = Duration::from_secs(1);
/// The same of a beginning that says what was typed.
const PREVIEW_EVERY: Duration = Duration::from_millis(500);
/// How many conversations are remembered for that.
const TYPING_IN: usize = 64;
/// How many tickets may be followed by name.
const ONLY: usize = 50;
/// How many pages may be told at once.
const PAGES: u32 = 30;

/// Limits and times of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules {
    /// When `hello` must have come (10 s).
    pub hello_within: Duration,
    /// How often the server sends `ping`; after two without a sign of life the link is dead (25 s).
    pub heartbeat: Duration,
    /// How many frames may be wrong (20).
    pub errors: u32,
    /// How many frames may come at once (visitors 120, staff 600), and
    pub frames: u32,
    /// in how long so many may come again (10 s). Zero: no limit.
    pub frames_per: Duration,
    /// In how long 30 pages may be told (60 s). Zero: no limit.
    pub pages_per: Duration,
    /// How many conversations may be followed (visitors 20, staff 50).
    pub subscriptions: usize,
    /// How many connections a person may have on a node (visitors 20, staff 50).
    pub connections: usize,
}

/// What the driver is to do, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Send a text frame.
    Send(Bytes),
    /// Do what the client asks.
    Call(Command),
    /// Send this last frame and close. Nothing follows.
    Close(Bye),
}

/// What a client asks of engage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Begin; then [`Event::Welcomed`] or [`Event::End`].
    Hello {
        /// What to follow, no conversation twice.
        resume: Vec<Place>,
        /// What is beyond the number that may be followed.
        surplus: Vec<ConversationId>,
        /// The history to which its numbers and its place in the inbox belong; `None`: the present one.
        epoch: Option<String>,
        /// From where the inbox goes on, when the client wants it.
        inbox: Option<Option<String>>,
    },
    /// Follow a conversation; [`Event::Left`] when that is not so.
    Subscribe {
        /// For the answer.
        reference: String,
        /// Which.
        conversation: ConversationId,
        /// The last entry that the client holds.
        held: Option<i64>,
    },
    /// Follow it no more.
    Unsubscribe(ConversationId),
    /// Say something, among staff when `note`.
    Say {
        /// What.
        message: Send,
        /// To whom.
        note: bool,
    },
    /// Move the read mark.
    Read {
        /// Where.
        conversation: ConversationId,
        /// Up to where.
        seq: i64,
    },
    /// Tell others that the client types, or has stopped.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Whether it does.
        typing: bool,
        /// What it has typed so far.
        draft: Option<Draft>,
        /// Whether the client follows the conversation, which it then may see.
        followed: bool,
    },
    /// Note what page the visitor looks at.
    Page(PageSeen),
    /// Open, snooze or close.
    Status(StatusCommand),
    /// Give to an agent.
    Assign(AssignCommand),
    /// Give to a team.
    Team(TeamCommand),
    /// Take chats, or not.
    Presence(Chosen),
    /// Tell of tickets that change, or no longer.
    Tickets(FollowTickets),
}

/// What happens on the server's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// `hello` was answered.
    Welcomed,
    /// A frame for the client.
    Tell(ServerFrame),
    /// A conversation is not followed (any more).
    Left(ConversationId),
    /// The connection has to end.
    End(Bye),
}

/// A connection.
#[derive(Debug)]
pub struct Session {
    audience: Audience,
    rules: Rules,
    stage: Stage,
    /// When something was last heard of the client.
    heard: Duration,
    next_ping: Duration,
    pings: i64,
    errors: u32,
    /// When, by the frames so far, the allowance is full again (generic cell rate algorithm).
    full_at: Duration,
    /// The same of pages.
    pages_full_at: Duration,
    following: HashSet<ConversationId>,
    /// When the client last began to type where, and whether it still does.
    typing: HashMap<ConversationId, (Duration, bool)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Until `hello` comes.
    Greeting,
    /// Until it is answered.
    Answering,
    Open,
    Closed,
}

impl Rules {
    /// The usual ones.
    pub fn new(audience: Audience) -> Self {
        let (frames, subscriptions, connections) = match audience {
            Audience::Visitor => (120, 20, 20),
            Audience::Staff => (600, 50, 50),
        };
        Self {
            hello_within: Duration::from_secs(10),
            heartbeat: Duration::from_secs(25),
            errors: 20,
            frames,
            frames_per: Duration::from_secs(10),
            pages_per: Duration::from_secs(60),
            subscriptions,
            connections,
        }
    }

    /// With any number of frames and connections: for load tests, and where something in front limits already.
    #[must_use]
    pub fn without_rate_limits(mut self) -> Self {
        (self.frames_per, self.pages_per) = (Duration::ZERO, Duration::ZERO);
        self.connections = usize::MAX;
        self
    }
}

impl Session {
    /// A connection that begins at time zero.
    pub fn new(audience: Audience, rules: Rules) -> Self {
        Self {
            audience,
            rules,
            stage: Stage::Greeting,
            heard: Duration::ZERO,
            next_ping: rules.heartbeat,
            pings: 0,
            errors: 0,
            full_at: Duration::ZERO,
            pages_full_at: Duration::ZERO,
            following: HashSet::new(),
            typing: HashMap::new(),
        }
    }

    /// A text frame came at `now`, the time since the connection began.
    pub fn on_text(&mut self, text: &str, now: Duration, out: &mut Vec<Action>) {
        if !self.hears(now, out) {
            return;
        }
        if text.len() > FRAME_BYTES {
            return self.end(ByeCode::FrameTooLarge.into(), out);
        }
        match (parse::frame(text), self.stage) {
            (Ok(ClientFrame::Hello(hello)), Stage::Greeting) => self.greet(hello, out),
            (Ok(_), Stage::Greeting) => {
                refuse(invalid(None, "/type", "the first frame must be hello"), out);
                self.end(ByeCode::ProtocolError.into(), out);
            }
            (Err(refused), Stage::Greeting) => {
                refuse(refused, out);
                self.end(ByeCode::ProtocolError.into(), out);
            }
            (Ok(frame), _) => self.command(frame, now, out),
            (Err(refused), _) => self.wrong(refused, out),
        }
    }

    /// A binary frame came: nobody sends those.
    pub fn on_binary(&mut self, now: Duration, out: &mut Vec<Action>) {
        if self.hears(now, out) {
            self.end(ByeCode::ProtocolError.into(), out);
        }
    }

    /// A ping or pong of the WebSocket itself came.
    pub fn on_control(&mut self, now: Duration, out: &mut Vec<Action>) {
        self.hears(now, out);
    }

    /// The server did not listen until now, so the client's silence means nothing.
    pub fn on_deaf(&mut self, now: Duration) {
        self.heard = self.heard.max(now);
    }

    /// Something happened on the server's side.
    pub fn on_event(&mut self, event: Event, now: Duration, out: &mut Vec<Action>) {
        if self.stage == Stage::Closed {
            return;
        }
        match event {
            Event::Welcomed => {
                self.stage = Stage::Open;
                self.next_ping = now + self.rules.heartbeat;
            }
            Event::Tell(frame) => out.push(Action::Send(encode(&frame))),
            Event::Left(conversation) => {
                self.following.remove(&conversation);
            }
            Event::End(bye) => self.end(bye, out),
        }
    }

    /// Time has passed; to be called at [`Session::next_tick`].
    pub fn on_tick(&mut self, now: Duration, out: &mut Vec<Action>) {
        match self.stage {
            Stage::Greeting if now >= self.rules.hello_within => self.end(ByeCode::ProtocolError.into(), out),
            Stage::Open if now >= self.dead_at() => self.end(ByeCode::Timeout.into(), out),
            Stage::Open if now >= self.next_ping => {
                self.pings += 1;
                self.next_ping = now + self.rules.heartbeat;
                out.push(Action::Send(encode(&ServerFrame::Ping(Pong { n: self.pings }))));
            }
            _ => {}
        }
    }

    /// When time matters next; `None`: not until something else happens.
    pub fn next_tick(&self) -> Option<Duration> {
        match self.stage {
            Stage::Greeting => Some(self.rules.hello_within),
            Stage::Open => Some(self.next_ping.min(self.dead_at())),
            Stage::Answering | Stage::Closed => None,
        }
    }

    /// The limits and times it keeps.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Whether the connection has ended.
    pub fn is_closed(&self) -> bool {
        self.stage == Stage::Closed
    }

    fn dead_at(&self) -> Duration {
        self.heard + self.rules.heartbeat * 2
    }

    /// Notes a sign of life and counts it. `false` when it is not to be looked at any more.
    fn hears(&mut self, now: Duration, out: &mut Vec<Action>) -> bool {
        if self.stage == Stage::Closed {
            return false;
        }
        self.heard = self.heard.max(now);
        let full_at = self.full_at.max(now) + self.rules.frames_per / self.rules.frames.max(1);
        if full_at > now + self.rules.frames_per {
            self.end(ByeCode::TooMany.into(), out);
            return false;
        }
        self.full_at = full_at;
        true
    }

    fn greet(&mut self, hello: Hello, out: &mut Vec<Action>) {
        let wrong = if hello.protocol != 1 {
            Some(invalid(None, "/protocol", "this server speaks protocol 1"))
        } else if hello.resume.len() > 50 {
            Some(invalid(None, "/resume", "at most 50 conversations"))
        } else {
            hello.resume.iter().enumerate().find_map(|(index, place)| {
                if place.seq < 0 {
                    return Some(invalid(None, &format!("/resume/{index}/seq"), "a number from 0 on is expected"));
                }
                let is_new = self.following.insert(place.conversation);
                (!is_new).then(|| {
                    invalid(None, &format!("/resume/{index}/conversation"), "this conversation is there twice")
                })
            })
        };
        if let Some(refused) = wrong {
            refuse(refused, out);
            return self.end(ByeCode::ProtocolError.into(), out);
        }
        let Hello { mut resume, epoch, inbox, .. } = hello;
        let surplus = resume.split_off(resume.len().min(self.rules.subscriptions));
        let surplus: Vec<_> = surplus.into_iter().map(|place| place.conversation).collect();
        for conversation in &surplus {
            self.following.remove(conversation);
        }
        self.stage = Stage::Answering;
        out.push(Action::Call(Command::Hello { resume, surplus, epoch, inbox }));
    }

    fn command(&mut self, frame: ClientFrame, now: Duration, out: &mut Vec<Action>) {
        let only_staff = matches!(
            frame,
            ClientFrame::Note(_)
                | ClientFrame::Status(_)
                | ClientFrame::Assign(_)
                | ClientFrame::Team(_)
                | ClientFrame::Presence(_)
        );
        if only_staff && self.audience == Audience::Visitor {
            let reference = parse::reference(&frame).map(|(text, _)| text.to_owned());
            let detail = "only staff may do this".to_owned();
            return self.wrong(Refused { r#ref: reference, code: "forbidden".to_owned(), detail, field: None }, out);
        }
        if matches!(frame, ClientFrame::Page(_)) && self.audience == Audience::Staff {
            let (code, detail) = ("forbidden".to_owned(), "only visitors may do this".to_owned());
            return self.wrong(Refused { r#ref: None, code, detail, field: None }, out);
        }
        let command = match frame {
            ClientFrame::Hello(_) => return self.wrong(invalid(None, "/type", "hello was said before"), out),
            ClientFrame::Subscribe(subscribe) => {
                let is_new = self.following.insert(subscribe.conversation);
                if is_new && self.following.len() > self.rules.subscriptions {
                    self.following.remove(&subscribe.conversation);
                    let detail = format!("at most {} conversations can be followed", self.rules.subscriptions);
                    let code = "too_many".to_owned();
                    return self.wrong(Refused { r#ref: Some(subscribe.r#ref), code, detail, field: None }, out);
                }
                Command::Subscribe {
                    reference: subscribe.r#ref,
                    conversation: subscribe.conversation,
                    held: subscribe.seq,
                }
            }
            ClientFrame::Unsubscribe(unsubscribe) => {
                if !self.following.remove(&unsubscribe.conversation) {
                    return;
                }
                Command::Unsubscribe(unsubscribe.conversation)
            }
            ClientFrame::Send(message) => Command::Say { message, note: false },
            ClientFrame::Note(message) => Command::Say { message, note: true },
            ClientFrame::Read(read) => Command::Read { conversation: read.conversation, seq: read.seq },
            ClientFrame::Typing(typing) => {
                let Typing { conversation, typing, text: draft } = typing;
                let every = if draft.is_some() { PREVIEW_EVERY } else { TYPING_EVERY };
                if !self.typing_counts(conversation, typing, every, now) {
                    return;
                }
                let followed = self.following.contains(&conversation);
                Command::Typing { conversation, typing, draft, followed }
            }
            ClientFrame::Page(page) => {
                let full_at = self.pages_full_at.max(now) + self.rules.pages_per / PAGES;
                if full_at > now + self.rules.pages_per {
                    let (code, detail) = ("rate_limited".to_owned(), format!("at most {PAGES} pages in a minute"));
                    return refuse(Refused { r#ref: None, code, detail, field: None }, out);
                }
                self.pages_full_at = full_at;
                Command::Page(page)
            }
            ClientFrame::Status(status) => Command::Status(status),
            ClientFrame::Assign(assign) => Command::Assign(assign),
            ClientFrame::Team(team) => Command::Team(team),
            ClientFrame::Presence(presence) => Command::Presence(presence.status),
            ClientFrame::Tickets(tickets) if tickets.only.len() > ONLY => {
                return self.wrong(invalid(None, "/only", format!("at most {ONLY} tickets")), out);
            }
            ClientFrame::Tickets(tickets) => Command::Tickets(tickets),
            ClientFrame::Ping(Ping { n }) => return out.push(Action::Send(encode(&ServerFrame::Pong(Ping { n })))),
            ClientFrame::Pong(_) => return,
        };
        out.push(Action::Call(command));
    }

    /// One beginning in `every` counts, and the end of each that counted: else those who stop at once would seem to go on.
    fn typing_counts(&mut self, conversation: ConversationId, typing: bool, every: Duration, now: Duration) -> bool {
        if self.typing.len() >= TYPING_IN && !self.typing.contains_key(&conversation) {
            self.typing.retain(|_, (began, _)| now < *began + TYPING_EVERY);
            if self.typing.len() >= TYPING_IN {
                return false;
            }
        }
        match self.typing.get_mut(&conversation) {
            Some((_, goes_on)) if !typing => std::mem::take(goes_on),
            Some((began, _)) if now < *began + every => false,
            Some(known) => {
                *known = (now, true);
                true
            }
            None if typing => {
                self.typing.insert(conversation, (now, true));
                true
            }
            None => false,
        }
    }

    fn wrong(&mut self, refused: Refused, out: &mut Vec<Action>) {
        refuse(refused, out);
        self.errors += 1;
        if self.errors > self.rules.errors {
            self.end(ByeCode::ProtocolError.into(), out);
        }
    }

    fn end(&mut self, bye: Bye, out: &mut Vec<Action>) {
        self.stage = Stage::Closed;
        out.push(Action::Close(bye));
    }
}

fn refuse(refused: Refused, out: &mut Vec<Action>) {
    out.push(Action::Send(encode(&ServerFrame::Error(refused))));
}

pub(super) fn encode(frame: &ServerFrame) -> Bytes {
    // Nothing in a frame can fail to be JSON.
    serde_json::to_vec(frame).unwrap_or_default().into()
}
