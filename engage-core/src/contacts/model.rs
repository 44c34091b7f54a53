//! What is known of a person.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::attributes::{AttributePatch, Attributes};
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, FieldError, Result};
use crate::identity::AgentRef;
use crate::ids::ContactId;
use crate::words::words;

/// A person: anonymous until they say who they are or the host does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Their id.
    pub id: ContactId,
    /// The host's id of them, when the host has said so. Unique.
    pub external_id: Option<String>,
    /// Their name, 1 to 200 characters.
    pub name: Option<String>,
    /// Their address, at most 254 bytes.
    pub email: Option<String>,
    /// What the site keeps of them; for staff.
    pub attributes: Attributes,
    /// Since when and why they may not write; `None`: they may.
    #[serde(default)]
    pub blocked: Option<Blocked>,
    /// The contact that this one turned out to be.
    pub merged_into: Option<ContactId>,
    /// Counts changes, from 1.
    pub version: i64,
    /// When first seen.
    pub created_at: Timestamp,
    /// When last changed.
    pub updated_at: Timestamp,
}

/// That somebody may not write: no message, no rating, no new conversation. They still read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// Since when.
    pub at: Timestamp,
    /// Who said so; `None`: the host's code.
    pub by: Option<AgentRef>,
    /// Why, for staff: at most 500 characters.
    pub reason: Option<String>,
}

/// What others see of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactCard {
    /// Their id.
    pub id: ContactId,
    /// Their name.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
}

/// A change of what is known; `None` leaves a field as it is, `Some(None)` empties it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactPatch {
    /// The host's id.
    pub external_id: Option<Option<String>>,
    /// The name.
    pub name: Option<Option<String>>,
    /// The address.
    pub email: Option<Option<String>>,
    /// What the site keeps of them.
    pub attributes: AttributePatch,
}

impl Contact {
    /// Somebody of whom nothing is known yet.
    pub fn anonymous(id: ContactId, now: Timestamp) -> Self {
        Self {
            id,
            external_id: None,
            name: None,
            email: None,
            attributes: Attributes::default(),
            blocked: None,
            merged_into: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The words by which it is found: of its name, its address and the host's id.
    pub fn words(&self) -> BTreeSet<String> {
        [&self.name, &self.email, &self.external_id].into_iter().flatten().flat_map(|text| words(text)).collect()
    }

    /// Whether this contact is still to be merged into `target`: not when it has been. The rule of every store's `merge`.
    ///
    /// # Errors
    /// `Conflict` when either is somebody else by now, or when the host knows this one: whoever holds an old session of a
    /// member must not become that member.
    pub fn is_to_merge_into(&self, target: &Self) -> Result<bool> {
        if self.merged_into == Some(target.id) {
            return Ok(false);
        }
        if self.merged_into.is_some() || target.merged_into.is_some() {
            return Err(Error::new(ErrorKind::Conflict, "one of the contacts is another by now"));
        }
        if self.external_id.is_some() {
            return Err(Error::new(
                ErrorKind::Conflict,
                "the host knows this contact; only anonymous ones can be merged",
            ));
        }
        Ok(true)
    }

    /// This contact after it was merged into `target`, and `target` when that changes it: the one that stays is blocked when
    /// either was. The rule of every store's `merge`.
    pub fn merged_into(mut self, target: &Self) -> (Self, Option<Self>) {
        let blocked = self.blocked.take().filter(|_| target.blocked.is_none());
        self.merged_into = Some(target.id);
        self.version += 1;
        (self.external_id, self.name, self.email) = (None, None, None);
        self.attributes = Attributes::default();
        let target = blocked.map(|blocked| Self {
            version: target.version + 1,
            updated_at: target.updated_at.max(blocked.at),
            blocked: Some(blocked),
            ..target.clone()
        });
        (self, target)
    }

    /// With this block, or none, dated `now`; the same contact when it is blocked for that reason already, or is not.
    pub fn with_block(&self, blocked: Option<Blocked>, now: Timestamp) -> Self {
        let reason = |blocked: &Option<Blocked>| blocked.as_ref().map(|blocked| blocked.reason.clone());
        if reason(&self.blocked) == reason(&blocked) {
            return self.clone();
        }
        Self { blocked, version: self.version + 1, updated_at: now, ..self.clone() }
    }

    /// Whether they may write.
    ///
    /// # Errors
    /// `Forbidden` with the code `blocked`.
    pub fn may_write(&self) -> Result<()> {
        self.blocked.as_ref().map_or(Ok(()), |_| Err(Blocked::refusal()))
    }

    /// What others see.
    pub fn card(&self) -> ContactCard {
        ContactCard { id: self.id, name: self.name.clone(), email: self.email.clone() }
    }

    /// With `patch` applied, dated `now`; the same contact when nothing changes.
    ///
    /// # Errors
    /// `Invalid` when there would be too many attributes, or too much in them.
    pub fn patched(&self, patch: &ContactPatch, now: Timestamp) -> Result<Self> {
        let mut next = self.clone();
        if let Some(external_id) = &patch.external_id {
            next.external_id.clone_from(external_id);
        }
        if let Some(name) = &patch.name {
            next.name.clone_from(name);
        }
        if let Some(email) = &patch.email {
            next.email.clone_from(email);
        }
        next.attributes = self.attributes.patched(&patch.attributes)?.0;
        if next != *self {
            next.version += 1;
            next.updated_at = now;
        }
        Ok(next)
    }
}

impl Blocked {
    /// What somebody who is blocked is told.
    pub fn refusal() -> Error {
        Error::new(ErrorKind::Forbidden, "you may not write here any more").with_code("blocked")
    }
}

impl ContactPatch {
    /// Checks what a person typed: trims, empties empty fields.
    ///
    /// # Errors
    /// `Invalid` with `/name` or `/email`.
    pub fn checked(mut self) -> Result<Self> {
        let mut fields = Vec::new();
        for (field, max, value) in [("/name", 200, &mut self.name), ("/email", 254, &mut self.email)] {
            let Some(Some(text)) = value else { continue };
            let trimmed = text.trim();
            if trimmed.is_empty() {
                *value = Some(None);
            } else if trimmed.chars().count() > max {
                fields.push(FieldError {
                    field: field.to_owned(),
                    code: "too_long",
                    detail: format!("at most {max} characters"),
                });
            } else if trimmed.chars().any(char::is_control) {
                fields.push(FieldError {
                    field: field.to_owned(),
                    code: "control_character",
                    detail: "no control characters".to_owned(),
                });
            } else {
                *value = Some(Some(trimmed.to_owned()));
            }
        }
        if let Some(Some(email)) = &self.email
            && fields.is_empty()
            && !looks_like_an_address(email)
        {
            fields.push(FieldError {
                field: "/email".to_owned(),
                code: "not_an_address",
                detail: "this is not an e-mail address".to_owned(),
            });
        }
        if fields.is_empty() { Ok(self) } else { Err(Error::invalid_fields(fields)) }
    }
}

/// One `@`, something before it, a host with no empty label after it, and no white space: what forms can tell without
/// writing to it.
pub(crate) fn looks_like_an_address(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    !local.is_empty()
        && !text.chars().any(|c| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')'))
        && !host.contains('@')
        && host.split('.').all(|label| !label.is_empty())
}
