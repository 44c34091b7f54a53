//! The help centre: its API for readers; below, its pages and what staff do.

pub(crate) mod desk;
mod html;
pub(crate) mod pages;
mod words;

use engage_core::faq::{Followed, Reader, Wanted};
use engage_core::ids::{ArticleId, ContactId};
use engage_core::{Error, Result};
use http::Response;

use crate::body::Body;
use crate::request::{Caller, Cx, created, no_content, ok};
use crate::wire;

/// How many articles a shelf shows.
const SHELF: usize = 500;

pub(crate) async fn shelf(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let (faq, locale) = (cx.engage.faq(), query.text("locale"));
    let mut articles = faq.shelf(reader(&cx), locale, None, SHELF + 1).await?;
    let complete = articles.len() <= SHELF;
    articles.truncate(SHELF);
    let (locales, all) = (faq.locales(locale), faq.categories().await?);
    // What is empty for a reader is not there for them, unless something may be in it that is not shown.
    let has = |id| !complete || articles.iter().any(|one| one.category == id);
    let shown =
        all.iter().filter(|one| has(one.id) || all.iter().any(|below| below.parent == Some(one.id) && has(below.id)));
    ok(&wire::HelpShelf {
        categories: shown.map(|one| wire::HelpCategory::new(one, &locales)).collect(),
        articles: articles.into_iter().map(wire::HelpArticle::from).collect(),
        complete,
    })
}

pub(crate) async fn article(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let page = cx.engage.faq().page(reader(&cx), slug(&cx, "slug"), query.text("locale")).await?;
    let vote = match contact(&cx) {
        Some(contact) => cx.engage.faq().vote_of(page.article.id, contact).await?,
        None => None,
    };
    ok(&wire::HelpPage::new(page, vote))
}

pub(crate) async fn search(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let (words, locale) = (query.text("query").unwrap_or_default(), query.text("locale"));
    let wanted = Wanted { reader: reader(&cx), query: words, locale, limit: query.limit() };
    ok(&wire::HelpHits::from(cx.engage.faq().search(&wanted).await?))
}

pub(crate) async fn note_search(cx: Cx) -> Result<Response<Body>> {
    let wire::NoteSearch { query, locale, source } = cx.json().await?;
    let wanted = Wanted { reader: reader(&cx), query: &query, locale: locale.as_deref(), limit: 20 };
    let searched = cx.engage.faq().searched(&wanted, contact(&cx), source.into()).await?;
    created(false, &wire::NotedSearch { id: searched.id, results: searched.results })
}

pub(crate) async fn follow_search(cx: Cx) -> Result<Response<Body>> {
    let wire::FollowSearch { opened, ended } = cx.json().await?;
    let (faq, id, contact) = (cx.engage.faq(), cx.param("id")?, contact(&cx));
    let opened = opened.map(|id| Followed::Opened(ArticleId(id)));
    let both: Vec<Followed> = opened.into_iter().chain(ended.map(|ended| Followed::Ended(ended.into()))).collect();
    if both.is_empty() {
        return Err(Error::invalid("/opened", "blank", "say what was opened, or where it ended"));
    }
    for followed in both {
        faq.follow(id, contact, followed).await?;
    }
    Ok(no_content())
}

pub(crate) async fn suggest(cx: Cx) -> Result<Response<Body>> {
    let wire::AskSuggestions { text, locale, source } = cx.json().await?;
    let wanted = Wanted { reader: reader(&cx), query: &text, locale: locale.as_deref(), limit: 5 };
    let suggested = cx.engage.faq().suggest_noted(&wanted, contact(&cx), source.into()).await;
    let suggested = suggested.map_err(|error| match error.fields() {
        // The field has another name here.
        [field] if field.field == "/query" => Error::invalid("/text", field.code, field.detail.clone()),
        _ => error,
    })?;
    ok(&wire::Suggestions {
        search: suggested.search,
        hits: suggested.hits.into_iter().map(wire::HelpHit::from).collect(),
    })
}

pub(crate) async fn vote(cx: Cx) -> Result<Response<Body>> {
    let wire::HelpVote { helpful, comment } = cx.json().await?;
    let visitor = cx.visitor()?;
    visitor.contact.may_write()?;
    let (faq, reader) = (cx.engage.faq(), reader(&cx));
    let page = faq.page(reader, slug(&cx, "slug"), None).await?;
    let vote = faq.vote(reader, visitor.contact.id, page.article.id, helpful, comment.as_deref()).await?;
    ok(&wire::HelpVote { helpful: vote.helpful, comment: vote.comment })
}

/// Who reads.
fn reader(cx: &Cx) -> Reader {
    match &cx.caller {
        Caller::Nobody => Reader::Public,
        Caller::Visitor(visitor) if visitor.is_member => Reader::Member,
        Caller::Visitor(_) => Reader::Public,
        Caller::Staff(_) => Reader::Staff,
    }
}

fn contact(cx: &Cx) -> Option<ContactId> {
    if let Caller::Visitor(visitor) = &cx.caller { Some(visitor.contact.id) } else { None }
}

/// A name in addresses; one that cannot be one names nothing.
fn slug<'c>(cx: &'c Cx, name: &str) -> &'c str {
    let slug = cx.params.get(name).map_or("", String::as_str);
    if slug.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') { slug } else { "" }
}
