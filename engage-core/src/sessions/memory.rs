//! Sessions in memory.

use async_trait::async_trait;

use super::model::Session;
use super::store::SessionStore;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::ids::{ContactId, SessionId};
use crate::memory::Memory;
use crate::secret::TokenHash;

#[async_trait]
impl SessionStore for Memory {
    async fn create(&self, session: &Session, token: &TokenHash) -> Result<()> {
        self.tables.lock().sessions.insert(*token, session.clone());
        Ok(())
    }

    async fn find(&self, token: &TokenHash) -> Result<Option<Session>> {
        Ok(self.tables.lock().sessions.get(token).cloned())
    }

    async fn touch(&self, id: SessionId, seen_at: Timestamp) -> Result<()> {
        if let Some(session) = self.tables.lock().sessions.values_mut().find(|session| session.id == id) {
            session.seen_at = seen_at;
        }
        Ok(())
    }

    async fn delete(&self, id: SessionId) -> Result<()> {
        self.tables.lock().sessions.retain(|_, session| session.id != id);
        Ok(())
    }

    async fn delete_of(&self, contact: ContactId) -> Result<u64> {
        let mut tables = self.tables.lock();
        let before = tables.sessions.len();
        tables.sessions.retain(|_, session| session.contact != contact);
        Ok((before - tables.sessions.len()) as u64)
    }

    async fn prune(&self, idle: Timestamp, absolute: Timestamp, limit: usize) -> Result<u64> {
        let mut tables = self.tables.lock();
        let old = tables.sessions.iter().filter(|(_, session)| session.seen_at < idle || session.created_at < absolute);
        let old: Vec<_> = old.take(limit).map(|(token, _)| *token).collect();
        for token in &old {
            tables.sessions.remove(token);
        }
        Ok(old.len() as u64)
    }
}
