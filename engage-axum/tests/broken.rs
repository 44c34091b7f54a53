//! Servers broken on purpose, each of which the suite must find out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use engage_axum::{EngageRoutes as _, RouterExt as _};
use engage_core::memory;
use engage_http::Side;
use engage_http::wire::ClientFrame;
use engage_testkit::http::{Directory, Endpoint, Host, Server, Setup, rules, variants};

/// What is broken, and by which rule that must be found.
#[derive(Debug, Clone, Copy)]
enum Break {
    /// Nothing: all of these rules hold then.
    Nothing,
    /// A header that no answer may lack.
    Sniffing,
    /// What must not be kept may be.
    Kept,
    /// Scripts can read the cookie.
    Cookie,
    /// Requests of other sites are taken for the own ones.
    OtherSites,
    /// Everybody may see everybody's conversations.
    Everybody,
    /// Everybody of the staff is an admin.
    Admins,
    /// Faults tell their cause.
    Telling,
    /// Answers have a member that is not described.
    Undescribed,
    /// What only staff may know is told.
    Leaking,
    /// Errors are pages.
    Pages,
    /// Nobody is told when to come back.
    NoRetryAfter,
    /// The word of trusted proxies does not count.
    Forwarded,
    /// Every answer is the same for `If-None-Match`.
    Unconditional,
    /// Repeated requests are done again.
    Repeated,
    /// `HEAD` is unknown.
    NoHead,
}

const BROKEN: [(Break, &str); 16] = [
    (Break::Sniffing, "a_session_begins_once_and_is_found_again"),
    (Break::Kept, "a_session_begins_once_and_is_found_again"),
    (Break::Cookie, "the_cookie_is_out_of_reach_of_scripts"),
    (Break::OtherSites, "other_sites_change_nothing"),
    (Break::Everybody, "strangers_find_nothing"),
    (Break::Admins, "everybody_gets_what_they_may_from_every_route"),
    (Break::Telling, "faults_are_told_without_their_cause"),
    (Break::Undescribed, "everybody_gets_what_they_may_from_every_route"),
    (Break::Leaking, "everybody_gets_what_they_may_from_every_route"),
    (Break::Pages, "what_is_no_secret_is_nobody"),
    (Break::NoRetryAfter, "too_often_is_told_when_to_come_back"),
    (Break::Forwarded, "addresses_count_as_trusted_proxies_name_them"),
    (Break::Unconditional, "what_is_known_is_not_sent_again"),
    (Break::Repeated, "the_same_key_gets_the_same_answer"),
    (Break::Repeated, "a_key_in_flight_is_told_so"),
    (Break::NoHead, "head_is_get_without_a_body"),
];

#[test]
fn what_is_broken_is_found() {
    for (broken, name) in BROKEN {
        assert!(!holds(broken, name), "{broken:?} was not found by {name}");
    }
}

#[test]
fn what_is_whole_is_found_whole() {
    for (_, name) in BROKEN {
        assert!(holds(Break::Nothing, name), "{name} does not hold");
    }
}

fn holds(broken: Break, name: &str) -> bool {
    let rule = rules().into_iter().find(|rule| rule.name == name).expect("the rule is there");
    catch_unwind(AssertUnwindSafe(|| engage_testkit::run(rule.check(host(broken))))).is_ok()
}

fn host(broken: Break) -> Host {
    let endpoints = engage_http::routes::routes().into_iter().map(|route| Endpoint {
        method: route.method.to_string(),
        path: route.path.to_owned(),
        site: route.side != Some(Side::Admin),
        admin: route.side != Some(Side::Site),
    });
    Host::new(move |setup| serve(broken, setup), endpoints.collect(), variants::<ClientFrame>())
}

async fn serve(broken: Break, setup: Setup) -> Server {
    let engage = setup.build(memory::backend(), |builder| builder).await;
    let directory = setup.directory.clone();
    let identify = move |headers: HeaderMap| {
        let said = headers.get(Directory::HEADER).and_then(|value| value.to_str().ok());
        let identity = directory.identify(said);
        std::future::ready(identity)
    };
    let app = Router::new()
        .engage(&setup.site_mount, engage.routes().identity(identify.clone()))
        .engage(&setup.admin_mount, engage.admin_routes().identity(identify))
        .layer(middleware::from_fn(move |request, next| breaking(broken, request, next)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    Server::new(address, engage, setup, (), async {})
}

/// The host's layer, which breaks things.
async fn breaking(broken: Break, mut request: Request, next: Next) -> Response {
    let headers = request.headers_mut();
    match broken {
        Break::OtherSites => {
            headers.remove("sec-fetch-site");
            headers.remove(header::ORIGIN);
        }
        Break::Admins => {
            let who = headers.get(Directory::HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
            if let Some(agent) = who.strip_prefix("agent:") {
                let admin = format!("admin:{}", agent.split(':').next().unwrap_or_default());
                headers.insert(Directory::HEADER, admin.parse().unwrap());
            }
        }
        Break::Forwarded => {
            headers.remove("x-forwarded-for");
        }
        Break::Unconditional => {
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("*"));
        }
        Break::Repeated => {
            headers.remove("idempotency-key");
        }
        Break::NoHead if request.method() == "HEAD" => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
        _ => {}
    }
    let response = next.run(request).await;
    answered(broken, response).await
}

async fn answered(broken: Break, mut response: Response) -> Response {
    let status = response.status();
    let headers = response.headers_mut();
    match broken {
        Break::Sniffing => drop(headers.remove(header::X_CONTENT_TYPE_OPTIONS)),
        Break::Kept => drop(headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private"))),
        Break::NoRetryAfter => drop(headers.remove(header::RETRY_AFTER)),
        Break::Cookie => {
            if let Some(cookie) = headers.get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok()) {
                let open = cookie.replace("; HttpOnly", "").parse().unwrap();
                headers.insert(header::SET_COOKIE, open);
            }
        }
        Break::Pages if status.is_client_error() => {
            let page = (status, [(header::CONTENT_TYPE, "text/html")], "<h1>Sorry</h1>").into_response();
            headers.remove(header::CONTENT_LENGTH);
            return page;
        }
        Break::Everybody if status == StatusCode::NOT_FOUND => {
            *response.status_mut() = StatusCode::OK;
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Break::Telling if status.is_server_error() => {
            return changed(response, |body| body.replace("\"code\"", "\"cause\":\"SECRET-OF-THE-CAUSE\",\"code\""))
                .await;
        }
        Break::Leaking if status.is_success() => {
            return changed(response, |body| body.replace("\"name\":null", "\"name\":\"canary-of-a-note\"")).await;
        }
        Break::Undescribed if status.is_success() => {
            return changed(response, |body| body.replacen("{\"id\"", "{\"external_id\":7,\"id\"", 1)).await;
        }
        _ => {}
    }
    response
}

async fn changed(response: Response, change: impl FnOnce(String) -> String) -> Response {
    let (mut parts, body) = response.into_parts();
    if !parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().ends_with(b"json")) {
        return Response::from_parts(parts, body);
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Response::from_parts(parts, Body::from(change(String::from_utf8(body.into()).unwrap())))
}
