//! What can be done with saved views.

use std::sync::Arc;

use super::model::{SavedView, ViewFilter, ViewKind, checked_name};
use super::store::{Room, ViewQuery, ViewStore};
use crate::audit::AuditEntry;
use crate::effects::Effects;
use crate::engage::{Base, Context};
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{Actor, Staff};
use crate::ids::ViewId;
use crate::settings::Settings;

/// How many there may be: few enough to be listed at once.
const ROOM: Room = Room { own: 50, shared: 200 };
/// How many a list holds at most, which only engage itself can see more of.
const LISTED: usize = 1_000;

/// Saved views. Staff see their own and the shared ones; the owner changes a view, and admins the shared ones too. Cheap to
/// clone.
#[derive(Debug, Clone)]
pub struct Views {
    context: Context,
    store: Arc<dyn ViewStore>,
    settings: Settings,
}

/// What somebody says of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewView {
    /// 1 to 60 characters.
    pub name: String,
    /// What it shows.
    pub filter: ViewFilter,
    /// Whether all staff see it.
    pub shared: bool,
}

impl Views {
    pub(crate) fn new(base: &Base) -> Self {
        let Base { context, stores, settings, .. } = base;
        Self { context: context.clone(), store: Arc::clone(&stores.views), settings: settings.clone() }
    }

    /// Makes a view, which is then the actor's.
    ///
    /// # Errors
    /// `Invalid` at `/name` or below `/filter`; `Forbidden` for who is no agent or admin; `Conflict` (`too_many_views`) when
    /// they have 50, or when it is to be shared and 200 are.
    pub async fn create(&self, actor: &Actor, new: NewView) -> Result<SavedView> {
        let staff = staff(actor)?;
        let NewView { name, filter, shared } = self.checked(new)?;
        let now = self.context.clock.now();
        let (id, owner) = (self.context.ids.next(), staff.agent.clone());
        let view = SavedView { id, name, filter, shared, owner, version: 1, created_at: now, updated_at: now };
        self.store.create(&view, ROOM, &self.audited(actor, "views.create", &view, shared)).await?;
        Ok(view)
    }

    /// One view.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor`.
    pub async fn get(&self, actor: &Actor, id: ViewId) -> Result<SavedView> {
        let found = self.store.get(id).await?.filter(|view| match actor {
            Actor::Visitor(_) | Actor::Bot(_) => false,
            Actor::Staff(staff) => view.shared || view.owner.id == staff.agent.id,
            Actor::System => true,
        });
        found.ok_or_else(|| Error::not_found("the view"))
    }

    /// The actor's own and the shared ones, by name; for engage itself all, at most 1,000. `kind`: only those of this list.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(&self, actor: &Actor, kind: Option<ViewKind>) -> Result<Vec<SavedView>> {
        self.store.list(&ViewQuery { kind, ..ViewQuery::new(actor.into(), LISTED) }).await
    }

    /// Changes a view, of which the caller has seen the version `expected`. It stays its owner's.
    ///
    /// # Errors
    /// As [`Views::create`]; `Invalid` at `/filter` when it is of another list; `NotFound` when it does not exist for `actor`; `Forbidden` when it is somebody else's; `Conflict`
    /// when it was changed meanwhile.
    pub async fn update(&self, actor: &Actor, id: ViewId, new: NewView, expected: i64) -> Result<SavedView> {
        let NewView { name, filter, shared } = self.checked(new)?;
        let before = self.get(actor, id).await?;
        may_change(actor, &before)?;
        if before.filter.kind() != filter.kind() {
            return Err(Error::invalid("/filter", "kind", "a view stays of the list that it is of"));
        }
        if before.version != expected {
            return Err(Error::new(ErrorKind::Conflict, "the view was changed meanwhile"));
        }
        let (version, updated_at, was_shared) = (expected + 1, self.context.clock.now(), before.shared);
        let owner = match actor {
            // Perhaps they are called something else by now.
            Actor::Staff(staff) if staff.agent.id == before.owner.id => staff.agent.clone(),
            _ => before.owner.clone(),
        };
        let view = SavedView { name, filter, shared, owner, version, updated_at, ..before };
        let effects = self.audited(actor, "views.update", &view, was_shared || shared);
        self.store.update(&view, ROOM, &effects).await?;
        Ok(view)
    }

    /// Removes a view.
    ///
    /// # Errors
    /// `NotFound` when it does not exist for `actor`; `Forbidden` when it is somebody else's.
    pub async fn delete(&self, actor: &Actor, id: ViewId) -> Result<()> {
        let view = self.get(actor, id).await?;
        may_change(actor, &view)?;
        self.store.delete(id, &self.audited(actor, "views.delete", &view, view.shared)).await?;
        Ok(())
    }

    fn checked(&self, new: NewView) -> Result<NewView> {
        new.filter.check(&self.settings.get().tickets_statuses)?;
        Ok(NewView { name: checked_name(&new.name)?, ..new })
    }

    /// What others see is noted; what somebody keeps for themselves is not.
    fn audited(&self, actor: &Actor, action: &str, view: &SavedView, is_noted: bool) -> Effects {
        if !is_noted {
            return Effects::none();
        }
        let (id, now) = (self.context.ids.next(), self.context.clock.now());
        let line = AuditEntry::new(id, now, actor, action, format!("view:{}", view.id));
        Effects::none().and_audit(line.detail(serde_json::json!({ "shared": view.shared, "owner": view.owner.id })))
    }
}

fn staff(actor: &Actor) -> Result<&Staff> {
    match actor {
        Actor::Staff(staff) => Ok(staff),
        _ => Err(Error::new(ErrorKind::Forbidden, "a view is an agent's or an admin's")),
    }
}

fn may_change(actor: &Actor, view: &SavedView) -> Result<()> {
    let may = match actor {
        Actor::Visitor(_) | Actor::Bot(_) => false,
        Actor::Staff(staff) => staff.agent.id == view.owner.id || staff.admin && view.shared,
        Actor::System => true,
    };
    let told = "a view is changed by its owner, a shared one by admins too";
    if may { Ok(()) } else { Err(Error::new(ErrorKind::Forbidden, told)) }
}
