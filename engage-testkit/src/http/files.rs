//! The front end's files.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::front::set;
use super::{Answer, Client, Host};

/// The loader and all that it and the admin's page name are there, typed, and cached as their names allow.
pub async fn files_are_served_as_their_names_allow(host: Host) {
    let server = host.serve().await;
    let visitor = server.stranger();
    let loader = visitor.get("/loader.js").await;
    loader.is_text("text/javascript; charset=utf-8");
    assert!(
        loader.header("cache-control").contains("max-age=") && !loader.header("cache-control").contains("immutable")
    );
    let page = server.admin().get("/").await;
    page.is_text("text/html; charset=utf-8");

    let mut waiting: Vec<_> = named(&loader).into_iter().chain(named(&page)).collect();
    let mut known: BTreeSet<String> = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if !known.insert(name.clone()) {
            continue;
        }
        for client in [&visitor, &server.staff("nobody")] {
            let file = client.get(&format!("/assets/{name}")).await;
            assert_eq!(file.status, 200, "{file}");
            assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
            let kind =
                if name.ends_with(".css") { "text/css; charset=utf-8" } else { "text/javascript; charset=utf-8" };
            file.is_text(kind);
            let tag = file.header("etag").to_owned();
            assert_eq!(client.get(&format!("/assets/{name}")).header("if-none-match", &tag).await.status, 304);
            waiting.extend(named(&file));
        }
    }
    assert!(known.iter().any(|name| name.ends_with(".css")) && known.len() >= 3, "{known:?}");
}

/// There is nothing but the files.
pub async fn there_are_no_other_files(host: Host) {
    let server = host.serve().await;
    let visitor = server.stranger();
    for name in [
        "none.js",
        "loader.js",
        "..%2floader.js",
        "..%2f..%2fCargo.toml",
        "%2e%2e%2fadmin%2findex.html",
        "%00",
        "a%00.js",
        "%ff",
        "admin-",
        "*",
    ] {
        visitor.get(&format!("/assets/{name}")).await.refused(404, "not_found");
    }
    for name in ["../loader.js", "../../etc/passwd", "a/b.js"] {
        let answer = visitor.get(&format!("/assets/{name}")).of_the_host().await;
        assert!(matches!(answer.status, 200 | 404), "{answer}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("root:"), "{answer}");
    }
}

/// The admin's page is for staff, under a strict policy, and a path without the slash is sent to the one with it.
pub async fn the_admin_page_is_for_staff(host: Host) {
    let server = host.serve().await;
    let admin = server.admin();
    let page = admin.get("/").await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let html = String::from_utf8_lossy(&page.body).into_owned();
    assert!(
        !html.contains("%BASE%") && !html.contains("<style") && !html.contains(" style="),
        "nothing inline: {html}"
    );
    assert!(
        html.split("<script").skip(1).all(|script| script.split_once('>').is_some_and(|(tag, _)| tag.contains("src=")))
    );

    let without = admin.get("").await;
    assert_eq!(without.status, 308);
    assert_eq!(resolved(&admin, without.header("location")), format!("{}/", server.setup.admin()));
    assert_eq!(server.agent("ada").get("/").await.status, 200);
    for path in ["/", ""] {
        server.staff("nobody").get(path).await.refused(401, "unauthenticated");
        server.staff("member:bob").get(path).await.refused(403, "forbidden");
    }
}

impl Answer {
    fn is_text(&self, kind: &str) {
        assert_eq!((self.status, self.header("content-type")), (200, kind), "{self}");
        assert!(std::str::from_utf8(&self.body).is_ok_and(|text| !text.is_empty()), "{self}");
    }
}

/// The names of files in `assets` that a file names.
fn named(file: &Answer) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(&file.body).into_owned();
    let quoted = text.split(['"', '\'', '`']).filter(|part| part.ends_with(".js") || part.ends_with(".css"));
    let paths = quoted.filter_map(|part| {
        part.strip_prefix("./")
            .map(|rest| rest.strip_prefix("assets/").unwrap_or(rest))
            .or_else(|| part.strip_prefix("assets/"))
    });
    paths.filter(|name| !name.contains('/')).map(str::to_owned).collect()
}

/// Where a relative location leads from the mount without a slash.
pub(super) fn resolved(client: &Client, location: &str) -> String {
    if location.starts_with('/') {
        return location.to_owned();
    }
    assert!(!location.contains("://") && !location.contains(".."), "{location}");
    let folder = client.base().rsplit_once('/').map_or("", |(folder, _)| folder);
    format!("{folder}/{}", location.trim_start_matches("./"))
}

/// What the site has set of the chat's look and texts stands at the beginning of the loader: what is as usual does not, and what
/// cannot be read is refused.
pub async fn the_loader_begins_with_the_look(host: Host) {
    let server = host.serve().await;
    let visitor = server.stranger();
    let usual = visitor.get("/loader.js").await;
    let plain = String::from_utf8_lossy(&usual.body).into_owned();
    assert!(!plain.starts_with("const engageLook"), "{plain:.60}");

    let accent = json!({ "light": "#1d4ed8", "dark": "#93c5fd" });
    let poor = json!({ "accent": { "light": "#f5c400", "dark": "#93c5fd" } });
    set(&server, "chat.look", poor).await.invalid("/value/accent/light");
    set(&server, "chat.look", json!({ "accent": { "light": "#000;}", "dark": "#fff" } }))
        .await
        .invalid("/value/accent/light");
    set(&server, "chat.look", json!({ "avatars": 1 })).await.invalid("/value");
    set(&server, "chat.texts", json!({ "__proto__": { "write": "x" } })).await.invalid("/value/__proto__");
    let hostile = "</script>\u{2028}\"';alert(1)//";
    let look = json!({ "accent": accent, "theme": "auto", "position": "start", "label": hostile });
    set(&server, "chat.look", look).await.is(200);
    set(&server, "chat.texts", json!({ "de": { "write": hostile } })).await.is(200);

    let loader = visitor.get("/loader.js").await;
    loader.is_text("text/javascript; charset=utf-8");
    let text = String::from_utf8_lossy(&loader.body).into_owned();
    let (line, rest) = text.split_once('\n').unwrap();
    assert_eq!(rest, plain);
    let told: Value =
        serde_json::from_str(line.strip_prefix("const engageLook=").unwrap().trim_end_matches(';')).unwrap();
    let expected =
        json!({ "accent": accent, "position": "start", "label": hostile, "texts": { "de": { "write": hostile } } });
    assert_eq!(told, expected);
    assert_ne!(loader.header("etag"), usual.header("etag"));
    let tag = loader.header("etag").to_owned();
    assert_eq!(visitor.get("/loader.js").header("if-none-match", &tag).await.status, 304);

    set(&server, "chat.look", json!({})).await.is(200);
    set(&server, "chat.texts", json!({})).await.is(200);
    assert_eq!(visitor.get("/loader.js").await.header("etag"), usual.header("etag"));
}
