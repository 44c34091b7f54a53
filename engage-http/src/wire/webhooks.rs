//! The bodies of webhooks.

use engage_core::ids::{OutboxId, WebhookId};
use engage_core::webhooks::{Delivery, Disabled, Webhook};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::scalar::{Time, present};

/// All webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookList {
    /// Oldest first.
    pub webhooks: Vec<WebhookInfo>,
}

/// Where events are sent to. The secret is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookInfo {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: WebhookId,
    /// Where to.
    pub url: String,
    /// Names of the events that it wants; none: all.
    pub events: Vec<String>,
    /// What people call it.
    pub description: String,
    /// Why nothing is sent; null: it is.
    #[schema(required)]
    pub disabled: Option<WebhookDisabled>,
    /// Since when nothing has arrived though it was tried.
    #[schema(required)]
    pub failing_since: Option<Time>,
    /// Until when deliveries are signed with the secret before, too.
    #[schema(required)]
    pub previous_secret_until: Option<Time>,
    /// Counts its changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// Why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookDisabled {
    /// Somebody said so.
    ByHand,
    /// The receiver answered 410.
    Gone,
    /// Nothing has arrived for days.
    Failing,
}

/// A webhook with its secret, which is told only now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookWithSecret {
    /// The webhook.
    pub webhook: WebhookInfo,
    /// `whsec_` and base64.
    pub secret: String,
}

/// A webhook to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// Where to: https, at most 2,048 bytes.
    pub url: String,
    /// At most 50 names of events; none: all.
    #[serde(default)]
    pub events: Vec<String>,
    /// At most 200 characters.
    #[serde(default)]
    pub description: String,
}

/// What to change of a webhook. Absent leaves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhook {
    /// The version that the caller has seen.
    pub expected_version: i64,
    /// Where to.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub url: Option<String>,
    /// At most 50 names of events; none: all.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<String>, required = false)]
    pub events: Option<Vec<String>>,
    /// At most 200 characters.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub description: Option<String>,
    /// Whether to send.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub enabled: Option<bool>,
}

/// A new secret is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateSecret {
    /// The version that the caller has seen.
    pub expected_version: i64,
}

/// A test is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TestSent {
    /// The delivery.
    #[schema(value_type = Uuid)]
    pub delivery: OutboxId,
}

/// A page of deliveries, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryPage {
    /// The deliveries.
    pub deliveries: Vec<DeliveryInfo>,
    /// What `before` takes for the page after this one; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// A delivery and its last attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryInfo {
    /// Its id, which is also its promise's in the outbox.
    #[schema(value_type = Uuid)]
    pub id: OutboxId,
    /// The event's id: `webhook-id`.
    #[schema(value_type = Uuid)]
    pub event_id: OutboxId,
    /// The event's name: `type`.
    pub event: String,
    /// Whether the receiver has it.
    pub delivered: bool,
    /// How many attempts there were.
    pub attempts: i64,
    /// When the first was over.
    pub first_at: Time,
    /// When the last was over.
    pub last_at: Time,
    /// How long the last took.
    pub took_ms: i64,
    /// What the receiver answered.
    #[schema(required)]
    pub status: Option<u16>,
    /// Why the last failed: a code such as `timed_out`.
    #[schema(required)]
    pub error: Option<String>,
}

impl From<&Webhook> for WebhookInfo {
    fn from(webhook: &Webhook) -> Self {
        Self {
            id: webhook.id,
            url: webhook.url.clone(),
            events: webhook.events.clone(),
            description: webhook.description.clone(),
            disabled: webhook.disabled.map(WebhookDisabled::from),
            failing_since: webhook.failing_since.map(Time),
            previous_secret_until: webhook.previous.as_ref().map(|(_, until)| Time(*until)),
            version: webhook.version,
            created_at: webhook.created_at.into(),
            updated_at: webhook.updated_at.into(),
        }
    }
}

impl From<&Webhook> for WebhookWithSecret {
    fn from(webhook: &Webhook) -> Self {
        Self { webhook: webhook.into(), secret: webhook.secret.reveal() }
    }
}

impl From<Disabled> for WebhookDisabled {
    fn from(disabled: Disabled) -> Self {
        match disabled {
            Disabled::Gone => Self::Gone,
            Disabled::Failing => Self::Failing,
            _ => Self::ByHand,
        }
    }
}

impl From<Delivery> for DeliveryInfo {
    fn from(delivery: Delivery) -> Self {
        let Delivery { attempts, first_at, last } = delivery;
        Self {
            id: last.delivery,
            event_id: last.event,
            event: last.name,
            delivered: last.outcome.delivered,
            attempts,
            first_at: first_at.into(),
            last_at: last.at.into(),
            took_ms: i64::try_from(last.took.as_millis()).unwrap_or(i64::MAX),
            status: last.outcome.status,
            error: last.outcome.error,
        }
    }
}
