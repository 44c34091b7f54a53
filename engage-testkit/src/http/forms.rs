//! Forms, as those who fill them in and staff meet them.

use serde_json::{Value, json};

use super::people::text;
use super::{Answer, Client, Host, Server, Setup};

const SENT: &str = "/v1/submissions";
const FORM: &str = "application/x-www-form-urlencoded";

/// Makes the form anew.
pub(super) async fn define(server: &Server, name: &str, more: Value) {
    let admin = server.admin();
    admin.delete(&format!("/v1/forms/{name}")).await;
    let mut form = json!({
        "name": name,
        "title": "Write to <b>us</b>",
        "fields": [
            { "name": "email", "label": "E-mail", "kind": "email", "required": true },
            { "name": "topic", "label": "Topic", "kind": "radio", "choices": ["Sales", "Help"] },
            { "name": "order", "label": "Order", "kind": "text", "required": true, "when": { "field": "topic", "is": ["Help"] } },
            { "name": "message", "label": "<i>Message</i>", "kind": "multiline", "required": true },
        ],
        "protection": { "min_seconds": 0 },
    });
    for (member, value) in more.as_object().into_iter().flatten() {
        form[member] = value.clone();
    }
    admin.put(&format!("/v1/forms/{name}"), json!({ "form": form, "expected_version": 0 })).await.is(200);
}

/// A token to send the form with.
pub(super) async fn token(client: &Client, name: &str) -> String {
    text(&client.get(&format!("/v1/forms/{name}")).await.is(200)["token"])
}

async fn send(client: &Client, name: &str, message: &str) -> Answer {
    let answers = json!({ "email": "ann@example.com", "message": message });
    let body = json!({ "token": token(client, name).await, "answers": answers });
    client.post(&format!("/v1/forms/{name}"), body).await
}

async fn sent(server: &Server, query: &str) -> Vec<Value> {
    let page = server.admin().get(&format!("{SENT}?{query}")).await.is(200);
    page["submissions"].as_array().cloned().unwrap_or_default()
}

/// A form says what it takes, is told what is wrong with it, brings one submission, and what is suspicious waits for staff.
pub async fn forms_are_filled_in_and_looked_at(host: Host) {
    let server = host.serve().await;
    let (visitor, admin) = (server.stranger(), server.admin());
    define(
        &server,
        "talk",
        json!({ "consent": "I agree", "thanks": "Thanks!", "protection": { "min_seconds": 0, "words": ["casino"] } }),
    )
    .await;
    let offer = visitor.get("/v1/forms/talk").await.is(200);
    assert_eq!((&offer["fields"][1]["kind"], &offer["challenge"]), (&json!("radio"), &json!(null)));
    assert_eq!(offer["schema"]["allOf"][0]["then"]["required"], json!(["order"]));
    assert!(offer.get("protection").is_none() && offer.get("retention_days").is_none(), "{offer}");
    let body =
        |answers: Value, consent: bool| json!({ "token": offer["token"], "answers": answers, "consent": consent });
    let wrong = visitor.post("/v1/forms/talk", body(json!({ "email": "x", "topic": "Help", "more": 1 }), false)).await;
    for field in ["/answers/email", "/answers/order", "/answers/message", "/answers/more", "/consent"] {
        wrong.invalid(field);
    }
    let good = || body(json!({ "email": "ann@example.com", "message": "=1+1 \u{202E}<script>" }), true);
    let told = visitor.post("/v1/forms/talk", good()).await.is(201);
    assert_eq!(told, json!({ "thanks": "Thanks!", "repeated": false }));
    assert_eq!(visitor.post("/v1/forms/talk", good()).await.is(200)["repeated"], json!(true));
    let other = body(json!({ "email": "ann@example.com", "message": "other" }), true);
    visitor.post("/v1/forms/talk", other).await.refused(409, "form_used");
    let mut made_up = good();
    made_up["token"] = json!("made up");
    visitor.post("/v1/forms/talk", made_up).await.refused(409, "form_expired");
    visitor.get("/v1/forms/none").await.refused(404, "not_found");

    let kept = sent(&server, "form=talk").await;
    assert_eq!((kept.len(), &kept[0]["state"], &kept[0]["repeats"]), (1, &json!("inbox"), &json!(0)));
    assert_eq!(kept[0]["consent"]["text"], json!("I agree"));
    assert_eq!(kept[0]["answers"][1]["value"], json!("=1+1 \u{202E}<script>"));

    let again = visitor.get(&format!("/v1/forms/talk?again={}", text(&offer["token"]))).await.is(200);
    let answers = json!({ "email": "eve@example.com", "message": "Casino!" });
    visitor
        .post("/v1/forms/talk", json!({ "token": again["token"], "answers": answers, "consent": true }))
        .await
        .is(201);
    let held = sent(&server, "form=talk&state=quarantine").await.remove(0);
    assert_eq!(held["reasons"], json!([{ "kind": "word", "word": "casino" }]));
    let path = format!("{SENT}/{}", text(&held["id"]));
    assert_eq!(admin.get(&path).await.is(200), held);
    let state = |state: &str, version: i64| json!({ "state": state, "expected_version": version });
    let put = async |body: Value| admin.put(&format!("{path}/state"), body).await;
    put(state("quarantine", 1)).await.invalid("/state");
    put(state("inbox", 2)).await.refused(409, "conflict");
    assert_eq!(put(state("inbox", 1)).await.is(200)["state"], json!("inbox"));
    assert_eq!(sent(&server, "form=talk&state=inbox").await.len(), 2);
    let first = admin.get(&format!("{SENT}?form=talk&limit=1")).await.is(200);
    assert_eq!(first["submissions"][0]["id"], held["id"], "newest first");
    let next = admin.get(&format!("{SENT}?form=talk&limit=1&before={}", text(&first["next"]))).await.is(200);
    assert_eq!(next["submissions"][0]["id"], kept[0]["id"]);
    admin.delete(&path).await.is(204);
    admin.delete(&path).await.refused(404, "not_found");
    let audit = admin.get("/v1/audit").await.is(200).to_string();
    for action in ["forms.create", "forms.set_state", "forms.delete_submission"] {
        assert!(audit.contains(action), "{action}");
    }
}

/// A file for a spreadsheet, in which nothing is a formula, and one for programs.
pub async fn what_was_sent_is_taken_away(host: Host) {
    let server = host.serve().await;
    define(&server, "files", json!({})).await;
    for message in ["=HYPERLINK(\"http://evil.example\")", "plain \"quoted\", text"] {
        send(&server.stranger(), "files", message).await.is(201);
    }
    let csv = server.admin().get("/v1/forms/files/export").await;
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"files.csv\"");
    assert!(csv.header("content-type").starts_with("text/csv"), "{csv}");
    let csv = String::from_utf8(csv.body.to_vec()).expect("UTF-8");
    assert!(
        csv.starts_with("\u{FEFF}\"id\",\"created_at\"") && csv.contains("\"order\",\"message\",\"other\"\r\n"),
        "{csv}"
    );
    assert!(csv.contains("\"'=HYPERLINK(\"\"http") && csv.contains("\"plain \"\"quoted\"\", text\""), "{csv}");
    let all = server.admin().get("/v1/forms/files/export?format=json&state=inbox").await.is(200);
    assert_eq!(all.as_array().map(Vec::len), Some(2));
    let none = server.admin().get("/v1/forms/files/export?format=json&state=spam").await.is(200);
    assert_eq!(none, json!([]));
}

/// Admins define forms; each fault is named, and a change expects the version before.
pub async fn admins_define_forms(host: Host) {
    let server = host.serve().await;
    let (admin, agent) = (server.admin(), server.agent("ada"));
    admin.delete("/v1/forms/new").await;
    let put = async |form: Value, version: i64| {
        admin.put("/v1/forms/new", json!({ "form": form, "expected_version": version })).await
    };
    let form = json!({ "name": "new", "title": "New", "fields": [{ "name": "a", "label": "A", "kind": "text" }] });
    let mut wrong = form.clone();
    (wrong["title"], wrong["fields"][0]["label"], wrong["retention_days"]) = (json!(""), json!(""), json!(0));
    let told = put(wrong, 0).await;
    for field in ["/form/title", "/form/fields/0/label", "/form/retention_days"] {
        told.invalid(field);
    }
    put(json!({ "name": "other", "title": "x", "fields": [] }), 0).await.invalid("/form/name");
    put(json!({ "name": "new", "title": "x", "fields": [{ "name": "a", "label": "A", "kind": "file" }] }), 0)
        .await
        .invalid("/form/fields/0/kind");
    put(form.clone(), 1).await.refused(404, "not_found");
    assert_eq!(put(form.clone(), 0).await.is(200)["version"], json!(1));
    put(form.clone(), 0).await.refused(409, "name_taken");
    assert_eq!(put(form.clone(), 1).await.is(200)["version"], json!(2));
    put(form.clone(), 1).await.refused(409, "conflict");
    let listed = agent.get("/v1/forms").await.is(200);
    let listed = listed["forms"].as_array().cloned().unwrap_or_default();
    assert!(listed.iter().any(|one| one["form"]["name"] == "new" && one["version"] == 2), "agents see them");
    agent.put("/v1/forms/new", json!({ "form": form, "expected_version": 2 })).await.refused(403, "forbidden");
    agent.delete("/v1/forms/new").await.refused(403, "forbidden");
    admin.delete("/v1/forms/new").await.is(204);
    admin.delete("/v1/forms/new").await.refused(404, "not_found");
}

/// A browser without JavaScript gets a page, is told beside each field what is wrong, keeps what was typed, and sends it once.
/// Nothing that anybody typed becomes markup.
pub async fn without_javascript_a_form_is_a_page(host: Host) {
    let server = host.serve().await;
    let visitor = server.stranger();
    define(&server, "page", json!({ "consent": "I <u>agree</u>" })).await;
    let page = |answer: &Answer| {
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{answer}");
        assert!(answer.header("content-security-policy").contains("form-action 'self'"));
        String::from_utf8(answer.body.to_vec()).expect("UTF-8")
    };
    let token_in = |page: &str| {
        page.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("").to_owned()
    };
    let post =
        async |body: String| visitor.request("POST", "/forms/page").header("content-type", FORM).body(body).await;

    let shown = page(&visitor.get("/forms/page").await);
    for part in
        ["<fieldset><legend", "Write to &lt;b&gt;us", "Topic: Help", "I &lt;u&gt;agree", "type=\"email\"", "<textarea"]
    {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(!shown.contains("<script") && !shown.contains("<b>") && !shown.contains("style="), "{shown}");
    let token = token_in(&shown);
    let told =
        post(format!("token={token}&answer.email=x&answer.topic=Help&answer.message=%3Cscript%3E&answer.evil=1")).await;
    assert_eq!(told.status, 200);
    let told = page(&told);
    for part in [
        "id=\"answer.email-fault\"",
        "id=\"answer.order-fault\"",
        "id=\"consent-fault\"",
        "href=\"#answer.email\"",
        "value=\"x\"",
        "&lt;script&gt;",
        "value=\"Help\" checked",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(!told.contains("<script"), "{told}");
    assert_eq!(token_in(&told), token, "it is still the same form");

    let good = |token: &str, message: &str| {
        format!("token={token}&answer.email=ann%40example.com&answer.message={message}&consent=true&website=")
    };
    for _ in 0..2 {
        let done = post(good(&token, "one%0D%0Atwo")).await;
        assert_eq!(done.status, 303, "{done}");
        assert!(done.header("location").ends_with("/forms/page?sent=true") && done.try_header("set-cookie").is_none());
    }
    assert!(page(&visitor.get("/forms/page?sent=true").await).contains("Thank you"));
    let kept = sent(&server, "form=page").await;
    assert_eq!((kept.len(), &kept[0]["answers"][1]["value"]), (1, &json!("one\ntwo")));

    // In the reader's language, from page to page where the address says it.
    let german = visitor.request("GET", "/forms/page").header("accept-language", "nl,de;q=0.5").await;
    assert_eq!(german.header("content-language"), "de");
    assert!(page(&german).contains("<button type=\"submit\">Absenden</button>"), "{german}");
    let german = visitor.get("/forms/page?lang=de").await;
    assert!(page(&german).contains("/forms/page?lang=de\""), "{german}");
    let told = visitor.request("POST", "/forms/page?lang=de").header("content-type", FORM);
    let told = page(&told.body(format!("token={}&answer.email=x", token_in(&page(&german)))).await);
    assert!(
        told.contains("Das ist keine E-Mail-Adresse.") && told.contains("Bitte f\u{fc}llen Sie das aus."),
        "{told}"
    );
    let arabic = page(&visitor.get("/forms/page?sent=true&lang=ar").await);
    assert!(arabic.contains("dir=\"rtl\"") && arabic.contains("\u{634}\u{643}\u{631}\u{64b}\u{627}"), "{arabic}");

    // What is sent by a form that was used, or made up, comes back with a fresh one.
    for stale in [token.as_str(), "made-up"] {
        let back = page(&post(good(stale, "more")).await);
        let fresh = token_in(&back);
        assert!(back.contains("role=\"alert\"") && back.contains("more") && fresh != stale, "{back}");
        let message = if stale == "made-up" { "even+more" } else { "more" };
        assert_eq!(post(good(&fresh, message)).await.status, 303);
    }
    assert_eq!(sent(&server, "form=page").await.len(), 3);
    assert_eq!(post("a=1".to_owned()).await.status, 400);
    visitor.get("/forms/none").await.refused(404, "not_found");
    let foreign =
        visitor.request("POST", "/forms/page").header("content-type", FORM).header("sec-fetch-site", "cross-site");
    foreign.body(good(&token, "x")).await.refused(403, "cross_site");
}

/// Whoever sends too much is told when to send again; on the page nothing that was typed is lost.
pub async fn too_much_is_told_and_nothing_is_lost(host: Host) {
    let server = host.start(Setup { rate_limits: true, ..Setup::default() }).await;
    let visitor = server.visitor().await;
    define(&server, "much", json!({})).await;
    for turn in 0..10 {
        send(&visitor, "much", &format!("message {turn}")).await.is(201);
    }
    let refused = send(&visitor, "much", "one more").await;
    refused.refused(429, "rate_limited");
    assert!(
        refused.header("retry-after").parse::<u64>().is_ok_and(|seconds| (1..=600).contains(&seconds)),
        "{refused}"
    );
    let body = format!("token={}&answer.email=a%40b.example&answer.message=dear+to+me", token(&visitor, "much").await);
    let page = visitor.request("POST", "/forms/much").header("content-type", FORM).body(body).await;
    assert_eq!((page.status, page.header("content-type")), (429, "text/html; charset=utf-8"), "{page}");
    assert!(String::from_utf8_lossy(&page.body).contains("dear to me"), "{page}");
}
