//! Requests and sockets that may fail: whoever sends learns whether it is known what became of it.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http::{HeaderValue, Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{WebSocketStream, client_async};

/// How long anything may take before the client takes the link for dead, as a person would.
const PATIENCE: Duration = Duration::from_secs(4);

/// The link broke, or nothing came in time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Broken;

/// How a client shows who it is.
#[derive(Debug, Clone)]
pub(super) struct Door {
    /// Where the mount is, such as `/engage`.
    pub(super) base: &'static str,
    /// A header of its own, or the cookie.
    pub(super) header: Option<(&'static str, String)>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
    pub(super) cookie: Option<String>,
}

/// An open socket.
#[derive(Debug)]
pub(super) struct Wire(WebSocketStream<TcpStream>);

impl Door {
    /// One request on a connection of its own.
    pub(super) async fn ask(
        &self,
        node: SocketAddr,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<Answer, Broken> {
        let asking = async {
            let stream = TcpStream::connect(node).await.ok()?;
            stream.set_nodelay(true).ok()?;
            let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
            let connection = tokio::spawn(connection);
            let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
            request = request.header(header::HOST, node.to_string());
            if body.is_some() {
                request = request.header(header::CONTENT_TYPE, "application/json");
            }
            if let Some((name, value)) = &self.header {
                request = request.header(*name, value);
            }
            let body = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
            let answer = sender.send_request(request.body(Full::new(body)).ok()?).await.ok()?;
            let (head, body) = answer.into_parts();
            let body = body.collect().await.ok()?.to_bytes();
            connection.abort();
            let cookie = head.headers.get(header::SET_COOKIE).and_then(|set| set.to_str().ok());
            Some(Answer {
                status: head.status.as_u16(),
                body: serde_json::from_slice(&body).unwrap_or(Value::Null),
                cookie: cookie.and_then(|set| set.split(';').next()).map(str::to_owned),
            })
        };
        timeout(PATIENCE, asking).await.ok().flatten().ok_or(Broken)
    }

    /// A socket, before a word is said.
    pub(super) async fn connect(&self, node: SocketAddr) -> Result<Wire, Broken> {
        let connecting = async {
            let stream = TcpStream::connect(node).await.ok()?;
            stream.set_nodelay(true).ok()?;
            let mut request = format!("ws://{node}{}/v1/chat/socket", self.base).into_client_request().ok()?;
            if let Some((name, value)) = &self.header {
                request.headers_mut().insert(*name, HeaderValue::from_str(value).ok()?);
            }
            client_async(request, stream).await.ok().map(|(socket, _)| Wire(socket))
        };
        timeout(PATIENCE, connecting).await.ok().flatten().ok_or(Broken)
    }
}

impl Wire {
    pub(super) async fn send(&mut self, frame: &Value) -> Result<(), Broken> {
        let sending = self.0.send(Message::text(frame.to_string()));
        timeout(PATIENCE, sending).await.ok().and_then(Result::ok).ok_or(Broken)
    }

    /// The next frame, however long it takes; answers pings. May be dropped while it waits.
    pub(super) async fn next(&mut self) -> Result<Value, Broken> {
        loop {
            let Some(Ok(message)) = self.0.next().await else { return Err(Broken) };
            let Message::Text(text) = message else { continue };
            let frame: Value = serde_json::from_str(&text).map_err(|_| Broken)?;
            if frame["type"] == "ping" {
                self.send(&json!({ "type": "pong", "n": frame["n"] })).await?;
                continue;
            }
            return Ok(frame);
        }
    }

    /// The next frame, if it comes in time.
    pub(super) async fn soon(&mut self) -> Result<Value, Broken> {
        timeout(PATIENCE, self.next()).await.unwrap_or(Err(Broken))
    }
}
