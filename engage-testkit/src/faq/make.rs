//! What the rules play with.

use std::collections::BTreeMap;

use engage_core::Effects;
use engage_core::faq::{
    Article, Category, CategoryName, Clause, FaqSearch, FaqStore, Found, Publication, Reader, Revision, TextState,
    Visibility,
};
use engage_core::words::Term;

use crate::World;

pub(super) type Faq = World<dyn FaqStore>;

pub(super) fn category(world: &Faq, slug: &str, position: i64) -> Category {
    let now = world.now();
    let name = CategoryName { title: slug.to_owned(), description: String::new() };
    Category {
        id: world.id(),
        parent: None,
        slug: slug.to_owned(),
        icon: None,
        position,
        names: BTreeMap::from([("en".to_owned(), name)]),
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

pub(super) async fn shelf(world: &Faq, slug: &str) -> Category {
    let category = category(world, slug, 0);
    world.store.put_category(&category, &Effects::none()).await.unwrap();
    category
}

pub(super) fn article(world: &Faq, category: &Category, slug: &str) -> Article {
    let now = world.now();
    Article {
        id: world.id(),
        category: category.id,
        slug: slug.to_owned(),
        position: 0,
        visibility: Visibility::Public,
        locale: "en".to_owned(),
        publish_at: None,
        unpublish_at: None,
        helpful: 0,
        unhelpful: 0,
        version: 1,
        created_at: now,
        updated_at: now,
        texts: Vec::new(),
    }
}

pub(super) fn revision(world: &Faq, article: &Article, locale: &str, number: i64, title: &str, text: &str) -> Revision {
    Revision {
        article: article.id,
        locale: locale.to_owned(),
        number,
        title: title.to_owned(),
        markdown: text.to_owned(),
        html: format!("<p>{text}</p>"),
        source: 0,
        by: None,
        created_at: world.now(),
    }
}

pub(super) fn state(revision: &Revision, live: Option<i64>) -> TextState {
    TextState {
        locale: revision.locale.clone(),
        title: revision.title.clone(),
        head: revision.number,
        live,
        source: revision.source,
        updated_at: revision.created_at,
    }
}

pub(super) async fn keep(world: &Faq, article: &Article, title: &str, text: &str) -> Revision {
    let first = revision(world, article, &article.locale, 1, title, text);
    world.store.create(article, &first, &Effects::none()).await.unwrap();
    first
}

pub(super) async fn bring_out(world: &Faq, revision: &Revision) -> bool {
    let publication = Publication::of(revision, revision.markdown.clone(), world.now());
    world.store.publish(&publication, &Effects::none()).await.unwrap()
}

/// A published article.
pub(super) async fn out(world: &Faq, category: &Category, slug: &str, title: &str, text: &str) -> Article {
    let article = article(world, category, slug);
    let first = keep(world, &article, title, text).await;
    assert!(bring_out(world, &first).await);
    article
}

pub(super) fn clauses(query: &str) -> Vec<Clause> {
    let term = |word: &str| Term { word: word.trim_end_matches('*').to_owned(), is_prefix: word.ends_with('*') };
    let phrase = |words: &str| words.split('+').map(term).collect();
    query.split_whitespace().map(|clause| Clause(clause.split('|').map(phrase).collect())).collect()
}

pub(super) fn languages(one: &str) -> [String; 3] {
    [one.to_owned(), one.to_owned(), one.to_owned()]
}

pub(super) async fn find(world: &Faq, reader: Reader, query: &str) -> Vec<Found> {
    let search = FaqSearch::new(reader, languages("en"), clauses(query), world.now(), 10);
    world.store.search(&search).await.unwrap()
}

pub(super) async fn slugs(world: &Faq, query: &str) -> Vec<String> {
    find(world, Reader::Public, query).await.into_iter().map(|found| found.slug).collect()
}
