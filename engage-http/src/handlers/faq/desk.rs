//! What staff do in the help centre.

use engage_core::faq::{ArticleQuery, Draft, NewArticle, NewCategory, SetArticle};
use engage_core::ids::{ArticleId, CategoryId};
use engage_core::{Error, Result};
use http::Response;

use crate::body::Body;
use crate::cursor;
use crate::problem::malformed;
use crate::request::{Cx, created, no_content, ok};
use crate::wire;

pub(crate) async fn categories(cx: Cx) -> Result<Response<Body>> {
    let all = cx.engage.faq().categories().await?;
    ok(&wire::FaqCategories { categories: all.iter().map(wire::FaqCategory::from).collect() })
}

pub(crate) async fn create_category(cx: Cx) -> Result<Response<Body>> {
    let wire::NewFaqCategory { parent, slug, icon, position, names } = cx.json().await?;
    let new = NewCategory { parent: parent.map(CategoryId), slug, icon, position, names: wire::faq_names(names) };
    created(false, &wire::FaqCategory::from(&cx.engage.faq().create_category(&cx.actor()?, new).await?))
}

pub(crate) async fn update_category(cx: Cx) -> Result<Response<Body>> {
    let wire::SetFaqCategory { parent, slug, icon, position, names, expected_version } = cx.json().await?;
    let (slug, position, names) = (Some(slug), Some(position), wire::faq_names(names));
    let new = NewCategory { parent: parent.map(CategoryId), slug, icon, position, names };
    let (actor, id) = (cx.actor()?, cx.param("id")?);
    ok(&wire::FaqCategory::from(&cx.engage.faq().update_category(&actor, id, new, expected_version).await?))
}

pub(crate) async fn remove_category(cx: Cx) -> Result<Response<Body>> {
    cx.engage.faq().delete_category(&cx.actor()?, cx.param("id")?).await?;
    Ok(no_content())
}

pub(crate) async fn list(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let mut wanted = ArticleQuery::new(query.limit());
    let category = query.text("category").map(str::parse).transpose();
    wanted.category = category.map_err(|_| Error::invalid("/category", "format", "the id of a category"))?;
    wanted.after = query.text("after").map(place).transpose()?;
    let articles = cx.engage.faq().list(&cx.actor()?, &wanted).await?;
    let last = articles.last().filter(|_| articles.len() == wanted.limit);
    let now = cx.engage.context().clock.now();
    ok(&wire::FaqArticles {
        next: last.map(|last| cursor::write_text(&format!("{}:{}", last.position, last.id))),
        articles: articles.iter().map(|article| wire::FaqArticle::new(article, now)).collect(),
    })
}

pub(crate) async fn create(cx: Cx) -> Result<Response<Body>> {
    let wire::NewFaqArticle { category, slug, visibility, locale, title, markdown } = cx.json().await?;
    let (category, visibility) = (CategoryId(category), visibility.into());
    let new = NewArticle { category, slug, visibility, locale, title, markdown };
    let article = cx.engage.faq().create(&cx.actor()?, new).await?;
    created(false, &shown(&cx, &article))
}

pub(crate) async fn show(cx: Cx) -> Result<Response<Body>> {
    ok(&shown(&cx, &cx.engage.faq().article(&cx.actor()?, cx.param("id")?).await?))
}

pub(crate) async fn update(cx: Cx) -> Result<Response<Body>> {
    let set: wire::SetFaqArticle = cx.json().await?;
    let place = SetArticle {
        category: CategoryId(set.category),
        slug: set.slug,
        position: set.position,
        visibility: set.visibility.into(),
        publish_at: set.publish_at,
        unpublish_at: set.unpublish_at,
    };
    let (actor, id) = (cx.actor()?, cx.param("id")?);
    ok(&shown(&cx, &cx.engage.faq().update(&actor, id, place, set.expected_version).await?))
}

pub(crate) async fn remove(cx: Cx) -> Result<Response<Body>> {
    cx.engage.faq().delete(&cx.actor()?, cx.param("id")?).await?;
    Ok(no_content())
}

pub(crate) async fn save(cx: Cx) -> Result<Response<Body>> {
    let wire::SaveFaqText { title, markdown, source, expected_revision } = cx.json().await?;
    let (actor, id, draft) = (cx.actor()?, cx.param("id")?, Draft { title, markdown, source });
    let saved = cx.engage.faq().save(&actor, id, locale(&cx), draft, expected_revision).await;
    let revision = saved.map_err(nameless)?;
    ok(&wire::FaqRevision::from(&revision))
}

pub(crate) async fn live(cx: Cx) -> Result<Response<Body>> {
    let wire::SetFaqLive { revision } = cx.json().await?;
    let (faq, actor, id) = (cx.engage.faq(), cx.actor()?, cx.param("id")?);
    let article = match revision {
        Some(number) => faq.publish(&actor, id, locale(&cx), number).await?,
        None => faq.unpublish(&actor, id, locale(&cx)).await.map_err(nameless)?,
    };
    ok(&shown(&cx, &article))
}

pub(crate) async fn revisions(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let (actor, id, before) = (cx.actor()?, cx.param("id")?, query.number("before"));
    // A text that is not there has no revisions; an article that is not there is told.
    cx.engage.faq().article(&actor, id).await?;
    let lines = cx.engage.faq().revisions(&actor, id, locale(&cx), before, query.limit()).await?;
    ok(&wire::FaqRevisions { revisions: lines.iter().map(wire::FaqRevisionLine::from).collect() })
}

pub(crate) async fn revision(cx: Cx) -> Result<Response<Body>> {
    let (actor, id, number) = (cx.actor()?, cx.param("id")?, cx.param("number")?);
    ok(&wire::FaqRevision::from(&cx.engage.faq().revision(&actor, id, locale(&cx), number).await?))
}

pub(crate) async fn preview(cx: Cx) -> Result<Response<Body>> {
    let wire::FaqMarkdown { markdown } = cx.json().await?;
    ok(&wire::FaqHtml { html: cx.engage.faq().preview(&cx.actor()?, &markdown)?.html })
}

pub(crate) async fn synonyms(cx: Cx) -> Result<Response<Body>> {
    let found = cx.engage.faq().synonyms(&cx.actor()?, locale(&cx)).await.map_err(nameless)?;
    ok(&wire::FaqSynonyms::from(found))
}

pub(crate) async fn set_synonyms(cx: Cx) -> Result<Response<Body>> {
    let wire::SetFaqSynonyms { groups, expected_version } = cx.json().await?;
    let (actor, faq) = (cx.actor()?, cx.engage.faq());
    let set = faq.set_synonyms(&actor, locale(&cx), &groups, expected_version).await.map_err(nameless)?;
    ok(&wire::FaqSynonyms::from(set))
}

pub(crate) async fn report(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let days = chrono::TimeDelta::days(query.number("days").unwrap_or(30));
    let since = cx.engage.context().clock.now() - days;
    let gaps = query.word("order") == "gaps";
    let report = cx.engage.faq().report(&cx.actor()?, since, gaps, query.limit()).await?;
    ok(&wire::FaqReport::from(report))
}

pub(crate) async fn comments(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let before = query.text("before").map(cursor::read).transpose()?.map(engage_core::clock::from_micros);
    let (faq, actor, id, limit) = (cx.engage.faq(), cx.actor()?, cx.param("id")?, query.limit());
    faq.article(&actor, id).await?;
    let votes = faq.comments(&actor, id, before, limit).await?;
    let last = votes.last().filter(|_| votes.len() == limit);
    ok(&wire::FaqComments {
        next: last.map(|last| cursor::write(last.at.timestamp_micros())),
        comments: votes
            .into_iter()
            .filter_map(|vote| {
                Some(wire::FaqComment { helpful: vote.helpful, comment: vote.comment?, at: vote.at.into() })
            })
            .collect(),
    })
}

fn shown(cx: &Cx, article: &engage_core::faq::Article) -> wire::FaqArticle {
    wire::FaqArticle::new(article, cx.engage.context().clock.now())
}

fn locale(cx: &Cx) -> &str {
    cx.params.get("locale").map_or("", String::as_str)
}

/// A path with what is no language names nothing.
fn nameless(error: Error) -> Error {
    let is_path = error.fields().first().is_some_and(|field| field.field == "/locale");
    if is_path { Error::not_found("the language") } else { error }
}

/// The place of a cursor of ours.
fn place(cursor: &str) -> Result<(i64, ArticleId)> {
    let text = cursor::read_text(cursor)?;
    let place = text.split_once(':').and_then(|(position, id)| Some((position.parse().ok()?, id.parse().ok()?)));
    place.ok_or_else(|| malformed("this cursor is not one of ours"))
}
