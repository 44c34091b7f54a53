//! Templates: MJML with a closed list of variables, in several languages, which admins may change.
//!
//! A text is a subject and a body. The body stands in one column of a layout that engage brings; it is `mj-text`, `mj-button`,
//! `mj-divider` and `mj-spacer` with a little HTML. Of minijinja's language there are `{{ name }}`, `{% if name %}`,
//! `{% if not name %}`, `{% else %}`, `{% endif %}`, `{% for item in list %}`, `{{ item.field }}` and `{% endfor %}`: no
//! functions, no filters, nothing that reaches anything. The part in plain text is made of the same body.

mod builtin;
mod check;
mod markup;
mod plain;
mod render;
mod scan;

use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::identity::AgentRef;

pub use check::checked;
pub use render::{Frame, Rendered, render};

/// How long a subject may be as it is written, in Unicode scalar values.
const SUBJECT_CHARS: usize = 200;
/// How long a body may be, in bytes.
const BODY_BYTES: usize = 32 * 1024;
/// The language in which engage brings every template.
pub const LAST_RESORT: &str = "en";

/// A kind of mail: what it is for, what can stand in it, and what engage says by itself.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// Its name, `capability.what`.
    pub name: &'static str,
    /// What it is for, a sentence for admins.
    pub about: &'static str,
    /// Its own variables, besides [`COMMON`].
    pub variables: &'static [Variable],
    /// What engage brings, by language; [`LAST_RESORT`] is among them. The subject is the first line, the body stands after
    /// an empty one.
    pub texts: &'static [(&'static str, &'static str)],
}

/// What can stand in a template.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name: `a-z` and `_`.
    pub name: &'static str,
    /// What it stands for, a sentence for admins.
    pub about: &'static str,
    /// What it is.
    pub kind: Kind,
}

/// What a variable is, with what the preview shows.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text that anybody may have written.
    Text(&'static str),
    /// An address of a page; the only kind that can stand in an attribute, as the whole of `href`.
    Link(&'static str),
    /// Several of these, for `{% for %}`.
    List(&'static [Variable]),
}

/// Variables of every template.
pub const COMMON: &[Variable] = &[
    Variable { name: "site", about: "The name of the site", kind: Kind::Text("Acme") },
    Variable { name: "site_url", about: "Where the site is", kind: Kind::Link("https://acme.example") },
];

/// A subject and a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateText {
    /// One line with variables.
    pub subject: String,
    /// MJML with variables.
    pub body: String,
}

/// A version of a template as admins have made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTemplate {
    /// Of which template.
    pub name: String,
    /// In which language.
    pub locale: String,
    /// Counts from 1; 0 stands for what engage brings.
    pub version: i64,
    /// What it says; `None`: what engage brings again.
    pub text: Option<TemplateText>,
    /// Who made it; `None`: the host's code.
    pub by: Option<AgentRef>,
    /// When.
    pub created_at: Timestamp,
}

/// The template of a name.
///
/// # Errors
/// `NotFound`.
pub fn template(name: &str) -> Result<&'static Template> {
    all().find(|template| template.name == name).ok_or_else(|| Error::not_found("the template"))
}

/// Every template, in the order of the names.
pub fn all() -> impl Iterator<Item = &'static Template> {
    builtin::CATALOGUE.iter().copied().flatten()
}

impl Template {
    /// What engage says by itself in a language; `None` when it does not speak it.
    pub fn builtin(&self, locale: &str) -> Option<TemplateText> {
        let (_, source) = self.texts.iter().find(|(own, _)| *own == locale)?;
        let (subject, body) = source.split_once("\n\n")?;
        Some(TemplateText { subject: subject.trim().to_owned(), body: body.trim().to_owned() })
    }

    /// What a preview shows.
    pub fn samples(&self) -> Value {
        Value::Object(COMMON.iter().chain(self.variables).map(|own| (own.name.to_owned(), own.sample())).collect())
    }

    fn variable(&self, name: &str) -> Option<&'static Variable> {
        COMMON.iter().chain(self.variables).find(|variable| variable.name == name)
    }

    /// `variables` as the template can stand them: none is missing, of each what it is, and no control characters.
    pub(super) fn fill(&self, variables: &Value) -> Result<Value> {
        let given = variables.as_object().ok_or_else(|| Error::internal("a mail's variables are not an object"))?;
        if let Some(unknown) = given.keys().find(|name| self.variables.iter().all(|own| own.name != *name)) {
            return Err(Error::internal(format!("the template {} has no variable {unknown}", self.name)));
        }
        fill(self.variables, given)
    }
}

impl Variable {
    fn sample(&self) -> Value {
        match self.kind {
            Kind::Text(sample) | Kind::Link(sample) => json!(sample),
            Kind::List(fields) => {
                let item: Map<_, _> = fields.iter().map(|field| (field.name.to_owned(), field.sample())).collect();
                json!([item.clone(), item])
            }
        }
    }
}

impl StoredTemplate {
    /// A version.
    pub fn new(name: &str, locale: &str, version: i64, text: Option<TemplateText>, created_at: Timestamp) -> Self {
        Self { name: name.to_owned(), locale: locale.to_owned(), version, text, by: None, created_at }
    }
}

fn fill(variables: &[Variable], given: &Map<String, Value>) -> Result<Value> {
    let wrong = |name: &str| Error::internal(format!("the variable {name} of a mail is not what its template says"));
    let mut filled = Map::new();
    for variable in variables {
        let value = match (variable.kind, given.get(variable.name)) {
            (_, None | Some(Value::Null)) => Value::Null,
            (Kind::Text(_), Some(Value::String(text))) => printable(text).into(),
            (Kind::Link(_), Some(Value::String(url))) if is_link(url) => url.clone().into(),
            (Kind::List(fields), Some(Value::Array(items))) => {
                let items = items.iter().map(|item| item.as_object().ok_or_else(|| wrong(variable.name)));
                items.map(|item| fill(fields, item?)).collect::<Result<_>>()?
            }
            _ => return Err(wrong(variable.name)),
        };
        filled.insert(variable.name.to_owned(), value);
    }
    Ok(Value::Object(filled))
}

/// Without what neither XML nor a mail can hold.
fn printable(text: &str) -> String {
    let shown = |c: &char| matches!(c, '\n' | '\t') || !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}');
    text.chars().filter(shown).collect()
}

/// A page of the web without anything that could end an attribute.
pub(super) fn is_link(url: &str) -> bool {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let breaks = |c: char| c.is_whitespace() || c.is_control() || "\"'<>`\\".contains(c);
    !host.is_empty() && !host.starts_with('/') && url.len() <= 2_000 && !url.contains(breaks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_that_engage_brings_holds_its_own_rules() {
        let mut names = std::collections::BTreeSet::new();
        for template in all() {
            assert!(names.insert(template.name), "{} is there twice", template.name);
            assert!(template.builtin(LAST_RESORT).is_some(), "{} is not in English", template.name);
            for (locale, _) in template.texts {
                let text = template.builtin(locale).unwrap();
                let checked = checked(template, &text);
                assert_eq!(checked.as_ref().ok(), Some(&text), "{} {locale}: {checked:?}", template.name);
                let frame = Frame { locale, site: "Acme", footer: "" };
                let rendered = render(&text, &template.samples(), &frame).unwrap();
                assert!(!rendered.subject.is_empty() && !rendered.text.trim().is_empty(), "{}", template.name);
                assert!(!rendered.text.contains(['<', '>']), "{}", rendered.text);
            }
        }
    }

    #[test]
    fn variables_are_what_the_template_says() {
        let template = template("mail.test").unwrap();
        assert!(template.fill(&json!({ "by": "Ann" })).is_ok());
        assert!(template.fill(&json!({ "by": 1 })).is_err());
        assert!(template.fill(&json!({ "by": "Ann", "other": "x" })).is_err());
        for wrong in ["javascript:alert(1)", "https://", "https://a b", "https://a\"", "//a", "data:text/html,x"] {
            assert!(!is_link(wrong), "{wrong}");
        }
    }
}
