//! The port of the contacts.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::model::Contact;
use crate::chat::Sight;
use crate::effects::Effects;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::ContactId;
use crate::outbox::Outbox;
use crate::words::Terms;

/// Keeps contacts.
#[async_trait]
pub trait ContactStore: Debug + Send + Sync + 'static {
    /// Keeps a new contact with `effects` in one step.
    ///
    /// # Errors
    /// `Conflict` when the id or the external id is taken.
    async fn create(&self, contact: &Contact, effects: &Effects) -> Result<()>;

    /// The contact of an id, merged or not.
    async fn get(&self, id: ContactId) -> Result<Option<Contact>>;

    /// The contact whom the host knows as `external_id`.
    async fn by_external_id(&self, external_id: &str) -> Result<Option<Contact>>;

    /// Writes `contact` with `effects` in one step, when the stored version is the one before `contact.version`.
    ///
    /// # Errors
    /// `Conflict` when it is not, or when the external id is another's.
    async fn update(&self, contact: &Contact, effects: &Effects) -> Result<()>;

    /// Marks `from` as merged into `into`, with `effects`, in one step. `from` loses what was known of
    /// it, and `into` is blocked when either was, as [`Contact::merged_into`] says.
    /// Repeating it changes nothing, writes no effects and says `false`.
    ///
    /// # Errors
    /// `NotFound` when either does not exist; `Conflict` as [`Contact::is_to_merge_into`] says, under the rows' locks.
    async fn merge(&self, from: ContactId, into: ContactId, effects: &Effects) -> Result<bool>;

    /// Contacts whose name, address or host's id hold words that begin like all of the terms, newest first. Merged ones are
    /// nobody.
    ///
    /// # Errors
    /// `Unsupported` by stores that cannot.
    async fn search(&self, query: &ContactQuery) -> Result<Vec<Contact>> {
        let _ = query;
        Err(Error::new(ErrorKind::Unsupported, "this store does not search"))
    }

    /// The outbox in the same database, which takes the effects.
    fn outbox(&self) -> Arc<dyn Outbox>;
}

/// Which contacts to search for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ContactQuery {
    /// Who looks: agents find who has a conversation that they see, admins everybody, visitors nobody.
    pub sight: Sight,
    /// The words, each of which may go on.
    pub terms: Terms,
    /// Only those made before this one.
    pub before: Option<ContactId>,
    /// At most how many.
    pub limit: usize,
}

impl ContactQuery {
    /// All that `sight` sees with these words.
    pub fn new(sight: Sight, terms: Terms, limit: usize) -> Self {
        Self { sight, terms, before: None, limit }
    }
}
