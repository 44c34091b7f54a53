//! Webhooks, as admins see them. The client of the rules' servers calls nobody and answers 204.

use std::time::Duration;

use serde_json::{Value, json};

use super::people::text;
use super::{Client, Host};

const HOOKS: &str = "/v1/webhooks";

/// From making to deleting; the secret is told twice in a life, and never in a list.
pub async fn admins_make_and_change_webhooks(host: Host) {
    let server = host.serve().await;
    let admin = server.admin();
    assert_eq!(admin.get(HOOKS).await.is(200), json!({ "webhooks": [] }));
    let wish = json!({ "url": "https://hook.example/a?b=c", "events": ["chat.message_sent"], "description": "CRM" });
    let made = admin.post(HOOKS, wish).await.is(201);
    let (hook, secret) = (&made["webhook"], text(&made["secret"]));
    let path = format!("{HOOKS}/{}", text(&hook["id"]));
    assert!(secret.starts_with("whsec_"), "{secret}");
    assert_eq!((&hook["disabled"], &hook["version"], &hook["failing_since"]), (&json!(null), &json!(1), &json!(null)));
    let list = admin.get(HOOKS).await;
    assert_eq!(list.is(200), json!({ "webhooks": [hook] }));

    let change = json!({ "expected_version": 1, "events": [], "enabled": false });
    let changed = admin.patch(&path, change.clone()).await.is(200);
    assert_eq!(
        (&changed["events"], &changed["disabled"], &changed["version"]),
        (&json!([]), &json!("by_hand"), &json!(2))
    );
    assert_eq!(changed["url"], hook["url"]);
    admin.patch(&path, change).await.refused(409, "conflict");
    admin.post(&format!("{path}/test"), json!({})).await.refused(409, "webhook_disabled");
    admin.patch(&path, json!({ "expected_version": 2, "enabled": true })).await.is(200);
    let rotated = admin.post(&format!("{path}/secret"), json!({ "expected_version": 3 })).await.is(200);
    assert_ne!(rotated["secret"], json!(secret));
    assert!(rotated["webhook"]["previous_secret_until"].is_string());
    let shown = admin.get(&path).await.is(200);
    assert_eq!(shown, rotated["webhook"]);

    for (wrong, field) in [
        (json!({ "url": "ftp://hook.example" }), "/url"),
        (json!({ "url": "https://hook.example", "events": ["Not a name"] }), "/events"),
        (json!({ "url": "https://hook.example", "events": vec!["a.b"; 51] }), "/events"),
        (json!({ "url": "https://hook.example", "description": "a".repeat(201) }), "/description"),
    ] {
        admin.post(HOOKS, wrong).await.invalid(field);
    }
    admin.patch(&path, json!({ "expected_version": 4, "url": null })).await.invalid("/url");

    let audit = admin.get("/v1/audit").await;
    let done: Vec<_> =
        audit.is(200)["entries"].as_array().into_iter().flatten().map(|line| text(&line["action"])).collect();
    assert_eq!(done[..4], ["webhooks.rotate", "webhooks.update", "webhooks.update", "webhooks.create"]);
    for answer in [list, audit] {
        assert!(!answer.to_string().contains("whsec_"), "{answer}");
    }
    admin.delete(&path).await.is(204);
    admin.delete(&path).await.refused(404, "not_found");
    admin.get(&format!("{path}/deliveries")).await.refused(404, "not_found");
}

/// What happens, and a test, each as a delivery that can be looked up.
pub async fn a_webhook_is_sent_what_happens(host: Host) {
    let server = host.serve().await;
    let (admin, visitor) = (server.admin(), server.visitor().await);
    let wish = json!({ "url": "https://hook.example/", "events": ["chat.conversation_opened"] });
    let made = admin.post(HOOKS, wish).await.is(201);
    let path = format!("{HOOKS}/{}", text(&made["webhook"]["id"]));
    visitor.open_conversation("hello").await;
    let opened = delivered(&admin, &path, 1).await;
    assert_eq!((&opened[0]["event"], &opened[0]["status"]), (&json!("chat.conversation_opened"), &json!(204)));
    let test = admin.post(&format!("{path}/test"), json!({})).await.is(200);
    let both = delivered(&admin, &path, 2).await;
    assert_eq!((&both[0]["id"], &both[0]["event"]), (&test["delivery"], &json!("webhook.test")));
    let page = admin.get(&format!("{path}/deliveries?limit=1")).await.is(200);
    assert_eq!(page["deliveries"], json!([both[0]]));
    let rest = admin.get(&format!("{path}/deliveries?limit=1&before={}", text(&page["next"]))).await.is(200);
    assert_eq!(rest["deliveries"], json!([both[1]]));
}

/// The deliveries, once there are so many that have arrived.
async fn delivered(admin: &Client, path: &str, count: usize) -> Vec<Value> {
    loop {
        let page = admin.get(&format!("{path}/deliveries")).await.is(200);
        let all = page["deliveries"].as_array().cloned().unwrap_or_default();
        if all.iter().filter(|delivery| delivery["delivered"] == true).count() == count {
            return all;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
