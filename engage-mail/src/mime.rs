//! A mail as RFC 5322 and MIME write it.

use engage_core::mail::{Address, Automatic, Failure, Mail, Mailbox};
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, MultiPart, MultiPartKind, SinglePart};

/// The mail as bytes with CRLF line ends, in ASCII. The same mail gives the same bytes.
///
/// # Errors
/// [`Failure`] that is final: the mail cannot be written.
pub fn mime(mail: &Mail) -> Result<Vec<u8>, Failure> {
    let mut builder = lettre::Message::builder()
        .message_id(Some(format!("<{}>", mail.message_id)))
        .date(mail.date.into())
        .from(mailbox(&mail.from)?)
        .to(mailbox(&mail.to)?)
        .subject(literal(&mail.subject));
    if let Some(reply_to) = &mail.reply_to {
        builder = builder.reply_to(mailbox(reply_to)?);
    }
    if let Some(id) = &mail.in_reply_to {
        builder = builder.in_reply_to(format!("<{id}>"));
    }
    if !mail.references.is_empty() {
        let references: Vec<String> = mail.references.iter().map(|id| format!("<{id}>")).collect();
        builder = builder.references(references.join(" "));
    }
    match mail.automatic {
        Automatic::No => {}
        Automatic::Generated => builder = builder.raw_header(raw("Auto-Submitted", "auto-generated")),
        Automatic::Replied => builder = builder.raw_header(raw("Auto-Submitted", "auto-replied")),
    }
    if let Some(url) = &mail.list_unsubscribe {
        builder = builder.raw_header(raw("List-Unsubscribe", &format!("<{url}>")));
        builder = builder.raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    let envelope = lettre::address::Envelope::new(Some(address(&mail.return_path)?), vec![address(&mail.to.address)?]);
    let builder = builder.envelope(envelope.map_err(|_| Failure::refused("bad_envelope"))?);

    let said = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(boundary(mail, "said"))
        .singlepart(SinglePart::plain(mail.text.clone()))
        .singlepart(SinglePart::html(mail.html.clone()));
    let body = if mail.attachments.is_empty() {
        said
    } else {
        let mut mixed = MultiPart::builder().kind(MultiPartKind::Mixed).boundary(boundary(mail, "all")).multipart(said);
        for file in &mail.attachments {
            let kind = ContentType::parse(&file.content_type).unwrap_or_else(|_| octets());
            let name = ContentDisposition::attachment(&literal(&file.name));
            // Never as it is: a bare line end in it could be taken for the end of the mail.
            let content = Body::new_with_encoding(file.content.clone(), ContentTransferEncoding::Base64);
            let content = content.map_err(|_| Failure::refused("unwritable"))?;
            mixed = mixed.singlepart(SinglePart::builder().header(name).header(kind).body(content));
        }
        mixed
    };
    let message = builder.multipart(body).map_err(|_| Failure::refused("unwritable"))?;
    Ok(message.formatted())
}

/// For the envelope and the headers: with its domain as DNS knows it.
pub(crate) fn address(address: &Address) -> Result<lettre::Address, Failure> {
    let told = || Failure::refused("bad_address");
    let domain = idna::domain_to_ascii(address.domain()).map_err(|_| told())?;
    lettre::Address::new(address.local(), domain).map_err(|_| told())
}

fn mailbox(mailbox: &Mailbox) -> Result<lettre::message::Mailbox, Failure> {
    Ok(lettre::message::Mailbox::new(mailbox.name.as_deref().map(literal), address(&mailbox.address)?))
}

/// What looks like an encoded word (RFC 2047) though somebody has typed it is broken by a space without width: read as one, it
/// could be anything.
fn literal(text: &str) -> String {
    text.replace("=?", "=\u{200B}?")
}

/// A header whose name and value hold nothing that was typed.
fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Follows from the mail, so that a repeat is the same; nobody outside knows the id when the text is written.
fn boundary(mail: &Mail, part: &str) -> String {
    format!("{part}-{}", mail.id)
}

fn octets() -> ContentType {
    ContentType::parse("application/octet-stream").unwrap_or(ContentType::TEXT_PLAIN)
}
