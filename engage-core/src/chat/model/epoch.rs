//! Which history of the database numbers belong to.

use std::fmt;

/// The name of one history of a database. It is another one after a standby took over that may not have had everything, or after
/// a backup was put back: what was acknowledged may be gone then, and its numbers given to something else. So a number means
/// something together with its epoch only.
///
/// Names are compared and nothing else: there is no order among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Epoch(pub i64);

/// As clients hold it: opaque, at most 16 of `0-9 a-f`.
impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}
