//! The client.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use engage_core::outbound::{Outbound, OutboundRequest, OutboundResponse};
use engage_core::{Error, ErrorKind, IpNet, Result};
use http::{HeaderName, HeaderValue, Method, Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use crate::address::is_public;
use crate::target::{Policy, Target, forbidden};

/// How large the head of an answer may be, in bytes.
const HEAD: usize = 16 * 1024;
/// How many headers it may have.
const HEADERS: usize = 64;
/// How many addresses of a name are tried.
const ADDRESSES: usize = 3;

/// Looks names up.
#[async_trait]
pub trait Resolve: fmt::Debug + Send + Sync + 'static {
    /// The addresses of a name. Addresses as text are asked for too.
    ///
    /// # Errors
    /// When there is none.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

/// A client that calls the public internet, and of the rest only what the host allows. Cheap to clone.
#[derive(Clone)]
#[must_use]
pub struct GuardedClient {
    policy: Policy,
    networks: Vec<IpNet>,
    roots: RootCertStore,
    resolver: Arc<dyn Resolve>,
    tls: Option<TlsConnector>,
}

impl GuardedClient {
    /// `https` to the ports 443 and 8443 of the public internet, with Mozilla's root certificates.
    pub fn new() -> Self {
        Self {
            policy: Policy { http: false, ports: Some(vec![443, 8443]) },
            networks: Vec::new(),
            roots: webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect(),
            resolver: Arc::new(SystemResolver),
            tls: None,
        }
        .with_tls()
    }

    /// Also without encryption, on port 80 too.
    pub fn allow_http(mut self) -> Self {
        self.policy.http = true;
        if let Some(ports) = &mut self.policy.ports {
            ports.push(80);
        }
        self
    }

    /// Only these ports.
    pub fn ports(mut self, ports: impl IntoIterator<Item = u16>) -> Self {
        self.policy.ports = Some(ports.into_iter().collect());
        self
    }

    /// Any port.
    pub fn any_port(mut self) -> Self {
        self.policy.ports = None;
        self
    }

    /// Also these networks, public or not: for receivers inside. Whoever may set a webhook can then reach all of them.
    pub fn allow_networks(mut self, networks: impl IntoIterator<Item = IpNet>) -> Self {
        self.networks.extend(networks);
        self
    }

    /// Also trusts this authority, as DER.
    ///
    /// # Errors
    /// When it is no certificate.
    pub fn trust(mut self, certificate: Vec<u8>) -> Result<Self> {
        let added = self.roots.add(CertificateDer::from(certificate));
        added.map_err(|error| Error::invalid("/certificate", "malformed", "not a certificate").with_source(error))?;
        Ok(self.with_tls())
    }

    /// Another resolver.
    pub fn resolver(mut self, resolver: impl Resolve) -> Self {
        self.resolver = Arc::new(resolver);
        self
    }

    fn with_tls(mut self) -> Self {
        let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions();
        // The provider knows the default versions; without TLS nothing would be asked.
        self.tls = config.ok().map(|config| {
            let config = config.with_root_certificates(self.roots.clone()).with_no_client_auth();
            TlsConnector::from(Arc::new(config))
        });
        self
    }

    fn may_reach(&self, address: IpAddr) -> bool {
        is_public(address) || self.networks.iter().any(|network| network.contains(&address.to_canonical()))
    }

    /// A connection to an address that was looked up once and checked.
    async fn connect(&self, target: &Target) -> Result<TcpStream> {
        let addresses = match target.host.parse() {
            Ok(address) => vec![address],
            Err(_) => self.resolver.resolve(&target.host).await.map_err(|error| away("unresolved", error))?,
        };
        let allowed: Vec<_> = addresses.iter().copied().filter(|address| self.may_reach(*address)).collect();
        if allowed.is_empty() && !addresses.is_empty() {
            return Err(forbidden());
        }
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for address in allowed.into_iter().take(ADDRESSES) {
            match TcpStream::connect(SocketAddr::new(address, target.port)).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
        }
        Err(away("unreachable", last))
    }

    async fn encrypt(&self, target: &Target, stream: TcpStream) -> Result<impl AsyncRead + AsyncWrite + Unpin + use<>> {
        let name = ServerName::try_from(target.host.clone()).map_err(|error| away("tls_failed", error))?;
        let tls = self.tls.as_ref().ok_or_else(|| Error::new(ErrorKind::Unsupported, "there is no TLS"))?;
        tls.connect(name, stream).await.map_err(|error| away("tls_failed", error))
    }

    async fn exchange(&self, request: OutboundRequest) -> Result<OutboundResponse> {
        // Found out when it was set, or never: it may have been allowed then.
        let target = self.policy.target(&request.url).map_err(|error| forbidden().with_source(error))?;
        let (limits, most) = (request.limits, request.limits.body);
        let wire = wire_request(&target, request)?;
        let late = || Error::new(ErrorKind::Unavailable, "no connection in time").with_code("timed_out");
        if target.tls {
            let connected = async { self.encrypt(&target, self.connect(&target).await?).await };
            let stream = timeout(limits.connect, connected).await.map_err(|_| late())??;
            ask(stream, wire, most).await
        } else {
            let stream = timeout(limits.connect, self.connect(&target)).await.map_err(|_| late())??;
            ask(stream, wire, most).await
        }
    }
}

#[async_trait]
impl Outbound for GuardedClient {
    fn check(&self, url: &str) -> Result<()> {
        let target = self.policy.target(url)?;
        match target.host.parse() {
            Ok(address) if !self.may_reach(address) => {
                Err(Error::invalid("/url", "address", "this address is not on the public internet and not allowed"))
            }
            _ => Ok(()),
        }
    }

    async fn send(&self, request: OutboundRequest) -> Result<OutboundResponse> {
        let total = request.limits.total;
        let answer = timeout(total, self.exchange(request)).await;
        answer.map_err(|_| Error::new(ErrorKind::Unavailable, "no answer in time").with_code("timed_out"))?
    }
}

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

fn wire_request(target: &Target, request: OutboundRequest) -> Result<Request<Full<Bytes>>> {
    let method = Method::from_bytes(request.method.as_bytes()).map_err(Error::internal)?;
    let mut wire = Request::new(Full::new(request.body));
    *wire.method_mut() = method;
    *wire.uri_mut() = target.path.parse().map_err(Error::internal)?;
    let headers = wire.headers_mut();
    headers.insert(header::HOST, HeaderValue::try_from(&target.authority).map_err(Error::internal)?);
    headers.insert(header::USER_AGENT, HeaderValue::from_static(concat!("engage/", env!("CARGO_PKG_VERSION"))));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    for (name, value) in request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(Error::internal)?;
        let own = [header::HOST, header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING];
        if !own.contains(&name) {
            headers.insert(name, HeaderValue::try_from(value).map_err(Error::internal)?);
        }
    }
    Ok(wire)
}

/// One request on a connection of its own, which ends with the answer.
async fn ask(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    request: Request<Full<Bytes>>,
    most: usize,
) -> Result<OutboundResponse> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEAD).max_headers(HEADERS);
    let (mut sender, connection) =
        builder.handshake(TokioIo::new(stream)).await.map_err(|error| away("bad_answer", error))?;
    let exchange = async move {
        let response = sender.send_request(request).await.map_err(|error| away("bad_answer", error))?;
        let (parts, mut body) = response.into_parts();
        let (mut read, mut truncated) = (BytesMut::new(), false);
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| away("bad_answer", error))?;
            let Some(data) = frame.data_ref() else { continue };
            let room = most - read.len();
            read.extend_from_slice(&data[..data.len().min(room)]);
            if data.len() > room {
                truncated = true;
                break;
            }
        }
        let headers = parts.headers.iter();
        let headers = headers.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
        let mut answer = OutboundResponse::new(parts.status.as_u16(), read.freeze());
        (answer.headers, answer.truncated) = (headers.collect(), truncated);
        Ok(answer)
    };
    // In this task, so that nothing of it outlives the caller.
    tokio::pin!(connection, exchange);
    tokio::select! {
        answer = &mut exchange => return answer,
        // Its errors reach the exchange.
        _ = &mut connection => {}
    }
    exchange.await
}

fn away(code: &'static str, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    let said = match code {
        "unresolved" => "the name has no address",
        "unreachable" => "nobody answers at this address",
        "tls_failed" => "the connection cannot be trusted",
        _ => "the answer is not HTTP, or it broke off",
    };
    Error::new(ErrorKind::Unavailable, said).with_code(code).with_source(error)
}

impl Default for GuardedClient {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for GuardedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedClient")
            .field("policy", &self.policy)
            .field("networks", &self.networks)
            .finish_non_exhaustive()
    }
}
