//! A fresh store and everything that a rule needs to play with it.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use engage_core::audit::AuditStore;
use engage_core::canned::CannedStore;
use engage_core::chat::ChatStore;
use engage_core::clock::{Clock, ManualClock, Timestamp};
use engage_core::contacts::{Contact, ContactCard, ContactStore};
use engage_core::entropy::OsEntropy;
use engage_core::faq::FaqStore;
use engage_core::files::FileStore;
use engage_core::forms::FormStore;
use engage_core::idempotency::IdempotencyStore;
use engage_core::ids::Ids;
use engage_core::mail::MailStore;
use engage_core::outbox::{Claimed, Outbox, OutboxMessage};
use engage_core::sessions::SessionStore;
use engage_core::settings::SettingStore;
use engage_core::signing::KeyStore;
use engage_core::tickets::TicketStore;
use engage_core::views::ViewStore;
use engage_core::webhooks::WebhookStore;
use engage_core::{Effects, Stores};

/// A fresh store, and the stores beside it if there are any. Made of [`Stores`], of an `Arc` of the one store, or of
/// either in a pair with something to keep alive. Clones are the same store.
pub struct World<S: ?Sized> {
    /// The store under test.
    pub store: Arc<S>,
    /// Contacts in the same database. Without, contacts are ids that nobody keeps.
    pub contacts: Option<Arc<dyn ContactStore>>,
    /// The audit log in the same database.
    pub audit: Option<Arc<dyn AuditStore>>,
    clock: ManualClock,
    ids: Ids,
    guard: Option<Arc<dyn Any + Send + Sync>>,
}

impl<S: ?Sized> World<S> {
    fn new(store: Arc<S>) -> Self {
        let clock = ManualClock::default();
        let ids = Ids::new(Arc::new(clock.clone()), Arc::new(OsEntropy));
        Self { store, contacts: None, audit: None, clock, ids, guard: None }
    }

    fn beside(store: Arc<S>, stores: &Stores) -> Self {
        let (contacts, audit) = (Some(Arc::clone(&stores.contacts)), Some(Arc::clone(&stores.audit)));
        Self { contacts, audit, ..Self::new(store) }
    }

    /// A moment a little over a millisecond later than the last one.
    pub fn now(&self) -> Timestamp {
        self.clock.advance(Duration::from_micros(1_001));
        self.clock.now()
    }

    /// A new id, greater than those before the last [`World::now`].
    pub fn id<T: From<uuid::Uuid>>(&self) -> T {
        self.ids.next()
    }

    /// A new contact with a name. Without a store for contacts, nobody will know the name.
    pub async fn named_contact(&self, name: Option<&str>) -> ContactCard {
        let mut contact = Contact::anonymous(self.id(), self.now());
        contact.name = name.map(str::to_owned);
        if let Some(contacts) = &self.contacts {
            contacts.create(&contact, &Effects::none()).await.unwrap();
        }
        contact.card()
    }

    /// A promise that is due now.
    pub fn promise(&self) -> OutboxMessage {
        let due = self.now();
        OutboxMessage::command(self.id(), due, "test", &serde_json::json!({ "own": "kept" })).unwrap()
    }
}

/// Takes every promise out of an outbox that is due within a year of `now`.
pub(crate) async fn drain(outbox: &dyn Outbox, now: Timestamp) -> Vec<Claimed> {
    let mut all = Vec::new();
    loop {
        let claimed = outbox.claim(now + chrono::TimeDelta::days(365), Duration::from_secs(60), 100).await.unwrap();
        if claimed.is_empty() {
            return all;
        }
        for promise in claimed {
            assert!(outbox.complete(promise.message.id, promise.attempt).await.unwrap());
            all.push(promise);
        }
    }
}

macro_rules! from_stores {
    ($($port:ident: $field:ident),*) => {$(
        impl From<Stores> for World<dyn $port> {
            fn from(stores: Stores) -> Self {
                Self::beside(Arc::clone(&stores.$field), &stores)
            }
        }
    )*};
}

from_stores! {
    ChatStore: chat, ContactStore: contacts, SessionStore: sessions, SettingStore: settings, AuditStore: audit,
    IdempotencyStore: idempotency, WebhookStore: webhooks, CannedStore: canned, ViewStore: views, KeyStore: keys,
    FormStore: forms, MailStore: mail, TicketStore: tickets, FaqStore: faq, FileStore: files
}

impl<S: ?Sized> From<Arc<S>> for World<S> {
    fn from(store: Arc<S>) -> Self {
        Self::new(store)
    }
}

impl<S: ?Sized, T: Into<Self>, G: Send + Sync + 'static> From<(T, G)> for World<S> {
    fn from((stores, guard): (T, G)) -> Self {
        Self { guard: Some(Arc::new(guard)), ..stores.into() }
    }
}

impl<S: ?Sized> Clone for World<S> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            contacts: self.contacts.clone(),
            audit: self.audit.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            guard: self.guard.clone(),
        }
    }
}

impl<S: ?Sized + fmt::Debug> fmt::Debug for World<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("store", &self.store).finish_non_exhaustive()
    }
}
