//! A proxy that strips a prefix from paths, and passes everything else as it is.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Runs until it is dropped.
pub(super) struct Proxy {
    pub(super) address: SocketAddr,
    running: JoinHandle<()>,
}

impl Proxy {
    pub(super) async fn start(upstream: SocketAddr, prefix: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let running = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass(stream, upstream, prefix));
            }
        });
        Self { address, running }
    }
}

/// One connection with one request, as this suite's clients have.
async fn pass(mut client: TcpStream, upstream: SocketAddr, prefix: &str) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.contains(&b'\n') {
        head.push(client.read_u8().await?);
    }
    let line = String::from_utf8_lossy(&head).replacen(&format!(" {prefix}"), " ", 1);
    let mut server = TcpStream::connect(upstream).await?;
    server.write_all(line.as_bytes()).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}
