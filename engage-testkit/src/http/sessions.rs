//! Visitors' sessions.

use serde_json::json;

use super::Host;

/// A session begins once, and is the same one however often it is asked for.
pub async fn a_session_begins_once_and_is_found_again(host: Host) {
    let server = host.serve().await;
    let visitor = server.stranger();
    assert!(visitor.get("/v1/session").await.is(200)["contact"].is_null(), "asking makes none");
    assert!(visitor.cookie().is_none());

    let begun = visitor.post("/v1/session", json!({})).await;
    let info = begun.is(200);
    assert_eq!((&info["site"]["name"], &info["site"]["agents_online"]), (&json!("Acme"), &json!(false)));
    let again = visitor.post("/v1/session", json!({})).await;
    assert_eq!(again.is(200)["contact"]["id"], info["contact"]["id"]);
    assert!(again.try_header("set-cookie").is_none(), "there is a session already");
    assert_eq!(visitor.contact().await["id"], info["contact"]["id"]);
}
