//! What can be done with the help centre, by the host's code as by HTTP.

mod edit;
mod find;
mod merge;
mod read;
mod shelve;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::model::{FaqConfig, Markdown, Synonyms, fallbacks};
use super::store::FaqStore;
use crate::audit::AuditEntry;
use crate::clock::{Timestamp, delta};
use crate::effects::Effects;
use crate::engage::{Base, Context};
use crate::error::{Error, ErrorKind, Result};
use crate::hooks::Announcer;
use crate::identity::{Actor, AgentRef};

pub use edit::{Draft, NewArticle, SetArticle};
pub use find::{Answers, Suggested, Wanted};
pub use shelve::NewCategory;

/// For how long synonyms are used without looking whether they were changed.
const SYNONYMS_TTL: Duration = Duration::from_secs(5);
/// In how many languages they are remembered.
const LOCALES: usize = 64;

/// The help centre. Agents and admins write in it; everybody reads what they may see. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Faq(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    context: Context,
    store: Arc<dyn FaqStore>,
    announcer: Announcer,
    markdown: Markdown,
    config: FaqConfig,
    synonyms: Mutex<HashMap<String, (Timestamp, Arc<Synonyms>)>>,
}

impl Faq {
    pub(crate) fn new(base: &Base, config: FaqConfig) -> Self {
        let Base { context, stores, announcer, .. } = base;
        Self(Arc::new(Inner {
            context: context.clone(),
            store: Arc::clone(&stores.faq),
            announcer: announcer.clone(),
            markdown: Markdown::new(&config.image_hosts),
            config: FaqConfig { locale: config.locale.to_ascii_lowercase(), ..config },
            synonyms: Mutex::default(),
        }))
    }

    /// What the host has decided.
    pub fn config(&self) -> &FaqConfig {
        &self.0.config
    }

    /// In which languages somebody reads who wants `wanted`, the best first.
    pub fn locales(&self, wanted: Option<&str>) -> [String; 3] {
        fallbacks(wanted, &self.0.config.locale)
    }

    /// Forgets at most `limit` searches that have had their time.
    pub(crate) async fn prune(&self, limit: usize) -> Result<u64> {
        let before = self.0.context.clock.now() - delta(self.0.config.keep_searches);
        self.0.store.prune_searches(before, limit).await
    }

    /// What means the same in a language, as it was at most 5 s ago.
    async fn synonyms_of(&self, locale: &str) -> Result<Arc<Synonyms>> {
        let now = self.0.context.clock.now();
        if let Some((at, known)) = self.0.synonyms.lock().get(locale)
            && now < *at + delta(SYNONYMS_TTL)
        {
            return Ok(Arc::clone(known));
        }
        let found = Arc::new(self.0.store.synonyms(locale).await?.unwrap_or_default());
        let mut remembered = self.0.synonyms.lock();
        if remembered.len() >= LOCALES {
            remembered.clear();
        }
        remembered.insert(locale.to_owned(), (now, Arc::clone(&found)));
        Ok(found)
    }

    fn audited(&self, actor: &Actor, action: &str, target: String) -> Effects {
        let Context { ids, clock, .. } = &self.0.context;
        Effects::none().and_audit(AuditEntry::new(ids.next(), clock.now(), actor, action, target))
    }
}

/// Who writes; `None`: the host's code.
///
/// # Errors
/// `Forbidden` for visitors and bots.
fn writer(actor: &Actor) -> Result<Option<AgentRef>> {
    match actor {
        Actor::Staff(staff) => Ok(Some(staff.agent.clone())),
        Actor::System => Ok(None),
        Actor::Visitor(_) | Actor::Bot(_) => Err(Error::new(ErrorKind::Forbidden, "only staff may do this")),
    }
}

fn changed(what: &str) -> Error {
    Error::new(ErrorKind::Conflict, format!("the {what} was changed meanwhile"))
}
