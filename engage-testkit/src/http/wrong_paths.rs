//! Ids, queries and cursors that name nothing.

use serde_json::json;

use super::described::Document;
use super::{Client, Host};

const BODIES: &[(&str, &str)] = &[
    ("/messages", r#"{"client_message_id":"b","body":"hello"}"#),
    ("/notes", r#"{"client_message_id":"b","body":"hello"}"#),
    ("/read", r#"{"seq":1}"#),
    ("/unread", "{}"),
    ("/typing", r#"{"typing":true}"#),
    ("/status", r#"{"status":"open"}"#),
    ("/assignee", r#"{"agent":null}"#),
    ("/team", r#"{"team":null}"#),
    ("/priority", r#"{"priority":"high"}"#),
    ("/language", r#"{"language":null}"#),
    ("/v1/chat/agents/{id}", r#"{"capacity":null,"languages":[]}"#),
    ("/rating", r#"{"score":5}"#),
    ("/handoff", "{}"),
    ("/labels", r#"{"add":["vip"]}"#),
    ("/attributes", r#"{"attributes":{"plan":"pro"}}"#),
    ("/v1/canned/{id}", r#"{"shortcode":"hello","text":"Hello","team":null,"expected_version":1}"#),
    ("/v1/help/searches/{id}", r#"{"opened":null,"ended":"conversation"}"#),
    (
        "/v1/faq/categories/{id}",
        r#"{"parent":null,"slug":"a","icon":null,"position":1,"names":{"en":{"title":"A","description":""}},"expected_version":1}"#,
    ),
    (
        "/v1/faq/articles/{id}",
        r#"{"category":"01890000-0000-7000-8000-000000000000","slug":"a","position":1,"visibility":"public","publish_at":null,"unpublish_at":null,"expected_version":1}"#,
    ),
    ("/texts/{locale}", r#"{"title":"A","markdown":"a","source":null,"expected_revision":0}"#),
    ("/live", r#"{"revision":1}"#),
    ("/v1/contacts/{id}/conversations", r#"{"client_message_id":"b","body":"hello"}"#),
    ("/state", r#"{"state":"done","expected_version":1}"#),
    ("/blocked", r#"{"blocked":true}"#),
    ("/v1/views/{id}", r#"{"name":"Mine","filter":{},"shared":false,"expected_version":1}"#),
    ("/v1/tickets/{id}", r#"{"expected_version":1,"edit":{}}"#),
    ("/replies", r#"{"client_message_id":"b","body":"hello"}"#),
    ("/time", r#"{"client_message_id":"b","seconds":60}"#),
    ("/done", r#"{"done":true}"#),
    ("/split", r#"{"client_message_id":"b","subject":"Other","entries":[1]}"#),
    ("/parent", r#"{"parent":null}"#),
    ("/link", r#"{"ticket":"01890000-0000-7000-8000-000000000000","linked":true}"#),
    ("/rules", r#"{"cause":"opened"}"#),
    ("/draft", r#"{"body":"Dear"}"#),
    ("/looking", r#"{"doing":"viewing"}"#),
    ("/ticket", r#"{"subject":"Help"}"#),
    ("/merge", r#"{"into":"01890000-0000-7000-8000-000000000000"}"#),
    ("/release", "{}"),
    ("/resend", "{}"),
    ("/transcript", "{}"),
    ("/v1/contacts/{id}", "{}"),
    ("/v1/webhooks/{id}", r#"{"expected_version":1}"#),
    ("/secret", r#"{"expected_version":1}"#),
    ("/test", "{}"),
];

/// An id that is none names nothing: 404, as for one that somebody else has.
pub async fn ids_that_are_none_name_nothing(host: Host) {
    let server = host.serve().await;
    let (visitor, admin) = (server.visitor().await, server.admin());
    let conversation = visitor.open_conversation("hello").await;
    let long = "0".repeat(8_000);
    let ids = [
        "0",
        "-1",
        "1",
        "x",
        "null",
        "undefined",
        "NaN",
        "01890000-0000-7000-8000-000000000000",
        "00000000-0000-0000-0000-000000000000",
        &conversation.to_uppercase(),
        &conversation.replace('-', ""),
        &format!("%7B{conversation}%7D"),
        &format!("urn:uuid:{conversation}"),
        &format!("{conversation}%00"),
        &format!("{conversation}%20"),
        &format!("{conversation};v=1"),
        &format!("{conversation}."),
        &format!("{conversation}0"),
        "%00",
        "%0d%0aSet-Cookie:%20a=b",
        "..%2f..%2fsession",
        "%2e%2e",
        "%ff%fe",
        "%f0%9f%a6%80",
        "'%20OR%201=1--",
        "*",
        "$",
        "{id}",
        &long,
    ]
    .map(str::to_owned);
    for endpoint in host.endpoints.iter().filter(|endpoint| endpoint.path.contains("{id}")) {
        let body = BODIES.iter().find(|(end, _)| endpoint.path.ends_with(end)).map(|(_, body)| *body);
        let sides: [(bool, &Client); 2] = [(endpoint.site, &visitor), (endpoint.admin, &admin)];
        for client in sides.into_iter().filter_map(|(has, client)| has.then_some(client)) {
            for id in &ids {
                let mut request = client.request(&endpoint.method, &endpoint.path.replace("{id}", id));
                if let Some(body) = body {
                    request = request.json(serde_json::from_str(body).expect("JSON"));
                }
                let answer = request.await;
                answer.refused(404, "not_found");
                assert!(answer.try_header("set-cookie").is_none(), "{answer}");
            }
        }
    }
    for id in ids.iter().filter(|id| !id.contains(['{', '$'])) {
        let stream = visitor.get(&format!("/v1/chat/events?conversation={id}")).await;
        assert!(matches!(stream.status, 400 | 404 | 422), "{stream}");
    }
}

/// A query has the names that are described, each once, with values in their range; anything else is told.
pub async fn queries_are_what_is_described(host: Host) {
    let server = host.serve().await;
    let (visitor, admin) = (server.visitor().await, server.admin());
    let conversation = visitor.open_conversation("hello").await;
    super::forms::define(&server, "taken", json!({})).await;
    let document = Document::of(&visitor).await;
    let mut tried = 0;
    for endpoint in host.endpoints.iter().filter(|endpoint| endpoint.method == "GET") {
        for (has, side, client) in [(endpoint.site, "site", &visitor), (endpoint.admin, "admin", &admin)] {
            let queried = if has { document.query(side, "GET", &endpoint.path) } else { Vec::new() };
            if queried.is_empty() {
                continue;
            }
            tried += 1;
            let path = endpoint.path.replace("{id}", &conversation).replace("{name}", "taken");
            let fixed = if path.ends_with("/events") { format!("conversation={conversation}&") } else { String::new() };
            let get = |query: &str| client.get(&format!("{path}?{fixed}{query}"));
            get("unknown=1").await.refused(400, "malformed");
            get("%00=1").await.refused(400, "malformed");
            get("a%5B%5D=1").await.refused(400, "malformed");
            for asked in queried.iter().filter(|asked| asked.name != "conversation") {
                let name = &asked.name;
                let twice = get(&format!("{name}=1&{name}=1")).await;
                assert!(matches!(twice.status, 400 | 422), "{twice}");
                // Any text is right, and a stream does not end.
                if asked.is_text() && path.ends_with("/events") {
                    continue;
                }
                for value in [
                    "%00",
                    "%0a",
                    "-1",
                    "1e9",
                    "99999999999999999999",
                    "x",
                    "",
                    "+5",
                    " 5",
                    "0x10",
                    "%ff",
                    "%",
                    "%zz",
                    "'",
                    "1;drop",
                    "{}",
                    "%D9%A3",
                ] {
                    let answer = get(&format!("{name}={}", value.replace(' ', "%20"))).await;
                    let names_nothing = answer.status == 404 && (asked.is_text() || asked.is_id());
                    let is_any = answer.status == 200 && asked.is_text();
                    // What only staff may ask for is refused to visitors as that.
                    assert!(matches!(answer.status, 400 | 403 | 422) || names_nothing || is_any, "{answer}");
                }
            }
        }
    }
    assert!(tried >= 6, "the document names the queries");
    for limit in ["0", "101", "-1", "1.5"] {
        admin.get(&format!("/v1/chat/conversations?limit={limit}")).await.invalid("/limit");
    }
    for query in ["after=1&before=2", "wait=1&wait=2"] {
        visitor.get(&format!("/v1/chat/conversations/{conversation}/entries?{query}")).await.refused(400, "malformed");
    }
}

/// A cursor that is forged, of another kind or of another age is refused; nothing is guessed.
pub async fn cursors_are_not_guessed(host: Host) {
    let server = host.serve().await;
    let (visitor, admin) = (server.visitor().await, server.admin());
    for n in 0..3 {
        visitor
            .post("/v1/chat/conversations", json!({ "client_message_id": format!("o{n}"), "body": "hello" }))
            .await
            .is(201);
    }
    let page = admin.get("/v1/chat/conversations?limit=1").await.is(200);
    let cursor = page["next"].as_str().expect("there are more").to_owned();
    let long = "A".repeat(1_000);
    for forged in [
        "0",
        "-1",
        "null",
        "aTEuLTE",
        "aTEu",
        "i1.1",
        &cursor[1..],
        &format!("{cursor}A"),
        &cursor.to_lowercase(),
        &long,
        "%F0%9F%92%A5",
    ] {
        if forged != cursor {
            admin.get(&format!("/v1/chat/conversations?before={forged}")).await.refused(400, "malformed");
        }
        admin.get(&format!("/v1/audit?before={forged}")).await.refused(400, "malformed");
    }
    assert_eq!(
        visitor.get(&format!("/v1/chat/conversations?before={cursor}")).await.is(200)["conversations"]
            .as_array()
            .map(Vec::len),
        Some(2),
        "a cursor is a place, not a right"
    );
    let stranger = server.visitor().await;
    assert_eq!(
        stranger.get(&format!("/v1/chat/conversations?before={cursor}")).await.is(200)["conversations"],
        json!([])
    );
}
