//! What is sent about tickets.

use engage_core::chat::Priority as CorePriority;
use engage_core::ids::{FileId, TicketId};
use engage_core::tickets::Doing;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::scalar::{Time, ids, nullable, nullable_uuid, object, present, uuid};

/// A new ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    /// The sender's own id of it: 1 to 64 of `A-Z a-z 0-9 - _ . :`. The same again gives the same ticket.
    pub client_message_id: String,
    /// 1 to 200 characters on one line.
    pub subject: String,
    /// 1 to 50,000 characters.
    pub body: String,
    /// What goes with it: files of the caller's that are ready and went nowhere else, as many as the site takes.
    #[serde(default, deserialize_with = "ids", skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Uuid>)]
    pub files: Vec<FileId>,
    /// How urgent it is. Absent: normal.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<super::Priority>)]
    pub priority: Option<CorePriority>,
    /// For whom the requester asks: 1 to 100 characters.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Whose it is: a contact's id. On the admin side it must be given, on the site's it must not.
    #[serde(default, deserialize_with = "nullable_uuid", skip_serializing_if = "Option::is_none")]
    pub requester: Option<Uuid>,
    /// Whose it is among staff. Staff only.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// At most 20, of 1 to 50 characters. Staff only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// An address to which the way to their tickets is mailed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskTicketLink {
    /// At most 254 bytes.
    pub email: String,
}

/// A change of a ticket's fields; what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketEdit {
    /// 1 to 200 characters on one line.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// `new`, `open`, `pending`, `on_hold`, `solved`, `closed`, or the id of one of the site's own statuses.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Solve it though a part of it is not.
    #[serde(default)]
    pub force: bool,
    /// Out of sight until then; null: in sight.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>)]
    pub snoozed_until: Option<Option<Time>>,
    /// How urgent it is.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<super::Priority>)]
    pub priority: Option<CorePriority>,
    /// Null: everybody's.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub team: Option<Option<String>>,
    /// The host's id of an agent; null: nobody.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub assignee: Option<Option<String>>,
    /// 1 to 100 characters; null: nobody's.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub organisation: Option<Option<String>>,
    /// When it should be done; null: at no time.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>)]
    pub due_at: Option<Option<Time>>,
    /// At most 50, of 1 to 50 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_tags: Vec<String>,
    /// At most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_tags: Vec<String>,
    /// E-mail addresses, at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_cc: Vec<String>,
    /// At most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_cc: Vec<String>,
    /// The host's ids of agents, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_followers: Vec<String>,
    /// The host's ids of agents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_followers: Vec<String>,
    /// A merge patch: texts, numbers, true and false; null removes.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = BTreeMap<String, Value>)]
    pub fields: Map<String, Value>,
}

/// A change of fields by somebody who has seen the ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTicket {
    /// The version that the caller has seen.
    pub expected_version: i64,
    /// What changes.
    #[serde(deserialize_with = "object")]
    pub edit: TicketEdit,
}

/// Something said to everybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketReply {
    /// The sender's own id of it, unique in the ticket.
    pub client_message_id: String,
    /// 1 to 50,000 characters; with files it may be empty.
    pub body: String,
    /// What goes with it: files of the caller's that are ready and went nowhere else, as many as the site takes.
    #[serde(default, deserialize_with = "ids", skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Uuid>)]
    pub files: Vec<FileId>,
    /// The status that it gets with it. Staff only.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The version that the caller has seen; absent: whatever has changed.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<i64>,
}

/// Something said among staff.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketNote {
    /// The sender's own id of it, unique in the ticket.
    pub client_message_id: String,
    /// 1 to 50,000 characters; with files it may be empty.
    pub body: String,
    /// What goes with it: files of the caller's that are ready and went nowhere else, as many as the site takes.
    #[serde(default, deserialize_with = "ids", skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Uuid>)]
    pub files: Vec<FileId>,
    /// The host's ids of agents who should look at it, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<String>,
}

/// Work that was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketTime {
    /// The sender's own id of it, unique in the ticket.
    pub client_message_id: String,
    /// At most a day; negative takes back.
    pub seconds: i64,
    /// On what, at most 1,000 characters.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Whether a ticket is done, as its requester says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetDone {
    /// True solves it, false opens it again.
    pub done: bool,
}

/// A ticket that goes on in another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeTicket {
    /// Which, of the same requester.
    #[serde(deserialize_with = "uuid")]
    pub into: Uuid,
}

/// The ticket that one is a part of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetParent {
    /// Null: of none.
    #[serde(deserialize_with = "nullable_uuid")]
    #[schema(required)]
    pub parent: Option<Uuid>,
}

/// That a ticket has to do with another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetLink {
    /// Which.
    #[serde(deserialize_with = "uuid")]
    pub ticket: Uuid,
    /// Whether it has.
    pub linked: bool,
}

/// Replies and notes that go on in a ticket of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitTicket {
    /// The sender's own id of it, unique in the ticket.
    pub client_message_id: String,
    /// What the new one is about.
    pub subject: String,
    /// The numbers of 1 to 50 replies and notes, of which the requester has seen one.
    pub entries: Vec<i64>,
}

/// What is to become a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketSubject {
    /// What it is about: 1 to 200 characters on one line.
    pub subject: String,
}

/// What the caller is writing on a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetDraft {
    /// At most 50,000 characters; nothing to see in it removes the draft.
    pub body: String,
    /// Whether it is to be a private note.
    #[serde(default)]
    pub note: bool,
}

/// What the caller does with a ticket, which counts for 30 s.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetLooking {
    /// `viewing`, `replying` or `left`.
    #[schema(value_type = String)]
    pub doing: Doing,
}

/// Whether the caller wants mails of tickets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTicketMails {
    /// Of those that they see to or follow.
    pub wanted: bool,
}

/// What is done to many tickets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketBulk {
    /// Which: 1 to 100.
    #[schema(value_type = Vec<Uuid>)]
    pub tickets: Vec<TicketId>,
    /// What changes.
    #[serde(default, deserialize_with = "object")]
    pub edit: TicketEdit,
    /// What is said to everybody, without files.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub reply: Option<TicketReply>,
}
