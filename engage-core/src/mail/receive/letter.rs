//! A mail as it was read. Everything in it is a stranger's word.

use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders, PartType};
use sha2::{Digest, Sha256};

use super::quotes::folded;
use crate::error::{Error, Result};
use crate::mail::address::{Address, Mailbox, one_line};
use crate::mail::model::Attachment;

/// How much of a text counts, in Unicode scalar values.
const TEXT_CHARS: usize = 100_000;
/// How many addresses, `Message-ID`s and attachments count.
const MANY: usize = 50;

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Letter {
    /// `Message-ID` without angle brackets, or what stands for it when there is none.
    pub message_id: String,
    /// Who says to have written it.
    pub from: Option<Mailbox>,
    /// Whom it came to, as far as its headers tell, at most 50.
    pub to: Vec<Address>,
    /// One line, at most 200 characters.
    pub subject: String,
    /// What was written, without what it answers.
    pub text: String,
    /// What it answers, when it was quoted below.
    pub quoted: Option<String>,
    /// `In-Reply-To` and `References`, the newest last, at most 50.
    pub references: Vec<String>,
    /// Whether a program wrote it.
    pub is_automatic: bool,
    /// That a mail did not arrive.
    pub bounce: Option<Bounce>,
    /// What came with it, at most 50.
    pub attachments: Vec<Attachment>,
}

/// A report that a mail did not arrive, and never will (RFC 3464).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// Who did not get it.
    pub recipient: String,
    /// The enhanced status, such as `5.1.1`.
    pub status: String,
    /// The `Message-ID` of the mail that came back with it.
    pub message_id: Option<String>,
}

impl Letter {
    /// What was written, and a line for each of `left_out`: at most `chars` Unicode scalar values of it, and that more was left
    /// out.
    pub(super) fn said(&self, chars: usize, left_out: &[String]) -> String {
        let mut said: String = self.text.chars().filter(|c| *c == '\n' || !c.is_control()).take(chars).collect();
        if self.text.chars().count() > chars {
            said.push_str("\n[…]");
        }
        for file in left_out {
            said.push_str(&format!("\n[{file}]"));
        }
        said.trim().to_owned()
    }

    /// Reads a mail as RFC 5322 and MIME write it, however broken.
    ///
    /// # Errors
    /// `Invalid` (`not_a_mail`) at the root when it has neither `From`, `Subject` nor `Message-ID`.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let told = || Error::invalid("", "not_a_mail", "this is no mail");
        let message = MessageParser::default().parse(bytes).ok_or_else(told)?;
        // What is not one of them can be anything with a colon in it.
        let has_head = message.from().is_some() || message.subject().is_some() || message.message_id().is_some();
        if !has_head {
            return Err(told());
        }
        let text = message.body_text(0).unwrap_or_default();
        let text: String =
            text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).take(TEXT_CHARS).collect();
        let (text, quoted) = folded(&text);
        let subject = one_line(message.subject().unwrap_or_default(), 200);
        let bounce = bounce(&message);
        Ok(Self {
            message_id: message.message_id().and_then(message_id).unwrap_or_else(|| digest(bytes)),
            from: message.from().and_then(|from| from.first()).and_then(|from| {
                let address = Address::checked("/from", from.address()?).ok()?;
                Some(Mailbox::new(from.name(), address))
            }),
            to: recipients(&message),
            subject,
            text,
            quoted,
            references: references(&message),
            is_automatic: bounce.is_some() || is_automatic(&message),
            bounce,
            attachments: attachments(&message),
        })
    }
}

fn recipients(message: &Message<'_>) -> Vec<Address> {
    let headers = [message.to(), message.cc()].into_iter().flatten();
    let named = headers.flat_map(|header| header.iter()).filter_map(|one| one.address().map(str::to_owned));
    // What the last server noted tells more than what the sender wrote.
    let noted = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"];
    let noted = noted.into_iter().filter_map(|name| message.header_raw(name));
    let noted = noted.map(|value| value.trim().trim_matches(['<', '>']).to_owned());
    let checked = noted.chain(named).filter_map(|address| Address::checked("/to", &address).ok());
    checked.take(MANY).collect()
}

fn references(message: &Message<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for value in [message.references(), message.in_reply_to()] {
        let ids: Vec<&str> = match value {
            HeaderValue::Text(id) => vec![id.as_ref()],
            HeaderValue::TextList(ids) => ids.iter().map(AsRef::as_ref).collect(),
            _ => Vec::new(),
        };
        for id in ids.into_iter().filter_map(message_id) {
            found.retain(|known| *known != id);
            found.push(id);
        }
    }
    found.split_off(found.len().saturating_sub(MANY))
}

/// A `Message-ID` that can stand in a header again.
pub(in crate::mail) fn message_id(text: &str) -> Option<String> {
    let id = text.trim().trim_matches(['<', '>']);
    let fits = (3..=250).contains(&id.len()) && id.contains('@') && id.bytes().all(|byte| byte.is_ascii_graphic());
    (fits && !id.contains(['<', '>', '(', ')', ',', ';', '"'])).then(|| id.to_owned())
}

/// Stands for a `Message-ID` that is missing: the same mail has the same.
fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{hex}@no-message-id.invalid")
}

/// RFC 3834, and what is used besides.
fn is_automatic(message: &Message<'_>) -> bool {
    let says = |name: &'static str| message.header_raw(name).map(|value| value.trim().to_ascii_lowercase());
    let submitted = says("Auto-Submitted").is_some_and(|value| !value.is_empty() && !value.starts_with("no"));
    let bulk = ["bulk", "list", "junk", "auto_reply", "auto-reply"];
    let precedence = says("Precedence").is_some_and(|value| bulk.contains(&value.as_str()));
    let marks = [
        "List-Id",
        "List-Unsubscribe",
        "List-Post",
        "X-Autoreply",
        "X-Autorespond",
        "X-Auto-Response-Suppress",
        "Feedback-ID",
    ];
    let marked = marks.into_iter().any(|name| message.header_raw(name).is_some());
    let nobody = says("Return-Path").is_some_and(|path| path == "<>");
    let sender = message.from().and_then(|from| from.first()).and_then(|from| from.address()).unwrap_or_default();
    let local = sender.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let senders =
        ["mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce", "bounces"];
    submitted || precedence || marked || nobody || senders.contains(&local.as_str())
}

/// The first recipient of a report who will never get the mail.
fn bounce(message: &Message<'_>) -> Option<Bounce> {
    let report = message.parts.iter().find(|part| {
        part.content_type().is_some_and(|kind| {
            kind.ctype().eq_ignore_ascii_case("message")
                && kind.subtype().is_some_and(|own| own.eq_ignore_ascii_case("delivery-status"))
        })
    })?;
    let fields = match &report.body {
        PartType::Text(text) | PartType::Html(text) => text.to_string(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => return None,
    };
    let fields = fields.replace("\r\n", "\n");
    let failed = fields.split("\n\n").find_map(|block| {
        let field = |name: &str| {
            block.lines().find_map(|line| {
                let (own, value) = line.split_once(':')?;
                own.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
            })
        };
        let recipient = field("Final-Recipient").or_else(|| field("Original-Recipient"))?;
        let recipient =
            recipient.rsplit_once(';').map_or(recipient.as_str(), |(_, address)| address).trim().to_lowercase();
        let failed = field("Action").is_some_and(|action| action.eq_ignore_ascii_case("failed"));
        let status = field("Status")?.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect::<String>();
        (failed && status.starts_with("5.") && status.len() <= 11).then_some((recipient, status))
    });
    let (recipient, status) = failed?;
    let returned = message.parts.iter().find_map(|part| match &part.body {
        PartType::Message(inner) => inner.message_id().and_then(message_id),
        PartType::Text(text) => text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("message-id").then(|| message_id(value)).flatten()
        }),
        _ => None,
    });
    Some(Bounce { recipient, status, message_id: returned })
}

fn attachments(message: &Message<'_>) -> Vec<Attachment> {
    let files = message.attachments().take(MANY).map(|part| {
        let kind = part.content_type().map_or_else(
            || "application/octet-stream".to_owned(),
            |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream")),
        );
        Attachment::new(part.attachment_name().unwrap_or_default(), one_line(&kind, 100), part.contents().to_vec())
    });
    files.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MAILS: [&[u8]; 3] = [
        include_bytes!("../../../tests/machinery/mails/gmail.eml"),
        include_bytes!("../../../tests/machinery/mails/apple.eml"),
        include_bytes!("../../../tests/machinery/mails/bounce.eml"),
    ];

    fn read(text: &str) -> Letter {
        Letter::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn programs_are_known_by_what_they_say() {
        for mark in [
            "Auto-Submitted: auto-replied",
            "Auto-Submitted: auto-generated; x",
            "Precedence: bulk",
            "precedence: Auto_Reply",
            "List-Id: <x.example>",
            "List-Unsubscribe: <https://x.example>",
            "X-Auto-Response-Suppress: OOF",
            "Return-Path: <>",
        ] {
            assert!(read(&format!("From: a@b.example\r\n{mark}\r\n\r\nx")).is_automatic, "{mark}");
        }
        assert!(read("From: No-Reply@b.example\r\n\r\nx").is_automatic);
        for none in ["Auto-Submitted: no", "Return-Path: <a@b.example>", "X-Mailer: y"] {
            assert!(!read(&format!("From: a@b.example\r\n{none}\r\n\r\nx")).is_automatic, "{none}");
        }
    }

    #[test]
    fn nothing_in_a_letter_can_end_a_line() {
        let letter = read(
            "From: =?utf-8?q?Ann=0D=0ABcc:_x?= <a@b.example>\r\nSubject: =?utf-8?q?x=0D=0ABcc:_y?=\r\nMessage-ID: <a b@c>\r\nReferences: <1@x.example> <2 \r\n @x> <3@x.example>\r\n\r\nx",
        );
        assert_eq!(letter.from.unwrap().name.unwrap(), "Ann Bcc: x");
        assert_eq!(letter.subject, "x Bcc: y");
        assert!(!letter.message_id.contains(char::is_whitespace), "{}", letter.message_id);
        assert!(letter.references.iter().all(|id| !id.contains(char::is_whitespace)), "{:?}", letter.references);
        assert_eq!(
            Letter::read(b"Subject: x\r\n\r\ny").unwrap().message_id,
            Letter::read(b"Subject: x\r\n\r\ny").unwrap().message_id
        );
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = Letter::read(&bytes);
        }

        #[test]
        fn no_damage_panics(which in 0..3_usize, cuts in prop::collection::vec((0..2_000_usize, any::<u8>()), 1..12), end in 0..2_000_usize) {
            let mut bytes = MAILS[which].to_vec();
            for (at, byte) in cuts {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            bytes.truncate(bytes.len() - end % bytes.len());
            if let Ok(letter) = Letter::read(&bytes) {
                prop_assert!(letter.to.len() <= MANY && letter.references.len() <= MANY && letter.subject.chars().count() <= 200);
                prop_assert!(message_id(&letter.message_id).is_some());
            }
        }
    }
}
