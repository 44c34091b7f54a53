//! Webhooks all the way: from what happened to a receiver behind a socket, which checks what it is sent as its own
//! library would (standardwebhooks.com).

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engage_core::outbox::Patience;
use engage_core::webhooks::{NewWebhook, Webhook, WebhookConfig};
use engage_core::{Actor, Engage, memory};
use engage_outbound::GuardedClient;
use hmac::{Hmac, KeyInit as _, Mac as _};
use parking_lot::Mutex;
use sha2::Sha256;

use crate::support::{Peer, Receiver, SOON};

/// What a receiver was sent: the head and the body of each request.
type Sent = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

async fn site(client: GuardedClient) -> Engage {
    let patience =
        Patience { attempts: 3, backoff: Duration::from_millis(50), max_backoff: Duration::from_millis(100) };
    let config = WebhookConfig { patience, timeout: Duration::from_millis(500), ..WebhookConfig::default() };
    Engage::builder(memory::backend()).outbound(client).webhook_config(config).build().await.unwrap()
}

fn allowed() -> GuardedClient {
    GuardedClient::new().allow_http().any_port().allow_networks(["127.0.0.1/32".parse().unwrap()])
}

async fn webhook(engage: &Engage, url: String) -> Webhook {
    let new = NewWebhook { url, events: vec!["chat.conversation_opened".to_owned()], description: String::new() };
    engage.webhooks().create(&Actor::System, new).await.unwrap()
}

async fn happens(engage: &Engage) {
    let (visitor, _) = engage.sessions().create().await.unwrap();
    engage.chat().open(visitor.contact.id, "m-1", "Hello", None).await.unwrap();
}

/// A receiver that answers its first request with the first of `statuses`, and so on, and then with the last.
async fn receiver(statuses: &'static [&'static str]) -> (Receiver, Sent) {
    let sent = Sent::default();
    let kept = Arc::clone(&sent);
    let receiver = Receiver::start("127.0.0.1", move |mut peer: Peer| {
        let kept = Arc::clone(&kept);
        async move {
            let request = peer.read_request().await?;
            let number = {
                let mut kept = kept.lock();
                kept.push(request);
                kept.len() - 1
            };
            let status = statuses.get(number).or(statuses.last()).unwrap();
            peer.say(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n")).await
        }
    })
    .await;
    (receiver, sent)
}

async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(SOON, waiting).await.unwrap_or_else(|_| panic!("not within {SOON:?}: {what}"));
}

/// Attempts, the last status and the last error of the only delivery.
async fn outcome(engage: &Engage, webhook: &Webhook) -> Option<(i64, Option<u16>, Option<String>)> {
    let deliveries = engage.webhooks().deliveries(webhook.id, None, 10).await.unwrap();
    let delivery = deliveries.into_iter().next()?;
    Some((delivery.attempts, delivery.last.outcome.status, delivery.last.outcome.error))
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let mut named = head.lines().filter_map(|line| line.split_once(": "));
    named.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).unwrap_or_default()
}

/// HMAC-SHA256 over id, time and body with the secret after its prefix; in base64, behind the version.
fn is_signed(secret: &str, head: &str, body: &[u8]) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed = [header(head, "webhook-id"), ".", header(head, "webhook-timestamp"), "."].concat();
    header(head, "webhook-signature").split(' ').any(|one| {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(signed.as_bytes());
        mac.update(body);
        one.strip_prefix("v1,").is_some_and(|tag| mac.verify_slice(&STANDARD.decode(tag).unwrap()).is_ok())
    })
}

#[tokio::test]
async fn what_fails_once_is_sent_again_with_the_same_id_and_a_signature_that_holds() {
    let engage = site(allowed()).await;
    let (receiver, sent) = receiver(&["500 Oops", "200 OK"]).await;
    let webhook = webhook(&engage, receiver.url("/hook?a=b")).await;
    happens(&engage).await;
    eventually("it is delivered", async || {
        outcome(&engage, &webhook).await.is_some_and(|(attempts, status, _)| (attempts, status) == (2, Some(200)))
    })
    .await;
    let sent = sent.lock().clone();
    assert_eq!(sent.len(), 2);
    let secret = webhook.secret.reveal();
    for (head, body) in &sent {
        assert!(head.starts_with("POST /hook?a=b HTTP/1.1\r\n"), "{head}");
        assert_eq!(header(head, "webhook-id"), header(&sent[0].0, "webhook-id"));
        assert!(is_signed(&secret, head, body), "{head}");
        let mut changed = body.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(!is_signed(&secret, head, &changed), "the signature holds for anything");
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let said: u64 = header(head, "webhook-timestamp").parse().unwrap();
        assert!(now.abs_diff(said) < 300, "receivers refuse what is older than five minutes");
    }
    engage.shutdown(SOON).await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let engage = site(allowed()).await;
    let (victim, _) = receiver(&["200 OK"]).await;
    let location = victim.url("/");
    let redirecting = Receiver::start("127.0.0.1", move |mut peer: Peer| {
        let said = format!("HTTP/1.1 307 Over There\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        async move {
            peer.read_request().await?;
            peer.say(said).await
        }
    })
    .await;
    let webhook = webhook(&engage, redirecting.url("/")).await;
    happens(&engage).await;
    eventually("it is given up", async || outcome(&engage, &webhook).await.is_some_and(|(attempts, ..)| attempts == 3))
        .await;
    assert_eq!(outcome(&engage, &webhook).await.unwrap().1, Some(307));
    assert_eq!((redirecting.connections(), victim.connections()), (3, 0));
    engage.shutdown(SOON).await;
}

/// A name that is public when it is set, and leads inside when it is called.
#[tokio::test]
async fn who_is_inside_is_not_called_without_permission() {
    let (victim, _) = receiver(&["200 OK"]).await;
    let strict = || GuardedClient::new().allow_http().any_port();
    let refused = site(strict()).await;
    let new = NewWebhook { url: victim.url("/"), events: Vec::new(), description: String::new() };
    let error = refused.webhooks().create(&Actor::System, new).await.unwrap_err();
    assert_eq!((error.fields()[0].field.as_str(), error.fields()[0].code), ("/url", "address"));

    let engage = site(strict().resolver(crate::support::Scripted::always("127.0.0.1"))).await;
    let webhook = webhook(&engage, format!("http://inside.example:{}/", victim.port())).await;
    happens(&engage).await;
    eventually("it is given up", async || outcome(&engage, &webhook).await.is_some_and(|(attempts, ..)| attempts == 3))
        .await;
    let (_, status, error) = outcome(&engage, &webhook).await.unwrap();
    assert_eq!((status, error.as_deref()), (None, Some("outbound_refused")));
    assert_eq!(victim.connections(), 0);
    for engage in [refused, engage] {
        engage.shutdown(SOON).await;
    }
}

#[tokio::test]
async fn a_slow_receiver_is_left_and_the_others_are_told() {
    let engage = site(allowed()).await;
    let slow = Receiver::start("127.0.0.1", async |mut peer: Peer| {
        peer.read_request().await?;
        peer.say("HTTP/1.1 200 OK\r\n").await?;
        peer.read_all().await
    })
    .await;
    let (quick, _) = receiver(&["200 OK"]).await;
    let (slow_one, quick_one) = (webhook(&engage, slow.url("/")).await, webhook(&engage, quick.url("/")).await);
    happens(&engage).await;
    eventually("the quick one is told", async || outcome(&engage, &quick_one).await.is_some()).await;
    eventually("the slow one is given up", async || {
        outcome(&engage, &slow_one).await.is_some_and(|(attempts, ..)| attempts == 3)
    })
    .await;
    let (_, status, error) = outcome(&engage, &slow_one).await.unwrap();
    assert_eq!((status, error.as_deref()), (None, Some("timed_out")));
    slow.is_left().await;
    engage.shutdown(SOON).await;
}

const PROXIED: &str = "ENGAGE_TEST_PROXIED";

/// In a process of its own, whose environment names a proxy: nobody comes by there.
#[tokio::test]
async fn no_proxy_of_the_environment_is_used() {
    if let Ok(url) = std::env::var(PROXIED) {
        let engage = site(allowed()).await;
        let webhook = webhook(&engage, url).await;
        happens(&engage).await;
        eventually("it is delivered", async || {
            outcome(&engage, &webhook).await.is_some_and(|(_, status, _)| status == Some(200))
        })
        .await;
        return engage.shutdown(SOON).await;
    }
    let (proxy, _) = receiver(&["200 OK"]).await;
    let (there, _) = receiver(&["200 OK"]).await;
    let mut child = tokio::process::Command::new(std::env::current_exe().unwrap());
    child.args(["webhook::no_proxy_of_the_environment_is_used", "--exact"]).env(PROXIED, there.url("/"));
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        child.env(name, proxy.url("/")).env(name.to_lowercase(), proxy.url("/"));
    }
    let done = child.env_remove("NO_PROXY").env_remove("no_proxy").kill_on_drop(true).output();
    let done = tokio::time::timeout(SOON * 2, done).await.unwrap().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    assert_eq!((proxy.connections(), there.connections()), (0, 1));
}
