//! Tickets.

use serde_json::{Value, json};

use super::people::text;
use super::{Client, Host};

const TICKETS: &str = "/v1/tickets";

async fn open(visitor: &Client, subject: &str) -> Value {
    let new = json!({ "client_message_id": subject.replace(' ', "-"), "subject": subject, "body": "It does not fit." });
    visitor.post(TICKETS, new).await.is(201)
}

fn path(ticket: &Value) -> String {
    format!("{TICKETS}/{}", text(&ticket["id"]))
}

pub(super) fn types(entries: &Value) -> Vec<String> {
    entries.as_array().into_iter().flatten().map(|entry| text(&entry["type"])).collect()
}

/// What is at `path` once it is as it is wanted.
pub(super) async fn eventually(client: &Client, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..200 {
        let seen = client.get(path).await.is(200);
        if wanted(&seen) {
            return seen;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{path} did not become what it should")
}

/// Opened by its requester, answered by staff, solved, opened again, rated; each sees what is theirs.
pub async fn a_ticket_is_opened_answered_and_done(host: Host) {
    let server = host.serve().await;
    let (visitor, admin) = (server.visitor().await, server.admin());
    let ticket = open(&visitor, "Return of order 7").await;
    assert_eq!((&ticket["stage"], &ticket["desk"]), (&json!("open"), &Value::Null));
    assert_eq!(ticket["reference"], format!("T-{}", ticket["number"]));
    let again =
        json!({ "client_message_id": "Return-of-order-7", "subject": "Return of order 7", "body": "It does not fit." });
    assert_eq!(visitor.post(TICKETS, again.clone()).await.is(200)["id"], ticket["id"]);
    let mut other = again;
    other["body"] = json!("It is broken.");
    visitor.post(TICKETS, other).await.refused(409, "client_message_id_reused");

    let own = path(&ticket);
    let reply = json!({ "client_message_id": "a", "body": "Send it back.", "status": "pending" });
    let said = admin.post(&format!("{own}/replies"), reply).await.is(201);
    assert_eq!((&said["entry"]["seq"], &said["ticket"]["desk"]["status"]), (&json!(2), &json!("pending")));
    let note = json!({ "client_message_id": "b", "body": "The third this week.", "mentions": ["root"] });
    admin.post(&format!("{own}/notes"), note).await.is(201);
    let seen = visitor.get(&own).await.is(200);
    assert_eq!(types(&seen["entries"]), ["opened", "reply", "stage"]);
    assert_eq!((&seen["ticket"]["stage"], &seen["ticket"]["seq"]), (&json!("pending"), &json!(3)));
    let told = admin.get(&own).await.is(200);
    assert_eq!(types(&told["entries"]), ["opened", "reply", "status", "note", "followers"]);

    visitor.post(&format!("{own}/replies"), json!({ "client_message_id": "c", "body": "Done." })).await.is(201);
    assert_eq!(visitor.get(&own).await.is(200)["ticket"]["stage"], "open");
    let staffs = json!({ "client_message_id": "d", "body": "Done?", "status": "solved" });
    visitor.post(&format!("{own}/replies"), staffs).await.refused(403, "forbidden");
    visitor.put(&format!("{own}/rating"), json!({ "score": 5 })).await.refused(409, "not_solved");
    visitor.put(&format!("{own}/done"), json!({ "done": true })).await.is(200);
    let rated = visitor.put(&format!("{own}/rating"), json!({ "score": 5, "comment": "Quick" })).await.is(200);
    assert_eq!((&rated["stage"], &rated["rating"]["score"]), (&json!("solved"), &json!(5)));
    let open_again = visitor.put(&format!("{own}/done"), json!({ "done": false })).await.is(200);
    assert_eq!(open_again["stage"], "open");
    let found = visitor.get(&format!("{TICKETS}/numbers/t-{}", ticket["number"])).await.is(200);
    assert_eq!(found["id"], ticket["id"]);
}

/// By the version that one has seen; what was changed meanwhile is told, and what is wrong is told by field.
pub async fn a_ticket_is_edited_by_who_has_seen_it(host: Host) {
    let server = host.serve().await;
    let (visitor, admin) = (server.visitor().await, server.admin());
    let own = path(&open(&visitor, "Help").await);
    let edit =
        async |version: i64, edit: Value| admin.patch(&own, json!({ "expected_version": version, "edit": edit })).await;
    let done =
        edit(1, json!({ "priority": "urgent", "add_tags": ["vip"], "assignee": "root", "fields": { "plan": "pro" } }))
            .await;
    let desk = done.is(200)["desk"].clone();
    assert_eq!((&desk["tags"], &desk["version"]), (&json!(["vip"]), &json!(2)));
    assert_eq!((&desk["assignee"]["id"], &desk["fields"]), (&json!("root"), &json!({ "plan": "pro" })));
    edit(1, json!({ "priority": "low" })).await.refused(409, "version");
    for (wrong, field) in [
        (json!({ "status": "nothing" }), "/status"),
        (json!({ "assignee": "nobody" }), "/assignee"),
        (json!({ "subject": "a\nb" }), "/subject"),
        (json!({ "add_tags": [""] }), "/add_tags/0"),
        (json!({ "add_cc": ["nobody"] }), "/add_cc/0"),
        (json!({ "snoozed_until": "2020-01-01T00:00:00Z" }), "/snoozed_until"),
        (json!({ "fields": { "a": [] } }), "/attributes/a"),
    ] {
        edit(2, wrong).await.invalid(field);
    }
    assert_eq!(edit(2, json!({ "assignee": null })).await.is(200)["desk"]["assignee"], Value::Null);
}

/// By requester and staff, in what is said; read by those who see it, pushed with it, and used up by nothing that was refused.
pub async fn files_go_with_tickets(host: Host) {
    let server = host.serve().await;
    let (visitor, stranger, admin) = (server.visitor().await, server.visitor().await, server.admin());
    let file = visitor.uploads("invoice.txt", b"seven").await;
    let new = |id: &str, files: Value| json!({ "client_message_id": id, "subject": "Order 7", "body": "It is wrong.", "files": files });
    stranger.post(TICKETS, new("a", json!([file]))).await.invalid("/files/0");
    visitor.post(TICKETS, new("a", json!([file, file]))).await.invalid("/files/1");
    let ticket = visitor.post(TICKETS, new("a", json!([file]))).await.is(201);
    assert_eq!(visitor.post(TICKETS, new("a", json!([file]))).await.is(200)["id"], ticket["id"]);
    visitor.post(TICKETS, new("b", json!([file]))).await.refused(409, "file_attached");
    let own = path(&ticket);
    let card = json!([{ "id": file, "name": "invoice.txt", "media_type": "text/plain", "size": 5 }]);
    assert_eq!(visitor.get(&own).await.is(200)["entries"][0]["files"], card);

    let (answer, secret) = (admin.uploads("answer.txt", b"yes").await, admin.uploads("secret.txt", b"no").await);
    let say = |id: &str, body: &str, files: Value| json!({ "client_message_id": id, "body": body, "files": files });
    let (replies, notes) = (format!("{own}/replies"), format!("{own}/notes"));
    admin.post(&replies, say("r", "", json!([]))).await.invalid("/body");
    let mut stale = say("r", "", json!([answer]));
    stale["expected_version"] = json!(9);
    admin.post(&replies, stale).await.refused(409, "version");
    let said = admin.post(&replies, say("other", "", json!([answer]))).await.is(201);
    assert_eq!(said["entry"]["files"][0]["id"], json!(answer));
    admin.post(&notes, say("n", "", json!([secret]))).await.is(201);
    let content = async |client: &Client, file: &str| client.get(&format!("/v1/files/{file}/content")).await;
    for reader in [&visitor, &admin] {
        assert_eq!(content(reader, &answer).await.body, "yes");
        assert_eq!(content(reader, &file).await.body, "seven");
    }
    assert_eq!(content(&admin, &secret).await.body, "no");
    content(&visitor, &secret).await.refused(404, "not_found");
    content(&stranger, &file).await.refused(404, "not_found");
    let told = visitor.get(&own).await.is(200).to_string();
    assert!(told.contains("answer.txt") && !told.contains("secret.txt"), "{told}");
    let bulk = json!({ "tickets": [ticket["id"]], "reply": say("x", "Hello", json!([secret])) });
    admin.post(&format!("{TICKETS}/bulk"), bulk).await.invalid("/reply/files");
    let found = admin.get(&format!("{TICKETS}/search?query=invoice")).await.is(200);
    assert_eq!(found["results"][0]["entry"]["files"], card);
}

/// A merged one leads on, with what was said in it; other people's are not merged.
pub async fn tickets_are_merged_split_and_linked(host: Host) {
    let server = host.serve().await;
    let (visitor, admin) = (server.visitor().await, server.admin());
    let (first, second) = (open(&visitor, "First").await, open(&visitor, "Second").await);
    let stranger = server.visitor().await;
    let others = open(&stranger, "Other").await;
    let merge = |into: &Value| json!({ "into": into["id"] });
    admin.post(&format!("{}/merge", path(&first)), merge(&others)).await.refused(409, "other_requester");
    admin.post(&format!("{}/merge", path(&first)), merge(&second)).await.is(200);
    let seen = visitor.get(&path(&second)).await.is(200);
    assert_eq!(seen["merged"][0]["ticket"]["number"], first["number"]);
    assert_eq!(types(&seen["merged"][0]["entries"]), ["opened", "merged_into"]);
    let led = visitor.get(&format!("{TICKETS}/numbers/{}", first["number"])).await.is(200);
    assert_eq!(led["id"], second["id"]);
    let said = json!({ "client_message_id": "late", "body": "And then?" });
    let said = visitor.post(&format!("{}/replies", path(&first)), said).await.is(201);
    assert_eq!(said["ticket"]["id"], second["id"], "nothing that is typed is lost");
    let listed = visitor.get(TICKETS).await.is(200);
    assert_eq!(listed["tickets"].as_array().map(Vec::len), Some(1));

    let seq = admin.get(&path(&second)).await.is(200)["entries"].as_array().and_then(|all| all.last().cloned());
    let entries = json!([seq.map(|last| last["seq"].clone())]);
    let split = json!({ "client_message_id": "s", "subject": "Another thing", "entries": entries });
    let new = admin.post(&format!("{}/split", path(&second)), split.clone()).await.is(201);
    assert_eq!(admin.post(&format!("{}/split", path(&second)), split).await.is(201)["id"], new["id"]);
    let link = json!({ "ticket": others["id"], "linked": true });
    let linked = admin.put(&format!("{}/link", path(&new)), link).await.is(200);
    assert_eq!(linked["desk"]["links"], json!([second["id"], others["id"]]));
    let part = json!({ "parent": second["id"] });
    admin.put(&format!("{}/parent", path(&new)), part).await.is(200);
    let bulk = json!({ "tickets": [second["id"], others["id"], new["number"].is_null()], "edit": {} });
    admin.post(&format!("{TICKETS}/bulk"), bulk).await.invalid("/tickets/2");
    let bulk = json!({ "tickets": [second["id"], others["id"]], "edit": { "status": "solved" } });
    let done = admin.post(&format!("{TICKETS}/bulk"), bulk).await.is(200);
    assert_eq!(
        (&done["results"][0]["code"], &done["results"][1]["ticket"]["stage"]),
        (&json!("open_parts"), &json!("solved"))
    );
}

/// Two agents know of each other, and each keeps what they write.
pub async fn agents_see_who_else_is_at_a_ticket(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let own = path(&open(&visitor, "Help").await);
    let (ada, bo) = (server.staff("agent:ada"), server.staff("agent:bo"));
    let look = async |who: &Client, doing: &str| {
        let told = who.put(&format!("{own}/looking"), json!({ "doing": doing })).await.is(200);
        told["others"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| format!("{} {}", text(&one["agent"]["id"]), text(&one["doing"])))
            .collect::<Vec<_>>()
    };
    assert!(look(&ada, "viewing").await.is_empty());
    assert_eq!(look(&bo, "replying").await, ["ada viewing"]);
    assert_eq!(look(&ada, "viewing").await, ["bo replying"]);
    look(&bo, "left").await;
    assert!(look(&ada, "viewing").await.is_empty());
    let draft = format!("{own}/draft");
    ada.put(&draft, json!({ "body": "Dear Bo,", "note": true })).await.is(200);
    assert_eq!(ada.get(&draft).await.is(200), json!({ "body": "Dear Bo,", "note": true }));
    assert_eq!(bo.get(&draft).await.is(200), json!({ "body": "", "note": false }));
}

/// What was said in it, once; the conversation says where it went.
pub async fn a_conversation_becomes_a_ticket_once(host: Host) {
    let server = host.serve().await;
    let (visitor, admin) = (server.visitor().await, server.admin());
    let conversation = visitor.open_conversation("My shoes are too small").await;
    let into = format!("/v1/chat/conversations/{conversation}/ticket");
    let ticket = admin.post(&into, json!({ "subject": "Shoes" })).await.is(201);
    visitor.says(&conversation, "more", "Both of them").await;
    assert_eq!(admin.post(&into, json!({ "subject": "Other" })).await.is(200)["id"], ticket["id"]);
    let seen = visitor.get(&path(&ticket)).await.is(200);
    assert_eq!(seen["entries"][0]["body"], "My shoes are too small");
    assert_eq!(admin.get(&path(&ticket)).await.is(200)["ticket"]["desk"]["source"], "chat");
    let found = admin.get(&format!("{TICKETS}/search?query=shoes+small")).await.is(200);
    let numbers = found["results"].as_array().into_iter().flatten().map(|one| one["ticket"]["number"].clone());
    assert!(numbers.collect::<Vec<_>>().contains(&ticket["number"]));
}

/// Staff and requesters hear of what changed at once; nobody of what is not theirs, and requesters not even that there is a note.
pub async fn changes_of_tickets_are_told(host: Host) {
    let server = host.serve().await;
    let (visitor, stranger, admin) = (server.visitor().await, server.visitor().await, server.admin());
    let follow = json!({ "type": "tickets", "follow": true });
    let (mut desk, mut own, mut foreign, mut agent) =
        (admin.chat().await, visitor.chat().await, stranger.chat().await, server.agent("ada").chat().await);
    for socket in [&mut desk, &mut own, &mut foreign, &mut agent] {
        socket.send(follow.clone()).await;
        assert_eq!(
            socket.until("tickets").await,
            json!({ "type": "tickets", "fetch": true, "tickets": [], "gone": [] })
        );
    }
    let ticket = open(&visitor, "Help").await;
    let path = path(&ticket);
    assert_eq!(own.until("tickets").await["tickets"][0], ticket);
    assert_eq!(desk.until("tickets").await["tickets"][0], admin.get(&path).await.is(200)["ticket"]);
    assert_eq!(agent.until("tickets").await["tickets"][0]["id"], ticket["id"]);

    let note = json!({ "client_message_id": "n", "body": "Hm" });
    admin.post(&format!("{path}/notes"), note).await.is(201);
    let noted = desk.find("the note", |frame| frame["tickets"][0]["seq"] == 2).await;
    assert_eq!(noted["fetch"], false);
    let edit = json!({ "expected_version": 1, "edit": { "team": "billing" } });
    admin.patch(&path, edit).await.is(200);
    assert_eq!(agent.find("that it has gone", |frame| frame["gone"][0] == ticket["id"]).await["tickets"], json!([]));
    let reply = json!({ "client_message_id": "r", "body": "Done." });
    admin.post(&format!("{path}/replies"), reply).await.is(201);
    let told = own.until("tickets").await;
    assert_eq!(told["tickets"][0], visitor.get(&path).await.is(200)["ticket"], "the next that is told is the reply");

    // Who follows one hears of that one; who ends hears nothing.
    desk.settled().await;
    desk.send(json!({ "type": "tickets", "follow": true, "only": [ticket["id"]] })).await;
    agent.settled().await;
    agent.send(json!({ "type": "tickets", "follow": false })).await;
    assert_eq!(agent.until("tickets").await["fetch"], false);
    foreign.settled().await;
    let others = open(&stranger, "Other").await;
    assert_eq!(foreign.until("tickets").await["tickets"][0]["id"], others["id"]);
    visitor.put(&format!("{path}/done"), json!({ "done": true })).await.is(200);
    let next = desk.find("a ticket", |frame| frame["type"] == "tickets" && frame["fetch"] == false).await;
    assert_eq!(next["tickets"][0]["id"], ticket["id"]);
    for frames in [foreign.settled().await, agent.settled().await] {
        assert!(frames.iter().all(|frame| frame["type"] != "tickets"), "{frames:?}");
    }
}

/// Rules are tried before they are set, act by themselves once they are, and say so; macros act by hand, and once.
pub async fn rules_act_by_themselves_and_macros_by_hand(host: Host) {
    let server = host.serve().await;
    let (visitor, agent, admin) = (server.visitor().await, server.agent("ada"), server.admin());
    let rules = json!([
        { "name": "Refunds", "on": ["opened"], "when": { "subject": ["refund"] },
          "then": [{ "add_tags": ["money"] }, { "reply": "We look at it." }] },
        { "name": "Money", "on": ["updated"], "when": { "tag": ["money"] }, "then": [{ "priority": "urgent" }] },
    ]);
    let set = async |key: &str, value: &Value| {
        admin.put(&format!("/v1/settings/{key}"), json!({ "value": value, "expected_version": 0 })).await
    };
    let before = open(&visitor, "Refund of order 7").await;
    let trial = json!({ "cause": "opened", "rules": rules });
    let tried = admin.post(&format!("{}/rules", path(&before)), trial).await.is(200);
    assert_eq!((tried["steps"].as_array().map(Vec::len), &tried["steps"][0]["result"]), (Some(1), &json!("done")));
    assert_eq!(types(&tried["steps"][0]["entries"]), ["acted", "tags", "reply"]);
    assert_eq!(admin.get(&path(&before)).await.is(200)["ticket"]["desk"]["tags"], json!([]), "nothing was done");
    let broken = json!([{ "name": "x", "on": ["opened"], "when": { "all": [] }, "then": [{ "status": "gone" }] }]);
    set("tickets.rules", &broken).await.invalid("/value/0/then/0/status");
    let trial = json!({ "cause": "opened", "rules": [{ "name": "", "on": [], "when": { "all": [] }, "then": [] }] });
    admin.post(&format!("{}/rules", path(&before)), trial).await.invalid("/rules/0/name");

    set("tickets.rules", &rules).await.is(200);
    let own = path(&open(&visitor, "Refund of order 8").await);
    let seen = eventually(&admin, &own, |seen| seen["ticket"]["priority"] == "urgent").await;
    assert_eq!(types(&seen["entries"]), ["opened", "acted", "tags", "reply", "acted", "priority"]);
    assert_eq!((&seen["entries"][1]["by"], &seen["entries"][1]["name"]), (&json!("rule"), &json!("Refunds")));
    assert_eq!(types(&visitor.get(&own).await.is(200)["entries"]), ["opened", "reply"]);

    let macros = json!([
        { "name": "Thanks", "then": [{ "reply": "Thanks." }, { "status": "solved" }] },
        { "name": "Theirs", "team": "billing", "then": [{ "priority": "low" }] },
    ]);
    set("tickets.macros", &macros).await.is(200);
    let listed = agent.get("/v1/tickets/macros").await.is(200);
    assert_eq!(listed, json!({ "macros": [{ "name": "Thanks", "team": null, "then": macros[0]["then"] }] }));
    let id = seen["ticket"]["id"].clone();
    let run = |name: &str| {
        let nobodys = "01890000-0000-7000-8000-000000000000";
        json!({ "name": name, "tickets": [id, nobodys], "client_message_id": "m1" })
    };
    agent.post("/v1/tickets/macros", run("Theirs")).await.invalid("/name");
    for _ in 0..2 {
        let done = agent.post("/v1/tickets/macros", run("Thanks")).await.is(200);
        assert_eq!(done["results"][0]["ticket"]["desk"]["status"], "solved");
        assert_eq!(done["results"][1]["code"], "not_found");
    }
    let seen = admin.get(&own).await.is(200);
    assert_eq!(types(&seen["entries"])[6..], ["acted", "reply", "status"]);
    assert_eq!(seen["entries"][6]["by"], "macro");
}
