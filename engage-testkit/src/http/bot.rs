//! The host's bot, and how visitors get from it to a person.

use engage_core::chat::{Answer, Bot, Heard};
use engage_core::{Engage, Error, async_trait};
use serde_json::{Value, json};

use super::people::text;
use super::{Client, Host, Setup};

/// Says what it heard.
#[derive(Debug)]
pub(super) struct Echo;

#[async_trait]
impl Bot for Echo {
    type Error = Error;

    fn name(&self) -> &str {
        "Echo"
    }

    async fn hear(&self, _: &Engage, heard: Heard) -> Result<Answer, Error> {
        match heard.body.as_str() {
            "bye" => Ok(Answer::say("Bye!").and_close()),
            "buy" => Ok(Answer::say("One moment.").to_team("sales").with_note("Wants to buy.")),
            "fail" => Err(Error::internal("secret of the host")),
            body => Ok(Answer::say(body)),
        }
    }
}

const BOT: &str = "Echo";

async fn conversation(client: &Client, id: &str) -> Value {
    client.snapshot(id).await["conversation"].clone()
}

/// While the bot answers, nobody waits; whoever asks for a person waits for one, once.
pub async fn a_bot_answers_until_a_person_is_asked_for(host: Host) {
    let server = host.start(Setup { bot: true, ..Setup::default() }).await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let id = visitor.open_conversation("hello").await;
    let (mut asking, mut answering) = (visitor.follow(&id).await, agent.follow(&id).await);
    for socket in [&mut asking, &mut answering] {
        let said = socket.find("the bot", |frame| frame["author"]["kind"] == "bot").await;
        assert_eq!((&said["body"], &said["author"]), (&json!("hello"), &json!({ "kind": "bot", "name": BOT })));
    }
    let row = conversation(&agent, &id).await;
    assert_eq!(
        (&row["bot"], &row["waiting_since"], &row["unanswered_since"]),
        (&json!(true), &Value::Null, &Value::Null)
    );
    assert_eq!(conversation(&visitor, &id).await["bot"], true);

    let path = format!("/v1/chat/conversations/{id}/handoff");
    let asked = visitor.post(&path, json!({})).await.is(200);
    assert_eq!((&asked["bot"], &asked["status"]), (&json!(false), &json!("open")));
    assert_eq!(visitor.post(&path, json!({})).await.is(200), asked, "again it changes nothing");
    let told = asking.until("handoff").await;
    assert_eq!((&told["author"]["kind"], told.get("note")), (&json!("visitor"), None));
    assert_eq!(answering.until("handoff").await["note"], Value::Null);
    assert!(conversation(&agent, &id).await["waiting_since"].is_string());
    visitor.says(&id, "m-2", "is there anybody").await;
    agent.says(&id, "a-1", "I am").await;
    let seen = visitor.snapshot(&id).await;
    let by_bot = seen["entries"].as_array().into_iter().flatten().filter(|entry| entry["author"]["kind"] == "bot");
    assert_eq!(by_bot.count(), 1, "it has said all that it may");
}

/// It passes on to a team with a note that the visitor does not see, closes, and is done when it fails.
pub async fn a_bot_hands_off_closes_and_fails(host: Host) {
    let server = host.start(Setup { bot: true, ..Setup::default() }).await;
    let (visitor, admin) = (server.visitor().await, server.admin());
    let ends = async |id: &str, body: &str| {
        let opened =
            visitor.post("/v1/chat/conversations", json!({ "client_message_id": id, "body": body })).await.is(201);
        let id = text(&opened["conversation"]["id"]);
        let mut socket = admin.follow(&id).await;
        let told = socket.find("an end", |frame| matches!(frame["type"].as_str(), Some("handoff" | "status"))).await;
        (id, told)
    };
    let (bought, told) = ends("o1", "buy").await;
    assert_eq!((&told["note"], &told["author"]["name"]), (&json!("Wants to buy."), &json!(BOT)));
    assert_eq!(conversation(&admin, &bought).await["team"], "sales");
    let seen = visitor.snapshot(&bought).await.to_string();
    assert!(seen.contains("One moment.") && !seen.contains("Wants to buy") && !seen.contains("sales"), "{seen}");

    let (closed, told) = ends("o2", "bye").await;
    assert_eq!((&told["status"], &told["author"]["kind"]), (&json!("closed"), &json!("bot")));
    assert_eq!(conversation(&visitor, &closed).await["bot"], false);
    visitor.says(&closed, "m-2", "bye").await;
    let again = conversation(&admin, &closed).await;
    assert_eq!((&again["status"], &again["bot"]), (&json!("open"), &json!(false)), "a person answers who comes back");

    let (failed, told) = ends("o3", "fail").await;
    assert_eq!((&told["type"], &told["note"]), (&json!("handoff"), &Value::Null));
    assert!(!visitor.snapshot(&failed).await.to_string().contains("secret"));
}
