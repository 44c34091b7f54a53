//! Wherever it is mounted, engage works, and the host's own things go on.

use serde_json::json;

use super::files::resolved;
use super::proxy::Proxy;
use super::{Client, Host, Server, Setup};

/// Everything works under this setup.
async fn works(site: &Client, admin: &Client) {
    let visitor = site.elsewhere();
    visitor.post("/v1/session", json!({})).await.is(200);
    let conversation = visitor.open_conversation("hello").await;
    let agent = admin.elsewhere().with("x-test-user", "agent:ada:");
    let mut told = agent.follow(&conversation).await;
    assert_eq!(told.until("message").await["body"], "hello");
    let mut stream = visitor.events(&conversation, "&after=1").await;
    told.say(&conversation, "a1", "hello to you").await;
    assert_eq!(stream.until("message").await.data["body"], "hello to you");
    let poll = format!("/v1/chat/conversations/{conversation}/entries?after=1&wait=5");
    assert_eq!(visitor.get(&poll).await.is(200)["entries"][0]["body"], "hello to you");
    visitor.chat().await.settled().await;

    assert_eq!(visitor.get("/loader.js").await.status, 200);
    let page = agent.get("/").await;
    assert_eq!(page.status, 200, "{page}");
    if !agent.base().is_empty() {
        let without = agent.get("").await;
        assert_eq!(without.status, 308, "{without}");
        assert_eq!(resolved(&agent, without.header("location")), format!("{}/", agent.base()));
    }
    let html = String::from_utf8_lossy(&page.body).into_owned();
    let script = html.split('"').find(|part| part.ends_with(".js")).expect("a script").trim_start_matches('.');
    assert_eq!(agent.get(script).await.status, 200, "{script}");
    visitor.request("DELETE", "/v1/chat/conversations").await.refused(405, "method_not_allowed");
    visitor.get("/health/ready").await.is(200);
    assert!(visitor.get("/v1/session").await.headers.contains_key("x-host"), "the host's own layer is around it");
}

/// The host's own routes, state, layers and fallback are as they were.
async fn the_host_goes_on(server: &Server, prefix: &str) {
    let outside = Client::new(server.address, prefix);
    let own = outside.get("/own").of_the_host().await;
    assert_eq!((own.status, &own.body[..]), (200, b"the host's own".as_slice()));
    assert!(own.headers.contains_key("x-host") && !own.headers.contains_key("x-request-id"));
    let mut unknown = vec!["/nothing".to_owned(), "/v2/session".to_owned()];
    for mount in [server.setup.site(), server.setup.admin()] {
        unknown.extend(
            [
                "/v1",
                "/v1/nothing",
                "/assets",
                "/v1/session/x",
                "/v1/session/",
                "/V1/session",
                "/v1/chat/conversations/a/b/c",
                "/index.html",
            ]
            .map(|path| format!("{mount}{path}")),
        );
    }
    for path in unknown {
        let answer = outside.get(&path).of_the_host().await;
        assert_eq!((answer.status, &answer.body[..]), (404, b"nothing of the host's".as_slice()), "{answer}");
        assert!(!answer.headers.contains_key("content-security-policy"), "{answer}");
    }
}

async fn mounted(host: &Host, site: &str, admin: &str, nest: Option<&str>) {
    let setup = Setup {
        site_mount: site.to_owned(),
        admin_mount: admin.to_owned(),
        nest: nest.map(str::to_owned),
        ..Setup::default()
    };
    let server = host.start(setup).await;
    works(&server.stranger(), &server.staff("nobody")).await;
    the_host_goes_on(&server, "").await;
}

/// At the root.
pub async fn it_works_at_the_root(host: Host) {
    mounted(&host, "/", "/admin", None).await;
}

/// With the admin panel at the root.
pub async fn the_admin_panel_works_at_the_root(host: Host) {
    mounted(&host, "/engage", "/", None).await;
}

/// Deep down.
pub async fn it_works_deep_down(host: Host) {
    mounted(&host, "/a/b/engage", "/a/b/admin/engage", None).await;
}

/// With one mount below the other.
pub async fn one_mount_may_be_below_the_other(host: Host) {
    mounted(&host, "/engage", "/engage/admin", None).await;
}

/// With a slash at the end.
pub async fn a_slash_at_the_end_changes_nothing(host: Host) {
    mounted(&host, "/engage/", "/admin/engage/", None).await;
}

/// In a part of the host that is nested itself.
pub async fn it_works_in_a_nested_part_of_the_host(host: Host) {
    mounted(&host, "/engage", "/admin", Some("/shop")).await;
    mounted(&host, "/chat/engage/", "/admin", Some("/a/b")).await;
    mounted(&host, "/", "/admin", Some("/shop")).await;
}

/// Behind a proxy that strips a prefix.
pub async fn it_works_behind_a_proxy_that_strips_a_prefix(host: Host) {
    let server = host.serve().await;
    let proxy = Proxy::start(server.address, "/public/area").await;
    let through = |mount: String| Client::new(proxy.address, &format!("/public/area{mount}"));
    works(&through(server.setup.site()), &through(server.setup.admin())).await;
}
