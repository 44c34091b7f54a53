//! Saved views in memory.

use std::sync::Arc;

use async_trait::async_trait;

use super::model::SavedView;
use super::store::{Room, ViewQuery, ViewStore};
use crate::chat::Sight;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::ViewId;
use crate::memory::{Memory, Tables};
use crate::outbox::Outbox;

#[async_trait]
impl ViewStore for Memory {
    async fn create(&self, view: &SavedView, room: Room, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        if transaction.tables.views.contains_key(&view.id) {
            return Err(Error::new(ErrorKind::Conflict, "a view with this id exists"));
        }
        check_room(&transaction.tables, view, room)?;
        transaction.write(effects)?;
        transaction.tables.views.insert(view.id, view.clone());
        Ok(())
    }

    async fn get(&self, id: ViewId) -> Result<Option<SavedView>> {
        Ok(self.tables.lock().views.get(&id).cloned())
    }

    async fn list(&self, query: &ViewQuery) -> Result<Vec<SavedView>> {
        let tables = self.tables.lock();
        let sees = |view: &&SavedView| match &query.sight {
            Sight::Visitor(_) => false,
            Sight::Staff(staff) => view.shared || view.owner.id == staff.agent.id,
            Sight::All => true,
        };
        let found = tables.views.values().filter(sees);
        let mut found: Vec<_> =
            found.filter(|view| query.kind.is_none_or(|kind| view.filter.kind() == kind)).cloned().collect();
        found.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        found.truncate(query.limit);
        Ok(found)
    }

    async fn update(&self, view: &SavedView, room: Room, effects: &Effects) -> Result<()> {
        let mut transaction = self.begin();
        if transaction.tables.views.get(&view.id).is_none_or(|stored| stored.version + 1 != view.version) {
            return Err(Error::new(ErrorKind::Conflict, "the view was changed meanwhile"));
        }
        check_room(&transaction.tables, view, room)?;
        transaction.write(effects)?;
        transaction.tables.views.insert(view.id, view.clone());
        Ok(())
    }

    async fn delete(&self, id: ViewId, effects: &Effects) -> Result<bool> {
        let mut transaction = self.begin();
        if !transaction.tables.views.contains_key(&id) {
            return Ok(false);
        }
        transaction.write(effects)?;
        transaction.tables.views.remove(&id);
        Ok(true)
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        self.outbox.clone()
    }
}

fn check_room(tables: &Tables, view: &SavedView, room: Room) -> Result<()> {
    let others = tables.views.values().filter(|other| other.id != view.id);
    let own = others.clone().filter(|other| other.owner.id == view.owner.id).count();
    let shared = others.filter(|other| other.shared).count();
    room.check(view, own as i64, shared as i64)
}
