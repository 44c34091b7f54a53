//! An engage that lives in memory and whose time stands still.

use std::ops::Deref;

use engage_core::clock::ManualClock;
use engage_core::entropy::SeededEntropy;
use engage_core::memory::{self, MemoryBackend};
use engage_core::sink::MemorySink;
use engage_core::{Builder, Engage};

/// An in-memory [`Engage`] and what decides what happens in it. Dereferences to the engage.
#[derive(Debug, Clone)]
pub struct TestEngage {
    /// The engage.
    pub engage: Engage,
    /// Its clock, which stands until it is moved.
    pub clock: ManualClock,
    /// Where its events arrive.
    pub events: MemorySink,
    /// Its database, for further nodes on it.
    pub backend: MemoryBackend,
}

/// An engage in memory with a clock that stands still, seeded randomness, and events kept in memory.
///
/// ```
/// # #[tokio::main]
/// # async fn main() {
/// let engage = engage_testkit::engage().await;
/// let (visitor, _secret) = engage.sessions().create().await.unwrap();
/// let opened = engage.chat().open(visitor.contact.id, "m-1", "Hello", None).await.unwrap();
/// engage.clock.advance(std::time::Duration::from_secs(3600));
/// assert_eq!(opened.entry.seq, 1);
/// # }
/// ```
pub async fn engage() -> TestEngage {
    engage_with(memory::backend(), |builder| builder).await
}

/// The same on a database that other nodes may share, with further settings.
///
/// Two nodes on one database have different randomness, and different buses unless they are given one.
pub async fn engage_with(backend: MemoryBackend, set: impl FnOnce(Builder) -> Builder) -> TestEngage {
    static NODES: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    let seed = NODES.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let (clock, events) = (ManualClock::default(), MemorySink::default());
    let builder = Engage::builder(backend.clone()).site("Test").clock(clock.clone());
    let builder = builder.entropy(SeededEntropy::new(seed)).events(events.clone());
    let engage = set(builder).build().await.expect("an engage in memory");
    TestEngage { engage, clock, events, backend }
}

impl Deref for TestEngage {
    type Target = Engage;

    fn deref(&self) -> &Engage {
        &self.engage
    }
}
