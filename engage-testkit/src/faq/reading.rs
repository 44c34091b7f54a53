//! Rules of what readers see and find.

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
    out(&world, &category, "below", "Something else", "how to reset a password in the settings of the account").await;
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
    for (slug, visibility) in [("all", Visibility::Public), ("own", Visibility::Members), ("in", Visibility::Agents)] {
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

/// What an article is called, where it stands, who reads it and when; also for a text that is brought out afterwards.
pub async fn what_is_found_follows_its_article(world: Faq) {
    let (from, to) = (shelf(&world, "from").await, shelf(&world, "to").await);
    let moved = out(&world, &from, "before", "Secret", "text").await;
    out(&world, &from, "other", "Secret", "text").await;
    let moved =
        Article { slug: "after".to_owned(), category: to.id, visibility: Visibility::Members, version: 2, ..moved };
    world.store.update(&moved, &Effects::none()).await.unwrap();
    assert_eq!(slugs(&world, "secret").await, ["other"]);
    let found = find(&world, Reader::Member, "secret").await;
    let mut places: Vec<_> = found.iter().map(|one| (&*one.slug, one.category)).collect();
    places.sort();
    assert_eq!(places, [("after", to.id), ("other", from.id)]);
    let next = revision(&world, &moved, "en", 2, "Hidden", "text");
    world.store.revise(&next, &Effects::none()).await.unwrap();
    assert!(bring_out(&world, &next).await);
    assert!(slugs(&world, "hidden").await.is_empty());
    let found = find(&world, Reader::Member, "hidden").await;
    assert_eq!(found.iter().map(|one| (&*one.slug, one.category)).collect::<Vec<_>>(), [("after", to.id)]);
    let ended = Article { unpublish_at: Some(world.now()), version: 3, ..moved };
    world.store.update(&ended, &Effects::none()).await.unwrap();
    assert!(find(&world, Reader::Staff, "hidden").await.is_empty());
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
