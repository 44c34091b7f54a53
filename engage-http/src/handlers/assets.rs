//! Files of the front end.

use engage_core::chat::Look;
use engage_core::settings::SiteSettings;
use engage_core::{Error, Result};
use engage_ui::Asset;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde_json::Value;

use crate::body::{self, Body};
use crate::coding::takes_gzip;
use crate::request::{Cx, no_content};
use crate::security::PAGE_CSP;

/// The loader begins with what the site has set of the chat's look, where it has: so the launcher is right at once, and asks for
/// nothing.
pub(crate) async fn loader(cx: Cx) -> Result<Response<Body>> {
    let asset = engage_ui::get("loader.js").ok_or_else(|| Error::not_found("the file"))?;
    let Some(line) = look(&cx.engage.settings().get())? else { return Ok(file(&cx, asset)) };
    // Another file than the one that was built: what answers it gives it a tag of its own.
    let content = [line.as_bytes(), asset.bytes].concat();
    let is_gzip = takes_gzip(&cx.parts.headers);
    let mut response = Response::new(body::full(if is_gzip { engage_ui::gzip(&content) } else { content }));
    describe(response.headers_mut(), asset, is_gzip);
    Ok(response)
}

/// The first line of the loader; `None` where all is as engage has it. Its colours, names and languages are checked when they are
/// set; texts are JSON, which is JavaScript too.
fn look(settings: &SiteSettings) -> Result<Option<String>> {
    let (look, texts) = (&settings.chat_look, &settings.chat_texts);
    if *look == Look::default() && texts.is_empty() {
        return Ok(None);
    }
    let (Value::Object(mut told), Value::Object(usual)) =
        (serde_json::to_value(look)?, serde_json::to_value(Look::default())?)
    else {
        return Err(Error::internal("a look is not an object"));
    };
    told.retain(|name, value| usual.get(name) != Some(value));
    if !texts.is_empty() {
        told.insert("texts".to_owned(), serde_json::to_value(texts)?);
    }
    Ok(Some(format!("const engageLook={};\n", Value::Object(told))))
}

pub(crate) async fn asset(cx: Cx) -> Result<Response<Body>> {
    let path = format!("assets/{}", cx.param::<String>("file")?);
    let asset = engage_ui::get(&path).ok_or_else(|| Error::not_found("the file"))?;
    Ok(file(&cx, asset))
}

/// The admin's page. Its files are named relative to the mount with a slash at its end, to which a path without is sent: so it
/// works under any mount and behind proxies that strip a prefix.
pub(crate) async fn admin_index(cx: Cx) -> Result<Response<Body>> {
    let page = engage_ui::get("admin/index.html").ok_or_else(|| Error::not_found("the admin panel"))?;
    if !cx.parts.uri.path().ends_with('/') {
        let mut response = no_content();
        *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
        let last = cx.base.rsplit('/').next().unwrap_or_default();
        let location = HeaderValue::from_str(&format!("{last}/")).map_err(Error::internal)?;
        response.headers_mut().insert(header::LOCATION, location);
        return Ok(response);
    }
    let html = String::from_utf8_lossy(page.bytes).replace("%BASE%", ".");
    let mut response = Response::new(body::full(html));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_CSP));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    Ok(response)
}

fn file(cx: &Cx, asset: &'static Asset) -> Response<Body> {
    let packed = if takes_gzip(&cx.parts.headers) { asset.gzip() } else { None };
    let mut response = Response::new(body::full(packed.unwrap_or(asset.bytes)));
    let headers = response.headers_mut();
    describe(headers, asset, packed.is_some());
    // Each coding is a representation of its own, which a cache must not take for the other (RFC 9110, 8.8.3.3).
    let tag = format!("\"{}{}\"", asset.hash, if packed.is_some() { "-gzip" } else { "" });
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

fn describe(headers: &mut HeaderMap, asset: &Asset, is_gzip: bool) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.mime));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if is_gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let caching = if asset.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300, stale-while-revalidate=86400"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
}
