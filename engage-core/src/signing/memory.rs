//! Keys in memory.

use async_trait::async_trait;

use super::store::{Key, KeyStore};
use crate::error::Result;
use crate::memory::Memory;

#[async_trait]
impl KeyStore for Memory {
    async fn keep(&self, proposed: &Key) -> Result<[u8; 32]> {
        Ok(self.tables.lock().keys.entry(proposed.name.clone()).or_insert_with(|| proposed.clone()).secret)
    }
}
