//! The one event that webhooks make themselves.

use serde::{Deserialize, Serialize};

use crate::hooks::EventData;
use crate::ids::WebhookId;

/// Name of the event that tries a webhook; its data is [`WebhookTest`]. Only that webhook gets it.
pub const WEBHOOK_TEST: &str = "webhook.test";

/// Somebody tries a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookTest {
    /// Which.
    pub webhook: WebhookId,
}

impl EventData for WebhookTest {
    const NAME: &'static str = WEBHOOK_TEST;
}
