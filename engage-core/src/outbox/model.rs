//! What the outbox holds.

use serde_json::Value;

use crate::clock::Timestamp;
use crate::ids::OutboxId;

/// A promise: the relay hands it to the handler of its topic until that succeeds.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxMessage {
    /// Receivers fold repeats on it.
    pub id: OutboxId,
    /// Which handler keeps the promise: `event` for the event sink, `chat.assign` and the like for commands.
    pub topic: String,
    /// A JSON object, at most 64 KiB. May hold personal data; it is deleted once delivered.
    pub payload: Value,
    /// Not before this moment.
    pub due: Timestamp,
}

/// A message that one relay holds for the length of a lease.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// The message.
    pub message: OutboxMessage,
    /// Which attempt this is, from 1. It fences: only the holder of the newest attempt may settle the message.
    pub attempt: i32,
}

/// A message that was given up.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    /// The message.
    pub message: OutboxMessage,
    /// How many attempts failed.
    pub attempts: i32,
    /// What the last attempt said. Holds no personal data.
    pub error: String,
}
