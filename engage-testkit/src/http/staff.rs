//! What staff do, and what only they see.

use std::time::Duration;

use serde_json::{Value, json};

use super::people::text;
use super::{Client, Host, Setup};
use crate::hostile;

const LIST: &str = "/v1/chat/conversations";

fn path(conversation: &str, what: &str) -> String {
    format!("{LIST}/{conversation}/{what}")
}

/// No word of a note, and no sign that there is one, reaches a visitor on any transport.
pub async fn notes_never_reach_a_visitor(host: Host) {
    const CANARY: &str = "canary-note";
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let mut socket = visitor.chat_from(json!({ "inbox": null })).await;
    socket.subscribe(&conversation, Some(0)).await;
    socket.until("message").await;
    let mut stream = visitor.events(&conversation, "&after=1").await;
    let before = visitor.snapshot(&conversation).await;
    let tag = visitor.get(LIST).await.header("etag").to_owned();
    let poll = tokio::spawn(visitor.get(&path(&conversation, "entries?after=1&wait=3")).into_future());

    let mut staff = agent.follow(&conversation).await;
    let noted = agent.notes(&conversation, "n1", CANARY).await;
    assert_eq!((&noted["type"], &noted["seq"]), (&json!("note"), &json!(2)));
    assert_eq!(staff.until("note").await, noted);
    staff
        .send(json!({ "type": "note", "conversation": conversation, "client_message_id": "n2", "body": CANARY }))
        .await;
    staff.until("ack").await;
    agent.put(&path(&conversation, "status"), json!({ "status": "snoozed" })).await.is(200);
    agent.put(&path(&conversation, "team"), json!({ "team": CANARY })).await;

    assert_eq!(visitor.snapshot(&conversation).await, before, "nothing has happened, for the visitor");
    assert_eq!(visitor.get(LIST).header("if-none-match", &tag).await.status, 304, "not even the list has changed");
    assert_eq!(poll.await.unwrap().is(200)["entries"], json!([]));
    let told = socket.within(Duration::from_millis(1_500)).await;
    assert!(told.iter().all(|frame| frame["type"] == "presence"), "no frame, not even an inbox: {told:?}");
    server.admin().says(&conversation, "a1", "to all").await;
    let next = stream.until("message").await;
    assert_eq!((next.seq(), &next.data["body"]), (Some("2"), &json!("to all")), "numbered without the notes");
    assert_eq!(socket.until("message").await["seq"], 2);
    assert_eq!(visitor.seen().find(CANARY), None);
}

/// Closing, snoozing and opening again, as either side sees it.
pub async fn statuses_are_told_to_those_concerned(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let mut socket = visitor.follow(&conversation).await;
    let set = async |status: Value| agent.put(&path(&conversation, "status"), status).await;

    let snoozed = set(json!({ "status": "snoozed", "snoozed_until": "2999-01-01T00:00:00Z" })).await.is(200);
    assert_eq!(
        (&snoozed["status"], &snoozed["snoozed_until"]),
        (&json!("snoozed"), &json!("2999-01-01T00:00:00.000000Z"))
    );
    assert_eq!(visitor.snapshot(&conversation).await["conversation"]["status"], "open");
    set(json!({ "status": "snoozed", "snoozed_until": "2001-01-01T00:00:00Z" })).await.invalid("/snoozed_until");

    let closed = set(json!({ "status": "closed" })).await.is(200);
    assert_eq!((&closed["status"], &closed["snoozed_until"]), (&json!("closed"), &json!(null)));
    let told = socket.until("status").await;
    assert_eq!((&told["status"], &told["seq"], told.get("snoozed_until")), (&json!("closed"), &json!(2), None));
    assert_eq!(
        set(json!({ "status": "closed" })).await.is(200)["seq"],
        closed["seq"],
        "the same again changes nothing"
    );

    visitor.says(&conversation, "m1", "one more thing").await;
    assert_eq!(socket.until("status").await["status"], "open", "a visitor's message opens it");
    let next = |frame: &Value| frame["body"] == "one more thing";
    assert_eq!(socket.find("the visitor's message", next).await["seq"], 4);
    assert_eq!(agent.snapshot(&conversation).await["conversation"]["status"], "open");
}

/// A conversation is handed from one agent to another; all are told, the visitor by name only.
pub async fn a_conversation_is_handed_over(host: Host) {
    let server = host.serve().await;
    let (visitor, ada, bob) = (server.visitor().await, server.agent("ada"), server.agent("bob"));
    ada.come_online().await;
    bob.come_online().await;
    let conversation = visitor.open_conversation("hello").await;
    let mut inbox = bob.chat_from(json!({ "inbox": null })).await;
    let (mut told, mut staff) = (visitor.follow(&conversation).await, ada.follow(&conversation).await);
    let assign = async |body: Value| ada.put(&path(&conversation, "assignee"), body).await;

    assign(json!({ "agent": "ada", "expected": "bob" })).await.refused(409, "conflict");
    let own = assign(json!({ "agent": "ada", "expected": null })).await.is(200);
    assert_eq!(own["assignee"], json!({ "id": "ada", "name": "Name of ada" }));
    assert_eq!(told.until("assigned").await["agent"], json!({ "name": "Name of ada" }));
    assert_eq!(staff.until("assigned").await["agent"], json!({ "id": "ada", "name": "Name of ada" }));

    let over = json!({ "type": "assign", "ref": "r", "conversation": conversation, "agent": "bob", "expected": "ada" });
    staff.send(over.clone()).await;
    assert_eq!(staff.until("ok").await["ref"], "r");
    assert_eq!(told.until("assigned").await["agent"], json!({ "name": "Name of bob" }));
    let bobs = |frame: &Value| frame["conversations"][0]["assignee"]["id"] == "bob";
    inbox.find("bob's conversation in bob's inbox", bobs).await;
    staff.send(over).await;
    assert_eq!(staff.until("error").await["code"], "conflict");

    assign(json!({ "agent": "nobody" })).await.invalid("/agent");
    assert_eq!(assign(json!({ "agent": null })).await.is(200)["assignee"], json!(null));
    assert_eq!(visitor.snapshot(&conversation).await["conversation"]["assignee"], json!(null));
    assert_eq!(visitor.seen().find("\"bob\""), None, "the host's ids stay among staff");
}

/// A conversation that leaves an agent's teams is gone for them: from the socket, the stream, the inbox and the lists.
pub async fn what_leaves_a_team_is_gone(host: Host) {
    let server = host.serve().await;
    let (visitor, seller) = (server.visitor().await, server.staff("agent:sam:sales"));
    let supporter = server.staff("agent:sue:support");
    let conversation = visitor.open_conversation("hello").await;
    let team = path(&conversation, "team");
    assert_eq!(seller.put(&team, json!({ "team": "sales" })).await.is(200)["team"], "sales");
    supporter.get(&format!("{LIST}/{conversation}")).await.refused(404, "not_found");
    supporter.put(&team, json!({ "team": "support" })).await.refused(404, "not_found");

    let mut socket =
        seller.chat_from(json!({ "inbox": null, "resume": [{ "conversation": conversation, "seq": 1 }] })).await;
    let mut stream = seller.events(&conversation, "").await;
    stream.until("subscribed").await;
    let mut other = supporter.chat_from(json!({ "inbox": null })).await;
    seller.put(&team, json!({ "team": "support" })).await.is(204);
    let gap = socket.until("gap").await;
    assert_eq!((&gap["conversation"], &gap["from"], &gap["to"]), (&json!(conversation), &json!(3), &json!(3)));
    let gone = |frame: &Value| frame["gone"][0] == conversation.as_str();
    socket.find("that it is gone", gone).await;
    assert_eq!(socket.subscribe(&conversation, Some(2)).await["error"], "not_found");
    assert_eq!(stream.until("gap").await.data["conversation"], conversation);
    assert!(stream.next().await.is_none());
    let here = |frame: &Value| frame["conversations"][0]["id"] == conversation.as_str();
    other.find("that it is there", here).await;
    seller.get(&format!("{LIST}/{conversation}")).await.refused(404, "not_found");
    assert_eq!(seller.get(&format!("{LIST}?status=all")).await.is(200)["conversations"], json!([]));
    assert_eq!(visitor.snapshot(&conversation).await["conversation"]["seq"], 1, "the visitor sees nothing of it");
    supporter.says(&conversation, "s1", "hello from support").await;
    assert_eq!(seller.seen().find("hello from support"), None);
    socket.settled().await;
    assert_eq!(seller.seen().find("hello from support"), None);
}

/// What waits goes to an agent who comes online, and a new conversation to the one with the least to do.
pub async fn conversations_are_given_to_who_is_online(host: Host) {
    let server = host.start(Setup { auto_assign: true, ..Setup::default() }).await;
    let (visitor, ada, bob) = (server.visitor().await, server.agent("ada"), server.agent("bob"));
    let waiting = visitor.open_conversation("anybody?").await;
    let mut told = visitor.follow(&waiting).await;
    ada.come_online().await;
    assert_eq!(told.until("assigned").await["agent"]["name"], "Name of ada");
    bob.come_online().await;
    let open = json!({ "client_message_id": "second", "body": "and me?" });
    let second = text(&visitor.post(LIST, open).await.is(201)["conversation"]["id"]);
    let mut told = visitor.follow(&second).await;
    assert_eq!(told.until("assigned").await["agent"]["name"], "Name of bob");
    // How many each has is told within seconds.
    let mut tries = 0;
    loop {
        let agents = ada.get("/v1/chat/agents").await.is(200)["agents"].clone();
        if agents.as_array().unwrap().iter().all(|agent| agent["status"] == "online" && agent["open"] == 1) {
            break;
        }
        tries += 1;
        assert!(tries < 100, "{agents}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Who waits is told their place and moves up; a limit is kept, and a transfer finds the other team.
pub async fn who_waits_knows_their_place(host: Host) {
    let server = host.start(Setup { auto_assign: true, ..Setup::default() }).await;
    let (ada, admin) = (server.agent("ada"), server.admin());
    ada.come_online().await;
    ada.put("/v1/chat/agents/ada", json!({ "capacity": 9, "languages": [] })).await.refused(403, "forbidden");
    let set = admin.put("/v1/chat/agents/ada", json!({ "capacity": 1, "languages": ["DE"] })).await.is(200);
    assert_eq!((&set["capacity"], &set["languages"]), (&json!(1), &json!(["de"])));
    let (first, second, third) = (server.visitor().await, server.visitor().await, server.visitor().await);
    let answered = first.open_conversation("1").await;
    first.follow(&answered).await.until("assigned").await;
    let open = json!({ "client_message_id": "o", "body": "2", "language": "de" });
    let waiting = text(&second.post(LIST, open).await.is(201)["conversation"]["id"]);
    let last = third.open_conversation("3").await;
    let mut told = third.follow(&last).await;
    let at = |place: Value| move |frame: &Value| frame["type"] == "queue" && frame["position"] == place;
    told.find("the second place", at(json!(2))).await;
    let mut events = third.events(&last, "").await;
    events.until("queue").await;

    let shown = ada.snapshot(&waiting).await["conversation"].clone();
    assert_eq!((&shown["language"], &shown["priority"]), (&json!("de"), &json!("normal")));
    assert_eq!(shown["waiting_since"], shown["unanswered_since"]);
    let hidden = second.snapshot(&waiting).await["conversation"].clone();
    for member in ["language", "priority", "waiting_since", "unanswered_since"] {
        assert_eq!(hidden.get(member), None, "visitors are not told");
    }
    let urgent = ada.put(&format!("{LIST}/{last}/priority"), json!({ "priority": "urgent" })).await.is(200);
    assert_eq!(urgent["priority"], "urgent");
    told.find("the first place", at(json!(1))).await;
    ada.put(&format!("{LIST}/{answered}/status"), json!({ "status": "closed" })).await.is(200);
    told.until("assigned").await;
    told.find("no place", at(Value::Null)).await;
    assert_eq!(second.seen().find("urgent"), None);

    let mut told = second.follow(&waiting).await;
    ada.put("/v1/chat/agents/me", json!({ "status": "online", "reassign": true })).await.refused(422, "invalid");
    ada.put("/v1/chat/agents/me", json!({ "status": "away", "reassign": true })).await.is(200);
    let left = ada.snapshot(&last).await["conversation"].clone();
    assert_eq!(left["assignee"], Value::Null, "what she had waits again");
    let bob = server.agent("bob");
    bob.come_online().await;
    told.until("assigned").await;
    let moved = bob.put(&format!("{LIST}/{waiting}/team"), json!({ "team": null, "release": true })).await.is(200);
    assert_eq!(moved["assignee"]["id"], json!(null), "{moved}");
}

/// Agents come and go; staff are told who, visitors only whether anybody is there.
pub async fn presence_is_told_to_each_side_in_its_way(host: Host) {
    let server = host.serve().await;
    let (visitor, ada, bob) = (server.visitor().await, server.agent("ada"), server.agent("bob"));
    let mut told = visitor.chat().await;
    assert_eq!(told.until("presence").await, json!({ "type": "presence", "agents_online": false }));
    let mut staff = bob.chat().await;
    let mut own = ada.chat().await;
    own.send(json!({ "type": "presence", "status": "online" })).await;
    let online =
        |frame: &Value| frame["type"] == "presence" && frame["agent"]["id"] == "ada" && frame["status"] == "online";
    let frame = staff.find("ada online", online).await;
    assert_eq!(frame["agent"], json!({ "id": "ada", "name": "Name of ada" }));
    assert_eq!(told.until("presence").await["agents_online"], true);
    assert_eq!(visitor.get("/v1/session").await.is(200)["site"]["agents_online"], true);
    assert_eq!(ada.put("/v1/chat/agents/me", json!({ "status": "away" })).await.is(200)["status"], "away");
    bob.put("/v1/chat/agents/me", json!({ "status": "away" })).await.is(200);
    let away = |frame: &Value| frame["agent"]["id"] == "ada" && frame["status"] == "away";
    staff.find("ada away", away).await;
    let nobody = |frame: &Value| frame["agents_online"] == false;
    told.find("nobody online", nobody).await;
    // With its quotes: three letters alone may stand in any id.
    assert_eq!(visitor.seen().find("\"ada\""), None, "who it is stays among staff");
}

/// Two contacts become one: the conversations move, and the admin's deed is in the audit log.
pub async fn merged_contacts_are_one(host: Host) {
    let server = host.serve().await;
    let (first, second, admin) = (server.visitor().await, server.visitor().await, server.admin());
    first.patch("/v1/session", json!({ "name": "Eve" })).await.is(200);
    let conversation = first.open_conversation("mine").await;
    let (from, into) = (text(&first.contact().await["id"]), text(&second.contact().await["id"]));
    let merge = format!("/v1/contacts/{from}/merge");
    server.agent("ada").post(&merge, json!({ "into": into })).await.refused(403, "forbidden");
    assert_eq!(admin.post(&merge, json!({ "into": into })).await.is(200)["id"], json!(into));
    assert_eq!(second.bodies(&conversation).await, ["mine"]);
    assert_eq!(admin.get(&format!("/v1/contacts/{from}")).await.is(200)["id"], json!(into));
    let audit = admin.get("/v1/audit").await.is(200);
    let line = &audit["entries"][0];
    assert_eq!((&line["action"], &line["actor"]), (&json!("contacts.merge"), &json!("staff:root")), "{audit}");
    admin
        .post(&format!("/v1/contacts/{into}/merge"), json!({ "into": "01890000-0000-7000-8000-000000000000" }))
        .await
        .refused(404, "not_found");
}

/// Staff correct a contact of theirs; a contact of others does not exist for them.
pub async fn staff_see_contacts_of_their_conversations(host: Host) {
    let server = host.serve().await;
    let (visitor, silent, agent) = (server.visitor().await, server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let contact = format!("/v1/contacts/{}", text(&visitor.contact().await["id"]));
    let changed = agent.patch(&contact, json!({ "name": "Eve", "email": "eve@example.com" })).await.is(200);
    assert_eq!((&changed["name"], &changed["is_member"]), (&json!("Eve"), &json!(false)));
    assert_eq!(agent.get(&contact).await.is(200), changed);
    assert_eq!(visitor.contact().await["name"], "Eve");
    let again = visitor.post(LIST, json!({ "client_message_id": "again", "body": "hello again" })).await.is(201);
    let other = text(&again["conversation"]["id"]);
    let history = format!("{contact}/conversations");
    let ids = |page: Value| -> Vec<Value> {
        page["conversations"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
    };
    assert_eq!(ids(agent.get(&history).await.is(200)), [json!(other), json!(conversation)], "the latest first");
    agent.put(&path(&other, "team"), json!({ "team": "sales" })).await;
    assert_eq!(ids(agent.get(&history).await.is(200)), [json!(conversation)], "only what the agent sees");
    let mut before = String::new();
    for expected in [vec![json!(conversation)], Vec::new()] {
        let page = agent.get(&format!("{history}?limit=1{before}")).await.is(200);
        let next = page["next"].as_str().map(str::to_owned);
        assert_eq!(ids(page), expected);
        before = next.map(|next| format!("&before={next}")).unwrap_or_default();
    }
    assert_eq!(before, "", "the last page says so");
    agent.get(&format!("{history}?before=none")).await.refused(400, "malformed");
    assert_eq!(ids(server.admin().get(&history).await.is(200)).len(), 2);
    agent.put(&path(&conversation, "team"), json!({ "team": "sales" })).await;
    agent.get(&contact).await.refused(404, "not_found");
    agent.get(&history).await.refused(404, "not_found");
    agent.patch(&contact, json!({ "name": "x" })).await.refused(404, "not_found");
    let unseen = format!("/v1/contacts/{}", text(&silent.contact().await["id"]));
    agent.get(&unseen).await.refused(404, "not_found");
    agent.delete(&format!("{unseen}/sessions")).await.refused(404, "not_found");
    server.admin().get(&unseen).await.is(200);
}

/// A setting is changed against the version that was seen, at once everywhere, and is in the audit log.
pub async fn settings_are_changed_by_admins(host: Host) {
    let server = host.serve().await;
    let (admin, agent) = (server.admin(), server.agent("ada"));
    let greeting = |settings: &Value| {
        settings["settings"].as_array().unwrap().iter().find(|one| one["key"] == "chat.greeting").unwrap().clone()
    };
    let before = greeting(&agent.get("/v1/settings").await.is(200));
    assert_eq!(before["version"], 0);
    let set = json!({ "value": "Hi there", "expected_version": 0 });
    assert_eq!(admin.put("/v1/settings/chat.greeting", set.clone()).await.is(200)["version"], 1);
    admin.put("/v1/settings/chat.greeting", set).await.refused(409, "conflict");
    assert_eq!(server.stranger().get("/v1/session").await.is(200)["site"]["greeting"], "Hi there");
    assert_eq!(greeting(&agent.get("/v1/settings").await.is(200))["value"], "Hi there");
    for (key, value, field) in [
        ("chat.greeting", json!(7), "/value"),
        ("chat.greeting", json!("x".repeat(501)), "/value"),
        ("chat.auto_assign", json!("yes"), "/value"),
        ("chat.unknown", json!(1), "/key"),
    ] {
        admin
            .put(&format!("/v1/settings/{key}"), json!({ "value": value, "expected_version": 0 }))
            .await
            .invalid(field);
    }
    let audit = admin.get("/v1/audit?limit=1").await.is(200);
    assert_eq!(audit["entries"][0]["target"], "setting:chat.greeting");
    let next = audit["next"].as_str().expect("there is an older line: the settings of this suite");
    assert_eq!(
        admin.get(&format!("/v1/audit?limit=1&before={next}")).await.is(200)["entries"].as_array().map(Vec::len),
        Some(1)
    );
}

/// People may be called anything.
pub async fn people_may_be_called_anything(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("hello").await;
    for (n, name) in hostile::names().iter().enumerate() {
        let staff = server.staff(&format!("admin:odd{n}"));
        server.setup.directory.change(&format!("admin:odd{n}"), &format!("admin:{name}"));
        assert_eq!(staff.get("/v1/me").await.is(200)["id"], name.as_str());
        let assigned = staff.put(&path(&conversation, "assignee"), json!({ "agent": name })).await.is(200);
        assert_eq!(assigned["assignee"]["id"], name.as_str());
        let list = staff.get(&format!("{LIST}?assignee=me")).await.is(200);
        assert_eq!(list["conversations"][0]["id"], conversation.as_str());
        let shown = visitor.snapshot(&conversation).await["conversation"]["assignee"]["name"].clone();
        assert_eq!(shown, assigned["assignee"]["name"]);
        let renamed = visitor.patch("/v1/session", json!({ "name": name })).await.is(200);
        assert_eq!(renamed["contact"]["name"], name.trim());
    }
}

/// Staff are told who they are and what they may see.
pub async fn staff_learn_who_they_are(host: Host) {
    let server = host.serve().await;
    let me = server.staff("agent:ada:sales,support").get("/v1/me").await.is(200);
    let wanted = json!({
        "id": "ada", "name": "Name of ada", "role": "agent", "teams": ["sales", "support"], "site": { "name": "Acme" },
        "files": me["files"],
    });
    assert_eq!(me, wanted);
    assert_eq!(server.admin().get("/v1/me").await.is(200)["role"], "admin");
    assert_eq!(server.admin().get("/v1/outbox/dead").await.is(200), json!({ "letters": [] }));
}

/// Labels are a set, of which staff's lists, entries and frames tell, and the visitor's nothing.
pub async fn labels_are_put_on_and_found(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let before = visitor.snapshot(&conversation).await;
    let mut socket = agent.follow(&conversation).await;
    let label = async |body: Value| agent.patch(&path(&conversation, "labels"), body).await;
    let put = label(json!({ "add": ["vip", "a/b & c?", "vip"] })).await.is(200);
    assert_eq!(put["labels"], json!(["a/b & c?", "vip"]));
    assert_eq!(socket.until("labels").await["labels"], put["labels"]);
    assert_eq!(label(json!({ "add": ["vip"] })).await.is(200)["seq"], put["seq"], "again it changes nothing");
    for (query, found) in [("label=vip", 1), ("label=a%2Fb%20%26%20c%3F", 1), ("label=VIP", 0), ("label=", 0)] {
        let list = agent.get(&format!("{LIST}?{query}")).await.is(200);
        assert_eq!(list["conversations"].as_array().map(Vec::len), Some(found), "{query}");
    }
    assert_eq!(label(json!({ "remove": ["vip", "none"] })).await.is(200)["labels"], json!(["a/b & c?"]));
    for (wrong, field) in [
        (json!({ "add": [""] }), "/add/0"),
        (json!({ "add": ["ok", " x"] }), "/add/1"),
        (json!({ "remove": ["\u{7}"] }), "/remove/0"),
        (json!({ "add": ["x".repeat(51)] }), "/add/0"),
        (json!({ "add": ["\u{200B}"] }), "/add/0"),
        (json!({ "add": vec!["x"; 21] }), "/add"),
        (json!({ "add": (0..20).map(|n| n.to_string()).collect::<Vec<_>>() }), "/add"),
    ] {
        label(wrong).await.invalid(field);
    }
    assert_eq!(visitor.snapshot(&conversation).await, before, "nothing has happened, for the visitor");
    visitor.get(&format!("{LIST}?label=vip")).await.refused(403, "forbidden");
}

/// Attributes of conversations and contacts are merged, and staff alone learn of them.
pub async fn attributes_are_kept_and_told_to_staff(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    // It was begun while nobody was there, which it bears as an attribute.
    let forget = json!({ "attributes": { "offline": null } });
    agent.patch(&path(&conversation, "attributes"), forget).await.is(200);
    let before = visitor.snapshot(&conversation).await;
    let mut socket = agent.follow(&conversation).await;
    socket.until("attributes").await;
    let keep = async |body: Value| agent.patch(&path(&conversation, "attributes"), json!({ "attributes": body })).await;
    let kept = keep(json!({ "plan": "pro", "seats": 5, "vip": true, "rate": 0.5 })).await.is(200);
    assert_eq!(kept["attributes"], json!({ "plan": "pro", "seats": 5, "vip": true, "rate": 0.5 }));
    assert_eq!(socket.until("attributes").await["changed"], kept["attributes"]);
    let left = keep(json!({ "plan": null, "seats": 5, "none": null })).await.is(200);
    assert_eq!(left["attributes"], json!({ "seats": 5, "vip": true, "rate": 0.5 }));
    assert_eq!(socket.until("attributes").await["changed"], json!({ "plan": null }));
    assert_eq!(keep(json!({})).await.is(200)["seq"], left["seq"], "nothing changes nothing");
    for (wrong, field) in [
        (json!({ "a": {} }), "/attributes/a"),
        (json!({ "a": [1] }), "/attributes/a"),
        (json!({ "__proto__": 1 }), "/attributes/__proto__"),
        (json!({ "a": "x".repeat(1_001) }), "/attributes/a"),
    ] {
        keep(wrong).await.invalid(field);
    }
    assert_eq!(visitor.snapshot(&conversation).await, before, "nothing has happened, for the visitor");

    let id = text(&visitor.contact().await["id"]);
    let contact = format!("/v1/contacts/{id}");
    let patched = agent.patch(&contact, json!({ "attributes": { "plan": "pro", "old": 1 } })).await.is(200);
    assert_eq!(patched["attributes"], json!({ "plan": "pro", "old": 1 }));
    agent.patch(&contact, json!({ "name": "Ann", "attributes": { "old": null } })).await.is(200);
    let shown = agent.get(&contact).await.is(200);
    assert_eq!((&shown["name"], &shown["attributes"]), (&json!("Ann"), &json!({ "plan": "pro" })));
    assert!(!visitor.get("/v1/session").await.is(200).to_string().contains("\"pro\""));
}

/// Agents whom a note asks to look see so at once and until they have read it, find what asks them, and are named with it;
/// who is not there or may not see the conversation is not asked.
pub async fn agents_are_asked_to_look(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let (ada, bob, eve) = (server.agent("ada"), server.agent("bob"), server.staff("agent:eve:law"));
    let conversation = visitor.open_conversation("hello").await;
    for agent in [&ada, &bob, &eve] {
        agent.come_online().await;
    }
    let mut socket = bob.chat_from(json!({ "inbox": null })).await;
    let note = async |id: &str, mentions: Value| {
        let note = json!({ "client_message_id": id, "body": "@Name of bob, look <b>here</b>", "mentions": mentions });
        ada.post(&path(&conversation, "notes"), note).await
    };
    note("a", json!(["nobody"])).await.invalid("/mentions/0");
    note("a", json!(["bob", "nobody"])).await.invalid("/mentions/1");
    note("a", json!(vec!["bob"; 21])).await.invalid("/mentions");
    let said = json!({ "client_message_id": "m", "body": "hello", "mentions": ["bob"] });
    for client in [&ada, &visitor] {
        client.post(&path(&conversation, "messages"), said.clone()).await.invalid("/mentions");
    }
    let noted = note("a", json!(["bob", "bob"])).await.is(201);
    let named = json!([{ "id": "bob", "name": "Name of bob" }]);
    assert_eq!(noted["mentions"], named);
    assert_eq!(note("a", json!(["bob"])).await.is(200)["id"], noted["id"], "said again, it is the same");

    let told = socket.find("that bob is asked", |frame| frame["conversations"][0]["mentioned"] == true).await;
    assert_eq!(told["conversations"][0]["id"], json!(conversation));
    let seen = async |client: &Client, query: &str| {
        let list = client.get(&format!("/v1/chat/conversations?status=all{query}")).await.is(200);
        list["conversations"].as_array().into_iter().flatten().map(|row| row["mentioned"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(seen(&bob, "&mentioned=true").await, [json!(true)]);
    assert_eq!((seen(&ada, "&mentioned=true").await, seen(&ada, "").await), (vec![], vec![json!(false)]));
    assert_eq!(seen(&visitor, "").await, [Value::Null]);
    visitor.get("/v1/chat/conversations?mentioned=true").await.refused(403, "forbidden");

    bob.put(&path(&conversation, "read"), json!({ "seq": noted["seq"] })).await.is(200);
    socket.find("that bob has read it", |frame| frame["conversations"][0]["mentioned"] == false).await;
    assert_eq!(seen(&bob, "&mentioned=true").await, [json!(false)], "it is found still");

    // By the socket too; and of a team, only who sees it is asked.
    let frame = json!({ "type": "note", "conversation": conversation, "client_message_id": "s", "body": "you too", "mentions": ["bob"] });
    socket.send(frame).await;
    socket.find("the ack", |frame| frame["type"] == "ack" && frame["client_message_id"] == "s").await;
    ada.put(&path(&conversation, "team"), json!({ "team": "law" })).await;
    let admin = server.admin();
    let note = json!({ "client_message_id": "t", "body": "you", "mentions": ["eve", "bob"] });
    admin.post(&path(&conversation, "notes"), note).await.invalid("/mentions/1");
}
