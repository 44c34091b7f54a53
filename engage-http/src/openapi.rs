//! OpenAPI 3.1, from the route table.

use engage_core::Result;
use http::{Method, Response};
use serde_json::{Map, Value, json};

use crate::body::Body;
use crate::problem::Problem;
use crate::query::Parameter;
use crate::request::{Cx, ok};
use crate::routes::{Access, Route, Shape, Side, routes};

/// The description of the API, both sides in one: the paths of the admin side begin with `/{admin}`.
pub fn document() -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    describe(&mut schemas, Shape::problem());
    for route in routes() {
        for side in [Side::Site, Side::Admin].into_iter().filter(|side| route.is_on(*side)) {
            let mount = if side == Side::Site { "/{site}" } else { "/{admin}" };
            let path = if route.path == "/" { mount.to_owned() } else { format!("{mount}{}", route.path) };
            let operations = paths.entry(path).or_insert_with(|| json!({}));
            operations[route.method.as_str().to_lowercase()] = operation(&route, side, &mut schemas);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "engage",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
            "description": "docs/protocol/chat.md says what the words mean.",
        },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

pub(crate) async fn serve(_cx: Cx) -> Result<Response<Body>> {
    ok(&document())
}

fn operation(route: &Route, side: Side, schemas: &mut Map<String, Value>) -> Value {
    let mount = if side == Side::Site { "site" } else { "admin" };
    let in_path = std::iter::once(mount).chain(route.params());
    let mut parameters: Vec<_> = in_path
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": in_path_schema(route, name) }))
        .collect();
    parameters.extend(route.query.iter().map(Parameter::describe));
    if route.idempotent {
        parameters.push(
            json!({ "name": "Idempotency-Key", "in": "header", "schema": { "type": "string", "maxLength": 255 } }),
        );
    }
    let (status, gives) = route.gives;
    let mut responses = Map::new();
    responses.insert(status.to_string(), success(gives, schemas));
    if status == 201 {
        responses.insert("200".to_owned(), success(gives, schemas));
    }
    for (code, description) in besides(route) {
        responses.insert(code.to_string(), json!({ "description": description }));
    }
    let problem = json!({
        "description": "A problem document",
        "content": { "application/problem+json": { "schema": reference("Problem") } },
    });
    for code in refusals(route) {
        responses.insert(code.to_string(), problem.clone());
    }
    let mut operation = json!({
        "summary": route.summary,
        "parameters": parameters,
        "responses": responses,
        "x-access": format!("{:?}", route.access).to_lowercase(),
        "x-rate": format!("{:?}", route.rate).to_lowercase(),
    });
    if let Some(shape) = route.takes {
        let schema = describe(schemas, shape);
        operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    }
    if let Some(media) = route.bytes {
        let content = json!({ media: { "schema": { "type": "string", "format": "binary" } } });
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    if route.takes_a_form() {
        let schema = json!({ "type": "object", "additionalProperties": { "type": "string" } });
        let content = json!({ "application/x-www-form-urlencoded": { "schema": schema } });
        operation["requestBody"] = json!({ "required": true, "content": content });
        let page = json!({ "text/html": { "schema": { "type": "string" } } });
        let again = "The form again, with what was typed and what is wrong with it";
        operation["responses"]["200"] = json!({ "description": again, "content": page });
    }
    operation
}

/// Ids are our own, but for those of agents, which are the host's.
fn in_path_schema(route: &Route, name: &str) -> Value {
    if name == "id" && !route.path.starts_with("/v1/chat/agents/") {
        return json!({ "type": "string", "format": "uuid" });
    }
    json!({ "type": "string" })
}

fn success(shape: Option<Shape>, schemas: &mut Map<String, Value>) -> Value {
    match shape {
        Some(shape) => {
            json!({ "description": "Done", "content": { "application/json": { "schema": describe(schemas, shape) } } })
        }
        None => json!({ "description": "Done" }),
    }
}

/// What else a route may answer when nothing is wrong, always without a body.
fn besides(route: &Route) -> Vec<(u16, &'static str)> {
    let mut answers = Vec::new();
    if route.method == Method::GET && !route.changes_something() {
        answers.push((304, "It is still what the ETag in If-None-Match stands for"));
    }
    if route.path.ends_with("/content") {
        answers.push((206, "The range that was asked for"));
    }
    if route.path == "/" {
        answers.push((308, "It is at the same path with a slash at its end"));
    }
    if route.path.ends_with("/team") {
        answers.push((204, "Done, and the caller sees it no longer"));
    }
    answers
}

/// The statuses with which a route may refuse.
fn refusals(route: &Route) -> Vec<u16> {
    let mut codes = vec![400, 404, 405, 429, 500, 503];
    if route.access != Access::Public {
        codes.extend([401, 403]);
    }
    if route.path.ends_with("/content") {
        codes.push(416);
    }
    if route.path.starts_with("/v1/files") && route.changes_something() {
        codes.push(507);
    }
    if route.takes.is_some() || route.takes_a_form() || route.bytes.is_some() {
        codes.extend([409, 413, 415, 422]);
    } else if route.changes_something() {
        codes.extend([409, 422]);
    } else if !route.query.is_empty() {
        codes.push(422);
    }
    // It is for whoever knows the token.
    if route.path == "/v1/mail/inbound" {
        codes.push(401);
    }
    if route.path.ends_with("/socket") {
        codes.push(426);
    }
    codes
}

fn describe(schemas: &mut Map<String, Value>, shape: Shape) -> Value {
    let mut all = vec![((shape.name)().into_owned(), (shape.schema)())];
    (shape.nested)(&mut all);
    let name = all[0].0.clone();
    for (name, schema) in all {
        schemas.entry(name).or_insert_with(|| serde_json::to_value(schema).unwrap_or_default());
    }
    reference(&name)
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

impl Shape {
    fn problem() -> Self {
        use utoipa::{PartialSchema as _, ToSchema as _};
        Self { name: Problem::name, schema: Problem::schema, nested: Problem::schemas }
    }
}
