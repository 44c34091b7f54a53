//! The settings as a snapshot that follows every node's changes.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;

use super::model::{Setting, SiteSettings};
use super::store::SettingStore;
use crate::audit::AuditEntry;
use crate::cache::{CacheNode, Cached, CachedConfig, Invalidation};
use crate::effects::Effects;
use crate::engage::{Context, Stores};
use crate::error::Result;
use crate::identity::Actor;
use crate::tasks::Tasks;

/// Where the settings are kept in the cache.
const KEY: &str = "settings";
/// How often they are read again though nobody said that they changed.
const REREAD: Duration = Duration::from_secs(30);

/// What the site has set. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Settings(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    context: Context,
    store: Arc<dyn SettingStore>,
    cached: Cached<Vec<Setting>>,
    snapshot: ArcSwap<SiteSettings>,
}

impl Settings {
    pub(crate) async fn start(context: &Context, stores: &Stores, cache: CacheNode, tasks: &Tasks) -> Result<Self> {
        let ttl = Duration::from_secs(60);
        let settings = Self(Arc::new(Inner {
            context: context.clone(),
            store: Arc::clone(&stores.settings),
            cached: cache.typed(CachedConfig { ttl, negative_ttl: ttl }),
            snapshot: ArcSwap::default(),
        }));
        settings.reread().await?;
        let (own, mut dropped) = (settings.clone(), cache.dropped());
        tasks.spawn(|mut stopping| async move {
            loop {
                let changed = tokio::select! {
                    () = stopping.wait() => return,
                    () = tokio::time::sleep(REREAD) => true,
                    dropped = dropped.recv() => match dropped {
                        Ok(Some(dropped)) => dropped == Invalidation::Key(KEY.to_owned()),
                        Ok(None) | Err(RecvError::Lagged(_)) => true,
                        Err(RecvError::Closed) => return,
                    },
                };
                if changed && let Err(error) = own.reread().await {
                    tracing::warn!(target: "engage::settings", %error, "settings could not be read again; the last ones stand");
                }
            }
        });
        Ok(settings)
    }

    /// The settings as they are now. Costs a pointer.
    pub fn get(&self) -> Arc<SiteSettings> {
        self.0.snapshot.load_full()
    }

    /// The stored values with their versions; what is not among them has its default.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn stored(&self) -> Result<Vec<Setting>> {
        self.0.store.all().await
    }

    /// Changes one value; `expected` is the version that the caller saw, 0 for none.
    ///
    /// # Errors
    /// `Invalid` when there is no such key or the value does not fit; `Conflict` when it was changed meanwhile.
    pub async fn set(&self, actor: &Actor, key: &str, value: Value, expected: i64) -> Result<Setting> {
        SiteSettings::default().with(key, value.clone())?;
        let Inner { context, store, .. } = &*self.0;
        let now = context.clock.now();
        let setting = Setting { key: key.to_owned(), value, version: expected + 1, updated_at: now };
        let audit = AuditEntry::new(context.ids.next(), now, actor, "settings.set", format!("setting:{key}"));
        store
            .put(&setting, &Effects::none().and_audit(audit.detail(serde_json::json!({"value": setting.value}))))
            .await?;
        self.0.cached.invalidate(KEY).await;
        self.reread().await?;
        Ok(setting)
    }

    async fn reread(&self) -> Result<()> {
        let stored = self.0.cached.get(KEY, |_| Vec::new(), || async { Ok(Some(self.0.store.all().await?)) }).await?;
        self.0.snapshot.store(Arc::new(SiteSettings::from_stored(&stored.unwrap_or_default())));
        Ok(())
    }
}
