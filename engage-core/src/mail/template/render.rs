//! From a template to a mail's subject, text and HTML.

use std::fmt::Write as _;

use minijinja::value::{Serde, Value as Filled};
use minijinja::{Environment, Output, State};
use mrml::prelude::parser::ParserOptions;
use mrml::prelude::render::RenderOptions;
use serde_json::Value;

use super::TemplateText;
use super::plain::plain;
use crate::error::{Error, Result};
use crate::mail::address::one_line;

/// How long a subject may become, in Unicode scalar values; what is beyond is cut.
const SUBJECT_CHARS: usize = 200;
/// How many steps a template may take: a list of some hundred items passes.
const FUEL: u64 = 200_000;

/// What stands around a body.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'f> {
    /// The language of the text.
    pub locale: &'f str,
    /// The site's name, above it.
    pub site: &'f str,
    /// A line below it; empty: none.
    pub footer: &'f str,
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line, 1 to 200 characters.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// A whole page.
    pub html: String,
}

/// Fills `variables` into a text and draws it. What stands in a variable is text, whatever it looks like.
///
/// # Errors
/// `Internal` when the text was not checked.
pub fn render(text: &TemplateText, variables: &Value, frame: &Frame<'_>) -> Result<Rendered> {
    let variables = Filled::from(Serde(variables));
    let subject = environment(show).render_str(&text.subject, &variables).map_err(Error::internal)?;
    let subject = one_line(&subject, SUBJECT_CHARS);
    let body = environment(show_escaped).render_str(&text.body, &variables).map_err(Error::internal)?;
    let mut plain = plain(&body)?;
    if !frame.footer.is_empty() {
        let _ = write!(plain, "\n-- \n{}\n", frame.footer);
    }
    let subject = if subject.is_empty() { one_line(frame.site, SUBJECT_CHARS) } else { subject };
    let html = draw(&framed(&subject, &body, frame))?;
    Ok(Rendered { subject, text: plain, html })
}

/// As text in HTML, with its lines.
fn escaped(text: &str) -> String {
    crate::html::escaped(text).replace('\n', "<br/>")
}

/// No filters, no tests, no functions, no other templates; what is not there is nothing.
fn environment(
    show: fn(&mut Output<'_>, &mut State<'_, '_>, &Filled) -> Result<(), minijinja::Error>,
) -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_fuel(Some(FUEL));
    environment.set_formatter(show);
    environment
}

fn show(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Filled) -> Result<(), minijinja::Error> {
    if value.is_undefined() || value.is_none() {
        return Ok(());
    }
    out.write_str(&value.to_string()).map_err(minijinja::Error::from)
}

fn show_escaped(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Filled) -> Result<(), minijinja::Error> {
    if value.is_undefined() || value.is_none() {
        return Ok(());
    }
    out.write_str(&escaped(&value.to_string())).map_err(minijinja::Error::from)
}

/// One column, in the direction of the language, with fonts that are there already.
fn framed(subject: &str, body: &str, frame: &Frame<'_>) -> String {
    let language = frame.locale.split('-').next().unwrap_or_default();
    let is_rtl = matches!(language, "ar" | "dv" | "fa" | "he" | "ku" | "ps" | "ur" | "yi");
    let (direction, align) = if is_rtl { ("rtl", "right") } else { ("ltr", "left") };
    let (locale, subject, site) = (escaped(frame.locale), escaped(subject), escaped(frame.site));
    let footer = match frame.footer {
        "" => String::new(),
        footer => format!("<mj-text font-size=\"13px\" color=\"#6b7280\">{}</mj-text>", escaped(footer)),
    };
    format!(
        "<mjml lang=\"{locale}\" dir=\"{direction}\"><mj-head><mj-title>{subject}</mj-title><mj-attributes>\
         <mj-all font-family=\"system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif\" />\
         <mj-text align=\"{align}\" font-size=\"16px\" line-height=\"24px\" color=\"#1f2937\" />\
         <mj-button align=\"{align}\" background-color=\"#1f2937\" color=\"#ffffff\" border-radius=\"6px\" font-size=\"16px\" />\
         <mj-divider border-color=\"#e5e7eb\" border-width=\"1px\" /></mj-attributes></mj-head>\
         <mj-body background-color=\"#f3f4f6\" width=\"600px\">\
         <mj-section padding=\"16px 0\"><mj-column><mj-text font-weight=\"600\">{site}</mj-text></mj-column></mj-section>\
         <mj-section background-color=\"#ffffff\" direction=\"{direction}\"><mj-column>{body}</mj-column></mj-section>\
         <mj-section padding=\"16px 0\"><mj-column>{footer}</mj-column></mj-section></mj-body></mjml>"
    )
}

fn draw(mjml: &str) -> Result<String> {
    // The loader of the default answers nothing, so nothing is included.
    let parsed = mrml::parse_with_options(mjml, &ParserOptions::default()).map_err(Error::internal)?;
    let options = RenderOptions { disable_comments: true, fonts: Default::default(), ..RenderOptions::default() };
    parsed.element.render(&options).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const FRAME: Frame<'static> = Frame { locale: "en", site: "Acme", footer: "Acme GmbH" };

    fn text(subject: &str, body: &str) -> TemplateText {
        TemplateText { subject: subject.to_owned(), body: body.to_owned() }
    }

    #[test]
    fn what_stands_in_a_variable_is_text() {
        let hostile = "<script>alert(1)</script>\n{{ 7*7 }} {% if %} ${7*7} <%=7*7%> </mj-text> \"'&amp;";
        let template = text("Hi {{ name }}", "<mj-text>Hi {{ name }}<br/>bye</mj-text>");
        let drawn = render(&template, &json!({ "name": hostile }), &FRAME).unwrap();
        assert!(drawn.text.starts_with(&format!("Hi {hostile}\nbye\n")), "{}", drawn.text);
        assert!(drawn.text.ends_with("\n-- \nAcme GmbH\n"), "{}", drawn.text);
        assert!(
            !drawn.html.contains("<script>alert") && drawn.html.contains("&lt;script&gt;alert(1)"),
            "{}",
            drawn.html
        );
        assert!(drawn.html.contains("{{ 7*7 }}") && !drawn.subject.contains('\n'));
    }

    #[test]
    fn nothing_comes_from_elsewhere() {
        let template =
            text("x", "<mj-text>x</mj-text><mj-button href=\"https://acme.example/a?b=1&amp;c\">Go</mj-button>");
        for locale in ["en", "ar", "ja"] {
            let html = render(&template, &json!({}), &Frame { locale, ..FRAME }).unwrap().html;
            for remote in ["@import", "<link", "<img", "url(", "<script", "googleapis", "src="] {
                assert!(!html.contains(remote), "{remote} in {html}");
            }
            let known = ["https://acme.example/a?b=1&amp;c", "http://www.w3.org", "http-equiv"];
            let known = known.iter().map(|known| html.matches(known).count()).sum::<usize>();
            assert_eq!(html.matches("http").count(), known, "{html}");
            assert_eq!(html.contains("dir=\"rtl\""), locale == "ar");
        }
    }

    proptest! {
        #[test]
        fn every_text_can_be_drawn(name in "(\\PC|[\\r\\n\u{0}-\u{1f}<>&\"'{}%]){0,60}") {
            let template = text("Hi {{ name }}", "<mj-text><b>{{ name }}</b></mj-text>");
            let name = super::super::printable(&name);
            let drawn = render(&template, &json!({ "name": name }), &FRAME).unwrap();
            prop_assert!(!drawn.subject.contains(|c: char| c.is_control()) && drawn.subject.chars().count() <= 200);
            prop_assert!(!drawn.subject.is_empty() && drawn.text.contains("Acme GmbH"));
        }
    }
}
