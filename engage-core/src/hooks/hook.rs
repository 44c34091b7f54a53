//! A hook and what it may be given.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use parking_lot::RwLock;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::engage::{Engage, WeakEngage};
use crate::error::{Error, ErrorKind, Result};
use crate::outbox::{Handler, OutboxMessage};
use crate::sink::Event;

/// The host's code for what happens. See [the module](crate::hooks).
#[must_use]
pub struct Hook {
    pub(crate) name: String,
    /// `None`: all.
    pub(crate) events: Option<Vec<String>>,
    run: Arc<Run>,
}

type Run = dyn Fn(Engage, Event) -> BoxFuture<'static, Result<()>> + Send + Sync;

/// The data of an event, for hooks that take it as a type. The rooms' `events.rs` have them.
pub trait EventData: Serialize + DeserializeOwned + Send + 'static {
    /// The event's name, such as `chat.message_sent`.
    const NAME: &'static str;
}

/// An event whose data has been read.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened<T> {
    /// The event as any receiver gets it.
    pub event: Event,
    /// Its data.
    pub data: T,
}

/// What a hook may take: [`Event`], for whatever happens, or [`Happened`], for one kind of event.
pub trait Incoming: Sized + Send + 'static {
    /// The only event that it can be; `None`: any.
    const NAME: Option<&'static str>;

    /// Reads it.
    ///
    /// # Errors
    /// When the data is not what the type says.
    fn read(event: Event) -> Result<Self>;
}

impl Hook {
    /// A hook that calls `run` for each event that its argument can be. `name` is 1 to 64 of `a-z 0-9 - _ .`; what is promised
    /// to it waits under that name, so keep it.
    pub fn new<E, F, Fut, X>(name: impl Into<String>, run: F) -> Self
    where
        E: Incoming,
        F: Fn(Engage, E) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), X>> + Send + 'static,
        X: Into<Box<dyn StdError + Send + Sync>>,
    {
        let run = move |engage: Engage, event: Event| -> BoxFuture<'static, Result<()>> {
            let (id, name) = (event.id, event.name.clone());
            match E::read(event) {
                Err(error) => Box::pin(std::future::ready(Err(error))),
                Ok(event) => {
                    let outcome = run(engage, event);
                    Box::pin(async move {
                        outcome.await.map_err(|error| {
                            let error = error.into();
                            tracing::warn!(target: "engage::hooks", %id, event = name, %error, "the host's hook failed");
                            Error::new(ErrorKind::Internal, "the host's hook failed")
                                .with_code("hook_failed")
                                .with_source(error)
                        })
                    })
                }
            }
        };
        Self { name: name.into(), events: E::NAME.map(|name| vec![name.to_owned()]), run: Arc::new(run) }
    }

    /// Only for events of these names. What no hook, sink or webhook wants is not even written.
    pub fn only(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let names = names.into_iter().map(Into::into);
        self.events = Some(match &self.events {
            None => names.collect(),
            Some(able) => names.filter(|name| able.contains(name)).collect(),
        });
        self
    }

    /// Where the promises to it wait.
    pub(crate) fn topic(&self) -> String {
        format!("on:{}", self.name)
    }

    pub(crate) fn has_good_name(&self) -> bool {
        let allowed = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || b"-_.".contains(&letter);
        (1..=64).contains(&self.name.len()) && self.name.bytes().all(allowed)
    }

    pub(crate) fn handler(&self, host: &Host) -> Arc<dyn Handler> {
        Arc::new(Called { name: self.name.clone(), run: Arc::clone(&self.run), host: host.clone() })
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").field("name", &self.name).field("events", &self.events).finish_non_exhaustive()
    }
}

impl Incoming for Event {
    const NAME: Option<&'static str> = None;

    fn read(event: Event) -> Result<Self> {
        Ok(event)
    }
}

impl<T: EventData> Incoming for Happened<T> {
    const NAME: Option<&'static str> = Some(T::NAME);

    fn read(event: Event) -> Result<Self> {
        Ok(Self { data: serde_json::from_value(event.data.clone())?, event })
    }
}

/// The engage that hooks are given, once it is built. Weak, as the relay is a part of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Host(Arc<RwLock<Option<WeakEngage>>>);

impl Host {
    pub(crate) fn set(&self, engage: &Engage) {
        *self.0.write() = Some(engage.downgrade());
    }

    pub(crate) fn engage(&self) -> Result<Engage> {
        let engage = self.0.read().as_ref().and_then(WeakEngage::upgrade);
        engage.ok_or_else(|| Error::new(ErrorKind::Unavailable, "engage has ended"))
    }
}

struct Called {
    name: String,
    run: Arc<Run>,
    host: Host,
}

#[async_trait]
impl Handler for Called {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        (self.run)(self.host.engage()?, message.to_event()?).await
    }

    fn waits_for_others(&self) -> bool {
        true
    }
}

impl fmt::Debug for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Called").field(&self.name).finish()
    }
}
