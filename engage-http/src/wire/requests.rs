//! The bodies of requests and of their answers.

use engage_core::Audience;
use engage_core::chat::{
    Agent as CoreAgent, AgentStatus, Draft, Entry as CoreEntry, EntryRange, Epoch, Field as CoreField,
    FieldKind as CoreFieldKind, Listed, Priority, Snapshot as CoreSnapshot, Status,
};
use engage_core::clock::Timestamp;
use engage_core::ids::FileId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::conversation::{Contact, Conversation, ReadMark, fold_reads};
use super::entry::Entry;
use super::files::FileRules;
use super::invitation::Invitation;
use super::page::Page;
use super::scalar::{Presence, Time, ids, nullable, nullable_time, nullable_uuid, objects, present};

/// An empty object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// What a visitor says of themselves. Absent leaves it, null empties it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateSession {
    /// At most 200 characters.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub name: Option<Option<String>>,
    /// At most 254 characters.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
}

/// The first message of a new conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenConversation {
    /// The sender's own id: 1 to 64 of `A-Z a-z 0-9 - _ . :`.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    pub client_message_id: String,
    /// 1 to 10,000 characters; with files it may be empty.
    #[schema(max_length = 10_000)]
    pub body: String,
    /// What goes with it: files of the caller's that are ready and went nowhere else, as many as the site takes.
    #[serde(default, deserialize_with = "ids", skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Uuid>)]
    pub files: Vec<FileId>,
    /// In which language the visitor wants to be answered: a BCP 47 tag. Absent: any.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// To what the site asks, by the fields' names: texts, and of checkboxes true or false.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = BTreeMap<String, Value>)]
    pub answers: Map<String, Value>,
    /// The id of the site's invitation that the message answers; 422 when there is none any more.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
    /// What the visitor has looked at before: at most 20. What cannot be kept of it is left out.
    #[serde(default, deserialize_with = "objects", skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub pages: Vec<Page>,
}

/// The first message of staff to a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteToContact {
    /// The sender's own id: 1 to 64 of `A-Z a-z 0-9 - _ . :`, unique among what began conversations of this contact.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    pub client_message_id: String,
    /// 1 to 10,000 characters.
    #[schema(min_length = 1, max_length = 10_000)]
    pub body: String,
}

/// A message or a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    /// The sender's own id: 1 to 64 of `A-Z a-z 0-9 - _ . :`, unique in the conversation.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    pub client_message_id: String,
    /// 1 to 10,000 characters; with files it may be empty.
    #[schema(max_length = 10_000)]
    pub body: String,
    /// The entry that it answers.
    #[serde(default, deserialize_with = "nullable_uuid", skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Uuid>,
    /// What goes with it: files of the caller's that are ready and went nowhere else, as many as the site takes.
    #[serde(default, deserialize_with = "ids", skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Uuid>)]
    pub files: Vec<FileId>,
    /// Of a note: the ids of agents whom it asks to look, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub mentions: Vec<String>,
}

/// How far the caller has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkRead {
    /// The newest entry read.
    pub seq: i64,
}

/// Whether the caller types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTyping {
    /// Or has stopped.
    pub typing: bool,
    /// What a visitor has typed so far, for agents to see where the site shows it: at most 1,000 characters.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 1_000)]
    pub text: Option<Draft>,
}

/// A new status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetStatus {
    /// Which.
    #[schema(value_type = super::Status)]
    pub status: Status,
    /// When a snoozed one wakes.
    #[serde(default, deserialize_with = "nullable_time", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<super::Time>)]
    pub snoozed_until: Option<Timestamp>,
}

/// A new assignee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAssignee {
    /// The host's id of the agent; null: nobody.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub agent: Option<String>,
    /// Only if this one is it now; null: nobody. Absent: in any case.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub expected: Option<Option<String>>,
}

/// A new team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTeam {
    /// 1 to 64 characters; null: everybody's.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub team: Option<String>,
    /// Whether it leaves its assignee too, so that whoever has room in the team gets it. Absent: no.
    #[serde(default)]
    pub release: bool,
}

/// A new priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPriority {
    /// Which.
    #[schema(value_type = super::Priority)]
    pub priority: Priority,
}

/// A new language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetLanguage {
    /// A BCP 47 tag; null: any.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub language: Option<String>,
}

/// What an agent takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAgent {
    /// How many open conversations they are given at most, 0 to 1,000; null: as many as the site sets.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub capacity: Option<i64>,
    /// The languages that they answer in: at most 20 BCP 47 tags.
    pub languages: Vec<String>,
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// From 1, the worst, to 5.
    pub score: i64,
    /// At most 1,000 characters.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// Labels to put on and to take off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetLabels {
    /// Each 1 to 50 characters; at most 20 on a conversation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<String>,
    /// One that is named twice is taken off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
}

/// A change of custom attributes, as a merge patch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAttributes {
    /// Texts, numbers, true and false; null removes, what is not named stays.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub attributes: Map<String, Value>,
}

/// What an agent chooses to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPresence {
    /// `online` or `away`.
    #[schema(value_type = super::Chosen)]
    pub status: AgentStatus,
    /// Whether what they have open goes to others. Absent: no. Only with `away`.
    #[serde(default)]
    pub reassign: bool,
}

/// Who the visitor is, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionInfo {
    /// Null: nobody yet.
    #[schema(required)]
    pub contact: Option<Contact>,
    /// Whether the visitor may not write here. They go on reading.
    pub blocked: bool,
    /// The site.
    pub site: SiteInfo,
}

/// The site, for visitors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SiteInfo {
    /// Its name.
    pub name: String,
    /// What the chat says before anybody has written.
    pub greeting: String,
    /// Whether an agent takes chats now.
    pub agents_online: bool,
    /// Whether it is within the business hours.
    pub is_open: bool,
    /// When it opens next; null when it is open, or closed for long.
    #[schema(required)]
    pub opens_at: Option<Time>,
    /// What it says while it is closed; may be empty.
    pub closed_message: String,
    /// Whether who writes now has to leave an address.
    pub needs_email: bool,
    /// Whether agents see what is typed before it is sent.
    pub typing_preview: bool,
    /// What is asked before a conversation begins.
    pub fields: Vec<Field>,
    /// Whether staff see what visitors look at: else nobody is to be told.
    pub page_trail: bool,
    /// What is said to visitors by itself, in this order.
    pub invitations: Vec<Invitation>,
    /// What files may be sent; null: none.
    #[schema(required)]
    pub files: Option<FileRules>,
}

/// One thing that is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Field {
    /// The name of its answer.
    pub name: String,
    /// What people read.
    pub label: String,
    /// How it is asked.
    pub kind: FieldKind,
    /// Whether it must be answered; a checkbox, whether it must be checked.
    pub required: bool,
    /// What can be chosen, of a select.
    pub choices: Vec<String>,
    /// How long an answer may be.
    #[schema(required)]
    pub max_length: Option<usize>,
}

/// How something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line.
    Text,
    /// An address.
    Email,
    /// One of several choices.
    Select,
    /// Yes or no.
    Checkbox,
}

/// The site, for staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Site {
    /// Its name.
    pub name: String,
}

/// What was said with one contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactConversations {
    /// Those that the caller sees, latest change first.
    pub conversations: Vec<Conversation>,
    /// For `before`, to go on; null: there are no more.
    #[schema(required)]
    pub next: Option<String>,
}

/// A page of conversations, latest change first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConversationPage {
    /// The conversations.
    pub conversations: Vec<Conversation>,
    /// What `before` takes for the page after this one; null on the last.
    #[schema(required)]
    pub next: Option<String>,
    /// What `hello.inbox` takes. Null for visitors, who always fetch.
    #[schema(required)]
    pub inbox: Option<String>,
}

/// A new conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpenedConversation {
    /// As it is now.
    pub conversation: Conversation,
    /// Its first message.
    pub entry: Entry,
}

/// A conversation with its newest entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Snapshot {
    /// The conversation.
    pub conversation: Conversation,
    /// Oldest first, at most 50.
    pub entries: Vec<Entry>,
    /// Whether there are older ones.
    pub has_more: bool,
    /// Who has read how far.
    pub reads: Vec<ReadMark>,
    /// The history of the database to which the numbers belong.
    pub epoch: String,
}

/// Entries of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntryPage {
    /// Oldest first.
    pub entries: Vec<Entry>,
    /// The number of the conversation's newest entry.
    pub seq: i64,
    /// Whether there are more in the direction asked for.
    pub has_more: bool,
    /// The history of the database to which the numbers belong.
    pub epoch: String,
}

/// What is left to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Marked {
    /// How far the caller has read.
    pub seq: i64,
    /// How much is unread.
    pub unread: i64,
}

/// All agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgentList {
    /// In no order.
    pub agents: Vec<Agent>,
}

/// The teams of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TeamList {
    /// By name.
    pub teams: Vec<Team>,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// Whether it stands in `chat.teams`.
    pub is_set: bool,
    /// The ids of the agents whom the host has put into it, as it last said.
    pub agents: Vec<String>,
    /// How many of its conversations are open.
    pub open: i64,
    /// How many of them wait for somebody to take them.
    pub waiting: i64,
}

impl From<engage_core::chat::Team> for Team {
    fn from(team: engage_core::chat::Team) -> Self {
        let engage_core::chat::Team { name, is_set, agents, open, waiting } = team;
        Self { name, is_set, agents, open, waiting }
    }
}

/// Labels in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LabelList {
    /// In the order of their characters.
    pub labels: Vec<String>,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Agent {
    /// The host's id.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// Whether they take chats.
    pub status: Presence,
    /// How many open conversations they answer.
    pub open: i64,
    /// How many they are given at most; null: as many as the site sets.
    #[schema(required)]
    pub capacity: Option<i64>,
    /// The languages that they answer in.
    pub languages: Vec<String>,
    /// Their teams.
    pub teams: Vec<String>,
    /// Whether they see what is of any team.
    pub admin: bool,
}

/// Who of the staff calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Me {
    /// The host's id.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// `agent` or `admin`.
    pub role: &'static str,
    /// Their teams.
    pub teams: Vec<String>,
    /// The site.
    pub site: Site,
    /// What files may be sent; null: none.
    #[schema(required)]
    pub files: Option<FileRules>,
}

impl Snapshot {
    /// What `audience` sees of a snapshot.
    pub fn new(snapshot: &CoreSnapshot, audience: Audience) -> Self {
        Self {
            conversation: Conversation::new(&snapshot.listed, audience),
            entries: entries(&snapshot.entries, audience),
            has_more: snapshot.has_more,
            reads: fold_reads(&snapshot.reads, audience),
            epoch: snapshot.epoch.to_string(),
        }
    }
}

impl EntryPage {
    /// What `audience` sees of a page that was read by `range` when `epoch` had begun.
    pub fn new(listed: &Listed, page: &[CoreEntry], range: EntryRange, audience: Audience, epoch: Epoch) -> Self {
        let entries = entries(page, audience);
        // Entries are read after the row and may be newer than it.
        let seq = entries.last().map_or(0, |last| last.seq).max(listed.conversation.seq_for(audience));
        let has_more = match range {
            EntryRange::After(_) => entries.last().is_some_and(|last| last.seq < seq),
            EntryRange::Before(_) | EntryRange::Latest => entries.first().is_some_and(|first| first.seq > 1),
        };
        Self { entries, seq, has_more, epoch: epoch.to_string() }
    }
}

impl From<&CoreField> for Field {
    fn from(field: &CoreField) -> Self {
        let kind = match field.kind {
            CoreFieldKind::Text => FieldKind::Text,
            CoreFieldKind::Email => FieldKind::Email,
            CoreFieldKind::Select => FieldKind::Select,
            CoreFieldKind::Checkbox => FieldKind::Checkbox,
        };
        let (name, label, choices) = (field.name.clone(), field.label.clone(), field.choices.clone());
        Self { name, label, kind, required: field.required, choices, max_length: field.max_length }
    }
}

impl From<&CoreAgent> for Agent {
    fn from(agent: &CoreAgent) -> Self {
        Self {
            id: agent.agent.id.clone(),
            name: agent.agent.name.clone(),
            status: agent.status.into(),
            open: agent.open,
            capacity: agent.capacity,
            teams: agent.teams.clone(),
            admin: agent.admin,
            languages: agent.languages.clone(),
        }
    }
}

fn entries(entries: &[CoreEntry], audience: Audience) -> Vec<Entry> {
    entries.iter().filter_map(|entry| Entry::new(entry, audience)).collect()
}
