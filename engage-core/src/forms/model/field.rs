//! What a form asks.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::attributes::is_attribute_name;
use crate::contacts::looks_like_an_address;

/// How many choices a field may have.
const CHOICES: usize = 100;
/// How long a choice, a label and what explains a field may be, in Unicode scalar values.
const CHOICE_CHARS: usize = 200;
const LABEL_CHARS: usize = 200;
const HELP_CHARS: usize = 500;
/// How long an answer may be where the field does not say less, in Unicode scalar values.
const LINE_CHARS: usize = 500;
const LINES_CHARS: usize = 10_000;
const ADDRESS_CHARS: usize = 254;
const URL_CHARS: usize = 2_000;

/// One thing that is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Field {
    /// What its answer is kept as: 1 to 64 of `A-Z a-z 0-9 _ . -`, a letter first.
    pub name: String,
    /// What people read, 1 to 200 characters.
    pub label: String,
    /// How it is asked.
    pub kind: FieldKind,
    /// Whether it must be answered; a checkbox, whether it must be checked.
    #[serde(default)]
    pub required: bool,
    /// What explains it, at most 500 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// What can be chosen, of a select, radio buttons or several: 1 to 100 of at most 200 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// How short an answer may be, of a text of one line or more, in Unicode scalar values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// How long: at most 500 of one line, 10,000 of more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// The least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// The first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest: Option<NaiveDate>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<NaiveDate>,
    /// When it is asked at all; `None`: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
}

/// That an earlier field, which is chosen or checked, is answered in one of these ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The earlier field.
    pub field: String,
    /// Its choices of which one must be chosen; of a checkbox `true` or `false`.
    pub is: Vec<String>,
}

/// How something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
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
    /// A day, as `YYYY-MM-DD`.
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

/// A rule's stable name, and a sentence for people.
pub(crate) type Broken = (&'static str, String);

impl Field {
    /// A field that need not be answered, without bounds of its own.
    pub fn new(kind: FieldKind, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            kind,
            required: false,
            help: String::new(),
            choices: Vec::new(),
            min_length: None,
            max_length: None,
            min: None,
            max: None,
            earliest: None,
            latest: None,
            when: None,
        }
    }

    /// It must be answered, or checked.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// What explains it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// What can be chosen.
    #[must_use]
    pub fn choices<T: Into<String>>(mut self, choices: impl IntoIterator<Item = T>) -> Self {
        self.choices = choices.into_iter().map(Into::into).collect();
        self
    }

    /// How long an answer may be, in Unicode scalar values.
    #[must_use]
    pub fn max_length(mut self, max: usize) -> Self {
        self.max_length = Some(max);
        self
    }

    /// How short an answer may be, in Unicode scalar values.
    #[must_use]
    pub fn min_length(mut self, min: usize) -> Self {
        self.min_length = Some(min);
        self
    }

    /// Between which numbers, both included.
    #[must_use]
    pub fn between(mut self, min: f64, max: f64) -> Self {
        (self.min, self.max) = (Some(min), Some(max));
        self
    }

    /// Asked only when the earlier field `field` is answered by one of `is`.
    #[must_use]
    pub fn when<T: Into<String>>(mut self, field: impl Into<String>, is: impl IntoIterator<Item = T>) -> Self {
        self.when = Some(Condition { field: field.into(), is: is.into_iter().map(Into::into).collect() });
        self
    }

    /// How long an answer may be, in Unicode scalar values.
    pub fn longest(&self) -> usize {
        let own = match self.kind {
            FieldKind::Text if self.name == "name" => 200,
            FieldKind::Multiline => LINES_CHARS,
            FieldKind::Email => ADDRESS_CHARS,
            FieldKind::Url => URL_CHARS,
            FieldKind::Tel => 40,
            _ => LINE_CHARS,
        };
        self.max_length.unwrap_or(own).min(own)
    }

    /// Reads an answer, or `None` for none. White space around a text does not count.
    pub(crate) fn read(&self, answer: &Value) -> Result<Option<Value>, Broken> {
        match (self.kind, answer) {
            (_, Value::Null) => Ok(None),
            (FieldKind::Checkbox, Value::Bool(checked)) => {
                Ok((*checked || !self.required).then_some(Value::Bool(*checked)))
            }
            (FieldKind::Checkbox, _) => Err(told("wrong_type", "true or false is expected")),
            (FieldKind::Number, Value::Number(number)) => {
                let number = number.as_f64().filter(|number| number.is_finite());
                number.map_or_else(|| Err(told("not_a_number", "this is not a number")), |number| self.number(number))
            }
            (FieldKind::Several, Value::Array(chosen)) => self.several(chosen),
            (FieldKind::Several, _) => Err(told("wrong_type", "a list of choices is expected")),
            (_, Value::String(text)) => self.text(text),
            _ => Err(told("wrong_type", "a text is expected")),
        }
    }

    fn text(&self, text: &str) -> Result<Option<Value>, Broken> {
        let is_multiline = self.kind == FieldKind::Multiline;
        // A form sends line breaks as CRLF.
        let unified = if is_multiline { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
        let text = unified.trim();
        let length = text.chars().count();
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().any(|c| c.is_control() && !(is_multiline && matches!(c, '\n' | '\t'))) {
            return Err(told("control_character", "no control characters"));
        }
        if length > self.longest() {
            return Err(told("too_long", &format!("at most {} characters", self.longest())));
        }
        if let Some(min) = self.min_length.filter(|min| length < *min) {
            return Err(told("too_short", &format!("at least {min} characters")));
        }
        match self.kind {
            FieldKind::Select | FieldKind::Radio if !self.choices.iter().any(|choice| choice == text) => {
                Err(told("unknown", "one of the choices is expected"))
            }
            FieldKind::Email if !looks_like_an_address(text) => {
                Err(told("not_an_address", "this is not an e-mail address"))
            }
            FieldKind::Tel if !looks_like_a_number_to_call(text) => {
                Err(told("not_a_phone_number", "this is not a telephone number"))
            }
            FieldKind::Url if !looks_like_a_url(text) => {
                Err(told("not_a_url", "a web address begins with http:// or https://"))
            }
            FieldKind::Date => self.date(text),
            FieldKind::Number => match read_number(text) {
                Some(number) => self.number(number),
                None => Err(told("not_a_number", "this is not a number")),
            },
            _ => Ok(Some(Value::from(text))),
        }
    }

    fn number(&self, number: f64) -> Result<Option<Value>, Broken> {
        if let Some(min) = self.min.filter(|min| number < *min) {
            return Err(told("too_small", &format!("at least {min}")));
        }
        if let Some(max) = self.max.filter(|max| number > *max) {
            return Err(told("too_great", &format!("at most {max}")));
        }
        // Whole numbers are kept as such.
        #[expect(clippy::cast_possible_truncation, reason = "whole and within the range in which a float is exact")]
        let value =
            if number.fract() == 0.0 && number.abs() < 9e15 { Value::from(number as i64) } else { number.into() };
        Ok(Some(value))
    }

    fn date(&self, text: &str) -> Result<Option<Value>, Broken> {
        let is_shaped = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let day = is_shaped.then(|| text.parse::<NaiveDate>().ok()).flatten();
        let day = day.ok_or_else(|| told("not_a_date", "a day is expected, as YYYY-MM-DD"))?;
        if let Some(earliest) = self.earliest.filter(|earliest| day < *earliest) {
            return Err(told("too_early", &format!("not before {earliest}")));
        }
        if let Some(latest) = self.latest.filter(|latest| day > *latest) {
            return Err(told("too_late", &format!("not after {latest}")));
        }
        Ok(Some(Value::from(text)))
    }

    fn several(&self, chosen: &[Value]) -> Result<Option<Value>, Broken> {
        let known = |choice: &String| chosen.iter().any(|one| one.as_str() == Some(choice));
        // In the order of the form, each once.
        let kept: Vec<_> = self.choices.iter().filter(|choice| known(choice)).cloned().collect();
        if kept.len() != chosen.len() {
            return Err(told("unknown", "some of the choices are expected, each once"));
        }
        Ok((!kept.is_empty()).then(|| Value::from(kept)))
    }

    /// What a browser sends of it by itself, as [`Field::read`] takes it.
    pub fn posted<'t>(&self, mut texts: impl Iterator<Item = &'t str>) -> Value {
        match self.kind {
            FieldKind::Checkbox => Value::Bool(texts.next() == Some("true")),
            FieldKind::Several => texts.map(Value::from).collect(),
            _ => texts.next().map_or(Value::Null, Value::from),
        }
    }

    /// Which member breaks which rule, `earlier` being the fields before it.
    pub(super) fn broken_rule(&self, earlier: &[Self]) -> Option<(String, &'static str, &'static str)> {
        let broken = |member: &str, code, detail| Some((member.to_owned(), code, detail));
        let is_text =
            |text: &str, max| (1..=max).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control);
        let is_written = matches!(self.kind, FieldKind::Text | FieldKind::Multiline);
        let length = if self.kind == FieldKind::Multiline { LINES_CHARS } else { LINE_CHARS };
        let lengths = [("min_length", self.min_length), ("max_length", self.max_length)];
        let wrong_length =
            lengths.iter().find(|(_, bound)| bound.is_some_and(|bound| !is_written || !(1..=length).contains(&bound)));
        let is_number = self.kind == FieldKind::Number;
        let wrong_bound = [self.min, self.max].into_iter().flatten().any(|bound| !is_number || !bound.is_finite());
        let choices = if self.has_choices() { 1..=CHOICES } else { 0..=0 };
        let is_once = |(at, choice): (usize, &String)| !self.choices[..at].contains(choice);
        if !is_attribute_name(&self.name) {
            broken("name", "format", "1 to 64 letters, digits, _, . or -, a letter first")
        } else if earlier.iter().any(|other| other.name == self.name) {
            broken("name", "taken", "another field has this name")
        } else if self.name == "email" && self.kind != FieldKind::Email {
            broken("kind", "unknown", "an email is an e-mail address")
        } else if !is_text(&self.label, LABEL_CHARS) {
            broken("label", "length", "1 to 200 characters")
        } else if self.help.chars().count() > HELP_CHARS || self.help.chars().any(char::is_control) {
            broken("help", "length", "at most 500 characters")
        } else if !choices.contains(&self.choices.len()) {
            broken("choices", "length", "1 to 100 of a field with choices, none of another")
        } else if !self.choices.iter().all(|choice| is_text(choice, CHOICE_CHARS) && choice.trim() == choice) {
            broken("choices", "length", "1 to 200 characters each")
        } else if !self.choices.iter().enumerate().all(is_once) {
            broken("choices", "taken", "each once")
        } else if let Some((member, _)) = wrong_length {
            broken(member, "range", "of a text of one line 1 to 500, of more 1 to 10,000")
        } else if self.min_length > self.max_length && self.max_length.is_some() {
            broken("min_length", "range", "not more than max_length")
        } else if wrong_bound || self.min.zip(self.max).is_some_and(|(min, max)| min > max) {
            broken("min", "range", "of a number, and not more than max")
        } else if self.kind != FieldKind::Date && (self.earliest.is_some() || self.latest.is_some()) {
            broken("earliest", "range", "only of a date")
        } else if self.earliest.zip(self.latest).is_some_and(|(earliest, latest)| earliest > latest) {
            broken("earliest", "range", "not after latest")
        } else {
            self.when.as_ref().and_then(|when| when.broken_rule(earlier))
        }
    }

    fn has_choices(&self) -> bool {
        matches!(self.kind, FieldKind::Select | FieldKind::Radio | FieldKind::Several)
    }
}

impl Condition {
    /// Whether an answer, or none, is one of those.
    pub(super) fn holds(&self, answer: Option<&Value>) -> bool {
        let is = |text: &str| self.is.iter().any(|one| one == text);
        match answer {
            Some(Value::Bool(checked)) => is(if *checked { "true" } else { "false" }),
            Some(Value::String(chosen)) => is(chosen),
            Some(Value::Array(chosen)) => chosen.iter().filter_map(Value::as_str).any(is),
            _ => false,
        }
    }

    fn broken_rule(&self, earlier: &[Field]) -> Option<(String, &'static str, &'static str)> {
        let broken = |member: &str, code, detail| Some((format!("when/{member}"), code, detail));
        let Some(field) = earlier.iter().find(|field| field.name == self.field) else {
            return broken("field", "unknown", "an earlier field is expected");
        };
        let known = |one: &String| match field.kind {
            FieldKind::Checkbox => matches!(one.as_str(), "true" | "false"),
            _ => field.choices.contains(one),
        };
        if field.kind != FieldKind::Checkbox && !field.has_choices() {
            broken("field", "unknown", "a field that is chosen or checked is expected")
        } else if self.is.is_empty() || !self.is.iter().all(known) {
            broken("is", "unknown", "some of the choices of that field are expected, of a checkbox true or false")
        } else {
            None
        }
    }
}

fn told(code: &'static str, detail: &str) -> Broken {
    (code, detail.to_owned())
}

/// As JSON writes numbers; neither hexadecimal nor infinite.
fn read_number(text: &str) -> Option<f64> {
    let fits = text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    text.parse().ok().filter(|number: &f64| fits && number.is_finite())
}

/// 3 to 15 digits (ITU-T E.164 has no more), and what people put between them.
fn looks_like_a_number_to_call(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (3..=15).contains(&digits)
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | '.' | '/' | ' '))
}

/// Nothing but the web: what an agent clicks must not be a script.
fn looks_like_a_url(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let host = rest.map_or("", |rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    !host.is_empty()
        && !host.starts_with('.')
        && !text.chars().any(|c| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\\'))
}
