//! The port of the forms.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::model::{KnownForm, Submission, SubmissionState};
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::Result;
use crate::ids::SubmissionId;
use crate::outbox::Outbox;

/// Keeps forms and what is sent by them.
#[async_trait]
pub trait FormStore: Debug + Send + Sync + 'static {
    /// All forms, in the order of their names.
    async fn forms(&self) -> Result<Vec<KnownForm>>;

    /// The form of a name.
    async fn form(&self, name: &str) -> Result<Option<KnownForm>>;

    /// Writes `form` with `effects` in one step, when the stored version is the one before `form.version`; 1 makes it.
    ///
    /// # Errors
    /// `Conflict` when it is not; with code `name_taken` when version 1 is there already.
    async fn put_form(&self, form: &KnownForm, effects: &Effects) -> Result<()>;

    /// Removes a form with `effects` in one step. What was sent by it stays. One that is not there writes no effects and says
    /// `false`.
    async fn delete_form(&self, name: &str, effects: &Effects) -> Result<bool>;

    /// Keeps what was sent, once, with its effects in one step: see [`Submit`] and [`Submitted`]. Of many at once with the
    /// same nonce, or with the same mark, one is new.
    async fn submit(&self, submit: &Submit) -> Result<Submitted>;

    /// The submission of an id.
    async fn submission(&self, id: SubmissionId) -> Result<Option<Submission>>;

    /// One page, newest first.
    async fn submissions(&self, query: &SubmissionQuery) -> Result<Vec<Submission>>;

    /// Writes state, what it became, whether it was told, version and time of change of `submission` with `effects` in one step, when the stored
    /// version is the one before `submission.version`.
    ///
    /// # Errors
    /// `Conflict` when it is not.
    async fn update_submission(&self, submission: &Submission, effects: &Effects) -> Result<()>;

    /// Removes a submission with `effects` in one step. One that is not there writes no effects and says `false`.
    async fn delete_submission(&self, id: SubmissionId, effects: &Effects) -> Result<bool>;

    /// How many submissions hold the text with this digest and came at `since` or later; 10 count as many.
    async fn same_text(&self, text: &[u8; 32], since: Timestamp) -> Result<i64>;

    /// Deletes at most `limit` submissions and at most `limit` marks that expire at `now` or have.
    async fn prune(&self, now: Timestamp, limit: usize) -> Result<u64>;

    /// The outbox in the same database, which takes the effects.
    fn outbox(&self) -> Arc<dyn Outbox>;
}

/// What is to be kept.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Submit {
    /// What was sent.
    pub submission: Submission,
    /// Digest of what the rendered form was told apart by; kept until `nonce_until`.
    pub nonce: [u8; 32],
    /// Until when the same nonce is known again.
    pub nonce_until: Timestamp,
    /// Digest of what was sent, by which a nonce that comes again is told from one that brings something else.
    pub content: [u8; 32],
    /// What is folded with it; kept until `same_until`.
    pub same: [u8; 32],
    /// Until when the same is folded into this submission.
    pub same_until: Timestamp,
    /// Digest of the text, when it is long enough to be told from others.
    pub text: Option<[u8; 32]>,
    /// What commits with it, when it is new.
    pub effects: Effects,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Submitted {
    /// It is kept.
    New,
    /// The nonce is known, with the same content: nothing was changed.
    Replayed,
    /// The nonce is known, with other content: nothing was changed.
    Reused,
    /// The same was sent before, by another rendered form, and its submission is still there: that counts one repeat more,
    /// and its version and time of change follow.
    Folded,
}

impl Submit {
    /// A submission that is told apart by `nonce` and folded by `content`, both for a day.
    pub fn new(submission: Submission, nonce: [u8; 32], content: [u8; 32]) -> Self {
        let until = submission.created_at + chrono::TimeDelta::days(1);
        Self {
            submission,
            nonce,
            nonce_until: until,
            content,
            same: content,
            same_until: until,
            text: None,
            effects: Effects::none(),
        }
    }
}

/// Which submissions to list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubmissionQuery {
    /// Only those of this form.
    pub form: Option<String>,
    /// Only those in this state.
    pub state: Option<SubmissionState>,
    /// Only those before this one.
    pub before: Option<SubmissionId>,
    /// At most how many.
    pub limit: usize,
}

impl SubmissionQuery {
    /// All of them.
    pub fn new(limit: usize) -> Self {
        Self { form: None, state: None, before: None, limit }
    }
}
