//! The rules of a [`FaqStore`].

use engage_core::faq::FaqStore;

use crate::World;

suite! { $
    /// One test for each rule of a store of the help centre; takes what a [`World`](crate::World) is made of.
    faq_store_conformance, faq, World<dyn FaqStore> {
        keeping: [
            categories_come_in_order_and_expect_the_version_before,
            a_category_with_something_in_it_stays,
            an_article_is_found_as_it_was_kept,
            a_slug_is_taken_once_and_leads_to_who_had_it,
            a_place_expects_the_version_before,
            revisions_follow_each_other_and_stay,
            articles_come_in_pages,
            what_is_removed_leaves_nothing,
            effects_commit_with_the_article,
        ],
        reading: [
            readers_see_what_is_published_for_them,
            a_shelf_is_in_the_readers_language,
            a_search_finds_all_the_words_and_titles_first,
            a_search_keeps_to_what_may_be_seen,
            a_search_takes_what_means_the_same,
            hostile_words_find_nothing_and_break_nothing,
            words_are_known_while_they_can_be_found,
            publishing_at_once_counts_every_word,
        ],
        saying: [
            a_vote_counts_once_and_may_change,
            comments_come_latest_first,
            synonyms_expect_the_version_before,
            searches_are_counted_with_what_came_of_them,
            old_searches_are_forgotten,
        ],
    }
}

mod make {
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

    pub(super) fn revision(
        world: &Faq,
        article: &Article,
        locale: &str,
        number: i64,
        title: &str,
        text: &str,
    ) -> Revision {
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
}

mod keeping {
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
        for (slug, position, shelf) in [("a", 2, &category), ("b", 1, &category), ("c", 2, &category), ("d", 1, &other)]
        {
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
}

mod reading {
    use std::collections::BTreeSet;

    use engage_core::Effects;
    use engage_core::faq::{Article, FaqSearch, Listed, Publication, Reader, Shelf, Visibility};

    use super::make::{Faq, article, bring_out, clauses, find, keep, languages, out, revision, shelf, slugs};
    use crate::world::drain;

    async fn on_shelf(world: &Faq, reader: Reader, locale: &str) -> Vec<Listed> {
        let shelf = Shelf::new(reader, [locale.to_owned(), locale.to_owned(), "en".to_owned()], world.now(), 10);
        world.store.shelf(&shelf).await.unwrap()
    }

    /// Nothing before it is published or outside of its times, and nothing that is not for them.
    pub async fn readers_see_what_is_published_for_them(world: Faq) {
        let category = shelf(&world, "all").await;
        let one = article(&world, &category, "one");
        let first = keep(&world, &one, "One", "text").await;
        let seen = async |reader| on_shelf(&world, reader, "en").await.len() + find(&world, reader, "text").await.len();
        assert_eq!(seen(Reader::Staff).await, 0);
        let promised = Effects::none().and_send(world.promise());
        let publication = Publication::of(&first, "text".to_owned(), world.now());
        assert!(world.store.publish(&publication, &promised).await.unwrap());
        assert!(!world.store.publish(&publication, &Effects::none().and_send(world.promise())).await.unwrap());
        assert_eq!(seen(Reader::Public).await, 2);
        let mut version = 1;
        let mut set = async |visibility, publish_at, unpublish_at| {
            version += 1;
            let next = Article { visibility, publish_at, unpublish_at, version, ..one.clone() };
            world.store.update(&next, &Effects::none()).await.unwrap();
            (seen(Reader::Public).await, seen(Reader::Member).await, seen(Reader::Staff).await)
        };
        assert_eq!(set(Visibility::Members, None, None).await, (0, 2, 2));
        assert_eq!(set(Visibility::Agents, None, None).await, (0, 0, 2));
        let (past, future) = (world.now(), world.now() + chrono::TimeDelta::days(1));
        assert_eq!(set(Visibility::Public, Some(future), None).await, (0, 0, 0));
        assert_eq!(set(Visibility::Public, Some(past), Some(future)).await, (2, 2, 2));
        assert_eq!(set(Visibility::Public, None, Some(past)).await, (0, 0, 0));
        assert_eq!(set(Visibility::Public, None, None).await, (2, 2, 2));
        let none = Publication::none(one.id, "en".to_owned(), world.now());
        assert!(world.store.publish(&none, &Effects::none()).await.unwrap());
        assert_eq!(seen(Reader::Staff).await, 0);
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 1);
    }

    /// In the one that they want, in the site's, in the article's own, or in any; each once, in order.
    pub async fn a_shelf_is_in_the_readers_language(world: Faq) {
        let (category, other) = (shelf(&world, "all").await, shelf(&world, "other").await);
        let both = Article { position: 3, ..article(&world, &category, "both") };
        bring_out(&world, &keep(&world, &both, "Both", "text").await).await;
        let german = revision(&world, &both, "de", 1, "Beide", "Text");
        world.store.revise(&german, &Effects::none()).await.unwrap();
        bring_out(&world, &german).await;
        let french = Article { position: 2, locale: "fr".to_owned(), ..article(&world, &other, "french") };
        bring_out(&world, &keep(&world, &french, "Seul", "texte").await).await;
        let draft = revision(&world, &french, "de", 1, "Entwurf", "Text");
        world.store.revise(&draft, &Effects::none()).await.unwrap();
        let titles = async |locale: &str| {
            let list = on_shelf(&world, Reader::Public, locale).await;
            list.into_iter().map(|one| (one.title, one.locale)).collect::<Vec<_>>()
        };
        let pairs =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
        assert_eq!(titles("de").await, pairs(&[("Seul", "fr"), ("Beide", "de")]));
        assert_eq!(titles("ja").await, pairs(&[("Seul", "fr"), ("Both", "en")]));
        let mut of = Shelf::new(Reader::Public, languages("en"), world.now(), 10);
        of.category = Some(category.id);
        let of = world.store.shelf(&of).await.unwrap();
        assert_eq!(of.iter().map(|one| &*one.slug).collect::<Vec<_>>(), ["both"]);
    }

    /// Whole words, beginnings, all of them or one; the newest text alone.
    pub async fn a_search_finds_all_the_words_and_titles_first(world: Faq) {
        let category = shelf(&world, "all").await;
        out(&world, &category, "below", "Something else", "how to reset a password in the settings of the account")
            .await;
        out(&world, &category, "title", "Password reset", "nothing to see").await;
        let old = out(&world, &category, "old", "Invoices", "invoices and payments").await;
        assert_eq!(slugs(&world, "password reset").await, ["title", "below"]);
        assert_eq!(slugs(&world, "passw* settings").await, ["below"]);
        assert!(slugs(&world, "passw").await.is_empty() && slugs(&world, "password invoices").await.is_empty());
        let mut any = FaqSearch::new(Reader::Public, languages("en"), clauses("payments password"), world.now(), 10);
        any.any = true;
        assert_eq!(world.store.search(&any).await.unwrap().len(), 3);
        let next = revision(&world, &old, "en", 2, "Bills", "bills and refunds");
        world.store.revise(&next, &Effects::none()).await.unwrap();
        assert_eq!(slugs(&world, "invoices").await, ["old"], "a draft is not seen");
        bring_out(&world, &next).await;
        assert!(slugs(&world, "invoices").await.is_empty());
        let found = find(&world, Reader::Public, "refunds").await;
        assert_eq!((&*found[0].title, &*found[0].text, found[0].category), ("Bills", "bills and refunds", category.id));
        for turn in 0..12 {
            out(&world, &category, &format!("many-{turn}"), "Many", "of the same").await;
        }
        assert_eq!(slugs(&world, "many").await.len(), 10);
    }

    /// Languages and readers; what is for fewer is not found by more.
    pub async fn a_search_keeps_to_what_may_be_seen(world: Faq) {
        let category = shelf(&world, "all").await;
        for (slug, visibility) in
            [("all", Visibility::Public), ("own", Visibility::Members), ("in", Visibility::Agents)]
        {
            let one = Article { visibility, ..article(&world, &category, slug) };
            bring_out(&world, &keep(&world, &one, "Secret", "text").await).await;
        }
        let one = Article { locale: "de".to_owned(), ..article(&world, &category, "german") };
        bring_out(&world, &keep(&world, &one, "Secret", "text").await).await;
        for (reader, count) in [(Reader::Public, 1), (Reader::Member, 2), (Reader::Staff, 3)] {
            assert_eq!(find(&world, reader, "secret").await.len(), count, "{reader:?}");
        }
        let german = FaqSearch::new(Reader::Staff, languages("de"), clauses("secret"), world.now(), 10);
        assert_eq!(world.store.search(&german).await.unwrap().len(), 1);
    }

    /// One of the ways to say it is enough, of which each may be several words.
    pub async fn a_search_takes_what_means_the_same(world: Faq) {
        let category = shelf(&world, "all").await;
        out(&world, &category, "sign-in", "How to sign in", "text").await;
        out(&world, &category, "sign", "A sign", "text").await;
        assert_eq!(slugs(&world, "login|sign+in how").await, ["sign-in"]);
        assert_eq!(slugs(&world, "login|sign+in").await, ["sign-in"]);
        assert_eq!(slugs(&world, "login|sign").await.len(), 2);
    }

    /// Words of every script, and what is a language elsewhere.
    pub async fn hostile_words_find_nothing_and_break_nothing(world: Faq) {
        let category = shelf(&world, "all").await;
        for (turn, text) in crate::hostile::texts().into_iter().enumerate() {
            let one = article(&world, &category, &format!("a-{turn}"));
            bring_out(&world, &keep(&world, &one, &text, &text).await).await;
            for word in engage_core::words::words(&text).into_iter().take(3) {
                assert!(!slugs(&world, &word).await.is_empty(), "{word:?} of {text:?}");
            }
        }
        for query in ["and", "or", "not", "near", "title", "body", "null", "a*", "東*", "0*"] {
            find(&world, Reader::Public, query).await;
        }
        let long = vec!["abcdefgh*"; 60].join(" ");
        assert!(find(&world, Reader::Public, &long).await.is_empty());
    }

    /// With in how many texts each stands, under each way to misspell it.
    pub async fn words_are_known_while_they_can_be_found(world: Faq) {
        let category = shelf(&world, "all").await;
        let one = out(&world, &category, "one", "Password password", "the password of an account").await;
        let two = out(&world, &category, "two", "Password", "again").await;
        let known = async |typed: &str| {
            let spellings: BTreeSet<String> = typed.split(' ').map(str::to_owned).collect();
            let known = world.store.known(&spellings).await.unwrap();
            let mut known: Vec<_> = known.into_iter().map(|known| (known.word, known.texts)).collect();
            known.sort();
            known
        };
        let password = |texts| vec![("password".to_owned(), texts)];
        assert_eq!(known("password").await, password(2));
        assert_eq!(known("pasword paswrd").await, password(2));
        assert_eq!(known("acount an").await, [("account".to_owned(), 1), ("an".to_owned(), 1)]);
        let next = revision(&world, &two, "en", 2, "Passphrase", "again");
        world.store.revise(&next, &Effects::none()).await.unwrap();
        bring_out(&world, &next).await;
        assert_eq!(known("password").await, password(1));
        let none = Publication::none(one.id, "en".to_owned(), world.now());
        world.store.publish(&none, &Effects::none()).await.unwrap();
        assert!(known("password pasword acount").await.is_empty());
        assert_eq!(known("again").await, [("again".to_owned(), 1)]);
    }

    /// None waits for ever for another, and all is counted.
    pub async fn publishing_at_once_counts_every_word(world: Faq) {
        let category = shelf(&world, "all").await;
        let mut running = Vec::new();
        for turn in 0..6 {
            let one = article(&world, &category, &format!("a-{turn}"));
            let words: Vec<String> = (0..50).map(|word| format!("word{}", (word + 7 * turn) % 50)).collect();
            let first = keep(&world, &one, "Common", &words.join(" ")).await;
            let world = world.clone();
            running.push(tokio::spawn(async move { bring_out(&world, &first).await }));
        }
        for one in running {
            assert!(one.await.unwrap());
        }
        let known = world.store.known(&["common".to_owned(), "word7".to_owned()].into()).await.unwrap();
        assert_eq!(known.iter().map(|known| known.texts).collect::<Vec<_>>(), [6, 6]);
    }
}

mod saying {
    use engage_core::faq::{Ended, Followed, Report, Searched, Source, Synonyms, Vote};
    use engage_core::ids::{ContactId, SearchId};
    use engage_core::{Effects, ErrorKind};

    use super::make::{Faq, article, keep, out, shelf};
    use crate::world::drain;

    /// One for each person; the same again is no change.
    pub async fn a_vote_counts_once_and_may_change(world: Faq) {
        let category = shelf(&world, "all").await;
        let one = article(&world, &category, "one");
        keep(&world, &one, "One", "text").await;
        let (ann, bob): (ContactId, ContactId) = (world.id(), world.id());
        let vote = |contact, helpful, comment: Option<&str>| {
            let comment = comment.map(str::to_owned);
            Vote { article: one.id, contact, helpful, comment, at: world.now() }
        };
        let counts = async || {
            let stored = world.store.article(one.id).await.unwrap().unwrap();
            (stored.helpful, stored.unhelpful)
        };
        let cast =
            async |vote: &Vote| world.store.vote(vote, &Effects::none().and_send(world.promise())).await.unwrap();
        assert!(cast(&vote(ann, true, None)).await && !cast(&vote(ann, true, None)).await);
        assert!(cast(&vote(bob, false, Some("no"))).await);
        assert_eq!(counts().await, (1, 1));
        let changed = vote(ann, false, Some("unclear <b>"));
        assert!(cast(&changed).await);
        assert_eq!(counts().await, (0, 2));
        assert!(cast(&vote(bob, false, None)).await);
        assert_eq!(counts().await, (0, 2));
        assert_eq!(world.store.vote_of(one.id, ann).await.unwrap(), Some(changed));
        assert_eq!(world.store.vote_of(one.id, world.id()).await.unwrap(), None);
        let stray = Vote { article: world.id(), ..vote(ann, true, None) };
        assert_eq!(world.store.vote(&stray, &Effects::none()).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(drain(&*world.store.outbox(), world.now()).await.len(), 4);
        let race = (0..4).map(|turn| {
            let (world, vote) = (world.clone(), vote(world.id(), turn % 2 == 0, None));
            tokio::spawn(async move { world.store.vote(&vote, &Effects::none()).await.unwrap() })
        });
        for one in race.collect::<Vec<_>>() {
            assert!(one.await.unwrap());
        }
        assert_eq!(counts().await, (2, 4));
    }

    /// Those without words are not among them.
    pub async fn comments_come_latest_first(world: Faq) {
        let category = shelf(&world, "all").await;
        let (one, other) =
            (out(&world, &category, "one", "One", "x").await, out(&world, &category, "two", "Two", "x").await);
        let mut said = Vec::new();
        for (article, comment) in [(&one, Some("first")), (&one, None), (&other, Some("other")), (&one, Some("second"))]
        {
            let comment = comment.map(str::to_owned);
            let vote = Vote { article: article.id, contact: world.id(), helpful: false, comment, at: world.now() };
            world.store.vote(&vote, &Effects::none()).await.unwrap();
            said.push(vote);
        }
        let second = said.pop().unwrap();
        assert_eq!(world.store.comments(one.id, None, 9).await.unwrap(), [second.clone(), said[0].clone()]);
        assert_eq!(world.store.comments(one.id, None, 1).await.unwrap(), [second.clone()]);
        assert_eq!(world.store.comments(one.id, Some(second.at), 9).await.unwrap(), [said[0].clone()]);
    }

    /// Each language has its own.
    pub async fn synonyms_expect_the_version_before(world: Faq) {
        let set = |locale: &str, version| {
            let groups = vec![vec!["login".to_owned(), "sign in".to_owned()]];
            Synonyms { locale: locale.to_owned(), groups, version, updated_at: Some(world.now()) }
        };
        assert_eq!(world.store.synonyms("en").await.unwrap(), None);
        let (first, german) = (set("en", 1), set("de", 1));
        world.store.put_synonyms(&first, &Effects::none()).await.unwrap();
        world.store.put_synonyms(&german, &Effects::none()).await.unwrap();
        for version in [1, 3, 0] {
            let promise = Effects::none().and_send(world.promise());
            let refused = world.store.put_synonyms(&set("en", version), &promise).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Conflict, "{version}");
        }
        assert_eq!(world.store.synonyms("en").await.unwrap(), Some(first));
        let second = Synonyms { groups: Vec::new(), ..set("en", 2) };
        world.store.put_synonyms(&second, &Effects::none()).await.unwrap();
        assert_eq!(world.store.synonyms("en").await.unwrap(), Some(second));
        assert_eq!(world.store.synonyms("de").await.unwrap(), Some(german));
        assert!(drain(&*world.store.outbox(), world.now()).await.is_empty());
    }

    fn searched(world: &Faq, words: &str, source: Source, results: i64, contact: Option<ContactId>) -> Searched {
        let (words, locale, at) = (words.to_owned(), "en".to_owned(), world.now());
        Searched { id: world.id(), at, contact, source, locale, words, results }
    }

    async fn log(world: &Faq, words: &str, source: Source, results: i64, contact: Option<ContactId>) -> SearchId {
        let one = searched(world, words, source, results, contact);
        world.store.log(&one).await.unwrap();
        one.id
    }

    /// Found nothing, opened nothing, ended elsewhere; only who searched says what came of it.
    pub async fn searches_are_counted_with_what_came_of_them(world: Faq) {
        assert_eq!(world.store.report(world.now(), false, 9).await.unwrap(), Report::default());
        log(&world, "before", Source::Help, 1, None).await;
        let since = world.now();
        let ann: ContactId = world.id();
        log(&world, "refund", Source::Help, 0, None).await;
        log(&world, "refund", Source::Widget, 0, None).await;
        let opened = log(&world, "login", Source::Help, 3, Some(ann)).await;
        log(&world, "login", Source::Help, 3, None).await;
        let left = log(&world, "login", Source::Help, 3, None).await;
        let (helped, wrote) =
            (log(&world, "x", Source::Chat, 2, None).await, log(&world, "x", Source::Chat, 2, None).await);
        let follow = async |id, contact, what| world.store.follow(id, contact, what).await.unwrap();
        assert!(!follow(opened, None, Followed::Opened(world.id())).await);
        assert!(!follow(opened, Some(world.id()), Followed::Opened(world.id())).await);
        assert!(!follow(world.id(), None, Followed::Opened(world.id())).await);
        assert!(follow(opened, Some(ann), Followed::Opened(world.id())).await);
        assert!(follow(left, None, Followed::Ended(Ended::Conversation)).await);
        assert!(follow(helped, None, Followed::Opened(world.id())).await);
        assert!(follow(wrote, None, Followed::Opened(world.id())).await);
        assert!(follow(wrote, None, Followed::Ended(Ended::Ticket)).await);
        let report = world.store.report(since, false, 9).await.unwrap();
        let totals = (report.searches, report.without_result, report.without_click, report.ended);
        assert_eq!(totals, (7, 2, 2, 2));
        assert_eq!((report.suggested, report.deflected), (2, 1));
        let counts = |report: &Report| {
            let count = |one: &engage_core::faq::Count| (one.words.clone(), one.searches, one.gap(), one.ended);
            report.words.iter().map(count).collect::<Vec<_>>()
        };
        let (login, refund) = (("login".to_owned(), 3, 2, 1), ("refund".to_owned(), 2, 2, 0));
        assert_eq!(counts(&report), [login.clone(), refund.clone()]);
        assert_eq!(counts(&world.store.report(since, true, 9).await.unwrap()), [login, refund.clone()]);
        log(&world, "refund", Source::Help, 0, None).await;
        assert_eq!(world.store.report(since, true, 1).await.unwrap().words[0].words, "refund");
    }

    /// A bounded number at a time, the oldest first.
    pub async fn old_searches_are_forgotten(world: Faq) {
        for _ in 0..3 {
            log(&world, "old", Source::Help, 0, None).await;
        }
        let before = world.now();
        log(&world, "new", Source::Help, 0, None).await;
        assert_eq!(world.store.prune_searches(before, 2).await.unwrap(), 2);
        assert_eq!(world.store.prune_searches(before, 2).await.unwrap(), 1);
        assert_eq!(world.store.prune_searches(before, 2).await.unwrap(), 0);
        let start = before - chrono::TimeDelta::days(1);
        assert_eq!(world.store.report(start, false, 9).await.unwrap().searches, 1);
    }
}
