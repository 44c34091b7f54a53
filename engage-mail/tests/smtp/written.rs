//! Whatever people have typed, a mail has the headers that it has, and one recipient.

use engage_core::clock::{Clock, ManualClock};
use engage_core::ids::OutboxId;
use engage_core::mail::template::{Frame, render, template};
use engage_core::mail::{Address, Attachment, Automatic, Mail, Mailbox};
use engage_mail::mime;
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;
use serde_json::json;

const HEADERS: [&str; 13] = [
    "auto-submitted",
    "content-type",
    "date",
    "from",
    "in-reply-to",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "message-id",
    "mime-version",
    "references",
    "reply-to",
    "subject",
    "to",
];

fn mail(typed: &str) -> Mail {
    let address = |text: &str| Address::checked("/to", text).unwrap();
    let from = Mailbox::new(Some(typed), address("noreply@acme.example"));
    let to = Mailbox::new(Some(typed), address("ann@example.com"));
    let mut mail = Mail::new(
        OutboxId("019b76da-a800-7abc-8def-0123456789ab".parse().unwrap()),
        ManualClock::default().now(),
        from,
        to,
    );
    let mut text = template("mail.test").unwrap().builtin("en").unwrap();
    text.subject = "About {{ by }}".to_owned();
    let frame = Frame { locale: "en", site: typed, footer: typed };
    let variables = json!({ "by": typed.chars().filter(|c| !c.is_control()).collect::<String>(), "site": typed });
    let rendered = render(&text, &variables, &frame).unwrap();
    (mail.subject, mail.text, mail.html) = (rendered.subject, rendered.text, rendered.html);
    mail.reply_to = Some(Mailbox::new(Some(typed), address("re+chat-x@in.acme.example")));
    mail.in_reply_to = Some("a@b.example".to_owned());
    mail.references = vec!["c@b.example".to_owned(), "a@b.example".to_owned()];
    mail.automatic = Automatic::Replied;
    mail.list_unsubscribe = Some("https://acme.example/u".to_owned());
    mail.attachments = vec![Attachment::new(typed, "text/plain; charset=utf-8", typed.as_bytes().to_vec())];
    mail
}

fn holds(typed: &str) -> Result<(), TestCaseError> {
    let own = mail(typed);
    let bytes = mime(&own).unwrap();
    prop_assert!(bytes.is_ascii());
    prop_assert!(
        bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 999 && (line.is_empty() || line.ends_with(b"\r")))
    );
    let read = MessageParser::default().parse(&bytes).unwrap();
    let mut headers: Vec<String> = read.headers().iter().map(|header| header.name().to_lowercase()).collect();
    headers.sort();
    prop_assert_eq!(headers, HEADERS);
    let to: Vec<_> = read.to().unwrap().iter().collect();
    prop_assert_eq!(to.len(), 1);
    prop_assert_eq!(to[0].address(), Some("ann@example.com"));
    let literal = |text: &str| text.replace("=?", "=\u{200B}?");
    let name = own.to.name.as_deref().map(literal);
    prop_assert_eq!(to[0].name(), name.as_deref());
    prop_assert_eq!(read.from().unwrap().first().unwrap().name(), name.as_deref());
    let subject = literal(&own.subject);
    prop_assert_eq!(read.subject(), Some(subject.as_str()));
    prop_assert_eq!(read.message_id(), Some(own.message_id.as_str()));
    prop_assert_eq!(read.attachment_count(), 1);
    let file = read.attachment(0).unwrap();
    let name = literal(&own.attachments[0].name);
    prop_assert_eq!(file.attachment_name(), Some(name.as_str()));
    let text = read.body_text(0).unwrap().replace("\r\n", "\n");
    let written = own.text.replace("\r\n", "\n");
    prop_assert_eq!(text.trim_end(), written.trim_end());
    Ok(())
}

#[test]
fn a_mail_is_read_as_it_was_meant() {
    for typed in [
        "Ann",
        "Ann\r\nBcc: eve@example.com",
        "a@b.example, eve@example.com",
        "\"Ann\" <eve@example.com>",
        "Ünï ☃ 🦀",
        "=?utf-8?q?x?=",
    ] {
        holds(typed).unwrap();
    }
    assert_eq!(mime(&mail("Ann")).unwrap(), mime(&mail("Ann")).unwrap(), "the same mail gives the same bytes");
}

proptest! {
    #[test]
    fn nothing_typed_is_a_header(typed in "(\\PC|[\\r\\n\t:<>@,;\"\\\\=?. ]){1,60}") {
        holds(&typed)?;
    }
}
