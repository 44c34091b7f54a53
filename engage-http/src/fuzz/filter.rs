use std::cell::OnceCell;

use engage_core::{Engage, Identity, memory};
use http::{Request, StatusCode, Uri, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::routes::routes;
use crate::{Api, Identified, Info, Side, body};

/// Where lists are, and the names that queries may have: for those who make some up.
#[cfg(test)]
pub(super) const PATHS: [&str; 8] = [
    "/v1/chat/conversations",
    "/v1/chat/conversations/01900000-0000-7000-8000-000000000001/entries",
    "/v1/chat/search",
    "/v1/contacts",
    "/v1/canned",
    "/v1/audit",
    "/v1/outbox/dead",
    "/v1/webhooks/01900000-0000-7000-8000-000000000001/deliveries",
];
#[cfg(test)]
pub(super) const NAMES: [&str; 12] = [
    "status", "assignee", "label", "limit", "before", "after", "wait", "query", "search", "format", "notes", "nothing",
];

/// The longest target that a server lets through, in bytes.
const TARGET: usize = 8 * 1024;

thread_local! {
    static SITE: OnceCell<(Runtime, Api, Api)> = const { OnceCell::new() };
}

/// What is asked for with GET, as an admin and as nobody, with a path and a query: it is answered, or refused with a problem
/// that says where.
pub fn filter(input: &[u8]) {
    let Some(uri) = std::str::from_utf8(input).ok().and_then(|text| text.parse::<Uri>().ok()) else { return };
    if !uri.path().starts_with('/') || uri.authority().is_some() || input.len() > TARGET {
        return;
    }
    SITE.with(|site| {
        let (runtime, site, admin) = site.get_or_init(site_in_memory);
        runtime.block_on(async {
            asked(admin, &uri, Identified::Known(Box::new(Identity::admin("7").name("Ada")))).await;
            asked(site, &uri, Identified::Nobody).await;
        });
    });
}

fn site_in_memory() -> (Runtime, Api, Api) {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    let engage = runtime.block_on(async {
        let engage = Engage::builder(memory::backend()).without_rate_limits().build().await.expect("a site");
        let (visitor, _) = engage.sessions().create().await.expect("a visitor");
        for number in 0..3 {
            let key = format!("m-{number}");
            engage.chat().open(visitor.contact.id, &key, "Hello there", None).await.expect("a conversation");
        }
        engage
    });
    let (site, admin) = (Api::new(engage.clone(), Side::Site), Api::new(engage, Side::Admin));
    (runtime, site, admin)
}

async fn asked(api: &Api, uri: &Uri, identity: Identified) {
    let mut request = Request::new(body::empty());
    *request.uri_mut() = uri.clone();
    let response = api.handle(request, Info { peer: None, base: String::new(), identity }).await;
    let (parts, body) = response.into_parts();
    assert!(!parts.status.is_server_error(), "{} for {uri}", parts.status);
    // Server-sent events do not end.
    if http_body::Body::size_hint(&body).exact().is_none() {
        return;
    }
    let bytes = body.collect().await.expect("a body").to_bytes();
    if !parts.status.is_client_error() {
        return;
    }
    assert_eq!(parts.headers[header::CONTENT_TYPE], "application/problem+json", "{uri}");
    let problem: Value = serde_json::from_slice(&bytes).expect("a problem");
    assert!(problem["code"].as_str().is_some_and(|code| !code.is_empty()), "{uri}: {problem}");
    assert_eq!(problem["status"], json!(parts.status.as_u16()), "{uri}");
    assert!(bytes.len() < 2_048, "{uri}: {problem}");
    if parts.status == StatusCode::UNPROCESSABLE_ENTITY {
        let fields = problem["errors"].as_array().expect("fields");
        let is_known = |name: &str| routes().iter().any(|route| route.query.iter().any(|known| known.name == name));
        let told = fields
            .iter()
            .all(|field| field["field"].as_str().and_then(|field| field.strip_prefix('/')).is_some_and(is_known));
        assert!(!fields.is_empty() && told, "{uri}: {problem}");
    }
}
