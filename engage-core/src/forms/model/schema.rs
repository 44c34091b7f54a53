//! A form as JSON Schema.

use serde_json::{Map, Value, json};

use super::Form;
use super::field::{Condition, Field, FieldKind};

impl Form {
    /// The answers that it takes, as JSON Schema 2020-12. A condition is an `if` with a `then`.
    ///
    /// The schema says what a program that fills in the form should send. [`checked`](super::checked_answers) takes more, as people type: white
    /// space around a text, an empty text for none, a number as a text, and what a condition leaves out.
    pub fn schema(&self) -> Value {
        let properties: Map<String, Value> =
            self.fields.iter().map(|field| (field.name.clone(), field.schema())).collect();
        let required: Vec<_> = self.fields.iter().filter(|field| field.required && field.when.is_none()).collect();
        let conditional = self.fields.iter().filter(|field| field.required && field.when.is_some());
        let rules: Vec<_> = conditional
            .map(|field| json!({ "if": { "allOf": self.ways_to(field) }, "then": { "required": [field.name] } }))
            .collect();
        let mut schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.title,
            "type": "object",
            "properties": properties,
            "required": required.iter().map(|field| &field.name).collect::<Vec<_>>(),
            "additionalProperties": false,
        });
        if !rules.is_empty() {
            schema["allOf"] = Value::from(rules);
        }
        schema
    }

    /// All that must hold so that `field` is asked: its own condition, and those of the fields that lead to it.
    fn ways_to(&self, field: &Field) -> Vec<Value> {
        let mut ways = Vec::new();
        let mut next = field.when.as_ref();
        // Conditions are on earlier fields, so this ends.
        while let Some(when) = next {
            let Some(on) = self.fields.iter().find(|field| field.name == when.field) else { break };
            ways.push(json!({ "properties": { on.name.clone(): when.schema(on.kind) }, "required": [on.name] }));
            next = on.when.as_ref();
        }
        ways
    }
}

impl Field {
    fn schema(&self) -> Value {
        let mut schema = match self.kind {
            FieldKind::Text | FieldKind::Multiline | FieldKind::Tel => {
                json!({ "type": "string", "maxLength": self.longest() })
            }
            FieldKind::Email => json!({ "type": "string", "format": "email", "maxLength": self.longest() }),
            FieldKind::Url => {
                json!({ "type": "string", "format": "uri", "pattern": "^[hH][tT][tT][pP][sS]?://", "maxLength": self.longest() })
            }
            FieldKind::Number => json!({ "type": "number" }),
            FieldKind::Date => json!({ "type": "string", "format": "date" }),
            FieldKind::Select | FieldKind::Radio => json!({ "type": "string", "enum": self.choices }),
            FieldKind::Several => {
                let least = usize::from(self.required);
                json!({ "type": "array", "items": { "enum": self.choices }, "uniqueItems": true, "minItems": least })
            }
            FieldKind::Checkbox if self.required => json!({ "const": true }),
            FieldKind::Checkbox => json!({ "type": "boolean" }),
        };
        schema["title"] = Value::from(self.label.as_str());
        if !self.help.is_empty() {
            schema["description"] = Value::from(self.help.as_str());
        }
        let is_written = matches!(
            self.kind,
            FieldKind::Text | FieldKind::Multiline | FieldKind::Email | FieldKind::Tel | FieldKind::Url
        );
        if let Some(min) = self.min_length.or((self.required && is_written).then_some(1)) {
            schema["minLength"] = Value::from(min);
        }
        for (name, bound) in [("minimum", self.min), ("maximum", self.max)] {
            if let Some(bound) = bound {
                schema[name] = Value::from(bound);
            }
        }
        schema
    }
}

impl Condition {
    fn schema(&self, kind: FieldKind) -> Value {
        match kind {
            FieldKind::Several => json!({ "contains": { "enum": self.is } }),
            FieldKind::Checkbox => json!({ "enum": self.is.iter().map(|is| is == "true").collect::<Vec<_>>() }),
            _ => json!({ "enum": self.is }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_an_if_with_all_that_leads_there() {
        let form = Form::new("a", "A")
            .field(Field::new(FieldKind::Select, "topic", "Topic").choices(["Sales", "Help"]))
            .field(Field::new(FieldKind::Checkbox, "urgent", "Urgent").when("topic", ["Help"]))
            .field(Field::new(FieldKind::Text, "why", "Why").required().when("urgent", ["true"]));
        let schema = form.schema();
        assert_eq!(schema["required"], json!([]));
        assert_eq!(
            schema["allOf"],
            json!([{
                "if": { "allOf": [
                    { "properties": { "urgent": { "enum": [true] } }, "required": ["urgent"] },
                    { "properties": { "topic": { "enum": ["Help"] } }, "required": ["topic"] },
                ] },
                "then": { "required": ["why"] },
            }])
        );
        assert_eq!(schema["properties"]["why"]["minLength"], json!(1));
    }

    #[test]
    fn each_kind_has_its_type_and_bounds() {
        let form = Form::new("a", "A")
            .field(Field::new(FieldKind::Number, "n", "N").between(1.0, 2.5).required())
            .field(Field::new(FieldKind::Several, "s", "S").choices(["x"]).help("Choose"))
            .field(Field::new(FieldKind::Checkbox, "c", "C").required());
        let schema = form.schema();
        assert_eq!(schema["required"], json!(["n", "c"]));
        assert_eq!(
            schema["properties"]["n"],
            json!({ "type": "number", "title": "N", "minimum": 1.0, "maximum": 2.5 })
        );
        assert_eq!(schema["properties"]["s"]["description"], json!("Choose"));
        assert_eq!(schema["properties"]["c"]["const"], json!(true));
    }
}
