//! Webhooks: events, sent to where an admin says, in the format of [Standard Webhooks](https://www.standardwebhooks.com).
//!
//! They need a client, [`Builder::outbound`](crate::Builder::outbound). Each delivery is a promise of its own in the outbox, in
//! a topic of its receiver's: one that is slow or away delays no other. `docs/protocol/webhooks.md` says what receivers see.

mod events;
mod memory;
mod model;
mod service;
mod store;

pub use events::*;
pub use model::{
    Attempted, Delivery, Disabled, NewWebhook, Outcome, Webhook, WebhookConfig, WebhookPatch, WebhookSecret,
};
pub use service::Webhooks;
pub use store::WebhookStore;
