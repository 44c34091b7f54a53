//! The port of the keys.

use std::fmt::{self, Debug};

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::error::Result;

/// Keeps keys that engage makes by itself.
#[async_trait]
pub trait KeyStore: Debug + Send + Sync + 'static {
    /// Keeps `proposed` unless a key of its name is kept, and gives the one that is. Of many at once one is kept, and all are
    /// given it.
    async fn keep(&self, proposed: &Key) -> Result<[u8; 32]>;
}

/// A key. `Debug` does not show the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// What it is kept as.
    pub name: String,
    /// The key.
    pub secret: [u8; 32],
    /// When it was made.
    pub made_at: Timestamp,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("name", &self.name).finish_non_exhaustive()
    }
}
