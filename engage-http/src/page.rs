//! Pages that engage renders by itself: plain HTML, for browsers without JavaScript and for elements to upgrade.

use engage_core::forms::{Field, FieldKind};
use engage_core::html::escaped;
use engage_core::{Error, Result};
use http::{HeaderValue, Response, StatusCode, header};

use crate::body::{self, Body};
use crate::request::Cx;
use crate::security::PAGE_CSP;

/// Before the names of a form's own fields, so that none can be taken for one of the page's.
pub(crate) const ANSWER: &str = "answer.";
/// What people leave empty, because they do not see it.
pub(crate) const TRAP: &str = "website";

/// What is wrong with a field: the pointer to it, and a sentence.
pub(crate) type Told = (String, String);

/// A page of the site in a language, by its tag and the direction of its writing.
pub(crate) fn page_in(cx: &Cx, (lang, dir): (&str, &str), title: &str, content: &str) -> Result<Response<Body>> {
    let (title, base) = (escaped(title), escaped(&cx.base));
    let style = engage_ui::all().iter().find(|asset| asset.path.starts_with("assets/contact-"));
    let style =
        style.map_or_else(String::new, |asset| format!("<link rel=\"stylesheet\" href=\"{base}/{}\">", asset.path));
    let html = format!(
        "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title}</title>{style}</head><body><main><h1 dir=\"auto\">{title}</h1>{content}</main></body></html>\n"
    );
    let mut response = Response::new(body::full(html));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_CSP));
    // The origin is what an older browser proves with that the form is our own.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    Ok(response)
}

/// To a page under the mount, so that a reload sends nothing again.
pub(crate) fn see_other(cx: &Cx, path: &str) -> Result<Response<Body>> {
    let mut response = Response::new(body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let location = HeaderValue::from_str(&format!("{}{path}", cx.base)).map_err(Error::internal)?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// What people do not see, and programs fill in.
pub(crate) fn trap(label: &str) -> String {
    format!(
        "<p class=\"trap\" aria-hidden=\"true\"><label for=\"{TRAP}\">{label}</label>\
         <input id=\"{TRAP}\" name=\"{TRAP}\" tabindex=\"-1\" autocomplete=\"off\"></p>"
    )
}

/// What `told` says of `field`.
pub(crate) fn fault<'a>(told: &'a [Told], field: &str) -> Option<&'a str> {
    told.iter().find(|(pointer, _)| pointer == field).map(|(_, detail)| detail.as_str())
}

/// The attributes of an input that is wrong, and the note beside it.
pub(crate) fn faulted(id: &str, fault: Option<&str>) -> (String, String) {
    fault.map_or_else(Default::default, |detail| {
        let note = format!("<span id=\"{id}-fault\" class=\"fault\">{}</span>", escaped(detail));
        (format!(" aria-invalid=\"true\" aria-describedby=\"{id}-fault\""), note)
    })
}

/// A field of a form with what was typed, several texts where several are chosen. `note` says when it is asked.
pub(crate) fn input(field: &Field, typed: &[&str], fault: Option<&str>, note: Option<&str>) -> String {
    let id = escaped(&format!("{ANSWER}{}", field.name));
    let (wrong, fault) = faulted(&id, fault);
    let notes = [note, Some(field.help.as_str()).filter(|help| !help.is_empty())].into_iter().flatten();
    let notes: String =
        notes.map(|note| format!("<span class=\"note\" dir=\"auto\">{}</span>", escaped(note))).collect();
    // What is asked on a condition cannot be required by a browser that does not know it.
    let must = if field.required && field.when.is_none() { " required" } else { "" };
    let label = format!("<label for=\"{id}\" dir=\"auto\">{}</label>{notes}", escaped(&field.label));
    let first = typed.first().copied().unwrap_or_default();
    let common = format!("id=\"{id}\" name=\"{id}\"{must}{wrong}");
    match field.kind {
        FieldKind::Checkbox => {
            let checked = if first == "true" { " checked" } else { "" };
            format!("<p class=\"check\"><input type=\"checkbox\" value=\"true\" {common}{checked}>{label}{fault}</p>")
        }
        FieldKind::Radio | FieldKind::Several => choices(field, &id, typed, &notes, &fault, must),
        FieldKind::Select => {
            let choices = field.choices.iter().map(|choice| {
                let chosen = if choice == first { " selected" } else { "" };
                format!("<option{chosen}>{}</option>", escaped(choice))
            });
            let choices: String = choices.collect();
            format!("<p>{label}<select {common}><option value=\"\"></option>{choices}</select>{fault}</p>")
        }
        FieldKind::Multiline => {
            let longest = field.longest();
            format!(
                "<p>{label}<textarea {common} rows=\"6\" maxlength=\"{longest}\" dir=\"auto\">\n{}</textarea>{fault}</p>",
                escaped(first)
            )
        }
        _ => format!(
            "<p>{label}<input {}{common} dir=\"auto\" value=\"{}\">{fault}</p>",
            attributes(field),
            escaped(first)
        ),
    }
}

fn choices(field: &Field, id: &str, typed: &[&str], notes: &str, fault: &str, must: &str) -> String {
    let (kind, must) = if field.kind == FieldKind::Radio { ("radio", must) } else { ("checkbox", "") };
    let choices = field.choices.iter().enumerate().map(|(at, choice)| {
        let checked = if typed.contains(&choice.as_str()) { " checked" } else { "" };
        let choice = escaped(choice);
        // The first bears the field's own id, for what leads there.
        let own = if at == 0 { id.to_owned() } else { format!("{id}-{at}") };
        format!(
            "<span class=\"check\"><input type=\"{kind}\" id=\"{own}\" name=\"{id}\" value=\"{choice}\"{must}{checked}>\
             <label for=\"{own}\" dir=\"auto\">{choice}</label></span>"
        )
    });
    let choices: String = choices.collect();
    let legend = escaped(&field.label);
    format!("<fieldset><legend dir=\"auto\">{legend}</legend>{notes}{choices}{fault}</fieldset>")
}

/// What the browser itself can help with.
fn attributes(field: &Field) -> String {
    let kind = match field.kind {
        FieldKind::Email => "email",
        FieldKind::Tel => "tel",
        FieldKind::Url => "url",
        FieldKind::Date => "date",
        _ => "text",
    };
    let fill = match (field.kind, field.name.as_str()) {
        (FieldKind::Email, _) => "email",
        (FieldKind::Tel, _) => "tel",
        (FieldKind::Url, _) => "url",
        (_, "name") => "name",
        _ => "off",
    };
    let mut more = format!("type=\"{kind}\" autocomplete=\"{fill}\" ");
    match field.kind {
        // A field of type number loses what is typed when it is none.
        FieldKind::Number => more.push_str("inputmode=\"decimal\" "),
        FieldKind::Date => {
            for (name, day) in [("min", field.earliest), ("max", field.latest)] {
                more.push_str(&day.map(|day| format!("{name}=\"{day}\" ")).unwrap_or_default());
            }
        }
        _ => more.push_str(&format!("maxlength=\"{}\" ", field.longest())),
    }
    more
}
