//! What the audit log holds.

use serde_json::Value;

use crate::clock::Timestamp;
use crate::identity::Actor;
use crate::ids::AuditId;

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Its id; newer ones are greater.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who: `visitor:ID`, `staff:ID`, `bot` or `system`.
    pub actor: String,
    /// What, as `capability.verb`, for instance `contacts.merge`.
    pub action: String,
    /// On what, as `kind:ID`.
    pub target: String,
    /// Further facts: a JSON object without message texts, names or addresses.
    pub detail: Value,
}

impl AuditEntry {
    /// A line without further facts.
    pub fn new(id: AuditId, at: Timestamp, actor: &Actor, action: &str, target: String) -> Self {
        Self {
            id,
            at,
            actor: actor.audit_name(),
            action: action.to_owned(),
            target,
            detail: Value::Object(Default::default()),
        }
    }

    /// With further facts.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}

impl Actor {
    /// The form that the audit log keeps.
    pub fn audit_name(&self) -> String {
        match self {
            Self::Visitor(contact) => format!("visitor:{contact}"),
            Self::Staff(staff) => format!("staff:{}", staff.agent.id),
            Self::Bot(_) => "bot".to_owned(),
            Self::System => "system".to_owned(),
        }
    }
}
