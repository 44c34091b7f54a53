//! The frames of the server, on the WebSocket and as server-sent events. An [`super::Entry`] is a frame of its own.

use engage_core::Audience;
use engage_core::chat::{Draft, Gap, ReadMark as CoreMark, Sent, Typing as CoreTyping};
use engage_core::ids::{ConversationId, EntryId, TicketId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::commands::{Ping, Pong};
use super::conversation::{Conversation, ReadMark};
use super::entry::Author;
use super::page::PageTold;
use super::scalar::{Presence, Time};
use super::tickets::Ticket;

/// What the server sends, besides entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The answer to `hello`.
    Welcome(Welcome),
    /// The answer to `subscribe`.
    Subscribed(Subscribed),
    /// A message is stored.
    Ack(Ack),
    /// A command is done.
    Ok(Done),
    /// Somebody has read.
    Read(ReadTold),
    /// Somebody types, for 6 s unless repeated.
    Typing(TypingTold),
    /// The visitor looks at another page. Staff only.
    Page(PageTold),
    /// Who is there.
    Presence(PresenceTold),
    /// Where in the queue the visitor's conversation waits.
    Queue(QueueTold),
    /// Conversations changed.
    Inbox(InboxChanged),
    /// Tickets changed.
    Tickets(TicketsChanged),
    /// Entries were not sent; the subscription has ended.
    Gap(GapTold),
    /// Are you there?
    Ping(Pong),
    /// Yes.
    Pong(Ping),
    /// A frame could not be done.
    Error(Refused),
    /// The close follows.
    Bye(Bye),
}

/// The answer to `hello`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Welcome {
    /// 1.
    pub protocol: i64,
    /// How often the server sends `ping`.
    pub heartbeat_ms: u64,
    /// How much is allowed.
    pub limits: Limits,
    /// The history of the database to which all numbers of this connection belong.
    pub epoch: String,
    /// For each of `resume`, in its order.
    pub resumed: Vec<Subscription>,
    /// Null when the client asked for none.
    #[schema(required)]
    pub inbox: Option<InboxState>,
}

/// How much is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Limits {
    /// Characters in a message.
    pub body_chars: usize,
    /// Bytes in a frame.
    pub frame_bytes: usize,
    /// Entries that are replayed.
    pub replay_entries: usize,
}

/// From where the inbox goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InboxState {
    /// Whether everything since the client's cursor will come; else fetch the list.
    pub recovered: bool,
    /// For the next `hello`. Null for visitors, who always fetch.
    #[schema(required)]
    pub cursor: Option<String>,
}

/// From where a conversation is followed, or that it does not exist for the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Subscription {
    /// It is followed.
    Followed(Recovered),
    /// It does not exist for the client.
    Missing(NotFound),
}

/// From where a conversation is followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Recovered {
    /// Which.
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// Whether every entry after the client's will come; else fetch the snapshot.
    pub recovered: bool,
    /// The server's position.
    pub seq: i64,
    /// Who has read how far.
    pub reads: Vec<ReadMark>,
}

/// A conversation that is not followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NotFound {
    /// Which.
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// `not_found`; or why it could not be followed now.
    pub error: String,
}

/// The answer to `subscribe`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Subscribed {
    /// Of the request; absent in server-sent events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#ref: Option<String>,
    /// From where.
    #[serde(flatten)]
    pub subscription: Subscription,
}

/// A message is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ack {
    /// The sender's own id.
    pub client_message_id: String,
    /// Where.
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// The entry's id.
    #[schema(value_type = Uuid)]
    pub id: EntryId,
    /// Its number, for the sender.
    pub seq: i64,
    /// When.
    pub at: Time,
    /// Whether it had been stored before.
    pub replayed: bool,
}

/// A command is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Done {
    /// Of the request.
    pub r#ref: String,
}

/// Somebody has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadTold {
    /// Where.
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// Who, and how far.
    #[serde(flatten)]
    pub mark: ReadMark,
}

/// Somebody types, or has stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TypingTold {
    /// Where.
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// Who.
    pub author: Author,
    /// Whether they do.
    pub typing: bool,
    /// What a visitor has typed so far. Staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub text: Option<Draft>,
}

/// Where in the queue a conversation waits. For visitors, when they begin to follow it and whenever it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueueTold {
    /// Which.
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// Its place in its line, from 1; null: it waits no longer.
    #[schema(required)]
    pub position: Option<i64>,
}

/// Who is there: for staff one agent, for visitors whether anybody is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum PresenceTold {
    /// For staff.
    Agent {
        /// Who.
        agent: PresentAgent,
        /// What they are now.
        status: Presence,
    },
    /// For visitors.
    Site {
        /// Whether an agent takes chats now.
        agents_online: bool,
    },
}

/// Somebody of the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PresentAgent {
    /// The host's id.
    pub id: String,
    /// The name to show.
    pub name: String,
}

impl From<&engage_core::AgentRef> for PresentAgent {
    fn from(agent: &engage_core::AgentRef) -> Self {
        Self { id: agent.id.clone(), name: agent.name.clone() }
    }
}

/// Conversations changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InboxChanged {
    /// For the next `hello`. Null for visitors.
    #[schema(required)]
    pub cursor: Option<String>,
    /// As they are now.
    pub conversations: Vec<Conversation>,
    /// Those that left the reader's sight.
    #[schema(value_type = Vec<Uuid>)]
    pub gone: Vec<ConversationId>,
}

/// Tickets changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketsChanged {
    /// Whether more may have changed that is not told: fetch what is shown. So in the answer to `tickets`.
    pub fetch: bool,
    /// As they are now.
    pub tickets: Vec<Ticket>,
    /// Those that left the reader's sight.
    #[schema(value_type = Vec<Uuid>)]
    pub gone: Vec<TicketId>,
}

/// Entries that were not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GapTold {
    /// Where.
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// The first one.
    pub from: i64,
    /// The last one known.
    pub to: i64,
}

/// A frame could not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refused {
    /// Of the request, where it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#ref: Option<String>,
    /// Stable.
    pub code: String,
    /// For people.
    pub detail: String,
    /// JSON pointer to the member that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// The last frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Bye {
    /// Why.
    pub code: ByeCode,
    /// Whether to come back.
    pub reconnect: bool,
    /// Not before.
    pub retry_after_ms: u64,
}

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ByeCode {
    /// The client closed.
    Normal,
    /// Bad or missing `hello`, binary frame, too many errors.
    ProtocolError,
    /// A frame over the limit.
    FrameTooLarge,
    /// This node goes.
    Draining,
    /// The reader does not read.
    Slow,
    /// No sign of life.
    Timeout,
    /// No session any more.
    Unauthenticated,
    /// Not allowed any more.
    Forbidden,
    /// The site lets this visitor write no more.
    Blocked,
    /// The database has another history: what the client holds may be gone.
    Rewound,
    /// Too many connections of one person, or frames in a time.
    TooMany,
    /// A fault of ours.
    Internal,
}

impl ByeCode {
    /// The WebSocket close code.
    pub fn close_code(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::ProtocolError => 4000,
            Self::FrameTooLarge => 1009,
            Self::Draining => 4001,
            Self::Slow => 4008,
            Self::Timeout => 4010,
            Self::Rewound => 4011,
            Self::Unauthenticated => 4401,
            Self::Forbidden => 4403,
            Self::Blocked => 4423,
            Self::TooMany => 4429,
            Self::Internal => 4500,
        }
    }

    /// Whether the client is to come back.
    pub fn reconnect(self) -> bool {
        !matches!(self, Self::Normal | Self::ProtocolError | Self::FrameTooLarge | Self::Forbidden | Self::Blocked)
    }

    /// Its name, as in the frame.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::ProtocolError => "protocol_error",
            Self::FrameTooLarge => "frame_too_large",
            Self::Draining => "draining",
            Self::Slow => "slow",
            Self::Timeout => "timeout",
            Self::Rewound => "rewound",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::Blocked => "blocked",
            Self::TooMany => "too_many",
            Self::Internal => "internal",
        }
    }
}

impl From<ByeCode> for Bye {
    fn from(code: ByeCode) -> Self {
        let retry_after_ms = match code {
            ByeCode::TooMany => 10_000,
            ByeCode::Internal => 1_000,
            _ => 0,
        };
        Self { code, reconnect: code.reconnect(), retry_after_ms }
    }
}

impl Ack {
    /// The answer to a message that was sent by one of `audience`.
    pub fn new(client_message_id: String, sent: &Sent, audience: Audience) -> Self {
        let entry = &sent.entry;
        Self {
            client_message_id,
            conversation: entry.conversation,
            id: entry.id,
            seq: entry.seq_for(audience).unwrap_or_default(),
            at: entry.at.into(),
            replayed: sent.replayed,
        }
    }
}

impl From<Gap> for GapTold {
    fn from(gap: Gap) -> Self {
        Self { conversation: gap.conversation, from: gap.from, to: gap.to }
    }
}

impl ReadTold {
    /// What `audience` sees of a mark.
    pub fn new(conversation: ConversationId, mark: &CoreMark, audience: Audience) -> Self {
        Self { conversation, mark: ReadMark::new(mark, audience) }
    }
}

impl TypingTold {
    /// What `audience` sees of it; `None` when it is not for them.
    pub fn new(typing: &CoreTyping, audience: Audience) -> Option<Self> {
        (audience == Audience::Staff || !typing.staff_only).then(|| Self {
            conversation: typing.conversation,
            author: Author::new(&typing.author, audience),
            typing: typing.typing,
            text: typing.preview.as_ref().filter(|_| audience == Audience::Staff).map(|preview| preview.draft.clone()),
        })
    }
}
