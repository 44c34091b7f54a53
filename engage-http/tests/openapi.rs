//! The committed description of the API is what the route table says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]

use std::path::Path;

#[test]
fn the_committed_document_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let mut current = serde_json::to_string_pretty(&engage_http::openapi::document()).unwrap();
    current.push('\n');
    if std::env::var_os("ENGAGE_UPDATE").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == current, "docs/openapi.json is not current: run the test with ENGAGE_UPDATE=1 and commit it");
}

#[test]
fn every_reference_leads_somewhere() {
    let document = engage_http::openapi::document();
    let text = document.to_string();
    let references: Vec<_> =
        text.split("\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(references.len() > 50, "there are references to check");
    for name in references {
        assert!(document["components"]["schemas"][name].is_object(), "{name} is not described");
    }
}

#[test]
fn every_operation_says_what_it_does_and_how_it_refuses() {
    let document = engage_http::openapi::document();
    let mut operations = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations += 1;
            assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{method} {path}");
            assert!(operation["responses"]["500"].is_object(), "{method} {path}");
        }
    }
    let expected: usize =
        engage_http::routes::routes().iter().map(|route| if route.side.is_some() { 1 } else { 2 }).sum();
    assert_eq!(operations, expected);
}

/// What is only called a string would be tried with any text, most of which is refused.
#[test]
fn every_parameter_of_a_query_says_what_it_may_be() {
    let document = engage_http::openapi::document();
    let mut parameters = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for parameter in methods["get"]["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] != "query" {
                continue;
            }
            parameters += 1;
            let (name, schema) = (parameter["name"].as_str().unwrap(), &parameter["schema"]);
            let says = match schema["type"].as_str().unwrap() {
                "integer" => schema["minimum"].is_i64() && schema["maximum"].is_i64(),
                "boolean" => true,
                _ => schema["enum"].is_array() || schema["format"] == "uuid" || schema["maxLength"].is_u64(),
            };
            assert!(says, "{path} {name}: {schema}");
            let expected = match name {
                "limit" | "wait" => "integer",
                "notes" | "voted" => "boolean",
                _ => schema["type"].as_str().unwrap(),
            };
            assert_eq!(schema["type"], expected, "{path} {name}");
            let words = ["status", "state", "format", "priority", "kind", "snoozed", "order"];
            // Sites have statuses of their own for tickets.
            let is_word = words.contains(&name) && !(name == "status" && path.ends_with("/v1/tickets"));
            assert_eq!(schema["enum"].is_array(), is_word, "{path} {name}");
            let ids = ["conversation", "requester", "category"];
            let is_id = ids.contains(&name) || (name == "search" && path.contains("/help/"));
            assert_eq!(schema["format"] == "uuid", is_id, "{path} {name}");
        }
    }
    assert!(parameters > 25, "{parameters}");
}
