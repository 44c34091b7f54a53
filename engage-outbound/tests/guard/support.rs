//! Receivers that do as they are told, and a resolver that says what it is told.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use engage_outbound::Resolve;
use parking_lot::Mutex;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Longer than anything here takes.
pub(crate) const SOON: Duration = Duration::from_secs(20);

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A server on a port of its own. It ends with the value.
pub(crate) struct Receiver {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    seen: Seen,
    /// How many connections are open.
    open: watch::Sender<usize>,
    task: JoinSet<()>,
}

type Seen = Arc<Mutex<Vec<u8>>>;

/// Whoever has connected.
pub(crate) struct Peer {
    stream: Box<dyn Stream>,
    seen: Seen,
}

/// A friendly answer.
pub(crate) async fn ok(mut peer: Peer) -> io::Result<()> {
    peer.read_head().await?;
    peer.say("HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 4\r\n\r\nfine").await?;
    peer.read_all().await
}

impl Receiver {
    /// `host` is an address, with a port or for any.
    pub(crate) async fn start<F: Future<Output = io::Result<()>> + Send + 'static>(
        host: &str,
        answer: impl Fn(Peer) -> F + Send + Sync + 'static,
    ) -> Self {
        let address = host.parse().unwrap_or_else(|_| SocketAddr::new(host.parse().unwrap(), 0));
        Self::serve(address, None, answer).await
    }

    pub(crate) async fn start_tls<F: Future<Output = io::Result<()>> + Send + 'static>(
        host: &str,
        authority: &Authority,
        name: &str,
        answer: impl Fn(Peer) -> F + Send + Sync + 'static,
    ) -> Self {
        Self::serve(SocketAddr::new(host.parse().unwrap(), 0), Some(authority.acceptor(name)), answer).await
    }

    async fn serve<F: Future<Output = io::Result<()>> + Send + 'static>(
        address: SocketAddr,
        tls: Option<TlsAcceptor>,
        answer: impl Fn(Peer) -> F + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, seen) = (Arc::new(AtomicUsize::new(0)), Seen::default());
        let (open, mut task) = (watch::Sender::new(0), JoinSet::new());
        let (counted, kept, opened) = (Arc::clone(&connections), Arc::clone(&seen), open.clone());
        task.spawn(async move {
            let mut peers = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                counted.fetch_add(1, Ordering::Relaxed);
                let stream: Box<dyn Stream> = match &tls {
                    None => Box::new(stream),
                    Some(tls) => match tls.accept(stream).await {
                        Ok(stream) => Box::new(stream),
                        Err(_) => continue,
                    },
                };
                opened.send_modify(|open| *open += 1);
                let talk = answer(Peer { stream, seen: Arc::clone(&kept) });
                let opened = opened.clone();
                peers.spawn(async move {
                    let _ = talk.await;
                    opened.send_modify(|open| *open -= 1);
                });
            }
        });
        Self { address, connections, seen, open, task }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    pub(crate) fn seen(&self) -> String {
        String::from_utf8(self.seen.lock().clone()).unwrap()
    }

    /// Waits until nobody is connected any more.
    pub(crate) async fn is_left(&self) {
        let mut open = self.open.subscribe();
        tokio::time::timeout(SOON, open.wait_for(|open| *open == 0)).await.expect("it is left").unwrap();
    }

    /// Ends it; gives where it was.
    pub(crate) async fn close(mut self) -> String {
        self.task.shutdown().await;
        self.url("/")
    }
}

impl Peer {
    pub(crate) async fn say(&mut self, text: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(text.as_ref()).await?;
        self.stream.flush().await
    }

    /// Reads the head of a request.
    pub(crate) async fn read_head(&mut self) -> io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await?);
        }
        self.seen.lock().extend(head);
        Ok(())
    }

    /// Reads a request whose head says how long its body is.
    pub(crate) async fn read_request(&mut self) -> io::Result<(String, Vec<u8>)> {
        let before = self.seen.lock().len();
        self.read_head().await?;
        let head = String::from_utf8_lossy(&self.seen.lock()[before..]).into_owned();
        let length = head.to_ascii_lowercase();
        let length = length.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        self.stream.read_exact(&mut body).await?;
        Ok((head, body))
    }

    /// Reads until there is no more.
    pub(crate) async fn read_all(&mut self) -> io::Result<()> {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).await.map(drop)
    }
}

/// Signs certificates.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Its own certificate as DER.
    pub(crate) fn certificate(&self) -> Vec<u8> {
        self.0.der().to_vec()
    }

    fn acceptor(&self, name: &str) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &self.0).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap());
        TlsAcceptor::from(Arc::new(config.unwrap()))
    }
}

/// Looks names up in a list, one entry for each question.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scripted {
    answers: Arc<Mutex<VecDeque<Vec<IpAddr>>>>,
    always: Option<IpAddr>,
    silent: bool,
    asked: Arc<AtomicUsize>,
}

impl Scripted {
    pub(crate) fn new(answers: &[&[&str]]) -> Self {
        let answers = answers.iter().map(|answer| answer.iter().map(|address| address.parse().unwrap()).collect());
        Self { answers: Arc::new(Mutex::new(answers.collect())), ..Self::default() }
    }

    pub(crate) fn always(address: &str) -> Self {
        Self { always: Some(address.parse().unwrap()), ..Self::default() }
    }

    /// Never answers.
    pub(crate) fn silent() -> Self {
        Self { silent: true, ..Self::default() }
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Resolve for Scripted {
    async fn resolve(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.silent {
            std::future::pending::<()>().await;
        }
        if let Some(address) = self.always {
            return Ok(vec![address]);
        }
        self.answers.lock().pop_front().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}
