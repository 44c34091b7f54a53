//! Rules of categories, articles and revisions.

use engage_core::faq::{Article, ArticleQuery, Category, Publication, Revision, Visibility};
use engage_core::{AgentRef, Effects, ErrorKind};

use super::make::{Faq, article, bring_out, category, keep, out, revision, shelf, slugs, state};
use crate::world::drain;

/// By position, then by slug. A change that saw an older version is refused.
pub async fn categories_come_in_order_and_expect_the_version_before(world: Faq) {
    let mut kept = Vec::new();
    for (slug, position) in [("b", 2), ("c", 1), ("a", 2)] {
        let category = Category { icon: Some("💳".to_owned()), ..category(&world, slug, position) };
        world.store.put_category(&category, &Effects::none()).await.unwrap();
        kept.push(category);
    }
    let below = Category { parent: Some(kept[0].id), ..category(&world, "d", 3) };
    world.store.put_category(&below, &Effects::none()).await.unwrap();
    let [b, c, a] = <[Category; 3]>::try_from(kept).unwrap();
    assert_eq!(world.store.categories().await.unwrap(), [c, a.clone(), b.clone(), below]);
    let second = Category { slug: "z".to_owned(), version: 2, updated_at: world.now(), ..b.clone() };
    world.store.put_category(&second, &Effects::none()).await.unwrap();
    for version in [1, 2, 4] {
        let stale = Category { version, slug: "y".to_owned(), ..b.clone() };
        let refused = world.store.put_category(&stale, &Effects::none()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Conflict, "{version}");
    }
    let taken = Category { slug: "a".to_owned(), version: 3, ..second.clone() };
    let refused = world.store.put_category(&taken, &Effects::none()).await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "slug_taken"));
    assert_eq!(world.store.category_of("b").await.unwrap(), Some(b.id), "the old name leads there");
    assert_eq!(world.store.category_of("z").await.unwrap(), Some(b.id));
    assert_eq!(world.store.category_of("none").await.unwrap(), None);
    assert_eq!(world.store.categories().await.unwrap()[2], second);
    assert_eq!(a.version, 1);
}

/// Whether articles or categories.
pub async fn a_category_with_something_in_it_stays(world: Faq) {
    let top = shelf(&world, "top").await;
    let below = Category { parent: Some(top.id), ..category(&world, "below", 0) };
    world.store.put_category(&below, &Effects::none()).await.unwrap();
    let inside = article(&world, &below, "inside");
    keep(&world, &inside, "Inside", "text").await;
    let promise = Effects::none().and_send(world.promise());
    for id in [top.id, below.id] {
        let refused = world.store.delete_category(id, &promise).await.unwrap_err();
        assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "not_empty"));
    }
    assert!(world.store.delete(inside.id, &Effects::none()).await.unwrap());
    assert!(world.store.delete_category(below.id, &promise).await.unwrap());
    assert!(!world.store.delete_category(below.id, &Effects::none()).await.unwrap());
    assert_eq!(world.store.category_of("below").await.unwrap(), None);
    let lost = article(&world, &below, "lost");
    let first = revision(&world, &lost, "en", 1, "Lost", "text");
    let refused = world.store.create(&lost, &first, &Effects::none()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
    assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
}

/// Every field comes back, whatever the text.
pub async fn an_article_is_found_as_it_was_kept(world: Faq) {
    let category = shelf(&world, "all").await;
    for (turn, text) in crate::hostile::texts().into_iter().enumerate() {
        let one = Article {
            visibility: [Visibility::Public, Visibility::Members, Visibility::Agents][turn % 3],
            publish_at: Some(world.now()),
            unpublish_at: Some(world.now()),
            position: -5,
            ..article(&world, &category, &format!("a-{turn}"))
        };
        let mut first = revision(&world, &one, "en", 1, &text, &text);
        first.by = Some(AgentRef { id: text.clone(), name: text.clone() });
        world.store.create(&one, &first, &Effects::none()).await.unwrap();
        let stored = world.store.article(one.id).await.unwrap();
        assert_eq!(stored, Some(Article { texts: vec![state(&first, None)], ..one.clone() }));
        assert_eq!(world.store.revision(one.id, "en", 1).await.unwrap(), Some(first));
        assert_eq!(world.store.revision(one.id, "en", 2).await.unwrap(), None);
        assert_eq!(world.store.revision(one.id, "de", 1).await.unwrap(), None);
    }
    assert_eq!(world.store.article(world.id()).await.unwrap(), None);
}

/// The one that somebody has is nobody else's; one that somebody had is theirs until it is taken.
pub async fn a_slug_is_taken_once_and_leads_to_who_had_it(world: Faq) {
    let category = shelf(&world, "all").await;
    let (one, two) = (article(&world, &category, "one"), article(&world, &category, "two"));
    keep(&world, &one, "One", "text").await;
    keep(&world, &two, "Two", "text").await;
    let again = article(&world, &category, "one");
    let first = revision(&world, &again, "en", 1, "Again", "text");
    let promise = Effects::none().and_send(world.promise());
    let refused = world.store.create(&again, &first, &promise).await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "slug_taken"));
    let renamed = Article { slug: "one".to_owned(), version: 2, ..two.clone() };
    let refused = world.store.update(&renamed, &promise).await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "slug_taken"));
    let moved = Article { slug: "uno".to_owned(), version: 2, ..one.clone() };
    world.store.update(&moved, &Effects::none()).await.unwrap();
    for slug in ["one", "uno"] {
        assert_eq!(world.store.article_of(slug).await.unwrap(), Some(one.id), "{slug}");
    }
    world.store.create(&again, &first, &Effects::none()).await.unwrap();
    assert_eq!(world.store.article_of("one").await.unwrap(), Some(again.id));
    assert_eq!(world.store.article_of("uno").await.unwrap(), Some(one.id));
    assert!(drain(&*world.store.outbox(), world.now()).await.is_empty());
}

/// A change that saw an older version is refused and changes nothing; texts and votes stay as they are.
pub async fn a_place_expects_the_version_before(world: Faq) {
    let (category, other) = (shelf(&world, "all").await, shelf(&world, "other").await);
    let first = article(&world, &category, "one");
    let text = keep(&world, &first, "One", "text").await;
    let second = Article {
        category: other.id,
        position: 7,
        visibility: Visibility::Members,
        publish_at: Some(world.now()),
        version: 2,
        updated_at: world.now(),
        ..first.clone()
    };
    world.store.update(&second, &Effects::none()).await.unwrap();
    for version in [1, 2, 4, 0] {
        let stale = Article { version, ..first.clone() };
        let refused = world.store.update(&stale, &Effects::none()).await.unwrap_err();
        assert_eq!((refused.kind(), refused.code()), (ErrorKind::Conflict, "conflict"));
    }
    let nowhere = Article { category: world.id(), version: 3, ..second.clone() };
    assert_eq!(world.store.update(&nowhere, &Effects::none()).await.unwrap_err().kind(), ErrorKind::NotFound);
    let stored = world.store.article(first.id).await.unwrap();
    assert_eq!(stored, Some(Article { texts: vec![state(&text, None)], ..second }));
}

/// Each is the one after the newest of its language, and none is lost when two write at once.
pub async fn revisions_follow_each_other_and_stay(world: Faq) {
    let category = shelf(&world, "all").await;
    let one = article(&world, &category, "one");
    let first = keep(&world, &one, "One", "text").await;
    assert!(bring_out(&world, &first).await);
    let german = Revision { source: 1, ..revision(&world, &one, "de", 1, "Eins", "Text") };
    world.store.revise(&german, &Effects::none()).await.unwrap();
    let second = revision(&world, &one, "en", 2, "One more", "text 2");
    world.store.revise(&second, &Effects::none()).await.unwrap();
    for number in [1, 2, 4] {
        let stale = revision(&world, &one, "en", number, "Stale", "lost?");
        let refused = world.store.revise(&stale, &Effects::none().and_send(world.promise())).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Conflict);
    }
    let stray = Revision { article: world.id(), ..revision(&world, &one, "en", 1, "Stray", "text") };
    assert_eq!(world.store.revise(&stray, &Effects::none()).await.unwrap_err().kind(), ErrorKind::NotFound);
    let stored = world.store.article(one.id).await.unwrap().unwrap();
    assert_eq!(stored.texts, [state(&german, None), state(&second, Some(1))]);
    assert!(stored.is_outdated("de") && !stored.is_outdated("en"));
    assert_eq!(world.store.revision(one.id, "en", 1).await.unwrap(), Some(first));
    let race = (0..4).map(|turn| {
        let (world, rival) = (world.clone(), revision(&world, &one, "en", 3, &format!("Rival {turn}"), "text"));
        tokio::spawn(async move { world.store.revise(&rival, &Effects::none()).await.is_ok() })
    });
    let mut won = 0;
    for rival in race.collect::<Vec<_>>() {
        won += usize::from(rival.await.unwrap());
    }
    assert_eq!(won, 1);
    let numbers = async |before, limit| {
        let lines = world.store.revisions(one.id, "en", before, limit).await.unwrap();
        lines.into_iter().map(|line| line.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(None, 2).await, [3, 2]);
    assert_eq!(numbers(Some(2), 2).await, [1]);
    assert!(drain(&*world.store.outbox(), world.now()).await.is_empty());
}

/// By position and id, of one category or of all.
pub async fn articles_come_in_pages(world: Faq) {
    let (category, other) = (shelf(&world, "all").await, shelf(&world, "other").await);
    let mut made = Vec::new();
    for (slug, position, shelf) in [("a", 2, &category), ("b", 1, &category), ("c", 2, &category), ("d", 1, &other)] {
        let one = Article { position, ..article(&world, shelf, slug) };
        keep(&world, &one, slug, "text").await;
        made.push(one);
    }
    let page = async |query: ArticleQuery| {
        let list = world.store.list(&query).await.unwrap();
        list.into_iter().map(|one| (one.slug, one.texts.len())).collect::<Vec<_>>()
    };
    let slugs = |slugs: &[&str]| slugs.iter().map(|slug| ((*slug).to_owned(), 1)).collect::<Vec<_>>();
    assert_eq!(page(ArticleQuery::new(9)).await, slugs(&["b", "d", "a", "c"]));
    let mut query = ArticleQuery::new(2);
    query.category = Some(category.id);
    assert_eq!(page(query.clone()).await, slugs(&["b", "a"]));
    query.after = Some((2, made[0].id));
    assert_eq!(page(query).await, slugs(&["c"]));
}

/// Neither texts, nor names, nor anything to find.
pub async fn what_is_removed_leaves_nothing(world: Faq) {
    let category = shelf(&world, "all").await;
    let one = out(&world, &category, "one", "Zebra", "text").await;
    let promise = Effects::none().and_send(world.promise());
    assert!(world.store.delete(one.id, &promise).await.unwrap());
    assert!(!world.store.delete(one.id, &Effects::none().and_send(world.promise())).await.unwrap());
    assert_eq!(world.store.article(one.id).await.unwrap(), None);
    assert_eq!(world.store.article_of("one").await.unwrap(), None);
    assert_eq!(world.store.revision(one.id, "en", 1).await.unwrap(), None);
    assert!(slugs(&world, "zebra").await.is_empty());
    assert!(world.store.known(&["zebra".to_owned()].into()).await.unwrap().is_empty());
    assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
    out(&world, &category, "one", "Zebra", "text").await;
    assert_eq!(slugs(&world, "zebra").await, ["one"]);
}

/// Each change brings its promise, or nothing is changed.
pub async fn effects_commit_with_the_article(world: Faq) {
    let category = shelf(&world, "all").await;
    let one = article(&world, &category, "one");
    let first = revision(&world, &one, "en", 1, "One", "text");
    let taken = Effects::none().and_send(world.promise());
    world.store.create(&one, &first, &taken).await.unwrap();
    let two = article(&world, &category, "two");
    let other = revision(&world, &two, "en", 1, "Two", "text");
    world.store.create(&two, &other, &taken).await.unwrap_err();
    assert_eq!(world.store.article(two.id).await.unwrap(), None);
    world.store.update(&Article { version: 2, ..one.clone() }, &taken).await.unwrap_err();
    world.store.revise(&revision(&world, &one, "en", 2, "New", "text"), &taken).await.unwrap_err();
    let publication = Publication::of(&first, "text".to_owned(), world.now());
    world.store.publish(&publication, &taken).await.unwrap_err();
    world.store.delete(one.id, &taken).await.unwrap_err();
    let stored = world.store.article(one.id).await.unwrap();
    assert_eq!(stored, Some(Article { texts: vec![state(&first, None)], ..one }));
    assert!(slugs(&world, "text").await.is_empty());
    assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
}
