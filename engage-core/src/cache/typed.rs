//! Typed, single-flight reading through a cache.

use std::collections::HashMap;
use std::fmt::{self, Debug};
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{OnceCell, RwLock, broadcast};

use super::{Cache, Invalidation};
use crate::bus::{Bus, BusEvent, Hint};
use crate::engage::Context;
use crate::entropy::Entropy;
use crate::error::Result;
use crate::tasks::Tasks;

/// The cache of this node: drops travel over the bus, and a load that a drop overtakes is not kept. Cheap to clone.
#[derive(Clone)]
pub struct CacheNode(Arc<Node>);

struct Node {
    cache: Arc<dyn Cache>,
    bus: Arc<dyn Bus>,
    entropy: Arc<dyn Entropy>,
    /// Counts drops. Loads keep what they found only if it still stands as when they began; drops exclude keeping.
    epoch: RwLock<u64>,
    /// Tells those who keep a snapshot what this node no longer has; `None`: nothing any more.
    dropped: broadcast::Sender<Option<Invalidation>>,
    flights: Mutex<HashMap<(String, u64), Flight>>,
}

/// A load under way, of a key as of an epoch, and what it found.
type Flight = Arc<OnceCell<Option<Bytes>>>;

/// Values of one type behind a cache. Cheap to clone.
#[derive(Debug)]
pub struct Cached<T> {
    node: CacheNode,
    config: CachedConfig,
    of: PhantomData<fn() -> T>,
}

/// How long values of a type are kept.
#[derive(Debug, Clone, Copy)]
pub struct CachedConfig {
    /// A value, at most; up to a fifth less, so that values put at once do not end at once.
    pub ttl: Duration,
    /// That there is none, at most.
    pub negative_ttl: Duration,
}

impl CacheNode {
    /// A node over `cache` that tells `bus` what it drops.
    pub fn new(cache: Arc<dyn Cache>, bus: Arc<dyn Bus>, context: &Context) -> Self {
        let entropy = Arc::clone(&context.entropy);
        let dropped = broadcast::Sender::new(64);
        Self(Arc::new(Node { cache, bus, entropy, epoch: RwLock::default(), dropped, flights: Mutex::default() }))
    }

    /// Values of type `T`. Keys of different types must differ.
    pub fn typed<T>(&self, config: CachedConfig) -> Cached<T> {
        Cached { node: self.clone(), config, of: PhantomData }
    }

    /// Drops something here and on every node. Call it after the commit that made it untrue.
    pub async fn invalidate(&self, dropped: Invalidation) {
        {
            let mut epoch = self.0.epoch.write().await;
            *epoch += 1;
            let result = match &dropped {
                Invalidation::Key(key) => self.0.cache.remove(key).await,
                Invalidation::Tag(tag) => self.0.cache.remove_tag(tag).await,
            };
            warn_of(result);
        }
        self.0.bus.publish(Hint::Invalidate(dropped));
    }

    /// What this node has just dropped, after it has: `None` for everything. A lag means everything too.
    pub fn dropped(&self) -> broadcast::Receiver<Option<Invalidation>> {
        self.0.dropped.subscribe()
    }

    /// Follows what other nodes drop.
    pub fn follow_bus(&self, tasks: &Tasks) {
        let (node, mut hints) = (self.clone(), self.0.bus.subscribe());
        tasks.spawn(|mut stopping| async move {
            loop {
                let event = tokio::select! {
                    event = hints.next() => event,
                    () = stopping.wait() => None,
                };
                let dropped = match event {
                    None => return,
                    Some(BusEvent::Hint(Hint::Invalidate(dropped))) => Some(dropped),
                    // What was cached may have been lost.
                    Some(BusEvent::Lagged | BusEvent::Hint(Hint::Rewound)) => None,
                    Some(BusEvent::Hint(_)) => continue,
                };
                *node.0.epoch.write().await += 1;
                warn_of(match &dropped {
                    Some(dropped) => node.0.cache.forget_local(dropped).await,
                    None => node.0.cache.forget_all_local().await,
                });
                // Nobody may be listening.
                let _ = node.0.dropped.send(dropped);
            }
        });
    }
}

impl<T: Serialize + DeserializeOwned> Cached<T> {
    /// The value of `key`: from the cache, or from `load`, which then runs once however many ask at the same time. That
    /// there is none is remembered too. When the cache is away, `load` answers.
    ///
    /// # Errors
    /// What `load` says; nothing is kept then.
    pub async fn get<F>(
        &self,
        key: &str,
        tags: impl FnOnce(&T) -> Vec<String>,
        load: impl FnOnce() -> F,
    ) -> Result<Option<T>>
    where
        F: Future<Output = Result<Option<T>>>,
    {
        let node = &*self.node.0;
        match node.cache.get(key).await {
            Ok(Some(bytes)) => {
                if let Ok(value) = serde_json::from_slice(&bytes) {
                    return Ok(value);
                }
                // Written by another version: load anew.
            }
            Ok(None) => {}
            Err(error) => tracing::debug!(target: "engage::cache", %error, "the cache is away; the database answers"),
        }
        let epoch = *node.epoch.read().await;
        let flight = Arc::clone(node.flights.lock().entry((key.to_owned(), epoch)).or_default());
        let loaded: Result<&Option<Bytes>> = flight
            .get_or_try_init(|| async {
                let value = load().await?;
                let bytes = Bytes::from(serde_json::to_vec(&value)?);
                self.keep(key, &bytes, value.as_ref().map(tags), epoch).await;
                Ok(Some(bytes))
            })
            .await;
        // Whoever is last to hold the flight takes it away.
        let mut flights = node.flights.lock();
        if Arc::strong_count(&flight) <= 2 {
            flights.remove(&(key.to_owned(), epoch));
        }
        drop(flights);
        let bytes = loaded?;
        bytes.as_ref().map_or(Ok(None), |bytes| Ok(serde_json::from_slice(bytes)?))
    }

    async fn keep(&self, key: &str, bytes: &Bytes, tags: Option<Vec<String>>, began: u64) {
        let node = &*self.node.0;
        let ttl = if tags.is_some() { self.config.ttl } else { self.config.negative_ttl };
        let ttl = ttl.mul_f64(1.0 - node.entropy.fraction() / 5.0);
        let epoch = node.epoch.read().await;
        if *epoch == began {
            warn_of(node.cache.put(key, bytes.clone(), ttl, &tags.unwrap_or_default()).await);
        }
    }

    /// Drops the value of `key`, here and on every node.
    pub async fn invalidate(&self, key: &str) {
        self.node.invalidate(Invalidation::Key(key.to_owned())).await;
    }
}

/// A cache that fails to drop something keeps it until its TTL at most.
fn warn_of(result: Result<()>) {
    if let Err(error) = result {
        tracing::warn!(target: "engage::cache", %error, "the cache is away");
    }
}

impl<T> Clone for Cached<T> {
    fn clone(&self) -> Self {
        Self { node: self.node.clone(), config: self.config, of: PhantomData }
    }
}

impl Debug for CacheNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CacheNode").field(&self.0.cache).finish()
    }
}
