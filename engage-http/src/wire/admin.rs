//! The bodies of what is neither chat nor session.

use engage_core::attributes::Attributes;
use engage_core::audit::AuditEntry;
use engage_core::contacts::Contact as CoreContact;
use engage_core::ids::{AuditId, ContactId, OutboxId};
use engage_core::outbox::DeadLetter as CoreDeadLetter;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::conversation::Blocked;
use super::scalar::{Time, nullable, present, uuid};

/// Whether all is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    pub status: &'static str,
}

/// All that staff see of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactInfo {
    /// Their id.
    #[schema(value_type = Uuid)]
    pub id: ContactId,
    /// Their name.
    #[schema(required)]
    pub name: Option<String>,
    /// Their address.
    #[schema(required)]
    pub email: Option<String>,
    /// What the site keeps of them.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub attributes: Attributes,
    /// Why they may not write; null: they may.
    #[schema(required)]
    pub blocked: Option<Blocked>,
    /// Whether the host knows them.
    pub is_member: bool,
    /// When first seen.
    pub created_at: Time,
    /// When last changed.
    pub updated_at: Time,
}

/// What staff say of a contact. Absent leaves it, null empties it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateContact {
    /// At most 200 characters.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub name: Option<Option<String>>,
    /// At most 254 characters.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
    /// Texts, numbers, true and false; null removes one, what is not named stays.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = BTreeMap<String, Value>)]
    pub attributes: Map<String, Value>,
}

/// Whether somebody may write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetBlocked {
    /// True: they may not.
    pub blocked: bool,
    /// Why, for staff; at most 500 characters. Only with true.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Makes a contact one with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeContact {
    /// The one that stays.
    #[serde(deserialize_with = "uuid")]
    pub into: Uuid,
}

/// How many sessions have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Revoked {
    /// So many.
    pub ended: u64,
}

/// The settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SettingList {
    /// Each.
    pub settings: Vec<SettingInfo>,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SettingInfo {
    /// Its name.
    pub key: String,
    /// What it is.
    pub value: Value,
    /// Counts changes; 0 when it was never set.
    pub version: i64,
}

/// A setting's new value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetSetting {
    /// What it is to be.
    pub value: Value,
    /// The version that the caller has seen.
    pub expected_version: i64,
}

/// A page of the audit log, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// The lines.
    pub entries: Vec<AuditLine>,
    /// What `before` takes for the page after this one; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditLine {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: AuditId,
    /// When.
    pub at: Time,
    /// Who: `visitor:ID`, `staff:ID` or `system`.
    pub actor: String,
    /// What, as `capability.verb`.
    pub action: String,
    /// On what, as `kind:ID`.
    pub target: String,
    /// Further facts, an object.
    pub detail: Value,
}

/// Promises that were given up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeadLetterList {
    /// Newest first.
    pub letters: Vec<DeadLetter>,
}

/// A promise that was given up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeadLetter {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: OutboxId,
    /// Who was to keep it.
    pub topic: String,
    /// What it says, an object.
    pub payload: Value,
    /// When it was due.
    pub due: Time,
    /// How many attempts failed.
    pub attempts: i32,
    /// What the last one said.
    pub error: String,
}

impl From<&CoreContact> for ContactInfo {
    fn from(contact: &CoreContact) -> Self {
        Self {
            id: contact.id,
            name: contact.name.clone(),
            email: contact.email.clone(),
            attributes: contact.attributes.clone(),
            blocked: contact.blocked.as_ref().map(Blocked::from),
            is_member: contact.external_id.is_some(),
            created_at: contact.created_at.into(),
            updated_at: contact.updated_at.into(),
        }
    }
}

impl From<AuditEntry> for AuditLine {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { id, at, actor, action, target, detail } = entry;
        Self { id, at: at.into(), actor, action, target, detail }
    }
}

impl From<CoreDeadLetter> for DeadLetter {
    fn from(letter: CoreDeadLetter) -> Self {
        let CoreDeadLetter { message, attempts, error } = letter;
        Self {
            id: message.id,
            topic: message.topic,
            payload: message.payload,
            due: message.due.into(),
            attempts,
            error,
        }
    }
}
