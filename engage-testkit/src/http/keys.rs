//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07).

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::people::text;
use super::{Client, Fault, Host, Request, Server};

async fn contacts(server: &Server) -> (String, String) {
    let (first, second) = (server.visitor().await, server.visitor().await);
    (text(&first.contact().await["id"]), text(&second.contact().await["id"]))
}

fn merge(admin: &Client, from: &str, into: &str) -> Request {
    admin.post(&format!("/v1/contacts/{from}/merge"), json!({ "into": into }))
}

async fn merges(admin: &Client) -> usize {
    let audit = admin.get("/v1/audit?limit=200").await.is(200);
    audit["entries"].as_array().unwrap().iter().filter(|line| line["action"] == "contacts.merge").count()
}

/// The same request under the same key gets the first answer again and does nothing.
pub async fn the_same_key_gets_the_same_answer(host: Host) {
    let server = host.serve().await;
    let admin = server.admin();
    let (from, into) = contacts(&server).await;
    let first = merge(&admin, &from, &into).header("idempotency-key", "k1").await;
    admin.patch(&format!("/v1/contacts/{into}"), json!({ "name": "Since renamed" })).await.is(200);
    let again = merge(&admin, &from, &into).header("idempotency-key", "k1").await;
    assert_eq!((again.is(200), again.header("content-type")), (first.is(200), "application/json"));
    assert_eq!(merges(&admin).await, 1);
    let other = server.staff("admin:second");
    let (from, into) = contacts(&server).await;
    merge(&other, &from, &into).header("idempotency-key", "k1").await.is(200);
    assert_eq!(merges(&admin).await, 2, "another person's key is another key");
}

/// A key bears one request only, and is a key.
pub async fn a_key_bears_one_request(host: Host) {
    let server = host.serve().await;
    let admin = server.admin();
    let (from, into) = contacts(&server).await;
    merge(&admin, &from, &into).header("idempotency-key", "k").await.is(200);
    let (_, third) = contacts(&server).await;
    merge(&admin, &from, &third).header("idempotency-key", "k").await.refused(422, "idempotency_key_reused");
    let long = "k".repeat(256);
    for bad in ["", &long] {
        merge(&admin, &from, &into).header("idempotency-key", bad).await.refused(400, "malformed");
    }
    let (from, into) = contacts(&server).await;
    merge(&admin, &from, &into).await.is(200);
    assert_eq!(merges(&admin).await, 2, "without a key it is done as it is");
}

/// A failure keeps no answer: the same request may be tried again.
pub async fn a_failure_may_be_tried_again(host: Host) {
    let server = host.serve().await;
    let admin = server.admin();
    let (from, into) = contacts(&server).await;
    let missing = "01890000-0000-7000-8000-000000000000";
    for _ in 0..2 {
        merge(&admin, &from, missing).header("idempotency-key", "k").await.refused(404, "not_found");
    }
    merge(&admin, &from, &into).header("idempotency-key", "k").await.is(200);
    for body in ["{", "{\"into\":7}"] {
        let request =
            admin.request("POST", &format!("/v1/contacts/{from}/merge")).header("content-type", "application/json");
        let answer = request.header("idempotency-key", "broken").body(body).await;
        assert!(matches!(answer.status, 400 | 422), "{answer}");
    }
}

/// Of many at once under one key, one is done; the others are told to wait.
pub async fn a_key_in_flight_is_told_so(host: Host) {
    let server = host.serve().await;
    let admin = server.admin();
    let (from, into) = contacts(&server).await;
    server.setup.faults.merge(Fault::Slow);
    let first = tokio::spawn(merge(&admin, &from, &into).header("idempotency-key", "k").into_future());
    tokio::time::sleep(Duration::from_millis(300)).await;
    let all = (0..8).map(|_| async { merge(&admin, &from, &into).header("idempotency-key", "k").await });
    for answer in join_all(all).await {
        answer.refused(409, "idempotency_in_flight");
    }
    let first = first.await.unwrap().is(200);
    assert_eq!(merge(&admin, &from, &into).header("idempotency-key", "k").await.is(200), first);
    assert_eq!(merges(&admin).await, 1);
}

/// Of many at once under one key, one is done, and no answer is another one.
pub async fn equal_keys_at_once_are_done_once(host: Host) {
    let server = host.serve().await;
    let admin = server.admin();
    let (from, into) = contacts(&server).await;
    let all = (0..24).map(|_| async { merge(&admin, &from, &into).header("idempotency-key", "k").await });
    let mut done: Vec<Value> = Vec::new();
    for answer in join_all(all).await {
        match answer.status {
            200 => done.push(answer.json()),
            _ => drop(answer.refused(409, "idempotency_in_flight")),
        }
    }
    assert!(!done.is_empty() && done.iter().all(|body| *body == done[0]), "one answer for all");
    assert_eq!(merges(&admin).await, 1);
}
