//! Who asks: signed in as a browser would be, with a conversation to ask about.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::shell::Result;

/// A side of engage, and whom it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Person {
    Visitor,
    Admin,
}

/// A person at a host, and what is there to be named in a path.
#[derive(Debug)]
pub(super) struct Met {
    pub(super) cookie: String,
    pub(super) conversation: String,
    pub(super) contact: String,
}

impl Person {
    /// Where the examples mount their side.
    pub(super) fn mount(self) -> &'static str {
        match self {
            Self::Visitor => "/engage",
            Self::Admin => "/admin/engage",
        }
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Visitor => "a visitor",
            Self::Admin => "an admin",
        })
    }
}

/// Begins a visitor's session and a conversation in it; an admin then signs in beside.
pub(super) fn meet(url: &str, person: Person) -> Result<Met> {
    let visitor = ask(url, "POST", "/engage/v1/session", "", "{}")?;
    let first = r#"{"client_message_id":"first","body":"Hello"}"#;
    let opened = ask(url, "POST", "/engage/v1/chat/conversations", &visitor.cookie, first)?;
    let cookie = match person {
        Person::Visitor => visitor.cookie.clone(),
        Person::Admin => ask(url, "GET", "/sign-in/ada", "", "")?.cookie,
    };
    let text = |answer: &Answer, at: &str| {
        let found = answer.body.pointer(at).and_then(Value::as_str).map(str::to_owned);
        found.ok_or_else(|| format!("the host's answer has no {at}: {}", answer.body))
    };
    Ok(Met { cookie, conversation: text(&opened, "/conversation/id")?, contact: text(&visitor, "/contact/id")? })
}

/// Whether who was met may still ask as at the start.
pub(super) fn still_known(url: &str, person: Person, met: &Met) -> Result {
    let path = format!("{}/v1/chat/conversations/{}", person.mount(), met.conversation);
    ask(url, "GET", &path, &met.cookie, "").map(|_| ()).map_err(|error| format!("no longer signed in: {error}").into())
}

#[derive(Debug)]
struct Answer {
    /// The cookie that it sets, as the next request carries it.
    cookie: String,
    /// `Null` when it is no JSON.
    body: Value,
}

/// A request over a connection of its own, in so little of HTTP as the examples need.
fn ask(url: &str, method: &str, path: &str, cookie: &str, body: &str) -> Result<Answer> {
    let host = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nCookie: {cookie}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    if !head.starts_with("HTTP/1.1 2") && !head.starts_with("HTTP/1.1 3") {
        return Err(format!("{method} {path} was answered with\n{text}").into());
    }
    let set = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("set-cookie").then(|| value.split(';').next().unwrap_or_default().to_owned())
    });
    Ok(Answer { cookie: set.unwrap_or_default(), body: serde_json::from_str(body).unwrap_or_default() })
}
