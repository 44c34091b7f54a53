//! Files that people send along.

use bytes::Bytes;
use engage_core::files::{BlobStream, Cleaned, FileScan, Images, Kind, Pixels, Scanned, Verdict, collected};
use engage_core::{Error, ErrorKind, Result, async_trait};
use serde_json::{Value, json};

use super::people::text;
use super::{Client, Host, Setup};

const FILES: &str = "/v1/files";
/// A GIF of one pixel, and a script behind it.
const POLYGLOT: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0;/*\nalert(1)//<script>alert(1)</script>";

/// Takes every image for one of a pixel, but for those that end early.
#[derive(Debug)]
pub(super) struct Plain;

/// Refuses what a test of virus scanners holds.
#[derive(Debug)]
pub(super) struct Picky;

#[async_trait]
impl Images for Plain {
    async fn clean(&self, kind: &'static Kind, content: Bytes, max_pixels: u64) -> Result<Cleaned> {
        let refused = |code| Error::new(ErrorKind::Invalid, "the image cannot be used").with_code(code);
        if content.ends_with(b"truncated") {
            return Err(refused("image_broken"));
        }
        if content.ends_with(b"huge") && max_pixels < u64::MAX {
            return Err(refused("too_many_pixels"));
        }
        Ok(Cleaned { kind, content: content.slice(..content.len().min(14)), pixels: Pixels { width: 1, height: 1 } })
    }
}

#[async_trait]
impl FileScan for Picky {
    async fn scan(&self, file: &Scanned, content: BlobStream) -> Result<Verdict> {
        let content = collected(content, u64::MAX).await?;
        assert_eq!(content.len() as i64, file.size);
        let is_bad = content.windows(5).any(|window| window == b"EICAR");
        Ok(if is_bad { Verdict::Refused("It holds a virus.".to_owned()) } else { Verdict::Clean })
    }
}

/// In parts, again where it broke off; and then it is read by who reads the conversation, on every channel.
pub async fn a_file_is_sent_in_parts_and_read_by_those_concerned(host: Host) {
    let server = host.serve().await;
    let (visitor, stranger, agent) = (server.visitor().await, server.visitor().await, server.agent("ada"));
    let rules = visitor.get("/v1/session").await.is(200)["site"]["files"].clone();
    assert!(rules["size"].as_i64() > Some(0) && rules["per_message"] == 10, "{rules}");
    assert_eq!(agent.get("/v1/me").await.is(200)["files"], rules);

    let conversation = visitor.open_conversation("hello").await;
    let mut socket = agent.follow(&conversation).await;
    let file = visitor.begins_file("my notes.txt", 11).await;
    let path = format!("{FILES}/{file}");
    assert_eq!(visitor.part(&file, 0, b"hello ").await.is(200)["offset"], 6);
    visitor.part(&file, 0, b"hello ").await.refused(409, "offset_mismatch");
    visitor.part(&file, 7, b"orld").await.refused(409, "offset_mismatch");
    let seen = visitor.get(&path).await.is(200);
    assert_eq!((&seen["offset"], &seen["state"], &seen["media_type"]), (&json!(6), &json!("uploading"), &Value::Null));
    for other in [&stranger, &agent] {
        other.get(&path).await.refused(404, "not_found");
        other.part(&file, 6, b"world").await.refused(404, "not_found");
        other.delete(&path).await.refused(404, "not_found");
    }
    let ready = visitor.part(&file, 6, b"world").await.is(200);
    assert_eq!((&ready["state"], &ready["media_type"]), (&json!("ready"), &json!("text/plain")));
    visitor.part(&file, 11, b"").await.refused(409, "upload_finished");
    agent.get(&format!("{path}/content")).await.refused(404, "not_found");

    let sent = visitor.sends_files(&conversation, "f", "", &[&file]).await.is(201);
    let card = json!([{ "id": file, "name": "my notes.txt", "media_type": "text/plain", "size": 11 }]);
    assert_eq!((&sent["files"], &sent["body"]), (&card, &json!("")));
    let told = socket.find("the message", |frame| frame["client_message_id"] == "f").await;
    assert_eq!(told["files"], card);
    let entries = agent.snapshot(&conversation).await["entries"].clone();
    assert!(entries.as_array().into_iter().flatten().any(|entry| entry["files"] == card), "{entries}");
    let last = agent.get("/v1/chat/conversations").await.is(200)["conversations"][0]["last_message"].clone();
    assert_eq!(last["excerpt"], "my notes.txt");
    let transcript = agent.get(&format!("/v1/chat/conversations/{conversation}/transcript")).await;
    assert!(String::from_utf8_lossy(&transcript.body).contains("[my notes.txt, 11 bytes]"), "{transcript}");
    let found = agent.get("/v1/chat/search?query=notes").await.is(200);
    let found = found["results"].as_array().into_iter().flatten();
    assert!(found.clone().any(|found| found["entry"]["files"] == card), "{:?}", found.collect::<Vec<_>>());

    for reader in [&visitor, &agent] {
        let content = reader.get(&format!("{path}/content")).await;
        assert_eq!((content.status, &content.body[..]), (200, &b"hello world"[..]), "{content}");
        let tag = content.header("etag").to_owned();
        let again = reader.get(&format!("{path}/content")).header("if-none-match", &tag).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{again}");
    }
    stranger.get(&format!("{path}/content")).await.refused(404, "not_found");
    server.stranger().get(&format!("{path}/content")).await.refused(401, "unauthenticated");
    server.staff("member:bob").get(&format!("{path}/content")).await.refused(403, "forbidden");
    visitor.delete(&path).await.refused(409, "file_attached");

    // By the socket too.
    let answer = agent.uploads("answer.txt", b"yes").await;
    let frame = json!({ "type": "send", "conversation": conversation, "client_message_id": "s", "body": "", "files": [answer] });
    socket.send(frame).await;
    socket.find("the ack", |frame| frame["type"] == "ack" && frame["client_message_id"] == "s").await;
    assert_eq!(visitor.get(&format!("{FILES}/{answer}/content")).await.body, "yes");

    // What goes with a note is staff's.
    let secret = agent.uploads("secret.txt", b"for us").await;
    let note = json!({ "client_message_id": "n", "body": "", "files": [secret] });
    agent.post(&format!("/v1/chat/conversations/{conversation}/notes"), note).await.is(201);
    visitor.get(&format!("{FILES}/{secret}/content")).await.refused(404, "not_found");
    assert_eq!(server.agent("eve").get(&format!("{FILES}/{secret}/content")).await.status, 200);
}

/// A conversation may begin with files; tried again, also when the answer was lost, it is the same.
pub async fn a_conversation_begins_with_files(host: Host) {
    let server = host.serve().await;
    let (visitor, other, agent) = (server.visitor().await, server.visitor().await, server.agent("ada"));
    let open = |client: &Client, id: &str, body: &str, files: Value| {
        client.post("/v1/chat/conversations", json!({ "client_message_id": id, "body": body, "files": files }))
    };
    let (one, foreign) = (visitor.uploads("1.txt", b"one").await, other.uploads("2.txt", b"two").await);
    open(&visitor, "a", "", json!([])).await.invalid("/body");
    open(&visitor, "a", "\u{0}", json!([one])).await.invalid("/body");
    for wrong in [&foreign, &visitor.begins_file("3.txt", 4).await] {
        open(&visitor, "a", "here", json!([wrong])).await.invalid("/files/0");
        open(&visitor, "a", "here", json!([one, wrong])).await.invalid("/files");
    }
    open(&visitor, "a", "here", json!([one, one])).await.invalid("/files/1");
    let opened = open(&visitor, "a", "", json!([one])).await.is(201);
    assert_eq!(opened["entry"]["files"][0]["id"], json!(one));
    let again = open(&visitor, "a", "", json!([one])).await.is(200);
    assert_eq!(again["conversation"]["id"], opened["conversation"]["id"]);
    let content = agent.get(&format!("{FILES}/{one}/content")).await;
    assert_eq!((content.status, &content.body[..]), (200, &b"one"[..]), "staff read it");
    other.get(&format!("{FILES}/{one}/content")).await.refused(404, "not_found");

    // What went with one conversation begins no other, and a key of a message is none of an opening.
    open(&visitor, "b", "", json!([one])).await.refused(409, "file_attached");
    let two = visitor.uploads("4.txt", b"four").await;
    visitor.sends_files(&text(&opened["conversation"]["id"]), "c", "", &[&two]).await.is(201);
    open(&visitor, "c", "", json!([two])).await.refused(409, "file_attached");
    assert_eq!(visitor.get("/v1/chat/conversations").await.is(200)["conversations"].as_array().map(Vec::len), Some(1));
}

/// Of its sender's, ready, once; said again, it is the same.
pub async fn a_file_goes_with_one_message_of_its_sender(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let (one, two) = (visitor.uploads("1.txt", b"one").await, visitor.uploads("2.txt", b"two").await);
    let (foreign, begun) = (agent.uploads("3.txt", b"three").await, visitor.begins_file("4.txt", 4).await);
    let send = |id: &str, files: &[&str]| visitor.sends_files(&conversation, id, "here", files);
    for wrong in [&foreign, &begun, &conversation] {
        send("a", &[wrong]).await.invalid("/files/0");
        send("a", &[&one, wrong]).await.invalid("/files");
    }
    send("a", &[&one, &one]).await.invalid("/files/1");
    let many: Vec<_> = (0..11).map(|turn| format!("01890000-0000-7000-8000-0000000000{turn:02}")).collect();
    send("a", &many.iter().map(String::as_str).collect::<Vec<_>>()).await.invalid("/files");
    visitor.sends_files(&conversation, "a", "", &[]).await.invalid("/body");
    visitor.sends_files(&conversation, "a", "\u{0}", &[&one]).await.invalid("/body");

    let sent = send("a", &[&two, &one]).await.is(201);
    let ids: Vec<_> = sent["files"].as_array().into_iter().flatten().map(|file| text(&file["id"])).collect();
    assert_eq!(ids, [two.as_str(), one.as_str()]);
    assert_eq!(send("a", &[&two, &one]).await.is(200), sent, "said again, it is the same");
    send("a", &[&one, &two]).await.refused(409, "client_message_id_reused");
    send("b", &[&one]).await.refused(409, "file_attached");
    let other = server.visitor().await;
    let elsewhere = other.open_conversation("hello").await;
    visitor.sends_files(&elsewhere, "a", "", &[&begun]).await.refused(404, "not_found");

    let spare = visitor.uploads("5.txt", b"five").await;
    visitor.delete(&format!("{FILES}/{spare}")).await.is(204);
    visitor.get(&format!("{FILES}/{spare}")).await.refused(404, "not_found");
    send("c", &[&spare]).await.invalid("/files/0");
}

/// By the one who sends it, with the status that says what to do, and nothing of it stays.
pub async fn what_a_file_cannot_be_is_told(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    let begin = |name: &str, size: Value| visitor.post(FILES, json!({ "name": name, "size": size }));
    begin("a.txt", json!(0)).await.invalid("/size");
    begin("a.txt", json!(-1)).await.invalid("/size");
    let most = visitor.get("/v1/session").await.is(200)["site"]["files"]["size"].as_i64().unwrap_or_default();
    begin("a.txt", json!(most + 1)).await.refused(413, "too_large");
    begin("a.txt", json!(i64::MAX)).await.refused(413, "too_large");
    begin(&"x".repeat(1_001), json!(1)).await.invalid("/name");

    let file = visitor.begins_file("a.txt", 3).await;
    visitor.part(&file, 0, b"four").await.refused(413, "too_large");
    visitor
        .part(&file, 0, b"no")
        .header("content-type", "application/json")
        .await
        .refused(415, "unsupported_media_type");
    visitor.request("PATCH", &format!("{FILES}/{file}")).await.refused(400, "malformed");
    visitor.part(&file, 0, &vec![b'a'; 1024 * 1024 + 1]).await.refused(413, "too_large");
    assert_eq!(visitor.get(&format!("{FILES}/{file}")).await.is(200)["offset"], 0);

    for (name, content, status, code) in [
        ("a.svg", &b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..], 415, "type_not_allowed"),
        ("a.html", b"<!doctype html><script>alert(1)</script>", 415, "type_not_allowed"),
        ("a.txt", b"  <script>alert(1)</script>", 415, "type_not_allowed"),
        (
            "a.xml",
            b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>",
            415,
            "type_not_allowed",
        ),
        ("a.png", b"<svg/>", 415, "type_not_allowed"),
        ("a.exe", b"MZ\x90\0\x03\0\0\0", 415, "type_not_allowed"),
        ("a", b"\x7fELF\x02\x01\x01", 415, "type_not_allowed"),
        ("a.sh", b"#!/bin/sh\nrm -rf /", 415, "type_not_allowed"),
        ("a.bin", b"\0\x01\x02", 415, "type_not_allowed"),
        ("a.jpg", b"\xff\xd8\xff\xe0 truncated", 422, "image_broken"),
        ("a.png", b"\x89PNG\r\n\x1a\n huge", 422, "too_many_pixels"),
        ("eicar.txt", b"X5O-not-quite-EICAR-STANDARD-ANTIVIRUS-TEST-FILE", 422, "scan_refused"),
    ] {
        let file = visitor.begins_file(name, content.len()).await;
        visitor.part(&file, 0, content).await.refused(status, code);
        // Whoever has lost the answer learns it anew.
        let seen = visitor.get(&format!("{FILES}/{file}")).await.is(200);
        assert_eq!((&seen["state"], &seen["refusal"]["code"]), (&json!("refused"), &json!(code)), "{name}");
        visitor.part(&file, content.len(), b"").await.refused(status, code);
        visitor.get(&format!("{FILES}/{file}/content")).await.refused(404, "not_found");
    }
}

/// Whatever they are called, they are saved as what they are, never shown as a page.
pub async fn names_of_files_are_harmless(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    for (name, content, shown, kind) in [
        ("../../etc/passwd", &b"text"[..], "passwd.txt", "text/plain; charset=utf-8"),
        ("..\\..\\CON", b"text", "_CON.txt", "text/plain; charset=utf-8"),
        ("invoice\u{202E}gpj.exe", b"%PDF-1.7", "invoicegpj.exe.pdf", "application/pdf"),
        ("a\r\nSet-Cookie: x=y.txt", b"text", "aSet-Cookie_ x=y.txt", "text/plain; charset=utf-8"),
        ("", b"text", "file.txt", "text/plain; charset=utf-8"),
        ("photo.png", b"%PDF-1.7", "photo.png.pdf", "application/pdf"),
        ("bomb.zip", b"PK\x03\x04....", "bomb.zip", "application/zip"),
        ("Übersicht 日本.csv", "a,ü\n".as_bytes(), "Übersicht 日本.csv", "text/csv; charset=utf-8"),
        ("run.js", POLYGLOT, "run.js.gif", "image/gif"),
    ] {
        let file = visitor.uploads(name, content).await;
        let path = format!("{FILES}/{file}");
        assert_eq!(visitor.get(&path).await.is(200)["name"], shown, "{name:?}");
        let answer = visitor.get(&format!("{path}/content")).await;
        assert_eq!(answer.header("content-type"), kind);
        assert!(answer.header("content-security-policy").starts_with("sandbox;"), "{answer}");
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        let is_image = kind == "image/gif";
        let disposition = if is_image { "inline; " } else { "attachment; " };
        assert!(answer.header("content-disposition").starts_with(disposition), "{:?}", answer.headers);
        // What was behind the picture is gone.
        assert!(!String::from_utf8_lossy(&answer.body).contains("script"), "{answer}");
        let saved = visitor.get(&format!("{path}/content?download=true")).await;
        assert!(saved.header("content-disposition").starts_with("attachment; "), "{:?}", saved.headers);
    }
    let long = visitor.uploads(&format!("{}.txt", "x".repeat(300)), b"text").await;
    let name = text(&visitor.get(&format!("{FILES}/{long}")).await.is(200)["name"]);
    assert!(name.len() == 150 && name.ends_with("x.txt"), "{name}");
}

/// One range at a time (RFC 9110, 14).
pub async fn a_content_is_read_in_ranges(host: Host) {
    let server = host.serve().await;
    let visitor = server.visitor().await;
    // More than one part, and more than what is held back for its hash.
    let content: Vec<u8> = (0..3_000_000_u32).map(|at| b'a' + (at % 23) as u8).collect();
    let file = visitor.begins_file("long.txt", content.len()).await;
    for (turn, part) in content.chunks(1024 * 1024).enumerate() {
        visitor.part(&file, turn * 1024 * 1024, part).await.is(200);
    }
    let path = format!("{FILES}/{file}/content");
    let whole = visitor.get(&path).await;
    assert_eq!((whole.status, whole.header("content-length")), (200, "3000000"));
    assert!(whole.body == content, "it comes as it was sent");
    let read = async |client: &Client, range: &str| client.get(&path).header("range", range).await;
    let part = read(&visitor, "bytes=1048570-1048590").await;
    assert_eq!((part.status, &part.body[..]), (206, &content[1_048_570..=1_048_590]));
    assert_eq!(part.header("content-range"), "bytes 1048570-1048590/3000000");
    assert_eq!(read(&visitor, "bytes=-5").await.body[..], content[2_999_995..]);
    read(&visitor, "bytes=3000000-").await.refused(416, "range_not_satisfiable");
    assert_eq!(read(&visitor, "bytes=5-1").await.status, 200);
    read(&server.visitor().await, "bytes=0-1").await.refused(404, "not_found");
    let head = visitor.request("HEAD", &path).await;
    assert_eq!((head.status, head.body.len()), (200, 0), "{head}");
}

/// And it is told.
pub async fn without_a_place_for_them_there_are_no_files(host: Host) {
    let server = host.start(Setup { files: false, ..Setup::default() }).await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    assert_eq!(visitor.get("/v1/session").await.is(200)["site"]["files"], Value::Null);
    assert_eq!(agent.get("/v1/me").await.is(200)["files"], Value::Null);
    visitor.post(FILES, json!({ "name": "a.txt", "size": 1 })).await.refused(404, "files_off");
    let conversation = visitor.open_conversation("hello").await;
    visitor.get(&format!("{FILES}/{conversation}/content")).await.refused(404, "files_off");
    visitor.sends_files(&conversation, "a", "", &[&conversation]).await.invalid("/files");
}
