//! Problem documents (RFC 9457): what every error looks like to a client.

use engage_core::{Error, ErrorKind};
use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::body::{self, Body};

/// An error for a client. Holds nothing internal; the cause is in the log under the same request id.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: `code` tells problems apart.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status.
    status: u16,
    /// The stable code.
    code: &'static str,
    /// A sentence for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// Finds the cause in the log.
    request_id: String,
    /// Which fields break which rules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

/// A field that breaks a rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldProblem {
    /// JSON pointer to the field.
    field: String,
    /// The rule's stable name.
    code: &'static str,
    /// A sentence for people.
    detail: String,
}

/// The answer for `error`. Logs the cause when the fault is ours.
pub(crate) fn respond(error: &Error, status: StatusCode, request_id: &str) -> Response<Body> {
    if status.is_server_error() {
        let source = std::error::Error::source(error).map(ToString::to_string);
        tracing::error!(target: "engage::http", request_id, status = status.as_u16(), code = error.code(), source, "failed");
    }
    let problem = Problem {
        kind: "about:blank",
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        code: error.code(),
        detail: (status != StatusCode::INTERNAL_SERVER_ERROR).then(|| error.message().to_owned()),
        request_id: request_id.to_owned(),
        errors: error
            .fields()
            .iter()
            .map(|field| FieldProblem { field: field.field.clone(), code: field.code, detail: field.detail.clone() })
            .collect(),
    };
    let bytes = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = Response::new(body::full(bytes));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// The status of an error's kind. Codes that mean another status say so here.
pub(crate) fn status_of(error: &Error) -> StatusCode {
    match error.code() {
        "malformed" => return StatusCode::BAD_REQUEST,
        "too_large" => return StatusCode::PAYLOAD_TOO_LARGE,
        "unsupported_media_type" | "type_not_allowed" => return StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "method_not_allowed" => return StatusCode::METHOD_NOT_ALLOWED,
        "range_not_satisfiable" => return StatusCode::RANGE_NOT_SATISFIABLE,
        "storage_full" => return StatusCode::INSUFFICIENT_STORAGE,
        "upgrade_required" => return StatusCode::UPGRADE_REQUIRED,
        _ => {}
    }
    match error.kind() {
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        // What this site was not given, such as a client for webhooks: nothing has failed here.
        ErrorKind::Conflict | ErrorKind::Unsupported => StatusCode::CONFLICT,
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Locked | ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A request that cannot be read.
pub(crate) fn malformed(detail: impl Into<String>) -> Error {
    Error::new(ErrorKind::Invalid, detail).with_code("malformed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_site_was_not_given_is_no_failure_of_the_server() {
        let error = Error::new(ErrorKind::Unsupported, "this site has no client for webhooks");
        assert_eq!(status_of(&error), StatusCode::CONFLICT);
    }
}
