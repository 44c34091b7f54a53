//! What answers have in common: methods, conditions, faults.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::setup::Fault;
use super::{Client, Host, Server};

const LIST: &str = "/v1/chat/conversations";

/// A method that a path does not have is answered with those that it has.
pub async fn other_methods_are_told_which_there_are(host: Host) {
    let server = host.serve().await;
    let mut methods: BTreeMap<(bool, &str), BTreeSet<&str>> = BTreeMap::new();
    for endpoint in &host.endpoints {
        for (has, admin) in [(endpoint.site, false), (endpoint.admin, true)] {
            if has {
                methods.entry((admin, &endpoint.path)).or_default().insert(&endpoint.method);
            }
        }
    }
    for ((admin, path), has) in methods {
        let client = if admin { server.admin() } else { server.stranger() };
        let path = path.replace("{id}", "x").replace("{key}", "x").replace("{name}", "x").replace("{file}", "x");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "FOO"] {
            if has.contains(method) {
                continue;
            }
            let answer = client.request(method, &path).await;
            answer.refused(405, "method_not_allowed");
            let allowed: BTreeSet<_> = answer.header("allow").split(", ").filter(|method| *method != "HEAD").collect();
            assert_eq!(allowed, has, "{answer}");
            assert_eq!(answer.header("allow").contains("HEAD"), has.contains("GET"), "{answer}: HEAD comes with GET");
        }
    }
}

/// `HEAD` answers as `GET` does, without the body.
pub async fn head_is_get_without_a_body(host: Host) {
    let server = host.serve().await;
    let (visitor, admin) = (server.visitor().await, server.admin());
    let conversation = visitor.open_conversation("hello").await;
    let same = async |client: &Client, path: &str| {
        let (get, head) = (client.get(path).await, client.request("HEAD", path).await);
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{head}");
        for name in ["content-type", "etag", "cache-control", "content-security-policy", "location"] {
            assert_eq!(head.try_header(name), get.try_header(name), "{head}: {name}");
        }
        let length = head.try_header("content-length");
        assert!(length.is_none() || length == Some(get.body.len().to_string().as_str()), "{head}: {length:?}");
    };
    for path in
        [LIST, "/loader.js", "/v1/session", "/health/live", "/health/ready", "/v1/openapi.json", "/assets/none.js"]
    {
        same(&visitor, path).await;
    }
    same(&visitor, &format!("{LIST}/{conversation}")).await;
    for path in ["/", "", "/v1/me", "/v1/audit"] {
        same(&admin, path).await;
    }
    same(&server.stranger(), LIST).await;
    let stream = visitor.request("HEAD", &format!("/v1/chat/events?conversation={conversation}")).await;
    assert_eq!((stream.status, stream.header("content-type")), (200, "text/event-stream"), "and it ends");
}

/// What a client has already is not sent again.
pub async fn what_is_known_is_not_sent_again(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("hello").await;
    for path in [LIST.to_owned(), format!("{LIST}/{conversation}"), "/loader.js".to_owned(), "/v1/session".to_owned()] {
        let tag = visitor.get(&path).await.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{path}: {tag}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let answer = visitor.get(&path).header("if-none-match", &known).await;
            assert_eq!((answer.status, answer.body.len(), answer.header("etag")), (304, 0, tag.as_str()), "{known}");
        }
        assert_eq!(visitor.get(&path).header("if-none-match", "\"else\"").await.status, 200);
    }
    let tag = visitor.get(LIST).await.header("etag").to_owned();
    visitor.says(&conversation, "m2", "news").await;
    let answer = visitor.get(LIST).header("if-none-match", &tag).await;
    answer.is(200);
    assert_ne!(answer.header("etag"), tag);
    let other = server.visitor().await.get(LIST).header("if-none-match", "*").await;
    assert_eq!(other.status, 304, "whatever it is");
}

/// Each answer has an id of its own, by which its cause is found.
pub async fn each_answer_has_an_id(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let mut ids = BTreeSet::new();
    for path in [LIST, LIST, "/loader.js", "/health/live", "/v1/chat/socket"] {
        let answer = visitor.get(path).header("x-request-id", "mine").await;
        assert!(ids.insert(answer.header("x-request-id").to_owned()), "{answer}: again");
    }
}

/// A fault of ours is told without its cause, and the server lives on.
pub async fn faults_are_told_without_their_cause(host: Host) {
    let server = host.serve().await;
    let (admin, faults) = (server.admin(), &server.setup.faults);
    let audit = async || admin.get("/v1/audit").may_fail().await;
    faults.audit(Fault::Internal);
    assert_eq!(audit().await.refused(500, "internal").get("detail"), None);
    faults.audit(Fault::Panic);
    assert_eq!(audit().await.refused(500, "internal").get("detail"), None);
    faults.audit(Fault::Away);
    audit().await.refused(503, "unavailable");
    faults.audit(Fault::None);
    audit().await.is(200);
    server.visitor().await.open_conversation("the server lives").await;
}

/// Live means that the process runs, ready that the database answers.
pub async fn health_tells_live_from_ready(host: Host) {
    let server: Server = host.serve().await;
    for client in [server.stranger(), server.staff("nobody"), server.member("bob"), server.staff("error")] {
        assert_eq!(client.get("/health/live").await.is(200), json!({ "status": "ok" }));
        assert_eq!(client.get("/health/ready").await.is(200), json!({ "status": "ok" }));
    }
    server.setup.faults.health(Fault::Away);
    server.stranger().get("/health/ready").may_fail().await.refused(503, "unavailable");
    server.stranger().get("/health/live").await.is(200);
    server.setup.faults.health(Fault::None);
    server.stranger().get("/health/ready").await.is(200);
}
