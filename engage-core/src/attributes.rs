//! Custom attributes: what a site keeps of a contact or a conversation beyond what engage knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use crate::error::{Error, FieldError, Result};

/// How many attributes one thing may have.
const COUNT: usize = 50;
/// How long a name may be, in bytes: names are ASCII.
const NAME_BYTES: usize = 64;
/// How long a text may be, in Unicode scalar values.
const TEXT_CHARS: usize = 1_000;
/// How much all of them may take, in bytes of names and values.
const TOTAL_BYTES: usize = 8 * 1024;

/// Names with single values: a flat object. At most 50, of 8 KiB together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attributes(BTreeMap<String, Attribute>);

/// One value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Attribute {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(Number),
    /// At most 1,000 characters.
    Text(String),
}

/// A change of attributes, as a merge patch (RFC 7396): `None` removes, what is not named stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttributePatch(BTreeMap<String, Option<Attribute>>);

impl Attributes {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Attribute> {
        self.0.get(name)
    }

    /// Each, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Attribute)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Applies a patch, and gives what of it changed something. Pure, for replicas too.
    pub fn apply(&mut self, patch: &AttributePatch) -> AttributePatch {
        let mut changed = BTreeMap::new();
        for (name, value) in &patch.0 {
            let before = match value {
                Some(value) => self.0.insert(name.clone(), value.clone()),
                None => self.0.remove(name),
            };
            if before != *value {
                changed.insert(name.clone(), value.clone());
            }
        }
        AttributePatch(changed)
    }

    /// The patch that undoes `patch` on these.
    pub(crate) fn restoring(&self, patch: &AttributePatch) -> AttributePatch {
        AttributePatch(patch.0.keys().map(|name| (name.clone(), self.0.get(name).cloned())).collect())
    }

    /// The same with a patch applied, and what of it changed something.
    ///
    /// # Errors
    /// `Invalid` at `/attributes` when there would be too many, or too much in them.
    pub fn patched(&self, patch: &AttributePatch) -> Result<(Self, AttributePatch)> {
        let mut next = self.clone();
        let changed = next.apply(patch);
        let bytes: usize = next.0.iter().map(|(name, value)| name.len() + value.bytes()).sum();
        if next.0.len() > COUNT {
            return Err(Error::invalid("/attributes", "too_many", format!("at most {COUNT} attributes")));
        }
        if bytes > TOTAL_BYTES {
            return Err(Error::invalid("/attributes", "too_long", format!("at most {TOTAL_BYTES} bytes together")));
        }
        Ok((next, changed))
    }
}

impl Attribute {
    fn bytes(&self) -> usize {
        match self {
            Self::Flag(_) => 5,
            Self::Number(number) => number.to_string().len(),
            Self::Text(text) => text.len(),
        }
    }
}

impl From<bool> for Attribute {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<&str> for Attribute {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl AttributePatch {
    /// Checks what somebody sent. A name is 1 to 64 of `A-Z a-z 0-9 _ . -`, beginning with a letter; a value is a text, a
    /// number, a truth value, or null to remove.
    ///
    /// # Errors
    /// `Invalid` with a pointer to each member that breaks a rule.
    pub fn checked(object: serde_json::Map<String, Value>) -> Result<Self> {
        if object.len() > COUNT {
            return Err(Error::invalid("/attributes", "too_many", format!("at most {COUNT} at once")));
        }
        let mut patch = Self::default();
        let mut wrong = Vec::new();
        for (name, value) in object {
            match checked_name(&name).and_then(|()| checked_value(value)) {
                Ok(value) => drop(patch.0.insert(name, value)),
                Err((code, detail)) => {
                    let field = format!("/attributes/{}", name.replace('~', "~0").replace('/', "~1"));
                    wrong.push(FieldError { field, code, detail });
                }
            }
        }
        if wrong.is_empty() { Ok(patch) } else { Err(Error::invalid_fields(wrong)) }
    }

    /// With one more value.
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<Attribute>) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

type Broken = (&'static str, String);

/// Whether an attribute may be called so: 1 to 64 of `A-Z a-z 0-9 _ . -`, beginning with a letter.
pub(crate) fn is_attribute_name(name: &str) -> bool {
    (1..=NAME_BYTES).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

fn checked_name(name: &str) -> Result<(), Broken> {
    let told = || ("format", format!("a name is 1 to {NAME_BYTES} letters, digits, _, . or -, a letter first"));
    if is_attribute_name(name) { Ok(()) } else { Err(told()) }
}

fn checked_value(value: Value) -> Result<Option<Attribute>, Broken> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(flag) => Ok(Some(Attribute::Flag(flag))),
        Value::Number(number) => Ok(Some(Attribute::Number(number))),
        Value::String(text) if text.chars().count() > TEXT_CHARS => {
            Err(("too_long", format!("at most {TEXT_CHARS} characters")))
        }
        Value::String(text) if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') => {
            Err(("control_character", "the text holds control characters".to_owned()))
        }
        Value::String(text) => Ok(Some(Attribute::Text(text))),
        Value::Array(_) | Value::Object(_) => {
            Err(("wrong_type", "a text, a number, true, false or null is expected".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn patch(value: Value) -> Result<AttributePatch> {
        let Value::Object(object) = value else { panic!("an object") };
        AttributePatch::checked(object)
    }

    #[test]
    fn a_patch_merges_and_done_twice_changes_nothing() {
        let first = patch(json!({ "plan": "pro", "seats": 5, "vip": true })).unwrap();
        let (kept, changed) = Attributes::default().patched(&first).unwrap();
        assert_eq!(changed, first);
        assert!(kept.patched(&first).unwrap().1.is_empty());
        let (left, changed) = kept.patched(&patch(json!({ "plan": null, "seats": 5, "none": null })).unwrap()).unwrap();
        assert_eq!(serde_json::to_value(&changed).unwrap(), json!({ "plan": null }));
        assert_eq!(serde_json::to_value(&left).unwrap(), json!({ "seats": 5, "vip": true }));
    }

    #[test]
    fn what_breaks_a_rule_is_named() {
        for (wrong, field, code) in [
            (json!({ "": 1 }), "/attributes/", "format"),
            (json!({ "__proto__": 1 }), "/attributes/__proto__", "format"),
            (json!({ "a/b~": 1 }), "/attributes/a~1b~0", "format"),
            (json!({ "a": [] }), "/attributes/a", "wrong_type"),
            (json!({ "a": { "b": 1 } }), "/attributes/a", "wrong_type"),
            (json!({ "a": "x\u{0}" }), "/attributes/a", "control_character"),
            (json!({ "a": "x".repeat(1_001) }), "/attributes/a", "too_long"),
        ] {
            let error = patch(wrong.clone()).unwrap_err();
            assert_eq!((error.fields()[0].field.as_str(), error.fields()[0].code), (field, code), "{wrong}");
        }
    }

    #[test]
    fn what_there_is_stays_bounded() {
        let many = |from: usize| patch((from..from + 50).map(|n| (format!("a{n}"), json!(n))).collect()).unwrap();
        let (full, _) = Attributes::default().patched(&many(0)).unwrap();
        assert_eq!(full.patched(&many(1)).unwrap_err().fields()[0].code, "too_many");
        let long = patch((0..9).map(|n| (format!("a{n}"), json!("ü".repeat(900)))).collect()).unwrap();
        assert_eq!(Attributes::default().patched(&long).unwrap_err().fields()[0].code, "too_long");
    }

    proptest! {
        #[test]
        fn what_changed_is_enough_to_follow(steps in proptest::collection::vec(
            proptest::collection::btree_map("[a-d]", proptest::option::of(0i64..3), 0..4), 0..8
        )) {
            let (mut all, mut replica) = (Attributes::default(), Attributes::default());
            for step in steps {
                let step = AttributePatch(
                    step.into_iter().map(|(name, n)| (name, n.map(|n| Attribute::Number(n.into())))).collect(),
                );
                let (next, changed) = all.patched(&step).unwrap();
                prop_assert_eq!(changed.is_empty(), next == all);
                replica.apply(&changed);
                prop_assert_eq!(&replica, &next);
                all = next;
            }
        }
    }
}
