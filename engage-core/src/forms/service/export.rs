//! What was sent, to take away.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::super::model::Submission;
use super::super::store::SubmissionQuery;
use super::{Forms, may_look};
use crate::error::Result;
use crate::identity::Actor;

/// How many submissions are read at once.
const PAGE: usize = 200;
/// Columns before those of the answers.
const COLUMNS: [&str; 10] =
    ["id", "created_at", "form", "state", "repeats", "email", "page", "locale", "consent_at", "reasons"];

/// As what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// RFC 4180, in UTF-8 with a mark in front, one column for each field of the form as it is now, and one for all others.
    /// What a spreadsheet would take for a formula has an apostrophe before it.
    Csv,
    /// A JSON array.
    Json,
}

/// An export under way, page by page: however much was sent, one page is in memory.
#[derive(Debug)]
pub struct Export {
    forms: Forms,
    format: ExportFormat,
    query: SubmissionQuery,
    fields: Vec<String>,
    has_begun: bool,
    is_done: bool,
}

impl Forms {
    /// Begins an export of what `query` finds, newest first; its limit does not count.
    ///
    /// # Errors
    /// `Forbidden` for visitors; when the database does not answer.
    pub async fn export(&self, actor: &Actor, format: ExportFormat, query: SubmissionQuery) -> Result<Export> {
        may_look(actor)?;
        let form = match &query.form {
            Some(name) => self.get(name).await.ok(),
            None => None,
        };
        let fields = form.map(|known| known.form.fields.into_iter().map(|field| field.name).collect());
        let query = SubmissionQuery { limit: PAGE, ..query };
        Ok(Export {
            forms: self.clone(),
            format,
            query,
            fields: fields.unwrap_or_default(),
            has_begun: false,
            is_done: false,
        })
    }
}

impl Export {
    /// The next piece; `None` after the last.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next(&mut self) -> Result<Option<String>> {
        if self.is_done {
            return Ok(None);
        }
        let page = self.forms.0.store.submissions(&self.query).await?;
        self.is_done = page.len() < PAGE;
        self.query.before = page.last().map(|last| last.id).or(self.query.before);
        let piece = match self.format {
            ExportFormat::Csv => self.csv(&page),
            ExportFormat::Json => self.json(&page),
        };
        self.has_begun = true;
        Ok(Some(piece))
    }

    fn csv(&self, page: &[Submission]) -> String {
        let mut text = String::new();
        if !self.has_begun {
            let names = COLUMNS.iter().map(|name| (*name).to_owned()).chain(self.fields.iter().cloned());
            text.push('\u{FEFF}');
            row(&mut text, names.chain(["other".to_owned()]));
        }
        for submission in page {
            row(&mut text, self.cells(submission));
        }
        text
    }

    fn cells(&self, submission: &Submission) -> impl Iterator<Item = String> {
        let Submission { id, created_at, form, state, repeats, email, page, locale, consent, .. } = submission;
        let consent_at = consent.as_ref().map(|consent| consent.at.to_rfc3339()).unwrap_or_default();
        let reasons =
            submission.reasons.iter().map(|reason| json!(reason)["kind"].as_str().unwrap_or_default().to_owned());
        let known = [
            id.to_string(),
            created_at.to_rfc3339(),
            form.clone(),
            state.name().to_owned(),
            repeats.to_string(),
            harmless(email.as_deref().unwrap_or_default()),
            harmless(page.as_deref().unwrap_or_default()),
            locale.clone().unwrap_or_default(),
            consent_at,
            reasons.collect::<Vec<_>>().join(" "),
        ];
        let answers = self.fields.iter().map(|name| {
            let answer = submission.answers.iter().find(|answer| answer.name == *name);
            answer.map_or_else(String::new, |answer| match &answer.value {
                // A number is one, also when it is below zero.
                Value::Number(number) => number.to_string(),
                _ => harmless(&answer.shown()),
            })
        });
        let others = submission.answers.iter().filter(|answer| !self.fields.contains(&answer.name));
        let others = others.map(|answer| format!("{}: {}", answer.name, answer.shown())).collect::<Vec<_>>().join("\n");
        known.into_iter().chain(answers).chain([harmless(&others)]).collect::<Vec<_>>().into_iter()
    }

    fn json(&self, page: &[Submission]) -> String {
        let mut text = String::from(if self.has_begun { "" } else { "[" });
        for (at, submission) in page.iter().enumerate() {
            let separator = if self.has_begun || at > 0 { ",\n" } else { "\n" };
            let _ = write!(text, "{separator}{}", as_json(submission));
        }
        if self.is_done {
            text.push_str("\n]\n");
        }
        text
    }
}

fn as_json(submission: &Submission) -> Value {
    json!({
        "id": submission.id,
        "created_at": submission.created_at.to_rfc3339(),
        "form": submission.form,
        "form_version": submission.form_version,
        "state": submission.state,
        "repeats": submission.repeats,
        "email": submission.email,
        "page": submission.page,
        "locale": submission.locale,
        "consent": submission.consent,
        "reasons": submission.reasons,
        "contact": submission.contact,
        "answers": submission.answers,
    })
}

fn row(text: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        let quoted = cell.replace('"', "\"\"");
        let _ = write!(text, "{}\"{quoted}\"", if at == 0 { "" } else { "," });
    }
    text.push_str("\r\n");
}

/// What begins like a formula is a text (CWE-1236); spreadsheets take the wide forms of the signs too, and pass over space.
fn harmless(text: &str) -> String {
    let first = text.trim_start().chars().next();
    let begins = text.starts_with(['\t', '\r', '\n']);
    let is_formula = first.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠'));
    if is_formula || begins { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_breaks_out() {
        for formula in ["=1+1", "+49 30", "-2", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1", "|calc", "%0A"] {
            assert_eq!(harmless(formula), format!("'{formula}"), "{formula:?}");
        }
        for text in ["a=1", "Hello, \"you\"", "1-2", "", "שלום"] {
            assert_eq!(harmless(text), text);
        }
        let mut text = String::new();
        row(&mut text, ["a\",\"b".to_owned(), "line\nbreak".to_owned()].into_iter());
        assert_eq!(text, "\"a\"\",\"\"b\",\"line\nbreak\"\r\n");
    }
}
