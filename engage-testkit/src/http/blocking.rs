//! Visitors who may not write.

use serde_json::{Value, json};

use super::people::text;
use super::{Client, Host, Server};

const LIST: &str = "/v1/chat/conversations";
/// Known to staff only.
const REASON: &str = "canary-of-a-reason";

async fn block(server: &Server, visitor: &Client, blocked: bool) -> Value {
    let path = format!("/v1/contacts/{}/blocked", text(&visitor.contact().await["id"]));
    let body = if blocked { json!({ "blocked": true, "reason": REASON }) } else { json!({ "blocked": false }) };
    server.agent("ada").put(&path, body).await.is(200)
}

/// Who is blocked writes nothing, on no way, and reads on; staff see why, and the visitor does not.
pub async fn who_is_blocked_reads_and_writes_nothing(host: Host) {
    let server = host.serve().await;
    let (visitor, other, ada) = (server.visitor().await, server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    visitor.says(&conversation, "before", "before").await;
    let shown = block(&server, &visitor, true).await;
    let by = json!({ "id": "ada", "name": "Name of ada" });
    assert_eq!((&shown["blocked"]["reason"], &shown["blocked"]["by"]), (&json!(REASON), &by));
    let seen = ada.snapshot(&conversation).await;
    assert_eq!(seen["conversation"]["contact"]["blocked"], shown["blocked"]);
    assert_eq!(seen["entries"][2]["contact"]["blocked"], shown["blocked"]);

    assert_eq!(visitor.get("/v1/session").await.is(200)["blocked"], true);
    let path = |what: &str| format!("{LIST}/{conversation}/{what}");
    visitor.message(&conversation, "after", "after").await.refused(403, "blocked");
    visitor.post(LIST, json!({ "client_message_id": "new", "body": "hello" })).await.refused(403, "blocked");
    visitor.post(&path("typing"), json!({ "typing": true })).await.refused(403, "blocked");
    visitor.patch("/v1/session", json!({ "name": "Rude" })).await.refused(403, "blocked");
    ada.put(&path("status"), json!({ "status": "closed" })).await.is(200);
    visitor.put(&path("rating"), json!({ "score": 1 })).await.refused(403, "blocked");
    visitor.message(&conversation, "before", "before").await.is(200);

    ada.says(&conversation, "answer", "goodbye").await;
    assert_eq!(visitor.bodies(&conversation).await, ["hello", "before", "goodbye"]);
    assert_eq!(visitor.get(LIST).await.is(200)["conversations"], json!([]), "it is closed");
    visitor.put(&path("read"), json!({ "seq": 3 })).await.is(200);
    visitor.events(&conversation, "").await.until("subscribed").await;
    assert_eq!(visitor.seen().find(REASON), None);
    other.open_conversation("others write on").await;

    assert_eq!(block(&server, &visitor, false).await["blocked"], json!(null));
    assert_eq!(visitor.post("/v1/session", json!({})).await.is(200)["blocked"], false);
    visitor.says(&conversation, "again", "sorry").await;
    visitor.post(LIST, json!({ "client_message_id": "new", "body": "hello" })).await.is(201);
    let audit = server.admin().get("/v1/audit?limit=9").await.is(200);
    let actions = audit["entries"].as_array().into_iter().flatten().filter_map(|line| line["action"].as_str());
    assert_eq!(actions.filter(|action| action.contains("block")).count(), 2);
}

/// Every socket of who is blocked ends and is not to come back, nor does a new one get past `hello`.
pub async fn sockets_of_who_is_blocked_end(host: Host) {
    let server = host.serve().await;
    let (visitor, other) = (server.visitor().await, server.visitor().await);
    let conversation = visitor.open_conversation("hello").await;
    let (following, idle, silent) =
        (visitor.follow(&conversation).await, visitor.chat().await, visitor.connect().await);
    let mut bystander = other.chat().await;
    block(&server, &visitor, true).await;
    for socket in [following, idle, silent] {
        let closed = socket.closed().await;
        closed.is(4423, "blocked");
        assert_eq!(closed.frames.last().map(|bye| &bye["reconnect"]), Some(&json!(false)));
    }
    let mut late = visitor.connect().await;
    late.send(json!({ "type": "hello", "protocol": 1, "resume": [{ "conversation": conversation, "seq": 0 }] })).await;
    let closed = late.closed().await;
    closed.is(4423, "blocked");
    assert_eq!(closed.frames.len(), 1, "no welcome: {closed:?}");
    bystander.settled().await;

    block(&server, &visitor, false).await;
    let mut back = visitor.follow(&conversation).await;
    back.say(&conversation, "back", "back again").await;
    back.settled().await;
}

/// Who signs in while they are blocked stays so, whichever of the two contacts it was.
pub async fn signing_in_does_not_lift_a_block(host: Host) {
    let server = host.serve().await;
    let (visitor, member) = (server.visitor().await, server.member("42"));
    member.open_conversation("hello").await;
    let conversation = visitor.open_conversation("hello").await;
    block(&server, &visitor, true).await;
    let signed_in = visitor.with(super::Directory::HEADER, "member:42");
    assert_eq!(signed_in.get("/v1/session").await.is(200)["contact"]["id"], member.contact().await["id"]);
    signed_in.message(&conversation, "after", "after").await.refused(403, "blocked");
    member.post(LIST, json!({ "client_message_id": "new", "body": "hello" })).await.refused(403, "blocked");
    assert_eq!(member.get("/v1/session").await.is(200)["blocked"], true);
    block(&server, &member, false).await;
    member.says(&conversation, "again", "again").await;
}

/// Blocking is for staff who see the contact; what it cannot be is told.
pub async fn what_a_block_cannot_be_is_told(host: Host) {
    let server = host.serve().await;
    let (visitor, ada) = (server.visitor().await, server.agent("ada"));
    visitor.open_conversation("hello").await;
    let path = format!("/v1/contacts/{}/blocked", text(&visitor.contact().await["id"]));
    ada.put(&path, json!({ "blocked": true, "reason": "x".repeat(501) })).await.invalid("/reason");
    ada.put(&path, json!({ "blocked": true, "reason": "a\u{7}" })).await.invalid("/reason");
    ada.put(&path, json!({ "blocked": false, "reason": "why" })).await.invalid("/reason");
    let first = ada.put(&path, json!({ "blocked": true, "reason": " " })).await.is(200);
    assert_eq!(first["blocked"]["reason"], json!(null));
    assert_eq!(ada.put(&path, json!({ "blocked": true })).await.is(200), first, "done again, it changes nothing");
    let other = ada.put(&path, json!({ "blocked": true, "reason": "Spam 🦀" })).await.is(200);
    assert_eq!(other["blocked"]["reason"], "Spam 🦀");
    let spare = server.visitor().await.contact().await;
    let path = format!("/v1/contacts/{}/blocked", text(&spare["id"]));
    ada.put(&path, json!({ "blocked": true })).await.refused(404, "not_found");
    server.admin().put(&path, json!({ "blocked": true })).await.is(200);
}
