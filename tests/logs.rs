//! Nothing personal and nothing secret is logged, not even at the finest level.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "these are tests")]

use std::io;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, header};
use engage::axum::{EngageRoutes as _, RouterExt as _};
use engage::sink::TracingSink;
use engage::{Engage, memory};
use serde_json::{Value, json};
use tower::ServiceExt as _;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_personal_is_logged() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_env_filter("engage=trace").with_ansi(false).with_writer(move || writer.clone());
    let _guard = tracing::subscriber::set_default(subscriber.finish());

    let engage = Engage::builder(memory::backend()).events(TracingSink).build().await.unwrap();
    let app: Router = Router::new().engage("/engage", engage.routes());

    let begun = ask(&app, "POST", "/engage/v1/session", "", json!({})).await;
    let cookie = begun.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let secret = cookie.split_once('=').unwrap().1.to_owned();
    let person = json!({ "name": "Canaryname", "email": "canary@mail.example" });
    assert_eq!(ask(&app, "PATCH", "/engage/v1/session", &cookie, person).await.status(), 200);
    let open = json!({ "client_message_id": "m1", "body": "canary body" });
    assert_eq!(ask(&app, "POST", "/engage/v1/chat/conversations", &cookie, open).await.status(), 201);
    // What is refused, and what another text bears, is not logged either.
    let other = json!({ "client_message_id": "m1", "body": "canary body, changed" });
    assert_eq!(ask(&app, "POST", "/engage/v1/chat/conversations", &cookie, other).await.status(), 409);
    let wrong = json!({ "client_message_id": "m2", "body": 7, "canary_member": "canary value" });
    assert_eq!(ask(&app, "POST", "/engage/v1/chat/conversations", &cookie, wrong).await.status(), 422);
    engage.shutdown(std::time::Duration::from_secs(5)).await;

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("route=\"/v1/chat/conversations\""), "the log is listened to: {text}");
    for canary in ["canary", "Canaryname", "mail.example", &secret] {
        assert!(!text.contains(canary), "{canary} is in the log: {text}");
    }
}

async fn ask(app: &Router, method: &str, path: &str, cookie: &str, body: Value) -> Response<Body> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::COOKIE, cookie)
        .body(Body::from(body.to_string()));
    app.clone().oneshot(request.unwrap()).await.unwrap()
}
