//! Who speaks first: an agent, or the site by itself.

use serde_json::{Value, json};

use super::people::text;
use super::{Host, Server, Setup};

const LIST: &str = "/v1/chat/conversations";

async fn set(server: &Server, value: Value) -> super::Answer {
    let settings = server.admin().get("/v1/settings").await.is(200);
    let known = settings["settings"].as_array().into_iter().flatten().find(|one| one["key"] == "chat.invitations");
    let version = known.map(|setting| setting["version"].clone());
    server.admin().put("/v1/settings/chat.invitations", json!({ "value": value, "expected_version": version })).await
}

/// An agent begins a conversation, which is theirs; the visitor hears of it at once, wherever they are, and answers.
pub async fn an_agent_speaks_first(host: Host) {
    let server = host.start(Setup { auto_assign: true, ..Setup::default() }).await;
    let (visitor, ada, bob) = (server.visitor().await, server.agent("ada"), server.agent("bob"));
    ada.come_online().await;
    bob.come_online().await;
    visitor.open_conversation("hello").await;
    let path = format!("/v1/contacts/{}/conversations", text(&visitor.contact().await["id"]));
    let mut socket = visitor.chat_from(json!({ "inbox": null })).await;
    let first = json!({ "client_message_id": "first", "body": "Can I help?" });
    let opened = bob.post(&path, first.clone()).await.is(201);
    let conversation = text(&opened["conversation"]["id"]);
    assert_eq!((&opened["entry"]["body"], &opened["entry"]["seq"]), (&json!("Can I help?"), &json!(1)));
    assert_eq!(opened["conversation"]["assignee"]["id"], "bob");
    assert_eq!(opened["conversation"]["waiting_since"], json!(null));
    let told =
        socket.find("the new conversation", |frame| frame["conversations"][0]["id"] == json!(conversation)).await;
    assert_eq!(
        (&told["conversations"][0]["unread"], &told["conversations"][0]["assignee"]["name"]),
        (&json!(1), &json!("Name of bob"))
    );

    let again = bob.post(&path, first.clone()).await.is(200);
    assert_eq!((&again["conversation"]["id"], &again["entry"]), (&json!(conversation), &opened["entry"]));
    let other = json!({ "client_message_id": "first", "body": "Another" });
    bob.post(&path, other).await.refused(409, "client_message_id_reused");
    ada.post(&path, first).await.refused(409, "client_message_id_reused");
    visitor.says(&conversation, "answer", "Yes, please").await;
    assert_eq!(visitor.bodies(&conversation).await, ["Can I help?", "Yes, please"]);
    assert_eq!(bob.snapshot(&conversation).await["conversation"]["assignee"]["id"], "bob");
}

/// Speaking first is for staff who see the contact; what they cannot say is told, and who is blocked cannot answer.
pub async fn speaking_first_has_its_limits(host: Host) {
    let server = host.serve().await;
    let (visitor, ada) = (server.visitor().await, server.agent("ada"));
    let contact = text(&visitor.contact().await["id"]);
    let path = format!("/v1/contacts/{contact}/conversations");
    let say = |body: &str| json!({ "client_message_id": "first", "body": body });
    ada.post(&path, say("hello")).await.refused(404, "not_found");
    server.admin().post(&path, say(" ")).await.invalid("/body");
    server.admin().post(&path, json!({ "client_message_id": "a b", "body": "x" })).await.invalid("/client_message_id");
    assert_eq!(visitor.get(LIST).await.is(200)["conversations"], json!([]));
    server.admin().put(&format!("/v1/contacts/{contact}/blocked"), json!({ "blocked": true })).await.is(200);
    let opened = server.admin().post(&path, say("A last word")).await.is(201);
    assert!(opened["conversation"]["contact"]["blocked"].is_object());
    let conversation = text(&opened["conversation"]["id"]);
    visitor.message(&conversation, "answer", "no").await.refused(403, "blocked");
    assert_eq!(visitor.bodies(&conversation).await, ["A last word"]);
}

/// Whoever answers an invitation finds it before what they said, as the site has it; one that is no more loses nothing.
pub async fn an_invitation_is_what_the_answer_begins_with(host: Host) {
    let server = host.start(Setup { auto_assign: true, ..Setup::default() }).await;
    let (visitor, ada) = (server.visitor().await, server.agent("ada"));
    ada.come_online().await;
    let site = async || visitor.get("/v1/session").await.is(200)["site"]["invitations"].clone();
    assert_eq!(site().await, json!([]));
    let invitations = json!([
        { "id": "prices", "text": "Questions about <b>prices</b>?", "after_s": 30, "pages": ["/pricing/*"], "visits": "first", "when": "open" },
        { "id": "hi", "text": "Hi!" },
    ]);
    set(&server, invitations).await.is(200);
    let told = site().await;
    assert_eq!(told[0]["pages"], json!(["/pricing/*"]));
    let plain = json!({ "id": "hi", "text": "Hi!", "after_s": null, "scroll": null, "pages": [], "visits": null, "when": "always" });
    assert_eq!(told[1], plain);

    let answer = |id: &str, invitation: &str| {
        visitor.post(LIST, json!({ "client_message_id": id, "body": "Yes", "invitation": invitation }))
    };
    answer("a", "none").await.invalid("/invitation");
    answer("a", "").await.invalid("/invitation");
    assert_eq!(visitor.get(LIST).await.is(200)["conversations"], json!([]), "nothing was begun");
    let opened = answer("a", "prices").await.is(201);
    let conversation = text(&opened["conversation"]["id"]);
    assert_eq!((&opened["entry"]["body"], &opened["entry"]["seq"]), (&json!("Yes"), &json!(2)));
    let entries = visitor.snapshot(&conversation).await["entries"].clone();
    assert_eq!(
        (&entries[0]["author"]["kind"], &entries[0]["body"]),
        (&json!("system"), &json!("Questions about <b>prices</b>?"))
    );
    assert_eq!((&entries[1]["author"]["kind"], &entries[1]["client_message_id"]), (&json!("visitor"), &json!("a")));
    let mut agent = ada.follow(&conversation).await;
    agent.find("what waits is given", |frame| frame["type"] == "assigned" && frame["agent"]["id"] == "ada").await;

    answer("a", "prices").await.is(200);
    set(&server, json!([{ "id": "hi", "text": "Hi!" }])).await.is(200);
    answer("b", "prices").await.invalid("/invitation");
    let without = visitor.post(LIST, json!({ "client_message_id": "a", "body": "Yes" })).await.is(200);
    assert_eq!(without["conversation"]["id"], json!(conversation), "it is the same, with or without");
    for wrong in
        [json!([{ "id": "a b", "text": "x" }]), json!([{ "id": "a", "text": "" }]), json!([{ "id": "a" }]), json!({})]
    {
        let refused = set(&server, wrong).await;
        assert_eq!(refused.status, 422, "{refused}");
    }
}
