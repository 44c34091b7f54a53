//! The chat without JavaScript: a form that begins a conversation.

mod words;

use std::fmt::Write as _;

use engage_core::chat::{Begin, Field, FieldKind, Opening};
use engage_core::html::escaped;
use engage_core::{Error, ErrorKind, Result};
use http::{HeaderValue, Response, header};
use serde_json::{Map, Value};
use words::Words;

use crate::body::Body;
use crate::page::{ANSWER, TRAP, Told, fault, faulted, input, page_in, see_other, trap};
use crate::problem::malformed;
use crate::request::{Caller, Cx};

const ID: &str = "client_message_id";
const BODY: &str = "message";
/// As many as a site may ask, and the form's own.
const MOST: usize = 32;

pub(crate) async fn show(cx: Cx) -> Result<Response<Body>> {
    if cx.query()?.flag("sent") {
        return say(&cx, &format!("<p role=\"status\">{}</p>", spoken(&cx)?.sent));
    }
    let id: uuid::Uuid = cx.engage.context().ids.next();
    form(&cx, &Typed { id: id.to_string(), ..Typed::default() }, &[])
}

pub(crate) async fn send(cx: Cx) -> Result<Response<Body>> {
    let typed = Typed::read(&cx.form().await?)?;
    // Whoever fills in everything is a program: it is told that all went well.
    if typed.is_trapped {
        return sent(&cx);
    }
    let (contact, is_member, cookie) = match &cx.caller {
        Caller::Visitor(visitor) => (visitor.contact.clone(), visitor.is_member, None),
        _ => {
            // Nobody gets a session for what would be refused anyway.
            if typed.body.trim().is_empty() {
                return form(&cx, &typed, &[told("/body", spoken(&cx)?.fault("blank"))]);
            }
            let (visitor, token) = cx.engage.sessions().create().await?;
            let max_age = i64::try_from(cx.engage.sessions().config().absolute.as_secs()).unwrap_or(i64::MAX);
            (visitor.contact, visitor.is_member, Some(cx.cookie.set(&token, max_age)))
        }
    };
    let begin = Begin {
        opening: Opening::new(&typed.id, &typed.body),
        answers: typed.given(&cx.engage.front().fields()),
        invitation: None,
        pages: Vec::new(),
    };
    let mut response = match cx.engage.front().begin(&contact, is_member, begin).await {
        Ok(_) => sent(&cx)?,
        Err(error) if error.kind() == ErrorKind::Invalid => refused(&cx, &typed, &error)?,
        Err(error) => return Err(error),
    };
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// What the page is said in.
fn spoken(cx: &Cx) -> Result<&'static Words> {
    Ok(Words::of(cx.query()?.text("lang"), &cx.parts.headers))
}

/// The same where the address says it, so that it goes on from page to page.
fn chosen(cx: &Cx) -> Result<Option<&'static Words>> {
    Ok(cx.query()?.text("lang").map(|asked| Words::of(Some(asked), &cx.parts.headers)))
}

/// What somebody typed.
#[derive(Debug, Default)]
struct Typed {
    id: String,
    body: String,
    answers: Vec<(String, String)>,
    is_trapped: bool,
}

impl Typed {
    fn read(bytes: &[u8]) -> Result<Self> {
        let mut typed = Self::default();
        for (count, (name, value)) in form_urlencoded::parse(bytes).enumerate() {
            if count >= MOST {
                return Err(malformed("the form has too many fields"));
            }
            match &*name {
                TRAP => typed.is_trapped = !value.is_empty(),
                ID => typed.id = value.into_owned(),
                // A form sends line breaks as CRLF.
                BODY => typed.body = value.replace("\r\n", "\n").trim_end().to_owned(),
                name => match name.strip_prefix(ANSWER) {
                    Some(field) => typed.answers.push((field.to_owned(), value.into_owned())),
                    None => return Err(malformed("the form has an unknown field")),
                },
            }
        }
        Ok(typed)
    }

    fn answer(&self, name: &str) -> &str {
        self.answers.iter().find(|(field, _)| field == name).map_or("", |(_, text)| text)
    }

    /// As the front desk takes them.
    fn given(&self, fields: &[Field]) -> Map<String, Value> {
        let mut given: Map<String, Value> =
            self.answers.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect();
        for field in fields.iter().filter(|field| field.kind == FieldKind::Checkbox) {
            given.insert(field.name.clone(), Value::from(self.answer(&field.name) == "true"));
        }
        given
    }
}

fn told(field: &str, detail: &str) -> Told {
    (field.to_owned(), detail.to_owned())
}

fn refused(cx: &Cx, typed: &Typed, error: &Error) -> Result<Response<Body>> {
    let words = spoken(cx)?;
    let told: Vec<Told> = error.fields().iter().map(|field| told(&field.field, words.fault(field.code))).collect();
    form(cx, typed, &told)
}

fn sent(cx: &Cx) -> Result<Response<Body>> {
    let lang = chosen(cx)?.map(|words| format!("&lang={}", words.lang)).unwrap_or_default();
    see_other(cx, &format!("/contact?sent=true{lang}"))
}

/// The form, with what was typed. It is a page like any other, also when something in it was wrong.
fn form(cx: &Cx, typed: &Typed, told: &[Told]) -> Result<Response<Body>> {
    let (words, reception) = (spoken(cx)?, cx.engage.front().reception());
    let site = cx.engage.front().fields();
    let contact = if let Caller::Visitor(visitor) = &cx.caller { Some(&visitor.contact) } else { None };
    let mut html = String::new();
    let greeting = cx.engage.settings().get().chat_greeting.clone();
    for words in [&greeting, &reception.message] {
        if !words.is_empty() {
            let _ = write!(html, "<p dir=\"auto\">{}</p>", escaped(words));
        }
    }
    if !told.is_empty() {
        let _ = write!(html, "<p role=\"alert\">{}</p>", words.wrong);
    }
    let lang = chosen(cx)?.map(|words| format!("?lang={}", words.lang)).unwrap_or_default();
    let _ = write!(html, "<form method=\"post\" action=\"{}/contact{lang}\">", escaped(&cx.base));
    let _ = write!(html, "<input type=\"hidden\" name=\"{ID}\" value=\"{}\">", escaped(&typed.id));
    for mut field in cx.engage.front().asked(contact) {
        // What the site has not asked itself has no words of the site's.
        if site.iter().all(|own| own.name != field.name) {
            field.label = words.email.to_owned();
        }
        let wrong = fault(told, &format!("/answers/{}", field.name));
        html.push_str(&input(&(&field).into(), &[typed.answer(&field.name)], wrong, None));
    }
    let (wrong, note) = faulted("message", fault(told, "/body").or_else(|| fault(told, "/client_message_id")));
    let _ = write!(
        html,
        "<p><label for=\"message\">{}</label><textarea id=\"message\" name=\"{BODY}\" rows=\"6\" maxlength=\"10000\" \
         dir=\"auto\" required{wrong}>\n{}</textarea>{note}</p>\
         {}<p><button type=\"submit\">{}</button></p></form>",
        words.message,
        escaped(&typed.body),
        trap(words.trap),
        words.send,
    );
    say(cx, &html)
}

fn say(cx: &Cx, content: &str) -> Result<Response<Body>> {
    let Words { lang, dir, .. } = spoken(cx)?;
    let mut response = page_in(cx, (lang, dir), cx.engage.site(), content)?;
    response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-language"));
    Ok(response)
}
