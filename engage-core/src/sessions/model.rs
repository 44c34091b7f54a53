//! What a session is.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::{Timestamp, delta};
use crate::ids::{ContactId, SessionId};

/// A browser that was here before. Its secret is kept only as a hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id; not a secret.
    pub id: SessionId,
    /// Who it is.
    pub contact: ContactId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to about a minute.
    pub seen_at: Timestamp,
}

/// How long sessions live.
#[derive(Debug, Clone, Copy)]
pub struct SessionConfig {
    /// Ends when unused for this long (30 days).
    pub idle: Duration,
    /// Ends this long after it was made, used or not (365 days).
    pub absolute: Duration,
}

impl Default for SessionConfig {
    fn default() -> Self {
        const DAY: u64 = 24 * 60 * 60;
        Self { idle: Duration::from_secs(30 * DAY), absolute: Duration::from_secs(365 * DAY) }
    }
}

impl Session {
    /// Whether it is still good at `now`.
    pub fn is_alive(&self, now: Timestamp, config: &SessionConfig) -> bool {
        now < self.seen_at + delta(config.idle) && now < self.created_at + delta(config.absolute)
    }
}
