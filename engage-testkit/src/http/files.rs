//! The front end's files.

use std::collections::BTreeSet;
use std::io::Read as _;

use flate2::read::GzDecoder;
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

/// Who takes gzip gets it, as another representation with a tag of its own; a cache is told on what the answer depends.
pub async fn files_are_packed_for_who_takes_that(host: Host) {
    let server = host.serve().await;
    let visitor = server.stranger();
    let page = server.admin().get("/").await;
    let script = named(&page).into_iter().find(|name| name.ends_with(".js")).expect("a script");
    packed(&visitor, "/loader.js").await;
    packed(&visitor, &format!("/assets/{script}")).await;
    // With the site's look the loader is another file, which is packed as it is.
    let usual = visitor.get("/loader.js").header("accept-encoding", "gzip").await;
    set(&server, "chat.look", json!({ "position": "start" })).await.is(200);
    let tags = packed(&visitor, "/loader.js").await;
    assert!(!tags.iter().any(|tag| tag == usual.header("etag")));
    set(&server, "chat.look", json!({})).await.is(200);
}

/// The tags of a file as it is and by gzip.
async fn packed(client: &Client, path: &str) -> [String; 2] {
    let by = |coding: &'static str| client.get(path).header("accept-encoding", coding);
    let plain = client.get(path).await;
    assert_eq!(
        (plain.status, plain.try_header("content-encoding"), plain.header("vary")),
        (200, None, "accept-encoding")
    );
    for coding in ["", "br", "identity", "gzip;q=0", "*;q=0", "identity;q=0", "gzip;q=0.2, identity", "gzip;q=high"] {
        let answer = by(coding).await;
        assert_eq!((answer.status, answer.try_header("content-encoding")), (200, None), "{coding:?}");
        assert_eq!((&answer.body, answer.header("etag")), (&plain.body, plain.header("etag")), "{coding:?}");
    }
    for coding in ["gzip", "br, gzip;q=0.1, zstd", "*", "identity;q=0, gzip"] {
        let answer = by(coding).await;
        let told = ["content-encoding", "vary", "content-type", "cache-control"].map(|name| answer.header(name));
        let expected = ["gzip", "accept-encoding", plain.header("content-type"), plain.header("cache-control")];
        assert_eq!((answer.status, told), (200, expected), "{coding:?}");
        assert!(answer.body.len() < plain.body.len(), "{coding:?}");
        let mut read = Vec::new();
        GzDecoder::new(&answer.body[..]).read_to_end(&mut read).expect("gzip");
        assert_eq!(read, plain.body, "{coding:?}");
    }
    let gzip = by("gzip").await;
    let tags = [plain.header("etag").to_owned(), gzip.header("etag").to_owned()];
    assert_ne!(tags[0], tags[1]);
    // What is held in one coding is not what the other is.
    for (coding, held, status) in
        [("gzip", &tags[1], 304), ("gzip", &tags[0], 200), ("identity", &tags[1], 200), ("identity", &tags[0], 304)]
    {
        let answer = by(coding).header("if-none-match", held).await;
        assert_eq!((answer.status, answer.header("vary")), (status, "accept-encoding"), "{coding} {held}");
        if status == 304 {
            assert_eq!((answer.try_header("content-encoding"), answer.body.len()), (None, 0));
        }
    }
    let both = format!("{}, W/{}", tags[0], tags[1]);
    assert_eq!(by("gzip").header("if-none-match", &both).await.status, 304);
    let head = client.request("HEAD", path).header("accept-encoding", "gzip").await;
    assert_eq!((head.status, head.header("content-encoding"), head.body.len()), (200, "gzip", 0));
    assert_eq!(
        (head.header("etag"), head.header("content-length")),
        (gzip.header("etag"), gzip.header("content-length"))
    );
    tags
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
        "require-trusted-types-for 'script'; trusted-types engage",
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
