//! Canned replies.

use serde_json::{Value, json};

use super::people::text;
use super::{Host, Setup};

const CANNED: &str = "/v1/canned";

/// A reply is found by the start of its shortcode, and says what it knows of who is written to and who writes.
pub async fn canned_replies_are_made_found_and_said(host: Host) {
    let server = host.serve().await;
    let (visitor, admin) = (server.visitor().await, server.admin());
    let conversation = visitor.open_conversation("hello").await;
    let make = async |shortcode: &str, text: &str| {
        admin.post(CANNED, json!({ "shortcode": shortcode, "text": text, "team": null })).await.is(201)
    };
    let hello = make("Hello", "Hi {{contact.name|there}}, {{ agent.name |we}} at {{site}} can help.").await;
    assert_eq!((&hello["shortcode"], &hello["version"]), (&json!("hello"), &json!(1)));
    make("help", "Help").await;
    make("bye", "Bye {{contact.email}}").await;
    let found = async |query: &str| {
        let page = admin.get(&format!("{CANNED}?{query}")).await.is(200);
        let codes = page["replies"].as_array().into_iter().flatten().map(|reply| text(&reply["shortcode"]));
        (codes.collect::<Vec<_>>(), page["next"].clone())
    };
    assert_eq!(found("search=HEL").await.0, ["hello", "help"]);
    assert_eq!(found("search=help").await.0, ["help"]);
    for none in ["search=x", "search=%25", "search=he_", "search=%C3%BC", "search=~"] {
        assert_eq!(found(none).await, (Vec::new(), Value::Null), "{none}");
    }
    let (first, next) = found("limit=2").await;
    assert_eq!(first, ["bye", "hello"]);
    assert_eq!(found(&format!("limit=2&after={}", text(&next))).await, (vec!["help".to_owned()], Value::Null));

    let path = format!("{CANNED}/{}/text?conversation={conversation}", text(&hello["id"]));
    let said = async || text(&admin.get(&path).await.is(200)["text"]);
    let site = text(&visitor.get("/v1/session").await.is(200)["site"]["name"]);
    assert_eq!(said().await, format!("Hi there, Name of root at {site} can help."));
    visitor.patch("/v1/session", json!({ "name": "{{agent.name}} <b>" })).await.is(200);
    assert_eq!(said().await, format!("Hi {{{{agent.name}}}} <b>, Name of root at {site} can help."));
    admin.get(&format!("{CANNED}/{}/text", text(&hello["id"]))).await.refused(404, "not_found");
}

/// Agents change what is their teams', admins what is everybody's; of several at once one does.
pub async fn canned_replies_are_changed_by_whose_they_are(host: Host) {
    let server = host.start(Setup::default()).await;
    let (admin, sales, other) = (server.admin(), server.staff("agent:ada:sales"), server.staff("agent:eve:law"));
    let body = |shortcode: &str, team: Value| json!({ "shortcode": shortcode, "text": "Hello", "team": team });
    sales.post(CANNED, body("all", json!(null))).await.refused(403, "forbidden");
    sales.post(CANNED, body("law", json!("law"))).await.refused(403, "forbidden");
    let own = sales.post(CANNED, body("own", json!("sales"))).await.is(201);
    let all = admin.post(CANNED, body("all", json!(null))).await.is(201);
    admin.post(CANNED, body("OWN", json!("law"))).await.refused(409, "shortcode_taken");
    let path = |reply: &Value| format!("{CANNED}/{}", text(&reply["id"]));

    assert_eq!(other.get(CANNED).await.is(200)["replies"], json!([all]), "another team's is not there");
    other.get(&path(&own)).await.refused(404, "not_found");
    other.delete(&path(&own)).await.refused(404, "not_found");
    assert_eq!(sales.get(&path(&all)).await.is(200), all);
    sales.delete(&path(&all)).await.refused(403, "forbidden");
    let change = |shortcode: &str, team: Value, version: i64| json!({ "shortcode": shortcode, "text": "Changed", "team": team, "expected_version": version });
    sales.put(&path(&all), change("all", json!("sales"), 1)).await.refused(403, "forbidden");
    sales.put(&path(&own), change("own", json!(null), 1)).await.refused(403, "forbidden");
    sales.put(&path(&own), change("all", json!("sales"), 1)).await.refused(409, "shortcode_taken");
    sales.put(&path(&own), change("own", json!("sales"), 0)).await.refused(409, "conflict");
    let changed = sales.put(&path(&own), change("new", json!("sales"), 1)).await.is(200);
    assert_eq!((&changed["text"], &changed["version"]), (&json!("Changed"), &json!(2)));
    admin.put(&path(&own), change("new", json!("sales"), 1)).await.refused(409, "conflict");
    sales.delete(&path(&own)).await.is(204);
    sales.get(&path(&own)).await.refused(404, "not_found");
    let audit = admin.get("/v1/audit").await.is(200).to_string();
    for action in ["canned.create", "canned.update", "canned.delete"] {
        assert!(audit.contains(action), "{action}");
    }
}

/// A wrong shortcode, an unknown variable, a text that is none: each is named.
pub async fn what_a_canned_reply_cannot_be_is_told(host: Host) {
    let server = host.serve().await;
    let make = async |shortcode: &str, text: &str, team: Value| {
        server.admin().post(CANNED, json!({ "shortcode": shortcode, "text": text, "team": team })).await
    };
    for wrong in ["", "a b", "ü", "a/b", "../x", "a\u{202E}", &"a".repeat(51)] {
        make(wrong, "Hello", json!(null)).await.invalid("/shortcode");
    }
    for wrong in ["", " \n", "{{", "{{password}}", "{{contact}}", "{{constructor}}", "{{#if}}", &"x".repeat(4_001)] {
        make("wrong", wrong, json!(null)).await.invalid("/text");
    }
    make("wrong", "Hello", json!("")).await.invalid("/team");
    assert_eq!(server.admin().get(CANNED).await.is(200)["replies"], json!([]));
}
