//! What a query may hold: declared in the route table, from where it is described, checked and read.

use std::collections::HashMap;

use engage_core::{Error, Result};
use serde_json::{Value, json};

use crate::problem::malformed;

/// How many bytes a value may have.
const VALUE: usize = 1_024;

/// A parameter of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its values.
    pub kind: Kind,
    /// Whether there is no answer without it.
    pub required: bool,
}

/// The values of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Number {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
        /// What counts when none is given.
        default: Option<i64>,
    },
    /// One of a few words, the first when none is given.
    Word(&'static [&'static str]),
    /// `true`, or `false` when none is given.
    Flag,
    /// The id of something.
    Id,
    /// What a page gave to go on from.
    Cursor,
    /// Any text of one line.
    Text,
}

/// How many items a page has, at most `max`.
pub(crate) const fn limit(default: i64, max: i64) -> Parameter {
    Parameter { name: "limit", kind: Kind::Number { min: 1, max, default: Some(default) }, required: false }
}

/// A number from `min` on.
pub(crate) const fn from(name: &'static str, min: i64) -> Parameter {
    Parameter { name, kind: Kind::Number { min, max: i64::MAX, default: None }, required: false }
}

/// Some seconds, at most `max`; none when it is not given.
pub(crate) const fn seconds(name: &'static str, max: i64) -> Parameter {
    Parameter { name, kind: Kind::Number { min: 0, max, default: Some(0) }, required: false }
}

/// A parameter that may be left out.
pub(crate) const fn optional(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, required: false }
}

/// A parameter that must be given.
pub(crate) const fn required(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, required: true }
}

impl Parameter {
    /// Its description in OpenAPI.
    pub(crate) fn describe(&self) -> Value {
        let schema = match self.kind {
            Kind::Number { min, max, default: Some(default) } => {
                json!({ "type": "integer", "format": "int64", "minimum": min, "maximum": max, "default": default })
            }
            Kind::Number { min, max, default: None } => {
                json!({ "type": "integer", "format": "int64", "minimum": min, "maximum": max })
            }
            Kind::Word(words) => json!({ "type": "string", "enum": words, "default": words.first() }),
            Kind::Flag => json!({ "type": "boolean", "default": false }),
            Kind::Id => json!({ "type": "string", "format": "uuid" }),
            Kind::Cursor => json!({ "type": "string", "format": "cursor", "maxLength": VALUE }),
            Kind::Text => json!({ "type": "string", "maxLength": VALUE }),
        };
        json!({ "name": self.name, "in": "query", "required": self.required, "schema": schema })
    }

    /// What `text` says.
    fn check(&self, text: &str) -> Result<()> {
        let refuse = |code, detail| Err(Error::invalid(&format!("/{}", self.name), code, detail));
        match self.kind {
            Kind::Number { min, max, .. } => match text.parse::<i64>() {
                Ok(number) if (min..=max).contains(&number) && !text.starts_with('+') => Ok(()),
                _ => refuse("range", format!("a number from {min} to {max}")),
            },
            Kind::Word(words) if !words.contains(&text) => refuse("unknown", format!("one of {}", words.join(", "))),
            Kind::Flag if !["true", "false"].contains(&text) => refuse("unknown", "true or false".to_owned()),
            // What reads an id or a cursor checks it.
            _ => Ok(()),
        }
    }
}

/// The parameters of a query, each as it was declared.
#[derive(Debug)]
pub(crate) struct Query<'a> {
    declared: &'a [Parameter],
    given: HashMap<&'static str, String>,
}

impl<'a> Query<'a> {
    /// Reads a query, of which only `declared` may be given, each once.
    ///
    /// # Errors
    /// `malformed`, or `Invalid` with the name of what is not one of its values.
    pub(crate) fn read(declared: &'a [Parameter], query: &str) -> Result<Self> {
        let mut given = HashMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let Some(Parameter { name, .. }) = declared.iter().find(|known| known.name == name) else {
                return Err(malformed("the query has an unknown parameter"));
            };
            if value.chars().any(char::is_control) || value.len() > VALUE {
                return Err(malformed(format!("the query's {name} cannot be read")));
            }
            if given.insert(*name, value.into_owned()).is_some() {
                return Err(malformed(format!("the query gives {name} twice")));
            }
        }
        for parameter in declared {
            given.get(parameter.name).map_or(Ok(()), |text| parameter.check(text))?;
        }
        Ok(Self { declared, given })
    }

    /// A parameter as it was given.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str)
    }

    /// A word, or the first of them.
    pub(crate) fn word(&self, name: &str) -> &str {
        let first = match self.kind(name) {
            Some(Kind::Word(words)) => words.first().copied(),
            _ => None,
        };
        self.text(name).or(first).unwrap_or_default()
    }

    /// Whether a flag is set.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    /// A number that was given, or else the one that counts then.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        let default = match self.kind(name) {
            Some(Kind::Number { default, .. }) => default,
            _ => None,
        };
        self.text(name).and_then(|text| text.parse().ok()).or(default)
    }

    /// How many items the page has.
    pub(crate) fn limit(&self) -> usize {
        self.number("limit").and_then(|limit| limit.try_into().ok()).unwrap_or(1)
    }

    fn kind(&self, name: &str) -> Option<Kind> {
        self.declared.iter().find(|known| known.name == name).map(|known| known.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Parameter; 5] = [
        limit(30, 100),
        from("after", 0),
        optional("status", Kind::Word(&["open", "closed"])),
        optional("notes", Kind::Flag),
        optional("label", Kind::Text),
    ];

    #[test]
    fn what_is_given_is_read_and_what_is_not_has_its_default() {
        let query = Query::read(&ALL, "limit=7&after=0&status=closed&notes=true&label=a+b").unwrap();
        assert_eq!((query.limit(), query.number("after")), (7, Some(0)));
        assert_eq!((query.word("status"), query.flag("notes"), query.text("label")), ("closed", true, Some("a b")));
        let query = Query::read(&ALL, "").unwrap();
        assert_eq!((query.limit(), query.number("after")), (30, None));
        assert_eq!((query.word("status"), query.flag("notes"), query.text("label")), ("open", false, None));
    }

    #[test]
    fn anything_else_is_refused_with_its_name() {
        let bad = [
            "limit=0",
            "limit=101",
            "limit=%2B5",
            "limit=",
            "after=-1",
            "after=9223372036854775808",
            "status=OPEN",
            "notes=1",
        ];
        for query in bad {
            let error = Query::read(&ALL, query).unwrap_err();
            assert_eq!(error.fields()[0].field, format!("/{}", query.split('=').next().unwrap()), "{query}");
        }
        let long = format!("label={}", "a".repeat(1_025));
        for query in ["other=1", "limit=1&limit=1", "label=%00", "label=%0a", &long] {
            assert_eq!(Query::read(&ALL, query).unwrap_err().code(), "malformed", "{query}");
        }
    }
}
