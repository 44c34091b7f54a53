//! The port of mail.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::model::{MailRecord, MailState, Suppression, Thread};
use super::receive::{Received, ReceivedState};
use super::template::StoredTemplate;
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::Result;
use crate::ids::{OutboxId, ReceivedId};
use crate::outbox::Outbox;

/// Keeps what became of each mail, who gets none, and what the site has made of the templates.
#[async_trait]
pub trait MailStore: Debug + Send + Sync + 'static {
    /// Writes effects that belong to no other change: a promise by itself.
    async fn promise(&self, effects: &Effects) -> Result<()>;

    /// Begins an attempt in one step: keeps `fresh` when the ledger has no such id, else applies
    /// [`MailRecord::begin_again`] to what it has, dated `fresh.updated_at`. The mail of the first attempt stays.
    async fn begin(&self, fresh: &MailRecord) -> Result<Begun>;

    /// Notes what came of the attempt, with the suppression that follows from it, in one step. `false`, and nothing, when
    /// a later attempt has begun or the mail is done with.
    async fn settle(&self, id: OutboxId, attempt: i32, settled: &Settled) -> Result<bool>;

    /// One record.
    async fn get(&self, id: OutboxId) -> Result<Option<MailRecord>>;

    /// The record of a `Message-ID`.
    async fn by_message_id(&self, message_id: &str) -> Result<Option<MailRecord>>;

    /// A page of the ledger, newest first, without the mails themselves.
    async fn list(&self, query: &MailQuery) -> Result<Vec<MailRecord>>;

    /// The newest `limit` `Message-ID`s of a thread's mails to `recipient`, oldest first.
    async fn thread(&self, thread: &Thread, recipient: &str, limit: usize) -> Result<Vec<String>>;

    /// Whether `recipient` was sent an automatic answer after `since`, another than `besides`.
    async fn replied_since(&self, recipient: &str, since: Timestamp, besides: OutboxId) -> Result<bool>;

    /// Makes a mail that was refused or suppressed one that is to be tried again, with `effects` in one step. `false`,
    /// without effects, when it is none.
    async fn resend(&self, id: OutboxId, now: Timestamp, effects: &Effects) -> Result<bool>;

    /// Deletes up to `limit` records last changed before `before`, and of the kept ones all but the newest `keep`. Records
    /// that are still to be sent stay. Says how many.
    async fn prune(&self, before: Timestamp, keep: usize, limit: usize) -> Result<u64>;

    /// Why an address, folded, gets no mail.
    async fn suppression(&self, address: &str) -> Result<Option<Suppression>>;

    /// Keeps a suppression with `effects` in one step. `false`, without effects, when the address has one.
    async fn suppress(&self, suppression: &Suppression, effects: &Effects) -> Result<bool>;

    /// Ends a suppression with `effects` in one step. `false`, without effects, when there is none.
    async fn unsuppress(&self, address: &str, effects: &Effects) -> Result<bool>;

    /// A page of suppressions in the order of the addresses.
    async fn suppressions(&self, query: &SuppressionQuery) -> Result<Vec<Suppression>>;

    /// The newest version of each template and language, without subject and body; those that were reverted to what engage
    /// brings too. There are few.
    async fn template_heads(&self) -> Result<Vec<StoredTemplate>>;

    /// A version of a template.
    async fn template(&self, name: &str, locale: &str, version: i64) -> Result<Option<StoredTemplate>>;

    /// The newest `limit` versions of a template, newest first.
    async fn template_versions(&self, name: &str, locale: &str, limit: usize) -> Result<Vec<StoredTemplate>>;

    /// Adds a version with `effects` in one step, when the newest is the one before it (0 for none). Versions before the
    /// newest hundred go.
    ///
    /// # Errors
    /// `Conflict` when it is not.
    async fn put_template(&self, template: &StoredTemplate, effects: &Effects) -> Result<()>;

    /// How far a thread has been told of by mail, and when last.
    async fn told(&self, thread: &Thread) -> Result<Option<(i64, Timestamp)>>;

    /// Notes that a thread has been told of up to `upto` at `at`, with `effects` in one step, when it was up to `from` until now
    /// (`None`: nothing). `false`, without effects, when it was not.
    async fn tell(
        &self,
        thread: &Thread,
        from: Option<i64>,
        upto: i64,
        at: Timestamp,
        effects: &Effects,
    ) -> Result<bool>;

    /// Keeps a mail that came in with `effects` in one step. `false`, without effects, when its `Message-ID` is known.
    async fn receive(&self, received: &Received, effects: &Effects) -> Result<bool>;

    /// A mail that came in.
    async fn received(&self, id: ReceivedId) -> Result<Option<Received>>;

    /// That of a `Message-ID`, without the mail itself.
    async fn received_by_message_id(&self, message_id: &str) -> Result<Option<Received>>;

    /// A page of what came in, newest first, without the mails themselves.
    async fn received_list(&self, query: &ReceivedQuery) -> Result<Vec<Received>>;

    /// Notes what became of a mail that waited; of one that was claimed the mail itself goes.
    async fn settle_received(&self, id: ReceivedId, state: ReceivedState) -> Result<()>;

    /// Deletes up to `limit` mails that came in before `before` and wait for nobody, and as many threads that were told of
    /// before; says how many.
    async fn prune_received(&self, before: Timestamp, limit: usize) -> Result<u64>;

    /// The outbox in the same database, which takes the effects.
    fn outbox(&self) -> Arc<dyn Outbox>;
}

/// What [`MailStore::begin`] found.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// The attempt has begun; the record is as it stands now.
    Attempt(Box<MailRecord>),
    /// There is nothing left to do.
    Done,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The state.
    pub state: MailState,
    /// Why, without personal data.
    pub error: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Whether the mail itself goes.
    pub forget: bool,
    /// Who gets no more mail.
    pub suppress: Option<Suppression>,
}

/// Which records to list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MailQuery {
    /// Only those in this state.
    pub state: Option<MailState>,
    /// Only those to this address, folded.
    pub recipient: Option<String>,
    /// Only those with ids below this one.
    pub before: Option<OutboxId>,
    /// At most how many.
    pub limit: usize,
}

/// Which mails that came in to list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ReceivedQuery {
    /// Only those in this state.
    pub state: Option<ReceivedState>,
    /// Only those with ids below this one.
    pub before: Option<ReceivedId>,
    /// At most how many.
    pub limit: usize,
}

/// Which suppressions to list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SuppressionQuery {
    /// Only those whose address begins like this, folded.
    pub prefix: String,
    /// Only those after this address.
    pub after: Option<String>,
    /// At most how many.
    pub limit: usize,
}

impl Settled {
    /// That a mail is in this state since `at`.
    pub fn new(state: MailState, at: Timestamp) -> Self {
        Self { state, error: None, at, forget: false, suppress: None }
    }
}

impl MailQuery {
    /// All.
    pub fn new(limit: usize) -> Self {
        Self { state: None, recipient: None, before: None, limit }
    }
}

impl ReceivedQuery {
    /// All.
    pub fn new(limit: usize) -> Self {
        Self { state: None, before: None, limit }
    }
}

impl SuppressionQuery {
    /// All.
    pub fn new(limit: usize) -> Self {
        Self { prefix: String::new(), after: None, limit }
    }
}
