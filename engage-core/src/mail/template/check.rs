//! Whether a text may be a template's: only what is known, in a form that can be drawn.

use super::markup::{Markup, Token, tokens};
use super::scan::{Piece, What, fault, scan, short};
use super::{BODY_BYTES, Frame, Kind, SUBJECT_CHARS, Template, TemplateText, Variable, render};
use crate::error::{Error, Result};

/// What a body is made of.
const BLOCKS: [&str; 4] = ["mj-text", "mj-button", "mj-divider", "mj-spacer"];
/// What a block may say of its looks. Values hold no address.
const LOOKS: [&str; 23] = [
    "align",
    "color",
    "font-size",
    "font-style",
    "font-weight",
    "letter-spacing",
    "line-height",
    "text-decoration",
    "text-transform",
    "padding",
    "padding-top",
    "padding-right",
    "padding-bottom",
    "padding-left",
    "inner-padding",
    "width",
    "height",
    "background-color",
    "container-background-color",
    "border",
    "border-color",
    "border-width",
    "border-radius",
];
/// HTML within a text or a button.
const INLINE: [&str; 20] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "ul",
];
/// How many blocks and elements may stand in each other.
const DEPTH: usize = 12;

/// What is being looked through.
struct Checking<'c> {
    template: &'c Template,
    field: &'static str,
    /// What is open: `{% if %}` without a name, `{% for %}` with its item and the fields of it.
    open: Vec<Option<(&'c str, &'static [Variable])>>,
    /// The links that were shown, by their marks.
    shown: Vec<bool>,
}

/// Checks a text: 1 to 200 characters of subject on one line, a body of at most 32 KiB, both of known variables and elements.
///
/// # Errors
/// `Invalid` at `/subject` or `/body`, with the line in the detail.
pub fn checked(template: &Template, text: &TemplateText) -> Result<TemplateText> {
    let text = TemplateText { subject: text.subject.trim().to_owned(), body: text.body.replace("\r\n", "\n") };
    let too_long = |field, most| Error::invalid(field, "too_long", format!("at most {most}"));
    if text.subject.is_empty() {
        return Err(Error::invalid("/subject", "blank", "a mail needs a subject"));
    }
    if text.subject.chars().count() > SUBJECT_CHARS {
        return Err(too_long("/subject", "200 characters"));
    }
    if text.body.len() > BODY_BYTES {
        return Err(too_long("/body", "32 KiB"));
    }
    for (field, text, breaks) in [("/subject", &text.subject, ""), ("/body", &text.body, "\n\t")] {
        if text.chars().any(|c| c.is_control() && !breaks.contains(c)) {
            return Err(Error::invalid(field, "control_character", "no control characters"));
        }
    }
    Checking::new(template, "/subject").marked(&text.subject)?;
    let mut body = Checking::new(template, "/body");
    let marked = body.marked(&text.body)?;
    body.markup(&marked)?;
    // What remains is said by who draws it.
    let frame = Frame { locale: "en", site: "Acme", footer: "" };
    let drawn = render(&text, &template.samples(), &frame);
    drawn.map_err(|error| Error::invalid("/body", "syntax", short_of(&error)))?;
    Ok(text)
}

fn short_of(error: &Error) -> String {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    short(&cause.unwrap_or_else(|| error.message().to_owned()))
}

impl<'c> Checking<'c> {
    fn new(template: &'c Template, field: &'static str) -> Self {
        Self { template, field, open: Vec::new(), shown: Vec::new() }
    }

    /// Checks the variables, and gives the text with a mark for each that is shown, its lines as they were.
    fn marked(&mut self, text: &'c str) -> Result<String> {
        let mut marked = String::with_capacity(text.len());
        for piece in scan(self.field, text)? {
            match piece.what {
                What::Text => marked.push_str(piece.source),
                _ => self.piece(&piece, &mut marked)?,
            }
            if piece.what != What::Text {
                marked.extend(piece.source.chars().filter(|c| *c == '\n'));
            }
        }
        if self.open.is_empty() {
            return Ok(marked);
        }
        let line = 1 + text.matches('\n').count();
        Err(fault(self.field, line, "syntax", "an {% if %} or {% for %} has no end"))
    }

    fn piece(&mut self, piece: &Piece<'c>, marked: &mut String) -> Result<()> {
        let wrong = |detail: &str| fault(self.field, piece.line, "syntax", detail);
        match piece.what {
            What::Text | What::Comment => {}
            What::Show(path) => match self.find(path, piece.line)?.kind {
                Kind::List(_) => return Err(wrong("a list is shown with {% for %}")),
                kind => {
                    marked.push('\u{E000}');
                    marked.push_str(&self.shown.len().to_string());
                    marked.push('\u{E001}');
                    self.shown.push(matches!(kind, Kind::Link(_)));
                }
            },
            What::If(path) => {
                self.find(path, piece.line)?;
                self.open.push(None);
            }
            What::Else if matches!(self.open.last(), Some(None)) => {}
            What::EndIf if matches!(self.open.last(), Some(None)) => drop(self.open.pop()),
            What::EndFor if matches!(self.open.last(), Some(Some(_))) => drop(self.open.pop()),
            What::For { item, list } => match self.find(list, piece.line)?.kind {
                Kind::List(_) if self.template.variable(item).is_some() => {
                    return Err(wrong("this name is taken by a variable"));
                }
                Kind::List(fields) => self.open.push(Some((item, fields))),
                Kind::Text(_) | Kind::Link(_) => return Err(wrong("this is no list")),
            },
            What::Else | What::EndIf | What::EndFor => return Err(wrong("nothing is open that this belongs to")),
        }
        if self.open.len() > DEPTH { Err(wrong("too many stand in each other")) } else { Ok(()) }
    }

    fn find(&self, path: &str, line: usize) -> Result<&'static Variable> {
        let items = || self.open.iter().flatten();
        let found = match path.split_once('.') {
            None => self.template.variable(path),
            Some((item, field)) => items()
                .find(|(own, _)| *own == item)
                .and_then(|(_, fields)| fields.iter().find(|variable| variable.name == field)),
        };
        found.ok_or_else(|| {
            let known = super::COMMON.iter().chain(self.template.variables).map(|variable| variable.name.to_owned());
            let inner = items().flat_map(|(item, fields)| fields.iter().map(move |one| format!("{item}.{}", one.name)));
            let known: Vec<String> = known.chain(inner).collect();
            let detail = format!("there is no variable {path:?}; there are {}", known.join(", "));
            fault(self.field, line, "unknown_variable", detail)
        })
    }

    /// Checks elements and attributes.
    fn markup(&self, marked: &str) -> Result<()> {
        let line = |at: usize| 1 + marked.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
        let refuse = |at: usize, code, detail: String| Err(fault(self.field, line(at), code, detail));
        let tokens = match tokens(marked) {
            Ok(tokens) => tokens,
            Err(at) => {
                let detail = "this is no markup; &lt; and &gt; stand for < and >, and values are in double quotes";
                return refuse(at, "syntax", detail.to_owned());
            }
        };
        let mut open: Vec<&str> = Vec::new();
        for Token { at, what } in tokens {
            match what {
                Markup::Text(text) => {
                    if open.is_empty() && !text.trim().is_empty() {
                        return refuse(at, "syntax", "text stands in an mj-text".to_owned());
                    }
                }
                Markup::Open { name, attributes, is_empty } => {
                    let fits = match open.first() {
                        None => BLOCKS.contains(&name),
                        Some(block) => matches!(*block, "mj-text" | "mj-button") && INLINE.contains(&name),
                    };
                    if !fits {
                        return refuse(at, "forbidden_element", format!("<{}> cannot stand here", short(name)));
                    }
                    if let Some((own, _)) = attributes.iter().find(|(own, value)| !self.allows(name, own, value)) {
                        let detail = format!("{} of <{name}> cannot be this", short(own));
                        return refuse(at, "forbidden_attribute", detail);
                    }
                    if !is_empty && name != "br" {
                        open.push(name);
                    }
                    if open.len() > DEPTH {
                        return refuse(at, "syntax", "too many elements stand in each other".to_owned());
                    }
                }
                Markup::Close(name) => {
                    if open.pop() != Some(name) {
                        return refuse(at, "syntax", format!("</{}> closes nothing", short(name)));
                    }
                }
            }
        }
        match open.last() {
            Some(open) => refuse(marked.len(), "syntax", format!("<{open}> has no end")),
            None => Ok(()),
        }
    }

    fn allows(&self, element: &str, name: &str, value: &str) -> bool {
        let is_block = BLOCKS.contains(&element);
        match name {
            "href" if matches!(element, "a" | "mj-button") => self.is_href(value),
            "dir" if !is_block => matches!(value, "auto" | "ltr" | "rtl"),
            "lang" if !is_block => value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
            _ if is_block && LOOKS.contains(&name) => {
                value.len() <= 60 && value.chars().all(|c| c.is_ascii_alphanumeric() || "#%., -".contains(c))
            }
            _ => false,
        }
    }

    /// A page of the web, a mail address, or the whole of one variable that is a link.
    fn is_href(&self, value: &str) -> bool {
        if let Some(mark) = value.strip_prefix('\u{E000}') {
            let mark = mark.strip_suffix('\u{E001}').and_then(|mark| mark.parse::<usize>().ok());
            return mark.and_then(|mark| self.shown.get(mark)).is_some_and(|is_link| *is_link);
        }
        let address = value.strip_prefix("mailto:");
        let is_address = |text| crate::mail::Address::checked("/body", text).is_ok();
        !value.contains('\u{E000}') && (super::is_link(value) || address.is_some_and(is_address))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEMPLATE: Template = Template {
        name: "test.test",
        about: "",
        variables: &[
            Variable { name: "by", about: "", kind: Kind::Text("Ann") },
            Variable { name: "link", about: "", kind: Kind::Link("https://acme.example/x") },
            Variable {
                name: "lines",
                about: "",
                kind: Kind::List(&[Variable { name: "text", about: "", kind: Kind::Text("Hello") }]),
            },
        ],
        texts: &[],
    };

    fn check(body: &str) -> Result<TemplateText> {
        checked(&TEMPLATE, &TemplateText { subject: "Hello {{ by }}".to_owned(), body: body.to_owned() })
    }

    #[test]
    fn what_is_known_passes() {
        for good in [
            "<mj-text>Hello</mj-text>",
            "<mj-text align=\"center\" color=\"#fff\">{{ by }}<br/>{% for line in lines %}<p dir=\"auto\">{{ line.text }}</p>{% endfor %}</mj-text>",
            "<mj-button href=\"{{ link }}\">{{ by }}</mj-button>\n<mj-divider />{# why #}",
            "<mj-text><a href=\"https://x.example/a?b=1\">x</a> <a href=\"mailto:a@b.example\">y</a></mj-text>",
            "{% if not lines %}<mj-text>None</mj-text>{% else %}<mj-text>Some</mj-text>{% endif %}",
        ] {
            assert!(check(good).is_ok(), "{good}: {:?}", check(good));
        }
    }

    #[test]
    fn what_is_not_known_is_named_with_its_line() {
        for (bad, code, line) in [
            ("\n<mj-text>{{ who }}</mj-text>", "unknown_variable", 2),
            ("<mj-text>{{ line.text }}</mj-text>", "unknown_variable", 1),
            ("{% for x in lines %}\n{{ x.y }}{% endfor %}", "unknown_variable", 2),
            ("{{ lines }}", "syntax", 1),
            ("{% for x in by %}{% endfor %}", "syntax", 1),
            ("{% for by in lines %}{% endfor %}", "syntax", 1),
            ("{% if by %}", "syntax", 1),
            ("{% endif %}", "syntax", 1),
            ("{% for x in lines %}{% endif %}", "syntax", 1),
            ("Hello", "syntax", 1),
            ("<mj-text>\n<script>x</script></mj-text>", "forbidden_element", 2),
            ("<mj-raw>x</mj-raw>", "forbidden_element", 1),
            ("<mj-image src=\"https://x.example/a.png\" />", "forbidden_element", 1),
            ("<mj-include path=\"/etc/passwd\" />", "forbidden_element", 1),
            ("<mj-text><img src=\"x\" /></mj-text>", "forbidden_element", 1),
            ("<mj-text><mj-button>x</mj-button></mj-text>", "forbidden_element", 1),
            ("<mj-text onclick=\"x\">x</mj-text>", "forbidden_attribute", 1),
            ("<mj-text><b style=\"x\">x</b></mj-text>", "forbidden_attribute", 1),
            ("<mj-text background-url=\"https://x.example\">x</mj-text>", "forbidden_attribute", 1),
            ("<mj-text color=\"url(https://x.example)\">x</mj-text>", "forbidden_attribute", 1),
            ("<mj-text><a href=\"javascript:alert(1)\">x</a></mj-text>", "forbidden_attribute", 1),
            ("<mj-text><a href=\"{{ by }}\">x</a></mj-text>", "forbidden_attribute", 1),
            ("<mj-text><a href=\"https://x.example/{{ by }}\">x</a></mj-text>", "forbidden_attribute", 1),
            ("<mj-text color=\"{{ by }}\">x</mj-text>", "forbidden_attribute", 1),
            ("<mj-text><b>x</mj-text>", "syntax", 1),
            ("<mj-text>x", "syntax", 1),
        ] {
            let error = check(bad).unwrap_err();
            assert_eq!(error.fields()[0].code, code, "{bad}: {error}");
            assert!(error.fields()[0].detail.starts_with(&format!("line {line}:")), "{bad}: {error}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "(<mj-text>|</mj-text>|<b>|</b>|<a href=\"|\">|\\{\\{ by \\}\\}|\\{% if by %\\}|\\{% endif %\\}|<!--|-->|<!\\[|\\PC|\n){0,16}") {
            let _ = check(&body);
        }
    }
}
