//! What happens to contacts, for the event sink and for other capabilities.

use serde::{Deserialize, Serialize};

use super::model::ContactCard;
use crate::hooks::EventData;
use crate::ids::ContactId;

/// Name of the event after a contact's details changed; its data is [`ContactChanged`].
pub const CONTACT_CHANGED: &str = "contacts.changed";
/// Topic of the command, and name of the event, after two contacts became one; its data is [`ContactMerged`].
pub const CONTACT_MERGED: &str = "contacts.merged";

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

impl EventData for ContactChanged {
    const NAME: &'static str = CONTACT_CHANGED;
}

impl EventData for ContactMerged {
    const NAME: &'static str = CONTACT_MERGED;
}
