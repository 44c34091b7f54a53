//! Markdown as HTML that is safe to show: made once, when a text is saved.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use comrak::adapters::{HeadingAdapter, HeadingMeta};
use comrak::html::Anchorizer;
use comrak::nodes::{NodeValue, Sourcepos};
use comrak::options::Plugins;
use comrak::{Arena, Options, format_html_with_plugins, parse_document};
use parking_lot::Mutex;

use crate::error::{Error, Result};

/// Before the ids of headings, so that none can be taken for one of the page's own.
const ID_PREFIX: &str = "h-";
/// How many bytes of HTML one byte of markdown may become, and how many there may be at least.
const SWELL: usize = 20;
const HTML_BYTES: usize = 64 * 1024;

/// Makes HTML of markdown by the site's rules. Cheap to share.
#[derive(Debug, Clone, Default)]
pub struct Markdown {
    image_hosts: Vec<String>,
}

/// What markdown says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Safe to show: elements of an allow-list, links that lead nowhere but `http`, `https`, `mailto`, `tel` and the site
    /// itself, images of the site and of its hosts.
    pub html: String,
    /// The same without markup, for searches and excerpts.
    pub text: String,
}

impl Markdown {
    /// Shows images of these hosts beside the site's own.
    pub fn new(image_hosts: &[String]) -> Self {
        Self { image_hosts: image_hosts.to_vec() }
    }

    /// From which hosts images are shown beside the site's own.
    pub fn image_hosts(&self) -> &[String] {
        &self.image_hosts
    }

    /// CommonMark with tables, strike-through and bare links. HTML in it is shown as text. Headings begin at the second
    /// level, as the title has the first, and have ids to jump to.
    ///
    /// # Errors
    /// `Invalid` at `/markdown` when it would become far longer than it is.
    pub fn render(&self, markdown: &str) -> Result<Rendered> {
        let mut options = Options::default();
        (options.extension.table, options.extension.strikethrough, options.extension.autolink) = (true, true, true);
        options.render.escape = true;
        let arena = Arena::new();
        let root = parse_document(&arena, markdown, &options);
        let headings = Headings::default();
        let mut plugins = Plugins::default();
        plugins.render.heading_adapter = Some(&headings);
        let mut html = Bounded { text: String::new(), room: HTML_BYTES.max(markdown.len() * SWELL) };
        format_html_with_plugins(root, &options, &mut html, &plugins)
            .map_err(|_| Error::invalid("/markdown", "too_long", "the text would become far longer than it is"))?;
        let text = root.descendants().fold(String::new(), |mut text, node| {
            match &node.data().value {
                NodeValue::Text(piece) => text.push_str(piece),
                NodeValue::Code(code) => text.push_str(&code.literal),
                NodeValue::CodeBlock(block) => text.push_str(&block.literal),
                NodeValue::HtmlInline(piece) => text.push_str(piece),
                NodeValue::HtmlBlock(block) => text.push_str(&block.literal),
                value
                    if (value.block() || matches!(value, NodeValue::SoftBreak | NodeValue::LineBreak))
                        && !text.is_empty()
                        && !text.ends_with(' ') =>
                {
                    text.push(' ');
                }
                _ => {}
            }
            text
        });
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Rendered { html: self.clean(&html.text), text })
    }

    /// What comes out of the renderer is safe already, as far as we know; this knows nothing of markdown, and lets through
    /// only what is on its lists.
    fn clean(&self, html: &str) -> String {
        let attributes = |names: &[&'static str]| names.iter().copied().collect::<HashSet<_>>();
        let headings = TAGS.iter().filter(|tag| tag.len() == 2 && tag.starts_with('h') && **tag != "hr");
        let mut allowed: HashMap<&str, HashSet<&str>> = headings.map(|tag| (*tag, attributes(&["id"]))).collect();
        allowed.insert("a", attributes(&["href", "title"]));
        allowed.insert("img", attributes(&["src", "alt", "title"]));
        allowed.insert("ol", attributes(&["start"]));
        for cell in ["td", "th"] {
            allowed.insert(cell, attributes(&["align"]));
        }
        let hosts = self.image_hosts.clone();
        ammonia::Builder::empty()
            .tags(TAGS.into_iter().collect())
            .clean_content_tags(["script", "style"].into_iter().collect())
            .tag_attributes(allowed)
            .url_schemes(["http", "https", "mailto", "tel"].into_iter().collect())
            .url_relative(ammonia::UrlRelative::PassThrough)
            .link_rel(Some("noopener noreferrer"))
            .attribute_filter(move |tag, name, value| match (tag, name) {
                ("img", "src") => is_shown(value, &hosts).then_some(Cow::Borrowed(value)),
                ("a", "href") => leads_somewhere(value).then_some(Cow::Borrowed(value)),
                (_, "id") => value.starts_with(ID_PREFIX).then_some(Cow::Borrowed(value)),
                _ => Some(Cow::Borrowed(value)),
            })
            .clean(html)
            .to_string()
    }
}

/// What a text is made of.
const TAGS: [&str; 25] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Of the site itself, or over TLS from one of its hosts.
fn is_shown(url: &str, hosts: &[String]) -> bool {
    if is_own(url) {
        return true;
    }
    let Some((host, _)) = url.strip_prefix("https://").and_then(|rest| rest.split_once('/')) else { return false };
    hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
}

/// A path of the site, a heading, or an address with a known scheme.
fn leads_somewhere(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let is_known = scheme.is_some_and(|scheme| ["http", "https", "mailto", "tel"].contains(&scheme.as_str()));
    is_own(url) || url.starts_with('#') || is_known
}

/// Browsers take `//` and `/\` for another host, and pass over tabs and line breaks.
fn is_own(url: &str) -> bool {
    url.starts_with('/') && !url[1..].starts_with(['/', '\\']) && !url.contains(|c: char| c.is_control())
}

/// Headings one level lower, with ids.
#[derive(Debug, Default)]
struct Headings(Mutex<Anchorizer>);

impl HeadingAdapter for Headings {
    fn enter(&self, out: &mut dyn fmt::Write, heading: &HeadingMeta, _: Option<Sourcepos>) -> fmt::Result {
        let id = self.0.lock().anchorize(&heading.content);
        let id: String = id.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).take(80).collect();
        write!(out, "<h{} id=\"{ID_PREFIX}{id}\">", (heading.level + 1).min(6))
    }

    fn exit(&self, out: &mut dyn fmt::Write, heading: &HeadingMeta) -> fmt::Result {
        writeln!(out, "</h{}>", (heading.level + 1).min(6))
    }
}

/// Text that does not grow without end.
struct Bounded {
    text: String,
    room: usize,
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.room = self.room.checked_sub(piece.len()).ok_or(fmt::Error)?;
        self.text.push_str(piece);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(markdown: &str) -> String {
        Markdown::new(&["img.example.com".to_owned()]).render(markdown).unwrap().html
    }

    #[test]
    fn markdown_becomes_html_and_text() {
        let rendered =
            Markdown::default().render("# Reset\n\nClick *here*:\n\n1. one\n2. `two`\n\n|a|b|\n|-|-|\n|c|d|").unwrap();
        assert!(
            rendered.html.starts_with("<h2 id=\"h-reset\">Reset</h2>\n<p>Click <em>here</em>:</p>\n<ol>"),
            "{}",
            rendered.html
        );
        assert!(rendered.html.contains("<table>") && rendered.html.contains("<td>d</td>"), "{}", rendered.html);
        assert_eq!(rendered.text, "Reset Click here: one two a b c d");
    }

    #[test]
    fn nothing_harmful_comes_through() {
        for (markdown, gone) in [
            ("<script>alert(1)</script>", "<script"),
            ("<img src=x onerror=alert(1)>", "<img"),
            ("[a](javascript:alert(1))", "javascript"),
            ("[a](JaVaScRiPt:alert(1))", "JaVa"),
            ("[a](data:text/html,x)", "data:"),
            ("[a](//evil.example/x)", "evil"),
            ("[a](/\\evil.example/x)", "/\\evil"),
            ("![a](http://img.example.com/x)", "http:"),
            ("![a](https://evil.example/x)", "evil"),
            ("![a](https://img.example.com@evil.example/x)", "evil"),
            ("![a](https://img.example.com)", "src"),
            ("<h2 id=\"content\">a</h2>", "<h2 id=\"content"),
            ("<svg><style><img onload=x>", "<svg"),
        ] {
            assert!(!html(markdown).contains(gone), "{markdown}: {}", html(markdown));
        }
    }

    #[test]
    fn what_is_known_stays() {
        for (markdown, kept) in [
            ("![a](https://img.example.com/x.png)", "src=\"https://img.example.com/x.png\""),
            ("![a](/x.png)", "src=\"/x.png\""),
            ("- a\n- b", "<ul>\n<li>a</li>"),
            ("[a](/x \"t\")", "href=\"/x\""),
            ("[a](#h-b)", "href=\"#h-b\""),
            ("https://a.example/?b=c", "href=\"https://a.example/?b=c\""),
            ("[a](mailto:a@b.example)", "href=\"mailto:a@b.example\""),
            ("<b>not bold</b>", "&lt;b&gt;not bold"),
            ("# a\n# a", "id=\"h-a-1\""),
            ("# <script>", "<h2 id=\"h-\">&lt;script&gt;</h2>"),
        ] {
            assert!(html(markdown).contains(kept), "{markdown}: {}", html(markdown));
        }
    }
}
