//! What remains of a conversation: what the visitor says of it, and a text to keep.

use serde_json::json;

use super::Host;

/// The visitor says how it went when it is closed, and both sides are told.
pub async fn a_closed_conversation_is_rated_once(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let path = format!("/v1/chat/conversations/{conversation}/rating");
    visitor.put(&path, json!({ "score": 5 })).await.refused(409, "not_closed");
    let mut socket = agent.follow(&conversation).await;
    agent.put(&format!("/v1/chat/conversations/{conversation}/status"), json!({ "status": "closed" })).await.is(200);
    for (wrong, field) in [
        (json!({ "score": 0 }), "/score"),
        (json!({ "score": 6 }), "/score"),
        (json!({ "score": 4.5 }), "/score"),
        (json!({ "score": 257 }), "/score"),
        (json!({ "score": 5, "comment": "x".repeat(1_001) }), "/comment"),
    ] {
        visitor.put(&path, wrong).await.invalid(field);
    }
    let rated = visitor.put(&path, json!({ "score": 4, "comment": " <b>fine</b> " })).await.is(200);
    assert_eq!(rated["rating"], json!({ "score": 4, "comment": "<b>fine</b>" }));
    let told = socket.until("rated").await;
    assert_eq!((&told["score"], &told["comment"]), (&json!(4), &json!("<b>fine</b>")));
    let changed = visitor.put(&path, json!({ "score": 5, "comment": null })).await.is(200);
    assert_eq!(changed["rating"], json!({ "score": 5, "comment": null }));
    assert_eq!(agent.snapshot(&conversation).await["conversation"]["rating"], changed["rating"]);
}

/// As text and as HTML in which nothing that people wrote is markup; notes are in it when staff ask for them.
pub async fn transcripts_hold_what_their_reader_sees(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    visitor.patch("/v1/session", json!({ "name": "<script>alert(1)</script>" })).await.is(200);
    let conversation = visitor.open_conversation("hello <img src=x onerror=alert(1)> & \"you\"\n[faked] line").await;
    agent.notes(&conversation, "n1", "canary-note").await;
    agent.says(&conversation, "a1", "Good day").await;
    let path = format!("/v1/chat/conversations/{conversation}/transcript");
    let read = async |client: &super::Client, query: &str| {
        let answer = client.get(&format!("{path}{query}")).await;
        assert_eq!(answer.status, 200, "{answer}");
        assert!(answer.header("content-disposition").starts_with("attachment"));
        String::from_utf8(answer.body.to_vec()).expect("UTF-8")
    };
    let text = read(&visitor, "").await;
    assert!(text.contains("Name of ada:\n    Good day") && text.contains("\n    [faked] line"), "{text}");
    let html = read(&visitor, "?format=html").await;
    assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    assert!(html.contains("&lt;img src=x onerror=alert(1)&gt; &amp; &quot;you&quot;<br>"), "{html}");
    for without in [&text, &html, &read(&agent, "").await, &read(&agent, "?notes=false&format=html").await] {
        assert!(!without.contains("canary-note"), "{without}");
    }
    assert!(read(&agent, "?notes=true").await.contains("canary-note"));
    visitor.get(&format!("{path}?notes=true")).await.refused(403, "forbidden");
    server.visitor().await.get(&path).await.refused(404, "not_found");
}
