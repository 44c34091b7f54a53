//! The port for calls to addresses that people have typed in: webhooks today, previews and the like tomorrow.
//!
//! The adapter is the crate engage-outbound. Nothing else in engage opens a connection to where a user says.

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use parking_lot::Mutex;

use crate::error::{Error, Result};

/// Makes HTTP requests to addresses that are hostile until shown otherwise.
///
/// # Contract
/// - Addresses that are not on the public internet are refused, whatever name leads there, unless the host has allowed them.
///   What was checked is what is connected to.
/// - Redirects are answers like any other, and are not followed. No proxy is taken from the environment.
/// - Every limit of [`OutboundLimits`] holds, however slowly or much the peer says.
#[async_trait]
pub trait Outbound: Debug + Send + Sync + 'static {
    /// Whether `url` may be asked, as far as can be said without looking a name up.
    ///
    /// # Errors
    /// `Invalid` at `/url`, with what is wrong.
    fn check(&self, url: &str) -> Result<()>;

    /// Asks, and gives the answer whatever its status.
    ///
    /// # Errors
    /// `Forbidden` (`outbound_refused`) for what may not be asked; `Unavailable` with the codes `unresolved`,
    /// `unreachable`, `timed_out`, `tls_failed` and `bad_answer`. The messages name no address.
    async fn send(&self, request: OutboundRequest) -> Result<OutboundResponse>;
}

/// What to ask.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundRequest {
    /// `GET`, `POST` and so on.
    pub method: &'static str,
    /// Absolute, at most 2,048 bytes.
    pub url: String,
    /// Further headers. `Host` and those that frame the body are the client's.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
    /// How long and how much.
    pub limits: OutboundLimits,
}

/// How long and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboundLimits {
    /// From the look-up of the name to the connection, with TLS (5 s).
    pub connect: Duration,
    /// The whole (15 s).
    pub total: Duration,
    /// How many bytes of the answer's body are read (64 KiB). What is beyond is not read.
    pub body: usize,
}

/// What was answered.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundResponse {
    /// The status.
    pub status: u16,
    /// The headers, with names in lower case; those that are not text are left out.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it was read.
    pub body: Bytes,
    /// Whether the body went on.
    pub truncated: bool,
}

impl Default for OutboundLimits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(15), body: 64 * 1024 }
    }
}

impl OutboundRequest {
    /// A request without further headers and body, with the usual limits.
    pub fn new(method: &'static str, url: impl Into<String>) -> Self {
        let limits = OutboundLimits::default();
        Self { method, url: url.into(), headers: Vec::new(), body: Bytes::new(), limits }
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// With other limits.
    #[must_use]
    pub fn limits(mut self, limits: OutboundLimits) -> Self {
        self.limits = limits;
        self
    }
}

impl OutboundResponse {
    /// An answer without headers, for fakes.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), truncated: false }
    }

    /// With one more header; the name in lower case.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The first header of a name, which is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Calls nobody: keeps what it was asked and answers by itself, for tests. Clones are the same.
#[derive(Clone)]
pub struct MemoryOutbound {
    asked: Arc<Mutex<Vec<OutboundRequest>>>,
    answer: Arc<Answer>,
}

type Answer = dyn Fn(OutboundRequest) -> BoxFuture<'static, Result<OutboundResponse>> + Send + Sync;

impl MemoryOutbound {
    /// Answers each request as `answer` says.
    pub fn answering<F>(answer: impl Fn(OutboundRequest) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<OutboundResponse>> + Send + 'static,
    {
        Self { asked: Arc::default(), answer: Arc::new(move |request| Box::pin(answer(request))) }
    }

    /// What was asked, oldest first.
    pub fn asked(&self) -> Vec<OutboundRequest> {
        self.asked.lock().clone()
    }
}

impl Default for MemoryOutbound {
    /// Answers 204.
    fn default() -> Self {
        Self::answering(async |_| Ok(OutboundResponse::new(204, Bytes::new())))
    }
}

#[async_trait]
impl Outbound for MemoryOutbound {
    fn check(&self, url: &str) -> Result<()> {
        if !url.starts_with("https://") || url.len() > 2048 {
            return Err(Error::invalid("/url", "scheme", "it begins with https"));
        }
        Ok(())
    }

    async fn send(&self, request: OutboundRequest) -> Result<OutboundResponse> {
        self.asked.lock().push(request.clone());
        (self.answer)(request).await
    }
}

impl Debug for MemoryOutbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryOutbound").field("asked", &self.asked.lock().len()).finish_non_exhaustive()
    }
}
