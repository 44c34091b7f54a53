//! What was said, found by its words.

use std::time::Duration;

use tokio::time::Instant;

use super::Chat;
use crate::chat::store::{Found, SearchQuery};
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{Actor, Audience};
use crate::tasks::Stopping;
use crate::words::Terms;

/// How many messages are indexed in one transaction, which whoever says something meanwhile may wait for: SQLite has one
/// writer.
const STEP: usize = 20;
/// How many such transactions a search waits for.
const STEPS: usize = 500;
/// How long nobody looks whether something was said.
const REST: Duration = Duration::from_secs(1);
/// Between two steps, this many times as long as a step took belongs to who writes.
const SHARE: u32 = 9;

impl Chat {
    /// Messages and notes with all the words of `query`, latest first, below the place `before`. What was said before the
    /// call is found, unless very much was said at once.
    ///
    /// # Errors
    /// `Invalid` when `query` holds no word; `Forbidden` for visitors.
    pub async fn search(
        &self,
        actor: &Actor,
        query: &str,
        before: Option<i64>,
        limit: usize,
    ) -> Result<(Terms, Vec<Found>)> {
        if actor.audience() == Audience::Visitor {
            return Err(Error::new(ErrorKind::Forbidden, "only staff may do this"));
        }
        let terms = Terms::checked(query)?;
        for _ in 0..STEPS {
            if !self.0.store.index(STEP).await? {
                break;
            }
        }
        let query = SearchQuery { before, ..SearchQuery::new(actor.into(), terms.clone(), limit) };
        Ok((terms, self.0.store.search(&query).await?))
    }

    /// Lets what was said be found, little by little, so that it never stands in the way of those who speak for long.
    pub(crate) async fn keep_indexed(self, mut stopping: Stopping) {
        let mut pause = REST;
        while !stopping.sleep(pause).await {
            let begun = Instant::now();
            pause = match self.0.store.index(STEP).await {
                Ok(true) => (begun.elapsed() * SHARE).min(REST),
                Ok(false) => REST,
                Err(error) => {
                    tracing::warn!(target: "engage", %error, "what was said cannot be found yet; it is tried again");
                    REST
                }
            };
        }
    }
}
