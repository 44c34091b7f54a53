//! Tickets by mail.

use serde_json::{Value, json};

use super::people::text;
use super::tickets::{eventually, types};
use super::{Answer, Client, Host, Setup};

/// The newest mail to an address by a part of its subject, once it is there, with what it says.
async fn mailed(admin: &Client, to: &str, subject: &str) -> Value {
    for _ in 0..200 {
        let page = admin.get(&format!("/v1/mail/ledger?limit=20&recipient={to}")).await.is(200);
        let found = page["mails"].as_array().into_iter().flatten();
        let found = found.filter(|mail| text(&mail["subject"]).contains(subject)).find(|mail| mail["state"] == "kept");
        if let Some(mail) = found {
            return admin.get(&format!("/v1/mail/ledger/{}", text(&mail["id"]))).await.is(200);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no mail to {to} about {subject}");
}

async fn set(admin: &Client, key: &str, value: Value) {
    admin.put(&format!("/v1/settings/{key}"), json!({ "value": value, "expected_version": 0 })).await.is(200);
}

/// Hands a mail over as the last server does.
async fn arrives(admin: &Client, mails: &Client, from: &str, to: &str, id: &str, body: &str) {
    let token = text(&admin.get("/v1/mail").await.is(200)["inbound_token"]);
    let mail =
        format!("From: {from}\r\nTo: {to}\r\nSubject: My order\r\nMessage-ID: <{id}@example.com>\r\n\r\n{body}\r\n");
    let request = mails.request("POST", "/v1/mail/inbound").header("content-type", "message/rfc822");
    request.header("authorization", &format!("Bearer {token}")).body(mail.into_bytes()).await.is(200);
}

/// Told that it has arrived, answered by mail from both sides; who is not the requester does not speak for them.
pub async fn tickets_go_on_by_mail(host: Host) {
    let server = host.start(Setup { mailbox: true, ..Setup::default() }).await;
    let (visitor, admin, mails) = (server.visitor().await, server.admin(), server.stranger());
    set(&admin, "tickets.mail_received", json!(true)).await;
    set(&admin, "mail.reply_domain", json!("reply.acme.example")).await;
    visitor.patch("/v1/session", json!({ "email": "Ann@example.com" })).await.is(200);
    let new = json!({ "client_message_id": "a", "subject": "Order 7", "body": "Secret words of mine" });
    let ticket = visitor.post("/v1/tickets", new).await.is(201);
    let (path, name) = (format!("/v1/tickets/{}", text(&ticket["id"])), text(&ticket["reference"]));
    let told = mailed(&admin, "ann@example.com", &name).await.to_string();
    assert!(!told.contains("Secret words"), "the address may be another's: {told}");

    let edit = json!({ "expected_version": 1, "edit": { "add_cc": ["boss@example.com"] } });
    admin.patch(&path, edit).await.is(200);
    let reply = json!({ "client_message_id": "b", "body": "It is on <b>its</b> way." });
    admin.post(&format!("{path}/replies"), reply).await.is(201);
    let answer_to = async |address: &str| {
        let mail = mailed(&admin, address, "Order 7").await;
        assert!(text(&mail["content"]["text"]).contains("It is on <b>its</b> way."), "{mail}");
        let reply_to = text(&mail["content"]["reply_to"]);
        reply_to.trim_matches(['<', '>']).to_owned()
    };
    let (own, others) = (answer_to("ann@example.com").await, answer_to("boss@example.com").await);
    arrives(&admin, &mails, "Ann <ann@example.com>", &own, "m1", "Thanks a lot!").await;
    arrives(&admin, &mails, "Boss <boss@example.com>", &others, "m2", "Pay them.").await;
    let wanted =
        |seen: &Value| seen["entries"].to_string().contains("Thanks a lot!") && seen.to_string().contains("Pay them.");
    let seen = eventually(&admin, &path, wanted).await;
    let entry = |kind: &str, words: &str| {
        let all = seen["entries"].as_array().into_iter().flatten();
        all.filter(|entry| entry["type"] == kind).find(|entry| text(&entry["body"]).contains(words)).cloned()
    };
    assert_eq!(entry("reply", "Thanks a lot!").map(|entry| entry["author"]["kind"].clone()), Some(json!("visitor")));
    assert!(entry("note", "boss@example.com").is_some(), "{seen}");
    let public = visitor.get(&path).await.is(200);
    assert!(!public.to_string().contains("Pay them"), "{public}");
    assert_eq!(types(&public["entries"]), ["opened", "reply", "reply"]);
}

/// Mails to the site's address for requests become tickets, each once; mails to others do not.
pub async fn mails_become_tickets(host: Host) {
    let server = host.serve().await;
    let (admin, mails) = (server.admin(), server.stranger());
    set(&admin, "tickets.mail_address", json!("Help@acme.example")).await;
    for (to, id) in [("help@acme.example", "n1"), ("help@acme.example", "n1"), ("other@acme.example", "n2")] {
        arrives(&admin, &mails, "Cy <cy@example.com>", to, id, "Where is it?").await;
    }
    let seen = eventually(&admin, "/v1/tickets?status=all", |page| page["tickets"][0]["subject"] == "My order").await;
    let listed = seen["tickets"].as_array().cloned().unwrap_or_default();
    assert_eq!((listed.len(), &listed[0]["desk"]["source"]), (1, &json!("mail")));
    assert_eq!(listed[0]["desk"]["requester"]["email"], "cy@example.com");
    let unclaimed = |page: &Value| {
        let all = page["mails"].as_array().into_iter().flatten();
        all.filter(|mail| mail["state"] == "unclaimed").count() == 1
    };
    eventually(&admin, "/v1/mail/received", unclaimed).await;
}

/// Single use, and it says nothing of who is known.
pub async fn a_mailed_link_leads_to_ones_tickets_once(host: Host) {
    let public_url = Some("https://acme.example".to_owned());
    let server = host.start(Setup { public_url, ..Setup::default() }).await;
    let (visitor, admin) = (server.visitor().await, server.admin());
    visitor.patch("/v1/session", json!({ "email": "dee@example.com" })).await.is(200);
    let new = json!({ "client_message_id": "a", "subject": "Order 9", "body": "Where is it?" });
    let ticket = visitor.post("/v1/tickets", new).await.is(201);
    let device = visitor.elsewhere();
    for email in ["nobody@example.com", " Dee@example.com"] {
        device.post("/v1/tickets/link", json!({ "email": email })).await.is(204);
    }
    device.post("/v1/tickets/link", json!({ "email": "dee" })).await.invalid("/email");
    let mail = mailed(&admin, "dee@example.com", "requests").await;
    let words = text(&mail["content"]["text"]);
    let token = words.split("?token=").nth(1).expect("a link").chars().take(43).collect::<String>();
    assert!(words.contains(&format!("https://acme.example{}/tickets/link?token=", device.base())), "{words}");
    let html = |answer: Answer| String::from_utf8(answer.body.to_vec()).expect("UTF-8");
    for _ in 0..2 {
        // Programs look at links too.
        let shown = html(device.get(&format!("/tickets/link?token={token}")).await);
        assert!(shown.contains("<button") && shown.contains(&token), "{shown}");
    }
    let hostile = html(device.get("/tickets/link?token=%22%3E%3Cscript%3E").await);
    assert!(!hostile.contains("<script") && hostile.contains("too old"), "{hostile}");
    let press = async |client: &Client| {
        let form = client.request("POST", "/tickets/link").header("content-type", "application/x-www-form-urlencoded");
        form.body(format!("token={token}")).await
    };
    let opened = press(&device).await;
    assert_eq!((opened.status, opened.header("location")), (303, "https://acme.example"));
    let own = device.get("/v1/tickets").await.is(200);
    assert_eq!(own["tickets"][0]["id"], ticket["id"]);
    let other = visitor.elsewhere();
    assert!(html(press(&other).await).contains("used before"));
    other.get("/v1/tickets").await.refused(401, "unauthenticated");
    let path = format!("/v1/tickets/{}", text(&ticket["id"]));
    visitor.get(&path).await.refused(404, "not_found");
}
