//! The port of who brings a mail to the next server.

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;

use super::model::Mail;

/// Brings mails on their way.
///
/// # Contract
/// - `Ok` means that somebody else answers for the mail now.
/// - It ends within 45 s, whatever the other side does: a failure that is not sure to have been none is [`Failure::uncertain`].
/// - It may be asked again for the same mail, under the same `Message-ID`.
#[async_trait]
pub trait Mailer: Debug + Send + Sync + 'static {
    /// Sends one mail.
    ///
    /// # Errors
    /// Says what is to be done next.
    async fn send(&self, mail: &Mail) -> Result<(), Failure>;
}

/// That a mail was not accepted, or not for sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What is to be done next.
    pub kind: FailureKind,
    /// A stable code, such as `smtp_450`. Holds no personal data.
    pub code: String,
    /// Not before this time.
    pub retry_after: Option<Duration>,
}

/// What is to be done after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// Not accepted: try again later.
    Later,
    /// Accepted, perhaps: try again, and say so.
    Uncertain,
    /// Refused for good.
    Refused,
    /// Refused for good, as there is nobody of this address.
    NoSuchAddress,
}

/// Keeps mails instead of sending them, for tests. Clones are the same mailer.
#[derive(Debug, Clone, Default)]
pub struct MemoryMailer(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    mails: Vec<Mail>,
    failures: Vec<Failure>,
}

impl Failure {
    /// A failure of a kind.
    pub fn new(kind: FailureKind, code: impl Into<String>) -> Self {
        Self { kind, code: code.into(), retry_after: None }
    }

    /// Not accepted.
    pub fn later(code: impl Into<String>) -> Self {
        Self::new(FailureKind::Later, code)
    }

    /// Accepted, perhaps.
    pub fn uncertain(code: impl Into<String>) -> Self {
        Self::new(FailureKind::Uncertain, code)
    }

    /// Refused for good.
    pub fn refused(code: impl Into<String>) -> Self {
        Self::new(FailureKind::Refused, code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

impl std::error::Error for Failure {}

impl MemoryMailer {
    /// What was sent, repeats included, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.0.lock().mails.clone()
    }

    /// Answers the next mails like this, the first of them first. One that is uncertain was accepted.
    pub fn fail_next(&self, failures: impl IntoIterator<Item = Failure>) {
        self.0.lock().failures.extend(failures);
    }
}

#[async_trait]
impl Mailer for MemoryMailer {
    async fn send(&self, mail: &Mail) -> Result<(), Failure> {
        let mut kept = self.0.lock();
        let failure = if kept.failures.is_empty() { None } else { Some(kept.failures.remove(0)) };
        if failure.as_ref().is_none_or(|failure| failure.kind == FailureKind::Uncertain) {
            kept.mails.push(mail.clone());
        }
        failure.map_or(Ok(()), Err)
    }
}
