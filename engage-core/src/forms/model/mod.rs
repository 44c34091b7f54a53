//! What a form is: all that is known of it stands here once, and everything else follows from it.

mod check;
mod field;
mod guard;
mod schema;
mod submission;
mod token;
mod work;

pub use check::{Answer, checked as checked_answers};
pub(crate) use field::Broken;
pub use field::{Condition, Field, FieldKind};
pub use guard::{Protection, Reason};
pub(super) use guard::{Sent, judge};
pub use submission::{Became, Consent, Submission, SubmissionState};
pub(super) use token::FormToken;
pub use work::Challenge;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::clock::Timestamp;
use crate::error::{Error, FieldError, Result};
use crate::mail::Address;

/// How many fields a form may have.
pub(super) const FIELDS: usize = 50;
/// How many may be told by mail.
const RECIPIENTS: usize = 10;

/// A form as it is defined: in the host's code, or in the admin panel.
///
/// ```
/// use engage_core::forms::{Field, FieldKind, Form};
/// let form = Form::new("contact", "Write to us")
///     .field(Field::new(FieldKind::Text, "name", "Name"))
///     .field(Field::new(FieldKind::Email, "email", "E-mail").required())
///     .field(Field::new(FieldKind::Multiline, "message", "Message").required())
///     .consent("I agree that my message is stored to answer it.");
/// # assert!(form.check().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Form {
    /// What it is called in addresses: 1 to 50 of `a-z 0-9 -`.
    pub name: String,
    /// What people read above it, 1 to 200 characters.
    pub title: String,
    /// What it says before it asks, at most 2,000 characters.
    #[serde(default)]
    pub intro: String,
    /// What its button says, at most 50 characters; empty: "Send" in the reader's language.
    #[serde(default)]
    pub button: String,
    /// What it says when all was sent, at most 2,000 characters; empty: its own words in the reader's language.
    #[serde(default)]
    pub thanks: String,
    /// What it asks: 1 to 50 fields.
    pub fields: Vec<Field>,
    /// What people must agree to, at most 2,000 characters; empty: nothing.
    #[serde(default)]
    pub consent: String,
    /// What keeps it from being filled in by programs.
    #[serde(default)]
    pub protection: Protection,
    /// Who is told by mail: at most 10 addresses. They are the form's; nobody who fills it in adds one.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// Whether a mail says that it has arrived, to the address that was given. It repeats nothing of what was typed, and goes to
    /// one address twice a day at most: a form is a way to have others sent mail.
    #[serde(default)]
    pub confirm: bool,
    /// What a submission becomes.
    #[serde(default)]
    pub becomes: Becomes,
    /// After how many days submissions are deleted, 1 to 3,650.
    #[serde(default = "usual_retention")]
    pub retention_days: u32,
}

/// What a submission becomes, beside being kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Becomes {
    /// Nothing else.
    #[default]
    Nothing,
    /// A conversation of who sent it.
    Chat {
        /// The team whose it is; `None`: everybody's.
        #[serde(default)]
        team: Option<String>,
    },
    /// A ticket of who sent it. Its subject is the answer to a field named `subject`, or else the form's title.
    Ticket {
        /// The team whose it is; `None`: everybody's.
        #[serde(default)]
        team: Option<String>,
    },
}

/// A form with where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownForm {
    /// Its definition.
    pub form: Form,
    /// Counts its changes, from 1; 0 of a form that the host's code defines, which the panel cannot change.
    pub version: i64,
    /// When it was last changed; `None` of the host's.
    pub updated_at: Option<Timestamp>,
}

fn usual_retention() -> u32 {
    365
}

impl Form {
    /// A form that asks nothing yet.
    pub fn new(name: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            intro: String::new(),
            button: String::new(),
            thanks: String::new(),
            fields: Vec::new(),
            consent: String::new(),
            protection: Protection::default(),
            recipients: Vec::new(),
            confirm: false,
            becomes: Becomes::default(),
            retention_days: usual_retention(),
        }
    }

    /// What it says before it asks.
    #[must_use]
    pub fn intro(mut self, intro: impl Into<String>) -> Self {
        self.intro = intro.into();
        self
    }

    /// What its button says.
    #[must_use]
    pub fn button(mut self, button: impl Into<String>) -> Self {
        self.button = button.into();
        self
    }

    /// What it says when all was sent.
    #[must_use]
    pub fn thanks(mut self, thanks: impl Into<String>) -> Self {
        self.thanks = thanks.into();
        self
    }

    /// One more field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// What people must agree to. The text that each has agreed to is kept with the submission.
    #[must_use]
    pub fn consent(mut self, text: impl Into<String>) -> Self {
        self.consent = text.into();
        self
    }

    /// What keeps it from being filled in by programs.
    #[must_use]
    pub fn protection(mut self, protection: Protection) -> Self {
        self.protection = protection;
        self
    }

    /// One more who is told by mail.
    #[must_use]
    pub fn notify(mut self, address: impl Into<String>) -> Self {
        self.recipients.push(address.into());
        self
    }

    /// With a mail to the address that was given, which says that it has arrived.
    #[must_use]
    pub fn confirm(mut self) -> Self {
        self.confirm = true;
        self
    }

    /// What a submission becomes.
    #[must_use]
    pub fn becomes(mut self, becomes: Becomes) -> Self {
        self.becomes = becomes;
        self
    }

    /// After how many days submissions are deleted.
    #[must_use]
    pub fn retention_days(mut self, days: u32) -> Self {
        self.retention_days = days;
        self
    }

    /// Which text people agree to: SHA-256, in hex; `None` when they need not.
    pub fn consent_version(&self) -> Option<String> {
        let digest = Sha256::digest(self.consent.as_bytes());
        (!self.consent.is_empty()).then(|| digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Whether it can be.
    ///
    /// # Errors
    /// `Invalid` with a pointer to each member that breaks a rule.
    pub fn check(&self) -> Result<()> {
        let mut wrong = Vec::new();
        let mut refuse = |pointer: &str, code, detail: &str| {
            wrong.push(FieldError { field: pointer.to_owned(), code, detail: detail.to_owned() });
        };
        if !is_form_name(&self.name) {
            refuse("/name", "format", "1 to 50 of a-z, 0-9 and -");
        }
        let texts = [("/title", &self.title, 1, 200), ("/intro", &self.intro, 0, 2_000)];
        let more = [
            ("/button", &self.button, 0, 50),
            ("/thanks", &self.thanks, 0, 2_000),
            ("/consent", &self.consent, 0, 2_000),
        ];
        for (pointer, text, min, max) in texts.into_iter().chain(more) {
            if !(min..=max).contains(&text.trim().chars().count()) || text.chars().count() > max {
                refuse(pointer, "length", &format!("{min} to {max} characters"));
            } else if text.chars().any(|c| c.is_control() && c != '\n') {
                refuse(pointer, "control_character", "no control characters");
            }
        }
        if !(1..=FIELDS).contains(&self.fields.len()) {
            refuse("/fields", "length", &format!("1 to {FIELDS} fields"));
        }
        for (at, field) in self.fields.iter().enumerate().take(FIELDS) {
            if let Some((member, code, detail)) = field.broken_rule(&self.fields[..at]) {
                refuse(&format!("/fields/{at}/{member}"), code, detail);
            }
        }
        for (at, address) in self.recipients.iter().enumerate().take(RECIPIENTS) {
            if Address::checked("", address).is_err() {
                refuse(&format!("/recipients/{at}"), "not_an_address", "this is not an e-mail address");
            }
        }
        if self.recipients.len() > RECIPIENTS {
            refuse("/recipients", "too_many", "at most 10 addresses");
        }
        if self.confirm && !self.fields.iter().any(|field| field.kind == FieldKind::Email) {
            refuse("/confirm", "unknown", "the form asks for no e-mail address");
        }
        if let Becomes::Chat { team: Some(team) } | Becomes::Ticket { team: Some(team) } = &self.becomes
            && crate::chat::checked_team(team).is_err()
        {
            refuse("/becomes/team", "format", "1 to 64 characters");
        }
        if !(1..=3_650).contains(&self.retention_days) {
            refuse("/retention_days", "range", "1 to 3,650 days");
        }
        wrong.extend(self.protection.broken_rules());
        if wrong.is_empty() { Ok(()) } else { Err(Error::invalid_fields(wrong)) }
    }
}

/// Whether a form could be called so.
pub(super) fn is_form_name(name: &str) -> bool {
    (1..=50).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "so that a test writes `json!` in its place")]
    fn form(fields: Value) -> Form {
        serde_json::from_value(json!({ "name": "contact", "title": "Contact", "fields": fields })).unwrap()
    }

    fn faults(form: &Form) -> Vec<(String, &'static str)> {
        let error = form.check().unwrap_err();
        error.fields().iter().map(|field| (field.field.clone(), field.code)).collect()
    }

    #[test]
    fn fields_that_cannot_be_are_named() {
        let choice = json!({ "name": "a", "label": "A", "kind": "select", "choices": ["x", "y"] });
        for (wrong, member) in [
            (json!({ "name": "1", "label": "x", "kind": "text" }), "name"),
            (json!({ "name": "a", "label": "x", "kind": "text" }), "name"),
            (json!({ "name": "email", "label": "x", "kind": "text" }), "kind"),
            (json!({ "name": "b", "label": " ", "kind": "text" }), "label"),
            (json!({ "name": "b", "label": "x", "kind": "radio" }), "choices"),
            (json!({ "name": "b", "label": "x", "kind": "radio", "choices": ["x", "x"] }), "choices"),
            (json!({ "name": "b", "label": "x", "kind": "text", "choices": ["x"] }), "choices"),
            (json!({ "name": "b", "label": "x", "kind": "email", "max_length": 5 }), "max_length"),
            (json!({ "name": "b", "label": "x", "kind": "text", "max_length": 501 }), "max_length"),
            (json!({ "name": "b", "label": "x", "kind": "text", "min_length": 6, "max_length": 5 }), "min_length"),
            (json!({ "name": "b", "label": "x", "kind": "number", "min": 2, "max": 1 }), "min"),
            (json!({ "name": "b", "label": "x", "kind": "text", "min": 2 }), "min"),
            (json!({ "name": "b", "label": "x", "kind": "text", "latest": "2026-01-01" }), "earliest"),
            (json!({ "name": "b", "label": "x", "kind": "text", "when": { "field": "b", "is": ["x"] } }), "when/field"),
            (json!({ "name": "b", "label": "x", "kind": "text", "when": { "field": "c", "is": ["x"] } }), "when/field"),
            (json!({ "name": "b", "label": "x", "kind": "text", "when": { "field": "a", "is": [] } }), "when/is"),
            (json!({ "name": "b", "label": "x", "kind": "text", "when": { "field": "a", "is": ["z"] } }), "when/is"),
        ] {
            assert_eq!(faults(&form(json!([choice, wrong])))[0].0, format!("/fields/1/{member}"), "{wrong}");
        }
    }

    #[test]
    fn all_that_is_wrong_with_a_form_is_told_at_once() {
        let mut wrong = form(json!([]));
        (wrong.name, wrong.title, wrong.retention_days) = ("A b".to_owned(), String::new(), 0);
        wrong.button = "x\u{7}".to_owned();
        let pointers: Vec<_> = faults(&wrong).into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!(pointers, ["/name", "/title", "/button", "/fields", "/retention_days"]);
    }

    #[test]
    fn a_text_that_changes_is_another_version() {
        let form = Form::new("a", "A");
        assert_eq!(form.consent_version(), None);
        let (one, two) = (form.clone().consent("I agree"), form.consent("I agree."));
        assert_eq!(one.consent_version().unwrap().len(), 64);
        assert_ne!(one.consent_version(), two.consent_version());
    }
}
