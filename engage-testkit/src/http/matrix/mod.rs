//! Every route and every frame as everybody, against what is expected, which is written by hand in `expected`.

mod expected;
mod world;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use self::expected::{FRAMES, ROUTES};
use self::world::World;
use super::described::Document;
use super::{Host, Setup};

/// Everybody gets what they may from every route, and nothing of what they may not.
pub async fn everybody_gets_what_they_may_from_every_route(host: Host) {
    let written: BTreeSet<_> = ROUTES.iter().map(|row| (row.side, row.method, row.path)).collect();
    assert_eq!(written.len(), ROUTES.len(), "a row is there twice");
    for endpoint in &host.endpoints {
        for (has, side) in [(endpoint.site, "site"), (endpoint.admin, "admin")] {
            let row = written.contains(&(side, endpoint.method.as_str(), endpoint.path.as_str()));
            assert_eq!(
                row, has,
                "{} {} on the {side} side: the route table and the rows disagree",
                endpoint.method, endpoint.path
            );
        }
    }
    let server = host.start(Setup::default()).await;
    let document = Document::of(&server.stranger()).await;
    // Who only reads leaves it as it was for the next.
    let read = World::new(&server).await;
    for row in ROUTES {
        assert!(
            host.endpoints
                .iter()
                .any(|endpoint| (endpoint.method.as_str(), endpoint.path.as_str()) == (row.method, row.path)),
            "{} {} is no route any more",
            row.method,
            row.path
        );
        let changed = if row.method == "GET" { None } else { Some(World::new(&server).await) };
        let world = changed.as_ref().unwrap_or(&read);
        for (role, wanted) in row.expects.iter().enumerate() {
            let client = world.client(row.side, role);
            let target = world.filled(row.target.unwrap_or(row.path));
            let mut request = client.request(row.method, &target);
            if let Some(body) = row.body {
                request = request.json(serde_json::from_str(&world.filled(body)).expect("a body"));
            }
            if row.path == "/v1/chat/events" && *wanted == 200 {
                request.events().await.until("message").await;
                continue;
            }
            let answer = request.await;
            let who = world::ROLES[role];
            assert_eq!(answer.status, *wanted, "{who} on the {} side: {answer}", row.side);
            document.check(row.side, row.method, row.path, &answer);
        }
        world.nothing_leaked(row.side, &format!("{} {}", row.method, row.path));
    }
}

/// Everybody gets what they may from every frame, and nothing of what they may not.
pub async fn everybody_gets_what_they_may_from_every_frame(host: Host) {
    let mut written: Vec<_> = FRAMES.iter().map(|row| row.kind.to_owned()).collect();
    written.sort_unstable();
    assert_eq!(written, host.frames, "the rows and the frames that the server reads");
    let server = host.start(Setup::default()).await;
    for row in FRAMES {
        let world = World::new(&server).await;
        for (role, wanted) in row.expects.iter().enumerate() {
            // Visitors and members are on the site's side, staff on theirs.
            let client = world.client(if role < 4 { "site" } else { "admin" }, role);
            let who = world::ROLES[role];
            let mut socket = match client.try_connect(&[]).await {
                Ok(socket) => socket,
                Err(refused) => {
                    assert_eq!(format!("{}", refused.status), *wanted, "{who}: {}", row.kind);
                    continue;
                }
            };
            let mut frame: Value = serde_json::from_str(&world.filled(row.frame)).expect("a frame");
            frame["type"] = row.kind.into();
            if row.kind != "hello" {
                socket.send(json!({ "type": "hello", "protocol": 1, "inbox": null })).await;
                socket.until("welcome").await;
            }
            socket.send(frame.clone()).await;
            let told = match *wanted {
                "-" => socket.within(Duration::from_millis(150)).await,
                _ => vec![socket.find("an answer", |frame| outcome(frame) != "-").await],
            };
            let got: Vec<_> = told.iter().map(outcome).filter(|outcome| outcome != "-").collect();
            let wanted: Vec<_> = [*wanted].into_iter().filter(|wanted| *wanted != "-").collect();
            assert_eq!(got, wanted, "{who}: {frame} -> {told:?}");
        }
        world.nothing_leaked("socket", row.kind);
    }
}

/// What a frame answers, in a word or two.
fn outcome(frame: &Value) -> String {
    match frame["type"].as_str().unwrap_or_default() {
        "error" => format!("error {}", frame["code"].as_str().unwrap_or_default()),
        "subscribed" if frame["error"].is_string() => {
            format!("subscribed {}", frame["error"].as_str().unwrap_or_default())
        }
        "welcome" => format!("welcome {}", frame["resumed"][0]["error"].as_str().unwrap_or("recovered")),
        kind @ ("ack" | "ok" | "pong" | "subscribed" | "tickets") => kind.to_owned(),
        _ => "-".to_owned(),
    }
}
