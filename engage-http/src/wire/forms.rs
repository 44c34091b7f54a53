//! Forms.

use engage_core::forms::{
    Answer as CoreAnswer, Became as CoreBecame, Challenge, Consent as CoreConsent, Field, Form, KnownForm, Offer,
    Reason, Submission, SubmissionState as CoreState,
};
use engage_core::ids::{ContactId, SubmissionId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::scalar::{Time, nullable, object};

/// A form for somebody who may fill it in.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FormOffer {
    /// Its name.
    pub name: String,
    /// What people read above it.
    pub title: String,
    /// What it says before it asks; may be empty.
    pub intro: String,
    /// What its button says; empty: the widget's own word.
    pub button: String,
    /// What people must agree to; empty: nothing.
    pub consent: String,
    /// What it asks.
    #[schema(value_type = Vec<FormField>)]
    pub fields: Vec<Field>,
    /// The answers that it takes, as JSON Schema 2020-12.
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    pub schema: Value,
    /// What to send back with the answers. Holds for 24 hours and for one submission.
    pub token: String,
    /// What to solve before it is sent, as of ALTCHA, version 1; null: nothing.
    #[schema(value_type = Option<FormChallenge>, required)]
    pub challenge: Option<Challenge>,
}

/// Work for a browser: which number behind the salt has this SHA-256?
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FormChallenge {
    /// Always `SHA-256`.
    pub algorithm: String,
    /// The digest, in hex.
    pub challenge: String,
    /// The greatest number that has to be tried.
    pub maxnumber: u32,
    /// What stands before the number.
    pub salt: String,
    /// That engage made it.
    pub signature: String,
}

/// What somebody answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendForm {
    /// What the form was given out with.
    pub token: String,
    /// The answers by the fields' names.
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    pub answers: Map<String, Value>,
    /// Whether they agree to what they must.
    #[serde(default)]
    pub consent: bool,
    /// The solution of the challenge: JSON in base64, as of ALTCHA.
    #[serde(default, deserialize_with = "nullable")]
    pub work: Option<String>,
    /// The page that the form is on; its query is not kept.
    #[serde(default, deserialize_with = "nullable")]
    pub page: Option<String>,
    /// In which language it was read: a BCP 47 tag.
    #[serde(default, deserialize_with = "nullable")]
    pub locale: Option<String>,
    /// What people do not see. Leave it empty.
    #[serde(default)]
    pub website: String,
}

/// That it has arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FormSent {
    /// What to say; empty: the widget's own words.
    pub thanks: String,
    /// Whether the same had arrived before.
    pub repeated: bool,
}

/// One thing that a form asks.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FormField {
    /// What its answer is kept as: 1 to 64 of `A-Z a-z 0-9 _ . -`, a letter first.
    pub name: String,
    /// What people read, 1 to 200 characters.
    pub label: String,
    /// How it is asked.
    pub kind: FormFieldKind,
    /// Whether it must be answered; a checkbox, whether it must be checked.
    #[schema(required = false)]
    pub required: bool,
    /// What explains it, at most 500 characters.
    #[schema(required = false)]
    pub help: String,
    /// What can be chosen, of `select`, `radio` and `several`: 1 to 100 of at most 200 characters.
    #[schema(required = false)]
    pub choices: Vec<String>,
    /// How short an answer may be, of a text of one line or more.
    pub min_length: Option<usize>,
    /// How long: at most 500 of one line, 10,000 of more.
    pub max_length: Option<usize>,
    /// The least number.
    pub min: Option<f64>,
    /// The greatest number.
    pub max: Option<f64>,
    /// The first day: `YYYY-MM-DD`.
    pub earliest: Option<String>,
    /// The last day: `YYYY-MM-DD`.
    pub latest: Option<String>,
    /// When it is asked at all; absent: always.
    pub when: Option<FormCondition>,
}

/// That an earlier field is answered in one of these ways.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FormCondition {
    /// The earlier field, which is chosen or checked.
    pub field: String,
    /// Its choices; of a checkbox `true` or `false`.
    pub is: Vec<String>,
}

/// How something is asked.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormFieldKind {
    /// One line.
    Text,
    /// Several lines.
    Multiline,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Tel,
    /// An address of the web.
    Url,
    /// A number.
    Number,
    /// A day.
    Date,
    /// One of several choices, in a list.
    Select,
    /// One of several choices, all in sight.
    Radio,
    /// Any of several choices.
    Several,
    /// Yes or no.
    Checkbox,
}

/// A form as it is defined.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FormDefinition {
    /// 1 to 50 of `a-z 0-9 -`.
    pub name: String,
    /// What people read above it, 1 to 200 characters.
    pub title: String,
    /// What it says before it asks, at most 2,000 characters.
    #[schema(required = false)]
    pub intro: String,
    /// What its button says, at most 50 characters.
    #[schema(required = false)]
    pub button: String,
    /// What it says when all was sent, at most 2,000 characters.
    #[schema(required = false)]
    pub thanks: String,
    /// What it asks: 1 to 50 fields.
    pub fields: Vec<FormField>,
    /// What people must agree to, at most 2,000 characters; empty: nothing.
    #[schema(required = false)]
    pub consent: String,
    /// What keeps it from being filled in by programs.
    #[schema(required = false)]
    pub protection: FormProtection,
    /// Who is told by mail: at most 10 addresses.
    #[schema(required = false)]
    pub recipients: Vec<String>,
    /// Whether a mail says that it has arrived, to the address that was given.
    #[schema(required = false)]
    pub confirm: bool,
    /// What a submission becomes.
    #[schema(required = false)]
    pub becomes: FormBecomes,
    /// After how many days submissions are deleted, 1 to 3,650; 365 unless given.
    #[schema(required = false)]
    pub retention_days: u32,
}

/// What keeps a form from being filled in by programs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FormProtection {
    /// Up to how many numbers a browser tries before it can send, 0 to 10,000,000; 0: it need not work.
    #[schema(required = false)]
    pub work: u32,
    /// In how many seconds nobody fills it in, 0 to 60; 2 unless given.
    #[schema(required = false)]
    pub min_seconds: u32,
    /// How many links all answers may hold together; null: any number; 3 unless given.
    pub max_links: Option<u32>,
    /// Words that make it suspicious.
    #[schema(required = false)]
    pub words: Vec<String>,
    /// Domains of addresses and links that make it suspicious.
    #[schema(required = false)]
    pub domains: Vec<String>,
    /// Addresses that make it suspicious.
    #[schema(required = false)]
    pub addresses: Vec<String>,
}

/// What a submission becomes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FormBecomes {
    /// `nothing`, `chat` or `ticket`.
    pub kind: String,
    /// Of a chat or a ticket, the team whose it is; null: everybody's.
    pub team: Option<String>,
}

/// A form with where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FormInfo {
    /// Its definition.
    #[schema(value_type = FormDefinition)]
    pub form: Form,
    /// Counts its changes, from 1; 0 of one that the host's code defines, which cannot be changed here.
    pub version: i64,
    /// When it was last changed; null of the host's.
    #[schema(required)]
    pub updated_at: Option<Time>,
}

/// All forms.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FormList {
    /// In the order of their names.
    pub forms: Vec<FormInfo>,
}

/// A form's new definition.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetForm {
    /// The definition.
    #[serde(deserialize_with = "object")]
    #[schema(value_type = FormDefinition)]
    pub form: Form,
    /// The version that the caller has seen; 0 for a new form.
    pub expected_version: i64,
}

/// What somebody has sent.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SubmissionInfo {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: SubmissionId,
    /// The form's name.
    pub form: String,
    /// The form's version at that time.
    pub form_version: i64,
    /// Where it lies.
    #[schema(value_type = SubmissionState)]
    pub state: CoreState,
    /// What was asked and answered.
    #[schema(value_type = Vec<FormAnswer>)]
    pub answers: Vec<CoreAnswer>,
    /// Who sent it, when that is known.
    #[schema(value_type = Option<Uuid>, required)]
    pub contact: Option<ContactId>,
    /// The address that was given.
    #[schema(required)]
    pub email: Option<String>,
    /// What was agreed to.
    #[schema(required)]
    pub consent: Option<FormConsent>,
    /// The page that the form was on.
    #[schema(required)]
    pub page: Option<String>,
    /// In which language it was read.
    #[schema(required)]
    pub locale: Option<String>,
    /// What is suspicious about it, each with its `kind` and what was seen.
    #[schema(value_type = Vec<FormReason>)]
    pub reasons: Vec<Reason>,
    /// How often the same was sent again within a day.
    pub repeats: i64,
    /// What it became beside this.
    #[schema(value_type = Option<FormBecame>, required)]
    pub became: Option<CoreBecame>,
    /// Counts changes, from 1.
    pub version: i64,
    /// When it came.
    pub created_at: Time,
    /// When it was last changed, or came again.
    pub updated_at: Time,
    /// When it is deleted.
    pub expires_at: Time,
}

/// What was answered to one field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FormAnswer {
    /// The field's name.
    pub name: String,
    /// What was read beside it.
    pub label: String,
    /// A text, a number, a truth value, or a list of texts.
    pub value: Value,
}

/// Why somebody should look at a submission.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FormReason {
    /// `trap`, `too_fast`, `bad_work`, `links`, `word`, `domain`, `address`, `same_text` or `blocked`.
    pub kind: String,
    /// Of `too_fast`: in how many seconds it came.
    #[schema(nullable = false)]
    pub seconds: Option<i64>,
    /// Of `links`: how many there are.
    #[schema(nullable = false)]
    pub count: Option<i64>,
    /// Of `word`.
    #[schema(nullable = false)]
    pub word: Option<String>,
    /// Of `domain`.
    #[schema(nullable = false)]
    pub domain: Option<String>,
    /// Of `address`.
    #[schema(nullable = false)]
    pub address: Option<String>,
    /// Of `same_text`: how many others sent it.
    #[schema(nullable = false)]
    pub others: Option<i64>,
}

/// What somebody agreed to.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FormConsent {
    /// SHA-256 of the text, in hex.
    pub version: String,
    /// The text.
    pub text: String,
    /// When.
    pub at: Time,
}

/// What a submission became.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FormBecame {
    /// `chat` or `ticket`.
    pub kind: String,
    /// Of `chat`: which conversation.
    #[schema(value_type = Uuid, required = false)]
    pub conversation: Option<String>,
    /// Of `ticket`: which.
    #[schema(value_type = Uuid, required = false)]
    pub ticket: Option<String>,
    /// Of `ticket`: its number, without the site's prefix.
    #[schema(nullable = false)]
    pub number: Option<i64>,
}

/// Where a submission lies.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubmissionState {
    /// To be looked at.
    Inbox,
    /// Held back, as something about it is suspicious.
    Quarantine,
    /// Dealt with.
    Done,
    /// Somebody has looked at it, and wants no such.
    Spam,
}

/// A page of submissions, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SubmissionPage {
    /// The submissions.
    pub submissions: Vec<SubmissionInfo>,
    /// What `before` takes for the page after this one; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// Where a submission is to lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetSubmissionState {
    /// `inbox`, `done` or `spam`.
    #[schema(value_type = SubmissionState)]
    pub state: CoreState,
    /// The version that the caller has seen.
    pub expected_version: i64,
}

impl From<&Offer> for FormOffer {
    fn from(offer: &Offer) -> Self {
        let form = &offer.form.form;
        Self {
            name: form.name.clone(),
            title: form.title.clone(),
            intro: form.intro.clone(),
            button: form.button.clone(),
            consent: form.consent.clone(),
            fields: form.fields.clone(),
            schema: form.schema(),
            token: offer.token.clone(),
            challenge: offer.challenge.clone(),
        }
    }
}

impl From<KnownForm> for FormInfo {
    fn from(known: KnownForm) -> Self {
        Self { form: known.form, version: known.version, updated_at: known.updated_at.map(Time) }
    }
}

impl From<Submission> for SubmissionInfo {
    fn from(one: Submission) -> Self {
        Self {
            id: one.id,
            form: one.form,
            form_version: one.form_version,
            state: one.state,
            answers: one.answers,
            contact: one.contact,
            email: one.email,
            consent: one.consent.map(FormConsent::from),
            page: one.page,
            locale: one.locale,
            reasons: one.reasons,
            repeats: one.repeats,
            became: one.became,
            version: one.version,
            created_at: Time(one.created_at),
            updated_at: Time(one.updated_at),
            expires_at: Time(one.expires_at),
        }
    }
}

impl From<CoreConsent> for FormConsent {
    fn from(consent: CoreConsent) -> Self {
        Self { version: consent.version, text: consent.text, at: Time(consent.at) }
    }
}
