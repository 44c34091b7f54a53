//! Canned replies in memory.

use std::sync::Arc;

use async_trait::async_trait;

use super::model::CannedReply;
use super::store::{CannedQuery, CannedStore};
use crate::chat::Sight;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::CannedId;
use crate::memory::{Memory, Tables};
use crate::outbox::Outbox;

#[async_trait]
impl CannedStore for Memory {
    async fn create(&self, reply: &CannedReply, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        if transaction.tables.canned.contains_key(&reply.id) {
            return Err(Error::new(ErrorKind::Conflict, "a reply with this id exists"));
        }
        check_shortcode(&transaction.tables, reply)?;
        transaction.write(effects)?;
        transaction.tables.canned.insert(reply.id, reply.clone());
        Ok(())
    }

    async fn get(&self, id: CannedId) -> Result<Option<CannedReply>> {
        Ok(self.tables.lock().canned.get(&id).cloned())
    }

    async fn list(&self, query: &CannedQuery) -> Result<Vec<CannedReply>> {
        let tables = self.tables.lock();
        let sees = |reply: &&CannedReply| match &query.sight {
            Sight::Visitor(_) => false,
            Sight::Staff(staff) => staff.sees_team(reply.team.as_deref()),
            Sight::All => true,
        };
        let found = tables.canned.values().filter(sees).filter(|reply| reply.shortcode.starts_with(&query.prefix));
        let mut found: Vec<_> =
            found.filter(|reply| query.after.as_ref().is_none_or(|after| reply.shortcode > *after)).cloned().collect();
        found.sort_by(|one, other| one.shortcode.cmp(&other.shortcode));
        found.truncate(query.limit);
        Ok(found)
    }

    async fn update(&self, reply: &CannedReply, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        if transaction.tables.canned.get(&reply.id).is_none_or(|stored| stored.version + 1 != reply.version) {
            return Err(Error::new(ErrorKind::Conflict, "the reply was changed meanwhile"));
        }
        check_shortcode(&transaction.tables, reply)?;
        transaction.write(effects)?;
        transaction.tables.canned.insert(reply.id, reply.clone());
        Ok(())
    }

    async fn delete(&self, id: CannedId, effects: &Effects) -> Result<bool> {
        let mut transaction = self.begin();
        if !transaction.tables.canned.contains_key(&id) {
            return Ok(false);
        }
        transaction.write(effects)?;
        transaction.tables.canned.remove(&id);
        Ok(true)
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.outbox.clone()
    }
}

fn check_shortcode(tables: &Tables, reply: &CannedReply) -> Result<()> {
    let taken = tables.canned.values().any(|other| other.id != reply.id && other.shortcode == reply.shortcode);
    let told = || Error::new(ErrorKind::Conflict, "another reply has this shortcode").with_code("shortcode_taken");
    if taken { Err(told()) } else { Ok(()) }
}
