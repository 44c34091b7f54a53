//! Visitors' sessions.

use std::time::Duration;

use engage_core::sessions::SessionConfig;
use serde_json::json;

use super::{Client, Host, Setup};

const LIST: &str = "/v1/chat/conversations";

/// A session begins once, and is the same one however often it is asked for.
pub async fn a_session_begins_once_and_is_found_again(host: Host) {
    let server = host.serve().await;
    let visitor = server.stranger();
    assert!(visitor.get("/v1/session").await.is(200)["contact"].is_null(), "asking makes none");
    assert!(visitor.cookie().is_none());

    let begun = visitor.post("/v1/session", json!({})).await;
    let info = begun.is(200);
    let greeting = "Hello! How can we help?";
    assert_eq!(
        info["site"],
        json!({
            "name": "Acme", "greeting": greeting, "agents_online": false, "is_open": true, "opens_at": null,
            "closed_message": "", "needs_email": false, "fields": [], "page_trail": true,
            "invitations": [], "typing_preview": false, "files": info["site"]["files"],
        })
    );
    assert_eq!(info["contact"], json!({ "id": info["contact"]["id"], "name": null, "email": null }));
    let again = visitor.post("/v1/session", json!({})).await;
    assert_eq!(again.is(200)["contact"]["id"], info["contact"]["id"]);
    assert!(again.try_header("set-cookie").is_none(), "there is a session already");
    assert_eq!(visitor.contact().await["id"], info["contact"]["id"]);
}

/// Without https the cookie is `engage`, out of reach of scripts and of other sites.
pub async fn the_cookie_is_out_of_reach_of_scripts(host: Host) {
    let server = host.serve().await;
    let begun = server.stranger().post("/v1/session", json!({})).await;
    let cookie = begun.header("set-cookie");
    let mut parts: Vec<_> = cookie.split("; ").collect();
    let value = parts.remove(0);
    assert!(value.strip_prefix("engage=").is_some_and(|secret| secret.len() == 43), "{cookie}");
    parts.sort_unstable();
    assert_eq!(parts, ["HttpOnly", "Max-Age=31536000", "Path=/", "SameSite=Lax"], "{cookie}");
    assert!(
        !String::from_utf8_lossy(&begun.body).contains(&value["engage=".len()..]),
        "the secret is in the cookie only"
    );
}

/// Under https the cookie is bound to the host (RFC 6265bis, 4.1.3.2), and no other is taken.
pub async fn under_https_the_cookie_is_bound_to_the_host(host: Host) {
    let server = host.start(Setup { public_url: Some("https://acme.example".to_owned()), ..Setup::default() }).await;
    let visitor = server.stranger();
    let begun = visitor.post("/v1/session", json!({})).await;
    let cookie = begun.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-engage="), "{cookie}");
    assert!(cookie.split("; ").any(|part| part == "Secure"), "{cookie}");
    assert!(cookie.split("; ").any(|part| part == "Path=/") && !cookie.contains("Domain"), "{cookie}");
    visitor.get(LIST).await.is(200);
    let renamed = visitor.cookie().unwrap().replace("__Host-", "");
    visitor.set_cookie(Some(renamed));
    visitor.get(LIST).await.refused(401, "unauthenticated");
}

/// What is no secret of a session is nobody's, whatever it looks like.
pub async fn what_is_no_secret_is_nobody(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let cookie = visitor.cookie().unwrap();
    let bad = [
        "engage=".to_owned(),
        "engage=null".to_owned(),
        "engage=undefined".to_owned(),
        "engage".to_owned(),
        "=".to_owned(),
        cookie[..cookie.len() - 1].to_owned(),
        format!("{cookie}A"),
        cookie.to_uppercase().replace("ENGAGE", "engage"),
        cookie.replace("engage=", "Engage="),
        format!("engage={}", "A".repeat(43)),
        format!("engage={}", "!".repeat(43)),
        format!("engage={}", "A".repeat(5_000)),
        "engage=' OR 1=1 --".to_owned(),
        "engage=%00".to_owned(),
    ];
    for bad in bad {
        let somebody = visitor.elsewhere();
        somebody.set_cookie(Some(bad.clone()));
        somebody.get(LIST).await.refused(401, "unauthenticated");
        assert!(somebody.get("/v1/session").await.is(200)["contact"].is_null(), "{bad:?}");
        assert!(somebody.try_connect(&[]).await.is_err_and(|refused| refused.status == 401), "{bad:?}");
    }
    visitor.set_cookie(Some(format!("other=1; {cookie}; more=x")));
    visitor.get(LIST).await.is(200);
}

/// A session that was ended on its device is dead there and nowhere else, and its sockets close.
pub async fn an_ended_session_is_dead(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let (cookie, socket) = (visitor.cookie(), visitor.chat().await);
    let ended = visitor.delete("/v1/session").await;
    ended.is(204);
    assert!(ended.header("set-cookie").contains("Max-Age=0") && visitor.cookie().is_none());
    socket.closed().await.is(4401, "unauthenticated");
    visitor.set_cookie(cookie);
    visitor.get(LIST).await.refused(401, "unauthenticated");
    visitor.delete("/v1/session").await.refused(401, "unauthenticated");
}

/// Staff end a contact's sessions everywhere: cookies die, sockets and streams close.
pub async fn revoking_closes_every_door(host: Host) {
    let server = host.serve().await;
    let (visitor, other) = (server.visitor().await, server.visitor().await);
    let conversation = visitor.open_conversation("hello").await;
    let (first, second) = (visitor.follow(&conversation).await, visitor.chat().await);
    let mut stream = visitor.events(&conversation, "").await;
    let (mut bystander, contact) = (other.chat().await, visitor.contact().await["id"].clone());
    let path = format!("/v1/contacts/{}/sessions", contact.as_str().unwrap());
    assert_eq!(server.agent("ada").delete(&path).await.is(200)["ended"], 1);
    first.closed().await.is(4401, "unauthenticated");
    second.closed().await.is(4401, "unauthenticated");
    assert_eq!(stream.until("bye").await.data["code"], "unauthenticated");
    assert!(stream.next().await.is_none(), "the stream has ended");
    visitor.get(LIST).await.refused(401, "unauthenticated");
    bystander.settled().await;
    other.get(LIST).await.is(200);
    assert_eq!(server.agent("ada").delete(&path).await.is(200)["ended"], 0);
}

/// A session ends when its time has come.
pub async fn an_old_session_is_dead(host: Host) {
    let absolute = Duration::from_secs(2);
    let sessions = SessionConfig { absolute, ..SessionConfig::default() };
    let server = host.start(Setup { sessions, ..Setup::default() }).await;
    let visitor = server.stranger();
    let begun = visitor.post("/v1/session", json!({})).await;
    assert!(begun.header("set-cookie").contains("Max-Age=2"));
    let before = begun.is(200)["contact"]["id"].clone();
    tokio::time::sleep(absolute).await;
    visitor.get(LIST).await.refused(401, "unauthenticated");
    let after = visitor.post("/v1/session", json!({})).await.is(200)["contact"]["id"].clone();
    assert_ne!(before, after, "a new session of a new contact");
}

/// Signing in at the host keeps what was said, and makes the old secret worthless.
pub async fn signing_in_keeps_what_was_said(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("before signing in").await;
    let (cookie, socket) = (visitor.cookie(), visitor.chat().await);

    let signed_in = visitor.clone().with("x-test-user", "member:bob");
    let listed = signed_in.get(LIST).await.is(200);
    assert_eq!(listed["conversations"][0]["id"], conversation);
    socket.closed().await.is(4401, "unauthenticated");
    assert_eq!(signed_in.contact().await["name"], "Name of bob");
    let again = signed_in.post("/v1/session", json!({})).await;
    again.is(200);
    assert!(again.header("set-cookie").contains("Max-Age=0"), "the host knows them; the cookie goes");

    visitor.set_cookie(cookie);
    visitor.get(LIST).await.refused(401, "unauthenticated");
    let elsewhere = server.member("bob");
    assert_eq!(elsewhere.bodies(&conversation).await, ["before signing in"]);
    elsewhere.says(&conversation, "m1", "from another device").await;
}

/// Two devices of one member come together: what was said on either is the member's.
pub async fn devices_of_a_member_are_one_contact(host: Host) {
    let server = host.serve().await;
    let member = server.member("bob");
    let own = member.open_conversation("as a member").await;
    let visitor = server.visitor().await;
    let anonymous = visitor.open_conversation("as nobody").await;
    let agent = server.agent("ada");
    let mut inbox = agent.chat_from(json!({ "inbox": null })).await;
    let signed_in = visitor.clone().with("x-test-user", "member:bob");
    assert_eq!(signed_in.contact().await["id"], member.contact().await["id"]);
    assert_eq!(member.bodies(&anonymous).await, ["as nobody"]);
    assert_eq!(member.bodies(&own).await, ["as a member"]);
    let moved = |frame: &serde_json::Value| {
        frame["conversations"][0]["id"] == anonymous.as_str()
            && frame["conversations"][0]["contact"]["name"] == "Name of bob"
    };
    inbox.find("the conversation under its new contact", moved).await;
}

/// What the host says of a member is not changed here.
pub async fn a_member_is_named_by_the_host(host: Host) {
    let server = host.serve().await;
    let member = server.member("bob");
    member.patch("/v1/session", json!({ "name": "Robert" })).await.refused(409, "identity_managed");
    assert_eq!(member.contact().await["name"], "Name of bob");
}

/// A visitor says who they are; staff see it, and only what is an address is one.
pub async fn a_visitor_says_who_they_are(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let mut socket = agent.follow(&conversation).await;
    let changed = visitor.patch("/v1/session", json!({ "name": "  Eve ", "email": "eve@example.com" })).await.is(200);
    assert_eq!((&changed["contact"]["name"], &changed["contact"]["email"]), (&json!("Eve"), &json!("eve@example.com")));
    let mut for_staff = changed["contact"].clone();
    for_staff["blocked"] = json!(null);
    assert_eq!(socket.until("contact").await["contact"], for_staff);
    assert_eq!(agent.snapshot(&conversation).await["conversation"]["contact"], for_staff);
    assert_eq!(
        visitor.snapshot(&conversation).await["conversation"]["seq"],
        1,
        "a visitor does not see it as an entry"
    );

    let kept = visitor.patch("/v1/session", json!({ "name": null })).await.is(200);
    assert_eq!((&kept["contact"]["name"], &kept["contact"]["email"]), (&json!(null), &json!("eve@example.com")));
    assert_eq!(visitor.patch("/v1/session", json!({})).await.is(200), kept, "absent leaves it");
    for bad in [
        "eve",
        "@example.com",
        "eve@",
        "a@b@c",
        "eve@example..com",
        "a@b.c,d@e.f",
        "eve @example.com",
        "<eve@example.com>",
    ] {
        visitor.patch("/v1/session", json!({ "email": bad })).await.invalid("/email");
    }
    visitor.patch("/v1/session", json!({ "name": "x".repeat(201) })).await.invalid("/name");
    visitor.patch("/v1/session", json!({ "name": "a\r\nBcc: b@c.de" })).await.invalid("/name");
    assert_eq!(visitor.contact().await["email"], "eve@example.com");
}

/// A host that cannot tell who comes is never taken for nobody.
pub async fn a_host_that_cannot_tell_is_not_nobody(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await.with("x-test-user", "error");
    for path in ["/v1/session", LIST, "/v1/chat/events?conversation=x"] {
        visitor.get(path).may_fail().await.refused(503, "unavailable");
    }
    visitor.post("/v1/session", json!({})).may_fail().await.refused(503, "unavailable");
    let staff = server.staff("error");
    for path in ["/", "/v1/me", LIST, "/v1/audit"] {
        staff.get(path).may_fail().await.refused(503, "unavailable");
    }
    for side in [&visitor, &staff] {
        side.get("/health/live").await.is(200);
    }
}

/// Until the host says who is staff, the admin side is closed and the site's works.
pub async fn without_a_resolver_the_admin_side_is_closed(host: Host) {
    let server = host.start(Setup { identity: false, ..Setup::default() }).await;
    for who in ["admin:root", "agent:ada:", "nobody"] {
        for path in ["/", "/v1/me", LIST, "/v1/settings"] {
            server.staff(who).get(path).await.refused(403, "forbidden");
        }
    }
    server.staff("admin:root").get("/health/live").await.is(200);
    let visitor = server.visitor().await;
    visitor.open_conversation("hello").await;
    assert!(server.member("bob").contact().await.is_null(), "nobody says who bob is");
}

/// When somebody's rights change at the host, their open sockets close.
pub async fn changed_rights_close_open_sockets(host: Host) {
    let server = host.serve().await;
    let directory = &server.setup.directory;
    let change = async |who: &str, now: &str, code: u16, bye: &str| {
        let socket = server.staff(who).chat().await;
        directory.change(who, now);
        socket.closed().await.is(code, bye);
    };
    tokio::join!(
        change("agent:gone:", "", 4401, "unauthenticated"),
        change("agent:other:", "agent:else:", 4401, "unauthenticated"),
        change("agent:down:", "member:down", 4403, "forbidden"),
        change("admin:less", "agent:less:", 4403, "forbidden"),
        change("agent:moved:sales", "agent:moved:support", 4401, "unauthenticated"),
        change("agent:more:", "admin:more", 4401, "unauthenticated"),
        async {
            let member = server.member("bob");
            let socket = member.chat().await;
            directory.change("member:bob", "");
            socket.closed().await.is(4401, "unauthenticated");
        },
        async {
            // When the host cannot tell, what it said last stands.
            let mut socket = server.agent("stays").chat().await;
            directory.change("agent:stays:", "error");
            tokio::time::sleep(Duration::from_secs(7)).await;
            socket.settled().await;
        },
    );
    server.staff("agent:gone:").get("/v1/me").await.refused(401, "unauthenticated");
    server.staff("agent:down:").get("/v1/me").await.refused(403, "forbidden");
}

/// Nothing that opens a session is in a place that is logged or kept: not in a URL, not in a cache.
pub async fn secrets_are_not_told_twice(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let secret = visitor.cookie().unwrap().replace("engage=", "");
    let reader: Client = visitor.elsewhere();
    reader.set_cookie(visitor.cookie());
    let conversation = reader.open_conversation("hello").await;
    reader.get("/v1/session").await.is(200);
    reader.snapshot(&conversation).await;
    reader.follow(&conversation).await.settled().await;
    assert_eq!(reader.seen().find(&secret), None);
    assert!(reader.get("/v1/session").await.header("cache-control").contains("no-store"));
}
