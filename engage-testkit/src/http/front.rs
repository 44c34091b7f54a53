//! What visitors are told and asked before they begin.

use serde_json::{Value, json};

use super::people::text;
use super::{Client, Host, Server};

const LIST: &str = "/v1/chat/conversations";

pub(super) async fn set(server: &Server, key: &str, value: Value) -> super::Answer {
    let settings = server.admin().get("/v1/settings").await.is(200);
    let known = settings["settings"].as_array().into_iter().flatten().find(|setting| setting["key"] == key);
    let version = known.map_or(json!(0), |setting| setting["version"].clone());
    server.admin().put(&format!("/v1/settings/{key}"), json!({ "value": value, "expected_version": version })).await
}

async fn begin(visitor: &Client, id: &str, answers: Value) -> super::Answer {
    visitor.post(LIST, json!({ "client_message_id": id, "body": "hello", "answers": answers })).await
}

async fn site(visitor: &Client) -> Value {
    visitor.get("/v1/session").await.is(200)["site"].clone()
}

/// What must be answered is, each wrong answer is named, and nothing is begun before; answers are kept for staff.
pub async fn what_is_asked_is_answered_first(host: Host) {
    let server = host.serve().await;
    let (visitor, admin) = (server.visitor().await, server.admin());
    let fields = json!([
        { "name": "name", "label": "Your name", "kind": "text", "required": true },
        { "name": "email", "label": "E-mail", "kind": "email", "required": false },
        { "name": "topic", "label": "Topic", "kind": "select", "choices": ["Sales", "Help"], "required": true },
        { "name": "terms", "label": "I agree", "kind": "checkbox", "required": true },
    ]);
    set(&server, "chat.fields", fields).await.is(200);
    let asked = site(&visitor).await["fields"].clone();
    assert_eq!(asked[2]["choices"], json!(["Sales", "Help"]));
    assert_eq!(asked.as_array().map(Vec::len), Some(4));

    let refused = begin(&visitor, "a", json!({ "email": "x", "topic": "Other", "terms": false, "more": 1 })).await;
    for field in ["name", "email", "topic", "terms", "more"] {
        refused.invalid(&format!("/answers/{field}"));
    }
    visitor.post(LIST, json!({ "client_message_id": "a", "body": "hello" })).await.invalid("/answers/name");
    assert_eq!(visitor.get(LIST).await.is(200)["conversations"], json!([]), "nothing was begun");
    let answers = json!({ "name": "Ann", "email": "ann@example.com", "topic": "Help", "terms": true });
    let wrong = json!({ "client_message_id": "a", "body": " ", "answers": answers });
    visitor.post(LIST, wrong).await.invalid("/body");
    assert_eq!(visitor.contact().await["name"], json!(null), "nothing was kept of what was refused");

    let opened = begin(&visitor, "a", answers.clone()).await.is(201);
    assert_eq!(begin(&visitor, "a", answers).await.is(200)["conversation"]["id"], opened["conversation"]["id"]);
    assert_eq!(visitor.contact().await["name"], json!("Ann"));
    let id = text(&opened["conversation"]["id"]);
    let shown = admin.snapshot(&id).await["conversation"].clone();
    assert_eq!((&shown["attributes"]["topic"], &shown["attributes"]["terms"]), (&json!("Help"), &json!(true)));
    assert_eq!(shown["contact"]["email"], json!("ann@example.com"));
    let contact = admin.get(&format!("/v1/contacts/{}", text(&shown["contact"]["id"]))).await.is(200);
    assert_eq!(contact["attributes"], json!({ "topic": "Help", "terms": true }));
    // What is known is not asked again.
    begin(&visitor, "b", json!({ "topic": "Sales", "terms": true })).await.is(201);
}

/// Outside the hours visitors are told when the site opens; what they write becomes a conversation that says so.
pub async fn outside_the_hours_what_is_written_waits(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    agent.come_online().await;
    let told = site(&visitor).await;
    assert_eq!(
        (&told["is_open"], &told["opens_at"], &told["needs_email"]),
        (&json!(true), &json!(null), &json!(false))
    );
    let opened = begin(&visitor, "open", json!({})).await.is(201);
    let attributes = async |opened: &Value| {
        agent.snapshot(&text(&opened["conversation"]["id"])).await["conversation"]["attributes"].clone()
    };
    assert_eq!(attributes(&opened).await, json!({}));

    let closed = json!({ "time_zone": "Europe/Berlin", "week": {}, "message": "Back soon" });
    set(&server, "chat.hours", closed).await.is(200);
    set(&server, "chat.offline_email", json!(true)).await.is(200);
    let told = site(&visitor).await;
    assert_eq!((&told["is_open"], &told["closed_message"]), (&json!(false), &json!("Back soon")));
    assert_eq!((&told["needs_email"], &told["opens_at"]), (&json!(true), &json!(null)));
    begin(&visitor, "closed", json!({})).await.invalid("/answers/email");
    let opened = begin(&visitor, "closed", json!({ "email": "ann@example.com" })).await.is(201);
    assert_eq!(attributes(&opened).await, json!({ "offline": true }));
    begin(&visitor, "again", json!({})).await.is(201);

    let always =
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map(|day| (day.to_owned(), json!([["00:00", "24:00"]])));
    let always: serde_json::Map<_, _> = always.into_iter().collect();
    set(&server, "chat.hours", json!({ "time_zone": "Asia/Tokyo", "week": always })).await.is(200);
    assert_eq!(site(&visitor).await["is_open"], json!(true));
    let mut later = always.clone();
    later.values_mut().for_each(|day| *day = json!([["00:00", "00:00"]]));
    set(&server, "chat.hours", json!({ "time_zone": "Asia/Tokyo", "week": later })).await.invalid("/value/week/mon");
    for wrong in [json!({ "time_zone": "Mars/X", "week": {} }), json!({ "week": {} }), json!("always"), json!([])] {
        set(&server, "chat.hours", wrong).await.invalid("/value");
    }
    set(&server, "chat.hours", json!(null)).await.is(200);
    let twice = json!({ "name": "a", "label": "A", "kind": "text" });
    set(&server, "chat.fields", json!([twice, twice])).await.invalid("/value/1/name");
}

/// Whom the host knows need not say who they are, and cannot say otherwise.
pub async fn members_are_not_asked_who_they_are(host: Host) {
    let server = host.serve().await;
    let member = server.stranger().with(super::Directory::HEADER, "member:42:Grace");
    let fields = json!([{ "name": "name", "label": "Your name", "kind": "text", "required": true }]);
    set(&server, "chat.fields", fields).await.is(200);
    let before = member.get("/v1/session").await.is(200)["contact"].clone();
    let answers = if before["name"].is_null() { json!({ "name": "Eve" }) } else { json!({}) };
    begin(&member, "a", answers).await.is(201);
    begin(&member, "b", json!({ "name": "Mallory" })).await.is(201);
    assert_eq!(member.get("/v1/session").await.is(200)["contact"], before);
}

/// A browser without JavaScript gets a form, told what is wrong with what it sends, and begins a conversation with it, once; a
/// program that fills in everything begins none. Nothing that anybody typed becomes markup.
pub async fn without_javascript_a_form_does(host: Host) {
    const FORM: &str = "application/x-www-form-urlencoded";
    let server = host.serve().await;
    let (visitor, admin) = (server.stranger(), server.admin());
    let fields = json!([
        { "name": "name", "label": "<b>Your name</b>", "kind": "text", "required": true },
        { "name": "topic", "label": "Topic", "kind": "select", "choices": ["Sales", "Help"] },
        { "name": "terms", "label": "I agree", "kind": "checkbox", "required": true },
    ]);
    set(&server, "chat.fields", fields).await.is(200);
    let page = async |answer: super::Answer| {
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"), "{answer}");
        assert!(answer.header("content-security-policy").contains("form-action 'self'"));
        String::from_utf8(answer.body.to_vec()).expect("UTF-8")
    };
    let send =
        async |body: &str| visitor.request("POST", "/contact").header("content-type", FORM).body(body.to_owned()).await;
    let count = async || admin.get(LIST).await.is(200)["conversations"].as_array().map_or(0, Vec::len);

    let shown = page(visitor.get("/contact").await).await;
    for part in
        ["<form method=\"post\"", "&lt;b&gt;Your name&lt;/b&gt;", "name=\"answer.terms\"", "<option>Help</option>"]
    {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(!shown.contains("<script") && !shown.contains("<b>") && !shown.contains("style="), "{shown}");
    let id =
        shown.split("name=\"client_message_id\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("");

    let first = send(&format!("client_message_id={id}&message=%3C%2Ftextarea%3E%22hi&answer.topic=Help")).await;
    assert!(first.header("set-cookie").contains("HttpOnly"), "whoever writes is known again");
    let wrong = page(first).await;
    assert!(wrong.contains("&lt;/textarea&gt;&quot;hi") && wrong.contains("answer.name-fault"), "{wrong}");
    assert!(wrong.contains("<option selected>Help"), "what was typed is kept: {wrong}");
    page(send(&format!("client_message_id={id}&message=+&answer.name=Ann&answer.terms=true")).await).await;
    let robot = send(&format!("client_message_id={id}&message=buy&answer.name=R&answer.terms=true&website=x")).await;
    assert_eq!((robot.status, robot.try_header("set-cookie")), (303, None));
    assert_eq!(count().await, 0, "nothing was begun");

    let good =
        format!("client_message_id={id}&message=hello%0D%0Athere&answer.name=Ann&answer.topic=&answer.terms=true");
    let answer = send(&good).await;
    assert_eq!(answer.status, 303, "{answer}");
    assert!(answer.header("location").ends_with("/contact?sent=true"));
    assert!(page(visitor.get("/contact?sent=true").await).await.contains("Thank you"));
    // Each reader in their own language, and in one that was asked for from page to page.
    let german = page(visitor.get("/contact").header("accept-language", "nl, de-AT;q=0.8, fr;q=0.5").await).await;
    assert!(german.contains("<html lang=\"de\" dir=\"ltr\">") && german.contains(">Senden<"), "{german}");
    let arabic = page(visitor.get("/contact?lang=ar").header("accept-language", "de").await).await;
    assert!(arabic.contains("<html lang=\"ar\" dir=\"rtl\">") && arabic.contains("/contact?lang=ar\""), "{arabic}");
    let form = |path: &str| visitor.request("POST", path).header("content-type", FORM);
    let wrong = page(form("/contact?lang=fr").body(format!("client_message_id={id}&message=hi")).await).await;
    assert!(wrong.contains("Ceci est nécessaire."), "{wrong}");
    let robot = form("/contact?lang=fr").body(format!("client_message_id={id}&message=buy&website=x")).await;
    assert!(robot.header("location").ends_with("/contact?sent=true&lang=fr"), "{robot}");
    let hostile = page(visitor.get("/contact?lang=%22%3E%3Cscript%3E").await).await;
    assert!(hostile.contains("<html lang=\"en\"") && !hostile.contains("<script"), "{hostile}");
    assert_eq!(count().await, 1);
    let listed = admin.get(LIST).await.is(200)["conversations"][0].clone();
    assert_eq!(listed["contact"]["name"], json!("Ann"));
    assert_eq!(listed["last_message"]["excerpt"], json!("hello\nthere"));
    assert_eq!(listed["attributes"]["terms"], json!(true));

    // The same form again, as when somebody presses twice: it is the same conversation for whoever has the cookie.
    let known = server.visitor().await;
    for _ in 0..2 {
        let again = known.request("POST", "/contact").header("content-type", FORM).body(good.clone()).await;
        assert_eq!((again.status, again.try_header("set-cookie")), (303, None), "{again}");
    }
    assert_eq!(count().await, 2);
    for (bad, status) in [("message=x&admin=1", 400), (&"a&".repeat(40), 400)] {
        assert_eq!(send(bad).await.status, status);
    }
    visitor.post("/contact", json!({})).await.refused(415, "unsupported_media_type");
    let foreign =
        visitor.request("POST", "/contact").header("content-type", FORM).header("sec-fetch-site", "cross-site");
    foreign.body(good).await.refused(403, "cross_site");
}
