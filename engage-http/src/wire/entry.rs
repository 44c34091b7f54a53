//! An entry of a conversation.

use bytes::Bytes;
use engage_core::Audience;
use engage_core::attributes::AttributePatch;
use engage_core::chat::{Author as CoreAuthor, Change as CoreChange, Entry as CoreEntry};
use engage_core::ids::{ConversationId, EntryId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::conversation::{Assignee, Contact};
use super::files::SentFile;
use super::frames::PresentAgent;
use super::scalar::{Priority, Status, Time, nullable_id, present, shown_name};

/// One durable change of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Entry {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: EntryId,
    /// Where.
    #[schema(value_type = Uuid)]
    pub conversation: ConversationId,
    /// Its number among what the reader sees, from 1, without a hole.
    pub seq: i64,
    /// When.
    pub at: Time,
    /// Who.
    pub author: Author,
    /// What.
    #[serde(flatten)]
    pub change: Change,
}

/// Who wrote or did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Author {
    /// On which side.
    pub kind: AuthorKind,
    /// What to call them. Null for visitors, whose name the conversation's contact has, and for `system`.
    #[schema(required)]
    pub name: Option<String>,
    /// Who exactly: a contact's id, or the host's id of an agent. Visitors do not learn the latter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// On which side an author is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthorKind {
    /// The visitor.
    Visitor,
    /// An agent.
    Agent,
    /// The host's bot.
    Bot,
    /// engage or the host.
    System,
}

/// What an entry changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Change {
    /// Something said to everybody.
    Message {
        /// Plain text.
        body: String,
        /// The sender's own id of it.
        #[schema(required)]
        client_message_id: Option<String>,
        /// The entry that it answers.
        #[serde(default, deserialize_with = "nullable_id")]
        #[schema(value_type = Option<Uuid>, required)]
        reply_to: Option<EntryId>,
        /// What goes with it; absent when nothing does.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<SentFile>,
    },
    /// Something said among staff.
    Note {
        /// Plain text.
        body: String,
        /// The sender's own id of it.
        #[schema(required)]
        client_message_id: Option<String>,
        /// The entry that it answers.
        #[serde(default, deserialize_with = "nullable_id")]
        #[schema(value_type = Option<Uuid>, required)]
        reply_to: Option<EntryId>,
        /// What goes with it; absent when nothing does.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<SentFile>,
        /// Whom it asks to look; absent when nobody.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<PresentAgent>,
    },
    /// The status.
    Status {
        /// The new one.
        status: Status,
        /// When it wakes; only with `snoozed`, null: when the visitor writes.
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<Time>)]
        snoozed_until: Option<Option<Time>>,
    },
    /// Who answers.
    Assigned {
        /// Null: nobody.
        #[schema(required)]
        agent: Option<Assignee>,
    },
    /// Whose it is. Staff only.
    Team {
        /// Null: everybody's.
        #[schema(required)]
        team: Option<String>,
    },
    /// Who comes first. Staff only.
    Priority {
        /// The new one.
        priority: Priority,
    },
    /// In which language the visitor wants to be answered. Staff only.
    Language {
        /// A BCP 47 tag in lower case; null: any.
        #[schema(required)]
        language: Option<String>,
    },
    /// Who the visitor is. Staff only.
    Contact {
        /// As of now.
        contact: Contact,
    },
    /// What it is about. Staff only.
    Labels {
        /// All of them, sorted.
        labels: Vec<String>,
    },
    /// What the site keeps of it. Staff only.
    Attributes {
        /// What changed; null: removed.
        #[schema(value_type = BTreeMap<String, Value>)]
        changed: AttributePatch,
    },
    /// How it went, as the visitor says.
    Rated {
        /// From 1, the worst, to 5.
        score: u8,
        /// In their own words.
        #[schema(required)]
        comment: Option<String>,
    },
    /// The bot's part has ended: a person is to answer.
    Handoff {
        /// What the bot lets staff know; null: nothing. Staff only.
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        note: Option<Option<String>>,
    },
}

impl Entry {
    /// What `audience` sees of an entry; `None` when it sees nothing of it.
    pub fn new(entry: &CoreEntry, audience: Audience) -> Option<Self> {
        let client_message_id = entry.client_message_id.clone();
        let change = match (&entry.change, audience) {
            (CoreChange::Message { body, reply_to, files }, _) => {
                let files = files.iter().map(Into::into).collect();
                Change::Message { body: body.clone(), client_message_id, reply_to: *reply_to, files }
            }
            (CoreChange::Status { status, snoozed_until }, _) => {
                let status = Status::new(*status, audience);
                let snoozed_until = (status == Status::Snoozed).then(|| snoozed_until.map(Time));
                Change::Status { status, snoozed_until }
            }
            (CoreChange::Assigned { agent }, _) => {
                Change::Assigned { agent: agent.as_ref().map(|agent| Assignee::new(agent, audience)) }
            }
            (CoreChange::Handoff { note }, _) => {
                Change::Handoff { note: (audience == Audience::Staff).then(|| note.clone()) }
            }
            (CoreChange::Labels { labels }, Audience::Staff) => Change::Labels { labels: labels.clone() },
            (CoreChange::Attributes { changed }, Audience::Staff) => Change::Attributes { changed: changed.clone() },
            (CoreChange::Rated { score, comment }, _) => Change::Rated { score: *score, comment: comment.clone() },
            (CoreChange::Note { body, reply_to, files, mentions }, Audience::Staff) => {
                let files = files.iter().map(Into::into).collect();
                let mentions = mentions.iter().map(PresentAgent::from).collect();
                Change::Note { body: body.clone(), client_message_id, reply_to: *reply_to, files, mentions }
            }
            (CoreChange::Team { team }, Audience::Staff) => Change::Team { team: team.clone() },
            (CoreChange::Contact { contact, blocked }, Audience::Staff) => {
                Change::Contact { contact: Contact::for_staff(contact, blocked.as_ref()) }
            }
            (CoreChange::Priority { priority }, Audience::Staff) => Change::Priority { priority: (*priority).into() },
            (CoreChange::Language { language }, Audience::Staff) => Change::Language { language: language.clone() },
            (
                CoreChange::Note { .. }
                | CoreChange::Team { .. }
                | CoreChange::Priority { .. }
                | CoreChange::Language { .. }
                | CoreChange::Contact { .. }
                | CoreChange::Labels { .. }
                | CoreChange::Attributes { .. },
                Audience::Visitor,
            ) => {
                return None;
            }
        };
        Some(Self {
            id: entry.id,
            conversation: entry.conversation,
            seq: entry.seq_for(audience)?,
            at: entry.at.into(),
            author: Author::new(&entry.author, audience),
            change,
        })
    }
}

impl Author {
    /// What `audience` sees of an author.
    pub fn new(author: &CoreAuthor, audience: Audience) -> Self {
        match author {
            CoreAuthor::Visitor { id } => Self { kind: AuthorKind::Visitor, name: None, id: Some(id.to_string()) },
            CoreAuthor::Agent(agent) => Self {
                kind: AuthorKind::Agent,
                name: shown_name(agent, audience),
                id: (audience == Audience::Staff).then(|| agent.id.clone()),
            },
            CoreAuthor::Bot { name } => Self { kind: AuthorKind::Bot, name: Some(name.clone()), id: None },
            CoreAuthor::System => Self { kind: AuthorKind::System, name: None, id: None },
        }
    }
}

/// The bytes of an entry, as a frame and everywhere else; empty when `audience` does not see it.
pub fn encode_entry(entry: &CoreEntry, audience: Audience) -> Bytes {
    let Some(entry) = Entry::new(entry, audience) else { return Bytes::new() };
    // Nothing in an entry can fail to be JSON.
    serde_json::to_vec(&entry).unwrap_or_default().into()
}
