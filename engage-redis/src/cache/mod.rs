//! The cache on Redis that all nodes share.

mod entry;
mod scripts;
mod tickets;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use engage_core::cache::{Cache, Invalidation};
use engage_core::{Error, Result, async_trait};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::link::{Link, deadline};
use crate::tiered::{Fetched, SharedCache};
use tickets::{Ticket, Tickets};

/// A cache on Redis.
///
/// A value that was loaded before a drop is never returned after it, whichever node loaded, dropped or asks, provided that
/// loads of one key run one at a time in a process (as engage's do) and within 30 s.
///
/// A drop that Redis did not confirm is made up for as soon as it answers again, by dropping everything; until then this
/// node does not use the cache, and other nodes may return what was to be dropped. (If the node ends first, until its TTL.)
/// A replica that takes a primary's place may have missed drops that the primary confirmed: each node looks once a second
/// whether another process answers, and then drops everything too.
#[derive(Debug)]
pub struct RedisCache {
    inner: Arc<Inner>,
    /// Ends with the cache.
    _mender: JoinSet<()>,
}

#[derive(Debug)]
struct Inner {
    link: Link,
    /// Starts every key; its braces keep a prefix in one slot of a cluster, so that a script can see what it needs.
    prefix: String,
    tickets: Tickets,
    /// Drops that Redis did not confirm or may have lost, ever, and those of them that have been made up for.
    lost: AtomicU64,
    mended: AtomicU64,
    lost_one: Notify,
}

impl RedisCache {
    /// Larger values are not kept, in bytes.
    pub const MAX_VALUE: usize = 1 << 20;
    /// Longer TTLs count as this long.
    pub const MAX_TTL: Duration = Duration::from_secs(24 * 3600);

    pub(crate) fn new(link: Link, prefix: &str) -> Self {
        let inner = Arc::new(Inner {
            link,
            prefix: format!("{{{prefix}}}:cache:"),
            tickets: Tickets::default(),
            lost: AtomicU64::new(0),
            mended: AtomicU64::new(0),
            lost_one: Notify::new(),
        });
        let mut mender = JoinSet::new();
        mender.spawn(mend(Arc::clone(&inner)));
        Self { inner, _mender: mender }
    }
}

impl Inner {
    /// How long a dropped entry keeps older loads out: longer than any load takes.
    const DROPPED: Duration = Duration::from_secs(60);
    /// Tags outlive their entries.
    const TAGS: Duration = Duration::from_secs(25 * 3600);

    fn key(&self, kind: &str, name: &str) -> String {
        format!("{}{kind}:{name}", self.prefix)
    }

    fn clock(&self) -> String {
        format!("{}clock", self.prefix)
    }

    fn everything(&self) -> String {
        format!("{}everything", self.prefix)
    }

    /// # Errors
    /// When a drop of this node is outstanding: Redis may still hold what was dropped.
    fn check_drops(&self) -> Result<()> {
        if self.mended.load(Ordering::Acquire) == self.lost.load(Ordering::Acquire) {
            return Ok(());
        }
        Err(Error::unavailable("a drop is outstanding"))
    }

    async fn fetch(&self, key: &str) -> Result<Option<Fetched>> {
        self.check_drops()?;
        let deadline = deadline();
        let mut script = scripts::GET.prepare_invoke();
        script.key(self.key("entry", key)).key(self.clock()).key(self.everything());
        let (bytes, ttl, clock, everything): (Option<Vec<u8>>, i64, u64, u64) =
            self.link.script(deadline, &script).await?;
        if let Some(entry) = bytes.and_then(entry::decode)
            && entry.mark >= everything
            && self.tags_allow(&entry, deadline).await?
        {
            self.check_drops()?;
            let ttl = Duration::from_millis(u64::try_from(ttl).unwrap_or(0));
            return Ok(Some(Fetched { value: entry.value, tags: entry.tags, ttl }));
        }
        self.tickets.missed(key, clock);
        Ok(None)
    }

    async fn tags_allow(&self, entry: &entry::Entry, deadline: Instant) -> Result<bool> {
        if entry.tags.is_empty() {
            return Ok(true);
        }
        let mut ask = redis::cmd("MGET");
        ask.arg(entry.tags.iter().map(|tag| self.key("tag", tag)).collect::<Vec<_>>());
        let marks: Vec<Option<Vec<u8>>> = self.link.command(deadline, &ask).await?;
        Ok(marks.iter().all(|mark| mark.as_deref().and_then(entry::mark).is_some_and(|mark| mark <= entry.mark)))
    }

    async fn put(&self, key: &str, value: &[u8], ttl: Duration, tags: &[String]) -> Result<()> {
        let ticket = match self.tickets.take(key) {
            Ticket::At(mark) => format!("{mark:016}"),
            Ticket::New => String::new(),
            Ticket::Unknown => return Ok(()),
        };
        self.check_drops()?;
        let Some(entry) = entry::encode(value, tags).filter(|_| value.len() <= RedisCache::MAX_VALUE) else {
            // What it would have replaced is not true any more.
            return self.surely_drop(self.key("entry", key), entry::DROPPED, Self::DROPPED).await;
        };
        let mut script = scripts::PUT.prepare_invoke();
        script.key(self.key("entry", key)).key(self.clock()).key(self.everything());
        for tag in tags {
            script.key(self.key("tag", tag));
        }
        let ttl = ttl.min(RedisCache::MAX_TTL).as_millis().max(1);
        script.arg(ticket).arg(entry).arg(ttl.to_string()).arg(Self::TAGS.as_millis().to_string());
        let _kept: bool = self.link.script(deadline(), &script).await?;
        Ok(())
    }

    /// Marks something as dropped; `ttl` zero: for ever.
    async fn mark_dropped(&self, key: String, rest: &str, ttl: Duration) -> Result<()> {
        let mut script = scripts::DROP.prepare_invoke();
        script.key(key).key(self.clock()).arg(rest).arg(ttl.as_millis().to_string());
        let _done: bool = self.link.script(deadline(), &script).await?;
        Ok(())
    }

    /// Counts a drop that has to be made up for.
    fn lose(&self) {
        self.lost.fetch_add(1, Ordering::AcqRel);
        self.lost_one.notify_one();
    }

    /// The process that serves this cache; `None` when it does not answer, or does not tell.
    async fn who_answers(&self) -> Option<String> {
        let mut script = scripts::WHO.prepare_invoke();
        script.key(self.clock());
        self.link.script(deadline(), &script).await.ok()?
    }

    /// Drops something, or sees to it that it will be: also when Redis fails, and when the caller goes away in between.
    async fn surely_drop(&self, key: String, rest: &str, ttl: Duration) -> Result<()> {
        let unconfirmed = Unconfirmed(self);
        self.mark_dropped(key, rest, ttl).await?;
        std::mem::forget(unconfirmed);
        Ok(())
    }
}

/// A drop that Redis has not confirmed. Dropped itself, the drop counts as lost.
struct Unconfirmed<'a>(&'a Inner);

impl Drop for Unconfirmed<'_> {
    fn drop(&mut self) {
        self.0.lose();
    }
}

/// Makes up for lost drops: those that were not confirmed, and those that the process which confirmed them took with it.
async fn mend(inner: Arc<Inner>) {
    const AGAIN: Duration = Duration::from_millis(200);
    const LOOK: Duration = Duration::from_secs(1);
    let mut answers = None;
    loop {
        if let Some(now) = inner.who_answers().await
            && answers.replace(now.clone()).is_some_and(|before| before != now)
        {
            inner.lose();
        }
        if tokio::time::timeout(LOOK, inner.lost_one.notified()).await.is_err() {
            continue;
        }
        tracing::warn!(target: "engage::cache", "a drop may not have reached Redis; its cache is not used until all of it is dropped");
        loop {
            let lost = inner.lost.load(Ordering::Acquire);
            if inner.mark_dropped(inner.everything(), "", Duration::ZERO).await.is_ok() {
                inner.mended.store(lost, Ordering::Release);
            }
            if inner.check_drops().is_ok() {
                break;
            }
            tokio::time::sleep(AGAIN).await;
        }
        tracing::info!(target: "engage::cache", "all of the cache was dropped; it is used again");
    }
}

#[async_trait]
impl Cache for RedisCache {
    async fn get(&self, key: &str) -> Result<Option<Bytes>> {
        Ok(self.fetch(key).await?.map(|found| found.value))
    }

    async fn put(&self, key: &str, value: Bytes, ttl: Duration, tags: &[String]) -> Result<()> {
        if ttl.is_zero() {
            return self.remove(key).await;
        }
        self.inner.put(key, &value, ttl, tags).await
    }

    async fn remove(&self, key: &str) -> Result<()> {
        self.inner.surely_drop(self.inner.key("entry", key), entry::DROPPED, Inner::DROPPED).await
    }

    async fn remove_tag(&self, tag: &str) -> Result<()> {
        self.inner.surely_drop(self.inner.key("tag", tag), "", Inner::TAGS).await
    }

    async fn forget_local(&self, _dropped: &Invalidation) -> Result<()> {
        Ok(())
    }

    async fn forget_all_local(&self) -> Result<()> {
        Ok(())
    }
}

#[async_trait]
impl SharedCache for RedisCache {
    async fn fetch(&self, key: &str) -> Result<Option<Fetched>> {
        let found = self.inner.fetch(key).await;
        if found.is_err() {
            self.inner.tickets.blind();
        }
        found
    }
}
