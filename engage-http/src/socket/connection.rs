//! What an adapter hands to the driver.

use bytes::Bytes;
use engage_core::entropy::Entropy;
use engage_core::{Actor, Engage, Seat};
use tokio::sync::watch;

use super::session::Rules;
use crate::wire::{Bye, ByeCode};

/// Over how many milliseconds a draining node spreads the return of its clients.
const DRAIN_SPREAD_MS: f64 = 5_000.0;

/// Somebody who was let in and whose socket is to be driven.
#[derive(Debug)]
pub struct Connection {
    pub(super) engage: Engage,
    pub(super) actor: Actor,
    pub(super) rules: Rules,
    pub(super) revoked: Option<watch::Receiver<Option<ByeCode>>>,
    pub(super) place: Place,
}

/// A connection's place among those of its person.
#[derive(Debug)]
pub(super) enum Place {
    /// Nobody counts.
    Uncounted,
    /// It has one.
    Taken(#[expect(dead_code, reason = "held for its drop")] Seat),
    /// There are too many.
    None,
}

/// A message of a WebSocket, in neither framework's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Text. Incoming bytes need not be UTF-8, outgoing ones are.
    Text(Bytes),
    /// Anything else.
    Binary(Bytes),
    /// Answered by the driver with [`Message::Pong`]. An adapter whose library answers by itself passes it on as a pong.
    Ping(Bytes),
    /// A sign of life.
    Pong(Bytes),
    /// The end, with code and reason; what a client says as reason is of no interest.
    Close(u16, &'static str),
}

impl Connection {
    /// A connection of `actor`, who was identified at the handshake, under the usual rules.
    pub fn new(engage: Engage, actor: Actor) -> Self {
        let rules = Rules::new(actor.audience());
        Self { engage, actor, rules, revoked: None, place: Place::Uncounted }
    }

    /// With a signal by which the adapter ends the connection when the host knows this person no more:
    /// [`ByeCode::Unauthenticated`] or [`ByeCode::Forbidden`]. To be given within 5 s.
    #[must_use]
    pub fn revoked(mut self, revoked: watch::Receiver<Option<ByeCode>>) -> Self {
        self.revoked = Some(revoked);
        self
    }

    /// Counted: one that is too many for its person is told so and closed. After [`Connection::rules`].
    #[must_use]
    pub fn counted(mut self) -> Self {
        let seat = self.engage.crowd().seat(self.actor.audit_name(), self.rules.connections);
        self.place = seat.map_or(Place::None, Place::Taken);
        self
    }

    /// Under other rules.
    #[must_use]
    pub fn rules(mut self, change: impl FnOnce(Rules) -> Rules) -> Self {
        self.rules = change(self.rules);
        self
    }

    /// Who is connected.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
}

/// A goodbye that sends each client back at another moment.
pub(crate) fn draining(entropy: &dyn Entropy) -> Bye {
    spread(ByeCode::Draining, entropy)
}

/// The same when the database has another history, and each client is to begin anew.
pub(crate) fn rewound(entropy: &dyn Entropy) -> Bye {
    spread(ByeCode::Rewound, entropy)
}

fn spread(code: ByeCode, entropy: &dyn Entropy) -> Bye {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a fraction of 5,000")]
    let retry_after_ms = (entropy.fraction() * DRAIN_SPREAD_MS) as u64;
    Bye { retry_after_ms, ..code.into() }
}
