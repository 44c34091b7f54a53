//! What visitors look at, as staff see it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Client, Directory, Host, Server, Setup};

const LIST: &str = "/v1/chat/conversations";
const PAGES: &str = "/v1/chat/pages";

async fn look(visitor: &Client, path: &str) {
    let page = json!({ "url": format!("https://acme.example/{path}"), "title": "A page" });
    visitor.post(PAGES, page).await.is(204);
}

/// The addresses that staff see, latest first.
async fn trail(staff: &Client, conversation: &str) -> Vec<String> {
    let told = staff.get(&format!("{LIST}/{conversation}/pages")).await.is(200);
    let pages = told["pages"].as_array().cloned().unwrap_or_default();
    let short = |page: &Value| {
        page["url"].as_str().and_then(|url| url.strip_prefix("https://acme.example/")).map(str::to_owned)
    };
    pages.iter().filter_map(short).collect()
}

async fn set(server: &Server, is_on: bool) {
    let settings = server.admin().get("/v1/settings").await.is(200);
    let known = settings["settings"].as_array().into_iter().flatten().find(|one| one["key"] == "chat.page_trail");
    let version = known.map(|setting| setting["version"].clone());
    let body = json!({ "value": is_on, "expected_version": version });
    server.admin().put("/v1/settings/chat.page_trail", body).await.is(200);
}

/// What was gathered comes with the first message, and what follows one by one; staff read it and are told of it, others not.
pub async fn staff_see_what_their_visitor_looks_at(host: Host) {
    let server = host.serve().await;
    let (visitor, other, ada) = (server.visitor().await, server.visitor().await, server.agent("ada"));
    look(&visitor, "before").await;
    let at = |seconds: i64| {
        let at = server.engage.context().clock.now() - chrono::TimeDelta::seconds(seconds);
        at.to_rfc3339()
    };
    let gathered = json!([
        { "url": "https://acme.example/?token=canary", "title": "Home", "at": at(60) },
        { "url": "https://ann:canary@acme.example/prices#canary", "title": "Prices \u{202E}gpj", "at": at(30) },
        { "url": "javascript:alert(1)", "title": "", "at": at(20) },
        { "url": "https://acme.example/future", "title": "", "at": "2999-01-01T00:00:00Z" },
        { "url": "https://acme.example/old", "title": "", "at": "2001-01-01T00:00:00Z" },
    ]);
    let opening = json!({ "client_message_id": "a", "body": "hello", "pages": gathered });
    let opened = visitor.post(LIST, opening.clone()).await.is(201);
    visitor.post(LIST, opening).await.is(200);
    let conversation = super::people::text(&opened["conversation"]["id"]);
    assert_eq!(
        trail(&ada, &conversation).await,
        ["future", "prices", ""],
        "and nothing of before there was a conversation"
    );
    let told = ada.get(&format!("{LIST}/{conversation}/pages")).await.is(200);
    assert_eq!((&told["pages"][1]["title"], &told["pages"][1]["at"].is_string()), (&json!("Prices gpj"), &true));
    assert_eq!(ada.seen().find("canary"), None);

    let (mut agent, mut own) = (ada.follow(&conversation).await, visitor.follow(&conversation).await);
    look(&visitor, "next").await;
    let frame = agent.until("page").await;
    assert_eq!(frame["conversation"], json!(conversation));
    assert_eq!(
        (&frame["page"]["url"], &frame["page"]["title"]),
        (&json!("https://acme.example/next"), &json!("A page"))
    );
    look(&visitor, "next").await;
    own.send(json!({ "type": "page", "url": "https://acme.example/last?q", "title": "" })).await;
    assert_eq!(agent.until("page").await["page"]["url"], "https://acme.example/last", "the same page is no news");
    let mut stream = ada.events(&conversation, "").await;
    stream.until("subscribed").await;
    look(&visitor, "streamed").await;
    assert_eq!(stream.until("page").await.data["page"]["url"], "https://acme.example/streamed");
    assert_eq!(trail(&ada, &conversation).await, ["streamed", "last", "next", "future", "prices", ""]);
    assert!(own.settled().await.iter().all(|frame| frame["type"] != "page"), "visitors are not told");
    assert_eq!(visitor.seen().find("/last"), None);

    // A second conversation brings the same again, and what the other device did is not lost.
    let again = json!([{ "url": "https://acme.example/prices", "title": "Prices", "at": at(30) }]);
    visitor.post(LIST, json!({ "client_message_id": "b", "body": "hello", "pages": again })).await.is(201);
    assert_eq!(trail(&ada, &conversation).await.len(), 6);
    look(&other, "elsewhere").await;
    for turn in 0..30 {
        look(&visitor, &format!("{turn}")).await;
    }
    let kept: Vec<_> = (10..30).rev().map(|turn| turn.to_string()).collect();
    assert_eq!(trail(&ada, &conversation).await, kept);
    let signed_in = visitor.with(Directory::HEADER, "member:42");
    signed_in.get("/v1/session").await.is(200);
    assert_eq!(trail(&ada, &conversation).await, kept, "it goes along with who they turn out to be");
}

/// Nothing is kept while the site has it switched off, nor of who is blocked.
pub async fn a_trail_can_be_switched_off(host: Host) {
    let server = host.serve().await;
    let (visitor, ada) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    assert_eq!(visitor.get("/v1/session").await.is(200)["site"]["page_trail"], true);
    look(&visitor, "on").await;
    set(&server, false).await;
    assert_eq!(visitor.get("/v1/session").await.is(200)["site"]["page_trail"], false);
    look(&visitor, "off").await;
    let page = json!({ "url": "https://acme.example/off", "title": "", "at": "2026-01-01T00:00:00Z" });
    visitor.post(LIST, json!({ "client_message_id": "b", "body": "hello", "pages": [page] })).await.is(201);
    assert!(trail(&ada, &conversation).await.is_empty());
    set(&server, true).await;
    assert_eq!(trail(&ada, &conversation).await, ["on"]);

    let mut socket = visitor.connect().await;
    let contact = super::people::text(&visitor.contact().await["id"]);
    ada.put(&format!("/v1/contacts/{contact}/blocked"), json!({ "blocked": true })).await.is(200);
    visitor.post(PAGES, json!({ "url": "https://acme.example/x", "title": "" })).await.refused(403, "blocked");
    socket.send(json!({ "type": "hello", "protocol": 1 })).await;
    socket.closed().await.is(4423, "blocked");
    assert_eq!(trail(&ada, &conversation).await, ["on"]);
}

/// What is no page is told, and too many are; a conversation begins whatever was gathered.
pub async fn what_a_page_cannot_be_is_told(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    visitor.open_conversation("hello").await;
    let long = format!("https://acme.example/{}", "x".repeat(2_048));
    for url in
        ["", "javascript:alert(1)", "file:///etc/passwd", "https://acme.example/\u{202E}", "//acme.example", &long]
    {
        visitor.post(PAGES, json!({ "url": url, "title": "" })).await.invalid("/url");
    }
    let page = json!({ "url": "https://acme.example/", "title": "x".repeat(201) });
    visitor.post(PAGES, page.clone()).await.invalid("/title");
    let mut socket = visitor.chat().await;
    let mut frame = page.clone();
    frame["type"] = "page".into();
    socket.send(frame).await;
    let error = socket.until("error").await;
    assert_eq!((&error["code"], &error["field"]), (&json!("invalid"), &json!("/title")));
    let gathered = |count: usize| {
        let mut page = page.clone();
        page["at"] = "2026-01-01T00:00:00Z".into();
        json!({ "client_message_id": "b", "body": "hello", "pages": vec![page; count] })
    };
    visitor.post(LIST, gathered(21)).await.invalid("/pages");
    visitor
        .post(LIST, json!({ "client_message_id": "b", "body": "hello", "pages": [{}] }))
        .await
        .invalid("/pages/0/url");
    visitor.post(LIST, gathered(20)).await.is(201);
    server.stranger().post(PAGES, page).await.refused(401, "unauthenticated");
}

/// Pages at a high rate are held back, on both ways, and nothing else is.
pub async fn pages_are_limited(host: Host) {
    let server = host.start(Setup { rate_limits: true, ..Setup::default() }).await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("hello").await;
    let mut refused = 0;
    for turn in 0..40 {
        let page = json!({ "url": format!("https://acme.example/{turn}"), "title": "" });
        let answer = visitor.post(PAGES, page).await;
        if answer.status == 429 {
            answer.refused(429, "rate_limited");
            refused += 1;
        }
    }
    assert!((1..=10).contains(&refused), "{refused} of 40 were refused");
    visitor.says(&conversation, "still", "still heard").await;
    let mut socket = visitor.chat().await;
    for turn in 0..40 {
        let url = format!("https://acme.example/{turn}");
        socket.send(json!({ "type": "page", "url": url, "title": "" })).await;
    }
    assert_eq!(socket.until("error").await["code"], "rate_limited");
    socket.say(&conversation, "open", "the socket lives").await;
    tokio::time::timeout(Duration::from_secs(10), socket.settled()).await.expect("it is not closed");
}
