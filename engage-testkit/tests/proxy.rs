//! The proxy does to a link what it says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]

use std::time::Duration;

use engage_testkit::Proxy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How long to wait for what must not come.
const NEVER: Duration = Duration::from_millis(60);

/// A proxy in front of a server that sends everything back, and says how much it has got.
async fn echo() -> (Proxy, tokio::sync::watch::Receiver<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (got, received) = tokio::sync::watch::channel(0);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let got = got.clone();
            tokio::spawn(async move {
                let mut piece = [0; 1024];
                while let Ok(read @ 1..) = stream.read(&mut piece).await {
                    got.send_modify(|got| *got += read);
                    if stream.write_all(&piece[..read]).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    (Proxy::start(address).await.unwrap(), received)
}

async fn connect(proxy: &Proxy) -> TcpStream {
    TcpStream::connect(proxy.address()).await.unwrap()
}

async fn answer(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut piece = [0; 1024];
    let read = client.read(&mut piece).await?;
    Ok(piece[..read].to_vec())
}

async fn is_silent(client: &mut TcpStream) -> bool {
    tokio::time::timeout(NEVER, answer(client)).await.is_err()
}

#[tokio::test]
async fn a_healthy_link_passes_everything_and_its_end() {
    let (proxy, _) = echo().await;
    let mut client = connect(&proxy).await;
    let sent: Vec<u8> = (0..500_000_u32).map(|n| n as u8).collect();
    let (mut reading, mut writing) = client.split();
    let mut back = vec![0; sent.len()];
    let (wrote, read) = tokio::join!(writing.write_all(&sent), reading.read_exact(&mut back));
    wrote.unwrap();
    read.unwrap();
    assert!(back == sent, "in order and whole");
    assert_eq!(proxy.connections(), 1);
    client.shutdown().await.unwrap();
    assert_eq!(answer(&mut client).await.unwrap(), b"", "the server's end arrives");
}

#[tokio::test]
async fn a_blackhole_swallows_both_ways_and_heals_without_loss() {
    let (proxy, got) = echo().await;
    let mut client = connect(&proxy).await;
    client.write_all(b"a").await.unwrap();
    assert_eq!(answer(&mut client).await.unwrap(), b"a");
    proxy.blackhole();
    client.write_all(b"b").await.unwrap();
    assert!(is_silent(&mut client).await);
    assert_eq!(*got.borrow(), 1, "nothing arrived");
    proxy.heal();
    assert_eq!(answer(&mut client).await.unwrap(), b"b");
}

#[tokio::test]
async fn a_half_open_link_passes_one_way() {
    let (proxy, mut got) = echo().await;
    let mut client = connect(&proxy).await;
    proxy.half_open();
    client.write_all(b"a").await.unwrap();
    got.wait_for(|got| *got == 1).await.unwrap();
    assert!(is_silent(&mut client).await);
    proxy.half_open_to_server();
    assert_eq!(answer(&mut client).await.unwrap(), b"a");
    client.write_all(b"b").await.unwrap();
    assert!(is_silent(&mut client).await);
    assert_eq!(*got.borrow(), 1);
}

#[tokio::test]
async fn a_cut_resets_what_is_open_and_lets_new_ones_pass() {
    let (proxy, _) = echo().await;
    let mut client = connect(&proxy).await;
    client.write_all(b"a").await.unwrap();
    assert_eq!(answer(&mut client).await.unwrap(), b"a");
    proxy.cut();
    assert_eq!(answer(&mut client).await.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    let mut client = connect(&proxy).await;
    client.write_all(b"b").await.unwrap();
    assert_eq!(answer(&mut client).await.unwrap(), b"b");
    assert_eq!(proxy.connections(), 1);
}

#[tokio::test]
async fn a_refusing_proxy_resets_new_ones_until_it_heals() {
    let (proxy, _) = echo().await;
    proxy.refuse();
    let mut client = connect(&proxy).await;
    assert_eq!(answer(&mut client).await.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    proxy.heal();
    let mut client = connect(&proxy).await;
    client.write_all(b"a").await.unwrap();
    assert_eq!(answer(&mut client).await.unwrap(), b"a");
}

#[tokio::test]
async fn a_slow_link_is_slow_in_both_directions() {
    let (proxy, _) = echo().await;
    let mut client = connect(&proxy).await;
    proxy.delay(Duration::from_millis(40));
    let start = tokio::time::Instant::now();
    client.write_all(b"a").await.unwrap();
    assert_eq!(answer(&mut client).await.unwrap(), b"a");
    assert!(start.elapsed() >= Duration::from_millis(80), "40 ms there and 40 ms back");
}

#[tokio::test]
async fn a_dropped_proxy_closes_everything() {
    let (proxy, _) = echo().await;
    let mut client = connect(&proxy).await;
    client.write_all(b"a").await.unwrap();
    assert_eq!(answer(&mut client).await.unwrap(), b"a");
    let address = proxy.address();
    drop(proxy);
    assert!(answer(&mut client).await.map_or(true, |read| read.is_empty()));
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_word_cuts_the_connection_before_it_arrives_or_with_its_answer() {
    let (proxy, got) = echo().await;
    let mut client = connect(&proxy).await;
    proxy.cut_before(b"COMMIT");
    client.write_all(b"BEGIN").await.unwrap();
    assert_eq!(answer(&mut client).await.unwrap(), b"BEGIN");
    client.write_all(b"now COMMIT").await.unwrap();
    answer(&mut client).await.unwrap_err();
    assert_eq!((*got.borrow(), proxy.is_waiting()), (5, false), "the server never got it");

    let mut client = connect(&proxy).await;
    proxy.cut_answer_to(b"COMMIT");
    client.write_all(b"COMMIT").await.unwrap();
    answer(&mut client).await.unwrap_err();
    assert_eq!(*got.borrow(), 11, "the server got it");

    let mut client = connect(&proxy).await;
    client.write_all(b"COMMIT").await.unwrap();
    assert_eq!(answer(&mut client).await.unwrap(), b"COMMIT", "once is once");
}
