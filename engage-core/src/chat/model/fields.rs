//! What a site asks before a conversation begins.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::attributes::{Attribute, AttributePatch, is_attribute_name};
use crate::contacts::{Contact, ContactPatch};
use crate::error::{Error, FieldError, Result};
use crate::forms::{self, Broken};

/// How many fields there may be, and how many choices of one.
const FIELDS: usize = 20;
const CHOICES: usize = 50;
/// How long an answer may be where the field does not say less, in Unicode scalar values.
const TEXT_CHARS: usize = 500;

/// One thing that is asked. The fields `name` and `email` are the contact's own; answers to others become custom attributes
/// of the contact and of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Field {
    /// What its answer is kept as: a name of an attribute.
    pub name: String,
    /// What people read, 1 to 200 characters.
    pub label: String,
    /// How it is asked.
    pub kind: FieldKind,
    /// Whether it must be answered; a checkbox, whether it must be checked.
    #[serde(default)]
    pub required: bool,
    /// What can be chosen, of a select: 1 to 50 of at most 200 characters.
    #[serde(default)]
    pub choices: Vec<String>,
    /// How long an answer may be, of a text: 1 to 500 characters.
    #[serde(default)]
    pub max_length: Option<usize>,
}

/// How something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line.
    Text,
    /// An address.
    Email,
    /// One of several choices.
    Select,
    /// Yes or no.
    Checkbox,
}

/// What somebody answered, checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answers {
    /// What it says of the contact.
    pub(crate) contact: ContactPatch,
    /// What it says of the conversation.
    pub(crate) conversation: AttributePatch,
}

/// Who answers, and what is asked of them beyond the fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// What is known of them need not be answered again.
    pub(crate) contact: &'a Contact,
    /// Whether the host says who they are, which no answer changes.
    pub(crate) is_managed: bool,
    /// Whether an address is needed, whatever the fields say.
    pub(crate) needs_email: bool,
}

/// Checks what a site has set.
///
/// # Errors
/// `Invalid` below `/value`.
pub(crate) fn check_fields(fields: &[Field]) -> Result<()> {
    if fields.len() > FIELDS {
        return Err(Error::invalid("/value", "too_many", format!("at most {FIELDS} fields")));
    }
    for (index, field) in fields.iter().enumerate() {
        let told = if fields[..index].iter().any(|other| other.name == field.name) {
            Some(("name", "taken", "another field has this name"))
        } else {
            field.broken_rule()
        };
        if let Some((member, code, detail)) = told {
            return Err(Error::invalid(&format!("/value/{index}/{member}"), code, detail));
        }
    }
    Ok(())
}

/// What `contact` has to be asked: the site's fields and the address that it needs, without what is known.
pub(crate) fn asked_of(fields: &[Field], needs_email: bool, contact: Option<&Contact>) -> Vec<Field> {
    let is_known = |name: &str| match name {
        "name" => contact.is_some_and(|contact| contact.name.is_some()),
        "email" => contact.is_some_and(|contact| contact.email.is_some()),
        _ => false,
    };
    let besides = (needs_email && fields.iter().all(|field| field.name != "email")).then(email_field);
    let mut asked: Vec<_> = fields.iter().cloned().chain(besides).filter(|field| !is_known(&field.name)).collect();
    for field in asked.iter_mut().filter(|field| field.name == "email") {
        field.required |= needs_email;
    }
    asked
}

/// Checks what somebody answered.
///
/// # Errors
/// `Invalid` with a pointer below `/answers` for each field.
pub(crate) fn check_answers(fields: &[Field], mut answers: Map<String, Value>, asked: Asked<'_>) -> Result<Answers> {
    let mut checked = Answers::default();
    let mut wrong = Vec::new();
    let besides = (asked.needs_email && fields.iter().all(|field| field.name != "email")).then(email_field);
    for field in fields.iter().chain(&besides) {
        let answer = answers.remove(&field.name).unwrap_or(Value::Null);
        match field.read(&answer) {
            Ok(None) if asked.requires(field) => {
                wrong.push(told(&field.name, "required", "an answer is needed".to_owned()));
            }
            Ok(None) => {}
            Ok(Some(value)) => checked.take(field, value, asked.is_managed),
            Err((code, detail)) => wrong.push(told(&field.name, code, detail)),
        }
    }
    wrong.extend(answers.keys().take(FIELDS).map(|unknown| told(unknown, "unknown", "this is not asked".to_owned())));
    if wrong.is_empty() { Ok(checked) } else { Err(Error::invalid_fields(wrong)) }
}

impl Asked<'_> {
    fn requires(&self, field: &Field) -> bool {
        let (is_known, is_needed) = match field.name.as_str() {
            "name" => (self.contact.name.is_some(), false),
            "email" => (self.contact.email.is_some(), self.needs_email),
            _ => (false, false),
        };
        (field.required || is_needed) && !is_known
    }
}

impl Answers {
    fn take(&mut self, field: &Field, value: Attribute, is_managed: bool) {
        match (field.name.as_str(), value) {
            ("name" | "email", _) if is_managed => {}
            ("name", Attribute::Text(text)) => self.contact.name = Some(Some(text)),
            ("email", Attribute::Text(text)) => self.contact.email = Some(Some(text)),
            (name, value) => {
                let contact = std::mem::take(&mut self.contact.attributes);
                self.contact.attributes = contact.with(name, Some(value.clone()));
                self.conversation = std::mem::take(&mut self.conversation).with(name, Some(value));
            }
        }
    }
}

impl Field {
    /// The answer, or `None` for none.
    fn read(&self, answer: &Value) -> Result<Option<Attribute>, Broken> {
        Ok(forms::Field::from(self).read(answer)?.and_then(|value| match value {
            Value::Bool(checked) => Some(Attribute::Flag(checked)),
            Value::String(text) => Some(Attribute::Text(text)),
            _ => None,
        }))
    }

    /// Which member breaks which rule.
    fn broken_rule(&self) -> Option<(&'static str, &'static str, &'static str)> {
        let is_text =
            |text: &str, max| (1..=max).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control);
        let kind_fits = match self.name.as_str() {
            "name" => self.kind == FieldKind::Text,
            "email" => self.kind == FieldKind::Email,
            _ => true,
        };
        let choices = if self.kind == FieldKind::Select { 1..=CHOICES } else { 0..=0 };
        if !is_attribute_name(&self.name) {
            Some(("name", "format", "1 to 64 letters, digits, _, . or -, a letter first"))
        } else if !kind_fits {
            Some(("kind", "unknown", "a name is a text, and an email an email"))
        } else if !is_text(&self.label, 200) {
            Some(("label", "length", "1 to 200 characters"))
        } else if self.max_length.is_some_and(|max| self.kind != FieldKind::Text || !(1..=TEXT_CHARS).contains(&max)) {
            Some(("max_length", "range", "1 to 500, of a text"))
        } else if !choices.contains(&self.choices.len()) || !self.choices.iter().all(|choice| is_text(choice, 200)) {
            Some(("choices", "length", "1 to 50 of 1 to 200 characters, of a select"))
        } else {
            None
        }
    }
}

/// As a form asks it, which has more kinds and the same rules.
impl From<&Field> for forms::Field {
    fn from(field: &Field) -> Self {
        let kind = match field.kind {
            FieldKind::Text => forms::FieldKind::Text,
            FieldKind::Email => forms::FieldKind::Email,
            FieldKind::Select => forms::FieldKind::Select,
            FieldKind::Checkbox => forms::FieldKind::Checkbox,
        };
        let mut asked = Self::new(kind, &field.name, &field.label);
        (asked.required, asked.choices, asked.max_length) = (field.required, field.choices.clone(), field.max_length);
        asked
    }
}

fn told(name: &str, code: &'static str, detail: String) -> FieldError {
    let name = name.replace('~', "~0").replace('/', "~1");
    FieldError { field: format!("/answers/{name}"), code, detail }
}

fn email_field() -> Field {
    let (name, label) = ("email".to_owned(), "E-mail".to_owned());
    Field { name, label, kind: FieldKind::Email, required: true, choices: Vec::new(), max_length: None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clock::{Clock as _, ManualClock};
    use crate::ids::ContactId;

    fn fields(value: Value) -> Vec<Field> {
        serde_json::from_value(value).unwrap()
    }

    fn usual() -> Vec<Field> {
        let fields = fields(json!([
            { "name": "name", "label": "Name", "kind": "text", "required": true },
            { "name": "email", "label": "E-mail", "kind": "email" },
            { "name": "topic", "label": "Topic", "kind": "select", "choices": ["Sales", "Help"], "required": true },
            { "name": "order", "label": "Order", "kind": "text", "max_length": 5 },
            { "name": "terms", "label": "I agree", "kind": "checkbox", "required": true },
        ]));
        check_fields(&fields).unwrap();
        fields
    }

    fn answer(answers: Value, email: bool, known: &Contact) -> Result<Answers> {
        let Value::Object(answers) = answers else { panic!("an object") };
        check_answers(&usual(), answers, Asked { contact: known, is_managed: false, needs_email: email })
    }

    fn nobody() -> Contact {
        Contact::anonymous(ContactId(uuid::Uuid::nil()), ManualClock::default().now())
    }

    #[test]
    fn answers_say_who_it_is_and_what_about() {
        let given = json!({ "name": " Ann ", "topic": "Help", "terms": true, "order": "", "email": null });
        let answers = answer(given, false, &nobody()).unwrap();
        assert_eq!((answers.contact.name, answers.contact.email), (Some(Some("Ann".to_owned())), None));
        assert_eq!(serde_json::to_value(&answers.conversation).unwrap(), json!({ "topic": "Help", "terms": true }));
        assert_eq!(answers.contact.attributes, answers.conversation);
    }

    #[test]
    fn each_wrong_answer_is_named() {
        let told = |answers: Value, email| {
            let error = answer(answers, email, &nobody()).unwrap_err();
            error.fields().iter().map(|field| (field.field.clone(), field.code)).collect::<Vec<_>>()
        };
        let wrong = json!({ "topic": "Other", "order": "123456", "terms": false, "email": "x", "a/b": 1 });
        assert_eq!(
            told(wrong, false),
            [
                ("/answers/name", "required"),
                ("/answers/email", "not_an_address"),
                ("/answers/topic", "unknown"),
                ("/answers/order", "too_long"),
                ("/answers/terms", "required"),
                ("/answers/a~1b", "unknown"),
            ]
            .map(|(field, code)| (field.to_owned(), code))
        );
        let odd = json!({ "name": 1, "topic": ["Help"], "terms": "yes", "order": "a\u{7}" });
        let codes: Vec<_> = told(odd, true).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes, ["wrong_type", "required", "wrong_type", "control_character", "wrong_type"]);
    }

    #[test]
    fn what_is_known_is_not_asked_again() {
        let given = || json!({ "topic": "Help", "terms": true });
        let known = Contact { name: Some("Ann".to_owned()), ..nobody() };
        assert!(answer(given(), false, &known).is_ok());
        assert_eq!(answer(given(), true, &known).unwrap_err().fields()[0].field, "/answers/email");
        let reachable = Contact { email: Some("a@example.com".to_owned()), ..known };
        assert!(answer(given(), true, &reachable).is_ok());
    }

    #[test]
    fn fields_that_cannot_be_are_refused() {
        for (wrong, member) in [
            (json!({ "name": "1", "label": "x", "kind": "text" }), "name"),
            (json!({ "name": "name", "label": "x", "kind": "select", "choices": ["a"] }), "kind"),
            (json!({ "name": "a", "label": " ", "kind": "text" }), "label"),
            (json!({ "name": "a", "label": "x", "kind": "select" }), "choices"),
            (json!({ "name": "a", "label": "x", "kind": "text", "choices": ["a"] }), "choices"),
            (json!({ "name": "a", "label": "x", "kind": "email", "max_length": 5 }), "max_length"),
            (json!({ "name": "a", "label": "x", "kind": "text", "max_length": 501 }), "max_length"),
        ] {
            let error = check_fields(&fields(json!([wrong]))).unwrap_err();
            assert_eq!(error.fields()[0].field, format!("/value/0/{member}"));
        }
        let twice = json!({ "name": "a", "label": "x", "kind": "text" });
        assert_eq!(check_fields(&fields(json!([twice, twice]))).unwrap_err().fields()[0].code, "taken");
    }
}
