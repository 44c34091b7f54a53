//! A webhook, its secret, and what came of its deliveries.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;

use crate::clock::{Timestamp, delta};
use crate::entropy::Entropy;
use crate::error::{Error, Result};
use crate::ids::{OutboxId, WebhookId};
use crate::outbox::Patience;
use crate::sink::Event;

/// Where events are sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where to.
    pub url: String,
    /// Names of the events that it wants; none: all.
    pub events: Vec<String>,
    /// What people call it.
    pub description: String,
    /// Why nothing is sent; `None`: it is.
    pub disabled: Option<Disabled>,
    /// What its deliveries are signed with.
    pub secret: WebhookSecret,
    /// What they are signed with as well, and until when.
    pub previous: Option<(WebhookSecret, Timestamp)>,
    /// Since when no delivery has succeeded though some were tried.
    pub failing_since: Option<Timestamp>,
    /// Counts its changes by people, from 1.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed by people.
    pub updated_at: Timestamp,
}

/// Why nothing is sent.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disabled {
    /// Somebody said so.
    ByHand,
    /// The receiver answered 410.
    Gone,
    /// Nothing has arrived for [`WebhookConfig::give_up_after`].
    Failing,
}

/// A webhook to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewWebhook {
    /// Where to.
    pub url: String,
    /// At most 50 names of events; none: all.
    pub events: Vec<String>,
    /// At most 200 characters.
    pub description: String,
}

/// What to change of a webhook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookPatch {
    /// Where to.
    pub url: Option<String>,
    /// At most 50 names of events; none: all.
    pub events: Option<Vec<String>>,
    /// At most 200 characters.
    pub description: Option<String>,
    /// Whether to send.
    pub enabled: Option<bool>,
}

/// What deliveries are signed with. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Vec<u8>);

/// An attempt to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted {
    /// The promise.
    pub delivery: OutboxId,
    /// To which webhook.
    pub webhook: WebhookId,
    /// The event's id.
    pub event: OutboxId,
    /// The event's name.
    pub name: String,
    /// When it was over.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the receiver has it.
    pub delivered: bool,
    /// The receiver's answer, if there was one.
    pub status: Option<u16>,
    /// Why it was not delivered: a code such as `timed_out`.
    pub error: Option<String>,
}

/// A delivery as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// How many attempts there were.
    pub attempts: i64,
    /// When the first was.
    pub first_at: Timestamp,
    /// The last one.
    pub last: Attempted,
}

/// Limits and times of webhooks.
#[derive(Debug, Clone, Copy)]
pub struct WebhookConfig {
    /// How many there may be (50).
    pub most: usize,
    /// How often and how long a delivery is tried (16 times; 5 s, doubled up to 12 h: over a day).
    pub patience: Patience,
    /// A webhook to which nothing could be delivered for this long is disabled (5 days).
    pub give_up_after: Duration,
    /// For how long the secret before still signs (24 h).
    pub overlap: Duration,
    /// How long a receiver may take (15 s).
    pub timeout: Duration,
    /// How long deliveries can be looked up (30 days).
    pub keep: Duration,
}

impl Default for WebhookConfig {
    fn default() -> Self {
        const HOUR: Duration = Duration::from_secs(3600);
        Self {
            most: 50,
            patience: Patience { attempts: 16, backoff: Duration::from_secs(5), max_backoff: 12 * HOUR },
            give_up_after: 5 * 24 * HOUR,
            overlap: 24 * HOUR,
            timeout: Duration::from_secs(15),
            keep: 30 * 24 * HOUR,
        }
    }
}

impl Webhook {
    /// Whether it is to be told.
    pub fn wants(&self, name: &str) -> bool {
        self.disabled.is_none() && (self.events.is_empty() || self.events.iter().any(|event| event == name))
    }

    /// The next version, with a new secret beside the one before.
    #[must_use]
    pub fn rotated(&self, secret: WebhookSecret, now: Timestamp, overlap: Duration) -> Self {
        let previous = Some((self.secret.clone(), now + delta(overlap)));
        Self { secret, previous, version: self.version + 1, updated_at: now, ..self.clone() }
    }

    /// The headers of a delivery: id, time, and a signature for each secret that counts at `now`.
    pub fn headers(&self, id: OutboxId, now: Timestamp, body: &[u8]) -> [(&'static str, String); 3] {
        let (id, seconds) = (id.to_string(), now.timestamp());
        let mut signatures = self.secret.sign(&id, seconds, body);
        if let Some((previous, until)) = &self.previous
            && now < *until
        {
            signatures = format!("{signatures} {}", previous.sign(&id, seconds, body));
        }
        [("webhook-id", id), ("webhook-timestamp", seconds.to_string()), ("webhook-signature", signatures)]
    }
}

impl WebhookSecret {
    const PREFIX: &str = "whsec_";

    /// A new secret of 32 bytes.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = vec![0; 32];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// Reads `whsec_` and 24 to 64 bytes as base64; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.strip_prefix(Self::PREFIX)?).ok()?;
        (24..=64).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// The secret as text, for its owner and for the database.
    pub fn reveal(&self) -> String {
        format!("{}{}", Self::PREFIX, STANDARD.encode(&self.0))
    }

    /// The signature of a delivery: `v1,` and the HMAC-SHA256 of id, time and body as base64.
    pub fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        // A key of any length will do.
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        let mac = mac.chain_update(format!("{id}.{seconds}.")).chain_update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(..)")
    }
}

/// What is sent.
#[derive(Serialize)]
struct Body<'e> {
    r#type: &'e str,
    timestamp: String,
    data: &'e Value,
}

pub(super) fn body(event: &Event) -> Result<Vec<u8>> {
    let timestamp = event.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    Ok(serde_json::to_vec(&Body { r#type: &event.name, timestamp, data: &event.data })?)
}

/// Names of events, each once.
pub(super) fn checked_events(mut events: Vec<String>) -> Result<Vec<String>> {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    let good = |name: &String| {
        name.len() <= 64
            && name.split_once('.').is_some_and(|(room, what)| {
                [room, what].iter().all(|part| !part.is_empty() && part.bytes().all(letter))
            })
    };
    if events.len() > 50 {
        return Err(Error::invalid("/events", "too_many", "at most 50"));
    }
    if !events.iter().all(good) {
        return Err(Error::invalid("/events", "malformed", "names of events, such as chat.message_sent"));
    }
    events.sort_unstable();
    events.dedup();
    Ok(events)
}

pub(super) fn checked_description(description: String) -> Result<String> {
    if description.chars().count() > 200 || description.contains(char::is_control) {
        return Err(Error::invalid("/description", "too_long", "one line of at most 200 characters"));
    }
    Ok(description)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    /// The example that the Standard Webhooks project publishes with its libraries, from its own test suites
    /// (github.com/standard-webhooks/standard-webhooks, libraries/*).
    #[test]
    fn a_signature_is_the_published_one() {
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_reads_back_and_nothing_else_does() {
        let secret = WebhookSecret::generate(&SeededEntropy::new(1));
        assert_eq!(WebhookSecret::parse(&secret.reveal()).unwrap(), secret);
        assert_eq!(format!("{secret:?}"), "WebhookSecret(..)");
        let of = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
        assert!(WebhookSecret::parse(&of(24)).is_some() && WebhookSecret::parse(&of(64)).is_some());
        for bad in ["", "whsec_", "whsec_!", &of(23), &of(65), &of(32)[6..]] {
            assert!(WebhookSecret::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn names_of_events_are_names() {
        let checked = |events: &[&str]| checked_events(events.iter().map(|&event| event.to_owned()).collect());
        assert_eq!(checked(&["b.c", "a.b_c", "b.c"]).unwrap(), ["a.b_c", "b.c"]);
        let long = format!("a.{}", "b".repeat(63));
        for bad in ["", ".", "a.", ".b", "a.b.c", "A.b", "a b.c", "a.b\n", &long] {
            assert!(checked(&[bad]).is_err(), "{bad:?}");
        }
    }
}
