//! Rules of votes, synonyms and searches.

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
    let cast = async |vote: &Vote| world.store.vote(vote, &Effects::none().and_send(world.promise())).await.unwrap();
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

/// Where both have voted the vote of whom they became stays, so that one person counts once.
pub async fn who_becomes_somebody_else_takes_votes_and_searches_along(world: Faq) {
    let category = shelf(&world, "all").await;
    let (one, other) = (article(&world, &category, "one"), article(&world, &category, "other"));
    for article in [&one, &other] {
        keep(&world, article, "One", "text").await;
    }
    let (ann, bob): (ContactId, ContactId) = (world.id(), world.id());
    for (article, contact, helpful) in [(&one, ann, true), (&one, bob, false), (&other, ann, true)] {
        let vote = Vote { article: article.id, contact, helpful, comment: None, at: world.now() };
        world.store.vote(&vote, &Effects::none()).await.unwrap();
    }
    let id: SearchId = world.id();
    let words = "refund".to_owned();
    let (locale, source) = ("en".to_owned(), Source::Help);
    let searched = Searched { id, at: world.now(), contact: Some(ann), source, locale, words, results: 1 };
    world.store.log(&searched).await.unwrap();
    for _ in 0..2 {
        world.store.move_contact(ann, bob).await.unwrap();
        let one = world.store.article(one.id).await.unwrap().unwrap();
        let other = world.store.article(other.id).await.unwrap().unwrap();
        assert_eq!((one.helpful, one.unhelpful, other.helpful, other.unhelpful), (0, 1, 1, 0));
        assert_eq!(world.store.vote_of(one.id, ann).await.unwrap(), None);
        assert!(!world.store.vote_of(one.id, bob).await.unwrap().unwrap().helpful);
        assert!(world.store.vote_of(other.id, bob).await.unwrap().unwrap().helpful);
    }
    assert!(!world.store.follow(id, Some(ann), Followed::Ended(Ended::Conversation)).await.unwrap());
    assert!(world.store.follow(id, Some(bob), Followed::Ended(Ended::Conversation)).await.unwrap());
    world.store.move_contact(bob, bob).await.unwrap();
    assert!(world.store.vote_of(other.id, bob).await.unwrap().is_some());
}

/// Those without words are not among them.
pub async fn comments_come_latest_first(world: Faq) {
    let category = shelf(&world, "all").await;
    let (one, other) =
        (out(&world, &category, "one", "One", "x").await, out(&world, &category, "two", "Two", "x").await);
    let mut said = Vec::new();
    for (article, comment) in [(&one, Some("first")), (&one, None), (&other, Some("other")), (&one, Some("second"))] {
        let comment = comment.map(str::to_owned);
        let vote = Vote { article: article.id, contact: world.id(), helpful: false, comment, at: world.now() };
        world.store.vote(&vote, &Effects::none()).await.unwrap();
        said.push(vote);
    }
    let second = said.pop().unwrap();
    assert_eq!(world.store.comments(one.id, None, 9).await.unwrap(), [second.clone(), said[0].clone()]);
    assert_eq!(world.store.comments(one.id, None, 1).await.unwrap(), std::slice::from_ref(&second));
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
