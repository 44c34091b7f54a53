//! The API's description as Schemathesis takes it: one side, with ids that exist.

use std::fs;

use serde_json::{Map, Value, json};

use super::people::{Met, Person};
use crate::shell::{self, Result};

/// Names what does not exist, in the form of an id.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// The part of `docs/openapi.json` that is mounted on the side of `person`, with paths under the mount.
pub(super) fn document(person: Person, met: &Met) -> Result<Value> {
    let mut document: Value = serde_json::from_str(&fs::read_to_string(shell::root().join("docs/openapi.json"))?)?;
    let mount = match person {
        Person::Visitor => "/{site}",
        Person::Admin => "/{admin}",
    };
    let mut paths = Map::new();
    for (path, operations) in document["paths"].as_object().into_iter().flatten() {
        let Some(path) = path.strip_prefix(mount) else { continue };
        let path = if path.is_empty() { "/" } else { path };
        let mut operations = operations.clone();
        for operation in operations.as_object_mut().into_iter().flat_map(Map::values_mut) {
            if let Some(parameters) = operation["parameters"].as_array_mut() {
                parameters.retain(|parameter| !is_mount(parameter));
                parameters.iter_mut().for_each(|parameter| sharpen(path, parameter, met));
            }
        }
        paths.insert(path.to_owned(), operations);
    }
    document["paths"] = Value::Object(paths);
    Ok(document)
}

fn is_mount(parameter: &Value) -> bool {
    parameter["in"] == "path" && (parameter["name"] == "site" || parameter["name"] == "admin")
}

/// Lets a parameter be what the route understands, and what exists, about as often as not: random text seldom is.
fn sharpen(path: &str, parameter: &mut Value, met: &Met) {
    let name = parameter["name"].as_str().unwrap_or_default();
    let known = match name {
        "id" if path.starts_with("/v1/chat/conversations") => [&met.conversation, NOBODY],
        "id" if path.starts_with("/v1/contacts") => [&met.contact, NOBODY],
        "id" if path.starts_with("/v1/chat/agents") => ["ada", "nobody"],
        "key" => ["chat_greeting", "nothing"],
        "conversation" => [&met.conversation, NOBODY],
        _ => return,
    };
    parameter["schema"] = json!({ "type": "string", "enum": known });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_is_described_without_its_mount_and_with_what_exists() {
        let met = Met { cookie: String::new(), conversation: "1".to_owned(), contact: "2".to_owned() };
        for (person, own, foreign) in
            [(Person::Visitor, "/v1/session", "/v1/audit"), (Person::Admin, "/v1/audit", "/v1/session")]
        {
            let document = document(person, &met).unwrap();
            let paths = document["paths"].as_object().unwrap();
            assert!(paths.contains_key(own) && !paths.contains_key(foreign), "{person}: {:?}", paths.keys());
            assert!(
                paths.keys().all(|path| path.starts_with('/') && !path.contains("{site}") && !path.contains("{admin}"))
            );
            let parameters = document["paths"]["/v1/chat/conversations/{id}"]["get"]["parameters"].as_array().unwrap();
            assert_eq!(parameters.len(), 1);
            assert_eq!(parameters[0]["schema"]["enum"], json!(["1", NOBODY]));
        }
    }
}
