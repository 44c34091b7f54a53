//! Files that people send along.

use engage_core::files::{NewFile, Reading};
use engage_core::{Error, ErrorKind, Result};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use crate::body::{self, Body};
use crate::disposition;
use crate::problem::malformed;
use crate::range::Wanted;
use crate::request::{Caller, Cx, created, no_content, ok};
use crate::security;
use crate::wire;

/// Should a browser take a file for a page after all, it can do nothing.
const SANDBOX: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";
/// How long a name may be before it is cleaned, in characters.
const NAME_CHARS: usize = 1_000;

pub(crate) async fn create(cx: Cx) -> Result<Response<Body>> {
    let files = cx.engage.files()?;
    let wire::NewFile { name, size } = cx.json().await?;
    if name.chars().count() > NAME_CHARS {
        return Err(Error::invalid("/name", "too_long", format!("at most {NAME_CHARS} characters")));
    }
    may_write(&cx)?;
    let file = files.create(&cx.actor()?, NewFile { name, size }).await?;
    created(false, &wire::File::from(&file))
}

pub(crate) async fn show(cx: Cx) -> Result<Response<Body>> {
    let file = cx.engage.files()?.get(&cx.actor()?, cx.param("id")?).await?;
    ok(&wire::File::from(&file))
}

pub(crate) async fn part(cx: Cx) -> Result<Response<Body>> {
    let files = cx.engage.files()?;
    let (actor, id) = (cx.actor()?, cx.param("id")?);
    // Before the bytes, which are many: whose it is not need not be listened to.
    if !files.get(&actor, id).await?.is_of(&actor) {
        return Err(Error::not_found("the file"));
    }
    may_write(&cx)?;
    let offset = cx.query()?.number("offset").ok_or_else(|| malformed("offset is missing"))?;
    let bytes = cx.part().await?;
    // A large picture that is written anew takes longer than an answer may; the files have a patience of their own.
    let file = cx.patience.apart(files.write(&actor, id, offset, bytes)).await?;
    ok(&wire::File::from(&file))
}

pub(crate) async fn remove(cx: Cx) -> Result<Response<Body>> {
    cx.engage.files()?.delete(&cx.actor()?, cx.param("id")?).await?;
    Ok(no_content())
}

pub(crate) async fn content(cx: Cx) -> Result<Response<Body>> {
    let files = cx.engage.files()?;
    let is_saved = cx.query()?.flag("download");
    let (actor, id) = (cx.actor()?, cx.param("id")?);
    let file = files.get(&actor, id).await?;
    let content = file.content().ok_or_else(|| Error::not_found("the file"))?;
    let (size, tag) = (u64::try_from(content.size).unwrap_or_default(), format!("\"{}\"", content.sha256));
    let asked = &cx.parts.headers;
    if security::knows(asked.get(header::IF_NONE_MATCH), tag.as_bytes()) {
        let mut response = no_content();
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        guard(response.headers_mut(), &tag)?;
        return Ok(response);
    }
    let range = match Wanted::of(asked, &tag, size) {
        Wanted::Whole => None,
        Wanted::Part(range) => Some(range),
        Wanted::Nothing => {
            let told = format!("the file has {size} bytes");
            return Err(Error::new(ErrorKind::Invalid, told).with_code("range_not_satisfiable"));
        }
    };
    let is_part = range.is_some();
    let Reading { file, content, range, bytes, .. } = files.open(&actor, id, range).await?;
    let mut response = Response::new(body::sized(range.end - range.start, bytes));
    if is_part {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let told = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
        response.headers_mut().insert(header::CONTENT_RANGE, value(&told)?);
    }
    let headers = response.headers_mut();
    guard(headers, &tag)?;
    headers.insert(header::CONTENT_TYPE, media_type(&content.media_type)?);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let is_inline = content.pixels.is_some() && !is_saved;
    headers.insert(header::CONTENT_DISPOSITION, value(&disposition::of(&file.name, is_inline))?);
    Ok(response)
}

/// What every answer about a content carries. It is asked for anew each time, so that who may no longer read it cannot.
fn guard(headers: &mut HeaderMap, tag: &str) -> Result<()> {
    headers.insert(header::ETAG, value(tag)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX));
    Ok(())
}

fn media_type(name: &str) -> Result<HeaderValue> {
    if name.starts_with("text/") { value(&format!("{name}; charset=utf-8")) } else { value(name) }
}

fn value(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(Error::internal)
}

/// Who may not write may not upload either.
fn may_write(cx: &Cx) -> Result<()> {
    match &cx.caller {
        Caller::Visitor(visitor) => visitor.contact.may_write(),
        Caller::Staff(_) => Ok(()),
        Caller::Nobody => Err(Error::new(ErrorKind::Unauthenticated, "there is no session")),
    }
}
