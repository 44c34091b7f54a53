//! [`Base`]: what every capability stands on.

use std::sync::Arc;

use super::{Context, Stores};
use crate::bus::Bus;
use crate::cache::CacheNode;
use crate::hooks::Announcer;
use crate::outbox::Relay;
use crate::rate::RateLimiter;
use crate::settings::Settings;
use crate::signing::Signer;
use crate::tasks::Tasks;

/// What a capability is given besides what is its own. It takes what it needs and does not keep the whole: whoever holds the
/// tasks keeps them running.
#[derive(Clone)]
pub(crate) struct Base {
    pub(crate) context: Context,
    pub(crate) stores: Stores,
    pub(crate) cache: CacheNode,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) settings: Settings,
    pub(crate) signer: Signer,
    pub(crate) relay: Relay,
    pub(crate) announcer: Announcer,
    /// Who counts how often somebody does something; `None`: nobody.
    pub(crate) limiter: Option<Arc<dyn RateLimiter>>,
    pub(crate) tasks: Tasks,
}
