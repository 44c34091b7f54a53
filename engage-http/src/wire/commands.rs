//! The frames of a client. Unknown types and members are refused.

use engage_core::chat::Draft;
use engage_core::ids::{ConversationId, EntryId, FileId, TicketId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::page::PageSeen;
use super::scalar::{Chosen, Status, Time, id, ids, nullable, nullable_id, present};

/// What a client sends. Unknown types and members are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// First of all.
    Hello(Hello),
    /// Follow a conversation.
    Subscribe(Subscribe),
    /// Follow it no more.
    Unsubscribe(Unsubscribe),
    /// Say something to everybody.
    Send(Send),
    /// Say something among staff.
    Note(Send),
    /// Has read.
    Read(Read),
    /// Types, or has stopped.
    Typing(Typing),
    /// Looks at a page. Visitors.
    Page(PageSeen),
    /// Open, snooze or close. Staff.
    Status(StatusCommand),
    /// Give to an agent. Staff.
    Assign(AssignCommand),
    /// Give to a team. Staff.
    Team(TeamCommand),
    /// Take chats, or not. Staff.
    Presence(PresenceCommand),
    /// Hear of tickets that change, or no longer.
    Tickets(FollowTickets),
    /// Are you there?
    Ping(Ping),
    /// Yes.
    Pong(Pong),
}

/// The first frame of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// 1.
    pub protocol: i64,
    /// What to follow from where; at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resume: Vec<Place>,
    /// The `epoch` of the `welcome` under which the client got what it holds. Absent: the present one is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// Absent: no `inbox` frames. Null: from now on. A cursor: from there.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub inbox: Option<Option<String>>,
}

/// How much of a conversation a client holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Which.
    #[serde(deserialize_with = "id")]
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// The last entry.
    pub seq: i64,
}

/// Follow a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Subscribe {
    /// Comes back in the answer; at most 64 characters.
    pub r#ref: String,
    /// Which.
    #[serde(deserialize_with = "id")]
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// The last entry that the client holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
}

/// Follow a conversation no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unsubscribe {
    /// Which.
    #[serde(deserialize_with = "id")]
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
}

/// Say something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Send {
    /// Where.
    #[serde(deserialize_with = "id")]
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// The sender's own id: 1 to 64 of `A-Z a-z 0-9 - _ . :`, unique in the conversation.
    pub client_message_id: String,
    /// 1 to 10,000 characters; with files it may be empty.
    pub body: String,
    /// The entry that it answers.
    #[serde(default, deserialize_with = "nullable_id", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    pub reply_to: Option<EntryId>,
    /// What goes with it: files of the sender's that are ready and went nowhere else.
    #[serde(default, deserialize_with = "ids", skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Uuid>)]
    pub files: Vec<FileId>,
    /// Of a note: the ids of agents whom it asks to look, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<String>,
}

/// Hear of tickets that change, or no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowTickets {
    /// Whether to.
    pub follow: bool,
    /// Of these alone, at most 50; empty or absent: of all that the client may see.
    #[serde(default, deserialize_with = "ids", skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Uuid>)]
    pub only: Vec<TicketId>,
}

/// Has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// Where.
    #[serde(deserialize_with = "id")]
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// Up to where.
    pub seq: i64,
}

/// Types, or has stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Typing {
    /// Where.
    #[serde(deserialize_with = "id")]
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// Whether they do.
    pub typing: bool,
    /// What a visitor has typed so far, for agents to see where the site shows it: at most 1,000 characters.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 1_000)]
    pub text: Option<Draft>,
}

/// Open, snooze or close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatusCommand {
    /// Comes back in the answer; at most 64 characters.
    pub r#ref: String,
    /// Which.
    #[serde(deserialize_with = "id")]
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// To what.
    pub status: Status,
    /// When a snoozed one wakes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Time>,
}

/// Give to an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignCommand {
    /// Comes back in the answer; at most 64 characters.
    pub r#ref: String,
    /// Which.
    #[serde(deserialize_with = "id")]
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// The host's id of the agent; null: nobody.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub agent: Option<String>,
    /// Only if this one is it now; null: nobody. Absent: in any case.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub expected: Option<Option<String>>,
}

/// Give to a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamCommand {
    /// Comes back in the answer; at most 64 characters.
    pub r#ref: String,
    /// Which.
    #[serde(deserialize_with = "id")]
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// 1 to 64 characters; null: everybody's.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub team: Option<String>,
}

/// Take chats, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresenceCommand {
    /// Which.
    pub status: Chosen,
}

/// A sign of life that may bear a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ping {
    /// Any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<i64>,
}

/// A sign of life that bears a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pong {
    /// The number of the ping.
    pub n: i64,
}
