//! How long somebody waits for our part of an answer, whatever the database or anything else behind us does.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use engage_core::{Error, ErrorKind};
use tokio::sync::watch;
use tokio::time::Instant;

/// One request, or one command of a socket.
pub(crate) const BUDGET: Duration = Duration::from_secs(2);

/// What is left of the budget of one request. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Patience(Arc<watch::Sender<Clock>>);

#[derive(Debug, Clone, Copy)]
enum Clock {
    /// It ends then.
    Runs(Instant),
    /// So much is left.
    Stands(Duration),
}

impl Patience {
    /// The whole budget, from now on.
    pub(crate) fn begin() -> Self {
        Self(Arc::new(watch::Sender::new(Clock::Runs(Instant::now() + BUDGET))))
    }

    /// Awaits what is not our part: the rest of a body, an entry for which the client asked to wait, or a file that is checked.
    pub(crate) async fn apart<T>(&self, work: impl Future<Output = T>) -> T {
        self.0.send_modify(|clock| {
            if let Clock::Runs(ends) = *clock {
                *clock = Clock::Stands(ends.saturating_duration_since(Instant::now()));
            }
        });
        let done = work.await;
        self.0.send_modify(|clock| {
            if let Clock::Stands(left) = *clock {
                *clock = Clock::Runs(Instant::now() + left);
            }
        });
        done
    }

    /// Awaits `work` for as long as there is patience. Dropped then: what must go on runs in a task of its own.
    ///
    /// # Errors
    /// What `work` says; `Unavailable` when it takes too long.
    pub(crate) async fn bound<T, E: From<Error>>(&self, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let (mut work, mut clock) = (pin!(work), self.0.subscribe());
        loop {
            let alarm = match *clock.borrow_and_update() {
                Clock::Runs(ends) => Some(ends),
                Clock::Stands(_) => None,
            };
            tokio::select! {
                biased;
                done = &mut work => return done,
                Ok(()) = clock.changed() => {}
                () = tokio::time::sleep_until(alarm.unwrap_or_else(Instant::now)), if alarm.is_some() => {
                    return Err(late().into());
                }
            }
        }
    }
}

/// Awaits `work`, but not for longer than `limit`. Dropped then.
///
/// # Errors
/// What `work` says; `Unavailable` when it takes too long.
pub(crate) async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(late()))
}

fn late() -> Error {
    Error::new(ErrorKind::Unavailable, "this takes too long at present; try again")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn never() -> Result<(), Error> {
        std::future::pending().await
    }

    #[tokio::test(start_paused = true)]
    async fn patience_ends_and_stands_still_for_what_is_not_ours() {
        let (began, patience) = (Instant::now(), Patience::begin());
        let work = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            patience.apart(tokio::time::sleep(Duration::from_secs(60))).await;
            never().await
        };
        assert_eq!(patience.bound(work).await.unwrap_err().kind(), ErrorKind::Unavailable);
        assert_eq!(began.elapsed().as_secs_f64().round(), 62.0);
        assert_eq!(Patience::begin().bound(async { Ok::<_, Error>(7) }).await.unwrap(), 7);
        assert_eq!(within(BUDGET, never()).await.unwrap_err().code(), "unavailable");
    }
}
