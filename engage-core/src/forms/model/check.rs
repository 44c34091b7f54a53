//! Whether answers fit a form.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::field::{Field, FieldKind};
use super::{FIELDS, Form};
use crate::error::{Error, FieldError, Result};

/// How much all answers may take, in bytes of names and JSON: with them an event still fits the outbox.
const TOTAL_BYTES: usize = 30 * 1024;

/// What was answered to one field, with what was asked: a form that is changed later changes nothing of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The field's name.
    pub name: String,
    /// What was read beside it.
    pub label: String,
    /// A text, a number, a truth value, or a list of texts.
    pub value: Value,
}

/// Checks what somebody answered: what was asked of them, in the order of the form. What a condition leaves out is neither
/// required nor kept.
///
/// # Errors
/// `Invalid` with a pointer below `/answers` for each fault, or at `/answers` when there is too much.
pub fn checked(form: &Form, answers: &Map<String, Value>) -> Result<Vec<Answer>> {
    let mut kept: Vec<Answer> = Vec::new();
    let mut wrong = Vec::new();
    for field in &form.fields {
        if !is_asked(field, &kept) {
            continue;
        }
        match field.read(answers.get(&field.name).unwrap_or(&Value::Null)) {
            Ok(None) if field.required => wrong.push(told(&field.name, "required", "an answer is needed".to_owned())),
            Ok(None) => {}
            Ok(Some(value)) => kept.push(Answer { name: field.name.clone(), label: field.label.clone(), value }),
            Err((code, detail)) => wrong.push(told(&field.name, code, detail)),
        }
    }
    let is_known = |name: &&String| form.fields.iter().any(|field| field.name == **name);
    let unknown = answers.keys().filter(|name| !is_known(name)).take(FIELDS);
    wrong.extend(unknown.map(|name| told(name, "unknown", "this is not asked".to_owned())));
    let bytes: usize = kept.iter().map(|answer| answer.name.len() + answer.value.to_string().len()).sum();
    if wrong.is_empty() && bytes > TOTAL_BYTES {
        return Err(Error::invalid("/answers", "too_long", "this is too much at once"));
    }
    if wrong.is_empty() { Ok(kept) } else { Err(Error::invalid_fields(wrong)) }
}

/// Whether what was answered so far leads to `field`.
fn is_asked(field: &Field, answered: &[Answer]) -> bool {
    let Some(when) = &field.when else { return true };
    when.holds(answered.iter().find(|answer| answer.name == when.field).map(|answer| &answer.value))
}

impl Form {
    /// The address to answer to: of the field `email`, or else of the first that asks for one.
    pub fn address<'a>(&self, answers: &'a [Answer]) -> Option<&'a str> {
        let asks = |answer: &&Answer| {
            self.fields.iter().any(|field| field.kind == FieldKind::Email && field.name == answer.name)
        };
        let named = answers.iter().filter(asks).find(|answer| answer.name == "email");
        named.or_else(|| answers.iter().find(asks))?.value.as_str()
    }
}

fn told(name: &str, code: &'static str, detail: String) -> FieldError {
    let name = name.replace('~', "~0").replace('/', "~1");
    FieldError { field: format!("/answers/{name}"), code, detail }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// The same table is held against the widget.
    const TABLE: &str = include_str!("checks.json");

    #[derive(Deserialize)]
    struct Table {
        form: Form,
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        answers: Map<String, Value>,
        faults: std::collections::BTreeMap<String, String>,
        #[serde(default)]
        kept: Option<Value>,
    }

    fn faults(form: &Form, answers: &Map<String, Value>) -> std::collections::BTreeMap<String, String> {
        let Err(error) = checked(form, answers) else { return std::collections::BTreeMap::new() };
        let told = |field: &FieldError| (field.field.trim_start_matches("/answers/").to_owned(), field.code.to_owned());
        error.fields().iter().map(told).collect()
    }

    #[test]
    fn the_table_that_the_widget_is_held_to() {
        let table: Table = serde_json::from_str(TABLE).unwrap();
        table.form.check().unwrap();
        for case in table.cases {
            assert_eq!(faults(&table.form, &case.answers), case.faults, "{:?}", case.answers);
            if let Some(kept) = case.kept {
                let answers = checked(&table.form, &case.answers).unwrap();
                let answers: Map<String, Value> =
                    answers.into_iter().map(|answer| (answer.name, answer.value)).collect();
                assert_eq!(Value::Object(answers), kept);
            }
        }
    }

    #[test]
    fn names_of_no_field_are_told_apart_from_a_path() {
        let form = Form::new("a", "A").field(Field::new(FieldKind::Text, "name", "Name"));
        let told = faults(&form, json!({ "a/b~": 1, "__proto__": {} }).as_object().unwrap());
        assert_eq!(told.keys().collect::<Vec<_>>(), ["__proto__", "a~1b~0"]);
    }

    #[test]
    fn the_address_is_that_of_the_field_of_this_name() {
        let ask = |name: &str, kind| Field::new(kind, name, "x");
        let form = Form::new("a", "A")
            .field(ask("text", FieldKind::Text))
            .field(ask("work", FieldKind::Email))
            .field(ask("email", FieldKind::Email));
        let address = |answers: Value| {
            let answers = checked(&form, answers.as_object().unwrap()).unwrap();
            form.address(&answers).map(str::to_owned)
        };
        assert_eq!(address(json!({ "text": "x@example.com" })), None);
        assert_eq!(address(json!({ "work": "w@example.com" })).unwrap(), "w@example.com");
        assert_eq!(address(json!({ "work": "w@example.com", "email": "e@example.com" })).unwrap(), "e@example.com");
    }

    #[test]
    fn more_than_fits_an_event_is_refused() {
        let mut form = Form::new("a", "A");
        for name in ["a", "b", "c", "d"] {
            form = form.field(Field::new(FieldKind::Multiline, name, "x"));
        }
        let long = "x".repeat(9_000);
        let answers = json!({ "a": long, "b": long, "c": long });
        assert!(checked(&form, answers.as_object().unwrap()).is_ok());
        let answers = json!({ "a": long, "b": long, "c": long, "d": long });
        let error = checked(&form, answers.as_object().unwrap()).unwrap_err();
        assert_eq!((error.fields()[0].field.as_str(), error.fields()[0].code), ("/answers", "too_long"));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let text = prop_oneof![Just("yes".to_owned()), Just("true".to_owned()), ".{0,20}", "[0-9-]{0,12}"];
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            text.clone().prop_map(Value::from),
            proptest::collection::vec(text.prop_map(Value::from), 0..4).prop_map(Value::from),
        ]
    }

    proptest! {
        #[test]
        fn no_answer_panics_and_what_was_kept_is_kept_again(values in proptest::collection::vec(any_value(), 12)) {
            let table: Table = serde_json::from_str(TABLE).unwrap();
            let names = table.form.fields.iter().map(|field| field.name.clone());
            let answers: Map<String, Value> = names.zip(values).collect();
            if let Ok(kept) = checked(&table.form, &answers) {
                let again = kept.iter().map(|answer| (answer.name.clone(), answer.value.clone())).collect();
                prop_assert_eq!(checked(&table.form, &again).unwrap(), kept);
            }
        }
    }
}
