//! What happens to contacts, for the event sink and for other capabilities.

use serde::{Deserialize, Serialize};

use super::model::ContactCard;
use crate::hooks::EventData;
use crate::identity::AgentRef;
use crate::ids::ContactId;

/// Name of the event after a contact's details changed; its data is [`ContactChanged`].
pub const CONTACT_CHANGED: &str = "contacts.changed";
/// Topic of the command, and name of the event, after two contacts became one; its data is [`ContactMerged`].
pub const CONTACT_MERGED: &str = "contacts.merged";

/// Name of the event after somebody was blocked; its data is [`ContactBlocked`].
pub const CONTACT_BLOCKED: &str = "contacts.blocked";
/// Name of the event after somebody may write again; its data is [`ContactUnblocked`].
pub const CONTACT_UNBLOCKED: &str = "contacts.unblocked";

/// Somebody's details are now these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactChanged {
    /// The details.
    pub contact: ContactCard,
}

/// Somebody turned out to be somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactMerged {
    /// Who is no more.
    pub from: ContactId,
    /// Who it was.
    pub into: ContactId,
}

/// Somebody may not write any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactBlocked {
    /// Who.
    pub contact: ContactId,
    /// Who said so; `None`: the host's code.
    pub by: Option<AgentRef>,
}

/// Somebody may write again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactUnblocked {
    /// Who.
    pub contact: ContactId,
    /// Who said so; `None`: the host's code.
    pub by: Option<AgentRef>,
}

impl EventData for ContactBlocked {
    const NAME: &'static str = CONTACT_BLOCKED;
}

impl EventData for ContactUnblocked {
    const NAME: &'static str = CONTACT_UNBLOCKED;
}

impl EventData for ContactChanged {
    const NAME: &'static str = CONTACT_CHANGED;
}

impl EventData for ContactMerged {
    const NAME: &'static str = CONTACT_MERGED;
}
