//! How often who may do what.

use std::sync::Arc;
use std::time::Duration;

use engage_core::rate::{LocalRateLimiter, Quota, RateLimiter};
use engage_core::{Engage, Error, ErrorKind, Result};

/// What a route costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// Nothing that counts: files, health.
    Free,
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Making something new out of nothing: a session, a conversation.
    Begin,
    /// Sending some of a file.
    Part,
    /// Telling what one looks at.
    Page,
    /// A long connection.
    Connect,
}

/// The limits of an engage.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    limiter: Option<Arc<dyn RateLimiter>>,
    /// Counts when the limiter is away.
    fallback: Arc<LocalRateLimiter>,
}

impl Limits {
    pub(crate) fn new(engage: &Engage) -> Self {
        let fallback = Arc::new(LocalRateLimiter::new(Arc::clone(&engage.context().clock)));
        Self { limiter: engage.rate_limiter().cloned(), fallback }
    }

    /// Takes one from the quota of `who`.
    ///
    /// # Errors
    /// `RateLimited`, with the time to wait.
    pub(crate) async fn check(&self, rate: Rate, who: &Who<'_>) -> Result<(), Limited> {
        let (Some(limiter), Some(quota)) = (&self.limiter, quota(rate, who)) else { return Ok(()) };
        let key = match who {
            Who::Address(address) => format!("rate:{rate:?}:a:{address}"),
            Who::Person(person) => format!("rate:{rate:?}:p:{person}"),
        };
        let decision = match limiter.check(&key, quota).await {
            Ok(decision) => decision,
            Err(_) => self.fallback.check(&key, quota).await?,
        };
        if decision.allowed { Ok(()) } else { Err(Limited::TooOften(decision.retry_after)) }
    }
}

/// Whose quota.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Who<'a> {
    /// An address, which many people may share.
    Address(&'a str),
    /// One person.
    Person(&'a str),
}

/// Why a request is held back.
#[derive(Debug)]
pub(crate) enum Limited {
    TooOften(Duration),
    Failed(Error),
}

impl From<Error> for Limited {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Limited {
    /// The error for the client, and how many seconds to wait.
    pub(crate) fn into_error(self) -> (Error, Option<u64>) {
        match self {
            Self::TooOften(wait) => {
                let seconds = wait.as_secs() + 1;
                (Error::new(ErrorKind::RateLimited, format!("too often; try again in {seconds} s")), Some(seconds))
            }
            Self::Failed(error) => (error, None),
        }
    }
}

/// An office shares an address, so an address may do ten times what a person may.
fn quota(rate: Rate, who: &Who<'_>) -> Option<Quota> {
    let per_minute = match rate {
        Rate::Free => return None,
        Rate::Read | Rate::Part => 600,
        Rate::Write => 120,
        Rate::Page => 30,
        Rate::Begin => 10,
        Rate::Connect => 60,
    };
    let burst = match who {
        Who::Person(_) => per_minute,
        Who::Address(_) => per_minute * 10,
    };
    Some(Quota { burst, per: Duration::from_secs(60) })
}
