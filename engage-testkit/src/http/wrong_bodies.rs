//! Bodies that are not what an endpoint takes.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::described::Document;
use super::{Answer, Client, Host, Server};

/// What each endpoint that takes a body would take.
const TAKEN: &[(&str, &str, &str, &str)] = &[
    ("site", "POST", "/v1/session", "{}"),
    ("site", "PATCH", "/v1/session", r#"{"name":"Eve","email":"eve@example.com"}"#),
    (
        "site",
        "POST",
        "/v1/chat/conversations",
        r#"{"client_message_id":"a","body":"hello","files":[],"language":null,"answers":{},"invitation":null,"pages":[]}"#,
    ),
    ("site", "POST", "/v1/chat/pages", r#"{"url":"https://acme.example/","title":"Home"}"#),
    (
        "site",
        "POST",
        "/v1/chat/conversations/{id}/messages",
        r#"{"client_message_id":"b","body":"hello","reply_to":null,"files":[],"mentions":[]}"#,
    ),
    (
        "admin",
        "POST",
        "/v1/chat/conversations/{id}/messages",
        r#"{"client_message_id":"c","body":"hello","reply_to":null,"files":[],"mentions":[]}"#,
    ),
    (
        "admin",
        "POST",
        "/v1/chat/conversations/{id}/notes",
        r#"{"client_message_id":"d","body":"hello","reply_to":null,"files":[],"mentions":[]}"#,
    ),
    ("site", "PUT", "/v1/chat/conversations/{id}/read", r#"{"seq":1}"#),
    ("admin", "PUT", "/v1/chat/conversations/{id}/read", r#"{"seq":1}"#),
    ("admin", "PUT", "/v1/chat/conversations/{id}/unread", "{}"),
    ("site", "POST", "/v1/chat/conversations/{id}/typing", r#"{"typing":true,"text":"Hel"}"#),
    ("admin", "POST", "/v1/chat/conversations/{id}/typing", r#"{"typing":true,"text":"Hel"}"#),
    ("admin", "PUT", "/v1/chat/conversations/{id}/status", r#"{"status":"open","snoozed_until":null}"#),
    ("admin", "PUT", "/v1/chat/conversations/{id}/assignee", r#"{"agent":null,"expected":null}"#),
    ("admin", "PUT", "/v1/chat/conversations/{id}/team", r#"{"team":null,"release":false}"#),
    ("admin", "PUT", "/v1/chat/conversations/{id}/priority", r#"{"priority":"high"}"#),
    ("admin", "PUT", "/v1/chat/conversations/{id}/language", r#"{"language":"de"}"#),
    ("admin", "PUT", "/v1/chat/agents/me", r#"{"status":"online","reassign":false}"#),
    ("admin", "PUT", "/v1/chat/agents/{id}", r#"{"capacity":3,"languages":["de"]}"#),
    ("site", "POST", "/v1/chat/conversations/{id}/handoff", "{}"),
    ("site", "PUT", "/v1/chat/conversations/{id}/rating", r#"{"score":5,"comment":null}"#),
    ("admin", "PATCH", "/v1/chat/conversations/{id}/labels", r#"{"add":["vip"],"remove":["late"]}"#),
    ("admin", "PATCH", "/v1/chat/conversations/{id}/attributes", r#"{"attributes":{"plan":"pro"}}"#),
    ("site", "POST", "/v1/files", r#"{"name":"a.txt","size":3}"#),
    ("admin", "POST", "/v1/files", r#"{"name":"a.txt","size":3}"#),
    ("admin", "POST", "/v1/canned", r#"{"shortcode":"hello","text":"Hello","team":null}"#),
    ("admin", "PUT", "/v1/canned/{id}", r#"{"shortcode":"hello","text":"Hello","team":null,"expected_version":1}"#),
    (
        "site",
        "POST",
        "/v1/tickets",
        r#"{"client_message_id":"t","subject":"Help","body":"hello","files":[],"priority":"low","organisation":null,"requester":null,"team":null,"tags":[]}"#,
    ),
    (
        "admin",
        "POST",
        "/v1/tickets",
        r#"{"client_message_id":"t","subject":"Help","body":"hello","files":[],"priority":"low","organisation":null,"requester":"01890000-0000-7000-8000-000000000000","team":null,"tags":[]}"#,
    ),
    (
        "admin",
        "POST",
        "/v1/tickets/bulk",
        r#"{"tickets":["01890000-0000-7000-8000-000000000000"],"edit":{"priority":"high"},"reply":null}"#,
    ),
    ("admin", "PUT", "/v1/tickets/mails", r#"{"wanted":true}"#),
    ("admin", "PATCH", "/v1/tickets/{id}", r#"{"expected_version":1,"edit":{"status":"open","force":false}}"#),
    (
        "site",
        "POST",
        "/v1/tickets/{id}/replies",
        r#"{"client_message_id":"f","body":"hello","files":[],"status":null,"expected_version":null}"#,
    ),
    (
        "admin",
        "POST",
        "/v1/tickets/{id}/replies",
        r#"{"client_message_id":"g","body":"hello","files":[],"status":null,"expected_version":null}"#,
    ),
    ("admin", "POST", "/v1/tickets/{id}/notes", r#"{"client_message_id":"h","body":"hello","files":[],"mentions":[]}"#),
    ("admin", "POST", "/v1/tickets/{id}/time", r#"{"client_message_id":"i","seconds":60,"note":null}"#),
    ("site", "PUT", "/v1/tickets/{id}/done", r#"{"done":false}"#),
    ("site", "PUT", "/v1/tickets/{id}/rating", r#"{"score":5,"comment":null}"#),
    ("admin", "POST", "/v1/tickets/{id}/merge", r#"{"into":"01890000-0000-7000-8000-000000000000"}"#),
    ("admin", "POST", "/v1/tickets/{id}/split", r#"{"client_message_id":"j","subject":"Other","entries":[1]}"#),
    ("admin", "PUT", "/v1/tickets/{id}/parent", r#"{"parent":null}"#),
    ("admin", "PUT", "/v1/tickets/{id}/link", r#"{"ticket":"01890000-0000-7000-8000-000000000000","linked":true}"#),
    ("admin", "PUT", "/v1/tickets/{id}/draft", r#"{"body":"Dear","note":false}"#),
    ("site", "POST", "/v1/tickets/link", r#"{"email":"ann@example.com"}"#),
    (
        "admin",
        "POST",
        "/v1/tickets/macros",
        r#"{"name":"none","tickets":["01890000-0000-7000-8000-000000000000"],"client_message_id":"m"}"#,
    ),
    ("admin", "POST", "/v1/tickets/{id}/rules", r#"{"cause":"opened","rules":null}"#),
    ("admin", "PUT", "/v1/tickets/{id}/looking", r#"{"doing":"viewing"}"#),
    ("admin", "POST", "/v1/chat/conversations/{id}/ticket", r#"{"subject":"Help"}"#),
    ("site", "PUT", "/v1/help/articles/{slug}/vote", r#"{"helpful":true,"comment":null}"#),
    ("site", "POST", "/v1/help/searches", r#"{"query":"hello","locale":null,"source":"help"}"#),
    ("site", "PATCH", "/v1/help/searches/{id}", r#"{"opened":null,"ended":"conversation"}"#),
    ("site", "POST", "/v1/help/suggestions", r#"{"text":"hello","locale":null,"source":"chat"}"#),
    (
        "admin",
        "POST",
        "/v1/faq/categories",
        r#"{"parent":null,"slug":null,"icon":null,"position":null,"names":{"en":{"title":"A","description":""}}}"#,
    ),
    (
        "admin",
        "PUT",
        "/v1/faq/categories/{id}",
        r#"{"parent":null,"slug":"a","icon":null,"position":1,"names":{"en":{"title":"A","description":""}},"expected_version":1}"#,
    ),
    (
        "admin",
        "POST",
        "/v1/faq/articles",
        r#"{"category":"01890000-0000-7000-8000-000000000000","slug":null,"visibility":"public","locale":null,"title":"A","markdown":"a"}"#,
    ),
    (
        "admin",
        "PUT",
        "/v1/faq/articles/{id}",
        r#"{"category":"01890000-0000-7000-8000-000000000000","slug":"a","position":1,"visibility":"public","publish_at":null,"unpublish_at":null,"expected_version":1}"#,
    ),
    (
        "admin",
        "PUT",
        "/v1/faq/articles/{id}/texts/{locale}",
        r#"{"title":"A","markdown":"a","source":null,"expected_revision":0}"#,
    ),
    ("admin", "PUT", "/v1/faq/articles/{id}/texts/{locale}/live", r#"{"revision":1}"#),
    ("admin", "POST", "/v1/faq/preview", r#"{"markdown":"a"}"#),
    ("admin", "PUT", "/v1/faq/synonyms/{locale}", r#"{"groups":[["a","b"]],"expected_version":0}"#),
    ("admin", "POST", "/v1/views", r#"{"kind":"chat","name":"Mine","filter":{"assignee":"me"},"shared":false}"#),
    ("admin", "POST", "/v1/views", r#"{"kind":"tickets","name":"Mine","filter":{"tag":"vip"},"shared":false}"#),
    (
        "admin",
        "PUT",
        "/v1/views/{id}",
        r#"{"name":"Mine","filter":{"status":"all","team":""},"shared":false,"expected_version":1}"#,
    ),
    (
        "site",
        "POST",
        "/v1/forms/{name}",
        r#"{"token":"x","answers":{"email":"a@example.com","message":"hello"},"consent":false,"work":null,"page":null,"locale":null,"website":""}"#,
    ),
    (
        "admin",
        "PUT",
        "/v1/forms/{name}",
        r#"{"form":{"name":"taken","title":"Taken","fields":[{"name":"a","label":"A","kind":"text"}]},"expected_version":1}"#,
    ),
    ("admin", "PUT", "/v1/submissions/{id}/state", r#"{"state":"done","expected_version":1}"#),
    ("admin", "PATCH", "/v1/contacts/{id}", r#"{"name":"Eve","email":null,"attributes":{"vip":true}}"#),
    ("admin", "POST", "/v1/contacts/{id}/conversations", r#"{"client_message_id":"e","body":"hello"}"#),
    ("admin", "PUT", "/v1/contacts/{id}/blocked", r#"{"blocked":false,"reason":null}"#),
    ("admin", "POST", "/v1/contacts/{id}/merge", r#"{"into":"01890000-0000-7000-8000-000000000000"}"#),
    ("admin", "PUT", "/v1/settings/{key}", r#"{"value":"Hello","expected_version":0}"#),
    ("admin", "POST", "/v1/outbox/{id}/release", "{}"),
    ("site", "POST", "/v1/chat/conversations/{id}/transcript", "{}"),
    ("admin", "POST", "/v1/mail/inbound/token", "{}"),
    ("admin", "POST", "/v1/mail/ledger/{id}/resend", "{}"),
    ("admin", "POST", "/v1/mail/test", r#"{"to":"ann@example.com"}"#),
    ("admin", "PUT", "/v1/mail/templates/{name}/{locale}", r#"{"text":null,"expected_version":0}"#),
    (
        "admin",
        "POST",
        "/v1/mail/templates/{name}/{locale}/preview",
        r#"{"subject":"Hello","body":"<mj-text>Hello</mj-text>"}"#,
    ),
    ("admin", "POST", "/v1/mail/suppressions", r#"{"address":"ann@example.com","reason":null}"#),
    ("admin", "POST", "/v1/webhooks", r#"{"url":"https://hook.example/","events":[],"description":""}"#),
    (
        "admin",
        "PATCH",
        "/v1/webhooks/{id}",
        r#"{"expected_version":1,"url":"https://hook.example/","events":[],"description":"","enabled":true}"#,
    ),
    ("admin", "POST", "/v1/webhooks/{id}/secret", r#"{"expected_version":1}"#),
    ("admin", "POST", "/v1/webhooks/{id}/test", "{}"),
];

/// An endpoint that takes a body, and somebody who may send it one.
struct Taker {
    client: Client,
    method: &'static str,
    path: String,
    taken: Map<String, Value>,
    required: BTreeSet<String>,
    told: String,
}

impl Taker {
    async fn all(host: &Host, server: &Server) -> Vec<Self> {
        let (visitor, admin) = (server.visitor().await, server.admin());
        let conversation = visitor.open_conversation("hello").await;
        super::forms::define(server, "taken", json!({})).await;
        let contact = visitor.contact().await["id"].as_str().unwrap_or_default().to_owned();
        let new = json!({ "client_message_id": "first", "subject": "Help", "body": "hello" });
        let ticket = visitor.post("/v1/tickets", new).await.is(201)["id"].as_str().unwrap_or_default().to_owned();
        let document = Document::of(&visitor).await;
        for endpoint in &host.endpoints {
            for (has, side) in [(endpoint.site, "site"), (endpoint.admin, "admin")] {
                let takes = has && document.takes(side, &endpoint.method, &endpoint.path).is_some();
                let known = TAKEN.iter().any(|(known, method, path, _)| {
                    (*known, *method, *path) == (side, &endpoint.method, &endpoint.path)
                });
                assert_eq!(takes, known, "{} {}: what does it take?", endpoint.method, endpoint.path);
            }
        }
        let takers = TAKEN.iter().map(|(side, method, path, taken)| {
            let schema = document.takes(side, method, path).expect("it was there before");
            let required =
                schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
            let id = match path {
                path if path.contains("/contacts/") => &contact,
                path if path.contains("/tickets/") => &ticket,
                _ => &conversation,
            };
            let taken: Map<String, Value> = serde_json::from_str(taken).expect("an object");
            let properties: BTreeSet<_> =
                schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name).collect();
            assert_eq!(taken.keys().collect::<BTreeSet<_>>(), properties, "{method} {path} takes other members now");
            Self {
                client: if *side == "site" { visitor.clone() } else { admin.clone() },
                method,
                path: path
                    .replace("{name}/{locale}", "mail.test/en")
                    .replace("{id}", id)
                    .replace("{key}", "chat.greeting")
                    .replace("{name}", "taken"),
                taken,
                required: required.collect(),
                told: format!("{method} {path} on the {side} side"),
            }
        });
        takers.collect()
    }

    async fn send(&self, body: impl Into<Vec<u8>>) -> Answer {
        let request = self.client.request(self.method, &self.path).header("content-type", "application/json");
        request.body(body.into()).await
    }

    async fn send_json(&self, body: &Map<String, Value>) -> Answer {
        self.send(serde_json::to_vec(body).expect("JSON")).await
    }

    /// What is taken, with one member changed.
    fn but(&self, name: &str, value: Value) -> Map<String, Value> {
        let mut body = self.taken.clone();
        body.insert(name.to_owned(), value);
        body
    }
}

/// What is no JSON in UTF-8 is malformed, on every endpoint that takes a body.
pub async fn what_is_no_json_is_malformed(host: Host) {
    let server = host.serve().await;
    for taker in Taker::all(&host, &server).await {
        let valid = serde_json::to_vec(&taker.taken).expect("JSON");
        let deep = format!("{}{}", "[".repeat(50_000 / 4), "]".repeat(10));
        let deep_within = format!(r#"{{"x":{}}}"#, "[".repeat(12_000));
        let with_mark = [b"\xEF\xBB\xBF".as_slice(), &valid].concat();
        let twice = [valid.as_slice(), &valid].concat();
        let utf16: Vec<u8> = String::from_utf8_lossy(&valid).encode_utf16().flat_map(u16::to_le_bytes).collect();
        let broken: [(&str, &[u8]); 17] = [
            ("nothing", b""),
            ("a space", b" "),
            ("a brace", b"{"),
            ("half", br#"{"client_message_id":"a","body":"#),
            ("no quotes", b"{body: 1}"),
            ("a comma", br#"{"body":"x",}"#),
            ("a comment", b"{} // no"),
            ("NaN", br#"{"seq":NaN}"#),
            ("infinity", br#"{"seq":-Infinity}"#),
            ("a form", b"body=hello&client_message_id=a"),
            ("XML", b"<?xml version=\"1.0\"?><a/>"),
            ("no UTF-8", b"{\"body\":\"\xff\xfe\"}"),
            ("a raw control character", b"{\"body\":\"\x01\"}"),
            ("a lone surrogate", br#"{"body":"\ud800"}"#),
            ("a mark in front", &with_mark),
            ("two", &twice),
            ("UTF-16", &utf16),
        ];
        for (what, body) in broken {
            let answer = taker.send(body).await;
            let malformed = answer.status == 400 && answer.json()["code"] == "malformed";
            // Some are told by the member before the syntax is.
            assert!(malformed || answer.status == 422, "{}: {what}: {answer}", taker.told);
            assert!(
                malformed || !matches!(what, "nothing" | "a brace" | "a mark in front" | "two" | "UTF-16"),
                "{what}: {answer}"
            );
        }
        for body in [deep, deep_within] {
            let answer = taker.send(body).await;
            assert!(matches!(answer.status, 400 | 413 | 422), "{}: deep: {answer}", taker.told);
        }
        for body in ["[]", "null", "7", "true", "\"x\"", "1e400", "123456789012345678901234567890"] {
            let answer = taker.send(body).await;
            assert!(matches!(answer.status, 400 | 422), "{}: {body}: {answer}", taker.told);
        }
    }
    server.visitor().await.open_conversation("the server lives").await;
}

/// A member that is wrong, missing, unknown or twice there is named by a pointer.
pub async fn wrong_members_are_named(host: Host) {
    let server = host.serve().await;
    for taker in Taker::all(&host, &server).await {
        for (name, value) in &taker.taken {
            let pointer = format!("/{name}");
            // What holds further values may be wrong in one of them.
            let wrongs = match value {
                Value::Object(_) => [(json!({ "a": [] }), "/a"), (json!([1]), "")],
                Value::Array(_) => [(json!({ "a": 1 }), ""), (json!([[1]]), "/0")],
                _ => [(json!({ "a": 1 }), ""), (json!([1]), "")],
            };
            for (wrong, below) in wrongs {
                let told = taker.send_json(&taker.but(name, wrong)).await;
                assert_eq!(told.status, 422, "{}: {told}", taker.told);
                told.invalid(&format!("{pointer}{below}"));
            }
            for odd in [
                json!(null),
                json!(true),
                json!(7),
                json!(-1),
                json!(1.5),
                json!("x"),
                json!(""),
                json!(1e300),
                json!(u64::MAX),
                json!("0"),
                json!("1970-01-01"),
            ] {
                let answer = taker.send_json(&taker.but(name, odd.clone())).await;
                assert!(
                    matches!(answer.status, 200..=204 | 404 | 409 | 422),
                    "{}: {pointer} as {odd}: {answer}",
                    taker.told
                );
            }
            let mut without = taker.taken.clone();
            without.remove(name);
            let answer = taker.send_json(&without).await;
            // Staff say whose a ticket is, requesters must not: one shape for both sides.
            if taker.required.contains(name) || name == "requester" && answer.status == 422 {
                answer.invalid(&pointer);
            } else {
                assert!(matches!(answer.status, 200..=204 | 404 | 409), "{}: without {name}: {answer}", taker.told);
            }
            let text = serde_json::to_string(&taker.taken).expect("JSON");
            let twice = format!("{},{}", text.trim_end_matches('}'), &json!({ name: value }).to_string()[1..]);
            let answer = taker.send(twice).await;
            assert!(matches!(answer.status, 400 | 422), "{}: {name} twice: {answer}", taker.told);
        }
        // Columns of the tables behind, and words that mean something to other systems.
        for unknown in [
            "id",
            "seq",
            "at",
            "author",
            "role",
            "tenant_id",
            "note",
            "created_at",
            "external_id",
            "merged_into",
            "__proto__",
            "constructor",
            "$where",
            "",
            "a/b~c",
            "ü",
        ] {
            let answer = taker.send_json(&taker.but(unknown, json!("x"))).await;
            if taker.taken.contains_key(unknown) {
                continue;
            }
            answer.invalid(&format!("/{}", unknown.replace('~', "~0").replace('/', "~1")));
        }
    }
}

/// U+0000, which Postgres does not store, is refused wherever it stands, and so is what is too long.
pub async fn what_cannot_be_stored_is_refused(host: Host) {
    let server = host.serve().await;
    for taker in Taker::all(&host, &server).await {
        for (name, value) in &taker.taken {
            let is_text = value.is_string() || value.is_null();
            for bad in ["\0", "a\0b", "\0\0\0"] {
                let answer = taker.send_json(&taker.but(name, json!(bad))).await;
                assert_eq!(answer.status, 422, "{}: {answer}", taker.told);
                answer.invalid(&format!("/{name}"));
            }
            if is_text {
                let mut answer = taker.send_json(&taker.but(name, json!("x".repeat(12_000)))).await;
                // Tickets and articles are longer than messages.
                if answer.status < 300 {
                    answer = taker.send_json(&taker.but(name, json!("x".repeat(60_000)))).await;
                }
                assert!(matches!(answer.status, 404 | 409 | 413 | 422), "{}: long {name}: {answer}", taker.told);
            }
        }
        let answer = taker.send_json(&taker.but("a\0b", json!(1))).await;
        assert_eq!(answer.status, 422, "{}: {answer}", taker.told);
        let escaped = r#"{"\u0000":"\u0000"}"#;
        assert_eq!(taker.send(escaped).await.status, 422, "{}", taker.told);
    }
}

/// A body over its cap is refused, whether or not it says its length.
pub async fn bodies_have_a_cap(host: Host) {
    let server = host.serve().await;
    for taker in Taker::all(&host, &server).await {
        let mut body = taker.taken.clone();
        body.insert("x".to_owned(), "x".repeat(700 * 1024).into());
        taker.send_json(&body).await.refused(413, "too_large");
        let padded = format!("{}{}", " ".repeat(700 * 1024), serde_json::to_string(&taker.taken).expect("JSON"));
        taker.send(padded).await.refused(413, "too_large");
    }
    let visitor = server.visitor().await;
    let conversation = visitor.open_conversation("hello").await;
    // The longest message there can be: ten thousand characters of two escapes each.
    let body = format!(r#"{{"client_message_id":"long","body":"{}"}}"#, "\\ud83e\\udd80".repeat(10_000));
    let request =
        visitor.request("POST", &super::people::messages(&conversation)).header("content-type", "application/json");
    request.body(body).await.is(201);
}
