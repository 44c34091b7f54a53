//! The help centre as pages, which need no script.

use std::fmt::Write as _;

use engage_core::faq::{Category, Followed, Listed, Page, Source, Wanted};
use engage_core::html::escaped;
use engage_core::{Error, ErrorKind, Result};
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use super::html::{Leaf, Setting, marked};
use super::{contact, reader, slug};
use crate::body::{self, Body};
use crate::problem::malformed;
use crate::request::{Caller, Cx};

/// How many articles a page lists.
const LISTED: usize = 200;
/// How many of each category the first page lists.
const FIRST: usize = 6;
/// How many others an article leads to.
const MORE: usize = 5;
/// How many addresses a sitemap may have (sitemaps.org, 0.9).
const SITEMAP: usize = 50_000;

pub(crate) async fn home(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let setting = Setting::new(&cx, query.text("lang"));
    let faq = cx.engage.faq();
    let (all, articles) =
        (faq.categories().await?, faq.shelf(reader(&cx), Some(&setting.locales[0]), None, 1_000).await?);
    let mut content = String::new();
    for category in all.iter().filter(|one| one.parent.is_none()) {
        let below: Vec<&Category> = all.iter().filter(|one| one.parent == Some(category.id)).collect();
        let is_within =
            |one: &&Listed| one.category == category.id || below.iter().any(|child| child.id == one.category);
        let within: Vec<&Listed> = articles.iter().filter(is_within).collect();
        if within.is_empty() {
            continue;
        }
        let name = category.name(&setting.locales);
        let icon = category.icon.as_deref().map_or_else(String::new, |icon| {
            format!("<span class=\"icon\" aria-hidden=\"true\">{}</span> ", escaped(icon))
        });
        let _ = write!(
            content,
            "<section class=\"card\"><h2 dir=\"auto\">{icon}<a href=\"{}\">{}</a></h2><p dir=\"auto\">{}</p>",
            escaped(&setting.to(&format!("/{}", category.slug))),
            escaped(&name.title),
            escaped(&name.description)
        );
        content.push_str(&list(&setting, &all, within.into_iter().take(FIRST)));
        content.push_str("</section>");
    }
    content = if content.is_empty() {
        format!("<p>{}</p>", setting.words.empty)
    } else {
        format!("<div class=\"cards\">{content}</div>")
    };
    setting.page(&Leaf { path: Some(String::new()), content, ..Leaf::default() })
}

pub(crate) async fn category(cx: Cx) -> Result<Response<Body>> {
    let shown = category_page(&cx).await;
    or_missing(&cx, shown)
}

async fn category_page(cx: &Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let setting = Setting::new(cx, query.text("lang"));
    let (faq, wanted) = (cx.engage.faq(), slug(cx, "category"));
    let category = faq.category(wanted).await?;
    if category.slug != wanted {
        return moved(&setting.to(&format!("/{}", category.slug)));
    }
    let all = faq.categories().await?;
    let locale = Some(setting.locales[0].as_str());
    let articles = faq.shelf(reader(cx), locale, Some(category.id), LISTED).await?;
    let name = category.name(&setting.locales);
    let mut content =
        format!("<p dir=\"auto\">{}</p>{}", escaped(&name.description), list(&setting, &all, articles.iter()));
    for below in all.iter().filter(|one| one.parent == Some(category.id)) {
        let articles = faq.shelf(reader(cx), locale, Some(below.id), LISTED).await?;
        if !articles.is_empty() {
            let (title, address) = (below.name(&setting.locales).title, setting.to(&format!("/{}", below.slug)));
            let _ = write!(content, "<h2 dir=\"auto\"><a href=\"{}\">{}</a></h2>", escaped(&address), escaped(&title));
            content.push_str(&list(&setting, &all, articles.iter()));
        }
    }
    setting.page(&Leaf {
        title: name.title,
        path: Some(format!("/{}", category.slug)),
        trail: trail(&setting, &all, category.parent.and_then(|id| all.iter().find(|one| one.id == id))),
        content,
        ..Leaf::default()
    })
}

pub(crate) async fn article(cx: Cx) -> Result<Response<Body>> {
    let shown = article_page(&cx).await;
    or_missing(&cx, shown)
}

async fn article_page(cx: &Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let setting = Setting::new(cx, query.text("lang"));
    let (faq, wanted) = (cx.engage.faq(), slug(cx, "slug"));
    let page = faq.page(reader(cx), wanted, Some(&setting.locales[0])).await?;
    let all = faq.categories().await?;
    let category = all.iter().find(|one| one.id == page.article.category);
    let category = category.ok_or_else(|| Error::not_found("the category"))?;
    let path = format!("/{}/{}", category.slug, page.article.slug);
    if category.slug != slug(cx, "category") || page.article.slug != wanted {
        return moved(&setting.to(&path));
    }
    if let Some(search) = query.text("search").and_then(|id| id.parse().ok()) {
        // Of a search that is not theirs nothing is noted, and the page is shown.
        match faq.follow(search, contact(cx), Followed::Opened(page.article.id)).await {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let others = faq.shelf(reader(cx), Some(&setting.locales[0]), Some(category.id), MORE + 1).await?;
    let mut content = format!("<article>{}</article>", page.text.html);
    let written = page.text.created_at.format("%Y-%m-%d");
    let _ = write!(
        content,
        "<p class=\"when\">{} <time datetime=\"{written}\">{written}</time></p>",
        setting.words.updated
    );
    content.push_str(&vote_form(&setting, &path, query.flag("voted")));
    let mut others = others.iter().filter(|one| one.id != page.article.id).take(MORE).peekable();
    if others.peek().is_some() {
        let _ = write!(content, "<aside><h2>{}</h2>{}</aside>", setting.words.more, list(&setting, &all, others));
    }
    setting.page(&Leaf {
        title: page.text.title.clone(),
        path: Some(path),
        locales: page.locales.clone(),
        locale: Some(page.text.locale.clone()),
        trail: trail(&setting, &all, Some(category)),
        data: Some(data(&page)),
        content,
        ..Leaf::default()
    })
}

pub(crate) async fn search(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let (setting, typed) = (Setting::new(&cx, query.text("lang")), query.text("query").unwrap_or_default().trim());
    let mut content = String::new();
    if !typed.is_empty() {
        let faq = cx.engage.faq();
        let wanted = Wanted { reader: reader(&cx), query: typed, locale: Some(&setting.locales[0]), limit: 20 };
        let answers = match faq.search(&wanted).await {
            // Nothing to search for is nothing found.
            Err(error) if error.kind() == ErrorKind::Invalid => engage_core::faq::Answers::default(),
            outcome => outcome?,
        };
        let noted = faq.searched(&wanted, contact(&cx), Source::Help).await.ok();
        if answers.hits.is_empty() {
            let _ = write!(content, "<p role=\"status\">{}</p>", setting.words.nothing);
        } else if answers.is_partial {
            let _ = write!(content, "<p role=\"status\">{}</p>", setting.words.partial);
        }
        let all = faq.categories().await?;
        content.push_str("<ul class=\"hits\">");
        for hit in &answers.hits {
            let address = address(&setting, &all, hit.category, &hit.slug);
            let sign = if address.contains('?') { '&' } else { '?' };
            let search = noted.as_ref().map_or_else(String::new, |noted| format!("{sign}search={}", noted.id));
            let _ = write!(
                content,
                "<li><a dir=\"auto\" href=\"{}\">{}</a><p dir=\"auto\">{}</p></li>",
                escaped(&format!("{address}{search}")),
                marked(&hit.title),
                marked(&hit.excerpt)
            );
        }
        content.push_str("</ul>");
    }
    let trail = vec![(setting.words.help.to_owned(), setting.to(""))];
    setting.page(&Leaf {
        title: setting.words.results.to_owned(),
        trail,
        query: typed.to_owned(),
        content,
        ..Leaf::default()
    })
}

/// Whether it helped, from a form of a page.
pub(crate) async fn vote(cx: Cx) -> Result<Response<Body>> {
    let bytes = cx.form().await?;
    let (mut helpful, mut comment) = (None, None);
    for (name, value) in form_urlencoded::parse(&bytes).take(8) {
        match (&*name, &*value) {
            ("helpful", "true") => helpful = Some(true),
            ("helpful", "false") => helpful = Some(false),
            ("comment", text) => comment = Some(text.replace("\r\n", "\n")),
            _ => return Err(malformed("the form has an unknown field")),
        }
    }
    let helpful = helpful.ok_or_else(|| Error::invalid("/helpful", "blank", "say whether it helped"))?;
    let (faq, reader) = (cx.engage.faq(), reader(&cx));
    let page = faq.page(reader, slug(&cx, "slug"), None).await?;
    let (person, cookie) = match &cx.caller {
        Caller::Visitor(visitor) => {
            visitor.contact.may_write()?;
            (visitor.contact.id, None)
        }
        _ => {
            let (visitor, token) = cx.engage.sessions().create().await?;
            let max_age = i64::try_from(cx.engage.sessions().config().absolute.as_secs()).unwrap_or(i64::MAX);
            (visitor.contact.id, Some(cx.cookie.set(&token, max_age)))
        }
    };
    faq.vote(reader, person, page.article.id, helpful, comment.as_deref()).await?;
    let path = format!("{}/help/{}/{}?voted=true", cx.base, slug(&cx, "category"), page.article.slug);
    let mut response = leading(StatusCode::SEE_OTHER, &path)?;
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Everything that everybody may see, for search engines; only with the site's own address, as theirs must be whole.
pub(crate) async fn sitemap(cx: Cx) -> Result<Response<Body>> {
    let site =
        cx.engage.public_url().ok_or_else(|| Error::not_found("the sitemap, without the site's own address,"))?;
    let faq = cx.engage.faq();
    let (all, articles) = (faq.categories().await?, faq.shelf(reader(&cx), None, None, SITEMAP - 501).await?);
    let at = escaped(&format!("{site}{}/help", cx.base));
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n\
         <url><loc>{at}</loc></url>\n"
    );
    for category in all.iter().filter(|one| articles.iter().any(|article| article.category == one.id)) {
        let _ = writeln!(xml, "<url><loc>{at}/{}</loc></url>", category.slug);
    }
    for article in &articles {
        if let Some(category) = all.iter().find(|one| one.id == article.category) {
            let changed = article.updated_at.format("%Y-%m-%d");
            let (category, slug) = (&category.slug, &article.slug);
            let _ = writeln!(xml, "<url><loc>{at}/{category}/{slug}</loc><lastmod>{changed}</lastmod></url>");
        }
    }
    xml.push_str("</urlset>\n");
    let mut response = Response::new(body::full(xml));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    Ok(response)
}

/// What is not there is told to browsers by a page of the help centre, from which one can go on; to programs as everywhere.
fn or_missing(cx: &Cx, shown: Result<Response<Body>>) -> Result<Response<Body>> {
    let accepted = cx.parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match shown {
        Err(error) if error.kind() == ErrorKind::NotFound && accepted.contains("text/html") => {}
        outcome => return outcome,
    }
    let setting = Setting::new(cx, cx.query()?.text("lang"));
    let (words, home) = (setting.words, setting.to(""));
    let content = format!("<p>{}</p><p><a href=\"{}\">{}</a></p>", words.missing, escaped(&home), words.all);
    let trail = vec![(words.help.to_owned(), home)];
    let mut response = setting.page(&Leaf { title: words.not_here.to_owned(), trail, content, ..Leaf::default() })?;
    *response.status_mut() = StatusCode::NOT_FOUND;
    Ok(response)
}

fn address(setting: &Setting<'_>, all: &[Category], category: engage_core::ids::CategoryId, slug: &str) -> String {
    let category = all.iter().find(|one| one.id == category).map_or("-", |one| one.slug.as_str());
    setting.to(&format!("/{category}/{slug}"))
}

fn list<'l>(setting: &Setting<'_>, all: &[Category], articles: impl Iterator<Item = &'l Listed>) -> String {
    let mut html = "<ul class=\"list\">".to_owned();
    for one in articles {
        let address = escaped(&address(setting, all, one.category, &one.slug));
        let (locale, title) = (escaped(&one.locale), escaped(&one.title));
        let _ = write!(html, "<li><a lang=\"{locale}\" dir=\"auto\" href=\"{address}\">{title}</a></li>");
    }
    html.push_str("</ul>");
    html
}

fn trail(setting: &Setting<'_>, all: &[Category], within: Option<&Category>) -> Vec<(String, String)> {
    let parent = within.and_then(|one| all.iter().find(|other| Some(other.id) == one.parent));
    let first = (setting.words.help.to_owned(), setting.to(""));
    let named = |one: &Category| (one.name(&setting.locales).title, setting.to(&format!("/{}", one.slug)));
    std::iter::once(first).chain(parent.into_iter().chain(within).map(named)).collect()
}

fn vote_form(setting: &Setting<'_>, path: &str, is_done: bool) -> String {
    let words = setting.words;
    if is_done {
        return format!("<p class=\"vote\" role=\"status\">{}</p>", words.thanks);
    }
    format!(
        "<form class=\"vote\" method=\"post\" action=\"{}/help{path}\"><fieldset><legend>{}</legend>\
         <label for=\"comment\">{}</label><textarea id=\"comment\" name=\"comment\" rows=\"2\" maxlength=\"1000\" dir=\"auto\"></textarea>\
         <button name=\"helpful\" value=\"true\">{}</button> <button name=\"helpful\" value=\"false\">{}</button></fieldset></form>",
        escaped(&setting.cx.base),
        words.helpful,
        words.comment,
        words.yes,
        words.no
    )
}

/// A question with its answer, or an article (schema.org).
fn data(page: &Page) -> serde_json::Value {
    let (title, locale) = (&page.text.title, &page.text.locale);
    if title.ends_with(['?', '？', '؟']) {
        let answer = json!({ "@type": "Answer", "text": page.text.html });
        let question = json!([{ "@type": "Question", "name": title, "acceptedAnswer": answer }]);
        return json!({ "@context": "https://schema.org", "@type": "FAQPage", "inLanguage": locale, "mainEntity": question });
    }
    let (published, modified) = (page.article.created_at.to_rfc3339(), page.text.created_at.to_rfc3339());
    json!({
        "@context": "https://schema.org", "@type": "Article", "headline": title, "inLanguage": locale,
        "datePublished": published, "dateModified": modified,
    })
}

fn moved(to: &str) -> Result<Response<Body>> {
    leading(StatusCode::PERMANENT_REDIRECT, to)
}

fn leading(status: StatusCode, to: &str) -> Result<Response<Body>> {
    let mut response = Response::new(body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_str(to).map_err(Error::internal)?);
    Ok(response)
}
