//! The OpenAPI document, and whether answers are what it says.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Answer, Client, Host};

/// The document has every endpoint and no other, and says enough of each.
pub async fn the_description_is_the_route_table(host: Host) {
    let server = host.serve().await;
    let served = server.stranger().get("/v1/openapi.json").await.is(200);
    assert_eq!(server.staff("nobody").get("/v1/openapi.json").await.is(200), served, "one for both sides");
    assert!(served["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")));
    let mut described = BTreeSet::new();
    for (path, operations) in served["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            described.insert((method.to_uppercase(), path.clone()));
            check_operation(path, method, operation);
        }
    }
    let mut wanted = BTreeSet::new();
    for endpoint in &host.endpoints {
        for (has, mount) in [(endpoint.site, "/{site}"), (endpoint.admin, "/{admin}")] {
            if has {
                wanted.insert((endpoint.method.clone(), format!("{mount}{}", endpoint.path.trim_end_matches('/'))));
            }
        }
    }
    assert_eq!(described, wanted);
    check_references(&served, &served);
}

/// Every endpoint that is described answers, and is not a path of the host's.
pub async fn every_endpoint_is_reachable(host: Host) {
    let server = host.serve().await;
    for endpoint in &host.endpoints {
        let path =
            endpoint.path.replace("{id}", "x").replace("{key}", "x").replace("{name}", "x").replace("{file}", "x");
        let sides = [(endpoint.site, server.stranger()), (endpoint.admin, server.staff("nobody"))];
        for client in sides.into_iter().filter_map(|(has, client)| has.then_some(client)) {
            let answer = client.request(&endpoint.method, &path).await;
            assert_ne!(answer.status, 405, "{answer}");
        }
    }
}

fn check_operation(path: &str, method: &str, operation: &Value) {
    let told = format!("{method} {path}");
    assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{told} has no summary");
    for name in ["x-access", "x-rate"] {
        assert!(operation[name].is_string(), "{told} has no {name}");
    }
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let named: BTreeSet<_> =
        parameters.iter().filter(|one| one["in"] == "path").filter_map(|one| one["name"].as_str()).collect();
    let in_path: BTreeSet<_> = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
    assert_eq!(named, in_path, "{told}");
    let responses = operation["responses"].as_object().unwrap();
    // A form leads to a page.
    let is_form = responses.contains_key("303");
    assert!(is_form || responses.keys().any(|status| status.starts_with('2')), "{told} has no success");
    if matches!(method, "post" | "put" | "patch") {
        let media = match path {
            _ if is_form => "application/x-www-form-urlencoded",
            path if method == "patch" && path.ends_with("/v1/files/{id}") => "application/offset+octet-stream",
            path if path.ends_with("/v1/mail/inbound") => "message/rfc822",
            _ => "application/json",
        };
        assert!(operation["requestBody"]["content"][media]["schema"].is_object(), "{told} takes nothing");
    }
}

fn check_references(document: &Value, value: &Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(to)) = members.get("$ref") {
                assert!(resolve(document, to).is_object(), "{to} leads nowhere");
            }
            members.values().for_each(|member| check_references(document, member));
        }
        Value::Array(items) => items.iter().for_each(|item| check_references(document, item)),
        _ => {}
    }
}

fn resolve<'a>(document: &'a Value, reference: &str) -> &'a Value {
    document.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null)
}

/// A parameter of a query.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) name: String,
    schema: Value,
}

impl Asked {
    /// Whether it is any text: nothing that one types is wrong, but it may name nothing.
    pub(super) fn is_text(&self) -> bool {
        self.schema["type"] == "string" && self.schema["format"].is_null() && self.schema["enum"].is_null()
    }

    /// Whether it is an id: one that is none names nothing.
    pub(super) fn is_id(&self) -> bool {
        self.schema["format"] == "uuid"
    }
}

/// The document, to check answers by.
#[derive(Debug)]
pub(super) struct Document(Value);

impl Document {
    pub(super) async fn of(client: &Client) -> Self {
        Self(client.get("/v1/openapi.json").await.is(200))
    }

    /// The schema of what an endpoint takes.
    pub(super) fn takes(&self, side: &str, method: &str, path: &str) -> Option<&Value> {
        let schema = &self.operation(side, method, path)["requestBody"]["content"]["application/json"]["schema"];
        Some(resolve(&self.0, schema["$ref"].as_str()?))
    }

    /// What an endpoint's query may hold.
    pub(super) fn query(&self, side: &str, method: &str, path: &str) -> Vec<Asked> {
        let parameters = self.operation(side, method, path)["parameters"].as_array().cloned().unwrap_or_default();
        let queried = parameters.iter().filter(|one| one["in"] == "query");
        queried
            .filter_map(|one| Some(Asked { name: one["name"].as_str()?.to_owned(), schema: one["schema"].clone() }))
            .collect()
    }

    /// An answer of an endpoint has a status and a body that are described, and not a member more.
    pub(super) fn check(&self, side: &str, method: &str, path: &str, answer: &Answer) {
        let operation = self.operation(side, method, path);
        if matches!(answer.status, 101 | 304 | 308) {
            return;
        }
        let response = &operation["responses"][answer.status.to_string()];
        assert!(response.is_object(), "{answer}: the status is not described for {method} {path}");
        let Some(kind) = answer.try_header("content-type").filter(|kind| kind.contains("json")) else { return };
        let schema = &response["content"][kind]["schema"];
        if answer.status >= 400 || schema.is_object() {
            assert!(schema.is_object(), "{answer}: {kind} is not described");
            if let Err(wrong) = self.fits(schema, &answer.json(), "") {
                panic!("{answer}: {wrong}");
            }
        }
    }

    fn operation(&self, side: &str, method: &str, path: &str) -> &Value {
        let path = format!("/{{{side}}}{}", path.trim_end_matches('/'));
        &self.0["paths"][path.as_str()][method.to_lowercase()]
    }

    /// Whether `value` is what `schema` says; members that it does not name are wrong. As much of JSON Schema as is used.
    fn fits(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.fits(resolve(&self.0, reference), value, at);
        }
        for any in ["oneOf", "anyOf"] {
            if let Some(choices) = schema[any].as_array() {
                let tries: Vec<_> = choices.iter().map(|choice| self.fits(choice, value, at)).collect();
                let fits = tries.iter().any(Result::is_ok);
                return if fits { Ok(()) } else { Err(format!("{at} fits none of {any}: {tries:?}")) };
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            return self
                .flattened(parts)
                .iter()
                .map(|whole| self.fits(whole, value, at))
                .find(Result::is_ok)
                .unwrap_or_else(|| Err(format!("{at} does not fit all: {value}")));
        }
        if let Some(values) = schema["enum"].as_array() {
            return if values.contains(value) {
                Ok(())
            } else {
                Err(format!("{at}: {value} is not one of {values:?}"))
            };
        }
        if let Some(constant) = schema.get("const") {
            return if constant == value { Ok(()) } else { Err(format!("{at}: {value} is not {constant}")) };
        }
        self.fits_type(schema, value, at)
    }

    fn fits_type(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let allowed: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one],
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            // Anything.
            _ => return Ok(()),
        };
        if !(allowed.contains(&kind) || kind == "integer" && allowed.contains(&"number")) {
            return Err(format!("{at}: {value} is not of {allowed:?}"));
        }
        match value {
            Value::Object(members) => self.fits_object(schema, members, at),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .try_for_each(|(n, item)| self.fits(&schema["items"], item, &format!("{at}/{n}"))),
            _ => Ok(()),
        }
    }

    fn fits_object(&self, schema: &Value, members: &Map<String, Value>, at: &str) -> Result<(), String> {
        let none = Map::new();
        let known = schema["properties"].as_object().unwrap_or(&none);
        for (name, member) in members {
            let Some(schema) = known.get(name).or_else(|| schema.get("additionalProperties")) else {
                return Err(format!("{at}/{name} is not described"));
            };
            self.fits(schema, member, &format!("{at}/{name}"))?;
        }
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        match required.into_iter().find(|name| !members.contains_key(*name)) {
            Some(missing) => Err(format!("{at}/{missing} is missing")),
            None => Ok(()),
        }
    }

    /// `allOf` as the objects that it may stand for, so that no part sees the other parts' members as unknown.
    fn flattened(&self, parts: &[Value]) -> Vec<Value> {
        let mut wholes = vec![Value::Object(Map::new())];
        for part in parts {
            let choices = self.choices(part);
            wholes = wholes.iter().flat_map(|whole| choices.iter().map(move |choice| joined(whole, choice))).collect();
        }
        wholes
    }

    fn choices(&self, schema: &Value) -> Vec<Value> {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.choices(resolve(&self.0, reference));
        }
        if let Some(parts) = schema["allOf"].as_array() {
            return self.flattened(parts);
        }
        match schema["oneOf"].as_array() {
            Some(choices) => choices.iter().flat_map(|choice| self.choices(choice)).collect(),
            None => vec![schema.clone()],
        }
    }
}

fn joined(one: &Value, other: &Value) -> Value {
    let mut whole = serde_json::json!({ "type": "object", "properties": {}, "required": [] });
    for part in [one, other] {
        for (name, schema) in part["properties"].as_object().into_iter().flatten() {
            whole["properties"][name] = schema.clone();
        }
        let required = part["required"].as_array().cloned().unwrap_or_default();
        whole["required"].as_array_mut().unwrap().extend(required);
    }
    whole
}
