//! What must commit together with a change.

use serde_json::Value;

use crate::audit::AuditEntry;
use crate::outbox::OutboxMessage;

/// Side effects that commit in the same atomic step as the change that caused them.
///
/// A store writes all of it or nothing, fills in what only it knows ([`Effects::fill`]), and drops it when the change
/// turns out to be a replay or a no-op.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Effects {
    /// Promises to keep after the commit: events, mails, webhooks, commands to other capabilities.
    pub outbox: Vec<OutboxMessage>,
    /// What the audit log says of it.
    pub audit: Vec<AuditEntry>,
}

impl Effects {
    /// No effects.
    pub fn none() -> Self {
        Self::default()
    }

    /// With one more promise.
    #[must_use]
    pub fn and_send(mut self, message: OutboxMessage) -> Self {
        self.outbox.push(message);
        self
    }

    /// With one more line in the audit log.
    #[must_use]
    pub fn and_audit(mut self, entry: AuditEntry) -> Self {
        self.audit.push(entry);
        self
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.outbox.is_empty() && self.audit.is_empty()
    }

    /// Sets `member` of every outbox payload to `value`: how a store adds a `seq` or an id that it found.
    pub fn fill(&mut self, member: &str, value: &Value) {
        for message in &mut self.outbox {
            if let Value::Object(payload) = &mut message.payload {
                payload.insert(member.to_owned(), value.clone());
            }
        }
    }

    /// Moves everything out of `other`.
    pub fn absorb(&mut self, other: Self) {
        self.outbox.extend(other.outbox);
        self.audit.extend(other.audit);
    }
}
