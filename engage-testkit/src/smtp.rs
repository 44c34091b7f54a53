//! A mail server that can fail at every step, for tests of who sends to it. It keeps what it accepted, and brings it nowhere.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// A mail is at most this long, in bytes.
const BYTES: usize = 32 * 1024 * 1024;

/// The server, on a port of its own on 127.0.0.1. Dropping it closes all connections and frees the port.
#[derive(Debug)]
pub struct SmtpSink {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

#[derive(Debug, Default)]
struct Shared {
    mails: Mutex<Vec<Arrived>>,
    faults: Mutex<Vec<Fault>>,
    connections: Mutex<usize>,
}

/// A mail that the server has answered for, or has kept though the sender cannot know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// What came after `DATA`, without the dots that only the way needed.
    pub content: Vec<u8>,
}

/// A step of the way of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The connection.
    Greeting,
    /// `EHLO`.
    Hello,
    /// `MAIL FROM`.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA`, before the mail.
    Data,
    /// The mail, which is here.
    Content,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// This answer in place of a good one, such as `450 4.2.0 later`. Of [`Step::Content`]: the mail is not kept.
    Says(Step, &'static str),
    /// No answer, and the connection stays. Of [`Step::Content`]: the mail is kept.
    Hangs(Step),
    /// No answer, and the connection ends. Of [`Step::Content`]: the mail is kept.
    Cuts(Step),
}

impl Fault {
    fn step(&self) -> Step {
        match self {
            Self::Says(step, _) | Self::Hangs(step) | Self::Cuts(step) => *step,
        }
    }
}

impl SmtpSink {
    /// Starts it.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let (address, shared) = (listener.local_addr()?, Arc::<Shared>::default());
        let own = Arc::clone(&shared);
        let accepting = tokio::spawn(async move {
            let mut talks = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                *own.connections.lock() += 1;
                let own = Arc::clone(&own);
                talks.spawn(async move { drop(talk(stream, &own).await) });
            }
        });
        Ok(Self { address, shared, accepting: accepting.abort_handle() })
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next mails that come to this step meet these faults, the first of them first.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.shared.faults.lock().extend(faults);
    }

    /// Forgets the faults that no mail has met yet.
    pub fn heal(&self) {
        self.shared.faults.lock().clear();
    }

    /// What has arrived, repeats included, oldest first.
    pub fn mails(&self) -> Vec<Arrived> {
        self.shared.mails.lock().clone()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        *self.shared.connections.lock()
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Arrived {
    /// The value of a header as it is written, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.content);
        let head = text.split("\r\n\r\n").next()?.replace("\r\n ", " ").replace("\r\n\t", " ");
        head.split("\r\n").find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }
}

async fn talk(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut from, mut to, mut line) = (String::new(), Vec::new(), String::new());
    answer(&mut stream, shared, Step::Greeting, "220 sink.example").await?;
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.trim_end();
        let word = command.get(..4).unwrap_or_default().to_ascii_uppercase();
        match word.as_str() {
            "EHLO" => drop(answer(&mut stream, shared, Step::Hello, "250-sink.example\r\n250 8BITMIME").await?),
            "MAIL" => {
                from = path(command);
                to.clear();
                answer(&mut stream, shared, Step::Sender, "250 2.1.0 ok").await?;
            }
            "RCPT" => {
                if answer(&mut stream, shared, Step::Recipient, "250 2.1.5 ok").await? {
                    to.push(path(command));
                }
            }
            "DATA" => {
                if answer(&mut stream, shared, Step::Data, "354 go on").await? {
                    let content = content(&mut stream).await?;
                    let arrived = Arrived { from: from.clone(), to: to.clone(), content };
                    let fault = take(shared, Step::Content);
                    if !matches!(fault, Some(Fault::Says(..))) {
                        shared.mails.lock().push(arrived);
                    }
                    fail(&mut stream, fault, "250 2.0.0 kept").await?;
                }
            }
            "RSET" | "NOOP" => stream.get_mut().write_all(b"250 2.0.0 ok\r\n").await?,
            "QUIT" => return stream.get_mut().write_all(b"221 2.0.0 bye\r\n").await,
            _ => stream.get_mut().write_all(b"502 5.5.1 unknown\r\n").await?,
        }
    }
}

/// Whether the answer was good.
async fn answer(stream: &mut BufReader<TcpStream>, shared: &Shared, step: Step, good: &str) -> io::Result<bool> {
    let fault = take(shared, step);
    fail(stream, fault, good).await
}

fn take(shared: &Shared, step: Step) -> Option<Fault> {
    let mut faults = shared.faults.lock();
    let place = faults.iter().position(|fault| fault.step() == step)?;
    Some(faults.remove(place))
}

async fn fail(stream: &mut BufReader<TcpStream>, fault: Option<Fault>, good: &str) -> io::Result<bool> {
    let is_good = fault.is_none();
    let said = match fault {
        None => good,
        Some(Fault::Says(_, said)) => said,
        Some(Fault::Hangs(_)) => {
            tokio::time::sleep(Duration::from_secs(3_600)).await;
            return Err(io::ErrorKind::TimedOut.into());
        }
        Some(Fault::Cuts(_)) => return Err(io::ErrorKind::ConnectionAborted.into()),
    };
    stream.get_mut().write_all(format!("{said}\r\n").as_bytes()).await?;
    Ok(is_good)
}

async fn content(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let (mut content, mut line) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 || content.len() > BYTES {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(content);
        }
        content.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

fn path(command: &str) -> String {
    command
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or_else(String::new, |(path, _)| path.to_owned())
}
