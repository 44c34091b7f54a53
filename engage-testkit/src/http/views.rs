//! Saved views, and the lists that they are of.

use serde_json::{Value, json};

use super::people::text;
use super::{Client, Host};

const VIEWS: &str = "/v1/views";
const LIST: &str = "/v1/chat/conversations";

async fn make(client: &Client, name: &str, filter: Value, shared: bool) -> Value {
    let body = json!({ "kind": "chat", "name": name, "filter": filter, "shared": shared });
    client.post(VIEWS, body).await.is(201)
}

async fn names(client: &Client) -> Vec<String> {
    let list = client.get(VIEWS).await.is(200);
    list["views"].as_array().into_iter().flatten().map(|view| text(&view["name"])).collect()
}

/// Everybody sees their own and what is shared, by name.
pub async fn views_are_made_shared_and_found(host: Host) {
    let server = host.serve().await;
    let (admin, ada, eve) = (server.admin(), server.agent("ada"), server.agent("eve"));
    let filter = json!({ "status": "all", "assignee": "me", "team": "", "label": "vip", "priority": "urgent" });
    let own = make(&ada, " <b>Mine</b> ", filter.clone(), false).await;
    let owner = json!({ "id": "ada", "name": "Name of ada" });
    let id = &own["id"];
    assert_eq!(
        own,
        json!({ "id": id, "kind": "chat", "name": "<b>Mine</b>", "filter": filter, "shared": false, "owner": owner, "version": 1 })
    );
    make(&eve, "Theirs", json!({}), true).await;
    make(&eve, "Secret", json!({ "status": null }), false).await;
    assert_eq!(names(&ada).await, ["<b>Mine</b>", "Theirs"]);
    assert_eq!(names(&eve).await, ["Secret", "Theirs"]);
    assert_eq!(names(&admin).await, ["Theirs"], "what is somebody's own is not an admin's affair");
    assert_eq!(ada.get(&format!("{VIEWS}?kind=chat")).await.is(200)["views"][0], own);
    for turn in 2..=50 {
        make(&ada, &format!("{turn}"), json!({}), false).await;
    }
    let more = json!({ "kind": "chat", "name": "51", "filter": {}, "shared": false });
    ada.post(VIEWS, more).await.refused(409, "too_many_views");
}

/// The owner changes a view; admins those that are shared; what others see of it is in the audit log.
pub async fn views_are_changed_by_whose_they_are(host: Host) {
    let server = host.serve().await;
    let (admin, ada, eve) = (server.admin(), server.agent("ada"), server.agent("eve"));
    let (own, ours) = (make(&ada, "Mine", json!({}), false).await, make(&ada, "Ours", json!({}), true).await);
    let path = |view: &Value| format!("{VIEWS}/{}", text(&view["id"]));
    let change = |name: &str, shared: bool, version: i64| json!({ "name": name, "filter": { "label": "x" }, "shared": shared, "expected_version": version });
    for other in [&admin, &eve] {
        other.put(&path(&own), change("x", true, 1)).await.refused(404, "not_found");
        other.delete(&path(&own)).await.refused(404, "not_found");
    }
    eve.put(&path(&ours), change("x", true, 1)).await.refused(403, "forbidden");
    eve.delete(&path(&ours)).await.refused(403, "forbidden");
    ada.put(&path(&ours), change("x", true, 0)).await.refused(409, "conflict");
    let changed = admin.put(&path(&ours), change("By root", true, 1)).await.is(200);
    assert_eq!((&changed["owner"]["id"], &changed["version"]), (&json!("ada"), &json!(2)), "it stays hers");
    assert_eq!(changed["filter"], json!({ "label": "x" }));
    ada.put(&path(&ours), change("late", true, 1)).await.refused(409, "conflict");
    ada.put(&path(&ours), change("Mine again", false, 2)).await.is(200);
    assert_eq!(names(&eve).await, Vec::<String>::new());
    ada.delete(&path(&own)).await.is(204);
    ada.delete(&path(&own)).await.refused(404, "not_found");
    ada.delete(&path(&ours)).await.is(204);
    let audit = admin.get("/v1/audit").await.is(200);
    let lines =
        audit["entries"].as_array().into_iter().flatten().filter(|line| text(&line["action"]).starts_with("views."));
    assert_eq!(lines.clone().count(), 3, "made, changed and taken back; what was nobody else's is not noted: {audit}");
    assert!(lines.into_iter().all(|line| line["target"] == format!("view:{}", text(&ours["id"]))));
}

/// A name that is none, a filter with what lists do not take: each is named.
pub async fn what_a_view_cannot_be_is_told(host: Host) {
    let server = host.serve().await;
    let admin = server.admin();
    let post = async |name: &str, filter: Value| {
        admin.post(VIEWS, json!({ "kind": "chat", "name": name, "filter": filter, "shared": false })).await
    };
    for wrong in ["", " ", "a\nb", "a\u{7}", "\u{200B}", &"x".repeat(61)] {
        post(wrong, json!({})).await.invalid("/name");
    }
    post(&"ü".repeat(60), json!({})).await.is(201);
    for (member, wrong) in [
        ("status", json!("done")),
        ("assignee", json!("")),
        ("assignee", json!("x".repeat(201))),
        ("team", json!(" ")),
        ("team", json!("x".repeat(65))),
        ("label", json!("")),
        ("label", json!("x".repeat(51))),
        ("priority", json!("highest")),
        ("priority", json!(3)),
        ("more", json!(1)),
    ] {
        post("x", json!({ member: wrong })).await.invalid(&format!("/filter/{member}"));
    }
    post("x", json!({ "tag": "vip" })).await.invalid("/filter/tag");
    post("x", json!({ "snoozed": "no" })).await.invalid("/filter/snoozed");
    let other = json!({ "kind": "forms", "name": "x", "filter": {}, "shared": false });
    admin.post(VIEWS, other).await.invalid("/kind");
    admin.get(&format!("{VIEWS}?kind=forms")).await.invalid("/kind");
    assert_eq!(names(&admin).await.len(), 1);
}

/// Of the list of tickets, with what that takes; it stays of that list.
pub async fn views_of_tickets_hold_what_their_list_takes(host: Host) {
    let server = host.serve().await;
    let (admin, ada) = (server.admin(), server.agent("ada"));
    let statuses = json!([{ "id": "at_the_bank", "name": "At the bank", "category": "pending" }]);
    let set = json!({ "value": statuses, "expected_version": 0 });
    admin.put("/v1/settings/tickets.statuses", set).await.is(200);
    let post = async |filter: Value| {
        ada.post(VIEWS, json!({ "kind": "tickets", "name": "x", "filter": filter, "shared": false })).await
    };
    let filter = json!({ "status": "at_the_bank", "assignee": "me", "team": "", "tag": "vip", "priority": "high", "snoozed": "no" });
    let made = post(filter.clone()).await.is(201);
    assert_eq!((&made["kind"], &made["filter"]), (&json!("tickets"), &filter));
    make(&ada, "Of chat", json!({}), false).await;
    let listed = ada.get(&format!("{VIEWS}?kind=tickets")).await.is(200);
    assert_eq!(listed["views"], json!([made]));
    for status in ["all", "unsolved", "on_hold"] {
        post(json!({ "status": status, "snoozed": "yes" })).await.is(201);
    }
    for (member, wrong) in [
        ("status", json!("snoozed")),
        ("assignee", json!("")),
        ("team", json!(" ")),
        ("tag", json!("")),
        ("priority", json!("highest")),
        ("snoozed", json!("maybe")),
        ("label", json!("vip")),
        ("mentioned", json!(true)),
        ("more", json!(1)),
    ] {
        post(json!({ member: wrong })).await.invalid(&format!("/filter/{member}"));
    }
    let path = format!("{VIEWS}/{}", text(&made["id"]));
    let change = |filter: Value| json!({ "name": "y", "filter": filter, "shared": false, "expected_version": 1 });
    ada.put(&path, change(json!({ "label": "vip" }))).await.invalid("/filter/label");
    assert_eq!(ada.put(&path, change(json!({ "tag": "b" }))).await.is(200)["filter"], json!({ "tag": "b" }));
}

/// A list by team and priority holds those alone, beside what else is asked; it is for staff.
pub async fn lists_take_what_views_hold(host: Host) {
    let server = host.serve().await;
    let (visitor, admin, sales) = (server.visitor().await, server.admin(), server.staff("agent:ada:sales"));
    let mut ids = Vec::new();
    for (turn, team, priority) in [(0, "sales", "urgent"), (1, "sales", "normal"), (2, "law", "urgent"), (3, "", "low")]
    {
        let opened = visitor.post(LIST, json!({ "client_message_id": format!("o{turn}"), "body": "hello" })).await;
        let id = text(&opened.is(201)["conversation"]["id"]);
        let team = if team.is_empty() { Value::Null } else { json!(team) };
        admin.put(&format!("{LIST}/{id}/team"), json!({ "team": team })).await.is(200);
        admin.put(&format!("{LIST}/{id}/priority"), json!({ "priority": priority })).await.is(200);
        ids.push(id);
    }
    let found = async |client: &Client, query: &str| {
        let page = client.get(&format!("{LIST}?{query}")).await.is(200);
        let found = page["conversations"].as_array().into_iter().flatten().map(|row| text(&row["id"]));
        let places = found.map(|id| ids.iter().position(|own| *own == id));
        places.collect::<Option<Vec<_>>>().expect("one of those")
    };
    assert_eq!(found(&admin, "team=sales").await, [1, 0]);
    assert_eq!(found(&admin, "team=").await, [3]);
    assert_eq!(found(&admin, "priority=urgent").await, [2, 0]);
    assert_eq!(found(&admin, "priority=normal&status=all").await, [1]);
    assert_eq!(found(&admin, "priority=urgent&team=law&assignee=none").await, [2]);
    assert_eq!(found(&admin, "priority=urgent&assignee=me&status=closed").await, [0_usize; 0]);
    assert_eq!(found(&sales, "priority=urgent").await, [0], "another team's is not there");
    assert_eq!(found(&sales, "team=law").await, [0_usize; 0]);
    admin.get(&format!("{LIST}?priority=highest")).await.invalid("/priority");
    for query in ["team=sales", "team=", "priority=urgent"] {
        visitor.get(&format!("{LIST}?{query}")).await.refused(403, "forbidden");
    }
}
