//! Turns what happens into promises to those who want to know.

use std::collections::BTreeSet;
use std::sync::Arc;

use arc_swap::ArcSwap;
use serde::Serialize;

use super::hook::Hook;
use crate::effects::Effects;
use crate::engage::Context;
use crate::error::Result;
use crate::outbox::OutboxMessage;
use crate::sink::Event;

/// Topic of the promises to the event sink.
pub(crate) const TO_SINK: &str = "event:sink";
/// Topic of the promises to find the webhooks that want an event.
pub(crate) const TO_WEBHOOKS: &str = "event:webhooks";

/// Knows who listens to what. An event that nobody wants costs nothing. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Announcer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    context: Context,
    /// By topic, the wanted events; `None`: all.
    receivers: Vec<(String, Option<Vec<String>>)>,
    webhooks: Interest,
}

/// Which events some webhook wants. Changes while engage runs. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interest(Arc<ArcSwap<Wanted>>);

#[derive(Debug, Default)]
struct Wanted {
    all: bool,
    names: BTreeSet<String>,
}

impl Announcer {
    pub(crate) fn new(context: &Context, sink: bool, hooks: &[Hook]) -> Self {
        let sink = sink.then(|| (TO_SINK.to_owned(), None));
        let receivers = sink.into_iter().chain(hooks.iter().map(|hook| (hook.topic(), hook.events.clone())));
        Self(Arc::new(Inner {
            context: context.clone(),
            receivers: receivers.collect(),
            webhooks: Interest::default(),
        }))
    }

    /// What webhooks want.
    pub(crate) fn webhooks(&self) -> &Interest {
        &self.0.webhooks
    }

    /// One promise for each who wants to know.
    pub(crate) fn tell(&self, name: &str, data: &impl Serialize) -> Result<Effects> {
        let Inner { context, receivers, webhooks } = &*self.0;
        let wants =
            |names: &Option<Vec<String>>| names.as_ref().is_none_or(|names| names.iter().any(|one| one == name));
        let listening = receivers.iter().filter(|(_, names)| wants(names)).map(|(topic, _)| topic.as_str());
        let mut topics = listening.chain(webhooks.wants(name).then_some(TO_WEBHOOKS)).peekable();
        if topics.peek().is_none() {
            return Ok(Effects::none());
        }
        let event = Event {
            id: context.ids.next(),
            name: name.to_owned(),
            at: context.clock.now(),
            data: serde_json::to_value(data)?,
        };
        let mut effects = Effects::none();
        for topic in topics {
            // The first promise bears the event's own id.
            let id = if effects.is_empty() { event.id } else { context.ids.next() };
            effects = effects.and_send(OutboxMessage::event(id, topic, &event)?);
        }
        Ok(effects)
    }
}

impl Interest {
    /// From now on these, where an empty list of names stands for all.
    pub(crate) fn set<'a>(&self, wanted: impl IntoIterator<Item = &'a [String]>) {
        let mut next = Wanted::default();
        for names in wanted {
            next.all |= names.is_empty();
            next.names.extend(names.iter().cloned());
        }
        self.0.store(Arc::new(next));
    }

    fn wants(&self, name: &str) -> bool {
        let wanted = self.0.load();
        wanted.all || wanted.names.contains(name)
    }
}
