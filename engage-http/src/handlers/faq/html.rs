//! A page of the help centre around what it shows.

use std::fmt::Write as _;

use engage_core::html::escaped;
use engage_core::words::Highlight;
use engage_core::{Error, Result};
use http::{HeaderValue, Response, header};

use super::words::{self, Words};
use crate::body::{self, Body};
use crate::request::Cx;
use crate::security::PAGE_CSP;

/// What a page needs to know of its reader.
pub(super) struct Setting<'c> {
    pub(super) cx: &'c Cx,
    /// The language that was asked for by the address itself.
    pub(super) asked: Option<String>,
    /// In which languages to look.
    pub(super) locales: [String; 3],
    pub(super) words: &'static Words,
    tag: &'static str,
}

/// One page.
#[derive(Default)]
pub(super) struct Leaf {
    pub(super) title: String,
    /// Its address within the help centre, such as `/billing/refunds`; none for one that is nobody's to find.
    pub(super) path: Option<String>,
    /// In which languages there is one.
    pub(super) locales: Vec<String>,
    /// The language of what it shows.
    pub(super) locale: Option<String>,
    /// Names and addresses of what it stands in.
    pub(super) trail: Vec<(String, String)>,
    /// What stands in the field for searches.
    pub(super) query: String,
    /// What programs read: JSON-LD.
    pub(super) data: Option<serde_json::Value>,
    pub(super) content: String,
}

impl<'c> Setting<'c> {
    /// By the address, else by what the browser says.
    pub(super) fn new(cx: &'c Cx, asked: Option<&str>) -> Self {
        let accepted = cx.parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let accepted = accepted.and_then(|value| value.split([',', ';']).next()).map(str::trim);
        let locales = cx.engage.faq().locales(asked.or(accepted));
        let (tag, words) = words::of(&locales);
        Self { cx, asked: asked.map(str::to_ascii_lowercase), locales, words, tag }
    }

    /// An address within the help centre that stays in the language.
    pub(super) fn to(&self, path: &str) -> String {
        let lang = self.asked.as_deref().map_or_else(String::new, |tag| format!("?lang={}", encoded(tag)));
        format!("{}/help{path}{lang}", self.cx.base)
    }

    pub(super) fn page(&self, leaf: &Leaf) -> Result<Response<Body>> {
        let html = self.html(leaf);
        let mut response = Response::new(body::full(html));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CONTENT_SECURITY_POLICY, self.policy()?);
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        headers.insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
        Ok(response)
    }

    /// With the hosts of images.
    fn policy(&self) -> Result<HeaderValue> {
        let hosts = self.cx.engage.faq().config().image_hosts.iter();
        let images: String = hosts.map(|host| format!(" https://{host}")).collect();
        HeaderValue::from_str(&PAGE_CSP.replace("img-src 'self'", &format!("img-src 'self'{images}")))
            .map_err(Error::internal)
    }

    fn html(&self, leaf: &Leaf) -> String {
        let (config, words) = (self.cx.engage.faq().config(), self.words);
        let site = escaped(self.cx.engage.site());
        let locale = leaf.locale.as_deref().unwrap_or(self.tag);
        let title = if leaf.title.is_empty() { words.help.to_owned() } else { leaf.title.clone() };
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{} – {site}</title>",
            escaped(self.tag),
            direction(self.tag),
            escaped(&title)
        );
        html.push_str(&self.links(leaf));
        let style = engage_ui::all().iter().find(|asset| asset.path.starts_with("assets/help-"));
        if let Some(style) = style {
            let _ = write!(html, "<link rel=\"stylesheet\" href=\"{}/{}\">", escaped(&self.cx.base), style.path);
        }
        if let Some(data) = &leaf.data {
            // Nothing in it can end the element.
            let data = data.to_string().replace('<', "\\u003c");
            let _ = write!(html, "<script type=\"application/ld+json\">{data}</script>");
        }
        let _ = write!(
            html,
            "</head><body>{}<header class=\"top\"><a class=\"site\" href=\"{}\">{site} · {}</a>\
             <form role=\"search\" action=\"{}/help/search\"><label class=\"hidden\" for=\"query\">{search}</label>\
             <input id=\"query\" name=\"query\" type=\"search\" maxlength=\"200\" dir=\"auto\" value=\"{}\" placeholder=\"{search}\">{}\
             <button>{search}</button></form></header>",
            config.head,
            escaped(&self.to("")),
            words.help,
            escaped(&self.cx.base),
            escaped(&leaf.query),
            self.asked.as_deref().map_or_else(String::new, |tag| {
                format!("<input type=\"hidden\" name=\"lang\" value=\"{}\">", escaped(tag))
            }),
            search = words.search,
        );
        if !leaf.trail.is_empty() {
            let _ = write!(html, "<nav class=\"trail\" aria-label=\"{}\"><ol>", words.path);
            for (name, address) in &leaf.trail {
                let _ = write!(html, "<li><a href=\"{}\">{}</a></li>", escaped(address), escaped(name));
            }
            html.push_str("</ol></nav>");
        }
        let _ = write!(
            html,
            "<main lang=\"{}\" dir=\"{}\"><h1 dir=\"auto\">{}</h1>{}</main>",
            escaped(locale),
            direction(locale),
            escaped(&title),
            leaf.content
        );
        html.push_str(&self.languages(leaf));
        let _ = writeln!(
            html,
            "<footer><a href=\"{}/contact\">{}</a></footer>{}</body></html>",
            escaped(&self.cx.base),
            words.contact,
            config.foot
        );
        html
    }

    /// Which address is the page's own, and where it stands in other languages. Only with the site's own address, as what a
    /// request says of it is anybody's.
    fn links(&self, leaf: &Leaf) -> String {
        let (Some(path), Some(site)) = (&leaf.path, self.cx.engage.public_url()) else {
            return "<meta name=\"robots\" content=\"noindex\">".to_owned();
        };
        let at = escaped(&format!("{site}{}/help{path}", self.cx.base));
        let in_language = |locale: &str| format!("{at}?lang={}", encoded(locale));
        let own = match (&self.asked, &leaf.locale) {
            (Some(_), Some(locale)) => in_language(locale),
            _ => at.clone(),
        };
        let mut html = format!("<link rel=\"canonical\" href=\"{own}\">");
        if leaf.locales.len() > 1 {
            let _ = write!(html, "<link rel=\"alternate\" hreflang=\"x-default\" href=\"{at}\">");
            for locale in &leaf.locales {
                let (tag, address) = (escaped(locale), in_language(locale));
                let _ = write!(html, "<link rel=\"alternate\" hreflang=\"{tag}\" href=\"{address}\">");
            }
        }
        html
    }

    fn languages(&self, leaf: &Leaf) -> String {
        let (Some(path), true) = (&leaf.path, leaf.locales.len() > 1) else { return String::new() };
        let mut html = format!("<nav class=\"languages\" aria-label=\"{}\"><ul>", self.words.languages);
        for locale in &leaf.locales {
            let current = if leaf.locale.as_ref() == Some(locale) { " aria-current=\"true\"" } else { "" };
            let _ = write!(
                html,
                "<li><a lang=\"{tag}\" hreflang=\"{tag}\" href=\"{}/help{path}?lang={}\"{current}>{tag}</a></li>",
                escaped(&self.cx.base),
                encoded(locale),
                tag = escaped(locale)
            );
        }
        html.push_str("</ul></nav>");
        html
    }
}

/// Text with what was searched for in `mark`.
pub(super) fn marked(told: &Highlight) -> String {
    let chars: Vec<char> = told.text.chars().collect();
    let piece =
        |range: std::ops::Range<usize>| escaped(&chars.get(range).unwrap_or_default().iter().collect::<String>());
    let (mut html, mut at) = (String::new(), 0);
    for range in &told.ranges {
        let _ = write!(html, "{}<mark>{}</mark>", piece(at..range.start), piece(range.clone()));
        at = range.end;
    }
    html.push_str(&piece(at..chars.len()));
    html
}

/// As part of a query.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn direction(locale: &str) -> &'static str {
    let is_from_right =
        matches!(locale.split('-').next(), Some("ar" | "he" | "fa" | "ur" | "ps" | "yi" | "dv" | "ckb"));
    if is_from_right { "rtl" } else { "ltr" }
}
