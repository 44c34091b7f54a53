//! From an event to its receivers.

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use super::{WebhookId, Webhooks};
use crate::clock::{Timestamp, delta};
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Actor;
use crate::ids::OutboxId;
use crate::outbound::{OutboundLimits, OutboundRequest, OutboundResponse};
use crate::outbox::{Handler, OutboxMessage, Patience, Spread};
use crate::sink::Event;
use crate::webhooks::model::{self, Attempted, Disabled, Outcome, Webhook};

/// Turns an event into a promise to each webhook that wants it.
#[derive(Debug)]
pub(super) struct ToEach(pub(super) Webhooks);

/// Keeps the promise to one webhook.
#[derive(Debug)]
pub(super) struct Deliver(pub(super) Webhooks);

/// A promise to deliver an event.
pub(super) fn promise(webhook: WebhookId, event: &Event, due: Timestamp) -> Result<OutboxMessage> {
    let message = OutboxMessage::event(delivery_id(webhook, event.id), &webhook.topic(), event)?;
    Ok(OutboxMessage { due, ..message })
}

/// Follows from both, and bears the time of the event.
fn delivery_id(webhook: WebhookId, event: OutboxId) -> OutboxId {
    let digest = Sha256::new().chain_update(event.0.as_bytes()).chain_update(webhook.0.as_bytes()).finalize();
    let mut bytes = *event.0.as_bytes();
    bytes[6..].copy_from_slice(&digest[6..16]);
    let builder = uuid::Builder::from_bytes(bytes).with_variant(uuid::Variant::RFC4122);
    OutboxId(builder.with_version(uuid::Version::SortRand).into_uuid())
}

#[async_trait]
impl Spread for ToEach {
    async fn spread(&self, message: &OutboxMessage) -> Result<Vec<OutboxMessage>> {
        let event = message.to_event()?;
        let webhooks = self.0.list().await?;
        let wanting = webhooks.iter().filter(|webhook| webhook.wants(&event.name));
        wanting.map(|webhook| promise(webhook.id, &event, message.due)).collect()
    }
}

#[async_trait]
impl Handler for Deliver {
    async fn handle(&self, message: &OutboxMessage) -> Result<()> {
        let super::Inner { context, store, config, .. } = &*self.0.0;
        // What was promised to a webhook that is gone or disabled is dropped.
        let Some(webhook) = store.get(WebhookId::of_topic(message)?).await? else { return Ok(()) };
        if webhook.disabled.is_some() {
            return Ok(());
        }
        let event = message.to_event()?;
        let (body, start) = (model::body(&event)?, context.clock.now());
        let mut request = OutboundRequest::new("POST", &webhook.url).header("content-type", "application/json");
        request.headers.extend(webhook.headers(event.id, start, &body));
        let limits = OutboundLimits { total: config.timeout, body: 0, ..OutboundLimits::default() };
        let answer = self.0.outbound()?.send(request.body(body).limits(limits)).await;

        let at = context.clock.now();
        let status = answer.as_ref().ok().map(|answer| answer.status);
        let failure = failure(answer, at);
        let error = failure.as_ref().map(|error| error.code().to_owned());
        let attempted = Attempted {
            delivery: message.id,
            webhook: webhook.id,
            event: event.id,
            name: event.name,
            at,
            took: (at - start).to_std().unwrap_or_default(),
            outcome: Outcome { delivered: failure.is_none(), status, error },
        };
        store.record(&attempted).await?;
        let Some(error) = failure else { return Ok(()) };
        let why = match webhook.failing_since {
            _ if status == Some(410) => Disabled::Gone,
            Some(since) if at - since >= delta(config.give_up_after) => Disabled::Failing,
            _ => return Err(error),
        };
        self.disable(webhook, why, at).await
    }

    fn patience(&self) -> Option<Patience> {
        Some(self.0.0.config.patience)
    }

    fn waits_for_others(&self) -> bool {
        true
    }
}

impl Deliver {
    /// Sends nothing more. Whoever changed the webhook meanwhile decides; then the next attempt tells.
    async fn disable(&self, webhook: Webhook, why: Disabled, at: Timestamp) -> Result<()> {
        tracing::warn!(target: "engage::webhooks", id = %webhook.id, ?why, "the webhook is disabled");
        let disabled = Webhook { disabled: Some(why), version: webhook.version + 1, updated_at: at, ..webhook };
        self.0.put(&Actor::System, "webhooks.disable", &disabled).await
    }
}

/// Why an answer is none that counts as delivered.
fn failure(answer: Result<OutboundResponse>, now: Timestamp) -> Option<Error> {
    let answer = match answer {
        Err(error) => return Some(error),
        Ok(answer) if (200..300).contains(&answer.status) => return None,
        Ok(answer) => answer,
    };
    let code = match answer.status {
        300..400 => "redirected",
        410 => "gone",
        429 => "receiver_busy",
        _ => "receiver_refused",
    };
    let error = Error::new(ErrorKind::Unavailable, format!("the receiver answered {}", answer.status)).with_code(code);
    match answer.header("retry-after").and_then(|text| retry_after(text, now)) {
        Some(wait) => Some(error.with_retry_after(wait)),
        None => Some(error),
    }
}

/// Seconds or a date (RFC 9110, 10.2.3).
fn retry_after(text: &str, now: Timestamp) -> Option<std::time::Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(std::time::Duration::from_secs(seconds));
    }
    let at = chrono::DateTime::parse_from_rfc2822(text.trim()).ok()?;
    Some((at.to_utc() - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::from_micros;
    use std::time::Duration;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = from_micros(1_767_225_600_000_000);
        let secs = |seconds| Some(Duration::from_secs(seconds));
        for (text, expected) in [
            ("120", secs(120)),
            (" 0 ", secs(0)),
            ("Thu, 01 Jan 2026 00:01:00 GMT", secs(60)),
            ("Wed, 31 Dec 2025 00:00:00 GMT", secs(0)),
            ("soon", None),
            ("-5", None),
            ("99999999999999999999999", None),
            ("", None),
        ] {
            assert_eq!(retry_after(text, now), expected, "{text:?}");
        }
    }

    #[test]
    fn delivery_ids_follow_from_both_and_keep_the_time() {
        let event = OutboxId(uuid::Uuid::parse_str("019b76da-a800-7abc-8def-0123456789ab").unwrap());
        let (one, two) = (WebhookId(uuid::Uuid::from_u128(1)), WebhookId(uuid::Uuid::from_u128(2)));
        assert_eq!(delivery_id(one, event), delivery_id(one, event));
        assert_ne!(delivery_id(one, event), delivery_id(two, event));
        let text = delivery_id(one, event).to_string();
        assert!(text.starts_with("019b76da-a800-7") && text.parse::<OutboxId>().is_ok(), "{text}");
    }
}
