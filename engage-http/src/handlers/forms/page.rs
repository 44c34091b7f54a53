//! A form as a page, for browsers without JavaScript.

mod words;

use std::fmt::Write as _;

use engage_core::forms::{Field, Form, Sending};
use engage_core::html::escaped;
use engage_core::{Error, ErrorKind, Result};
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value};
use words::Words;

use super::sender;
use crate::body::Body;
use crate::page::{ANSWER, TRAP, Told, fault, faulted, input, page_in, see_other, trap};
use crate::problem::malformed;
use crate::request::Cx;

const TOKEN: &str = "token";
const CONSENT: &str = "consent";
/// As many as fifty fields may send with all that can be chosen of some.
const MOST: usize = 1_000;

pub(crate) async fn show(cx: Cx) -> Result<Response<Body>> {
    let name: String = cx.param("name")?;
    let offer = cx.engage.forms().offer(&name).await?;
    let form = &offer.form.form;
    if cx.query()?.flag("sent") {
        let thanks = if form.thanks.is_empty() { spoken(&cx)?.thanks } else { &form.thanks };
        let html = format!("<p role=\"status\" class=\"text\" dir=\"auto\">{}</p>", escaped(thanks));
        return say(&cx, &form.title, &html);
    }
    render(&cx, form, &Typed { token: offer.token, ..Typed::default() }, None, &[])
}

pub(crate) async fn send(cx: Cx) -> Result<Response<Body>> {
    let name: String = cx.param("name")?;
    let typed = Typed::read(&cx.form().await?)?;
    let forms = cx.engage.forms();
    let form = forms.get(&name).await?.form;
    let words = spoken(&cx)?;
    let sending = Sending {
        token: typed.token.clone(),
        answers: typed.given(&form),
        consent: typed.consent,
        trap: typed.trap.clone(),
        ..sender(&cx)
    };
    let Err(error) = forms.submit(&name, sending).await else {
        return see_other(&cx, &format!("/forms/{name}?sent=true{}", chosen(&cx, '&')?));
    };
    match (error.kind(), error.code()) {
        (ErrorKind::Invalid, _) => {
            let fields = error.fields().iter();
            let told: Vec<Told> = fields.map(|one| (one.field.clone(), words.fault(one.code).to_owned())).collect();
            render(&cx, &form, &typed, Some(words.wrong), &told)
        }
        (_, "form_expired") => {
            let typed = Typed { token: forms.offer_again(&name, &typed.token).await?.token, ..typed };
            render(&cx, &form, &typed, Some(words.expired), &[])
        }
        (_, "form_used") => {
            let typed = Typed { token: forms.offer_again(&name, &typed.token).await?.token, ..typed };
            render(&cx, &form, &typed, Some(words.used), &[])
        }
        (ErrorKind::RateLimited, _) => limited(&cx, &form, &typed, &error),
        _ => Err(error),
    }
}

/// What was typed is still there, and it says when it can be sent.
fn limited(cx: &Cx, form: &Form, typed: &Typed, error: &Error) -> Result<Response<Body>> {
    let seconds = error.retry_after().map_or(60, |wait| wait.as_secs() + 1);
    let told = spoken(cx)?.limited(seconds.div_ceil(60));
    let mut response = render(cx, form, typed, Some(&told), &[])?;
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    Ok(response)
}

/// What the page is said in.
fn spoken(cx: &Cx) -> Result<&'static Words> {
    Ok(Words::of(cx.query()?.text("lang"), &cx.parts.headers))
}

/// The same behind `sign`, where the address says it, so that it goes on from page to page.
fn chosen(cx: &Cx, sign: char) -> Result<String> {
    let asked = cx.query()?.text("lang").map(|asked| Words::of(Some(asked), &cx.parts.headers).lang);
    Ok(asked.map_or_else(String::new, |lang| format!("{sign}lang={lang}")))
}

/// The page's frame is in the reader's language; what the site has written may be in any, which `dir="auto"` goes by.
fn say(cx: &Cx, title: &str, content: &str) -> Result<Response<Body>> {
    let Words { lang, dir, .. } = spoken(cx)?;
    let mut response = page_in(cx, (lang, dir), title, content)?;
    response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-language"));
    Ok(response)
}

/// What somebody typed.
#[derive(Debug, Default)]
struct Typed {
    token: String,
    answers: Vec<(String, String)>,
    consent: bool,
    trap: String,
}

impl Typed {
    fn read(bytes: &[u8]) -> Result<Self> {
        let mut typed = Self::default();
        for (count, (name, value)) in form_urlencoded::parse(bytes).enumerate() {
            if count >= MOST {
                return Err(malformed("the form has too many fields"));
            }
            match &*name {
                TRAP => typed.trap = value.into_owned(),
                TOKEN => typed.token = value.into_owned(),
                CONSENT => typed.consent = value == "true",
                name => match name.strip_prefix(ANSWER) {
                    Some(field) => typed.answers.push((field.to_owned(), value.into_owned())),
                    None => return Err(malformed("the form has an unknown field")),
                },
            }
        }
        Ok(typed)
    }

    fn texts(&self, name: &str) -> Vec<&str> {
        self.answers.iter().filter(|(field, _)| field == name).map(|(_, text)| text.as_str()).collect()
    }

    /// As the check takes them, with what the form does not ask, so that it can say so.
    fn given(&self, form: &Form) -> Map<String, Value> {
        let unknown = self.answers.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str())));
        let mut given: Map<String, Value> = unknown.collect();
        for field in &form.fields {
            given.insert(field.name.clone(), field.posted(self.texts(&field.name).into_iter()));
        }
        given
    }
}

/// The form with what was typed. It is a page like any other, also when something in it was wrong.
fn render(cx: &Cx, form: &Form, typed: &Typed, notice: Option<&str>, told: &[Told]) -> Result<Response<Body>> {
    let mut html = String::new();
    if !form.intro.is_empty() {
        let _ = write!(html, "<p class=\"text\" dir=\"auto\">{}</p>", escaped(&form.intro));
    }
    if let Some(notice) = notice {
        let _ = write!(
            html,
            "<div role=\"alert\" class=\"notice\"><p>{}</p>{}</div>",
            escaped(notice),
            summary(form, told)
        );
    }
    let (name, token) = (escaped(&form.name), escaped(&typed.token));
    let _ = write!(
        html,
        "<form method=\"post\" action=\"{}/forms/{name}{}\"><input type=\"hidden\" name=\"{TOKEN}\" value=\"{token}\">",
        escaped(&cx.base),
        chosen(cx, '?')?
    );
    for field in &form.fields {
        let note = condition(form, field);
        let wrong = fault(told, &pointer(field));
        html.push_str(&input(field, &typed.texts(&field.name), wrong, note.as_deref()));
    }
    if !form.consent.is_empty() {
        let (wrong, note) = faulted(CONSENT, fault(told, "/consent"));
        let checked = if typed.consent { " checked" } else { "" };
        let _ = write!(
            html,
            "<p class=\"check\"><input type=\"checkbox\" value=\"true\" id=\"{CONSENT}\" name=\"{CONSENT}\" required{wrong}{checked}>\
             <label for=\"{CONSENT}\" class=\"text\" dir=\"auto\">{}</label>{note}</p>",
            escaped(&form.consent)
        );
    }
    let words = spoken(cx)?;
    let button = if form.button.is_empty() { words.send } else { &form.button };
    let _ = write!(html, "{}<p><button type=\"submit\">{}</button></p></form>", trap(words.trap), escaped(button));
    say(cx, &form.title, &html)
}

/// Each fault with a way to its field.
fn summary(form: &Form, told: &[Told]) -> String {
    if told.is_empty() {
        return String::new();
    }
    let lines = told.iter().map(|(at, detail)| {
        let field = form.fields.iter().find(|field| pointer(field) == *at);
        let line = field.map_or_else(|| detail.clone(), |field| format!("{}: {detail}", field.label));
        let to = field.map_or_else(|| CONSENT.to_owned(), |field| format!("{ANSWER}{}", field.name));
        format!("<li><a href=\"#{}\" dir=\"auto\">{}</a></li>", escaped(&to), escaped(&line))
    });
    format!("<ul>{}</ul>", lines.collect::<String>())
}

fn pointer(field: &Field) -> String {
    format!("/answers/{}", field.name)
}

/// When it is asked, for those whose browser does not hide it.
fn condition(form: &Form, field: &Field) -> Option<String> {
    let when = field.when.as_ref()?;
    let on = form.fields.iter().find(|field| field.name == when.field)?;
    let is: Vec<_> = when.is.iter().map(|is| if is == "true" { "✓" } else { is }).collect();
    Some(format!("{}: {}", on.label, is.join(", ")))
}
