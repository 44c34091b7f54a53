//! Bytes on the wire that are no HTTP, no WebSocket, or too much of either. Much of it meets the web framework rather than
//! engage; together they must answer or hang up, and live on.

use std::time::Duration;

use engage_core::entropy::{Entropy as _, SeededEntropy};
use futures_util::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::client::PATIENCE;
use super::socket::HANDSHAKE;
use super::{Client, Host, Server};

/// Requests that are none, too large, or two in one are answered with a refusal or hung up on.
pub async fn broken_requests_are_refused(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let (base, cookie) = (visitor.base().to_owned(), visitor.cookie().unwrap_or_default());
    let head = |line: &str, headers: &str| {
        format!("{line} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\nConnection: close\r\n{headers}\r\n", server.address)
    };
    let list = format!("GET {base}/v1/chat/conversations");
    let post = format!("POST {base}/v1/chat/conversations");
    let json = "Content-Type: application/json\r\n";
    let body = r#"{"client_message_id":"raw","body":"hello"}"#;
    let many: String = (0..2_000).map(|n| format!("x-{n}: {n}\r\n")).collect();
    let mut requests: Vec<Vec<u8>> = [
        "\r\n\r\n\r\n".to_owned(),
        "nonsense\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        format!("GET {base}/v1/session HTTP/9.9\r\n\r\n"),
        head(&format!("GET {base}/v1/\u{0}session"), ""),
        head(&format!("GET {base}/v1/session?{}", "a".repeat(100_000)), ""),
        head(&format!("GET {base}/v1/{}", "a/".repeat(20_000)), ""),
        head(&format!("GET http://evil.example{base}/v1/session"), ""),
        head(&list, "X-Bad: a\u{0}b\r\n"),
        head(&list, "X-Bad : a\r\n"),
        head(&list, " folded\r\n"),
        head(&list, &many),
        head(&list, &format!("X-Long: {}\r\n", "x".repeat(100_000))),
        head(&list, &format!("Cookie: {}\r\n", "engage=x; ".repeat(500))),
        head(&list, "X-Forwarded-For: ,,,\u{fffd}\r\nForwarded: for=\"[\r\n"),
        head(&list, "If-None-Match: \u{ff}\r\nLast-Event-ID: \u{ff}\r\n"),
        head(&post, &format!("{json}Content-Length: 5\r\nContent-Length: 42\r\n")) + body,
        head(&post, &format!("{json}Content-Length: 42\r\nTransfer-Encoding: chunked\r\n"))
            + "0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        head(&post, &format!("{json}Content-Length: -1\r\n")) + body,
        head(&post, &format!("{json}Content-Length: 99999999999999999999\r\n")) + body,
        head(&post, &format!("{json}Content-Length: 1000000000\r\n")) + body,
        head(&post, &format!("{json}Content-Length: 1000000000\r\nExpect: 100-continue\r\n")),
        head(&post, &format!("{json}Transfer-Encoding: chunked\r\n")) + "zz\r\n{}\r\n",
        head(&post, &format!("{json}Transfer-Encoding: chunked\r\n")) + "ffffffffffffffff\r\n{}",
        head(&post, &format!("{json}Transfer-Encoding: gzip\r\n")) + body,
        head(&post, &format!("{json}Content-Encoding: gzip\r\nContent-Length: 42\r\n")) + body,
        head(&format!("CONNECT {base}/v1/session"), ""),
        head("OPTIONS *", ""),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
    ]
    .map(String::into_bytes)
    .into();
    requests.push(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec());
    let dice = SeededEntropy::new(26);
    for _ in 0..100 {
        let mut bytes = vec![0; 300];
        dice.fill(&mut bytes);
        requests.push([bytes, b"\r\n\r\n".to_vec()].concat());
    }
    for request in requests {
        let told = String::from_utf8_lossy(&request[..request.len().min(120)]).into_owned();
        let answer = exchange(&server, &request).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse::<u16>().ok());
        assert!(status.is_none_or(|status| status < 500 || status == 505), "{told:?} -> {answer}");
        assert!(!answer.contains("panicked") && !answer.contains(".rs:"), "{told:?} -> {answer}");
    }
    assert!(visitor.bodies_of_all().await.iter().all(|body| body == "hello"), "nothing strange was stored");
    server.visitor().await.open_conversation("the server lives").await;
}

/// A client that begins a request and goes, or sends it byte by byte, holds nobody up.
pub async fn slow_and_gone_clients_hold_nobody_up(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let head = format!(
        "POST {}/v1/chat/conversations HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nContent-Type: application/json\r\nContent-Length: 42\r\n\r\n",
        visitor.base(),
        server.address,
        visitor.cookie().unwrap_or_default()
    );
    let mut held = Vec::new();
    for cut in [0, 1, 20, head.len() / 2, head.len(), head.len() + 10] {
        let whole = format!("{head}{}", r#"{"client_message_id":"raw","body":"hello"}"#);
        let mut stream = TcpStream::connect(server.address).await.expect("the server listens");
        stream.write_all(&whole.as_bytes()[..cut]).await.expect("written");
        if cut % 2 == 0 { held.push(stream) } else { drop(stream) }
    }
    visitor.open_conversation("meanwhile").await;
    assert_eq!(visitor.bodies_of_all().await, ["meanwhile"], "what was never whole was not done");
    drop(held);
}

/// Frames that break RFC 6455 end the socket, and only that one.
pub async fn broken_frames_end_the_socket(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let mut bystander = visitor.chat().await;
    let masked = |first: u8, payload: &[u8]| {
        let length = u8::try_from(payload.len()).expect("short");
        [&[first, 0x80 | length, 0, 0, 0, 0], payload].concat()
    };
    let mut cases: Vec<(&str, Vec<u8>)> = vec![
        ("no mask", vec![0x81, 2, b'{', b'}']),
        ("no UTF-8", masked(0x81, b"\xff\xfe")),
        ("UTF-8 cut by a frame", [masked(0x01, b"\xf0\x9f"), masked(0x80, b"\x41")].concat()),
        ("a reserved bit", masked(0xc1, b"{}")),
        ("a reserved opcode", masked(0x83, b"{}")),
        ("a control frame in parts", masked(0x09, b"x")),
        ("a long control frame", [vec![0x89, 0xfe, 0, 126, 0, 0, 0, 0], vec![b'x'; 126]].concat()),
        ("a continuation of nothing", masked(0x80, b"{}")),
        ("text within text", [masked(0x01, b"{"), masked(0x81, b"}")].concat()),
        ("a length of 2^63", vec![0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("a length of 2^62", vec![0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("a close of one byte", masked(0x88, b"\x03")),
        ("a close with no UTF-8", masked(0x88, b"\x03\xe8\xff")),
        ("a close with a bad code", masked(0x88, b"\x00\x01")),
        ("a binary frame", masked(0x82, b"{}")),
    ];
    // Parts that never end.
    let mut endless = masked(0x01, b"x");
    endless.extend((0..4_000).flat_map(|_| masked(0x00, &[b'x'; 100])));
    cases.push(("parts without end", endless));
    let dice = SeededEntropy::new(27);
    for _ in 0..50 {
        let mut bytes = vec![0; 500];
        dice.fill(&mut bytes);
        cases.push(("random bytes", bytes));
    }
    let tries = cases.iter().map(|(what, bytes)| {
        let visitor = &visitor;
        async move {
            let mut stream = open(visitor).await;
            stream.write_all(bytes).await.unwrap_or_default();
            let closed = tokio::time::timeout(PATIENCE, read_to_end(&mut stream)).await;
            assert!(closed.is_ok(), "{what}: still open");
        }
    });
    join_all(tries).await;
    bystander.settled().await;

    let mut endless = open(&visitor).await;
    endless.write_all(&[0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).await.expect("written");
    let pieces = async { while endless.write_all(&[b'x'; 64 * 1024]).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(5), pieces).await.expect("a frame without end is cut off, not gathered");
    bystander.settled().await;

    let mut one_by_one = open(&visitor).await;
    for byte in masked(0x81, br#"{"type":"hello","protocol":1}"#) {
        one_by_one.write_all(&[byte]).await.expect("written");
    }
    let mut answer = [0; 64];
    let read =
        tokio::time::timeout(PATIENCE, one_by_one.read(&mut answer)).await.expect("an answer").expect("an answer");
    assert!(String::from_utf8_lossy(&answer[..read]).contains("welcome"), "a frame may come byte by byte");
}

/// Sends bytes, and gives what comes back until the server hangs up or is still.
async fn exchange(server: &Server, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(server.address).await.expect("the server listens");
    // The server may hang up before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut all = Vec::new();
    let mut piece = [0; 4_096];
    while let Ok(Ok(read @ 1..)) = tokio::time::timeout(Duration::from_millis(400), stream.read(&mut piece)).await {
        all.extend_from_slice(&piece[..read]);
    }
    all
}

/// A socket by hand.
async fn open(client: &Client) -> TcpStream {
    let mut stream = TcpStream::connect(client.address()).await.expect("the server listens");
    let mut head = format!("GET {}/v1/chat/socket HTTP/1.1\r\nHost: {}\r\n", client.base(), client.address());
    for (name, value) in HANDSHAKE {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Cookie: {}\r\n\r\n", client.cookie().unwrap_or_default()));
    stream.write_all(head.as_bytes()).await.expect("written");
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(tokio::time::timeout(PATIENCE, stream.read_u8()).await.expect("an answer").expect("an answer"));
    }
    assert!(answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
    stream
}

async fn read_to_end(stream: &mut TcpStream) {
    let mut piece = [0; 4_096];
    while let Ok(1..) = stream.read(&mut piece).await {}
}

impl Client {
    /// The texts of all of the caller's conversations.
    async fn bodies_of_all(&self) -> Vec<String> {
        let listed = self.get("/v1/chat/conversations?status=all").await.is(200);
        let mut all = Vec::new();
        for one in listed["conversations"].as_array().into_iter().flatten() {
            all.extend(self.bodies(one["id"].as_str().unwrap_or_default()).await);
        }
        all
    }
}
