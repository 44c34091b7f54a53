//! The bodies of mail.

use engage_core::ids::{OutboxId, ReceivedId};
use engage_core::mail::template::{self as templates, Kind, Rendered, StoredTemplate, Template, Variable};
use engage_core::mail::{Letter, MailRecord, Received, Suppression, SuppressionReason};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::scalar::{Time, nullable};

/// How mail is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MailInfo {
    /// Whether mails leave this site; else they are kept to be read here.
    pub sending: bool,
    /// Whom they come from.
    pub from: String,
    /// The name beside it.
    #[schema(required)]
    pub from_name: Option<String>,
    /// What whoever hands mails over sends as `Authorization: Bearer`.
    pub inbound_token: String,
}

/// A page of the ledger, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MailPage {
    /// The mails.
    pub mails: Vec<MailRow>,
    /// What `before` takes for the page after this one; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// A mail, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MailRow {
    /// Its id, which is also its promise's in the outbox.
    #[schema(value_type = Uuid)]
    pub id: OutboxId,
    /// `Message-ID`.
    pub message_id: String,
    /// Of which template.
    pub template: String,
    /// To whom.
    pub recipient: String,
    /// What about.
    pub subject: String,
    /// `sending`, `deferred`, `uncertain`, `sent`, `kept`, `refused` or `suppressed`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i32,
    /// Whether the recipient may have it twice, under one `Message-ID`.
    pub uncertain: bool,
    /// What the last attempt said: a code such as `smtp_450`.
    #[schema(required)]
    pub error: Option<String>,
    /// When it was composed.
    pub created_at: Time,
    /// When its state last changed.
    pub updated_at: Time,
}

/// A mail with what it says, as long as that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MailDetail {
    /// The mail.
    pub mail: MailRow,
    /// What it says; null once it was sent.
    #[schema(required)]
    pub content: Option<MailContent>,
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MailContent {
    /// Whom it comes from.
    pub from: String,
    /// Where answers go.
    #[schema(required)]
    pub reply_to: Option<String>,
    /// In plain text.
    pub text: String,
    /// A page of HTML: show it where no script runs.
    pub html: String,
    /// Names of what comes with it.
    pub attachments: Vec<String>,
}

/// Where to send a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailTest {
    /// An e-mail address.
    pub to: String,
}

/// A test is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MailTestSent {
    /// Under this id the ledger knows it soon.
    #[schema(value_type = Uuid)]
    pub mail: OutboxId,
}

/// The templates, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateList {
    /// All of them.
    pub templates: Vec<TemplateInfo>,
}

/// A kind of mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateInfo {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// What can stand in it.
    pub variables: Vec<TemplateVariable>,
    /// The languages that it speaks.
    pub locales: Vec<TemplateLocale>,
}

/// What can stand in a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateVariable {
    /// Its name; `list.field` is a field of each item of a list.
    pub name: String,
    /// What it stands for.
    pub about: String,
    /// `text`, `link` or `list`.
    pub kind: String,
}

/// A language of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateLocale {
    /// A BCP 47 tag in lower case.
    pub locale: String,
    /// The newest version; 0: as engage brings it.
    pub version: i64,
    /// Whether what it says is the site's own.
    pub changed: bool,
}

/// A subject and a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateText {
    /// 1 to 200 characters on one line.
    pub subject: String,
    /// MJML, at most 32 KiB.
    pub body: String,
}

/// What a template says in a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateShown {
    /// Now.
    pub text: TemplateText,
    /// The newest version; 0: as engage brings it.
    pub version: i64,
    /// What engage brings; null when it does not speak the language.
    #[schema(required)]
    pub builtin: Option<TemplateText>,
}

/// A template's next version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTemplate {
    /// Null: what engage brings counts again.
    #[serde(deserialize_with = "nullable")]
    #[schema(required)]
    pub text: Option<TemplateText>,
    /// The version that the caller has seen.
    pub expected_version: i64,
}

/// The versions of a template, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateVersionList {
    /// At most a hundred.
    pub versions: Vec<TemplateVersion>,
}

/// A version of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateVersion {
    /// Counts from 1.
    pub version: i64,
    /// Null: what engage brings counts again.
    #[schema(required)]
    pub text: Option<TemplateText>,
    /// Who made it.
    #[schema(required)]
    pub by: Option<String>,
    /// When.
    pub created_at: Time,
}

/// What a mail would look like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplatePreview {
    /// One line.
    pub subject: String,
    /// In plain text.
    pub text: String,
    /// A page of HTML: show it where no script runs.
    pub html: String,
}

/// A page of addresses that get no mail, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SuppressionPage {
    /// The addresses.
    pub suppressions: Vec<SuppressionInfo>,
    /// What `after` takes for the page after this one; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// An address that gets no mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SuppressionInfo {
    /// In lower case.
    pub address: String,
    /// `bounced`, `complained` or `by_hand`.
    pub reason: String,
    /// Since when.
    pub since: Time,
}

/// An address that is to get no mail, or some again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuppressAddress {
    /// An e-mail address.
    pub address: String,
    /// Why: `bounced`, `complained`, or absent `by_hand`.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub reason: Option<SuppressionReason>,
}

/// A page of what came in, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceivedPage {
    /// The mails.
    pub mails: Vec<ReceivedRow>,
    /// What `before` takes for the page after this one; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// A mail that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceivedRow {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: ReceivedId,
    /// Who says to have written it.
    pub sender: String,
    /// What about.
    pub subject: String,
    /// What it belongs to, such as `chat:ID`.
    #[schema(required)]
    pub thread: Option<String>,
    /// `waiting`, `claimed`, `unclaimed`, `automatic`, `bounce` or `loop`.
    pub state: String,
    /// When it came.
    pub received_at: Time,
}

/// A mail that came in, with what it says while that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceivedDetail {
    /// The mail.
    pub mail: ReceivedRow,
    /// What was written, without what it answers; null when it is kept elsewhere.
    #[schema(required)]
    pub text: Option<String>,
    /// What it answers, when it was quoted below.
    #[schema(required)]
    pub quoted: Option<String>,
    /// Names of what came with it.
    pub attachments: Vec<String>,
}

/// A mail was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MailReceived {
    /// The same for the same mail again.
    #[schema(value_type = Uuid)]
    pub id: ReceivedId,
}

impl From<&MailRecord> for MailRow {
    fn from(record: &MailRecord) -> Self {
        Self {
            id: record.id,
            message_id: record.message_id.clone(),
            template: record.template.clone(),
            recipient: record.recipient.clone(),
            subject: record.subject.clone(),
            state: record.state.as_str().to_owned(),
            attempts: record.attempts,
            uncertain: record.uncertain,
            error: record.error.clone(),
            created_at: record.created_at.into(),
            updated_at: record.updated_at.into(),
        }
    }
}

impl From<MailRecord> for MailDetail {
    fn from(record: MailRecord) -> Self {
        let mail = MailRow::from(&record);
        let content = record.mail.map(|mail| MailContent {
            from: mail.from.address.into(),
            reply_to: mail.reply_to.map(|to| to.address.into()),
            text: mail.text,
            html: mail.html,
            attachments: mail.attachments.into_iter().map(|file| file.name).collect(),
        });
        Self { mail, content }
    }
}

impl TemplateInfo {
    /// A template with what the site has made of it.
    pub fn new(template: &Template, changed: &[StoredTemplate]) -> Self {
        let own = || changed.iter().filter(|stored| stored.name == template.name);
        let mut locales: Vec<TemplateLocale> = own()
            .map(|stored| TemplateLocale {
                locale: stored.locale.clone(),
                version: stored.version,
                changed: stored.text.is_some(),
            })
            .collect();
        for (locale, _) in template.texts {
            if locales.iter().all(|known| known.locale != *locale) {
                locales.push(TemplateLocale { locale: (*locale).to_owned(), version: 0, changed: false });
            }
        }
        locales.sort_by(|one, other| one.locale.cmp(&other.locale));
        let mut variables = Vec::new();
        for variable in templates::COMMON.iter().chain(template.variables) {
            TemplateVariable::of(variable, "", &mut variables);
        }
        Self { name: template.name.to_owned(), about: template.about.to_owned(), variables, locales }
    }
}

impl TemplateVariable {
    fn of(variable: &Variable, within: &str, all: &mut Vec<Self>) {
        let name = format!("{within}{}", variable.name);
        let (kind, fields): (_, &[Variable]) = match variable.kind {
            Kind::Text(_) => ("text", &[]),
            Kind::Link(_) => ("link", &[]),
            Kind::List(fields) => ("list", fields),
        };
        all.push(Self { name: name.clone(), about: variable.about.to_owned(), kind: kind.to_owned() });
        for field in fields {
            Self::of(field, &format!("{name}."), all);
        }
    }
}

impl From<templates::TemplateText> for TemplateText {
    fn from(text: templates::TemplateText) -> Self {
        Self { subject: text.subject, body: text.body }
    }
}

impl From<TemplateText> for templates::TemplateText {
    fn from(text: TemplateText) -> Self {
        Self { subject: text.subject, body: text.body }
    }
}

impl From<StoredTemplate> for TemplateVersion {
    fn from(stored: StoredTemplate) -> Self {
        Self {
            version: stored.version,
            text: stored.text.map(TemplateText::from),
            by: stored.by.map(|by| by.name),
            created_at: stored.created_at.into(),
        }
    }
}

impl From<Rendered> for TemplatePreview {
    fn from(rendered: Rendered) -> Self {
        Self { subject: rendered.subject, text: rendered.text, html: rendered.html }
    }
}

impl From<Suppression> for SuppressionInfo {
    fn from(own: Suppression) -> Self {
        let reason = match own.reason {
            SuppressionReason::Bounced => "bounced",
            SuppressionReason::Complained => "complained",
            SuppressionReason::ByHand => "by_hand",
        };
        Self { address: own.address, reason: reason.to_owned(), since: own.since.into() }
    }
}

impl From<&Received> for ReceivedRow {
    fn from(received: &Received) -> Self {
        Self {
            id: received.id,
            sender: received.sender.clone(),
            subject: received.subject.clone(),
            thread: received.thread.as_ref().map(ToString::to_string),
            state: received.state.as_str().to_owned(),
            received_at: received.received_at.into(),
        }
    }
}

impl ReceivedDetail {
    /// A mail with what it says.
    pub fn new(received: &Received, letter: Option<Letter>) -> Self {
        let mail = received.into();
        let Some(letter) = letter else {
            return Self { mail, text: None, quoted: None, attachments: Vec::new() };
        };
        let attachments = letter.attachments.into_iter().map(|file| file.name).collect();
        Self { mail, text: Some(letter.text), quoted: letter.quoted, attachments }
    }
}
