//! The way to their tickets for people without an account: a page that their mailed link leads to.
//!
//! The page alone changes nothing, as programs look at links in mails before people do; the button on it uses the link up.

mod words;

use engage_core::html::escaped;
use engage_core::secret::SecretToken;
use engage_core::{Error, ErrorKind, Result};
use http::{HeaderValue, Response, StatusCode, header};
use words::Words;

use crate::body::{self, Body};
use crate::page::page_in;
use crate::request::{Caller, Cx, no_content};
use crate::wire;

const TOKEN: &str = "token";

pub(crate) async fn ask(cx: Cx) -> Result<Response<Body>> {
    let wire::AskTicketLink { email } = cx.json().await?;
    let missing = || Error::new(ErrorKind::Unsupported, "this site has no public URL for links in mails");
    let url = cx.engage.public_url().ok_or_else(missing)?;
    let page = format!("{url}{}/tickets/link", cx.base);
    let lang = Words::of(&cx.parts.headers).lang;
    cx.engage.ticket_letters().ask_link(&email, &page, Some(lang)).await?;
    Ok(no_content())
}

pub(crate) async fn show(cx: Cx) -> Result<Response<Body>> {
    let words = Words::of(&cx.parts.headers);
    let Some(token) = cx.query()?.text(TOKEN).and_then(SecretToken::parse) else { return say(&cx, words, words.over) };
    let form = format!(
        "<p>{}</p><form method=\"post\" action=\"{}/tickets/link\">\
         <input type=\"hidden\" name=\"{TOKEN}\" value=\"{}\"><p><button type=\"submit\">{}</button></p></form>",
        words.about,
        escaped(&cx.base),
        token.reveal(),
        words.open,
    );
    page_in(&cx, (words.lang, words.dir), words.title, &form)
}

pub(crate) async fn open(cx: Cx) -> Result<Response<Body>> {
    let words = Words::of(&cx.parts.headers);
    let typed = cx.form().await?;
    let token = form_urlencoded::parse(&typed).find(|(name, _)| name == TOKEN);
    let token = token.and_then(|(_, token)| SecretToken::parse(&token));
    // Whoever the host knows sees what is theirs by that.
    if matches!(&cx.caller, Caller::Visitor(visitor) if visitor.is_member) {
        return on_site(&cx);
    }
    let opened = match token {
        Some(token) => cx.engage.ticket_letters().open_link(&token).await?,
        None => None,
    };
    let Some((_, secret)) = opened else { return say(&cx, words, words.over) };
    let mut response = on_site(&cx)?;
    let max_age = i64::try_from(cx.engage.sessions().config().absolute.as_secs()).unwrap_or(i64::MAX);
    response.headers_mut().insert(header::SET_COOKIE, cx.cookie.set(&secret, max_age));
    Ok(response)
}

fn say(cx: &Cx, words: &Words, text: &str) -> Result<Response<Body>> {
    page_in(cx, (words.lang, words.dir), words.title, &format!("<p role=\"status\">{text}</p>"))
}

/// To where the site shows tickets.
fn on_site(cx: &Cx) -> Result<Response<Body>> {
    let settings = cx.engage.settings().get();
    let page = settings.tickets_page.as_deref().or(cx.engage.public_url()).unwrap_or("/");
    let mut response = Response::new(body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_str(page).map_err(Error::internal)?);
    Ok(response)
}
