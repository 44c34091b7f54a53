//! What a mail is, and what became of it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::address::{Address, Mailbox};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::ids::OutboxId;

/// What somebody is to be told: the argument of [`super::Mails::promise`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Outgoing {
    /// Which template.
    pub template: String,
    /// To whom.
    pub to: Mailbox,
    /// In which language, a BCP 47 tag; `None`: the site's.
    pub locale: Option<String>,
    /// What the template's variables stand for: an object, at most 48 KiB.
    pub variables: Value,
    /// What it belongs to. An answer to the mail then comes back to it.
    pub thread: Option<Thread>,
    /// Where answers go when they go to no thread; `None`: to the sender.
    pub reply_to: Option<Mailbox>,
    /// The name beside the sender's address; `None`: the site's.
    pub from_name: Option<String>,
    /// The `Message-ID`s that it answers, oldest first, at most 20; none: those of its thread to the same recipient.
    pub references: Vec<String>,
    /// Whether a person has written it.
    pub automatic: Automatic,
    /// Where one click ends such mails (RFC 8058): `https`.
    pub list_unsubscribe: Option<String>,
    /// What is fetched when the mail is composed.
    pub attachments: Vec<Attached>,
    /// Not before this moment; `None`: now.
    pub due: Option<Timestamp>,
}

/// An attachment by the name of whoever can fetch it, so that a promise stays small.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// Who fetches it: see [`super::AttachmentSource`].
    pub source: String,
    /// What the source knows it by.
    pub key: String,
}

/// A mail as it goes out. It was composed once, and is the same whenever it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Mail {
    /// The promise that it keeps.
    pub id: OutboxId,
    /// `Message-ID`, without angle brackets. It follows from the promise.
    pub message_id: String,
    /// `Date`.
    pub date: Timestamp,
    /// Where bounces go: the envelope's sender.
    pub return_path: Address,
    /// `From`.
    pub from: Mailbox,
    /// `Reply-To`.
    pub reply_to: Option<Mailbox>,
    /// `To`: the one recipient.
    pub to: Mailbox,
    /// `Subject`: one line, at most 200 characters.
    pub subject: String,
    /// The part in plain text.
    pub text: String,
    /// The part in HTML, without scripts and without anything from elsewhere.
    pub html: String,
    /// `In-Reply-To`, without angle brackets.
    pub in_reply_to: Option<String>,
    /// `References`, without angle brackets, oldest first.
    pub references: Vec<String>,
    /// `Auto-Submitted` (RFC 3834).
    pub automatic: Automatic,
    /// `List-Unsubscribe` and `List-Unsubscribe-Post` (RFC 8058).
    pub list_unsubscribe: Option<String>,
    /// What comes with it.
    pub attachments: Vec<Attachment>,
}

/// A file in a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attachment {
    /// Its name: one line, without path.
    pub name: String,
    /// Its media type, such as `text/plain; charset=utf-8`.
    pub content_type: String,
    /// Its content.
    #[serde(with = "base64_bytes")]
    pub content: Vec<u8>,
}

/// Whether a mail was written by a program (RFC 3834).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Automatic {
    /// A person has written it.
    No,
    /// A program, since something happened.
    #[default]
    Generated,
    /// A program, as an answer to a mail. One address gets at most one in a day.
    Replied,
}

/// What mails belong to: `chat:ID` is a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Thread {
    kind: String,
    id: Uuid,
}

/// What the ledger says of a mail.
#[derive(Debug, Clone, PartialEq)]
pub struct MailRecord {
    /// The promise.
    pub id: OutboxId,
    /// `Message-ID`. Unique.
    pub message_id: String,
    /// Of which template.
    pub template: String,
    /// To whom, as [`Address::folded`] has it.
    pub recipient: String,
    /// What about.
    pub subject: String,
    /// What it belongs to.
    pub thread: Option<Thread>,
    /// Whether it was an automatic answer, or another mail of a program.
    pub automatic: Automatic,
    /// What became of it.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: i32,
    /// Whether an attempt ended without a word, so that the recipient may have it twice, under one `Message-ID`.
    pub uncertain: bool,
    /// What the last attempt said. No personal data.
    pub error: Option<String>,
    /// When it was composed.
    pub created_at: Timestamp,
    /// When its state last changed.
    pub updated_at: Timestamp,
    /// The mail; `None` once it was sent, unless this site keeps its mails.
    pub mail: Option<Mail>,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// An attempt is under way, or its process has died: then it counts as uncertain.
    Sending,
    /// Not accepted yet; it is tried again.
    Deferred,
    /// Perhaps accepted: the connection ended before the answer. It is sent again under the same `Message-ID`.
    Uncertain,
    /// Accepted by the next server.
    Sent,
    /// Kept for the development mailbox, as the site has no mailer.
    Kept,
    /// Refused for good.
    Refused,
    /// Not sent: the recipient is suppressed, or has had an automatic answer within a day.
    Suppressed,
}

/// An address that gets no mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// As [`Address::folded`] has it.
    pub address: String,
    /// Why.
    pub reason: SuppressionReason,
    /// Since when.
    pub since: Timestamp,
}

/// Why an address gets no mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuppressionReason {
    /// A server said that it does not exist.
    Bounced,
    /// Whoever has it complained.
    Complained,
    /// Somebody of the staff said so.
    ByHand,
}

impl Outgoing {
    /// A mail of a template to somebody, now.
    pub fn new(template: impl Into<String>, to: Mailbox, variables: Value) -> Self {
        Self {
            template: template.into(),
            to,
            locale: None,
            variables,
            thread: None,
            reply_to: None,
            from_name: None,
            references: Vec::new(),
            automatic: Automatic::default(),
            list_unsubscribe: None,
            attachments: Vec::new(),
            due: None,
        }
    }

    /// In this language, a BCP 47 tag.
    #[must_use]
    pub fn locale(mut self, locale: Option<impl Into<String>>) -> Self {
        self.locale = locale.map(Into::into);
        self
    }

    /// As a part of `thread`.
    #[must_use]
    pub fn thread(mut self, thread: Thread) -> Self {
        self.thread = Some(thread);
        self
    }

    /// With an attachment that `source` fetches by `key`.
    #[must_use]
    pub fn attach(mut self, source: impl Into<String>, key: impl Into<String>) -> Self {
        self.attachments.push(Attached { source: source.into(), key: key.into() });
        self
    }

    /// As one that a person has written, or an automatic answer.
    #[must_use]
    pub fn automatic(mut self, automatic: Automatic) -> Self {
        self.automatic = automatic;
        self
    }

    /// With another name beside the sender's address, for instance that of the agent who writes.
    #[must_use]
    pub fn from_name(mut self, name: impl Into<String>) -> Self {
        self.from_name = Some(name.into());
        self
    }

    /// As an answer to these mails, oldest first, the last of which it answers. Of many, the first and the newest 19 are kept.
    #[must_use]
    pub fn answering(mut self, message_ids: impl IntoIterator<Item = String>) -> Self {
        let mut ids: Vec<String> = message_ids.into_iter().collect();
        if ids.len() > 20 {
            ids.drain(1..ids.len() - 19);
        }
        self.references = ids;
        self
    }

    /// Not before `due`.
    #[must_use]
    pub fn due(mut self, due: Timestamp) -> Self {
        self.due = Some(due);
        self
    }
}

impl Mail {
    /// A mail that says nothing yet, for stores and mailers to be tried with.
    pub fn new(id: OutboxId, date: Timestamp, from: Mailbox, to: Mailbox) -> Self {
        Self {
            id,
            message_id: format!("{id}@{}", from.address.domain()),
            date,
            return_path: from.address.clone(),
            from,
            reply_to: None,
            to,
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            in_reply_to: None,
            references: Vec::new(),
            automatic: Automatic::default(),
            list_unsubscribe: None,
            attachments: Vec::new(),
        }
    }
}

impl Attachment {
    /// A file.
    pub fn new(name: &str, content_type: impl Into<String>, content: Vec<u8>) -> Self {
        let name = super::address::one_line(&name.replace(['/', '\\'], " "), 100);
        let name = if name.is_empty() { "attachment".to_owned() } else { name };
        Self { name, content_type: content_type.into(), content }
    }
}

impl Thread {
    /// A thread of a capability's: `kind` is 1 to 8 of `a-z`.
    ///
    /// # Errors
    /// `Internal` for another kind.
    pub fn new(kind: &str, id: impl Into<Uuid>) -> Result<Self> {
        let fits = (1..=8).contains(&kind.len()) && kind.bytes().all(|byte| byte.is_ascii_lowercase());
        let told = || Error::internal(format!("a thread's kind is 1 to 8 of a-z, not {kind:?}"));
        if fits { Ok(Self { kind: kind.to_owned(), id: id.into() }) } else { Err(told()) }
    }

    /// Whose.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Which.
    pub fn id(&self) -> Uuid {
        self.id
    }
}

impl fmt::Display for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

impl FromStr for Thread {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (kind, id) = text.split_once(':').ok_or_else(|| Error::internal("a thread is written kind:id"))?;
        Self::new(kind, Uuid::try_parse(id).map_err(Error::internal)?)
    }
}

impl Serialize for Thread {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Thread {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl MailRecord {
    /// A mail before its first attempt.
    pub fn fresh(template: &str, thread: Option<Thread>, mail: Mail) -> Self {
        Self {
            id: mail.id,
            message_id: mail.message_id.clone(),
            template: template.to_owned(),
            recipient: mail.to.address.folded(),
            subject: mail.subject.clone(),
            thread,
            automatic: mail.automatic,
            state: MailState::Sending,
            attempts: 1,
            uncertain: false,
            error: None,
            created_at: mail.date,
            updated_at: mail.date,
            mail: Some(mail),
        }
    }

    /// This record as the next attempt begins at `now`; `None` when the mail is done with. The rule of every store's `begin`.
    pub fn begin_again(&self, now: Timestamp) -> Option<Self> {
        let uncertain = match self.state {
            MailState::Sending | MailState::Uncertain => true,
            MailState::Deferred => self.uncertain,
            MailState::Sent | MailState::Kept | MailState::Refused | MailState::Suppressed => return None,
        };
        let attempts = self.attempts + 1;
        Some(Self { state: MailState::Sending, attempts, uncertain, updated_at: now, ..self.clone() })
    }
}

impl MailState {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Sending, Self::Deferred, Self::Uncertain, Self::Sent, Self::Kept, Self::Refused, Self::Suppressed];

    /// Its name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Deferred => "deferred",
            Self::Uncertain => "uncertain",
            Self::Sent => "sent",
            Self::Kept => "kept",
            Self::Refused => "refused",
            Self::Suppressed => "suppressed",
        }
    }

    /// The state of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl Suppression {
    /// That `address` gets no mail since `since`.
    pub fn new(address: &Address, reason: SuppressionReason, since: Timestamp) -> Self {
        Self { address: address.folded(), reason, since }
    }
}

mod base64_bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
