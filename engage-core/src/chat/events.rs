//! What happens in the chat, for the event sink. Message texts are not in it: who needs one reads it.

use serde::{Deserialize, Serialize};

use super::model::{Author, Status};
use crate::hooks::EventData;
use crate::identity::AgentRef;
use crate::ids::{ContactId, ConversationId, EntryId, FileId};

/// Name of the event after a conversation was opened; its data is [`ConversationOpened`].
pub const CONVERSATION_OPENED: &str = "chat.conversation_opened";
/// Name of the event after a message was stored; its data is [`MessageSent`].
pub const MESSAGE_SENT: &str = "chat.message_sent";
/// Name of the event after a status changed; its data is [`StatusChanged`].
pub const STATUS_CHANGED: &str = "chat.status_changed";
/// Name of the event after an assignee changed; its data is [`ConversationAssigned`].
pub const CONVERSATION_ASSIGNED: &str = "chat.conversation_assigned";
/// Name of the event after a visitor said how a conversation went; its data is [`ConversationRated`].
pub const CONVERSATION_RATED: &str = "chat.conversation_rated";

/// Name of the event after a note asked agents to look; its data is [`AgentsMentioned`].
pub const AGENTS_MENTIONED: &str = "chat.agents_mentioned";

/// A conversation began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationOpened {
    /// Which.
    pub conversation: ConversationId,
    /// Whose.
    pub contact: ContactId,
}

/// Somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageSent {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub author: Author,
    /// Whether it is a private note.
    pub note: bool,
    /// The message. The store fills it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
    /// Its place, as staff count. The store fills it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// What goes with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileId>,
}

/// A note asks agents to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentsMentioned {
    /// Where.
    pub conversation: ConversationId,
    /// Who wrote it.
    pub author: Author,
    /// Whom it asks.
    pub agents: Vec<AgentRef>,
    /// The note. The store fills it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
    /// Its place, as staff count. The store fills it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
}

/// A conversation was opened, put off or closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChanged {
    /// Which.
    pub conversation: ConversationId,
    /// What it is now.
    pub status: Status,
}

/// Somebody answers it now, or nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationAssigned {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub agent: Option<AgentRef>,
}

/// A visitor said how it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationRated {
    /// Which.
    pub conversation: ConversationId,
    /// From 1, the worst, to 5.
    pub score: u8,
}

impl EventData for ConversationOpened {
    const NAME: &'static str = CONVERSATION_OPENED;
}

impl EventData for MessageSent {
    const NAME: &'static str = MESSAGE_SENT;
}

impl EventData for StatusChanged {
    const NAME: &'static str = STATUS_CHANGED;
}

impl EventData for ConversationAssigned {
    const NAME: &'static str = CONVERSATION_ASSIGNED;
}

impl EventData for AgentsMentioned {
    const NAME: &'static str = AGENTS_MENTIONED;
}

impl EventData for ConversationRated {
    const NAME: &'static str = CONVERSATION_RATED;
}
