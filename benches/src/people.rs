//! The people of a run: visitors with sessions and conversations, made over HTTP as browsers do, and agents.

use bytes::Bytes;
use futures_util::{TryStreamExt as _, stream};
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::Result;
use crate::client::Party;
use crate::serve::AGENT;
use crate::wire::Wire;

const SITE: &str = "/engage/v1/chat/socket";
const ADMIN: &str = "/admin/engage/v1/chat/socket";
const RELAY: &str = "/socket";
const SOCKET_IO: &str = "/socket.io/?EIO=4&transport=websocket";

/// How many links make them.
const LINKS: usize = 16;
/// How many agents answer all visitors, each with a connection for each conversation.
const AGENTS: usize = 10;

/// A visitor and an agent for each of `conversations`. One of the two sends: in every other conversation the agent.
pub(crate) async fn pairs(port: u16, conversations: usize) -> Result<Vec<Party>> {
    let visitors = visitors(port, conversations, true).await?;
    let pairs = visitors.into_iter().enumerate().flat_map(|(number, Visitor { cookie, conversation })| {
        let agent_sends = number % 2 == 1;
        let agent = (AGENT, (number % AGENTS).to_string());
        let conversation = Some(conversation);
        [
            party(SITE, Some(("cookie", cookie)), conversation.clone(), !agent_sends),
            party(ADMIN, Some(agent), conversation, agent_sends),
        ]
    });
    Ok(pairs.collect())
}

/// A visitor who sends, and so many agents who listen to the one conversation.
pub(crate) async fn audience(port: u16, listeners: usize) -> Result<Vec<Party>> {
    let visitor = visitors(port, 1, true).await?.pop().ok_or("nobody came")?;
    let conversation = Some(visitor.conversation);
    let sender = party(SITE, Some(("cookie", visitor.cookie)), conversation.clone(), true);
    let listener = |number: usize| {
        let agent = (AGENT, (number % AGENTS).to_string());
        party(ADMIN, Some(agent), conversation.clone(), false)
    };
    Ok((0..listeners).map(listener).chain([sender]).collect())
}

/// Asks as the first agent, and gives the body.
pub(crate) async fn asked(link: &mut SendRequest<Full<Bytes>>, path: &str) -> Result<Bytes> {
    let request = Request::get(path).header(header::HOST, "127.0.0.1").header(AGENT, "0").body(Full::default())?;
    link.ready().await?;
    let response = link.send_request(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    if status.is_success() { Ok(body) } else { Err(format!("{path} gave {status}").into()) }
}

/// Visitors with a session each who do nothing.
pub(crate) async fn idlers(port: u16, count: usize) -> Result<Vec<Party>> {
    let visitors = visitors(port, count, false).await?;
    let idler = |cookie| party(SITE, Some(("cookie", cookie)), None, false);
    Ok(visitors.into_iter().map(|visitor| idler(visitor.cookie)).collect())
}

/// The same as [`pairs`] for the relay, which knows nobody.
pub(crate) fn relayed_pairs(conversations: usize) -> Vec<Party> {
    let pairs = (0..conversations).flat_map(|number| {
        let conversation = Some(format!("00000000-0000-7000-8000-{number:012}"));
        let sends = |sends| party(RELAY, None, conversation.clone(), sends);
        [sends(true), sends(false)]
    });
    pairs.collect()
}

/// The same as [`idlers`] for the relay.
pub(crate) fn relayed_idlers(count: usize) -> Vec<Party> {
    vec![party(RELAY, None, None, false); count]
}

/// The same as [`pairs`] for Socket.IO, whose sessions the peer makes.
pub(crate) async fn peers_pairs(port: u16, conversations: usize) -> Result<Vec<Party>> {
    let sessions = peers_sessions(port, &format!("/pairs/{conversations}")).await?;
    Ok(sessions.into_iter().flat_map(Session::parties).collect())
}

/// The same as [`idlers`] for Socket.IO.
pub(crate) async fn peers_idlers(port: u16, count: usize) -> Result<Vec<Party>> {
    let sessions = peers_sessions(port, &format!("/idlers/{count}")).await?;
    Ok(sessions.into_iter().flat_map(Session::parties).collect())
}

fn party(
    path: &'static str,
    header: Option<(&'static str, String)>,
    conversation: Option<String>,
    sends: bool,
) -> Party {
    Party { wire: Wire::Engage, path, header, token: String::new(), conversation, sends }
}

/// What the peer gives: those who talk in a conversation, or one who does not.
#[derive(Deserialize)]
struct Session {
    conversation: Option<String>,
    tokens: Vec<String>,
}

impl Session {
    /// The first of a conversation sends.
    fn parties(self) -> impl Iterator<Item = Party> {
        let Self { conversation, tokens } = self;
        tokens.into_iter().enumerate().map(move |(number, token)| Party {
            wire: Wire::SocketIo,
            path: SOCKET_IO,
            header: None,
            token,
            conversation: conversation.clone(),
            sends: number == 0 && conversation.is_some(),
        })
    }
}

async fn peers_sessions(port: u16, path: &str) -> Result<Vec<Session>> {
    let response = post(&mut link(port).await?, path, None, &json!({})).await?;
    Ok(serde_json::from_slice(&response.into_body().collect().await?.to_bytes())?)
}

struct Visitor {
    cookie: String,
    /// Empty when there is none.
    conversation: String,
}

async fn visitors(port: u16, count: usize, with_conversation: bool) -> Result<Vec<Visitor>> {
    let share = |link: usize| count / LINKS + usize::from(link < count % LINKS);
    let made = stream::iter((0..LINKS).map(|link| Ok::<_, crate::Failure>(share(link)))).map_ok(async |share| {
        let mut link = link(port).await?;
        let mut visitors = Vec::with_capacity(share);
        for _ in 0..share {
            visitors.push(visitor(&mut link, with_conversation).await?);
        }
        Ok(visitors)
    });
    let made: Vec<Vec<Visitor>> = made.try_buffer_unordered(LINKS).try_collect().await?;
    Ok(made.into_iter().flatten().collect())
}

async fn visitor(link: &mut SendRequest<Full<Bytes>>, with_conversation: bool) -> Result<Visitor> {
    let response = post(link, "/engage/v1/session", None, &json!({})).await?;
    let cookie = response.headers().get(header::SET_COOKIE).ok_or("no session cookie")?.to_str()?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    response.into_body().collect().await?;
    if !with_conversation {
        return Ok(Visitor { cookie, conversation: String::new() });
    }
    let first = json!({ "client_message_id": "first", "body": "Hello?" });
    let response = post(link, "/engage/v1/chat/conversations", Some(&cookie), &first).await?;
    let opened: Value = serde_json::from_slice(&response.into_body().collect().await?.to_bytes())?;
    let conversation = opened["conversation"]["id"].as_str().ok_or("a conversation without an id")?.to_owned();
    Ok(Visitor { cookie, conversation })
}

pub(crate) async fn link(port: u16) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let (link, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(link)
}

async fn post(
    link: &mut SendRequest<Full<Bytes>>,
    path: &str,
    cookie: Option<&str>,
    body: &Value,
) -> Result<Response<hyper::body::Incoming>> {
    let mut request = Request::post(path).body(Full::new(Bytes::from(body.to_string())))?;
    let headers = request.headers_mut();
    headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(cookie) = cookie {
        headers.insert(header::COOKIE, cookie.parse()?);
    }
    link.ready().await?;
    let response = link.send_request(request).await?;
    if !response.status().is_success() {
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        return Err(format!("{path} gave {status}: {}", String::from_utf8_lossy(&body)).into());
    }
    Ok(response)
}
