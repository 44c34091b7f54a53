//! The chat without JavaScript: a form that begins a conversation.

use std::fmt::Write as _;

use engage_core::chat::{Begin, Field, FieldKind, Opening};
use engage_core::html::escaped;
use engage_core::{Error, ErrorKind, Result};
use http::{Response, header};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::page::{ANSWER, TRAP, Told, fault, faulted, input, page, see_other, trap};
use crate::problem::malformed;
use crate::request::{Caller, Cx};

const ID: &str = "client_message_id";
const BODY: &str = "message";
/// As many as a site may ask, and the form's own.
const MOST: usize = 32;

pub(crate) async fn show(cx: Cx) -> Result<Response<Body>> {
    if cx.query()?.flag("sent") {
        return page(
            &cx,
            cx.engage.site(),
            "<p role=\"status\">Thank you. Your message has arrived, and we will answer.</p>",
        );
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
                return form(&cx, &typed, &[told("/body", "Write a message.")]);
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
    let told: Vec<Told> = error.fields().iter().map(|field| told(&field.field, &field.detail)).collect();
    form(cx, typed, &told)
}

fn sent(cx: &Cx) -> Result<Response<Body>> {
    see_other(cx, "/contact?sent=true")
}

/// The form, with what was typed. It is a page like any other, also when something in it was wrong.
fn form(cx: &Cx, typed: &Typed, told: &[Told]) -> Result<Response<Body>> {
    let reception = cx.engage.front().reception();
    let contact = if let Caller::Visitor(visitor) = &cx.caller { Some(&visitor.contact) } else { None };
    let mut html = String::new();
    let greeting = cx.engage.settings().get().chat_greeting.clone();
    for words in [&greeting, &reception.message] {
        if !words.is_empty() {
            let _ = write!(html, "<p dir=\"auto\">{}</p>", escaped(words));
        }
    }
    if !told.is_empty() {
        html.push_str("<p role=\"alert\">Something is missing or cannot be used. See below.</p>");
    }
    let _ = write!(html, "<form method=\"post\" action=\"{}/contact\">", escaped(&cx.base));
    let _ = write!(html, "<input type=\"hidden\" name=\"{ID}\" value=\"{}\">", escaped(&typed.id));
    for field in cx.engage.front().asked(contact) {
        let wrong = fault(told, &format!("/answers/{}", field.name));
        html.push_str(&input(&(&field).into(), &[typed.answer(&field.name)], wrong, None));
    }
    let (wrong, note) = faulted("message", fault(told, "/body").or_else(|| fault(told, "/client_message_id")));
    let _ = write!(
        html,
        "<p><label for=\"message\">Message</label><textarea id=\"message\" name=\"{BODY}\" rows=\"6\" maxlength=\"10000\" \
         dir=\"auto\" required{wrong}>\n{}</textarea>{note}</p>\
         {}<p><button type=\"submit\">Send</button></p></form>",
        escaped(&typed.body),
        trap()
    );
    page(cx, cx.engage.site(), &html)
}
