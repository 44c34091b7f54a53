//! Who a visitor is: by the session's secret, or by the host's own sign-in.

use std::sync::Arc;
use std::time::Duration;

use super::model::{Session, SessionConfig};
use super::store::SessionStore;
use crate::bus::{Bus, Hint};
use crate::cache::{CacheNode, Cached, CachedConfig, Invalidation};
use crate::clock::delta;
use crate::contacts::{Contact, Contacts};
use crate::engage::{Base, Context};
use crate::error::Result;
use crate::identity::Identity;
use crate::ids::ContactId;
use crate::secret::SecretToken;

/// A revoked session is honoured for at most this long when the bus is away.
const TTL: Duration = Duration::from_secs(5);
/// How exact `seen_at` is.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// Visitors' sessions. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sessions(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    context: Context,
    store: Arc<dyn SessionStore>,
    cached: Cached<Session>,
    cache: CacheNode,
    bus: Arc<dyn Bus>,
    contacts: Contacts,
    config: SessionConfig,
}

/// A visitor, known one way or the other.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Who.
    pub contact: Contact,
    /// Their session; `None` for members, whom the host knows.
    pub session: Option<Session>,
    /// Whether the host vouches for them.
    pub is_member: bool,
}

impl Sessions {
    pub(crate) fn new(base: &Base, contacts: Contacts, config: SessionConfig) -> Self {
        let Base { context, stores, cache, bus, .. } = base;
        Self(Arc::new(Inner {
            context: context.clone(),
            store: Arc::clone(&stores.sessions),
            cached: cache.typed(CachedConfig { ttl: TTL, negative_ttl: Duration::from_secs(1) }),
            cache: cache.clone(),
            bus: Arc::clone(bus),
            contacts,
            config,
        }))
    }

    /// How long sessions live.
    pub fn config(&self) -> &SessionConfig {
        &self.0.config
    }

    /// Who comes with this session secret and this host identity, if anybody is known.
    ///
    /// The host's word wins. A session that comes along with it ends: its contact becomes the member's, and from then on
    /// only the host's sign-in opens it (rotation when identity changes).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn resolve(&self, token: Option<&SecretToken>, identity: Option<&Identity>) -> Result<Option<Visitor>> {
        let session = match token {
            Some(token) => self.find(token).await?,
            None => None,
        };
        if let Some(identity) = identity {
            let anonymous = session.as_ref().map(|session| session.contact);
            let contact = self.0.contacts.of_identity(identity, anonymous).await?;
            if let Some(session) = session {
                self.end(&session).await?;
            }
            return Ok(Some(Visitor { contact, session: None, is_member: true }));
        }
        let Some(session) = session else { return Ok(None) };
        // A contact that the host has vouched for is no longer open to whoever holds an old secret.
        let contact = self.0.contacts.get(session.contact).await?.filter(|contact| contact.external_id.is_none());
        let Some(contact) = contact else { return Ok(None) };
        self.touch(&session).await;
        Ok(Some(Visitor { contact, session: Some(session), is_member: false }))
    }

    /// A new session of a new contact, with the secret to hand to the browser.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn create(&self) -> Result<(Visitor, SecretToken)> {
        let contact = self.0.contacts.create_anonymous().await?;
        self.open(contact).await
    }

    /// A new session of a contact whom the host does not know, with the secret to hand to the browser.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open(&self, contact: Contact) -> Result<(Visitor, SecretToken)> {
        let Inner { context, store, .. } = &*self.0;
        let now = context.clock.now();
        let session = Session { id: context.ids.next(), contact: contact.id, created_at: now, seen_at: now };
        let token = SecretToken::generate(&*context.entropy);
        store.create(&session, &token.hash()).await?;
        Ok((Visitor { contact, session: Some(session), is_member: false }, token))
    }

    /// Ends one session, here and on every node.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end(&self, session: &Session) -> Result<()> {
        self.0.store.delete(session.id).await?;
        self.drop_of(session.contact).await;
        Ok(())
    }

    /// Ends every session of a contact everywhere; their open sockets close within 5 s.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn revoke_all(&self, contact: ContactId) -> Result<u64> {
        let ended = self.0.store.delete_of(contact).await?;
        self.drop_of(contact).await;
        Ok(ended)
    }

    async fn find(&self, token: &SecretToken) -> Result<Option<Session>> {
        let hash = token.hash();
        let key = format!("session:{}", hash.text());
        let found = self.0.cached.get(&key, |session| vec![tag(session.contact)], || self.0.store.find(&hash)).await?;
        Ok(found.filter(|session| session.is_alive(self.0.context.clock.now(), &self.0.config)))
    }

    async fn touch(&self, session: &Session) {
        let now = self.0.context.clock.now();
        if now < session.seen_at + delta(TOUCH_EVERY) {
            return;
        }
        if let Err(error) = self.0.store.touch(session.id, now).await {
            tracing::debug!(target: "engage::sessions", %error, "a session could not be touched");
        }
    }

    async fn drop_of(&self, contact: ContactId) {
        self.0.cache.invalidate(Invalidation::Tag(tag(contact))).await;
        self.0.bus.publish(Hint::SessionsEnded { contact });
    }
}

fn tag(contact: ContactId) -> String {
    format!("sessions:{contact}")
}
