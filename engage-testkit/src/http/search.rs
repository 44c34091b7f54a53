//! What staff find.

use serde_json::{Value, json};

use super::Host;
use super::people::text;

const SEARCH: &str = "/v1/chat/search";

fn bodies(page: &Value) -> Vec<String> {
    page["results"].as_array().into_iter().flatten().map(|result| text(&result["entry"]["body"])).collect()
}

/// What was said a moment ago is found by its words, latest first, page by page, with where they stand.
pub async fn messages_are_found_by_their_words(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    visitor.patch("/v1/session", json!({ "name": "Grace" })).await.is(200);
    let conversation = visitor.open_conversation("The Invoice is <b>wrong</b>").await;
    agent.says(&conversation, "a1", "Which invoice, please?").await;
    agent.notes(&conversation, "n1", "invoices again").await;
    let search = async |query: &str| agent.get(&format!("{SEARCH}?query={query}")).await.is(200);
    let found = search("INVOICE").await;
    assert_eq!(bodies(&found), ["invoices again", "Which invoice, please?", "The Invoice is <b>wrong</b>"]);
    let oldest = &found["results"][2];
    assert_eq!((&oldest["ranges"], &oldest["excerpt"]), (&json!([[4, 11]]), &json!("The Invoice is <b>wrong</b>")));
    assert_eq!((&oldest["contact"]["name"], &oldest["entry"]["conversation"]), (&json!("Grace"), &json!(conversation)));
    assert_eq!(bodies(&search("invoice%20pl").await), ["Which invoice, please?"]);
    assert_eq!(bodies(&search("invoice%20wrong%20the").await), ["The Invoice is <b>wrong</b>"]);
    assert!(bodies(&search("invo%20please").await).is_empty(), "only the last word may go on");

    let first = search("invoice&limit=2").await;
    assert_eq!(bodies(&first).len(), 2);
    let rest = search(&format!("invoice&limit=2&before={}", text(&first["next"]))).await;
    assert_eq!((bodies(&rest), &rest["next"]), (vec!["The Invoice is <b>wrong</b>".to_owned()], &Value::Null));
}

/// Agents find what their teams see, and admins all.
pub async fn searches_find_what_the_searcher_sees(host: Host) {
    let server = host.serve().await;
    let (visitor, sales, law) =
        (server.visitor().await, server.staff("agent:ada:sales"), server.staff("agent:eve:law"));
    visitor.patch("/v1/session", json!({ "name": "Zaphod Beeblebrox", "email": "zaphod@example.com" })).await.is(200);
    let conversation = visitor.open_conversation("canary towel").await;
    sales.notes(&conversation, "n1", "canary note").await;
    let found = async |client: &super::Client| {
        let said = bodies(&client.get(&format!("{SEARCH}?query=canary")).await.is(200)).len();
        let people = client.get("/v1/contacts?query=zaphod").await.is(200)["contacts"].as_array().map_or(0, Vec::len);
        (said, people)
    };
    assert_eq!(found(&law).await, (2, 1), "without a team it is everybody's");
    let team = format!("/v1/chat/conversations/{conversation}/team");
    sales.put(&team, json!({ "team": "sales" })).await.is(200);
    assert_eq!((found(&sales).await, found(&law).await, found(&server.admin()).await), ((2, 1), (0, 0), (2, 1)));

    for (query, hits) in [("zaph%20bee", 1), ("zaphod@example.com", 1), ("ZAPHOD", 1), ("example%20x", 0), ("od", 0)] {
        let people = sales.get(&format!("/v1/contacts?query={query}")).await.is(200);
        assert_eq!(people["contacts"].as_array().map(Vec::len), Some(hits), "{query}");
    }
    let id = text(&visitor.contact().await["id"]);
    sales.patch(&format!("/v1/contacts/{id}"), json!({ "name": "Ford" })).await.is(200);
    assert_eq!(sales.get("/v1/contacts?query=beeblebrox").await.is(200)["contacts"], json!([]));
    assert_eq!(sales.get("/v1/contacts?query=ford").await.is(200)["contacts"][0]["id"], json!(id));
}

/// No query is a language: whatever it holds, it is words or nothing.
pub async fn any_query_is_safe(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    visitor.open_conversation("near or not and fish").await;
    let many = "w%20".repeat(250);
    for query in [
        "%22",
        "*",
        "near*",
        "NEAR(near%20or)",
        "near%20AND%20or",
        "or",
        "NOT%20not",
        "%22near",
        "near%22%20OR%20%22",
        "words:near",
        "-near",
        "%5Enear",
        "near%20%3C-%3E%20or",
        "near%20%26%20%7C%20!or",
        "near%3A*",
        "'near'",
        "%5C",
        "near%3B--",
        "%F0%9F%A6%80",
        "%E2%80%AE",
        "near%20%E0%B8%81",
        &many,
    ] {
        for path in [SEARCH, "/v1/contacts"] {
            let answer = agent.get(&format!("{path}?query={query}")).await;
            assert!(matches!(answer.status, 200 | 422), "{answer}");
        }
    }
    let found = async |query: &str| bodies(&agent.get(&format!("{SEARCH}?query={query}")).await.is(200)).len();
    assert_eq!(
        (found("NEAR(near%20or)").await, found("near%20AND%20or").await, found("near%20OR%20fowl").await),
        (1, 1, 0)
    );
    agent.get(SEARCH).await.invalid("/query");
    agent.get(&format!("{SEARCH}?query=%22*%22")).await.invalid("/query");
    agent.get(&format!("{SEARCH}?query={}", "a".repeat(501))).await.invalid("/query");
    agent.get(&format!("{SEARCH}?query=a&before=x")).await.refused(400, "malformed");
}
