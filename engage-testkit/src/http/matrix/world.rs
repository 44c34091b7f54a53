//! Who plays in the matrix, and what some of them must never learn.

use serde_json::json;

use crate::http::people::text;
use crate::http::{Client, Server};

/// Everybody, in the order of the columns.
pub(super) const ROLES: [&str; 7] =
    ["anonymous", "owner", "another visitor", "member", "outside agent", "agent", "admin"];

/// Known to staff only.
const NOTE: &str = "canary-of-a-note";
const TEAM: &str = "canary-team";
/// The host's id of the agent: known to staff only.
const AGENT: &str = "canary-agent-id";
/// Known to admins only.
const HOOK: &str = "https://canary-hook.example/";
/// Known to the owner and to staff who see the conversation.
const MAIL: &str = "canary@example.com";
const FILE: &str = "canary-file.txt";
const BODY: &str = "canary-of-a-message";

/// One conversation, in a team, with a note, an assignee and a contact of whom something is known; and everybody.
pub(super) struct World {
    site: Vec<Client>,
    admin: Vec<Client>,
    names: Vec<(&'static str, String)>,
}

impl World {
    pub(super) async fn new(server: &Server) -> Self {
        let (owner, other, spare) = (server.visitor().await, server.visitor().await, server.visitor().await);
        owner.patch("/v1/session", json!({ "name": "Owner", "email": MAIL })).await.is(200);
        let conversation = owner.open_conversation(BODY).await;
        let agent = format!("agent:{AGENT}:{TEAM}");
        let staff = server.staff(&agent);
        staff.come_online().await;
        let path = |what: &str| format!("/v1/chat/conversations/{conversation}/{what}");
        staff.notes(&conversation, "note", NOTE).await;
        let file = owner.uploads(FILE, BODY.as_bytes()).await;
        owner.sends_files(&conversation, "file", "", &[&file]).await.is(201);
        staff.put(&path("assignee"), json!({ "agent": AGENT })).await.is(200);
        staff.put(&path("team"), json!({ "team": TEAM })).await.is(200);
        staff.says(&conversation, "answer", "an answer").await;
        let hook = json!({ "url": HOOK, "events": ["webhook.test"] });
        let made = server.admin().post("/v1/webhooks", hook).await.is(201);
        let canned = json!({ "shortcode": conversation, "text": NOTE, "team": TEAM });
        let canned = staff.post("/v1/canned", canned).await.is(201);
        let names = json!({ "en": { "title": "Billing", "description": "" } });
        let category = json!({ "parent": null, "slug": conversation, "icon": null, "position": 1, "names": names });
        let category = staff.post("/v1/faq/categories", category).await.is(201);
        let article = json!({ "category": category["id"], "slug": conversation, "visibility": "public", "locale": null,
            "title": "Refunds", "markdown": "All about them." });
        let article = staff.post("/v1/faq/articles", article).await.is(201);
        let live = format!("/v1/faq/articles/{}/texts/en/live", text(&article["id"]));
        staff.put(&live, json!({ "revision": 1 })).await.is(200);
        let search = json!({ "query": "refunds", "locale": null, "source": "help" });
        let search = owner.post("/v1/help/searches", search).await.is(201);
        // One has at most fifty, and there are more worlds than that.
        for before in staff.get("/v1/views").await.is(200)["views"].as_array().into_iter().flatten() {
            staff.delete(&format!("/v1/views/{}", text(&before["id"]))).await;
        }
        let view = json!({ "kind": "chat", "name": "Ours", "filter": {}, "shared": true });
        let view = staff.post("/v1/views", view).await.is(201);
        crate::http::forms::define(server, "ours", json!({})).await;
        let token = crate::http::forms::token(&spare, "ours").await;
        let answers = json!({ "email": "spare@example.com", "message": conversation });
        spare.post("/v1/forms/ours", json!({ "token": token, "answers": answers })).await.is(201);
        let sent = staff.get("/v1/submissions?form=ours&limit=1").await.is(200);
        let ticket = async |subject: &str| {
            let new = json!({ "client_message_id": subject, "subject": subject, "body": BODY });
            let made = owner.post("/v1/tickets", new).await.is(201);
            let edit = json!({ "team": TEAM, "assignee": AGENT, "add_tags": [TEAM], "add_followers": [AGENT] });
            let path = format!("/v1/tickets/{}", text(&made["id"]));
            staff.patch(&path, json!({ "expected_version": 1, "edit": edit })).await.is(200);
            staff.post(&format!("{path}/notes"), json!({ "client_message_id": "n", "body": NOTE })).await.is(201);
            (text(&made["id"]), made["number"].to_string())
        };
        let ((ticket, number), (other_ticket, _)) = (ticket("first").await, ticket("second").await);
        let names = vec![
            ("{submission}", text(&sent["submissions"][0]["id"])),
            ("{token}", crate::http::forms::token(&server.stranger(), "ours").await),
            ("{ticket}", ticket),
            ("{number}", number),
            ("{other_ticket}", other_ticket),
            ("{file}", file),
            ("{view}", text(&view["id"])),
            ("{canned}", text(&canned["id"])),
            ("{shelf}", text(&category["id"])),
            ("{article}", text(&article["id"])),
            ("{search}", text(&search["id"])),
            ("{conversation}", conversation.clone()),
            ("{contact}", text(&owner.contact().await["id"])),
            ("{spare}", text(&spare.contact().await["id"])),
            ("{webhook}", text(&made["webhook"]["id"])),
            ("{agent}", AGENT.to_owned()),
            ("{team}", TEAM.to_owned()),
        ];
        let mut world = Self { site: Vec::new(), admin: Vec::new(), names };
        for (role, who) in
            ["", "", "", "member:bob", "agent:outside:elsewhere", &agent, "admin:root"].into_iter().enumerate()
        {
            let visitor = [server.stranger(), owner.clone(), other.clone()].get(role).cloned();
            let signed_in =
                |base: &Client| if who.is_empty() { base.clone() } else { base.clone().with("x-test-user", who) };
            let site = visitor.unwrap_or_else(|| server.stranger());
            // On the admin side too visitors come with their cookie.
            let admin = server.staff(who).elsewhere();
            admin.set_cookie(site.cookie());
            // What was seen before does not count.
            let fresh = site.elsewhere();
            fresh.set_cookie(site.cookie());
            world.site.push(signed_in(&fresh));
            world.admin.push(admin);
        }
        world
    }

    pub(super) fn client(&self, side: &str, role: usize) -> Client {
        if side == "site" { self.site[role].clone() } else { self.admin[role].clone() }
    }

    /// With the names in braces replaced.
    pub(super) fn filled(&self, template: &str) -> String {
        self.names.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    /// Nobody was sent what they must not learn.
    pub(super) fn nothing_leaked(&self, side: &str, what: &str) {
        let contact = self.filled("{contact}");
        for (role, who) in ROLES.iter().enumerate() {
            let secrets: Vec<&str> = match *who {
                "owner" => vec![NOTE, TEAM, AGENT, HOOK],
                "outside agent" => vec![NOTE, MAIL, BODY, FILE, &contact, HOOK],
                "agent" => vec![HOOK],
                "admin" => Vec::new(),
                _ => vec![NOTE, TEAM, AGENT, MAIL, BODY, FILE, &contact, HOOK],
            };
            // As visitors of the site, staff are strangers too, but for what they know as staff.
            let clients = [(&self.site[role], "site"), (&self.admin[role], "admin")];
            for (client, seen_on) in clients {
                let secrets: &[&str] =
                    if role > 4 && seen_on == "site" { &[NOTE, MAIL, BODY, FILE, HOOK] } else { &secrets };
                for secret in secrets {
                    let found = client.seen().find(secret);
                    assert_eq!(found, None, "{who} got {secret} on the {side} side by {what}");
                }
            }
        }
    }
}
