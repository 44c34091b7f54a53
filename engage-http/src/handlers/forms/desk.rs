//! Forms, for staff.

use bytes::Bytes;
use engage_core::forms::{ExportFormat, SubmissionQuery, SubmissionState};
use engage_core::ids::SubmissionId;
use engage_core::{Error, FieldError, Result};
use http::{HeaderValue, Response, header};

use crate::body::{self, Body};
use crate::cursor;
use crate::request::{Cx, no_content, ok};
use crate::wire;

pub(crate) async fn list(cx: Cx) -> Result<Response<Body>> {
    let forms = cx.engage.forms().list(&cx.actor()?).await?;
    ok(&wire::FormList { forms: forms.into_iter().map(wire::FormInfo::from).collect() })
}

pub(crate) async fn put(cx: Cx) -> Result<Response<Body>> {
    let wire::SetForm { form, expected_version } = cx.json().await?;
    if form.name != cx.param::<String>("name")? {
        return Err(Error::invalid("/form/name", "format", "the name in the path is expected"));
    }
    let known = cx.engage.forms().put(&cx.actor()?, form, expected_version).await.map_err(below_form)?;
    ok(&wire::FormInfo::from(known))
}

pub(crate) async fn remove(cx: Cx) -> Result<Response<Body>> {
    cx.engage.forms().delete(&cx.actor()?, &cx.param::<String>("name")?).await?;
    Ok(no_content())
}

pub(crate) async fn submissions(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let mut wanted = SubmissionQuery::new(query.limit());
    wanted.form = query.text("form").map(str::to_owned);
    wanted.state = SubmissionState::of_name(query.word("state"));
    wanted.before = query.text("before").map(cursor::read_id).transpose()?;
    let found = cx.engage.forms().submissions(&cx.actor()?, &wanted).await?;
    let last = found.last().filter(|_| found.len() == wanted.limit);
    ok(&wire::SubmissionPage {
        next: last.map(|last| cursor::write_id(&last.id)),
        submissions: found.into_iter().map(wire::SubmissionInfo::from).collect(),
    })
}

pub(crate) async fn show_submission(cx: Cx) -> Result<Response<Body>> {
    let found = cx.engage.forms().submission(&cx.actor()?, cx.param("id")?).await?;
    ok(&wire::SubmissionInfo::from(found))
}

pub(crate) async fn set_state(cx: Cx) -> Result<Response<Body>> {
    let wire::SetSubmissionState { state, expected_version } = cx.json().await?;
    let (actor, id) = (cx.actor()?, cx.param::<SubmissionId>("id")?);
    ok(&wire::SubmissionInfo::from(cx.engage.forms().set_state(&actor, id, state, expected_version).await?))
}

pub(crate) async fn remove_submission(cx: Cx) -> Result<Response<Body>> {
    cx.engage.forms().delete_submission(&cx.actor()?, cx.param("id")?).await?;
    Ok(no_content())
}

/// A file, page by page: what breaks off on the way is seen to be broken off.
pub(crate) async fn export(cx: Cx) -> Result<Response<Body>> {
    let (query, name) = (cx.query()?, cx.param::<String>("name")?);
    let (format, kind, ending) = match query.word("format") {
        "json" => (ExportFormat::Json, "application/json", "json"),
        _ => (ExportFormat::Csv, "text/csv; charset=utf-8; header=present", "csv"),
    };
    let mut wanted = SubmissionQuery::new(1);
    (wanted.form, wanted.state) = (Some(name.clone()), SubmissionState::of_name(query.word("state")));
    let export = cx.engage.forms().export(&cx.actor()?, format, wanted).await?;
    let pieces = futures_util::stream::try_unfold(export, |mut export| async move {
        let piece = export.next().await?;
        Ok::<_, Error>(piece.map(|piece| (Bytes::from(piece), export)))
    });
    let mut response = Response::new(body::stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // Forms that the host defines no more keep their submissions, so the name is as it was asked for.
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let file = if is_plain { name.as_str() } else { "form" };
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{file}.{ending}\""));
    headers.insert(header::CONTENT_DISPOSITION, disposition.map_err(Error::internal)?);
    Ok(response)
}

/// The form is a member of the body.
fn below_form(error: Error) -> Error {
    if error.fields().is_empty() {
        return error;
    }
    let below = |field: &FieldError| FieldError { field: format!("/form{}", field.field), ..field.clone() };
    Error::invalid_fields(error.fields().iter().map(below).collect())
}
