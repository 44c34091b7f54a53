//! The way to Redis: one shared connection, each call bounded in time, none made while Redis is away.

use std::fmt::{self, Debug};
use std::future::Future;
use std::sync::{Arc, Weak};
use std::time::Duration;

use engage_core::{Error, Result};
use parking_lot::Mutex;
use redis::{Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, ScriptInvocation, ServerErrorKind, Value};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::breaker::{Breaker, Change, Pass};
use crate::target::{CONNECT, Connection, Target};

/// How long a request may wait for Redis.
const PATIENCE: Duration = Duration::from_millis(100);
/// A connection that does not answer is replaced, but not more often than this.
const REPLACE: Duration = Duration::from_secs(3);
/// Sentinels are asked again after this, when what they named is gone.
const ASK: Duration = Duration::from_millis(250);
/// Sentinels are asked this often whether they name another server, in case that the old one lives on.
const FOLLOW: Duration = Duration::from_secs(2);

/// A connection that heals itself, with deadlines and a circuit breaker. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Link(Arc<Inner>);

struct Inner {
    target: Target,
    slot: Mutex<Slot>,
    breaker: Breaker,
    /// Ends with the link.
    _follower: JoinSet<()>,
}

struct Slot {
    /// `None` until it is known where Redis is.
    connection: Option<Connection>,
    since: Instant,
    /// A new connection is on its way.
    opening: bool,
}

impl Link {
    /// A link, connected or to be connected when it is first used. Needs a Tokio runtime.
    pub(crate) async fn new(target: Target) -> Self {
        let slot = Slot { connection: target.open().await.ok(), since: Instant::now(), opening: false };
        Self(Arc::new_cyclic(|inner: &Weak<Inner>| {
            let mut follower = JoinSet::new();
            if matches!(target, Target::Sentinels(_)) {
                follower.spawn(follow(inner.clone()));
            }
            Inner { target, slot: Mutex::new(slot), breaker: Breaker::default(), _follower: follower }
        }))
    }

    pub(crate) fn target(&self) -> &Target {
        &self.0.target
    }

    /// Sends a command.
    ///
    /// # Errors
    /// `Unavailable`: Redis is away, refuses or does not answer until `deadline`.
    pub(crate) async fn command<T: FromRedisValue>(&self, deadline: Instant, command: &Cmd) -> Result<T> {
        self.run(deadline, |mut connection| async move { command.query_async(&mut connection).await }).await
    }

    /// Runs a script; errors as for [`Link::command`].
    pub(crate) async fn script<T: FromRedisValue>(
        &self,
        deadline: Instant,
        script: &ScriptInvocation<'_>,
    ) -> Result<T> {
        self.run(deadline, |mut connection| async move { script.invoke_async(&mut connection).await }).await
    }

    async fn run<T, F>(&self, deadline: Instant, work: impl FnOnce(Connection) -> F) -> Result<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let pass = self.0.breaker.enter().ok_or_else(|| Error::unavailable("Redis is away"))?;
        let Some(connection) = self.connection() else {
            let error = Error::unavailable("nobody knows where Redis is");
            self.failed(pass, &error);
            self.replace();
            return Err(error);
        };
        match tokio::time::timeout_at(deadline, work(connection)).await {
            Ok(Ok(value)) => {
                self.answered(pass);
                Ok(value)
            }
            Ok(Err(error)) => Err(self.refused(pass, error)),
            Err(_) => {
                let error = Error::unavailable("Redis did not answer in time");
                if self.failed(pass, &error) != Change::None {
                    self.replace();
                }
                Err(error)
            }
        }
    }

    fn connection(&self) -> Option<Connection> {
        self.0.slot.lock().connection.clone()
    }

    fn answered(&self, pass: Pass<'_>) {
        if pass.succeeded() == Change::Closed {
            tracing::info!(target: "engage::redis", "Redis is back");
        }
    }

    fn failed(&self, pass: Pass<'_>, error: &Error) -> Change {
        let change = pass.failed();
        if change == Change::Opened {
            tracing::warn!(target: "engage::redis", cause = cause(error), "Redis is away; going on without it");
        }
        change
    }

    fn refused(&self, pass: Pass<'_>, error: RedisError) -> Error {
        let kind = error.kind();
        let error = Error::unavailable(error);
        match kind {
            // An answer all the same: nobody waits.
            ErrorKind::Server(reason) => {
                self.answered(pass);
                // It was the primary once; the name may lead to the new one.
                if reason == ServerErrorKind::ReadOnly {
                    self.replace();
                }
            }
            _ => {
                self.failed(pass, &error);
                if matches!(self.0.target, Target::Sentinels(_)) {
                    self.replace();
                }
            }
        }
        error
    }

    /// Takes a new connection: the old one may lead to a machine that is gone, which nothing would tell for minutes, or to
    /// one that is not the primary any more.
    pub(crate) fn replace(&self) {
        let pause = if matches!(self.0.target, Target::Sentinels(_)) { ASK } else { REPLACE };
        {
            let mut slot = self.0.slot.lock();
            if slot.opening || slot.since.elapsed() < pause {
                return;
            }
            slot.opening = true;
        }
        // It may take longer than any call waits.
        tokio::spawn(self.clone().reopen());
    }

    async fn reopen(self) {
        let opened = self.0.target.open().await.ok();
        {
            let mut slot = self.0.slot.lock();
            (slot.since, slot.opening) = (Instant::now(), false);
            // What there was may still be good, where nobody says where Redis is now.
            if opened.is_some() {
                slot.connection.clone_from(&opened);
            }
        }
        if let Some(connection) = opened {
            let _ = ping(connection).await;
        }
    }

    /// Connects, without regard to the breaker.
    ///
    /// # Errors
    /// `Unavailable`, when Redis does not answer within [`CONNECT`].
    pub(crate) async fn ping(&self) -> Result<()> {
        let answer = match self.connection() {
            Some(connection) => ping(connection).await,
            None => Err(Error::unavailable("nobody knows where Redis is")),
        };
        if answer.is_err() && matches!(self.0.target, Target::Sentinels(_)) {
            self.replace();
        }
        answer
    }
}

/// Goes over to the server that the sentinels name, as long as there is a link.
async fn follow(link: Weak<Inner>) {
    loop {
        tokio::time::sleep(FOLLOW).await;
        let Some(inner) = link.upgrade() else { return };
        let Target::Sentinels(sentinels) = &inner.target else { return };
        let Ok((_, named)) = sentinels.primary().await else { continue };
        let here = matches!(&inner.slot.lock().connection, Some(Connection::Named(_, address)) if *address == named);
        if !here {
            tracing::info!(target: "engage::redis", "the sentinels name another primary; going over to it");
            Link(inner).replace();
        }
    }
}

async fn ping(mut connection: Connection) -> Result<()> {
    match tokio::time::timeout(CONNECT, redis::cmd("PING").query_async::<Value>(&mut connection)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Error::unavailable(error)),
        Err(_) => Err(Error::unavailable("Redis did not answer in time")),
    }
}

/// The cause of an error, for logs. Redis names neither keys nor values in its errors.
pub(crate) fn cause(error: &Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

/// Until when a request that comes now may wait for Redis.
pub(crate) fn deadline() -> Instant {
    Instant::now() + PATIENCE
}

impl Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("breaker", &self.0.breaker).finish_non_exhaustive()
    }
}
