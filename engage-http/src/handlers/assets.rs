//! Files of the front end.

use engage_core::{Error, Result};
use http::{HeaderValue, Response, StatusCode, header};

use crate::body::{self, Body};
use crate::request::{Cx, no_content};
use crate::security::PAGE_CSP;

pub(crate) async fn loader(_cx: Cx) -> Result<Response<Body>> {
    file("loader.js")
}

pub(crate) async fn asset(cx: Cx) -> Result<Response<Body>> {
    file(&format!("assets/{}", cx.param::<String>("file")?))
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

fn file(path: &str) -> Result<Response<Body>> {
    let asset = engage_ui::get(path).ok_or_else(|| Error::not_found("the file"))?;
    let mut response = Response::new(body::full(asset.bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.mime));
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", asset.hash)) {
        headers.insert(header::ETAG, tag);
    }
    let caching = if asset.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300, stale-while-revalidate=86400"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    Ok(response)
}
