//! Mail.

use serde_json::{Value, json};

use super::people::text;
use super::{Client, Host};

const TEMPLATE: &str = "/v1/mail/templates/mail.test/en";

/// The newest mail of the ledger, once it is there.
async fn newest(admin: &Client, subject: &str) -> Value {
    for _ in 0..200 {
        let page = admin.get("/v1/mail/ledger?limit=20").await.is(200);
        let found = page["mails"].as_array().into_iter().flatten().find(|mail| text(&mail["subject"]) == subject);
        if let Some(mail) = found.filter(|mail| mail["state"] != "sending") {
            return mail.clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no mail about {subject}");
}

/// Without a mailer they are kept, to be read.
pub async fn mails_are_sent_listed_and_read(host: Host) {
    let server = host.serve().await;
    let admin = server.admin();
    let info = admin.get("/v1/mail").await.is(200);
    assert_eq!((&info["sending"], text(&info["inbound_token"]).len()), (&json!(false), 43));
    for wrong in ["", "ann", "ann@example.com\r\nBcc: bob@example.com", "a@b.example, c@d.example"] {
        admin.post("/v1/mail/test", json!({ "to": wrong })).await.invalid("/to");
    }
    admin.post("/v1/mail/test", json!({ "to": "Test@Example.com" })).await.is(200);
    let mail = newest(&admin, "A test of Acme").await;
    assert_eq!((text(&mail["recipient"]), text(&mail["state"])), ("test@example.com".to_owned(), "kept".to_owned()));
    let detail = admin.get(&format!("/v1/mail/ledger/{}", text(&mail["id"]))).await.is(200);
    assert!(text(&detail["content"]["html"]).contains("to see whether mail arrives"), "{detail}");
    let path = format!("/v1/mail/ledger/{}/resend", text(&mail["id"]));
    admin.post(&path, json!({})).await.refused(409, "mail_not_refused");
    let found = |page: Value| page["mails"].as_array().map_or(0, Vec::len);
    let of = |query: &str| format!("/v1/mail/ledger?{query}");
    assert!(found(admin.get(&of("recipient=TEST@example.com&state=kept")).await.is(200)) >= 1);
    assert_eq!(found(admin.get(&of("recipient=test@example.com&state=refused")).await.is(200)), 0);
    let page = admin.get(&of("limit=1")).await.is(200);
    admin.get(&of(&format!("before={}", text(&page["next"])))).await.is(200);
    admin.get(&of("before=x")).await.refused(400, "malformed");
}

/// What does not fit is told by its line; what engage brings can be had again.
pub async fn templates_are_changed_previewed_and_reverted(host: Host) {
    let server = host.serve().await;
    let admin = server.admin();
    let list = admin.get("/v1/mail/templates").await.is(200);
    let own = list["templates"].as_array().unwrap().iter().find(|own| own["name"] == "chat.reply").unwrap();
    let names: Vec<_> = own["variables"].as_array().unwrap().iter().map(|one| text(&one["name"])).collect();
    assert_eq!(names, ["site", "site_url", "agent", "messages", "messages.author", "messages.text"]);
    let shown = admin.get(TEMPLATE).await.is(200);
    let version = shown["version"].as_i64().unwrap();
    let set = |body: &str, expected: i64| {
        let text = json!({ "subject": "Hi {{ by }}", "body": body });
        admin.put(TEMPLATE, json!({ "text": text, "expected_version": expected }))
    };
    set("<mj-text>\n{{ secret }}</mj-text>", version).await.invalid("/text/body");
    set("<mj-text><script>x</script></mj-text>", version).await.invalid("/text/body");
    set("<mj-text>By {{ by }}</mj-text>", version + 7).await.refused(409, "conflict");
    set("<mj-text>By {{ by }}</mj-text>", version).await.is(200);
    let preview = json!({ "subject": "x {{ by }}", "body": "<mj-text>{{ by }}</mj-text>" });
    let preview = admin.post(&format!("{TEMPLATE}/preview"), preview).await.is(200);
    assert_eq!(text(&preview["subject"]), "x Ann Example");
    assert!(text(&preview["html"]).contains("Ann Example") && text(&preview["text"]).contains("Ann Example"));
    admin.put(TEMPLATE, json!({ "text": null, "expected_version": version + 1 })).await.is(200);
    let after = admin.get(TEMPLATE).await.is(200);
    assert_eq!((&after["text"], &after["version"]), (&shown["builtin"], &json!(version + 2)));
    let versions = admin.get(&format!("{TEMPLATE}/versions")).await.is(200);
    assert_eq!(versions["versions"][0]["text"], json!(null));
    assert_eq!(versions["versions"][1]["text"]["subject"], "Hi {{ by }}");
    admin.get("/v1/mail/templates/mail.test/tlh").await.refused(404, "not_found");
    admin.get("/v1/mail/templates/none/en").await.refused(404, "not_found");
}

/// In lower case, and once.
pub async fn addresses_are_suppressed_and_freed(host: Host) {
    let server = host.serve().await;
    let admin = server.admin();
    for _ in 0..2 {
        let own = admin.post("/v1/mail/suppressions", json!({ "address": "Eve@Example.com" })).await.is(201);
        assert_eq!((text(&own["address"]), text(&own["reason"])), ("eve@example.com".to_owned(), "by_hand".to_owned()));
    }
    admin.post("/v1/mail/suppressions", json!({ "address": "eve" })).await.invalid("/address");
    for reason in ["bounced", "complained", "by_hand"] {
        let new = json!({ "address": format!("{reason}@example.com"), "reason": reason });
        assert_eq!(admin.post("/v1/mail/suppressions", new).await.is(201)["reason"], json!(reason));
    }
    admin.post("/v1/mail/suppressions", json!({ "address": "a@b.example", "reason": "x" })).await.invalid("/reason");
    let found = admin.get("/v1/mail/suppressions?search=EVE@").await.is(200);
    assert_eq!(found["suppressions"].as_array().map(Vec::len), Some(1));
    admin.delete("/v1/mail/suppressions/eve@example.com").await.is(204);
    admin.delete("/v1/mail/suppressions/eve@example.com").await.refused(404, "not_found");
}

/// Kept once for each `Message-ID`.
pub async fn mail_comes_in_by_its_token(host: Host) {
    let server = host.serve().await;
    let (admin, server_of_mail) = (server.admin(), server.stranger());
    let token = text(&admin.get("/v1/mail").await.is(200)["inbound_token"]);
    let mail = "From: Ann <ann@example.com>\r\nTo: x@acme.test\r\nSubject: Hi\r\nMessage-ID: <in-1@example.com>\r\n\r\nHello\r\n";
    let post = |token: &str, kind: &str, mail: &str| {
        let request = server_of_mail.request("POST", "/v1/mail/inbound").header("content-type", kind);
        request.header("authorization", &format!("Bearer {token}")).body(mail.to_owned().into_bytes())
    };
    post("", "message/rfc822", mail).await.refused(401, "unauthenticated");
    post(&token.to_lowercase(), "message/rfc822", mail).await.refused(401, "unauthenticated");
    post(&token, "application/json", mail).await.refused(415, "unsupported_media_type");
    post(&token, "message/rfc822", "").await.refused(422, "invalid");
    let first = post(&token, "message/rfc822", mail).await.is(200);
    let again = post(&token, "message/rfc822", mail).await.is(200);
    assert_eq!(first["id"], again["id"]);
    let path = format!("/v1/mail/received/{}", text(&first["id"]));
    let detail = admin.get(&path).await.is(200);
    assert_eq!(
        (text(&detail["mail"]["sender"]), text(&detail["mail"]["subject"])),
        ("ann@example.com".to_owned(), "Hi".to_owned())
    );
    assert_eq!(text(&detail["text"]), "Hello");
    let page = admin.get("/v1/mail/received").await.is(200);
    assert_eq!(page["mails"][0]["id"], first["id"]);
    let next = text(&admin.post("/v1/mail/inbound/token", json!({})).await.is(200)["inbound_token"]);
    assert_ne!(next, token);
    post(&token, "message/rfc822", mail).await.refused(401, "unauthenticated");
    assert_eq!(post(&next, "message/rfc822", mail).await.is(200)["id"], first["id"]);
}

/// And to no other.
pub async fn transcripts_go_to_the_visitors_address(host: Host) {
    let server = host.serve().await;
    let (admin, visitor) = (server.admin(), server.visitor().await);
    let conversation = visitor.open_conversation("Hello, is this kept?").await;
    let path = format!("/v1/chat/conversations/{conversation}/transcript");
    visitor.post(&path, json!({})).await.refused(409, "no_address");
    visitor.patch("/v1/session", json!({ "email": "keeper@example.com" })).await.is(200);
    visitor.post(&path, json!({})).await.is(204);
    let mail = newest(&admin, "Your conversation with Acme").await;
    assert_eq!(text(&mail["recipient"]), "keeper@example.com");
    let detail = admin.get(&format!("/v1/mail/ledger/{}", text(&mail["id"]))).await.is(200);
    assert_eq!(detail["content"]["attachments"], json!(["transcript.txt"]));
}
