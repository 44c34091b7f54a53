//! A circuit breaker: when Redis is away, calls fail at once instead of each waiting for its deadline.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// How many failures in a row open it.
const FAILURES: u32 = 3;
/// How long it stays open before one call may try again.
const OPEN: Duration = Duration::from_millis(500);

/// Closed, open, or open with one call trying.
#[derive(Debug, Default)]
pub(crate) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Set while open.
    until: Option<Instant>,
    probing: bool,
}

/// Leave to make one call. Dropped without a result (the caller went away), it changes nothing.
#[derive(Debug)]
pub(crate) struct Pass<'a> {
    breaker: &'a Breaker,
    probe: bool,
}

/// What a result has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing.
    None,
    /// It has just opened.
    Opened,
    /// The one call that tried has failed.
    StillOpen,
    /// It has just closed.
    Closed,
}

impl Breaker {
    /// Leave to make a call, or `None` while it is open.
    pub(crate) fn enter(&self) -> Option<Pass<'_>> {
        let mut state = self.0.lock();
        let Some(until) = state.until else { return Some(Pass { breaker: self, probe: false }) };
        if state.probing || Instant::now() < until {
            return None;
        }
        state.probing = true;
        Some(Pass { breaker: self, probe: true })
    }
}

impl Pass<'_> {
    /// The call was answered.
    pub(crate) fn succeeded(self) -> Change {
        let mut state = self.breaker.0.lock();
        let was_open = state.until.is_some();
        // A late answer to a call from before it opened is no proof that Redis is back.
        if was_open && !self.probe {
            return Change::None;
        }
        (state.failures, state.until) = (0, None);
        if was_open { Change::Closed } else { Change::None }
    }

    /// The call failed or was not answered in time.
    pub(crate) fn failed(self) -> Change {
        let mut state = self.breaker.0.lock();
        state.failures = state.failures.saturating_add(1);
        let was_open = state.until.is_some();
        if self.probe || (!was_open && state.failures >= FAILURES) {
            state.until = Some(Instant::now() + OPEN);
        }
        match (self.probe, was_open, state.until.is_some()) {
            (true, ..) => Change::StillOpen,
            (false, false, true) => Change::Opened,
            _ => Change::None,
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.probe {
            self.breaker.0.lock().probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> Breaker {
        let breaker = Breaker::default();
        for _ in 1..FAILURES {
            assert_eq!(breaker.enter().unwrap().failed(), Change::None);
        }
        assert_eq!(breaker.enter().unwrap().failed(), Change::Opened);
        breaker
    }

    #[tokio::test(start_paused = true)]
    async fn failures_in_a_row_open_it_and_one_call_at_a_time_tries_again() {
        let breaker = open();
        assert!(breaker.enter().is_none());
        tokio::time::advance(OPEN).await;
        let probe = breaker.enter().unwrap();
        assert!(breaker.enter().is_none(), "a second call while one tries");
        assert_eq!(probe.failed(), Change::StillOpen);
        assert!(breaker.enter().is_none());
        tokio::time::advance(OPEN).await;
        assert_eq!(breaker.enter().unwrap().succeeded(), Change::Closed);
        assert_eq!(breaker.enter().unwrap().failed(), Change::None, "it counts from the beginning");
        assert!(breaker.enter().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_goes_away_does_not_block_the_next_try() {
        let breaker = open();
        tokio::time::advance(OPEN).await;
        drop(breaker.enter().unwrap());
        assert!(breaker.enter().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_answer_does_not_close_it() {
        let breaker = Breaker::default();
        let early = breaker.enter().unwrap();
        for _ in 0..FAILURES {
            breaker.enter().unwrap().failed();
        }
        assert_eq!(early.succeeded(), Change::None);
        assert!(breaker.enter().is_none());
    }

    #[test]
    fn successes_between_failures_keep_it_closed() {
        let breaker = Breaker::default();
        for _ in 0..FAILURES * 2 {
            breaker.enter().unwrap().failed();
            breaker.enter().unwrap().succeeded();
        }
        assert!(breaker.enter().is_some());
    }
}
