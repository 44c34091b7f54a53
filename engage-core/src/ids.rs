//! Identifiers: UUIDv7 newtypes made by engage, and the host's own ids as text.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::error::{Error, Result};

/// How many bytes of a UUIDv7, its first, are its time.
const TIME_BYTES: usize = 6;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            /// Reads the hyphenated lower-case form only, so that one id has one spelling.
            fn from_str(text: &str) -> Result<Self> {
                let id = Uuid::try_parse(text).map_err(|_| Error::not_found("the id"))?;
                if id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) != text {
                    return Err(Error::not_found("the id"));
                }
                Ok(Self(id))
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A conversation.
    ConversationId
    /// An entry of a conversation: a message or another durable change.
    EntryId
    /// A person.
    ContactId
    /// A visitor's session. Not its secret.
    SessionId
    /// A message in the outbox; receivers fold repeats on it.
    OutboxId
    /// An entry of the audit log.
    AuditId
    /// A webhook.
    WebhookId
    /// A canned reply.
    CannedId
    /// A saved view.
    ViewId
    /// A category of the help centre.
    CategoryId
    /// An article of the help centre.
    ArticleId
    /// A search in the help centre.
    SearchId
    /// What somebody sent by a form.
    SubmissionId
    /// A ticket.
    TicketId
    /// A mail that came in.
    ReceivedId
    /// A file.
    FileId
}

/// Makes ids from the injected clock and randomness. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ids {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Ids {
    /// Ids dated by `clock` and told apart by `entropy`.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { clock, entropy }
    }

    /// A new UUIDv7 (RFC 9562, 5.7) as the id type asked for.
    pub fn next<T: From<Uuid>>(&self) -> T {
        let millis = u64::try_from(self.clock.now().timestamp_millis()).unwrap_or(0);
        let mut random = [0; 10];
        self.entropy.fill(&mut random);
        T::from(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

/// An id with the time of `first`, and with a signature in place of chance: made again, it is the same.
pub(crate) fn signed(first: Uuid, signature: [u8; 32]) -> Uuid {
    let mut bytes = first.into_bytes();
    for (byte, signed) in bytes.iter_mut().skip(TIME_BYTES).zip(signature) {
        *byte = signed;
    }
    let made = uuid::Builder::from_bytes(bytes).with_variant(uuid::Variant::RFC4122);
    made.with_version(uuid::Version::SortRand).into_uuid()
}
