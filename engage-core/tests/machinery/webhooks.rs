//! Webhooks: signed, at each receiver's pace, and given up in the end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use engage_core::clock::Clock as _;
use engage_core::ids::WebhookId;
use engage_core::outbound::{MemoryOutbound, OutboundRequest, OutboundResponse};
use engage_core::webhooks::{Disabled, NewWebhook, Webhook, WebhookConfig, WebhookPatch, WebhookSecret};
use engage_core::{Actor, Engage, Error, ErrorKind};
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::support::{Door, SOON, Site, eventually, say, talk};

/// Receivers by their URLs: what each answers.
#[derive(Debug, Clone, Default)]
struct Receivers(Arc<Mutex<BTreeMap<String, Answer>>>);

#[derive(Debug, Clone)]
enum Answer {
    Status(u16),
    RetryAfter(u16, &'static str),
    TimedOut,
    Stuck(Arc<Door>),
}

impl Receivers {
    fn set(&self, url: &str, answer: Answer) {
        self.0.lock().insert(url.to_owned(), answer);
    }

    fn client(&self) -> MemoryOutbound {
        let receivers = self.clone();
        MemoryOutbound::answering(move |request| {
            let answer = receivers.0.lock().get(&request.url).cloned().unwrap_or(Answer::Status(200));
            async move {
                match answer {
                    Answer::Status(status) => Ok(OutboundResponse::new(status, "")),
                    Answer::RetryAfter(status, wait) => {
                        Ok(OutboundResponse::new(status, "").with_header("retry-after", wait))
                    }
                    Answer::TimedOut => Err(Error::new(ErrorKind::Unavailable, "no answer").with_code("timed_out")),
                    Answer::Stuck(door) => {
                        door.pass().await;
                        Ok(OutboundResponse::new(200, ""))
                    }
                }
            }
        })
    }
}

struct Bench {
    site: Site,
    engage: Engage,
    outbound: MemoryOutbound,
    receivers: Receivers,
}

impl Bench {
    async fn new() -> Self {
        let (site, receivers) = (Site::new(), Receivers::default());
        let outbound = receivers.client();
        let engage = site.builder().without_background_jobs().outbound(outbound.clone()).build().await.unwrap();
        Self { site, engage, outbound, receivers }
    }

    async fn webhook(&self, url: &str, events: &[&str]) -> Webhook {
        let events = events.iter().map(|&event| event.to_owned()).collect();
        let new = NewWebhook { url: url.to_owned(), events, description: String::new() };
        self.engage.webhooks().create(&Actor::System, new).await.unwrap()
    }

    async fn drain(&self) {
        self.engage.relay().drain().await.unwrap();
    }

    fn asked(&self, url: &str) -> Vec<OutboundRequest> {
        self.outbound.asked().into_iter().filter(|request| request.url == url).collect()
    }

    async fn get(&self, id: WebhookId) -> Webhook {
        self.engage.webhooks().get(id).await.unwrap()
    }

    async fn next_wait(&self) -> Option<Duration> {
        let due = self.engage.stores().webhooks.outbox().next_due().await.unwrap()?;
        Some((due - self.site.clock.now()).to_std().unwrap())
    }
}

const URL: &str = "https://one.example/";
const OTHER: &str = "https://other.example/";

fn header(request: &OutboundRequest, name: &str) -> String {
    let found = request.headers.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

fn signature(secret: &WebhookSecret, request: &OutboundRequest) -> String {
    let seconds = header(request, "webhook-timestamp").parse().unwrap();
    secret.sign(&header(request, "webhook-id"), seconds, &request.body)
}

#[tokio::test]
async fn each_webhook_is_sent_what_it_wants_signed_with_its_own_secret() {
    let bench = Bench::new().await;
    let one = bench.webhook(URL, &[]).await;
    let other = bench.webhook(OTHER, &["chat.message_sent"]).await;
    let (conversation, visitor) = talk(&bench.engage, None).await;
    let sent = say(&bench.engage, &visitor, conversation, "A secret").await;
    bench.drain().await;
    assert_eq!((bench.asked(URL).len(), bench.asked(OTHER).len()), (2, 1));
    let request = &bench.asked(OTHER)[0];
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert!(request.body.starts_with(b"{\"type\":\"chat.message_sent\",\"timestamp\":"));
    assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["data", "timestamp", "type"]);
    assert_eq!(
        (&body["type"], &body["timestamp"]),
        (&json!("chat.message_sent"), &json!("2026-01-01T00:00:00.000000Z"))
    );
    assert_eq!((&body["data"]["entry"], &body["data"]["seq"]), (&json!(sent.entry.id), &json!(2)));
    assert!(!body.to_string().contains("A secret"), "texts stay in the database");
    assert_eq!((request.method, &*header(request, "content-type")), ("POST", "application/json"));
    assert_eq!(header(request, "webhook-timestamp"), "1767225600");
    assert_eq!(header(request, "webhook-signature"), signature(&other.secret, request));
    let same = bench.asked(URL).into_iter().find(|mine| header(mine, "webhook-id") == header(request, "webhook-id"));
    let same = same.expect("one event has one id");
    assert_eq!(header(&same, "webhook-signature"), signature(&one.secret, &same));
    assert_ne!(header(&same, "webhook-signature"), header(request, "webhook-signature"));
    let deliveries = bench.engage.webhooks().deliveries(other.id, None, 10).await.unwrap();
    assert_eq!((deliveries.len(), deliveries[0].attempts, deliveries[0].last.outcome.status), (1, 1, Some(200)));
}

#[tokio::test]
async fn for_a_while_after_a_rotation_both_secrets_sign() {
    let bench = Bench::new().await;
    let first = bench.webhook(URL, &[]).await;
    let second = bench.engage.webhooks().rotate(&Actor::System, first.id, 1).await.unwrap();
    assert_ne!(first.secret, second.secret);
    for (pause, both) in [(0, true), (24 * 3600 - 1, true), (1, false)] {
        bench.site.clock.advance(Duration::from_secs(pause));
        bench.engage.webhooks().test(first.id).await.unwrap();
        bench.drain().await;
        let request = bench.asked(URL).pop().unwrap();
        let mut expected = signature(&second.secret, &request);
        if both {
            expected = format!("{expected} {}", signature(&first.secret, &request));
        }
        assert_eq!(header(&request, "webhook-signature"), expected);
    }
}

#[tokio::test]
async fn a_receiver_that_fails_is_tried_again_later_and_nobody_else_is() {
    let bench = Bench::new().await;
    let (failing, _) = (bench.webhook(URL, &[]).await, bench.webhook(OTHER, &[]).await);
    talk(&bench.engage, None).await;
    let answers = [
        (Answer::Status(500), 2.5..=5.0, Some(500), "receiver_refused"),
        (Answer::TimedOut, 5.0..=10.0, None, "timed_out"),
        (Answer::Status(301), 10.0..=20.0, Some(301), "redirected"),
        (Answer::RetryAfter(429, "100"), 100.0..=100.0, Some(429), "receiver_busy"),
        (Answer::RetryAfter(503, "Thu, 01 Jan 2026 01:00:00 GMT"), 3000.0..=3600.0, Some(503), "receiver_refused"),
        (Answer::RetryAfter(503, "99999999"), 43200.0..=43200.0, Some(503), "receiver_refused"),
    ];
    let count = answers.len();
    for (turn, (answer, wait, status, error)) in answers.into_iter().enumerate() {
        bench.receivers.set(URL, answer);
        bench.drain().await;
        assert_eq!((bench.asked(URL).len(), bench.asked(OTHER).len()), (turn + 1, 1));
        let deliveries = bench.engage.webhooks().deliveries(failing.id, None, 10).await.unwrap();
        let outcome = &deliveries[0].last.outcome;
        assert_eq!((outcome.delivered, outcome.status, outcome.error.as_deref()), (false, status, Some(error)));
        let next = bench.next_wait().await.expect("it is tried again");
        assert!(wait.contains(&next.as_secs_f64()), "{error}: {next:?}");
        bench.site.clock.advance(next);
    }
    bench.receivers.set(URL, Answer::Status(204));
    bench.drain().await;
    let ids: std::collections::BTreeSet<_> = bench.asked(URL).iter().map(|one| header(one, "webhook-id")).collect();
    assert_eq!((ids.len(), bench.asked(URL).len()), (1, count + 1), "always the same id");
    assert_eq!((bench.next_wait().await, bench.get(failing.id).await.failing_since), (None, None));
}

#[tokio::test]
async fn what_was_tried_long_enough_is_a_dead_letter() {
    let bench = Bench::new().await;
    let webhook = bench.webhook(URL, &[]).await;
    bench.receivers.set(URL, Answer::Status(500));
    talk(&bench.engage, None).await;
    bench.drain().await;
    let patience = WebhookConfig::default().patience;
    while let Some(wait) = bench.next_wait().await {
        bench.site.clock.advance(wait);
        bench.drain().await;
    }
    assert_eq!(bench.asked(URL).len(), usize::try_from(patience.attempts).unwrap());
    let outbox = bench.engage.stores().webhooks.outbox();
    let dead = outbox.dead_letters(10).await.unwrap();
    assert_eq!((dead.len(), &*dead[0].error), (1, "receiver_refused: the receiver answered 500"));
    assert_eq!(dead[0].message.topic, format!("webhook:{}", webhook.id));
    bench.receivers.set(URL, Answer::Status(200));
    assert!(outbox.release(dead[0].message.id, bench.site.clock.now()).await.unwrap());
    bench.drain().await;
    let deliveries = bench.engage.webhooks().deliveries(webhook.id, None, 10).await.unwrap();
    assert!(deliveries.len() == 1 && deliveries[0].last.outcome.delivered, "{deliveries:?}");
}

#[tokio::test]
async fn who_is_gone_is_not_asked_again() {
    let bench = Bench::new().await;
    let webhook = bench.webhook(URL, &[]).await;
    bench.receivers.set(URL, Answer::Status(410));
    let (conversation, visitor) = talk(&bench.engage, None).await;
    bench.site.clock.advance(Duration::from_secs(1));
    bench.drain().await;
    assert_eq!(bench.get(webhook.id).await.disabled, Some(Disabled::Gone));
    assert_eq!(last_audit(&bench.engage).await, ("webhooks.disable".to_owned(), "system".to_owned()));
    say(&bench.engage, &visitor, conversation, "More").await;
    bench.drain().await;
    assert_eq!((bench.asked(URL).len(), bench.next_wait().await), (1, None));

    bench.receivers.set(URL, Answer::Status(200));
    let patch = WebhookPatch { enabled: Some(true), ..WebhookPatch::default() };
    let version = bench.get(webhook.id).await.version;
    bench.engage.webhooks().update(&Actor::System, webhook.id, patch, version).await.unwrap();
    say(&bench.engage, &visitor, conversation, "Again").await;
    bench.drain().await;
    assert_eq!(bench.asked(URL).len(), 2);
}

#[tokio::test]
async fn who_fails_for_days_is_disabled() {
    let bench = Bench::new().await;
    let webhook = bench.webhook(URL, &[]).await;
    bench.receivers.set(URL, Answer::TimedOut);
    let (conversation, visitor) = talk(&bench.engage, None).await;
    for day in 0..5 {
        say(&bench.engage, &visitor, conversation, &format!("day {day}")).await;
        bench.drain().await;
        assert_eq!(bench.get(webhook.id).await.disabled, None, "on day {day}");
        bench.site.clock.advance(Duration::from_secs(24 * 3600));
    }
    bench.drain().await;
    let now = bench.get(webhook.id).await;
    assert_eq!(now.disabled, Some(Disabled::Failing));
    assert_eq!(last_audit(&bench.engage).await.0, "webhooks.disable");
    let asked = bench.asked(URL).len();
    bench.site.clock.advance(Duration::from_secs(24 * 3600));
    bench.drain().await;
    assert_eq!((bench.asked(URL).len(), bench.next_wait().await), (asked, None), "what waited is dropped");
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_delays_no_other() {
    let (site, receivers) = (Site::new(), Receivers::default());
    let door = Arc::new(Door::default());
    door.shut();
    for stuck in 0..4 {
        receivers.set(&format!("https://stuck{stuck}.example/"), Answer::Stuck(Arc::clone(&door)));
    }
    let outbound = receivers.client();
    let engage = site.builder().outbound(outbound.clone()).build().await.unwrap();
    let bench = Bench { site, engage, outbound, receivers };
    for stuck in 0..4 {
        bench.webhook(&format!("https://stuck{stuck}.example/"), &[]).await;
    }
    bench.webhook(URL, &[]).await;
    let (conversation, visitor) = talk(&bench.engage, None).await;
    for turn in 0..50 {
        say(&bench.engage, &visitor, conversation, &format!("{turn}")).await;
    }
    eventually("the others hear all", || async { bench.asked(URL).len() == 51 }).await;
    eventually("the sink hears all", || async { bench.site.events.events().len() >= 51 }).await;
    door.open();
    eventually("in the end all hear all", || async { bench.outbound.asked().len() == 5 * 51 }).await;
    bench.engage.shutdown(SOON).await;
}

#[tokio::test]
async fn what_no_webhook_wants_is_not_written_and_without_a_client_there_are_none() {
    let bench = Bench::new().await;
    let webhook = bench.webhook(URL, &["chat.status_changed"]).await;
    talk(&bench.engage, None).await;
    bench.drain().await;
    assert!(bench.outbound.asked().is_empty());
    bench.engage.webhooks().delete(&Actor::System, webhook.id).await.unwrap();
    assert!(bench.engage.webhooks().list().await.unwrap().is_empty());

    let without = bench.site.node().await;
    let new = NewWebhook { url: URL.to_owned(), ..NewWebhook::default() };
    let refused = without.webhooks().create(&Actor::System, new).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
}

/// What another node was told reaches the events that this one writes.
#[tokio::test]
async fn every_node_learns_of_a_new_webhook() {
    let bench = Bench::new().await;
    let other = bench.site.builder().without_background_jobs().outbound(bench.outbound.clone()).build().await.unwrap();
    bench.webhook(URL, &["chat.conversation_opened"]).await;
    eventually("the other node knows", || async {
        talk(&other, None).await;
        bench.drain().await;
        !bench.asked(URL).is_empty()
    })
    .await;
}

async fn last_audit(engage: &Engage) -> (String, String) {
    let line = engage.stores().audit.list(None, 1).await.unwrap().pop().unwrap();
    (line.action, line.actor)
}
