//! Where requests come from: the own site or another, an address or a proxy, once or too often.

use futures_util::future::join_all;
use serde_json::json;

use super::{Client, Host, Setup};

const LIST: &str = "/v1/chat/conversations";

/// What changes something is refused when another site made a browser send it, on every route.
pub async fn other_sites_change_nothing(host: Host) {
    let server = host.serve().await;
    let (visitor, admin) = (server.visitor().await, server.admin());
    let own = format!("http://{}", server.address);
    for endpoint in host.endpoints.iter().filter(|endpoint| endpoint.method != "GET") {
        let path = endpoint
            .path
            .replace("{id}", "01890000-0000-7000-8000-000000000000")
            .replace("{key}", "chat.greeting")
            .replace("{name}", "x");
        let sides = [(endpoint.site, &visitor), (endpoint.admin, &admin)];
        for client in sides.into_iter().filter_map(|(has, client)| has.then_some(client)) {
            let request = || client.request(&endpoint.method, &path).json(json!({}));
            for site in ["cross-site", "same-site", "evil"] {
                request().header("sec-fetch-site", site).await.refused(403, "cross_site");
            }
            for origin in ["null", "https://evil.example", "https://127.0.0.1", "http://127.0.0.1.evil.example"] {
                request().header("origin", origin).await.refused(403, "cross_site");
            }
            // Sec-Fetch-Site is the browser's own word and wins.
            request().header("origin", &own).header("sec-fetch-site", "cross-site").await.refused(403, "cross_site");
        }
    }
    visitor.get(LIST).header("sec-fetch-site", "cross-site").await.is(200);
    let open = |id: &str| visitor.post(LIST, json!({ "client_message_id": id, "body": "hello" }));
    open("a").header("origin", &own).await.is(201);
    open("b").header("sec-fetch-site", "same-origin").await.is(201);
    open("c").header("sec-fetch-site", "none").await.is(201);
}

/// Behind a proxy the own origin is the public URL's.
pub async fn the_public_url_is_the_own_origin(host: Host) {
    let server = host.start(Setup { public_url: Some("https://acme.example/".to_owned()), ..Setup::default() }).await;
    let begin = |origin: &str| server.stranger().post("/v1/session", json!({})).header("origin", origin);
    begin("https://acme.example").await.is(200);
    for other in [
        "http://acme.example",
        "https://acme.example:8443",
        "https://acme.example.evil.example",
        "https://sub.acme.example",
    ] {
        begin(other).await.refused(403, "cross_site");
    }
}

/// A form of another site that pretends to be JSON, or sends no JSON at all, is refused.
pub async fn bodies_are_json_and_say_so(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let body = r#"{"client_message_id":"a","body":"hello"}"#;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/jsonp",
        "text/json",
        "application/problem+json",
        "*/*",
        "application",
        ";",
        "application/json; charset=\"latin1\"",
    ] {
        visitor
            .request("POST", LIST)
            .header("content-type", kind)
            .body(body)
            .await
            .refused(415, "unsupported_media_type");
    }
    visitor.request("POST", LIST).body(body).await.refused(415, "unsupported_media_type");
    for kind in [
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "application/json; charset=\"utf-8\"",
    ] {
        let answer = visitor.request("POST", LIST).header("content-type", kind).body(body).await;
        assert!(matches!(answer.status, 200 | 201), "{kind}: {answer}");
    }
}

/// Who asks too often is told when to come back; others are not held up.
pub async fn too_often_is_told_when_to_come_back(host: Host) {
    let server = host
        .start(Setup { rate_limits: true, trusted_proxies: vec!["127.0.0.0/8".to_owned()], ..Setup::default() })
        .await;
    let visitor = from(&server.visitor().await, "198.51.100.1");
    let open = |n: usize| visitor.post(LIST, json!({ "client_message_id": format!("o{n}"), "body": "hello" }));
    let answers = join_all((0..16).map(|n| async move { open(n).await })).await;
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 201).collect();
    assert!((1..16).contains(&refused.len()), "{} of 16 were refused", refused.len());
    for answer in refused {
        answer.refused(429, "rate_limited");
        assert!(answer.header("retry-after").parse::<u32>().unwrap() <= 60, "{answer}");
    }
    let other = from(&server.visitor().await, "198.51.100.1");
    other.open_conversation("hello").await;
    visitor.get(LIST).await.is(200);
    visitor.get("/health/live").await.is(200);
}

/// An address is counted as a trusted proxy names it, and as nobody else does.
pub async fn addresses_count_as_trusted_proxies_name_them(host: Host) {
    let limited = async |server: &super::Server, address: fn(usize) -> String| {
        let begin = |n: usize| from(&server.stranger(), &address(n)).post("/v1/session", json!({}));
        let answers = join_all((0..200).map(|n| begin(n).into_future())).await;
        answers.iter().any(|answer| answer.status == 429)
    };
    let setup = |proxies: &[&str]| Setup {
        rate_limits: true,
        trusted_proxies: proxies.iter().map(|&network| network.to_owned()).collect(),
        ..Setup::default()
    };
    let untrusting = host.start(setup(&["10.0.0.0/8"])).await;
    assert!(limited(&untrusting, |n| format!("198.51.100.{n}")).await, "a forged address makes no new quota");
    let trusting = host.start(setup(&["127.0.0.0/8"])).await;
    assert!(!limited(&trusting, |n| format!("198.51.100.{n}")).await, "each address has its own");
    assert!(limited(&trusting, |n| format!("6.6.6.{n}, 203.0.113.9")).await, "only the proxy's own word counts");
    assert!(limited(&trusting, |n| format!("2001:db8:1:2::{n:x}")).await, "one customer's /64 is one address");
}

fn from(client: &Client, address: &str) -> Client {
    client.clone().with("x-forwarded-for", address)
}
