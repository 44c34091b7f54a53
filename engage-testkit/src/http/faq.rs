//! The help centre.

use serde_json::{Value, json};

use super::people::text;
use super::{Answer, Client, Host, Setup};

const ARTICLES: &str = "/v1/faq/articles";

async fn shelf(admin: &Client, slug: &str) -> Value {
    let names = json!({ "en": { "title": "Billing <b>", "description": "Money" }, "de": { "title": "Geld", "description": "" } });
    let body = json!({ "parent": null, "slug": slug, "icon": "💳", "position": null, "names": names });
    admin.post("/v1/faq/categories", body).await.is(201)
}

async fn write(admin: &Client, category: &Value, title: &str, markdown: &str) -> Value {
    let body = json!({ "category": category["id"], "slug": null, "visibility": "public", "locale": null,
        "title": title, "markdown": markdown });
    admin.post(ARTICLES, body).await.is(201)
}

fn at(article: &Value, rest: &str) -> String {
    format!("{ARTICLES}/{}{rest}", text(&article["id"]))
}

async fn publish(admin: &Client, article: &Value, locale: &str, revision: i64) -> Value {
    admin.put(&at(article, &format!("/texts/{locale}/live")), json!({ "revision": revision })).await.is(200)
}

async fn out(admin: &Client, category: &Value, title: &str, markdown: &str) -> Value {
    publish(admin, &write(admin, category, title, markdown).await, "en", 1).await
}

fn html(answer: &Answer) -> String {
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"), "{answer}");
    String::from_utf8(answer.body.to_vec()).expect("UTF-8")
}

fn place(article: &Value, change: &Value) -> Value {
    let mut body = json!({ "category": article["category"], "slug": article["slug"], "position": article["position"],
        "visibility": article["visibility"], "publish_at": null, "unpublish_at": null,
        "expected_version": article["version"] });
    for (name, value) in change.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}

async fn found(client: &Client, query: &str) -> Vec<String> {
    let hits = client.get(&format!("/v1/help/search?query={query}")).await.is(200);
    hits["hits"].as_array().into_iter().flatten().map(|hit| text(&hit["slug"])).collect()
}

/// A draft is nobody's but staff's; an edit that saw an older revision loses nothing; each reader votes once.
pub async fn an_article_is_written_published_found_and_rated(host: Host) {
    let server = host.start(Setup::default()).await;
    let (visitor, admin, agent) = (server.visitor().await, server.admin(), server.agent("ada"));
    let category = shelf(&admin, "billing").await;
    let article = write(&agent, &category, "How do I get a refund?", "Ask *us* <script>.\n\n## When\n\nSoon.").await;
    assert_eq!(
        (&article["slug"], &article["texts"][0]["standing"]),
        (&json!("how-do-i-get-a-refund"), &json!("draft"))
    );
    let page = format!("/v1/help/articles/{}", text(&article["slug"]));
    visitor.get(&page).await.refused(404, "not_found");
    assert!(found(&visitor, "refund").await.is_empty());
    assert_eq!(publish(&agent, &article, "en", 1).await["texts"][0]["standing"], json!("live"));
    let read = visitor.get(&page).await.is(200);
    let shown = "<p>Ask <em>us</em> &lt;script&gt;.</p>\n<h3 id=\"h-when\">When</h3>\n<p>Soon.</p>\n";
    assert_eq!((&read["html"], &read["vote"]), (&json!(shown), &json!(null)));
    let hits = visitor.get("/v1/help/search?query=ref").await.is(200);
    assert_eq!(hits["hits"][0]["title"], json!({ "text": "How do I get a refund?", "ranges": [[15, 21]] }));
    assert!(!hits.to_string().contains("<em>"), "no bodies: {hits}");

    let en = at(&article, "/texts/en");
    let text_of = |markdown: &str, seen: i64| json!({ "title": "Refunds", "markdown": markdown, "source": null, "expected_revision": seen });
    let second = agent.put(&en, text_of("Second", 1)).await.is(200);
    assert_eq!((&second["number"], &second["by"]), (&json!(2), &json!("Name of ada")));
    admin.put(&en, text_of("Rival", 1)).await.refused(409, "conflict");
    assert_eq!(agent.put(&en, text_of("Second", 2)).await.is(200), second, "nothing new is nothing saved");
    assert_eq!(visitor.get(&page).await.is(200)["html"], json!(shown), "a draft is not seen");
    assert_eq!(admin.get(&at(&article, "")).await.is(200)["texts"][0]["standing"], json!("changed"));
    let lines = admin.get(&at(&article, "/texts/en/revisions")).await.is(200);
    let numbers: Vec<_> =
        lines["revisions"].as_array().into_iter().flatten().map(|line| line["number"].clone()).collect();
    assert_eq!(numbers, [json!(2), json!(1)]);
    let first = admin.get(&at(&article, "/texts/en/revisions/1")).await.is(200);
    assert!(text(&first["markdown"]).starts_with("Ask *us*"));
    publish(&admin, &article, "en", 2).await;
    assert_eq!(visitor.get(&page).await.is(200)["title"], json!("Refunds"));

    let vote = async |client: &Client, helpful: bool, comment: Value| {
        client.put(&format!("{page}/vote"), json!({ "helpful": helpful, "comment": comment })).await
    };
    vote(&server.stranger(), true, json!(null)).await.refused(401, "unauthenticated");
    vote(&visitor, true, json!(null)).await.is(200);
    vote(&visitor, false, json!("Unclear <b>")).await.is(200);
    vote(&visitor, true, json!("x".repeat(1_001))).await.invalid("/comment");
    let now = admin.get(&at(&article, "")).await.is(200);
    assert_eq!((&now["helpful"], &now["unhelpful"]), (&json!(0), &json!(1)));
    let comments = admin.get(&at(&article, "/comments")).await.is(200);
    assert_eq!(comments["comments"][0]["comment"], json!("Unclear <b>"));
    assert_eq!(visitor.get(&page).await.is(200)["vote"]["helpful"], json!(false));

    agent.delete(&at(&article, "")).await.refused(403, "forbidden");
    let none = admin.put(&at(&article, "/texts/en/live"), json!({ "revision": null })).await.is(200);
    assert_eq!(none["texts"][0]["live"], json!(null));
    visitor.get(&page).await.refused(404, "not_found");
    admin.delete(&at(&article, "")).await.is(204);
    let audit = admin.get("/v1/audit").await.is(200).to_string();
    for action in ["faq.create", "faq.save", "faq.publish", "faq.unpublish", "faq.delete", "faq.category.create"] {
        assert!(audit.contains(action), "{action}");
    }
}

/// Everything is there as HTML under a strict policy: list, article, search, vote, and what search engines read.
pub async fn the_help_centre_is_pages_that_need_no_script(host: Host) {
    let public_url = Some("https://acme.example".to_owned());
    let server = host.start(Setup { public_url, ..Setup::default() }).await;
    let (reader, admin) = (server.stranger(), server.admin());
    assert!(html(&reader.get("/help").await).contains("There are no articles yet."));
    let category = shelf(&admin, "billing").await;
    out(&admin, &category, "What is a </script><b>refund</b>?", "It is **money**.").await;
    out(&admin, &category, "Invoices", "Every month.").await;
    let home = reader.get("/help").await;
    let shown = html(&home);
    assert!(home.header("content-security-policy").contains("script-src 'self'"), "{home}");
    assert!(shown.contains("Billing &lt;b&gt;") && shown.contains("/help/billing/invoices\""), "{shown}");
    assert!(!shown.contains("style=") && !shown.contains("<b>"), "{shown}");
    let again = reader.request("GET", "/help").header("if-none-match", home.header("etag")).await;
    assert_eq!(again.status, 304);
    assert!(html(&reader.get("/help/billing").await).contains("What is a &lt;/script&gt;"));

    let path = "/help/billing/what-is-a-script-b-refund-b";
    let article = html(&reader.get(path).await);
    for part in [
        "<strong>money</strong>",
        "FAQPage",
        "\\u003c/script>",
        "rel=\"canonical\" href=\"https://acme.example",
        "<form class=\"vote\"",
    ] {
        assert!(article.contains(part), "{part} in {article}");
    }
    assert_eq!(article.matches("</script>").count(), 1, "{article}");
    let found = html(&reader.get("/help/search?query=mony").await);
    assert!(found.contains("<mark>money</mark>") && found.contains("noindex"), "{found}");
    let link =
        found.split(&format!("{path}?search=")).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    html(&reader.get(&format!("{path}?search={link}")).await);
    assert!(html(&reader.get("/help/search?query=%F0%9F%A6%80").await).contains("Nothing was found"));
    let report = admin.get("/v1/faq/report").await.is(200);
    assert_eq!((&report["searches"], &report["without_click"]), (&json!(1), &json!(0)), "{report}");

    let form = |body: &'static str| {
        reader.request("POST", path).header("content-type", "application/x-www-form-urlencoded").body(body)
    };
    let voted = form("helpful=false&comment=More+please").await;
    assert_eq!(voted.status, 303, "{voted}");
    assert!(voted.header("location").ends_with("?voted=true") && voted.header("set-cookie").contains("HttpOnly"));
    assert!(html(&reader.get(&format!("{path}?voted=true")).await).contains("Thank you"));
    form("comment=x").await.invalid("/helpful");
    form("helpful=true&admin=1").await.refused(400, "malformed");

    let map = reader.get("/help/sitemap.xml").await;
    assert_eq!((map.status, map.header("content-type")), (200, "application/xml"), "{map}");
    let map = String::from_utf8_lossy(&map.body).into_owned();
    assert!(map.contains("<loc>https://acme.example") && map.contains("/help/billing/invoices</loc>"), "{map}");
    reader.get("/help/none").await.refused(404, "not_found");
    reader.get("/help/billing/none").await.refused(404, "not_found");
    // A browser gets a page to go on from, in its language.
    for path in ["/help/none", "/help/billing/none", "/help/none/none"] {
        let asked = reader.request("GET", &format!("{path}?lang=de")).header("accept", "text/html,*/*;q=0.8");
        let missing = asked.await;
        assert_eq!(missing.status, 404, "{missing}");
        let missing = html(&Answer { status: 200, ..missing });
        for part in ["Diese Seite gibt es nicht", "role=\"search\"", "/help?lang=de\"", "noindex"] {
            assert!(missing.contains(part), "{part} in {missing}");
        }
    }
}

/// Links that people have kept go on.
pub async fn old_names_lead_to_new_ones(host: Host) {
    let server = host.start(Setup::default()).await;
    let (reader, admin) = (server.stranger(), server.admin());
    let (category, other) = (shelf(&admin, "old-shelf").await, shelf(&admin, "other").await);
    let article = out(&admin, &category, "Old name", "text").await;
    let change = json!({ "slug": "new-name", "category": other["id"] });
    admin.put(&at(&article, ""), place(&article, &change)).await.is(200);
    for path in ["/help/old-shelf/old-name", "/help/other/old-name", "/help/old-shelf/new-name"] {
        let moved = reader.get(path).await;
        assert_eq!(moved.status, 308, "{moved}");
        assert!(moved.header("location").ends_with("/help/other/new-name"), "{moved}");
    }
    html(&reader.get("/help/other/new-name").await);
    assert_eq!(reader.get("/v1/help/articles/old-name").await.is(200)["slug"], json!("new-name"));
    let taken = write(&admin, &category, "Old name", "text").await;
    assert_eq!(taken["slug"], json!("old-name"));
    reader.get("/v1/help/articles/old-name").await.refused(404, "not_found");
    admin.put(&at(&article, ""), place(&article, &json!({}))).await.refused(409, "conflict");
    let again = json!({ "category": other["id"], "slug": "new-name", "visibility": "public", "locale": null, "title": "x", "markdown": "x" });
    admin.post(ARTICLES, again).await.refused(409, "slug_taken");
    let names = json!({ "en": { "title": "New", "description": "" } });
    let renamed = json!({ "parent": null, "slug": "new-shelf", "icon": null, "position": 1, "names": names, "expected_version": 1 });
    admin.put(&format!("/v1/faq/categories/{}", text(&other["id"])), renamed).await.is(200);
    assert!(reader.get("/help/other").await.header("location").ends_with("/help/new-shelf"));
}

/// Misspelt words, other words for the same, and whole sentences find; what does not is in the report.
pub async fn searches_forgive_and_tell_what_is_missing(host: Host) {
    let server = host.start(Setup::default()).await;
    let (visitor, admin) = (server.visitor().await, server.admin());
    let category = shelf(&admin, "all").await;
    let login = out(&admin, &category, "Sign in to your account", "Use the password that you have chosen.").await;
    out(&admin, &category, "Invoices and payments", "We send an invoice every month.").await;
    out(&admin, &category, "Delete your account", "Write to us.").await;
    for (query, slug) in [
        ("invo", "invoices-and-payments"),
        ("pasword", "sign-in-to-your-account"),
        ("invioces", "invoices-and-payments"),
        ("monthly+invoice", "invoices-and-payments"),
    ] {
        assert_eq!(found(&visitor, query).await.first().map(String::as_str), Some(slug), "{query}");
    }
    assert!(found(&visitor, "login").await.is_empty());
    let groups = json!({ "groups": [["login", "sign in", "log on"]], "expected_version": 0 });
    admin.put("/v1/faq/synonyms/en", groups.clone()).await.is(200);
    admin.put("/v1/faq/synonyms/en", groups).await.refused(409, "conflict");
    admin.put("/v1/faq/synonyms/en", json!({ "groups": [["one"]], "expected_version": 1 })).await.invalid("/groups/0");
    admin.get("/v1/faq/synonyms/%7B%7D").await.refused(404, "not_found");
    assert_eq!(found(&visitor, "login").await, ["sign-in-to-your-account"]);
    assert_eq!(found(&visitor, "log+on").await, ["sign-in-to-your-account"]);
    for hostile in ["%22", "*", "a*%20OR%20b", "NEAR(", "%27;drop", "title%3A", "&", "%F0%9F%A6%80"] {
        let answer = visitor.get(&format!("/v1/help/search?query={hostile}")).await;
        assert!(matches!(answer.status, 200 | 400 | 422), "{answer}");
    }

    let ask = |text: &str| json!({ "text": text, "locale": null, "source": "chat" });
    let suggested =
        visitor.post("/v1/help/suggestions", ask("Hello, I forgot my password and cannot sign in!")).await.is(200);
    assert_eq!(suggested["hits"][0]["slug"], json!("sign-in-to-your-account"), "{suggested}");
    let unknown = visitor.post("/v1/help/suggestions", ask("The weather is nice")).await.is(200);
    assert_eq!((&unknown["hits"], &unknown["search"]), (&json!([]), &json!(null)));
    visitor.post("/v1/help/suggestions", ask(" ")).await.invalid("/text");
    let follow = |id: &Value, body: Value| {
        let path = format!("/v1/help/searches/{}", text(id));
        let visitor = visitor.clone();
        async move { visitor.patch(&path, body).await }
    };
    follow(&suggested["search"], json!({ "opened": login["id"], "ended": null })).await.is(204);
    let note = async |query: &str| {
        visitor.post("/v1/help/searches", json!({ "query": query, "locale": null, "source": "widget" })).await.is(201)
    };
    assert_eq!(note("Refund?").await["results"], json!(0));
    let left = note("refund").await;
    follow(&left["id"], json!({ "opened": null, "ended": "conversation" })).await.is(204);
    follow(&left["id"], json!({ "opened": null, "ended": null })).await.invalid("/opened");
    assert_eq!(note("invoice").await["results"], json!(1));
    let report = admin.get("/v1/faq/report?order=gaps").await.is(200);
    let first = json!({ "words": "refund", "searches": 2, "without_result": 2, "without_click": 0, "ended": 1 });
    assert_eq!(report["words"][0], first, "{report}");
    assert_eq!((&report["suggested"], &report["deflected"]), (&json!(1), &json!(1)));
}

/// Public, signed in, staff; in the language that they want or the next best; outdated translations are told.
pub async fn readers_see_what_is_theirs_in_their_language(host: Host) {
    let server = host.start(Setup::default()).await;
    let (stranger, member, admin) = (server.stranger(), server.member("bob"), server.admin());
    let category = shelf(&admin, "all").await;
    let public = out(&admin, &category, "Common", "shared words").await;
    for visibility in ["members", "agents"] {
        let article = out(&admin, &category, &format!("For {visibility}"), "shared words").await;
        admin.put(&at(&article, ""), place(&article, &json!({ "visibility": visibility }))).await.is(200);
    }
    assert_eq!(found(&stranger, "shared").await, ["common"]);
    assert_eq!(found(&member, "shared").await.len(), 2);
    let staff = admin.get("/v1/faq/search?query=shared").await.is(200);
    assert_eq!(staff["hits"].as_array().map(Vec::len), Some(3));
    stranger.get("/v1/help/articles/for-members").await.refused(404, "not_found");
    member.get("/v1/help/articles/for-members").await.is(200);
    member.get("/v1/help/articles/for-agents").await.refused(404, "not_found");
    let titles = async |client: &Client, locale: &str| {
        let shelf = client.get(&format!("/v1/help?locale={locale}")).await.is(200);
        let titles = shelf["articles"].as_array().into_iter().flatten().map(|one| text(&one["title"]));
        (text(&shelf["categories"][0]["title"]), titles.collect::<Vec<_>>())
    };
    let german = json!({ "title": "Gemeinsam", "markdown": "Wörter", "source": null, "expected_revision": 0 });
    admin.put(&at(&public, "/texts/de"), german).await.is(200);
    assert_eq!(titles(&stranger, "de").await, ("Geld".to_owned(), vec!["Common".to_owned()]));
    publish(&admin, &public, "de", 1).await;
    assert_eq!(titles(&stranger, "de-AT").await.1, ["Gemeinsam"]);
    assert_eq!(titles(&stranger, "ja").await.1, ["Common"]);
    let page = html(&stranger.request("GET", "/help/all/common").header("accept-language", "de-CH,de;q=0.9").await);
    assert!(page.contains("<h1 dir=\"auto\">Gemeinsam</h1>") && page.contains("War das hilfreich?"), "{page}");
    assert!(html(&stranger.get("/help?lang=ar").await).contains("dir=\"rtl\""));
    let more = json!({ "title": "Common", "markdown": "Changed", "source": null, "expected_revision": 1 });
    admin.put(&at(&public, "/texts/en"), more).await.is(200);
    let texts = admin.get(&at(&public, "")).await.is(200)["texts"].clone();
    assert_eq!(
        (&texts[0]["locale"], &texts[0]["outdated"], &texts[1]["outdated"]),
        (&json!("de"), &json!(true), &json!(false))
    );
}

/// A title of two lines, a slug with a slash, a category two levels deep: each is named.
pub async fn what_an_article_cannot_be_is_told(host: Host) {
    let server = host.start(Setup::default()).await;
    let admin = server.admin();
    let category = shelf(&admin, "all").await;
    let make = async |change: Value| {
        let mut body = json!({ "category": category["id"], "slug": null, "visibility": "public", "locale": null, "title": "A", "markdown": "a" });
        for (name, value) in change.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        admin.post(ARTICLES, body).await
    };
    for (field, wrong) in [
        ("/title", json!({ "title": " " })),
        ("/title", json!({ "title": "a\nb" })),
        ("/title", json!({ "title": "x".repeat(151) })),
        ("/markdown", json!({ "markdown": "" })),
        ("/markdown", json!({ "markdown": "x".repeat(50_001) })),
        ("/slug", json!({ "slug": "a/b" })),
        ("/slug", json!({ "slug": "search" })),
        ("/locale", json!({ "locale": "english please" })),
    ] {
        make(wrong).await.invalid(field);
    }
    make(json!({ "category": "01890000-0000-7000-8000-000000000000" })).await.refused(404, "not_found");
    let below = |parent: &Value, slug: &str| {
        let names = json!({ "en": { "title": slug, "description": "" } });
        json!({ "parent": parent, "slug": slug, "icon": null, "position": null, "names": names })
    };
    let child = admin.post("/v1/faq/categories", below(&category["id"], "child")).await.is(201);
    admin.post("/v1/faq/categories", below(&child["id"], "deep")).await.invalid("/parent");
    admin.post("/v1/faq/categories", below(&category["id"], "child")).await.refused(409, "slug_taken");
    let mut nameless = below(&json!(null), "x");
    nameless["names"] = json!({});
    admin.post("/v1/faq/categories", nameless).await.invalid("/names");
    admin.delete(&format!("/v1/faq/categories/{}", text(&category["id"]))).await.refused(409, "not_empty");
    let article = make(json!({})).await.is(201);
    let times = json!({ "publish_at": "2026-02-01T00:00:00Z", "unpublish_at": "2026-01-01T00:00:00Z" });
    admin.put(&at(&article, ""), place(&article, &times)).await.invalid("/unpublish_at");
    admin.put(&at(&article, "/texts/en/live"), json!({ "revision": 9 })).await.refused(404, "not_found");
    let preview = admin.post("/v1/faq/preview", json!({ "markdown": "[x](javascript:alert(1))" })).await.is(200);
    assert!(!text(&preview["html"]).contains("javascript"), "{preview}");
}
