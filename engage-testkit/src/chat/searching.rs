//! What is found by its words.

use engage_core::Actor;
use engage_core::chat::{Command, Found, SearchQuery, Sight};
use engage_core::words::Terms;

use super::world::{ChatWorld, admin, agent};

/// Whatever a text holds, each of its words finds it, and what it does not hold does not.
pub async fn texts_are_found_by_each_of_their_words(world: ChatWorld) {
    let talk = world.talk(None).await;
    let texts = crate::hostile::texts();
    for text in &texts {
        world.says(talk.id, &talk.visitor, text).await;
    }
    for text in &texts {
        for word in engage_core::words::words(text).into_iter().take(5) {
            let found = search(&world, Sight::All, &word).await;
            let bodies: Vec<_> = found.iter().filter_map(body).collect();
            let terms = Terms::checked(&word).unwrap();
            let newest = texts.iter().rev().map(String::as_str);
            let wanted: Vec<_> = newest.filter(|text| terms.match_words(&engage_core::words::words(text))).collect();
            assert_eq!(bodies, wanted, "{word:?}");
        }
    }
    assert!(search(&world, Sight::All, "nowhere").await.is_empty());
}

/// Everything is indexed once, in whatever portions, while conversations go on.
pub async fn indexing_skips_nothing_and_repeats_nothing(world: ChatWorld) {
    let talks = [world.talk(None).await, world.talk(None).await, world.talk(None).await];
    let mut said = 0;
    for round in 0..12 {
        for talk in &talks[..1 + round % 3] {
            world.says(talk.id, &talk.visitor, &format!("needle {round}")).await;
            said += 1;
            if round % 4 == 0 {
                world.notes(talk.id, &admin(), "needle noted").await;
                said += 1;
            }
        }
        world
            .does(
                talks[0].id,
                &admin(),
                Command::Team { team: [None, Some("sales".to_owned())][round % 2].clone(), release: false },
            )
            .await;
        world.store.index(1 + round % 3).await.unwrap();
    }
    let found = search(&world, Sight::All, "needle").await;
    assert_eq!(found.len(), said);
    let mut places: Vec<_> = found.iter().map(|found| found.place).collect();
    assert!(places.is_sorted_by(|one, next| one > next), "latest first: {places:?}");
    places.dedup();
    assert_eq!(places.len(), said);
    assert!(!world.store.index(100).await.unwrap(), "all is done");
    assert_eq!(search(&world, Sight::All, "needle").await, found);
}

/// However many index at once, everything is there once.
pub async fn many_may_index_at_once(world: ChatWorld) {
    let talk = world.talk(None).await;
    for turn in 0..40 {
        world.says(talk.id, &talk.visitor, &format!("needle {turn}")).await;
    }
    let mut crowd = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let store = std::sync::Arc::clone(&world.store);
        crowd.spawn(async move { while store.index(7).await.unwrap() {} });
    }
    crowd.join_all().await;
    assert_eq!(search(&world, Sight::All, "needle").await.len(), 40);
}

/// Pages follow each other without a gap, whatever comes in between.
pub async fn finds_come_in_pages(world: ChatWorld) {
    let talk = world.talk(None).await;
    for turn in 0..7 {
        world.says(talk.id, &talk.visitor, &format!("needle {turn}")).await;
    }
    let all = search(&world, Sight::All, "needle").await;
    let mut pages = Vec::new();
    loop {
        let mut query = SearchQuery::new(Sight::All, Terms::checked("needle").unwrap(), 3);
        query.before = pages.last().map(|last: &Found| last.place);
        let page = world.store.search(&query).await.unwrap();
        let is_last = page.len() < 3;
        pages.extend(page);
        world.says(talk.id, &talk.visitor, "needle later").await;
        while world.store.index(100).await.unwrap() {}
        if is_last {
            break;
        }
    }
    assert_eq!(pages, all);
}

/// Staff find in what they see, notes too; a visitor finds nothing.
pub async fn searches_hold_what_the_sight_sees(world: ChatWorld) {
    let (sales, all) = (world.talk(Some("sales")).await, world.talk(None).await);
    world.says(sales.id, &sales.visitor, "needle").await;
    world.notes(sales.id, &Actor::System, "needle noted").await;
    world.says(all.id, &all.visitor, "needle").await;
    let count = async |actor: Actor| search(&world, (&actor).into(), "needle").await.len();
    assert_eq!(count(agent("ada", &["sales", "x"])).await, 3);
    assert_eq!(count(agent("eve", &["law"])).await, 1);
    assert_eq!(count(agent("bob", &[])).await, 1);
    assert_eq!(count(admin()).await, 3);
    assert_eq!(count(sales.visitor.clone()).await, 0);
    world.does(all.id, &Actor::System, Command::Team { team: Some("law".to_owned()), release: false }).await;
    assert_eq!(count(agent("bob", &[])).await, 0, "as it is now");
    let named = world.named_contact(Some("Grace")).await;
    let merged = Command::Contact { of: all.contact, contact: named.clone(), version: 1, blocked: None };
    world.does(all.id, &Actor::System, merged).await;
    let found = search(&world, (&agent("eve", &["law"])).into(), "needle").await;
    assert_eq!(found[0].contact.id, named.id);
}

async fn search(world: &ChatWorld, sight: Sight, query: &str) -> Vec<Found> {
    while world.store.index(50).await.unwrap() {}
    world.store.search(&SearchQuery::new(sight, Terms::checked(query).unwrap(), 200)).await.unwrap()
}

fn body(found: &Found) -> Option<&str> {
    use engage_core::chat::Change;
    match &found.entry.change {
        Change::Message { body, .. } | Change::Note { body, .. } => Some(body),
        _ => None,
    }
}
