//! What happens to tickets, for hooks, webhooks and the event sink. What people wrote is not in it: who needs it reads it.
//!
//! `number`, `seq` and `changed` are filled in by the store: the ticket's number, the number of the entry as staff count, and
//! the kinds of what changed.

use serde::{Deserialize, Serialize};

use super::model::{Metric, Source};
use crate::chat::Author;
use crate::clock::Timestamp;
use crate::hooks::EventData;
use crate::identity::AgentRef;
use crate::ids::{ContactId, TicketId};

macro_rules! events {
    ($($(#[$doc:meta])* $CONST:ident $name:literal $Data:ident {
        $($(#[$field_doc:meta])* $field:ident: $kind:ty,)*
    })*) => {$(
        #[doc = concat!("Name of an event; its data is [`", stringify!($Data), "`].")]
        pub const $CONST: &str = $name;

        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $Data {
            /// Which ticket.
            pub ticket: TicketId,
            $($(#[$field_doc])* pub $field: $kind,)*
            /// What people call it by.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub number: Option<i64>,
            /// The entry, as staff count.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub seq: Option<i64>,
            /// The kinds of entries that were made.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub changed: Vec<String>,
        }

        impl EventData for $Data {
            const NAME: &'static str = $CONST;
        }

        impl $Data {
            pub(super) fn new(ticket: TicketId, $($field: $kind),*) -> Self {
                Self { ticket, $($field,)* number: None, seq: None, changed: Vec::new() }
            }
        }
    )*};
}

events! {
    /// Somebody asked for something.
    TICKET_CREATED "tickets.created" TicketCreated {
        /// Who.
        requester: ContactId,
        /// Where it came from.
        source: Source,
    }
    /// Somebody replied.
    TICKET_REPLIED "tickets.replied" TicketReplied {
        /// Who.
        author: Author,
    }
    /// Somebody said something among staff.
    TICKET_NOTED "tickets.noted" TicketNoted {
        /// Who.
        author: Author,
        /// Who should look at it.
        mentions: Vec<AgentRef>,
    }
    /// Fields, relations or time changed.
    TICKET_UPDATED "tickets.updated" TicketUpdated {
        /// Who did it.
        author: Author,
    }
    /// Another ticket has become a part of it.
    TICKET_MERGED "tickets.merged" TicketMerged {
        /// Which.
        from: TicketId,
    }
    /// Something owed was not done in time (`is_breach`), or soon will not be.
    TICKET_OWED "tickets.owed" TicketOwed {
        /// What.
        metric: Metric,
        /// By when.
        due: Timestamp,
        /// Whether the time has passed.
        is_breach: bool,
    }
    /// The requester said how it went.
    TICKET_RATED "tickets.rated" TicketRated {
        /// From 1, the worst, to 5.
        score: u8,
    }
}
