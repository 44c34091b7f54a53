//! Hostile receivers, with real sockets on the loopback interface, which stands for what must not be reached.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;
mod webhook;

use std::time::Duration;

use engage_core::outbound::{Outbound as _, OutboundLimits, OutboundRequest, OutboundResponse};
use engage_core::{ErrorKind, Result};
use engage_outbound::GuardedClient;
use support::{Authority, Peer, Receiver, SOON, Scripted, ok};

/// Allows one of the loopback's addresses, on any port and without encryption.
fn client() -> GuardedClient {
    GuardedClient::new().allow_http().any_port().allow_networks(["127.0.0.2/32".parse().unwrap()])
}

async fn get(client: &GuardedClient, url: impl Into<String>) -> Result<OutboundResponse> {
    let limits = OutboundLimits { connect: Duration::from_millis(500), total: Duration::from_secs(1), body: 1000 };
    let asked = client.send(OutboundRequest::new("GET", url).limits(limits));
    tokio::time::timeout(SOON, asked).await.expect("it ends by itself")
}

async fn code(client: &GuardedClient, url: impl Into<String>) -> &'static str {
    get(client, url).await.expect_err("it fails").code()
}

#[tokio::test]
async fn what_is_near_is_refused_in_every_spelling() {
    let victim = Receiver::start("127.0.0.1", ok).await;
    let port = victim.port();
    let client = GuardedClient::new().allow_http().any_port();
    #[rustfmt::skip]
    let hosts = [
        "127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001",
        "0.0.0.0", "0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::127.0.0.1]", "127.0.0.2",
    ];
    for host in hosts {
        let error = get(&client, format!("http://{host}:{port}/")).await.expect_err(host);
        // A resolver may not know the odd spellings at all; what it knows is refused.
        assert!(["outbound_refused", "unresolved"].contains(&error.code()), "{host}: {error:?}");
        assert!(!error.message().contains("127"), "{error}");
    }
    assert_eq!(victim.connections(), 0, "nobody came");
    assert_eq!(code(&client, format!("http://127.0.0.1:{port}/")).await, "outbound_refused");
    let error = client.check(&format!("http://127.0.0.1:{port}/")).unwrap_err();
    assert_eq!((error.kind(), error.fields()[0].code), (ErrorKind::Invalid, "address"));
    client.check("http://somewhere.example/").unwrap();
}

#[tokio::test]
async fn what_is_allowed_is_asked_and_answers() {
    let receiver = Receiver::start("127.0.0.2", ok).await;
    let request = OutboundRequest::new("POST", receiver.url("/hook?a=b"))
        .header("content-type", "application/json")
        .header("host", "elsewhere")
        .header("content-length", "9999")
        .body("{}");
    let answer = client().send(request).await.unwrap();
    assert_eq!((answer.status, &answer.body[..], answer.header("x-a")), (200, &b"fine"[..], Some("b")));
    let seen = receiver.seen().to_ascii_lowercase();
    assert!(seen.starts_with("post /hook?a=b http/1.1\r\n"), "{seen}");
    assert!(seen.contains(&format!("host: 127.0.0.2:{}\r\n", receiver.port())), "{seen}");
    assert!(seen.contains("content-length: 2\r\n") && seen.contains("user-agent: engage/"), "{seen}");
    assert!(!seen.contains("elsewhere") && !seen.contains("9999"), "{seen}");
}

/// A name that says one thing when it is checked and another when it is connected to.
#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    let receiver = Receiver::start("127.0.0.2", ok).await;
    let victim = Receiver::start(&format!("127.0.0.1:{}", receiver.port()), ok).await;
    let resolver =
        Scripted::new(&[&["127.0.0.2"], &["127.0.0.1"], &["127.0.0.1", "10.1.1.1"], &["127.0.0.1", "127.0.0.2"]]);
    let client = client().resolver(resolver.clone());
    let url = format!("http://rebind.example:{}/", receiver.port());
    assert_eq!(get(&client, &url).await.unwrap().status, 200);
    assert_eq!(resolver.asked(), 1, "what was checked is what is connected to");
    assert_eq!(code(&client, &url).await, "outbound_refused", "an earlier answer does not count");
    assert_eq!(code(&client, &url).await, "outbound_refused");
    assert_eq!(get(&client, &url).await.unwrap().status, 200, "of several addresses those that are allowed");
    assert_eq!((receiver.connections(), victim.connections()), (2, 0));
    assert_eq!(code(&client, &url).await, "unresolved");
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let victim = Receiver::start("127.0.0.1", ok).await;
    let location = victim.url("/secret");
    let redirecting = Receiver::start("127.0.0.2", move |mut peer| {
        let said = format!("HTTP/1.1 301 Moved\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        async move {
            peer.read_head().await?;
            peer.say(said).await
        }
    })
    .await;
    let answer = get(&client(), redirecting.url("/")).await.unwrap();
    assert_eq!((answer.status, redirecting.connections(), victim.connections()), (301, 1, 0));
}

#[tokio::test]
async fn who_takes_too_long_is_left() {
    const TICK: Duration = Duration::from_millis(10);
    let silent = Receiver::start("127.0.0.2", async |mut peer: Peer| peer.read_all().await).await;
    let head = Receiver::start("127.0.0.2", async |mut peer: Peer| {
        peer.read_head().await?;
        for letter in "HTTP/1.1 200 OK\r\nx-slow: ".bytes().chain(std::iter::repeat(b'a')) {
            peer.say([letter]).await?;
            tokio::time::sleep(TICK).await;
        }
        Ok(())
    })
    .await;
    let body = Receiver::start("127.0.0.2", async |mut peer: Peer| {
        peer.read_head().await?;
        peer.say("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
        loop {
            peer.say("1\r\na\r\n").await?;
            tokio::time::sleep(TICK).await;
        }
    })
    .await;
    let hints = Receiver::start("127.0.0.2", async |mut peer: Peer| {
        peer.read_head().await?;
        loop {
            peer.say("HTTP/1.1 103 Early Hints\r\n\r\n").await?;
            tokio::time::sleep(TICK).await;
        }
    })
    .await;
    for (what, receiver) in [("silent", &silent), ("head", &head), ("body", &body), ("hints", &hints)] {
        assert_eq!(code(&client(), receiver.url("/")).await, "timed_out", "{what}");
        receiver.is_left().await;
    }
    // Also before anything was said, in TLS's greeting.
    let url = silent.url("/").replace("http:", "https:");
    assert_eq!(code(&client(), url).await, "timed_out");
    // And before there is anybody to speak to.
    let client = client().resolver(Scripted::silent());
    assert_eq!(code(&client, "http://slow.example/").await, "timed_out");
}

#[tokio::test]
async fn of_an_endless_body_only_the_beginning_is_read() {
    for framing in ["transfer-encoding: chunked\r\n", "content-length: 10000000000\r\n", ""] {
        let endless = Receiver::start("127.0.0.2", move |mut peer: Peer| async move {
            peer.read_head().await?;
            peer.say(format!("HTTP/1.1 200 OK\r\n{framing}\r\n")).await?;
            let chunk = "a".repeat(4096);
            let chunk = if framing.starts_with('t') { format!("1000\r\n{chunk}\r\n") } else { chunk };
            loop {
                peer.say(&chunk).await?;
            }
        })
        .await;
        let answer = get(&client(), endless.url("/")).await.unwrap();
        assert_eq!((answer.status, answer.body.len(), answer.truncated), (200, 1000, true), "{framing}");
        endless.is_left().await;
    }
    let exact = Receiver::start("127.0.0.2", async |mut peer: Peer| {
        peer.read_head().await?;
        peer.say(format!("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{}", "a".repeat(1000))).await
    })
    .await;
    let answer = get(&client(), exact.url("/")).await.unwrap();
    assert_eq!((answer.body.len(), answer.truncated), (1000, false));
}

#[tokio::test]
async fn an_answer_that_is_no_answer_fails() {
    let long = format!("HTTP/1.1 200 OK\r\nx-long: {}\r\n\r\n", "a".repeat(64 * 1024));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x-many: a\r\n".repeat(1000));
    for said in [
        "",
        "SSH-2.0-OpenSSH_9.9\r\n",
        "HTTP/1.1 20",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        &long,
        &many,
    ] {
        let answer = said.to_owned();
        let receiver = Receiver::start("127.0.0.2", move |mut peer| {
            let answer = answer.clone();
            async move {
                peer.read_head().await?;
                peer.say(answer).await
            }
        })
        .await;
        let shown: String = said.chars().take(60).collect();
        assert_eq!(code(&client(), receiver.url("/")).await, "bad_answer", "{shown:?}");
    }
    let closed = Receiver::start("127.0.0.2", ok).await.close().await;
    assert_eq!(code(&client(), closed).await, "unreachable");
}

#[tokio::test]
async fn who_cannot_prove_their_name_is_not_told() {
    let authority = Authority::new();
    let receiver = Receiver::start_tls("127.0.0.2", &authority, "hook.example", ok).await;
    let https = |host: &str| format!("https://{host}:{}/", receiver.port());
    let there = || Scripted::always("127.0.0.2");
    let untrusting = client().resolver(there());
    assert_eq!(code(&untrusting, https("hook.example")).await, "tls_failed", "nobody knows who signed it");
    let client = client().resolver(there()).trust(authority.certificate()).unwrap();
    assert_eq!(get(&client, https("hook.example")).await.unwrap().status, 200);
    assert_eq!(code(&client, https("other.example")).await, "tls_failed");
    assert_eq!(code(&client, https("127.0.0.2")).await, "tls_failed");
    let plain = Receiver::start("127.0.0.2", async |mut peer: Peer| peer.say("HTTP/1.1 200 OK\r\n\r\n").await).await;
    assert_eq!(code(&client, plain.url("/").replace("http:", "https:")).await, "tls_failed");
    assert!(GuardedClient::new().trust(b"no certificate".to_vec()).is_err());
}

#[tokio::test]
async fn a_port_or_scheme_that_is_not_allowed_is_not_asked() {
    let receiver = Receiver::start("127.0.0.2", ok).await;
    let networks = || ["127.0.0.0/8".parse().unwrap()];
    let one_port = GuardedClient::new().allow_http().ports([receiver.port()]).allow_networks(networks());
    assert_eq!(get(&one_port, receiver.url("/")).await.unwrap().status, 200);
    for client in [
        GuardedClient::new().any_port().allow_networks(networks()),
        GuardedClient::new().allow_http().allow_networks(networks()),
        GuardedClient::new().allow_http().ports([80, 443]).allow_networks(networks()),
    ] {
        assert_eq!(code(&client, receiver.url("/")).await, "outbound_refused");
    }
    let with_user = receiver.url("/").replace("http://", "http://user:secret@");
    assert_eq!(code(&one_port, with_user).await, "outbound_refused");
    assert_eq!(receiver.connections(), 1);
}
