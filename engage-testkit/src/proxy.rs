//! A link that can fail: a TCP proxy for tests of what happens when networks do.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::{AbortHandle, JoinSet};

/// A proxy on a port of its own on 127.0.0.1. Dropping it closes all connections and frees the port.
///
/// What is held back is not lost: like packets that TCP sends again, it passes once the link is healed.
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> std::io::Result<()> {
/// # let server = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let proxy = engage_testkit::Proxy::start(server.local_addr()?).await?;
/// let client = tokio::net::TcpStream::connect(proxy.address()).await?;
/// proxy.half_open();   // what the client sends arrives, what the server answers does not, and nobody is told
/// proxy.heal();
/// proxy.cut();         // a reset, at both ends
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    link: watch::Sender<Link>,
    connections: Arc<AtomicUsize>,
    accepting: AbortHandle,
}

/// What becomes of what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Passes,
    After(Duration),
    Stalls,
}

#[derive(Debug, Clone, Copy)]
struct Link {
    target: SocketAddr,
    to_server: Flow,
    to_client: Flow,
    /// New connections are closed at once.
    refuses: bool,
    /// How often all connections were cut.
    cuts: u64,
    /// What cuts the connection on which a client sends it next.
    fuse: Option<(&'static [u8], Moment)>,
}

/// When a fuse cuts the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// The server never gets it.
    Before,
    /// The server gets it, and what it answers is lost.
    After,
}

impl Proxy {
    /// Starts to pass connections on to `target`.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(target: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let link = watch::Sender::new(Link {
            target,
            to_server: Flow::Passes,
            to_client: Flow::Passes,
            refuses: false,
            cuts: 0,
            fuse: None,
        });
        let connections = Arc::new(AtomicUsize::new(0));
        let accepting = tokio::spawn(accept(listener, link.clone(), Arc::clone(&connections))).abort_handle();
        Ok(Self { address, link, connections, accepting })
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections pass through now.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Acquire)
    }

    /// Lets everything pass again, and what was held back first.
    pub fn heal(&self) {
        self.set(Flow::Passes, Flow::Passes);
        self.link.send_modify(|link| link.refuses = false);
    }

    /// Resets every connection, at both ends. New ones pass.
    pub fn cut(&self) {
        self.link.send_modify(|link| link.cuts += 1);
    }

    /// Passes new connections on to another server, as after a failover. Those that are open stay where they are.
    pub fn redirect(&self, target: SocketAddr) {
        self.link.send_modify(|link| link.target = target);
    }

    /// Resets every connection and every new one, as when the server's process is gone.
    pub fn refuse(&self) {
        self.link.send_modify(|link| (link.refuses, link.cuts) = (true, link.cuts + 1));
    }

    /// Holds everything back, in both directions, and tells nobody: a network that swallows packets.
    pub fn blackhole(&self) {
        self.set(Flow::Stalls, Flow::Stalls);
    }

    /// What clients send arrives, what the server sends does not, and nobody is told.
    pub fn half_open(&self) {
        self.set(Flow::Passes, Flow::Stalls);
    }

    /// What the server sends arrives, what clients send does not, and nobody is told.
    pub fn half_open_to_server(&self) {
        self.set(Flow::Stalls, Flow::Passes);
    }

    /// Holds back each piece, in both directions, for `time`.
    pub fn delay(&self, time: Duration) {
        self.set(Flow::After(time), Flow::After(time));
    }

    /// Cuts the connection on which a client next sends `word`: before the server gets it.
    pub fn cut_before(&self, word: &'static [u8]) {
        self.link.send_modify(|link| link.fuse = Some((word, Moment::Before)));
    }

    /// Cuts the connection on which a client next sends `word`: the server does as it is told, and nobody hears of it. Such as
    /// the answer to a `COMMIT`.
    pub fn cut_answer_to(&self, word: &'static [u8]) {
        self.link.send_modify(|link| link.fuse = Some((word, Moment::After)));
    }

    /// Whether the word that [`Proxy::cut_before`] or [`Proxy::cut_answer_to`] waits for has not come yet.
    pub fn is_waiting(&self) -> bool {
        self.link.borrow().fuse.is_some()
    }

    fn set(&self, to_server: Flow, to_client: Flow) {
        self.link.send_modify(|link| (link.to_server, link.to_client) = (to_server, to_client));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Counts one connection while it lives.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

async fn accept(listener: TcpListener, link: watch::Sender<Link>, connections: Arc<AtomicUsize>) {
    let mut running = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        while running.try_join_next().is_some() {}
        if link.borrow().refuses {
            reset(&client);
            continue;
        }
        connections.fetch_add(1, Ordering::Acquire);
        let (counted, link) = (Counted(Arc::clone(&connections)), link.clone());
        running.spawn(async move {
            let _counted = counted;
            connect(client, link).await;
        });
    }
}

async fn connect(mut client: TcpStream, sender: watch::Sender<Link>) {
    let mut link = sender.subscribe();
    let (cuts, target) = (link.borrow().cuts, link.borrow().target);
    let Ok(mut server) = TcpStream::connect(target).await else { return reset(&client) };
    let (burnt, muted) = (Notify::new(), AtomicBool::new(false));
    let was_cut = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let asks = |piece: &[u8]| match burn(&sender, piece) {
            Some(Moment::Before) => Verdict::Cut,
            Some(Moment::After) => {
                muted.store(true, Ordering::Release);
                Verdict::Pass
            }
            None => Verdict::Pass,
        };
        let answers = |_: &[u8]| if muted.load(Ordering::Acquire) { Verdict::Cut } else { Verdict::Pass };
        let both_ended = async {
            tokio::join!(
                pump(from_client, to_server, sender.subscribe(), |link| link.to_server, asks, &burnt),
                pump(from_server, to_client, sender.subscribe(), |link| link.to_client, answers, &burnt),
            )
        };
        tokio::select! {
            _ = both_ended => false,
            _ = link.wait_for(|link| link.cuts > cuts) => true,
            () = burnt.notified() => true,
        }
    };
    if was_cut {
        reset(&client);
        reset(&server);
    }
}

/// What a piece means for its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Pass,
    Cut,
}

/// Whether the word has come that somebody waits for; nobody does any more then.
fn burn(link: &watch::Sender<Link>, piece: &[u8]) -> Option<Moment> {
    let (word, _) = link.borrow().fuse?;
    if !piece.windows(word.len()).any(|window| window == word) {
        return None;
    }
    let mut moment = None;
    link.send_modify(|link| moment = link.fuse.take());
    moment.map(|(_, moment)| moment)
}

/// Passes on what comes, as the link lets it.
async fn pump(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut link: watch::Receiver<Link>,
    flow: fn(&Link) -> Flow,
    judge: impl Fn(&[u8]) -> Verdict,
    burnt: &Notify,
) {
    let mut piece = vec![0; 16 * 1024];
    loop {
        let read = from.read(&mut piece).await.unwrap_or(0);
        if judge(&piece[..read]) == Verdict::Cut {
            burnt.notify_one();
            return std::future::pending().await;
        }
        let now = flow(&link.borrow_and_update());
        if let Flow::After(time) = now {
            tokio::time::sleep(time).await;
        }
        if link.wait_for(|link| flow(link) != Flow::Stalls).await.is_err() {
            return;
        }
        if read == 0 || to.write_all(&piece[..read]).await.is_err() {
            let _ = to.shutdown().await;
            return;
        }
    }
}

/// Makes the end of `stream` a reset in place of a farewell.
fn reset(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}
