//! A conversation and its read marks.

use engage_core::attributes::Attributes;
use engage_core::chat::{
    Conversation as CoreConversation, Excerpt as CoreExcerpt, Listed, ReadMark as CoreMark, Reader as CoreReader,
};
use engage_core::contacts::{Blocked as CoreBlocked, ContactCard};
use engage_core::ids::{ContactId, ConversationId};
use engage_core::{AgentRef, Audience};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::{Author, AuthorKind};
use super::frames::PresentAgent;
use super::scalar::{Priority, Status, Time, present, shown_name};

/// A conversation, as its reader sees it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Conversation {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: ConversationId,
    /// Whether it is being worked on.
    pub status: Status,
    /// When a snoozed one wakes; null: when the visitor writes. Staff only.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>)]
    pub snoozed_until: Option<Option<Time>>,
    /// Whose it is; null: everybody's. Staff only.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub team: Option<Option<String>>,
    /// Who comes first. Staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// In which language the visitor wants to be answered; null: any. Staff only.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub language: Option<Option<String>>,
    /// Since when it waits for somebody to take it; null: it does not. Staff only.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>)]
    pub waiting_since: Option<Option<Time>>,
    /// When the visitor wrote the first of what nobody has answered; null: all is answered. Staff only.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>)]
    pub unanswered_since: Option<Option<Time>>,
    /// Whose visitor. Staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// What it is about, sorted. Staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<String>>,
    /// What the site keeps of it. Staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Value>>)]
    pub attributes: Option<Attributes>,
    /// Who answers.
    #[schema(required)]
    pub assignee: Option<Assignee>,
    /// Whether the host's bot answers: then it is open and nobody's, and waits for nobody.
    pub bot: bool,
    /// How it went, as the visitor said since it was closed; null: nothing.
    #[schema(required)]
    pub rating: Option<Rating>,
    /// The number of the newest entry that the reader sees.
    pub seq: i64,
    /// How many messages by others came after the reader's mark.
    pub unread: i64,
    /// The reader has marked it as unread since they last read in it. Staff only; absent where a command is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked_unread: Option<bool>,
    /// A note after the reader's mark asks them to look. Staff only; absent where a command is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentioned: Option<bool>,
    /// The newest message that the reader sees.
    #[schema(required)]
    pub last_message: Option<Excerpt>,
    /// When it was opened.
    pub created_at: Time,
    /// When it last changed; for visitors: when the last message came.
    pub updated_at: Time,
}

/// A contact, for staff and for themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Contact {
    /// Their id.
    #[schema(value_type = Uuid)]
    pub id: ContactId,
    /// Their name.
    #[schema(required)]
    pub name: Option<String>,
    /// Their address.
    #[schema(required)]
    pub email: Option<String>,
    /// Why they may not write; null: they may. Only where staff see a conversation's contact.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Blocked>)]
    pub blocked: Option<Option<Blocked>>,
}

/// That somebody may not write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Blocked {
    /// Since when.
    pub at: Time,
    /// Who said so; null: the host's own code.
    #[schema(required)]
    pub by: Option<PresentAgent>,
    /// Why.
    #[schema(required)]
    pub reason: Option<String>,
}

/// How it went, as a visitor says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rating {
    /// From 1, the worst, to 5.
    pub score: u8,
    /// In their own words.
    #[schema(required)]
    pub comment: Option<String>,
}

/// Who answers a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Assignee {
    /// The host's id of the agent. Staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name to show; null for visitors when the host has given none.
    #[schema(required)]
    pub name: Option<String>,
}

/// The start of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Excerpt {
    /// Who wrote it.
    pub author: Author,
    /// At most 140 characters.
    pub excerpt: String,
    /// When.
    pub at: Time,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ExcerptKind,
}

/// What kind of message an excerpt is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExcerptKind {
    /// Said to everybody.
    Message,
    /// Said among staff.
    Note,
}

/// How far somebody has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadMark {
    /// Who.
    pub reader: Reader,
    /// The newest entry read, in the numbering of whoever receives this.
    pub seq: i64,
}

/// Who has read. For visitors all of the staff are one `agent` without id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reader {
    /// On which side.
    pub kind: AuthorKind,
    /// The host's id of an agent. Staff only; a conversation has one visitor, who needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The agent's name. Staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Conversation {
    /// What `audience` sees of a conversation.
    pub fn new(listed: &Listed, audience: Audience) -> Self {
        let marked_unread = (audience == Audience::Staff).then_some(listed.marked_unread);
        let mentioned = (audience == Audience::Staff).then_some(listed.mentioned);
        Self { marked_unread, mentioned, ..Self::of(&listed.conversation, &listed.contact, listed.unread, audience) }
    }

    /// The same from its parts.
    pub fn of(row: &CoreConversation, contact: &ContactCard, unread: i64, audience: Audience) -> Self {
        let staff = audience == Audience::Staff;
        let last_message = row.last_message_for(audience).map(|excerpt| Excerpt::new(excerpt, audience));
        // A row's own time moves with notes too, of which a visitor may not even learn that they exist.
        let told_at = last_message.as_ref().map_or(row.created_at, |last| last.at.0);
        Self {
            id: row.id,
            status: Status::new(row.status, audience),
            snoozed_until: staff.then(|| row.snoozed_until.map(Time)),
            team: staff.then(|| row.team.clone()),
            priority: staff.then(|| row.routing.priority.into()),
            language: staff.then(|| row.routing.language.clone()),
            waiting_since: staff.then(|| row.routing.waiting_since.map(Time)),
            unanswered_since: staff.then(|| row.routing.unanswered_since.map(Time)),
            contact: staff.then(|| Contact::for_staff(contact, row.blocked.as_ref())),
            labels: staff.then(|| row.labels.clone()),
            attributes: staff.then(|| row.attributes.clone()),
            assignee: row.assignee.as_ref().map(|agent| Assignee::new(agent, audience)),
            bot: row.bot,
            rating: row.rating.as_ref().map(|rating| Rating { score: rating.score, comment: rating.comment.clone() }),
            seq: row.seq_for(audience),
            unread,
            marked_unread: None,
            mentioned: None,
            last_message,
            created_at: row.created_at.into(),
            updated_at: if staff { row.updated_at } else { told_at }.into(),
        }
    }
}

impl From<&ContactCard> for Contact {
    fn from(card: &ContactCard) -> Self {
        Self { id: card.id, name: card.name.clone(), email: card.email.clone(), blocked: None }
    }
}

impl Contact {
    /// With what only staff may know.
    pub fn for_staff(card: &ContactCard, blocked: Option<&CoreBlocked>) -> Self {
        Self { blocked: Some(blocked.map(Blocked::from)), ..card.into() }
    }
}

impl From<&CoreBlocked> for Blocked {
    fn from(blocked: &CoreBlocked) -> Self {
        let by = blocked.by.as_ref().map(|agent| PresentAgent { id: agent.id.clone(), name: agent.name.clone() });
        Self { at: blocked.at.into(), by, reason: blocked.reason.clone() }
    }
}

impl Assignee {
    /// What `audience` sees of an agent.
    pub fn new(agent: &AgentRef, audience: Audience) -> Self {
        Self { id: (audience == Audience::Staff).then(|| agent.id.clone()), name: shown_name(agent, audience) }
    }
}

impl Excerpt {
    pub(super) fn new(excerpt: &CoreExcerpt, audience: Audience) -> Self {
        Self {
            author: Author::new(&excerpt.author, audience),
            excerpt: excerpt.text.clone(),
            at: excerpt.at.into(),
            kind: if excerpt.note { ExcerptKind::Note } else { ExcerptKind::Message },
        }
    }
}

impl ReadMark {
    /// What `audience` sees of a mark. For visitors an agent's mark stands for all of the staff.
    pub fn new(mark: &CoreMark, audience: Audience) -> Self {
        let reader = match (&mark.reader, audience) {
            (CoreReader::Visitor, _) => Reader { kind: AuthorKind::Visitor, id: None, name: None },
            (CoreReader::Agent { .. }, Audience::Visitor) => Reader { kind: AuthorKind::Agent, id: None, name: None },
            (CoreReader::Agent { id, name }, Audience::Staff) => {
                Reader { kind: AuthorKind::Agent, id: Some(id.clone()), name: Some(name.clone()) }
            }
        };
        Self { reader, seq: mark.seq_for(audience) }
    }
}

/// What `audience` sees of a conversation's marks: for visitors, of all agents' the furthest one.
pub fn fold_reads(marks: &[CoreMark], audience: Audience) -> Vec<ReadMark> {
    let mut folded: Vec<ReadMark> = Vec::with_capacity(marks.len());
    for mark in marks.iter().map(|mark| ReadMark::new(mark, audience)) {
        match folded.iter_mut().find(|known| known.reader == mark.reader) {
            Some(known) => known.seq = known.seq.max(mark.seq),
            None => folded.push(mark),
        }
    }
    // Somebody who has read notes only has read nothing that a visitor knows of.
    folded.retain(|mark| mark.seq > 0);
    folded
}
