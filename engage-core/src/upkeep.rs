//! What is done every few seconds without being asked: waking, giving out, and deleting what has had its time.

use std::time::Duration;

use async_trait::async_trait;

use crate::chat::Chat;
use crate::clock::delta;
use crate::engage::{Context, Stores};
use crate::error::Result;
use crate::faq::Faq;
use crate::forms::Forms;
use crate::mail::Mails;
use crate::sessions::SessionConfig;
use crate::tasks::Tasks;
use crate::webhooks::Webhooks;

/// How often.
const EVERY: Duration = Duration::from_secs(5);
/// How many rows of a kind one round deletes at most.
const ROWS: usize = 500;
/// How long the audit log and answers by `Idempotency-Key` are kept.
const KEPT_AUDIT: chrono::TimeDelta = chrono::TimeDelta::days(365);
const KEPT_ANSWERS: chrono::TimeDelta = chrono::TimeDelta::hours(24);

/// A capability that has something to do. Any number of nodes do it at once.
#[async_trait]
pub(crate) trait Upkeep: Send + Sync + 'static {
    /// One round, which is bounded. What it did not get done, or failed at, is left to the next.
    async fn keep(&self) -> Result<()>;
}

/// Does it until the end. What fails keeps no other from its turn.
pub(crate) fn start(tasks: &Tasks, keepers: Vec<(&'static str, Box<dyn Upkeep>)>) {
    tasks.spawn(|mut stopping| async move {
        while !stopping.sleep(EVERY).await {
            for (name, keeper) in &keepers {
                if let Err(error) = keeper.keep().await {
                    tracing::warn!(target: "engage", %error, "the upkeep of {name} failed; it is tried again");
                }
            }
        }
    });
}

#[async_trait]
impl Upkeep for Chat {
    async fn keep(&self) -> Result<()> {
        self.wake_snoozed().await?;
        self.take_back().await?;
        self.assign_waiting().await?;
        self.prune_pages(ROWS).await.map(drop)
    }
}

macro_rules! prunes {
    ($($Capability:ty),*) => {$(
        #[async_trait]
        impl Upkeep for $Capability {
            async fn keep(&self) -> Result<()> {
                self.prune(ROWS).await.map(drop)
            }
        }
    )*};
}
prunes!(Webhooks, Faq, Forms, Mails);

/// What belongs to no capability.
#[derive(Debug)]
pub(crate) struct Records {
    pub(crate) context: Context,
    pub(crate) stores: Stores,
    pub(crate) sessions: SessionConfig,
}

#[async_trait]
impl Upkeep for Records {
    async fn keep(&self) -> Result<()> {
        let Self { context, stores, sessions } = self;
        let now = context.clock.now();
        stores.sessions.prune(now - delta(sessions.idle), now - delta(sessions.absolute), ROWS).await?;
        stores.idempotency.prune(now - KEPT_ANSWERS, ROWS).await?;
        stores.audit.prune(now - KEPT_AUDIT, ROWS).await.map(drop)
    }
}
